package rules

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// A product whose address was not given was not looked at: its rules do not apply, and nothing of it is new or resolved. The
// other product's findings are compared as ever.
func TestCompareUnaddressed(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("DC-AUTH-001"), shipped.Rule("CDC-PERM-001")}}
	const both = `-- all/jira_instance --
jira {"serverInfo": {"baseUrl": "https://jira.harbourline.example", "version": "10.3.4"}}
-- 1 --
site: dc
-- 1/confluence_instance --
confluence {"baseUrl": "https://wiki.harbourline.example", "version": "8.5.10"}
-- 1/basic_auth --
["jira", "config"] {"product": "jira", "block-requests": true, "allowed-paths": [], "allowed-users": []}
["confluence", "config"] {"product": "confluence", "block-requests": false, "allowed-paths": [], "allowed-users": []}
-- 1/confluence_global_permission --
["anonymous", "", "use/application"] {"principal": {"type": "anonymous", "id": ""}, "operation": "use", "targetType": "application"}
-- 2 --
site: dc
now: 2026-11-22T09:00:00Z
coverage: confluence_instance unavailable no address of Confluence was given: this snapshot is of Jira alone
coverage: confluence_global_permission unavailable no address of Confluence was given: this snapshot is of Jira alone
-- 2/basic_auth --
["jira", "config"] {"product": "jira", "block-requests": false, "allowed-paths": [], "allowed-users": []}
`
	f := written(t, both)
	judged, err := p.Judge(context.Background(), f, 2, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range judged.Verdicts {
		if want := map[string]Verdict{"DC-AUTH-001": Fail, "CDC-PERM-001": NotApplicable}[v.Rule]; v.Verdict != want || want == Fail && v.Partial {
			t.Errorf("%s: %s (partial %v): %s", v.Rule, v.Verdict, v.Partial, v.Reason)
		}
	}
	got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)
	for _, want := range []string{
		"new jira; changed basic_auth jira / config block-requests",
		"not_comparable confluence: Confluence was not looked at after",
		"not_comparable anonymous /  / use/application: not applicable after: confluence_instance is unavailable: no address of Confluence was given: this snapshot is of Jira alone",
		"basic_auth +0 -0 ~1 =0 ?1 Confluence was not looked at after",
		"confluence_instance +0 -0 ~0 =0 ?1 Confluence was not looked at after",
		"confluence_global_permission +0 -0 ~0 =0 ?1 Confluence was not looked at after",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if got.Counts.New != 1 || got.Counts.Resolved != 0 {
		t.Errorf("counts %+v", got.Counts)
	}
	mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
}

// A key that was not used again takes nothing from what the site's own sign-in saw; of the organisation nothing is gone.
func TestCompareWithoutKey(t *testing.T) {
	p := example(t)
	f := written(t, base+`-- 1 --
account: a1
permissions: ADMINISTER, org:admin
seen: jira_role_actor, jira_user
-- 1/org_user --
["d1", "u1"] {"accountId": "u1", "directoryId": "d1"}
-- 2 --
account: a1
permissions: ADMINISTER
now: 2026-11-22T09:00:00Z
seen: jira_role_actor, jira_user
coverage: org_user skipped no organisation API key
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
`)
	got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)
	for _, want := range []string{"removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1", "org_user +0 -0 ~0 =0 ?1 skipped after"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
	mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
}

// Jira is seen with the same right whether Confluence is looked at beside it or not: what is gone from it is resolved. What an
// account holds in Jira no more is a lesser right.
func TestCompareJiraAlone(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("ATL-FILE-001"), shipped.Rule("JIRA-ACCESS-005")}}
	for _, c := range []struct{ name, account, groups, permissions, want string }{
		{"the same right", "JIRAUSER1", "jira/crew", "ADMINISTER", "resolved 1; removed jira_attachment 1"},
		{"another group less", "JIRAUSER1", "", "ADMINISTER", "not_comparable 1: jira_attachment seen with less right than before"},
		{"a permission less", "JIRAUSER1", "jira/crew", "", "not_comparable 1: jira_attachment seen with less right than before"},
		{"somebody else", "JIRAUSER2", "jira/crew", "ADMINISTER", "not_comparable 1: jira_attachment seen by another account than before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := written(t, `-- all/jira_instance --
jira {"serverInfo": {"baseUrl": "https://jira.harbourline.example", "version": "10.3.4"}}
-- 1 --
site: dc
account: JIRAUSER1 + 2c9a
permissions: ADMINISTER, confluence:administer
groups: jira/crew, confluence/crew, confluence/masters
seen: jira_attachment, confluence_attachment
-- 1/confluence_instance --
confluence {"baseUrl": "https://wiki.harbourline.example", "version": "8.5.10"}
-- 1/jira_attachment --
1 {"id": "1", "filename": "id_rsa"}
-- 2 --
site: dc
account: `+c.account+`
permissions: `+c.permissions+`
groups: `+c.groups+`
seen: jira_attachment
now: 2026-11-22T09:00:00Z
`+noConfluence())
			got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if lines := toldOf(t, got); !slices.Contains(lines, c.want) {
				t.Errorf("no line %q in\n%s", c.want, strings.Join(lines, "\n"))
			}
			mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
		})
	}
}

// What Jira refuses says nothing of Confluence's findings: a group's members are its own product's.
func TestCompareOtherRefused(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{shipped.Rule("CONF-ACCESS-001")}}
	f := written(t, `-- all/confluence_space --
1 {"id": 1, "key": "BOARD", "name": "Notice board", "type": "global", "status": "current"}
-- all/confluence_content --
11 {"id": "11", "type": "page", "status": "current", "title": "Tides", "spaceId": "1"}
-- all/anonymous_probe --
["confluence", "/rest/api/space"] {"product": "confluence", "path": "/rest/api/space", "status": 200, "itemCount": 1, "keys": ["BOARD"]}
-- 1 --
site: dc
coverage: confluence_space_role unavailable only Cloud has it
coverage: confluence_space_role_assignment unavailable only Cloud has it
coverage: confluence_space_role_mode unavailable only Cloud has it
-- 1/confluence_space_permission --
["1", "anonymous", "", "read", "space"] {"spaceId": "1", "operation": {"operationKey": "read", "targetType": "space"}, "subject": {"type": "anonymous"}}
["1", "anonymous", "", "create", "page"] {"spaceId": "1", "operation": {"operationKey": "create", "targetType": "page"}, "subject": {"type": "anonymous"}}
-- 2 --
site: dc
now: 2026-11-22T09:00:00Z
coverage: confluence_space_role unavailable only Cloud has it
coverage: confluence_space_role_assignment unavailable only Cloud has it
coverage: confluence_space_role_mode unavailable only Cloud has it
coverage: jira_user denied 403
coverage: directory_group partial
part: directory_group jira denied 403
coverage: directory_group_member partial
part: directory_group_member jira partial those that are not listed were not asked
-- 2/confluence_space_permission --
["1", "anonymous", "", "read", "space"] {"spaceId": "1", "operation": {"operationKey": "read", "targetType": "space"}, "subject": {"type": "anonymous"}}
`)
	got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Counts.Resolved != 1 || got.Counts.NotComparable != 0 {
		t.Errorf("counts %+v\n%s", got.Counts, strings.Join(toldOf(t, got), "\n"))
	}
	mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
}
