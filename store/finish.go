package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"time"

	"plumbline/store/internal/db"
)

// finish counts, takes the digest and closes the books, inside the caller's transaction.
func (c *Collecting) finish(ctx context.Context, now time.Time) (Snapshot, error) {
	q, id := c.f.q, c.snapshot.ID
	have, err := q.Coverage(ctx, id)
	if err != nil {
		return Snapshot{}, err
	}
	for _, name := range Resources() {
		if !slices.ContainsFunc(have, func(r db.CoverageRow) bool { return r.Name == name }) {
			if err := c.setCoverage(ctx, Coverage{Resource: name, Outcome: Skipped, Reason: "not asked", Lists: "seen"}); err != nil {
				return Snapshot{}, err
			}
		}
	}
	seen, err := c.f.digest(ctx, c.snapshot)
	if err != nil {
		return Snapshot{}, err
	}
	var total int64
	for resource, n := range seen.objects {
		total += n
		if err := q.SetCoverageObjects(ctx, db.SetCoverageObjectsParams{Objects: n, Snapshot: id, Resource: resource}); err != nil {
			return Snapshot{}, err
		}
	}
	if err := q.CountDuplicates(ctx, id); err != nil {
		return Snapshot{}, err
	}
	untidy, err := q.Untidy(ctx, id)
	if err == nil && untidy > 0 {
		_, err = q.DropOrphans(ctx)
	}
	if err != nil {
		return Snapshot{}, err
	}
	// What no sign-in was given for was not asked for: a snapshot without an organisation's key is whole all the same.
	state := StateComplete
	outcomes, err := q.Outcomes(ctx, id)
	if err != nil {
		return Snapshot{}, err
	}
	for _, o := range outcomes {
		if o != string(Complete) && o != string(Unavailable) {
			state = StatePartial
		}
	}
	if err := q.FinishSnapshot(ctx, db.FinishSnapshotParams{State: string(state), Finished: sql.NullString{String: formatTime(now), Valid: true},
		Digest: seen.digest, Objects: total, ID: id}); err != nil {
		return Snapshot{}, err
	}
	if err := q.DeleteProgress(ctx, id); err != nil {
		return Snapshot{}, err
	}
	all, err := c.f.snapshots(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	for _, s := range all {
		if s.ID == id {
			return s, nil
		}
	}
	return Snapshot{}, ErrNotFound
}

// oneFile leaves WAL mode, so that copying the file alone copies everything.
func (f *File) oneFile(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var mode string
	if err := f.conn.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode); err != nil {
		return explain(err)
	}
	if mode != "delete" {
		return fmt.Errorf("%w: the write-ahead log could not be folded in (journal mode %s)", ErrLocked, mode)
	}
	_, err := f.conn.ExecContext(ctx, "PRAGMA synchronous = FULL")
	f.setStamp()
	return explain(err)
}

// Digest computes a snapshot's digest from its rows: "sha256:" and 64 hex digits, over every
// object seen, sorted by resource and key: resource U+001E key U+001E body digest in hex, line feed.
func (f *File) Digest(ctx context.Context, snapshot int64) (string, error) {
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return "", err
	}
	release, err := f.take(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	seen, err := f.digest(ctx, s)
	if err != nil {
		return "", fmt.Errorf("computing the digest of snapshot %d: %w", snapshot, explain(err))
	}
	return digestText(seen.digest), nil
}

func digestText(sum []byte) string {
	if len(sum) == 0 {
		return ""
	}
	return "sha256:" + hex.EncodeToString(sum)
}

const digestBatch = 4096

// digested is what reading all objects of a snapshot gives.
type digested struct {
	digest  []byte
	objects map[int64]int64 // by resource
}

// digest reads the objects of a snapshot; one hand reads, another hashes.
func (f *File) digest(ctx context.Context, s Snapshot) (digested, error) {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return digested{}, err
	}
	d := digested{objects: map[int64]int64{}}
	sum, hashing := make(chan []byte), make(chan func(hash.Hash), 1)
	go func() {
		h := sha256.New()
		for add := range hashing {
			add(h)
		}
		sum <- h.Sum(nil)
	}()
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		if err = f.digestResource(ctx, &d, hashing, s, name, ids[name]); err != nil {
			break
		}
	}
	close(hashing)
	d.digest = <-sum
	return d, err
}

func (f *File) digestResource(ctx context.Context, d *digested, hashing chan<- func(hash.Hash), s Snapshot, name string, resource int64) error {
	for after := ""; ; {
		rows, err := f.q.DigestRows(ctx, db.DigestRowsParams{Site: s.Site.ID, Resource: resource, After: after, At: s.ID, N: digestBatch})
		if err != nil || len(rows) == 0 {
			return err
		}
		d.objects[resource] += int64(len(rows))
		hashing <- func(sum hash.Hash) {
			var line []byte
			for _, r := range rows {
				line = appendSeen(line[:0], name, r.Key, r.Digest)
				sum.Write(line)
			}
		}
		if len(rows) < digestBatch {
			return nil
		}
		after = rows[len(rows)-1].Key
	}
}

// appendSeen appends what a snapshot's digest is taken of, for one object.
func appendSeen(line []byte, resource, key string, digest []byte) []byte {
	line = append(append(append(line, resource...), recordSeparator), key...)
	return append(hex.AppendEncode(append(line, recordSeparator), digest), '\n')
}
