package rules

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// A rule that is renamed and revised keeps its findings, and a comparison says that it is not the rule that judged
// before first; once both are forgotten it says nothing.
func TestRuleChanges(t *testing.T) {
	ctx := context.Background()
	f := written(t, `
-- all/jira_user --
u1 {"accountId": "u1", "accountType": "atlassian", "active": false, "displayName": "Mira Holm"}
-- all/jira_role --
7 {"id": 7, "name": "Developers"}
-- all/jira_role_actor --
["10", "7", "atlassian-user-role-actor", "u1"] {"id": 1, "type": "atlassian-user-role-actor", "actorUser": {"accountId": "u1"}, "projectId": "10", "roleId": "7"}
-- before --
-- after --
`)
	rule := string(mustRead(t, "testdata/example/EXAMPLE-ACCESS-001.sql"))
	pack := func(edits ...string) *Pack {
		t.Helper()
		dir := t.TempDir()
		id, text := "EXAMPLE-ACCESS-001", rule
		for i := 0; i < len(edits); i += 2 {
			if edits[i] == "id" {
				id = edits[i+1]
				continue
			}
			if !strings.Contains(text, edits[i]) {
				t.Fatalf("%q is not in the example", edits[i])
			}
			text = strings.Replace(text, edits[i], edits[i+1], 1)
		}
		if err := os.WriteFile(filepath.Join(dir, id+".sql"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := LoadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	compared := func(p *Pack) *Comparison {
		t.Helper()
		c, err := p.Compare(ctx, Side{f, 1}, Side{f, 2}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first, err := pack().Judge(ctx, f, 1, Options{})
	if err != nil || len(first.Findings) != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if c := compared(pack()); len(c.RuleChanges) != 0 {
		t.Errorf("the same rule: %+v", c.RuleChanges)
	}
	for _, q := range []struct {
		what string
		pack *Pack
		want []RuleChange
	}{
		{"words", pack("A deactivated person", "Somebody deactivated"), []RuleChange{}},
		{"edited", pack("u.active = 0", "u.active IN (0)"), []RuleChange{{"EXAMPLE-ACCESS-001", "edited", "both", "EXAMPLE-ACCESS-001", 1, 1}}},
		{"revised", pack("rev: 1", "rev: 2"), []RuleChange{{"EXAMPLE-ACCESS-001", "revised", "both", "EXAMPLE-ACCESS-001", 1, 2}}},
		{"renamed", pack("id", "EXAMPLE-ROLE-001", "rev: 1", "rev: 1\n-- replaces: EXAMPLE-ACCESS-001"),
			[]RuleChange{{"EXAMPLE-ROLE-001", "renamed", "both", "EXAMPLE-ACCESS-001", 1, 1}}},
		{"another", pack("id", "EXAMPLE-OTHER-001"), []RuleChange{
			{"EXAMPLE-ACCESS-001", "gone", "both", "EXAMPLE-ACCESS-001", 1, 0}, {"EXAMPLE-OTHER-001", "new", "both", "", 0, 1}}},
	} {
		c := compared(q.pack)
		if !slices.Equal(c.RuleChanges, q.want) {
			t.Errorf("%s: %+v, wanted %+v", q.what, c.RuleChanges, q.want)
		}
		if q.what != "another" && (len(c.Findings) != 1 || c.Findings[0].ID != first.Findings[0].ID || c.Counts.Persisting != 1) {
			t.Errorf("%s: the finding is another: %+v", q.what, c.Findings)
		}
	}
	if err := os.RemoveAll(filepath.Join(store.CacheDir(), "first-judged")); err != nil {
		t.Fatal(err)
	}
	if _, err := pack().Judge(ctx, f, 2, Options{}); err != nil {
		t.Fatal(err)
	}
	revised := pack("rev: 1", "rev: 2")
	if c := compared(revised); !slices.Equal(c.RuleChanges, []RuleChange{{"EXAMPLE-ACCESS-001", "revised", "after", "EXAMPLE-ACCESS-001", 1, 2}}) {
		t.Errorf("after alone: %+v", c.RuleChanges)
	}
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	if c := compared(revised); len(c.RuleChanges) != 0 {
		t.Errorf("nothing is remembered: %+v", c.RuleChanges)
	}
}

// A verdict carries what its rule says of itself.
func TestVerdictTexts(t *testing.T) {
	f := written(t, "-- one --\n-- one/jira_user --\nu1 {\"accountId\": \"u1\"}\n")
	p := example(t)
	for range 2 { // judged, then from the cache
		j, err := p.Judge(context.Background(), f, 1, Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, r := j.Verdicts[0], p.Rules[0]
		if v.Rev != 1 || !slices.Equal(v.Maps, r.Maps) || len(v.Maps) != 2 || v.Why != r.Why || v.Fix != r.Fix || v.FalsePositives != r.FalsePositives || v.Source != r.Source || v.Why == "" {
			t.Errorf("%+v", v.RuleTexts)
		}
	}
}
