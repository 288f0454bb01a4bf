package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
)

// sightings are the spans of one resource of a site, as one file has them, in key order.
type sightings struct {
	rows  *sql.Rows
	there []int64 // the site's snapshots in that file that are taken, ascending
	here  []int   // and which they are of spanning.ofSite
	ended bool

	key         string
	first, last int64
	json        []byte
}

// next goes on to the next span that covers a snapshot which is taken.
func (s *sightings) next() error {
	for s.rows.Next() {
		if err := s.rows.Scan(&s.key, &s.first, &s.last, &s.json); err != nil {
			return err
		}
		if n, _ := slices.BinarySearch(s.there, s.first); n < len(s.there) && s.there[n] <= s.last {
			return nil
		}
	}
	s.ended = true
	return s.rows.Err()
}

// sighting is that a snapshot saw an object with a body.
type sighting struct {
	at   int // of spanning.ofSite
	body *gathered
}

// resource merges the spans of one resource of the site from all files, key by key.
func (s *spanning) resource(ctx context.Context, name string, id int64) error {
	var from []*sightings
	defer func() {
		for _, f := range from {
			f.rows.Close()
		}
	}()
	for _, part := range s.Sites[s.site].Of {
		f, err := s.sightings(ctx, part, name)
		if err != nil {
			return err
		}
		if f == nil {
			continue
		}
		from = append(from, f)
		if err := f.next(); err != nil {
			return explain(err)
		}
	}
	for {
		from = slices.DeleteFunc(from, func(f *sightings) bool {
			if f.ended {
				f.rows.Close()
			}
			return f.ended
		})
		if len(from) == 0 {
			return nil
		}
		key := slices.MinFunc(from, func(a, b *sightings) int { return cmp.Compare(a.key, b.key) }).key
		var seen []sighting
		for _, f := range from {
			for !f.ended && f.key == key {
				body := &gathered{resource: id, key: key, digest: sha256.Sum256(f.json), json: f.json}
				for n, _ := slices.BinarySearch(f.there, f.first); n < len(f.there) && f.there[n] <= f.last; n++ {
					seen = append(seen, sighting{f.here[n], body})
				}
				f.json = nil // the row has it now
				if err := f.next(); err != nil {
					return explain(err)
				}
			}
		}
		if err := s.see(ctx, name, seen); err != nil {
			return err
		}
	}
}

// sightings opens the spans of a resource in one of the files; nil where it takes no snapshot of the site from there or
// the file knows no such resource.
func (s *spanning) sightings(ctx context.Context, part MergePart, name string) (*sightings, error) {
	from := &sightings{}
	for at, i := range s.ofSite {
		if c := s.Snapshots[i].Copies[0]; c.File == part.File && c.Snapshot.Site.ID == part.Site.ID {
			from.there, from.here = append(from.there, c.Snapshot.ID), append(from.here, at)
		}
	}
	order := make([]int, len(from.there)) // clocks go backward: by number there, not by time
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(from.there[a], from.there[b]) })
	there, here := from.there, from.here
	from.there, from.here = make([]int64, len(order)), make([]int, len(order))
	for i, o := range order {
		from.there[i], from.here[i] = there[o], here[o]
	}
	id := s.resources[part.File][name]
	if id == 0 || len(from.there) == 0 {
		return nil, nil
	}
	var err error
	from.rows, err = s.files[part.File].db.QueryContext(ctx, `SELECT s.key, s.first, s.last, b.json FROM span AS s JOIN body AS b ON b.id = s.body
		WHERE s.site = ? AND s.resource = ? ORDER BY s.key, s.first`, part.Site.ID, id)
	return from, explain(err)
}

// see takes what all snapshots of the site saw of one object into their digests, and makes spans of it: a span goes on
// from one snapshot to the very next where the object was seen again with the same body.
func (s *spanning) see(ctx context.Context, name string, seen []sighting) error {
	slices.SortFunc(seen, func(a, b sighting) int { return cmp.Compare(a.at, b.at) })
	var span *gathered
	for i, x := range seen {
		if i > 0 && seen[i-1].at == x.at {
			c := s.Snapshots[s.ofSite[x.at]].Copies[0]
			return fmt.Errorf("%w: snapshot %d of %s saw %s %q twice", ErrDamaged, c.Snapshot.ID, s.files[c.File].path, name, x.body.key)
		}
		s.line = appendSeen(s.line[:0], name, x.body.key, x.body.digest[:])
		s.sums[s.ofSite[x.at]].Write(s.line)
		number := s.Number(s.ofSite[x.at])
		if span != nil && seen[i-1].at == x.at-1 && span.digest == x.body.digest {
			span.last = number
			continue
		}
		row := *x.body
		span = &row
		span.first, span.last = number, number
		s.rows = append(s.rows, span)
		s.size += len(span.json)
	}
	s.done += int64(len(seen))
	if len(s.rows) >= mergeBatch || s.size >= mergeBytes {
		return s.flush(ctx)
	}
	return nil
}

// flush stores the spans so far with their bodies.
func (s *spanning) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil || len(s.rows) == 0 {
		return err
	}
	if err := s.out.addBodies(ctx, &s.out.feed, s.rows); err != nil {
		return err
	}
	s.out.feed.rows = s.rows
	if err := s.out.q.AddMergedSpans(ctx, row(s.site)); err != nil {
		return err
	}
	s.out.feed.rows = nil
	s.rows, s.size = s.rows[:0], 0
	if s.told != nil {
		s.told(s.done, s.total)
	}
	return nil
}
