package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"plumbline/store"
)

// TestConfluenceCases: every resource of Confluence, from answers to relations.
func TestConfluenceCases(t *testing.T) {
	collected := runCases(t, "confluence", "")
	for _, r := range confluenceResources() {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestConfluenceKept: nothing is kept for nothing. Every member is in a column of its view.
func TestConfluenceKept(t *testing.T) {
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	for _, r := range confluenceResources() {
		for _, path := range r.Keep {
			list, _, _ := strings.Cut(path, "[]")
			if !strings.Contains(views[r.Name], "'$."+list+"'") {
				t.Errorf("%s keeps %s, which no column shows", r.Name, path)
			}
			if volatile.MatchString(path) {
				t.Errorf("%s keeps %s, which is volatile or content", r.Name, path)
			}
		}
	}
}

// TestRestrictionsResumed: where every page is asked singly, a run that is stopped again and again ends like one that is
// not, and asks few pages twice.
func TestRestrictionsResumed(t *testing.T) {
	const pages = 1500
	var asked, stopAfter atomic.Int64
	stop := func() {}
	site := &answering{}
	site.add(t, "GET /wiki/api/v2/spaces?status=current", []byte(`{"results":[{"id":"100","key":"A"}]}`))
	site.add(t, "GET /wiki/api/v2/spaces?status=archived", []byte(`{"results":[]}`))
	site.add(t, "GET /wiki/api/v2/blogposts", []byte(`{"results":[]}`))
	site.add(t, "GET /wiki/rest/api/content/search 403", []byte(`{"message":"no"}`))
	var list []string
	for i := range pages {
		list = append(list, fmt.Sprintf(`{"id":"%d","spaceId":"100"}`, i))
	}
	site.add(t, "GET /wiki/api/v2/pages", []byte(`{"results":[`+strings.Join(list, ",")+`]}`))
	site.addBase(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/restriction/byOperation") {
			site.ServeHTTP(w, r)
			return
		}
		if asked.Add(1); stopAfter.Add(-1) == 0 {
			stop()
		}
		if strings.Contains(r.URL.Path, "/7/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, `{"read":{"restrictions":{"user":{"results":[{"accountId":"a1"}]},"group":{"results":[]}}},"update":{"restrictions":{"user":{"results":[]},"group":{"results":[]}}}}`)
	}))
	defer server.Close()
	run := func(path string, after int64) (Result, error) {
		f, err := store.OpenWritable(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stop = cancel
		stopAfter.Store(after)
		return Collect(ctx, site.options(f, server.URL, PersonalFull, []string{"confluence_restriction"}))
	}
	whole, err := run(filepath.Join(t.TempDir(), "whole.plumb.db"), -1)
	if err != nil || asked.Load() != pages {
		t.Fatalf("%d pages were asked for, %v", asked.Load(), err)
	}
	asked.Store(0)
	stopped, path := 0, filepath.Join(t.TempDir(), "stopped.plumb.db")
	for {
		result, err := run(path, 350)
		if errors.Is(err, ErrInterrupted) && stopped < 10 {
			stopped++
			continue
		}
		if err != nil || stopped < 3 {
			t.Fatalf("stopped %d times, then %v", stopped, err)
		}
		if result.Snapshot.Digest != whole.Snapshot.Digest {
			t.Error("what was stopped differs from what was not")
		}
		break
	}
	if n := asked.Load(); n > pages+int64(stopped)*220 {
		t.Errorf("%d requests for %d pages, stopped %d times", n, pages, stopped)
	}
}
