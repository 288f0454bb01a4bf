package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// snapshotFile makes a file with one finished snapshot of n users.
func snapshotFile(t *testing.T, path string, n int) {
	t.Helper()
	ctx := context.Background()
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, f, day)
	writeUsers(t, c, n)
	if _, err := c.Finish(ctx, day.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeUsers(t *testing.T, c *store.Collecting, n int) {
	t.Helper()
	p := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}}
	for i := range n {
		id := "user-" + strings.Repeat("x", 20) + string(rune('a'+i%26)) + time.Unix(int64(i), 0).UTC().Format("150405")
		p.Objects = append(p.Objects, object(t, "jira_user", map[string]any{"accountId": id, "active": true}, id))
	}
	if err := c.Write(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

func bytesOf(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

// shell runs the system's sqlite3 on a file.
func shell(t *testing.T, path, sql string) string {
	t.Helper()
	out, err := exec.Command("sqlite3", path, sql).CombinedOutput()
	if err != nil {
		t.Fatalf("the sqlite3 shell (Debian package sqlite3): %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestOpenRefuses(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.plumb.db")
	snapshotFile(t, good, 100)
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.db")
	shell(t, other, "CREATE TABLE x (y)")
	alter := func(sql string) func(string) {
		return func(path string) {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			shell(t, path, sql)
		}
	}
	write := func(b []byte) func(string) {
		return func(path string) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name string
		make func(string)
		want error
		word string
	}{
		{"empty", write(nil), store.ErrNotPlumbline, ""},
		{"text", write([]byte("a letter")), store.ErrNotPlumbline, ""},
		{"long text", write(bytes.Repeat([]byte("a letter "), 100)), store.ErrNotPlumbline, ""},
		{"pipe", func(p string) {
			if out, err := exec.Command("mkfifo", p).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}, store.ErrNotPlumbline, "no regular file"},
		{"another program's", func(p string) { b, _ := os.ReadFile(other); write(b)(p) }, store.ErrNotPlumbline, "another program"},
		{"newer", alter("PRAGMA user_version = 99"), store.ErrNewerFormat, "99"},
		{"newer, by a version", alter("UPDATE snapshot SET program = '9.1.0'; PRAGMA user_version = 99"), store.ErrNewerFormat, "version 9.1.0 wrote it"},
		{"newer, by a joker", alter("UPDATE snapshot SET program = 'x' || char(27) || '[2J'; PRAGMA user_version = 99"), store.ErrNewerFormat, fmt.Sprint("reads up to ", store.FormatVersion)},
		{"trigger", alter("CREATE TRIGGER evil AFTER INSERT ON body BEGIN DELETE FROM span; END"), store.ErrUnknownSchema, "trigger evil"},
		{"view", alter("CREATE VIEW evil AS SELECT 1"), store.ErrUnknownSchema, "view evil"},
		{"table", alter("CREATE TABLE evil (x)"), store.ErrUnknownSchema, "table evil"},
		{"missing table", alter("DROP TABLE vantage"), store.ErrLacking, "missing: table vantage"},
		{"missing index", alter("DROP INDEX snapshot_site"), store.ErrLacking, "missing: index snapshot_site"},
		{"missing trigger", alter("DROP TRIGGER seal_changed"), store.ErrLacking, "missing: trigger seal_changed"},
		{"one for another", alter("DROP TRIGGER seal_changed; CREATE TABLE evil (x)"), store.ErrUnknownSchema, "table evil; and missing: trigger seal_changed"},
		{"table altered", alter("ALTER TABLE body ADD COLUMN x TEXT"), store.ErrUnknownSchema, "table body"},
		{"truncated", write(content[:len(content)/2]), store.ErrDamaged, ""},
		{"truncated in the schema", write(content[:4096]), store.ErrDamaged, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.plumb.db")
			c.make(path)
			f, err := store.Open(ctx, path)
			if err == nil {
				_, err = f.Digest(ctx, 1)
				f.Close()
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.word) {
				t.Errorf("%v, want %v with %q", err, c.want, c.word)
			}
			if w, err := store.OpenWritable(ctx, path); err == nil && c.name != "empty" && !strings.HasPrefix(c.name, "truncated") {
				w.Close()
				t.Error("opened for writing")
			} else if err == nil {
				w.Close()
			}
		})
	}
	if _, err := store.Open(ctx, filepath.Join(dir, "none.plumb.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := store.Open(ctx, dir); err == nil {
		t.Error("a folder opened")
	}
}

// A view of a resource's name may say what it likes: this program reads its own.
func TestForeignViewIsNotRead(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 3)
	shell(t, path, "DROP VIEW jira_user; CREATE VIEW jira_user AS SELECT 1 AS snapshot, 'forged' AS key")
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Select(ctx, "SELECT key FROM jira_user", store.Limits{})
	if err != nil || len(rows.Values) != 3 || rows.Values[0][0] == "forged" {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestLookingChangesNothing(t *testing.T) {
	ctx := context.Background()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 50)
	before := bytesOf(t, path)
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Digest(ctx, 1); err != nil {
		t.Fatal(err)
	}
	r, err := f.Relations(ctx, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.Select(ctx, "SELECT count(*) FROM jira_user", nil, store.Limits{})
	if err != nil || rows.Values[0][0] != int64(50) {
		t.Fatalf("%v, %v", rows, err)
	}
	r.Close()
	if _, err := f.Select(ctx, "SELECT count(*) FROM span", store.Limits{}); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if bytesOf(t, path) != before {
		t.Error("the file changed")
	}
	left, _ := filepath.Glob(path + "*")
	if len(left) != 1 {
		t.Errorf("left beside the file: %v", left)
	}
}

// A writer keeps everybody else out, readers of the same process included, until it closes.
func TestLocked(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 5)
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, w, day.AddDate(0, 1, 0))
	writeUsers(t, c, 3)
	if _, err := store.Open(ctx, path); !errors.Is(err, store.ErrLocked) {
		t.Errorf("reading: %v", err)
	}
	if _, err := store.OpenWritable(ctx, path); !errors.Is(err, store.ErrLocked) {
		t.Errorf("writing: %v", err)
	}
	out, _ := exec.Command("sqlite3", path, "SELECT count(*) FROM body").CombinedOutput()
	if !strings.Contains(string(out), "locked") {
		t.Errorf("the sqlite3 shell got in: %s", out)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if s, err := f.Snapshot(ctx, 2); err != nil || s.State != store.StateInterrupted {
		t.Errorf("%+v, %v", s, err)
	}
}

// What a killed writer left in its log is read, and the file itself stays as it was.
func TestLogLeftBehind(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "x.plumb.db")
	snapshotFile(t, path, 5)
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, w, day.AddDate(0, 1, 0))
	writeUsers(t, c, 700)
	killed := filepath.Join(dir, "killed.plumb.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	before := bytesOf(t, killed)
	f, err := store.Open(ctx, killed)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range f.Objects(ctx, 2, "jira_user") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	f.Close()
	if n != 700 {
		t.Errorf("%d objects", n)
	}
	if bytesOf(t, killed) != before {
		t.Error("the file changed")
	}
}

// What a writer that was killed had half written is undone, and the file opens as it was before.
func TestJournalLeftBehind(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "x.plumb.db")
	snapshotFile(t, path, 700)
	before := bytesOf(t, path)
	w, err := sql.Open("sqlite", "file:"+path+"?_pragma=cache_size(5)")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	tx, err := w.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("UPDATE body SET json = json || ' '"); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(dir, "killed.plumb.db")
	for _, suffix := range []string{"", "-journal"} {
		b, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(killed+suffix, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if bytesOf(t, killed) == before {
		t.Fatal("nothing was half written")
	}
	if err := os.Chmod(killed, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(ctx, killed); !errors.Is(err, store.ErrNeedsRecovery) {
		t.Errorf("a file that nobody may write: %v", err)
	}
	if err := os.Chmod(killed, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(ctx, killed)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if bytesOf(t, killed) != before {
		t.Error("the file is not what it was before")
	}
	_ = tx.Rollback()
}
