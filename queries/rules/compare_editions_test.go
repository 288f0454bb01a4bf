package rules

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// Data Center and Cloud name their objects differently: nothing is gone, nothing came.
func TestCompareEditions(t *testing.T) {
	p := example(t)
	cloud := written(t, base+"-- 1 --\n")
	dc := written(t, base+"-- 2 --\nsite: dc\nnow: 2026-11-22T09:00:00Z\n-- 2/jira_user --\nu2 {\"accountId\": \"u2\", \"active\": false}\nu3 {}\n- u1\n")
	got, err := p.Compare(context.Background(), Side{cloud, 1}, Side{dc, 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)
	for _, want := range []string{
		"not_comparable u1: not applicable after: not for a Data Center installation",
		"jira_user +0 -0 ~0 =0 ?3 Data Center and Cloud name their objects by other keys",
		"jira_role +0 -0 ~0 =0 ?1 Data Center and Cloud name their objects by other keys",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
	mirrored(t, p, Side{cloud, 1}, Side{dc, 1}, got)
}

// What both editions have under one key may be two things: a project of Data Center and one of Cloud are numbered alike.
func TestCompareEditionsKeys(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("JIRA-PERM-001")}}
	const open = `
-- all/jira_permission_scheme --
1 {"id": 1, "name": "Open"}
-- all/jira_permission_grant --
["1", "7"] {"id": 7, "schemeId": 1, "permission": "BROWSE_PROJECTS", "holder": {"type": "anyone"}}
-- all/jira_project_scheme --
["10000", "1"] {"projectId": "10000", "id": 1}
-- all/jira_project --
10000 {"id": "10000", "key": "OPS", "name": "Operations", "archived": false}
`
	dc := written(t, open+"-- 1 --\nsite: dc\n")
	cloud := written(t, strings.ReplaceAll(open, "Operations", "Outings")+"-- 2 --\nnow: 2026-11-22T09:00:00Z\n")
	got, err := p.Compare(context.Background(), Side{dc, 1}, Side{cloud, 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "not_comparable 10000: Data Center and Cloud name their objects by other keys"; !slices.Contains(toldOf(t, got), want) {
		t.Errorf("no line %q in\n%s", want, strings.Join(toldOf(t, got), "\n"))
	}
	mirrored(t, p, Side{dc, 1}, Side{cloud, 1}, got)
}
