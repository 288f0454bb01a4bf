package window

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"plumbline/app"
	"plumbline/collector/fakesite"
)

// aSite starts the pretend company and points a window's sign-ins at it by the environment.
func aSite(t *testing.T) (*fakesite.Server, string) {
	t.Helper()
	server := fakesite.Harbourline(2)
	site, api, auth, err := server.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	t.Setenv("PLUMBLINE_API_BASE", api)
	t.Setenv("PLUMBLINE_AUTH_BASE", auth)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	return server, site
}

// signedIn adds a sign-in the way a page does.
func signedIn(t *testing.T, w *Window, site string) {
	t.Helper()
	added, err := w.AddSignIn(NewSignIn{Kind: "token", Site: site, Email: fakesite.AuditorEmail, Token: fakesite.AuditorToken}, "")
	if err != nil {
		t.Fatal(err)
	}
	if added.Account == "" || !slices.Contains(added.Products, "jira") {
		t.Errorf("added %+v", added)
	}
}

// until waits for a phase and fails on another end.
func until(t *testing.T, w *Window, phase string) CollectState {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		s, _ := w.CollectState()
		switch {
		case s.Phase == phase:
			for phase != "collecting" { // the file is given back after the last word
				if w.opening.TryLock() {
					w.opening.Unlock()
					break
				}
				time.Sleep(time.Millisecond)
			}
			return s
		case s.Phase == "failed", s.Phase == "done", s.Phase == "paused":
			t.Fatalf("%s instead of %s: %+v", s.Phase, phase, s.Problem)
		}
	}
	s, _ := w.CollectState()
	t.Fatalf("still %s after a minute, not %s", s.Phase, phase)
	return s
}

func TestCollectIntoANewFile(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	signedIn(t, w, site)
	events, stop := w.hub.listen()
	defer stop()
	var mu sync.Mutex
	var times []time.Time
	var phases []string
	go func() {
		for {
			select {
			case e := <-events:
				if e.Name == "collect" {
					mu.Lock()
					times = append(times, time.Now())
					phases = append(phases, e.Data.(CollectState).Phase)
					mu.Unlock()
				}
			case <-t.Context().Done():
				return
			}
		}
	}()
	path := filepath.Join(t.TempDir(), "new.plumb.db")
	s, err := w.Collect(CollectOptions{File: path, Sites: []string{site}, Label: "first"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Phase != "starting" || len(s.Resources) < 20 || s.Resources[0].Path == "" || s.Resources[0].State != "waiting" {
		t.Errorf("%s, %d resources", s.Phase, len(s.Resources))
	}
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}}); code(t, err) != "collecting" {
		t.Errorf("a second one at a time: %v", err)
	}
	if state, _ := w.State(); !state.Collecting {
		t.Error("the frame does not know that it is collecting")
	}
	s = until(t, w, "done")
	if s.Result == nil || s.Result.Snapshot != 1 || s.Result.State != "partial" || len(s.Result.Gaps) == 0 || s.Result.Rules == 0 {
		t.Errorf("result %+v", s.Result)
	}
	if s.Requests == 0 || len(s.Ledger) != mostLedger || s.Ledger[0].At < s.Ledger[len(s.Ledger)-1].At || s.Objects == 0 || len(s.Bars) == 0 || s.Took == 0 {
		t.Errorf("%d requests, %d of them listed, %d objects, %d bars", s.Requests, len(s.Ledger), s.Objects, len(s.Bars))
	}
	sum := 0
	for _, n := range s.Outcomes {
		sum += n
	}
	if sum != s.Done || s.Outcomes["denied"] == 0 || s.Done < len(s.Resources) {
		t.Errorf("%d of %d resources done, outcomes %v", s.Done, len(s.Resources), s.Outcomes)
	}
	state, _ := w.State()
	if state.File == nil || state.File.Path != path || state.Sites[0].Latest != 1 || state.Collecting {
		t.Errorf("afterwards %+v", state)
	}
	time.Sleep(2 * beat)
	mu.Lock()
	defer mu.Unlock()
	for i := 0; i+4 < len(times); i++ {
		if times[i+4].Sub(times[i]) < 4*beat-20*time.Millisecond {
			t.Errorf("five events in %s", times[i+4].Sub(times[i]))
		}
	}
	if len(phases) == 0 || phases[len(phases)-1] != "done" {
		t.Errorf("told %v", phases)
	}
	if list, err := w.Requests(1, "jira_user"); err != nil || len(list) == 0 || list[0].Method != "GET" {
		t.Errorf("request log %v, %v", list, err)
	}
}

// While collecting, other screens answer from what was open and nothing can be written; paused, the file is free; what
// was paused ends as if it had not been.
func TestPauseAndResumeWhileLooking(t *testing.T) {
	server, site := aSite(t)
	w := newWindow(t)
	signedIn(t, w, site)
	path := filepath.Join(t.TempDir(), "h.plumb.db")
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "done")
	before, err := w.Inventory(Lens{}, "")
	if err != nil {
		t.Fatal(err)
	}
	server.ForgetLog()
	if _, err := w.Collect(CollectOptions{Sites: []string{site}, Rate: 25, Label: "second"}); err != nil {
		t.Fatal(err)
	}
	for s := until(t, w, "collecting"); s.Objects < 20; time.Sleep(5 * time.Millisecond) {
		s, _ = w.CollectState()
	}
	state, err := w.State()
	if err != nil || state.File == nil || state.File.Path != path || !state.File.ReadOnly || state.File.Reason == "" || state.Sites[0].Snapshots != 1 {
		t.Errorf("the frame says %+v, %v", state.File, err)
	}
	during, err := w.Inventory(Lens{}, "")
	if err != nil || len(during.Resources) != len(before.Resources) || during.Snapshot.ID != 1 {
		t.Errorf("inventory meanwhile: %v", err)
	}
	if page, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: "jira_project"}, ""); err != nil || page.Total == 0 {
		t.Errorf("objects meanwhile: %v", err)
	}
	if _, err := w.LabelSnapshot(1, "x"); code(t, err) != "collecting" {
		t.Errorf("writing meanwhile: %v", err)
	}
	if again, err := w.Open(path); err != nil || !again.File.ReadOnly {
		t.Errorf("opening it meanwhile: %v", err)
	}

	if s, err := w.PauseCollect(); err != nil || s.Phase != "pausing" {
		t.Errorf("%s, %v", s.Phase, err)
	}
	paused := until(t, w, "paused")
	if paused.Problem != nil || paused.Result != nil {
		t.Errorf("paused with %+v", paused)
	}
	state, _ = w.State()
	if state.File == nil || state.File.ReadOnly || state.Sites[0].Open != 2 || state.Collecting {
		t.Errorf("paused, the frame says %+v, %+v", state.File, state.Sites)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "aside-*")); len(left) != 0 {
		t.Errorf("copies left: %v", left)
	}

	w2 := newWindow(t) // the window was closed and opened again
	w2.folder, w2.signed.kept = w.folder, w.signed.kept
	var last lastCollect
	if w2.load(collectFile, &last); last.Options.Rate != 25 {
		t.Errorf("kept %+v", last)
	}
	last.Options.Rate = 0 // the rest need not be slow
	if err := w2.save(collectFile, last); err != nil {
		t.Fatal(err)
	}
	if _, err := w2.ResumeCollect(); code(t, err) != "not-paused" {
		t.Errorf("nothing is open: %v", err)
	}
	if _, err := w2.Open(path); err != nil {
		t.Fatal(err)
	}
	if s, err := w2.ResumeCollect(); err != nil || s.Label != "second" {
		t.Fatalf("%+v, %v", s.Label, err)
	}
	done := until(t, w2, "done")
	if done.Result.Snapshot != 2 || !done.Result.Resumed {
		t.Errorf("resumed %+v", done.Result)
	}
	list, err := w2.Snapshots("")
	if err != nil || len(list.Snapshots) != 2 || list.Snapshots[0].Digest != list.Snapshots[1].Digest {
		t.Errorf("an undisturbed snapshot and a paused one differ: %+v, %v", list.Snapshots, err)
	}
}

func TestStopAsPartial(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	signedIn(t, w, site)
	if _, err := w.StopCollect(); code(t, err) != "not-collecting" {
		t.Error(err)
	}
	if _, err := w.PauseCollect(); code(t, err) != "not-collecting" {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "h.plumb.db")
	some := func(s CollectState) {
		for ; s.Objects < 20; time.Sleep(5 * time.Millisecond) {
			s, _ = w.CollectState()
		}
	}
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}, Rate: 25}); err != nil {
		t.Fatal(err)
	}
	some(until(t, w, "collecting"))
	if s, err := w.StopCollect(); err != nil || s.Phase != "stopping" {
		t.Errorf("%s, %v", s.Phase, err)
	}
	if done := until(t, w, "done"); done.Result.State != "partial" {
		t.Errorf("stopped: %+v", done.Result)
	}
	if _, err := w.Collect(CollectOptions{Sites: []string{site}, Rate: 25}); err != nil {
		t.Fatal(err)
	}
	some(until(t, w, "collecting"))
	if _, err := w.PauseCollect(); err != nil {
		t.Fatal(err)
	}
	until(t, w, "paused")
	if _, err := w.StopCollect(); err != nil { // of a paused one
		t.Fatal(err)
	}
	if done := until(t, w, "done"); done.Result.State != "partial" || done.Result.Snapshot != 2 {
		t.Errorf("stopped after a pause: %+v", done.Result)
	}
	matrix, err := w.CoverageMatrix("")
	if err != nil || len(matrix.Snapshots) != 2 || matrix.Snapshots[1].Gaps == 0 {
		t.Errorf("%+v, %v", matrix, err)
	}
}

// Closing the window pauses: the file is whole, and holds an interrupted snapshot.
func TestClosingPauses(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	signedIn(t, w, site)
	path := filepath.Join(t.TempDir(), "h.plumb.db")
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}, Rate: 25}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "collecting")
	for s, _ := w.CollectState(); s.Objects < 20; s, _ = w.CollectState() {
		time.Sleep(5 * time.Millisecond)
	}
	Close(w)
	f, err := app.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := f.Snapshots(t.Context(), "")
	if err != nil || len(list.Snapshots) != 1 || list.Snapshots[0].State != "interrupted" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the log was not folded in")
	}
}

func TestWhatCannotBeCollected(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	path := filepath.Join(t.TempDir(), "h.plumb.db")
	for name, c := range map[string]struct {
		o    CollectOptions
		want string
	}{
		"no file":     {CollectOptions{Sites: []string{site}}, "usage"},
		"no site":     {CollectOptions{File: path}, "usage"},
		"no address":  {CollectOptions{File: path, Sites: []string{"http://"}}, "address"},
		"no resource": {CollectOptions{File: path, Sites: []string{site}, Only: []string{"jira_usr"}}, "unknown-resource"},
		"both":        {CollectOptions{File: path, Sites: []string{site}, New: true, Discard: true}, "usage"},
	} {
		if _, err := w.Collect(c.o); code(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}}); err != nil { // nobody is signed in
		t.Fatal(err)
	}
	if s := until(t, w, "failed"); s.Problem == nil || s.Problem.Code != "sign-in-missing" {
		t.Errorf("%+v", s.Problem)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made for nothing")
	}
	plan, err := w.PlanCollect(CollectOptions{Sites: []string{site}, Only: []string{"jira_user"}})
	if err != nil || len(plan) == 0 || plan[0].Method != "GET" {
		t.Errorf("plan %v, %v", plan, err)
	}
}

// What a killed program leaves, its log beside the file, is opened, gone on with, and looked at meanwhile.
func TestResumeAfterAKill(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	signedIn(t, w, site)
	dir := t.TempDir()
	path, killed := filepath.Join(dir, "h.plumb.db"), filepath.Join(dir, "killed.plumb.db")
	if _, err := w.Collect(CollectOptions{File: path, Sites: []string{site}, Only: []string{"jira_user"}}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "done")
	if _, err := w.Collect(CollectOptions{Sites: []string{site}, Rate: 25}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "collecting")
	for s, _ := w.CollectState(); s.Objects < 20; s, _ = w.CollectState() {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond) // what was gathered is stored a moment later
	for _, beside := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + beside)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+beside, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	Close(w)

	again := newWindow(t)
	again.signed.kept = w.signed.kept
	state, err := again.Open(killed)
	if err != nil || state.Sites[0].Open != 2 || state.Sites[0].Latest != 1 {
		t.Fatalf("%+v, %v", state.Sites, err)
	}
	if _, err := again.Collect(CollectOptions{Sites: []string{site}, Rate: 100}); err != nil {
		t.Fatal(err)
	}
	until(t, again, "collecting")
	if page, err := again.ObjectsPage(Lens{}, ObjectsQuery{Resource: "jira_user"}, ""); err != nil || page.Total == 0 {
		t.Errorf("meanwhile: %v", err)
	}
	if done := until(t, again, "done"); !done.Result.Resumed || done.Result.Snapshot != 2 {
		t.Errorf("%+v", done.Result)
	}
}
