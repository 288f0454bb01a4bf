package fakesite

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	orgPath = "4d1f0b6e-2c57-4a38-8f0e-91c7a5b3d204"
	orgMain = "0a6f7c55-91d2-4a0b-8c33-7e5d2f1b9a60"
)

func orgAdmin(t *testing.T, s *Server) client {
	return client{t: t, base: s.apiBase, sign: bearer(OrgKeySecret)}
}

// orgAsked is every endpoint of the organisation with a request: its body, where the list is, and the members of each element.
var orgAsked = []struct{ pattern, body, items, members string }{
	{"GET /admin/v1/orgs", "", "data", "id type attributes links relationships"},
	{"GET /admin/v2/orgs/{org}/directories", "", "data", "directoryId name"},
	{"POST /admin/v2/orgs/{org}/workspaces", "{}", "data", "id type attributes"},
	{"GET /admin/v1/orgs/{org}/domains", "", "data", "id type attributes"},
	{"GET /admin/v1/orgs/{org}/policies", "", "data", "id type attributes"},
	{"GET /admin/control/v1/orgs/{org}/policies", "", "data", "id type attributes"},
	{"GET /admin/v1/orgs/{org}/events-stream", "", "data", "id type attributes"},
	{"POST /admin/v2/orgs/{org}/directories/{directory}/users/search", `{"expand":["platformRoles","productAccess","groups"]}`, "data",
		"accountId accountType accountStatus membershipStatus claimStatus email emailVerified managementSource addedToOrg platformRoles productAccess groups"},
	{"GET /admin/v2/orgs/{org}/directories/{directory}/users/{account}/role-assignments", "", "data", "resourceId resourceOwner roles roleAssignments directoryId"},
	{"GET /admin/v1/orgs/{org}/directory/users/{account}/last-active-dates", "", "data.product_access", "id key last_active last_active_timestamp"},
	{"POST /admin/v2/orgs/{org}/directories/{directory}/groups/search", "{}", "data", "id name directoryId externalSynced managedBy"},
	{"GET /admin/v2/orgs/{org}/directories/{directory}/groups/{group}/role-assignments", "", "data", "resourceId resourceOwner roles defaultRole"},
	{"POST /admin/control/v1/orgs/{org}/users/auth-policies/bulk-fetch", `{"accountIds":["ACCOUNT"]}`, "", "accountId authPolicyInfo"},
	{"GET /admin/api-access/v1/orgs/{org}/api-tokens", "", "data", "id label status createdAt user scopes"},
	{"GET /admin/api-access/v1/orgs/{org}/api-keys", "", "data", "id label keyType createdAt createdBy scopes"},
	{"GET /admin/api-access/v1/orgs/{org}/service-accounts", "", "items", "id atlassianId displayName status createdById"},
	{"GET /admin/api-access/v1/orgs/{org}/service-accounts/api-tokens", "", "", "id label status createdAt user scopes"},
	{"GET /admin/api-access/v1/orgs/{org}/service-accounts/oauth-clients", "", "", "clientId clientName serviceAccount scopes expiresAt"},
}

func orgRequest(pattern, body string) (method, path, content string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.NewReplacer("{org}", orgPath, "{directory}", orgMain, "{account}", url.PathEscape(AccountID("maja")), "{group}", GroupID("site-admins")).Replace(path)
	return method, path, strings.ReplaceAll(body, "ACCOUNT", AccountID("maja"))
}

func TestTheOrganisationAnswersItsKey(t *testing.T) {
	for point := range Points {
		s := start(t, Harbourline(point+1))
		c := orgAdmin(t, s)
		for _, a := range orgAsked {
			method, path, body := orgRequest(a.pattern, a.body)
			elements := list(c.ask(method, path, body, 200), a.items)
			if len(elements) == 0 {
				t.Errorf("%s: no elements at %s", path, Points[point])
			}
			for _, e := range elements {
				for _, m := range strings.Fields(a.members) {
					if o, ok := e.(map[string]any); !ok || !has(o, m) {
						t.Errorf("%s: an element lacks %q: %.200v", path, m, e)
					}
				}
			}
		}
	}
	for pattern := range orgRoutes().byID {
		if orgAnswers[pattern] == nil || !slices.ContainsFunc(orgAsked, func(a struct{ pattern, body, items, members string }) bool { return a.pattern == pattern }) {
			t.Errorf("%q is in the table, and nothing answers or asks it", pattern)
		}
	}
	if len(orgAnswers) != len(orgRoutes().byID) {
		t.Error("something is answered that org_endpoints.txt lacks")
	}
}

// TestOrganisationKeys: what a key opens, and how each API says that it does not.
func TestOrganisationKeys(t *testing.T) {
	s := start(t, Harbourline(2))
	scoped := client{t: t, base: s.apiBase, sign: bearer(ScopedOrgKeySecret)}
	for _, a := range orgAsked {
		method, path, body := orgRequest(a.pattern, a.body)
		for _, secret := range []string{"", ExpiredOrgKey, AuditorToken} {
			c := client{t: t, base: s.apiBase}
			if secret != "" {
				c.sign = bearer(secret)
			}
			v := c.ask(method, path, body, 401)
			if at(v, "message") == nil && at(v, "errors.0.detail") == nil {
				t.Errorf("%s: refused as %v", path, v)
			}
		}
		e := orgRoutes().byID[a.pattern]
		want := 200
		if len(e.granular) > 0 && !slices.Contains([]string{"read:directories:admin", "read:groups:admin", "read:domains:admin"}, e.granular[0]) {
			want = 403
		}
		if v := scoped.ask(method, path, body, want); want == 403 && !strings.Contains(strings.ToLower(words(v)), "scope") {
			t.Errorf("%s: refused as %v", path, v)
		}
	}
	orgAdmin(t, s).ask("GET", "/admin/v1/orgs/none/domains", "", 404)
	client{t: t, base: s.siteURL, sign: bearer(OrgKeySecret)}.ask("GET", "/rest/api/3/myself", "", 401)
	client{t: t, base: s.apiBase, sign: bearer(OrgKeySecret)}.ask("GET", "/ex/jira/"+s.CloudID()+"/rest/api/3/myself", "", 401)
	for _, r := range s.Log() {
		if strings.Contains(r.Auth+r.Query+r.Path, OrgKeySecret) {
			t.Error("the log holds the key")
		}
	}
}

func words(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// TestOrganisationCursors: each API's own way from page to page, and what it forgets.
func TestOrganisationCursors(t *testing.T) {
	s := start(t, Harbourline(2))
	c := orgAdmin(t, s)
	org := "/admin/v2/orgs/" + orgPath
	search := org + "/directories/" + orgMain + "/users/search"
	var met []string
	for body := map[string]any{"limit": 20, "expand": []string{"platformRoles"}}; ; {
		b, _ := json.Marshal(body)
		v := c.ask("POST", search, string(b), 200)
		met = append(met, fields(list(v, "data"), "accountId")...)
		next, more := at(v, "links.next").(string)
		if !more {
			break
		}
		body["cursor"] = next
	}
	all := fields(list(c.ask("POST", search, `{"limit":100}`, 200), "data"), "accountId")
	if !slices.Equal(met, all) || len(all) < 40 {
		t.Errorf("%d accounts in small pages, %d in one", len(met), len(all))
	}
	first := c.ask("POST", search, `{"limit":20,"expand":["platformRoles"]}`, 200)
	again, _ := json.Marshal(map[string]any{"cursor": at(first, "links.next")})
	if has(list(c.ask("POST", search, string(again), 200), "data")[0].(map[string]any), "platformRoles") {
		t.Error("the cursor remembers what was to be expanded")
	}
	c.ask("POST", search, `{"limit":101}`, 400)

	// version 2 lists forget everything beside the cursor, and go on with the size of before
	directories := c.get(org + "/directories?limit=1")
	if v := c.get(org + "/directories?cursor=" + url.QueryEscape(at(directories, "links.next").(string))); len(list(v, "data")) != 1 || at(v, "links.next") != nil {
		t.Errorf("the second directory: %v", v)
	}
	// a cursor of workspaces stands alone
	workspaces := c.ask("POST", org+"/workspaces", `{"limit":2}`, 200)
	next := at(workspaces, "links.next").(string)
	c.ask("POST", org+"/workspaces", `{"limit":2,"cursor":"`+next+`"}`, 400)
	if v := c.ask("POST", org+"/workspaces", `{"cursor":"`+next+`"}`, 200); len(list(v, "data")) != 3 {
		t.Errorf("the rest of the workspaces: %v", v)
	}
	// API Access wants size and order again
	tokens := "/admin/api-access/v1/orgs/" + orgPath + "/api-tokens"
	whole := fields(list(c.get(tokens+"?pageSize=1000&sort=createdAt"), "data"), "id")
	page := c.get(tokens + "?pageSize=5&sort=createdAt")
	cursor := url.QueryEscape(at(page, "links.next").(string))
	if v := fields(list(c.get(tokens+"?pageSize=5&sort=createdAt&cursor="+cursor), "data"), "id"); !slices.Equal(v, whole[5:10]) {
		t.Errorf("the second page of tokens: %v, want %v", v, whole[5:10])
	}
	if v := fields(list(c.get(tokens+"?cursor="+cursor), "data"), "id"); slices.Equal(v, whole[5:]) {
		t.Error("the cursor remembers the order")
	}
	// the stream of events never ends to name a next page
	stream := "/admin/v1/orgs/" + orgPath + "/events-stream?limit=500"
	events := c.get(stream)
	more := c.get(stream + "&cursor=" + url.QueryEscape(at(events, "meta.next").(string)))
	if len(list(events, "data")) == 0 || len(list(more, "data")) != 0 || at(more, "links.next") == nil {
		t.Errorf("behind the last event: %v", more)
	}
}

// TestOrganisationLimits: what is asked too often within a minute is refused, and the answers say how often may be asked.
func TestOrganisationLimits(t *testing.T) {
	server := Harbourline(2)
	server.Minute = 700 * time.Millisecond
	s := start(t, server)
	c := orgAdmin(t, s)
	active := "/admin/v1/orgs/" + orgPath + "/directory/users/" + url.PathEscape(AccountID("maja")) + "/last-active-dates"
	for path, limit := range map[string]int{"/admin/v1/orgs/" + orgPath + "/events-stream": 50, active: 200} {
		var last *http.Response
		for range limit + 1 {
			r, _, err := c.do("GET", path, "")
			if err != nil {
				t.Fatal(err)
			}
			if last = r; r.StatusCode == 429 {
				break
			}
		}
		if last.StatusCode != 429 || last.Header.Get("Retry-After") == "" || last.Header.Get("X-RateLimit-Limit") != itoa(limit) {
			t.Errorf("%s: after %d requests %d %v", path, limit+1, last.StatusCode, last.Header)
		}
	}
	time.Sleep(server.Minute)
	c.get(active)
}

// TestTheMadeUpOrganisation: as many accounts, groups and tokens as the sizes say.
func TestTheMadeUpOrganisation(t *testing.T) {
	s := start(t, &Server{Sizes: &small})
	c := orgAdmin(t, s)
	org := "/admin/v2/orgs/" + s.site.orgs[0].ID + "/directories/" + s.site.orgs[0].Directories[0].ID
	first := c.ask("POST", org+"/users/search", `{"limit":100,"expand":["productAccess","groups"]}`, 200)
	rest, _ := json.Marshal(map[string]any{"limit": 100, "cursor": at(first, "links.next")})
	if n := len(list(first, "data")) + len(list(c.ask("POST", org+"/users/search", string(rest), 200), "data")); n != 130 {
		t.Errorf("%d accounts", n)
	}
	if n := len(list(c.ask("POST", org+"/groups/search", `{"limit":100}`, 200), "data")); n != 7 {
		t.Errorf("%d groups", n)
	}
	if n := len(list(c.get("/admin/api-access/v1/orgs/"+s.site.orgs[0].ID+"/api-tokens?pageSize=1000"), "data")); n != 13 {
		t.Errorf("%d tokens", n)
	}
}
