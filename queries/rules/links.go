package rules

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"plumbline/store"
)

// Links says of single objects what became of them between two snapshots, without judging either: whoever follows a chain
// of objects asks it what came, went or changed. It is not safe for concurrent use.
type Links struct {
	c     *comparing
	known map[Ref]LinkChange
}

// LinkChange is what became of an object.
type LinkChange struct {
	Cause         // Change is "" where nothing that can be compared differs
	Reason string // of NotComparable: the object was not seen on one side, which could not have seen it
}

// NewLinks opens a comparison of single objects. The error is ErrOtherSite for snapshots of different sites.
func NewLinks(ctx context.Context, before, after Side) (*Links, error) {
	c := &comparing{ctx: ctx, side: [2]Side{before, after}}
	for y, side := range c.side {
		s, err := side.File.Snapshot(ctx, side.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
		covered, err := side.File.Coverage(ctx, side.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
		c.bench[y] = &bench{file: side.File, snapshot: s}
		c.prover.snapshot[y], c.prover.coverage[y], c.prover.absent[y] = s, map[string]store.Coverage{}, map[Ref]bool{}
		for _, one := range covered {
			c.prover.coverage[y][one.Resource] = one
		}
	}
	if a, b := c.bench[0].snapshot.Site, c.bench[1].snapshot.Site; !sameSite(a, b) {
		return nil, fmt.Errorf("%w: %s and %s", ErrOtherSite, a.Address, b.Address)
	}
	c.log = &auditLog{c: c}
	c.prover.logged = c.log.proves
	return &Links{c: c, known: map[Ref]LinkChange{}}, nil
}

// Became says what became of an object, and who did it where an audit log shows it.
func (l *Links) Became(ref Ref) (LinkChange, error) {
	if known, ok := l.known[ref]; ok {
		return known, nil
	}
	bodies, err := l.bodies(ref)
	if err != nil {
		return LinkChange{}, err
	}
	became := l.became(ref, bodies)
	l.known[ref] = became
	return became, l.c.log.err
}

// Missed says why a snapshot, 0 the one before and 1 the one after, may not have seen all objects beside this one: those of
// its resource inside the same parent. "" is that it would have seen them.
func (l *Links) Missed(ref Ref, side int) string {
	why := l.c.prover.unlisted(ref, side)
	if why == "" {
		return ""
	}
	return ref.Resource + " " + why
}

// Unseen says why a snapshot, 0 the one before and 1 the one after, may not have seen all objects of a resource, or of a product's
// share of one that both products have. "" is that it has.
func (l *Links) Unseen(resource, product string, side int) string {
	if why := l.c.prover.whole(resource, product, side); why != "" {
		return resource + " " + why
	}
	return ""
}

func (l *Links) became(ref Ref, bodies [2][]byte) LinkChange {
	p := &l.c.prover
	ch := &change{ref: ref, absent: -1}
	switch {
	case bytes.Equal(bodies[0], bodies[1]): // or on neither side
		return LinkChange{}
	case bodies[0] == nil:
		ch.absent = 0
	case bodies[1] == nil:
		ch.absent = 1
	default:
		told := newFieldRules(p.cover(ref.Resource, 0), p.cover(ref.Resource, 1), p.snapshot[0].PersonalData, p.snapshot[1].PersonalData)
		fields, changed := told.compare(bodies[0], bodies[1])
		for _, f := range fields {
			ch.fields = append(ch.fields, changedField{f.Field, f.NotComparable, [2]bool{f.Before != nil, f.After != nil}})
		}
		if !changed {
			return LinkChange{}
		}
	}
	if ch.absent >= 0 {
		if why := p.gone(ref, ch.absent); why != "" {
			return LinkChange{Cause: Cause{Resource: ref.Resource, Key: ref.Key, Change: NotComparable, Fields: []string{}}, Reason: ref.Resource + " " + why}
		}
	}
	return LinkChange{Cause: l.c.cause(ch)}
}

// bodies are an object's on both sides; nil where it was not seen. What is absent is noted for the prover, parents too.
func (l *Links) bodies(ref Ref) (bodies [2][]byte, err error) {
	for y, side := range l.c.side {
		o, err := side.File.Object(l.c.ctx, side.Snapshot, ref.Resource, ref.Key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return bodies, fmt.Errorf("comparing %s, %s: %w", ref.Resource, sideName[y], err)
		}
		if err == nil {
			bodies[y] = o.Body
		}
	}
	for y := range bodies {
		if bodies[y] != nil || bodies[1-y] == nil {
			continue
		}
		l.c.prover.absent[y][ref] = true
		if parent, ok := parentOf(ref); ok {
			if _, err := l.bodies(parent); err != nil {
				return bodies, err
			}
		}
	}
	return bodies, nil
}
