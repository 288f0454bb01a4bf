package rules

import (
	"context"
	"strings"
	"testing"
)

// example is the pack of testdata/example, a rule with everything.
func example(t testing.TB) *Pack {
	t.Helper()
	p, err := LoadDir("testdata/example")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExampleCases(t *testing.T) {
	results, err := example(t).Test(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 11 {
		t.Errorf("%d cases", len(results))
	}
	if err := Failed(results); err != nil {
		t.Error(err)
	}
}

// Every case of every shipped rule.
func TestShippedCases(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	results, err := p.Test(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := Failed(results); err != nil {
		t.Error(err)
	}
}

// A case that expects something else must fail: whatever its verdict, reason, finding or a finding's member.
func TestCasesCanFail(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"kind: clean\nwant: pass", "kind: clean\nwant: fail", "the verdict is pass, wanted fail"},
		{"reason: 403\n", "reason: 404\n", `does not hold "404"`},
		{`"subject": "Mira Holm", "detail"`, `"subject": "Mira", "detail"`, `subject of "u1" is "Mira Holm", wanted "Mira"`},
		{`"severity": "medium"`, `"severity": "high"`, `severity of "u1" is "medium", wanted "high"`},
		{`"key": "u1", "aspect": ["10", "7", "atlassian-user-role-actor", "u1"], "partial": true`, `"key": "u9"`, `no finding on key "u9"`},
		{`"partial": true`, `"partial": false`, "partial of"},
		{`"severity": "medium"}`, `"evidence": [["jira_user", "u2"]]}`, "evidence of"},
		{"-- all/jira_role --", "-- all/jira_rule --", `objects of an unknown resource "jira_rule"; did you mean "jira_role"?`},
		{"param: spared=", "param: spare=", `unknown parameter "EXAMPLE-ACCESS-001.spare"; did you mean "spared"?`},
		{"coverage: jira_user denied", "coverage: jira_users denied", `coverage of an unknown resource "jira_users"`},
		{"kind: absent", "kind: missing", "is none of fail, clean"},
	} {
		p := example(t)
		f := p.cases["EXAMPLE-ACCESS-001"]
		text := strings.Replace(string(f.text), c.from, c.to, 1)
		if text == string(f.text) {
			t.Fatalf("%q is not in the example", c.from)
		}
		f.text = []byte(text)
		p.cases["EXAMPLE-ACCESS-001"] = f
		results, err := p.Test(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if err := Failed(results); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s -> %s: got %v, want %s", c.from, c.to, err, c.want)
		}
	}
}
