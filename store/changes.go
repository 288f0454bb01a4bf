package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

// differing finds what came, went or changed between two snapshots: the spans that cover exactly
// one of them. One walk of the spans in key order; the bodies of the few that differ are joined. Nearly all spans cover
// both: the first condition, which the second implies, passes over those with the least work.
const differing = `
SELECT s.key, s.first <= ?1 AND s.last >= ?1, b.json
FROM span AS s JOIN body AS b ON b.id = s.body
WHERE s.site = ?3 AND s.resource = ?4
  AND (s.first > min(?1, ?2) OR s.last < max(?1, ?2))
  AND (s.first <= ?1 AND s.last >= ?1) <> (s.first <= ?2 AND s.last >= ?2)
ORDER BY s.key`

// Changes are the objects that differ between two snapshots of one site, by resource and key;
// Before or After is nil where that snapshot did not see the object. What a difference proves is
// not the store's to say. On a file open for writing nothing else can be asked of it meanwhile.
func (f *File) Changes(ctx context.Context, before, after int64) iter.Seq2[Presence, error] {
	return func(yield func(Presence, error) bool) {
		a, err := f.Snapshot(ctx, before)
		if err == nil {
			var b Snapshot
			if b, err = f.Snapshot(ctx, after); err == nil && a.Site.ID != b.Site.ID {
				err = fmt.Errorf("snapshots %d and %d are of different sites", before, after)
			}
		}
		if err != nil {
			yield(Presence{}, err)
			return
		}
		release, err := f.take(ctx)
		if err != nil {
			yield(Presence{}, err)
			return
		}
		defer release()
		ids, err := f.resourceIDs(ctx)
		if err != nil {
			yield(Presence{}, explain(err))
			return
		}
		names := make([]string, 0, len(ids))
		for name := range ids {
			names = append(names, name)
		}
		slices.Sort(names)
		walk := func(ctx context.Context, name string, yield func(Presence, error) bool) bool {
			rows, err := f.reader().QueryContext(ctx, differing, before, after, a.Site.ID, ids[name])
			if err != nil {
				return yield(Presence{}, fmt.Errorf("comparing %s: %w", name, explain(err)))
			}
			return pairs(rows, name, yield)
		}
		f.sideBySide(ctx, names, walk, yield)
	}
}

// Each resource's changes are handed on so many at a time, and so many times ahead of who takes them.
const changesTogether, changesAhead = 500, 4

// changesHands is how many resources are walked side by side, each on a connection of its own.
const changesHands = 2

// sideBySide walks the resources and yields what is found, one resource after the other.
func (f *File) sideBySide(ctx context.Context, names []string, walk func(context.Context, string, func(Presence, error) bool) bool, yield func(Presence, error) bool) {
	type found struct {
		changes []Presence
		err     error
	}
	hands := changesHands
	if f.writable { // it has one connection
		hands = 1
	}
	ctx, cancel := context.WithCancel(ctx)
	streams := make([]chan found, len(names))
	for n := range streams {
		streams[n] = make(chan found, changesAhead)
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	for range hands {
		wait.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(names)); n = next.Add(1) - 1 {
				var some found
				give := func() bool {
					select {
					case streams[n] <- some:
						some = found{}
						return true
					case <-ctx.Done():
						return false
					}
				}
				more := walk(ctx, names[n], func(p Presence, err error) bool {
					if err != nil {
						some.err = err
						return false
					}
					some.changes = append(some.changes, p)
					return len(some.changes) < changesTogether || give()
				})
				if len(some.changes) > 0 || some.err != nil {
					more = give() && more
				}
				close(streams[n])
				if !more {
					return
				}
			}
		})
	}
	for _, stream := range streams {
		for open := true; open; {
			var some found
			select {
			case some, open = <-stream:
			case <-ctx.Done():
				some.err = ctx.Err()
			}
			for _, p := range some.changes {
				if !yield(p, nil) {
					return
				}
			}
			if some.err != nil {
				yield(Presence{}, some.err)
				return
			}
		}
	}
}

// reader is what queries go through: the pool, or the one connection of a writer.
func (f *File) reader() querier {
	if f.writable {
		return f.conn
	}
	return f.db
}

// pairs joins the two spans that an object which changed has, and reports whether to go on. An
// object that was another in between, and is again what it was, did not change.
func pairs(rows *sql.Rows, resource string, yield func(Presence, error) bool) bool {
	defer rows.Close()
	var held Presence
	have := false
	for rows.Next() {
		var key string
		var inBefore bool
		var body []byte
		if err := rows.Scan(&key, &inBefore, &body); err != nil {
			yield(Presence{}, explain(err))
			return false
		}
		if have && held.Key != key {
			if !bytes.Equal(held.Before, held.After) && !yield(held, nil) {
				return false
			}
			have = false
		}
		if !have {
			held, have = Presence{Resource: resource, Key: key}, true
		}
		if inBefore {
			held.Before = body
		} else {
			held.After = body
		}
	}
	if err := rows.Err(); err != nil {
		yield(Presence{}, fmt.Errorf("comparing %s: %w", resource, explain(err)))
		return false
	}
	return !have || bytes.Equal(held.Before, held.After) || yield(held, nil)
}
