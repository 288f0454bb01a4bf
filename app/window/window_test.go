package window

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"plumbline/app"
)

// demoFile makes the demo once for all tests of the package.
var demoFile = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "demo.plumb.db")
	_, _, err := app.Demo(context.Background(), path, func(app.Event) {})
	return path, err
})

func TestMain(m *testing.M) {
	cache, err := os.MkdirTemp("", "plumbline-window-cache-*")
	if err != nil {
		panic(err)
	}
	os.Setenv("PLUMBLINE_CACHE", cache)
	code := m.Run()
	os.RemoveAll(cache)
	os.Exit(code)
}

// newWindow is a window with folders of its own.
func newWindow(t *testing.T) *Window {
	t.Helper()
	w := New(t.Context())
	w.folder, w.data = t.TempDir(), t.TempDir()
	t.Cleanup(func() { Close(w) })
	return w
}

// onDemo is a window on a copy of the demo.
func onDemo(t *testing.T) *Window {
	t.Helper()
	from, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "demo.plumb.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWindow(t)
	if _, err := w.Open(path); err != nil {
		t.Fatal(err)
	}
	return w
}

// code is the code of the error that a page would get.
func code(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var p app.Problem
	if json.Unmarshal([]byte(err.Error()), &p) != nil || p.Title == "" {
		t.Fatalf("%q is no error that a page can show", err)
	}
	return p.Code
}

func TestStateOfTheDemo(t *testing.T) {
	w := newWindow(t)
	events, stop := w.hub.listen()
	defer stop()
	empty, err := w.State()
	if err != nil || empty.File != nil || len(empty.Recents) != 0 || empty.Settings.Theme != "system" {
		t.Fatalf("%+v, %v", empty, err)
	}
	s, err := w.Demo()
	if err != nil {
		t.Fatal(err)
	}
	if s.File == nil || s.File.Size == 0 || s.File.ReadOnly || s.File.Name != "demo.plumb.db" {
		t.Errorf("file %+v", s.File)
	}
	if len(s.Sites) != 1 || s.Sites[0].Name != "Harbourline" || s.Sites[0].Snapshots != 2 || s.Sites[0].Latest != 2 || s.Sites[0].Open != 0 {
		t.Errorf("sites %+v", s.Sites)
	}
	if len(s.Recents) != 1 || s.Recents[0].Snapshots != 2 || !s.Recents[0].There {
		t.Errorf("recents %+v", s.Recents)
	}
	told := map[string]int{}
	for len(events) > 0 {
		told[(<-events).Name]++
	}
	if told["demo"] == 0 || told["state"] == 0 {
		t.Errorf("told %v", told)
	}
	if _, err := w.Demo(); err != nil { // over the open one
		t.Errorf("a second demo: %v", err)
	}
	if s, err = w.CloseFile(); err != nil || s.File != nil {
		t.Errorf("closed: %+v, %v", s.File, err)
	}
	if left, err := w.Forget(filepath.Join(w.data, "demo.plumb.db")); err != nil || len(left) != 0 {
		t.Errorf("forgotten: %v, %v", left, err)
	}
}

func TestRefusals(t *testing.T) {
	w := onDemo(t)
	before, _ := w.State()
	foreign := filepath.Join(t.TempDir(), "notes.db")
	if err := os.WriteFile(foreign, []byte("SQLite format 3\x00 or so"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{foreign: "not-plumbline", foreign + "x": "no-such-file", filepath.Dir(foreign): "not-plumbline"} {
		if _, err := w.Open(path); code(t, err) != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	after, _ := w.State()
	if after.File == nil || after.File.Path != before.File.Path {
		t.Error("what was open is gone")
	}
	if _, err := w.ChooseFile("evidence"); code(t, err) != "no_dialog" {
		t.Error(err)
	}
	if _, err := w.SaveSettings(Settings{Theme: "pink"}); code(t, err) != "unknown-theme" {
		t.Error(err)
	}
	_, err := call(w, "", func(context.Context) (int, error) { panic("out of ink") })
	if code(t, err) != "internal" {
		t.Error(err)
	}
	if _, err := w.CloseFile(); err != nil {
		t.Error(err)
	}
	if _, err := look(w, Lens{}, "", func(context.Context, *view) (int, error) { return 1, nil }); code(t, err) != "no-file" {
		t.Error(err)
	}
}

func TestSettingsStay(t *testing.T) {
	w := newWindow(t)
	saved, err := w.SaveSettings(Settings{Theme: "dark", RuleFolders: []string{"/rules/", "/gone"}})
	if err != nil || saved.Density != "regular" || saved.GPU != "never" {
		t.Fatalf("%+v, %v", saved, err)
	}
	again := newWindow(t)
	again.folder = w.folder
	if s, _ := again.Settings(); s.Theme != "dark" || len(s.RuleFolders) != 2 || s.RuleFolders[0] != "/rules" {
		t.Errorf("%+v", s)
	}
	if err := os.WriteFile(filepath.Join(w.folder, settingsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, _ := again.Settings(); s.Theme != "system" {
		t.Errorf("damaged settings: %+v", s)
	}
}

// A lens finds its snapshots, and nothing is judged twice while nothing changes.
func TestLens(t *testing.T) {
	w := onDemo(t)
	see := func(lens Lens) (got Lens, new int) {
		_, err := look(w, lens, "", func(ctx context.Context, v *view) (int, error) {
			got = v.lens
			if !v.compared() {
				_, err := v.comparison(ctx)
				if code(t, refuse(ctx, err)) != "no-baseline" {
					t.Error(err)
				}
				_, err = v.judgement(ctx)
				return 0, err
			}
			one, err := v.comparison(ctx)
			if err != nil {
				return 0, err
			}
			two, err := v.comparison(ctx)
			if one != two {
				t.Error("compared twice")
			}
			new = one.Counts.New
			return 0, err
		})
		if err != nil {
			t.Errorf("%+v: %v", lens, err)
		}
		return got, new
	}
	got, count := see(Lens{})
	if got.Snapshot != 2 || got.Baseline != 1 || count == 0 {
		t.Errorf("%+v, %d new", got, count)
	}
	if got, _ := see(Lens{Snapshot: 1}); got.Snapshot != 1 || got.Baseline != -1 {
		t.Errorf("%+v", got)
	}
	if got, _ := see(Lens{Baseline: -1}); got.Baseline != -1 {
		t.Errorf("%+v", got)
	}
	from, _ := demoFile()
	if _, other := see(Lens{Baseline: 1, Other: from}); other != count {
		t.Errorf("%d new against the same snapshot in another file, %d in this one", other, count)
	}
	if _, err := look(w, Lens{Snapshot: 9}, "", func(context.Context, *view) (int, error) { return 0, nil }); code(t, err) != "unknown-snapshot" {
		t.Error(err)
	}
}

func TestCancel(t *testing.T) {
	w := newWindow(t)
	began := make(chan bool)
	done := make(chan error)
	for range 2 {
		go func() {
			_, err := call(w, "t1", func(ctx context.Context) (int, error) {
				began <- true
				<-ctx.Done()
				return 0, ctx.Err()
			})
			done <- err
		}()
		<-began
	}
	if err := w.Cancel("t2"); err != nil {
		t.Error(err)
	}
	if err := w.Cancel("t1"); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-done; code(t, err) != "cancelled" {
			t.Error(err)
		}
	}
	if len(w.calls.running) != 0 {
		t.Errorf("%d calls are still known", len(w.calls.running))
	}
}

// What two ask for is made once; it is ended only when both have gone, and an error is tried again.
func TestMemo(t *testing.T) {
	var m memo[int]
	made, ended := 0, make(chan bool, 1)
	slow := func(ctx context.Context) (int, error) {
		made++
		<-ctx.Done()
		ended <- true
		return 0, ctx.Err()
	}
	one, leaveOne := context.WithCancel(t.Context())
	two, leaveTwo := context.WithCancel(t.Context())
	gone := make(chan bool)
	for _, ctx := range []context.Context{one, two} {
		go func() { m.get(ctx, "k", slow); gone <- true }()
		for waiting := 0; waiting == 0; time.Sleep(time.Millisecond) {
			m.mu.Lock()
			if len(m.entries) > 0 {
				waiting = m.entries[0].waiting
			}
			if ctx == two && waiting < 2 {
				waiting = 0
			}
			m.mu.Unlock()
		}
	}
	leaveOne()
	<-gone
	select {
	case <-ended:
		t.Fatal("ended while one still waits")
	default:
	}
	leaveTwo()
	<-gone
	<-ended
	if made != 1 {
		t.Errorf("made %d times", made)
	}
	if n, err := m.get(t.Context(), "k", func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// Progress comes four times a second at most, and the last word always arrives.
func TestProgressIsThrottled(t *testing.T) {
	var h hub
	events, stop := h.listen()
	defer stop()
	for i := range 1000 {
		h.progress("demo", i)
	}
	time.Sleep(3 * beat)
	var got []any
	for len(events) > 0 {
		got = append(got, (<-events).Data)
	}
	if len(got) != 2 || got[0] != 0 || got[1] != 999 {
		t.Errorf("told %v", got)
	}
}

// A write opens the file anew for whoever asks next; who is still looking goes on with the old one.
func TestChange(t *testing.T) {
	w := onDemo(t)
	old, release := w.current()
	_, err := change(w, "", func(ctx context.Context, path string) (int, error) {
		return 0, app.Change(ctx, path, "", func(f *app.File) error {
			_, err := f.Label(ctx, "2", "", "after the move")
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Sites(t.Context()); err != nil {
		t.Errorf("the old one was closed under a call: %v", err)
	}
	release()
	list, err := with(w, "", func(ctx context.Context, f *opened) (app.SnapshotList, error) { return f.Snapshots(ctx, "") })
	if err != nil || list.Snapshots[1].Label != "after the move" {
		t.Errorf("%+v, %v", list, err)
	}
}

// What another program writes into the open file is seen when the page asks for the state, and told to other pages.
func TestStateCatchesUpWithAnotherWindow(t *testing.T) {
	first := onDemo(t)
	state, _ := first.State()
	second := newWindow(t)
	if _, err := second.Open(state.File.Path); err != nil {
		t.Fatal(err)
	}
	undecided := func(w *Window) FindingsPage {
		page, err := w.FindingsPage(Lens{}, FindingsRequest{Filter: "triage:undecided", Group: "none", Limit: 1}, "")
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	before := undecided(second)
	if _, err := first.Decide(Lens{}, DecideRequest{IDs: []string{before.Lines[0].Finding.ID}, Act: "confirm", Scope: "finding"}); err != nil {
		t.Fatal(err)
	}
	told, stop := second.hub.listen()
	defer stop()
	if _, err := second.State(); err != nil {
		t.Fatal(err)
	}
	if after := undecided(second); after.Total != before.Total-1 {
		t.Errorf("%d findings to triage and not %d", after.Total, before.Total-1)
	}
	select {
	case e := <-told:
		if e.Name != "state" {
			t.Errorf("told %s", e.Name)
		}
	case <-time.After(5 * time.Second):
		t.Error("other pages are not told")
	}
}
