package collector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plumbline/store"
)

// administered is a page in the forms that the organisation's APIs and Data Center give theirs.
func (s *shelf) administered(things []map[string]any, at, next, size int, last bool) map[string]any {
	cursor := fmt.Sprintf("c/%d+=", next)
	if s.loops && at > 0 {
		cursor = fmt.Sprintf("c/%d+=", size)
	}
	more := !last || s.loops
	address := "https://api.atlassian.com/admin/v1/things?" + url.Values{"cursor": {cursor}}.Encode()
	answer := map[string]any{"values": things}
	switch s.style {
	case "admin-meta":
		answer["meta"] = map[string]any{"next": nil, "page_size": len(things)}
		if more {
			answer["meta"] = map[string]any{"next": cursor, "page_size": len(things)}
		}
	case "admin-poll":
		answer["links"], answer["meta"] = map[string]any{"next": address}, map[string]any{"next": cursor}
	case "dc-cursor":
		answer["isLast"], answer["maxResults"] = !more, size
		if more {
			answer["nextCursor"] = cursor
		}
	case "scan":
		answer["cursor"], answer["limit"], answer["size"] = fmt.Sprintf("c/%d+=", at), size, len(things)
		if more {
			answer["nextCursor"] = cursor
			answer["_links"] = map[string]any{"base": "http://other.example", "next": "/rest/api/content/scan?" + url.Values{"cursor": {cursor}, "limit": {"10"}}.Encode()}
		}
	case "auditing":
		paging := map[string]any{"lastPage": !more, "size": len(things)}
		if more {
			paging["nextPageCursor"], paging["nextPageOffset"] = cursor, next
		}
		answer["pagingInfo"] = paging
	default:
		links := map[string]any{"self": "https://api.atlassian.com/admin/v1/things"}
		if more {
			links["next"] = cursor
			if slices.Contains([]string{"admin-url", "admin-post-bare", "api-access"}, s.style) {
				links["next"] = address
			}
		}
		answer["links"] = links
		if s.style == "admin-url" && !s.silent {
			answer["meta"] = map[string]any{"total": s.n}
		}
	}
	return answer
}

// posted are the members of a body, as if they were parameters.
func (s *shelf) posted(w http.ResponseWriter, r *http.Request) url.Values {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.URL.RawQuery != "" {
		w.WriteHeader(http.StatusBadRequest)
	}
	if _, more := body["cursor"]; more && (len(body) == 1) != (s.style == "admin-post-bare") {
		w.WriteHeader(http.StatusBadRequest) // alone, or with everything else
	}
	q := url.Values{}
	for name, v := range body {
		q.Set(name, fmt.Sprint(v))
	}
	if _, number := body["limit"].(float64); body["limit"] != nil && !number {
		w.WriteHeader(http.StatusBadRequest)
	}
	return q
}

// What the organisation's and Data Center's lists do that they should not.
func TestAdminPagersAreNotFooled(t *testing.T) {
	all := []string{"admin", "admin-v2", "admin-url", "admin-meta", "admin-poll", "admin-post", "admin-post-bare", "api-access", "dc-cursor", "scan", "auditing"}
	but := func(left ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(left, s) })
	}
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
		"every parameter again": {shelf{n: 35, resend: true}, 35, store.Complete, "", but("admin-post-bare")},
		"cursor loops":          {shelf{n: 35, loops: true, silent: true}, 20, store.Partial, "leads back", but("admin-poll")},
		"records repeat":        {shelf{n: 35, spoil: repeatFirst, silent: true}, 35, store.Partial, "came twice", all},
		"cursor expires once":   {shelf{n: 35, expire: 1}, 35, store.Complete, "", all},
		"cursor expires twice":  {shelf{n: 35, expire: 9}, 10, store.Partial, "stopped after 10", but("admin-poll")},
		"total is more":         {shelf{n: 35, spoil: func(p []int, _ int) []int { return slices.DeleteFunc(p, func(i int) bool { return i == 17 }) }}, 34, store.Partial, "34 came of 35", []string{"admin-url"}},
	} {
		for _, style := range c.styles {
			t.Run(name+"/"+style, func(t *testing.T) {
				s := c.shelf
				s.style = style
				keys, cov, _ := s.read(t, f)
				if len(keys) != c.keys || cov.Outcome != c.outcome || !strings.Contains(cov.Reason, c.reason) {
					t.Errorf("%d things, %s: %q; want %d, %s: %q\n%v", len(keys), cov.Outcome, cov.Reason, c.keys, c.outcome, c.reason, s.asked)
				}
				if len(s.asked) > 40 {
					t.Errorf("%d requests", len(s.asked))
				}
			})
		}
	}
}

// A link that says that there is more, and not where, is no end.
func TestAdminLinkWithoutACursor(t *testing.T) {
	for link, want := range map[string]string{
		"": "", "Qh8E1QpVV00ys/xI7pHI7Q..": "cursor=Qh8E1QpVV00ys%2FxI7pHI7Q..", "/x+y==": "cursor=%2Fx%2By%3D%3D",
		"https://api.atlassian.com/admin/v1/orgs?cursor=a%2Fb&limit=5": "cursor=a%2Fb", "/admin/v2/x?page=2": "page=2",
	} {
		if got := adminNext(envelope{link: link}); got.Encode() != want || (got == nil) != (link == "") {
			t.Errorf("%q leads to %q, not %q", link, got.Encode(), want)
		}
	}
	if got := adminNext(envelope{link: "https://api.atlassian.com/admin/v1/orgs"}); got == nil || len(got) != 0 {
		t.Errorf("an address without parameters leads to %v", got)
	}
	if got := adminNext(envelope{link: "https://api.atlassian.com/x", next: "m"}); got.Get("cursor") != "m" {
		t.Errorf("meta.next is not taken: %v", got)
	}
}

// The recorded answers of the organisation API end where they say so, and name no next page.
func TestRecordedAdminAnswers(t *testing.T) {
	f := openFile(t)
	for file, want := range map[string]int{"admin_orgs.json": 1, "admin_policies.json": 3} {
		body, err := os.ReadFile(filepath.Join("testdata", "recorded", file))
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
		defer server.Close()
		r := Resource{Name: "jira_user", Product: Jira, Revision: 1, Keep: []string{"id"}, Key: []string{"id"},
			Sources: []Source{{API: JiraAPI, Path: "/admin/v1/orgs", Pager: Admin(), Items: "data"}}}
		keys, cov, rows := gather(t, f, server.URL, r)
		if len(keys) != want || cov.Outcome != store.Complete || len(rows) != 1 || rows[0].Requests != 1 {
			t.Errorf("%s: %d of %d, %s: %s, %v", file, len(keys), want, cov.Outcome, cov.Reason, rows)
		}
	}
}

// inProcess answers without a network, so that time can be the test's.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// A site that takes so many requests a minute never has to say so, however many want something at once.
func TestPerMinute(t *testing.T) {
	for _, limit := range []int{10, 50, 60, 200} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var times []time.Time
				refused := 0
				server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					now := time.Now()
					times = slices.DeleteFunc(times, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
					if len(times) >= limit {
						refused++
						w.WriteHeader(http.StatusTooManyRequests)
						return
					}
					times = append(times, now)
					fmt.Fprint(w, `{"data":[]}`)
				})
				c := newClient(inProcess{server}, goodManners(), "test")
				start := time.Now()
				var all sync.WaitGroup
				for i := range 8 {
					all.Go(func() {
						for range limit / 2 {
							ask := &call{base: "https://api.example", path: fmt.Sprintf("/users/%d", i), pace: c.pace("users /orgs/1", limit)}
							if err := c.do(t.Context(), ask, ignore, func(store.Request) {}); err != nil {
								t.Error(err)
							}
						}
					})
				}
				all.Wait()
				if refused > 0 {
					t.Errorf("refused %d times", refused)
				}
				if took := time.Since(start); took < 4*time.Minute-time.Minute || took > 5*time.Minute {
					t.Errorf("%d requests took %s", 4*limit, took)
				}
			})
		})
	}
}

// All parents of one organisation share a pace; another organisation has its own, and so has another list.
func TestPaceIsShared(t *testing.T) {
	r := Resource{Name: "jira_user", Product: Jira, Revision: 1, Keep: []string{"id"}, Key: []string{"id"}}
	l := bareLoop(t, openFile(t), "http://127.0.0.1:9", r)
	p := l.runs["jira_user"].newPart("", nil, store.Progress{})
	of := func(path string, parent Item) any {
		one, err := p.newList(&Source{Path: path, Pager: Admin(), PerMinute: 10}, parent, l.sessions[0])
		if err != nil {
			t.Fatal(err)
		}
		return one.call.pace
	}
	const path = "/admin/v1/orgs/{org}/directory/users/{id}/last-active-dates"
	first := of(path, Item{"org": "o1", "id": "a"})
	if first != of(path, Item{"org": "o1", "id": "b"}) {
		t.Error("two accounts of one organisation have two paces")
	}
	if first == of(path, Item{"org": "o2", "id": "a"}) || first == of("/admin/v1/orgs/{org}/events", Item{"org": "o1"}) {
		t.Error("what has limits of its own shares a pace")
	}
}
