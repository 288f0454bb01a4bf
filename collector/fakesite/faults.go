package fakesite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Fault is something that goes wrong with the answers to the requests it matches. Without Status
// and Kind it only adds its headers and its delay to the usual answer.
type Fault struct {
	Method string `json:"method"` // "" is any
	Path   string `json:"path"`   // API path; * is one segment, ** the rest; "" is any
	Query  string `json:"query"`  // must be contained in the raw query

	Skip  int `json:"skip"`  // this many matching requests are answered as usual first
	Times int `json:"times"` // then it happens so often; 0 is for ever
	Limit int `json:"limit"` // only while the page asked for is larger than this

	Status  int               `json:"status"`  // answer this instead
	Message string            `json:"message"` // in the product's error body
	Body    string            `json:"body"`    // instead of an error body
	Header  map[string]string `json:"header"`
	Kind    Kind              `json:"kind"`
	Delay   time.Duration     `json:"-"`
}

// Kind is a way to spoil an answer.
type Kind string

// What can happen to a connection, to a body, and to the paging of a list.
const (
	Hang  Kind = "hang"  // no answer until the client gives up
	Reset Kind = "reset" // the connection is reset
	Drip  Kind = "drip"  // the body comes byte by byte, one each 2 ms

	Truncate  Kind = "truncate"  // half of the body, then the connection ends
	Login     Kind = "login"     // status 200 and a page of HTML that asks to log in
	Text      Kind = "text"      // status 200 and a body that is not JSON
	Duplicate Kind = "duplicate" // the first element has one member twice, with different values
	Huge      Kind = "huge"      // the first element's name is a string of 10 MB
	Deep      Kind = "deep"      // the first element's name is an array of 100,000 levels
	NUL       Kind = "nul"       // the first element's id holds U+0000
	Surrogate Kind = "surrogate" // the first element's name is half of a surrogate pair
	BigNumber Kind = "bignumber" // the first element's id is a number beyond 2^53

	Loop   Kind = "loop"   // the cursor of the next page is that of this one; pages never end
	Repeat Kind = "repeat" // each page begins with the last record of the one before
	Drift  Kind = "drift"  // the total is another with every answer
	Empty  Kind = "empty"  // a page without records that has a next one (lists with a cursor or next link)
)

type fault struct {
	Fault
	seen int
}

// Break adds a fault while the server runs.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f})
}

// Mend ends all faults, those of the content too.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// matches says whether a path fits a pattern of segments.
func matches(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	p, q := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, seg := range p {
		switch {
		case seg == "**":
			return true
		case i >= len(q) || seg != "*" && seg != q[i]:
			return false
		}
	}
	return len(p) == len(q)
}

// strikes are the faults that happen to this request.
func (s *Server) strikes(c *call) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Fault
	size := max(c.number("maxResults", 0), c.number("limit", 0))
	for _, f := range s.faults {
		if f.Method != "" && f.Method != c.r.Method || !matches(f.Path, c.path) || !strings.Contains(c.r.URL.RawQuery, f.Query) || f.Limit > 0 && size <= f.Limit {
			continue
		}
		f.seen++
		if f.seen > f.Skip && (f.Times == 0 || f.seen <= f.Skip+f.Times) {
			out = append(out, f.Fault)
		}
	}
	return out
}

// strike applies the faults of a request and says whether one of them was its answer.
func (s *Server) strike(c *call) bool {
	for _, f := range s.strikes(c) {
		time.Sleep(f.Delay)
		for k, v := range f.Header {
			c.w.Header().Set(k, v)
		}
		switch {
		case f.Status != 0 && f.Body != "":
			c.deliver(f.Status, "application/json", []byte(f.Body))
			return true
		case f.Status != 0:
			if f.Message == "" {
				f.Message = http.StatusText(f.Status)
			}
			c.fail(f.Status, f.Message)
			return true
		case f.Kind == Hang:
			<-c.r.Context().Done()
			panic(http.ErrAbortHandler)
		case f.Kind == Reset:
			c.reset()
			return true
		case f.Kind == Login:
			c.deliver(200, "text/html;charset=UTF-8", []byte("<!DOCTYPE html><html><head><title>Log in with Atlassian account</title></head><body>Log in to continue</body></html>"))
			return true
		case f.Kind == Text:
			c.deliver(200, "application/json;charset=UTF-8", []byte("upstream connect error or disconnect/reset before headers"))
			return true
		case f.Kind != "":
			if c.spoiled == nil {
				c.spoiled = map[Kind]bool{}
			}
			c.spoiled[f.Kind] = true
		}
	}
	return false
}

// reset ends the connection with a reset instead of an answer.
func (c *call) reset() {
	if h, ok := c.w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			if t, ok := conn.(*net.TCPConn); ok {
				_ = t.SetLinger(0)
			}
			_ = conn.Close()
		}
	}
}

// deliver writes a body, as slowly and as wholly as the faults of the request let it.
func (c *call) deliver(status int, kind string, body []byte) {
	if status == 200 {
		body = c.spoil(body)
	}
	c.status = status
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Content-Length", itoa(len(body)))
	c.w.WriteHeader(status)
	flush, _ := c.w.(http.Flusher)
	switch {
	case c.spoiled[Truncate]:
		_, _ = c.w.Write(body[:len(body)/2])
		flush.Flush()
		panic(http.ErrAbortHandler) // ends the connection before the length is reached
	case c.spoiled[Drip]:
		for i := range body {
			if _, err := c.w.Write(body[i : i+1]); err != nil {
				return
			}
			flush.Flush()
			select {
			case <-c.r.Context().Done():
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	default:
		_, _ = c.w.Write(body) // the client may be gone
	}
}

// spoil changes the first element of a list, or the object itself, as the request's faults say.
func (c *call) spoil(body []byte) []byte {
	var replace string // text of the member's value
	member := ""
	find := func(names ...string) {
		for _, n := range names {
			if member == "" && bytes.Contains(body, []byte(`"`+n+`":"`)) {
				member = n
			}
		}
	}
	switch {
	case c.spoiled[Huge]:
		find("displayName", "name", "title", "filename")
		replace = `"` + strings.Repeat("x", 10_000_000) + `"`
	case c.spoiled[Deep]:
		find("displayName", "name", "title", "filename")
		replace = strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	case c.spoiled[Surrogate]:
		find("displayName", "name", "title", "filename")
		replace = `"half \ud83d here"`
	case c.spoiled[NUL]:
		find("accountId", "groupId", "id")
		replace = `"a\u0000b"`
	case c.spoiled[BigNumber]:
		find("accountId", "groupId", "id")
		replace = "9007199254740993"
	case c.spoiled[Duplicate]:
		find("accountId", "groupId", "id")
	default:
		return body
	}
	at := bytes.Index(body, []byte(`"`+member+`":"`))
	if member == "" || at < 0 {
		return body
	}
	from := at + len(member) + 3
	d := json.NewDecoder(bytes.NewReader(body[from:]))
	var value string
	if d.Decode(&value) != nil {
		return body
	}
	to := from + int(d.InputOffset())
	if replace == "" { // the member comes a second time
		replace = fmt.Sprintf(`"%s","%s":"another"`, value, member)
	}
	return append(append(append([]byte{}, body[:from]...), replace...), body[to:]...)
}
