package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"modernc.org/sqlite"
)

// Relations are the typed relations of one snapshot: what rules read. One table per resource and
// per shared relation, without a snapshot column; coverage(resource, outcome, lists, http_status,
// reason, missing, objects, jira_outcome, confluence_outcome) and coverage_part(resource, parent, outcome, reason). They are derived: made in
// the cache directory, never in the evidence file, and made again from nothing they are the same.
type Relations struct {
	pool  *sql.DB
	parts []string       // the databases that hold them; none if in memory
	in    map[string]int // which of the parts holds a relation; a live one is in none
	temp  []string       // what is removed on Close
}

// Meanwhile gives what can be done with the relations of the resources, reference data and the coverage while the shared
// relations are still being made of them.
type Meanwhile func(*Relations) []func(context.Context) error

// Relations opens them, building what is not in the cache directory. names are the relations that
// will be read (the others stay empty); nil means all. reference are the rows of reference data, as
// objects of those relations; without them these stay empty.
func (f *File) Relations(ctx context.Context, snapshot int64, names []string, reference ...Object) (*Relations, error) {
	return f.RelationsBeside(ctx, nil, snapshot, names, reference...)
}

// RelationsBeside is Relations with something else to do beside building. Where nothing is built it is not done, and
// where it fails Relations fail.
func (f *File) RelationsBeside(ctx context.Context, beside Meanwhile, snapshot int64, names []string, reference ...Object) (*Relations, error) {
	if f.writable {
		return nil, fmt.Errorf("reading relations: %w", ErrLocked)
	}
	s, needed, path, err := f.relations(ctx, snapshot, names, reference)
	if err != nil {
		return nil, err
	}
	dir, keep := filepath.Dir(path), f.CacheDir() != ""
	if keep && there(path) {
		r, err := openRelations(ctx, path)
		if err == nil || ctx.Err() != nil { // who is stopped learns nothing of the cache, which others may be reading
			return r, err
		}
		os.RemoveAll(path) // an unreadable cache is as good as none
	}
	building, err := os.MkdirTemp(dir, ".relations-*")
	if err != nil {
		return nil, fmt.Errorf("building relations: %w", err)
	}
	defer os.RemoveAll(building)
	if err := f.build(ctx, building, s, needed, reference, beside); err != nil {
		return nil, fmt.Errorf("building the relations of snapshot %d: %w", snapshot, explain(err))
	}
	if !keep {
		path = building + ".done"
	}
	renamed := os.Rename(building, path)
	r, err := openRelations(ctx, path) // those of another process, where that was first
	if renamed != nil && err != nil {
		return nil, fmt.Errorf("building relations: %w", renamed)
	}
	if err != nil {
		return nil, err
	}
	if keep {
		tidyCache(dir, path)
	} else {
		r.temp = []string{path}
	}
	return r, nil
}

// HasRelations reports whether Relations would find them in the cache directory.
func (f *File) HasRelations(ctx context.Context, snapshot int64, names []string, reference ...Object) bool {
	_, _, path, err := f.relations(ctx, snapshot, names, reference)
	return err == nil && f.CacheDir() != "" && there(path)
}

func there(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}

// relations is what Relations opens: of which snapshot, which, and where they are kept, in a directory for what goes
// again where there is no cache directory.
func (f *File) relations(ctx context.Context, snapshot int64, names []string, reference []Object) (s Snapshot, needed map[string]bool, path string, err error) {
	if s, err = f.Snapshot(ctx, snapshot); err != nil {
		return s, nil, "", err
	}
	if needed, err = closure(names); err != nil {
		return s, nil, "", err
	}
	return s, needed, filepath.Join(cmp.Or(f.CacheDir(), os.TempDir()), "relations-"+f.relationsKey(s, needed, reference)), nil
}

// closure is names with all that the shared ones among them read.
func closure(names []string) (map[string]bool, error) {
	needed := map[string]bool{}
	if names == nil {
		for _, v := range Views() {
			needed[v.Name] = true
		}
		return needed, nil
	}
	var add func(name string) error
	add = func(name string) error {
		v, ok := allViews().byName[name]
		if !ok && name != "coverage" && name != "coverage_part" {
			return fmt.Errorf("relation %q: %w", name, ErrNotFound)
		}
		if needed[name] || !ok {
			return nil
		}
		needed[name] = true
		for _, r := range v.Reads {
			if err := add(r); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range names {
		if err := add(name); err != nil {
			return nil, err
		}
	}
	return needed, nil
}

// ViewsDigest changes with any view, shared relation or their columns: for cache keys.
var ViewsDigest = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, v := range Views() {
		fmt.Fprintf(sum, "%s\x00%s\x00%v\x00", v.Name, v.SQL, v.Indexes)
	}
	return hex.EncodeToString(sum.Sum(nil))
})

func (f *File) relationsKey(s Snapshot, needed map[string]bool, reference []Object) string {
	names := make([]string, 0, len(needed))
	for n := range needed {
		names = append(names, n)
	}
	slices.Sort(names)
	sum := sha256.New()
	fmt.Fprintf(sum, "5\x00%s\x00%d\x00%s\x00%s\x00%s\x00%v", f.stamp, s.ID, s.State, s.Digest, ViewsDigest(), names)
	for _, o := range reference {
		if needed[o.Resource] {
			fmt.Fprintf(sum, "\x00%s\x00%s\x00%s", o.Resource, o.Key, o.Body)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// openRelations opens those that are kept in a directory.
func openRelations(ctx context.Context, dir string) (*Relations, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("opening relations: %w", err)
	}
	var parts []string
	for _, e := range entries {
		parts = append(parts, filepath.Join(dir, e.Name()))
	}
	r, err := openParts(ctx, parts)
	if err != nil {
		return nil, err
	}
	for _, v := range Views() {
		if _, found := r.in[v.Name]; !found && !v.Live {
			r.Close()
			return nil, fmt.Errorf("opening relations: there is no %s: %w", v.Name, ErrDamaged)
		}
	}
	return r, nil
}

// openParts opens relations that lie in several databases. A view in a database reads that database alone (sqlite.org/lang_createview.html);
// temporary ones read all, so that is what the live relations are.
func openParts(ctx context.Context, parts []string) (*Relations, error) {
	b := &beside{}
	for i, path := range parts {
		b.attach(path, partName(i))
		b.add(fmt.Sprintf("PRAGMA %s.cache_size = -%d", partName(i), relationsCache/len(parts)))
	}
	for _, view := range liveViews() {
		b.add(view)
	}
	b.add("PRAGMA query_only = 1")
	r := &Relations{pool: b.open(), parts: parts, in: map[string]int{}}
	for i := range parts {
		if err := r.find(ctx, i); err != nil {
			r.Close()
			return nil, fmt.Errorf("opening relations: %w", explain(err))
		}
	}
	return r, nil
}

// relationsCache is how many KiB of the parts together a connection keeps in memory.
const relationsCache = 24576

func partName(i int) string { return fmt.Sprint("part", i) }

// find notes which tables a part holds.
func (r *Relations) find(ctx context.Context, part int) error {
	rows, err := r.pool.QueryContext(ctx, "SELECT name FROM "+partName(part)+".sqlite_schema WHERE type = 'table'")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		r.in[name] = part
	}
	return rows.Err()
}

// liveViews are the statements that make the live relations views of one connection.
func liveViews() (statements []string) {
	for _, v := range Views() {
		if v.Live {
			statements = append(statements, "CREATE TEMP VIEW "+quote(v.Name)+" AS "+v.body())
		}
	}
	return statements
}

// Close gives the relations back.
func (r *Relations) Close() error {
	var err error
	if r.pool != nil {
		err = r.pool.Close()
	}
	for _, path := range r.temp {
		os.RemoveAll(path)
	}
	return err
}

// Select runs one read-only SELECT; args bind named parameters such as :now. Safe for concurrent
// use. Errors: ErrNotAllowed, ErrTooManyRows, ErrDeadline, else SQLite's words.
func (r *Relations) Select(ctx context.Context, query string, args map[string]any, lim Limits) (*Rows, error) {
	return selectRows(ctx, r.pool, query, args, lim)
}

// Reads names the relations that the compiled statement reads, sorted: resources, shared
// relations (and what a live one is made of), coverage, coverage_part.
func (r *Relations) Reads(ctx context.Context, query string) ([]string, error) {
	if err := oneSelect(query); err != nil {
		return nil, err
	}
	conn, err := r.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	read := map[string]bool{}
	watch := func(action sqlite.AuthorizerActionCode, arg1, arg2, schema, view string) sqlite.AuthorizerReturnCode {
		if action == sqlite.AuthRead && (allViews().byName[arg1].Name != "" || arg1 == "coverage" || arg1 == "coverage_part") {
			read[arg1] = true
		}
		if action == sqlite.AuthRead && IsAlone(arg1) {
			read[Bare(arg1)] = true
		}
		return allowReading(action, arg1, arg2, schema, view)
	}
	if err := conn.Raw(func(c any) error { return c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(watch) }); err != nil {
		return nil, err
	}
	stmt, err := conn.PrepareContext(ctx, query)
	if err == nil {
		stmt.Close()
	}
	if guarded := conn.Raw(guard); guarded != nil {
		return nil, guarded
	}
	if err != nil {
		return nil, explain(err)
	}
	names := make([]string, 0, len(read))
	for n := range read {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, nil
}
