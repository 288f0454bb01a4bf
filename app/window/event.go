package window

import (
	"sync"
	"time"
)

// Event is news that every page gets: "state" when State may have changed, "offer" when a file
// is to be opened that came from outside, "demo" and "collect" on the way of a collection, "judging"
// and "redact" on the way of those.
type Event struct {
	Name string `json:"name"`
	Data any    `json:"data"`
}

// hub tells events to everyone who listens.
type hub struct {
	mu        sync.Mutex
	listeners map[chan Event]bool
	waiting   map[string]*Event // the newest progress of each name that was not told yet; nil: none
}

// listen returns a channel of events and what ends it. A listener that does not keep up misses
// progress, and is then told "state", which makes it ask for everything.
func (h *hub) listen() (<-chan Event, func()) {
	c := make(chan Event, 64)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners == nil {
		h.listeners = map[chan Event]bool{}
	}
	h.listeners[c] = true
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners, c)
	}
}

func (h *hub) publish(name string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tell(Event{name, data})
}

func (h *hub) tell(e Event) {
	for c := range h.listeners {
		select {
		case c <- e:
		default: // full: the oldest goes, what matters is the newest
			select {
			case <-c:
			default:
			}
			select {
			case c <- e:
			default:
			}
		}
	}
}

// beat is the shortest time between two events of progress of one name.
const beat = 250 * time.Millisecond

// progress is publish for what comes in great numbers: the newest is told, four times a second.
func (h *hub) progress(name string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiting == nil {
		h.waiting = map[string]*Event{}
	}
	if _, resting := h.waiting[name]; resting {
		h.waiting[name] = &Event{name, data}
		return
	}
	h.tell(Event{name, data})
	h.waiting[name] = nil
	h.rest(name)
}

// rest tells what has come meanwhile after a beat, until nothing has.
func (h *hub) rest(name string) {
	time.AfterFunc(beat, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		e := h.waiting[name]
		if e == nil {
			delete(h.waiting, name)
			return
		}
		h.tell(*e)
		h.waiting[name] = nil
		h.rest(name)
	})
}
