package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// mount mounts a tmpfs of its own and takes it away again; it needs root.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("this test mounts a tmpfs and needs root: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

func TestReadOnlyMedium(t *testing.T) {
	ctx := context.Background()
	dir := mount(t, "size=8m")
	path := filepath.Join(dir, "x.plumb.db")
	snapshotFile(t, path, 20)
	wal := filepath.Join(dir, "wal.plumb.db")
	w, err := store.OpenWritable(ctx, wal)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, w, day)
	writeUsers(t, c, 20)
	left := filepath.Join(dir, "left.plumb.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(wal + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("remount: %v: %s", err, out)
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Digest(ctx, 1); err != nil {
		t.Error(err)
	}
	f.Close()
	if _, err := store.OpenWritable(ctx, path); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
	if _, err := store.Open(ctx, left); !errors.Is(err, store.ErrNeedsRecovery) || !strings.Contains(err.Error(), "left.plumb.db") {
		t.Errorf("a log left behind: %v", err)
	}
}

// A full disk ends the page in hand; what was stored before is kept and can be gone on with.
func TestFullDisk(t *testing.T) {
	ctx := context.Background()
	dir := mount(t, "size=1m")
	path := filepath.Join(dir, "x.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, f, day)
	writeUsers(t, c, 50)
	p := store.Page{Resource: "jira_filter"}
	for i := range 20000 {
		id := time.Unix(int64(i), 0).UTC().Format("150405") + strings.Repeat("y", 100)
		p.Objects = append(p.Objects, object(t, "jira_filter", map[string]any{"id": id}, id))
	}
	if err := c.Write(ctx, p); !errors.Is(err, store.ErrFull) {
		t.Fatalf("%v, want %v", err, store.ErrFull)
	}
	f.Close()
	if out, err := exec.Command("mount", "-o", "remount,size=64m", dir).CombinedOutput(); err != nil {
		t.Fatalf("remount: %v: %s", err, out)
	}
	f, err = store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c = begin(t, f, day.Add(time.Hour))
	if !c.Resumed() {
		t.Error("not resumed")
	}
	if err := c.Write(ctx, p); err != nil {
		t.Fatal(err)
	}
	s, err := c.Finish(ctx, day.Add(2*time.Hour))
	if err != nil || s.Objects != 20050 {
		t.Errorf("%+v, %v", s, err)
	}
}
