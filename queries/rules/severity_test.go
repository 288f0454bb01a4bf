package rules

import (
	"strings"
	"testing"
)

func TestSeverityValues(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"SELECT key, '' AS aspect FROM a", ""},
		{"SELECT key, 'hgih' AS severity FROM a WHERE x = 'y'", "hgih"},
		{"SELECT CASE WHEN x IN ('a', 'b') AND y = 'c' THEN 'high' WHEN coalesce(z, 'd') = 'e' THEN 'lwo' ELSE 'low' END AS severity, 'x' AS detail", "high lwo low"},
		{"SELECT iif(x = 'a' AND coalesce(y, 'b') = 'c', 'hi', iif(z IN ('d', 'e'), 'mid', lower('LOW'))) AS severity", "hi mid"},
		{"WITH w AS (SELECT 'bad' AS severity) SELECT w.severity, 'x' || 'y' AS detail, s AS severity FROM w", "bad"},
		{"SELECT CASE x WHEN 'a' THEN 'low' || 'est' END AS severity", ""},
	} {
		var got []string
		for _, v := range severityValues(c.sql) {
			got = append(got, unquoted(v))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.sql, s, c.want)
		}
	}
}
