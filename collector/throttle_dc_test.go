package collector

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plumbline/store"
)

// bucket limits requests as Data Center does: so many at once, and so many more each interval.
type bucket struct {
	size, fill int
	interval   time.Duration

	mu      sync.Mutex
	left    float64
	at      time.Time
	refused int
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.at.IsZero() {
		b.at, b.left = now, float64(b.size)
	}
	b.left = math.Min(float64(b.size), b.left+float64(b.fill)*float64(now.Sub(b.at))/float64(b.interval))
	b.at = now
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(b.size))
	h.Set("X-RateLimit-FillRate", strconv.Itoa(b.fill))
	h.Set("X-RateLimit-Interval-Seconds", strconv.Itoa(int(b.interval.Seconds())))
	if b.left < 1 {
		b.refused++
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil((1-b.left)*b.interval.Seconds()/float64(max(b.fill, 1))))))
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	b.left--
	h.Set("X-RateLimit-Remaining", strconv.Itoa(int(b.left)))
	h.Set("Retry-After", "0")
	fmt.Fprint(w, `{"values":[]}`)
}

// Data Center says how many requests it still takes: it never has to refuse one, and where it is large nothing waits.
func TestDataCenterRateLimit(t *testing.T) {
	for name, c := range map[string]struct {
		bucket  *bucket
		n       int
		atLeast time.Duration
		atMost  time.Duration
	}{
		"one instance's": {&bucket{size: 70, fill: 5, interval: time.Second}, 200, 20 * time.Second, 40 * time.Second},
		"a small one":    {&bucket{size: 20, fill: 10, interval: time.Minute}, 60, 3 * time.Minute, 7 * time.Minute},
		"a large one":    {&bucket{size: 5000, fill: 100, interval: time.Second}, 500, 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cl := newClient(inProcess{c.bucket}, goodManners(), "test")
				start := time.Now()
				var all sync.WaitGroup
				for range 8 {
					all.Go(func() {
						for range c.n / 8 {
							if err := cl.do(t.Context(), &call{base: "https://jira.example", path: "/rest/api/2/x"}, ignore, func(store.Request) {}); err != nil {
								t.Error(err)
							}
						}
					})
				}
				all.Wait()
				if took := time.Since(start); c.bucket.refused > 0 || took < c.atLeast || took > c.atMost {
					t.Errorf("%d requests took %s, and %d were refused", c.n, took, c.bucket.refused)
				}
			})
		})
	}
}

// A pause ends when the site says, and no sooner than its bucket holds a request again.
func TestDataCenterRetryAfter(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		header http.Header
		want   time.Duration
		told   bool
	}{
		"told":           {http.Header{"Retry-After": {"7"}, "X-Ratelimit-Fillrate": {"5"}, "X-Ratelimit-Interval-Seconds": {"1"}}, 7 * time.Second, true},
		"nothing at all": {http.Header{"Retry-After": {"0"}, "X-Ratelimit-Fillrate": {"1"}, "X-Ratelimit-Interval-Seconds": {"10"}}, 10 * time.Second, true},
		"by its rate":    {http.Header{"X-Ratelimit-Fillrate": {"2"}, "X-Ratelimit-Interval-Seconds": {"1"}}, time.Second / 2, true},
		"never":          {http.Header{"Retry-After": {"9223372036854775807"}, "X-Ratelimit-Fillrate": {"0"}, "X-Ratelimit-Interval-Seconds": {"1"}}, 0, false},
	} {
		if d, told := retryAfter(c.header, now); d != c.want || told != c.told {
			t.Errorf("%s: %s, %v", name, d, told)
		}
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "0")
		w.Header().Set("Retry-After", "9223372036854775807")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer front.Close()
	if _, rows, err := speak(t, quickClient(t), &call{base: front.URL, path: "/x", session: signedIn()}); err == nil || !strings.Contains(err.Error(), "no requests at all") || len(rows) != 1 {
		t.Errorf("an account that may ask nothing: %v, %d requests", err, len(rows))
	}
}

// What Data Center answers instead of data.
func TestDataCenterRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		login  bool
		words  string
	}{
		"login.jsp": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/jira/login.jsp?os_destination=x", http.StatusFound)
		}, true, "login.jsp"},
		"login.action": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login.action", http.StatusFound) }, true, "login.action"},
		"websudo": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/secure/admin/WebSudoAuthenticate!default.jspa", http.StatusFound)
		}, true, "WebSudo"},
		"authenticate": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/authenticate.action?destination=/admin", http.StatusFound)
		}, true, "authenticate.action"},
		"a page with 200": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<html><title>Log In - Confluence</title><form action="/dologin.action">`)
		}, true, "log-in page"},
		"anonymous": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-AUSERNAME", "anonymous")
			fmt.Fprint(w, `{"values":[]}`)
		}, true, "as to nobody"},
		"guarded": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"subCode":"upm.websudo.error","message":"upm.websudo.error"}`)
		}, false, "secure administrator sessions"},
	} {
		front := httptest.NewServer(c.answer)
		_, _, err := speak(t, quickClient(t), &call{base: front.URL, path: "/x", session: signedIn()})
		front.Close()
		a, ok := err.(*answerError)
		if !ok || a.login != c.login || !strings.Contains(a.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
