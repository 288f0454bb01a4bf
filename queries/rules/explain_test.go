package rules

import (
	"context"
	"errors"
	"strings"
	"testing"

	"plumbline/store"
)

func TestExplain(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	f := written(t, base+"-- 1 --\n")
	j, err := p.Judge(ctx, f, 1, Options{Parameters: []string{"spared=u2"}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := j.Find(strings.ToLower(j.Findings[0].ID[:8]))
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Explain(ctx, f, j, found, Options{Parameters: []string{"spared=u2"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Objects) != 2 || e.Objects[0].Name != "Mira Holm" || !strings.Contains(string(e.Objects[0].Body), `"active":false`) ||
		len(e.Objects[1].KeyParts) != 4 || e.Verdict.Verdict != Fail || len(e.Rule.Fix) != 2 || !strings.Contains(e.Rule.SQL, "json_each") {
		t.Errorf("%+v", e)
	}
	if list, ok := e.Parameters["spared"].([]string); !ok || list[0] != "u2" || e.Now != "2026-11-21T09:00:00.000Z" {
		t.Errorf("%v, now %s", e.Parameters, e.Now)
	}
	for _, id := range []string{"F-", "", "F-ffffffffffffffff", "nonsense"} {
		if _, err := j.Find(id); !errors.Is(err, ErrNoFinding) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestRequestsFor(t *testing.T) {
	log := []store.Request{
		{Resource: "jira_user", Path: "users"},
		{Resource: "jira_role_actor", Parent: "10", Path: "ten"},
		{Resource: "jira_role_actor", Parent: "11", Path: "eleven"},
		{Resource: "jira_permission_scheme", Path: "schemes"},
	}
	for _, c := range []struct {
		ref  Ref
		want string
	}{
		{Ref{"jira_user", "u1"}, "users"},
		{Ref{"jira_role_actor", store.Key("11", "7", "k", "u1")}, "eleven"},
		{Ref{"jira_permission_grant", store.Key("1", "2")}, "schemes"},
		{Ref{"jira_filter", "1"}, ""},
	} {
		got := ""
		for _, q := range requestsFor(log, c.ref) {
			got += q.Path
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.ref, got, c.want)
		}
	}
}

// The id is fixed: it is what decisions and trackers refer to.
func TestFindingID(t *testing.T) {
	// printf 'site\x1eJIRA-ACCESS-001\x1ejira_user\x1eu1\x1e' | sha256sum
	if got := FindingID("site", "JIRA-ACCESS-001", "jira_user", "u1", ""); got != "F-cce4f8b5b53c50af" {
		t.Errorf("got %s", got)
	}
	r := &Rule{ID: "C-1", Replaces: []string{"B-1", "A-1"}}
	if r.Identity() != "A-1" {
		t.Errorf("identity %s", r.Identity())
	}
}
