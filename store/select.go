package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// Limits bound a query of a rule or a person.
type Limits struct {
	Deadline time.Duration // 0: 30 s
	Rows     int           // 0: 1,000,000; one more is ErrTooManyRows, never a cut
}

func (l Limits) orDefault() Limits {
	if l.Deadline == 0 {
		l.Deadline = 30 * time.Second
	}
	if l.Rows == 0 {
		l.Rows = 1_000_000
	}
	return l
}

// Rows is a whole answer. Values are nil, int64, float64, string or []byte.
type Rows struct {
	Columns []string
	Values  [][]any
}

// Select runs one read-only SELECT of a person, over the file's tables and over one view per
// resource with a snapshot column in front. The views are this program's own, whatever the file
// holds under their names. Errors: ErrNotAllowed, ErrTooManyRows, ErrDeadline, else SQLite's words.
func (f *File) Select(ctx context.Context, query string, lim Limits) (*Rows, error) {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return nil, explain(err)
	}
	params := []string{}
	for _, p := range reading {
		if p != "_query_only=1" { // temporary views first, then the lock
			params = append(params, p)
		}
	}
	pool, err := sql.Open(driverName, uri(f.path, params...))
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", f.path, explain(err))
	}
	defer conn.Close()
	for _, name := range Resources() {
		if ids[name] == 0 {
			ids[name] = -1 // collected by a program that did not know it: an empty view
		}
		view := strings.Replace(allViews().byName[name].plainSQL(ids[name]), "CREATE VIEW", "CREATE TEMP VIEW", 1)
		if _, err := conn.ExecContext(ctx, view); err != nil {
			return nil, fmt.Errorf("view %s: %w", name, err)
		}
	}
	if err := missingTables(ctx, conn, f.format); err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = 1"); err != nil {
		return nil, err
	}
	if err := conn.Raw(guard); err != nil {
		return nil, err
	}
	return selectRows(ctx, conn, query, nil, lim)
}

// missingTables makes what later formats have and a file's own format has not, empty and for this connection alone.
func missingTables(ctx context.Context, db execer, format int) error {
	all, err := expectedSchemas()
	if err != nil {
		return err
	}
	for _, kind := range []string{"table", "view"} {
		for _, p := range all[formatVersion] {
			if p.kind != kind || slices.Contains(all[format], p) {
				continue
			}
			if _, err := db.ExecContext(ctx, strings.Replace(p.sql, "CREATE ", "CREATE TEMP ", 1)); err != nil {
				return fmt.Errorf("%s %s: %w", p.kind, p.name, err)
			}
		}
	}
	return nil
}

func guard(c any) error {
	r, ok := c.(sqlite.AuthorizerRegisterer)
	if !ok {
		return errors.New("the SQLite driver has no authorizer")
	}
	return r.RegisterAuthorizer(allowReading)
}

type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// selectRows runs one guarded SELECT to its end, within limits.
func selectRows(ctx context.Context, db querier, query string, args map[string]any, lim Limits) (*Rows, error) {
	lim = lim.orDefault()
	if err := oneSelect(query); err != nil {
		return nil, err
	}
	var named []any
	for name, v := range args {
		named = append(named, sql.Named(name, v))
	}
	limited, cancel := context.WithTimeout(ctx, lim.Deadline)
	defer cancel()
	late := func(err error) error {
		if limited.Err() != nil && ctx.Err() == nil {
			return fmt.Errorf("%w: stopped after %s", ErrDeadline, lim.Deadline)
		}
		return explain(err)
	}
	rows, err := db.QueryContext(limited, query, named...)
	if err != nil {
		return nil, late(err)
	}
	defer rows.Close()
	all := &Rows{Values: [][]any{}}
	if all.Columns, err = rows.Columns(); err != nil {
		return nil, late(err)
	}
	for rows.Next() {
		if len(all.Values) == lim.Rows {
			return nil, fmt.Errorf("%w: over %d", ErrTooManyRows, lim.Rows)
		}
		row := make([]any, len(all.Columns))
		to := make([]any, len(row))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, late(err)
		}
		all.Values = append(all.Values, row)
	}
	if err := rows.Err(); err != nil {
		return nil, late(err)
	}
	return all, nil
}

// oneSelect refuses a second statement and anything that does not begin as a SELECT; what the
// statement then does is for the authorizer to judge. It skips comments, text and quoted names.
func oneSelect(query string) error {
	rest := query
	first := ""
	ended := false
	for len(rest) > 0 {
		switch {
		case strings.HasPrefix(rest, "--"):
			_, rest, _ = strings.Cut(rest, "\n")
			continue
		case strings.HasPrefix(rest, "/*"):
			_, after, ok := strings.Cut(rest[2:], "*/")
			if !ok {
				after = ""
			}
			rest = after
			continue
		case strings.ContainsRune(" \t\r\n\f", rune(rest[0])):
			rest = rest[1:]
			continue
		case ended:
			return fmt.Errorf("%w: there is more than one statement", ErrNotAllowed)
		case rest[0] == ';':
			ended = true
			rest = rest[1:]
			continue
		case strings.ContainsRune("'\"`[", rune(rest[0])):
			end := rest[0]
			if end == '[' {
				end = ']'
			}
			_, after, ok := strings.Cut(rest[1:], string(end))
			if !ok {
				after = ""
			}
			rest = after
			if first == "" {
				first = "quoted"
			}
			continue
		}
		n := 0
		for n < len(rest) && (rest[n] == '_' || rest[n] >= '0' && rest[n] <= '9' || rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' || rest[n] >= 0x80) {
			n++
		}
		if first == "" {
			first = strings.ToUpper(rest[:max(n, 1)])
		}
		rest = rest[max(n, 1):]
	}
	if first != "SELECT" && first != "WITH" && first != "VALUES" {
		return fmt.Errorf("%w: it begins with %q", ErrNotAllowed, first)
	}
	return nil
}
