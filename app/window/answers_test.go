package window

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// begun is what the first screens say of a lens, as a page gets it.
func begun(t *testing.T, w *Window, lens Lens) string {
	t.Helper()
	var all []any
	o, err := w.Overview(lens, "")
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, o)
	for _, group := range []string{"rule", "none"} {
		all = append(all, list(t, w, lens, FindingsRequest{Group: group, Limit: 50}))
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keptNow waits until so many answers are kept, and gives their files.
func keptNow(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "answers", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == n {
			return files
		}
		if time.Now().After(end) {
			t.Fatalf("%d answers are kept, not %d", len(files), n)
		}
	}
}

// The first screens of a file that was looked at before come from what was kept, and say what the whole says; what is
// spoilt is not taken, what was decided since is seen, and everything else is answered by the whole.
func TestKeptAnswers(t *testing.T) {
	from, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kept.plumb.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anew := func() *Window {
		w := newWindow(t)
		w.now = func() time.Time { return day }
		if _, err := w.Open(path); err != nil {
			t.Fatal(err)
		}
		return w
	}
	lenses := []Lens{{}, {Snapshot: 1, Baseline: -1}, {Snapshot: 1, Baseline: 2}}
	said := map[Lens]string{}
	w := anew()
	for n, lens := range lenses {
		said[lens] = begun(t, w, lens)
		keptNow(t, 3*(n+1))
	}
	ids, err := w.FindingIDs(Lens{}, "severity:high", "")
	if err != nil {
		t.Fatal(err)
	}
	w = anew()
	for _, lens := range lenses {
		if got := begun(t, w, lens); got != said[lens] {
			t.Errorf("%+v: kept was\n%s\nnot\n%s", lens, got, said[lens])
		}
	}

	// An answer that says otherwise shows that it is read, though it is the first alone: the whole comes behind it.
	spoil := func(how func(rest string) string) {
		for _, file := range keptNow(t, 9) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(string(text), "\n")
			if err := os.WriteFile(file, []byte(how(rest)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	sealed := func(rest string) string {
		sum := sha256.Sum256([]byte(rest))
		return hex.EncodeToString(sum[:]) + "\n" + rest
	}
	spoil(func(rest string) string {
		return sealed(strings.ReplaceAll(rest, `"compared":true`, `"compared":false`))
	})
	w = anew()
	if page := list(t, w, Lens{}, FindingsRequest{Group: "none", Limit: 50}); page.Compared {
		t.Error("the list was not taken from what is kept")
	}
	if page := list(t, w, Lens{}, FindingsRequest{Group: "none", Limit: 50, Offset: 10}); !page.Compared || len(page.Lines) == 0 {
		t.Errorf("further down the list says %+v", page)
	}
	if page := list(t, w, Lens{}, FindingsRequest{Group: "none", Limit: 50}); !page.Compared {
		t.Error("what is kept was taken though the whole is there")
	}
	for name, how := range map[string]func(string) string{
		"cut off": func(rest string) string { return sealed(rest)[:len(rest)/2] },
		"altered": func(rest string) string { return strings.Replace(sealed(rest), `"severity"`, `"sevarity"`, 1) },
		"no JSON": func(string) string { return sealed("[1") },
		"another": func(string) string { return sealed(`"text"`) },
		"empty":   func(string) string { return "" },
	} {
		spoil(how)
		w = anew()
		if got := begun(t, w, Lens{}); got != said[Lens{}] {
			t.Errorf("%s: it was taken:\n%s", name, got)
		}
		Close(w)
	}

	w = anew()
	begun(t, w, Lens{})
	if _, err := w.Decide(Lens{}, DecideRequest{IDs: ids[:3], Act: "accept", Reason: "known", Owner: "I. Duval", Until: "2026-12-10"}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // worked out, then as it was kept
		o, err := w.Overview(Lens{}, "")
		if err != nil || o.Accepted.Count != 3 || o.Accepted.Expiring != 3 {
			t.Errorf("accepted are %+v, %v", o.Accepted, err)
		}
		keptNow(t, 10)
		w = anew()
	}
	day = day.AddDate(0, 0, -20) // another day, on which they do not expire soon
	if o, err := w.Overview(Lens{}, ""); err != nil || o.Accepted.Expiring != 0 {
		t.Errorf("on another day accepted are %+v, %v", o.Accepted, err)
	}
}

// ownRule is a rule of somebody's own that is in force for a window.
func ownRule(t *testing.T, w *Window) (path string) {
	t.Helper()
	draft, err := w.NewRule("OWN-USER-001", "Account of the helpdesk", "jira_user")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path = filepath.Join(dir, "OWN-USER-001.sql")
	if err := os.WriteFile(path, []byte(draft.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	inForce(t, w, dir)
	return path
}

func inForce(t *testing.T, w *Window, dir string) {
	t.Helper()
	if _, err := w.SaveSettings(Settings{RuleFolders: []string{dir}}); err != nil {
		t.Fatal(err)
	}
}

// What was worked out while somebody's own rule was being edited is not kept as what the edited one says.
func TestKeptWhileEdited(t *testing.T) {
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	w := onDemo(t)
	rule := ownRule(t, w)
	say := func(w *Window, edited bool, what string) string {
		said, err := look(w, Lens{}, "", func(ctx context.Context, v *view) (string, error) {
			return answered(ctx, v, "what", func(context.Context) (string, error) {
				if edited {
					text, err := os.ReadFile(rule)
					if err != nil {
						return "", err
					}
					return what, os.WriteFile(rule, append(text, "-- edited\n"...), 0o600)
				}
				return what, nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.file.users.Wait() // for what is kept
		return said
	}
	say(w, true, "by the rule as it was")
	again := newWindow(t)
	inForce(t, again, filepath.Dir(rule))
	if _, err := again.Open(w.file.path); err != nil {
		t.Fatal(err)
	}
	if got := say(again, false, "by the edited rule"); got != "by the edited rule" {
		t.Errorf("it says %q", got)
	}
}

// An edited rule and newer reference data make another folder of it.
func TestFoldersKey(t *testing.T) {
	dir := t.TempDir()
	known := map[string]bool{foldersKey([]string{dir}): true}
	for n, name := range []string{"OWN-USER-001.sql", "advisories.json", "advisories.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		key := foldersKey([]string{dir})
		if known[key] {
			t.Errorf("%s: nothing noticed", name)
		}
		known[key] = true
	}
}
