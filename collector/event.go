package collector

import (
	"encoding/json"
	"time"

	"plumbline/store"
)

// Event is news of a collection: how far a resource is, that the site wants to be left alone for a while, what came of
// a resource. As JSON it is a line of `collect --json`.
type Event struct {
	Type       string // progress, throttled, outcome
	Resource   string
	Objects    int64
	Expected   *int64 // as the site states it; nil if it does not
	Requests   int64
	State      string    // progress: waiting, reading, throttled, done
	Until      time.Time // throttled
	Outcome    store.Outcome
	HTTPStatus int
	Reason     string
}

// MarshalJSON gives each type the members that it has on the command line.
func (e Event) MarshalJSON() ([]byte, error) {
	switch e.Type {
	case "throttled":
		return json.Marshal(struct {
			Type     string `json:"type"`
			Until    string `json:"until"`
			Resource string `json:"resource"`
		}{e.Type, e.Until.UTC().Format("2006-01-02T15:04:05.000Z"), e.Resource})
	case "outcome":
		return json.Marshal(struct {
			Type       string        `json:"type"`
			Resource   string        `json:"resource"`
			Outcome    store.Outcome `json:"outcome"`
			HTTPStatus int           `json:"http_status"`
			Reason     string        `json:"reason"`
		}{e.Type, e.Resource, e.Outcome, e.HTTPStatus, e.Reason})
	}
	return json.Marshal(struct {
		Type     string `json:"type"`
		Resource string `json:"resource"`
		Objects  int64  `json:"objects"`
		Expected *int64 `json:"expected"`
		Requests int64  `json:"requests"`
		State    string `json:"state"`
	}{e.Type, e.Resource, e.Objects, e.Expected, e.Requests, e.State})
}

// newsEvery is how far apart two pieces of news of one resource are at least, unless its state changed.
const newsEvery = 250 * time.Millisecond

// show tells how far the resource is.
func (r *run) show(state string, expected *int64, now bool) {
	if r.loop.tell == nil {
		return
	}
	r.mu.Lock()
	if expected != nil {
		r.expected = expected
	}
	if !now && r.state == state && time.Since(r.told) < newsEvery {
		r.mu.Unlock()
		return
	}
	r.state, r.told = state, time.Now()
	e := Event{Type: "progress", Resource: r.resource.Name, Objects: r.objects, Expected: r.expected, Requests: r.requests, State: state}
	r.mu.Unlock()
	r.loop.tell(e)
}

// progress tells of a page. A total is what to expect only of a resource that is one list.
func (r *run) progress(p *part, total int64) {
	if total < 0 || p.parent != "" || r.resource.Objects != nil {
		r.show("reading", nil, false)
		return
	}
	r.show("reading", &total, false)
}
