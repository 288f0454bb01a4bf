package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"

	"plumbline/store/internal/db"
)

// store writes what was gathered: the objects in key order, so that neighbours in the file are met
// one after the other, and then what the pages brought besides.
func (c *Collecting) store(ctx context.Context, g *gathering) error {
	for _, p := range g.pages {
		if p.clear != nil {
			if err := c.clear(ctx, p.clear); err != nil {
				return err
			}
		}
	}
	doubles, err := c.see(ctx, g)
	if err != nil {
		return err
	}
	for i, p := range g.pages {
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
	}
	return nil
}

// see records what this snapshot saw: the predecessor's span is stretched where the body is the
// same, else a new span begins. It counts, page by page, the keys met before with another body.
func (c *Collecting) see(ctx context.Context, g *gathering) (doubles map[int]int64, err error) {
	doubles = map[int]int64{}
	rows := single(g.seen, doubles)
	if len(rows) == 0 {
		return doubles, nil
	}
	if c.previous == 0 { // all is new, but for what an earlier transaction of the snapshot saw
		if err := c.addBodies(ctx, &g.feed, rows); err != nil {
			return nil, err
		}
		g.feed.rows = rows
		n, err := c.f.q.AddGatheredSpans(ctx, db.AddGatheredSpansParams{Site: c.snapshot.Site.ID, Now: c.snapshot.ID})
		if err != nil || n == int64(len(rows)) {
			return doubles, err
		}
	}
	stretched, fresh, err := c.known(ctx, &g.feed, rows, doubles)
	if err != nil {
		return nil, err
	}
	if err := c.addBodies(ctx, &g.feed, fresh); err != nil {
		return nil, err
	}
	g.feed.rows = append(stretched, fresh...)
	slices.SortFunc(g.feed.rows, byKey)
	return doubles, c.f.q.SetGatheredSpans(ctx, db.SetGatheredSpansParams{Site: c.snapshot.Site.ID, Now: c.snapshot.ID})
}

func byKey(a, b *gathered) int {
	return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(a.key, b.key))
}

// single leaves one row for each key, the one with the greatest digest, in key order.
func single(seen []*gathered, doubles map[int]int64) []*gathered {
	slices.SortFunc(seen, func(a, b *gathered) int {
		return cmp.Or(byKey(a, b), bytes.Compare(b.digest[:], a.digest[:]))
	})
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
// predecessor saw are stretched, new or changed ones fresh; what this snapshot saw already is left
// out, but where the row's digest is greater than the one stored.
func (c *Collecting) known(ctx context.Context, feed *feed, rows []*gathered, doubles map[int]int64) (stretched, fresh []*gathered, err error) {
	now, since := c.snapshot.ID, c.previous
	if since == 0 {
		since = now
	}
	feed.rows = rows
	spans, err := c.f.q.GatheredSpans(ctx, db.GatheredSpansParams{Site: c.snapshot.Site.ID, Since: since})
	if err != nil {
		return nil, nil, err
	}
	for n, row := range rows {
		row.first = now
		done := false
		for ; len(spans) > 0 && spans[0].N == int64(n); spans = spans[1:] {
			s := spans[0]
			if len(s.Digest) != sha256.Size {
				return nil, nil, fmt.Errorf("%w: a body's digest has %d bytes", ErrDamaged, len(s.Digest))
			}
			order := bytes.Compare(row.digest[:], s.Digest)
			switch {
			case s.Last == now && order == 0:
				done = true
			case s.Last == now:
				doubles[row.page]++
				if done = order < 0; !done {
					// The greater digest takes the place: undo what the lesser did.
					err = c.forget(ctx, row, s.First)
				}
			case s.Last == c.previous && order == 0:
				row.first, row.body = s.First, s.Body
			}
			if err != nil {
				return nil, nil, err
			}
		}
		switch {
		case done:
		case row.first < now:
			stretched = append(stretched, row)
		default:
			fresh = append(fresh, row)
		}
	}
	return stretched, fresh, nil
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
