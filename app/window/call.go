package window

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"plumbline/app"
)

// Refusal is an error as a page gets it: its text is the JSON {"code","title","hint"} of a Problem.
// Every error that a method of Window returns is one.
type Refusal struct{ *app.Problem }

// Error is the problem as JSON.
func (r Refusal) Error() string {
	text, err := json.Marshal(r.Problem)
	if err != nil {
		return `{"code":"failed","title":"failed","hint":""}`
	}
	return string(text)
}

// Unwrap is the problem.
func (r Refusal) Unwrap() error { return r.Problem }

// errNoFile is what a call that looks at data gets where nothing is open.
var errNoFile = &app.Problem{Code: "no-file", Title: "no file is open", Hint: "open one, or look around with demo data"}

// refuse makes any error a Refusal.
func refuse(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var known Refusal
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		return Refusal{&app.Problem{Code: "cancelled", Title: "cancelled"}}
	}
	return Refusal{said(err)}
}

// call runs one call of a page: its context ends with the window and by Cancel(token), its error is
// made one that a page can show, and a panic in it does not take the window down.
func call[T any](w *Window, token string, do func(context.Context) (T, error)) (answer T, err error) {
	ctx, end := w.calls.begin(w.ctx, token)
	defer end()
	defer func() {
		if cause := recover(); cause != nil {
			if os.Getenv("PLUMBLINE_TRACE") != "" {
				fmt.Fprintf(os.Stderr, "%v\n%s", cause, debug.Stack())
			}
			var none T
			answer, err = none, Refusal{&app.Problem{
				Code: "internal", Title: fmt.Sprintf("internal error: %v", cause), Hint: "please report it; PLUMBLINE_TRACE=1 prints where it happened",
			}}
		}
	}()
	answer, err = do(ctx)
	if err != nil {
		err = w.fileSaid(err)
	}
	return answer, refuse(ctx, err)
}

// fileSaid is the error of a call, said better where it comes of what happens to the open file.
func (w *Window) fileSaid(err error) error {
	switch code := app.Words(err).Code; {
	case code == "locked" && w.run.active():
		return errLocked
	case code == "failed": // SQLite says no more than that it cannot read
		f, release := w.current()
		defer release()
		if f != nil && stampOf(f.path) == "" {
			return gone(f.path)
		}
	}
	return err
}

// look is call for what looks at the open file through a lens: do gets the file, kept open as long
// as it runs, and the lens with its snapshots found.
func look[T any](w *Window, lens Lens, token string, do func(context.Context, *view) (T, error)) (T, error) {
	return call(w, token, func(ctx context.Context) (T, error) {
		var none T
		f, release := w.current()
		if f == nil {
			return none, errNoFile
		}
		defer release()
		v, err := f.view(ctx, w.settings(), lens)
		if err != nil {
			return none, err
		}
		return do(ctx, v)
	})
}

// with is call for what is asked of the open file whatever the lens.
func with[T any](w *Window, token string, do func(context.Context, *opened) (T, error)) (T, error) {
	return call(w, token, func(ctx context.Context) (T, error) {
		f, release := w.current()
		if f == nil {
			var none T
			return none, errNoFile
		}
		defer release()
		return do(ctx, f)
	})
}

// calls are the running calls that have a token.
type calls struct {
	mu      sync.Mutex
	running map[string]map[*context.CancelFunc]bool
}

func (c *calls) begin(parent context.Context, token string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	if token == "" {
		return ctx, cancel
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		c.running = map[string]map[*context.CancelFunc]bool{}
	}
	if c.running[token] == nil {
		c.running[token] = map[*context.CancelFunc]bool{}
	}
	c.running[token][&cancel] = true
	return ctx, func() {
		c.mu.Lock()
		delete(c.running[token], &cancel)
		if len(c.running[token]) == 0 {
			delete(c.running, token)
		}
		c.mu.Unlock()
		cancel()
	}
}

func (c *calls) cancel(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for cancel := range c.running[token] {
		(*cancel)()
	}
}
