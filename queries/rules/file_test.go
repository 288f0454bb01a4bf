package rules

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"plumbline/store"
)

// written makes an evidence file of snapshots in the form of cases: each section without a slash is one snapshot, of
// the settings and objects that cases have. A resource not named is complete and lists all.
func written(t testing.TB, text string) *store.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	write(t, path, text)
	return opened(t, path)
}

func opened(t testing.TB, path string) *store.File {
	t.Helper()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	f, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func write(t testing.TB, path, text string) {
	t.Helper()
	ctx := context.Background()
	archive := txtar.Parse([]byte(text))
	for i, s := range archive.Files {
		if !slices.Contains([]byte(s.Name), '/') && s.Name != "all" {
			archive.Files[i].Data = append([]byte("kind: fail\nwant: fail\n"), s.Data...)
		}
	}
	snapshots, err := parseCases("SNAPSHOTS", "snapshots", txtar.Format(archive), false)
	if err != nil {
		t.Fatal(err)
	}
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range snapshots {
		now := s.Now
		if i > 0 && !now.After(snapshots[i-1].Now) {
			now = snapshots[i-1].Now.AddDate(0, 0, i)
			snapshots[i].Now = now
		}
		collected(t, f, &s, now)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func collected(t testing.TB, f *store.File, s *Case, now time.Time) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	personal := "full"
	for _, p := range s.Params { // personal=domain; members=RESOURCE REVISION MEMBER...
		key, value, _ := strings.Cut(p, "=")
		if key == "personal" {
			personal = value
		}
		if words := strings.Fields(value); key == "members" {
			cov := s.coverage(words[0])
			cov.Revision, cov.Members = int(words[1][0]-'0'), words[2:]
		}
	}
	c, err := f.Begin(ctx, store.Start{New: true, Now: now, Program: "test", PersonalData: personal, Label: s.Name,
		Site: store.Site{IDs: []string{"11111111-2222-3333-4444-555555555555"}, Kind: s.Site, Address: "https://harbourline.example", Name: "Harbourline"}})
	must(err)
	must(c.SetVantage(ctx, s.Vantage))
	for _, name := range store.Resources() {
		page := store.Page{Resource: name, End: &store.End{Outcome: store.Complete}}
		for _, o := range s.Objects {
			if o.Resource == name {
				page.Objects = append(page.Objects, o)
			}
		}
		cov := *s.coverage(name)
		cov.Event = name == "jira_audit_event" || name == "confluence_audit_event"
		page.End.Outcome = cov.Outcome
		must(c.Write(ctx, page))
		must(c.SetCoverage(ctx, cov))
	}
	_, err = c.Finish(ctx, now.Add(10*time.Minute))
	must(err)
}

func mustTime(t testing.TB) time.Time {
	t.Helper()
	return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
}

// scratch is removed when the package's tests are done.
var scratch string

func TestMain(m *testing.M) {
	code := m.Run()
	if scratch != "" {
		os.RemoveAll(scratch)
	}
	os.Exit(code)
}

// benchDir is a folder that lasts for all benchmarks.
func benchDir() (dir string, err error) {
	scratch, err = os.MkdirTemp("", "plumbline-bench-*")
	return scratch, err
}
