package window

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"plumbline/app"
)

// Policy is the Content-Security-Policy of the page, in a browser as on the desktop.
const Policy = "default-src 'none'; script-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Bridge is a window in the local browser: it listens on loopback and lets nobody in but the
// browser that was given its address.
//
// The address holds a token that works once; what it is exchanged for is a cookie that no script
// reads and no other site can make a browser send. Cookies know no ports, so this one is for a path
// that cannot be guessed: another program's server on this machine never gets it. A request must
// name the bridge's own host, which a rebound name does not, and come from its own page. Where the
// system says whose process is at the other end, it must be the same user's.
type Bridge struct {
	Address string // to open once: http://127.0.0.1:PORT/open?token=...

	w      *Window
	page   fs.FS
	listen net.Listener
	host   string // 127.0.0.1:PORT
	base   string // "/RANDOM/", under which everything is
	cookie string // its value

	mu    sync.Mutex
	token string // "" when it was used
	used  chan struct{}
}

const (
	cookieName = "plumbline"
	mostBody   = 8 << 20 // of a call's arguments, in bytes
	heartbeat  = 15 * time.Second
)

// Listen begins to listen for the browser; nothing is answered before Serve.
func Listen(w *Window, page fs.FS) (*Bridge, error) {
	if !Built(page) {
		return nil, errNotBuilt
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on loopback: %w", err)
	}
	b := &Bridge{
		w: w, page: page, listen: l, host: l.Addr().String(), base: "/" + rand.Text() + "/",
		cookie: rand.Text() + rand.Text(), token: rand.Text() + rand.Text(), used: make(chan struct{}),
	}
	b.Address = "http://" + b.host + "/open?token=" + b.token
	return b, nil
}

// Built reports whether the page was built into this program.
func Built(page fs.FS) bool {
	if page == nil {
		return false
	}
	_, err := fs.Stat(page, "index.html")
	return err == nil
}

var errNotBuilt = &app.Problem{
	Code: "no-window", Exit: app.Failed, Title: "this program was built without the window",
	Hint: "make build puts it in (it needs Node); everything it shows the command line can tell too",
}

// Used is closed when the address was opened.
func (b *Bridge) Used() <-chan struct{} { return b.used }

// Serve answers the browser until ctx ends.
func (b *Bridge) Serve(ctx context.Context) error {
	server := &http.Server{
		Handler: b, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, strangerKey{}, stranger(c))
		},
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(b.listen) }()
	select {
	case err := <-ended:
		return fmt.Errorf("listening on loopback: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(last) != nil { // a page still listens for events: it is told by the end of the connection
		server.Close()
	}
	return nil
}

// strangerKey is where a connection's context says whether another user's process made it.
type strangerKey struct{}

// ServeHTTP lets a request in or not, and answers it.
func (b *Bridge) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	h := out.Header()
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	foreign, _ := r.Context().Value(strangerKey{}).(bool)
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case foreign:
		deny(out, r, http.StatusForbidden, "this window belongs to another user of this machine", "run plumbline serve as yourself")
	case r.Host != b.host:
		deny(out, r, http.StatusMisdirectedRequest, "this is not the address of the window", "open the one that plumbline serve printed")
	case origin != "" && origin != "http://"+b.host, origin == "" && r.Method != http.MethodGet && r.Method != http.MethodHead:
		deny(out, r, http.StatusForbidden, "another page asked for this", "")
	case r.URL.Path == "/open" && r.Method == http.MethodGet:
		b.open(out, r)
	case !b.known(r) || !strings.HasPrefix(r.URL.Path, b.base):
		deny(out, r, http.StatusForbidden, "this browser was not let in", "open the address that plumbline serve printed; it works once, so start plumbline serve again where it was used")
	case site != "" && site != "same-origin" && !(site == "none" && r.Method == http.MethodGet):
		deny(out, r, http.StatusForbidden, "another page asked for this", "")
	default:
		b.answer(out, r, strings.TrimPrefix(r.URL.Path, b.base))
	}
}

// deny refuses a request as the page understands it, or where a person came to it, as they do.
func deny(out http.ResponseWriter, r *http.Request, status int, title, hint string) {
	if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		out.WriteHeader(status)
		fmt.Fprintf(out, "<!doctype html><meta charset=utf-8><title>Plumbline</title><h1>%s</h1><p>%s", html.EscapeString(title), html.EscapeString(hint))
		return
	}
	respond(out, status, &app.Problem{Code: "denied", Title: title, Hint: hint})
}

func respond(out http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"code":"internal","title":"the answer could not be written","hint":""}`)
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	out.Write(text)
}

// open exchanges the token for the cookie. The page then comes from a step of its own, since a
// browser keeps the cookie back as long as another site's link is what led here.
func (b *Bridge) open(out http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	given := r.URL.Query().Get("token")
	switch {
	case b.token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(b.token)) == 1:
		b.token = ""
		close(b.used)
		http.SetCookie(out, &http.Cookie{Name: cookieName, Value: b.cookie, Path: b.base, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	default:
		deny(out, r, http.StatusForbidden, "this address was used already, or is not of this window", "start plumbline serve again")
		return
	}
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(out, "<!doctype html><meta charset=utf-8><title>Plumbline</title><meta http-equiv=refresh content=\"0;url=%s\">", b.base)
}

// known reports whether a request brings the cookie.
func (b *Bridge) known(r *http.Request) bool {
	for _, c := range r.CookiesNamed(cookieName) {
		if subtle.ConstantTimeCompare([]byte(c.Value), []byte(b.cookie)) == 1 {
			return true
		}
	}
	return false
}

// kinds are the types of the page's files. The system's own table may say otherwise, and a browser
// runs no script that is said to be text.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json",
}

func (b *Bridge) answer(out http.ResponseWriter, r *http.Request, at string) {
	method, isCall := strings.CutPrefix(at, "call/")
	switch {
	case isCall && r.Method == http.MethodPost:
		b.call(out, r, method)
	case at == "events" && r.Method == http.MethodGet:
		b.events(out, r)
	case !isCall && at != "events" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		if at == "" {
			at = "index.html"
		}
		if !fs.ValidPath(at) {
			deny(out, r, http.StatusNotFound, "there is no such page", "")
			return
		}
		if info, err := fs.Stat(b.page, at); err != nil || info.IsDir() {
			deny(out, r, http.StatusNotFound, "there is no such page", "")
			return
		}
		if kind := kinds[path.Ext(at)]; kind != "" {
			out.Header().Set("Content-Type", kind)
		}
		r.URL.Path = "/" + strings.TrimSuffix(at, "index.html")
		http.FileServerFS(b.page).ServeHTTP(out, r)
	default:
		deny(out, r, http.StatusMethodNotAllowed, "this is not asked like that", "")
	}
}

// call calls a method of the window with the arguments in the body, a JSON list.
func (b *Bridge) call(out http.ResponseWriter, r *http.Request, name string) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/json" {
		deny(out, r, http.StatusUnsupportedMediaType, "arguments are application/json", "")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, mostBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		respond(out, http.StatusRequestEntityTooLarge, &app.Problem{Code: "too-large", Title: fmt.Sprintf("more than %d MB were sent at once", mostBody>>20)})
		return
	}
	if err != nil {
		return // the page has gone
	}
	answer, err := invoke(b.w, name, body)
	var refused Refusal
	switch {
	case errors.Is(err, errNoMethod):
		deny(out, r, http.StatusNotFound, err.Error(), "")
	case errors.As(err, &refused):
		respond(out, http.StatusUnprocessableEntity, refused.Problem)
	case err != nil:
		respond(out, http.StatusBadRequest, &app.Problem{Code: "usage", Title: err.Error()})
	default:
		respond(out, http.StatusOK, answer)
	}
}

// events streams what the window tells, as server-sent events, until the page goes.
func (b *Bridge) events(out http.ResponseWriter, r *http.Request) {
	told, stop := b.w.hub.listen()
	defer stop()
	flush := http.NewResponseController(out)
	out.Header().Set("Content-Type", "text/event-stream")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	e := Event{Name: "state"} // whatever was missed before
	for {
		data, err := json.Marshal(e.Data)
		if err != nil {
			data = []byte("null")
		}
		if _, err := fmt.Fprintf(out, "event: %s\ndata: %s\n\n", e.Name, data); err != nil {
			return
		}
		if flush.Flush() != nil {
			return
		}
		for waiting := true; waiting; {
			select {
			case e = <-told:
				waiting = false
			case <-beat.C:
				if _, err := io.WriteString(out, ": still here\n\n"); err != nil || flush.Flush() != nil {
					return
				}
			case <-r.Context().Done():
				return
			}
		}
	}
}
