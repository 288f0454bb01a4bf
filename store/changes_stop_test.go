package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"plumbline/store"
)

// TestChangesStopped walks the changes of three resources to the end, for a moment, and until it is cancelled.
func TestChangesStopped(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	const each = 4_000 // of a resource: more than the walks hold back
	for n := range 2 {
		now := time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC)
		c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{"s"}, Kind: "cloud"}, Now: now, Program: "test", PersonalData: "full"})
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range []string{"confluence_space", "directory_group", "jira_user"} {
			p := store.Page{Resource: resource, Cursor: "end"}
			for i := range each {
				p.Objects = append(p.Objects, store.Object{Key: store.Key(fmt.Sprint(i)), Body: fmt.Appendf(nil, `{"of":"%s","v":%d}`, resource, n)})
			}
			if err := c.Write(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Finish(ctx, now); err != nil {
			t.Fatal(err)
		}
	}
	walk := func(ctx context.Context, f *store.File, until int, stop func()) (n int, resources []string, failed error) {
		for p, err := range f.Changes(ctx, 1, 2) {
			if err != nil {
				return n, resources, err
			}
			if len(resources) == 0 || resources[len(resources)-1] != p.Resource {
				resources = append(resources, p.Resource)
			}
			if n++; n == until {
				stop()
			}
			if n > until+2*each {
				break
			}
		}
		return n, resources, nil
	}
	for _, name := range []string{"writing", "reading"} {
		if name == "reading" {
			f.Close()
			if f, err = store.Open(ctx, path); err != nil {
				t.Fatal(err)
			}
		}
		n, resources, err := walk(ctx, f, -1, nil)
		if err != nil || n != 2*each || len(resources) != 2 { // broken off at 2 * each
			t.Errorf("%s: %d changes of %v, %v", name, n, resources, err)
		}
		n, resources, err = walk(ctx, f, 3*each, func() {})
		if err != nil || n != 3*each || fmt.Sprint(resources) != "[confluence_space directory_group jira_user]" {
			t.Errorf("%s: %d changes of %v, %v", name, n, resources, err)
		}
		cancelled, cancel := context.WithCancel(ctx)
		if n, _, err = walk(cancelled, f, 100, cancel); !errors.Is(err, context.Canceled) || n == 3*each {
			t.Errorf("%s: cancelled after %d changes: %v", name, n, err)
		}
	}
	f.Close()
}
