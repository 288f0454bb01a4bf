package app

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// SignIns are the credentials kept on this machine, and the way to the servers that take them.
type SignIns struct {
	keychain  *collector.Keychain
	atlassian collector.Atlassian
	getenv    func(string) string
	proxy, ca string
}

// OpenSignIns finds the keychain and the servers, which the environment may move for tests.
func OpenSignIns(getenv func(string) string) (*SignIns, error) {
	dir, err := collector.KeychainDir()
	if err != nil {
		return nil, err
	}
	atlassian, err := collector.EnvironmentAtlassian(getenv)
	if err != nil {
		return nil, err
	}
	return &SignIns{keychain: &collector.Keychain{Dir: dir}, atlassian: atlassian, getenv: getenv}, nil
}

// Through is the way of all that follows: a proxy, and certificates trusted besides the system's.
// Both may be "".
func (s *SignIns) Through(proxy, ca string) error {
	if proxy == "" && ca == "" {
		return nil
	}
	var err error
	s.proxy, s.ca = proxy, ca
	s.atlassian, err = s.atlassian.Through(proxy, ca)
	return err
}

// Via is the same sign-ins by another way: see Through.
func (s *SignIns) Via(proxy, ca string) (*SignIns, error) {
	other := *s
	return &other, other.Through(proxy, ca)
}

// Kinds are the kinds of sign-ins that connect add takes.
func Kinds() []string {
	return []string{collector.APIToken, collector.ScopedToken, collector.ThreeLO, collector.OrgKey, collector.DCToken}
}

// CheckKind refuses a word that is no kind of sign-in.
func CheckKind(kind string) error {
	if !slices.Contains(Kinds(), kind) {
		return Unknown("kind of sign-in", kind, Kinds(), "there are "+strings.Join(Kinds(), ", "))
	}
	return nil
}

// CheckSite refuses what is no address of a site, before anybody is asked for a secret.
func CheckSite(site string) error {
	_, err := collector.CleanAddress(site)
	return err
}

// Secret is what a person was asked for; it never prints.
type Secret = collector.Secret

// SignIn is a kept sign-in as it is shown; its secret is not in it.
type SignIn struct {
	Name    string   `json:"name"`
	Site    string   `json:"site"`
	Kind    string   `json:"kind"`
	Account string   `json:"account"`
	Scopes  []string `json:"scopes"`
	Added   string   `json:"added"`
	Kept    string   `json:"kept"` // where: in the keychain, or for this run only and why
}

func signInOf(s collector.SignIn) SignIn {
	return SignIn{s.Name, s.Site, s.Kind, s.Account, list(s.Scopes), stamp(s.Added), s.Kept.String()}
}

// Added is a sign-in that was just kept.
type Added struct {
	SignIn
	Products []string `json:"products"` // that know the account
	Beyond   []string `json:"beyond"`   // sites that a 3lo grant opens besides the one meant
	Untried  bool     `json:"untried"`  // kept without having been tried: none is any more
	ThisRun  bool     `json:"-"`        // there is no keychain
}

// AddToken tries a token and keeps it.
func (s *SignIns) AddToken(ctx context.Context, site, kind string, secret Secret) (*Added, error) {
	added, err := s.keychain.AddToken(ctx, s.atlassian, site, kind, secret)
	if err != nil {
		return nil, err
	}
	return addedOf(added), nil
}

// Browser is how a person is brought to the consent page of a 3lo sign-in and back.
type Browser struct {
	Open  bool                                                   // open the browser of this machine
	Show  func(address string, listening bool)                   // always told where to go
	Paste func(ctx context.Context, wrong error) (string, error) // asks for the address that the browser ended on; wrong: why the one before is not it
}

// AddGrant signs in by OAuth 2.0 (3LO) and keeps the grant. The scopes asked for are those that
// the resources need and no others.
func (s *SignIns) AddGrant(ctx context.Context, site string, secret Secret, redirect string, classic bool, b Browser) (*Added, error) {
	set, err := collector.ScopesFor(nil, classic)
	if err != nil {
		return nil, err
	}
	oauth := &collector.OAuthApp{ClientID: secret.ClientID, ClientSecret: secret.ClientSecret, Redirect: redirect, Atlassian: s.atlassian}
	consent := collector.Consent{Scopes: set.Names(), Show: b.Show, Paste: b.Paste}
	if b.Open {
		consent.Open = openBrowser
	}
	added, err := s.keychain.AddGrant(ctx, oauth, site, consent)
	if err != nil {
		return nil, err
	}
	return addedOf(added), nil
}

func addedOf(a collector.Added) *Added {
	out := &Added{SignIn: signInOf(a.SignIn), Products: []string{}, Beyond: []string{}, ThisRun: a.SignIn.Kept.ThisRunOnly}
	for _, p := range a.Checked.Products {
		out.Products = append(out.Products, string(p))
	}
	for _, r := range a.Beyond {
		if !slices.Contains(out.Beyond, r.URL) {
			out.Beyond = append(out.Beyond, r.URL)
		}
	}
	return out
}

// openBrowser opens an address in the browser of this machine.
func openBrowser(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	command := exec.Command(name, args...)
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }()
	return nil
}

// ShowFile shows a file in the program that this machine shows files of its kind with.
func ShowFile(path string) error { return openBrowser(path) }

// DefaultRedirect is the callback address to register for an OAuth app.
const DefaultRedirect = collector.DefaultRedirect

// SignInList answers `connect list`.
type SignInList struct {
	SignIns []SignIn `json:"sign_ins"`
}

// List returns the sign-ins kept. It unlocks nothing.
func (s *SignIns) List() (*SignInList, error) {
	all, err := s.keychain.List()
	if err != nil {
		return nil, err
	}
	out := &SignInList{SignIns: []SignIn{}}
	for _, one := range all {
		out.SignIns = append(out.SignIns, signInOf(one))
	}
	return out, nil
}

// Remove forgets a sign-in and returns its name.
func (s *SignIns) Remove(ctx context.Context, name string) (string, error) {
	one, err := s.named(name)
	if err != nil {
		return "", err
	}
	return one.Name, s.keychain.Remove(ctx, one.Name)
}

// named finds a kept sign-in by its name, or by its site where that has one only.
func (s *SignIns) named(name string) (collector.SignIn, error) {
	all, err := s.keychain.List()
	if err != nil {
		return collector.SignIn{}, err
	}
	var names []string
	var found []collector.SignIn
	for _, one := range all {
		names = append(names, one.Name)
		if one.Name == name {
			return one, nil
		}
		if siteKey(one.Site) == siteKey(name) || name == "" {
			found = append(found, one)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && name == "":
		return collector.SignIn{}, Usage("several sign-ins are kept: name one", strings.Join(names, ", "))
	case len(found) > 1:
		return collector.SignIn{}, Usage(fmt.Sprintf("%q has several sign-ins", name), strings.Join(names, ", "))
	case len(names) == 0:
		return collector.SignIn{}, &Problem{Code: "sign-in-missing", Exit: NoSignIn, Title: "no sign-in is kept", Hint: "plumbline connect add token --site URL; of a Data Center, dc-token"}
	}
	return collector.SignIn{}, Unknown("sign-in", name, names, "there are "+strings.Join(names, ", "))
}

// Trial is the pre-flight of a sign-in: who it is, and what it would be refused.
type Trial struct {
	Name        string          `json:"name"`
	Site        string          `json:"site"`
	Kind        string          `json:"kind"`
	Account     string          `json:"account"`
	Scopes      []string        `json:"scopes"`
	Permissions []string        `json:"permissions"` // global ones held
	Resources   []TrialResource `json:"resources"`   // those that would not be read whole
	RulesLost   []string        `json:"rules_lost"`
	Rules       int             `json:"rules"` // how many there are for such a site

	organisation bool // only an organisation key is tried: what it is for is told
}

// TrialResource is a resource that a sign-in would not read whole, and why.
type TrialResource struct {
	Resource   string        `json:"resource"`
	Outcome    store.Outcome `json:"outcome"`
	HTTPStatus int           `json:"http_status"`
	Reason     string        `json:"reason"`
	Missing    []string      `json:"missing"`
	RulesLost  []string      `json:"rules_lost"`
}

// ofKind says whether a rule is for sites of a kind, cloud or dc, "" for any, that lack these products: jira, confluence.
func ofKind(r *rules.Rule, kind string, lacking ...string) bool {
	return kind == "" || slices.ContainsFunc(r.Products, func(name string) bool {
		product, edition, _ := strings.Cut(name, "-")
		switch {
		case slices.Contains(lacking, product):
			return false
		case kind == "dc":
			return product != "org" && edition != "cloud"
		}
		return edition != "dc"
	})
}

func tally[T any](all []T, is func(T) bool) (n int) {
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

// rulesNeeding are the rules for sites of a kind that cannot look without a resource, or a relation made of it.
func rulesNeeding(pack *rules.Pack, resource, kind string) []string {
	out := []string{}
	for _, r := range pack.Rules {
		if ofKind(r, kind) && slices.Contains(resourcesOf(append(slices.Clone(r.Needs), r.NeedsAll...)), resource) {
			out = append(out, r.ID)
		}
	}
	return out
}
