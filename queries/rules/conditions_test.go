package rules

import (
	"strings"
	"testing"
)

func TestConditions(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"SELECT 1", ""},
		{"SELECT 1 FROM a WHERE x = 1", "x = 1"},
		{"SELECT 1 FROM a WHERE x = 1 AND y IN (1, 2) AND NOT z ORDER BY x", "x = 1|y IN (1, 2)|NOT z"},
		{"SELECT 1 FROM a WHERE x BETWEEN 1 AND 2 AND y", "x BETWEEN 1 AND 2|y"},
		{"SELECT 1 FROM a WHERE CASE WHEN p AND q THEN 1 ELSE 0 END = 1 AND r", "CASE WHEN p AND q THEN 1 ELSE 0 END = 1|r"},
		{"SELECT 1 FROM a WHERE x = 'a AND b' -- AND c\n AND d", "x = 'a AND b'|d"},
		{"SELECT 1 FROM a WHERE (x = 1 OR y = 2) AND z", "(x = 1 OR y = 2)|x = 1|y = 2|z"},
		{"SELECT 1 FROM a WHERE x OR y AND z", "x|y AND z|y|z"},
		{"SELECT 1 FROM a WHERE (x = 1 OR (y = 2 AND z = 3))", "(x = 1 OR (y = 2 AND z = 3))|x = 1|(y = 2 AND z = 3)|y = 2|z = 3"},
		{"SELECT 1 FROM a WHERE NOT (x AND y)", "NOT (x AND y)|x|y"},
		{"SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x AND b.y) AND z", "EXISTS (SELECT 1 FROM b WHERE b.x = a.x AND b.y)|z|b.x = a.x|b.y"},
		{"WITH c AS (SELECT 1 FROM d WHERE e AND f) SELECT 1 FROM c JOIN g ON c.h = g.h AND g.i LEFT JOIN j ON k WHERE l GROUP BY m HAVING n AND o",
			"e|f|c.h = g.h|g.i|k|l|n|o"},
		{"SELECT 1 FROM a, b WHERE x UNION ALL SELECT 2 FROM c WHERE y", "x|y"},
		{"SELECT 1 FROM a JOIN b ON (a.x = b.x) JOIN c USING (y)", "(a.x = b.x)"},
	} {
		var got []string
		for _, cond := range conditions(c.sql) {
			got = append(got, cond.text)
			if c.sql[cond.at:cond.at+len(cond.text)] != cond.text {
				t.Errorf("%q is not at %d", cond.text, cond.at)
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.sql, s, c.want)
		}
	}
	all := conditions("SELECT 1 FROM a WHERE (x = 1 OR y = 2) AND z")
	for i, want := range []string{"WHERE 1 AND z", "WHERE (0 OR y = 2) AND z", "WHERE (x = 1 OR 0) AND z", "WHERE (x = 1 OR y = 2) AND 1"} {
		if !strings.HasSuffix(all[i].without, want) {
			t.Errorf("without %s: %s", all[i].text, all[i].without)
		}
	}
}

func FuzzConditions(f *testing.F) {
	f.Add("SELECT 1 FROM a WHERE (x = 1 OR (y AND z)) AND EXISTS (SELECT 1 FROM b ON c WHERE d BETWEEN 1 AND 2)")
	f.Add("WHERE ) AND ( OR CASE END NOT (")
	f.Fuzz(func(t *testing.T, sql string) {
		for _, c := range conditions(sql) {
			if !strings.HasPrefix(sql[c.at:], c.text) || c.text == "" {
				t.Fatalf("%+v", c)
			}
		}
	})
}
