package store_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// Attestations are read back as they were written, in their order, nothing takes one away again, and no digest changes.
func TestAttestations(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	snapshotFile(t, path, 3)
	w := openWritable(t, path)
	s, err := w.Snapshot(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	given := []store.Attestation{
		{Site: s.Site.ID, Question: "ATT-TLS-001", Answer: "no", By: "K. Lindqvist", Checked: "2026-11-12", Evidence: "dbconfig.xml \U0001f600", At: at},
		{Site: s.Site.ID, Question: "ATT-TLS-001", Answer: "yes", By: "K. Lindqvist", Checked: "2026-11-16", At: at}, // the same instant
		{Site: s.Site.ID, Question: "ATT-LB-001", Answer: "yes", By: "K. Lindqvist", Checked: "2026-11-16", At: at.Add(time.Hour)},
		{Site: s.Site.ID, Question: "ATT-LB-001", By: "K. Lindqvist", Checked: "2026-11-16", At: at.Add(-time.Hour)}, // withdrawn, by a clock set back
	}
	for _, a := range given {
		if err := w.Attest(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Attestations(ctx)
	if err != nil || len(all) != len(given) {
		t.Fatalf("%d attestations of %d, %v", len(all), len(given), err)
	}
	for i, a := range all {
		want := given[i]
		if want.ID = a.ID; a != want {
			t.Errorf("attestation %d: %+v, want %+v", i, a, want)
		}
	}
	if digest, err := f.Digest(ctx, 1); digest != s.Digest || err != nil {
		t.Errorf("digest %s, was %s, %v", digest, s.Digest, err)
	}
	if got := shell(t, path, "SELECT question || ' ' || answer FROM attestation_standing"); got != "ATT-TLS-001 yes" {
		t.Errorf("the answers that stand: %q", got)
	}
	for _, sql := range []string{"DELETE FROM attestation", "UPDATE attestation SET answer = 'yes'"} {
		if out, err := exec.Command("sqlite3", path, sql).CombinedOutput(); err == nil || !strings.Contains(string(out), "only ever added") {
			t.Errorf("%s: %v %s", sql, err, out)
		}
	}
	if err := f.Attest(ctx, given[0]); err == nil {
		t.Error("a file opened for reading took an attestation")
	}
}
