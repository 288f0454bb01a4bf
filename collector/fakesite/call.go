package fakesite

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

type obj = map[string]any

// call is one request while it is answered.
type call struct {
	s       *Server
	site    *site
	w       http.ResponseWriter
	r       *http.Request
	path    string // without the gateway's prefix
	e       *endpoint
	who     *caller
	base    string // what self links begin with: the site, or the gateway with its prefix
	face    string // site, gateway
	spoiled map[Kind]bool
	status  int
	failed  func(status int, message string) // answers an error where Cloud's bodies are not the ones
}

// serveSite answers at the site's own address.
func (s *Server) serveSite(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, "site", r.URL.Path, s.siteURL, s.identifyAtSite)
}

// serveGateway answers at api.atlassian.com: the sites' APIs under /ex, the organisation's under /admin, and the sign-in's
// own pages.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/admin/") {
		s.serveOrganisation(w, r)
		return
	}
	for product, begin := range map[string]string{"jira": "/rest/", "confluence": "/wiki/"} {
		prefix := "/ex/" + product + "/"
		rest, ok := strings.CutPrefix(r.URL.Path, prefix)
		if !ok {
			continue
		}
		cloudID, path, _ := strings.Cut(rest, "/")
		for _, at := range append([]*Server{s}, s.Neighbours...) {
			if at.CloudID() == cloudID && strings.HasPrefix("/"+path, begin) {
				at.serve(w, r, "gateway", "/"+path, s.apiBase+prefix+cloudID, at.identifyAtGateway)
				return
			}
		}
	}
	s.serveGrantPages(w, r)
}

// serve answers one request for an API path and records it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, face, path, base string, identify func(*http.Request) *caller) {
	began := time.Now()
	s.mu.RLock()
	c := &call{s: s, site: s.site, w: w, r: r, path: path, base: base, face: face}
	s.mu.RUnlock()
	c.who = identify(r)
	defer func() {
		email := ""
		if c.who.account != nil {
			email = c.who.account.Email
		}
		s.record(Request{began, face, r.Method, path, r.URL.RawQuery, c.who.kind, email, c.status})
	}()
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	asked := r.Clone(r.Context())
	asked.URL.Path, asked.URL.RawPath = path, ""
	_, pattern := theRoutes().mux.Handler(asked)
	c.e = theRoutes().byID[pattern]
	theRoutes().mux.ServeHTTP(discard{}, asked) // sets the path's values
	c.r = asked
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch {
	case c.e != nil && c.refused():
	case s.strike(c):
	case s.tooMany(c):
	case c.e == nil && r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET")
		c.fail(http.StatusMethodNotAllowed, "Method Not Allowed")
	case c.e == nil:
		c.fail(http.StatusNotFound, "null for uri: "+base+path)
	case c.e.optIn && r.Header.Get("X-ExperimentalApi") != "opt-in":
		c.fail(http.StatusPreconditionFailed, "This API is experimental. Experimental APIs are not guaranteed to be stable within the preview period. You must set the header 'X-ExperimentalApi: opt-in' to opt into using this API.")
	default:
		if c.who.account != nil {
			w.Header().Set("X-AACCOUNTID", url.QueryEscape(c.who.account.ID))
		}
		c.e.answer(c)
	}
}

// tooMany answers 429 to what comes beyond Rate requests within a second.
func (s *Server) tooMany(c *call) bool {
	if s.Rate == 0 {
		return false
	}
	s.mu.Lock()
	if now := time.Now().Truncate(time.Second); !now.Equal(s.second) {
		s.second, s.inSecond = now, 0
	}
	s.inSecond++
	over := s.inSecond > s.Rate
	s.mu.Unlock()
	if over {
		for k, v := range map[string]string{"Retry-After": "1", "RateLimit-Reason": "jira-burst-based", "X-RateLimit-Limit": itoa(s.Rate), "X-RateLimit-Remaining": "0",
			"X-RateLimit-Reset": time.Now().UTC().Add(time.Second).Format("2006-01-02T15:04Z"), "X-RateLimit-NearLimit": "true"} {
			c.w.Header().Set(k, v)
		}
		c.fail(http.StatusTooManyRequests, "Rate limit exceeded.")
	}
	return over
}

func (s *Server) record(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, r)
}

// discard is the writer of the multiplexer, which is only asked for the path's values.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// q is a query parameter.
func (c *call) q(name string) string { return c.r.URL.Query().Get(name) }

// all are the values of a query parameter that may be repeated or written with commas.
func (c *call) all(name string) []string {
	var out []string
	for _, v := range c.r.URL.Query()[name] {
		for _, p := range strings.Split(v, ",") {
			if p = strings.TrimSpace(p); p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// number is a query parameter that is a number of at least 0.
func (c *call) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.q(name)); err == nil && n >= 0 {
		return n
	}
	return otherwise
}

// expands says whether the expand parameter names a part.
func (c *call) expands(part string) bool {
	for _, v := range c.all("expand") {
		if v == part {
			return true
		}
	}
	return false
}

// size is the number of elements that this request gets at most.
func (c *call) size(parameter string) int {
	most := c.e.most
	if m, ok := c.s.Caps[c.e.pattern]; ok {
		most = m
	}
	n := c.number(parameter, c.e.size)
	if n < 1 || n > most {
		n = most
	}
	return n
}

func (c *call) confluence() bool { return strings.HasPrefix(c.path, "/wiki/") }

// json answers with a value.
func (c *call) json(v any) { c.send(http.StatusOK, v) }

func (c *call) send(status int, v any) {
	b, err := appendJSON(nil, v)
	if err != nil {
		c.deliver(http.StatusInternalServerError, "text/plain", []byte(err.Error()))
		return
	}
	c.deliver(status, "application/json;charset=UTF-8", append(b, '\n'))
}

// fail answers with the error body of the product that the path belongs to.
func (c *call) fail(status int, message string) {
	switch {
	case c.failed != nil:
		c.failed(status, message)
	case strings.HasPrefix(c.path, "/admin/"):
		c.orgFail(status, message)
	case strings.HasPrefix(c.path, "/wiki/api/v2/"):
		c.send(status, obj{"errors": []any{obj{"status": status, "code": code(status), "title": message, "detail": nil}}})
	case c.confluence():
		c.send(status, obj{"statusCode": status, "data": obj{"authorized": status != 401 && status != 403, "valid": status < 400 || status >= 500,
			"errors": []any{obj{"message": obj{"translation": message, "args": []any{}}}}, "successful": false}, "message": message})
	case strings.HasPrefix(c.path, "/rest/servicedeskapi/"):
		c.send(status, obj{"errorMessage": message, "i18nErrorMessage": obj{"i18nKey": "sd.error", "parameters": []any{}}})
	case status == http.StatusUnauthorized:
		c.send(status, obj{"message": message, "status-code": status})
	default:
		c.send(status, obj{"errorMessages": []any{message}, "errors": obj{}})
	}
}

// code is a status as Confluence's second API spells it.
func code(status int) string {
	return strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
}
