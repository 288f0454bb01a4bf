package store

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"
)

// briefly is how many bytes of a body's digest a manifest holds: enough to name what was altered. That something was
// altered the section's SHA-256 says, which is over whole digests.
const briefly = 8

// walk is one pass over a file for the exports of some of its snapshots.
type walk struct {
	f         *File
	all       []Snapshot
	siteOf    map[int64]int64 // of each snapshot as it says, be the site there or not
	resources map[string]int64
	bodies    *bodySums
	exports   []*export
	manifest  bool
	walked    atomic.Int64 // spans
	mu        sync.Mutex
	adrift    []Difference // spans that begin or end where no snapshot is
}

// export walks the file for some snapshots. On a file open for writing nothing else can be asked of it meanwhile.
func (f *File) export(ctx context.Context, snapshots []int64, manifest bool) (*walk, error) {
	if f.format < sealFormat {
		return nil, fmt.Errorf("a file of format %d has no seals: it is brought up to date when it is written", f.format)
	}
	w := &walk{f: f, manifest: manifest}
	var err error
	if w.all, err = f.snapshots(ctx); err != nil {
		return nil, err
	}
	if w.resources, err = f.resourceIDs(ctx); err != nil {
		return nil, err
	}
	heads, err := f.q.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	w.siteOf = map[int64]int64{}
	sites := map[int64]bool{}
	for _, h := range heads {
		w.siteOf[h.ID], sites[h.Site] = h.Site, true
	}
	for i, s := range w.all { // both lists are by id
		if !slices.Contains(snapshots, s.ID) {
			continue
		}
		e, err := f.exportTables(ctx, s, heads[i], manifest)
		if err != nil {
			return nil, err
		}
		w.exports = append(w.exports, e)
	}
	if w.bodies, err = f.sumBodies(ctx); err != nil {
		return nil, err
	}
	known, err := f.q.Sites(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range known {
		sites[s.ID] = true // spans of one without snapshots are nobody's
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers())
	for site := range sites {
		for _, name := range slices.Sorted(maps.Keys(w.resources)) {
			group.Go(func() error {
				if err := w.objects(ctx, site, name); err != nil {
					return fmt.Errorf("section %s%s: %w", objectsSection, name, err)
				}
				return nil
			})
		}
	}
	return w, group.Wait()
}

// objects exports a resource of a site for all snapshots at once: each span counts in those that it covers.
func (w *walk) objects(ctx context.Context, site int64, resource string) error {
	type taking struct {
		*section
		snapshot int64
	}
	var into []taking
	ends := map[int64]bool{}
	for id, of := range w.siteOf {
		ends[id] = of == site
	}
	for _, e := range w.exports {
		if e.head.Site == site {
			into = append(into, taking{newSection(w.manifest), e.snapshot.ID})
		}
	}
	var line, brief, seen []byte
	walked := int64(0)
	err := w.f.spans(ctx, site, w.resources[resource], func(s *span) error {
		walked++
		if !ends[s.first] || !ends[s.last] || s.first > s.last {
			w.mu.Lock()
			w.adrift = append(w.adrift, Difference{Section: "span", Resource: resource, Key: s.key, Change: Altered, Fields: []string{"first", "last"}})
			w.mu.Unlock()
		}
		body := w.bodies.at(s.body)
		if body < 0 {
			return nil // no body, no object
		}
		w.bodies.used[body].Store(true)
		line = append(appendValue(append(line[:0], '['), s.key), ',')
		if w.manifest {
			brief = append(appendSum(append(brief[:0], line...), &w.bodies.sums[body], briefly), ']', '\n')
			seen = append(append(append(append(seen[:0], resource...), recordSeparator), s.key...), recordSeparator)
			seen = append(hex.AppendEncode(seen, w.bodies.sums[body][:]), '\n')
		}
		line = append(appendSum(line, &w.bodies.sums[body], sha256.Size), ']', '\n')
		for _, t := range into {
			if s.first <= t.snapshot && t.snapshot <= s.last {
				t.add(line, brief)
				if t.seen != nil {
					t.seen.Write(seen)
				}
			}
		}
		return nil
	})
	w.walked.Add(walked)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range into {
		for _, e := range w.exports {
			if e.snapshot.ID == t.snapshot && t.rows > 0 {
				e.sections[objectsSection+resource] = t.section
			}
		}
	}
	return err
}

// Export says what a finished snapshot holds: the statement, still without when and by whom it is sealed, and the
// manifest that belongs to it. ErrDamaged where the snapshot no longer is what it was finished as.
func (f *File) Export(ctx context.Context, snapshot int64) (Statement, []byte, error) {
	release, err := f.take(ctx)
	if err != nil {
		return Statement{}, nil, err
	}
	defer release()
	w, err := f.export(ctx, []int64{snapshot}, true)
	if err != nil {
		return Statement{}, nil, fmt.Errorf("exporting snapshot %d: %w", snapshot, explain(err))
	}
	if len(w.exports) == 0 {
		return Statement{}, nil, fmt.Errorf("snapshot %d: %w", snapshot, ErrNotFound)
	}
	e := w.exports[0]
	if !e.snapshot.State.Finished() {
		return Statement{}, nil, fmt.Errorf("sealing snapshot %d: it is not finished", snapshot)
	}
	strays, err := w.strays(ctx)
	if err != nil {
		return Statement{}, nil, fmt.Errorf("exporting snapshot %d: %w", snapshot, explain(err))
	}
	if len(strays) > 0 {
		return Statement{}, nil, fmt.Errorf("%w: %s", ErrDamaged, strays[0])
	}
	if digest := e.digest(); digest != e.snapshot.Digest {
		return Statement{}, nil, fmt.Errorf("%w: snapshot %d was finished with %s, and what is in it now gives %s", ErrDamaged, snapshot, e.snapshot.Digest, digest)
	}
	s, err := e.statement()
	if err != nil {
		return s, nil, err
	}
	manifest, err := e.packed()
	sum := sha256.Sum256(manifest)
	s.Manifest = hex.EncodeToString(sum[:])
	return s, manifest, err
}

func (e *export) statement() (Statement, error) {
	s := Statement{Export: ExportFormat, Site: StatementSite{Kind: e.site.Kind},
		Started: e.head.Started, Finished: e.head.Finished.String, State: e.head.State, Program: e.head.Program,
		PersonalData: e.head.PersonalData, Objects: e.head.Objects, Digest: digestText(e.head.Digest), Origin: e.redacted,
		Sections: map[string]Section{}}
	for name, made := range e.sections {
		s.Sections[name] = made.is()
	}
	if err := json.Unmarshal([]byte(e.site.Ids), &s.Site.IDs); err != nil {
		return s, fmt.Errorf("%w: the ids of the site of snapshot %d: %w", ErrDamaged, e.snapshot.ID, err)
	}
	return s, nil
}

// digest is the snapshot's digest, of the bodies as they are.
func (e *export) digest() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(e.sections)) {
		if strings.HasPrefix(name, objectsSection) {
			_, _ = e.sections[name].seen.WriteTo(sum)
		}
	}
	return digestText(sum.Sum(nil))
}

// packed is the manifest: for each section its name on a line, then its rows, deflated.
func (e *export) packed() ([]byte, error) {
	var out bytes.Buffer
	z, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	var line []byte
	for _, name := range slices.Sorted(maps.Keys(e.sections)) {
		line = append(appendValue(line[:0], name), '\n')
		if _, err := z.Write(line); err != nil {
			return nil, err
		}
		if _, err := e.sections[name].text.WriteTo(z); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}
