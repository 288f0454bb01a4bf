package store

import (
	"context"
	"fmt"
	"slices"

	"plumbline/store/internal/db"
)

// SetLabel writes a person's words on a snapshot.
func (f *File) SetLabel(ctx context.Context, snapshot int64, label string) error {
	return f.mark(ctx, snapshot, func() error {
		return f.q.SetLabel(ctx, db.SetLabelParams{Snapshot: snapshot, Label: label})
	})
}

// SetPinned makes a snapshot its site's baseline, in place of any other; or no longer.
func (f *File) SetPinned(ctx context.Context, snapshot int64, pinned bool) error {
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return err
	}
	return f.mark(ctx, snapshot, func() error {
		if !pinned {
			return f.q.SetPinned(ctx, db.SetPinnedParams{Snapshot: snapshot, Pinned: 0})
		}
		if err := f.q.UnpinSite(ctx, s.Site.ID); err != nil {
			return err
		}
		return f.q.SetPinned(ctx, db.SetPinnedParams{Snapshot: snapshot, Pinned: 1})
	})
}

func (f *File) mark(ctx context.Context, snapshot int64, do func() error) error {
	if !f.writable {
		return ErrReadOnly
	}
	if _, err := f.Snapshot(ctx, snapshot); err != nil {
		return err
	}
	release, err := f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	before := rawStamp(f.path)
	if err := f.transaction(ctx, do); err != nil {
		return fmt.Errorf("marking snapshot %d: %w", snapshot, err)
	}
	f.keepStamp(before)
	return nil
}

// Drop takes a snapshot out of the file. Its spans shrink, bodies that nothing else uses go, every
// other snapshot's digest is checked before the change is committed, and then the file is written
// anew, so that nothing of what went is left in it.
// ErrSealed for a sealed one.
func (f *File) Drop(ctx context.Context, snapshot int64) error {
	return f.dropping(ctx, snapshot, false)
}

// DropSealed drops a snapshot whether it is sealed or not; its seals go with it.
func (f *File) DropSealed(ctx context.Context, snapshot int64) error {
	return f.dropping(ctx, snapshot, true)
}

func (f *File) dropping(ctx context.Context, snapshot int64, sealed bool) error {
	if !f.writable {
		return ErrReadOnly
	}
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return err
	}
	if s.Sealed && !sealed {
		return fmt.Errorf("snapshot %d: %w", snapshot, ErrSealed)
	}
	release, err := f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	ctx = context.WithoutCancel(ctx)
	if _, err := f.conn.ExecContext(ctx, "PRAGMA secure_delete = 1"); err != nil { // what goes is overwritten
		return explain(err)
	}
	defer f.conn.ExecContext(ctx, "PRAGMA secure_delete = 0")
	err = f.transaction(ctx, func() error { return f.drop(ctx, s) })
	if err == nil {
		err = f.oneFile(ctx)
	}
	if err != nil {
		return fmt.Errorf("dropping snapshot %d: %w", snapshot, err)
	}
	// secure_delete clears what is deleted, not the copies that SQLite left in the gaps of pages when it divided them
	// long ago: only pages written anew have none. It takes the size of the file in memory.
	if _, err := f.conn.ExecContext(ctx, "VACUUM"); err != nil {
		return fmt.Errorf("snapshot %d is dropped, but some of it may still be read in the gaps of the file: %w", snapshot, explain(err))
	}
	f.setStamp()
	return nil
}

func (f *File) drop(ctx context.Context, s Snapshot) error {
	all, err := f.snapshots(ctx)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(o Snapshot) bool { return o.Site.ID != s.Site.ID || o.ID == s.ID })
	var previous, next int64
	for _, o := range others {
		if o.ID < s.ID {
			previous = o.ID
		} else if next == 0 {
			next = o.ID
		}
	}
	q, site := f.q, s.Site.ID
	steps := []func() error{
		func() error {
			return q.ForgetSnapshot(ctx, db.ForgetSnapshotParams{Site: site, Snapshot: s.ID})
		},
		// Ends of spans lie on existing snapshots: a span that goes on has its next one.
		func() error {
			return q.MoveSpanFirst(ctx, db.MoveSpanFirstParams{Next: next, Site: site, Snapshot: s.ID})
		},
		func() error {
			return q.MoveSpanLast(ctx, db.MoveSpanLastParams{Previous: previous, Site: site, Snapshot: s.ID})
		},
		func() error { _, err := q.DropOrphans(ctx); return err },
		func() error { return q.DeleteCoverageParts(ctx, s.ID) },
		func() error { return q.DeleteCoverage(ctx, s.ID) },
		func() error { return q.DeleteRequests(ctx, s.ID) },
		func() error { return q.DeleteProgress(ctx, s.ID) },
		func() error { return q.DeleteVantage(ctx, s.ID) },
		func() error { return q.DeleteMark(ctx, s.ID) },
		func() error { return q.DeleteIdentity(ctx, s.ID) },
		func() error { return q.DeleteSnapshot(ctx, s.ID) },
		func() error { return q.DeleteSeals(ctx, s.ID) }, // only then: the triggers keep seals from all else
		func() error { return q.DeleteOrigins(ctx, s.ID) },
		func() error { return f.settleSite(ctx, s.Site.ID, others) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for _, o := range others {
		if !o.State.Finished() {
			continue
		}
		seen, err := f.digest(ctx, o)
		if err != nil {
			return err
		}
		if digestText(seen.digest) != o.Digest {
			return fmt.Errorf("%w: snapshot %d would no longer have its digest", ErrDamaged, o.ID)
		}
	}
	return nil
}
