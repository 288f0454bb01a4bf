package rules

import (
	"path"
	"regexp"
	"slices"
	"testing"

	"plumbline/store"
)

// Every statement is checked by something that is there, and every question belongs to a statement.
func TestGuide(t *testing.T) {
	guide, err := TheGuide()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	seen := map[string]bool{}
	for _, s := range guide.Statements {
		if s.ID == "" || seen[s.ID] || s.Section == "" || s.Says == "" || len(s.Rules)+len(s.Questions) == 0 {
			t.Errorf("statement %q: %+v", s.ID, s)
		}
		seen[s.ID] = true
		for _, glob := range s.Rules {
			if !slices.ContainsFunc(pack.Rules, func(r *Rule) bool { ok, _ := path.Match(glob, r.ID); return ok }) {
				t.Errorf("statement %s: no rule is called %s", s.ID, glob)
			}
		}
		for _, id := range s.Questions {
			if asked[id] = true; guide.Question(id) == nil {
				t.Errorf("statement %s: there is no question %s", s.ID, id)
			}
		}
	}
	form := regexp.MustCompile(`^ATT-[A-Z]+-\d{3}$`)
	for _, q := range guide.Questions {
		if !form.MatchString(q.ID) || seen[q.ID] || !asked[q.ID] || q.Title == "" || q.Question == "" || q.How == "" || q.Why == "" || len(q.Products) == 0 {
			t.Errorf("question %q: %+v", q.ID, q)
		}
		seen[q.ID] = true
		for _, p := range q.Products {
			if !slices.Contains([]string{"jira-cloud", "confluence-cloud", "jira-dc", "confluence-dc"}, p) {
				t.Errorf("question %s: no product is called %s", q.ID, p)
			}
		}
	}
}

// A question is for the kind of site and the products that it names; a product that was refused is still there.
func TestQuestionAsks(t *testing.T) {
	q := Question{Products: []string{"jira-dc", "confluence-cloud"}}
	absent := []store.Coverage{{Resource: "jira_instance", Outcome: store.Unavailable, Revision: 1, Reason: "the site has no Jira"}}
	refused := []store.Coverage{{Resource: "jira_instance", Outcome: store.Denied}}
	for _, c := range []struct {
		kind     string
		coverage []store.Coverage
		want     bool
	}{{"dc", nil, true}, {"dc", refused, true}, {"dc", absent, false}, {"cloud", nil, true}, {"cloud", absent, true}} {
		if got := q.Asks(c.kind, c.coverage); got != c.want {
			t.Errorf("%s, %+v: %v", c.kind, c.coverage, got)
		}
	}
}
