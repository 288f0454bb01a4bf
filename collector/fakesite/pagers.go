package fakesite

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The seven styles of paging. Each answers with one page of a table.

// offsetPage is Jira's page bean: startAt, maxResults, total, isLast, values.
func offsetPage[T any](c *call, t table[T], show func(T) any) {
	size := c.size("maxResults")
	start := c.number("startAt", 0)
	from := c.stutter(start)
	values := window(t, from, size, show)
	last := start+size >= t.n
	if c.spoiled[Loop] {
		last = false
	}
	page := obj{"self": c.self(nil), "maxResults": size, "startAt": start, "total": c.drift(t.n), "isLast": last, "values": values}
	if !last {
		page["nextPage"] = c.self(map[string]string{"startAt": strconv.Itoa(start + size), "maxResults": strconv.Itoa(size)})
	}
	c.json(page)
}

// bareArray is a list without any frame; it ends with an empty one.
func bareArray[T any](c *call, t table[T], show func(T) any) {
	c.json(window(t, c.stutter(c.number("startAt", 0)), c.size("maxResults"), show))
}

// cursorPage is Confluence's second API: an opaque cursor in the Link header and in _links.next.
func cursorPage[T any](c *call, t table[T], show func(T) any) {
	size := c.size("limit")
	start, ok := c.cursor(c.q("cursor"))
	if !ok {
		c.fail(400, "The provided cursor is invalid or has expired.")
		return
	}
	values, next := c.cut(t.n, start, size)
	links := obj{"base": c.s.siteURL + "/wiki"}
	if next >= 0 {
		to := c.path + "?" + c.with(map[string]string{"cursor": c.cursorFor(next), "limit": strconv.Itoa(size)})
		links["next"] = to
		c.w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next", <%s>; rel="base"`, to, links["base"]))
	}
	c.json(obj{"results": window(t, values[0], values[1], show), "_links": links})
}

// v1Page is Confluence's first API: start, limit, size, and _links.next relative to the base.
func v1Page[T any](c *call, t table[T], show func(T) any, more obj) {
	size := c.size("limit")
	start := c.number("start", 0)
	values, next := c.cut(t.n, start, size)
	results := window(t, values[0], values[1], show)
	to := ""
	if next >= 0 {
		to = c.with(map[string]string{"start": strconv.Itoa(next), "limit": strconv.Itoa(size)})
	}
	c.v1(results, start, size, to, more)
}

// v1CursorPage is Confluence's content search: the place is a cursor inside _links.next.
func v1CursorPage[T any](c *call, t table[T], show func(T) any, more obj) {
	size := c.size("limit")
	start, ok := c.cursor(c.q("cursor"))
	if !ok {
		c.fail(400, "Invalid cursor")
		return
	}
	values, next := c.cut(t.n, start, size)
	results := window(t, values[0], values[1], show)
	to := ""
	if next >= 0 {
		to = c.with(map[string]string{"cursor": c.cursorFor(next), "limit": strconv.Itoa(size), "next": "true"})
	}
	c.v1(results, 0, size, to, more)
}

func (c *call) v1(results []any, start, size int, next string, more obj) {
	links := obj{"base": c.s.siteURL + "/wiki", "context": "/wiki", "self": c.base + c.path}
	if next != "" {
		links["next"] = strings.TrimPrefix(c.path, "/wiki") + "?" + next
	}
	page := obj{"results": results, "start": start, "limit": size, "size": len(results), "_links": links}
	for k, v := range more {
		page[k] = v
	}
	c.json(page)
}

// deskPage is Service Management's: start, limit, isLastPage.
func deskPage[T any](c *call, t table[T], show func(T) any) {
	size := c.size("limit")
	start := c.number("start", 0)
	values := window(t, c.stutter(start), size, show)
	last := start+size >= t.n && !c.spoiled[Loop]
	links := obj{"base": c.base, "context": "", "self": c.self(nil)}
	if !last {
		links["next"] = c.self(map[string]string{"start": strconv.Itoa(start + size), "limit": strconv.Itoa(size)})
	}
	c.json(obj{"_expands": []any{}, "size": len(values), "start": start, "limit": size, "isLastPage": last, "_links": links, "values": values})
}

// tokenPage is Jira's issue search: nextPageToken, absent on the last page; no total.
func tokenPage[T any](c *call, t table[T], show func(T) any) {
	size := c.size("maxResults")
	start, ok := c.cursor(c.q("nextPageToken"))
	if !ok {
		c.fail(400, "The provided next page token is invalid or expired.")
		return
	}
	values, next := c.cut(t.n, start, size)
	page := obj{"issues": window(t, values[0], values[1], show), "isLast": next < 0}
	if next >= 0 {
		page["nextPageToken"] = c.cursorFor(next)
	}
	c.json(page)
}

// auditPage is Jira's audit log: offset, limit, total, records.
func auditPage[T any](c *call, t table[T], show func(T) any) {
	size := c.size("limit")
	start := c.number("offset", 0)
	c.json(obj{"offset": start, "limit": size, "total": c.drift(t.n), "records": window(t, c.stutter(start), size, show)})
}

// cut is the window (start, length) of a page of n elements and where the next one begins, or -1.
func (c *call) cut(n, start, size int) (values [2]int, next int) {
	if c.spoiled[Empty] && start < n {
		return [2]int{0, 0}, start
	}
	next = start + size
	if next >= n {
		next = -1
	}
	if c.spoiled[Loop] {
		next = start
	}
	return [2]int{c.stutter(start), size}, next
}

// stutter moves a page back by one element, so that the last of the page before comes again.
func (c *call) stutter(start int) int {
	if c.spoiled[Repeat] && start > 0 {
		return start - 1
	}
	return start
}

// drift is a total that is another with every answer.
func (c *call) drift(total int) int {
	if c.spoiled[Drift] {
		return total + int(time.Now().UnixNano()%7) + 1
	}
	return total
}

// cursorFor is an opaque cursor; two for the same place differ, but those of a loop do not.
func (c *call) cursorFor(start int) string {
	salt := time.Now().UnixNano()
	if c.spoiled[Loop] {
		salt = 1
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "at:%d:%d", start, salt))
}

func (c *call) cursor(text string) (start int, ok bool) {
	if text == "" {
		return 0, true
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, false
	}
	_, err = fmt.Sscanf(string(b), "at:%d:", &start)
	return start, err == nil
}

// with is the request's query with some parameters set.
func (c *call) with(set map[string]string) string {
	q := url.Values{}
	for k, v := range c.r.URL.Query() {
		q[k] = v
	}
	for k, v := range set {
		q.Set(k, v)
	}
	return q.Encode()
}

// self is the address of this request with some parameters set.
func (c *call) self(set map[string]string) string {
	if q := c.with(set); q != "" {
		return c.base + c.path + "?" + q
	}
	return c.base + c.path
}
