package rules

import (
	"context"
	"fmt"
	"iter"

	"plumbline/store"
)

// resources counts what became of the objects of each resource.
func (c *comparing) resources(ctx context.Context) ([]ResourceComparison, error) {
	var held [2]map[string]int64
	for y, side := range c.side {
		held[y] = map[string]int64{}
		for _, name := range c.names { // finishing counts
			held[y][name] = c.prover.cover(name, y).Objects
		}
		if c.bench[y].snapshot.State.Finished() {
			continue
		}
		var err error
		if held[y], err = side.File.Counts(ctx, side.Snapshot); err != nil {
			return nil, fmt.Errorf("comparing: %w", err)
		}
	}
	counts := map[string]*ResourceComparison{}
	list := make([]ResourceComparison, 0, len(c.names))
	for _, name := range c.names {
		a, b := c.prover.cover(name, 0), c.prover.cover(name, 1)
		if held[0][name] == 0 && held[1][name] == 0 && neverAsked(a) && neverAsked(b) {
			continue
		}
		list = append(list, ResourceComparison{Resource: name, Equal: int(held[0][name])})
		one := &list[len(list)-1]
		for y := range sideName {
			if why := c.prover.whole(name, "", y); why != "" && one.Reason != why {
				if one.Reason != "" {
					why = one.Reason + "; " + why
				}
				one.Reason = why
			}
		}
		one.Comparable = one.Reason == ""
		counts[name] = one
	}
	for i := range c.changes {
		ch := &c.changes[i]
		n := counts[ch.ref.Resource]
		if n == nil {
			continue
		}
		switch c.became(ch) {
		case Added:
			n.Added++
		case Removed:
			n.Removed++
			n.Equal--
		case Changed:
			n.Changed++
			n.Equal--
		case NotComparable:
			n.NotComparable++
			if ch.absent != 0 { // before's count holds it
				n.Equal--
			}
		}
	}
	if c.prover.editions() != "" { // one key may name two things, even where nothing differs
		for i := range list {
			list[i].NotComparable, list[i].Equal = list[i].NotComparable+list[i].Equal, 0
		}
	}
	return list, nil
}

// neverAsked is true of what the site lacks, or the program that collected it did not know.
func neverAsked(c store.Coverage) bool { return c.Outcome == store.Unavailable }

// became says what became of an object that differs; "" if nothing that can be compared does.
func (c *comparing) became(ch *change) Change {
	switch {
	case ch.same:
		return ""
	case ch.absent >= 0 && c.prover.gone(ch.ref, ch.absent) != "":
		return NotComparable
	case ch.absent < 0 && c.prover.editions() != "":
		return NotComparable
	}
	return ch.label()
}

// Objects walks the objects that were added, removed or changed, by resource and key, with the fields of the changed.
// They come one at a time: there may be many.
func (c *Comparison) Objects(ctx context.Context) iter.Seq2[ObjectChange, error] {
	return c.walk(ctx, func(what Change) bool { return what != NotComparable })
}

// NotComparable walks the objects that one side saw and whose absence on the other proves nothing.
func (c *Comparison) NotComparable(ctx context.Context) iter.Seq2[ObjectChange, error] {
	return c.walk(ctx, func(what Change) bool { return what == NotComparable })
}

func (c *Comparison) walk(ctx context.Context, wanted func(Change) bool) iter.Seq2[ObjectChange, error] {
	return func(yield func(ObjectChange, error) bool) {
		in := c.compared
		err := in.pairs(ctx, func(p store.Presence) bool {
			n, known := in.at[Ref{p.Resource, p.Key}]
			if !known {
				return true
			}
			what := in.became(&in.changes[n])
			if what == "" || !wanted(what) {
				return true
			}
			o := ObjectChange{Resource: p.Resource, Key: p.Key, Change: what, Fields: []FieldChange{}}
			body := p.After
			if body == nil {
				body = p.Before
			}
			if o.Name = nameOf(body, p.Key); what == Changed {
				o.Fields, _ = in.fields[p.Resource].compare(p.Before, p.After)
			}
			return yield(o, nil)
		})
		if err != nil {
			yield(ObjectChange{}, err)
		}
	}
}
