package rules

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// nested is a site where restrictions lie in pages, pages in pages and spaces, and role actors in a project.
const nested = `-- 1 --
-- 2 --
-- 3 --
-- all/confluence_space --
S1 {"id": "S1", "key": "ONE", "name": "One"}
S2 {"id": "S2", "key": "TWO", "name": "Two"}
-- all/confluence_content --
p1 {"id": "p1", "type": "page", "spaceId": "S1", "title": "Top"}
p2 {"id": "p2", "type": "page", "spaceId": "S1", "parentId": "p1", "title": "Inner"}
p3 {"id": "p3", "type": "page", "spaceId": "S2", "title": "Other"}
-- all/confluence_restriction --
["p1", "read", "user", "u1"] {"contentId": "p1", "operation": "read", "user": {"accountId": "u1"}}
["p2", "read", "user", "u1"] {"contentId": "p2", "operation": "read", "user": {"accountId": "u1"}}
["p2", "read", "user", "u2"] {"contentId": "p2", "operation": "read", "user": {"accountId": "u2"}}
["p3", "read", "user", "u1"] {"contentId": "p3", "operation": "read", "user": {"accountId": "u1"}}
`

func restrictionRule(t testing.TB) *Pack {
	t.Helper()
	r, err := Parse("NEW-1.sql", []byte(`-- rev: 1
-- title: T
-- severity: low
-- category: c
-- products: confluence-cloud
-- object: confluence_restriction
-- needs: confluence_restriction
-- replaces: OLD-2, OLD-1
SELECT key, operation AS aspect, '' AS subject, '' AS detail FROM confluence_restriction
`))
	if err != nil {
		t.Fatal(err)
	}
	return &Pack{Version: "1", Rules: []*Rule{r}}
}

var decidedOn = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // between the ends of snapshots 2 and 3

func accept(id int64, scope, resource string, key ...string) store.Decision {
	d := store.Decision{ID: id, SiteIDs: []string{"11111111-2222-3333-4444-555555555555"}, At: decidedOn, By: "ida", Act: store.ActAccepted,
		Reason: "r", Owner: fmt.Sprint(id), Until: "2026-12-31",
		Target: store.Target{Site: 1, Rule: "OLD-1", Scope: scope, Resource: resource, Key: store.Key(key...)}}
	if scope == store.ScopeFinding {
		d.Aspect = "read"
	}
	return d
}

// stands tells by key how decisions stand: state and owner.
func stands(t testing.TB, p *Pack, f *store.File, snapshot int64, opt Options) string {
	t.Helper()
	j, err := p.Judge(context.Background(), f, snapshot, opt)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, x := range j.Findings {
		if d := x.Decision; d != nil {
			parts := store.KeyParts(x.Key)
			lines = append(lines, fmt.Sprintf("%s/%s %s %s", parts[0], parts[3], d.State, d.Owner))
		}
	}
	return strings.Join(lines, ", ")
}

func TestDecisionScopes(t *testing.T) {
	f, p := written(t, nested), restrictionRule(t)
	key := []string{"p2", "read", "user", "u1"}
	confirmed := accept(9, store.ScopeFinding, "confluence_restriction", key...)
	confirmed.Act, confirmed.Until, confirmed.Owner = store.ActConfirmed, "", ""
	over := accept(8, store.ScopeFinding, "confluence_restriction", key...)
	over.Until = "2026-11-22"
	otherSite := accept(7, store.ScopeFinding, "confluence_restriction", key...)
	otherSite.SiteIDs = []string{"another"}
	otherAspect := accept(6, store.ScopeFinding, "confluence_restriction", key...)
	otherAspect.Aspect = "update"
	otherRule := accept(5, store.ScopeFinding, "confluence_restriction", key...)
	otherRule.Rule = "NEW-1" // findings are known by the oldest id
	for _, c := range []struct {
		name string
		acts []store.Decision
		want string
	}{
		{"none", nil, ""},
		{"one finding", []store.Decision{accept(1, store.ScopeFinding, "confluence_restriction", key...)}, "p2/u1 accepted 1"},
		{"an object", []store.Decision{accept(1, store.ScopeObject, "confluence_restriction", key...)}, "p2/u1 accepted 1"},
		{"below a page", []store.Decision{accept(1, store.ScopeBelow, "confluence_content", "p2")}, "p2/u1 accepted 1, p2/u2 accepted 1"},
		{"below the page above", []store.Decision{accept(1, store.ScopeBelow, "confluence_content", "p1")}, "p1/u1 accepted 1, p2/u1 accepted 1, p2/u2 accepted 1"},
		{"below a space", []store.Decision{accept(1, store.ScopeBelow, "confluence_space", "S2")}, "p3/u1 accepted 1"},
		{"below the object itself", []store.Decision{accept(1, store.ScopeBelow, "confluence_restriction", key...)}, "p2/u1 accepted 1"},
		{"the nearest parent", []store.Decision{accept(1, store.ScopeBelow, "confluence_space", "S1"), accept(2, store.ScopeBelow, "confluence_content", "p2")},
			"p1/u1 accepted 1, p2/u1 accepted 2, p2/u2 accepted 2"},
		{"the narrower", []store.Decision{confirmed, accept(1, store.ScopeObject, "confluence_restriction", key...), accept(2, store.ScopeBelow, "confluence_content", "p2")},
			"p2/u1 confirmed , p2/u2 accepted 2"},
		{"one that is over gives way", []store.Decision{over, accept(2, store.ScopeBelow, "confluence_content", "p2")}, "p2/u1 accepted 2, p2/u2 accepted 2"},
		{"over", []store.Decision{over}, "p2/u1 expired 8"},
		{"others", []store.Decision{otherSite, otherAspect, otherRule}, ""},
	} {
		if got := stands(t, p, f, 3, Options{Decisions: c.acts}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := Above("confluence_restriction"); !slices.Equal(got, []string{"confluence_restriction", "confluence_content", "confluence_space"}) {
		t.Errorf("a restriction lies in %v", got)
	}
	if got := Above("jira_role_actor"); !slices.Equal(got, []string{"jira_role_actor", "jira_project"}) {
		t.Errorf("a role's actor lies in %v", got)
	}
}

// An act counts for the snapshot that was the latest when it was made, and for later ones; the last act on a target
// stands; a risk is accepted to the end of its last day.
func TestDecisionTimes(t *testing.T) {
	f, p := written(t, nested), restrictionRule(t)
	key := []string{"p3", "read", "user", "u1"}
	first := accept(1, store.ScopeFinding, "confluence_restriction", key...)
	cleared := first
	cleared.ID, cleared.Act, cleared.Until, cleared.Owner, cleared.At = 2, store.ActCleared, "", "", decidedOn.Add(time.Hour)
	late := first
	late.ID, late.Owner, late.At = 3, "3", decidedOn.AddDate(0, 1, 0)
	lastDay := first
	lastDay.Until = "2026-11-24"
	all, err := f.Snapshots(context.Background())
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	if !decidedOn.After(all[1].Finished) || !decidedOn.Before(all[2].Started) {
		t.Fatalf("the snapshots lie elsewhere: %v to %v", all[1].Finished, all[2].Started)
	}
	day := func(d string) time.Time {
		at, err := time.Parse(time.DateTime, d)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name     string
		acts     []store.Decision
		snapshot int64
		asOf     time.Time
		want     string
	}{
		{"the one before", []store.Decision{first}, 1, time.Time{}, ""},
		{"the latest then", []store.Decision{first}, 2, time.Time{}, "p3/u1 accepted 1"},
		{"a later one", []store.Decision{first}, 3, time.Time{}, "p3/u1 accepted 1"},
		{"long after the latest", []store.Decision{first, late}, 3, time.Time{}, "p3/u1 accepted 3"},
		{"history stays", []store.Decision{first, late}, 2, time.Time{}, "p3/u1 accepted 1"},
		{"taken back", []store.Decision{first, cleared}, 3, time.Time{}, ""},
		{"and decided again", []store.Decision{first, cleared, late}, 3, time.Time{}, "p3/u1 accepted 3"},
		{"as of the day of deciding", []store.Decision{first}, 1, day("2026-11-22 00:00:00"), "p3/u1 accepted 1"},
		{"as of the day before", []store.Decision{first}, 2, day("2026-11-21 23:59:59"), ""},
		{"the last day", []store.Decision{lastDay}, 3, day("2026-11-24 23:59:59"), "p3/u1 accepted 1"},
		{"the day after", []store.Decision{lastDay}, 3, day("2026-11-25 00:00:00"), "p3/u1 expired 1"},
	} {
		if got := stands(t, p, f, c.snapshot, Options{Decisions: c.acts, AsOf: c.asOf}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever is decided: verdicts, findings and what became of them stay as they are, and the cache knows nothing of it.
func TestDecisionsLeaveVerdicts(t *testing.T) {
	ctx := context.Background()
	f, p := written(t, nested), restrictionRule(t)
	raw := func(opt Options) (*Judgement, *Comparison, int) {
		j, err := p.Judge(ctx, f, 3, opt)
		if err != nil {
			t.Fatal(err)
		}
		c, err := p.Compare(ctx, Side{f, 1}, Side{f, 3}, opt)
		if err != nil {
			t.Fatal(err)
		}
		decided := 0
		for i := range j.Findings {
			if j.Findings[i].Decision != nil {
				decided++
			}
			j.Findings[i].Decision = nil
		}
		for i := range c.Findings {
			c.Findings[i].Decision = nil
		}
		j.Decisions, j.Took = nil, nil
		return j, c, decided
	}
	want, compared, _ := raw(Options{})
	random := rand.New(rand.NewPCG(1, 2))
	some := 0
	for range 40 {
		var acts []store.Decision
		for n := range random.IntN(8) {
			page := fmt.Sprint("p", 1+random.IntN(3))
			d := []store.Decision{
				accept(int64(n), store.ScopeFinding, "confluence_restriction", page, "read", "user", "u1"),
				accept(int64(n), store.ScopeObject, "confluence_restriction", page, "read", "user", "u2"),
				accept(int64(n), store.ScopeBelow, "confluence_content", page),
				accept(int64(n), store.ScopeBelow, "confluence_space", fmt.Sprint("S", 1+random.IntN(2))),
			}[random.IntN(4)]
			if d.At = d.At.AddDate(0, 0, n); random.IntN(3) == 0 {
				d.Act, d.Until, d.Owner = store.ActCleared, "", ""
			}
			acts = append(acts, d)
		}
		got, c, decided := raw(Options{Decisions: acts})
		some += decided
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("decisions changed a judgement: %+v\n%+v", got, want)
		}
		if !reflect.DeepEqual(c.Findings, compared.Findings) || c.Counts != compared.Counts || !reflect.DeepEqual(c.Verdicts, compared.Verdicts) {
			t.Fatalf("decisions changed a comparison: %+v", c)
		}
	}
	if some == 0 {
		t.Error("nothing was ever decided")
	}
	if _, _, decided := raw(Options{}); decided != 0 {
		t.Error("a decision was kept in the cache")
	}
}

func TestVerifiedDomains(t *testing.T) {
	ctx := context.Background()
	f := written(t, `-- 1 --
-- 1/org_domain --
d1 {"id": "d1", "attributes": {"name": "Harbourline.example", "claim": {"status": "verified"}}}
d2 {"id": "d2", "attributes": {"name": "pending.example", "claim": {"status": "unverified"}}}
-- 2 --
-- all/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "emailAddress": "a@harbourline.example"}
u2 {"accountId": "u2", "accountType": "atlassian", "emailAddress": "b@labs.example"}
u3 {"accountId": "u3", "accountType": "atlassian", "emailAddress": "c@partner.example"}
`)
	r, err := Parse("A-1.sql", []byte(good+"WHERE email_domain NOT IN (SELECT value FROM json_each(:own_email_domains))"))
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Version: "1", Rules: []*Rule{r}}
	outside := func(snapshot int64, opt Options) string {
		j, err := p.Judge(ctx, f, snapshot, opt)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, x := range j.Findings {
			keys = append(keys, x.Key)
		}
		return fmt.Sprint(keys, j.Verdicts[0].Parameters["own_email_domains"], j.Rules.Parameters["own_email_domains"])
	}
	for _, c := range []struct {
		name     string
		snapshot int64
		opt      Options
		want     string
	}{
		{"verified", 1, Options{}, "[u2 u3] [harbourline.example] [harbourline.example]"},
		{"unknown", 2, Options{}, "[u1 u2 u3] [] <nil>"},
		{"added to what is set", 1, Options{File: map[string]string{"own_email_domains": "@Labs.example"}}, "[u3] [labs.example harbourline.example] [labs.example harbourline.example]"},
		{"added for one rule", 1, Options{Parameters: []string{"A-1.own_email_domains=labs.example"}}, "[u3] [labs.example harbourline.example] [harbourline.example]"},
		{"the file's, of no rule in force", 2, Options{File: map[string]string{"gone": "1", "B-1.own_email_domains": "x"}}, "[u1 u2 u3] [] <nil>"},
	} {
		for range 2 { // the second time out of the cache
			if got := outside(c.snapshot, c.opt); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
	}
	j, err := p.Judge(ctx, f, 2, Options{File: map[string]string{"gone": "1", "B-1.own_email_domains": "x"}})
	if err != nil || !slices.Equal(j.Rules.Unused, []string{"B-1.own_email_domains", "gone"}) {
		t.Errorf("%v, %v", j.Rules.Unused, err)
	}
	// A list that one side could not read makes nobody external there: no finding comes of it.
	c, err := p.Compare(ctx, Side{f, 1}, Side{f, 2}, Options{})
	if err != nil || c.Counts.New != 0 || c.Counts.Persisting != 2 {
		t.Errorf("%+v, %v", c.Counts, err)
	}

	rows, err := p.Parameters(map[string]string{"A-1.own_email_domains": "labs.example", "inactive_days": "45", "gone": "1"}, []string{"harbourline.example"})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, r := range rows {
		told[r.Name] = fmt.Sprint(r.Value, r.From, r.Rules, r.Unused)
	}
	for name, want := range map[string]string{
		"own_email_domains":     "[harbourline.example] [verified domains] [] false",
		"A-1.own_email_domains": "[labs.example harbourline.example] [file verified domains] [A-1] false",
		"inactive_days":         "45 [file] [] false",
		"gone":                  "1[file] [] true",
	} {
		if told[name] != want {
			t.Errorf("%s: %s, want %s", name, told[name], want)
		}
	}
}
