package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// serializer is the driver's connection: a database as bytes.
type serializer interface {
	Serialize() ([]byte, error)
	Deserialize([]byte) error
}

// empty is a database of all relations without a row, made once: rule cases start from it.
var empty = sync.OnceValues(func() (image []byte, err error) {
	ctx := context.Background()
	pool, conn, err := openMemory(ctx)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	defer conn.Close()
	if err := makeEmpty(ctx, conn); err != nil {
		return nil, err
	}
	err = conn.Raw(func(c any) error {
		s, ok := c.(serializer)
		if !ok {
			return errors.New("the SQLite driver cannot serialize")
		}
		image, err = s.Serialize()
		return err
	})
	return image, err
})

func makeEmpty(ctx context.Context, db execer) error {
	none := func(name string) (string, []any) { return givenRows(nil, name) }
	if err := makeRest(ctx, db, nil, nil, none); err != nil {
		return err
	}
	for _, v := range Views() {
		if v.Live {
			if err := v.create(ctx, db); err != nil {
				return fmt.Errorf("relation %s: %w", v.Name, err)
			}
		}
	}
	return analyze(ctx, db)
}

func openMemory(ctx context.Context) (*sql.DB, *sql.Conn, error) {
	pool, err := sql.Open(driverName, "file::memory:?_dqs=0&_defensive=1&_pragma=trusted_schema(0)&_pragma=page_size(1024)")
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		pool.Close()
	}
	return pool, conn, err
}

// MemoryRelations builds relations in memory from the objects and coverage given (rule cases); reference data are
// among the objects.
// Resources that coverage does not name are complete and list all.
func MemoryRelations(ctx context.Context, objects []Object, coverage []Coverage) (*Relations, error) {
	image, err := empty()
	if err != nil {
		return nil, fmt.Errorf("building relations: %w", explain(err))
	}
	pool, conn, err := openMemory(ctx)
	if err != nil {
		return nil, fmt.Errorf("building relations: %w", explain(err))
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error { return c.(serializer).Deserialize(image) })
	if err == nil {
		err = fillMemory(ctx, conn, objects, coverage)
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("building relations: %w", explain(err))
	}
	return &Relations{pool: pool}, nil
}

func fillMemory(ctx context.Context, conn *sql.Conn, objects []Object, coverage []Coverage) error {
	if _, err := conn.ExecContext(ctx, "CREATE TEMP TABLE given (resource TEXT, key TEXT, body TEXT)"); err != nil {
		return err
	}
	count := map[string]int64{}
	for _, o := range objects {
		count[o.Resource]++
		if _, err := conn.ExecContext(ctx, "INSERT INTO temp.given VALUES (?, ?, ?)", o.Resource, o.Key, string(o.Body)); err != nil {
			return err
		}
	}
	for _, name := range Resources() {
		if !slices.ContainsFunc(coverage, func(c Coverage) bool { return c.Resource == name }) {
			coverage = append(coverage, Coverage{Resource: name, Outcome: Complete, Lists: "all", Objects: count[name]})
		}
	}
	if err := fillCoverage(ctx, conn, coverage); err != nil {
		return err
	}
	given := func(resource string) (string, []any) {
		return "SELECT key, body FROM temp.given WHERE resource = ?1 ORDER BY key", []any{resource}
	}
	for _, v := range Views() {
		if v.Shared || count[v.Name] > 0 {
			if err := v.fill(ctx, conn, given); err != nil {
				return fmt.Errorf("relation %s: %w", v.Name, err)
			}
		}
	}
	if _, err := conn.ExecContext(ctx, "DROP TABLE temp.given; PRAGMA query_only = 1"); err != nil {
		return err
	}
	return conn.Raw(guard)
}
