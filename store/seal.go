package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"plumbline/store/internal/db"
)

// Seal is a signed statement of what a finished snapshot holds (docs/evidence-format.md). Several may stand under one.
type Seal struct {
	ID        int64 // 0 until it is added
	Snapshot  int64
	At        string // as in the statement: RFC 3339, UTC, milliseconds
	Statement string // canonical JSON, the bytes that are signed
	Signature string // armored SSH signature, namespace plumbline-seal
	Manifest  []byte // zlib: the rows the statement is about; nil when read by Seals, see Manifest
}

// Seals are the seals of a snapshot, or of all for 0, in the order in which they were added; without manifests.
func (f *File) Seals(ctx context.Context, snapshot int64) ([]Seal, error) {
	if f.format < sealFormat {
		return nil, nil
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Seals(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading seals: %w", explain(err))
	}
	var all []Seal
	for _, r := range rows {
		if snapshot == 0 || r.Snapshot == snapshot {
			all = append(all, Seal{ID: r.ID, Snapshot: r.Snapshot, At: r.At, Statement: r.Statement, Signature: r.Signature})
		}
	}
	return all, nil
}

// Manifest is the manifest of a seal, as it is stored; ErrNotFound if there is no such seal.
func (f *File) Manifest(ctx context.Context, seal int64) ([]byte, error) {
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	manifest, err := f.q.Manifest(ctx, seal)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("seal %d: %w", seal, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the manifest of seal %d: %w", seal, explain(err))
	}
	return manifest, nil
}

// AddSeal puts a seal under a finished snapshot and returns its number.
func (f *File) AddSeal(ctx context.Context, s Seal) (id int64, err error) {
	err = f.addSeals(ctx, []Seal{s}, &id)
	return id, err
}

// AddSeals puts seals under finished snapshots, all of them or none.
func (f *File) AddSeals(ctx context.Context, seals []Seal) error {
	var last int64
	return f.addSeals(ctx, seals, &last)
}

func (f *File) addSeals(ctx context.Context, seals []Seal, last *int64) error {
	if !f.writable {
		return ErrReadOnly
	}
	for _, s := range seals {
		of, err := f.Snapshot(ctx, s.Snapshot)
		if err != nil {
			return err
		}
		if !of.State.Finished() {
			return fmt.Errorf("sealing snapshot %d: it is not finished", s.Snapshot)
		}
	}
	return f.note(ctx, "adding a seal", func() (err error) {
		for _, s := range seals {
			*last, err = f.q.AddSeal(ctx, db.AddSealParams{Snapshot: s.Snapshot, At: s.At, Statement: s.Statement, Signature: s.Signature, Manifest: s.Manifest})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// The ways in which a snapshot comes to a file without being collected into it.
const (
	OriginMerged   = "merged"
	OriginRedacted = "redacted"
)

// Origin is one thing that happened to a snapshot which was not collected into this file.
type Origin struct {
	ID        int64 // 0 until it is added
	Snapshot  int64
	Kind      string // OriginMerged or OriginRedacted
	At        time.Time
	Program   string // version of the program that did it
	Site      string // merged: the first id of its site there; "" where that is not to be told
	Joined    string // merged: the first id of its site here, where it was said to be the same site; else ""
	Digest    string // of the snapshot it was: "sha256:" and 64 hex digits
	Statement string // "sha256:" and 64 hex digits of the statement that sealed it there; "" if none did
	Level     string // redacted: people, names or structure
	Key       string // redacted: fingerprint of the key that pseudonyms were made with
}

// Origins are what happened to a snapshot, or to all for 0, the first thing first; none where it was collected into
// this file.
func (f *File) Origins(ctx context.Context, snapshot int64) ([]Origin, error) {
	if f.format < sealFormat {
		return nil, nil
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Origins(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading origins: %w", explain(err))
	}
	var all []Origin
	for _, r := range rows {
		if snapshot == 0 || r.Snapshot == snapshot {
			all = append(all, Origin{r.ID, r.Snapshot, r.Kind, parseTime(r.At), r.Program, r.Site, r.Joined,
				digestText(r.Digest), digestText(r.Statement), r.Level, r.Key})
		}
	}
	return all, nil
}

// AddOrigin says where a snapshot came from.
func (f *File) AddOrigin(ctx context.Context, o Origin) error {
	digest, err := digestBytes(o.Digest)
	if err != nil {
		return err
	}
	statement, err := digestBytes(o.Statement)
	if err != nil {
		return err
	}
	return f.note(ctx, "keeping an origin", func() error {
		return f.q.AddOrigin(ctx, db.AddOriginParams{Snapshot: o.Snapshot, Kind: o.Kind, At: formatTime(o.At), Program: o.Program,
			Site: o.Site, Joined: o.Joined, Digest: digest, Statement: statement, Level: o.Level, Key: o.Key})
	})
}

// digestBytes undoes digestText.
func digestBytes(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	sum, err := hex.DecodeString(strings.TrimPrefix(text, "sha256:"))
	if err != nil || len(sum) != sha256.Size {
		return nil, fmt.Errorf("%q is no digest", text)
	}
	return sum, nil
}
