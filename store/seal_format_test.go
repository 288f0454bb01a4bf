package store_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// A file of format 3 is brought up to date with the site as it was known, and a snapshot that goes takes with it what
// only it knew of the site.
func TestSiteAsItWasKnown(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	w := openWritable(t, path)
	collect := func(n int, s store.Site) {
		t.Helper()
		s.Kind = "dc"
		c, err := w.Begin(ctx, store.Start{Site: s, Now: day.AddDate(0, n, 0), Program: "test", PersonalData: "full"})
		if err != nil {
			t.Fatal(err)
		}
		writeUsers(t, c, 2)
		if _, err := c.Finish(ctx, day.AddDate(0, n, 0).Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	collect(0, store.Site{IDs: []string{"server"}, Address: "https://jira.harbourline.example"})
	collect(1, store.Site{IDs: []string{"server", "https://wiki.harbourline.example"}, Address: "https://wiki.harbourline.example", Name: "Wiki"})
	identities := "SELECT snapshot || ' ' || kind || ' ' || ids || ' ' || address || ' ' || name FROM identity"
	want := `1 dc ["server"] https://jira.harbourline.example 
2 dc ["server","https://wiki.harbourline.example"] https://jira.harbourline.example Wiki`
	w.Close()
	if got := shell(t, path, identities); got != want {
		t.Fatalf("identities\n%s\nwant\n%s", got, want)
	}
	shell(t, path, "DROP TABLE seal; DROP TABLE origin; DROP TABLE identity; PRAGMA user_version = 3")
	r, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := r.Snapshot(ctx, 1); err != nil || r.Format() != 3 || s.Site.Name != "Wiki" || s.Sealed {
		t.Errorf("format %d: %+v, %v", r.Format(), s, err)
	}
	if seals, err := r.Seals(ctx, 0); err != nil || seals != nil {
		t.Errorf("seals of an older file: %v, %v", seals, err)
	}
	r.Close()
	w = openWritable(t, path)
	collect(2, store.Site{IDs: []string{"https://wiki.harbourline.example", "later"}})
	w.Close()
	want = `1 dc ["server","https://wiki.harbourline.example"] https://jira.harbourline.example Wiki
2 dc ["server","https://wiki.harbourline.example"] https://jira.harbourline.example Wiki
3 dc ["server","https://wiki.harbourline.example","later"] https://jira.harbourline.example Wiki`
	if got := shell(t, path, identities); got != want {
		t.Errorf("migrated\n%s\nwant\n%s", got, want)
	}
	w = openWritable(t, path)
	if err := w.Drop(ctx, 3); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if got := shell(t, path, "SELECT group_concat(id, ' ') FROM site_id"); got != "server https://wiki.harbourline.example" {
		t.Errorf("after the drop the site has the ids %q", got)
	}
}

// Seals and origins only go with their snapshot, and a sealed snapshot goes only when that is asked for.
func TestSealsStay(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 3)
	w := openWritable(t, path)
	seal := store.Seal{Snapshot: 1, At: "2026-08-18T09:00:00.000Z", Statement: "{}", Signature: "signed", Manifest: []byte("rows")}
	id, err := w.AddSeal(ctx, seal)
	if err != nil {
		t.Fatal(err)
	}
	origin := store.Origin{Snapshot: 1, Kind: store.OriginRedacted, At: day, Program: "test", Digest: "sha256:" + strings.Repeat("ab", 32), Level: "people", Key: "k"}
	if err := w.AddOrigin(ctx, origin); err != nil {
		t.Fatal(err)
	}
	seals, err := w.Seals(ctx, 1)
	seal.ID, seal.Manifest = id, nil
	if err != nil || len(seals) != 1 || seals[0].Statement != seal.Statement || seals[0].ID != id {
		t.Errorf("seals %+v, %v", seals, err)
	}
	if m, err := w.Manifest(ctx, id); string(m) != "rows" || err != nil {
		t.Errorf("manifest %q, %v", m, err)
	}
	origins, err := w.Origins(ctx, 0)
	origin.ID = 1
	if err != nil || len(origins) != 1 || origins[0] != origin {
		t.Errorf("origins %+v, %v", origins, err)
	}
	if s, err := w.Snapshot(ctx, 1); err != nil || !s.Sealed {
		t.Errorf("%+v, %v", s, err)
	}
	if err := w.Drop(ctx, 1); !errors.Is(err, store.ErrSealed) {
		t.Errorf("dropped a sealed snapshot: %v", err)
	}
	if _, err := w.AddSeal(ctx, store.Seal{Snapshot: 9}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("sealed nothing: %v", err)
	}
	c := begin(t, w, day.AddDate(0, 1, 0))
	if _, err := w.AddSeal(ctx, store.Seal{Snapshot: 2}); err == nil {
		t.Error("sealed what is not finished")
	}
	if err := c.Interrupt(ctx); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for _, sql := range []string{"DELETE FROM seal", "UPDATE seal SET at = ''", "DELETE FROM origin", "UPDATE origin SET level = 'names'"} {
		if out, err := exec.Command("sqlite3", path, sql).CombinedOutput(); err == nil {
			t.Errorf("%s: %s", sql, out)
		}
	}
	w = openWritable(t, path)
	if err := w.DropSealed(ctx, 1); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if got := shell(t, path, "SELECT (SELECT count(*) FROM seal), (SELECT count(*) FROM origin), (SELECT count(*) FROM identity)"); got != "0|0|1" {
		t.Errorf("left behind: %s", got)
	}
}
