package window

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"plumbline/app"
)

const (
	glance = time.Second      // between two looks at the open file
	calm   = 10 * time.Second // the longest that a file which is still being written is left alone
)

// watch looks once a second whether the open file is still the one that was opened, until the
// window closes. What another program wrote is told when it writes no more, or after ten seconds:
// a collection writes all the time.
func (w *Window) watch() {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	last, since := "", time.Time{}
	for {
		select {
		case <-w.ctx.Done():
			return
		case now := <-tick.C:
			f, release := w.current()
			if f == nil {
				continue
			}
			path, opened := f.path, f.stamp
			release()
			stamp := stampOf(path)
			if stamp != opened && stamp != "" && stamp != last {
				if last = stamp; since.IsZero() {
					since = now
				}
				if now.Sub(since) < calm {
					continue
				}
			}
			last, since = stamp, time.Time{}
			w.catchUp(w.ctx)
		}
	}
}

// stampOf tells whether a file was written since; "" where it is not there. An empty -wal says
// nothing: looking makes one, where a file was left by a writer that was killed.
func stampOf(path string) string {
	stamp := ""
	for _, part := range []string{path, path + "-wal"} {
		if at, err := os.Stat(part); err == nil && (part == path || at.Size() > 0) {
			stamp += fmt.Sprintf("%d %d;", at.Size(), at.ModTime().UnixNano())
		} else if part == path {
			return ""
		}
	}
	return stamp
}

// catchUp opens the file anew where another program has written into it: another window, or the
// command line. What was worked out of it no longer holds then. Where it cannot be opened any more
// that is told, and what is on the screen stays.
func (w *Window) catchUp(ctx context.Context) {
	f, release := w.current()
	if f == nil {
		return
	}
	defer release()
	stamp := stampOf(f.path)
	if stamp == f.stamp && w.lost(f) == nil || w.run.active() || !w.opening.TryLock() {
		return // nothing came of it, or who writes here opens it anew
	}
	defer w.opening.Unlock()
	w.mu.Lock()
	same := w.file == f
	w.mu.Unlock()
	if !same {
		return
	}
	var problem *app.Problem
	if stamp == "" {
		problem = gone(f.path)
	} else if err := w.reopen(ctx, f.path); err != nil {
		problem = said(err)
	}
	if problem == nil || w.lose(f, problem) {
		w.hub.publish("state", nil)
	}
}

func gone(path string) *app.Problem {
	return &app.Problem{
		Code: "file-gone", Title: filepath.Base(path) + " is no longer where it was, or its disk is not",
		Hint: "put it back, and it is opened again by itself. What was read of it stays on the screen, but nothing more can be asked of it",
	}
}

// lost is why the file can no longer be asked, nil where nothing is known to be wrong.
func (w *Window) lost(f *opened) *app.Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f.lost
}

// lose notes why the file can no longer be asked, and reports whether that is news.
func (w *Window) lose(f *opened, problem *app.Problem) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	news := f.lost == nil || f.lost.Code != problem.Code || f.lost.Title != problem.Title
	f.lost = problem
	return news
}
