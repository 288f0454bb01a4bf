package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

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
	// Told hears how far a step is, of objects; it may be nil.
	Told func(step string, done, total int64)
	// Origin is what the copy says of where its snapshots came from; snapshot, digest and statement are filled in.
	Origin Origin
}

// The steps of making a redacted copy.
const (
	StepRead    = "reading"
	StepRewrite = "rewriting"
	StepWrite   = "writing"
)

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

// Redacted writes a redacted copy of the file at path, where nothing or an empty file may be, and returns how many
// objects were rewritten. The copy is built anew from what Redaction gives, so that no page of it was ever one of this
// file; bodies lie in it by their digests and the log by what it says, so that no order is left that only the originals
// had. Snapshots that are not finished are left out; one whose objects no longer give its digest is ErrAltered. What lies
// at path after an error is worth nothing.
func (f *File) Redacted(ctx context.Context, path string, r Redaction) (objects int, err error) {
	all, err := f.Snapshots(ctx)
	if err != nil {
		return 0, err
	}
	if exists(path) {
		return 0, &os.PathError{Op: "create", Path: path, Err: os.ErrExist}
	}
	c := newRedacting(f, r, all)
	if c.to, err = OpenWritable(ctx, path); err != nil {
		return 0, err
	}
	err = c.run(ctx)
	if closed := c.to.Close(); err == nil {
		err = closed
	}
	os.Remove(path + "-journal") // of making the tables, spent long since
	if err != nil {
		return 0, fmt.Errorf("redacting %s: %w", f.path, explain(err))
	}
	for _, p := range c.parts {
		objects += len(p.spans)
	}
	return objects, nil
}

// Redactions asks Redaction for everything that a copy would hold, and makes none.
func (f *File) Redactions(ctx context.Context, r Redaction) error {
	all, err := f.Snapshots(ctx)
	if err != nil {
		return err
	}
	c := newRedacting(f, r, all)
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

// redacting is a copy in the making.
type redacting struct {
	f, to     *File
	r         Redaction
	snapshots []Snapshot        // finished
	names     map[int64]string  // of resources, by their ids in f
	ids       map[string]int64  // of resources in to
	finished  map[int64][]int64 // ids of snapshots, by site
	parts     []redactedPart
	telling   sync.Mutex
	done      int64
	total     int64
}

// redactedPart are the spans of one resource of a site.
type redactedPart struct {
	site     int64
	kind     string // of the site
	resource string
	spans    []*gathered // by their keys
}

func newRedacting(f *File, r Redaction, all []Snapshot) *redacting {
	c := &redacting{f: f, r: r, snapshots: slices.DeleteFunc(all, func(s Snapshot) bool { return !s.State.Finished() }), finished: map[int64][]int64{}}
	for _, s := range c.snapshots {
		c.finished[s.Site.ID] = append(c.finished[s.Site.ID], s.ID)
	}
	return c
}

func (c *redacting) run(ctx context.Context) error {
	if err := c.resources(ctx); err != nil {
		return err
	}
	if err := c.objects(ctx); err != nil {
		return err
	}
	if err := c.to.unjournalled(ctx); err != nil {
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
		digests, err := c.store(ctx)
		if err != nil {
			return err
		}
		return c.finish(ctx, digests)
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

// objects reads every span with its body and rewrites it: by sites, then by the names of resources, then by keys, as
// digests go over them.
func (c *redacting) objects(ctx context.Context) error {
	if err := c.count(ctx); err != nil {
		return err
	}
	looking := c.each(ctx, StepRead, func(p redactedPart, s *gathered) error {
		s.digest = digestOf(s.json)
		err := c.r.Look(p.kind, p.resource, s.key, s.json)
		if errors.Is(err, ErrNotJSON) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return err
	})
	sites, err := c.f.Sites(ctx)
	for _, site := range sites {
		for _, id := range slices.SortedFunc(maps.Keys(c.names), func(a, b int64) int { return strings.Compare(c.names[a], c.names[b]) }) {
			if err == nil {
				err = c.read(ctx, redactedPart{site: site.ID, kind: site.Kind, resource: c.names[id]}, id, looking)
			}
		}
	}
	if err := cmp.Or(looking.Wait(), err); err != nil {
		return err
	}
	for id, digest := range c.digests() { // the copy names what it was made of
		if i := slices.IndexFunc(c.snapshots, func(s Snapshot) bool { return s.ID == id }); c.snapshots[i].Digest != digestText(digest) {
			return fmt.Errorf("snapshot %d: %w", id, ErrAltered)
		}
	}
	c.r.Looked()
	rewriting := c.each(ctx, StepRewrite, func(p redactedPart, s *gathered) (err error) {
		s.key, s.json, err = c.r.Object(p.kind, p.resource, s.key, s.json)
		s.digest = digestOf(s.json)
		return err
	})
	for _, p := range c.parts {
		for share := range slices.Chunk(p.spans, shareOf) {
			rewriting.do(p, share)
		}
	}
	return rewriting.Wait()
}

// read reads the spans of one resource of a site that finished snapshots saw, and hands them on.
func (c *redacting) read(ctx context.Context, p redactedPart, resource int64, to sharing) error {
	finished := c.finished[p.site]
	if len(finished) == 0 {
		return nil
	}
	rows, err := c.f.db.QueryContext(ctx, `SELECT s.key, s.first, s.last, b.json FROM span AS s CROSS JOIN body AS b ON b.id = s.body
		WHERE s.site = ? AND s.resource = ? ORDER BY s.key, s.first`, p.site, resource)
	if err != nil {
		return err
	}
	defer rows.Close()
	var spans []gathered // and bytes, of many at once
	var bodies []byte
	handed := 0
	for rows.Next() {
		var s gathered
		var body sql.RawBytes
		if err := rows.Scan(&s.key, &s.first, &s.last, &body); err != nil {
			return err
		}
		i, exact := slices.BinarySearch(finished, s.last)
		if !exact { // a snapshot that is not finished goes, from the end
			if i == 0 || finished[i-1] < s.first {
				continue
			}
			s.last = finished[i-1]
		}
		if len(bodies)+len(body) > cap(bodies) {
			bodies = make([]byte, 0, max(128<<10, len(body)))
		}
		bodies = append(bodies, body...)
		s.json = bodies[len(bodies)-len(body) : len(bodies) : len(bodies)]
		if len(spans) == cap(spans) {
			spans = make([]gathered, 0, min(shareOf, 16+2*len(p.spans)))
		}
		spans = append(spans, s)
		if p.spans = append(p.spans, &spans[len(spans)-1]); len(p.spans)-handed == shareOf {
			to.do(p, p.spans[handed:])
			handed = len(p.spans)
		}
	}
	if len(p.spans) > handed {
		to.do(p, p.spans[handed:])
	}
	if len(p.spans) > 0 {
		c.parts = append(c.parts, p)
	}
	return cmp.Or(rows.Err(), ctx.Err())
}

// sharing runs something on spans, on all cores at once; the first error ends it.
type sharing struct {
	*errgroup.Group
	do func(p redactedPart, share []*gathered)
}

// shareOf is how many spans one core takes at a time.
const shareOf = 2000

func (c *redacting) each(ctx context.Context, step string, do func(redactedPart, *gathered) error) sharing {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	c.done = 0
	return sharing{group, func(p redactedPart, share []*gathered) {
		group.Go(func() error {
			for _, s := range share {
				if err := cmp.Or(do(p, s), inner.Err()); err != nil {
					return fmt.Errorf("an object of %s: %w", p.resource, err)
				}
			}
			c.tell(step, len(share))
			return nil
		})
	}}
}

// count finds out how many spans there are, where somebody wants to know.
func (c *redacting) count(ctx context.Context) (err error) {
	if c.r.Told != nil {
		c.total, err = c.f.q.CountSpans(ctx)
	}
	return err
}

// tell says that a step is done with n spans more.
func (c *redacting) tell(step string, n int) {
	if c.r.Told == nil {
		return
	}
	c.telling.Lock()
	defer c.telling.Unlock()
	c.done += int64(n)
	c.r.Told(step, min(c.done, c.total), c.total)
}

// digests are those of the snapshots, of what the spans are now.
func (c *redacting) digests() map[int64][]byte {
	sums := map[int64]hash.Hash{}
	for _, s := range c.snapshots {
		sums[s.ID] = sha256.New()
	}
	var line []byte
	for _, p := range c.parts {
		finished := c.finished[p.site]
		for _, s := range p.spans {
			line = appendSeen(line[:0], p.resource, s.key, s.digest[:])
			for i, _ := slices.BinarySearch(finished, s.first); i < len(finished) && finished[i] <= s.last; i++ {
				sums[finished[i]].Write(line)
			}
		}
	}
	all := map[int64][]byte{}
	for id, sum := range sums {
		all[id] = sum.Sum(nil)
	}
	return all
}

// store writes the bodies by their digests, then the spans by their keys, and gives the snapshots' digests.
func (c *redacting) store(ctx context.Context) (map[int64][]byte, error) {
	var all []*gathered
	for _, p := range c.parts {
		all = append(all, p.spans...)
	}
	slices.SortFunc(all, func(a, b *gathered) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	var bodies []*gathered // each once
	for i, s := range all {
		if i == 0 || s.digest != all[i-1].digest {
			bodies = append(bodies, s)
		}
		s.body = int64(len(bodies))
	}
	var digests map[int64][]byte
	var other sync.WaitGroup
	other.Go(func() {
		for _, p := range c.parts {
			slices.SortFunc(p.spans, func(a, b *gathered) int { return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.first, b.first)) })
		}
		digests = c.digests()
	})
	c.done, c.total = 0, int64(len(bodies)+len(all))
	err := c.feed(ctx, bodies, func() error { _, err := c.to.q.AddGatheredBodies(ctx); return err })
	other.Wait()
	for _, p := range c.parts {
		for _, s := range p.spans {
			s.resource = c.ids[p.resource]
		}
		if err == nil {
			err = c.feed(ctx, p.spans, func() error { return c.to.q.AddMergedSpans(ctx, p.site) })
		}
	}
	return digests, err
}

// feed gives rows to a statement that reads the table gathered, many at a time.
func (c *redacting) feed(ctx context.Context, rows []*gathered, store func() error) error {
	feed := &c.to.feed
	defer func() { feed.rows = nil }()
	for feed.rows = range slices.Chunk(rows, mergeBatch) {
		if err := cmp.Or(ctx.Err(), store()); err != nil {
			return err
		}
		c.tell(StepWrite, len(feed.rows))
	}
	return nil
}

// finish gives every snapshot the digest of what it holds now, the site as it knew it, and its origin.
func (c *redacting) finish(ctx context.Context, digests map[int64][]byte) error {
	for _, s := range c.snapshots {
		if err := c.to.q.FinishSnapshot(ctx, db.FinishSnapshotParams{State: string(s.State),
			Finished: sql.NullString{String: formatTime(s.Finished), Valid: true}, Digest: digests[s.ID], Objects: s.Objects, ID: s.ID}); err != nil {
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
