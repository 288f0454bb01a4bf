package rules

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// asSnapshots turns the cases of the example into snapshots of one file.
func asSnapshots(t testing.TB, p *Pack) (f *store.File, cases []Case, path string) {
	t.Helper()
	cases, err := p.Cases("EXAMPLE-ACCESS-001")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "x.plumb.db")
	w, err := store.OpenWritable(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		c := cases[i]
		c.Params = nil
		collected(t, w, &c, c.Now.AddDate(0, 0, i))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return opened(t, path), cases, path
}

// A case and a snapshot with the same objects are judged alike, from the cache as well as without it, and judging
// changes no byte of the file.
func TestJudgeFileLikeCase(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	f, cases, path := asSnapshots(t, p)
	before := sha256.Sum256(mustRead(t, path))
	for i, c := range cases {
		opt := Options{Parameters: c.Params}
		first, err := p.Judge(ctx, f, int64(i+1), opt)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := c.compare(first.Verdicts[0], first.Findings); wrong != nil {
			t.Errorf("%s: %s", c.Name, strings.Join(wrong, "; "))
		}
		again, err := p.Judge(ctx, f, int64(i+1), opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.NoCache = true
		anew, err := p.Judge(ctx, f, int64(i+1), opt)
		if err != nil {
			t.Fatal(err)
		}
		first.Took, again.Took, anew.Took = nil, nil, nil // how long it took is no result
		if !reflect.DeepEqual(first, again) || !reflect.DeepEqual(first, anew) {
			t.Errorf("%s: judged differently the second time:\n%+v\n%+v\n%+v", c.Name, first, again, anew)
		}
	}
	if after := sha256.Sum256(mustRead(t, path)); after != before {
		t.Error("judging changed the file")
	}
}

// The cache answers, a spoilt entry does not, and another parameter or rule text is another entry.
func TestJudgeCache(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	f, _, _ := asSnapshots(t, p)
	judge := func(p *Pack, opt Options) *Judgement {
		t.Helper()
		j, err := p.Judge(ctx, f, 1, opt)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	entries := func() []string {
		names, err := filepath.Glob(filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "judged", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	judge(p, Options{})
	if n := len(entries()); n != 1 {
		t.Fatalf("%d entries", n)
	}
	// An entry that answers otherwise shows that it is read: a forged one with a true checksum is taken, a broken one not.
	text := string(mustRead(t, entries()[0]))
	_, rest, _ := strings.Cut(text, "\n")
	forged := strings.ReplaceAll(rest, "Mira Holm", "Forged")
	for _, c := range []struct{ content, want string }{
		{checksum([]byte(forged)) + "\n" + forged, "Forged"},
		{strings.ReplaceAll(text, "Mira Holm", "Broken"), "Mira Holm"},
		{text[:len(text)/2], "Mira Holm"},
		{"", "Mira Holm"},
		{checksum([]byte("[1")) + "\n[1", "Mira Holm"},
	} {
		if err := os.WriteFile(entries()[0], []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := judge(p, Options{}).Findings[0].Subject; got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := judge(p, Options{Parameters: []string{"spared=u1"}}).Findings; len(got) != 0 {
		t.Errorf("a parameter was ignored: %v", got)
	}
	other := example(t)
	other.Rules[0].Text += "\n"
	judge(other, Options{})
	judge(p, Options{AsOf: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
	if n := len(entries()); n != 4 {
		t.Errorf("%d entries after three other judgements", n)
	}
}

func TestFirstSeen(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	f, cases, _ := asSnapshots(t, p)
	at := slices.IndexFunc(cases, func(c Case) bool { return c.Name == "role names were denied" })
	j, err := p.Judge(ctx, f, int64(at+1), Options{}) // the finding of snapshot 1, which is not judged yet
	if err != nil {
		t.Fatal(err)
	}
	if err := p.FirstSeen(ctx, f, j, Options{}, false); err != nil || j.Findings[0].FirstSeen != nil {
		t.Errorf("%v, %v", err, j.Findings[0].FirstSeen)
	}
	for range 2 { // the second time out of the cache alone
		if err := p.FirstSeen(ctx, f, j, Options{}, true); err != nil {
			t.Fatal(err)
		}
		if at := j.Findings[0].FirstSeen; at == nil || !at.Equal(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("first seen %v", at)
		}
	}
}

// What is wrong with a rule is the verdict error with the file and SQLite's words; the others are judged all the same.
func TestRuleErrors(t *testing.T) {
	f := written(t, "-- one --\n-- one/jira_user --\nu1 {\"accountId\": \"u1\", \"active\": true}\nu2 {\"accountId\": \"u2\"}\n")
	for _, c := range []struct{ name, from, to, want string }{
		{"syntax", "FROM jira_user", "FORM jira_user", `A-1.sql:8: near "FORM": syntax error`},
		{"column", "SELECT key", "SELECT accountid AS key", `A-1.sql:8: no such column: accountid; did you mean "account_id" of jira_user?`},
		{"column by alias", "FROM jira_user", "FROM jira_user u\nWHERE u.activ = 1", `A-1.sql:9: no such column: u.activ; did you mean "active" of jira_user?`},
		{"table", "FROM jira_user", "FROM jira_users", `A-1.sql:8: no such table: jira_users; did you mean "jira_user"?`},
		{"undeclared", "FROM jira_user", "FROM jira_user WHERE EXISTS (SELECT 1 FROM jira_role)", `A-1.sql:7: it reads jira_role, which is in none of needs, needs-all and optional`},
		{"undeclared, shared", "FROM jira_user", "FROM jira_user WHERE EXISTS (SELECT 1 FROM account)", `it reads confluence_user through account`},
		{"unknown need", "needs: jira_user", "needs: jira_users", `A-1.sql:7: needs: unknown resource "jira_users"; did you mean "jira_user"?`},
		{"shared need", "needs: jira_user", "needs: account", `account is a shared relation, declare what it is made of: jira_user, confluence_user`},
		{"no column", ", '' AS detail", "", `there is no column "detail"`},
		{"more columns", "'' AS detail", "'' AS detail, 1 AS sevrity", `column "sevrity" is none of`},
		{"null key", "SELECT key", "SELECT NULL AS key", `A-1.sql:8: a row has no key`},
		{"null aspect", "'' AS aspect", "NULL AS aspect", `its aspect is NULL`},
		{"twice", "SELECT key", "SELECT 'x' AS key", `key and aspect "" come twice`},
		{"severity", "'' AS detail", "'' AS detail, 'bad' AS severity", `its severity "bad" is none of critical, high`},
		{"resource", "'' AS detail", "'' AS detail, 'jira_role' AS resource", `its resource "jira_role" is not among object: jira_user`},
		{"evidence", "'' AS detail", "'' AS detail, '[1]' AS evidence", `its evidence: is not JSON of the form`},
		{"writes", "SELECT key", "SELECT (SELECT load_extension('x')) || key AS key", `A-1.sql`},
		{"endless", "FROM jira_user", "FROM jira_user WHERE 0 < (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)", `A-1.sql:8: took too long`},
		{"rows", "FROM jira_user", "FROM jira_user, json_each('[1,2,3,4,5,6]')", `A-1.sql:8: too many rows`},
		{"guard", "-- rev: 1", "-- rev: 1\n-- guard: SELECT nowhere\n--   FROM jira_user", `A-1.sql:2: guard: no such column: nowhere`},
		{"several objects", "object: jira_user", "object: jira_user, jira_role", `there is no column "resource"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.from, c.to, 1)
			if c.name == "table" || c.name == "rows" {
				text = strings.Replace(text, "SELECT key", "SELECT jira_user.key", 1)
			}
			if c.name == "table" {
				text = strings.Replace(text, "jira_user.key", "jira_users.key", 1)
			}
			r, err := Parse("A-1.sql", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			fine, err := Parse("B-1.sql", []byte(good))
			if err != nil {
				t.Fatal(err)
			}
			p := &Pack{Rules: []*Rule{r, fine}}
			j, err := p.Judge(context.Background(), f, 1, Options{Deadline: 200 * time.Millisecond, Rows: 10})
			if err != nil {
				t.Fatal(err)
			}
			if v := j.Verdicts[0]; v.Verdict != Error || !strings.Contains(v.Reason, c.want) {
				t.Errorf("%s: %s\nwant %s", v.Verdict, v.Reason, c.want)
			}
			if v := j.Verdicts[1]; v.Verdict != Fail || v.Findings != 2 {
				t.Errorf("the good rule: %+v", v)
			}
		})
	}
}

// Rules reckon from the start of the snapshot: where that is no time, nothing is judged.
func TestStartIsNoTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	write(t, path, "-- one --\n")
	if out, err := exec.Command("sqlite3", path, "UPDATE snapshot SET started = 'yesterday'").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := example(t).Judge(context.Background(), opened(t, path), 1, Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("judged: %v", err)
	}
}
