package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// signInServer is a sign-in server and gateway on loopback, as strict as Atlassian's page "OAuth 2.0 (3LO) apps" allows.
// Every secret it makes or expects holds the planted word.
type signInServer struct {
	t        *testing.T
	url      string
	site     string        // address in accessible-resources
	takes    string        // "json", "form", "" both
	lifetime int           // expires_in
	refusal  string        // error of every token request
	trouble  int           // 503 that many times first
	slow     time.Duration // of a token answer
	beyond   bool          // the grant opens a second site
	silent   bool          // the token answer states no scope
	refused  bool          // the consent page answers access_denied
	onUse    func()        // called whenever an access token is used

	mu      sync.Mutex
	codes   map[string]string // code -> scope
	refresh map[string]bool   // refresh tokens -> good
	access  map[string]bool
	scope   string
	n       int
	asked   []string // kinds of token requests, in order
	formats []string
}

func newSignInServer(t *testing.T) *signInServer {
	s := &signInServer{t: t, site: "https://harbourline.atlassian.net", lifetime: 3600, codes: map[string]string{}, refresh: map[string]bool{}, access: map[string]bool{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *signInServer) app() *OAuthApp {
	return &OAuthApp{ClientID: "harbourline-app", ClientSecret: planted + "-client", pause: time.Millisecond,
		Redirect: fmt.Sprintf("http://127.0.0.1:%d/callback", freePort(s.t)), Atlassian: Atlassian{API: s.url, Auth: s.url}}
}

func (s *signInServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.URL.Path {
	case "/authorize":
		q := r.URL.Query()
		if strings.Contains(r.URL.RawQuery, "+") {
			s.t.Errorf("authorize: blanks as plus in %s", r.URL.RawQuery)
		}
		for name, want := range map[string]string{"audience": "api.atlassian.com", "prompt": "consent", "response_type": "code", "client_id": "harbourline-app"} {
			if q.Get(name) != want {
				s.t.Errorf("authorize: %s = %q, want %q", name, q.Get(name), want)
			}
		}
		scopes := strings.Split(q.Get("scope"), " ")
		if !slices.Contains(scopes, "offline_access") || !slices.Contains(scopes, "read:me") || len(q.Get("state")) < 20 {
			s.t.Errorf("authorize: scope %q, state of %d characters", q.Get("scope"), len(q.Get("state")))
		}
		back := url.Values{"state": {q.Get("state")}}
		if s.refused {
			back.Set("error", "access_denied")
			back.Set("error_description", "User did not authorize the request")
		} else {
			s.n++
			code := fmt.Sprintf("%s-code-%d", planted, s.n)
			s.codes[code] = q.Get("scope")
			back.Set("code", code)
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	case "/oauth/token":
		s.token(w, r)
	case "/me", "/oauth/token/accessible-resources":
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if s.onUse != nil {
			s.onUse()
		}
		if !s.access[token] {
			s.answer(w, 401, map[string]any{"code": 401, "message": "Unauthorized"})
			return
		}
		if r.URL.Path == "/me" {
			s.answer(w, 200, map[string]any{"account_id": "5b10-ferreira", "account_type": "atlassian", "email": "m.ferreira@harbourline.example", "name": "M. Ferreira"})
			return
		}
		sites := []map[string]any{
			{"id": "1324a887", "name": "harbourline", "url": s.site, "scopes": []string{"read:jira-work", "read:jira-user"}},
			{"id": "1324a887", "name": "harbourline", "url": s.site, "scopes": []string{"read:confluence-user", "read:space:confluence"}},
		}
		if s.beyond {
			sites = append(sites, map[string]any{"id": "99c0ffee", "name": "other", "url": "https://other.atlassian.net", "scopes": []string{"read:jira-work"}})
		}
		s.answer(w, 200, sites)
	default:
		http.NotFound(w, r)
	}
}

func (s *signInServer) token(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, _ := io.ReadAll(r.Body)
	form := url.Values{}
	switch {
	case kind == "application/json" && s.takes != "form":
		var members map[string]string
		if err := json.Unmarshal(body, &members); err != nil {
			s.t.Errorf("token request: %v", err)
		}
		for k, v := range members {
			form.Set(k, v)
		}
	case kind == "application/x-www-form-urlencoded" && s.takes != "json":
		form, _ = url.ParseQuery(string(body))
	}
	s.formats = append(s.formats, strings.TrimPrefix(kind, "application/"))
	refuse := func(status int, code, words string) {
		s.answer(w, status, map[string]any{"error": code, "error_description": words})
	}
	grant := form.Get("grant_type")
	if grant == "" {
		refuse(400, "invalid_request", "grant_type is missing: "+string(body)) // some servers repeat what they got
		return
	}
	s.asked = append(s.asked, grant)
	time.Sleep(s.slow)
	switch {
	case s.trouble > 0:
		s.trouble--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case s.refusal != "":
		refuse(403, s.refusal, "Unknown or invalid refresh token. "+form.Get("refresh_token"))
		return
	case form.Get("client_secret") != planted+"-client":
		refuse(401, "access_denied", "Unauthorized")
		return
	}
	switch grant {
	case "authorization_code":
		scope, ok := s.codes[form.Get("code")]
		if !ok || form.Get("redirect_uri") == "" {
			refuse(403, "invalid_grant", "Invalid authorization code")
			return
		}
		delete(s.codes, form.Get("code"))
		s.scope = scope
	case "refresh_token":
		if !s.refresh[form.Get("refresh_token")] {
			refuse(403, "invalid_grant", "Unknown or invalid refresh token.")
			return
		}
		s.refresh[form.Get("refresh_token")] = false
	}
	s.n++
	access, next := fmt.Sprintf("%s-access-%d", planted, s.n), fmt.Sprintf("%s-refresh-%d", planted, s.n)
	s.access, s.refresh[next] = map[string]bool{access: true}, true
	out := map[string]any{"access_token": access, "refresh_token": next, "expires_in": s.lifetime, "token_type": "Bearer", "scope": s.scope}
	if s.silent {
		delete(out, "scope")
	}
	s.answer(w, 200, out)
}

func (s *signInServer) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// grants makes a refresh token good.
func (s *signInServer) grants(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh[token] = true
	return token
}

func (s *signInServer) count(grant string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a == grant {
			n++
		}
	}
	return n
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestConsent goes the whole way with a browser, against servers that take either encoding or only one.
func TestConsent(t *testing.T) {
	for _, takes := range []string{"", "json", "form"} {
		t.Run("takes "+takes, func(t *testing.T) {
			s, b, k := newSignInServer(t), newBrowser(), &Keychain{Dir: t.TempDir(), Unused: true}
			s.takes, s.beyond = takes, true
			var shown string
			app := s.app()
			added, err := k.AddGrant(t.Context(), app, "harbourline.atlassian.net", Consent{
				Scopes: []string{"read:jira-work", "read:jira-user"}, Open: b.open,
				Show: func(address string, listening bool) { shown = fmt.Sprint(address, listening) },
			})
			if err != nil {
				t.Fatal(err)
			}
			page := <-b.page
			if b.status != 200 || !strings.Contains(page, "Signed in") {
				t.Errorf("the browser ends on %d %s", b.status, page)
			}
			if added.SignIn.Name != "harbourline.atlassian.net/3lo" || added.SignIn.Account != "M. Ferreira" || !added.SignIn.Kept.ThisRunOnly ||
				strings.Join(added.SignIn.Scopes, " ") != "offline_access read:jira-user read:jira-work read:me" {
				t.Errorf("added %+v", added.SignIn)
			}
			if len(added.Reaches) != 2 || len(added.Beyond) != 1 || added.Beyond[0].URL != "https://other.atlassian.net" {
				t.Errorf("reaches %+v, beyond %+v", added.Reaches, added.Beyond)
			}
			if p := added.Reaches[0].Products(); !slices.Equal(p, []Product{Jira}) {
				t.Errorf("the first entry is of %v", p)
			}
			if p := added.Reaches[1].Products(); !slices.Equal(p, []Product{Confluence}) {
				t.Errorf("the second entry is of %v", p)
			}
			if !strings.HasSuffix(shown, "true") {
				t.Errorf("shown %s", shown)
			}
			noSecret(t, added, page, shown, k, app, &struct{ A *OAuthApp }{app})
			// What was kept works, and keeps to the encoding that was found.
			s.formats = nil
			c, err := k.Credential(t.Context(), Atlassian{API: s.url, Auth: s.url}, added.SignIn.Name)
			if err != nil {
				t.Fatal(err)
			}
			noSecret(t, c)
			r := httptest.NewRequest("GET", "/", nil)
			if err := c.Authorise(r); err != nil || !s.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
				t.Errorf("Authorise: %v", err)
			}
			if err := c.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
			want := map[string][]string{"": {"json", "json"}, "json": {"json", "json"}, "form": {"json", "x-www-form-urlencoded", "x-www-form-urlencoded"}}[takes]
			if !slices.Equal(s.formats, want) {
				t.Errorf("asked in %v, want %v", s.formats, want)
			}
		})
	}
}

// TestConsentGoesWrong: every way in which no grant comes of it is told to the person and to the browser.
func TestConsentGoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		server func(*signInServer)
		app    func(*OAuthApp)
		site   string
		want   error
		says   string
	}{
		"refused on the page": {server: func(s *signInServer) { s.refused = true }, want: ErrSignInRefused, says: "User did not authorize"},
		"wrong client secret": {app: func(a *OAuthApp) { a.ClientSecret = planted + "-wrong" }, want: ErrWrongApp, says: "client secret"},
		"another site":        {site: "https://elsewhere.atlassian.net", want: ErrNotReached, says: "harbourline.atlassian.net"},
		"a repeated secret":   {server: func(s *signInServer) { s.refusal = "server_error" }, want: ErrSignInRefused},
	} {
		t.Run(name, func(t *testing.T) {
			s, b, k := newSignInServer(t), newBrowser(), &Keychain{Dir: t.TempDir(), Unused: true}
			app := s.app()
			if c.server != nil {
				c.server(s)
			}
			if c.app != nil {
				c.app(app)
			}
			site := c.site
			if site == "" {
				site = s.site
			}
			_, err := k.AddGrant(t.Context(), app, site, Consent{Open: b.open})
			page := <-b.page
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("err = %v", err)
			}
			if b.status != 502 || !strings.Contains(page, "Not signed in") {
				t.Errorf("the browser ends on %d %s", b.status, page)
			}
			if list, _ := k.List(); len(list) != 0 {
				t.Errorf("kept all the same: %v", list)
			}
			noSecret(t, err, page)
		})
	}
}

// TestWayBack: only the answer of this very sign-in counts, once; everything else leaves it waiting.
func TestWayBack(t *testing.T) {
	s := newSignInServer(t)
	app := s.app()
	addresses := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- app.SignIn(t.Context(), Consent{Show: func(a string, _ bool) { addresses <- a }}, nil)
	}()
	address, err := url.Parse(<-addresses)
	if err != nil {
		t.Fatal(err)
	}
	state := address.Query().Get("state")
	ask := func(method, path, host string) int {
		r, _ := http.NewRequest(method, strings.Replace(app.Redirect, "/callback", path, 1), nil)
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		noSecret(t, string(text))
		if h := answer.Header; strings.Contains(string(text), "<html") && (h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'")) {
			t.Errorf("headers of the page: %v", h)
		}
		return answer.StatusCode
	}
	for path, want := range map[string]int{
		"/callback?code=" + planted + "&state=other": 400,
		"/callback?code=" + planted:                  400,
		"/callback?state=" + state:                   400,
		"/callback?error=access_denied&state=":       400,
		"/":                                          404,
		"/callback/more?code=x&state=" + state:       404,
	} {
		if got := ask("GET", path, ""); got != want {
			t.Errorf("GET %s: %d, want %d", path, got, want)
		}
	}
	if got := ask("POST", "/callback?code=x&state="+state, ""); got != 405 {
		t.Errorf("POST: %d", got)
	}
	if got := ask("GET", "/callback?code=x&state="+state, "attacker.example"); got != 404 {
		t.Errorf("under another name: %d", got)
	}
	select {
	case err := <-ended:
		t.Fatalf("the sign-in ended: %v", err)
	default:
	}
	b := newBrowser()
	_ = b.open(address.String())
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	<-b.page
	if n := s.count("authorization_code"); n != 1 {
		t.Errorf("%d codes were exchanged", n)
	}
	if _, err := http.Get(app.Redirect); err == nil {
		t.Error("the way back is still open after the sign-in")
	}
}

func TestConsentTimeLimit(t *testing.T) {
	s := newSignInServer(t)
	err := s.app().SignIn(t.Context(), Consent{Limit: 20 * time.Millisecond}, nil)
	if !errors.Is(err, ErrSignInTimeout) {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := s.app().SignIn(ctx, Consent{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// TestPaste: where the port is taken or the browser is elsewhere, the address it ended on is pasted.
func TestPaste(t *testing.T) {
	s := newSignInServer(t)
	app := s.app()
	taken, err := net.Listen("tcp4", strings.TrimSuffix(strings.TrimPrefix(app.Redirect, "http://"), "/callback"))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := app.SignIn(t.Context(), Consent{}, nil); err == nil || !errors.Is(err, ErrPortTaken) {
		t.Errorf("with a taken port and nobody to ask: %v", err)
	}
	// The browser of another machine: it follows the consent page and stops at an address that answers nothing.
	var landed string
	elsewhere := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		landed = r.URL.String()
		return http.ErrUseLastResponse
	}}
	lines := []string{"what?", app.Redirect + "?code=" + planted + "&state=wrong", "%zz" + planted}
	asked := 0
	var told []string
	consent := Consent{
		Show: func(address string, listening bool) {
			if listening {
				t.Error("said to listen on a port that is taken")
			}
			answer, err := elsewhere.Get(address)
			if err != nil {
				t.Error(err)
				return
			}
			answer.Body.Close()
		},
		Paste: func(_ context.Context, wrong error) (string, error) {
			if asked++; wrong != nil {
				told = append(told, wrong.Error())
			}
			if asked <= len(lines) {
				return lines[asked-1], nil
			}
			return "  " + landed + "\n", nil
		},
	}
	var got *Grant
	if err := app.SignIn(t.Context(), consent, func(_ context.Context, g *Grant) error { got = g; return nil }); err != nil || got == nil {
		t.Fatalf("pasting after %d wrong lines: %v", len(lines), err)
	}
	noSecret(t, got)
	if want := []string{"this is no address", "this answer belongs to another sign-in, or to none", "this is no address"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	if me, err := got.Me(t.Context()); err != nil || me.ID != "5b10-ferreira" {
		t.Errorf("Me = %+v, %v", me, err)
	}
	consent.Paste = func(context.Context, error) (string, error) { return "", io.EOF }
	if err := app.SignIn(t.Context(), consent, nil); !errors.Is(err, ErrPortTaken) {
		t.Errorf("nobody pastes: %v", err)
	}
	consent.Paste = func(context.Context, error) (string, error) { return planted, nil }
	err = app.SignIn(t.Context(), consent, nil)
	if !errors.Is(err, ErrNotPasted) || !errors.Is(err, ErrSignInRefused) {
		t.Errorf("nothing but wrong lines: %v", err)
	}
	noSecret(t, err)
	taken.Close()
	consent.Show = nil
	if err := app.SignIn(t.Context(), consent, nil); !errors.Is(err, ErrNotPasted) {
		t.Errorf("nothing but wrong lines while it listens: %v", err)
	}
}

func TestRedirectIsLocal(t *testing.T) {
	for _, redirect := range []string{"http://harbourline.example:17380/callback", "https://127.0.0.1:17380/callback", "http://127.0.0.1/callback"} {
		app := newSignInServer(t).app()
		app.Redirect = redirect
		if err := app.SignIn(t.Context(), Consent{}, nil); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", redirect, err)
		}
	}
	app := newSignInServer(t).app()
	app.Atlassian.Auth = "http://harbourline.example"
	if err := app.SignIn(t.Context(), Consent{}, nil); !errors.Is(err, ErrPlainHTTP) {
		t.Errorf("a sign-in server without TLS: %v", err)
	}
	app.ClientSecret = ""
	if err := app.SignIn(t.Context(), Consent{}, nil); !errors.Is(err, ErrNoSecret) {
		t.Errorf("an app without its secret: %v", err)
	}
}
