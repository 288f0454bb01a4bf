package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline/store"
)

// partly says why the part is no complete one. status is that of the answer that made it so, 0 if none did; missing is
// what would have opened the rest.
func (p *part) partly(reason string, status int, missing ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.partial, reason) {
		p.partial = append(p.partial, reason)
	}
	if p.status == 0 {
		p.status = status
	}
	p.missing = append(p.missing, missing...)
}

func (p *part) leftOut(reasons map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for reason, n := range reasons {
		if p.unkept == nil {
			p.unkept = map[string]int{}
		}
		p.unkept[reason] += n
	}
}

// reasons are why the part is partial, in words; "" if it is not.
func (p *part) reasons() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := slices.Clone(p.partial)
	for _, reason := range slices.Sorted(maps.Keys(p.unkept)) {
		n, items := p.unkept[reason], "items"
		if n == 1 {
			items = "item"
		}
		all = append(all, fmt.Sprintf("%d %s left out: %s", n, items, reason))
	}
	return strings.Join(all, "; ")
}

// lacks is what would have opened what makes the part partial.
func (p *part) lacks() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(p.missing)))
}

// log keeps a row for a request that failed or had to wait.
func (p *part) log(r store.Request) {
	p.run.count(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, r)
}

// count adds a request that was answered to the row that stands for all of them.
func (p *part) count(c *call, items, status int) {
	p.run.count(1)
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answered.Requests == 0 {
		p.answered = store.Request{Resource: c.resource, Parent: p.parent, Method: method(c.post), Path: c.target(), At: c.started}
	}
	p.answered.Status = status
	p.answered.Duration = now.Sub(p.answered.At)
	p.answered.Rows += items
	p.answered.Requests++
}

// sent takes out the rows for what was sent so far.
func (p *part) sent() []store.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	rows := p.rows
	if p.answered.Requests > 0 {
		rows = append(rows, p.answered)
	}
	p.rows, p.answered = nil, store.Request{}
	return rows
}

// adopt takes over the rows of a part that is begun anew with the whole resource.
func (p *part) adopt(q *part) {
	rows := q.sent()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, rows...)
}

// flush stores what is in hand in one transaction, with where to go on; with an end, the part is over.
func (p *part) flush(ctx context.Context, end *store.End) error {
	at := p.at
	at.Partly, at.Missing, at.Saved = p.reasons(), p.lacks(), p.saved
	return p.flushTo(ctx, at, end)
}

// flushTo is flush with another place to go on from.
func (p *part) flushTo(ctx context.Context, at position, end *store.End) error {
	cursor, err := json.Marshal(at)
	if err != nil {
		return err
	}
	r := p.run.resource
	page := store.Page{Resource: r.Name, Parent: p.parent, ByParent: r.ByParent, Objects: p.objects, Cursor: string(cursor), End: end}
	p.mu.Lock()
	page.Requests, p.rows = p.rows, nil
	if end != nil && p.answered.Requests > 0 {
		page.Requests = append(page.Requests, p.answered)
	}
	p.mu.Unlock()
	if err := p.run.loop.store.Write(ctx, page); err != nil {
		return p.run.loop.stopped(ctx, err)
	}
	for _, one := range append([]*run{p.run}, p.run.inside...) {
		one.stored(p.objects)
	}
	p.objects = p.objects[:0]
	return nil
}

// save stores what Collect emitted, with its own cursor.
func (p *part) save(ctx context.Context, cursor string) error {
	p.saved = cursor
	return p.flush(ctx, nil)
}

// conclude makes the part's end of what collecting it returned. The second error ends the run.
func (p *part) conclude(ctx context.Context, err error) (*store.End, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var f fatal
	if errors.As(err, &f) || errors.Is(err, errExpired) {
		return nil, err
	}
	end := &store.End{Outcome: store.Complete, Reason: strings.Join(p.notes, "; ")}
	if err == nil && p.tally.parts > 0 {
		end = p.tally.end()
	}
	partly := p.reasons()
	switch refusal := Refused(err); {
	case refusal != nil:
		end = &store.End{Outcome: refusal.Outcome, HTTPStatus: refusal.Status, Reason: refusal.Reason, Missing: refusal.Missing}
	case err != nil:
		end = &store.End{Outcome: store.Failed, Reason: clean(err.Error(), nil)}
	case partly != "" && (end.Outcome == store.Complete || end.Outcome == store.Partial):
		end.Outcome, end.Reason = store.Partial, joined(partly, end.Reason)
		end.Missing = append(end.Missing, p.lacks()...)
		if end.HTTPStatus == 0 {
			end.HTTPStatus = p.status
		}
	}
	if end.Missing != nil {
		slices.Sort(end.Missing)
		end.Missing = slices.Compact(end.Missing)
	}
	return end, nil
}

func joined(reasons ...string) string {
	return strings.Join(slices.DeleteFunc(reasons, func(s string) bool { return s == "" }), "; ")
}

// each collects parts side by side. Those that ended before an interruption are only counted.
func (p *part) each(ctx context.Context, parents iter.Seq2[Object, error], fn func(context.Context, *Walk) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan Object)
	var workers sync.WaitGroup
	for range max(1, p.run.loop.client.manners.concurrency) {
		workers.Go(func() {
			for o := range todo {
				if err := p.one(ctx, o, fn); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := func() error {
		defer close(todo)
		for o, err := range parents {
			if err != nil {
				return p.run.loop.stopped(ctx, err)
			}
			select {
			case todo <- o:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	}()
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// one collects one part and ends it.
func (p *part) one(ctx context.Context, o Object, fn func(context.Context, *Walk) error) error {
	earlier := p.run.done[o.Key]
	if earlier.End != nil {
		p.tally.add(o.Key, *earlier.End)
		return nil
	}
	q := p.run.newPart(o.Key, o.Body, earlier)
	for {
		err := p.tally.hopeless()
		if err == nil {
			err = fn(ctx, q.walk())
		}
		if errors.Is(err, errExpired) && p.run.resource.ByParent && ctx.Err() == nil {
			if err := p.run.clear(ctx, o.Key, q); err != nil {
				return err
			}
			q = p.run.newPart(o.Key, o.Body, store.Progress{})
			q.at.Expired = true
			continue
		}
		end, err := q.conclude(ctx, err)
		if err != nil {
			p.adopt(q)
			return err
		}
		if err := q.flush(ctx, end); err != nil {
			return err
		}
		p.tally.add(o.Key, *end)
		return nil
	}
}

// tally is what came of the parts of a resource.
type tally struct {
	mu    sync.Mutex
	parts int
	count map[store.Outcome]int
	first map[store.Outcome]store.End // of the parent whose key comes first, whichever answered first
	whose map[store.Outcome]string
	lacks map[string]bool // what would have opened any of them
	other []store.Part    // those that are not complete
	row   int             // that failed in a row
	apart bool            // each part is a product's: what one has not the whole does not lack
}

// failuresInARow is after how many failed parts, each with all its retries, the rest is not asked for any more.
const failuresInARow = 10

// hopeless is why no further part is asked for; nil if there is no reason.
func (t *tally) hopeless() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.row < failuresInARow {
		return nil
	}
	return &Refusal{Outcome: store.Skipped, Reason: fmt.Sprintf("not asked: %d in a row had failed", failuresInARow)}
}

func (t *tally) add(parent string, e store.End) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == nil {
		t.count, t.first, t.whose, t.lacks = map[store.Outcome]int{}, map[store.Outcome]store.End{}, map[store.Outcome]string{}, map[string]bool{}
	}
	t.parts++
	switch e.Outcome {
	case store.Failed:
		t.row++
	case store.Skipped:
	default:
		t.row = 0
	}
	t.count[e.Outcome]++
	if whose, have := t.whose[e.Outcome]; !have || parent < whose {
		t.first[e.Outcome], t.whose[e.Outcome] = e, parent
	}
	for _, name := range e.Missing {
		t.lacks[name] = true
	}
	if e.Outcome != store.Complete {
		t.other = append(t.other, store.Part{Parent: parent, Outcome: e.Outcome, HTTPStatus: e.HTTPStatus, Reason: e.Reason})
	}
}

// end rolls the parts up: all complete is complete, all of one kind is that kind, anything else is partial.
func (t *tally) end() *store.End {
	t.mu.Lock()
	defer t.mu.Unlock()
	var kinds []store.Outcome
	var said []string
	status := 0
	for _, o := range []store.Outcome{store.Denied, store.Failed, store.Skipped, store.Unavailable, store.Partial, store.Complete} {
		n := t.count[o]
		if n == 0 || t.apart && o == store.Unavailable && len(t.first[o].Missing) == 0 && t.count[store.Complete]+t.count[store.Partial] > 0 {
			continue
		}
		kinds = append(kinds, o)
		if o != store.Complete {
			said = append(said, fmt.Sprintf("%d of %d %s: %s", n, t.parts, o, t.first[o].Reason))
			if status == 0 {
				status = t.first[o].HTTPStatus
			}
		}
	}
	if len(kinds) == 1 {
		e := t.first[kinds[0]]
		if kinds[0] == store.Complete {
			return &store.End{Outcome: store.Complete, Reason: e.Reason}
		}
		if t.parts > 1 {
			e.Reason, e.Missing = fmt.Sprintf("all %d parts: %s", t.parts, e.Reason), slices.Sorted(maps.Keys(t.lacks))
		}
		return &e
	}
	e := &store.End{Outcome: store.Partial, HTTPStatus: status, Reason: strings.Join(said, "; "), Missing: slices.Sorted(maps.Keys(t.lacks))}
	if t.count[store.Complete]+t.count[store.Partial] == 0 {
		e.Outcome = kinds[0]
	}
	return e
}
