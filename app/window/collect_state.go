package window

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"plumbline/app"
)

// CollectState is how far collecting is, and what came of it. It is the data of the event "collect".
type CollectState struct {
	Phase     string            `json:"phase"` // idle, starting, collecting, pausing, stopping; then paused, done or failed
	File      string            `json:"file"`
	Sites     []string          `json:"sites"`
	Label     string            `json:"label"`
	Started   string            `json:"started"` // of this session, RFC 3339, UTC; "" while idle
	Took      int64             `json:"took_ms"`
	Requests  int64             `json:"requests"` // sent in this session
	Objects   int64             `json:"objects"`  // of the snapshot
	Done      int               `json:"done"`     // resources that have ended, of len(resources)
	Throttled *Throttled        `json:"throttled"`
	Resources []CollectResource `json:"resources"` // in the order in which they are asked for
	Ledger    []app.SentRequest `json:"ledger"`    // the last requests, the newest first
	Bars      []CollectBar      `json:"bars"`      // requests in spans of five seconds, oldest first, five minutes at most
	Outcomes  map[string]int    `json:"outcomes"`  // of the resources that have ended
	Result    *CollectResult    `json:"result"`    // of a snapshot that is finished; null
	Problem   *app.Problem      `json:"problem"`   // why it failed, or was interrupted although nobody paused it; null
}

// Throttled is a pause that the site asked for.
type Throttled struct {
	Until    string `json:"until"` // RFC 3339, UTC
	Resource string `json:"resource"`
}

// CollectResource is how far one resource is.
type CollectResource struct {
	Resource   string  `json:"resource"`
	Product    string  `json:"product"`
	Path       string  `json:"path"`  // of its first request; {member} stands for a parent's
	Each       string  `json:"each"`  // it is asked for once for each of these objects; ""
	State      string  `json:"state"` // waiting, reading, throttled, done
	Objects    int64   `json:"objects"`
	Expected   *int64  `json:"expected"` // as the site states it; null where it does not
	Requests   int64   `json:"requests"`
	PerSecond  float64 `json:"per_second"` // objects; 0 while it cannot be told
	Took       int64   `json:"took_ms"`    // since its first news
	Outcome    string  `json:"outcome"`    // once done: complete, partial, denied, unavailable, failed, skipped
	HTTPStatus int     `json:"http_status"`
	Reason     string  `json:"reason"`

	began, ended time.Time
}

// CollectBar counts the requests that ended in a span of time.
type CollectBar struct {
	At       string `json:"at"` // its begin, RFC 3339, UTC
	Requests int    `json:"requests"`
	Failed   int    `json:"failed"` // of those, without data
}

// CollectResult is what came of a finished snapshot.
type CollectResult struct {
	Snapshot  int64             `json:"snapshot"`
	State     string            `json:"state"` // complete, partial
	Resumed   bool              `json:"resumed"`
	Gaps      []app.CoverageRow `json:"gaps"`       // what the site has and was not seen whole
	RulesLost []string          `json:"rules_lost"` // that cannot look for want of those
	Rules     int               `json:"rules"`      // how many there are
}

const (
	mostLedger = 100
	barSpan    = 5 * time.Second
	mostBars   = 60
)

// collecting is the collection of a window: at most one at a time. News come from many sides at once.
type collecting struct {
	mu      sync.Mutex
	s       CollectState // without what state adds; Took and Throttled are of the last change
	of      lastCollect
	began   time.Time
	ended   time.Time // zero while it runs
	until   time.Time
	fresh   bool // something changed since the last news
	cancel  context.CancelFunc
	halt    chan struct{} // closed: stop as partial
	halted  bool
	ran     chan struct{} // closed when it has ended
	aside   *app.Aside
	bars    []CollectBar
	barTime time.Time // when the last bar began
}

func (c *collecting) active() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running()
}

func (c *collecting) running() bool { return c.ran != nil && c.ended.IsZero() }

// begin takes the place of the one collection; false if there is one already.
func (c *collecting) begin(of lastCollect, plan []app.PlannedRequest, cancel context.CancelFunc, halt chan struct{}, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running() {
		return false
	}
	c.of, c.began, c.ended, c.until, c.fresh = of, now, time.Time{}, time.Time{}, true
	c.cancel, c.halt, c.halted, c.ran, c.bars = cancel, halt, false, make(chan struct{}), nil
	c.s = CollectState{
		Phase: "starting", File: of.File, Sites: of.Options.Sites, Label: of.Options.Label, Started: now.UTC().Format(time.RFC3339),
		Resources: []CollectResource{}, Ledger: []app.SentRequest{}, Outcomes: map[string]int{},
	}
	for _, r := range plan {
		if !r.Instead && !slices.ContainsFunc(c.s.Resources, func(row CollectResource) bool { return row.Resource == r.Resource }) {
			c.s.Resources = append(c.s.Resources, CollectResource{Resource: r.Resource, Product: app.ProductOf(r.Resource), Path: r.Path, Each: r.Each, State: "waiting"})
		}
	}
	return true
}

// phase is another one, unless a person has asked for the end meanwhile.
func (c *collecting) phase(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.s.Phase == "starting" {
		c.s.Phase, c.fresh = name, true
	}
}

func (c *collecting) pause() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running() {
		return false
	}
	c.s.Phase, c.fresh = "pausing", true
	c.cancel()
	return true
}

func (c *collecting) stop() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running() {
		return false
	}
	if !c.halted {
		c.halted = true
		select {
		case <-c.halt:
		default:
			close(c.halt)
		}
	}
	if c.s.Phase != "pausing" {
		c.s.Phase = "stopping"
	}
	c.fresh = true
	return true
}

func (c *collecting) stopped() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.halt
}

// close pauses what runs and waits for it.
func (c *collecting) close() {
	c.pause()
	c.mu.Lock()
	ran := c.ran
	c.mu.Unlock()
	if ran != nil {
		<-ran
	}
}

// last is what a paused collection was started with.
func (c *collecting) last() (lastCollect, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of, c.s.Phase == "paused"
}

func (c *collecting) setAside(a *app.Aside) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aside = a
}

// standsIn is the copy to look at in place of path; nil where that can be read itself.
func (c *collecting) standsIn(path string) *app.Aside {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running() || c.of.File != path {
		return nil
	}
	return c.aside
}

// tell takes in news of the collector.
func (c *collecting) tell(e app.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh = true
	if e.Type == "throttled" {
		if e.Until.After(c.until) {
			c.until = e.Until
			c.s.Throttled = &Throttled{e.Until.UTC().Format(time.RFC3339Nano), e.Resource}
		}
		return
	}
	at := slices.IndexFunc(c.s.Resources, func(r CollectResource) bool { return r.Resource == e.Resource })
	if at < 0 {
		at = len(c.s.Resources)
		c.s.Resources = append(c.s.Resources, CollectResource{Resource: e.Resource, Product: app.ProductOf(e.Resource), State: "waiting"})
	}
	row := &c.s.Resources[at]
	if row.began.IsZero() {
		row.began = time.Now()
	}
	if e.Type == "outcome" {
		row.State, row.Outcome, row.HTTPStatus, row.Reason, row.ended = "done", string(e.Outcome), e.HTTPStatus, e.Reason, time.Now()
		c.s.Outcomes[row.Outcome]++
		return
	}
	row.State, row.Objects, row.Requests = e.State, e.Objects, e.Requests
	if e.Expected != nil {
		row.Expected = e.Expected
	}
}

// asked takes in a request that has ended.
func (c *collecting) asked(r app.SentRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh = true
	c.s.Requests++
	c.s.Ledger = append(c.s.Ledger, r)
	if len(c.s.Ledger) >= 2*mostLedger {
		c.s.Ledger = slices.Clone(c.s.Ledger[len(c.s.Ledger)-mostLedger:])
	}
	now := time.Now()
	for len(c.bars) == 0 || now.Sub(c.barTime) >= barSpan {
		if c.barTime = c.barTime.Add(barSpan); len(c.bars) == 0 || now.Sub(c.barTime) >= mostBars*barSpan {
			c.barTime = now
		}
		c.bars = append(c.bars, CollectBar{At: c.barTime.UTC().Format(time.RFC3339)})
	}
	c.bars = c.bars[max(0, len(c.bars)-mostBars):]
	bar := &c.bars[len(c.bars)-1]
	bar.Requests++
	if r.Note != "" {
		bar.Failed++
	}
}

// end notes what came of it and returns the copy that is no longer needed.
func (c *collecting) end(done *app.Collected, err error, now time.Time) *app.Aside {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.s.Phase == "pausing"
	c.s.Phase, c.s.Throttled, c.ended, c.fresh = "done", nil, now, true
	if done != nil && done.Snapshot.ID != 0 {
		c.s.Objects = done.Objects
	}
	switch {
	case err == nil:
		c.s.Result = &CollectResult{
			Snapshot: done.Snapshot.ID, State: string(done.Snapshot.State), Resumed: done.Resumed,
			Gaps: app.Folded(done.Gaps), RulesLost: done.RulesLost, Rules: done.Rules,
		}
		if c.s.Result.Gaps == nil {
			c.s.Result.Gaps = []app.CoverageRow{}
		}
		if c.s.Result.RulesLost == nil {
			c.s.Result.RulesLost = []string{}
		}
	case done != nil && done.Snapshot.ID != 0, asked:
		if c.s.Phase = "paused"; !asked {
			c.s.Problem = said(err)
		}
	default:
		c.s.Phase, c.s.Problem = "failed", said(err)
	}
	aside := c.aside
	c.aside = nil
	close(c.ran)
	return aside
}

// news is the state where something changed since the last news, and whether more can come.
func (c *collecting) news(now time.Time) (*CollectState, bool) {
	c.mu.Lock()
	fresh, more := c.fresh, c.running()
	c.fresh = false
	c.mu.Unlock()
	if !fresh || !more { // the end is told by who ended it
		return nil, more
	}
	s := c.state(now)
	return &s, true
}

// state is a copy of how far it is.
func (c *collecting) state(now time.Time) CollectState {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.s
	if c.ran == nil {
		return CollectState{Phase: "idle", Sites: []string{}, Resources: []CollectResource{}, Ledger: []app.SentRequest{}, Bars: []CollectBar{}, Outcomes: map[string]int{}}
	}
	if c.running() {
		s.Took = now.Sub(c.began).Milliseconds()
	} else {
		s.Took = c.ended.Sub(c.began).Milliseconds()
	}
	if s.Throttled != nil && !time.Now().Before(c.until) {
		s.Throttled = nil
	}
	s.Sites, s.Bars = slices.Clone(s.Sites), slices.Clone(c.bars)
	if s.Bars == nil {
		s.Bars = []CollectBar{}
	}
	s.Resources, s.Ledger = slices.Clone(s.Resources), slices.Clone(s.Ledger[max(0, len(s.Ledger)-mostLedger):])
	slices.Reverse(s.Ledger)
	s.Outcomes = map[string]int{}
	objects := int64(0)
	for i := range s.Resources {
		r := &s.Resources[i]
		objects += r.Objects
		if r.Outcome != "" {
			s.Done++
			s.Outcomes[r.Outcome]++
		}
		if r.began.IsZero() {
			continue
		}
		until := r.ended
		if until.IsZero() {
			until = time.Now()
		}
		took := until.Sub(r.began)
		if r.Took = took.Milliseconds(); took > time.Second {
			r.PerSecond = float64(r.Objects) / took.Seconds()
		}
	}
	s.Objects = cmp.Or(s.Objects, objects)
	return s
}
