package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// part is one parent's share of a resource, or the whole of one that is asked once, while it is being collected.
type part struct {
	run    *run
	parent string // its key, "" for the whole
	body   Item
	at     position // everything before is stored, or in objects
	reads  int      // calls of read so far

	objects []store.Object // to be stored with the next page
	saved   string
	notes   []string // which sources were refused, and stood in for
	tally   tally    // of the parts below it

	mu       sync.Mutex
	partial  []string        // why it is no complete one
	unkept   map[string]int  // why items were left out, and how many
	status   int             // HTTP status of what made it partial
	missing  []string        // scopes or permissions that would have opened the rest
	rows     []store.Request // to be stored with the next page
	answered store.Request   // all requests that were answered, as one row
}

func (r *run) newPart(parent string, body Item, earlier store.Progress) *part {
	p := &part{run: r, parent: parent, body: body, at: position{Total: -1, Expired: r.expired}}
	if earlier.Cursor != "" {
		at := position{Total: -1}
		if json.Unmarshal([]byte(earlier.Cursor), &at) == nil {
			p.at, p.saved = at, at.Saved
			if at.Partly != "" {
				p.partial, p.missing = []string{at.Partly}, at.Missing
			}
		}
	}
	return p
}

func (p *part) walk() *Walk { return &Walk{loop: p.run.loop, resource: p.run.resource, part: p} }

// read reads the first of the sources that answers, or all of them.
func (p *part) read(ctx context.Context, sources []Source, union bool) error {
	n := p.reads
	p.reads++
	if p.at.Read > n {
		return nil // before the interruption
	}
	var refused []*Refusal
	for i := p.at.Source; i < len(sources); i++ {
		err := p.readSource(ctx, &sources[i])
		r := Refused(err)
		if err != nil && r == nil {
			return err
		}
		next := position{Read: n, Source: i + 1, Total: -1, Expired: p.at.Expired, Done: p.at.Done}
		if r == nil {
			next.Done++
		} else {
			refused = append(refused, r)
		}
		p.at = next
		if r == nil && !union {
			break
		}
		if r != nil && union && r.Outcome != store.Unavailable {
			p.partly(r.Reason, r.Status, r.Missing...)
		}
	}
	if p.at.Done == 0 && len(refused) > 0 {
		p.mu.Lock()
		p.partial, p.missing = nil, nil
		p.mu.Unlock()
		worst := *refused[0]
		for _, r := range refused[1:] {
			if r.Reason != refused[0].Reason {
				worst.Reason += "; instead: " + r.Reason
			}
			worst.Missing = append(worst.Missing, r.Missing...)
			if worst.Outcome == store.Unavailable {
				worst.Outcome, worst.Status = r.Outcome, r.Status
			}
		}
		return &worst
	}
	if !union {
		for _, r := range refused {
			p.notes = append(p.notes, r.Reason)
		}
	}
	p.at = position{Read: n + 1, Total: -1, Expired: p.at.Expired}
	return nil
}

// readSource reads one source with the first sign-in that may, and stores what it yields.
func (p *part) readSource(ctx context.Context, src *Source) error {
	return p.withSession(ctx, src, func(s *session) error {
		l, err := p.newList(src, p.body, s)
		if err != nil {
			return err
		}
		return p.readList(ctx, l)
	})
}

// withSession tries fn with each sign-in that may ask src, until one is not denied.
func (p *part) withSession(ctx context.Context, src *Source, fn func(*session) error) error {
	loop := p.run.loop
	if product := productOf[src.API]; !loop.site.has(product) {
		return &Refusal{Outcome: store.Unavailable, Reason: loop.site.without(product)}
	}
	denied := loop.closed(src)
	for _, s := range loop.sessions {
		if !s.may(*src) || s.bases[src.API] == "" {
			continue
		}
		if lacks := s.lacks(*src); lacks != nil {
			denied = &Refusal{Outcome: store.Denied, Reason: "not asked: " + src.Path + " needs scopes that the sign-in does not have: " + strings.Join(lacks, " "), Missing: lacks, source: true}
			continue
		}
		if r := p.run.isClosed(src, s); r != nil {
			denied = r
			continue
		}
		err := fn(s)
		r := Refused(err)
		if r == nil || r.Outcome != store.Denied {
			if err == nil {
				p.run.answered(src, s)
			}
			return err
		}
		denied = p.run.refused(src, s, r)
	}
	return denied
}

// has reports whether any sign-in opens an API.
func (l *loop) has(api API) bool {
	return slices.ContainsFunc(l.sessions, func(s *session) bool { return s.bases[api] != "" })
}

// closed says why no sign-in may ask src, before each is looked at.
func (l *loop) closed(src *Source) *Refusal {
	name := productNames[productOf[src.API]]
	switch of := slices.IndexFunc(l.sessions, func(s *session) bool { return s.may(*src) }); {
	case l.has(src.API):
	case src.API == OrgAPI:
		end := l.noKey()
		return &Refusal{Outcome: end.Outcome, Status: end.HTTPStatus, Reason: end.Reason, Missing: end.Missing, source: true}
	case l.refused[src.API] != "":
		return &Refusal{Outcome: store.Denied, Status: http.StatusUnauthorized, Reason: "the sign-in was refused: " + l.refused[src.API], Missing: []string{"sign-in for " + name}, source: true}
	case l.site.Kind == dcKind || !slices.ContainsFunc(l.sessions, func(s *session) bool { return s.Kind != OrgKey }):
		return &Refusal{Outcome: store.Denied, Reason: "no sign-in for " + name, Missing: []string{"sign-in for " + name}, source: true}
	case of >= 0:
		s := l.sessions[of]
		return &Refusal{Outcome: store.Denied, Reason: "the " + s.Kind + " sign-in does not open " + name + " of this site", Missing: s.lacks(*src), source: true}
	}
	r := &Refusal{Outcome: store.Unavailable, Reason: "no sign-in of the kind that " + src.Path + " takes"}
	if len(src.Credentials) > 0 {
		r.Reason += ": " + strings.Join(src.Credentials, ", ")
	}
	return r
}

// readList sweeps a list, a second time if it did not add up, and stores every page.
func (p *part) readList(ctx context.Context, l *list) error {
	r := p.run.resource
	begun := p.at.Offset > 0 || p.at.Next != "" || p.at.Sweep > 0
	for {
		s := &sweeper{pager: l.source.Pager, ask: l.ask, repeat: r.Event, same: func(item Item) uint64 { return p.same(item) }}
		s.eat = func(ctx context.Context, b *batch, fresh []Item, at position, last bool) error {
			begun = true
			p.leftOut(b.unkept)
			for _, item := range fresh {
				p.take(item, l.source)
			}
			p.at = at
			p.run.progress(p, at.Total)
			if last {
				return nil
			}
			return p.flush(ctx, nil)
		}
		at, err := s.sweep(ctx, p.at)
		switch {
		case errors.Is(err, errExpired) && !p.at.Expired:
			return errExpired
		case err != nil && begun:
			err := l.refusal(ctx, err)
			if refusal := Refused(err); refusal != nil {
				p.partly(fmt.Sprintf("stopped after %d items: %s", p.at.Items, refusal.Reason), refusal.Status, refusal.Missing...)
				return nil
			}
			return err
		case err != nil:
			err := l.refusal(ctx, err)
			if refusal := Refused(err); refusal != nil && refusal.Outcome == store.Complete {
				return nil // a 404 that says that there is none
			}
			return err
		}
		p.at = at
		flaw := at.flaw()
		if flaw == "" {
			return nil
		}
		if at.Sweep > 0 {
			p.partly(flaw+" (read twice)", 0)
			return nil
		}
		p.at = position{Read: at.Read, Source: at.Source, Sweep: 1, Total: -1, Expired: at.Expired, Done: at.Done}
	}
}

// same tells the items of a list apart: by their key where an item is one object, else by what is kept of them.
func (p *part) same(item Item) uint64 {
	if p.run.resource.Objects != nil {
		return fingerprint(item)
	}
	key, reason := p.run.resource.key(item, p.body)
	if reason != "" {
		return 0
	}
	return maphash.String(seed, store.Key(key...))
}

// take makes objects of an item: of this resource, and of those inside it.
func (p *part) take(item Item, src *Source) {
	for _, r := range p.run.inside {
		if reason := r.resource.lacks(item); reason != "" {
			p.keep(r.resource, nil, reason)
			continue
		}
		made, reason := r.resource.made(r.reduced(item), p.body)
		p.keep(r.resource, made, reason)
	}
	if reason := p.run.resource.lacks(item); reason != "" {
		p.keep(p.run.resource, nil, reason)
		return
	}
	if src.Keep == nil {
		item = p.run.reduced(item)
	}
	made, reason := p.run.resource.made(item, p.body)
	p.keep(p.run.resource, made, reason)
}

// keep readies objects for the next page.
func (p *part) keep(r *Resource, made []Made, reason string) {
	if reason != "" {
		p.leftOut(map[string]int{reason: 1})
	}
	for _, m := range made {
		if len(m.Key) == 0 || m.Key[0] == "" {
			p.leftOut(map[string]int{"without an id": 1})
			continue
		}
		key := store.Key(m.Key...)
		if strings.ContainsRune(key, 0) {
			p.leftOut(map[string]int{"an id holds a NUL": 1})
			continue
		}
		body, err := store.Canonical(m.Body)
		if err != nil {
			p.leftOut(map[string]int{"cannot be kept unaltered": 1})
			continue
		}
		p.objects = append(p.objects, store.Object{Resource: r.Name, Key: key, Body: body})
	}
}

func (p *part) emit(r *Resource, made []Made) { p.keep(r, made, "") }

func (p *part) emitInside(resource string, made []Made) {
	for _, r := range p.run.inside {
		if r.resource.Name == resource {
			p.keep(r.resource, made, "")
		}
	}
}
