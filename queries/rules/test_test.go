package rules

import (
	"context"
	"strings"
	"testing"
	"time"
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
	if len(results) != 12 {
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

func TestLint(t *testing.T) {
	problems, err := example(t).Lint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Words)
	}
}

// Each thing that lint looks for is found when it is there.
func TestLintFinds(t *testing.T) {
	for _, c := range []struct {
		in    string // sql or txtar
		edits [][2]string
		want  []string
	}{
		{"sql", [][2]string{
			{"-- source: an example for authors of rules\n", ""},
			{"\n--   share of accounts of unknown type above which the whole list is distrusted", ""},
			{"-- optional: jira_role\n", "-- optional: jira_role, app\n"},
			{"-- severity: low", "-- severity: info"},
			{"u.active = 0\n", "(u.active = 0 OR u.display_name = 'x')\n  AND u.key <> 'x'\n"},
		}, []string{
			"the header has no source", "param: suspect_ratio does not say what it is for", "optional: app is never read",
			"severity: no case gives a finding of the severity info",
			"no case notices when this is left out: u.key <> 'x'", "no case notices when this is left out: u.display_name = 'x'",
		}},
		{"sql", [][2]string{{"'Administrators'", "'Admins'"}}, []string{"no case gives a finding of the severity medium"}},
		{"sql", [][2]string{{"u.active = 0\n", "coalesce(u.active, 0) = 0\n"}, {"-- unknown: SELECT", "-- unknown: SELECT 'x', NULL AS key WHERE 0 UNION SELECT"}},
			[]string{"without active of jira_user the rule finds"}},
		{"sql", [][2]string{{"jira_user, jira_role_actor\n", "jira_user\n"}}, []string{"it reads jira_role_actor, which is in none of needs"}},
		{"sql", [][2]string{{"u.display_name AS subject", "u.display_name AS subjekt"}}, []string{`column "subjekt" is none of`}},
		{"sql", [][2]string{{"THEN 'medium'", "THEN 'mediun'"}}, []string{`severity: "mediun" is none of critical, high, medium, low, info; did you mean "medium"?`}},
		{"sql", [][2]string{{"needs: jira_user, jira_role_actor\n", "needs: jira_user, jira_role_actor, app\n"}}, []string{"needs: app is never read"}},
		{"txtar", [][2]string{{"kind: near_miss", "kind: clean"}, {"kind: absent", "kind: denied"}},
			[]string{"no case of kind near_miss", `case "nobody told whether Mira is active" is not of kind denied`}},
		{"txtar", [][2]string{{"kind: absent", "kind: nothing"}}, []string{"is none of fail, clean"}},
	} {
		p := example(t)
		r := p.Rules[0]
		f := p.cases[r.ID]
		text := map[string]string{"sql": r.Text, "txtar": string(f.text)}[c.in]
		for _, e := range c.edits {
			if !strings.Contains(text, e[0]) {
				t.Fatalf("%q is not there", e[0])
			}
			text = strings.ReplaceAll(text, e[0], e[1])
		}
		if c.in == "sql" {
			changed, err := Parse(r.File, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			p.Rules[0] = changed
		} else {
			p.cases[r.ID] = caseFile{f.file, []byte(text)}
		}
		problems, err := p.Lint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, p := range problems {
			found = append(found, p.Words)
		}
		for _, want := range c.want {
			if !strings.Contains(strings.Join(found, "\n"), want) {
				t.Errorf("found\n%s\nwant %s", strings.Join(found, "\n"), want)
			}
		}
	}
}

// What a rule's SQL itself is wrong about is told once, by lint and by its cases, at its line and with the nearest name.
func TestBrokenSQL(t *testing.T) {
	patient := caseLimits
	caseLimits.Deadline = 2 * time.Second // an endless rule is waited for
	defer func() { caseLimits = patient }()
	for _, c := range []struct {
		from, to string
		line     int
		want     string
	}{
		{"u.display_name AS subject", "u.dispaly_name AS subject", 28, `no such column: u.dispaly_name; did you mean "display_name" of jira_user?`},
		{"  AND u.active = 0", "  AND activ = 0", 38, `no such column: activ; did you mean "active" of jira_user?`},
		{"a.account_id = u.account_id", "a.account_id = (SELECT c.resourc FROM coverage AS c)", 35, `did you mean "resource" of coverage?`},
		{"r.name, a.role_id", "r.qqqqqqqqqq, a.role_id", 29, `no such column: r.qqqqqqqqqq; jira_role has admin, key, name, role_id`},
		{"FROM jira_user AS u\nJOIN", "FROM jira_users AS u\nJOIN", 34, `no such table: jira_users; did you mean "jira_user"?`},
		{"JOIN jira_role_actor AS a ON", "JOIN jira_role_actor AS a AS ON", 35, `near "AS": syntax error`},
		{"NOT IN (SELECT value FROM json_each(:spared))", "NOT IN (SELECT value FROM json_each(:spared)", 39, "incomplete input"},
		{"  u.key,", "  load_extension(u.key) AS key,", 25, "only one reading SELECT is allowed"},
		{"  u.key,", "  '' AS key,", 25, "a row has no key"},
		{"'low' END AS severity", "u.account_id END AS severity", 25, `its severity "u1" is none of`},
		{"AND u.active = 0", "AND u.active = (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)", 25, "took too long"},
		{"  u.key,\n  a.key AS aspect,", "  u.key,\n  n.i AS aspect,", 25, "too many rows: over 10000"},
	} {
		p := example(t)
		text := strings.Replace(p.Rules[0].Text, c.from, c.to, 1)
		if strings.Contains(c.to, "n.i") {
			text = strings.Replace(text, "FROM jira_user AS u\nJOIN", "FROM jira_user AS u, (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n) AS n\nJOIN", 1)
		}
		if text == p.Rules[0].Text {
			t.Fatalf("%q is not in the example", c.from)
		}
		changed, err := Parse(p.Rules[0].File, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p.Rules[0] = changed
		problems, err := p.Lint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) != 1 || problems[0].Line != c.line || !strings.Contains(problems[0].Words, c.want) {
			t.Errorf("%s: lint says %+v, wanted line %d, %s", c.to, problems, c.line, c.want)
		}
		results, err := p.Test(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		broken := map[string]bool{}
		for _, r := range results {
			if r.Broken != "" {
				broken[r.Broken] = true
			}
		}
		for said := range broken {
			if !strings.Contains(said, c.want) {
				t.Errorf("%s: a case says %s", c.to, said)
			}
		}
		if len(broken) == 0 {
			t.Errorf("%s: no case says that the rule is broken", c.to)
		}
	}
}

// A rule without cases is not tested, whatever it does.
func TestWithoutCases(t *testing.T) {
	p := example(t)
	delete(p.cases, "EXAMPLE-ACCESS-001")
	results, err := p.Test(context.Background())
	if err != nil || len(results) != 1 || Failed(results) == nil {
		t.Errorf("%+v, %v", results, err)
	}
	problems, err := p.Lint(context.Background())
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Words, "no case of kind fail, clean") {
		t.Errorf("%+v, %v", problems, err)
	}
}
