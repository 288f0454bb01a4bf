package app

import (
	"context"
	mathbits "math/bits"
	"slices"

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
		if unproven, err = provenBy(links, [2]*accessSide{then, now}); err != nil {
			return err
		}
		if err := then.readUntold(); err != nil {
			return err
		}
	}
	if err := now.readUntold(); err != nil {
		return err
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
// where one of that kind is asked about. A leg that the other side has nothing of is on none of its paths, and so not missed.
func provenBy(links *rules.Links, sides [2]*accessSide) (unprovenness, error) {
	legs := append(slices.Clone(accessLegs), accessLeg{"confluence", "confluence_user", accounts, ""})
	held := [2]map[string]bool{{}, {}}
	for i := range legs {
		if legs[i].resource == "jira_user" { // it lists those of Confluence too
			legs[i].product = ""
		}
		for y, s := range sides {
			found, err := s.rows("SELECT EXISTS (SELECT 1 FROM "+legs[i].resource+")", nil)
			if err != nil {
				return nil, err
			}
			held[y][legs[i].resource] = number64(found[0][0]) == 1
		}
	}
	mode, err := links.Became(Ref{Resource: "confluence_space_role_mode", Key: store.Key("confluence")})
	if err != nil {
		return nil, err
	}
	type asked struct {
		product string
		side    int
		leg     int
	}
	known := map[asked]string{}
	return func(product string, object AccessNode, side int) string {
		if mode.Change == rules.NotComparable && (product == "" || object.Kind == "space") {
			return mode.Reason
		}
		if sides[side].untold[AccessNode{Kind: object.Kind, ID: object.ID}] > 0 {
			return untoldOn(side)
		}
		for i, l := range legs {
			if product != "" && l.product != "" && l.product != product || !held[1-side][l.resource] {
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
				of := product
				if l.leg == accounts { // all of them, whatever they reach
					of = ""
				}
				why = links.Unseen(l.resource, of, side)
				known[at] = why
			}
			if why != "" {
				return why
			}
		}
		return ""
	}, nil
}

// accessMoves are how many came, went, rose and fell.
type accessMoves struct{ new, raised, lowered, gone int }

// moves counts what became of those who hold a level, up to now; of some alone, unless only is nil.
func (g *given) moves(now *given, only bits) (n accessMoves) {
	for i := range g.administer {
		all := ^uint64(0)
		if only != nil {
			all = only[i]
		}
		level := func(x *given) (view, edit, administer uint64) {
			a, e, o := x.administer[i]&all, x.edit[i]&all, x.opens[i]&all
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

// accessDoubt is what may only seem to have come or gone, as grants of its objects do not tell what they give: how much, and
// the highest level of it, 0 now of what was untold before, 1 before of what is untold now.
type accessDoubt struct {
	accessMoves
	level [2]AccessLevel
}

// doubt is that of what somebody held, up to now; untold are the objects, before and now.
func (g *given) doubt(now *given, untold [2]bits) accessDoubt {
	came, went := g.moves(now, untold[0]), g.moves(now, untold[1])
	d := accessDoubt{accessMoves: accessMoves{came.new, came.raised, went.lowered, went.gone}}
	if d.accessMoves != (accessMoves{}) {
		d.level = [2]AccessLevel{highestOf(now.within(untold[0]), NoAccess), highestOf(g.within(untold[1]), NoAccess)}
	}
	return d
}

// within is what is given of some.
func (g *given) within(some bits) *given {
	x := newGiven(64 * len(some))
	for i, in := range some {
		x.administer[i], x.edit[i], x.opens[i] = g.administer[i]&in, g.edit[i]&in, g.opens[i]&in
	}
	return x
}

// untold are the objects with grants that nobody can follow.
func (m *matrix) untold() bits {
	all := make(bits, (len(m.objects)+63)/64)
	for i, v := range m.objects {
		if m.s.untold[AccessNode{Kind: said(v[0]), ID: said(v[1])}] > 0 {
			all.add(i)
		}
	}
	return all
}

func untoldOn(side int) string {
	return "grants that do not tell what they give " + [2]string{"before", "after"}[side]
}

func highestOf(g *given, other AccessLevel) AccessLevel {
	view, edit, administer := g.counts()
	return highest(view, edit, administer, other)
}

// moves says what became of a row. What one side has less of is only told where that side would have seen it.
func (r *AccessPeople) moves(n accessMoves, was AccessLevel, doubt accessDoubt, unproven unprovenness) {
	rise := r.Level.height() - was.height()
	unsure := [2]string{}
	if n.new+n.raised > 0 || rise > 0 {
		if unsure[0] = unproven(r.Product, r.Node, 0); unsure[0] != "" {
			doubt.new, doubt.raised, doubt.level[0] = n.new, n.raised, r.Level
		} else if doubt.new+doubt.raised > 0 {
			unsure[0] = untoldOn(0)
		}
	}
	if n.lowered+n.gone > 0 || rise < 0 {
		if unsure[1] = unproven(r.Product, r.Node, 1); unsure[1] != "" {
			doubt.lowered, doubt.gone, doubt.level[1] = n.lowered, n.gone, was
		} else if doubt.lowered+doubt.gone > 0 {
			unsure[1] = untoldOn(1)
		}
	}
	r.Was, r.Since, r.Reason = was, AccessSame, firstOf(unsure[0], unsure[1])
	r.New, r.Raised, r.Lowered, r.Gone = n.new-doubt.new, n.raised-doubt.raised, n.lowered-doubt.lowered, n.gone-doubt.gone
	r.NotComparable = doubt.new + doubt.raised + doubt.lowered + doubt.gone
	switch {
	case rise > 0 && doubt.level[0].height() > was.height(), rise < 0 && doubt.level[1].height() > r.Level.height():
		r.Since = AccessNotComparable
	case rise == 0 && r.NotComparable > 0 && r.New+r.Raised+r.Lowered+r.Gone == 0:
		r.Since = AccessNotComparable
	case rise == 0:
	case was == NoAccess:
		r.Since = AccessNew
	case r.Level == NoAccess:
		r.Since = AccessGone
	case rise > 0:
		r.Since = AccessRaised
	default:
		r.Since = AccessLowered
	}
}
