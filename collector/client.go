package collector

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"plumbline/store"
)

// client asks. It can say GET, and the few POSTs below that only read; there is no other way to speak. It keeps to the
// manners, retries what may pass, and turns what does not into an *answerError with the server's own words.
type client struct {
	http      *http.Client
	manners   manners
	agent     string
	limiter   *rate.Limiter
	throttled func(resource string, until time.Time)
	asked     func(store.Request) // told of every request as it ends; nil: nobody listens
	sent      atomic.Int64        // requests so far

	mu      sync.Mutex
	hosts   map[string]*throttle
	paces   map[string]*rate.Limiter // by what is limited a minute
	secrets []string                 // of every sign-in used so far: none may come back in words
}

// readingPosts are the searches that the API wants as POST. Nothing else is ever sent as one.
//
// Source: Atlassian's OpenAPI documents: "Get permitted projects", "Check permissions", "Count issues", "Create bulk
// user lookup using ids", "Check content permissions"; of the organisation "Search for users", "Search for groups", "Get
// list of workspaces", "Get policy information for managed users". None of them changes anything.
var readingPosts = regexp.MustCompile(`^(/rest/api/3/permissions/(check|project)|/rest/api/3/search/approximate-count|` +
	`/wiki/api/v2/users-bulk|/wiki/rest/api/content/[0-9]+/permission/check|` +
	`/admin/v2/orgs/[^/]+/directories/[^/]+/(users|groups)/search|/admin/v2/orgs/[^/]+/workspaces|` +
	`/admin/control/v1/orgs/[^/]+/users/auth-policies/bulk-fetch)$`)

var errNotReading = errors.New("only GET, and the few POSTs that read, can be sent")

// call is one thing to ask.
type call struct {
	resource, parent string // for the log
	post             bool
	base             string // address that path is appended to
	path             string
	query            url.Values
	header           map[string]string
	body             []byte
	session          *session      // nil: without credentials
	chain            bool          // nothing else of this list can be asked meanwhile
	page             bool          // a web page is what is asked for
	open             bool          // answered to everybody: it proves nothing about the sign-in
	retries          int           // at most, after failures; 0: as manners say
	pace             *rate.Limiter // of what is limited a minute; nil: nothing is
	started          time.Time
}

// target is what the log says of a call: path and query, without the host.
func (c *call) target() string {
	if len(c.query) == 0 {
		return c.path
	}
	return c.path + "?" + c.query.Encode()
}

// answerError is an answer that is no data.
type answerError struct {
	status  int
	words   string
	login   bool    // a log-in page, or an answer to nobody in particular, where data was asked with a credential
	known   bool    // in a form that Atlassian's products give their refusals
	by      Product // whose form that is
	account bool    // answered to an account that the site knows: the sign-in is good, whatever the status
	other   error
}

func (e *answerError) Error() string {
	if e.words == "" {
		return fmt.Sprintf("HTTP %d %s", e.status, http.StatusText(e.status))
	}
	return fmt.Sprintf("HTTP %d: %s", e.status, e.words)
}

func (e *answerError) Unwrap() error { return e.other }

// brokenBody is an answer with status 200 that is not what it should be.
type brokenBody struct{ err error }

func (e *brokenBody) Error() string { return "broken answer: " + e.err.Error() }
func (e *brokenBody) Unwrap() error { return e.err }

func newClient(transport http.RoundTripper, m manners, agent string) *client {
	c := &client{manners: m, agent: agent, hosts: map[string]*throttle{}, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if m.rate > 0 {
		c.limiter = rate.NewLimiter(rate.Limit(m.rate), 1)
	}
	return c
}

func (c *client) host(u *url.URL) *throttle {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.hosts[u.Host]
	if t == nil {
		t = newThrottle(c.manners, c.limiter)
		c.hosts[u.Host] = t
	}
	return t
}

// pace is the one queue for requests of which a site takes so many a minute: they are spaced beforehand, a little wider
// than the limit wants, because neither clock nor network is even. what names what the limit is on.
func (c *client) pace(what string, perMinute int) *rate.Limiter {
	if perMinute <= 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paces == nil {
		c.paces = map[string]*rate.Limiter{}
	}
	p := c.paces[what]
	if p == nil {
		p = rate.NewLimiter(rate.Every(c.manners.minute*21/20/time.Duration(perMinute)), 1)
		c.paces[what] = p
	}
	return p
}

// reader takes an answer apart, while it comes in.
type reader func(status int, h http.Header, body *bufio.Reader) error

// ignore is for answers that matter by being there.
func ignore(_ int, _ http.Header, body *bufio.Reader) error {
	_, err := readPage(body, ".", &keeping{})
	if errors.Is(err, errNoList) {
		err = nil
	}
	return err
}

// do asks until there is an answer, and hands it to read. Every try that failed becomes a row of log, those that waited
// for a pause included; the good one is counted by the caller. Errors: *answerError, *brokenBody, ErrSignInLost, one of
// the sentinels for networks, or the context's.
func (c *client) do(ctx context.Context, ask *call, read reader, log func(store.Request)) error {
	if ask.post && !readingPosts.MatchString(ask.path) {
		return errNotReading
	}
	u, err := url.Parse(ask.base + ask.path)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, ask.path)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return fmt.Errorf("%w: %s", ErrPlainHTTP, u.Host)
	}
	u.RawQuery = ask.query.Encode()
	var failures, throttles, redirects int
	refreshed, retries := false, c.manners.retries
	if ask.retries > 0 {
		retries = min(retries, ask.retries)
	}
	ask.started = time.Now()
	for {
		started := time.Now()
		c.sent.Add(1)
		o := c.once(ctx, u, ask, read, !refreshed)
		if o.err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		row := store.Request{Resource: ask.resource, Parent: ask.parent, Method: method(ask.post), Path: ask.target(),
			Status: o.status, At: started, Duration: time.Since(started), Requests: 1}
		if o.err != nil {
			row.Note = clean(o.err.Error(), nil)
		}
		if c.asked != nil {
			c.asked(row)
		}
		if o.err == nil {
			return nil
		}
		wait := time.Duration(-1)
		switch {
		case o.again:
			row.Note = "new access token, asked again"
			refreshed, wait = true, 0
		case o.redirect != nil && redirects < 5:
			redirects++
			u, wait = o.redirect, 0
		case o.pause > 0 && throttles < c.manners.throttles:
			throttles++
			until := c.host(u).pause(o.pause)
			if c.throttled != nil {
				c.throttled(ask.resource, until)
			}
			row.Note += fmt.Sprintf("; wait %s", time.Until(until).Round(time.Millisecond))
			wait = 0 // the throttle lets nothing through before
		case o.retry && failures < retries:
			wait = max(c.manners.wait(failures), 0)
			failures++
			row.Note += fmt.Sprintf("; wait %s, retry %d", wait.Round(time.Millisecond), failures)
		}
		log(row)
		if wait < 0 {
			return o.err
		}
		if wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return context.Cause(ctx)
			}
		}
	}
}

func method(post bool) string {
	if post {
		return http.MethodPost
	}
	return http.MethodGet
}

// try is what came of sending once.
type try struct {
	err      error
	status   int
	retry    bool          // may pass
	again    bool          // at once, with the new access token
	redirect *url.URL      // on the same host
	pause    time.Duration // for the whole host
}

func (c *client) once(ctx context.Context, u *url.URL, ask *call, read reader, mayRefresh bool) try {
	t := c.host(u)
	if err := wait(ctx, ask.pace); err != nil {
		return try{err: err}
	}
	if err := t.enter(ctx, ask.chain); err != nil {
		return try{err: err}
	}
	defer t.leave()

	asking, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(asking, method(ask.post), u.String(), nil)
	if err != nil {
		return try{err: fmt.Errorf("%w: %s", ErrAddress, ask.path)}
	}
	if ask.post {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(ask.body)), int64(len(ask.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(ask.body)), nil }
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Atlassian-Token", "no-check")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	for name, value := range ask.header {
		req.Header.Set(name, value)
	}
	generation := 0
	if ask.session != nil {
		if generation, err = ask.session.authorise(req); err != nil {
			return try{err: fmt.Errorf("%w: %w", ErrSignInLost, err)}
		}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return try{err: networkError(u.Host, err), retry: ctx.Err() == nil && passing(err)}
	}
	defer resp.Body.Close()
	t.heed(resp.Header)
	body := newPatientReader(resp.Body, c.manners, func() { cancel(errSilent) })
	defer body.close()

	o := c.judge(resp, body, ask, read, c.learn(req))
	o.status = resp.StatusCode
	switch {
	case o.err == nil:
		if resp.Header.Get("X-RateLimit-NearLimit") != "true" {
			t.good()
		}
		if ask.session != nil {
			ask.session.worked(ask)
		}
	case errors.Is(context.Cause(asking), errSilent):
		o.err, o.retry = networkError(u.Host, errSilent), true
	case resp.StatusCode == http.StatusUnauthorized && ask.session != nil && mayRefresh:
		if fresh, err := ask.session.refresh(ctx, generation); err != nil {
			o.err = err
		} else {
			o.again = fresh
		}
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		if to := sameHost(u, resp.Header.Get("Location")); to != nil && !leadsToLogin(to) {
			o.redirect = to
		}
	}
	return o
}

// learn adds the secrets of a request to those that no words may hold, and returns them all.
func (c *client) learn(r *http.Request) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range secretsOf(r) {
		if !slices.Contains(c.secrets, s) {
			c.secrets = append(c.secrets, s)
		}
	}
	return c.secrets
}

// errNothing is a 204: asking again brings the same. The documents know it of no call that is made, so that it never stands
// for "there is none".
var errNothing = errors.New("HTTP 204, an answer without content, which the documents do not know of this call")

// buffers are for reading answers: a site is asked thousands of times, eight at a time.
var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 32<<10) }}

// judge tells data from everything else that an answer can be.
func (c *client) judge(resp *http.Response, body io.Reader, ask *call, read reader, secrets []string) try {
	status := resp.StatusCode
	switch {
	case status >= 200 && status < 300:
		if ask.session != nil && nobody(resp.Header) {
			return try{err: &answerError{status: status, words: "the site answered as to nobody: it did not take the sign-in", login: true}}
		}
		buffered := buffers.Get().(*bufio.Reader)
		buffered.Reset(body)
		defer func() { buffered.Reset(nil); buffers.Put(buffered) }()
		start, _ := buffered.Peek(512)
		if status == http.StatusNoContent && !ask.page {
			return try{err: &brokenBody{errNothing}}
		}
		if looksLikeHTML(start) && !ask.page {
			page, _ := buffered.Peek(buffered.Size())
			login := looksLikeLogin(page)
			what := "a web page instead of data"
			if login {
				what = "a log-in page instead of data"
			}
			if words := serverWords(bytes.NewReader(page), secrets); words != "" {
				what += ": " + words
			}
			return try{err: &answerError{status: status, words: what, login: login}, retry: !login && (ask.session != nil || !ask.open)}
		}
		err := read(status, resp.Header, buffered)
		if err != nil {
			return try{err: &brokenBody{err}, retry: !errors.Is(err, errTooLarge)}
		}
		return try{}
	case status >= 300 && status < 400:
		to := resp.Header.Get("Location")
		e := &answerError{status: status, words: "redirected without an address"}
		if u, err := url.Parse(to); err == nil && to != "" {
			e.login = leadsToLogin(u)
			e.words, e.other = "redirected to "+clean(u.Host+u.Path, secrets)+", which is not followed", ErrOtherHost
		}
		return try{err: e}
	}
	e := &answerError{status: status, account: resp.Header.Get("X-AACCOUNTID") != ""}
	e.words, e.by = errorBody(body, secrets)
	if status == http.StatusNotFound && ask.session != nil && nobody(resp.Header) {
		// What nobody may see is not there for nobody: that says nothing of what the account would have been shown.
		e.login, e.words = true, joined(e.words, "the site answered as to nobody: it did not take the sign-in")
	}
	if resp.Header.Get("X-Atlassian-WebSudo") != "" || strings.Contains(strings.ToLower(e.words), "websudo") {
		e.words = joined(e.words, "secure administrator sessions (WebSudo) guard it, which a token does not open")
	}
	e.known = e.by != "" || status == http.StatusUnauthorized && resp.Header.Get("WWW-Authenticate") != ""
	pause, told := retryAfter(resp.Header, time.Now())
	switch {
	case status == http.StatusTooManyRequests && resp.Header.Get("X-RateLimit-Limit") == "0":
		e.words = joined(e.words, "an administrator lets this account send no requests at all (rate limiting)")
		return try{err: e}
	case status == http.StatusTooManyRequests:
		if !told {
			pause = c.manners.wait(0)
		}
		return try{err: e, pause: max(pause, time.Millisecond)}
	case status == http.StatusServiceUnavailable && told:
		return try{err: e, pause: max(pause, time.Millisecond)}
	case status == http.StatusProxyAuthRequired:
		return try{err: fmt.Errorf("%w: it wants a password", ErrProxy)}
	case status == http.StatusNotImplemented:
		return try{err: e}
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return try{err: e, retry: true}
	}
	return try{err: e}
}

// nobody reports whether a site took no notice of the credential, and answered as to an anonymous visitor.
//
// Source: X-AUSERNAME and X-Seraph-LoginReason, Jira and Confluence.
func nobody(h http.Header) bool {
	reason := h.Get("X-Seraph-LoginReason")
	return h.Get("X-AUSERNAME") == "anonymous" || strings.Contains(reason, "AUTHENTICATED_FAILED") || strings.Contains(reason, "AUTHENTICATION_DENIED")
}

// passing reports whether a network failure may be gone the next time. A name that does not exist, or a certificate
// that is not trusted, stays so.
func passing(err error) bool {
	e := networkError("", err)
	var dns *net.DNSError
	return !(errors.As(err, &dns) && dns.IsNotFound) && !errors.Is(e, ErrTLS) && !errors.Is(e, ErrProxy)
}

// sameHost resolves the address of a redirect; nil if it leads to another host, port or scheme.
func sameHost(from *url.URL, location string) *url.URL {
	to, err := from.Parse(location)
	if err != nil || location == "" || to.Scheme != from.Scheme || to.Host != from.Host || to.User != nil {
		return nil
	}
	return to
}
