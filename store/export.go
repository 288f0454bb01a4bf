package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"unicode/utf8"

	"plumbline/store/internal/db"
)

// The canonical export of a snapshot is what a seal is about: sections of lines, each line the canonical JSON array of
// a row's values. Most sections are few rows and listed here; those of objects, one for each resource, are walked
// (export_walk.go).
var sectionTables = []struct {
	name    string
	keys    int // how many columns say which row it is; 0: the order says it
	columns []string
	rows    func(context.Context, *db.Queries, int64) ([][]any, error)
}{
	{"site", 0, []string{"kind", "ids", "address", "name"}, func(ctx context.Context, q *db.Queries, snapshot int64) (rows [][]any, err error) {
		all, err := q.Identities(ctx)
		for _, r := range all {
			if r.Snapshot == snapshot {
				rows = append(rows, []any{r.Kind, r.Ids, r.Address, r.Name})
			}
		}
		return rows, err
	}},
	{"vantage", 0, []string{"account", "account_name", "credentials", "scopes", "group_ids", "permissions"}, func(ctx context.Context, q *db.Queries, snapshot int64) (rows [][]any, err error) {
		all, err := q.VantageOf(ctx, snapshot)
		for _, r := range all {
			rows = append(rows, []any{r.Account, r.AccountName, r.Credentials, r.Scopes, r.GroupIds, r.Permissions})
		}
		return rows, err
	}},
	{"coverage", 1, []string{"resource", "outcome", "http_status", "reason", "missing", "lists", "event", "window_from", "objects", "requests", "duplicates", "revision", "members"}, func(ctx context.Context, q *db.Queries, snapshot int64) (rows [][]any, err error) {
		all, err := q.Coverage(ctx, snapshot)
		for _, r := range all {
			rows = append(rows, []any{r.Name, r.Outcome, r.HttpStatus, r.Reason, r.Missing, r.Lists, r.Event, orNull(r.WindowFrom),
				r.Objects, r.Requests, r.Duplicates, r.Revision, r.Members})
		}
		return rows, err
	}},
	{"parts", 2, []string{"resource", "parent", "outcome", "http_status", "reason"}, func(ctx context.Context, q *db.Queries, snapshot int64) (rows [][]any, err error) {
		all, err := q.CoverageParts(ctx, snapshot)
		for _, r := range all {
			rows = append(rows, []any{r.Name, r.Parent, r.Outcome, r.HttpStatus, r.Reason})
		}
		return rows, err
	}},
	{"log", 0, []string{"resource", "parent", "method", "path", "status", "at", "millis", "rows", "requests", "note"}, func(ctx context.Context, q *db.Queries, snapshot int64) (rows [][]any, err error) {
		all, err := q.Requests(ctx, snapshot)
		for _, r := range all {
			rows = append(rows, []any{r.Name, r.Parent, r.Method, r.Path, r.Status, r.At, r.Millis, r.Rows, r.Requests, r.Note})
		}
		return rows, err
	}},
}

// objectsSection is the section of a resource's objects; its rows are key and body digest.
const objectsSection = "objects/"

func orNull(s sql.NullString) any {
	if !s.Valid {
		return nil
	}
	return s.String
}

// appendRow writes a row as its line.
func appendRow(dst []byte, row []any) []byte {
	dst = append(dst, '[')
	for i, v := range row {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, v)
	}
	return append(dst, ']', '\n')
}

// appendValue writes one value of a row. Text that is no UTF-8 (a server's words, cut) has a form of its own.
func appendValue(dst []byte, v any) []byte {
	if s, ok := v.(string); ok && !utf8.ValidString(s) {
		return append(hex.AppendEncode(append(dst, `{"bytes":"`...), []byte(s)), `"}`...)
	}
	out, err := appendCanonical(dst, v)
	if err != nil { // columns are text, integers and NULL
		panic(err)
	}
	return out
}

// section is a section in the making.
type section struct {
	sum  hash.Hash
	rows int64
	text *bytes.Buffer // of the manifest; nil where none is made
	seen *bytes.Buffer // the lines that the snapshot's digest is over; of objects, with text
}

func newSection(manifest bool) *section {
	s := &section{sum: sha256.New()}
	if manifest {
		s.text, s.seen = &bytes.Buffer{}, &bytes.Buffer{}
	}
	return s
}

// add takes a row's line; the manifest holds it whole, or as brief says.
func (s *section) add(line, brief []byte) {
	s.rows++
	s.sum.Write(line)
	if s.text != nil {
		s.text.Write(brief)
	}
}

func (s *section) is() Section {
	return Section{Rows: s.rows, SHA256: hex.EncodeToString(s.sum.Sum(nil))}
}

// export is what a snapshot holds, as a statement says it.
type export struct {
	snapshot Snapshot
	head     db.SnapshotsRow // the row as it is stored
	site     db.Identity
	redacted []StatementOrigin
	sections map[string]*section
}

// exportTables exports all but the objects.
func (f *File) exportTables(ctx context.Context, s Snapshot, head db.SnapshotsRow, manifest bool) (*export, error) {
	e := &export{snapshot: s, head: head, sections: map[string]*section{}, redacted: []StatementOrigin{}}
	then, _, err := f.sealing(ctx)
	if err != nil {
		return nil, err
	}
	e.site = then[s.ID]
	origins, err := f.q.Origins(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range origins {
		if o.Snapshot == s.ID && o.Kind == OriginRedacted {
			e.redacted = append(e.redacted, StatementOrigin{o.At, o.Program, digestText(o.Digest), digestText(o.Statement), o.Level, o.Key})
		}
	}
	var line []byte
	for _, t := range sectionTables {
		rows, err := t.rows(ctx, f.q, s.ID)
		if err != nil {
			return nil, fmt.Errorf("section %s: %w", t.name, err)
		}
		made := newSection(manifest)
		for _, row := range rows {
			line = appendRow(line[:0], row)
			made.add(line, line)
		}
		e.sections[t.name] = made
	}
	return e, nil
}
