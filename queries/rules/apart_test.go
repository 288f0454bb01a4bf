package rules

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// A rule that needs an object of both products judges each by itself; one that only reads the other product does not.
func TestApart(t *testing.T) {
	both := &Rule{Products: []string{"jira-cloud", "confluence-cloud"}, Objects: []string{"jira_attachment", "confluence_attachment"},
		Needs: []string{"jira_attachment", "confluence_attachment"}, Optional: []string{"jira_project", "confluence_space", "directory_group"}}
	one := &Rule{Products: []string{"confluence-cloud"}, Objects: []string{"confluence_space"}, Needs: []string{"confluence_space", "jira_user"}}
	for _, c := range []struct {
		rule *Rule
		a, b string
		want bool
	}{
		{both, "jira_attachment", "confluence_attachment", true},
		{both, "confluence_attachment", "jira_project", true},
		{both, "jira_attachment", "jira_project", false},
		{both, "jira_attachment", "directory_group", false},
		{both, "jira_attachment", "jira_attachment", false},
		{one, "confluence_space", "jira_user", false},
	} {
		if got := c.rule.apart(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t", c.a, c.b, got)
		}
	}
	for resource, want := range map[string]string{"jira_attachment": "jira", "confluence_attachment": "confluence", "directory_group": "jira"} {
		if got := both.productOf(resource); got != want {
			t.Errorf("a finding on %s is shown under %s, not %s", resource, got, want)
		}
	}
	if got := one.productOf("jira_user"); got != "confluence" {
		t.Errorf("a rule for Confluence shows a finding under %s", got)
	}
}

// What was refused of one product leaves the other's findings new and resolved, its own neither.
func TestCompareApart(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("ATL-FILE-001")}}
	f := written(t, `-- 1 --
-- 1/jira_attachment --
1 {"id": "1", "filename": "id_rsa"}
2 {"id": "2", "filename": "gate.key"}
-- 1/confluence_attachment --
att1 {"id": "att1", "title": "vault.kdbx"}
-- 2 --
now: 2026-11-22T09:00:00Z
coverage: confluence_attachment denied 403
coverage: confluence_content denied 403
-- 2/jira_attachment --
2 {"id": "2", "filename": "gate.key"}
3 {"id": "3", "filename": ".env"}
`)
	before, after := Side{f, 1}, Side{f, 2}
	got, err := p.Compare(context.Background(), before, after, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)[:4]
	want := []string{
		"new 3; added jira_attachment 3", "resolved 1; removed jira_attachment 1", "persisting 2",
		"not_comparable att1: confluence_attachment denied after (403)",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	mirrored(t, p, before, after, got)
}

// Who holds which role in a space was refused after: what the permissions grant stays found and persists, and what they no
// longer grant is not resolved, for a role may.
func TestCompareSpaceModels(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("CONF-SPACE-002")}}
	f := written(t, `-- 1 --
-- 1/confluence_space --
1 {"id": "1", "key": "QUAY", "status": "current", "type": "global"}
2 {"id": "2", "key": "DOCK", "status": "current", "type": "global"}
-- 1/anonymous_probe --
["confluence", "/wiki/api/v2/spaces"] {"product": "confluence", "path": "/wiki/api/v2/spaces", "status": 200, "itemCount": 2, "keys": ["QUAY", "DOCK"]}
-- 1/confluence_space_permission --
["1", "role", "ANONYMOUS", "export", "space"] {"spaceId": "1", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "export", "targetType": "space"}}
["2", "role", "ANONYMOUS", "read", "space"] {"spaceId": "2", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "read", "targetType": "space"}}
["2", "role", "ANONYMOUS", "export", "space"] {"spaceId": "2", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "export", "targetType": "space"}}
-- 2 --
now: 2026-11-22T09:00:00Z
coverage: confluence_space_role_assignment denied 403
-- 2/confluence_space --
1 {"id": "1", "key": "QUAY", "status": "current", "type": "global"}
2 {"id": "2", "key": "DOCK", "status": "current", "type": "global"}
-- 2/anonymous_probe --
["confluence", "/wiki/api/v2/spaces"] {"product": "confluence", "path": "/wiki/api/v2/spaces", "status": 200, "itemCount": 2, "keys": ["QUAY", "DOCK"]}
-- 2/confluence_space_permission --
["1", "role", "ANONYMOUS", "export", "space"] {"spaceId": "1", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "export", "targetType": "space"}}
["2", "role", "ANONYMOUS", "read", "space"] {"spaceId": "2", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "read", "targetType": "space"}}
`)
	before, after := Side{f, 1}, Side{f, 2}
	got, err := p.Compare(context.Background(), before, after, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)[:2]
	want := []string{"persisting 1", "not_comparable 2: confluence_space_role_assignment denied after (403)"}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if v := got.After.Verdicts[0]; v.Verdict != Fail || !v.Partial {
		t.Errorf("after: %s, partial %t: %s", v.Verdict, v.Partial, v.Reason)
	}
	mirrored(t, p, before, after, got)
}
