package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline/store"
)

// backend answers by path; each answer may depend on how often its path was asked before.
type backend struct {
	mu     sync.Mutex
	answer func(path string, query map[string][]string, before int) (status int, body string)
	asked  map[string]int
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asked == nil {
		b.asked = map[string]int{}
	}
	status, body := b.answer(r.URL.Path, r.URL.Query(), b.asked[r.URL.Path])
	b.asked[r.URL.Path]++
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func startBackend(t *testing.T, answer func(path string, query map[string][]string, before int) (int, string)) (*backend, string) {
	t.Helper()
	b := &backend{answer: answer}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return b, server.URL
}

// projects are n parents for the tests.
func projects(n int) Resource {
	return Resource{Name: "jira_project", Product: Jira, Revision: 1, Lists: All, Keep: []string{"id"}, Key: []string{"id"},
		Collect: func(_ context.Context, w *Walk) error {
			for i := range n {
				w.Emit(Made{[]string{fmt.Sprintf("p%02d", i)}, Item{"id": fmt.Sprintf("p%02d", i)}})
			}
			return nil
		}}
}

func actors(byParent bool, sources ...Source) Resource {
	return Resource{Name: "jira_role_actor", Product: Jira, Revision: 1, Lists: All, Each: "jira_project", ByParent: byParent, Keep: []string{"id"},
		Key: []string{"^id", "id"}, Sources: sources}
}

func source(path string, pager Pager) Source {
	return Source{API: JiraAPI, Path: path, Pager: pager, Items: "values"}
}

// A cursor that expires begins its part anew, or the whole resource where parts cannot be told apart by their keys.
func TestRestart(t *testing.T) {
	for _, byParent := range []bool{true, false} {
		t.Run(fmt.Sprintf("by parent %v", byParent), func(t *testing.T) {
			changed := false
			b, url := startBackend(t, func(path string, query map[string][]string, before int) (int, string) {
				cursor := ""
				if c := query["cursor"]; c != nil {
					cursor = c[0]
				}
				switch {
				case cursor == "":
					if path == "/p01" && changed {
						return 200, `{"values":[{"id":"c"}],"_links":{"next":"?cursor=2"}}` // "a" is gone
					}
					return 200, `{"values":[{"id":"a"}],"_links":{"next":"?cursor=2"}}`
				case path == "/p01" && !changed:
					changed = true
					return 410, `{"errorMessages":["the cursor is too old"]}`
				}
				return 200, `{"values":[{"id":"b"}]}`
			})
			f := openFile(t)
			r := actors(byParent, source("/{id}", CursorLink(1)))
			keys, c, rows := gather(t, f, url, r, projects(3))
			want := "p00/a p00/b p01/b p01/c p02/a p02/b"
			for i, k := range keys {
				keys[i] = strings.Join(store.KeyParts(k), "/")
			}
			if got := strings.Join(keys, " "); got != want || c.Outcome != store.Complete {
				t.Errorf("%s, %s: %s", got, c.Outcome, c.Reason)
			}
			if byParent && b.asked["/p00"] != 2 {
				t.Errorf("another part was asked %d times", b.asked["/p00"])
			}
			logged, sent := 0, 0
			for _, r := range rows {
				logged += r.Requests
			}
			for _, n := range b.asked {
				sent += n
			}
			if logged < sent && byParent || logged < sent-2 { // two parts beside it may be cut off in the middle of a request
				t.Errorf("%d of %d requests are in the log", logged, sent)
			}
		})
	}
}

// The next source stands in for one that is refused, and the reason is kept.
func TestSources(t *testing.T) {
	_, url := startBackend(t, func(path string, _ map[string][]string, _ int) (int, string) {
		switch path {
		case "/denied":
			return 403, `{"errorMessages":["not for you"]}`
		case "/absent":
			return 404, `{"errorMessages":["no such call"]}`
		case "/one":
			return 200, `{"values":[{"id":"1"},{"id":"2"}]}`
		case "/two":
			return 200, `{"values":[{"id":"2"},{"id":"3"}]}`
		}
		return 500, `{"errorMessages":["out of order"]}`
	})
	for name, c := range map[string]struct {
		sources []string
		union   bool
		keys    string
		outcome store.Outcome
		reason  string
		status  int
	}{
		"the first":          {[]string{"/one", "/two"}, false, "1 2", store.Complete, "", 0},
		"the second":         {[]string{"/denied", "/two"}, false, "2 3", store.Complete, "GET /denied: not for you", 0},
		"the third":          {[]string{"/denied", "/broken", "/two"}, false, "2 3", store.Complete, "out of order", 0},
		"none":               {[]string{"/denied", "/absent"}, false, "", store.Denied, "not for you; instead: GET /absent", 403},
		"none there":         {[]string{"/absent", "/denied"}, false, "", store.Denied, "no such call; instead: GET /denied", 403},
		"both":               {[]string{"/one", "/two"}, true, "1 2 3", store.Complete, "", 0},
		"one of both":        {[]string{"/one", "/denied"}, true, "1 2", store.Partial, "not for you", 403},
		"one that is absent": {[]string{"/one", "/absent"}, true, "1 2", store.Complete, "", 0},
		"neither":            {[]string{"/denied", "/absent"}, true, "", store.Denied, "not for you", 403},
	} {
		t.Run(name, func(t *testing.T) {
			r := Resource{Name: "jira_filter", Product: Jira, Revision: 1, Lists: All, Keep: []string{"id"}, Key: []string{"id"}, Union: c.union}
			for _, path := range c.sources {
				src := source(path, Single())
				if path == "/absent" {
					src.NotFound = store.Unavailable
				}
				r.Sources = append(r.Sources, src)
			}
			keys, cov, _ := gather(t, openFile(t), url, r)
			if strings.Join(keys, " ") != c.keys || cov.Outcome != c.outcome || !strings.Contains(cov.Reason, c.reason) || cov.HTTPStatus != c.status {
				t.Errorf("%v, %s (%d): %s", keys, cov.Outcome, cov.HTTPStatus, cov.Reason)
			}
		})
	}
}

// What a missing scope refuses is asked once, not once for each parent; what fails ten times in a row is given up.
func TestParentsAreNotAskedInVain(t *testing.T) {
	for body, c := range map[string]struct {
		status  int
		most    int
		outcome store.Outcome
	}{
		`{"code":401,"message":"Unauthorized; scope does not match"}`: {401, 30, store.Denied},
		`{"errorMessages":["not your project"]}`:                      {403, 60, store.Denied},
		`{"errorMessages":["out of order"]}`:                          {500, 5 * 2 * 10, store.Failed},
	} {
		b, url := startBackend(t, func(path string, _ map[string][]string, _ int) (int, string) { return c.status, body })
		_, cov, _ := gather(t, openFile(t), url, actors(true, source("/{id}/role", Single())), projects(60))
		n := 0
		for _, k := range b.asked {
			n += k
		}
		if cov.Outcome != c.outcome || n > c.most || c.status == 403 && n != 60 {
			t.Errorf("%s: %s after %d requests: %s", body, cov.Outcome, n, cov.Reason)
		}
		if len(cov.Parts) != 60 {
			t.Errorf("%d parts", len(cov.Parts))
		}
	}
}

// Parts roll up, each with its own outcome, and what comes out of the same answers has them too.
func TestPartsAndInside(t *testing.T) {
	_, url := startBackend(t, func(path string, _ map[string][]string, _ int) (int, string) {
		if path == "/p01" {
			return 403, `{"errorMessages":["not this one"]}`
		}
		return 200, `{"values":[{"id":"f1","name":"Boats","secret":1,"share":{"type":"group","name":"crew"}},{"name":"no id"}]}`
	})
	owner := Resource{Name: "jira_filter", Product: Jira, Revision: 1, Lists: All, Each: "jira_project", Keep: []string{"id", "name"}, Key: []string{"^id", "id"}, Sources: []Source{source("/{id}", Single())}}
	inside := Resource{Name: "jira_filter_share", Product: Jira, Revision: 1, Lists: All, Inside: "jira_filter", Keep: []string{"id", "share.type"},
		Objects: func(item, parent Item) []Made {
			if item["share"] == nil {
				return nil
			}
			return []Made{{[]string{textAt(parent, "id"), textAt(item, "id")}, item}}
		}}
	f := openFile(t)
	l := bareLoop(t, f, url, owner, inside, projects(3))
	if err := l.walk(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, cov, _ := outcomeOf(t, f, l, "jira_filter_share")
	if len(keys) != 2 || cov.Outcome != store.Partial || !slices.ContainsFunc(cov.Parts, func(p store.Part) bool { return p.Parent == "p01" && p.Outcome == store.Denied && p.HTTPStatus == 403 }) {
		t.Errorf("%q, %+v", keys, cov)
	}
	o, err := f.Object(t.Context(), 1, "jira_filter_share", store.Key("p00", "f1"))
	if err != nil || string(o.Body) != `{"id":"f1","share":{"type":"group"}}` {
		t.Errorf("%s %v", o.Body, err)
	}
	o, err = f.Object(t.Context(), 1, "jira_filter", store.Key("p00", "f1"))
	if err != nil || string(o.Body) != `{"id":"f1","name":"Boats"}` {
		t.Errorf("%s %v", o.Body, err)
	}
	all, _ := f.Coverage(t.Context(), 1)
	i := slices.IndexFunc(all, func(c store.Coverage) bool { return c.Resource == "jira_filter" })
	if c := all[i]; c.Outcome != store.Partial || len(c.Parts) != 3 || !strings.Contains(c.Reason, "without id") {
		t.Errorf("%+v", c)
	}
}

// A Collect of its own goes on from what it saved, and what it says of itself is what is recorded.
func TestWalk(t *testing.T) {
	_, url := startBackend(t, func(string, map[string][]string, int) (int, string) {
		return 200, `{"values":[{"id":"1","extra":2}]}`
	})
	stop := errors.New("pulled the plug")
	var saw []string
	r := Resource{Name: "jira_role", Product: Jira, Revision: 1, Lists: All, After: []string{"jira_project"}, Keep: []string{"id"}, Key: []string{"id"}, Sources: []Source{source("/x", Single())},
		Collect: func(ctx context.Context, w *Walk) error {
			saw = append(saw, w.Cursor())
			if w.Outcome("jira_project") != store.Complete {
				t.Errorf("the parent is %s", w.Outcome("jira_project"))
			}
			for o, err := range w.Seen(ctx, "jira_project") {
				if err != nil {
					return err
				}
				w.Emit(Made{[]string{"seen", o.Key}, o.Body})
			}
			if w.Cursor() == "" {
				if err := w.Save(ctx, "half"); err != nil {
					return err
				}
				return fatal{stop}
			}
			for item, err := range w.Fetch(ctx, w.resource.Sources[0], nil) {
				if err != nil {
					return err
				}
				if len(item) != 1 {
					t.Errorf("fetched %v", item)
				}
				w.Emit(Made{[]string{"fetched", textAt(item, "id")}, item})
			}
			a, err := w.Ask(ctx, w.resource.Sources[0], nil, true)
			if err != nil || a.Status != 200 || len(a.Items) != 1 || a.Total != -1 {
				t.Errorf("%+v %v", a, err)
			}
			w.Bounded(7)
			w.Partly("for a reason")
			return nil
		}}
	f := openFile(t)
	l := bareLoop(t, f, url, r, projects(2))
	if err := l.walk(t.Context()); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if err := l.store.Interrupt(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, c, _ := gather(t, f, url, r, projects(2))
	if len(keys) != 3 || c.Outcome != store.Partial || c.Reason != "bounded at 7; for a reason" {
		t.Errorf("%q, %s: %s", keys, c.Outcome, c.Reason)
	}
	if !slices.Equal(saw, []string{"", "half"}) {
		t.Errorf("cursors %q", saw)
	}
}

// A Collect that begins anew finds anew why it is partial: what was so before the interruption is not told beside it.
func TestBegunAnew(t *testing.T) {
	_, url := startBackend(t, func(string, map[string][]string, int) (int, string) {
		return 200, `{"values":[{"id":"1"},"no object"]}`
	})
	stop := errors.New("pulled the plug")
	begun := 0
	r := projects(0)
	r.Sources = []Source{source("/x", Single())}
	r.Collect = func(ctx context.Context, w *Walk) error {
		if begun++; begun == 1 {
			w.Partly("the site was busy")
		}
		if err := each(w.Fetch(ctx, r.Sources[0], nil), func(Item) {}); err != nil {
			return err
		}
		for i := range 1500 {
			w.Emit(Made{[]string{fmt.Sprint(i)}, Item{"id": fmt.Sprint(i)}})
			if err := w.saveSome(ctx); err != nil {
				return err
			}
		}
		if begun == 1 {
			return fatal{stop}
		}
		return nil
	}
	f := openFile(t)
	l := bareLoop(t, f, url, r)
	if err := l.walk(t.Context()); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if err := l.store.Interrupt(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, c, _ := gather(t, f, url, r)
	if len(keys) != 1500 || c.Outcome != store.Partial || c.Reason != "1 item left out: not an object" {
		t.Errorf("%d objects, %s: %s", len(keys), c.Outcome, c.Reason)
	}
}

// A Collect that fails says so, and takes nothing else with it.
func TestCollectOfItsOwnFails(t *testing.T) {
	_, url := startBackend(t, func(string, map[string][]string, int) (int, string) { return 200, `{}` })
	r := projects(1)
	r.Collect = func(context.Context, *Walk) error { return errors.New("a mistake of ours\nin two lines") }
	other := projects(1)
	other.Name = "jira_role"
	f := openFile(t)
	l := bareLoop(t, f, url, r, actors(true, source("/x", Single())), other)
	if err := l.walk(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, c, _ := outcomeOf(t, f, l, "jira_project")
	all, _ := f.Coverage(t.Context(), 1)
	for _, o := range all {
		if o.Resource == "jira_role" && o.Outcome != store.Complete || o.Resource == "jira_role_actor" && o.Outcome != store.Skipped {
			t.Errorf("%s is %s: %s", o.Resource, o.Outcome, o.Reason)
		}
	}
	if c.Outcome != store.Failed || c.Reason != "a mistake of ours in two lines" {
		t.Errorf("%s: %s", c.Outcome, c.Reason)
	}
}

// An empty list is no data where the account may not see any.
func TestEmptyIsDenied(t *testing.T) {
	_, url := startBackend(t, func(string, map[string][]string, int) (int, string) { return 200, `[]` })
	for held, want := range map[known]store.Outcome{no: store.Denied, yes: store.Complete, unknown: store.Complete} {
		r := Resource{Name: "jira_project", Product: Jira, Revision: 1, Lists: All, Permission: "USER_PICKER", Keep: []string{"accountId"}, Key: []string{"accountId"},
			Sources: []Source{{API: JiraAPI, Path: "/users", Pager: OffsetArray(10)}}}
		f := openFile(t)
		l := bareLoop(t, f, url, r)
		l.held["USER_PICKER"] = held
		if err := l.walk(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, c, _ := outcomeOf(t, f, l, "jira_project")
		if c.Outcome != want || (c.Lists == "all") != (held == yes) || want == store.Denied && !slices.Equal(c.Missing, []string{"USER_PICKER"}) {
			t.Errorf("held %d: %s, lists %s, missing %v", held, c.Outcome, c.Lists, c.Missing)
		}
	}
}
