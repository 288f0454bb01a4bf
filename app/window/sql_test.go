package window

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestQuery(t *testing.T) {
	w := onDemo(t)
	one, err := w.Query(Lens{Snapshot: 1}, SQLQuery{SQL: "SELECT count(*) AS n FROM jira_user"}, "")
	if err != nil || len(one.Rows) != 1 || one.Columns[0] != "n" {
		t.Fatalf("%+v, %v", one, err)
	}
	whole, err := w.Query(Lens{}, SQLQuery{SQL: "SELECT count(*) FROM jira_user WHERE snapshot = 1", Scope: "file"}, "")
	if err != nil || whole.Rows[0][0] != one.Rows[0][0] {
		t.Errorf("%v in the snapshot, %v in the file, %v", one.Rows, whole, err)
	}
	if bound, err := w.Query(Lens{}, SQLQuery{SQL: "SELECT :now, :inactive_days, (SELECT count(*) FROM json_each(:secret_patterns))"}, ""); err != nil || bound.Rows[0][1] == nil || bound.Rows[0][2] == nil {
		t.Errorf("what rules bind: %+v, %v", bound, err)
	}
	for sql, want := range map[string]string{
		"":                                 "usage",
		"DELETE FROM jira_user":            "not-allowed",
		"SELECT 1; SELECT 2":               "not-allowed",
		"ATTACH 'x.db' AS x":               "not-allowed",
		"SELEC 1":                          "not-allowed",
		"SELECT nothing FROM jira_user":    "failed",
		"SELECT key FROM jira_user":        "too-many-rows",
		"SELECT load_extension('x.so', 1)": "not-allowed",
	} {
		if _, err := w.Query(Lens{}, SQLQuery{SQL: sql, Limit: 3}, ""); code(t, err) != want {
			t.Errorf("%s: %v, want %s", sql, err, want)
		}
	}
	if _, err := w.Query(Lens{}, SQLQuery{SQL: "SELECT 1", Scope: "moon"}, ""); code(t, err) != "unknown-scope" {
		t.Error(err)
	}
}

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

func TestQueryIsCancelled(t *testing.T) {
	w := onDemo(t)
	end := make(chan error)
	go func() {
		_, err := w.Query(Lens{}, SQLQuery{SQL: endless}, "q")
		end <- err
	}()
	time.Sleep(300 * time.Millisecond)
	if _, err := w.Query(Lens{}, SQLQuery{SQL: "SELECT 1"}, ""); err != nil { // the window stays alive
		t.Error(err)
	}
	began := time.Now()
	w.Cancel("q")
	if err := <-end; code(t, err) != "cancelled" || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
	all, err := w.QueryHistory()
	if err != nil || len(all) != 2 || all[0].SQL != endless || all[0].Problem == nil || all[1].Problem != nil {
		t.Errorf("history %+v, %v", all, err)
	}
	info, err := os.Stat(filepath.Join(w.folder, historyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if all, err := w.ForgetQueries(); err != nil || len(all) != 0 {
		t.Error(err)
	}
	if all, _ := w.QueryHistory(); len(all) != 0 {
		t.Errorf("%v", all)
	}
}

func TestExportQuery(t *testing.T) {
	w := onDemo(t)
	dir := t.TempDir()
	q := SQLQuery{SQL: "SELECT key, '=1+1' AS formula, NULL AS untold, display_name FROM jira_user ORDER BY key"}
	path := filepath.Join(dir, "rows.csv")
	written, err := w.ExportQuery(Lens{}, q, path, "")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) != written.Rows+1 || rows[1][1] != "'=1+1" || rows[1][2] != "" {
		t.Errorf("%v, %v", rows[:2], err)
	}
	if _, err := w.ExportQuery(Lens{}, q, filepath.Join(dir, "rows.json"), ""); err != nil {
		t.Error(err)
	}
	text, _ = os.ReadFile(filepath.Join(dir, "rows.json"))
	var back struct{ Rows [][]any }
	if err := json.Unmarshal(text, &back); err != nil || len(back.Rows) != written.Rows {
		t.Errorf("%d rows, %v", len(back.Rows), err)
	}
	if _, err := w.ExportQuery(Lens{}, q, filepath.Join(dir, "rows.exe"), ""); code(t, err) != "usage" {
		t.Error(err)
	}
}
