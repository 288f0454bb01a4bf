package store

import (
	"context"
	"database/sql"
	"fmt"
)

// QuickCheck has SQLite look at every page of the file: ErrDamaged with SQLite's words for the
// first thing that is wrong. It reads the whole file.
func (f *File) QuickCheck(ctx context.Context) error {
	pool, err := sql.Open(driverName, uri(f.path, reading...)) // the guard of readers allows no pragma
	if err != nil {
		return fmt.Errorf("checking %s: %w", f.path, err)
	}
	defer pool.Close()
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("checking %s: %w", f.path, explain(err))
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, verdict)
	}
	return nil
}
