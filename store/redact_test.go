package store

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRedactedTables: every table of the format is copied, or is one of those that a copy makes of its own.
func TestRedactedTables(t *testing.T) {
	all, err := expectedSchemas()
	if err != nil {
		t.Fatal(err)
	}
	own := []string{"body", "span", "resource", "progress", "seal"}
	for _, p := range all[formatVersion] {
		if p.kind == "table" && !slices.Contains(redactedTables, p.name) && !slices.Contains(own, p.name) && !strings.HasPrefix(p.name, "sqlite_") {
			t.Errorf("what becomes of the table %s in a redacted copy?", p.name)
		}
	}
}

// TestRedactedLeavesOutTheUnfinished: objects of a snapshot in the making are not in the copy, spans end before it, and
// each digest is that of what is there now.
func TestRedactedLeavesOutTheUnfinished(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	path := filepath.Join(dir, "x.plumb.db")
	f, err := OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC)
	for step := range 2 {
		c, err := f.Begin(ctx, Start{Site: Site{IDs: []string{"s"}, Kind: "cloud"}, Now: now.AddDate(0, step, 0), Program: "test", PersonalData: "full"})
		if err != nil {
			t.Fatal(err)
		}
		objects := []Object{{Key: "stays", Body: []byte(`{"a":1}`)}, {Key: "came" + string(rune('0'+step)), Body: []byte(`{"b":2}`)}}
		if err := c.Write(ctx, Page{Resource: "jira_user", Objects: objects}); err != nil {
			t.Fatal(err)
		}
		if step == 0 {
			_, err = c.Finish(ctx, now.Add(time.Hour))
		} else {
			err = c.Interrupt(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	if f, err = Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := Redaction{
		Look: func(string, string, string, []byte) error { return nil }, Looked: func() {}, Row: func(Row) error { return nil },
		Object: func(_, _, key string, body []byte) (string, []byte, error) { return "x" + key, body, nil },
		Origin: Origin{At: now, Program: "test", Level: "people", Key: "k"},
	}
	copied := filepath.Join(dir, "y.plumb.db")
	if n, err := f.Redacted(ctx, copied, r); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	g, err := Open(ctx, copied)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	snapshots, err := g.Snapshots(ctx)
	if err != nil || len(snapshots) != 1 {
		t.Fatal(snapshots, err)
	}
	digest, err := g.Digest(ctx, 1)
	was, _ := f.Snapshot(ctx, 1)
	if err != nil || digest != snapshots[0].Digest || digest == was.Digest {
		t.Error("the digest is not that of the copy", digest, snapshots[0].Digest, err)
	}
	origins, err := g.Origins(ctx, 1)
	if err != nil || len(origins) != 1 || origins[0].Digest != was.Digest || origins[0].Level != "people" {
		t.Errorf("origins %+v, %v", origins, err)
	}
	var keys []string
	for o, err := range g.Objects(ctx, 1, "jira_user") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	if !slices.Equal(keys, []string{"xcame0", "xstays"}) {
		t.Error(keys)
	}
	if n, err := f.Redacted(ctx, copied, r); err == nil {
		t.Error("a file was written over", n)
	}
	told := map[string]int64{}
	r.Told = func(step string, done, total int64) {
		if done < told[step] || done > total {
			t.Errorf("%s: %d after %d, of %d", step, done, told[step], total)
		}
		told[step] = done
	}
	if _, err := f.Redacted(ctx, filepath.Join(dir, "z.plumb.db"), r); err != nil || told[StepRead] != 2 || told[StepRewrite] != 2 || told[StepWrite] != 4 {
		t.Errorf("told %v, %v", told, err)
	}
}

// TestRedactedRefusesAltered: the copy names the digest of what it was made of, so that has to be what it was made of.
func TestRedactedRefusesAltered(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	r := Redaction{Look: func(string, string, string, []byte) error { return nil }, Looked: func() {}, Row: func(Row) error { return nil },
		Object: func(_, _, key string, body []byte) (string, []byte, error) { return key, body, nil }}
	for name, change := range map[string]string{
		"another body":   "UPDATE body SET json = '{}' WHERE id = 1",
		"one less":       "DELETE FROM span WHERE key = 'b'",
		"another key":    "UPDATE span SET key = 'q' WHERE key = 'b'",
		"another digest": "UPDATE snapshot SET digest = zeroblob(32)",
		"no digest":      "UPDATE snapshot SET digest = NULL",
	} {
		path := filepath.Join(dir, name)
		w, err := OpenWritable(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.Begin(ctx, Start{Site: Site{IDs: []string{"s"}, Kind: "cloud"}, Now: time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC), Program: "test", PersonalData: "full"})
		if err == nil {
			err = c.Write(ctx, Page{Resource: "jira_user", Objects: []Object{{Key: "a", Body: []byte(`{"a":1}`)}, {Key: "b", Body: []byte(`{"b":2}`)}}})
		}
		if err == nil {
			_, err = c.Finish(ctx, time.Date(2026, 8, 17, 10, 0, 0, 0, time.UTC))
		}
		if err == nil {
			_, err = w.conn.ExecContext(ctx, change)
		}
		if err := cmp.Or(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		f, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Redacted(ctx, path+" copy", r); !errors.Is(err, ErrAltered) {
			t.Errorf("%s: %v", name, err)
		}
		f.Close()
	}
}
