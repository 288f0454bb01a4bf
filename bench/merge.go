package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"plumbline/app"
	"plumbline/store"
)

// benchMerge merges two files with one snapshot of the ordinary site each, a quarter of a year apart: the dearest there
// is for its objects, since every one of them is read, hashed and written.
func benchMerge(ctx context.Context, dir string) error {
	var files []string
	for v := 1; v <= 2; v++ {
		path := filepath.Join(dir, fmt.Sprintf("merge-%d.plumb.db", v))
		f, err := store.OpenWritable(ctx, path)
		if err != nil {
			return err
		}
		_, _, err = storeOne(ctx, f, site, v, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 3*v, 0))
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		files = append(files, path)
	}
	floor, err := shellInsert(dir)
	if err != nil {
		return err
	}
	var done *app.Merged
	took, err := timed(func() error {
		done, err = app.Merge(ctx, app.MergeQuery{Output: filepath.Join(dir, "merged.plumb.db"), Files: files})
		return err
	})
	if err != nil {
		return err
	}
	show(fmt.Sprintf("merging two files, %d objects", done.Objects), fmt.Sprintf("%.0f objects/s", float64(done.Objects)/took.Seconds()),
		"sqlite3 shell, one file's rows: "+seconds(floor), ">= 30,000 objects/s")
	if info, err := os.Stat(done.File.Path); err == nil {
		show("  the same as time", fmt.Sprintf("%s = %.1f x", seconds(took), took.Seconds()/floor.Seconds()), "", "file: "+megabytes(info.Size()))
	}
	for _, path := range append(files, done.File.Path) {
		os.Remove(path)
	}
	return nil
}
