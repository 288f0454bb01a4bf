package window

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"plumbline/app"
)

// An encrypted file asks for its passphrase, says when it is another one, and opens with the right one.
func TestUnlock(t *testing.T) {
	demo, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "harbourline.plumb.age")
	if _, err := app.Encrypt(context.Background(), demo, closed, app.Lock{Passphrase: "low tide at noon"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Conceal(closed) })
	w := newWindow(t)
	code := func(err error) string {
		var refusal Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("no refusal: %v", err)
		}
		return refusal.Code
	}
	if _, err := w.Open(closed); code(err) != "encrypted-passphrase" {
		t.Errorf("opened without a passphrase: %v", err)
	}
	if _, err := w.Unlock(closed, "high tide at noon", ""); code(err) != "passphrase-refused" {
		t.Errorf("opened with another passphrase: %v", err)
	}
	if err := w.UnlockOther(closed, "high tide at noon", ""); code(err) != "passphrase-refused" {
		t.Errorf("compared with by another passphrase: %v", err)
	}
	before, err := os.ReadFile(closed)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Unlock(closed, "low tide at noon", "")
	if err != nil {
		t.Fatal(err)
	}
	if s.File == nil || s.File.Path != closed || !s.File.ReadOnly || s.File.Reason == "" || len(s.Sites) != 1 {
		t.Errorf("%+v", s.File)
	}
	if after, err := os.ReadFile(closed); err != nil || string(after) != string(before) {
		t.Errorf("the encrypted file has changed: %v", err)
	}
	if err := w.UnlockOther(closed, "", ""); err != nil {
		t.Errorf("asked again to compare: %v", err)
	}
	if _, err := w.Open(closed); err != nil { // known for the rest of the run
		t.Errorf("asked again: %v", err)
	}
}
