package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

const (
	// applicationID marks the file as ours at byte 68 of its header: "PLMB".
	applicationID = 0x504C4D42
	// formatVersion is the newest format this program reads and writes: the number of migrations.
	formatVersion = 4
)

// FormatVersion is the newest format of evidence files that this program reads and writes.
const FormatVersion = formatVersion

// migrations are the scripts of the formats, in order.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var scripts []string
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		scripts = append(scripts, string(text))
	}
	return scripts, nil
}

// execer is a *sql.DB, *sql.Conn or *sql.Tx.
type execer interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// migrate brings an empty or older database from one format to a later one, inside the caller's transaction.
func migrate(ctx context.Context, db execer, from, to int) error {
	scripts, err := migrations()
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		if _, err := db.ExecContext(ctx, scripts[i]); err != nil {
			return fmt.Errorf("migrating to format %d: %w", i+1, err)
		}
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, to))
	return err
}

// part is one row of sqlite_schema.
type part struct{ kind, name, sql string }

func schemaOf(ctx context.Context, db execer) ([]part, error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY type, name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var parts []part
	for rows.Next() {
		var p part
		if err := rows.Scan(&p.kind, &p.name, &p.sql); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, rows.Err()
}

// expectedSchemas is what migrations up to each format create, made once in memory; format 1 is at 1.
var expectedSchemas = sync.OnceValues(func() ([][]part, error) {
	ctx := context.Background()
	db, err := sql.Open(driverName, "file::memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	all := make([][]part, formatVersion+1)
	for format := 1; format <= formatVersion; format++ {
		if err := migrate(ctx, db, format-1, format); err != nil {
			return nil, err
		}
		if all[format], err = schemaOf(ctx, db); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// checkSchema refuses a file whose tables, indexes, triggers or views its format does not have (ErrUnknownSchema, those
// that lack named besides), or that lacks some and has none too many (ErrLacking).
// Views of resources are let pass by name, whatever they say: this program never reads them.
func checkSchema(ctx context.Context, db execer, format int) error {
	all, err := expectedSchemas()
	if err != nil {
		return err
	}
	want := all[format]
	got, err := schemaOf(ctx, db)
	if err != nil {
		return err
	}
	var strange []string
	for _, p := range got {
		if p.kind == "view" && allViews().byName[p.name].Name != "" || slices.Contains(want, p) {
			continue
		}
		if p.kind == "table" && (p.name == "sqlite_stat1" || p.name == "sqlite_stat4") {
			continue
		}
		strange = append(strange, p.kind+" "+p.name)
	}
	var lacking []string
	for _, p := range want {
		if !slices.Contains(got, p) && !slices.Contains(strange, p.kind+" "+p.name) {
			lacking = append(lacking, p.kind+" "+p.name)
		}
	}
	switch {
	case len(strange) > 0 && len(lacking) > 0:
		return fmt.Errorf("%w: %s; and missing: %s", ErrUnknownSchema, strings.Join(strange, ", "), strings.Join(lacking, ", "))
	case len(strange) > 0:
		return fmt.Errorf("%w: %s", ErrUnknownSchema, strings.Join(strange, ", "))
	case len(lacking) > 0:
		return fmt.Errorf("%w: %s", ErrLacking, strings.Join(lacking, ", "))
	}
	return nil
}

// plainViews (re)makes the views for people where they differ from this program's.
func plainViews(ctx context.Context, db execer, resources map[string]int64) error {
	parts, err := schemaOf(ctx, db)
	if err != nil {
		return err
	}
	have := map[string]string{}
	for _, p := range parts {
		if p.kind == "view" {
			have[p.name] = p.sql
		}
	}
	for _, name := range Resources() {
		want := allViews().byName[name].plainSQL(resources[name])
		if have[name] == want {
			continue
		}
		if _, err := db.ExecContext(ctx, "DROP VIEW IF EXISTS "+quote(name)); err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, want); err != nil {
			return fmt.Errorf("view %s: %w", name, err)
		}
	}
	return nil
}
