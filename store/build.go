package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// SQLite attaches ten databases at most (sqlite.org/limits.html), and a comparison has two sides: of the five of a side as
// many hold resources' relations, and as many shared ones.
const (
	resourceParts = 3
	sharedParts   = 2
)

// job is relations that are made together, by one hand in its own database.
type job struct {
	size int64 // how many objects are read for it
	fill func(ctx context.Context, db execer) error
}

// build makes the relations of a snapshot in a directory: those of the resources, then the shared ones out of them. Each
// step has as many hands as there are cores, each with a database of its own, which is never written again; what else
// there is to do is done beside the second.
func (f *File) build(ctx context.Context, dir string, s Snapshot, needed map[string]bool, reference []Object, beside Meanwhile) error {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return err
	}
	cover, err := f.coverage(ctx, s.ID)
	if err != nil {
		return err
	}
	size := map[string]int64{}
	for _, c := range cover {
		size[c.Resource] = c.Objects
	}
	object := func(resource string) (string, []any) {
		return `SELECT s.key, b.json FROM evidence.span AS s JOIN evidence.body AS b ON b.id = s.body
			WHERE s.site = ?1 AND s.resource = ?2 AND s.first <= ?3 AND s.last >= ?3`, []any{s.Site.ID, ids[resource], s.ID}
	}
	made := map[string]bool{} // by a job of its own
	var resources []job
	for _, name := range Resources() {
		if needed[name] { // whatever coverage says was counted: what was seen is read
			made[name] = true
			resources = append(resources, job{size[name], func(ctx context.Context, db execer) error {
				return makeRelations(ctx, db, []View{allViews().byName[name]}, object)
			}})
		}
	}
	var shared []job
	for _, group := range sharedGroups(needed) {
		var read int64
		for _, v := range group {
			made[v.Name] = true
			read += objectsBelow(v, size)
		}
		shared = append(shared, job{read, func(ctx context.Context, db execer) error {
			return makeRelations(ctx, db, group, nil)
		}})
	}
	resources = append(resources, job{math.MaxInt64, func(ctx context.Context, db execer) error { // first: it takes next to nothing
		return makeRest(ctx, db, made, cover, func(name string) (string, []any) {
			if !needed[name] {
				return givenRows(nil, name)
			}
			return givenRows(reference, name)
		})
	}})

	parts, err := makeParts(ctx, filepath.Join(dir, "resources"), resourceParts, resources, nil, func(ctx context.Context, path string) (*sql.DB, error) {
		return builder(ctx, path, map[string]string{"evidence": uri(f.path, f.attachMode()...)})
	})
	if err != nil {
		return err
	}
	var others []func(context.Context) error
	if beside != nil {
		r, err := openParts(ctx, parts)
		if err != nil {
			return err
		}
		defer r.Close()
		others = beside(r)
	}
	_, err = makeParts(ctx, filepath.Join(dir, "shared"), sharedParts, shared, others, func(ctx context.Context, path string) (*sql.DB, error) {
		attached := map[string]string{}
		for i, part := range parts {
			attached[partName(i)] = uri(part, "mode=ro", "immutable=1")
		}
		db, err := builder(ctx, path, attached)
		if err != nil {
			return nil, err
		}
		for _, view := range liveViews() {
			if _, err := db.ExecContext(ctx, view); err != nil {
				db.Close()
				return nil, err
			}
		}
		return db, nil
	})
	return err
}

// makeParts does all jobs, the longest first: each hand takes the next as soon as it is free, in a database that open
// opens. At most so many hands make relations; all that there are do the others, when no job is left for them. It gives
// the paths of the databases.
func makeParts(ctx context.Context, path string, most int, jobs []job, others []func(context.Context) error, open func(context.Context, string) (*sql.DB, error)) ([]string, error) {
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(b.size, a.size) })
	var taken, otherTaken atomic.Int64
	hands := runtime.GOMAXPROCS(0)
	paths := make([]string, min(hands, most, len(jobs)))
	for i := range paths {
		paths[i] = fmt.Sprintf("%s-%d.db", path, i)
	}
	group, ctx := errgroup.WithContext(ctx)
	for hand := range hands {
		group.Go(func() error {
			if hand < len(paths) {
				if err := makePart(ctx, paths[hand], jobs, &taken, open); err != nil {
					return err
				}
			}
			for i := otherTaken.Add(1); i <= int64(len(others)); i = otherTaken.Add(1) {
				if err := others[i-1](ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return paths, group.Wait()
}

// makePart does jobs until all are taken.
func makePart(ctx context.Context, path string, jobs []job, taken *atomic.Int64, open func(context.Context, string) (*sql.DB, error)) error {
	db, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer db.Close()
	err = inOneTransaction(ctx, db, func() error {
		for i := taken.Add(1); i <= int64(len(jobs)); i = taken.Add(1) {
			if err := jobs[i-1].fill(ctx, db); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return analyze(ctx, db)
}

// analyze tells SQLite's planner how the rows lie.
func analyze(ctx context.Context, db execer) error {
	_, err := db.ExecContext(ctx, "PRAGMA analysis_limit = 400; ANALYZE main")
	return err
}

// builder opens a database that is being built, with others attached. It is made again
// if anything goes wrong, so nothing of it need survive a crash. Its pages are of 16 KiB: with 4 KiB
// building and judging the ordinary site take an eighth more CPU, with 64 KiB no less.
func builder(ctx context.Context, path string, attached map[string]string) (*sql.DB, error) {
	// main. alone: evidence with a write-ahead log beside it, which a killed collection leaves, has other readers.
	db, err := sql.Open(driverName, uri(path, "_dqs=0", "_pragma=page_size(16384)", "_pragma=journal_mode(OFF)", "_pragma=synchronous(OFF)",
		"_pragma=main.locking_mode(EXCLUSIVE)", "_pragma=cache_size(-32768)", "_pragma=trusted_schema(0)", "_pragma=temp_store(2)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for name, other := range attached {
		if _, err := db.ExecContext(ctx, "ATTACH ? AS "+name, other); err != nil {
			db.Close()
			return nil, err
		}
	}
	return db, nil
}

// sharedGroups are the shared relations needed that are tables, in groups of which none reads a table of another, each
// table after those that it reads.
func sharedGroups(needed map[string]bool) [][]View {
	below := map[string][]string{} // the shared tables that reading a relation reads
	group := map[string]int{}      // by the name of each table
	var tables []View
	for _, v := range Views() {
		for _, r := range v.Reads {
			below[v.Name] = append(below[v.Name], below[r]...)
		}
		if !needed[v.Name] || !v.Shared || v.Reference || v.Live {
			continue
		}
		group[v.Name] = len(tables)
		for _, table := range below[v.Name] { // whose groups become one
			old := group[table]
			for name := range group {
				if group[name] == old {
					group[name] = len(tables)
				}
			}
		}
		below[v.Name] = []string{v.Name}
		tables = append(tables, v)
	}
	groups := make([][]View, len(tables))
	for _, v := range tables {
		groups[group[v.Name]] = append(groups[group[v.Name]], v)
	}
	return slices.DeleteFunc(groups, func(g []View) bool { return g == nil })
}

// objectsBelow is how many objects there are of all resources that a relation is made of.
func objectsBelow(v View, size map[string]int64) int64 {
	n := size[v.Name]
	for _, r := range v.Reads {
		n += objectsBelow(allViews().byName[r], size)
	}
	return n
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

// makeRelations makes typed tables; object gives the SELECT of a resource's
// (key, body) rows and its arguments. Indexes come last: that is the cheaper order.
func makeRelations(ctx context.Context, db execer, views []View, object func(string) (string, []any)) error {
	for _, v := range views {
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

// makeRest makes the tables of all relations that are not made elsewhere, reference data with its rows, which given
// gives, the others without; and what is known of the coverage.
func makeRest(ctx context.Context, db execer, elsewhere map[string]bool, cover []Coverage, given func(string) (string, []any)) error {
	for _, v := range Views() {
		if v.Live || elsewhere[v.Name] {
			continue
		}
		err := v.create(ctx, db)
		if err == nil && v.Reference {
			err = v.fill(ctx, db, given)
		}
		if err == nil {
			err = v.index(ctx, db)
		}
		if err != nil {
			return fmt.Errorf("relation %s: %w", v.Name, err)
		}
	}
	if _, err := db.ExecContext(ctx, coverageTables); err != nil {
		return err
	}
	return fillCoverage(ctx, db, cover)
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
