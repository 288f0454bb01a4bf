package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// sqldiffFloor is the rival for comparing: sqldiff, from C, on two databases of one table with
// 500,000 rows, 1 % of them different.
func sqldiffFloor(dir string) (time.Duration, error) {
	one, two := filepath.Join(dir, "one.db"), filepath.Join(dir, "two.db")
	defer os.Remove(one)
	defer os.Remove(two)
	for _, step := range []struct{ db, sql string }{
		{one, `CREATE TABLE t (key TEXT PRIMARY KEY, json TEXT) WITHOUT ROWID;
			INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
			SELECT printf('557058:%08x-4c1d', i), '{"accountId":"557058:' || i || '","active":true,"displayName":"Person Number ' || i || '"}' FROM n;
			VACUUM INTO '` + two + `'`},
		{two, `UPDATE t SET json = replace(json, 'true', 'false') WHERE key LIKE '%00-4c1d' OR key LIKE '%80-4c1d';
			DELETE FROM t WHERE key LIKE '%f7-4c1d'`},
	} {
		if out, err := exec.Command("sqlite3", step.db, step.sql).CombinedOutput(); err != nil {
			return 0, fmt.Errorf("sqlite3 shell: %w: %s", err, out)
		}
	}
	return timed(func() error {
		out, err := exec.Command("sqldiff", one, two).CombinedOutput()
		if err != nil || len(out) == 0 {
			return fmt.Errorf("sqldiff: %w: %.200s", err, out)
		}
		return nil
	})
}
