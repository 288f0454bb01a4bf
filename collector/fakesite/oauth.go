package fakesite

import (
	"crypto/rand"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuth is how the sign-in server behaves. Who signs in consents at once.
type OAuth struct {
	ClientID     string        // "" is DefaultClientID
	ClientSecret string        // "" is DefaultClientSecret
	Account      string        // e-mail address of who consents; "" is AuditorEmail
	Scopes       []string      // what the app is registered for; nil grants whatever is asked
	Refuse       bool          // consent is refused
	Exchange     string        // "json" or "form": the only encoding that /oauth/token takes; "" takes both
	ExpiresIn    time.Duration // life of an access token; 0 is one hour
	Leeway       time.Duration // how long a refresh token works on after it was used
}

// The app that the sign-in server knows if nothing else is said.
const (
	DefaultClientID     = "fakesite-client"
	DefaultClientSecret = "fakesite-secret"
)

// grants are what the sign-in server has given out.
type grants struct {
	codes   map[string]grantOf
	access  map[string]grantOf
	refresh map[string]grantOf
}

type grantOf struct {
	email    string
	scopes   []string
	redirect string
	until    time.Time // zero is without end
}

func (o OAuth) clientID() string {
	if o.ClientID == "" {
		return DefaultClientID
	}
	return o.ClientID
}

func (o OAuth) clientSecret() string {
	if o.ClientSecret == "" {
		return DefaultClientSecret
	}
	return o.ClientSecret
}

// keep remembers what a code or token stands for and gives it a name.
func (s *Server) keep(in *map[string]grantOf, g grantOf) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *in == nil {
		*in = map[string]grantOf{}
	}
	name := rand.Text()
	(*in)[name] = g
	return name
}

// RevokeGrant ends every access and refresh token, as when a person withdraws consent.
func (s *Server) RevokeGrant() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grants = grants{}
}

// ExpireAccess ends every access token; refresh tokens go on.
func (s *Server) ExpireAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grants.access = nil
}

// bearer finds the account and scopes of an access token.
func (s *Server) bearer(r *http.Request) (email string, scopes []string, ok bool) {
	if s.leader != nil {
		return s.leader.bearer(r)
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", nil, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	g, ok := s.grants.access[token]
	if !ok || time.Now().After(g.until) {
		return "", nil, false
	}
	return g.email, g.scopes, true
}

// serveSignIn is the sign-in server: /authorize and /oauth/token.
func (s *Server) serveSignIn(w http.ResponseWriter, r *http.Request) {
	c := &call{s: s, w: w, r: r, path: r.URL.Path, who: &caller{kind: "none"}}
	began := time.Now()
	defer func() {
		s.record(Request{Time: began, Face: "sign-in", Method: r.Method, Path: r.URL.Path, Auth: "none", Status: c.status}) // its query holds secrets
	}()
	switch {
	case s.strike(c):
	case r.Method == http.MethodGet && r.URL.Path == "/authorize":
		s.authorize(c)
	case r.Method == http.MethodPost && r.URL.Path == "/oauth/token":
		s.exchange(c)
	default:
		c.send(http.StatusNotFound, obj{"error": "not_found"})
	}
}

// authorize consents and sends the browser back, with the state it came with.
func (s *Server) authorize(c *call) {
	back, err := url.Parse(c.q("redirect_uri"))
	switch {
	case c.q("client_id") != s.OAuth.clientID():
		c.deliver(400, "text/html;charset=UTF-8", []byte("<h1>Something went wrong</h1><p>We can't identify the app that is asking for access to your account.</p>"))
		return
	case err != nil || !loopback(back) || c.q("response_type") != "code" || c.q("audience") != "api.atlassian.com" || c.q("state") == "":
		c.deliver(400, "text/html;charset=UTF-8", []byte("<h1>Something went wrong</h1><p>The request to authorize is missing a parameter or has a wrong one.</p>"))
		return
	}
	q := back.Query()
	q.Set("state", c.q("state"))
	if s.OAuth.Refuse {
		q.Set("error", "access_denied")
		q.Set("error_description", "User did not authorize the request")
	} else {
		g := grantOf{email: s.OAuth.Account, redirect: c.q("redirect_uri")}
		if g.email == "" {
			g.email = AuditorEmail
		}
		for _, scope := range strings.Fields(c.q("scope")) {
			if s.OAuth.Scopes == nil || slices.Contains(s.OAuth.Scopes, scope) {
				g.scopes = append(g.scopes, scope)
			}
		}
		q.Set("code", s.keep(&s.grants.codes, g))
	}
	back.RawQuery = q.Encode()
	c.status = http.StatusFound
	http.Redirect(c.w, c.r, back.String(), http.StatusFound)
}

func loopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// exchange gives tokens for a code or a refresh token, which is replaced by a new one.
func (s *Server) exchange(c *call) {
	ask, kind := map[string]string{}, c.r.Header.Get("Content-Type")
	form := strings.HasPrefix(kind, "application/x-www-form-urlencoded")
	if form {
		_ = c.r.ParseForm()
		for k := range c.r.PostForm {
			ask[k] = c.r.PostForm.Get(k)
		}
	} else if json.NewDecoder(c.r.Body).Decode(&ask) != nil {
		c.send(400, obj{"error": "invalid_request", "error_description": "The body could not be read."})
		return
	}
	if s.OAuth.Exchange == "json" && form || s.OAuth.Exchange == "form" && !form {
		c.send(http.StatusUnsupportedMediaType, obj{"error": "invalid_request", "error_description": "Content type '" + kind + "' is not supported."})
		return
	}
	if ask["client_id"] != s.OAuth.clientID() || ask["client_secret"] != s.OAuth.clientSecret() {
		c.send(401, obj{"error": "access_denied", "error_description": "Unauthorized"})
		return
	}
	var g grantOf
	var ok bool
	refusal := "Unknown or invalid refresh token."
	s.mu.Lock()
	switch ask["grant_type"] {
	case "authorization_code":
		refusal = "Invalid authorization code"
		g, ok = s.grants.codes[ask["code"]]
		ok = ok && g.redirect == ask["redirect_uri"]
		delete(s.grants.codes, ask["code"])
	case "refresh_token":
		g, ok = s.grants.refresh[ask["refresh_token"]]
		ok = ok && (g.until.IsZero() || time.Now().Before(g.until))
		if ok && g.until.IsZero() {
			used := g
			used.until = time.Now().Add(s.OAuth.Leeway)
			s.grants.refresh[ask["refresh_token"]] = used
		}
	default:
		s.mu.Unlock()
		c.send(400, obj{"error": "unsupported_grant_type", "error_description": "Unsupported grant type: " + ask["grant_type"]})
		return
	}
	s.mu.Unlock()
	if !ok {
		c.send(403, obj{"error": "invalid_grant", "error_description": refusal})
		return
	}
	life := s.OAuth.ExpiresIn
	if life == 0 {
		life = time.Hour
	}
	g.until = time.Now().Add(life)
	out := obj{"access_token": s.keep(&s.grants.access, g), "expires_in": int(life.Seconds()), "token_type": "Bearer", "scope": strings.Join(g.scopes, " ")}
	if slices.Contains(g.scopes, "offline_access") {
		g.until = time.Time{}
		out["refresh_token"] = s.keep(&s.grants.refresh, g)
	}
	c.send(200, out)
}

// Grant gives a refresh token without a browser, for programs that start with one.
func (s *Server) Grant(email string, scopes ...string) (refresh string) {
	return s.keep(&s.grants.refresh, grantOf{email: email, scopes: append(scopes, "offline_access")})
}

// serveGrantPages are the gateway's own pages: which sites a token reaches, and whose it is.
func (s *Server) serveGrantPages(w http.ResponseWriter, r *http.Request) {
	c := &call{s: s, w: w, r: r, path: r.URL.Path, face: "gateway", who: &caller{kind: "wrong"}}
	began := time.Now()
	email, scopes, ok := s.bearer(r)
	if ok {
		c.who.kind = "3lo"
	}
	defer func() {
		s.record(Request{Time: began, Face: "gateway", Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Auth: c.who.kind, Account: email, Status: c.status})
	}()
	switch {
	case s.strike(c):
	case r.Method != http.MethodGet:
		c.send(http.StatusMethodNotAllowed, obj{"code": 405, "message": "Method Not Allowed"})
	case r.URL.Path != "/me" && r.URL.Path != "/oauth/token/accessible-resources":
		c.send(404, obj{"code": 404, "message": "Not Found"})
	case !ok:
		c.send(401, obj{"code": 401, "message": "Unauthorized"})
	case r.URL.Path == "/me" && !slices.Contains(scopes, "read:me"):
		c.send(401, obj{"code": 401, "message": "Unauthorized; scope does not match"})
	case r.URL.Path == "/me":
		a, _ := s.accountOf(email)
		c.send(200, obj{"account_id": a.ID, "account_type": a.Type, "account_status": "active", "email": a.Email, "name": a.Display, "picture": avatar(a.ID, "48"), "nickname": a.Name, "zoneinfo": zone(*a), "locale": "en-GB"})
	default:
		c.send(200, s.accessible(email, scopes))
	}
}

// accessible lists the sites of a grant: one entry for Jira and one for Confluence, with the same id.
func (s *Server) accessible(email string, scopes []string) []any {
	var jira, confluence []string
	for _, scope := range scopes {
		switch {
		case strings.Contains(scope, "confluence"):
			confluence = append(confluence, scope)
		case strings.Contains(scope, "jira") || strings.Contains(scope, "servicedesk"):
			jira = append(jira, scope)
		}
	}
	out := []any{}
	for _, at := range append([]*Server{s}, s.Neighbours...) {
		if _, ok := at.accountOf(email); !ok {
			continue
		}
		at.mu.RLock()
		about := at.site.about
		at.mu.RUnlock()
		for _, part := range [][]string{jira, confluence} {
			if len(part) > 0 {
				out = append(out, obj{"id": about.CloudID, "name": strings.ToLower(about.Title), "url": at.siteURL, "scopes": part, "avatarUrl": avatar("site", "48")})
			}
		}
	}
	return out
}
