package rules

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"plumbline/store"
)

// drafted is the pack of one new rule.
func drafted(t testing.TB, d Draft) *Pack {
	t.Helper()
	sql, cases, err := NewRule(d)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{cases: map[string]caseFile{}}
	files := fstest.MapFS{d.ID + ".sql": {Data: sql}, d.ID + ".txtar": {Data: cases}}
	if err := p.finish([]error{p.add(files, "own")}); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return p
}

// A new rule on any resource passes its cases.
func TestNewOnEveryResource(t *testing.T) {
	made := 0
	for _, resource := range store.Resources() {
		_, _, err := NewRule(Draft{ID: "OWN-NEW-001", Object: resource})
		if errors.Is(err, ErrDraft) && strings.Contains(err.Error(), "has no column of text") {
			continue
		}
		made++
		p := drafted(t, Draft{ID: "OWN-NEW-001", Object: resource})
		results, err := p.Test(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if err := Failed(results); err != nil || len(results) < 8 {
			t.Errorf("%s: %d cases, %v", resource, len(results), err)
		}
	}
	if without := len(store.Resources()) - made; without > 1 {
		t.Errorf("%d resources have no column to begin with", without)
	}
}

// And lint has nothing to say: of resources for each shape of key and each product.
func TestNewLint(t *testing.T) {
	for _, d := range []Draft{
		{}, {Object: "confluence_space", Severity: High, Title: "Space of an unwanted kind"}, {Object: "jira_project_scheme"},
		{Object: "grant_scope"}, {Object: "org_domain"}, {Object: "basic_auth"}, {Object: "jira_attachment", Product: "jira-dc"}, {Object: "confluence_restriction"},
	} {
		d.ID = "OWN-NEW-001"
		p := drafted(t, d)
		problems, err := p.Lint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range problems {
			t.Errorf("%s: %s:%d: %s", d.Object, q.File, q.Line, q.Words)
		}
		if r := p.Rules[0]; d.Title != "" && r.Title != d.Title || d.Severity != "" && r.Severity != d.Severity || d.Object != "" && r.Objects[0] != d.Object || d.Product != "" && r.Products[0] != d.Product {
			t.Errorf("%+v became %s, %s, %v, %v", d, r.Title, r.Severity, r.Objects, r.Products)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		draft Draft
		is    error
		want  string
	}{
		{Draft{ID: "own_new_1"}, ErrRuleID, `did you mean "OWN-NEW-1"?`},
		{Draft{ID: "../OWN-1"}, ErrRuleID, "capital letters, digits and dashes"},
		{Draft{ID: "OWN-1\n"}, ErrRuleID, "capital letters"},
		{Draft{ID: "JIRA-ACCESS-001"}, ErrRuleID, "is shipped"},
		{Draft{ID: "OWN-1", Object: "jira_usr"}, ErrDraft, `did you mean "jira_user"?`},
		{Draft{ID: "OWN-1", Object: "confluence_space_access"}, ErrDraft, "is a shared relation"},
		{Draft{ID: "OWN-1", Object: "jira_license"}, ErrDraft, "no column of text"},
		{Draft{ID: "OWN-1", Title: "a\n-- guard: SELECT 1"}, ErrDraft, "one line"},
		{Draft{ID: "OWN-1", Product: "jira"}, ErrDraft, "none of jira-cloud"},
		{Draft{ID: "OWN-1", Severity: "bad"}, ErrDraft, "none of critical"},
	} {
		_, _, err := NewRule(c.draft)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, wanted %s", c.draft, err, c.want)
		}
	}
}
