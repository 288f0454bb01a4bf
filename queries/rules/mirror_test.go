package rules

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"plumbline/store"
)

// randomWorld is a small site in which anything may be missing, denied, seen in part or by another account.
func randomWorld(t *testing.T, rnd *rand.Rand) Case {
	t.Helper()
	c := Case{Rule: "SNAPSHOTS", Site: "cloud", Now: caseNow}
	pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
	add := func(resource, body string, key ...string) {
		c.Objects = append(c.Objects, store.Object{Resource: resource, Key: store.Key(key...), Body: canonical(t, body)})
	}
	for _, u := range []string{"u1", "u2", "u3"} {
		if rnd.IntN(5) > 0 {
			add("jira_user", fmt.Sprintf(`{"accountId": %q, "accountType": "atlassian", %s "displayName": %q, "emailAddress": %s}`,
				u, pick(`"active": true,`, `"active": false,`, `"active": false,`, ``), u, pick(`"a@harbourline.example"`, `""`, `null`)), u)
		}
	}
	for _, project := range []string{"10", "11"} {
		if rnd.IntN(4) > 0 {
			add("jira_project", fmt.Sprintf(`{"id": %q, "name": %q}`, project, pick("A", "B")), project)
			for _, u := range []string{"u1", "u2", "u3"} {
				if rnd.IntN(2) > 0 {
					add("jira_role_actor", fmt.Sprintf(`{"type": "user", "actorUser": {"accountId": %q}, "projectId": %q, "roleId": "7"}`, u, project), project, "7", "user", u)
				}
			}
		}
	}
	add("jira_role", `{"id": 7, "name": "Developers"}`, "7")
	c.Vantage = store.Vantage{Account: pick("a", "a", "b"), Credentials: []string{"token"}}
	if rnd.IntN(2) > 0 {
		c.Vantage.Permissions = []string{"ADMINISTER"}
	}
	for _, resource := range []string{"jira_user", "jira_project", "jira_role_actor", "jira_role"} {
		cov := c.coverage(resource)
		cov.Lists = pick("all", "all", "seen")
		switch rnd.IntN(6) {
		case 0:
			cov.Outcome, cov.HTTPStatus = store.Denied, 403
			c.Objects = slices.DeleteFunc(c.Objects, func(o store.Object) bool { return o.Resource == resource })
		case 1:
			cov.Outcome = store.Partial
			if parent := pick("10", "11"); resource == "jira_role_actor" {
				cov.Parts = []store.Part{{Parent: parent, Outcome: store.Denied, HTTPStatus: 403}}
				c.Objects = slices.DeleteFunc(c.Objects, func(o store.Object) bool {
					return o.Resource == resource && store.KeyParts(o.Key)[0] == parent
				})
			}
		}
	}
	return c
}

// On random pairs of worlds: swapping mirrors every count; what is said to be gone was there and is not; nothing is
// said to be gone from what was not read; everything found is counted once; and where all is complete and lists all,
// everything can be compared.
func TestComparisonLaws(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	rnd := rand.New(rand.NewPCG(20261121, 2)) // other seeds find other worlds; this one meets every outcome
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	const worlds = 14
	var made []Case
	for n := range worlds {
		c := randomWorld(t, rnd)
		made = append(made, c)
		collected(t, w, &c, caseNow.AddDate(0, 0, n))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := opened(t, path)
	met := ChangeCounts{}
	for range 30 {
		a, b := rnd.IntN(worlds), rnd.IntN(worlds)
		before, after := Side{f, int64(a + 1)}, Side{f, int64(b + 1)}
		got, err := p.Compare(ctx, before, after, Options{})
		if err != nil {
			t.Fatal(err)
		}
		mirrored(t, p, before, after, got)
		if again, err := p.Compare(ctx, before, after, Options{NoCache: true}); err != nil || !reflect.DeepEqual(got.Findings, again.Findings) {
			t.Errorf("%d, %d: judged anew %+v, %v; as kept %+v", a, b, again.Findings, err, got.Findings)
		}
		met.New += got.Counts.New
		met.Resolved += got.Counts.Resolved
		met.Persisting += got.Counts.Persisting
		met.NotComparable += got.Counts.NotComparable

		had := func(j *Judgement, id string) bool {
			return slices.ContainsFunc(j.Findings, func(f Finding) bool { return f.ID == id })
		}
		for _, f := range got.Findings {
			inBefore, inAfter := had(got.Before, f.ID), had(got.After, f.ID)
			want := map[Change][2]bool{New: {false, true}, Resolved: {true, false}, Persisting: {true, true}}
			if w, ok := want[f.Change]; ok && w != [2]bool{inBefore, inAfter} || f.Change == NotComparable && (inBefore == inAfter || f.Reason == "") {
				t.Errorf("%d, %d: %s is %s: before %t, after %t, %s", a, b, f.Key, f.Change, inBefore, inAfter, f.Reason)
			}
		}
		if n := len(got.Findings); n != len(got.Before.Findings)+len(got.After.Findings)-got.Counts.Persisting {
			t.Errorf("%d, %d: %d findings for %d before and %d after", a, b, n, len(got.Before.Findings), len(got.After.Findings))
		}
		whole := true
		for _, r := range got.Resources {
			lost := func(c *Case) bool {
				o := c.coverage(r.Resource).Outcome
				return o != store.Complete && o != store.Partial
			}
			if lost(&made[a]) && r.Added > 0 || lost(&made[b]) && r.Removed > 0 {
				t.Errorf("%d, %d: %+v, though it was not read", a, b, r)
			}
			for _, c := range []*Case{&made[a], &made[b]} {
				whole = whole && c.coverage(r.Resource).Outcome == store.Complete && c.coverage(r.Resource).Lists == "all"
			}
			seen := func(c *Case) (n int) {
				for _, o := range c.Objects {
					if o.Resource == r.Resource {
						n++
					}
				}
				return n
			}
			if union := r.Added + r.Removed + r.Changed + r.Equal + r.NotComparable; union < max(seen(&made[a]), seen(&made[b])) || union > seen(&made[a])+seen(&made[b]) {
				t.Errorf("%d, %d: %+v for %d and %d objects", a, b, r, seen(&made[a]), seen(&made[b]))
			}
		}
		if whole && got.Before.Verdicts[0].Verdict != NotEvaluated && got.After.Verdicts[0].Verdict != NotEvaluated && got.Counts.NotComparable > 0 &&
			!slices.ContainsFunc(got.Findings, func(f ChangedFinding) bool {
				return f.Change == NotComparable && len(f.Reason) > 0 && f.Reason[:6] == "cannot"
			}) {
			t.Errorf("%d, %d: all is whole, yet %d are not comparable", a, b, got.Counts.NotComparable)
		}
	}
	if met.New == 0 || met.Resolved == 0 || met.Persisting == 0 || met.NotComparable == 0 {
		t.Errorf("the worlds were too tame: %+v", met)
	}
}
