package store

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"

	"plumbline/store/internal/db"
)

// Pages are small and a commit writes every database page that they touched, so a transaction
// gathers several: each page of an answer is stored whole with its cursor or not at all, and a
// kill costs what the last moment brought. A snapshot begins with few, so that storing begins while
// more is asked for; each transaction touches nearly every page of the digests, which are few then too.
const (
	gatherLeast   = 5_000
	gatherObjects = 40_000
	gatherBytes   = 12 << 20
	gatherTime    = 5 * time.Second
)

// gathering is what a writer has been given and not stored yet. While one batch is stored, the next is gathered: whoever
// fills a batch stores it, and the others go on.
type gathering struct {
	batch
	size   int // bytes of the bodies
	limit  int // objects; 0 means gatherLeast, growing to gatherObjects
	given  int // objects, ever
	timer  *time.Timer
	failed atomic.Pointer[error] // of a transaction, or of one that nobody was waiting for
}

// batch is what one transaction stores.
type batch struct {
	of    *Collecting
	pages []gatheredPage
	seen  []*gathered // page after page, each in key order

	resources map[string]bool // of the objects
}

// gatheredPage is what a page brings besides objects.
type gatheredPage struct {
	clear     *Page // where it begins its resource or part anew
	resources []string
	progress  *db.SetProgressParams
	requests  []Request
	coverage  *Coverage // what came of a resource, after its last page
}

// take gives what was gathered, and begins anew.
func (g *gathering) take() batch {
	b := g.batch
	if g.batch = (batch{}); len(b.pages) > 0 {
		g.timer.Stop()
	}
	g.size = 0
	return b
}

// transaction runs do in a transaction of its own. It is not cancelled half way. The caller holds the connection.
func (f *File) transaction(ctx context.Context, do func() error) error {
	ctx = context.WithoutCancel(ctx)
	if _, err := f.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return explain(err)
	}
	err := do()
	if err == nil {
		_, err = f.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		f.conn.ExecContext(ctx, "ROLLBACK")
	}
	return explain(err)
}

// commit stores a batch in one transaction. What fails here fails for good (a full disk, say): it is gone, cursors and
// all, and nothing more is stored or gathered. The caller holds the connection.
func (f *File) commit(ctx context.Context, b batch) error {
	if failed := f.gather.failed.Load(); failed != nil {
		return *failed
	}
	if len(b.pages) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	err := f.transaction(ctx, func() error { return b.of.store(ctx, b) })
	f.feed.rows = nil
	if err != nil {
		f.gather.failed.Store(&err)
	}
	return err
}

// gathering keeps a page for the next transaction, and begins that when it holds enough or its first
// page is old enough.
func (f *File) gathering(ctx context.Context, of *Collecting, p gatheredPage, seen []*gathered) error {
	filled, err := hold(ctx, f.filling)
	if err != nil {
		return err
	}
	if f.closed.Load() { // nobody would store it
		filled()
		return sql.ErrConnDone
	}
	g := &f.gather
	if failed := g.failed.Load(); failed != nil {
		filled()
		return *failed
	}
	if len(g.pages) > 0 && (p.clear != nil || g.of != of) { // what came before is to be cleared too
		if err := f.emptied(ctx); err != nil {
			filled()
			return err
		}
	}
	if g.of = of; len(g.pages) == 0 {
		g.resources = map[string]bool{}
		g.timer = time.AfterFunc(gatherTime, func() {
			if release, err := f.take(context.Background()); err == nil { // else it is kept in g.failed
				release()
			}
		})
	}
	for _, name := range p.resources {
		g.resources[name] = true
	}
	for _, s := range seen {
		s.page = len(g.pages)
		g.size += len(s.json)
	}
	g.pages, g.seen = append(g.pages, p), append(g.seen, seen...)
	limit := g.limit
	if limit == 0 {
		limit = min(gatherObjects, max(gatherLeast, g.given/4))
	}
	g.given += len(seen)
	if len(g.seen) < limit && limit != 1 && g.size < gatherBytes {
		filled()
		return nil
	}
	release, _ := hold(context.WithoutCancel(ctx), f.busy) // no third batch while the one before is being stored
	b := g.take()
	filled()
	defer release()
	return f.commit(ctx, b)
}

// emptied stores what was gathered, for who holds the right to gather.
func (f *File) emptied(ctx context.Context) error {
	release, err := hold(ctx, f.busy)
	if err != nil {
		return err
	}
	defer release()
	return f.commit(ctx, f.gather.take())
}
