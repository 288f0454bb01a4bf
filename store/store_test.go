package store_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

var day = time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC)

func begin(t *testing.T, f *store.File, now time.Time) *store.Collecting {
	t.Helper()
	c, err := f.Begin(context.Background(), store.Start{
		Site: store.Site{IDs: []string{"11111111-2222-3333-4444-555555555555"}, Kind: "cloud", Address: "https://harbourline.example", Name: "Harbourline"},
		Now:  now, Program: "test", PersonalData: "full", Together: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func object(t *testing.T, resource string, body map[string]any, key ...string) store.Object {
	t.Helper()
	b, err := store.Canonical(body)
	if err != nil {
		t.Fatal(err)
	}
	return store.Object{Resource: resource, Key: store.Key(key...), Body: b}
}

func TestSnapshots(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for n, active := range []bool{true, false, true} {
		c := begin(t, f, day.AddDate(0, 3*n, 0))
		page := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}, Objects: []store.Object{
			object(t, "jira_user", map[string]any{"accountId": "a", "active": active}, "a"),
			object(t, "jira_user", map[string]any{"accountId": "b", "active": true}, "b")}}
		if err := c.Write(ctx, page); err != nil {
			t.Fatal(err)
		}
		if err := c.SetCoverage(ctx, store.Coverage{Resource: "jira_user", Outcome: store.Complete, Lists: "all"}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(ctx, day.AddDate(0, 3*n, 0).Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	snapshots, err := r.Snapshots(ctx)
	if err != nil || len(snapshots) != 3 || snapshots[1].Objects != 2 || snapshots[0].Digest == snapshots[1].Digest || snapshots[0].Digest != snapshots[2].Digest {
		t.Fatalf("snapshots %+v, %v", snapshots, err)
	}
	for _, s := range snapshots {
		if d, err := r.Digest(ctx, s.ID); err != nil || d != s.Digest {
			t.Errorf("digest %s, stored %s, %v", d, s.Digest, err)
		}
	}
	var changed []store.Presence
	for p, err := range r.Changes(ctx, 1, 2) {
		if err != nil {
			t.Fatal(err)
		}
		changed = append(changed, p)
	}
	if len(changed) != 1 || changed[0].Key != "a" || changed[0].Before == nil || changed[0].After == nil {
		t.Errorf("changes %+v", changed)
	}
	for p, err := range r.Changes(ctx, 1, 3) {
		t.Errorf("what is again as it was changed: %+v, %v", p, err)
	}
	rows, err := r.Select(ctx, "SELECT snapshot, key, active FROM jira_user ORDER BY 1, 2", store.Limits{})
	if err != nil || len(rows.Values) != 6 || rows.Values[2][2] != int64(0) {
		t.Errorf("rows %+v, %v", rows, err)
	}
}

// Behind the greatest id that a body can have the engine gives any: every span finds its own all the same.
func TestBodiesBehindTheGreatestID(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 1)
	shell(t, path, "UPDATE span SET body = 9223372036854775807; UPDATE body SET id = 9223372036854775807")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := begin(t, f, day.AddDate(0, 1, 0))
	writeUsers(t, c, 3)
	seen := 0
	for o, err := range c.Objects(ctx, "jira_user") {
		if err != nil || !strings.Contains(string(o.Body), o.Key) {
			t.Errorf("%s has %s: %v", o.Key, o.Body, err)
		}
		seen++
	}
	if seen != 3 {
		t.Errorf("%d objects of 3", seen)
	}
}
