package fakesite

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func as(t *testing.T, s *Server, email, secret string) client {
	return client{t: t, base: s.siteURL, sign: basic(email, secret), header: map[string]string{"X-ExperimentalApi": "opt-in"}}
}

func TestWhoMayAskForWhat(t *testing.T) {
	s := start(t, Harbourline(2))
	s.Mend()
	staff, guest, nobody := as(t, s, StaffEmail, StaffToken), as(t, s, GuestEmail, GuestToken), client{t: t, base: s.siteURL}
	for _, tc := range []struct {
		path                 string
		staff, guest, nobody int
	}{
		{"/rest/api/3/users/search", 200, 403, 403},
		{"/rest/api/3/group/bulk", 200, 403, 401},
		{"/rest/api/3/group/member?groupId=" + GroupID("finance"), 200, 403, 401},
		{"/rest/api/3/applicationrole", 403, 403, 401},
		{"/rest/api/3/application-properties", 404, 404, 401},
		{"/rest/api/3/application-properties/advanced-settings", 403, 403, 401},
		{"/rest/api/3/role", 403, 403, 401},
		{"/rest/api/3/issuesecurityschemes", 403, 403, 401},
		{"/rest/api/3/issuesecurityschemes/level", 403, 403, 401},
		{"/rest/api/3/auditing/record", 403, 403, 401},
		{"/rest/api/3/project/CRM/permissionscheme", 200, 403, 401}, // luisa administers CRM
		{"/rest/api/3/project/OPS/permissionscheme", 403, 403, 401}, // seen, not administered
		{"/rest/api/3/project/SD/permissionscheme", 403, 404, 401},  // the guest does not see it
		{"/rest/api/3/project/OPS/role", 401, 401, 404},
		{"/rest/api/3/project/CRM/role/10001", 200, 404, 404},
		{"/rest/plugins/1.0/", 403, 403, 401},
		{"/rest/servicedeskapi/servicedesk/4/customer", 200, 403, 401}, // luisa is an agent
		{"/wiki/rest/api/audit", 403, 403, 401},
		{"/wiki/rest/api/audit/retention", 403, 403, 401},
		{"/wiki/api/v2/spaces/98316/permissions", 404, 404, 401}, // LEGAL
		{"/wiki/rest/api/settings/systemInfo", 200, 200, 401},
		{"/rest/api/3/myself", 200, 200, 401},
		{"/rest/api/3/serverInfo", 200, 200, 200},
		{"/_edge/tenant_info", 200, 200, 200},
	} {
		staff.ask("GET", tc.path, "", tc.staff)
		guest.ask("GET", tc.path, "", tc.guest)
		nobody.ask("GET", tc.path, "", tc.nobody)
	}
	mine := `{"globalPermissions":["ADMINISTER","BULK_CHANGE"]}`
	if v := staff.ask("POST", "/rest/api/3/permissions/check", mine, 200); !slices.Equal(list(v, "globalPermissions"), []any{"BULK_CHANGE"}) {
		t.Errorf("staff holds %v", v)
	}
	staff.ask("POST", "/rest/api/3/permissions/check", `{"accountId":"`+AccountID("maja")+`","globalPermissions":["ADMINISTER"]}`, 403)
	staff.ask("POST", "/rest/api/3/permissions/check", `{"globalPermissions":["NO_SUCH"]}`, 400)
	v := auditor(t, s).ask("POST", "/rest/api/3/permissions/check", `{"accountId":"`+AccountID("erik")+`","globalPermissions":["ADMINISTER"]}`, 200)
	if len(list(v, "globalPermissions")) != 0 {
		t.Error("a deactivated administrator is said to hold ADMINISTER")
	}
}

func TestSeenListsHoldWhatTheAccountMaySee(t *testing.T) {
	s := start(t, Harbourline(2))
	s.Mend()
	spaces := func(c client) []string { return fields(list(c.get("/wiki/api/v2/spaces?limit=250"), "results"), "key") }
	guest := spaces(as(t, s, GuestEmail, GuestToken))
	for key, sees := range map[string]bool{"PEOPLE": true, "FINCLOSE": true, "VEND": true, "OPSWIKI": false, "LEGAL": false, "~712020maja": false} {
		if slices.Contains(guest, key) != sees {
			t.Errorf("the guest's spaces are %v", guest)
		}
	}
	if slices.Contains(spaces(auditor(t, s)), "LEGAL") {
		t.Error("the auditor sees a space that it has no permission for")
	}
	projects := fields(list(as(t, s, GuestEmail, GuestToken).get("/rest/api/3/project/search"), "values"), "key")
	if slices.Contains(projects, "SD") || !slices.Contains(projects, "PAY") {
		t.Errorf("the guest's projects are %v", projects)
	}
	filters := func(c client, more string) []string {
		return fields(list(c.get("/rest/api/3/filter/search?maxResults=100"+more), "values"), "id")
	}
	a := auditor(t, s)
	if seen, all := filters(a, ""), filters(a, "&overrideSharePermissions=true"); slices.Contains(seen, "10406") || !slices.Contains(all, "10406") {
		t.Errorf("a private filter of somebody else: seen %v, overridden %v", seen, all)
	}
	if mine := filters(as(t, s, StaffEmail, StaffToken), "&overrideSharePermissions=true"); slices.Contains(mine, "10406") {
		t.Error("the override worked for somebody who does not administer Jira")
	}
	pages := fields(list(a.get("/wiki/api/v2/pages?limit=250"), "results"), "id")
	if slices.Contains(pages, "110204") || !slices.Contains(pages, "110203") {
		t.Errorf("read restrictions do not decide what the auditor sees: %v", pages)
	}
	guests := list(a.get("/wiki/rest/api/search/user?cql=type%3Duser&sitePermissionTypeFilter=externalCollaborator"), "results")
	for _, g := range guests {
		if at(g, "user.isGuest") != true {
			t.Errorf("%v is no guest", g)
		}
	}
	if len(guests) != 5 {
		t.Errorf("%d guests are found, want 5", len(guests))
	}
}

func TestAnonymousVisitors(t *testing.T) {
	count := func(s *Server, path, items string) int {
		return len(list(client{t: t, base: s.siteURL}.get(path), items))
	}
	for point, projects := range []int{9, 2} { // the default scheme is closed in September; the website stays public, and another project is put on its scheme
		s := start(t, Harbourline(point+1))
		c := client{t: t, base: s.siteURL}
		if n := count(s, "/rest/api/3/project/search", "values"); n != projects {
			t.Errorf("%s: visitors see %d projects, want %d", Points[point], n, projects)
		}
		if v := c.get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER"); at(v, "permissions.BROWSE_PROJECTS.havePermission") != true || at(v, "permissions.ADMINISTER.havePermission") != false {
			t.Errorf("visitors' permissions: %v", v)
		}
		for path, items := range map[string]string{"/rest/api/3/user/search?query=": "", "/rest/api/3/user/picker?query=a": "users", "/rest/api/3/groupuserpicker?query=a": "users.users"} {
			if n := count(s, path, items); (n > 0) != (point == 0) { // the directory is closed in September
				t.Errorf("%s gives visitors %d accounts at %s", path, n, Points[point])
			}
		}
		for path, items := range map[string]string{"/rest/api/3/filter/search": "values", "/rest/api/3/dashboard/search": "values", "/wiki/rest/api/space": "results", "/wiki/api/v2/spaces": "results"} {
			if count(s, path, items) == 0 {
				t.Errorf("%s gives visitors nothing", path)
			}
		}
	}
	closed := start(t, New(overlay{"site.json": `[{"cloudId":"closed","title":"Closed"}]`}, "2026-11-16"))
	c := client{t: t, base: closed.siteURL}
	c.ask("GET", "/wiki/rest/api/space", "", 403)
	c.ask("GET", "/wiki/api/v2/spaces", "", 401)
}

func TestWhereEachCredentialIsGood(t *testing.T) {
	s := Harbourline(2)
	s.Tokens = []Token{{AuditorEmail, "scoped", []string{"read:jira-user", "read:space:confluence"}}, {"erik@harbourline.example", "left", nil}}
	start(t, s)
	jira, wiki := s.apiBase+"/ex/jira/"+s.CloudID(), s.apiBase+"/ex/confluence/"+s.CloudID()
	for _, tc := range []struct {
		base, path, email, secret string
		status                    int
		message                   string
	}{
		{s.siteURL, "/rest/api/3/myself", AuditorEmail, AuditorToken, 200, ""},
		{s.siteURL, "/rest/api/3/myself", AuditorEmail, "scoped", 401, "Client must be authenticated to access this resource."},
		{s.siteURL, "/rest/api/3/myself", AuditorEmail, "wrong", 401, "Client must be authenticated to access this resource."},
		{s.siteURL, "/rest/api/3/myself", StaffEmail, AuditorToken, 401, "Client must be authenticated to access this resource."},
		{s.siteURL, "/rest/api/3/myself", "erik@harbourline.example", "left", 401, "Client must be authenticated to access this resource."},
		{jira, "/rest/api/3/myself", AuditorEmail, "scoped", 200, ""},
		{jira, "/rest/api/3/myself", AuditorEmail, AuditorToken, 401, "Unauthorized"},
		{jira, "/rest/api/3/project/search", AuditorEmail, "scoped", 401, "Unauthorized; scope does not match"},
		{jira, "/rest/plugins/1.0/", AuditorEmail, "scoped", 401, "Unauthorized; scope does not match"},
		{jira, "/rest/api/3/serverInfo", AuditorEmail, "scoped", 200, ""},
		{wiki, "/wiki/api/v2/spaces", AuditorEmail, "scoped", 200, ""},
		{wiki, "/wiki/api/v2/pages", AuditorEmail, "scoped", 401, "Unauthorized; scope does not match"},
		{s.apiBase + "/ex/jira/" + s.CloudID(), "/wiki/api/v2/spaces", AuditorEmail, "scoped", 404, "Not Found"},
		{s.apiBase + "/ex/jira/another-cloud", "/rest/api/3/myself", AuditorEmail, "scoped", 404, "Not Found"},
	} {
		v := client{t: t, base: tc.base, sign: basic(tc.email, tc.secret)}.ask("GET", tc.path, "", tc.status)
		if tc.message != "" && at(v, "message") != tc.message {
			t.Errorf("%s with %q: %v", tc.path, tc.secret, v)
		}
	}
	client{t: t, base: jira}.ask("GET", "/rest/api/3/serverInfo", "", 401)
	c := client{t: t, base: s.siteURL, sign: basic(AuditorEmail, "expired")}
	r, body, err := c.do("GET", "/rest/api/3/project/search", "")
	if err != nil || r.StatusCode != 200 || r.Header.Get("X-Seraph-LoginReason") != "AUTHENTICATED_FAILED" || r.Header.Get("X-AACCOUNTID") != "" {
		t.Errorf("a wrong token where visitors may ask: %v %s", r, body)
	}
	r, _, _ = auditor(t, s).do("GET", "/rest/api/3/project/search", "")
	if id := r.Header.Get("X-AACCOUNTID"); !strings.HasPrefix(id, "712020%3A") {
		t.Errorf("X-AACCOUNTID is %q", id)
	}
	s.Revoke(AuditorToken)
	auditor(t, s).ask("GET", "/rest/api/3/myself", "", 401)
	for _, l := range s.Log() {
		if strings.Contains(l.Path+l.Query, AuditorToken) || l.Auth == "" {
			t.Errorf("the log has %+v", l)
		}
	}
}

func TestPermissionsCanBeSet(t *testing.T) {
	s := Harbourline(1)
	s.Permissions = map[string][]string{AuditorEmail: {"USER_PICKER", "confluence"}}
	start(t, s)
	c := auditor(t, s)
	c.ask("GET", "/rest/api/3/users/search", "", 200)
	c.ask("GET", "/rest/api/3/applicationrole", "", 403)
	c.ask("GET", "/wiki/rest/api/audit/retention", "", 403)
}

// Every line of the table refuses a token without its scopes and takes one with either set.
func TestScopesOfEveryEndpoint(t *testing.T) {
	s := Harbourline(2)
	var scoped int
	for _, e := range parseEndpoints(endpointsText) {
		for _, set := range [][]string{e.classic, e.granular} {
			if len(set) > 0 {
				s.Tokens = append(s.Tokens, Token{AuditorEmail, e.pattern + set[0], set}, Token{AuditorEmail, "less" + e.pattern + set[0], set[1:]})
			}
		}
	}
	start(t, s)
	s.Mend()
	ask := func(a struct{ pattern, path, body, items, id, members string }, secret string) int {
		method, path, body := fill(a.pattern, a.path, a.body)
		base := s.apiBase + "/ex/jira/" + s.CloudID()
		if strings.HasPrefix(path, "/wiki/") {
			base = s.apiBase + "/ex/confluence/" + s.CloudID()
		}
		r, _, err := client{t: t, base: base, sign: basic(AuditorEmail, secret), header: map[string]string{"X-ExperimentalApi": "opt-in"}}.do(method, path, body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode
	}
	for _, a := range asked {
		e := theRoutes().byID[a.pattern]
		for _, set := range [][]string{e.classic, e.granular} {
			if len(set) == 0 {
				continue
			}
			scoped++
			if got := ask(a, e.pattern+set[0]); got != http.StatusOK {
				t.Errorf("%s with %v: status %d", a.pattern, set, got)
			}
			if got := ask(a, "less"+e.pattern+set[0]); got != http.StatusUnauthorized && !(len(set) > 1 && e.allows(scopesOf(set[1:]))) {
				t.Errorf("%s with %v: status %d", a.pattern, set[1:], got)
			}
		}
	}
	if scoped < 90 {
		t.Errorf("only %d sets of scopes were tried", scoped)
	}
}

func scopesOf(set []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range set {
		m[s] = true
	}
	return m
}
