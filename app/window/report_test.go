package window

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What is previewed is what is saved, and saving is noted beside the file, never in it.
func TestReport(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	w := onDemo(t)
	path := w.file.path
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ask := ReportRequest{People: "initials", Severities: []string{"critical"}, Decisions: true, NotLookedAt: true}
	page, err := w.ReportPreview(Lens{}, ask, "html", "")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(page.HTML, "<!doctype html>") || page.Text != "" || strings.Contains(page.HTML, "<script") || page.Sending.People.Accounts == 0 || page.Sending.Named == 0 || page.Name == "" {
		t.Errorf("%.200s, %+v", page.HTML, page.Sending)
	}
	text, err := w.ReportPreview(Lens{}, ask, "csv", "")
	if err != nil || text.HTML != "" || !strings.Contains(text.Text, "critical") || strings.Contains(text.Text, ",high,") {
		t.Errorf("a list: %v, %.300s", err, text.Text)
	}
	to := filepath.Join(t.TempDir(), "findings.csv")
	saved, err := w.SaveReport(Lens{}, ask, to, "")
	if err != nil {
		t.Fatal(err)
	}
	if written, err := os.ReadFile(to); err != nil || string(written) != text.Text || saved.Bytes != int64(len(written)) {
		t.Errorf("saved is not what was previewed: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy.plumb.db")
	if done, err := w.HandEvidence(EvidenceRequest{Path: copied}, ""); err != nil || done.SHA256 == "" || done.Encrypted {
		t.Errorf("%+v, %v", done, err)
	}
	if same, err := os.ReadFile(copied); err != nil || !bytes.Equal(same, before) {
		t.Errorf("the evidence handed over is another: %v", err)
	}
	if _, err := w.HandEvidence(EvidenceRequest{Path: copied, Passphrase: "low tide"}, ""); err == nil {
		t.Error("what was there is replaced")
	}
	handed, err := w.HandedOver()
	if err != nil || len(handed) != 2 || handed[0].What != "evidence" || handed[1].Format != "csv" {
		t.Errorf("handed over: %+v, %v", handed, err)
	}
	var refusal Refusal
	if _, err := w.ShowReport(Lens{}, ask, ""); !errors.As(err, &refusal) || refusal.Code != "no_dialog" {
		t.Errorf("shown without a desktop: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed: %v", err)
	}
}

// A seal is made, trusted, kept by decisions of this window, and broken by whoever alters a row.
func TestSeals(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	w := onDemo(t)
	state := func(want string, anew bool) *SealCheck {
		t.Helper()
		c, err := w.Seals(anew, "")
		if err != nil || c.State != want {
			t.Fatalf("%+v, %v, and not %s", c, err, want)
		}
		return c
	}
	state("unsealed", false)
	key := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "auditor", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v %s", err, out)
	}
	if done, err := w.Seal(Sealing{Key: key}, ""); err != nil || len(done.Snapshots) != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	sealed := state("valid", false)
	if _, err := w.PinSnapshot(1, true); err != nil {
		t.Fatal(err)
	}
	if again := state("valid", false); again != sealed {
		t.Error("looked at again after a pin")
	}
	trusted := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "plumbline", "trusted_keys")
	if err := os.Remove(trusted); err != nil {
		t.Fatal(err)
	}
	unknown := state("unknown_key", true)
	if c, err := w.TrustSigner(unknown.Snapshots[0].Seals[0].ID); err != nil || c.State != "valid" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := w.TrustSigner(99); err == nil {
		t.Error("trusted a seal that is not there")
	}
	path := w.file.path
	if out, err := exec.Command("sqlite3", path, "UPDATE coverage SET reason = 'nothing'").CombinedOutput(); err != nil {
		t.Fatalf("sqlite3: %v %s", err, out)
	}
	w.catchUp(t.Context())
	broken := state("broken", false)
	if len(broken.Snapshots[0].Differences)+len(broken.Snapshots[1].Differences) == 0 {
		t.Errorf("it does not say what differs: %+v", broken)
	}
}

// Making a copy without names tells how far it is, and can be stopped: then nothing is there.
func TestRedactTellsAndStops(t *testing.T) {
	w := onDemo(t)
	events, stop := w.hub.listen()
	defer stop()
	told := func(token string) bool {
		for e := range events {
			if n, is := e.Data.(RedactingNews); is && n.Token == token {
				if n.Step == "" || n.Done < 0 || n.Done > n.Total || n.Total == 0 {
					t.Errorf("told %+v", n)
				}
				return true
			}
		}
		return false
	}
	q := Redacting{Path: filepath.Join(t.TempDir(), "copy.plumb.db"), KeyFile: filepath.Join(t.TempDir(), "key")}
	ended := make(chan error, 1)
	go func() { _, err := w.Redact(q, "stopped"); ended <- err }()
	told("stopped")
	if err := w.Cancel("stopped"); err != nil {
		t.Fatal(err)
	}
	if got := code(t, <-ended); got != "cancelled" {
		t.Errorf("stopped, it said %q", got)
	}
	if _, err := os.Stat(q.Path); !os.IsNotExist(err) {
		t.Errorf("half a copy is there: %v", err)
	}
	go func() { _, err := w.Redact(q, "whole"); ended <- err }()
	told("whole")
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
