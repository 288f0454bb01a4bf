package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"time"

	"plumbline/store/internal/db"
)

// MergeWriting says how a merge is written.
type MergeWriting struct {
	Program string                  // version of this program, for the origins
	Now     time.Time               // likewise
	Broken  bool                    // snapshots whose objects no longer give their digest are carried as they are
	Told    func(done, total int64) // of objects seen, now and then; may be nil
}

// ErrAltered: a snapshot's objects no longer give the digest it was finished with.
var ErrAltered = errors.New("its objects are not those it was finished with")

// ErrOtherKind: an Atlassian Cloud site and a Data Center installation name their objects differently.
var ErrOtherKind = errors.New("one is a Cloud site and the other a Data Center installation")

// Write writes the merge into a new file at path. Each snapshot keeps what it is, digest and seals included; its objects
// are spanned anew. It gives the snapshots (indexes) whose digest is not that of their objects, which without w.Broken
// is ErrAltered. What lies at path after an error is worth nothing.
func (m *Merge) Write(ctx context.Context, path string, w MergeWriting) (altered []int, err error) {
	out, err := OpenWritable(ctx, path)
	if err != nil {
		return nil, err
	}
	release, err := hold(ctx, out.busy)
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	defer func() {
		release()
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	if err := out.unjournalled(ctx); err != nil {
		return nil, err
	}
	err = out.transaction(ctx, func() error { return m.frame(ctx, out) })
	for i := 0; err == nil && i < len(m.files); i++ {
		err = m.carry(ctx, out, i, w)
	}
	if err == nil {
		err = out.transaction(ctx, func() error { altered, err = m.objects(ctx, out, w); return err })
	}
	if err == nil && len(altered) > 0 && !w.Broken {
		c := m.Snapshots[altered[0]].Copies[0]
		err = fmt.Errorf("snapshot %d of %s: %w", c.Snapshot.ID, m.files[c.File].Path(), ErrAltered)
	}
	if err != nil {
		return altered, fmt.Errorf("merging: %w", explain(err))
	}
	return altered, nil
}

// unjournalled makes writing faster into a file that nobody else knows yet, half of which is worth nothing: no journal has
// to survive a crash. Files that are attached are read as others read them.
func (f *File) unjournalled(ctx context.Context) error {
	_, err := f.conn.ExecContext(ctx, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = NORMAL; PRAGMA main.locking_mode = EXCLUSIVE")
	return explain(err)
}

// frame writes what does not depend on one snapshot: resources in the order of their names, sites, what people decided.
func (m *Merge) frame(ctx context.Context, out *File) error {
	names := map[string]bool{}
	for _, name := range Resources() {
		names[name] = true
	}
	for _, f := range m.files {
		ids, err := f.resourceIDs(ctx)
		if err != nil {
			return err
		}
		for name := range ids {
			names[name] = true
		}
	}
	ids := map[string]int64{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		var err error
		if ids[name], err = out.q.AddResource(ctx, name); err != nil {
			return err
		}
	}
	if err := plainViews(ctx, out.conn, ids); err != nil {
		return err
	}
	for _, s := range m.Sites {
		id, err := out.q.AddSite(ctx, db.AddSiteParams{Kind: s.Kind, Address: s.Address, Name: s.Name})
		if err != nil {
			return err
		}
		for _, known := range s.IDs {
			if err := out.q.AddSiteID(ctx, db.AddSiteIDParams{Site: id, ID: known}); err != nil {
				return err
			}
		}
		pinned, _ := m.Pinned(int(id) - 1)
		if pinned >= 0 {
			if err := out.q.SetPinned(ctx, db.SetPinnedParams{Snapshot: m.Number(pinned), Pinned: 1}); err != nil {
				return err
			}
		}
	}
	for i, s := range m.Snapshots {
		if label := s.Label(); label != "" {
			if err := out.q.SetLabel(ctx, db.SetLabelParams{Snapshot: m.Number(i), Label: label}); err != nil {
				return err
			}
		}
	}
	for _, d := range m.Decisions.All {
		if err := out.q.AddDecision(ctx, d.params()); err != nil {
			return err
		}
	}
	for _, p := range m.Parameters.All {
		if err := out.q.AddParameter(ctx, p.params()); err != nil {
			return err
		}
	}
	for _, a := range m.Attestations.All {
		if err := out.q.AddAttestation(ctx, a.params()); err != nil {
			return err
		}
	}
	return nil
}

// carried are the rows of a snapshot, as they stand: ?1 is its number here, ?2 there, ?3 its site's row here.
var carried = []string{
	`INSERT INTO snapshot (id, site, started, finished, state, digest, objects, program, personal_data)
	 SELECT ?1, ?3, started, finished, state, digest, objects, program, personal_data FROM there.snapshot WHERE id = ?2`,
	`INSERT INTO vantage (snapshot, account, account_name, credentials, scopes, group_ids, permissions)
	 SELECT ?1, account, account_name, credentials, scopes, group_ids, permissions FROM there.vantage WHERE snapshot = ?2`,
	`INSERT INTO coverage (snapshot, resource, outcome, http_status, reason, missing, lists, event, window_from, objects, requests, duplicates, revision, members)
	 SELECT ?1, h.id, c.outcome, c.http_status, c.reason, c.missing, c.lists, c.event, c.window_from, c.objects, c.requests, c.duplicates, c.revision, c.members
	 FROM there.coverage AS c JOIN there.resource AS r ON r.id = c.resource JOIN main.resource AS h ON h.name = r.name WHERE c.snapshot = ?2`,
	`INSERT INTO coverage_part (snapshot, resource, parent, outcome, http_status, reason)
	 SELECT ?1, h.id, c.parent, c.outcome, c.http_status, c.reason
	 FROM there.coverage_part AS c JOIN there.resource AS r ON r.id = c.resource JOIN main.resource AS h ON h.name = r.name WHERE c.snapshot = ?2`,
	`INSERT INTO request (snapshot, resource, parent, method, path, status, at, millis, rows, requests, note)
	 SELECT ?1, h.id, q.parent, q.method, q.path, q.status, q.at, q.millis, q.rows, q.requests, q.note
	 FROM there.request AS q JOIN there.resource AS r ON r.id = q.resource JOIN main.resource AS h ON h.name = r.name WHERE q.snapshot = ?2 ORDER BY q.id`,
}

// Since format 4: the site as it was known, and what happened to the snapshot before.
var carriedSince4 = []string{
	`INSERT INTO identity (snapshot, kind, ids, address, name) SELECT ?1, kind, ids, address, name FROM there.identity WHERE snapshot = ?2`,
	`INSERT INTO origin (snapshot, kind, at, program, site, joined, digest, statement, level, key)
	 SELECT ?1, kind, at, program, site, joined, digest, statement, level, key FROM there.origin WHERE snapshot = ?2 ORDER BY id`,
}

// carriedBefore4 is what the migration to format 4 makes of an older file.
const carriedBefore4 = `INSERT INTO identity (snapshot, kind, ids, address, name)
	SELECT ?1, s.kind, (SELECT json_group_array(i.id) FROM (SELECT x.id FROM there.site_id AS x WHERE x.site = s.id ORDER BY x.position) AS i), s.address, s.name
	FROM there.snapshot AS n JOIN there.site AS s ON s.id = n.site WHERE n.id = ?2`

// carriedSeals are the seals under any copy of a snapshot, each once.
const carriedSeals = `INSERT INTO seal (snapshot, at, statement, signature, manifest)
	SELECT ?1, t.at, t.statement, t.signature, t.manifest FROM there.seal AS t WHERE t.snapshot = ?2
	AND NOT EXISTS (SELECT 1 FROM seal AS h WHERE h.snapshot = ?1 AND h.statement = t.statement AND h.signature = t.signature) ORDER BY t.id`

// carry takes over what a file's snapshots are beside their objects.
func (m *Merge) carry(ctx context.Context, out *File, file int, w MergeWriting) error {
	f := m.files[file]
	if _, err := out.conn.ExecContext(ctx, "ATTACH ? AS there", uri(f.path, f.attachMode()...)); err != nil {
		return err
	}
	err := out.transaction(ctx, func() error {
		for i, s := range m.Snapshots {
			for n, c := range s.Copies {
				if err := ctx.Err(); err != nil {
					return err
				}
				if c.File != file {
					continue
				}
				if n == 0 {
					if err := m.carryOne(ctx, out, i, w); err != nil {
						return err
					}
				}
				if f.format < sealFormat {
					continue
				}
				if _, err := out.conn.ExecContext(ctx, carriedSeals, m.Number(i), c.Snapshot.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if _, detached := out.conn.ExecContext(context.WithoutCancel(ctx), "DETACH there"); err == nil {
		err = detached
	}
	return err
}

func (m *Merge) carryOne(ctx context.Context, out *File, i int, w MergeWriting) error {
	s := m.Snapshots[i]
	c, site := s.Copies[0], m.Sites[s.Site]
	f := m.files[c.File]
	statements := slices.Concat(carried, carriedSince4)
	if f.format < sealFormat {
		statements = append(slices.Clone(carried), carriedBefore4)
	}
	for n, statement := range statements {
		args := []any{m.Number(i), c.Snapshot.ID}
		if n == 0 {
			args = append(args, row(s.Site))
		}
		if _, err := out.conn.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("snapshot %d of %s: %w", c.Snapshot.ID, f.path, explain(err))
		}
	}
	digest, err := digestBytes(c.Snapshot.Digest)
	if err != nil {
		return err
	}
	origin := db.AddOriginParams{Snapshot: m.Number(i), Kind: OriginMerged, At: formatTime(w.Now), Program: w.Program,
		Site: c.Snapshot.Site.SiteID(), Digest: append([]byte{}, digest...)}
	if c.Snapshot.Site.SiteID() != site.SiteID() { // finding ids are made of another id than there
		origin.Joined = site.SiteID()
	}
	seals, err := f.Seals(ctx, c.Snapshot.ID)
	if err != nil {
		return err
	}
	if n := len(seals); n > 0 {
		sum := sha256.Sum256([]byte(seals[n-1].Statement))
		origin.Statement = sum[:]
	}
	return out.q.AddOrigin(ctx, origin)
}

// mergeBatch is how many spans are stored together, and mergeBytes how many bytes of bodies.
const (
	mergeBatch = 20_000
	mergeBytes = 16 << 20
)

// spanning writes the objects of all sites: resource by resource and key by key, as digests go over them.
type spanning struct {
	*Merge
	out    *File
	told   func(done, total int64)
	sums   []hash.Hash // of each snapshot
	rows   []*gathered
	size   int
	site   int
	done   int64
	total  int64
	ofSite []int // the snapshots of the site, by time
	line   []byte

	resources []map[string]int64 // ids by name, in each file
}

// objects writes all objects and gives the snapshots whose digest is not theirs.
func (m *Merge) objects(ctx context.Context, out *File, w MergeWriting) (altered []int, err error) {
	s := &spanning{Merge: m, out: out, told: w.Told, sums: make([]hash.Hash, len(m.Snapshots))}
	for _, f := range m.files {
		ids, err := f.resourceIDs(ctx)
		if err != nil {
			return nil, err
		}
		s.resources = append(s.resources, ids)
	}
	for _, x := range m.Sites { // all parts of a site are read at once
		for _, p := range x.Of {
			m.files[p.File].db.SetMaxOpenConns(len(x.Of) + 4)
		}
	}
	for i := range s.sums {
		s.sums[i] = sha256.New()
		s.total += m.Snapshots[i].Copies[0].Snapshot.Objects
	}
	ids, err := out.resourceIDs(ctx)
	if err != nil {
		return nil, err
	}
	for site := range m.Sites {
		s.site, s.ofSite = site, nil
		for i, x := range m.Snapshots {
			if x.Site == site {
				s.ofSite = append(s.ofSite, i)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(ids)) {
			if err := s.resource(ctx, name, ids[name]); err != nil {
				return nil, err
			}
		}
		if err := s.flush(ctx); err != nil {
			return nil, err
		}
	}
	for i, x := range m.Snapshots {
		if "sha256:"+hex.EncodeToString(s.sums[i].Sum(nil)) != x.Copies[0].Snapshot.Digest {
			altered = append(altered, i)
		}
	}
	return altered, nil
}
