package window

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/app"
)

// opened is the open file with what was worked out of it. After a write the file is opened anew, and
// calls that still look at the old one finish with it.
type opened struct {
	*app.File
	path   string
	reason string       // why it cannot be written; "" where it can
	stamp  string       // of the file as it was opened; see stampOf
	lost   *app.Problem // why it cannot be opened again; nil where nothing is known to be wrong. Guarded by Window.mu
	sites  []app.Site   // as told last; guarded by Window.mu
	users  sync.WaitGroup
	hub    *hub // of the window

	ctx context.Context // of what is done behind the calls; it ends when another file, or none, is open
	end context.CancelFunc

	seals       atomic.Pointer[memo[*SealCheck]] // kept when this window writes what no seal covers
	judgements  memo[*app.Findings]
	comparisons memo[*app.Comparison]
	derived     memo[any] // what screens make of those; see keep
	answers     sync.Map  // questions whose answers are kept already; see answered
}

// current is the open file, nil without one, and what gives it back.
func (w *Window) current() (*opened, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil, func() {}
	}
	f := w.file
	f.users.Add(1)
	return f, f.users.Done
}

// replace makes f the open file; the old one is closed when the last call is done with it.
func (w *Window) replace(f *opened) {
	w.mu.Lock()
	old := w.file
	w.file, w.problem, w.problemFile = f, nil, ""
	w.mu.Unlock()
	if old != nil {
		old.end()
		go func() {
			old.users.Wait()
			old.Close()
			if f == nil || f.path != old.path {
				app.Conceal(old.path) // where it was encrypted
			}
		}()
	}
}

func (w *Window) open(ctx context.Context, path string) error {
	w.opening.Lock()
	defer w.opening.Unlock()
	if err := w.reopen(ctx, path); err != nil {
		return err
	}
	w.hub.publish("state", nil)
	return nil
}

// reopen opens path in place of what is open; opening is held.
func (w *Window) reopen(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	stamp := stampOf(path)
	f, reason, err := w.openAt(ctx, path)
	if err != nil {
		return err
	}
	next := &opened{File: f, path: path, reason: reason, stamp: stamp, hub: &w.hub}
	next.ctx, next.end = context.WithCancel(w.ctx)
	next.seals.Store(&memo[*SealCheck]{})
	w.replace(next)
	w.remember(ctx, path, f)
	return nil
}

// openAt opens a file, or what stands in for it while it is being collected into, and says why it cannot be written.
func (w *Window) openAt(ctx context.Context, path string) (*app.File, string, error) {
	if aside := w.run.standsIn(path); aside != nil {
		f, err := aside.Open(ctx)
		return f, "a snapshot is being collected into it", err
	}
	f, err := app.Open(ctx, path)
	return f, app.ReadOnly(path), err
}

// change is for what writes into the open file: do gets its path while nothing else here opens or
// writes it, then the file is opened anew and every page is told by the event "state".
func change[T any](w *Window, token string, do func(ctx context.Context, path string) (T, error)) (T, error) {
	return call(w, token, func(ctx context.Context) (T, error) {
		w.opening.Lock()
		defer w.opening.Unlock()
		f, release := w.current()
		if f == nil {
			var none T
			return none, errNoFile
		}
		path := f.path
		release()
		answer, err := do(ctx, path)
		if err != nil {
			return answer, err
		}
		if err := w.reopen(ctx, path); err != nil {
			return answer, err
		}
		w.keepSeals(f)
		w.hub.publish("state", nil)
		return answer, nil
	})
}

func (w *Window) demo(ctx context.Context) error {
	w.opening.Lock()
	defer w.opening.Unlock()
	if err := os.MkdirAll(w.data, 0o700); err != nil {
		return err
	}
	path := filepath.Join(w.data, "demo.plumb.db")
	if f, release := w.current(); f != nil {
		release()
		if f.path == path { // it is replaced, which some systems refuse while it is open
			w.replace(nil)
			f.users.Wait()
			f.Close()
			defer w.hub.publish("state", nil) // whatever comes of it
		}
	}
	if _, _, err := app.Demo(ctx, path, func(e app.Event) { w.hub.progress("demo", e) }); err != nil {
		return err
	}
	if err := w.reopen(ctx, path); err != nil {
		return err
	}
	w.hub.publish("state", nil)
	return nil
}

// Lens is the pair of snapshots that every screen looks through.
type Lens struct {
	Site        string `json:"site"`         // its id; "": the one collected last
	Snapshot    int64  `json:"snapshot"`     // 0: the latest finished one
	Baseline    int64  `json:"baseline"`     // 0: the pinned one, else the one before; -1: none
	Other       string `json:"other"`        // path of another file that the baseline is in; 0 is then its latest
	AcrossSites bool   `json:"across_sites"` // the baseline may be of another site: asked outright
}

// view is the open file through a lens whose snapshots were found.
type view struct {
	*opened
	lens    Lens // Snapshot is a number, Baseline a number or -1
	judging app.Judging
}

// view finds the snapshots of a lens.
func (f *opened) view(ctx context.Context, s Settings, lens Lens) (*view, error) {
	v := &view{opened: f, lens: lens, judging: app.Judging{Rules: existing(s.RuleFolders)}}
	if lens.Other != "" || lens.Baseline != 0 {
		after, err := f.Find(ctx, reference(lens.Snapshot), lens.Site)
		v.lens.Snapshot = after.ID
		return v, err
	}
	before, after, err := f.Pair(ctx, "", reference(lens.Snapshot), lens.Site)
	v.lens.Snapshot, v.lens.Baseline = after.ID, before.ID
	if before.ID == 0 {
		v.lens.Baseline = -1
	}
	return v, err
}

// reference is a snapshot's number as app takes it; "" is the default one.
func reference(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// compared reports whether the lens has a baseline.
func (v *view) compared() bool { return v.lens.Other != "" || v.lens.Baseline > 0 }

// key names what a view shows.
func (v *view) key() string {
	stamp := ""
	if v.lens.Other != "" {
		if at, err := os.Stat(v.lens.Other); err == nil {
			stamp = at.ModTime().Format(time.RFC3339Nano)
		}
	}
	across := strconv.FormatBool(v.lens.AcrossSites)
	return join(v.lens.Site, reference(v.lens.Snapshot), strconv.FormatInt(v.lens.Baseline, 10), v.lens.Other, stamp, across, foldersKey(v.judging.Rules))
}

// judgement is the snapshot of the lens, judged. It is shared: nobody changes it.
func (v *view) judgement(ctx context.Context) (*app.Findings, error) {
	key := join(reference(v.lens.Snapshot), foldersKey(v.judging.Rules))
	return v.judgements.get(ctx, key, func(ctx context.Context) (*app.Findings, error) {
		return v.Findings(ctx, app.FindingsQuery{Snapshot: reference(v.lens.Snapshot), Judging: v.telling(nil), Undated: true})
	})
}

// comparison is the two snapshots of the lens side by side, without the objects. It is shared:
// nobody changes it. Without a baseline it is errNoBaseline; see compared.
func (v *view) comparison(ctx context.Context) (*app.Comparison, error) {
	if !v.compared() {
		return nil, errNoBaseline
	}
	return v.comparisons.get(ctx, v.key(), func(ctx context.Context) (*app.Comparison, error) {
		judged, err := v.judgement(ctx)
		if err != nil {
			return nil, err
		}
		q := v.query()
		q.Judging = v.telling(judged)
		return v.Compare(ctx, q)
	})
}

// query asks for the comparison of the lens.
func (v *view) query() app.ComparisonQuery {
	return app.ComparisonQuery{
		Before: reference(v.lens.Baseline), After: reference(v.lens.Snapshot), From: v.lens.Other, AcrossSites: v.lens.AcrossSites, Judging: v.judging,
	}
}

var errNoBaseline = &app.Problem{Code: "no-baseline", Title: "there is no earlier snapshot to compare with", Hint: "collect the site again, or compare with a snapshot from another file"}

// keep remembers what a screen makes of a file, by name: a sorted list, say, of which pages are
// asked one by one. name holds all that it depends on but the file, such as v.key().
func keep[T any](ctx context.Context, f *opened, name string, make func(context.Context) (T, error)) (T, error) {
	answer, err := f.derived.get(ctx, name, func(ctx context.Context) (any, error) { return make(ctx) })
	if err != nil {
		var none T
		return none, err
	}
	return answer.(T), nil
}
