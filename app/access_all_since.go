package app

import (
	"context"
	mathbits "math/bits"

	"golang.org/x/sync/errgroup"

	"plumbline/queries/rules"
	"plumbline/store"
)

// unprovenness says why a side, 0 before and 1 after, may not have seen all that access to an object of a product rests on, or with
// no product all that a person's does; "" if it has.
type unprovenness func(product string, object AccessNode, side int) string

// accessAll answers everyone and everything, compared with a baseline where there is one.
func accessAll(ctx context.Context, a *Access, q AccessQuery, now *accessSide, before *side) error {
	m, err := now.matrix(q)
	if err != nil {
		return err
	}
	var was *matrix
	var unproven unprovenness
	if before != nil {
		shown := snapshotOf(before.snapshot)
		a.Before = &shown
		then, err := accessSideOf(ctx, *before)
		if err != nil {
			return err
		}
		defer then.relation.Close()
		if was, err = then.matrix(q); err != nil {
			return err
		}
		m.join(was)
		links, err := rules.NewLinks(ctx, before.of(), now.of())
		if err != nil {
			return err
		}
		unproven = provenBy(links)
	}
	both := errgroup.Group{}
	both.Go(m.read)
	if was != nil {
		both.Go(was.read)
	}
	if err := both.Wait(); err != nil {
		return err
	}
	m.counted(a, q, was, unproven)
	if err := now.readUntold(); err != nil {
		return err
	}
	return now.limits(a, q, nil)
}

// join gives two sides the same people and objects in the same order, each with those that it lists itself.
func (m *matrix) join(was *matrix) {
	m.people, m.ownPeople, was.ownPeople = joined(m.people, was.people, func(v []any) any { return v[0] })
	m.objects, m.ownObjects, was.ownObjects = joined(m.objects, was.objects, func(v []any) any { return [2]any{v[0], v[1]} })
	was.people, was.objects = m.people, m.objects
}

// joined are two lists in one, that of now first and in its words, and whether a place of it is of now and of then.
func joined(now, then [][]any, name func([]any) any) (all [][]any, ofNow, ofThen func(int) bool) {
	at := make(map[any]int, len(now))
	for i, v := range now {
		at[name(v)] = i
	}
	all = now[:len(now):len(now)]
	seen := make([]bool, len(now), len(now)+16)
	for _, v := range then {
		if i, ok := at[name(v)]; ok {
			seen[i] = true
			continue
		}
		all, seen = append(all, v), append(seen, true)
	}
	return all, func(i int) bool { return i < len(now) }, func(i int) bool { return seen[i] }
}

// provenBy looks at the legs of paths one by one. Of what is read for each project or space the part of the object alone counts,
// where one of that kind is asked about.
func provenBy(links *rules.Links) unprovenness {
	type asked struct {
		product string
		side    int
		leg     int
	}
	known := map[asked]string{}
	return func(product string, object AccessNode, side int) string {
		for i, l := range accessLegs {
			if product != "" && l.product != "" && l.product != product {
				continue
			}
			if kind := legOf(l.resource); kind != "" && product != "" && kind != object.Kind {
				continue
			}
			if l.parent != "" && l.parent == object.Kind {
				if why := links.Missed(Ref{Resource: l.resource, Key: store.Key(object.ID, "")}, side); why != "" {
					return why
				}
				continue
			}
			at := asked{product, side, i}
			why, ok := known[at]
			if !ok {
				why = links.Unseen(l.resource, product, side)
				known[at] = why
			}
			if why != "" {
				return why
			}
		}
		return ""
	}
}

// accessMoves are how many came, went, rose and fell.
type accessMoves struct{ new, raised, lowered, gone int }

// moves counts what became of those who hold a level, up to now.
func (g *given) moves(now *given) (n accessMoves) {
	for i := range g.administer {
		level := func(x *given) (view, edit, administer uint64) {
			a, e, o := x.administer[i], x.edit[i], x.opens[i]
			return o &^ e &^ a, e & o &^ a, a
		}
		v0, e0, a0 := level(g)
		v1, e1, a1 := level(now)
		n.new += mathbits.OnesCount64((v1 | e1 | a1) &^ (v0 | e0 | a0))
		n.gone += mathbits.OnesCount64((v0 | e0 | a0) &^ (v1 | e1 | a1))
		n.raised += mathbits.OnesCount64(v0&(e1|a1) | e0&a1)
		n.lowered += mathbits.OnesCount64(v1&(e0|a0) | e1&a0)
	}
	return n
}

func highestOf(g *given, other AccessLevel) AccessLevel {
	view, edit, administer := g.counts()
	return highest(view, edit, administer, other)
}

// moves says what became of a row. What one side has less of is only told where that side would have seen it.
func (r *AccessPeople) moves(n accessMoves, was AccessLevel, unproven unprovenness) {
	r.Was, r.New, r.Raised, r.Lowered, r.Gone, r.Since = was, n.new, n.raised, n.lowered, n.gone, AccessSame
	unsure := [2]string{}
	if r.New+r.Raised > 0 || r.Level.height() > was.height() {
		if unsure[0] = unproven(r.Product, r.Node, 0); unsure[0] != "" {
			r.NotComparable, r.New, r.Raised = r.New+r.Raised, 0, 0
		}
	}
	if r.Lowered+r.Gone > 0 || r.Level.height() < was.height() {
		if unsure[1] = unproven(r.Product, r.Node, 1); unsure[1] != "" {
			r.NotComparable, r.Lowered, r.Gone = r.NotComparable+r.Lowered+r.Gone, 0, 0
		}
	}
	r.Reason = firstOf(unsure[0], unsure[1])
	switch {
	case r.Level.height() > was.height() && unsure[0] != "", r.Level.height() < was.height() && unsure[1] != "":
		r.Since = AccessNotComparable
	case r.Level == was && r.NotComparable > 0 && r.New+r.Raised+r.Lowered+r.Gone == 0:
		r.Since = AccessNotComparable
	case r.Level == was:
	case was == NoAccess:
		r.Since = AccessNew
	case r.Level == NoAccess:
		r.Since = AccessGone
	case r.Level.height() > was.height():
		r.Since = AccessRaised
	default:
		r.Since = AccessLowered
	}
}
