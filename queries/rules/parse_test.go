package rules

import (
	"os"
	"strings"
	"testing"
)

func TestParseExample(t *testing.T) {
	file := "testdata/example/EXAMPLE-ACCESS-001.sql"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "EXAMPLE-ACCESS-001" || r.Severity != Low || r.Product() != "jira" || r.Kind != State {
		t.Errorf("got %s, %s, %s, %s", r.ID, r.Severity, r.Product(), r.Kind)
	}
	if got := strings.Join(r.Reads(), " "); got != "jira_user jira_role_actor jira_role" {
		t.Errorf("reads %s", got)
	}
	if len(r.Params) != 2 || r.Params[0].Default != 0.5 || !strings.HasPrefix(r.Params[0].About, "share of accounts") {
		t.Errorf("params %+v", r.Params)
	}
	if !strings.HasPrefix(r.SQL, "SELECT\n") || lineOf(r.Text, strings.Index(r.Text, r.SQL)) != r.Line {
		t.Errorf("the SELECT begins at line %d: %q", r.Line, r.SQL[:20])
	}
	if strings.Count(r.Fix, "\n") != 1 || strings.Contains(r.Why, "\n") {
		t.Errorf("fix %q, why %q", r.Fix, r.Why)
	}
	c, err := parseCases(r.ID, "x.txtar", mustRead(t, "testdata/example/EXAMPLE-ACCESS-001.txtar"), false)
	if err != nil {
		t.Fatal(err)
	}
	if len(c) != 12 || len(c[0].Objects) != 6 || len(c[7].Objects) != 4 {
		t.Errorf("%d cases", len(c))
	}
}

func mustRead(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const good = `-- rev: 1
-- title: T
-- severity: low
-- category: c
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user
`

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "-- titel: T\n" + good, `A-1.sql:1: unknown header key "titel"; did you mean "title"?`},
		{"no header line", "-- hello\n" + good, `A-1.sql:1: "-- hello" is no header line`},
		{"twice", good[:10] + "-- rev: 2\n" + good[10:], `A-1.sql:2: rev is given twice`},
		{"severity", strings.Replace(good, "low", "lowish", 1), `A-1.sql:3: severity: "lowish" is none of critical, high`},
		{"rev", strings.Replace(good, "rev: 1", "rev: 0", 1), `A-1.sql:1: rev: "0" is no whole number from 1`},
		{"product", strings.Replace(good, "jira-cloud", "jira", 1), `A-1.sql:5: products: "jira" is none of`},
		{"no needs", strings.Replace(good, "-- needs: jira_user\n", "", 1), `neither needs nor needs-all`},
		{"no title", strings.Replace(good, "-- title: T\n", "", 1), `has no title`},
		{"two statements", good + "; DELETE FROM jira_user", `A-1.sql:9: more than one statement`},
		{"no select", strings.Replace(good, "SELECT", "DELETE", 1), `A-1.sql:8: a rule is one SELECT, it begins with DELETE`},
		{"empty", "", `no SELECT`},
		{"placeholder", good + "WHERE key = :own_email_domain", `A-1.sql:9: no parameter "own_email_domain" is declared; did you mean "own_email_domains"?`},
		{"other placeholder", good + "WHERE key = ?1", `no parameter "?1" is declared`},
		{"global param", "-- param: inactive_days int = 3\n" + good, `inactive_days is a global parameter`},
		{"param type", "-- param: x date = 3\n" + good, `the type of x is "date"`},
		{"param value", "-- param: x int = many\n" + good, `x is a whole number, not "many"`},
		{"param unused", "-- param: x int = 1\n" + good, `x is never used`},
		{"NUL", good + "WHERE 'a\x00b'", `A-1.sql:9: the file holds a NUL`},
		{"not UTF-8", good + "WHERE '\xff'", `A-1.sql:1: the file is not UTF-8`},
		{"guard", "-- guard: DROP TABLE jira_user\n" + good, `guard: a rule is one SELECT`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("A-1.sql", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := Parse("A-1.sql", []byte(good)); err != nil {
		t.Errorf("the good rule: %v", err)
	}
	if _, err := Parse("A-1.sql", []byte("\ufeff"+strings.ReplaceAll(good, "\n", "\r\n"))); err != nil {
		t.Errorf("with a byte order mark and other line ends: %v", err)
	}
	if _, err := Parse("small.sql", []byte(good)); err == nil || !strings.Contains(err.Error(), "no rule id") {
		t.Errorf("got %v", err)
	}
}

// A header may hold anything; parsing answers with a rule or with words, and never alters the text.
func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add(string(mustRead(f, "testdata/example/EXAMPLE-ACCESS-001.sql")))
	f.Add("--\n--  x\n-- param: a list = [\n-- guard:\n--\tSELECT 'a''\n;;")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse("A-1.sql", []byte(text))
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		if r.SQL == "" || !strings.HasSuffix(r.Text, r.SQL) || r.Severity.Rank() < 0 || len(r.Reads()) == 0 {
			t.Errorf("accepted %q as %+v", text, r)
		}
		if words, _ := oneSelect(r.SQL); words != "" {
			t.Errorf("accepted %q: %s", r.SQL, words)
		}
		again, err := Parse("A-1.sql", []byte(r.Text))
		if err != nil || again.SQL != r.SQL || again.Title != r.Title {
			t.Errorf("its own text reads differently: %v", err)
		}
	})
}

// Tokens cover the text without a gap, whatever it is.
func FuzzTokens(f *testing.F) {
	f.Add("SELECT a->>'$.b' || \"c\" /* x */ -- y\nFROM [t u] WHERE x<>:now AND y='it''s'")
	f.Fuzz(func(t *testing.T, sql string) {
		at := 0
		for _, tok := range tokens(sql) {
			if tok.at != at || tok.text == "" {
				t.Fatalf("token %+v at %d", tok, at)
			}
			at += len(tok.text)
		}
		if at != len(sql) {
			t.Fatalf("covered %d of %d", at, len(sql))
		}
	})
}

// Cases are read or refused with words, whatever the file holds; what was read can be counted and staged.
func FuzzCases(f *testing.F) {
	f.Add(string(mustRead(f, "testdata/example/EXAMPLE-ACCESS-001.txtar")))
	f.Add("-- a --\nkind: x\nwant: fail\npart: r [\"a\" denied\nfinding: {\n-- a/r --\n- k\nk {\n[1] {}\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := &Pack{cases: map[string]caseFile{"A-1": {"A-1.txtar", []byte(text)}}}
		cases, err := p.Cases("A-1")
		if _, again := p.CaseCounts("A-1"); (err == nil) != (again == nil) {
			t.Errorf("%v, then %v", err, again)
		}
		for _, c := range cases {
			if err == nil && (c.Want == "" || c.Kind == "" || c.Name == "") {
				t.Errorf("accepted %+v", c)
			}
		}
	})
}

// What a file holds is quoted in errors, but not megabytes of it.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("\u00e4", 3_000_000)
	for _, text := range []string{
		"-- severity: " + long + "\n" + long + "\nSELECT 1",
		"-- " + long + ": x\nSELECT :" + strings.Repeat("x", 5_000_000),
		strings.Repeat("x", 5_000_000) + " 1",
	} {
		if _, err := Parse("X-1.sql", []byte(text)); err == nil || len(err.Error()) > 20_000 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}
