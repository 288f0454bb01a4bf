package rules

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// told is a comparison in short lines, so that tests can say what they want of it.
func toldOf(t testing.TB, c *Comparison) (lines []string) {
	t.Helper()
	for _, f := range c.Findings {
		line := fmt.Sprintf("%s %s", f.Change, shown(f.Key))
		if f.Reason != "" {
			line += ": " + f.Reason
		}
		for _, cause := range f.CausedBy {
			line += fmt.Sprintf("; %s %s %s", cause.Change, cause.Resource, shown(cause.Key))
			if len(cause.Fields) > 0 {
				line += " " + strings.Join(cause.Fields, ",")
			}
			if cause.By != nil {
				line += " by " + cause.By.Account
			}
		}
		lines = append(lines, line)
	}
	for _, r := range c.Resources {
		if !r.Comparable || r.Added+r.Removed+r.Changed+r.NotComparable > 0 {
			line := fmt.Sprintf("%s +%d -%d ~%d =%d ?%d", r.Resource, r.Added, r.Removed, r.Changed, r.Equal, r.NotComparable)
			if !r.Comparable {
				line += " " + r.Reason
			}
			lines = append(lines, line)
		}
	}
	for o, err := range c.Objects(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s %s", o.Change, o.Resource, shown(o.Key))
		for _, f := range o.Fields {
			if f.NotComparable != "" {
				line += fmt.Sprintf(" %s(%s)", f.Field, f.NotComparable)
			} else {
				line += fmt.Sprintf(" %s:%s->%s", f.Field, f.Before, f.After)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// mirrored checks that swapping the sides turns every count and list round.
func mirrored(t testing.TB, p *Pack, before, after Side, c *Comparison) {
	t.Helper()
	ctx := context.Background()
	back, err := p.Compare(ctx, after, before, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (ChangeCounts{c.Counts.Resolved, c.Counts.New, c.Counts.Persisting, c.Counts.NotComparable}); back.Counts != want {
		t.Errorf("swapped, the findings count %+v, wanted %+v", back.Counts, want)
	}
	for i, r := range c.Resources {
		b := back.Resources[i]
		if b.Added != r.Removed || b.Removed != r.Added || b.Changed != r.Changed || b.Equal != r.Equal || b.NotComparable != r.NotComparable || b.Comparable != r.Comparable {
			t.Errorf("%s counts %+v, swapped %+v", r.Resource, r, b)
		}
	}
	list := func(c *Comparison, turned map[Change]Change) (lines []string) {
		for o, err := range c.Objects(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			names := []string{}
			for _, f := range o.Fields {
				names = append(names, f.Field)
			}
			lines = append(lines, fmt.Sprint(o.Resource, " ", o.Key, " ", turned[o.Change], names))
		}
		return lines
	}
	same := map[Change]Change{Added: Added, Removed: Removed, Changed: Changed}
	swap := map[Change]Change{Added: Removed, Removed: Added, Changed: Changed}
	if a, b := list(c, same), list(back, swap); !slices.Equal(a, b) {
		t.Errorf("swapped, the objects differ:\n%s\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
}

// base is a world with one finding: Mira is deactivated and still in a role.
const base = `-- all/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": false, "displayName": "Mira Holm"}
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "displayName": "Otto Brandt"}
-- all/jira_project --
10 {"id": "10", "key": "TEN", "name": "Ten"}
-- all/jira_role --
7 {"id": 7, "name": "Developers"}
-- all/jira_role_actor --
["10", "7", "atlassian-user-role-actor", "u1"] {"type": "atlassian-user-role-actor", "actorUser": {"accountId": "u1"}, "projectId": "10", "roleId": "7"}
["10", "7", "atlassian-user-role-actor", "u2"] {"type": "atlassian-user-role-actor", "actorUser": {"accountId": "u2"}, "projectId": "10", "roleId": "7"}
`

func TestCompare(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing changed", `-- 1 --
-- 2 --
`, `
persisting u1`},

		{"the role was taken away", `-- 1 --
-- 2 --
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
-- 2/jira_audit_event --
1 {"id": 1, "created": "2026-11-22T07:00:00.000+0000", "summary": "Project roles changed", "authorAccountId": "admin", "objectItem": {"id": "7", "name": "Developers", "typeName": "PROJECT_ROLE"}, "associatedItems": [{"id": "10", "name": "Ten", "typeName": "PROJECT"}]}
2 {"id": 2, "created": "2026-11-22T08:00:00.000+0000", "summary": "Project roles changed", "authorAccountId": "other", "objectItem": {"id": "8", "typeName": "PROJECT_ROLE"}, "associatedItems": [{"id": "10", "name": "Ten", "typeName": "PROJECT"}]}
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1 by admin
jira_role_actor +0 -1 ~0 =1 ?0
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1`},

		{"an account was switched off", `-- 1 --
-- 2 --
-- 2/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": false, "displayName": "Otto Brandt"}
`, `
new u2; changed jira_user u2 active
persisting u1
jira_user +0 -0 ~1 =1 ?0
changed jira_user u2 active:true->false`},

		{"accounts were denied after", `-- 1 --
-- 2 --
coverage: jira_user denied 403 No.
-- 2/jira_user --
- u1
- u2
`, `
not_comparable u1: not evaluated after: jira_user was denied (403): No.
jira_user +0 -0 ~0 =0 ?2 denied after (403)`},

		{"another project's roles were denied after", `-- 1 --
-- 2 --
part: jira_role_actor 11 denied 403
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
jira_role_actor +0 -1 ~0 =1 ?0 partial after (1 part not complete)
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1`},

		{"this project's roles were denied after", `-- 1 --
-- 2 --
part: jira_role_actor 10 denied 403
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
- ["10", "7", "atlassian-user-role-actor", "u2"]
`, `
not_comparable u1: jira_role_actor denied after (403) for 10
jira_role_actor +0 -0 ~0 =0 ?2 partial after (1 part not complete)`},

		{"restrictions are asked for by many spaces at once", `-- 1 --
-- 1/confluence_restriction --
["900", "update", "user", "u1"] {"contentId": "900", "operation": "update", "user": {"accountId": "u1"}}
-- 2 --
part: confluence_restriction ["100", "140", "10"] partial 403 No.
-- 2/confluence_restriction --
["901", "read", "user", "u1"] {"contentId": "901", "operation": "read", "user": {"accountId": "u1"}}
`, `
persisting u1
confluence_restriction +1 -0 ~0 =0 ?1 partial after (1 part not complete)
added confluence_restriction 901 / read / user / u1`},

		{"an account is met in what was not read", `-- 1 --
-- 1/confluence_user --
u1 {"accountId": "u1", "accountStatus": "closed"}
-- 2 --
coverage: confluence_space_permission denied 403 No.
`, `
persisting u1
confluence_space_permission +0 -0 ~0 =0 ?0 denied after (403)
confluence_user +0 -0 ~0 =0 ?1`},

		{"an answer of several was not had", `-- 1 --
-- 1/directory_group --
g1 {"groupId": "g1", "name": "staff", "jiraAccess": ["user"], "confluenceAccess": []}
g2 {"groupId": "g2", "name": "guests", "jiraAccess": []}
-- 1/jira_instance --
jira {"serverInfo": {"serverTitle": "Ours"}, "configuration": {"votingEnabled": true}}
-- 2 --
coverage: directory_group partial 403 No.
-- 2/directory_group --
g1 {"groupId": "g1", "name": "staff", "confluenceAccess": []}
g2 {"groupId": "g2", "name": "visitors"}
-- 2/jira_instance --
jira {"serverInfo": {"serverTitle": "Ours"}}
`, `
persisting u1
directory_group +0 -0 ~1 =1 ?0 partial after (403)
directory_group_member +0 -0 ~0 =0 ?0 directory_group partial after (403)
changed directory_group g2 jiraAccess(not told after) name:"guests"->"visitors"`},

		{"the project went, and projects list all", `-- 1 --
-- 2 --
-- 2/jira_project --
- 10
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
- ["10", "7", "atlassian-user-role-actor", "u2"]
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
jira_project +0 -1 ~0 =0 ?0
jira_role_actor +0 -2 ~0 =0 ?0
removed jira_project 10
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u2`},

		{"the project went out of sight of another account", `-- 1 --
account: u8
seen: jira_project
-- 2 --
account: u9
seen: jira_project
-- 2/jira_project --
- 10
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
- ["10", "7", "atlassian-user-role-actor", "u2"]
`, `
not_comparable u1: jira_role_actor seen by another account than before
jira_project +0 -0 ~0 =0 ?1 seen by another account than after; seen by another account than before
jira_role_actor +0 -0 ~0 =0 ?2 jira_project seen by another account than after; jira_project seen by another account than before`},

		{"the same, but the log shows that the project was deleted", `-- 1 --
account: u8
seen: jira_project
-- 2 --
account: u9
seen: jira_project
-- 2/jira_project --
- 10
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
- ["10", "7", "atlassian-user-role-actor", "u2"]
-- 2/jira_audit_event --
1 {"id": 1, "created": "2026-11-22T07:00:00.000+0000", "summary": "Project deleted", "authorAccountId": "admin", "objectItem": {"id": "10", "name": "Ten", "typeName": "PROJECT"}}
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1 by admin
jira_project +0 -1 ~0 =0 ?0 seen by another account than after; seen by another account than before
jira_role_actor +0 -2 ~0 =0 ?0 jira_project seen by another account than after; jira_project seen by another account than before
removed jira_project 10
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u2`},

		{"the same account with less right", `-- 1 --
account: u9
permissions: ADMINISTER
seen: jira_role_actor
-- 2 --
account: u9
seen: jira_role_actor
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
`, `
not_comparable u1: jira_role_actor seen with less right than before
jira_role_actor +0 -0 ~0 =1 ?1 seen with less right than before`},

		{"the same account with more right", `-- 1 --
account: u9
seen: jira_role_actor
-- 2 --
account: u9
permissions: ADMINISTER
seen: jira_role_actor
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
jira_role_actor +0 -1 ~0 =1 ?0 seen with less right than after
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1`},

		{"another account with more right, who is shown all", `-- 1 --
account: u8
seen: jira_role_actor
-- 2 --
account: u9
permissions: ADMINISTER
-- 2/jira_role_actor --
- ["10", "7", "atlassian-user-role-actor", "u1"]
`, `
resolved u1; removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1
jira_role_actor +0 -1 ~0 =1 ?0 seen by another account than after
removed jira_role_actor 10 / 7 / atlassian-user-role-actor / u1`},

		{"an address was hidden, a name was not told", `-- 1 --
-- 1/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "displayName": "Otto Brandt", "emailAddress": "otto@harbourline.example"}
u3 {"accountId": "u3", "accountType": "atlassian", "active": true, "displayName": "Ida", "emailAddress": "ida@harbourline.example"}
-- 2 --
-- 2/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "displayName": "Otto Brandt", "emailAddress": ""}
u3 {"accountId": "u3", "accountType": "atlassian", "active": true, "displayName": "Ida B", "emailAddress": null}
`, `
persisting u1
jira_user +0 -0 ~1 =2 ?0
changed jira_user u3 displayName:"Ida"->"Ida B" emailAddress(hidden after)`},

		{"one side keeps a member that the other does not", `-- 1 --
param: members=jira_user 1 accountId accountType active
-- 1/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": false}
u2 {"accountId": "u2", "accountType": "atlassian", "active": true}
-- 2 --
param: members=jira_user 2 accountId accountType active displayName
-- 2/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": false, "displayName": "Otto Brandt"}
`, `
persisting u1
not_comparable u2: jira_user displayName not kept before
jira_user +0 -0 ~1 =1 ?0
changed jira_user u2 active:true->false displayName(not kept before)`},

		{"one side was collected without personal data", `-- 1 --
-- 1/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "displayName": "Otto Brandt", "emailAddress": "otto@harbourline.example"}
-- 2 --
param: personal=domain
-- 2/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": false}
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "emailAddress": "@harbourline.example"}
`, `
persisting u1`},

		{"somebody else's activity was never told", `-- 1 --
-- 1/jira_user --
u3 {"accountId": "u3", "accountType": "atlassian"}
-- 2 --
-- 2/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": true, "displayName": "Mira Holm"}
u3 {"accountId": "u3", "accountType": "atlassian"}
`, `
resolved u1; changed jira_user u1 active
jira_user +0 -0 ~1 =2 ?0
changed jira_user u1 active:false->true`},

		{"nor was Mira's after", `-- 1 --
-- 1/jira_user --
u3 {"accountId": "u3", "accountType": "atlassian"}
-- 2 --
-- 2/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "displayName": "Mira Holm"}
u3 {"accountId": "u3", "accountType": "atlassian"}
`, `
not_comparable u1: cannot be judged after: an account does not tell whether it is active
jira_user +0 -0 ~1 =2 ?0
changed jira_user u1 active:false->`},

		{"whether Mira is active is no longer told", `-- 1 --
-- 2 --
-- 2/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "displayName": "Mira Holm"}
`, `
not_comparable u1: cannot be judged after: an account does not tell whether it is active
jira_user +0 -0 ~1 =1 ?0
changed jira_user u1 active:false->`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := example(t)
			f := written(t, base+c.text)
			before, after := Side{f, 1}, Side{f, 2}
			got, err := p.Compare(context.Background(), before, after, Options{})
			if err != nil {
				t.Fatal(err)
			}
			lines := toldOf(t, got)
			lines = slices.DeleteFunc(lines, func(l string) bool { // nothing is there, only a parent's doubt
				return strings.Contains(l, " +0 -0 ~0 =0 ?0 jira_")
			})
			if told := strings.Join(lines, "\n"); told != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant%s", told, c.want)
			}
			mirrored(t, p, before, after, got)
		})
	}
}

// A rule that fails on one side: its findings on the other are not comparable.
func TestCompareError(t *testing.T) {
	r, err := Parse("A-1.sql", []byte(strings.Replace(good, "SELECT key", "SELECT (SELECT min(key) FROM jira_user) AS key", 1)))
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{r}}
	f := written(t, "-- all/jira_user --\nu1 {}\n-- 1 --\n-- 2 --\n-- 2/jira_user --\nu2 {}\n")
	got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := got.Verdicts[0]; v.Before != Fail || v.After != Error || !strings.Contains(v.Reason, "after: A-1.sql:8: the row of key") {
		t.Errorf("%+v", v)
	}
	if len(got.Findings) != 1 || got.Findings[0].Change != NotComparable || !strings.HasPrefix(got.Findings[0].Reason, "the rule failed after: A-1.sql") {
		t.Errorf("%+v", got.Findings)
	}
	mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
}

// A rule that names no evidence is believed where the parts that could not be read are of other parents than the one
// its finding lies in.
func TestCompareElsewhere(t *testing.T) {
	text := strings.NewReplacer("object: jira_user", "object: jira_project", "needs: jira_user", "needs: jira_project, jira_role_actor",
		"FROM jira_user", "FROM jira_project AS p WHERE EXISTS (SELECT 1 FROM jira_role_actor AS a WHERE a.project_id = p.project_id)").Replace(good)
	r, err := Parse("A-1.sql", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Rules: []*Rule{r}}
	f := written(t, `-- all/jira_project --
10 {"id": "10", "name": "Ten"}
11 {"id": "11", "name": "Eleven"}
12 {"id": "12", "name": "Twelve"}
-- 1 --
-- 1/jira_role_actor --
["10", "7", "k", "u1"] {"type": "k", "actorUser": {"accountId": "u1"}, "projectId": "10", "roleId": "7"}
["11", "7", "k", "u1"] {"type": "k", "actorUser": {"accountId": "u1"}, "projectId": "11", "roleId": "7"}
["12", "7", "k", "u1"] {"type": "k", "actorUser": {"accountId": "u1"}, "projectId": "12", "roleId": "7"}
-- 2 --
part: jira_role_actor 11 denied 403
-- 2/jira_role_actor --
["12", "7", "k", "u1"] {"type": "k", "actorUser": {"accountId": "u1"}, "projectId": "12", "roleId": "7"}
`)
	before, after := Side{f, 1}, Side{f, 2}
	got, err := p.Compare(context.Background(), before, after, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"resolved 10; removed jira_role_actor 10 / 7 / k / u1", "persisting 12",
		"not_comparable 11: jira_role_actor partial after (1 part not complete)",
		"jira_role_actor +0 -1 ~0 =1 ?1 partial after (1 part not complete)", "removed jira_role_actor 10 / 7 / k / u1",
	}
	if lines := toldOf(t, got); !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	mirrored(t, p, before, after, got)
}
