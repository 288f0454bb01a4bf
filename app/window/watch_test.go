package window

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"plumbline/app"
)

// news waits for the event "state"; how far a judging is may be told meanwhile.
func news(t *testing.T, told <-chan Event) {
	t.Helper()
	late := time.After(15 * time.Second)
	for {
		select {
		case e := <-told:
			if e.Name == "state" {
				return
			}
			if e.Name != "judging" {
				t.Fatalf("told %s", e.Name)
			}
		case <-late:
			t.Fatal("no page is told")
		}
	}
}

// The open file is watched: what another window writes is told without being asked for, once.
func TestWatchTellsWhatAnotherWindowWrites(t *testing.T) {
	first := onDemo(t)
	state, _ := first.State()
	second := newWindow(t)
	if _, err := second.Open(state.File.Path); err != nil {
		t.Fatal(err)
	}
	page, err := second.FindingsPage(Lens{}, FindingsRequest{Filter: "triage:undecided", Group: "none", Limit: 1}, "")
	if err != nil {
		t.Fatal(err)
	}
	told, stop := second.hub.listen()
	defer stop()
	if _, err := first.Decide(Lens{}, DecideRequest{IDs: []string{page.Lines[0].Finding.ID}, Act: "confirm", Scope: "finding"}); err != nil {
		t.Fatal(err)
	}
	news(t, told)
	after, err := second.FindingsPage(Lens{}, FindingsRequest{Filter: "triage:undecided", Group: "none", Limit: 1}, "")
	if err != nil || after.Total != page.Total-1 {
		t.Errorf("%d findings to triage and not %d, %v", after.Total, page.Total-1, err)
	}
	for quiet := time.After(3 * time.Second); ; {
		select {
		case e := <-told:
			if e.Name != "judging" {
				t.Errorf("told again: %s", e.Name)
			}
			continue
		case <-quiet:
		}
		break
	}
}

// A file that goes, and one that is cut short, are told; what was known of it stays; it comes back by itself.
func TestWatchTellsThatTheFileWent(t *testing.T) {
	away := func(t *testing.T, path string) func() { // the folder with all that is in it, as a disk goes
		aside := filepath.Join(t.TempDir(), "aside")
		if err := os.Rename(filepath.Dir(path), aside); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.Rename(aside, filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut := func(to int64) func(*testing.T, string) func() {
		return func(t *testing.T, path string) func() {
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, to); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := os.WriteFile(path, whole, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	removed := func(t *testing.T, path string) func() {
		whole, err := os.ReadFile(path)
		if err := errors.Join(err, os.Remove(path)); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name string
		lose func(t *testing.T, path string) (back func())
		code []string
	}{
		{"its disk went", away, []string{"file-gone"}},
		{"removed", removed, []string{"file-gone"}},
		{"emptied", cut(0), []string{"not-plumbline", "damaged"}},
		{"cut in half", cut(100_000), []string{"damaged"}},
		{"its first page left", cut(4096), []string{"damaged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := onDemo(t)
			before, err := w.State()
			if err != nil {
				t.Fatal(err)
			}
			told, stop := w.hub.listen()
			defer stop()
			back := c.lose(t, before.File.Path)
			news(t, told)
			state, err := w.State()
			if err != nil || state.File == nil || state.File.Lost == nil {
				t.Fatalf("%+v, %v", state, err)
			}
			if lost := state.File.Lost; !slices.Contains(c.code, lost.Code) || lost.Hint == "" || forTerminal.MatchString(lost.Hint) {
				t.Errorf("%+v", lost)
			}
			if len(state.Sites) != len(before.Sites) || len(state.Sites) == 0 {
				t.Errorf("of %d sites %d are told", len(before.Sites), len(state.Sites))
			}
			for range 2 { // asked all the same, it answers or says why not
				if _, err := w.Inventory(Lens{}, ""); err != nil {
					code(t, err)
				}
				if _, err := w.FindingsPage(Lens{}, FindingsRequest{}, ""); err != nil {
					code(t, err)
				}
			}
			back()
			news(t, told)
			if state, err = w.State(); err != nil || state.File == nil || state.File.Lost != nil {
				t.Fatalf("%+v, %v", state.File, err)
			}
			if page, err := w.FindingsPage(Lens{}, FindingsRequest{}, ""); err != nil || page.Total == 0 {
				t.Errorf("%d findings, %v", page.Total, err)
			}
		})
	}
}

// A call that SQLite answers with nothing but that it cannot read says that the file went.
func TestReadErrorOfAFileThatWent(t *testing.T) {
	w := onDemo(t)
	state, _ := w.State()
	if err := os.Remove(state.File.Path); err != nil {
		t.Fatal(err)
	}
	if err := w.fileSaid(errors.New("disk I/O error (10)")); app.Words(err).Code != "file-gone" {
		t.Error(err)
	}
	if err := w.fileSaid(fs.ErrPermission); app.Words(err).Code != "file-gone" {
		t.Error(err)
	}
}

// No hint in the window is for a terminal.
func TestHintsAreForTheWindow(t *testing.T) {
	w := onDemo(t)
	_, missing := w.Open(filepath.Join(t.TempDir(), "nothing.plumb.db"))
	_, folder := w.Open(t.TempDir())
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	if err := os.WriteFile(foreign, []byte("SQLite format 3\x00 and nothing that it promises"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, other := w.Open(foreign)
	_, finding := w.Finding(Lens{}, "F-1", "")
	_, relation := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: "jira_usr"}, "")
	for what, err := range map[string]error{"no file": missing, "a folder": folder, "a foreign file": other, "no finding": finding, "no resource": relation} {
		var refusal Refusal
		if !errors.As(err, &refusal) || forTerminal.MatchString(refusal.Hint) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for code, hint := range hints {
		if hint == "" || forTerminal.MatchString(hint) {
			t.Errorf("%s: %q", code, hint)
		}
	}
}
