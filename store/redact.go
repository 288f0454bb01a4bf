package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"plumbline/store/internal/db"
)

// Redaction is how a copy of a file differs from it. Look and Object are called from several goroutines at once.
type Redaction struct {
	// Look is shown every object before Looked is called and the first is rewritten.
	Look   func(kind, resource, key string, body []byte) error
	Looked func()
	// Object gives the key and the body that an object has in the copy. kind is that of its site.
	Object func(kind, resource, key string, body []byte) (string, []byte, error)
	// Row changes a row of a table beside the objects in place.
	Row func(Row) error
	// Origin is what the copy says of where its snapshots came from; snapshot, digest and statement are filled in.
	Origin Origin
}

// Row is a row of a table beside the objects.
type Row struct {
	Table    string
	Kind     string         // of the site it is about, "" if of none
	Resource string         // that it is about, "" if of none
	Values   map[string]any // by column: string, int64, []byte or nil
}

// redactedTables are the tables that a redacted copy has of its source, in an order in which each row finds what it
// refers to. Seals are not carried over, for they sign what is no longer there; nothing is in the making.
var redactedTables = []string{"site", "site_id", "snapshot", "identity", "mark", "vantage", "coverage", "coverage_part", "request",
	"decision", "parameter", "attestation", "origin"}

// Redacted makes a redacted copy of the file at path, where nothing may be yet, and returns how many objects were
// rewritten. The copy is built anew from what Redaction gives, so that no page of it was ever one of this file; bodies
// lie in it by their digests and the log by what it says, so that no order is left that only the originals had. It is
// whole before it gets its name. Snapshots that are not finished are left out.
func (f *File) Redacted(ctx context.Context, path string, r Redaction) (objects int, err error) {
	all, err := f.Snapshots(ctx)
	if err != nil {
		return 0, err
	}
	if _, err := os.Lstat(path); err == nil {
		return 0, &os.PathError{Op: "create", Path: path, Err: os.ErrExist}
	}
	building, err := os.CreateTemp(filepath.Dir(path), ".plumbline-redact-*")
	if err != nil {
		return 0, err
	}
	building.Close()
	defer func() {
		for _, end := range []string{"", "-journal", "-wal", "-shm"} {
			os.Remove(building.Name() + end)
		}
	}()
	c := &redacting{f: f, r: r, snapshots: slices.DeleteFunc(all, func(s Snapshot) bool { return !s.State.Finished() })}
	if c.to, err = OpenWritable(ctx, building.Name()); err != nil {
		return 0, err
	}
	err = c.run(ctx)
	if closed := c.to.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, fmt.Errorf("redacting %s: %w", f.path, explain(err))
	}
	return len(c.items), place(building.Name(), path)
}

// Redactions asks Redaction for everything that a copy would hold, and makes none.
func (f *File) Redactions(ctx context.Context, r Redaction) error {
	all, err := f.Snapshots(ctx)
	if err != nil {
		return err
	}
	c := &redacting{f: f, r: r, snapshots: slices.DeleteFunc(all, func(s Snapshot) bool { return !s.State.Finished() })}
	if err := c.resources(ctx); err != nil {
		return err
	}
	c.ids = map[string]int64{}
	err = c.objects(ctx)
	for _, table := range redactedTables {
		if err == nil {
			_, _, err = c.rows(ctx, table)
		}
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.path, explain(err))
	}
	return nil
}

// place gives a finished file its name, unless something has it meanwhile.
func place(from, to string) error {
	err := os.Link(from, to)
	if err == nil || os.IsExist(err) {
		return err
	}
	if _, err := os.Lstat(to); err == nil { // a file system without links
		return &os.PathError{Op: "create", Path: to, Err: os.ErrExist}
	}
	return os.Rename(from, to)
}

// redacting is a copy in the making.
type redacting struct {
	f, to     *File
	r         Redaction
	snapshots []Snapshot       // finished
	names     map[int64]string // of resources, by their ids in f
	ids       map[string]int64 // of resources in to
	items     []redactedSpan
}

// redactedSpan is a span of the copy.
type redactedSpan struct {
	site, resource, first, last int64
	key                         string
	digest                      [32]byte
	json                        []byte
	body                        int64
}

func (c *redacting) run(ctx context.Context) error {
	if err := c.resources(ctx); err != nil {
		return err
	}
	if err := c.objects(ctx); err != nil {
		return err
	}
	return c.to.transaction(ctx, func() (err error) {
		if c.ids, err = c.to.addResources(ctx); err != nil {
			return err
		}
		for _, name := range c.names {
			if c.ids[name] == 0 { // of a later program
				if c.ids[name], err = c.to.q.AddResource(ctx, name); err != nil {
					return err
				}
			}
		}
		if err := plainViews(ctx, c.to.conn, c.ids); err != nil {
			return err
		}
		for _, table := range redactedTables {
			if err := c.table(ctx, table); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		if err := c.store(ctx); err != nil {
			return err
		}
		return c.finish(ctx)
	})
}

func (c *redacting) resources(ctx context.Context) error {
	ids, err := c.f.resourceIDs(ctx)
	c.names = map[int64]string{}
	for name, id := range ids {
		c.names[id] = name
	}
	return err
}

// objects rewrites every span and its body.
func (c *redacting) objects(ctx context.Context) error {
	kind, finished := map[int64]string{}, map[int64][]int64{}
	for _, s := range c.snapshots {
		kind[s.Site.ID] = s.Site.Kind
		finished[s.Site.ID] = append(finished[s.Site.ID], s.ID)
	}
	rows, err := c.f.db.QueryContext(ctx, "SELECT s.site, s.resource, s.key, s.first, s.last, b.json FROM span AS s JOIN body AS b ON b.id = s.body")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s redactedSpan
		var body sql.RawBytes
		if err := rows.Scan(&s.site, &s.resource, &s.key, &s.first, &s.last, &body); err != nil {
			return err
		}
		ids := finished[s.site]
		i, exact := slices.BinarySearch(ids, s.last)
		if !exact { // a snapshot that is not finished goes, from the end
			if i == 0 || ids[i-1] < s.first {
				continue
			}
			s.last = ids[i-1]
		}
		s.json = bytes.Clone(body)
		c.items = append(c.items, s)
	}
	if err := cmp.Or(rows.Err(), ctx.Err()); err != nil {
		return err
	}
	err = c.each(ctx, func(s *redactedSpan) error { return c.r.Look(kind[s.site], c.names[s.resource], s.key, s.json) })
	if err != nil {
		return err
	}
	c.r.Looked()
	return c.each(ctx, func(s *redactedSpan) error {
		key, body, err := c.r.Object(kind[s.site], c.names[s.resource], s.key, s.json)
		s.key, s.json, s.digest = key, body, digestOf(body)
		return err
	})
}

// each runs do on every span, on all cores.
func (c *redacting) each(ctx context.Context, do func(*redactedSpan) error) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for share := range slices.Chunk(c.items, 2000) {
		group.Go(func() error {
			for i := range share {
				if err := cmp.Or(do(&share[i]), inner.Err()); err != nil {
					return fmt.Errorf("an object of %s: %w", c.names[share[i].resource], err)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// store writes the bodies by their digests, then the spans by their keys.
func (c *redacting) store(ctx context.Context) error {
	for i := range c.items {
		c.items[i].resource = c.ids[c.names[c.items[i].resource]]
	}
	slices.SortFunc(c.items, func(a, b redactedSpan) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	in := &inserting{ctx: ctx, db: c.to.conn, into: "INSERT INTO body (id, digest, json) VALUES ", columns: 3}
	var last int64
	for i := range c.items {
		s := &c.items[i]
		if i == 0 || s.digest != c.items[i-1].digest {
			last++
			in.row(last, s.digest[:], string(s.json))
		}
		s.body, s.json = last, nil
	}
	if err := in.flush(); err != nil {
		return err
	}
	slices.SortFunc(c.items, func(a, b redactedSpan) int {
		return cmp.Or(cmp.Compare(a.site, b.site), cmp.Compare(a.resource, b.resource), strings.Compare(a.key, b.key), cmp.Compare(a.first, b.first))
	})
	in = &inserting{ctx: ctx, db: c.to.conn, into: "INSERT INTO span (site, resource, key, first, last, body) VALUES ", columns: 6}
	for _, s := range c.items {
		in.row(s.site, s.resource, s.key, s.first, s.last, s.body)
	}
	return in.flush()
}

// finish gives every snapshot the digest of what it holds now, the site as it knew it, and its origin.
func (c *redacting) finish(ctx context.Context) error {
	for _, s := range c.snapshots {
		digest, err := c.to.digest(ctx, s)
		if err != nil {
			return err
		}
		if err := c.to.q.FinishSnapshot(ctx, db.FinishSnapshotParams{State: string(s.State),
			Finished: sql.NullString{String: formatTime(s.Finished), Valid: true}, Digest: digest, Objects: s.Objects, ID: s.ID}); err != nil {
			return err
		}
		if c.f.format < sealFormat { // it keeps no site of each snapshot
			if err := c.to.q.SetIdentity(ctx, db.SetIdentityParams{Snapshot: s.ID, Site: s.Site.ID}); err != nil {
				return err
			}
		}
		was, err := digestBytes(s.Digest)
		if err != nil {
			return err
		}
		statement, err := c.f.sealedAs(ctx, s.ID)
		if err != nil {
			return err
		}
		o := c.r.Origin
		if err := c.to.q.AddOrigin(ctx, db.AddOriginParams{Snapshot: s.ID, Kind: OriginRedacted, At: formatTime(o.At), Program: o.Program,
			Digest: was, Statement: statement, Level: o.Level, Key: o.Key}); err != nil {
			return err
		}
	}
	return nil
}

// sealedAs is the SHA-256 of the statement that last sealed a snapshot, nil if none did.
func (f *File) sealedAs(ctx context.Context, snapshot int64) ([]byte, error) {
	seals, err := f.Seals(ctx, snapshot)
	if err != nil || len(seals) == 0 {
		return nil, err
	}
	sum := digestOf([]byte(seals[len(seals)-1].Statement))
	return sum[:], nil
}
