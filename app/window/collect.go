package window

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"plumbline/app"
)

// CollectOptions say what to collect into which file, and how. Members left out are the usual.
type CollectOptions struct {
	File         string   `json:"file"`  // "": the open one. One that is not there is made
	Sites        []string `json:"sites"` // addresses of one site; several for Jira and Confluence Data Center
	New          bool     `json:"new"`   // end an interrupted snapshot and begin another
	Discard      bool     `json:"discard"`
	Label        string   `json:"label"`
	PersonalData string   `json:"personal_data"` // full ("") or domain
	Only         []string `json:"only"`          // resources
	Skip         []string `json:"skip"`
	Concurrency  int      `json:"concurrency"` // requests at a time at most; 0: as many as the site likes
	Rate         float64  `json:"rate"`        // requests a second at most; 0: as many as the site allows
	MaxMinutes   float64  `json:"max_minutes"` // pause after; 0: never
}

func (o CollectOptions) query(path string) app.CollectQuery {
	return app.CollectQuery{
		File: path, Sites: o.Sites, New: o.New, Discard: o.Discard, Label: o.Label, PersonalData: o.PersonalData, Only: o.Only, Skip: o.Skip,
		Concurrency: o.Concurrency, Rate: o.Rate, MaxTime: time.Duration(o.MaxMinutes * float64(time.Minute)),
	}
}

// lastCollect is what a collection was started with; it is kept, so that the next start can resume it.
type lastCollect struct {
	File    string         `json:"file"`
	Options CollectOptions `json:"options"`
}

const collectFile = "collect.json"

var (
	errCollecting = &app.Problem{Code: "collecting", Title: "a snapshot is being collected already", Hint: "wait for it, pause it or stop it"}
	errLocked     = &app.Problem{Code: "collecting", Title: "a snapshot is being collected into this file, so nothing else can read or write it", Hint: "pause collecting, or wait until it is done"}
	errNotRunning = &app.Problem{Code: "not-collecting", Title: "nothing is being collected"}
	errNotPaused  = &app.Problem{Code: "not-paused", Title: "no collection is paused", Hint: "collect the site: a snapshot interrupted less than a day ago is gone on with"}
)

// PlanCollect lists the requests that collecting would begin with. It sends none.
func (w *Window) PlanCollect(o CollectOptions) ([]app.PlannedRequest, error) {
	return call(w, "", func(ctx context.Context) ([]app.PlannedRequest, error) {
		in, err := w.signIns()
		if err != nil {
			return nil, err
		}
		q := o.query(o.File)
		q.DryRun = true
		done, err := in.Collect(ctx, q)
		if err != nil {
			return nil, err
		}
		return done.Plan, nil
	})
}

// Collect starts taking a snapshot, or going on with the interrupted one of the site, and returns at once. There is one
// collection at a time. The event "collect" tells how far it is, at most four times a second; its data is that of
// CollectState. Meanwhile the file cannot be written, and is looked at as it was; see State. Closing the window pauses.
func (w *Window) Collect(o CollectOptions) (CollectState, error) {
	return call(w, "", func(ctx context.Context) (CollectState, error) {
		path := o.File
		if path == "" {
			f, release := w.current()
			release()
			if f == nil {
				return CollectState{}, app.Usage("no file is named to collect into", "name a new one, such as harbourline.plumb.db, or open one")
			}
			path = f.path
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return CollectState{}, err
		}
		return w.startCollecting(ctx, path, o, nil)
	})
}

// ResumeCollect goes on with what was paused here, or with what this window, closed since, left interrupted in the open
// file. New and Discard of its options count no more.
func (w *Window) ResumeCollect() (CollectState, error) {
	return call(w, "", func(ctx context.Context) (CollectState, error) { return w.resume(ctx, nil) })
}

func (w *Window) resume(ctx context.Context, stop chan struct{}) (CollectState, error) {
	last, paused := w.run.last()
	if !paused {
		w.load(collectFile, &last)
		if paused = w.interrupted(ctx, last.File); !paused {
			return CollectState{}, errNotPaused
		}
	}
	last.Options.New, last.Options.Discard = false, false
	return w.startCollecting(ctx, last.File, last.Options, stop)
}

// interrupted reports whether path is open and has a snapshot to go on with.
func (w *Window) interrupted(ctx context.Context, path string) bool {
	f, release := w.current()
	if f == nil {
		return false
	}
	defer release()
	sites, err := f.Sites(ctx)
	for _, s := range sites {
		if s.Open != 0 {
			return err == nil && f.path == path
		}
	}
	return false
}

// PauseCollect stops collecting so that it can be resumed: the snapshot is interrupted, and the file free.
func (w *Window) PauseCollect() (CollectState, error) {
	return call(w, "", func(context.Context) (CollectState, error) {
		if !w.run.pause() {
			return CollectState{}, errNotRunning
		}
		return w.run.state(w.now()), nil
	})
}

// StopCollect ends the snapshot as it is: partial, the rest of it skipped. One that is paused is opened again for that,
// which asks the site who is there and nothing more.
func (w *Window) StopCollect() (CollectState, error) {
	return call(w, "", func(ctx context.Context) (CollectState, error) {
		if w.run.stop() {
			return w.run.state(w.now()), nil
		}
		stop := make(chan struct{})
		close(stop)
		state, err := w.resume(ctx, stop)
		if errors.Is(err, errNotPaused) {
			err = errNotRunning
		}
		return state, err
	})
}

// CollectState says how far collecting is; "idle" where nothing was collected since the window opened.
func (w *Window) CollectState() (CollectState, error) { return w.run.state(w.now()), nil }

// startCollecting begins in the background. Where the file is the open one, a copy of it takes its place first.
func (w *Window) startCollecting(ctx context.Context, path string, o CollectOptions, stop chan struct{}) (CollectState, error) {
	in, err := w.signIns()
	if err != nil {
		return CollectState{}, err
	}
	q := o.query(path)
	if len(q.Sites) == 0 {
		return CollectState{}, app.Usage("no site is named", "give the address that it has in a browser")
	}
	dry := q
	dry.DryRun = true
	plan, err := in.Collect(ctx, dry) // refuses what is wrong with the options
	if err != nil {
		return CollectState{}, err
	}
	w.opening.Lock()
	defer w.opening.Unlock()
	fresh := true
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		if fresh = false; app.ReadOnly(path) != "" {
			return CollectState{}, &app.Problem{Code: "read-only", Title: app.ReadOnly(path), Hint: "collect into a copy of it, or into a new file"}
		}
	}
	running, cancel := context.WithCancel(w.ctx)
	if stop == nil {
		stop = make(chan struct{})
	}
	if !w.run.begin(lastCollect{path, o}, plan.Plan, cancel, stop, w.now()) {
		cancel()
		return CollectState{}, errCollecting
	}
	_ = w.save(collectFile, lastCollect{path, o}) // it can be collected all the same
	readers := w.setAside(ctx, path)
	w.hub.publish("state", nil)
	go func() {
		defer cancel()
		readers() // who still reads the file itself, reads it to the end
		w.collect(running, in, q, fresh)
	}()
	return w.run.state(w.now()), nil
}

// setAside has the window look at a copy of the file that is about to be written, if it is the open one, and returns
// what waits until nobody reads the file itself. Where it cannot be copied, reading it fails with errLocked meanwhile.
func (w *Window) setAside(ctx context.Context, path string) (readers func()) {
	f, release := w.current()
	release()
	if f == nil || f.path != path {
		return func() {}
	}
	if aside, err := app.SetAside(ctx, path); err == nil {
		w.run.setAside(aside)
		if w.reopen(ctx, path) == nil {
			return f.users.Wait
		}
		aside.Remove()
		w.run.setAside(nil)
	}
	return func() {}
}

// collect runs until the snapshot is done, paused or failed, and gives the file back.
func (w *Window) collect(ctx context.Context, in *app.SignIns, q app.CollectQuery, fresh bool) {
	told := make(chan struct{})
	beats := time.NewTicker(beat)
	go func() {
		defer close(told)
		for range beats.C {
			state, more := w.run.news(w.now())
			if state != nil {
				w.hub.progress("collect", *state)
			}
			if !more {
				return
			}
		}
	}()
	q.Tell, q.Asked, q.Stop = w.run.tell, w.run.asked, w.run.stopped()
	w.run.phase("collecting")
	done, err := in.Collect(ctx, q)

	w.opening.Lock()
	defer w.opening.Unlock()
	aside := w.run.end(done, err, w.now())
	<-told
	beats.Stop()
	if f, release := w.current(); w.ctx.Err() == nil && (f == nil && fresh || f != nil && f.path == q.File) {
		if release(); w.reopen(w.ctx, q.File) != nil && f != nil {
			w.replace(nil)
		}
		if f != nil && aside != nil {
			f.users.Wait()
		}
	} else {
		release()
	}
	if aside != nil {
		aside.Remove()
	}
	w.hub.publish("state", nil)
	w.hub.progress("collect", w.run.state(w.now()))
}
