package collector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/collector/fakesite"
)

// harbourline starts the pretend site with the tokens that these tests use.
func harbourline(t *testing.T, set func(*fakesite.Server)) (s *fakesite.Server, site string, a Atlassian) {
	t.Helper()
	s = fakesite.Harbourline(2)
	s.Tokens = []fakesite.Token{
		{Email: fakesite.AuditorEmail, Secret: planted + "-scoped", Scopes: strings.Fields("read:jira-user read:confluence-user read:jira-work")},
		{Email: fakesite.AuditorEmail, Secret: planted + "-narrow", Scopes: []string{"read:space:confluence"}},
		{Email: fakesite.AuditorEmail, Secret: planted + "-plain"},
	}
	s.OAuth.ClientID, s.OAuth.ClientSecret = "harbourline-app", planted+"-client"
	if set != nil {
		set(s)
	}
	site, api, auth, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, site, Atlassian{API: api, Auth: auth}
}

// TestAddToken: a good token is kept with whose it is, and what is wrong with another is told apart.
func TestAddToken(t *testing.T) {
	s, site, a := harbourline(t, nil)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>a shop</html>")) }))
	defer page.Close()
	dataCenter := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rest/api/2/serverInfo" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"deploymentType":"Server","version":"10.3.0"}`))
	}))
	defer dataCenter.Close()
	expired := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message":"The API token has expired."}`))
	}))
	defer expired.Close()
	jira, confluence := startDC(t, fakesite.HarbourlineDC(1))
	tidewell := httptest.NewServer(&door{answers: map[string]string{"/_edge/tenant_info": `{"cloudId":"11111111-2222-3333-4444-555555555555"}`,
		"/rest/api/3/serverInfo": `{"deploymentType":"Cloud","baseUrl":"https://tidewell.atlassian.net"}`}})
	defer tidewell.Close()
	for name, c := range map[string]struct {
		site, kind, email, token string
		want                     error
		products                 []Product
	}{
		"good":                     {kind: APIToken, token: planted + "-plain", products: []Product{Confluence, Jira}},
		"good with scopes":         {kind: ScopedToken, token: planted + "-scoped", products: []Product{Confluence, Jira}},
		"cannot ask who it is":     {kind: ScopedToken, token: planted + "-narrow", products: []Product{Confluence, Jira}},
		"wrong":                    {kind: APIToken, token: planted + "-wrong", want: ErrTokenRefused},
		"wrong, with scopes":       {kind: ScopedToken, token: planted + "-wrong", want: ErrTokenRefused},
		"somebody else's":          {kind: APIToken, email: "maja@harbourline.example", token: planted + "-plain", want: ErrTokenRefused},
		"scopes at the site":       {kind: APIToken, token: planted + "-scoped", want: ErrTokenHasScopes},
		"no scopes at the gateway": {kind: ScopedToken, token: planted + "-plain", want: ErrTokenHasNoScopes},
		"expired":                  {site: expired.URL, kind: APIToken, token: planted, want: ErrTokenExpired},
		"no Atlassian site":        {site: page.URL, kind: APIToken, token: planted, want: ErrNotAtlassian},
		"no site for the gateway":  {site: page.URL, kind: ScopedToken, token: planted, want: ErrNotAtlassian},
		"Data Center":              {site: dataCenter.URL, kind: APIToken, token: planted, want: ErrDataCenter},
		"nobody there":             {site: "http://127.0.0.1:1", kind: APIToken, token: planted, want: ErrUnreachable},
		"no TLS":                   {site: "http://harbourline.example", kind: APIToken, token: planted, want: ErrPlainHTTP},
		"a line break":             {kind: APIToken, token: planted + "\nX: y", want: ErrSignInMissing},
		"no token":                 {kind: APIToken, want: ErrSignInMissing},
		"no e-mail address":        {kind: APIToken, email: "-", token: planted, want: ErrSignInMissing},
		"organisation key":         {kind: OrgKey, token: fakesite.OrgKeySecret, products: []Product{Organisation}},
		"with scopes":              {kind: OrgKey, token: fakesite.ScopedOrgKeySecret, products: []Product{Organisation}},
		"an expired key":           {kind: OrgKey, token: fakesite.ExpiredOrgKey, want: ErrKeyRefused},
		"a wrong key":              {kind: OrgKey, token: planted, want: ErrKeyRefused},
		"a key at Data Center":     {site: jira, kind: OrgKey, token: planted, want: ErrDataCenter},
		"of another organisation":  {site: tidewell.URL, kind: OrgKey, token: fakesite.OrgKeySecret, want: ErrOtherOrganisation},
		"Data Center token":        {site: jira + "/secure/Dashboard.jspa", kind: DCToken, token: fakesite.DCAuditorToken, products: []Product{Jira}},
		"of Confluence":            {site: confluence, kind: DCToken, token: fakesite.DCAuditorToken, products: []Product{Confluence}},
		"an expired one":           {site: jira, kind: DCToken, token: fakesite.DCExpiredToken, want: ErrPATRefused},
		"a wrong one":              {site: confluence, kind: DCToken, token: planted, want: ErrPATRefused},
		"it, at Cloud":             {kind: DCToken, token: planted, want: ErrCloud},
		"API token, Data Center":   {site: jira, kind: APIToken, token: planted, want: ErrDataCenter},
		"API token, Confluence DC": {site: confluence, kind: APIToken, token: planted, want: ErrDataCenter},
		"with scopes, Data Center": {site: jira, kind: ScopedToken, token: planted, want: ErrDataCenter},
	} {
		t.Run(name, func(t *testing.T) {
			k := &Keychain{Dir: t.TempDir(), Unused: true}
			secret := Secret{Email: fakesite.AuditorEmail, Token: c.token}
			switch c.email {
			case "":
			case "-":
				secret.Email = ""
			default:
				secret.Email = c.email
			}
			at := c.site
			if at == "" {
				at = site
			}
			added, err := k.AddToken(t.Context(), a, at, c.kind, secret)
			noSecret(t, added, err)
			list, _ := k.List()
			if c.want != nil {
				if !errors.Is(err, c.want) || len(list) != 0 {
					t.Fatalf("err = %v, want %v; kept %v", err, c.want, list)
				}
				return
			}
			if err != nil || len(list) != 1 {
				t.Fatalf("err = %v; kept %v", err, list)
			}
			if !slices.Equal(added.Checked.Products, c.products) {
				t.Errorf("checked %+v", added.Checked)
			}
			if c.kind == DCToken && (added.SignIn.Site != jira && added.SignIn.Site != confluence) {
				t.Errorf("kept for %s", added.SignIn.Site)
			}
			if c.kind == OrgKey && !strings.Contains(added.SignIn.Account, "Harbourline") {
				t.Errorf("it is %q's", added.SignIn.Account)
			} else if c.kind != OrgKey && len(c.products) > 0 && c.token != planted+"-narrow" && added.SignIn.Account != "Ida Holm (Northgate Audit)" {
				t.Errorf("it is %q's", added.SignIn.Account)
			}
			credential, err := k.Credential(t.Context(), a, added.SignIn.Name)
			if err != nil || credential.Kind != c.kind || credential.Name != added.SignIn.Name {
				t.Fatalf("%v, %v", credential, err)
			}
			noSecret(t, credential)
			r := httptest.NewRequest("GET", "/", nil)
			if err := credential.Authorise(r); err != nil || r.Header.Get("Authorization") == "" {
				t.Errorf("Authorise: %v", err)
			}
		})
	}
	for _, r := range s.Log() {
		if strings.Contains(r.Path+r.Query, planted) {
			t.Errorf("a secret in an address: %s?%s", r.Path, r.Query)
		}
	}
}

// TestGrantOfHarbourline signs in at the pretend site as a person would, and loses the sign-in midway.
func TestGrantOfHarbourline(t *testing.T) {
	for _, takes := range []string{"json", "form"} {
		t.Run(takes, func(t *testing.T) {
			s, site, a := harbourline(t, func(s *fakesite.Server) { s.OAuth.Exchange = takes })
			k, b := &Keychain{Dir: t.TempDir(), Unused: true}, newBrowser()
			app := (&signInServer{t: t}).app()
			app.Atlassian = a
			set, err := ScopesFor([]string{"jira_user", "confluence_space"}, false)
			if err != nil {
				t.Fatal(err)
			}
			added, err := k.AddGrant(t.Context(), app, site, Consent{Scopes: set.Names(), Open: b.open})
			if err != nil {
				t.Fatal(err)
			}
			<-b.page
			if added.SignIn.Account != "Ida Holm (Northgate Audit)" || len(added.Reaches) != 2 || added.Reaches[0].CloudID != s.CloudID() ||
				!slices.Equal(added.Checked.Products, []Product{Confluence, Jira}) || !slices.Equal(added.SignIn.Scopes, set.Names()) {
				t.Errorf("added %+v", added)
			}
			all, err := k.Credentials(t.Context(), a, site)
			if err != nil || len(all) != 1 {
				t.Fatalf("%v, %v", all, err)
			}
			c := all[0]
			status := func(api API, path string) int {
				r, _ := http.NewRequest("GET", c.Base(api, site, a.API, s.CloudID())+path, nil)
				if err := c.Authorise(r); err != nil {
					t.Fatal(err)
				}
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				return answer.StatusCode
			}
			if got := status(JiraAPI, "/rest/api/3/myself"); got != 200 {
				t.Errorf("myself: %d", got)
			}
			if got := status(ConfluenceAPI, "/wiki/api/v2/spaces"); got != 200 {
				t.Errorf("spaces: %d", got)
			}
			s.ExpireAccess()
			if got := status(JiraAPI, "/rest/api/3/myself"); got != 401 {
				t.Errorf("with an expired token: %d", got)
			}
			if err := c.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := status(JiraAPI, "/rest/api/3/myself"); got != 200 {
				t.Errorf("after a refresh: %d", got)
			}
			s.RevokeGrant()
			err = c.Refresh(t.Context())
			if !errors.Is(err, ErrSignInLost) {
				t.Errorf("a revoked grant: %v", err)
			}
			noSecret(t, err, added, c)
		})
	}
}

// TestThroughProxy: tokens are tried the way that collecting goes.
func TestThroughProxy(t *testing.T) {
	asked := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	a, err := Atlassian{}.Through(proxy.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Check(t.Context(), "https://harbourline.atlassian.net", APIToken, Secret{Email: "m.ferreira@harbourline.example", Token: planted})
	if !errors.Is(err, ErrProxy) {
		t.Errorf("err = %v", err)
	}
	noSecret(t, err)
	if got := <-asked; got != "CONNECT harbourline.atlassian.net:443" {
		t.Errorf("the proxy was asked for %q", got)
	}
	if _, err := a.Through("", filepath.Join(t.TempDir(), "none.pem")); !errors.Is(err, ErrTLS) {
		t.Errorf("no such authorities: %v", err)
	}
}

func TestCleanAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"harbourline.atlassian.net":                               "https://harbourline.atlassian.net",
		" https://Harbourline.atlassian.net/wiki/spaces/X?a=b#c ": "https://harbourline.atlassian.net",
		"https://harbourline.atlassian.net:443/":                  "https://harbourline.atlassian.net",
		"https://jira.harbourline.example/jira/":                  "https://jira.harbourline.example/jira",
		"http://127.0.0.1:8099/":                                  "http://127.0.0.1:8099",
		"http://localhost:8099":                                   "http://localhost:8099",
		"http://[::1]:8099":                                       "http://[::1]:8099",
	} {
		if got, err := CleanAddress(typed); err != nil || got != want {
			t.Errorf("CleanAddress(%q) = %q, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]error{
		"http://harbourline.atlassian.net":                    ErrPlainHTTP,
		"http://127.0.0.1.harbourline.example":                ErrPlainHTTP,
		"ftp://harbourline.atlassian.net":                     ErrAddress,
		"https://m:" + planted + "@harbourline.atlassian.net": ErrAddress,
		"":                      ErrAddress,
		"https://%zz" + planted: ErrAddress,
	} {
		_, err := CleanAddress(typed)
		if !errors.Is(err, want) {
			t.Errorf("CleanAddress(%q): %v", typed, err)
		}
		noSecret(t, err)
	}
}

// TestNoSecretOnDisk: the list of sign-ins says whose they are, and nothing that signs anybody in.
func TestNoSecretOnDisk(t *testing.T) {
	k := &Keychain{Dir: t.TempDir()}
	s := SignIn{Name: "harbourline.atlassian.net/token", Site: "https://harbourline.atlassian.net", Kind: APIToken, Account: "M. Ferreira"}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(k.file(s.Name), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if list, err := k.List(); err != nil || len(list) != 1 || list[0].Name != s.Name {
		t.Errorf("%+v, %v", list, err)
	}
	if err := os.WriteFile(filepath.Join(k.Dir, "broken.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.List(); err == nil || !strings.Contains(err.Error(), "broken.json") {
		t.Errorf("a file that is not ours: %v", err)
	}
}

// browser opens an address as a browser does, and returns the page that it ends on.
type browser struct {
	page   chan string
	status int
}

func newBrowser() *browser { return &browser{page: make(chan string, 1)} }

func (b *browser) open(address string) error {
	go func() {
		answer, err := http.Get(address)
		if err != nil {
			b.page <- err.Error()
			return
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		b.status = answer.StatusCode
		b.page <- string(text)
	}()
	return nil
}

// noSecret fails the test if any of what is shown to people holds a planted secret.
func noSecret(t *testing.T, shown ...any) {
	t.Helper()
	for _, v := range shown {
		if text := fmt.Sprintf("%v %+v", v, v) + logged(v); strings.Contains(text, planted) {
			t.Errorf("a secret was shown: %s", text)
		}
	}
}

func logged(v any) string {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("signed in", "with", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("signed in", "with", v)
	return out.String()
}

func jsonOf(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}
