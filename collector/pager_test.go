package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"plumbline/store"
)

// shelf is a server of one list of numbered things, in any style of paging, with the tricks that lists play.
type shelf struct {
	style string // as Pager.Name
	n     int    // things there are
	cap   int    // most things given a page, 0: as asked

	echoes   bool                                // maxResults is repeated as asked, whatever is given
	silent   bool                                // no total
	total    func(request int) int               // stated instead of n
	spoil    func(page []int, request int) []int // records repeated, left out ...
	lastLie  bool                                // isLast on the first page already
	deaf     bool                                // the offset is ignored
	loops    bool                                // the cursor of the second page is that of the first
	empties  int                                 // empty pages with a next link in between; -1: without end
	expire   int                                 // this many times a cursor is refused
	foreign  bool                                // links name another host
	header   bool                                // the next link is in the Link header only
	conflict int                                 // pages larger than this are answered 409
	resend   bool                                // a request without the filter of the first is refused

	mu      *sync.Mutex // made by read
	asked   []string
	refused int
	served  map[string]int
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.RawQuery)
	request := len(s.asked)
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = s.posted(w, r)
	}
	at, size := s.place(q)
	if s.resend && q.Get("filter") != "all" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"errors":[{"status":400,"code":"ADMIN-400","title":"every parameter must be sent again"}]}`)
		return
	}
	if s.conflict > 0 && size > s.conflict {
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"errorMessages":["takes longer than 10 seconds"],"errors":{}}`)
		return
	}
	if s.expire > s.refused && at > 0 && s.chained() {
		s.refused++
		w.WriteHeader(http.StatusGone)
		fmt.Fprint(w, `{"errors":[{"status":410,"code":"GONE","title":"the cursor is not valid"}]}`)
		return
	}
	asked := size
	if s.cap > 0 && size > s.cap {
		size = s.cap
	}
	if s.deaf {
		at = 0
	}
	page := []int{}
	for i := at; i < min(at+size, s.n); i++ {
		page = append(page, i)
	}
	next := at + len(page)
	last := next >= s.n
	if s.served == nil {
		s.served = map[string]int{}
	}
	if e := q.Get("void"); s.chained() && at > 0 && (s.empties < 0 || s.served["void"] < s.empties) && e != "done" {
		s.served["void"]++
		page, next, last = nil, at, false
		q.Set("void", strconv.Itoa(s.served["void"]))
		if s.empties > 0 && s.served["void"] == s.empties {
			q.Set("void", "done")
		}
	}
	if s.spoil != nil {
		page = s.spoil(page, request)
	}
	total := s.n
	if s.total != nil {
		total = s.total(request)
	}
	things := []map[string]any{}
	for _, i := range page {
		things = append(things, map[string]any{"id": strconv.Itoa(i), "name": fmt.Sprintf("thing %d", i), "secret": "no"})
	}
	truth := size
	if s.echoes {
		truth = asked
	}
	answer := map[string]any{}
	switch s.style {
	case "offset-array":
		_ = json.NewEncoder(w).Encode(things)
		return
	case "offset":
		answer = map[string]any{"values": things, "startAt": at, "maxResults": truth, "total": total, "isLast": last || s.lastLie}
	case "audit":
		answer = map[string]any{"values": things, "offset": at, "limit": truth, "total": total}
	case "jsm":
		answer = map[string]any{"values": things, "start": at, "limit": truth, "size": len(things), "isLastPage": last || s.lastLie}
	case "v1":
		answer = map[string]any{"values": things, "start": at, "limit": truth, "size": len(things), "totalSize": total}
		if !last {
			answer["_links"] = map[string]any{"base": "https://other.example/wiki", "next": fmt.Sprintf("/rest/api/thing?start=%d&limit=%d", next, truth)}
		}
	case "admin", "admin-v2", "admin-url", "admin-meta", "admin-poll", "admin-post", "admin-post-bare", "api-access", "dc-cursor", "scan", "auditing":
		answer = s.administered(things, at, next, size, last)
	case "v1-links-cursor", "cursor-link", "v1-cursor", "cursor-body", "token":
		answer = map[string]any{"values": things, "limit": truth}
		if !s.silent && s.style != "token" {
			answer["totalSize"] = total
		}
		cursor := fmt.Sprintf("c/%d+=", next)
		if s.loops && at > 0 {
			cursor = fmt.Sprintf("c/%d+=", size)
		}
		q.Set("cursor", cursor)
		if !last || s.loops {
			link := "/wiki/api/v2/things?" + q.Encode()
			if s.foreign {
				link = "https://evil.example/steal?" + q.Encode()
			}
			switch {
			case s.style == "token":
				answer["nextPageToken"], answer["isLast"] = cursor, false
			case s.style == "cursor-body":
				answer["cursor"] = cursor
			case s.header:
				w.Header().Set("Link", `<`+link+`>; rel="next", <https://x.example>; rel="base"`)
			default:
				answer["_links"] = map[string]any{"base": "https://other.example/wiki", "next": link}
			}
		}
	}
	if s.silent {
		delete(answer, "total")
		delete(answer, "totalSize")
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *shelf) chained() bool {
	return shelves[s.style].next != nil || s.style == "v1-links-cursor"
}

func (s *shelf) place(q url.Values) (at, size int) {
	number := func(names ...string) int {
		for _, name := range names {
			if n, err := strconv.Atoi(q.Get(name)); err == nil {
				return n
			}
		}
		return 0
	}
	at, size = number("startAt", "start", "offset"), number("maxResults", "limit", "pageSize")
	if size == 0 {
		size = 10 // lists that take no page size, and cursors that hold it
	}
	for _, name := range []string{"cursor", "nextPageToken", "pageCursor"} {
		if c, ok := strings.CutPrefix(q.Get(name), "c/"); ok {
			at, _ = strconv.Atoi(strings.TrimSuffix(c, "+="))
		}
	}
	return at, size
}

// shelves are the pagers by style.
var shelves = map[string]Pager{"offset-array": OffsetArray(10), "offset": Offset(10), "audit": Audit(10), "jsm": JSM(10), "v1": V1(10),
	"v1-links-cursor": V1(10), "cursor-link": CursorLink(10), "v1-cursor": V1Cursor(10), "cursor-body": BodyCursor(10), "token": Token(10),
	"admin": Admin(), "admin-url": Admin(), "admin-meta": Admin(), "admin-v2": AdminV2(10), "admin-poll": AdminPoll(10), "admin-post": AdminPost(10), "admin-post-bare": AdminPostBare(10),
	"api-access": APIAccess(10), "dc-cursor": DCCursor(10), "scan": Scan(10), "auditing": Auditing(10)}

// read reads the shelf as jira_project, through the loop and into a file, and returns the names read and what came of it.
func (s *shelf) read(t *testing.T, f *store.File) ([]string, store.Coverage, []store.Request) {
	s.mu = new(sync.Mutex)
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	src := Source{API: JiraAPI, Path: "/wiki/api/v2/things", Pager: shelves[s.style], Items: "values"}
	if s.style == "offset-array" {
		src.Items = ""
	}
	if src.Pager.post {
		src.Method, src.Path = http.MethodPost, "/admin/v2/orgs/o-1/workspaces"
		src.Body = func(Item) any { return Item{"filter": "all"} }
	} else if s.resend {
		src.Query = "filter=all"
	}
	r := Resource{Name: "jira_project", Product: Jira, Revision: 1, Lists: All, Keep: []string{"id", "name"}, Key: []string{"id"}, Sources: []Source{src}}
	return gather(t, f, server.URL, r)
}

// gather collects resources from a server that needs no identification, and returns the keys of the first.
func gather(t *testing.T, f *store.File, base string, resources ...Resource) ([]string, store.Coverage, []store.Request) {
	t.Helper()
	l := bareLoop(t, f, base, resources...)
	if err := l.walk(t.Context()); err != nil {
		t.Fatal(err)
	}
	return outcomeOf(t, f, l, resources[0].Name)
}

func bareLoop(t testing.TB, f *store.File, base string, resources ...Resource) *loop {
	t.Helper()
	m := quick()
	transport, err := newTransport(*m, "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	l := &loop{client: newClient(transport, *m, "test"), level: PersonalFull, held: map[string]known{}}
	l.site = identity{Site: store.Site{IDs: []string{base}, Kind: "cloud", Address: base}, typed: base, products: map[Product]known{}}
	l.sessions = []*session{{Credential: Basic(APIToken, "test", "", "a@harbourline.example", plantedToken), bases: map[API]string{JiraAPI: base, ConfluenceAPI: base}}}
	if err := l.prepare(resources); err != nil {
		t.Fatal(err)
	}
	if l.store, err = f.Begin(t.Context(), store.Start{Site: l.site.Site, Now: testNow(), PersonalData: PersonalFull}); err != nil {
		t.Fatal(err)
	}
	l.started = l.store.Snapshot().Started
	return l
}

const plantedToken = "tok3n-that-must-never-show"

func outcomeOf(t testing.TB, f *store.File, l *loop, name string) ([]string, store.Coverage, []store.Request) {
	t.Helper()
	ctx := context.Background()
	s, err := l.store.Finish(ctx, testNow())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for o, err := range f.Objects(ctx, s.ID, name) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	all, err := f.Coverage(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	requests, err := f.Requests(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(c store.Coverage) bool { return c.Resource == name })
	return keys, all[i], requests
}

func numbers(n int) []string {
	all := []string{}
	for i := range n {
		all = append(all, strconv.Itoa(i))
	}
	slices.Sort(all)
	return all
}

// Every style reads every length, whatever the server caps a page at.
func TestPagersReadAll(t *testing.T) {
	f := openFile(t)
	for style := range shelves {
		for _, n := range []int{0, 1, 10, 11, 95} {
			for _, most := range []int{0, 7} {
				t.Run(fmt.Sprintf("%s/%d/cap%d", style, n, most), func(t *testing.T) {
					s := &shelf{style: style, n: n, cap: most}
					keys, c, _ := s.read(t, f)
					if !slices.Equal(keys, numbers(n)) || c.Outcome != store.Complete {
						t.Errorf("read %d of %d, %s: %s (%d requests)", len(keys), n, c.Outcome, c.Reason, len(s.asked))
					}
					if limit := n/max(1, min(10, max(most, 1))) + 30; len(s.asked) > limit {
						t.Errorf("%d requests for %d things", len(s.asked), n)
					}
				})
			}
		}
	}
}

// What lists do that they should not.
func TestPagersAreNotFooled(t *testing.T) {
	repeatFirst := func(page []int, request int) []int {
		if request > 1 && len(page) > 0 && page[0] > 0 {
			return append([]int{page[0] - 1}, page...)
		}
		return page
	}
	f := openFile(t)
	for name, c := range map[string]struct {
		shelf   shelf
		keys    int
		outcome store.Outcome
		reason  string
		styles  []string
	}{
		"total too high":       {shelf{n: 35, total: func(int) int { return 40 }}, 35, store.Partial, "35 came of 40", []string{"offset", "audit", "v1"}},
		"total too low":        {shelf{n: 35, total: func(int) int { return 12 }}, 35, store.Partial, "35 came of 12", []string{"offset"}},
		"total settles":        {shelf{n: 35, total: func(r int) int { return max(35, 38-r) }}, 35, store.Complete, "", []string{"offset", "audit"}},
		"total drifts":         {shelf{n: 35, total: func(r int) int { return 35 + r }}, 35, store.Partial, "that the site counts", []string{"offset", "audit", "v1"}},
		"records repeat":       {shelf{n: 35, spoil: repeatFirst, silent: true}, 35, store.Partial, "came twice", []string{"offset", "jsm", "v1", "cursor-link", "v1-cursor", "token", "cursor-body"}},
		"last too early":       {shelf{n: 35, lastLie: true}, 35, store.Complete, "", []string{"offset"}},
		"offset ignored":       {shelf{n: 35, deaf: true, silent: true}, 10, store.Partial, "again and again", []string{"offset", "offset-array", "jsm", "v1"}},
		"cursor loops":         {shelf{n: 35, loops: true, silent: true}, 20, store.Partial, "leads back", []string{"cursor-link", "v1-cursor", "token", "cursor-body", "v1-links-cursor"}},
		"empty pages between":  {shelf{n: 35, empties: 3}, 35, store.Complete, "", []string{"cursor-link", "v1-cursor"}},
		"empty pages for ever": {shelf{n: 35, empties: -1, silent: true}, 10, store.Partial, "empty pages promise", []string{"cursor-link", "v1-cursor"}},
		"cursor expires once":  {shelf{n: 35, expire: 1}, 35, store.Complete, "", []string{"cursor-link", "v1-cursor", "token", "cursor-body"}},
		"cursor expires twice": {shelf{n: 35, expire: 9}, 10, store.Partial, "stopped after 10", []string{"cursor-link", "token"}},
		"link to another host": {shelf{n: 35, foreign: true}, 35, store.Complete, "", []string{"cursor-link", "v1-cursor"}},
		"link in the header":   {shelf{n: 35, header: true}, 35, store.Complete, "", []string{"cursor-link"}},
		"page too large":       {shelf{n: 35, conflict: 3}, 35, store.Complete, "", []string{"offset", "offset-array", "audit", "jsm", "v1", "cursor-link", "token"}},
		"size not told right":  {shelf{n: 35, cap: 4, echoes: true}, 35, store.Complete, "", []string{"offset", "audit", "v1"}},
		"one left out":         {shelf{n: 35, spoil: func(p []int, _ int) []int { return slices.DeleteFunc(p, func(i int) bool { return i == 17 }) }}, 34, store.Partial, "34 came of 35", []string{"offset"}},
		"no total":             {shelf{n: 135, silent: true}, 135, store.Complete, "", []string{"offset", "jsm", "v1", "cursor-link"}},
	} {
		for _, style := range c.styles {
			t.Run(name+"/"+style, func(t *testing.T) {
				s := c.shelf
				s.style = style
				keys, cov, rows := s.read(t, f)
				if len(keys) != c.keys || cov.Outcome != c.outcome || !strings.Contains(cov.Reason, c.reason) {
					t.Errorf("%d things, %s: %q; want %d, %s: %q\n%v", len(keys), cov.Outcome, cov.Reason, c.keys, c.outcome, c.reason, s.asked)
				}
				if cov.Outcome == store.Complete && c.keys == 35 && !slices.Equal(keys, numbers(35)) {
					t.Errorf("not the things that there are: %v", keys)
				}
				if len(s.asked) > 80 {
					t.Errorf("%d requests", len(s.asked))
				}
				total := 0
				for _, r := range rows {
					total += r.Requests
				}
				if total < len(s.asked) {
					t.Errorf("the log has %d requests, the server %d", total, len(s.asked))
				}
			})
		}
	}
}

func FuzzNextLink(f *testing.F) {
	for _, s := range []string{"", "/wiki/api/v2/pages?limit=250&cursor=abc%2F==", "https://evil.example/?cursor=x", "?a;b", "://", "%zz?cursor=1", "/x?cursor=a&cursor=b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, link string) {
		set := linkQuery(link)
		if set != nil && len(set) == 0 {
			t.Fatal("a link without parameters goes nowhere")
		}
		again, err := url.ParseQuery(set.Encode())
		if err != nil || again.Encode() != set.Encode() {
			t.Fatalf("%q does not come back from the file: %v", link, err)
		}
		_ = linkHeader(http.Header{"Link": {"<" + link + `>; rel="next"`, link}})
	})
}
