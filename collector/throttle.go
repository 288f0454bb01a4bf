package collector

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// manners are how a site is treated. The durations are fields so that tests need not wait.
//
// Source: Atlassian's pages on rate limiting (Retry-After is the minimum; else 2 s doubling to 30 s, at most 4 retries,
// jitter; on a quota pause everything until the reset).
type manners struct {
	concurrency int           // requests in flight to one host
	rate        float64       // requests a second to all hosts, 0: as many as there are
	retries     int           // after a failure
	throttles   int           // after 429: more, because waiting as told is no failure
	backoff     time.Duration // before the first retry
	backoffMost time.Duration
	connect     time.Duration // until the connection stands
	header      time.Duration // until an answer begins
	idle        time.Duration // between two reads of an answer
	whole       time.Duration // for an answer altogether
	minute      time.Duration // that limits of so many a minute are about
	largest     int64         // bytes of an answer, decompressed
}

func goodManners() manners {
	return manners{
		concurrency: 8, retries: 4, throttles: 12, backoff: 2 * time.Second, backoffMost: 30 * time.Second,
		connect: 15 * time.Second, header: 90 * time.Second, idle: 30 * time.Second, whole: 5 * time.Minute, minute: time.Minute, largest: 64 << 20,
	}
}

// wait is how long to wait before retry number n, counted from 0, give or take 30 %.
func (m manners) wait(n int) time.Duration {
	d := m.backoff << min(n, 20)
	if d > m.backoffMost || d <= 0 {
		d = m.backoffMost
	}
	return time.Duration(float64(d) * (0.7 + 0.6*rand.Float64()))
}

// throttle lets requests to one host through: so many at a time, chains first, none during a pause. After a pause half
// as many are let through as before it, and with every good answer a little more again.
type throttle struct {
	mu       sync.Mutex
	most     float64
	limit    float64
	inFlight int
	until    time.Time // the pause that all requests share
	alarm    *time.Timer
	waiting  [2][]chan struct{} // chains, others
	limiter  *rate.Limiter
	refill   *rate.Limiter // while a site's bucket of requests runs low: as fast as it fills up again
}

func newThrottle(m manners, limiter *rate.Limiter) *throttle {
	n := float64(max(1, m.concurrency))
	return &throttle{most: n, limit: n, limiter: limiter}
}

// wait waits for a rate's next turn; nil has no turns.
func wait(ctx context.Context, limiter *rate.Limiter) error {
	if limiter == nil {
		return nil
	}
	if err := limiter.Wait(ctx); err != nil {
		<-ctx.Done() // it ended, or the rate leaves no room before its deadline
		return ctx.Err()
	}
	return nil
}

// enter waits for a place. chain requests, which nothing else can be done beside, go before the others: a list of a
// thousand cursors takes as long as its longest queue.
func (t *throttle) enter(ctx context.Context, chain bool) error {
	t.mu.Lock()
	refill := t.refill
	t.mu.Unlock()
	for _, limiter := range []*rate.Limiter{t.limiter, refill} {
		if err := wait(ctx, limiter); err != nil {
			return err
		}
	}
	place, queue := make(chan struct{}), 1
	if chain {
		queue = 0
	}
	t.mu.Lock()
	t.waiting[queue] = append(t.waiting[queue], place)
	t.admit()
	t.mu.Unlock()
	select {
	case <-place:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.waiting[queue], place); i >= 0 {
		t.waiting[queue] = slices.Delete(t.waiting[queue], i, i+1)
	} else {
		t.inFlight--
		t.admit()
	}
	return ctx.Err()
}

func (t *throttle) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight--
	t.admit()
}

// admit lets in whom there is room for. The lock is held.
func (t *throttle) admit() {
	if d := time.Until(t.until); d > 0 {
		if t.alarm == nil {
			t.alarm = time.AfterFunc(d, func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				t.alarm = nil
				t.admit()
			})
		}
		return
	}
	for q := range t.waiting {
		for len(t.waiting[q]) > 0 && t.inFlight < int(t.limit) {
			close(t.waiting[q][0])
			t.waiting[q] = t.waiting[q][1:]
			t.inFlight++
		}
	}
}

// pause stops every request to the host for at least d, and returns when it ends.
func (t *throttle) pause(d time.Duration) time.Time {
	d += time.Duration(rand.Float64() * min(0.3*float64(d), float64(2*time.Second)))
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if !t.until.After(now) { // answers that were under way when a pause began belong to that pause
		t.limit = max(1, t.limit/2)
	}
	if until := now.Add(d); until.After(t.until) {
		t.until = until
	}
	return t.until
}

// heed slows down before a site has to refuse: it says how many requests it will still take, and how many more it takes
// each interval. Above twice what may be under way at a time there is no hurry.
//
// Source: Data Center sends X-RateLimit-Remaining, -FillRate and -Interval-Seconds with every answer where an administrator
// limits the rate (names in the products' DefaultRateLimitResponseHandler).
func (t *throttle) heed(h http.Header) {
	each, told := refillTime(h)
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if !told || err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case left > int(2*t.most):
		t.refill = nil
	case t.refill == nil:
		t.refill = rate.NewLimiter(rate.Every(each), 1)
	default:
		t.refill.SetLimit(rate.Every(each))
	}
}

// refillTime is how long a site's bucket takes to hold one request more.
func refillTime(h http.Header) (each time.Duration, told bool) {
	fill, err1 := strconv.ParseFloat(h.Get("X-RateLimit-FillRate"), 64)
	interval, err2 := strconv.ParseFloat(h.Get("X-RateLimit-Interval-Seconds"), 64)
	if err1 != nil || err2 != nil || fill <= 0 || interval <= 0 || interval/fill > 3600 {
		return 0, false
	}
	return time.Duration(interval / fill * float64(time.Second)), true
}

func (t *throttle) good() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.limit = min(t.most, t.limit+1/t.limit)
}

// retryAfter is how long an answer asks to be left alone: Retry-After in seconds or as a date, else X-RateLimit-Reset,
// else, where the hourly quota is used up, the next full hour. ok is false where it says nothing.
//
// Source: api rate limiting pages for Jira and Confluence Cloud.
func retryAfter(h http.Header, now time.Time) (d time.Duration, ok bool) {
	if v := strings.TrimSpace(h.Get("Retry-After")); v != "" {
		if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e7 {
			d, ok = time.Duration(s*float64(time.Second)), true
		} else if t, err := http.ParseTime(v); err == nil {
			d, ok = t.Sub(now), true
		}
	}
	quota := strings.Contains(h.Get("RateLimit-Reason"), "quota")
	if !ok || quota {
		if t, err := time.Parse(time.RFC3339, h.Get("X-RateLimit-Reset")); err == nil && t.After(now) {
			d, ok = max(d, t.Sub(now)), true
		}
	}
	if !ok && quota {
		d, ok = now.Truncate(time.Hour).Add(time.Hour).Sub(now), true
	}
	if each, told := refillTime(h); told {
		d, ok = max(d, each), true // Data Center says 0 while another node has room
	}
	return max(d, 0), ok
}
