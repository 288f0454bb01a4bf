package fakesite

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const callback = "http://127.0.0.1:53682/callback"

// consent walks through /authorize and gives what the browser brings back.
func consent(t *testing.T, s *Server, scopes string) url.Values {
	t.Helper()
	q := url.Values{"audience": {"api.atlassian.com"}, "client_id": {DefaultClientID}, "scope": {scopes}, "redirect_uri": {callback}, "state": {"s t&te"}, "response_type": {"code"}, "prompt": {"consent"}}
	r, body, err := client{t: t, base: s.authBase}.do("GET", "/authorize?"+q.Encode(), "")
	if err != nil || r.StatusCode != http.StatusFound {
		t.Fatalf("authorize: %v %v %s", err, r, body)
	}
	back, err := url.Parse(r.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(back.String(), callback+"?") || back.Query().Get("state") != "s t&te" {
		t.Fatalf("sent back to %v", back)
	}
	return back.Query()
}

func token(t *testing.T, s *Server, status int, form bool, ask map[string]string) map[string]any {
	t.Helper()
	if ask["client_id"] == "" {
		ask["client_id"], ask["client_secret"] = DefaultClientID, DefaultClientSecret
	}
	c := client{t: t, base: s.authBase, header: map[string]string{"Content-Type": "application/json"}}
	b, _ := json.Marshal(ask)
	if form {
		v := url.Values{}
		for k, x := range ask {
			v.Set(k, x)
		}
		b, c.header = []byte(v.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	}
	return c.ask("POST", "/oauth/token", string(b), status).(map[string]any)
}

func exchange(t *testing.T, s *Server, scopes string) map[string]any {
	t.Helper()
	return token(t, s, 200, false, map[string]string{"grant_type": "authorization_code", "code": consent(t, s, scopes).Get("code"), "redirect_uri": callback})
}

func TestSigningInWithOAuth(t *testing.T) {
	other := &Server{Sizes: &Sizes{Users: 3}}
	s := Harbourline(2)
	s.Neighbours = []*Server{other}
	start(t, s)
	got := exchange(t, s, "read:jira-user read:space:confluence offline_access read:me")
	access := got["access_token"].(string)
	if got["expires_in"] != 3600.0 || got["refresh_token"] == nil || got["scope"] != "read:jira-user read:space:confluence offline_access read:me" {
		t.Errorf("token: %v", got)
	}
	gate := client{t: t, base: s.apiBase, sign: bearer(access)}
	sites := list(gate.get("/oauth/token/accessible-resources"), "")
	if len(sites) != 4 || at(sites[0], "id") != s.CloudID() || at(sites[1], "id") != s.CloudID() || at(sites[2], "id") != other.CloudID() {
		t.Fatalf("sites: %v", sites)
	}
	if at(sites[0], "scopes.0") != "read:jira-user" || at(sites[1], "scopes.0") != "read:space:confluence" || at(sites[0], "url") != s.siteURL {
		t.Errorf("sites: %v", sites)
	}
	if me := gate.get("/me"); at(me, "email") != AuditorEmail || at(me, "account_id") != AccountID("auditor") {
		t.Errorf("me: %v", me)
	}
	gate.get("/ex/jira/" + s.CloudID() + "/rest/api/3/myself")
	gate.get("/ex/jira/" + other.CloudID() + "/rest/api/3/users/search")
	gate.ask("GET", "/ex/jira/"+s.CloudID()+"/rest/api/3/role", "", 401)
	next, _ := at(gate.get("/ex/confluence/"+s.CloudID()+"/wiki/api/v2/spaces?limit=2"), "_links.next").(string)
	if !strings.HasPrefix(next, "/wiki/api/v2/spaces?") {
		t.Errorf("next page at the gateway: %q", next)
	}
	gate.get("/ex/confluence/" + s.CloudID() + next)
	client{t: t, base: s.siteURL, sign: bearer(access)}.ask("GET", "/rest/api/3/myself", "", 401)
	client{t: t, base: s.apiBase}.ask("GET", "/me", "", 401)
	s.ExpireAccess()
	gate.ask("GET", "/me", "", 401)
}

func TestRefreshTokensRotate(t *testing.T) {
	s := start(t, Harbourline(1))
	first := exchange(t, s, "read:jira-user offline_access")["refresh_token"].(string)
	refresh := func(tok string, status int) map[string]any {
		t.Helper()
		return token(t, s, status, false, map[string]string{"grant_type": "refresh_token", "refresh_token": tok})
	}
	second := refresh(first, 200)["refresh_token"].(string)
	if second == first {
		t.Error("the refresh token was not replaced")
	}
	if v := refresh(first, 403); v["error"] != "invalid_grant" || v["error_description"] != "Unknown or invalid refresh token." {
		t.Errorf("a used refresh token: %v", v)
	}
	s.OAuth.Leeway = time.Minute
	refresh(second, 200)
	refresh(second, 200) // within the leeway
	third := s.Grant(AuditorEmail, "read:jira-user")
	s.RevokeGrant()
	refresh(third, 403)
}

func TestTheSignInServerRefuses(t *testing.T) {
	s := start(t, Harbourline(1))
	ask := func(change map[string]string, status int) map[string]any {
		t.Helper()
		a := map[string]string{"grant_type": "authorization_code", "code": consent(t, s, "read:me").Get("code"), "redirect_uri": callback, "client_id": DefaultClientID, "client_secret": DefaultClientSecret}
		for k, v := range change {
			a[k] = v
		}
		return token(t, s, status, false, a)
	}
	ask(map[string]string{"client_secret": "no"}, 401)
	ask(map[string]string{"redirect_uri": callback + "2"}, 403)
	ask(map[string]string{"code": "no"}, 403)
	ask(map[string]string{"grant_type": "password"}, 400)
	if v := ask(nil, 200); v["refresh_token"] != nil {
		t.Error("a refresh token without offline_access")
	}
	code := consent(t, s, "read:me").Get("code")
	twice := map[string]string{"grant_type": "authorization_code", "code": code, "redirect_uri": callback}
	token(t, s, 200, true, twice) // as a form
	token(t, s, 403, true, twice)
	s.OAuth.Exchange = "json"
	token(t, s, 415, true, twice)
	s.OAuth.Refuse = true
	if back := consent(t, s, "read:me"); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("refused consent: %v", back)
	}
	s.OAuth = OAuth{Scopes: []string{"read:me"}, ExpiresIn: 10 * time.Millisecond}
	got := exchange(t, s, "read:me read:jira-user")
	if got["scope"] != "read:me" {
		t.Errorf("scopes beyond the app's: %v", got["scope"])
	}
	time.Sleep(30 * time.Millisecond)
	client{t: t, base: s.apiBase, sign: bearer(got["access_token"].(string))}.ask("GET", "/me", "", 401)
	for _, bad := range []string{"state=", "audience=x", "redirect_uri=https%3A%2F%2Fevil.example", "client_id=x"} {
		q := "audience=api.atlassian.com&client_id=" + DefaultClientID + "&scope=read%3Ame&redirect_uri=" + url.QueryEscape(callback) + "&state=x&response_type=code"
		v, _ := url.ParseQuery(q)
		k, x, _ := strings.Cut(bad, "=")
		x, _ = url.QueryUnescape(x)
		v.Set(k, x)
		if r, _, _ := (client{t: t, base: s.authBase}).do("GET", "/authorize?"+v.Encode(), ""); r.StatusCode != 400 {
			t.Errorf("authorize with %s: status %d", bad, r.StatusCode)
		}
	}
}
