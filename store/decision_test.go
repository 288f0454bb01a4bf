package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

func act(n int) store.Decision {
	d := store.Decision{
		Target: store.Target{Site: 1, Rule: "JIRA-ACCESS-001", Scope: store.ScopeFinding, Resource: "jira_user", Key: fmt.Sprintf("u\x1f%d", n), Aspect: "a"},
		At:     day.Add(time.Duration(n) * time.Minute), By: "A. Auditor", Act: store.ActAccepted,
		Reason: "left \"😀\"\nnext year", Owner: "K. Owner", Until: "2027-03-31", Subject: "Zoë",
	}
	if n%3 == 1 {
		d.Act, d.Reason, d.Owner, d.Until = store.ActConfirmed, "", "", ""
	}
	return d
}

func openWritable(t *testing.T, path string) *store.File {
	t.Helper()
	f, err := store.OpenWritable(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDecisionsAreOnlyAdded(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 3)
	f := openWritable(t, path)
	if err := f.Decide(ctx, []store.Decision{act(2), act(1)}); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []func(*store.Decision){
		func(d *store.Decision) { d.By = "" },
		func(d *store.Decision) { d.Reason = "" },
		func(d *store.Decision) { d.Until = "" },
		func(d *store.Decision) { d.Act = "waived" },
		func(d *store.Decision) { d.Scope = store.ScopeBelow },
	} {
		d := act(3)
		if wrong(&d); f.Decide(ctx, []store.Decision{act(6), d}) == nil {
			t.Errorf("%+v was added", d)
		}
	}
	for n, p := range []store.Parameter{{Name: "inactive_days", Value: "45"}, {Name: "own_email_domains", Value: ""}, {Name: "inactive_days", Unset: true}} {
		p.At, p.By = day.Add(time.Duration(n)*time.Hour), "A. Auditor"
		if err := f.SetParameter(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()

	r, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := r.Decisions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Decision{act(1), act(2)} // by time
	want[0].ID, want[1].ID = 2, 1
	for i := range want {
		want[i].SiteIDs = []string{"11111111-2222-3333-4444-555555555555"}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	parameters, err := r.Parameters(ctx)
	if err != nil || len(parameters) != 3 || parameters[1].Unset || !parameters[2].Unset || parameters[0].Value != "45" {
		t.Errorf("%+v, %v", parameters, err)
	}
	if err := r.Decide(ctx, []store.Decision{act(4)}); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a file opened for reading took a decision: %v", err)
	}
	for _, sql := range []string{"DELETE FROM decision", "UPDATE decision SET reason = 'x'", "DELETE FROM parameter", "UPDATE parameter SET value = 'x'"} {
		if out, err := exec.Command("sqlite3", path, sql).CombinedOutput(); err == nil || !strings.Contains(string(out), "only ever added") {
			t.Errorf("%s: %v %s", sql, err, out)
		}
	}
	if got := shell(t, path, "SELECT count(*) FROM decision_standing; SELECT name FROM parameter_set"); got != "2\nown_email_domains" {
		t.Errorf("the views say %q", got)
	}
}

// older turns a file into one of format 1, as its program wrote it.
func older(t *testing.T, path string) {
	t.Helper()
	shell(t, path, "DROP TABLE seal; DROP TABLE origin; DROP TABLE identity; DROP VIEW attestation_standing; DROP TABLE attestation; DROP VIEW decision_standing; DROP VIEW parameter_set; DROP TABLE decision; DROP TABLE parameter; PRAGMA user_version = 1")
}

func TestOlderFormat(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 50)
	older(t, path)
	before := bytesOf(t, path)
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := f.Decisions(ctx)
	parameters, err2 := f.Parameters(ctx)
	if f.Format() != 1 || len(decisions)+len(parameters) != 0 || err != nil || err2 != nil {
		t.Errorf("format %d, %v %v, %v %v", f.Format(), decisions, parameters, err, err2)
	}
	for _, table := range []string{"decision", "parameter", "attestation", "decision_standing", "parameter_set", "attestation_standing"} {
		rows, err := f.Select(ctx, "SELECT * FROM "+table, store.Limits{})
		if err != nil || len(rows.Values) != 0 {
			t.Errorf("%s of an older file: %+v, %v", table, rows, err)
		}
	}
	s, err := f.Snapshot(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if bytesOf(t, path) != before {
		t.Error("looking at an older file changed it")
	}

	w := openWritable(t, path)
	if err := w.Decide(ctx, []store.Decision{act(1)}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	f, err = store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if digest, err := f.Digest(ctx, 1); f.Format() != store.FormatVersion || digest != s.Digest || err != nil {
		t.Errorf("format %d, digest %s, was %s, %v", f.Format(), digest, s.Digest, err)
	}

	// A table of the later format in an older file is none of ours.
	odd := filepath.Join(t.TempDir(), "odd.plumb.db")
	snapshotFile(t, odd, 1)
	older(t, odd)
	shell(t, odd, "CREATE TABLE decision (x)")
	for name, open := range map[string]func(context.Context, string) (*store.File, error){"reading": store.Open, "writing": store.OpenWritable} {
		if f, err := open(ctx, odd); !errors.Is(err, store.ErrUnknownSchema) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				f.Close()
			}
		}
	}
}

// Whatever is decided, whenever, between whatever else: no digest changes, and dropping a snapshot leaves decisions.
func TestDecisionsLeaveDigests(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 1))
		path := filepath.Join(t.TempDir(), "x.plumb.db")
		digests, decided := map[int64]string{}, 0
		for n := range 12 {
			f := openWritable(t, path)
			switch random.IntN(4) {
			case 0, 1:
				c := begin(t, f, day.AddDate(0, 0, n))
				writeUsers(t, c, 1+random.IntN(40))
				s, err := c.Finish(ctx, day.AddDate(0, 0, n).Add(time.Minute))
				if err != nil {
					t.Fatal(err)
				}
				digests[s.ID] = s.Digest
			case 2:
				if len(digests) > 0 {
					if err := f.Decide(ctx, []store.Decision{act(n), act(n + 100)}); err != nil {
						t.Fatal(err)
					}
					decided += 2
				}
			case 3:
				for id := range digests {
					if err := f.Drop(ctx, id); err != nil {
						t.Fatal(err)
					}
					delete(digests, id)
					break
				}
			}
			f.Close()
		}
		f, err := store.Open(ctx, path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range digests {
			if got, err := f.Digest(ctx, id); got != want || err != nil {
				t.Errorf("seed %d, snapshot %d: %s, want %s, %v", seed, id, got, want, err)
			}
		}
		if all, err := f.Decisions(ctx); len(all) != decided || err != nil {
			t.Errorf("seed %d: %d decisions, want %d, %v", seed, len(all), decided, err)
		}
		f.Close()
	}
}

// What people write beside the evidence leaves its stamp, and with it all that is derived; evidence does not, nor does a
// write by anybody else.
func TestStamp(t *testing.T) {
	ctx := context.Background()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 3)
	stamp := func() string {
		t.Helper()
		f, err := store.Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return f.Stamp()
	}
	change := func(do func(*store.File) error) {
		t.Helper()
		f := openWritable(t, path)
		if err := do(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	first := stamp()
	for n := range 3 {
		change(func(f *store.File) error { return f.Decide(ctx, []store.Decision{act(n), act(n + 10)}) })
		change(func(f *store.File) error { return f.SetLabel(ctx, 1, fmt.Sprint("label ", n)) })
		if got := stamp(); got != first {
			t.Errorf("decision %d: %q, was %q", n, got, first)
		}
	}
	if notes, _ := filepath.Glob(filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "same-*")); len(notes) != 1 {
		t.Errorf("the cache holds %d notes of one file", len(notes))
	}
	shell(t, path, "UPDATE body SET json = json || ' '")
	second := stamp()
	if second == first {
		t.Error("somebody else's write went unnoticed")
	}
	change(func(f *store.File) error {
		c := begin(t, f, day.AddDate(0, 1, 0))
		writeUsers(t, c, 5)
		_, err := c.Finish(ctx, day.AddDate(0, 1, 0).Add(time.Minute))
		return err
	})
	if third := stamp(); third == second || third == first {
		t.Error("a new snapshot went unnoticed")
	}
}
