package store

import (
	"context"
	"time"

	"plumbline/store/internal/db"
)

// Pages are small and a commit writes every database page that they touched, so a transaction
// gathers several: each page of an answer is stored whole with its cursor or not at all, and a
// kill costs what the last moment brought.
const (
	gatherObjects = 50_000
	gatherBytes   = 16 << 20
	gatherTime    = 5 * time.Second
)

// gathering is what a writer has been given and not stored yet.
type gathering struct {
	feed   feed
	of     *Collecting
	pages  []gatheredPage
	seen   []*gathered
	size   int // bytes of the bodies
	limit  int // objects; 0 means gatherObjects
	timer  *time.Timer
	failed error // of a transaction, or of one that nobody was waiting for
}

// gatheredPage is what a page brings besides objects.
type gatheredPage struct {
	clear    *Page // where it begins its resource or part anew
	progress *db.SetProgressParams
	requests []Request
}

// transaction runs do in a transaction of its own, after what was gathered is committed. It is not
// cancelled half way.
func (f *File) transaction(ctx context.Context, do func() error) error {
	ctx = context.WithoutCancel(ctx)
	if err := f.commit(ctx); err != nil {
		return err
	}
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

// commit stores what was gathered in one transaction, which is not cancelled half way. What fails
// here fails for good (a full disk, say): it is gone, cursors and all, and nothing more is gathered.
func (f *File) commit(ctx context.Context) error {
	g := &f.gather
	if g.failed != nil || len(g.pages) == 0 {
		return g.failed
	}
	g.timer.Stop()
	ctx = context.WithoutCancel(ctx)
	if _, err := f.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		g.failed = explain(err)
		return g.failed
	}
	err := g.of.store(ctx, g)
	if err == nil {
		_, err = f.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		f.conn.ExecContext(ctx, "ROLLBACK")
		g.failed = explain(err)
	}
	clear(g.seen)
	clear(g.pages)
	g.pages, g.seen, g.size, g.feed.rows = g.pages[:0], g.seen[:0], 0, nil
	return g.failed
}

// gathering keeps a page for the next transaction, and begins that when it holds enough or its first
// page is old enough.
func (f *File) gathering(ctx context.Context, of *Collecting, p gatheredPage, seen []*gathered) error {
	g := &f.gather
	if g.failed != nil {
		return g.failed
	}
	if p.clear != nil || g.of != of { // what came before is to be cleared too
		if err := f.commit(ctx); err != nil {
			return err
		}
	}
	if g.of = of; len(g.pages) == 0 {
		g.timer = time.AfterFunc(gatherTime, func() {
			if release, err := f.hold(context.Background()); err == nil {
				defer release()
				_ = f.commit(context.Background()) // kept in g.failed
			}
		})
	}
	for _, s := range seen {
		s.page = len(g.pages)
		g.size += len(s.json)
	}
	g.pages, g.seen = append(g.pages, p), append(g.seen, seen...)
	limit := g.limit
	if limit == 0 {
		limit = gatherObjects
	}
	if len(g.seen) >= limit || limit == 1 || g.size >= gatherBytes {
		return f.commit(ctx)
	}
	return nil
}
