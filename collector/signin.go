package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Added is a sign-in as it was just kept.
type Added struct {
	SignIn  SignIn
	Checked Checked
	Reaches []Reach // of a 3lo grant: the entries of this site
	Beyond  []Reach // of a 3lo grant: sites it opens beyond the one asked for, to be told to the person
}

// ErrNotReached: a 3lo grant does not open the site it was made for.
var ErrNotReached = fmt.Errorf("%w: the grant does not open this site", ErrSignInRefused)

// AddToken tries a token or a key at the site and keeps it if it is good: kind is any but 3lo. A Data Center token is kept
// for the address of its product, whatever page of it was given.
func (k *Keychain) AddToken(ctx context.Context, a Atlassian, site, kind string, s Secret) (Added, error) {
	site, err := CleanAddress(site)
	if err != nil {
		return Added{}, err
	}
	if !slices.Contains([]string{APIToken, ScopedToken, OrgKey, DCToken}, kind) {
		return Added{}, fmt.Errorf("a token cannot be of the kind %q", kind)
	}
	s.Email, s.Token = strings.TrimSpace(s.Email), strings.TrimSpace(s.Token)
	if s.Token == "" || strings.ContainsFunc(s.Email+s.Token, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Added{}, fmt.Errorf("%w: the token is empty or holds a line break or another control character", ErrSignInMissing)
	}
	added := Added{SignIn: SignIn{Site: site, Kind: kind, Added: time.Now().UTC()}}
	if added.Checked, err = a.Check(ctx, site, kind, s); err != nil {
		return Added{}, fmt.Errorf("trying the %s at %s: %w", kind, site, err)
	}
	account := added.Checked.Account
	added.SignIn.Account = cmp.Or(account.Name, account.Email, s.Email, account.ID)
	added.SignIn.Site = cmp.Or(added.Checked.Site, site)
	return k.keep(ctx, added, s)
}

// AddGrant brings a person to the consent page, makes sure that the grant opens the site, and keeps it. The page that
// the browser ends on says what came of all that.
func (k *Keychain) AddGrant(ctx context.Context, app *OAuthApp, site string, c Consent) (Added, error) {
	site, err := CleanAddress(site)
	if err != nil {
		return Added{}, err
	}
	added := Added{SignIn: SignIn{Site: site, Kind: ThreeLO, Added: time.Now().UTC()}}
	err = app.SignIn(ctx, c, func(ctx context.Context, g *Grant) error {
		all, err := g.Reaches(ctx)
		if err != nil {
			return err
		}
		added.Reaches, added.Beyond = ReachesOf(all, site)
		if len(added.Reaches) == 0 {
			// A site with a domain of its own is listed under its first address: the id tells.
			if id, err := app.Atlassian.cloudID(ctx, site); err == nil {
				added.Reaches, added.Beyond = partition(all, func(r Reach) bool { return r.CloudID == id })
			}
		}
		if len(added.Reaches) == 0 {
			return fmt.Errorf("%w: %s; it opens %s", ErrNotReached, site, cmp.Or(addresses(all), "none"))
		}
		added.Checked = Checked{Products: productsOf(added.Reaches), CloudID: added.Reaches[0].CloudID}
		if added.Checked.Account, err = g.Me(ctx); err != nil && !errors.Is(err, ErrSignInRefused) {
			return err // without read:me nobody is told whose the grant is; it is good all the same
		}
		account := added.Checked.Account
		added.SignIn.Account = cmp.Or(account.Name, account.Email, account.ID)
		added.SignIn.Scopes = g.Scopes(ctx)
		added, err = k.keep(ctx, added, Secret{ClientID: app.ClientID, ClientSecret: app.ClientSecret, RefreshToken: g.newest(ctx)})
		return err
	})
	if err != nil {
		return Added{}, err
	}
	return added, nil
}

func (k *Keychain) keep(ctx context.Context, added Added, s Secret) (Added, error) {
	added.SignIn.Name = SignInName(added.SignIn.Site, added.SignIn.Kind)
	var err error
	added.SignIn.Kept, err = k.Save(ctx, added.SignIn, s)
	return added, err
}

// Credential returns a kept sign-in as the collector uses it.
func (k *Keychain) Credential(ctx context.Context, a Atlassian, name string) (Credential, error) {
	s, secret, err := k.Load(ctx, name)
	if err != nil {
		return Credential{}, err
	}
	var c Credential
	switch s.Kind {
	case APIToken, ScopedToken:
		c = Basic(s.Kind, s.Name, s.Site, secret.Email, secret.Token)
	case ThreeLO:
		app := &OAuthApp{ClientID: secret.ClientID, ClientSecret: secret.ClientSecret, Atlassian: a}
		c = app.Grant(k.Rotation(s.Name)).Credential(s.Name, s.Site, s.Account, s.Scopes)
	default:
		c = Bearer(s.Kind, s.Name, s.Site, secret.Token)
	}
	c.Account = cmp.Or(s.Account, c.Account)
	return c, nil
}

// SignInsFor lists the sign-ins kept for a site. It unlocks nothing.
func (k *Keychain) SignInsFor(site string) ([]SignIn, error) {
	site, err := CleanAddress(site)
	if err != nil {
		return nil, err
	}
	return k.Of(site)
}

// Credentials returns all sign-ins kept for a site. One whose secret cannot be had does not stand in the way of the
// others: it is in the error, and the others are returned with it.
func (k *Keychain) Credentials(ctx context.Context, a Atlassian, site string) ([]Credential, error) {
	signIns, err := k.SignInsFor(site)
	if err != nil {
		return nil, err
	}
	var all []Credential
	var failed []error
	for _, s := range signIns {
		c, err := k.Credential(ctx, a, s.Name)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, c)
	}
	return all, errors.Join(failed...)
}

// EnvironmentGrant reads a 3lo grant given for one run: PLUMBLINE_CLIENT_ID, PLUMBLINE_CLIENT_SECRET and
// PLUMBLINE_REFRESH_TOKEN_FILE. It signs in at once, because only the sign-in server knows the scopes. Without any of
// the three there is none, and no error.
func EnvironmentGrant(ctx context.Context, a Atlassian, getenv func(string) string) (c Credential, found bool, err error) {
	id, secret, file := getenv("PLUMBLINE_CLIENT_ID"), strings.TrimSpace(getenv("PLUMBLINE_CLIENT_SECRET")), getenv("PLUMBLINE_REFRESH_TOKEN_FILE")
	if id == "" && secret == "" && file == "" {
		return Credential{}, false, nil
	}
	if id == "" || secret == "" || file == "" {
		return Credential{}, false, fmt.Errorf("%w: PLUMBLINE_CLIENT_ID, PLUMBLINE_CLIENT_SECRET and PLUMBLINE_REFRESH_TOKEN_FILE go together", ErrSignInMissing)
	}
	app := &OAuthApp{ClientID: id, ClientSecret: secret, Atlassian: a}
	if err := app.check(); err != nil {
		return Credential{}, false, err
	}
	g := app.Grant(RefreshTokenFile(file))
	if _, err := g.Access(ctx); err != nil {
		return Credential{}, false, fmt.Errorf("signing in with PLUMBLINE_REFRESH_TOKEN_FILE: %w", err)
	}
	scopes := g.Scopes(ctx)
	if len(scopes) == 0 {
		// The answer to a refresh may leave them out; what the grant opens states them too.
		reaches, err := g.Reaches(ctx)
		if err != nil {
			return Credential{}, false, err
		}
		for _, r := range reaches {
			scopes = append(scopes, r.Scopes...)
		}
		slices.Sort(scopes)
		scopes = slices.Compact(scopes)
	}
	return g.Credential("environment", "", "", scopes), true, nil
}

// EnvironmentAtlassian reads PLUMBLINE_API_BASE and PLUMBLINE_AUTH_BASE. Plain http is for this machine only.
func EnvironmentAtlassian(getenv func(string) string) (Atlassian, error) {
	var a Atlassian
	for name, at := range map[string]*string{"PLUMBLINE_API_BASE": &a.API, "PLUMBLINE_AUTH_BASE": &a.Auth} {
		if v := getenv(name); v != "" {
			clean, err := CleanAddress(v)
			if err != nil {
				return Atlassian{}, fmt.Errorf("%s: %w", name, err)
			}
			*at = clean
		}
	}
	return a, nil
}

// Through is a with a proxy and certificate authorities of its own, as Options.Proxy and Options.CA say.
func (a Atlassian) Through(proxy, caFile string) (Atlassian, error) {
	transport, err := newTransport(goodManners(), proxy, caFile)
	if err != nil {
		return Atlassian{}, err
	}
	a.HTTP = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return a, nil
}

func addresses(all []Reach) string {
	var list []string
	for _, r := range all {
		if !slices.Contains(list, r.URL) {
			list = append(list, r.URL)
		}
	}
	return clean(strings.Join(list, ", "), nil)
}

func productsOf(all []Reach) []Product {
	var products []Product
	for _, r := range all {
		products = append(products, r.Products()...)
	}
	slices.Sort(products)
	return slices.Compact(products)
}
