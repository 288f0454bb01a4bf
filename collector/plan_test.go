package collector

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

func TestOnlyAndSkip(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	s.Mend()
	o := options(s, openFile(t))
	o.Only, o.Skip = []string{"confluence_space_permission", "jira_permission_scheme"}, []string{"jira_permission_grant"}
	result, coverage := collected(t, o)
	for name, want := range map[string]store.Outcome{"confluence_space_permission": store.Complete, "confluence_space": store.Complete,
		"jira_permission_scheme": store.Complete, "jira_permission_grant": store.Skipped, "jira_user": store.Skipped} {
		if c := coverage[name]; c.Outcome != want {
			t.Errorf("%s is %s: %s", name, c.Outcome, c.Reason)
		}
	}
	for _, err := range o.File.Objects(t.Context(), result.Snapshot.ID, "jira_permission_grant") {
		t.Fatalf("what was left out is in the file: %v", err)
	}
	o.Skip, o.New = []string{"confluence_space"}, true
	o.Only = nil
	_, coverage = collected(t, o)
	if c := coverage["confluence_space_permission"]; c.Outcome != store.Skipped || !strings.Contains(c.Reason, "confluence_space") {
		t.Errorf("under what was left out: %s: %s", c.Outcome, c.Reason)
	}
}

func TestPlan(t *testing.T) {
	plan, err := Plan(Options{Only: []string{"directory_group_member", "jira_user"}})
	if err != nil || len(plan) == 0 {
		t.Fatal(err)
	}
	for _, r := range plan {
		if r.Method != "GET" && !strings.Contains(r.Path, "users-bulk") && !strings.Contains(r.Path, "permissions/check") {
			t.Errorf("%+v", r)
		}
	}
	if i := slices.IndexFunc(plan, func(r Request) bool { return r.Resource == "jira_user" }); i < 0 || plan[i].Path != "/rest/api/3/users/search?startAt=0&maxResults=1000" {
		t.Errorf("%+v", plan)
	}
	if _, err := Plan(Options{Skip: []string{"nothing"}}); !errors.Is(err, ErrUnknownResource) {
		t.Error(err)
	}
}

// A plan is for what the sign-ins that there are would open.
func TestPlanKinds(t *testing.T) {
	for name, c := range map[string]struct {
		kinds      []string
		has, lacks string
	}{
		"nothing known":       {nil, "/admin/v1/orgs", "/rest/api/2/serverInfo"},
		"a token":             {[]string{APIToken}, "/rest/api/3/serverInfo", "/admin/v1/orgs"},
		"a token and a key":   {[]string{APIToken, OrgKey}, "/admin/v1/orgs", "/rest/api/2/serverInfo"},
		"Data Center":         {[]string{DCToken}, "/rest/api/2/serverInfo", "/rest/api/3/serverInfo"},
		"one of each edition": {[]string{DCToken, APIToken}, "/rest/api/3/serverInfo", "/rest/api/2/serverInfo"},
	} {
		var o Options
		for _, kind := range c.kinds {
			o.Credentials = append(o.Credentials, Credential{Kind: kind})
		}
		plan, err := Plan(o)
		if err != nil {
			t.Fatal(err)
		}
		asks := func(path string) bool {
			return slices.ContainsFunc(plan, func(r Request) bool { return strings.HasPrefix(r.Path, path) })
		}
		if !asks(c.has) || asks(c.lacks) {
			t.Errorf("%s: asks %s: %v; asks %s: %v", name, c.has, asks(c.has), c.lacks, asks(c.lacks))
		}
	}
}
