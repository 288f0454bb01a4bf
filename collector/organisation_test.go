package collector

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// withOrgKey is options with an organisation key beside the token.
func withOrgKey(s site, f *store.File, secret string) Options {
	o := options(s, f)
	o.Credentials = append(o.Credentials, Bearer(OrgKey, "test", "", secret))
	m := *quick()
	m.minute = 2 * time.Second
	o.manners = &m
	return o
}

func orgNames() (names []string) {
	for _, r := range organisationResources() {
		names = append(names, r.Name)
	}
	return names
}

// objectsOf are the stored objects of a resource by key, parts joined by "/".
func objectsOf(t *testing.T, f *store.File, snapshot int64, resource string) map[string]Item {
	t.Helper()
	all := map[string]Item{}
	for o, err := range f.Objects(t.Context(), snapshot, resource) {
		if err != nil {
			t.Fatal(err)
		}
		body, err := itemOf(o.Body)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.Join(store.KeyParts(o.Key), "/")] = body
	}
	return all
}

// TestOrganisationCases: answers of the organisation's APIs, as far as the rows that they become.
func TestOrganisationCases(t *testing.T) {
	// The sites of the organisation of most cases; others tell their own.
	const here = `
-- POST /admin/v2/orgs/o1/workspaces --
{"data":[{"id":"ari:cloud:jira::site/11111111-2222-3333-4444-555555555555"}],"links":{}}
`
	collected := runCases(t, "organisation", here)
	for _, name := range orgNames() {
		if !collected[name] {
			t.Errorf("no case collects %s", name)
		}
	}
}

// TestOrganisation: with a key the snapshot takes in the organisation, whole, without one request too many.
func TestOrganisation(t *testing.T) {
	fake := fakesite.Harbourline(2)
	fake.Minute = 2 * time.Second
	fake.Caps = map[string]int{ // every list in pages
		"GET /admin/v1/orgs/{org}/events-stream":                                           1,
		"POST /admin/v2/orgs/{org}/directories/{directory}/users/search":                   7,
		"POST /admin/v2/orgs/{org}/directories/{directory}/groups/search":                  5,
		"POST /admin/v2/orgs/{org}/workspaces":                                             2,
		"GET /admin/api-access/v1/orgs/{org}/api-tokens":                                   4,
		"GET /admin/api-access/v1/orgs/{org}/api-keys":                                     3,
		"GET /admin/v2/orgs/{org}/directories/{directory}/groups/{group}/role-assignments": 1,
	}
	s := startSite(t, fake)
	s.Mend()
	f := openFile(t)
	o := withOrgKey(s, f, fakesite.OrgKeySecret)
	o.Only, o.Now = orgNames(), func() time.Time { return time.Date(2026, 11, 16, 9, 15, 0, 0, time.UTC) }
	result, coverage := collected(t, o)
	want := map[string]int{"org": 1, "org_directory": 2, "org_workspace": 5, "org_domain": 4, "org_policy": 5, "org_user": 55, "org_user_role": 10,
		"org_user_product": 86, "org_user_auth_policy": 38, "org_group": 22, "org_group_role": 15, "org_api_token": 16, "org_api_key": 8,
		"org_service_account": 2, "org_service_account_token": 2, "org_oauth_client": 2, "org_event": 13}
	for _, name := range orgNames() {
		c := coverage[name]
		if c.Outcome != store.Complete || c.Lists != string(All) {
			t.Errorf("%s is %s of %s: %s", name, c.Outcome, c.Lists, c.Reason)
		}
		if n := len(objectsOf(t, f, result.Snapshot.ID, name)); n != want[name] {
			t.Errorf("%s: %d objects, want %d", name, n, want[name])
		}
	}
	for _, r := range s.Log() {
		if r.Status == 429 {
			t.Errorf("%s %s was asked too often", r.Method, r.Path)
		}
	}
	if !slices.Contains(result.Snapshot.Vantage.Permissions, "org:admin") || !slices.Contains(result.Snapshot.Vantage.Credentials, OrgKey) {
		t.Errorf("seen from %+v", result.Snapshot.Vantage)
	}

	// Somebody in two directories is an account of each, holds a role once, and has a product once for each instance.
	main, partners, tamsin := "0a6f7c55-91d2-4a0b-8c33-7e5d2f1b9a60", "b3e2c9d8-4f70-4b1e-9a55-0c6d7e8f9a12", fakesite.AccountID("tamsin")
	users := objectsOf(t, f, result.Snapshot.ID, "org_user")
	if users[main+"/"+tamsin] == nil || users[partners+"/"+tamsin] == nil {
		t.Error("tamsin is not an account of both directories")
	}
	count := func(resource string) (n int) {
		for key := range objectsOf(t, f, result.Snapshot.ID, resource) {
			if strings.HasPrefix(key, tamsin+"/") {
				n++
			}
		}
		return n
	}
	if roles, products := count("org_user_role"), count("org_user_product"); roles != 1 || products != 1 {
		t.Errorf("tamsin has %d roles and %d products", roles, products)
	}
	if c := coverage["org_user_role"]; strings.Contains(c.Reason, "two bodies") {
		t.Error(c.Reason)
	}
	for key, u := range users {
		if _, told := u["lastActiveTimestamp"]; told || u["productAccess"] != nil {
			t.Errorf("%s keeps the day of last use, which changes every day", key)
		}
	}
}

// TestOrganisationKeysRefused: without a key nothing is asked; what a key does not open is denied, the rest is there.
func TestOrganisationKeysRefused(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(2))
	s.Mend()
	for name, c := range map[string]struct {
		secret string
		want   map[string]store.Outcome
		reason string
	}{
		"wrong":  {fakesite.ExpiredOrgKey, map[string]store.Outcome{"org": store.Denied, "org_domain": store.Denied, "org_api_key": store.Denied}, "Unauthorized"},
		"scoped": {fakesite.ScopedOrgKeySecret, map[string]store.Outcome{"org": store.Complete, "org_domain": store.Complete, "org_user": store.Complete, "org_api_key": store.Denied, "org_event": store.Denied}, ""},
		"none":   {"", map[string]store.Outcome{"org": store.Skipped, "org_domain": store.Skipped, "org_user_role": store.Skipped}, "no organisation API key"},
	} {
		t.Run(name, func(t *testing.T) {
			o := withOrgKey(s, openFile(t), c.secret)
			if c.secret == "" {
				o = options(s, openFile(t))
			}
			o.Only = orgNames()
			result, err := Collect(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range result.Coverage {
				if want, ok := c.want[got.Resource]; ok && got.Outcome != want {
					t.Errorf("%s is %s: %s", got.Resource, got.Outcome, got.Reason)
				}
				if got.Resource == "org" && !strings.Contains(got.Reason, c.reason) {
					t.Errorf("org: %q", got.Reason)
				}
				if got.Resource == "org_api_key" && name == "scoped" && !slices.Contains(got.Missing, "read:keys:admin") {
					t.Errorf("missing: %v (%s)", got.Missing, got.Reason)
				}
			}
		})
	}
}

// TestForeignOrganisation: a key of a company that has no workspace on the site is asked for nothing under it, and the list says so.
func TestForeignOrganisation(t *testing.T) {
	at := func(ids ...string) store.Site {
		return store.Site{IDs: ids, Address: "https://harbourline.example"}
	}
	mine, other := "6b2f7c1e-0c52-4e0e-9d51-7a3c4f2b9e10", "91b7d2aa-5c1e-4f6b-8d20-3e4f5a6b7c81"
	workspace := func(id, host string) Item { return Item{"id": id, "attributes": Item{"hostUrl": host}} }
	for name, c := range map[string]struct {
		site       store.Site
		workspaces []Item
		want       bool
	}{
		"another site":       {at(mine), []Item{workspace("ari:cloud:jira::site/"+other, "https://other.example")}, true},
		"this site":          {at(mine), []Item{workspace("ari:cloud:jira::site/"+other, ""), workspace("ari:cloud:confluence::site/"+mine, "")}, false},
		"known by address":   {at(mine), []Item{workspace("ari:cloud:jira::site/"+other, "https://Harbourline.example/")}, false},
		"no cloud ids":       {at(mine), []Item{workspace("ari:cloud:trello::workspace/5f2d1c", "")}, false},
		"none at all":        {at(mine), nil, false},
		"site without an id": {at("https://harbourline.example"), []Item{workspace("ari:cloud:jira::site/"+other, "")}, false},
	} {
		if got := foreign(c.site, c.workspaces); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	fake := fakesite.Harbourline(2)
	s := startSite(t, fake)
	s.Mend()
	s.Break(fakesite.Fault{Path: "/admin/v2/orgs/*/workspaces", Status: 200, Body: `{"data":[{"id":"ari:cloud:jira::site/` + other + `","attributes":{"hostUrl":"https://other.example"}}],"links":{}}`})
	o := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
	o.Only = []string{"org_domain"}
	result, coverage := collected(t, o)
	for name, want := range map[string]store.Outcome{"org": store.Partial, "org_domain": store.Skipped} {
		if c := coverage[name]; c.Outcome != want {
			t.Errorf("%s is %s: %s", name, c.Outcome, c.Reason)
		}
	}
	if !strings.Contains(coverage["org"].Reason, "no workspace of the key's organisation is on this site") {
		t.Error(coverage["org"].Reason)
	}
	if n := len(objectsOf(t, o.File, result.Snapshot.ID, "org_domain")); n != 0 {
		t.Errorf("%d domains of somebody else are kept", n)
	}
}

// TestForeignOrganisationInPages: the site may be on any page of the workspaces; a page that is missing proves nothing.
func TestForeignOrganisationInPages(t *testing.T) {
	other := `{"data":[{"id":"ari:cloud:jira::site/91b7d2aa-5c1e-4f6b-8d20-3e4f5a6b7c81","attributes":{"hostUrl":"https://other.example"}}],`
	first := other + `"links":{"next":"https://api.atlassian.com/admin/v2/orgs/x/workspaces?cursor=two"},"meta":{"pageSize":1,"total":2}}`
	for name, c := range map[string]struct {
		status int
		second string
		want   store.Outcome
	}{
		"on no page":      {200, other + `"links":{}}`, store.Partial},
		"on the second":   {200, `{"data":[{"id":"ari:cloud:jira::site/SITE"}],"links":{}}`, store.Complete},
		"second refused":  {403, `{}`, store.Complete},
		"second too few":  {200, `{"data":[],"links":{},"meta":{"total":2}}`, store.Complete},
		"second is first": {200, first, store.Complete},
	} {
		t.Run(name, func(t *testing.T) {
			fake := fakesite.Harbourline(2)
			s := startSite(t, fake)
			s.Mend()
			path := "/admin/v2/orgs/*/workspaces"
			s.Break(fakesite.Fault{Path: path, Times: 1, Status: 200, Body: first})
			s.Break(fakesite.Fault{Path: path, Status: c.status, Body: strings.ReplaceAll(c.second, "SITE", fake.CloudID())})
			o := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
			o.Only = []string{"org"}
			_, coverage := collected(t, o)
			if got := coverage["org"]; got.Outcome != c.want {
				t.Errorf("org is %s, want %s: %s", got.Outcome, c.want, got.Reason)
			}
			asked := 0
			for _, r := range s.Log() {
				if strings.HasSuffix(r.Path, "/workspaces") {
					asked++
				}
			}
			if asked < 2 {
				t.Errorf("%d pages were asked for", asked)
			}
		})
	}
}

// TestOrganisationOutOfOrder: an answer that is none says nothing of the key, which is not called refused.
func TestOrganisationOutOfOrder(t *testing.T) {
	for name, fault := range map[string]fakesite.Fault{
		"error":  {Path: "/admin/v1/orgs", Status: 500},
		"broken": {Path: "/admin/v1/orgs", Status: 200, Body: `{"data":[`},
	} {
		t.Run(name, func(t *testing.T) {
			s := startSite(t, fakesite.Harbourline(2))
			s.Mend()
			s.Break(fault)
			o := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
			o.Only = []string{"org_domain"}
			_, coverage := collected(t, o)
			if got := coverage["org"]; got.Outcome != store.Failed || len(got.Missing) > 0 || got.HTTPStatus != fault.Status {
				t.Errorf("org is %s (%d, missing %v): %s", got.Outcome, got.HTTPStatus, got.Missing, got.Reason)
			}
			if got := coverage["org_domain"]; got.Outcome != store.Skipped || !strings.Contains(got.Reason, "failed") {
				t.Errorf("org_domain is %s: %s", got.Outcome, got.Reason)
			}
		})
	}
}

// TestOrganisationInterrupted: interrupted anywhere and resumed, it ends with the snapshot of an undisturbed run.
func TestOrganisationInterrupted(t *testing.T) {
	fake := fakesite.Harbourline(2)
	fake.Caps = map[string]int{"POST /admin/v2/orgs/{org}/directories/{directory}/users/search": 7, "GET /admin/api-access/v1/orgs/{org}/api-tokens": 4}
	s := startSite(t, fake)
	s.Mend()
	whole := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
	whole.Only = orgNames()
	want, _ := collected(t, whole)
	o := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
	o.Only = orgNames()
	for stop := 6; ; stop += 9 {
		ctx, cancel := context.WithCancel(t.Context())
		news := 0
		o.Progress = func(e Event) {
			if e.Type == "progress" {
				if news++; news > stop {
					cancel()
				}
			}
		}
		result, err := Collect(ctx, o)
		cancel()
		if err != nil && !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		if err == nil {
			if result.Snapshot.Digest != want.Snapshot.Digest {
				t.Error("the resumed snapshot differs")
				sameObjects(t, whole.File, o.File)
			}
			return
		}
	}
}

// TestOrganisationUntold: what the search for accounts leaves out is asked account by account, spaced as the limit wants.
func TestOrganisationUntold(t *testing.T) {
	fake := fakesite.Harbourline(2)
	fake.Minute = 4 * time.Second // 200 in it
	s := startSite(t, fake)
	s.Mend()
	piotr := `{"data":[{"accountId":"` + fakesite.AccountID("piotr") + `","accountStatus":"active"},{"accountId":"` + fakesite.AccountID("kari") + `","platformRoles":[],"productAccess":[]}],"links":{}}`
	s.Break(fakesite.Fault{Path: "/admin/v2/orgs/*/directories/0a6f7c55-91d2-4a0b-8c33-7e5d2f1b9a60/users/search", Status: 200, Body: piotr})
	s.Break(fakesite.Fault{Path: "/admin/v2/orgs/*/directories/b3e2c9d8-4f70-4b1e-9a55-0c6d7e8f9a12/users/search", Status: 200, Body: `{"data":[],"links":{}}`})
	o := withOrgKey(s, openFile(t), fakesite.OrgKeySecret)
	o.manners.minute = fake.Minute
	o.Only = []string{"org_user_role", "org_user_product"}
	result, coverage := collected(t, o)
	for _, name := range []string{"org_user", "org_user_role", "org_user_product"} {
		if c := coverage[name]; c.Outcome != store.Complete {
			t.Errorf("%s is %s: %s", name, c.Outcome, c.Reason)
		}
	}
	role := objectsOf(t, o.File, result.Snapshot.ID, "org_user_role")[fakesite.AccountID("piotr")+"/atlassian/org-admin/ari:cloud:platform::org/4d1f0b6e-2c57-4a38-8f0e-91c7a5b3d204"]
	if role == nil || role["resourceId"] == nil || len(role["roleAssignmentMethods"].([]any)) != 1 {
		t.Errorf("the role of piotr: %v", role)
	}
	products := objectsOf(t, o.File, result.Snapshot.ID, "org_user_product")
	if len(products) != 2 {
		t.Errorf("%d products: %v", len(products), products)
	}
	for key, p := range products {
		if !strings.HasPrefix(key, fakesite.AccountID("piotr")) || p["lastActiveTimestamp"] != "2026-08-05T15:40:00Z" || p["last_active"] != nil {
			t.Errorf("%s: %v", key, p)
		}
	}
	for _, r := range s.Log() {
		if strings.Contains(r.Path, fakesite.AccountID("kari")) {
			t.Error("kari was asked about, of whom everything is told")
		}
	}
}
