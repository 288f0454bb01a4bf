package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
)

// position is where a list stands: everything before it is stored. It is what the store keeps as the cursor.
type position struct {
	Read     int      `json:"read,omitempty"`     // which call of Walk.Read
	Source   int      `json:"source,omitempty"`   // which of the sources
	Done     int      `json:"done,omitempty"`     // how many of them were read
	Sweep    int      `json:"sweep,omitempty"`    // 1: for the second time, because the first did not add up
	Offset   int64    `json:"offset,omitempty"`   // of the next page
	Step     int64    `json:"step,omitempty"`     // how many a page really holds
	Next     string   `json:"next,omitempty"`     // chains: the parameters of the next page
	Items    int64    `json:"items,omitempty"`    // met in this sweep, each once
	Repeats  int64    `json:"repeats,omitempty"`  // met again in this sweep
	Total    int64    `json:"total"`              // as last stated, -1 if never
	Trouble  string   `json:"trouble,omitempty"`  // why the sweep ended before the list did
	Expired  bool     `json:"expired,omitempty"`  // the cursor expired once, and the list was begun anew
	Partly   string   `json:"partly,omitempty"`   // what makes the part partial already
	Missing  []string `json:"missing,omitempty"`  // what would have opened the rest of it
	AllMet   bool     `json:"allMet,omitempty"`   // what makes the part partial is not told of objects that were all met
	Doubtful string   `json:"doubtful,omitempty"` // of the organisations: why nothing is to be asked under them
	Saved    string   `json:"saved,omitempty"`    // the cursor of a Collect of its own
}

// flaw says why a sweep that came to its end is no complete list; "" if it is.
func (p position) flaw() string {
	switch {
	case p.Trouble != "":
		return p.Trouble
	case p.Total >= 0 && p.Items != p.Total:
		return fmt.Sprintf("%d came of %d that the site counts", p.Items, p.Total)
	case p.Repeats > 0:
		return fmt.Sprintf("%d of the items came twice", p.Repeats)
	}
	return ""
}

// How far odd lists are followed.
const (
	pagesAhead    = 8       // where no total is known
	pagesInHand   = 16      // where one is
	inHand        = 2 << 20 // bytes of such answers: they wait in memory, taken apart, for those before them to be stored
	emptyInARow   = 10      // empty pages that promise more
	emptyAtTheEnd = 3       // of a list that never stops promising
	repeatInARow  = 3       // pages without anything new
)

// errExpired: the site no longer knows the cursor that it gave.
var errExpired = errors.New("the cursor has expired")

// sweeper reads one list from a position to its end, and hands over each page in order.
type sweeper struct {
	pager  Pager
	size   int                                                                             // items to ask for a page; gets smaller where the site asks for it
	ask    func(ctx context.Context, set url.Values, chain bool) (*batch, error)           // one request
	same   func(Item) uint64                                                               // tells items apart; 0 is not to be told apart
	eat    func(ctx context.Context, b *batch, fresh []Item, at position, last bool) error // takes a page; at is behind it
	repeat bool                                                                            // items may come again (events have no id)

	mu      sync.Mutex // guards size
	seen    map[uint64]struct{}
	rows    int  // pages without anything new, in a row
	none    int  // empty pages, in a row
	careful bool // the second sweep
}

func (s *sweeper) sweep(ctx context.Context, at position) (position, error) {
	if s.seen == nil {
		s.seen = map[uint64]struct{}{}
	}
	if s.size == 0 {
		s.size = s.pager.Size
	}
	s.rows, s.none, s.careful = 0, 0, at.Sweep > 0
	if s.pager.next != nil || at.Next != "" {
		return s.chain(ctx, at, nil)
	}
	return s.offsets(ctx, at)
}

// take counts a page and leaves out of it what was met before.
func (s *sweeper) take(b *batch, at *position) []Item {
	fresh := b.items[:0:0]
	for i, item := range b.items {
		id := s.same(item)
		if id != 0 {
			if _, met := s.seen[id]; met {
				if !s.repeat {
					at.Repeats++
				}
				if fresh == nil {
					fresh = append(make([]Item, 0, len(b.items)), b.items[:i]...)
				}
				continue
			}
			s.seen[id] = struct{}{}
		}
		if fresh != nil {
			fresh = append(fresh, item)
		}
	}
	if fresh == nil {
		fresh = b.items
	}
	added := len(fresh) + (b.n - len(b.items))
	if s.repeat {
		at.Items += int64(b.n)
	} else {
		at.Items += int64(added)
	}
	if b.total >= 0 {
		at.Total = b.total
	}
	s.rows++
	if added > 0 || b.n == 0 {
		s.rows = 0
	}
	s.none++
	if b.n > 0 {
		s.none = 0
	}
	return fresh
}

// stuck says why a list will not end by itself.
func (s *sweeper) stuck() string {
	switch {
	case s.rows >= repeatInARow:
		return "the same items come again and again"
	case s.none >= emptyInARow:
		return "empty pages promise more and more"
	}
	return ""
}

// chain follows cursors. The next page is under way while this one is stored. first is the first page if it was read.
func (s *sweeper) chain(ctx context.Context, at position, first *batch) (position, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	met := map[string]struct{}{at.Next: {}}
	pager := s.pager
	if pager.next == nil {
		pager = V1Cursor(s.pager.Size) // a list by offset whose links turned out to carry cursors
	}
	var under <-chan coming
	if first != nil {
		under = arrived(coming{batch: first})
	} else {
		under = s.begin(ctx, at.Next)
	}
	for {
		got := <-under
		if got.err != nil {
			if at.Next != "" && expired(got.err) {
				return at, fmt.Errorf("%w: %w", errExpired, got.err)
			}
			return at, got.err
		}
		fresh := s.take(got.batch, &at)
		set := pager.next(got.batch.envelope)
		if pager.poll && s.none >= emptyAtTheEnd {
			set = nil
		}
		at.Next = set.Encode()
		if set != nil {
			if _, loops := met[at.Next]; loops && pager.poll && got.batch.n == 0 {
				set = nil // the same cursor until something happens
			} else if loops {
				at.Trouble = "the cursor leads back to an earlier page"
			} else {
				at.Trouble = s.stuck()
			}
			met[at.Next] = struct{}{}
		} else if more := got.batch.last; more != nil && !*more && !pager.poll {
			at.Trouble = "the site says that there is more, and not where"
		}
		last := set == nil || at.Trouble != ""
		if !last {
			under = s.begin(ctx, at.Next)
		}
		if err := s.eat(ctx, got.batch, fresh, at, last); err != nil || last {
			return at, err
		}
	}
}

type coming struct {
	batch *batch
	err   error
	after int64 // offsets: where the next page begins
	last  bool
}

func arrived(c coming) <-chan coming {
	one := make(chan coming, 1)
	one <- c
	return one
}

func (s *sweeper) begin(ctx context.Context, next string) <-chan coming {
	one := make(chan coming, 1)
	go func() {
		set, _ := url.ParseQuery(next)
		b, _, err := s.sized(ctx, set, int64(s.pager.Size), true)
		one <- coming{batch: b, err: err}
	}()
	return one
}

// slot reads a page of step items from start on, in several requests where the site gives fewer at a time. With step 0
// it is one request, and after tells how far that one reached.
func (s *sweeper) slot(ctx context.Context, start, step int64) <-chan coming {
	one := make(chan coming, 1)
	go func() {
		whole, after := (*batch)(nil), start
		for {
			want := int64(s.pager.Size)
			if step > 0 {
				want = min(want, step-(after-start))
			}
			set := url.Values{s.pager.at: {strconv.FormatInt(after, 10)}}
			b, asked, err := s.sized(ctx, set, want, false)
			if err != nil {
				one <- coming{err: err}
				return
			}
			after += b.reached(asked, s.careful)
			last := s.pager.done(b.envelope, after) || (b.n == 0 && !b.promises())
			whole = whole.and(b)
			if last || step == 0 || after-start >= step {
				one <- coming{batch: whole, after: after, last: last}
				return
			}
		}
	}()
	return one
}

// reached is how much of the list a page stands for: what the site says that it gives a page, else what was asked for.
// Where it says nothing, or when it has proved unreliable, a short page reaches as far as its last item.
func (b *batch) reached(asked int64, careful bool) int64 {
	n, stated := int64(b.n), b.size > 0 && b.size <= asked
	covered := asked
	if stated {
		covered = b.size
	}
	if n > 0 && (n < covered && (b.size < 0 || careful) || n > covered && !stated) {
		covered = n
	}
	return max(covered, 1)
}

// and adds the items of a later request for the same page.
func (b *batch) and(more *batch) *batch {
	if b == nil {
		return more
	}
	b.envelope, b.items, b.n, b.bytes = more.envelope, append(b.items, more.items...), b.n+more.n, b.bytes+more.bytes
	for reason, n := range more.unkept {
		for range n {
			b.leaveOut(reason)
		}
	}
	return b
}

// sized asks for want items, and for fewer where the site finds that too much. asked is how many it was in the end.
func (s *sweeper) sized(ctx context.Context, set url.Values, want int64, chain bool) (b *batch, asked int64, err error) {
	for {
		s.mu.Lock()
		most := int64(s.size)
		s.mu.Unlock()
		asked = min(want, most)
		if s.pager.size != "" && asked > 0 && (!chain || most < int64(s.pager.Size)) && !(s.pager.bare && set.Has("cursor")) {
			set.Set(s.pager.size, strconv.FormatInt(asked, 10))
		}
		if b, err = s.ask(ctx, set, chain); err == nil || asked <= 1 || !tooMuch(err) {
			return b, asked, err
		}
		s.mu.Lock()
		s.size = int(max(1, min(int64(s.size), asked/2)))
		s.mu.Unlock()
	}
}

// tooMuch reports whether a smaller page may succeed: 409 is what Jira says of a user search that takes too long.
//
// Source: Jira platform REST API v3, "Get all users": 409 "the request takes longer than 10 seconds".
func tooMuch(err error) bool {
	var a *answerError
	if errors.As(err, &a) {
		return a.status == http.StatusConflict || a.status == http.StatusRequestEntityTooLarge || a.status == http.StatusGatewayTimeout
	}
	return errors.Is(err, errTooLarge)
}

// expired reports whether the answer to a request with a cursor says that the cursor is no longer good.
func expired(err error) bool {
	var a *answerError
	return errors.As(err, &a) && (a.status == http.StatusBadRequest || a.status == http.StatusNotFound || a.status == http.StatusGone)
}

// offsets reads pages side by side: with a total all that it promises, else eight ahead until an empty one. They are
// handed over in order. A second sweep goes one page at a time, from where the last one really ended.
func (s *sweeper) offsets(ctx context.Context, at position) (position, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var queue []<-chan coming
	next, ahead := at.Offset, 1
	for pages := 0; ; pages++ {
		for len(queue) < ahead && (len(queue) == 0 || at.Total < 0 || next < at.Total) {
			step := at.Step
			if at.Sweep > 0 {
				step = 0
			}
			queue = append(queue, s.slot(ctx, next, step))
			next += at.Step
		}
		got := <-queue[0]
		queue = queue[1:]
		if got.err != nil {
			return at, got.err
		}
		b := got.batch
		if pages == 0 && linkQuery(b.link).Has("cursor") {
			return s.chain(ctx, at, b)
		}
		first := at.Step == 0
		if first || at.Sweep > 0 {
			at.Step = max(1, got.after-at.Offset)
			next = got.after
		}
		at.Offset = got.after
		fresh := s.take(b, &at)
		last := got.last || (b.n == 0 && !b.promises())
		if at.Sweep > 0 && last && b.n > 0 && at.Total > at.Offset {
			last = false // it says that this is all, and counts more
		}
		if !last {
			at.Trouble = s.stuck()
			last = at.Trouble != ""
		}
		switch {
		case at.Sweep > 0:
		case at.Total >= 0:
			ahead = int(min(pagesInHand, max(2, inHand/max(1, b.bytes)), max(1, (at.Total-at.Offset+at.Step-1)/at.Step)))
		case first && b.size < 0 && int64(b.n) < int64(s.pager.Size):
			// Short, and nothing says whether this is all: one more tells.
		default:
			ahead = int(min(pagesAhead, max(2, inHand/max(1, b.bytes))))
		}
		err := s.eat(ctx, b, fresh, at, last)
		if err == nil && last {
			for _, beyond := range queue {
				<-beyond // asked ahead of the end: the answers are on their way, and so is the connection
			}
		}
		if err != nil || last {
			return at, err
		}
	}
}
