package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	"modernc.org/sqlite"
)

// Relations are the typed relations of one snapshot: what rules read. One table per resource and
// per shared relation, without a snapshot column; coverage(resource, outcome, lists, http_status,
// reason, missing, objects, jira_outcome, confluence_outcome) and coverage_part(resource, parent, outcome, reason). They are derived: made in
// the cache directory, never in the evidence file, and made again from nothing they are the same.
type Relations struct {
	pool *sql.DB
	path string   // the file that holds them, "" if in memory
	temp []string // files to remove on Close
}

// Relations opens them, building what is not in the cache directory. names are the relations that
// will be read (the others stay empty); nil means all. reference are the rows of reference data, as
// objects of those relations; without them these stay empty.
func (f *File) Relations(ctx context.Context, snapshot int64, names []string, reference ...Object) (*Relations, error) {
	if f.writable {
		return nil, fmt.Errorf("reading relations: %w", ErrLocked)
	}
	s, needed, path, err := f.relations(ctx, snapshot, names, reference)
	if err != nil {
		return nil, err
	}
	dir, keep := filepath.Dir(path), f.CacheDir() != ""
	if keep && exists(path) {
		if r, err := openRelations(path); err == nil {
			return r, nil
		}
		os.Remove(path) // an unreadable cache is as good as none
	}
	building, err := os.CreateTemp(dir, ".relations-*")
	if err != nil {
		return nil, fmt.Errorf("building relations: %w", err)
	}
	building.Close()
	defer os.Remove(building.Name())
	if err := f.build(ctx, building.Name(), s, needed, reference); err != nil {
		return nil, fmt.Errorf("building the relations of snapshot %d: %w", snapshot, explain(err))
	}
	if !keep {
		path = building.Name() + ".db"
	}
	if err := os.Rename(building.Name(), path); err != nil {
		return nil, fmt.Errorf("building relations: %w", err)
	}
	r, err := openRelations(path)
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
	return err == nil && f.CacheDir() != "" && exists(path)
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
	return s, needed, filepath.Join(cmp.Or(f.CacheDir(), os.TempDir()), "relations-"+f.relationsKey(s, needed, reference)+".db"), nil
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
	fmt.Fprintf(sum, "4\x00%s\x00%d\x00%s\x00%s\x00%s\x00%v", f.stamp, s.ID, s.State, s.Digest, ViewsDigest(), names)
	for _, o := range reference {
		if needed[o.Resource] {
			fmt.Fprintf(sum, "\x00%s\x00%s\x00%s", o.Resource, o.Key, o.Body)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// build makes the relations of a snapshot in a fresh database at path.
func (f *File) build(ctx context.Context, path string, s Snapshot, needed map[string]bool, reference []Object) error {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return err
	}
	cover, err := f.coverage(ctx, s.ID)
	if err != nil {
		return err
	}
	object := func(resource string) (string, []any) {
		return `SELECT s.key, b.json FROM evidence.span AS s JOIN evidence.body AS b ON b.id = s.body
			WHERE s.site = ?1 AND s.resource = ?2 AND s.first <= ?3 AND s.last >= ?3`, []any{s.Site.ID, ids[resource], s.ID}
	}
	shares := share(needed, cover, min(4, runtime.GOMAXPROCS(0)))
	parts := make([]string, len(shares)) // the first is the whole to be
	group, inner := errgroup.WithContext(ctx)
	for i, names := range shares {
		if parts[i] = path; i > 0 {
			parts[i] = fmt.Sprintf("%s.%d", path, i)
			defer os.Remove(parts[i])
		}
		group.Go(func() error {
			db, err := f.builder(inner, parts[i])
			if err != nil {
				return err
			}
			defer db.Close()
			return inOneTransaction(inner, db, func() error { return fillRelations(inner, db, names, object) })
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	db, err := f.builder(ctx, path)
	if err != nil {
		return err
	}
	defer db.Close()
	from := map[string]string{}
	for i, names := range shares {
		for name := range names {
			if from[name] = "main"; i > 0 {
				from[name] = fmt.Sprint("part", i)
			}
		}
		if i > 0 {
			if _, err := db.ExecContext(ctx, "ATTACH ? AS part"+fmt.Sprint(i), uri(parts[i], "mode=ro")); err != nil {
				return err
			}
		}
	}
	return buildRelations(ctx, db, needed, cover, from, reference)
}

// builder opens a database that is being built, with the evidence file attached. It is made again
// if anything goes wrong, so nothing of it need survive a crash. Its pages are of 16 KiB: with 4 KiB
// building and judging the ordinary site take an eighth more CPU, with 64 KiB no less.
func (f *File) builder(ctx context.Context, path string) (*sql.DB, error) {
	// main. alone: evidence with a write-ahead log beside it, which a killed collection leaves, has other readers.
	db, err := sql.Open(driverName, uri(path, "_dqs=0", "_pragma=page_size(16384)", "_pragma=journal_mode(OFF)", "_pragma=synchronous(OFF)",
		"_pragma=main.locking_mode(EXCLUSIVE)", "_pragma=cache_size(-32768)", "_pragma=trusted_schema(0)", "_pragma=temp_store(2)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "ATTACH ? AS evidence", uri(f.path, f.attachMode()...)); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// share deals the resources needed out to n builders, the largest first, each to whom has least.
func share(needed map[string]bool, cover []Coverage, n int) []map[string]bool {
	size := map[string]int64{}
	for _, c := range cover {
		size[c.Resource] = c.Objects
	}
	names := slices.Clone(Resources())
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(size[b], size[a]) })
	shares, load := make([]map[string]bool, n), make([]int64, n)
	for _, name := range names {
		if !needed[name] || size[name] == 0 {
			continue
		}
		least := 0
		for i := range load {
			if load[i] < load[least] {
				least = i
			}
		}
		if shares[least] == nil {
			shares[least] = map[string]bool{}
		}
		shares[least][name] = true
		load[least] += size[name]
	}
	return slices.DeleteFunc(shares, func(s map[string]bool) bool { return s == nil })
}

func inOneTransaction(ctx context.Context, db execer, do func() error) error {
	if _, err := db.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "COMMIT")
	return err
}

// fillRelations makes the typed tables of resources; object gives the SELECT of a resource's
// (key, body) rows and its arguments. Indexes come last: that is the cheaper order.
func fillRelations(ctx context.Context, db execer, names map[string]bool, object func(string) (string, []any)) error {
	for _, v := range Views() {
		if !names[v.Name] {
			continue
		}
		err := v.create(ctx, db)
		if err == nil {
			err = v.fill(ctx, db, object)
		}
		if err == nil {
			err = v.index(ctx, db)
		}
		if err != nil {
			return fmt.Errorf("relation %s: %w", v.Name, err)
		}
	}
	return nil
}

// buildRelations makes all tables that are not in main yet, with the rows of the database that from
// names for a resource, then the shared relations out of them, and what is known of the coverage.
// SQLite copies a table into an empty one of the same form record by record, its indexes too,
// without looking into them (as in sqlite.org/lang_vacuum.html), so the indexes are made first.
func buildRelations(ctx context.Context, db execer, needed map[string]bool, cover []Coverage, from map[string]string, reference []Object) error {
	given := func(name string) (string, []any) { return givenRows(reference, name) }
	err := inOneTransaction(ctx, db, func() error {
		for _, v := range Views() {
			if from[v.Name] == "main" {
				continue
			}
			err := v.create(ctx, db)
			if err == nil && v.Shared && needed[v.Name] {
				err = v.fill(ctx, db, given)
			}
			if err == nil {
				err = v.index(ctx, db)
			}
			if part := from[v.Name]; err == nil && part != "" {
				_, err = db.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s SELECT * FROM %s.%s", quote(v.Name), part, quote(v.Name)))
			}
			if err != nil {
				return fmt.Errorf("relation %s: %w", v.Name, err)
			}
		}
		if _, err := db.ExecContext(ctx, coverageTables); err != nil {
			return err
		}
		return fillCoverage(ctx, db, cover)
	})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA analysis_limit = 400; ANALYZE main")
	return err
}

func (f *File) attachMode() []string {
	if h, err := readHeader(f.path); err == nil && h.wal && !exists(f.path+"-wal") && !canWriteBeside(f.path) {
		return []string{"mode=ro", "immutable=1"}
	}
	return []string{"mode=ro"}
}

const coverageTables = `
CREATE TABLE coverage (resource TEXT PRIMARY KEY, outcome TEXT, lists TEXT, http_status INTEGER, reason TEXT, missing TEXT, objects INTEGER, jira_outcome TEXT, confluence_outcome TEXT);
CREATE TABLE coverage_part (resource TEXT, parent TEXT, outcome TEXT, reason TEXT, PRIMARY KEY (resource, parent))`

func fillCoverage(ctx context.Context, db execer, cover []Coverage) error {
	for _, c := range cover {
		missing, err := json.Marshal(append([]string{}, c.Missing...))
		if err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", c.Resource, string(c.Outcome), c.Lists, c.HTTPStatus, c.Reason, string(missing), c.Objects, string(c.Of("jira").Outcome), string(c.Of("confluence").Outcome)); err != nil {
			return err
		}
		for _, p := range c.Parts {
			if _, err := db.ExecContext(ctx, "INSERT INTO coverage_part VALUES (?, ?, ?, ?)", c.Resource, p.Parent, string(p.Outcome), p.Reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// givenRows is a SELECT of the (key, body) rows of one relation among objects, and its argument.
func givenRows(objects []Object, name string) (string, []any) {
	rows := [][2]string{}
	for _, o := range objects {
		if o.Resource == name {
			rows = append(rows, [2]string{o.Key, string(o.Body)})
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		panic("store: " + err.Error()) // texts always have a JSON form
	}
	return "SELECT value ->> 0, value ->> 1 FROM json_each(?1)", []any{string(text)}
}

// create makes the typed table, or the view of a live shared relation.
func (v View) create(ctx context.Context, db execer) error {
	query := v.tableSQL()
	if v.Live {
		query = "CREATE VIEW " + quote(v.Name) + " AS " + v.body()
	}
	_, err := db.ExecContext(ctx, query)
	return err
}

func (v View) fill(ctx context.Context, db execer, object func(string) (string, []any)) error {
	if v.Live {
		return nil
	}
	query, args := v.body(), []any(nil)
	if !v.Shared || v.Reference {
		var rows string
		rows, args = object(v.Name)
		query = "WITH object (key, body) AS (" + rows + ") " + query
	}
	_, err := db.ExecContext(ctx, "INSERT INTO "+quote(v.Name)+" "+query, args...)
	if err != nil && !v.Shared && strings.Contains(err.Error(), "malformed JSON") { // SQLite has no code for it
		return fmt.Errorf("%w: a body of %s is no JSON: %w", ErrDamaged, v.Name, err)
	}
	return err
}

func (v View) index(ctx context.Context, db execer) error {
	if v.Live {
		return nil
	}
	for i, columns := range v.Indexes {
		quoted := make([]string, len(columns))
		for j, c := range columns {
			quoted[j] = quote(c)
		}
		query := fmt.Sprintf("CREATE INDEX %s ON %s (%s)", quote(fmt.Sprintf("%s_%d", v.Name, i)), quote(v.Name), strings.Join(quoted, ", "))
		if _, err := db.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

func openRelations(path string) (*Relations, error) {
	pool, err := sql.Open(guardedName, uri(path, append([]string{"immutable=1"}, reading...)...))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(max(2, runtime.GOMAXPROCS(0)))
	// The last thing that building makes is coverage_part: without it the file is not whole.
	var n int
	if err := pool.QueryRow("SELECT count(*) FROM coverage_part WHERE resource = ''").Scan(&n); err != nil {
		pool.Close()
		return nil, fmt.Errorf("opening relations: %w", explain(err))
	}
	return &Relations{pool: pool, path: path}, nil
}

// Close gives the relations back.
func (r *Relations) Close() error {
	var err error
	if r.pool != nil {
		err = r.pool.Close()
	}
	for _, path := range r.temp {
		os.Remove(path)
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
