package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"modernc.org/sqlite"
)

// Sides are the prefixes under which Between gives the relations of each snapshot.
var Sides = [2]string{"before_", "after_"}

// Alone are the prefixes under which Between gives the rows of a resource whose objects one side alone saw, in the order of Sides.
var Alone = [2]string{"gone_", "came_"}

// Bare is the relation that a name means where it stands with the prefix of a side, or of what one side alone saw, else
// the name itself.
func Bare(name string) string {
	for _, prefix := range slices.Concat(Sides[:], Alone[:]) {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

// MostAlone is up to how many objects of a resource Between makes those rows of their bodies, 10 us each; more are cheaper
// looked for among all.
const MostAlone = 5000

// IsAlone reports whether a name is that of a resource with one of the prefixes Alone.
func IsAlone(name string) bool {
	v, known := allViews().byName[Bare(name)]
	return known && !v.Shared && (strings.HasPrefix(name, Alone[0]) || strings.HasPrefix(name, Alone[1]))
}

// OfNoSide reports whether a relation is the same whatever the snapshot: reference data, and what is made of nothing else.
func OfNoSide(name string) bool {
	v, known := allViews().byName[name]
	return known && (v.Reference || v.Shared && !slices.ContainsFunc(v.Reads, func(r string) bool { return !OfNoSide(r) }))
}

// Between gives the relations of two snapshots side by side, for rules about a change: each of those named as
// before_NAME and after_NAME, reference data under their own names. Both are read where they are and must stay open as
// long as what is returned. Alone are, of the resources that names has as gone_NAME and came_NAME, the objects that each
// side saw and the other did not; of more than MostAlone any that many.
func Between(ctx context.Context, before, after *Relations, names []string, alone [2]map[string][]Object) (*Relations, error) {
	b := &beside{}
	r := &Relations{}
	sides := [2]*Relations{before, after}
	for y, side := range sides {
		parts := side.parts
		if parts == nil {
			image, err := side.image(ctx)
			if err != nil {
				r.Close()
				return nil, fmt.Errorf("reading relations: %w", explain(err))
			}
			path, err := writeTemp(image)
			if err != nil {
				r.Close()
				return nil, fmt.Errorf("reading relations: %w", err)
			}
			parts, r.temp = []string{path}, append(r.temp, path)
		}
		for i, path := range parts {
			b.attach(path, sideName(y)+partName(i))
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(names), "coverage", "coverage_part")))) {
		if IsAlone(name) {
			y := slices.IndexFunc(Alone[:], func(prefix string) bool { return strings.HasPrefix(name, prefix) })
			here, there := sides[y].rows(Bare(name), sideName(y)), sides[1-y].rows(Bare(name), sideName(1-y))
			b.addAlone(name, alone[y][Bare(name)], here, there)
			continue
		}
		if OfNoSide(name) {
			b.add(fmt.Sprintf("CREATE TEMP VIEW %s AS %s", quote(name), after.rows(name, sideName(1))))
			continue
		}
		// Under its own name a relation would be that of the first side that SQLite finds: it is a mistake, and said to be one.
		b.add(fmt.Sprintf("CREATE TEMP VIEW %s AS SELECT * FROM one_snapshot.%s", quote(name), quote(name)))
		for y, prefix := range Sides {
			b.add(fmt.Sprintf("CREATE TEMP VIEW %s AS %s", quote(prefix+name), sides[y].rows(name, sideName(y))))
		}
	}
	b.add("PRAGMA query_only = 1")
	r.pool = b.open()
	if err := r.pool.PingContext(ctx); err != nil {
		r.Close()
		return nil, fmt.Errorf("reading relations: %w", explain(err))
	}
	return r, nil
}

func sideName(y int) string { return fmt.Sprint("side", y) }

// rows is a SELECT of all rows of a relation, whose parts are attached under names that begin with side. A live one is
// written out, over what it reads there.
func (r *Relations) rows(name, side string) string {
	v := allViews().byName[name]
	if !v.Live || r.parts == nil {
		return fmt.Sprintf("SELECT * FROM %s.%s", side+partName(r.in[name]), quote(name))
	}
	reads := make([]string, len(v.Reads))
	for i, read := range v.Reads {
		reads[i] = fmt.Sprintf("%s AS NOT MATERIALIZED (%s)", quote(read), r.rows(read, side))
	}
	return fmt.Sprintf("WITH %s SELECT * FROM (%s)", strings.Join(reads, ", "), v.body())
}

// beside opens connections to an empty database with others attached, that let nobody do more than read.
type beside struct{ script []statement }

// statement is one of a script, with what it binds by position.
type statement struct {
	sql  string
	args []driver.NamedValue
}

func (b *beside) add(sql string, args ...any) {
	s := statement{sql: sql}
	for i, arg := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	b.script = append(b.script, s)
}

// addAlone gives the rows of the objects of a resource that one side alone saw: a table of what the view of the resource makes
// of them, as the side's own, or of too many a view. here and there give the rows of that side and of the other.
func (b *beside) addAlone(name string, objects []Object, here, there string) {
	if len(objects) > MostAlone {
		b.add(fmt.Sprintf("CREATE TEMP VIEW %s AS %s WHERE key NOT IN (SELECT key FROM (%s))", quote(name), here, there))
		return
	}
	v := allViews().byName[Bare(name)]
	rows, args := givenRows(objects, v.Name)
	v.Name = name
	b.add(strings.Replace(v.tableSQL(), "CREATE ", "CREATE TEMP ", 1))
	b.add("INSERT INTO temp."+quote(name)+" WITH object (key, body) AS MATERIALIZED ("+rows+") "+v.body(), args...)
}

func (b *beside) attach(path, name string) {
	b.add(fmt.Sprintf("ATTACH '%s' AS %s", strings.ReplaceAll(uri(path, "mode=ro", "immutable=1"), "'", "''"), name))
}

func (b *beside) open() *sql.DB {
	pool := sql.OpenDB(b)
	pool.SetMaxOpenConns(max(2, runtime.GOMAXPROCS(0)))
	pool.SetMaxIdleConns(max(2, runtime.GOMAXPROCS(0))) // each has attached its parts
	return pool
}

func (b *beside) Driver() driver.Driver { return underlying.Driver() }

// underlying is there for its driver alone: no connection of it is ever opened.
var underlying, _ = sql.Open(driverName, ":memory:")

func (b *beside) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := b.Driver().Open("file::memory:?_dqs=0&_defensive=1&_pragma=trusted_schema(0)&_pragma=temp_store(2)&_pragma=cell_size_check(1)")
	if err != nil {
		return nil, err
	}
	if err := b.prepare(ctx, conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func (b *beside) prepare(ctx context.Context, conn driver.Conn) error {
	c, ok := conn.(driver.ExecerContext)
	if !ok {
		return errors.New("the SQLite driver runs no statement")
	}
	for _, statement := range b.script {
		if _, err := c.ExecContext(ctx, statement.sql, statement.args); err != nil {
			return err
		}
	}
	return guard(conn)
}

// image is a database in memory as bytes.
func (r *Relations) image(ctx context.Context) (image []byte, err error) {
	conn, err := r.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		// The authorizer stands in the way of no reading, but a copy begins with a statement of its own.
		if err := c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(nil); err != nil {
			return err
		}
		if image, err = c.(serializer).Serialize(); err != nil {
			return err
		}
		return guard(c)
	})
	return image, err
}

func writeTemp(image []byte) (path string, err error) {
	f, err := os.CreateTemp("", ".relations-*.db")
	if err != nil {
		return "", err
	}
	_, err = f.Write(image)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}
