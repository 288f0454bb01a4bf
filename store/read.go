package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"plumbline/store/internal/db"
)

// Sites are the sites that the file has snapshots of, oldest first.
func (f *File) Sites(ctx context.Context) ([]Site, error) {
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	sites, err := f.sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading sites: %w", explain(err))
	}
	return sites, nil
}

func (f *File) sites(ctx context.Context) ([]Site, error) {
	rows, err := f.q.Sites(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := f.q.SiteIDs(ctx)
	if err != nil {
		return nil, err
	}
	var sites []Site
	for _, r := range rows {
		s := Site{ID: r.ID, IDs: []string{}, Kind: r.Kind, Address: r.Address, Name: r.Name}
		for _, id := range ids {
			if id.Site == r.ID {
				s.IDs = append(s.IDs, id.ID)
			}
		}
		sites = append(sites, s)
	}
	return sites, nil
}

// Snapshots are all snapshots of all sites, oldest first.
func (f *File) Snapshots(ctx context.Context) ([]Snapshot, error) {
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := f.snapshots(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading snapshots: %w", explain(err))
	}
	return all, nil
}

func (f *File) snapshots(ctx context.Context) ([]Snapshot, error) {
	sites, err := f.sites(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := f.q.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	then, sealed, err := f.sealing(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Snapshot, len(rows))
	for i, r := range rows {
		s := Snapshot{
			Sealed: slices.Contains(sealed, r.ID),
			ID:     r.ID, Label: r.Label, Pinned: r.Pinned != 0, Started: parseTime(r.Started), State: State(r.State),
			Digest: digestText(r.Digest), Program: r.Program, PersonalData: r.PersonalData, Objects: r.Objects,
			Vantage: Vantage{Account: r.Account, AccountName: r.AccountName, Credentials: parseList(r.Credentials),
				Scopes: parseList(r.Scopes), Groups: parseList(r.GroupIds), Permissions: parseList(r.Permissions)},
		}
		if r.Finished.Valid {
			s.Finished = parseTime(r.Finished.String)
		}
		// Who writes keeps everybody else out: to a reader nothing can be in the making.
		if s.State == StateCollecting && !f.writable {
			s.State = StateInterrupted
		}
		if n := slices.IndexFunc(sites, func(x Site) bool { return x.ID == r.Site }); n >= 0 {
			s.Site = sites[n]
		}
		if was, ok := then[r.ID]; ok {
			s.Site.Kind, s.Site.Address, s.Site.Name = was.Kind, cmp.Or(was.Address, s.Site.Address), cmp.Or(was.Name, s.Site.Name)
		}
		all[i] = s
	}
	return all, nil
}

// Snapshot is one snapshot; ErrNotFound if the file has none of that number.
func (f *File) Snapshot(ctx context.Context, id int64) (Snapshot, error) {
	all, err := f.Snapshots(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	for _, s := range all {
		if s.ID == id {
			return s, nil
		}
	}
	return Snapshot{}, fmt.Errorf("snapshot %d: %w", id, ErrNotFound)
}

// Coverage is what came of every resource in a snapshot, sorted by name. A resource that the
// snapshot says nothing of (it was collected by an older program) is unavailable; one that a snapshot
// which is not finished says nothing of yet is skipped, or partial where it was begun.
func (f *File) Coverage(ctx context.Context, snapshot int64) ([]Coverage, error) {
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := f.coverage(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("reading coverage: %w", explain(err))
	}
	return all, nil
}

func (f *File) coverage(ctx context.Context, snapshot int64) ([]Coverage, error) {
	rows, err := f.q.Coverage(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	parts, err := f.q.CoverageParts(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	var all []Coverage
	for _, r := range rows {
		c := Coverage{
			Resource: r.Name, Outcome: Outcome(r.Outcome), HTTPStatus: int(r.HttpStatus), Reason: r.Reason, Missing: parseList(r.Missing),
			Lists: r.Lists, Event: r.Event != 0, Objects: r.Objects, Requests: r.Requests, Duplicates: r.Duplicates,
			Revision: int(r.Revision), Members: parseList(r.Members), Parts: []Part{},
		}
		if r.WindowFrom.Valid {
			c.WindowFrom = parseTime(r.WindowFrom.String)
		}
		all = append(all, c)
	}
	for _, p := range parts {
		if i := slices.IndexFunc(all, func(c Coverage) bool { return c.Resource == p.Name }); i >= 0 {
			all[i].Parts = append(all[i].Parts, Part{p.Parent, Outcome(p.Outcome), int(p.HttpStatus), p.Reason})
		}
	}
	rest := func(name string) Coverage {
		return Coverage{Resource: name, Outcome: Unavailable, Reason: "the program that collected the snapshot does not know it", Lists: "seen",
			Missing: []string{}, Members: []string{}, Parts: []Part{}}
	}
	var counts map[string]int64
	snapshots, err := f.snapshots(ctx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(snapshots, func(s Snapshot) bool { return s.ID == snapshot }); i >= 0 && !snapshots[i].State.Finished() {
		if rest, err = f.interrupted(ctx, snapshot); err != nil {
			return nil, err
		}
		if counts, err = f.counts(ctx, snapshots[i]); err != nil { // finishing counts
			return nil, err
		}
	}
	for _, name := range Resources() {
		if !slices.ContainsFunc(all, func(c Coverage) bool { return c.Resource == name }) {
			all = append(all, rest(name))
		}
	}
	for i := range all {
		if counts != nil {
			all[i].Objects = counts[all[i].Resource]
		}
	}
	slices.SortFunc(all, func(a, b Coverage) int {
		if a.Resource < b.Resource {
			return -1
		}
		return 1
	})
	return all, nil
}

// Requests is the request log of a snapshot, in the order it was written.
func (f *File) Requests(ctx context.Context, snapshot int64) ([]Request, error) {
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Requests(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("reading the request log: %w", explain(err))
	}
	all := make([]Request, len(rows))
	for i, r := range rows {
		all[i] = Request{Resource: r.Name, Parent: r.Parent, Method: r.Method, Path: r.Path, Status: int(r.Status), At: parseTime(r.At),
			Duration: time.Duration(r.Millis) * time.Millisecond, Rows: int(r.Rows), Requests: int(r.Requests), Note: r.Note}
	}
	return all, nil
}

// Object is one object as a snapshot saw it, or ErrNotFound.
func (f *File) Object(ctx context.Context, snapshot int64, resource, key string) (Object, error) {
	o := Object{Resource: resource, Key: key}
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return o, err
	}
	release, err := f.take(ctx)
	if err != nil {
		return o, err
	}
	defer release()
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return o, explain(err)
	}
	json, err := f.q.ObjectAt(ctx, db.ObjectAtParams{Site: s.Site.ID, Resource: ids[resource], Key: key, At: snapshot})
	if errors.Is(err, sql.ErrNoRows) {
		return o, fmt.Errorf("%s %q in snapshot %d: %w", resource, key, snapshot, ErrNotFound)
	}
	o.Body = []byte(json)
	return o, explain(err)
}

// Objects are the objects of a resource as a snapshot saw them, in key order.
func (f *File) Objects(ctx context.Context, snapshot int64, resource string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		s, err := f.Snapshot(ctx, snapshot)
		if err != nil {
			yield(Object{}, err)
			return
		}
		f.objects(ctx, s, resource)(yield)
	}
}

const objectBatch = 1000

// objects walks in batches, so that the one writing connection is free between them.
func (f *File) objects(ctx context.Context, s Snapshot, resource string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		after := ""
		for {
			rows, err := f.batch(ctx, s, resource, after)
			if err != nil {
				yield(Object{}, fmt.Errorf("reading %s: %w", resource, explain(err)))
				return
			}
			for _, r := range rows {
				if !yield(Object{Resource: resource, Key: r.Key, Body: []byte(r.Json)}, nil) {
					return
				}
			}
			if len(rows) < objectBatch {
				return
			}
			after = rows[len(rows)-1].Key
		}
	}
}

func (f *File) batch(ctx context.Context, s Snapshot, resource, after string) ([]db.ObjectsAfterRow, error) {
	release, err := f.takeFor(ctx, resource)
	if err != nil {
		return nil, err
	}
	defer release()
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return nil, err
	}
	return f.q.ObjectsAfter(ctx, db.ObjectsAfterParams{Site: s.Site.ID, Resource: ids[resource], After: after, At: s.ID, N: objectBatch})
}

// Counts are the objects of a snapshot by resource; resources without any are not in it.
func (f *File) Counts(ctx context.Context, snapshot int64) (map[string]int64, error) {
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	counts, err := f.counts(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("counting objects: %w", explain(err))
	}
	return counts, nil
}

func (f *File) counts(ctx context.Context, s Snapshot) (map[string]int64, error) {
	names, err := f.q.ResourceNames(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := f.q.CountObjects(ctx, db.CountObjectsParams{Site: s.Site.ID, At: s.ID})
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, n := range names {
		for _, r := range rows {
			if r.Resource == n.ID {
				counts[n.Name] = r.Objects
			}
		}
	}
	return counts, nil
}
