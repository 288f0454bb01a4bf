package window

import (
	"context"
	"os"
	"sync"

	"plumbline/app"
)

// signIns are the sign-ins of this machine. They are opened once: one that no keychain keeps lives as long as the window.
type signIns struct {
	mu    sync.Mutex
	kept  *app.SignIns
	paste chan string // takes the address that a browser ended on, while somebody waits for it
}

// signIns opens them by the way that the settings name.
func (w *Window) signIns() (*app.SignIns, error) {
	w.signed.mu.Lock()
	defer w.signed.mu.Unlock()
	if w.signed.kept == nil {
		in, err := app.OpenSignIns(os.Getenv)
		if err != nil {
			return nil, err
		}
		w.signed.kept = in
	}
	s := w.settings()
	return w.signed.kept.Via(s.Proxy, s.CA)
}

// SignInKind is a way to sign in.
type SignInKind struct {
	Kind  string   `json:"kind"`  // token, scoped-token, 3lo, org-key, dc-token
	Site  string   `json:"site"`  // cloud or dc: what it is for
	Asks  []string `json:"asks"`  // what AddSignIn needs for it: email, token, client_id, client_secret
	Title string   `json:"title"` // API token
	About string   `json:"about"` // what it reads, in a sentence
}

var signInKinds = []SignInKind{
	{"token", "cloud", []string{"email", "token"}, "API token", "reads everything that its account may see"},
	{"scoped-token", "cloud", []string{"email", "token"}, "API token with scopes", "reads what its scopes open"},
	{"3lo", "cloud", []string{"client_id", "client_secret"}, "OAuth 2.0 in the browser", "with an app that you registered yourself; reads what its scopes open"},
	{"org-key", "cloud", []string{"token"}, "Organisation API key", "reads the organisation, beside another sign-in for its site"},
	{"dc-token", "dc", []string{"token"}, "Data Center personal access token", "of Jira or of Confluence; has the rights of its user"},
}

// SignInList is the sign-ins kept and the ways to add one.
type SignInList struct {
	SignIns  []app.SignIn `json:"sign_ins"`
	Kinds    []SignInKind `json:"kinds"`
	Redirect string       `json:"redirect"` // the callback address to register for an OAuth app
}

// SignIns lists the sign-ins of this machine. It unlocks nothing.
func (w *Window) SignIns() (*SignInList, error) {
	return call(w, "", func(context.Context) (*SignInList, error) { return w.signInList() })
}

func (w *Window) signInList() (*SignInList, error) {
	in, err := w.signIns()
	if err != nil {
		return nil, err
	}
	all, err := in.List()
	if err != nil {
		return nil, err
	}
	return &SignInList{all.SignIns, signInKinds, app.DefaultRedirect}, nil
}

// ScopeAnswer is what a sign-in would ask for, and how far that reaches.
type ScopeAnswer struct {
	SiteKind string         `json:"site_kind"` // cloud or dc
	Scopes   []app.ScopeRow `json:"scopes"`
	Closed   []string       `json:"closed"` // resources that no scope opens: an API token without scopes reads them
	Limit    int            `json:"limit"`  // Atlassian's advice: fewer than this many
	Rules    int            `json:"rules"`  // how many there are
	Reach    int            `json:"reach"`  // how many of them could look with these scopes, as far as they alone decide
}

// Scopes says what a sign-in would ask for and why; no network. kind is cloud or dc; with globs only what the rules
// that match read; classic asks for classic scopes where there are any.
func (w *Window) Scopes(kind string, classic bool, globs []string) (*ScopeAnswer, error) {
	return call(w, "", func(context.Context) (*ScopeAnswer, error) {
		all, err := app.Scopes(kind, globs, classic)
		if err != nil {
			return nil, err
		}
		rules, reach, err := all.Reach()
		return &ScopeAnswer{all.SiteKind, all.Scopes, all.Closed, all.Limit, rules, reach}, err
	})
}

// NewSignIn is a sign-in to try and to keep. Secrets come in and never go out again.
type NewSignIn struct {
	Kind         string `json:"kind"`
	Site         string `json:"site"`  // its address
	Email        string `json:"email"` // of the token's account
	Token        string `json:"token"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Redirect     string `json:"redirect"` // "": the usual one
	Classic      bool   `json:"classic"`
	Browser      bool   `json:"browser"` // open the browser of this machine; the event "consent" tells the address in any case
}

// Consent is the event "consent": where to sign in.
type Consent struct {
	Address   string `json:"address"`
	Listening bool   `json:"listening"` // false: the callback's port is taken, so the browser ends on a page that does not open: PasteConsent
	Wrong     string `json:"wrong"`     // why the address given to PasteConsent is not it, "" if none was given yet
}

// AddSignIn tries a sign-in and keeps it in the system's keychain, or for this run where there is none: kept says
// which. For 3lo it waits until the browser comes back, or PasteConsent is told where it ended; it can be cancelled.
func (w *Window) AddSignIn(s NewSignIn, token string) (*app.Added, error) {
	return call(w, token, func(ctx context.Context) (*app.Added, error) {
		if err := app.CheckKind(s.Kind); err != nil {
			return nil, err
		}
		if err := app.CheckSite(s.Site); err != nil {
			return nil, err
		}
		in, err := w.signIns()
		if err != nil {
			return nil, err
		}
		secret := app.Secret{Email: s.Email, Token: s.Token, ClientID: s.ClientID, ClientSecret: s.ClientSecret}
		if s.Kind != "3lo" {
			return in.AddToken(ctx, s.Site, s.Kind, secret)
		}
		pasted, done := w.signed.wait()
		defer done()
		var told Consent
		return in.AddGrant(ctx, s.Site, secret, s.Redirect, s.Classic, app.Browser{
			Open: s.Browser,
			Show: func(address string, listening bool) {
				told = Consent{Address: address, Listening: listening}
				w.hub.publish("consent", told)
			},
			Paste: func(ctx context.Context, wrong error) (string, error) {
				if wrong != nil {
					told.Wrong = wrong.Error()
					w.hub.publish("consent", told)
				}
				select {
				case address := <-pasted:
					return address, nil
				case <-ctx.Done():
					return "", ctx.Err()
				}
			},
		})
	})
}

// wait makes the place that a pasted address goes to; the one who waited before gets none any more.
func (s *signIns) wait() (<-chan string, func()) {
	c := make(chan string, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paste = c
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.paste == c {
			s.paste = nil
		}
	}
}

// PasteConsent tells a waiting AddSignIn on which address the browser ended.
func (w *Window) PasteConsent(address string) error {
	w.signed.mu.Lock()
	defer w.signed.mu.Unlock()
	if w.signed.paste == nil {
		return Refusal{app.Usage("nobody waits for an address", "begin the sign-in again")}
	}
	select {
	case w.signed.paste <- address:
	default: // one is there already
	}
	return nil
}

// TestSignIn is the pre-flight of a kept sign-in: who it is, what it would be refused, and which rules that costs.
// Nothing is collected. It can be cancelled.
func (w *Window) TestSignIn(name, token string) (*app.Trial, error) {
	return call(w, token, func(ctx context.Context) (*app.Trial, error) {
		in, err := w.signIns()
		if err != nil {
			return nil, err
		}
		t, err := in.Test(ctx, name, "")
		if err == nil {
			t.Fold()
		}
		return t, err
	})
}

// RemoveSignIn forgets a sign-in and lists what is left. The token itself still works until it is revoked at Atlassian.
func (w *Window) RemoveSignIn(name string) (*SignInList, error) {
	return call(w, "", func(ctx context.Context) (*SignInList, error) {
		in, err := w.signIns()
		if err != nil {
			return nil, err
		}
		if _, err := in.Remove(ctx, name); err != nil {
			return nil, err
		}
		return w.signInList()
	})
}
