package fakesite

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

// overlay is a folder of content files given in the test.
type overlay map[string]string

func (o overlay) Open(name string) (fs.File, error) {
	m := fstest.MapFS{}
	for k, v := range o {
		m[k] = &fstest.MapFile{Data: []byte(v)}
	}
	return m.Open(name)
}

func TestStatusesOnDemand(t *testing.T) {
	s := start(t, Harbourline(1))
	s.Mend()
	c := auditor(t, s)
	s.Break(Fault{Path: "/rest/api/3/users/search", Skip: 1, Times: 2, Status: 503, Header: map[string]string{"Retry-After": "2"}})
	for _, want := range []int{200, 503, 503, 200} {
		r, b, _ := c.do("GET", "/rest/api/3/users/search", "")
		if r.StatusCode != want || want == 503 && (r.Header.Get("Retry-After") != "2" || !bytes.Contains(b, []byte("errorMessages"))) {
			t.Errorf("status %d, want %d: %.100s", r.StatusCode, want, b)
		}
	}
	s.Break(Fault{Path: "/wiki/api/v2/spaces/*/permissions", Query: "limit=7", Status: 404, Message: "Space not found"})
	c.ask("GET", "/wiki/api/v2/spaces/98305/permissions?limit=7", "", 404)
	c.ask("GET", "/wiki/api/v2/spaces/98305/permissions?limit=8", "", 200)
	s.Break(Fault{Path: "/wiki/rest/api/content/**", Limit: 10, Status: 413})
	c.ask("GET", "/wiki/rest/api/content/search?cql=type%3Dpage&limit=50", "", 413)
	c.ask("GET", "/wiki/rest/api/content/search?cql=type%3Dpage&limit=10", "", 200)
	s.Break(Fault{Path: "/rest/api/3/group/bulk", Status: 429, Body: "{}"})
	if r, _, _ := c.do("GET", "/rest/api/3/group/bulk", ""); r.StatusCode != 429 || r.Header.Get("Retry-After") != "" {
		t.Errorf("429 without Retry-After: %v", r)
	}
	s.Break(Fault{Path: "/rest/api/3/myself", Header: map[string]string{"X-RateLimit-NearLimit": "true"}, Delay: 30 * time.Millisecond})
	began := time.Now()
	if r, _, _ := c.do("GET", "/rest/api/3/myself", ""); r.StatusCode != 200 || r.Header.Get("X-RateLimit-NearLimit") != "true" || time.Since(began) < 30*time.Millisecond {
		t.Errorf("headers alone: %v", r)
	}
	s.Mend()
	c.ask("GET", "/rest/api/3/group/bulk", "", 200)
}

func TestBrokenConnections(t *testing.T) {
	s := start(t, Harbourline(1))
	c := auditor(t, s)
	path := "/rest/api/3/users/search?maxResults=2"
	s.Break(Fault{Path: "/rest/api/3/users/search", Times: 1, Kind: Reset})
	if _, _, err := c.do("GET", path, ""); !errors.Is(err, syscall.ECONNRESET) && !strings.Contains(err.Error(), "EOF") {
		t.Errorf("reset: %v", err)
	}
	s.Break(Fault{Path: "/rest/api/3/users/search", Times: 1, Kind: Truncate})
	if _, b, err := c.do("GET", path, ""); err == nil || len(b) == 0 {
		t.Errorf("truncated: %v %d", err, len(b))
	}
	s.Break(Fault{Path: "/rest/api/3/serverInfo", Times: 1, Kind: Drip})
	began := time.Now()
	if _, b, err := c.do("GET", "/rest/api/3/serverInfo", ""); err != nil || !json.Valid(b) || time.Since(began) < 500*time.Millisecond {
		t.Errorf("dripping: %v after %v", err, time.Since(began))
	}
	s.Break(Fault{Path: "/rest/api/3/users/search", Times: 1, Kind: Hang})
	req, _ := http.NewRequest("GET", s.siteURL+path, nil)
	if r, err := (&http.Client{Timeout: 100 * time.Millisecond}).Do(req); err == nil {
		t.Errorf("hanging: %v", r.Status)
	}
	c.ask("GET", path, "", 200)
}

func TestSpoiledBodies(t *testing.T) {
	s := start(t, Harbourline(1))
	c := auditor(t, s)
	for kind, ok := range map[Kind]func([]byte) bool{
		Login:     func(b []byte) bool { return bytes.HasPrefix(b, []byte("<!DOCTYPE html>")) },
		Text:      func(b []byte) bool { return !json.Valid(b) },
		Huge:      func(b []byte) bool { return json.Valid(b) && len(b) > 10_000_000 },
		Deep:      func(b []byte) bool { return bytes.Count(b, []byte("[")) > 100_000 },
		NUL:       func(b []byte) bool { return json.Valid(b) && bytes.Contains(b, []byte(`"a\u0000b"`)) },
		Surrogate: func(b []byte) bool { return bytes.Contains(b, []byte(`\ud83d here`)) },
		BigNumber: func(b []byte) bool { return json.Valid(b) && bytes.Contains(b, []byte(`:9007199254740993`)) },
		Duplicate: func(b []byte) bool { return json.Valid(b) && bytes.Contains(b, []byte(`","accountId":"another"`)) },
	} {
		s.Mend()
		s.Break(Fault{Path: "/rest/api/3/users/search", Kind: kind})
		if r, b, err := c.do("GET", "/rest/api/3/users/search?maxResults=2", ""); err != nil || r.StatusCode != 200 || !ok(b) {
			t.Errorf("%s: %v %.300s", kind, err, b)
		}
	}
}

func TestBrokenPaging(t *testing.T) {
	s := start(t, Harbourline(2))
	c := auditor(t, s)
	spaces := func() any { return c.get("/wiki/api/v2/spaces?limit=5") }
	s.Mend()
	s.Break(Fault{Path: "/wiki/api/v2/spaces", Kind: Empty, Times: 1})
	v := spaces()
	if len(list(v, "results")) != 0 || at(v, "_links.next") == nil {
		t.Fatalf("an empty page with a next one: %v", v)
	}
	if v := c.get(at(v, "_links.next").(string)); len(list(v, "results")) != 5 || at(v, "results.0.key") != "HANDBOOK" {
		t.Errorf("after the empty page: %v", v)
	}
	s.Mend()
	s.Break(Fault{Path: "/wiki/api/v2/spaces", Kind: Loop})
	first := at(spaces(), "_links.next").(string)
	if again := at(c.get(first), "_links.next"); again != at(c.get(again.(string)), "_links.next") {
		t.Error("the cursor does not loop")
	}
	s.Mend()
	s.Break(Fault{Kind: Repeat})
	if a, b := c.get("/rest/api/3/group/bulk?maxResults=3"), c.get("/rest/api/3/group/bulk?maxResults=3&startAt=3"); at(a, "values.2.groupId") != at(b, "values.0.groupId") {
		t.Error("no record is repeated")
	}
	s.Mend()
	s.Break(Fault{Kind: Drift})
	if n := at(c.get("/rest/api/3/group/bulk"), "total").(float64); n <= float64(s.site.groups.n) {
		t.Errorf("the total does not drift: %v of %d", n, s.site.groups.n)
	}
	c.ask("GET", "/wiki/api/v2/spaces?cursor=old", "", 400)
	c.ask("GET", "/rest/api/3/search/jql?jql=project%3DOPS&nextPageToken=%21", "", 400)
}

func TestRateAndLatency(t *testing.T) {
	s := Harbourline(1)
	s.Rate, s.Latency = 3, 20*time.Millisecond
	start(t, s)
	c := auditor(t, s)
	seen := map[int]int{}
	began := time.Now()
	for range 12 {
		r, _, _ := c.do("GET", "/rest/api/3/serverInfo", "")
		seen[r.StatusCode]++
		if r.StatusCode == 429 && (r.Header.Get("Retry-After") != "1" || r.Header.Get("RateLimit-Reason") == "") {
			t.Errorf("429 with %v", r.Header)
		}
	}
	if seen[429] < 6 || seen[200] < 3 || time.Since(began) < 240*time.Millisecond {
		t.Errorf("%v in %v", seen, time.Since(began))
	}
}
