package rules

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/store"
)

// Two files compare as two snapshots of one file do.
func TestCompareTwoFiles(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	one := `-- 1 --
`
	two := `-- 2 --
now: 2026-11-22T09:00:00Z
-- 2/jira_user --
u2 {"accountId": "u2", "accountType": "atlassian", "active": false, "displayName": "Otto Brandt"}
u3 {"accountId": "u3", "accountType": "atlassian", "active": true}
-- 2/jira_role --
- 7
`
	both := written(t, base+one+two)
	want, err := p.Compare(ctx, Side{both, 1}, Side{both, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, second := written(t, base+one), written(t, base+two)
	got, err := p.Compare(ctx, Side{first, 1}, Side{second, 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := strings.Join(toldOf(t, want), "\n"), strings.Join(toldOf(t, got), "\n"); a != b || len(a) < 100 {
		t.Errorf("in one file\n%s\nin two\n%s", a, b)
	}
	mirrored(t, p, Side{first, 1}, Side{second, 1}, got)
}

func TestCompareOtherSite(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	path := filepath.Join(t.TempDir(), "y.plumb.db")
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b"} {
		c, err := w.Begin(ctx, store.Start{New: true, Now: mustTime(t), Program: "test", PersonalData: "full", Site: store.Site{IDs: []string{id}, Kind: "cloud", Address: id}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(ctx, mustTime(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := opened(t, path)
	if _, err := p.Compare(ctx, Side{f, 1}, Side{f, 2}, Options{}); err == nil || !strings.Contains(err.Error(), "different sites") {
		t.Errorf("got %v", err)
	}
	if _, err := p.Compare(ctx, Side{f, 1}, Side{f, 2}, Options{TwoSites: true}); err != nil {
		t.Error(err)
	}
}
