package app

import (
	"context"
	"slices"

	"plumbline/queries/rules"
	"plumbline/store"
)

// compose makes an answer of what one snapshot says, or of two: rows, paths, and what became of both.
func (f *File) compose(ctx context.Context, a *Access, now, then *answered) error {
	c := &composing{a: a, now: now, then: then, at: map[string]int{}, known: map[string]*reach{}}
	if then != nil {
		links, err := rules.NewLinks(ctx, then.side.of(), now.side.of())
		if err != nil {
			return err
		}
		c.links = links
		for _, r := range then.rows {
			c.known[r.key] = r
		}
	}
	seen := map[string]bool{}
	for _, r := range now.rows {
		seen[r.key] = true
		if err := c.row(c.known[r.key], r); err != nil {
			return err
		}
	}
	if then != nil {
		for _, r := range then.rows {
			if !seen[r.key] {
				if err := c.row(r, nil); err != nil {
					return err
				}
			}
		}
	}
	a.sort()
	a.count()
	return nil
}

// composing is an answer in the making.
type composing struct {
	a         *Access
	now, then *answered
	links     *rules.Links
	known     map[string]*reach // rows at the baseline
	at        map[string]int    // places of paths, by identity
}

// place is the place of a way among the answer's paths, which it is put into where it is not there.
func (c *composing) place(side *accessSide, w reachWay) int {
	id := w.identity()
	if n, ok := c.at[id]; ok {
		return n
	}
	c.at[id] = len(c.a.Paths)
	c.a.Paths = append(c.a.Paths, side.path(w.way))
	return c.at[id]
}

// row makes one row of what was and what is; one of them may be nil.
func (c *composing) row(was, is *reach) error {
	r := AccessRow{Paths: []int{}, News: []AccessSince{}, Causes: []LinkCause{}, Removing: []AccessRemoval{}, Narrowed: []string{}, Findings: []AccessFinding{}}
	before, after := map[string]reachWay{}, map[string]reachWay{}
	if was != nil {
		r.Node, r.Product, r.Active, r.Was = was.node, was.product, was.active, was.level
		for _, w := range was.ways {
			before[w.identity()] = w
		}
	}
	if is != nil {
		r.Node, r.Product, r.Active, r.Level = is.node, is.product, is.active, is.level
		r.Removing = removing(is, c.now.side.linkOf)
		for _, w := range is.ways {
			after[w.identity()] = w
			r.Paths = append(r.Paths, c.place(c.now.side, w))
		}
	}
	if c.links == nil {
		c.a.Rows = append(c.a.Rows, r)
		return nil
	}
	if err := c.compare(&r, was, is, before, after); err != nil {
		return err
	}
	c.a.Rows = append(c.a.Rows, r)
	return nil
}

// compare says what became of a row and of each of its paths. A level counts as another only if no path whose coming or
// going is unproven could have made it the same.
func (c *composing) compare(r *AccessRow, was, is *reach, before, after map[string]reachWay) error {
	var unprovenNew, unprovenGone []reachWay
	note := func(w reachWay, became AccessSince, reason string, causes []LinkCause) {
		r.News = append(r.News, became)
		p := &c.a.Paths[c.at[w.identity()]]
		if p.Since == "" || p.Since == AccessSame {
			p.Since, p.Reason = became, reason
		}
		for _, cause := range causes {
			same := func(o LinkCause) bool { return o.Resource == cause.Resource && o.Key == cause.Key }
			if cause.Resource != "directory_group_member" || c.a.Direction == "who" {
				if !slices.ContainsFunc(p.Causes, same) {
					p.Causes = append(p.Causes, cause)
				}
			}
			if !slices.ContainsFunc(r.Causes, same) && became != AccessSame {
				r.Causes = append(r.Causes, cause)
			}
		}
	}
	var reason string
	if is != nil {
		for _, w := range is.ways {
			old, known := before[w.identity()]
			moved := movedTo(old, w)
			if known && moved == AccessSame {
				note(w, AccessSame, "", nil)
				continue
			}
			became, why, causes, err := c.became(w, AccessNew)
			if known && err == nil {
				became, why, causes, err = c.moved(old, w, moved, causes)
			}
			switch {
			case err != nil:
				return err
			case became == AccessNotComparable && moved == AccessLowered:
				unprovenGone, reason = append(unprovenGone, old), firstOf(reason, why)
			case became == AccessNotComparable:
				unprovenNew, reason = append(unprovenNew, w), firstOf(reason, why)
			}
			note(w, became, why, causes)
		}
	}
	if was != nil {
		for _, w := range was.ways {
			if _, still := after[w.identity()]; still {
				continue
			}
			became, why, causes, err := c.became(w, AccessGone)
			if err != nil {
				return err
			}
			if became == AccessNotComparable {
				unprovenGone, reason = append(unprovenGone, w), firstOf(reason, why)
			}
			r.Paths = append(r.Paths, c.place(c.then.side, w))
			note(w, became, why, causes)
		}
	}
	could := func(x *reach, more []reachWay) AccessLevel {
		if x != nil {
			more = slices.Concat(x.ways, more)
		}
		return levelOf(more, nil)
	}
	switch {
	case r.Level == r.Was:
		r.Since = AccessSame
	case could(was, unprovenNew) != r.Was || could(is, unprovenGone) != r.Level:
		r.Since, r.Reason = AccessNotComparable, reason
	case r.Was == NoAccess:
		r.Since = AccessNew
	case r.Level == NoAccess:
		r.Since = AccessGone
	case r.Level.height() > r.Was.height():
		r.Since = AccessRaised
	default:
		r.Since = AccessLowered
	}
	if why := c.untold(r); why != "" {
		r.Since, r.Reason = AccessNotComparable, why
	}
	if r.Since == AccessSame {
		r.Causes = []LinkCause{}
	}
	return nil
}

// untold says why a row's level may only seem another: on the side where it is less, a grant does not tell what it gives.
func (c *composing) untold(r *AccessRow) string {
	object := r.Node
	if c.a.Direction == "what" {
		object = c.a.Subject
	}
	bare := AccessNode{Kind: object.Kind, ID: object.ID}
	switch {
	case (r.Since == AccessGone || r.Since == AccessLowered) && c.now.side.untold[bare] > 0:
		return untoldOn(1)
	case (r.Since == AccessNew || r.Since == AccessRaised) && c.then.side.untold[bare] > 0:
		return untoldOn(0)
	}
	return ""
}

// moved says whether a way that both sides have is proven to give more or less: what makes the difference was on the side
// that has more, and must be gone from the other, which must then have listed all such grants or have a record of it.
func (c *composing) moved(old, w reachWay, moved AccessSince, causes []LinkCause) (AccessSince, string, []LinkCause, error) {
	more, missing := w, 0
	if moved == AccessLowered {
		more, missing = old, 1
	}
	became, why, others, err := c.became(more, moved)
	if err != nil || became == AccessNotComparable || moved == AccessNew {
		return became, why, nil, err
	}
	for _, cause := range others {
		if !slices.ContainsFunc(causes, func(o LinkCause) bool { return o.Resource == cause.Resource && o.Key == cause.Key }) {
			causes = append(causes, cause)
		}
	}
	if !slices.ContainsFunc(causes, func(o LinkCause) bool {
		return o.Resource == more.sourceResource && o.Key == more.source || o.Resource == "confluence_space_role"
	}) { // a grant beside the strongest
		if why := c.links.Missed(Ref{Resource: more.sourceResource, Key: more.source}, missing); why != "" {
			return AccessNotComparable, why, nil, nil
		}
	}
	return moved, "", causes, nil
}

// movedTo says whether a way that both sides have gives more or less than it did.
func movedTo(old, w reachWay) AccessSince {
	switch {
	case old.way == nil:
		return AccessNew
	case old.rank/100 < w.rank/100, old.rank/100 == w.rank/100 && !old.opens && w.opens:
		return AccessRaised
	case old.rank/100 > w.rank/100, old.opens && !w.opens:
		return AccessLowered
	}
	return AccessSame
}

// became says whether a way that one side lacks is proven to have come or gone, and by which links.
func (c *composing) became(w reachWay, proven AccessSince) (AccessSince, string, []LinkCause, error) {
	var causes []LinkCause
	reason, moved := "", false
	for _, link := range w.links() {
		change, err := c.links.Became(link)
		if err != nil {
			return "", "", nil, err
		}
		switch change.Change {
		case "":
		case rules.NotComparable:
			reason = firstOf(reason, change.Reason)
		default:
			moved = moved || change.Change != rules.Changed // what only changed may have changed in something else
			causes = append(causes, change.Cause)
		}
	}
	if (w.throughKind == "space_permission" || w.throughKind == "space_role") && len(causes) == 0 { // the link may be there and not count
		mode, err := c.links.Became(Ref{Resource: "confluence_space_role_mode", Key: store.Key("confluence")})
		switch {
		case err != nil:
			return "", "", nil, err
		case mode.Change == rules.NotComparable:
			reason = firstOf(reason, mode.Reason)
		case mode.Change != "":
			return proven, "the permission model of the spaces changed", append(causes, mode.Cause), nil
		}
	}
	if !moved && reason != "" {
		return AccessNotComparable, reason, nil, nil
	}
	return proven, "", causes, nil
}

// linkOf are the words of a link of a row.
func (s *accessSide) linkOf(w reachWay, link Ref) string { return s.linkWords(w.way, link) }
