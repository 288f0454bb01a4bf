package collector

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Consent is how a person is brought to Atlassian's consent page and back.
type Consent struct {
	Scopes []string                             // offline_access and read:me are added
	Open   func(address string) error           // opens a browser; nil with --no-browser
	Show   func(address string, listening bool) // always told where to go, and whether the way back is listened on
	// Paste asks for the address the browser ended on; wrong says why the one given before is not it. nil if nobody can
	// be asked.
	Paste func(ctx context.Context, wrong error) (string, error)
	Limit time.Duration // 0 is five minutes
}

// callback is what the sign-in server sent the browser back with.
type callback struct {
	code, refusal string
}

// SignIn brings a person to the consent page and hands the grant that comes of it, kept nowhere yet, to then. What then
// says is what the browser's page and SignIn say.
//
// The way back is a server on this machine's loopback address alone, at the app's fixed port. It answers the one path
// of the redirect address, takes one answer that carries the state of this sign-in, and is gone when SignIn returns.
// Where its port is taken, or the browser is on another machine, the address that the browser ended on can be pasted.
func (a *OAuthApp) SignIn(ctx context.Context, c Consent, then func(context.Context, *Grant) error) error {
	if err := a.check(); err != nil {
		return err
	}
	redirect, err := url.Parse(cmp.Or(a.Redirect, DefaultRedirect))
	if err != nil || redirect.Scheme != "http" || !loopback(redirect.Hostname()) || redirect.Port() == "" {
		return fmt.Errorf("%w: the redirect address must be http on this machine with a port", ErrAddress)
	}
	limit := cmp.Or(c.Limit, 5*time.Minute)
	waiting, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w of %s", ErrSignInTimeout, limit))
	defer cancel()

	back := wayBack{state: rand.Text(), path: redirect.Path, answers: make(chan callback), outcome: make(chan error, 1)}
	stop, listening := back.listen(waiting, redirect.Port())
	defer stop()
	if listening != nil && c.Paste == nil {
		return fmt.Errorf("%w: %w", ErrPortTaken, listening)
	}
	address := a.AuthorizeURL(c.Scopes, back.state)
	if c.Show != nil {
		c.Show(address, listening == nil)
	}
	if c.Open != nil {
		_ = c.Open(address) // a browser that does not open is no failure: the address was shown
	}
	pasted := make(chan error, 1)
	if c.Paste != nil {
		go func() { pasted <- back.paste(waiting, c.Paste) }()
	}
	for {
		select {
		case answer := <-back.answers:
			cancel() // nobody needs to be asked any more
			grant, err := a.take(ctx, answer)
			if err == nil && then != nil {
				err = then(ctx, grant)
			}
			back.outcome <- err
			return err
		case err := <-pasted:
			switch {
			case waiting.Err() != nil: // who was asked gave up with it
				return context.Cause(waiting)
			case errors.Is(err, ErrNotPasted):
				return err
			case err != nil && listening != nil:
				return fmt.Errorf("%w, and nobody pasted the address that the browser ended on: %w", ErrPortTaken, listening)
			}
			pasted = nil // nobody pastes; the server still listens
		case <-waiting.Done():
			return context.Cause(waiting)
		}
	}
}

// take turns the answer of the consent page into a grant.
func (a *OAuthApp) take(ctx context.Context, answer callback) (*Grant, error) {
	if answer.refusal != "" {
		return nil, fmt.Errorf("%w: %s", ErrNoConsent, answer.refusal)
	}
	t, err := a.exchange(ctx, answer.code)
	if err != nil {
		return nil, err
	}
	if t.refresh == "" {
		return nil, ErrNoRefreshToken
	}
	g := a.Grant(RefreshToken{})
	g.put(t)
	return g, nil
}

// wayBack is where the browser comes back to, or the person with the address it ended on.
type wayBack struct {
	state, path string
	answers     chan callback // the one answer that carries the state
	outcome     chan error    // what came of it, for the page that the browser waits for
}

// listen serves the redirect address until stop is called. The error is of the listening itself.
func (b wayBack) listen(waiting context.Context, port string) (stop func(), err error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return func() {}, err
	}
	server := &http.Server{Handler: b.handler(waiting), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	server.SetKeepAlivesEnabled(false)
	go func() { _ = server.Serve(listener) }()
	return func() {
		// The page is given a moment to reach the browser.
		moment, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(moment) != nil {
			server.Close()
		}
	}, nil
}

func (b wayBack) handler(waiting context.Context) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A name that resolves to this machine by somebody's trick is not this machine's name.
		if r.URL.Path != b.path || !loopback((&url.URL{Host: r.Host}).Hostname()) {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet {
			w.Header().Set("Allow", "GET")
			http.Error(w, "GET only", http.StatusMethodNotAllowed)
			return
		}
		answer, err := readCallback(r.URL.Query(), b.state)
		if err != nil {
			page(w, http.StatusBadRequest, err) // the sign-in goes on waiting: anybody can call a port
			return
		}
		select {
		case b.answers <- answer:
		case <-waiting.Done():
			page(w, http.StatusGone, errors.New("this sign-in is over"))
			return
		}
		if err := <-b.outcome; err != nil {
			page(w, http.StatusBadGateway, err)
			return
		}
		page(w, http.StatusOK, nil)
	}
}

// readCallback accepts an answer of this sign-in and no other.
func readCallback(q url.Values, state string) (callback, error) {
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 {
		return callback{}, errors.New("this answer belongs to another sign-in, or to none")
	}
	if refusal := q.Get("error"); refusal != "" {
		return callback{refusal: clean(strings.TrimSpace(refusal+" "+q.Get("error_description")), []string{state})}, nil
	}
	if q.Get("code") == "" {
		return callback{}, errors.New("the address holds no code")
	}
	return callback{code: q.Get("code")}, nil
}

// paste asks for the address that the browser ended on until it is one of this sign-in, five times at most.
func (b wayBack) paste(ctx context.Context, ask func(context.Context, error) (string, error)) error {
	var wrong error
	for range 5 {
		line, err := ask(ctx, wrong)
		if err != nil {
			return err
		}
		u, err := url.Parse(strings.TrimSpace(line))
		if err != nil || u.Scheme == "" {
			wrong = errors.New("this is no address") // url.Parse would repeat what was pasted, the code in it included
			continue
		}
		answer, err := readCallback(u.Query(), b.state)
		if err != nil {
			wrong = err
			continue
		}
		select {
		case b.answers <- answer:
		case <-ctx.Done():
		}
		return nil
	}
	return fmt.Errorf("%w: %w", ErrNotPasted, wrong)
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Plumbline: {{.Title}}</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;color:#172b4d;background:#fff}
@media(prefers-color-scheme:dark){body{color:#dfe1e6;background:#1d2125}}</style>
<h1>{{.Title}}</h1><p>{{.Text}}</p></html>
`))

// page tells the person in front of the browser what happened. It loads nothing, and takes the code out of what the
// browser would send on.
func page(w http.ResponseWriter, status int, err error) {
	told := struct{ Title, Text string }{"Signed in", "Plumbline has its sign-in. You can close this page and go back to it."}
	if err != nil {
		told = struct{ Title, Text string }{"Not signed in", "Plumbline could not sign in: " + err.Error() + ". Nothing was kept."}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, told)
}
