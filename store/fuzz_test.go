package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plumbline/store"
)

func fuzzContent(f *testing.F) []byte {
	ctx := context.Background()
	path := filepath.Join(f.TempDir(), "x.plumb.db")
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		f.Fatal(err)
	}
	c, err := w.Begin(ctx, store.Start{Site: store.Site{IDs: []string{"x"}, Kind: "cloud"}, Now: day, Program: "test", PersonalData: "full"})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := c.Finish(ctx, day); err != nil {
		f.Fatal(err)
	}
	w.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return content
}

// openAltered opens and asks; whatever the bytes say, it ends with an answer or an error.
func openAltered(t *testing.T, content []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		return
	}
	defer f.Close()
	f.Snapshots(ctx)
	f.Coverage(ctx, 1)
	f.Digest(ctx, 1)
	f.Select(ctx, "SELECT count(*) FROM jira_user", store.Limits{Deadline: 5 * time.Second})
	if ctx.Err() != nil {
		t.Error("it hung")
	}
}
