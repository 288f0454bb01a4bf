package rules

import (
	"context"
	"slices"
	"testing"
)

// Every shipped rule stands up to lint.
func TestShippedLint(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := p.Lint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Words)
	}
}

// A rule that is judged on both editions shows on answers of each what it says: that it fails, passes, passes by, cannot look.
func TestBothEditions(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	untold := map[string]string{ // kinds that no answer of Data Center can show
		"JIRA-SHARE-002 fail":      "no call tells how a dashboard is shared",
		"JIRA-SHARE-002 near_miss": "likewise",
	}
	for _, r := range p.Rules {
		if !slices.Contains(r.Products, "jira-cloud") || !slices.Contains(r.Products, "jira-dc") {
			continue
		}
		cases, err := p.Cases(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"fail", "clean", "near_miss", "denied"} {
			if untold[r.ID+" "+kind] == "" && !slices.ContainsFunc(cases, func(c Case) bool { return c.Site == "dc" && c.Kind == kind }) {
				t.Errorf("%s has no case of kind %s on Data Center", r.ID, kind)
			}
		}
	}
}
