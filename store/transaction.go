package store

import (
	"context"
	"time"
)

// Pages are small and a commit writes every database page that they touched, so a transaction
// gathers several: each page of an answer is stored whole with its cursor or not at all, and a
// kill costs what the last moment brought.
const (
	gatherObjects = 50_000
	gatherTime    = 500 * time.Millisecond
)

// gathering is the writer's open transaction.
type gathering struct {
	open    bool
	objects int
	limit   int // objects; 0 means gatherObjects
	timer   *time.Timer
	failed  error // of a page, or of a commit that nobody was waiting for
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

// together runs do within the gathering transaction, and commits that when it holds enough objects
// or is old enough. After a failure nothing more is gathered.
func (f *File) together(ctx context.Context, objects int, do func() error) error {
	ctx = context.WithoutCancel(ctx)
	g := &f.gather
	if g.failed != nil {
		return g.failed
	}
	if !g.open {
		if _, err := f.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return explain(err)
		}
		g.open, g.objects = true, 0
		g.timer = time.AfterFunc(gatherTime, func() {
			if release, err := f.take(ctx); err == nil {
				defer release()
				g.failed = f.commit(ctx)
			}
		})
	}
	if err := do(); err != nil {
		// A savepoint for each page would copy every database page twice. What fails here fails
		// for good (a full disk, say): everything since the last commit goes, cursors and all.
		g.timer.Stop()
		g.open, g.failed = false, explain(err)
		f.conn.ExecContext(ctx, "ROLLBACK")
		return g.failed
	}
	limit := g.limit
	if limit == 0 {
		limit = gatherObjects
	}
	if g.objects += objects; g.objects >= limit {
		return f.commit(ctx)
	}
	return nil
}

// commit ends the gathering transaction, if one is open.
func (f *File) commit(ctx context.Context) error {
	g := &f.gather
	if !g.open {
		return g.failed
	}
	g.timer.Stop()
	g.open = false
	if _, err := f.conn.ExecContext(ctx, "COMMIT"); err != nil {
		f.conn.ExecContext(ctx, "ROLLBACK")
		return explain(err)
	}
	return nil
}
