package fakesite

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

var small = Sizes{Users: 130, Groups: 7, MembersPerGroup: 60, Projects: 9, Schemes: 2, GrantsPerScheme: 5, Filters: 3, Issues: 31, FilesPerIssue: 2, Spaces: 11, PermissionsPerSpace: 12, Pages: 40, RestrictedPages: 5, Attachments: 23}

func TestAMadeUpSiteHasItsSizes(t *testing.T) {
	s := start(t, &Server{Sizes: &small})
	c := auditor(t, s)
	count := func(pattern, path, items, id string, size int) int {
		t.Helper()
		ids := slices.Concat(walk(c, pattern, path, items, id, size)...)
		if d := slices.Compact(slices.Sorted(slices.Values(ids))); len(d) != len(ids) {
			t.Errorf("%s: %d of %d are distinct", path, len(d), len(ids))
		}
		return len(ids)
	}
	group := s.site.groups.at(2).ID
	for _, tc := range []struct {
		pattern, path, items, id string
		want                     int
	}{
		{"GET /rest/api/3/users/search", "/rest/api/3/users/search", ".", "accountId", 130},
		{"GET /rest/api/3/group/bulk", "/rest/api/3/group/bulk", "values", "groupId", 7},
		{"GET /rest/api/3/group/member", "/rest/api/3/group/member?includeInactiveUsers=true&groupId=" + group, "values", "accountId", 60},
		{"GET /rest/api/3/project/search", "/rest/api/3/project/search", "values", "id", 9},
		{"GET /rest/api/3/filter/search", "/rest/api/3/filter/search", "values", "id", 3},
		{"GET /rest/api/3/search/jql", "/rest/api/3/search/jql?jql=attachments+is+not+EMPTY&fields=attachment", "issues", "id", 31},
		{"GET /rest/api/3/search/jql", "/rest/api/3/search/jql?jql=project+in+(P0,P5)+AND+attachments+is+not+EMPTY&fields=attachment", "issues", "id", 4 + 3},
		{"GET /wiki/api/v2/spaces", "/wiki/api/v2/spaces", "results", "id", 11},
		{"GET /wiki/api/v2/spaces/{id}/permissions", "/wiki/api/v2/spaces/1000003/permissions", "results", "id", 12},
		{"GET /wiki/api/v2/pages", "/wiki/api/v2/pages", "results", "id", 40},
		{"GET /wiki/api/v2/attachments", "/wiki/api/v2/attachments", "results", "id", 23},
		{"GET /wiki/rest/api/search/user", "/wiki/rest/api/search/user?cql=type%3Duser", "results", "user.accountId", 130},
		{"GET /wiki/rest/api/content/search", "/wiki/rest/api/content/search?cql=type%3Dpage", "results", "id", 40},
		{"GET /wiki/rest/api/group", "/wiki/rest/api/group", "results", "id", 7},
	} {
		if n := count(tc.pattern, tc.path, tc.items, tc.id, 25); n != tc.want {
			t.Errorf("%s: %d, want %d", tc.path, n, tc.want)
		}
	}
	if n := len(list(c.get("/rest/api/3/permissionscheme?expand=permissions"), "permissionSchemes.1.permissions")); n != 5 {
		t.Errorf("%d grants, want 5", n)
	}
	for _, p := range []string{"/rest/api/3/project/1000004/permissionscheme", "/rest/api/3/project/P4/role", "/rest/api/3/project/1000004/role/10001", "/wiki/api/v2/spaces/1000004/role-assignments", "/wiki/api/v2/space-roles", "/rest/api/3/myself?expand=groups", "/rest/api/3/dashboard/search", "/wiki/rest/api/user/current", "/rest/api/3/applicationrole"} {
		c.get(p)
	}
}

func TestAMadeUpSiteIsTheSameEveryTime(t *testing.T) {
	a, b := generate(small), generate(small)
	next := small
	next.Step = 1
	moved := generate(next)
	changed := 0
	for i := range small.Users {
		if !reflect.DeepEqual(a.accounts.at(i), b.accounts.at(i)) {
			t.Fatalf("account %d differs", i)
		}
		if found, ok := a.accounts.find(a.accounts.at(i).ID); !ok || !reflect.DeepEqual(found, a.accounts.at(i)) {
			t.Fatalf("account %d is not found by its id", i)
		}
		x, _ := json.Marshal(a.accounts.at(i))
		y, _ := json.Marshal(moved.accounts.at(i))
		if string(x) != string(y) {
			changed++
		}
	}
	if changed != 2 { // of 130
		t.Errorf("a step changed %d accounts, want 2", changed)
	}
	for _, id := range []string{"P9", "1000009", "x", ""} {
		if _, ok := a.projects.find(id); ok {
			t.Errorf("project %q is found", id)
		}
	}
}
