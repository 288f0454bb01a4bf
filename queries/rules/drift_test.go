package rules

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

const driftBase = `-- all/directory_group --
g1 {"groupId": "g1", "name": "staff", "jiraAccess": ["user"], "confluenceAccess": []}
-- all/directory_group_member --
["g1", "u1"] {"groupId": "g1", "accountId": "u1"}
-- all/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": true, "displayName": "Mira Holm"}
u2 {"accountId": "u2", "accountType": "atlassian", "active": true, "displayName": "Otto Brandt"}
`

// driftOf is what a comparison says of one drift rule: its verdict and reason, then its findings.
func driftOf(c *Comparison, rule string) string {
	var lines []string
	for _, v := range c.Verdicts {
		if v.Rule == rule {
			lines = append(lines, strings.TrimSuffix(string(v.After)+": "+v.Reason, ": "))
		}
	}
	for _, f := range c.Drift {
		if f.Rule == rule {
			lines = append(lines, shown(f.Key)+" "+f.Subject+" "+f.Detail)
		}
	}
	return strings.Join(lines, "\n")
}

// driftPack is one shipped rule alone.
func driftPack(t *testing.T) *Pack {
	t.Helper()
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return &Pack{Rules: []*Rule{p.Rule("DRIFT-GROUP-001")}}
}

func TestDrift(t *testing.T) {
	for _, c := range []struct{ name, text, want, swapped string }{
		{"somebody came", `-- 1 --
-- 2 --
-- 2/directory_group_member --
["g1", "u2"] {"groupId": "g1", "accountId": "u2"}
`, `fail
g1 / u2 Otto Brandt was added to staff, which opens Jira`, `pass`},

		{"what came into view is not new", `-- 1 --
part: directory_group_member g1 denied 403
-- 1/directory_group_member --
- ["g1", "u1"]
-- 2 --
`, `not_evaluated: before: directory_group_member is partial (1 part not complete, the first g1: denied 403); 1 difference cannot be told from what was not seen: directory_group_member denied before (403) for g1`,
			`not_evaluated: after: directory_group_member is partial (1 part not complete, the first g1: denied 403)`},

		{"but the log says that somebody came", `-- 1 --
part: directory_group_member g1 denied 403
-- 1/directory_group_member --
- ["g1", "u1"]
-- 2 --
-- 2/jira_audit_event --
1 {"id": 1, "created": "2026-11-22T07:00:00.000+0000", "summary": "User added to group", "authorAccountId": "admin", "objectItem": {"id": "u1", "name": "u1", "typeName": "USER"}, "associatedItems": [{"id": "g1", "name": "staff", "typeName": "GROUP"}]}
`, `fail: before: directory_group_member is partial (1 part not complete, the first g1: denied 403)
g1 / u1 Mira Holm was added to staff, which opens Jira`, `not_evaluated: after: directory_group_member is partial (1 part not complete, the first g1: denied 403)`},

		{"it was seen by another account", `-- 1 --
account: a
seen: directory_group_member
-- 2 --
account: b
seen: directory_group_member
-- 2/directory_group_member --
["g1", "u2"] {"groupId": "g1", "accountId": "u2"}
`, `not_evaluated: before: directory_group_member seen by another account than after; after: directory_group_member seen by another account than before; 1 difference cannot be told from what was not seen: directory_group_member seen by another account than after`,
			`not_evaluated: before: directory_group_member seen by another account than after; after: directory_group_member seen by another account than before`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			p := driftPack(t)
			path := filepath.Join(t.TempDir(), "x.plumb.db")
			write(t, path, driftBase+c.text)
			f, other := opened(t, path), opened(t, path)
			a, b := Side{f, 1}, Side{f, 2}
			for _, run := range []struct {
				what          string
				before, after Side
				opt           Options
				want          string
			}{
				{"compared", a, b, Options{}, c.want},
				{"kept", a, b, Options{}, c.want},
				{"not kept", a, b, Options{NoCache: true}, c.want},
				{"of two files", a, Side{other, 2}, Options{NoCache: true}, c.want},
				{"swapped", b, a, Options{}, c.swapped},
			} {
				got, err := p.Compare(ctx, run.before, run.after, run.opt)
				if err != nil {
					t.Fatal(err)
				}
				if words := driftOf(got, "DRIFT-GROUP-001"); words != run.want {
					t.Errorf("%s:\n%s\nwanted\n%s", run.what, words, run.want)
				}
				for _, x := range got.Findings {
					if p.Rule(x.Rule).Kind == Drift {
						t.Errorf("%s is %s, but drift is neither", x.ID, x.Change)
					}
				}
				for _, v := range got.After.Verdicts {
					if v.Kind == Drift {
						t.Errorf("%s has a verdict on one snapshot", v.Rule)
					}
				}
			}
		})
	}
}

// A decision stands on a finding of drift like on any other, and is counted.
func TestDriftDecided(t *testing.T) {
	ctx := context.Background()
	p := driftPack(t)
	f := written(t, driftBase+`-- 1 --
-- 2 --
-- 2/directory_group_member --
["g1", "u2"] {"groupId": "g1", "accountId": "u2"}
`)
	act := store.Decision{SiteIDs: []string{"case"}, Act: store.ActConfirmed, By: "Mira Holm", At: caseNow,
		Target: store.Target{Scope: store.ScopeFinding, Rule: "DRIFT-GROUP-001", Resource: "directory_group_member", Key: store.Key("g1", "u2")}}
	snapshot, err := f.Snapshot(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	act.SiteIDs = snapshot.Site.IDs
	c, err := p.Compare(ctx, Side{f, 1}, Side{f, 2}, Options{Decisions: []store.Decision{act}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Drift, func(x Finding) bool { return x.Rule == "DRIFT-GROUP-001" })
	if i < 0 || c.Drift[i].Decision == nil || c.Drift[i].Decision.State != Confirmed {
		t.Errorf("the decision does not stand: %+v", c.Drift)
	}
	if len(c.After.Decisions) != 1 || c.After.Decisions[0].Findings != 1 {
		t.Errorf("the decision is about %+v", c.After.Decisions)
	}
}

// What one side alone saw is what the other has no row of that key for, whichever walk found it.
func TestDriftAlone(t *testing.T) {
	const head = "-- rev: 1\n-- kind: drift\n-- title: T\n-- severity: low\n-- products: jira-cloud\n-- object: jira_user\n-- needs: jira_user\n"
	rows := func(word, from string) string {
		return "SELECT key, '" + word + "' AS aspect, display_name AS subject, '" + word + " ' || coalesce(active, 'not told') AS detail FROM " + from
	}
	var p Pack
	for id, sql := range map[string]string{
		"A-1": rows("came", "came_jira_user") + " UNION ALL " + rows("gone", `"Gone_Jira_User"`),
		"A-2": rows("came", "after_jira_user WHERE key NOT IN (SELECT key FROM before_jira_user)") + " UNION ALL " +
			rows("gone", "before_jira_user WHERE key NOT IN (SELECT key FROM after_jira_user)"),
	} {
		r, err := Parse(id+".sql", []byte(head+sql))
		if err != nil {
			t.Fatal(err)
		}
		p.Rules = append(p.Rules, r)
	}
	many := driftBase + "-- 1 --\n-- 2 --\n-- 2/jira_user --\n- u1\n"
	for n := range store.MostAlone + 1 {
		many += fmt.Sprintf("c%d {\"accountId\": \"c%d\", \"active\": true, \"displayName\": \"C %d\"}\n", n, n, n)
	}
	crowd := written(t, many)
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	write(t, path, driftBase+`-- 1 --
-- 2 --
-- 2/jira_user --
- u1
u2 {"accountId": "u2", "accountType": "atlassian", "active": false, "displayName": "Otto Brandt"}
u3 {"accountId": "u3", "accountType": "atlassian", "displayName": "Ada \"<Løvås> \u2028"}
u4 {"accountId": "u4", "accountType": "atlassian", "active": false, "displayName": "Lars Berg"}
`)
	f, other := opened(t, path), opened(t, path)
	const alone = "fail\nu3 Ada \"<Løvås> \u2028 came not told\nu4 Lars Berg came 0\nu1 Mira Holm gone 1"
	for _, run := range []struct {
		before, after Side
		want          string
	}{
		{Side{f, 1}, Side{f, 2}, alone},
		{Side{f, 1}, Side{other, 2}, alone},
		{Side{f, 2}, Side{f, 1}, strings.NewReplacer("came", "gone", "gone", "came").Replace(alone)},
		{Side{f, 2}, Side{f, 2}, "pass"},
	} {
		got, err := p.Compare(context.Background(), run.before, run.after, Options{NoCache: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range []string{"A-1", "A-2"} {
			if words := driftOf(got, rule); words != run.want {
				t.Errorf("%s:\n%s\nwanted\n%s", rule, words, run.want)
			}
		}
	}
	got, err := p.Compare(context.Background(), Side{crowd, 1}, Side{crowd, 2}, Options{NoCache: true})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := driftOf(got, "A-1"), driftOf(got, "A-2"); a != b || len(got.Drift) != 2*(store.MostAlone+2) {
		t.Errorf("of a crowd: %d findings, of both rules the same: %t", len(got.Drift), a == b)
	}
}

// What a drift rule may not read is named, with what it may.
func TestDriftReads(t *testing.T) {
	head := "-- rev: 1\n-- kind: drift\n-- title: T\n-- severity: low\n-- products: jira-cloud\n-- object: jira_user\n-- needs: jira_user\n"
	for _, c := range []struct{ head, sql, want string }{
		{head, "FROM jira_user", "no such table: jira_user; a drift rule reads before_jira_user and after_jira_user"},
		{head, "FROM after_jira_users AS u", `no such table: after_jira_users; did you mean "after_jira_user"?`},
		{head, "FROM before_jira_project AS p", "it reads jira_project, which is in none of needs"},
		{head, "FROM came_jira_project AS p", "it reads jira_project, which is in none of needs"},
		{head, "FROM came_account AS a", "no such table: came_account; came_NAME and gone_NAME are of resources alone, and of no events"},
		{strings.Replace(head, "needs: jira_user", "needs: jira_user, jira_audit_event", 1), "FROM gone_jira_audit_event AS e", "no such table: gone_jira_audit_event; came_NAME and gone_NAME are of"},
		{strings.Replace(head, "-- kind: drift\n", "", 1), "FROM came_jira_user", "only a drift rule (kind: drift) reads two snapshots"},
		{strings.Replace(head, "-- kind: drift\n", "", 1), "FROM after_jira_user", "only a drift rule (kind: drift) reads two snapshots"},
	} {
		r, err := Parse("A-1.sql", []byte(c.head+"SELECT 'x' AS key, '' AS aspect, '' AS subject, '' AS detail "+c.sql))
		if err != nil {
			t.Fatal(err)
		}
		p := &Pack{Rules: []*Rule{r}}
		f := written(t, driftBase+"-- 1 --\n-- 2 --\n")
		got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{NoCache: true})
		if err != nil {
			t.Fatal(err)
		}
		if v := got.Verdicts[0]; v.After != Error || !strings.Contains(v.Reason, c.want) {
			t.Errorf("%s: %s\nwanted %s", c.sql, v.Reason, c.want)
		}
	}
}
