package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// seen is one snapshot to be collected: on a day, of a site, that saw users.
type seen struct {
	day   int
	site  store.Site
	users string // one letter each
}

// collected is a file of snapshots.
func collected(t *testing.T, all ...seen) string {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	f := openWritable(t, path)
	for _, s := range all {
		s.site.Kind = cmpString(s.site.Kind, "cloud")
		c, err := f.Begin(ctx, store.Start{Site: s.site, Now: day.AddDate(0, 0, s.day), Program: "test", PersonalData: "full"})
		if err != nil {
			t.Fatal(err)
		}
		p := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}}
		for _, u := range s.users {
			p.Objects = append(p.Objects, object(t, "jira_user", map[string]any{"accountId": string(u)}, string(u)))
		}
		if err = c.Write(ctx, p); err == nil {
			_, err = c.Finish(ctx, day.AddDate(0, 0, s.day).Add(time.Minute))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func cmpString(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// written changes a file.
func written(t *testing.T, path string, do func(*store.File) error) {
	t.Helper()
	f := openWritable(t, path)
	if err := errors.Join(do(f), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// merged plans and writes a merge of files, and opens what comes of it.
func merged(t *testing.T, o store.MergeOptions, paths ...string) (*store.Merge, *store.File) {
	t.Helper()
	ctx := context.Background()
	var files []*store.File
	for _, p := range paths {
		f, err := store.Open(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		files = append(files, f)
	}
	m, err := store.PlanMerge(ctx, files, o)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "merged.plumb.db")
	if altered, err := m.Write(ctx, path, store.MergeWriting{Program: "test", Now: day}); err != nil || altered != nil {
		t.Fatalf("altered %v, %v", altered, err)
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return m, f
}

var (
	old   = store.Site{IDs: []string{"old", "https://x.example"}, Address: "https://old.example", Name: "Old"}
	moved = store.Site{IDs: []string{"moved"}, Address: "https://moved.example", Name: "Moved"}
	other = store.Site{IDs: []string{"other"}, Address: "https://other.example"}
)

// Two sites that somebody says are one get the id of the older, their snapshots stand in one row by time, acts follow,
// and the origins say it. An object that is gone in between does not come back in the middle.
func TestMergedSites(t *testing.T) {
	ctx := context.Background()
	a := collected(t, seen{0, old, "ab"}, seen{20, other, "z"}, seen{30, store.Site{IDs: []string{"https://x.example"}}, "ab"})
	b := collected(t, seen{10, moved, "b"}, seen{40, moved, "abc"})
	written(t, b, func(f *store.File) error {
		return f.Decide(ctx, []store.Decision{{Target: store.Target{Site: 1, Rule: "R", Scope: "finding", Resource: "jira_user", Key: "a"}, At: day, By: "Ida", Act: "confirmed"}})
	})
	m, f := merged(t, store.MergeOptions{Same: [][2]string{{"moved", "https://x.example"}}}, b, a)
	all, err := f.Snapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		users := ""
		for o, err := range f.Objects(ctx, s.ID, "jira_user") {
			if err != nil {
				t.Fatal(err)
			}
			users += o.Key
		}
		got = append(got, fmt.Sprint(s.Site.SiteID(), " ", s.Site.Name, " ", users))
	}
	want := []string{"old Old ab", "old Moved b", "other  z", "old Old ab", "old Moved abc"}
	if !slices.Equal(got, want) {
		t.Errorf("snapshots %q, want %q", got, want)
	}
	if ids := m.Sites[0].IDs; !slices.Equal(ids, []string{"old", "https://x.example", "moved"}) {
		t.Errorf("the site has the ids %v", ids)
	}
	if got := shell(t, f.Path(), "SELECT group_concat(site || '>' || joined, ' ') FROM (SELECT * FROM origin ORDER BY snapshot)"); got != "old> moved>old other> old> moved>old" {
		t.Errorf("origins %q", got)
	}
	if d, err := f.Decisions(ctx); err != nil || len(d) != 1 || d[0].SiteIDs[0] != "old" {
		t.Errorf("decisions %+v, %v", d, err)
	}
	if spans := shell(t, f.Path(), "SELECT key || first || last FROM span WHERE site = 1 ORDER BY key, first"); strings.Fields(spans)[0] != "a11" || !strings.Contains(spans, "a45") || !strings.Contains(spans, "b15") {
		t.Errorf("spans %s", spans)
	}
}

// Sites of one file that a third one shows to be one are one, however many there are.
func TestMergedBridges(t *testing.T) {
	var many []seen
	var ids []string
	for i := range 9 {
		id := fmt.Sprint("id-", i)
		ids = append(ids, id)
		many = append(many, seen{i, store.Site{IDs: []string{id}}, "a"})
	}
	m, _ := merged(t, store.MergeOptions{}, collected(t, many...), collected(t, seen{20, store.Site{IDs: ids}, "a"}))
	if len(m.Sites) != 1 || len(m.Snapshots) != 10 || m.Sites[0].SiteID() != "id-0" {
		t.Errorf("%d sites, %d snapshots: %+v", len(m.Sites), len(m.Snapshots), m.Sites[0].Site)
	}
}

// What cannot be one is refused, what is not finished is left, what was altered is told.
func TestMergeRefuses(t *testing.T) {
	ctx := context.Background()
	a := collected(t, seen{0, old, "ab"})
	b := collected(t, seen{0, store.Site{IDs: []string{"dc"}, Kind: "dc"}, "a"}, seen{1, moved, "abc"})
	written(t, b, func(f *store.File) error {
		c, err := f.Begin(ctx, store.Start{Site: moved, Now: day.AddDate(1, 0, 0), Program: "test", PersonalData: "full"})
		if err != nil {
			return err
		}
		return c.Interrupt(ctx)
	})
	m, _ := merged(t, store.MergeOptions{}, a, b)
	if len(m.Left) != 1 || m.Left[0].File != 1 || m.Left[0].Snapshot.ID != 3 || len(m.Snapshots) != 3 {
		t.Errorf("left %+v", m.Left)
	}
	open := func(path string) *store.File {
		f, err := store.Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	for err, pair := range map[error][2]string{store.ErrOtherKind: {"old", "dc"}, store.ErrNotFound: {"old", "nothing"}} {
		if _, got := store.PlanMerge(ctx, []*store.File{open(a), open(b)}, store.MergeOptions{Same: [][2]string{pair}}); !errors.Is(got, err) {
			t.Errorf("%v: %v", pair, got)
		}
	}
	for name, c := range map[string]struct {
		sql string
		is  error
	}{
		"another body":   {"UPDATE body SET json = '{}' WHERE id = 1", store.ErrAltered},
		"one less":       {"DELETE FROM span WHERE key = 'b'", store.ErrAltered},
		"another key":    {"UPDATE span SET key = 'q' WHERE key = 'b'", store.ErrAltered},
		"another digest": {"UPDATE snapshot SET digest = zeroblob(32)", store.ErrAltered},
		"no digest":      {"UPDATE snapshot SET digest = NULL", store.ErrAltered},
		"two bodies":     {"INSERT INTO span SELECT site, resource, key, 0, 1, 2 FROM span WHERE key = 'a'", store.ErrDamaged},
	} {
		bad := collected(t, seen{0, old, "ab"})
		shell(t, bad, c.sql)
		m, err := store.PlanMerge(ctx, []*store.File{open(bad), open(b)}, store.MergeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write(ctx, filepath.Join(t.TempDir(), "x"), store.MergeWriting{Now: day}); !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
		altered, err := m.Write(ctx, filepath.Join(t.TempDir(), "x"), store.MergeWriting{Now: day, Broken: true})
		if c.is == store.ErrAltered && (err != nil || !slices.Equal(altered, []int{0})) {
			t.Errorf("%s, taken all the same: %v, %v", name, altered, err)
		}
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := m.Write(stopped, filepath.Join(t.TempDir(), "x"), store.MergeWriting{Now: day}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// Acts keep their order in each file, are taken once, and are told where two files say different things without the
// later knowing of the earlier.
func TestMergedActs(t *testing.T) {
	ctx := context.Background()
	a, b := collected(t, seen{0, old, "ab"}), collected(t, seen{0, old, "ab"}, seen{9, other, "a"})
	decide := func(key, act string, hour int) store.Decision {
		d := store.Decision{Target: store.Target{Site: 1, Rule: "R", Scope: "finding", Resource: "jira_user", Key: key}, At: day.Add(time.Duration(hour) * time.Hour), By: "Ida", Act: act}
		if act == "accepted" {
			d.Reason, d.Owner, d.Until = "because", "Tom", "2027-01-01"
		}
		return d
	}
	set := func(f *store.File, value string, hour int) error {
		return f.SetParameter(ctx, store.Parameter{At: day.Add(time.Duration(hour) * time.Hour), By: "Ida", Name: "inactive_days", Value: value})
	}
	answer := func(f *store.File, answer string, hour int) error {
		return f.Attest(ctx, store.Attestation{Site: 1, Question: "Q", Answer: answer, By: "Ida", Checked: "2026-08-17", At: day.Add(time.Duration(hour) * time.Hour)})
	}
	written(t, a, func(f *store.File) error {
		return errors.Join(f.Decide(ctx, []store.Decision{decide("a", "confirmed", 1), decide("b", "confirmed", 1), decide("c", "confirmed", 5)}), set(f, "30", 4), answer(f, "yes", 2))
	})
	written(t, b, func(f *store.File) error {
		return errors.Join(
			f.Decide(ctx, []store.Decision{decide("a", "confirmed", 1), decide("a", "cleared", 2), decide("b", "accepted", 3), decide("c", "confirmed", 4)}),
			set(f, "60", 3), set(f, "90", 5), answer(f, "no", 1))
	})
	for _, order := range [][]string{{a, b}, {b, a}} {
		m, f := merged(t, store.MergeOptions{}, order...)
		decisions, err := f.Decisions(ctx)
		if err != nil || len(decisions) != 6 { // the one on a that both hold is there once
			t.Errorf("%d decisions, %v", len(decisions), err)
		}
		if c := m.Decisions.Clashes; len(c) != 1 || c[0].Kept.Key != "b" || c[0].Kept.Act != "accepted" || order[c[0].KeptFile] != b || order[c[0].OtherFile] != a {
			t.Errorf("clashes %+v", c) // a was cleared by who knew, c says the same
		}
		if got := shell(t, f.Path(), "SELECT value FROM parameter_set"); got != "90" {
			t.Errorf("the parameter is %q", got)
		}
		if c := m.Parameters.Clashes; len(c) != 1 || c[0].Kept.Value != "90" || c[0].Other.Value != "30" {
			t.Errorf("clashes %+v", c)
		}
		if got := shell(t, f.Path(), "SELECT answer FROM attestation_standing"); got != "yes" {
			t.Errorf("the answer is %q", got)
		}
		if c := m.Attestations.Clashes; len(c) != 1 || c[0].Kept.Answer != "yes" {
			t.Errorf("clashes %+v", c)
		}
	}
}

// Of several copies of a snapshot the sealed one is taken, and one whose seal is broken only where there is no other;
// labels come together, the first file's pin counts, and copies that differ are told.
func TestMergedCopies(t *testing.T) {
	ctx := context.Background()
	a, b := collected(t, seen{0, old, "ab"}, seen{5, old, "a"}), collected(t, seen{0, old, "ab"}, seen{5, old, "a"})
	written(t, a, func(f *store.File) error { return errors.Join(f.SetLabel(ctx, 1, "Q3"), f.SetPinned(ctx, 1, true)) })
	written(t, b, func(f *store.File) error {
		_, err := f.AddSeal(ctx, store.Seal{Snapshot: 1, At: "2026-08-18T09:00:00.000Z", Statement: "{}", Signature: "s", Manifest: []byte{}})
		return errors.Join(err, f.SetLabel(ctx, 1, "first"), f.SetPinned(ctx, 2, true))
	})
	shell(t, a, "UPDATE coverage SET reason = 'other' WHERE snapshot = 2 AND resource = 1")
	m, f := merged(t, store.MergeOptions{}, a, b)
	all, err := f.Snapshots(ctx)
	if err != nil || len(all) != 2 || all[0].Label != "Q3 / first" || !all[0].Pinned || all[1].Pinned || !all[0].Sealed {
		t.Errorf("%+v, %v", all, err)
	}
	if m.Snapshots[0].Copies[0].File != 1 || m.Snapshots[0].Differ || m.Snapshots[1].Copies[0].File != 0 || !m.Snapshots[1].Differ {
		t.Errorf("taken %+v", m.Snapshots)
	}
	if pinned, others := m.Pinned(0); pinned != 0 || !slices.Equal(others, []int{1}) {
		t.Errorf("pinned %d, others %v", pinned, others)
	}
	m, _ = merged(t, store.MergeOptions{Broken: func(file int, id int64) bool { return file == 1 && id == 1 }}, a, b)
	if m.Snapshots[0].Copies[0].File != 0 {
		t.Error("the copy with a broken seal is taken")
	}
}
