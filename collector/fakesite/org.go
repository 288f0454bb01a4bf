package fakesite

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The organisation's APIs at the gateway, below /admin.

// Organisation keys at Harbourline, as org_signins.json has them: one without scopes, one with the
// scopes for accounts, groups and domains alone. ExpiredOrgKey was good once.
const (
	OrgKeySecret       = "harbourline-organisation-key"
	ScopedOrgKeySecret = "harbourline-scoped-organisation-key"
	ExpiredOrgKey      = "harbourline-expired-organisation-key"
)

//go:embed org_endpoints.txt
var orgEndpointsText string

// orgEndpoint is a line of org_endpoints.txt: the flags are the form of its errors and its limit.
type orgEndpoint struct {
	*endpoint
	form      string // proxy, errors
	perMinute int
	answer    func(*call, *organisation)
}

var orgRoutes = sync.OnceValue(func() (rt struct {
	mux  *http.ServeMux
	byID map[string]*orgEndpoint
}) {
	rt.mux, rt.byID = http.NewServeMux(), map[string]*orgEndpoint{}
	for _, e := range parseEndpoints(orgEndpointsText) {
		rt.byID[e.pattern] = &orgEndpoint{endpoint: e, form: "proxy", answer: orgAnswers[e.pattern]}
		rt.mux.HandleFunc(e.pattern, func(http.ResponseWriter, *http.Request) {})
	}
	for l := range strings.Lines(orgEndpointsText) {
		if f := strings.Split(l, "|"); len(f) > 2 && l[0] != '#' {
			e, words := rt.byID[strings.TrimSpace(f[0])], strings.Fields(f[2])
			e.form = words[0]
			if len(words) > 1 {
				e.perMinute, _ = strconv.Atoi(words[1])
			}
		}
	}
	return rt
})

// minute is how often something limited was asked since a limit's minute began.
type minute struct {
	began time.Time
	count int
}

// serveOrganisation answers a request below /admin and records it.
func (s *Server) serveOrganisation(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	s.mu.RLock()
	c := &call{s: s, site: s.site, w: w, path: r.URL.Path, base: s.apiBase, face: "gateway", who: &caller{kind: "none"}}
	s.mu.RUnlock()
	key, good := s.orgKey(r)
	if r.Header.Get("Authorization") != "" {
		c.who.kind = "wrong"
	}
	if good {
		c.who.kind, c.who.scopes = "org-key", map[string]bool{}
		for _, scope := range key.Scopes {
			c.who.scopes[scope] = true
		}
	}
	defer func() {
		s.record(Request{Time: began, Face: "gateway", Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Auth: c.who.kind, Status: c.status})
	}()
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	_, pattern := orgRoutes().mux.Handler(r)
	e := orgRoutes().byID[pattern]
	orgRoutes().mux.ServeHTTP(discard{}, r) // sets the path's values
	c.r = r
	if e != nil {
		c.e = e.endpoint
	}
	w.Header().Set("X-RateLimit-Limit", "1000")
	w.Header().Set("X-RateLimit-Remaining", "999")
	w.Header().Set("X-RateLimit-Reset", began.UTC().Add(time.Minute).Format("2006-01-02T15:04:05Z"))
	switch {
	case !good:
		c.orgFail(http.StatusUnauthorized, "Unauthorized")
	case s.strike(c):
	case s.tooMany(c):
	case e == nil:
		c.orgFail(http.StatusNotFound, "Not Found")
	case key.Scopes != nil && !slices.ContainsFunc(e.granular, func(scope string) bool { return c.who.scopes[scope] }) && len(e.granular) > 0:
		c.orgFail(http.StatusForbidden, "The API key does not have the required scope: "+strings.Join(e.granular, " "))
	case e.perMinute > 0 && s.beyond(c, e):
		c.orgFail(http.StatusTooManyRequests, "Too many requests")
	case r.PathValue("org") == "":
		e.answer(c, nil)
	default:
		i := slices.IndexFunc(c.site.orgs, func(o *organisation) bool { return o.ID == r.PathValue("org") })
		if i < 0 {
			c.orgFail(http.StatusNotFound, "Organization not found")
			return
		}
		e.answer(c, c.site.orgs[i])
	}
}

// orgKey is the key that a request brings, and whether it is good.
func (s *Server) orgKey(r *http.Request) (OrgKey, bool) {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return OrgKey{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, k := range append(slices.Clone(s.site.orgKeys), s.OrgKeys...) {
		if k.Secret == secret {
			return k, true
		}
	}
	return OrgKey{}, false
}

// beyond counts a request that the organisation limits a minute, tells how many are left, and says whether it is one too many.
func (s *Server) beyond(c *call, e *orgEndpoint) bool {
	length := s.Minute
	if length == 0 {
		length = time.Minute
	}
	s.mu.Lock()
	if s.minutes == nil {
		s.minutes = map[string]*minute{}
	}
	what := e.pattern + " " + c.r.PathValue("org")
	m := s.minutes[what]
	if m == nil || time.Since(m.began) >= length {
		m = &minute{began: time.Now()}
		s.minutes[what] = m
	}
	m.count++
	left, reset := e.perMinute-m.count, m.began.Add(length)
	s.mu.Unlock()
	h := c.w.Header()
	h.Set("X-RateLimit-Limit", itoa(e.perMinute))
	h.Set("X-RateLimit-Remaining", itoa(max(left, 0)))
	h.Set("X-RateLimit-Reset", reset.UTC().Format("2006-01-02T15:04:05Z"))
	if left < 0 {
		h.Set("Retry-After", itoa(int(max(time.Until(reset), 0)/time.Second)+1))
	}
	return left < 0
}

// orgFail answers with the error body of the organisation's API that the path belongs to.
func (c *call) orgFail(status int, message string) {
	e := orgRoutes().byID["GET /admin/v1/orgs"]
	if c.e != nil {
		e = orgRoutes().byID[c.e.pattern]
	}
	id := uuid(c.path + message)
	switch {
	case status == http.StatusForbidden && strings.HasSuffix(c.path, "/domains"):
		c.send(status, obj{"timestamp": c.site.about.Now, "status": "403", "error": "Forbidden", "message": message, "path": c.path, "requestId": id})
	case e.form == "errors":
		c.send(status, obj{"errors": []any{obj{"id": id, "status": itoa(status), "code": "ADMIN-" + itoa(status) + "-1", "title": http.StatusText(status), "detail": message}}})
	default:
		c.send(status, obj{"code": status, "message": message})
	}
}

// posted is the body of a search.
func (c *call) posted() map[string]any {
	body := map[string]any{}
	if b, err := io.ReadAll(c.r.Body); err == nil && len(b) > 0 {
		_ = json.Unmarshal(b, &body)
	}
	return body
}

// orgPage is a window of a list and the cursor behind it, "" at its end. The cursor knows the page size too, for the
// lists that forget what was asked beside it.
func orgPage[T any](c *call, t table[T], cursor string, size int, show func(T) any) (data []any, next string, ok bool) {
	start := 0
	if place, rest, found := strings.Cut(cursor, "~"); found {
		size = min(max(int(atoi64(rest)), 1), size)
		cursor = place
	}
	if start, ok = c.cursor(cursor); !ok {
		c.orgFail(http.StatusBadRequest, "Invalid page cursor")
		return nil, "", false
	}
	values, after := c.cut(t.n, start, size)
	if after >= 0 {
		next = c.cursorFor(after)
	}
	return window(t, values[0], values[1], show), next, true
}

// adminV1 is a list of version 1: links.next is the address of the next page.
func adminV1[T any](c *call, t table[T], show func(T) any, meta bool) {
	data, next, ok := orgPage(c, t, c.q("cursor"), c.size("none"), show)
	if !ok {
		return
	}
	links := obj{"self": c.self(nil)}
	if next != "" {
		links["next"] = c.self(map[string]string{"cursor": next})
	}
	page := obj{"data": data, "links": links}
	if meta {
		page["meta"] = obj{"next": nil, "page_size": len(data)}
		if next != "" {
			page["meta"] = obj{"next": next, "page_size": len(data)}
		}
	}
	c.json(page)
}

// adminV2 is a list of version 2: links.next is a bare cursor, beside which everything else is forgotten.
func adminV2[T any](c *call, t table[T], show func(T) any) {
	size := c.size("limit")
	if c.q("cursor") != "" {
		size = c.e.most
	}
	data, next, ok := orgPage(c, t, c.q("cursor"), size, show)
	if !ok {
		return
	}
	if _, rest, found := strings.Cut(c.q("cursor"), "~"); found {
		size = int(atoi64(rest))
	}
	links := obj{"self": c.q("cursor")}
	if next != "" {
		links["next"] = next + "~" + itoa(size)
	}
	c.json(obj{"data": data, "links": links})
}

// adminSearch is a search by POST: limit and cursor are in the body, links.next is a bare cursor.
func adminSearch[T any](c *call, t table[T], body map[string]any, show func(T) any) {
	size := c.e.size
	if n, ok := body["limit"].(float64); ok {
		size = int(n)
	}
	most := c.e.most
	if m, ok := c.s.Caps[c.e.pattern]; ok {
		most = m
	}
	if size < 1 || size > c.e.most {
		c.orgFail(http.StatusBadRequest, "limit must be between 1 and "+itoa(c.e.most))
		return
	}
	cursor, _ := body["cursor"].(string)
	data, next, ok := orgPage(c, t, cursor, min(size, most), show)
	if !ok {
		return
	}
	links := obj{"self": cursor}
	if next != "" {
		links["next"] = next
	}
	c.json(obj{"data": data, "links": links})
}
