package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// bodySums are the SHA-256 of every body in a file, worked out anew from its bytes.
type bodySums struct {
	ids  []int64 // ascending
	sums [][sha256.Size]byte
	used []atomic.Bool // by a span
}

// workers is how many read at once: a file open for writing has one connection.
func (f *File) workers() int {
	if f.writable {
		return 1
	}
	return max(1, min(4, runtime.GOMAXPROCS(0)))
}

const bodiesOf = "SELECT id, digest, json FROM body WHERE id >= ?1 AND id <= ?2 ORDER BY id"

func (f *File) sumBodies(ctx context.Context) (*bodySums, error) {
	all, err := f.q.BodyRange(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(f.workers())
	step := (all.Greatest-all.Least)/n + 1
	shares := make([]bodySums, n)
	group, ctx := errgroup.WithContext(ctx)
	for i := range n {
		from := all.Least + i*step
		group.Go(func() error { return f.sumShare(ctx, &shares[i], from, min(from+step-1, all.Greatest)) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	b := &shares[0]
	for _, s := range shares[1:] {
		b.ids, b.sums = append(b.ids, s.ids...), append(b.sums, s.sums...)
	}
	b.used = make([]atomic.Bool, len(b.ids))
	return b, nil
}

func (f *File) sumShare(ctx context.Context, b *bodySums, from, to int64) error {
	rows, err := f.reader().QueryContext(ctx, bodiesOf, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id int64
	var digest, json sql.RawBytes // of this row alone: nothing is copied
	for rows.Next() {
		if err := rows.Scan(&id, &digest, &json); err != nil {
			return err
		}
		sum := sha256.Sum256(json)
		if string(sum[:]) != string(digest) { // the sum of both is nobody's: not of what was sealed, be either altered
			sum = sha256.Sum256(slices.Concat(sum[:], digest))
		}
		b.ids, b.sums = append(b.ids, id), append(b.sums, sum)
	}
	return rows.Err()
}

// at is where a body is in the lists, -1 if there is none of that id. Ids mostly follow each other, so it is looked for
// first where it would be if none was missing.
func (b *bodySums) at(id int64) int {
	if len(b.ids) == 0 {
		return -1
	}
	if i := id - b.ids[0]; i >= 0 && i < int64(len(b.ids)) && b.ids[i] == id {
		return int(i)
	}
	if i, found := slices.BinarySearch(b.ids, id); found {
		return i
	}
	return -1
}

// span is one row of the table.
type span struct {
	key               string
	first, last, body int64
}

const spansOf = "SELECT key, first, last, body FROM span WHERE site = ?1 AND resource = ?2 ORDER BY key, first"

// spans walks a resource's spans of a site by key.
func (f *File) spans(ctx context.Context, site, resource int64, do func(*span) error) error {
	rows, err := f.reader().QueryContext(ctx, spansOf, site, resource)
	if err != nil {
		return err
	}
	defer rows.Close()
	var s span
	for rows.Next() {
		if err := rows.Scan(&s.key, &s.first, &s.last, &s.body); err != nil {
			return err
		}
		if err := do(&s); err != nil {
			return err
		}
	}
	return rows.Err()
}

// appendSum writes a digest as a JSON string of its first n bytes in hex.
func appendSum(dst []byte, sum *[sha256.Size]byte, n int) []byte {
	return append(hex.AppendEncode(append(dst, '"'), sum[:n]), '"')
}
