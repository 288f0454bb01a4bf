package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"strings"

	"plumbline/store/internal/db"
)

// store writes what was gathered: the objects in key order, so that neighbours in the file are met
// one after the other, and then what the pages brought besides.
func (c *Collecting) store(ctx context.Context, b batch) error {
	for _, p := range b.pages {
		if p.clear != nil {
			if err := c.clear(ctx, p.clear); err != nil {
				return err
			}
		}
	}
	doubles, err := c.see(ctx, b.seen)
	if err != nil {
		return err
	}
	for i, p := range b.pages {
		for _, r := range p.requests {
			if err := c.log(ctx, r); err != nil {
				return err
			}
		}
		if p.progress != nil {
			p.progress.Duplicates = doubles[i]
			if err := c.f.q.SetProgress(ctx, *p.progress); err != nil {
				return err
			}
		}
		if p.coverage != nil {
			if err := c.setCoverage(ctx, *p.coverage); err != nil {
				return err
			}
		}
	}
	return nil
}

// see records what this snapshot saw: the predecessor's span is stretched where the body is the
// same, else a new span begins. It counts, page by page, the keys met before with another body.
func (c *Collecting) see(ctx context.Context, seen []*gathered) (doubles map[int]int64, err error) {
	doubles = map[int]int64{}
	rows := single(seen, doubles)
	if len(rows) == 0 {
		return doubles, nil
	}
	feed := &c.f.feed
	if c.previous == 0 { // all is new, but for what an earlier transaction of the snapshot saw
		if err := c.addBodies(ctx, feed, rows); err != nil {
			return nil, err
		}
		feed.rows = rows
		n, err := c.f.q.AddGatheredSpans(ctx, db.AddGatheredSpansParams{Site: c.snapshot.Site.ID, Now: c.snapshot.ID})
		if err != nil || n == int64(len(rows)) {
			return doubles, err
		}
	}
	unchanged, rest, err := c.meet(ctx, feed, rows)
	if err != nil {
		return nil, err
	}
	more, fresh, err := c.known(ctx, feed, rest, doubles)
	if err != nil {
		return nil, err
	}
	if err := c.stretch(ctx, feed, merged(append(unchanged, more...), byKey)); err != nil {
		return nil, err
	}
	if err := c.addBodies(ctx, feed, fresh); err != nil {
		return nil, err
	}
	feed.rows = fresh
	return doubles, c.f.q.SetGatheredSpans(ctx, db.SetGatheredSpansParams{Site: c.snapshot.Site.ID, Now: c.snapshot.ID})
}

func byKey(a, b *gathered) int {
	return cmp.Or(cmp.Compare(a.resource, b.resource), strings.Compare(a.key, b.key))
}

// bySighting is by key, the greatest digest first.
func bySighting(a, b *gathered) int {
	return cmp.Or(byKey(a, b), bytes.Compare(b.digest[:], a.digest[:]))
}

// single leaves one row for each key, the one with the greatest digest, in key order.
func single(seen []*gathered, doubles map[int]int64) []*gathered {
	seen = merged(seen, bySighting)
	rows := seen[:0]
	for i, s := range seen {
		if n := len(rows); i == 0 || byKey(rows[n-1], s) != 0 {
			rows = append(rows, s)
		} else if before := seen[i-1]; before.digest != s.digest {
			doubles[s.page]++
		}
	}
	return rows
}

// known asks for the spans that cover this snapshot or its predecessor. Rows whose body the
// predecessor saw are unchanged, new or changed ones fresh; what this snapshot saw already is left
// out, but where the row's digest is greater than the one stored.
func (c *Collecting) known(ctx context.Context, feed *feed, rows []*gathered, doubles map[int]int64) (unchanged, fresh []*gathered, err error) {
	now, since := c.snapshot.ID, c.previous
	if since == 0 {
		since = now
	}
	feed.rows = rows
	spans, err := c.f.q.GatheredSpans(ctx, db.GatheredSpansParams{Site: c.snapshot.Site.ID, Since: since, Previous: c.previous})
	if err != nil {
		return nil, nil, err
	}
	var again []*gathered
	for n, row := range rows {
		var same, other, greater bool
		for ; len(spans) > 0 && spans[0].N == int64(n); spans = spans[1:] {
			s := spans[0]
			if !s.Last.Valid {
				other = true
				continue
			}
			if len(s.Digest) != sha256.Size {
				return nil, nil, fmt.Errorf("%w: a body's digest has %d bytes", ErrDamaged, len(s.Digest))
			}
			switch order := bytes.Compare(row.digest[:], s.Digest); {
			case s.Last.Int64 == c.previous:
				other = true
			case s.Last.Int64 != now || s.First.Int64 > now:
				return nil, nil, fmt.Errorf("%w: an object is said to be seen in snapshots %d to %d, not all of which the site has", ErrDamaged, s.First.Int64, s.Last.Int64)
			case order == 0:
				same = true
			case order < 0:
				doubles[row.page]++
				same = true
			default: // The greater digest takes the place: undo what the lesser did.
				doubles[row.page]++
				greater = true
				if err := c.forget(ctx, row, s.First.Int64); err != nil {
					return nil, nil, err
				}
			}
		}
		switch {
		case same:
		case greater:
			again = append(again, row)
		case other:
			fresh = append(fresh, row)
		default:
			unchanged = append(unchanged, row)
		}
	}
	if len(again) > 0 {
		more, begun, err := c.known(ctx, feed, again, doubles)
		if err != nil {
			return nil, nil, err
		}
		unchanged, fresh = merged(append(unchanged, more...), byKey), merged(append(fresh, begun...), byKey)
	}
	return unchanged, fresh, nil
}

// meet takes from the rows those that the predecessor saw with the same body, and this snapshot not yet, as far as walking
// along finds them.
func (c *Collecting) meet(ctx context.Context, feed *feed, rows []*gathered) (unchanged, rest []*gathered, err error) {
	if c.previous == 0 {
		return nil, rows, nil
	}
	_, err = feed.ranges(rows, walkTogether, func(some []*gathered) error {
		_, err := c.f.q.MeetSpans(ctx, db.MeetSpansParams{Site: c.snapshot.Site.ID, Resource: some[0].resource,
			Low: some[0].key, High: some[len(some)-1].key, Previous: c.previous, Feed: feed.number})
		return err
	})
	for _, row := range rows {
		if row.met == asSeen {
			unchanged = append(unchanged, row)
		} else {
			rest = append(rest, row)
		}
	}
	return unchanged, rest, err
}

// stretch lets the predecessor's spans of these rows last until now.
func (c *Collecting) stretch(ctx context.Context, feed *feed, rows []*gathered) error {
	stretch := func(some []*gathered) error {
		n, err := c.f.q.StretchSpans(ctx, db.StretchSpansParams{Now: c.snapshot.ID, Site: c.snapshot.Site.ID, Resource: some[0].resource,
			Low: some[0].key, High: some[len(some)-1].key, Previous: c.previous, Feed: feed.number})
		if err == nil && n != int64(len(some)) {
			return fmt.Errorf("%w: of %d spans %d were found again", ErrDamaged, len(some), n)
		}
		return err
	}
	rest, err := feed.ranges(rows, walkTogether, stretch)
	if err == nil {
		_, err = feed.ranges(rest, 1, stretch)
	}
	return err
}

// forget takes back that this snapshot saw a key with the body of the span that begins at first.
func (c *Collecting) forget(ctx context.Context, row *gathered, first int64) error {
	site, now := c.snapshot.Site.ID, c.snapshot.ID
	if first == now {
		return c.f.q.DeleteSpan(ctx, db.DeleteSpanParams{Site: site, Resource: row.resource, Key: row.key, First: now})
	}
	return c.f.q.SetSpanLast(ctx, db.SetSpanLastParams{Last: c.previous, Site: site, Resource: row.resource, Key: row.key, First: first})
}

// addBodies stores the bodies that are not there and gives every row the id of its own.
func (c *Collecting) addBodies(ctx context.Context, feed *feed, rows []*gathered) error {
	for _, row := range rows {
		row.first = c.snapshot.ID
	}
	return c.f.addBodies(ctx, feed, rows)
}

func (f *File) addBodies(ctx context.Context, feed *feed, rows []*gathered) error {
	if len(rows) == 0 {
		return nil
	}
	last, err := f.q.LastBody(ctx)
	if err != nil {
		return err
	}
	for i, row := range rows {
		row.body = last + 1 + int64(i)
	}
	feed.rows = rows
	n, err := f.q.AddGatheredBodies(ctx)
	if err != nil || n == int64(len(rows)) && last <= math.MaxInt64-n { // behind the greatest id that there is, the engine takes any
		return err
	}
	bodies, err := f.q.GatheredBodies(ctx)
	if err != nil {
		return err
	}
	for _, b := range bodies {
		rows[b.N].body = b.ID
	}
	return nil
}

// merged sorts what consists of sorted runs, by merging neighbours until one is left.
func merged(all []*gathered, compare func(a, b *gathered) int) []*gathered {
	var ends []int // of the runs
	for i := 1; i < len(all); i++ {
		if compare(all[i-1], all[i]) > 0 {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(all))
	other := make([]*gathered, len(all))
	for len(ends) > 1 {
		out, from, left := other[:0], 0, ends[:0]
		for i := 0; i < len(ends); i += 2 {
			a, b := all[from:ends[i]], []*gathered(nil)
			if i+1 < len(ends) {
				b = all[ends[i]:ends[i+1]]
			}
			for len(a) > 0 && len(b) > 0 {
				if compare(a[0], b[0]) <= 0 {
					out, a = append(out, a[0]), a[1:]
				} else {
					out, b = append(out, b[0]), b[1:]
				}
			}
			out = append(append(out, a...), b...)
			from = len(out)
			left = append(left, from)
		}
		all, other, ends = out, all, left
	}
	return all
}
