// Package window is what the desktop window and the local browser ask of Plumbline: one Window holds
// the open file, the settings and what is running, and its exported methods are all that a page can
// call, whether Wails binds them or `plumbline serve` bridges them.
//
// It promises that both see the same answers in the same JSON, that nothing is judged twice while
// nothing changed, that every long call can be cancelled, and that an error arrives as one sentence
// with a way out of it. It holds no logic of its own: what a thing means is said by app.
package window

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"plumbline/app"
)

// Window is one window: a session with one open file, or none.
type Window struct {
	ctx    context.Context // ends when the window closes; calls and collections end with it
	folder string          // where settings, recents and history are kept; "" where nothing can be
	data   string          // where the demo is put
	now    func() time.Time

	hub   hub
	calls calls

	opening sync.Mutex // held while the file is opened, closed or written: one of them at a time
	mu      sync.Mutex // guards file and the fields below
	file    *opened    // nil without one

	problem     *app.Problem    // with the file that the program was started with; nil without one
	problemFile string          // its path
	dialogs     dialogs         // of the desktop; without one of its own a page asks for a path
	desktop     context.Context // of the webview, from its start on
	shown       []string        // folders of reports that a browser was given, which go with the window

	run     collecting // the collection that runs or ran last
	signed  signIns
	history sync.Mutex // held while the list of queries is read or written
}

// New is a window without a file, whose calls end with ctx.
func New(ctx context.Context) *Window {
	w := &Window{ctx: ctx, folder: configFolder(), data: app.DataFolder(), now: time.Now}
	go w.watch()
	go func() { _, _ = app.Judging{}.RulesInForce() }() // the shipped rules are parsed once: while the page comes up
	return w
}

// configFolder is plumbline's folder in the user's directory for configuration.
func configFolder() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "plumbline")
}

// Close pauses what is being collected and closes the file. It is not bound: the page has no use for it.
func Close(w *Window) {
	w.run.close()
	w.opening.Lock()
	defer w.opening.Unlock()
	w.replace(nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, folder := range w.shown {
		os.RemoveAll(folder)
	}
}

// State is what the frame around all screens shows.
type State struct {
	Version    string     `json:"version"`
	File       *FileState `json:"file"`  // null without one
	Sites      []app.Site `json:"sites"` // of the file, the one collected last first
	Recents    []Recent   `json:"recents"`
	Settings   Settings   `json:"settings"`
	Collecting bool       `json:"collecting"` // into whichever file; see CollectState

	Problem     *app.Problem `json:"problem"`      // what is wrong with the file that the program was started with; null
	ProblemFile string       `json:"problem_file"` // its path; "" without a problem
}

// FileState is the open file.
type FileState struct {
	Path     string `json:"path"`
	Name     string `json:"name"` // the last part of the path
	Size     int64  `json:"size"` // bytes; 0 where the file has gone
	Format   int    `json:"format"`
	ReadOnly bool   `json:"read_only"`
	Reason   string `json:"reason"` // why it is read-only

	Lost *app.Problem `json:"lost"` // why it can no longer be asked: it has gone, or is damaged; null
}

// State says what is open and how the window is set.
func (w *Window) State() (State, error) {
	return call(w, "", func(ctx context.Context) (State, error) {
		s := State{Version: app.Version(), Sites: []app.Site{}, Recents: w.recents(), Settings: w.settings()}
		s.Collecting = w.run.active()
		w.mu.Lock()
		s.Problem, s.ProblemFile = w.problem, w.problemFile
		w.mu.Unlock()
		w.catchUp(ctx)
		f, release := w.current()
		if f == nil {
			return s, nil
		}
		defer release()
		info := f.Info()
		s.File = &FileState{Path: f.path, Name: filepath.Base(f.path), Format: info.Format, ReadOnly: f.reason != "", Reason: f.reason}
		if at, err := os.Stat(f.path); err == nil {
			s.File.Size = at.Size()
		}
		sites, err := f.Sites(ctx)
		w.mu.Lock()
		defer w.mu.Unlock()
		s.File.Lost = f.lost
		if err != nil && f.lost != nil {
			s.Sites = f.sites // as told before
			return s, nil
		}
		s.Sites, f.sites = sites, sites
		return s, err
	})
}

// start opens the files that the program was started with: the first one is shown, the others are put
// among the recent ones.
func (w *Window) start(files []string) {
	for i := len(files) - 1; i >= 0; i-- {
		if err := w.open(w.ctx, files[i]); err != nil && i == 0 {
			w.CloseFile()
			w.mu.Lock()
			w.problem, w.problemFile = said(err), files[i]
			w.mu.Unlock()
		}
	}
}

// Open opens an evidence file in place of the one that is open, for looking: not a byte of it
// changes. Where it cannot be opened, the one that is open stays.
func (w *Window) Open(path string) (State, error) {
	_, err := call(w, "", func(ctx context.Context) (struct{}, error) { return struct{}{}, w.open(ctx, path) })
	if err != nil {
		return State{}, err
	}
	return w.State()
}

// CloseFile closes the file.
func (w *Window) CloseFile() (State, error) {
	w.opening.Lock()
	w.replace(nil)
	w.opening.Unlock()
	w.hub.publish("state", nil)
	return w.State()
}

// Demo collects the pretend company into the user's data folder and opens the file. News of the
// collection are events "demo".
func (w *Window) Demo() (State, error) {
	_, err := call(w, "", func(ctx context.Context) (struct{}, error) { return struct{}{}, w.demo(ctx) })
	if err != nil {
		return State{}, err
	}
	return w.State()
}

// Cancel ends the calls that were given this token; they fail with the code "cancelled". A token
// that no call has is no error: the call may just have ended.
func (w *Window) Cancel(token string) error {
	w.calls.cancel(token)
	return nil
}
