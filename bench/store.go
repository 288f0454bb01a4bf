package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/store"
)

const snapshots = 20

// benchStore stores the ordinary site twenty times and compares, digests and reads it.
func benchStore(ctx context.Context, dir string) error {
	path := filepath.Join(dir, "ordinary.plumb.db")
	floor, err := shellInsert(dir)
	if err != nil {
		return err
	}
	first, later, cpu, size, err := storeAll(ctx, path)
	if err != nil {
		return err
	}
	n := float64(site.total())
	show("storing a first snapshot", fmt.Sprintf("%.0f objects/s", n/first.Seconds()), fmt.Sprintf("sqlite3 shell, same rows: %s", seconds(floor)), "150,000/s; <= 2 x the C library")
	show("  the same as time", fmt.Sprintf("%s = %.1f x", seconds(first), first.Seconds()/floor.Seconds()), "CPU "+seconds(cpu[0]), "")
	show("storing the 20th at 1 % change", fmt.Sprintf("%s = %.2f x", seconds(later), later.Seconds()/first.Seconds()), "CPU "+seconds(cpu[1])+"; the first: "+seconds(first), "<= 0.5 x the first")
	show("file after 20 snapshots", fmt.Sprintf("%s = %.2f x", megabytes(size[snapshots]), float64(size[snapshots])/float64(size[1])), "after one: "+megabytes(size[1]), "<= 1.8 x one")
	f, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	rival, err := sqldiffFloor(dir)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		before, after int64
		target        string
	}{{10, 11, "<= 100 ms"}, {1, 20, "<= 500 ms"}} {
		changes := 0
		took, err := timed(func() error {
			for _, err := range f.Changes(ctx, c.before, c.after) {
				if err != nil {
					return err
				}
				changes++
			}
			return nil
		})
		if err != nil {
			return err
		}
		show(fmt.Sprintf("comparing objects %d with %d, %d changes", c.before, c.after, changes), millis(took), "sqldiff, one table, 1 %: "+millis(rival), c.target)
	}
	took, err := timed(func() error { _, err := f.Digest(ctx, 11); return err })
	if err != nil {
		return err
	}
	show("digest of one snapshot", seconds(took), "", "<= 3 s")
	return benchRelations(ctx, f, 11)
}

// benchRelations sets views read through JSON against materialised typed relations.
func benchRelations(ctx context.Context, f *store.File, snapshot int64) error {
	var r *store.Relations
	names := []string{"jira_user", "directory_group", "directory_group_member", "jira_project", "confluence_space", "confluence_space_permission", "jira_attachment"}
	took, err := timed(func() (err error) { r, err = f.Relations(ctx, snapshot, names); return err })
	if err != nil {
		return err
	}
	defer r.Close()
	show("building the typed relations of a snapshot", seconds(took), "", "")
	for _, q := range []struct{ what, through, typed string }{
		{"inactive users",
			"SELECT count(*) FROM jira_user WHERE snapshot = 11 AND active = 0",
			"SELECT count(*) FROM jira_user WHERE active = 0"},
		{"attachments over 512 MiB",
			"SELECT count(*) FROM jira_attachment WHERE snapshot = 11 AND size > 536870912",
			"SELECT count(*) FROM jira_attachment WHERE size > 536870912"},
		{"grants x members x users",
			`SELECT count(DISTINCT u.key) FROM confluence_space_permission AS p JOIN directory_group_member AS m ON m.snapshot = 11 AND m.group_id = p.principal_id
			 JOIN jira_user AS u ON u.snapshot = 11 AND u.account_id = m.account_id WHERE p.snapshot = 11 AND p.operation = 'delete' AND u.active = 0`,
			`SELECT count(DISTINCT u.key) FROM confluence_space_permission AS p JOIN directory_group_member AS m ON m.group_id = p.principal_id
			 JOIN jira_user AS u ON u.account_id = m.account_id WHERE p.operation = 'delete' AND u.active = 0`},
	} {
		var rows [2]*store.Rows
		through, err := timed(func() (err error) {
			rows[0], err = f.Select(ctx, strings.ReplaceAll(q.through, "= 11", fmt.Sprint("= ", snapshot)), store.Limits{Deadline: time.Minute})
			return err
		})
		if err != nil && !errors.Is(err, store.ErrDeadline) {
			return err
		}
		typed, err := timed(func() (err error) {
			rows[1], err = r.Select(ctx, q.typed, nil, store.Limits{Deadline: 2 * time.Minute})
			return err
		})
		if err != nil {
			return err
		}
		if rows[0] == nil {
			show(q.what+": typed relations", millis(typed), "views through JSON: not within a minute", "")
			continue
		}
		if rows[0].Values[0][0] != rows[1].Values[0][0] {
			return fmt.Errorf("%s: %v through JSON, %v typed", q.what, rows[0].Values, rows[1].Values)
		}
		show(q.what+": typed relations", millis(typed), "views through JSON: "+millis(through), "")
	}
	return nil
}

func storeAll(ctx context.Context, path string) (first, later time.Duration, cpu [2]time.Duration, size map[int]int64, err error) {
	size = map[int]int64{}
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		return
	}
	defer f.Close()
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	for v := 1; v <= snapshots; v++ {
		if later, cpu[1], err = storeOne(ctx, f, site, v, start.AddDate(0, 3*v, 0)); err != nil {
			return
		}
		if v == 1 {
			first, cpu[0] = later, cpu[1]
		}
		if info, err := os.Stat(path); err == nil {
			size[v] = info.Size()
		}
	}
	return
}

// writers is how many requests collecting has in flight: so many hand over pages side by side.
const writers = 8

// storeOne times a snapshot from its first page to its end, by the clock and by the processor; the pages are made before.
func storeOne(ctx context.Context, f *store.File, site ordinary, v int, now time.Time) (took, cpu time.Duration, err error) {
	var pages []store.Page
	for page, err := range site.pages(v) {
		if err != nil {
			return 0, 0, err
		}
		pages = append(pages, page)
	}
	runtime.GC()
	before := processorTime()
	took, err = timed(func() error {
		c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{"ordinary"}, Kind: "cloud"}, Now: now, Program: "bench", PersonalData: "full"})
		if err != nil {
			return err
		}
		var next atomic.Int64
		var wait sync.WaitGroup
		errs := make([]error, writers)
		for w := range writers {
			wait.Go(func() {
				for n := next.Add(1) - 1; errs[w] == nil && n < int64(len(pages)); n = next.Add(1) - 1 {
					errs[w] = c.Write(ctx, pages[n])
				}
			})
		}
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
		for _, cov := range site.coverage() {
			if err := c.SetCoverage(ctx, cov); err != nil {
				return err
			}
		}
		_, err = c.Finish(ctx, now.Add(time.Hour))
		return err
	})
	return took, processorTime() - before, err
}

// shellInsert is the floor: the C library, through the system's sqlite3 shell, inserting the same
// rows into the same two tables in one transaction.
func shellInsert(dir string) (time.Duration, error) {
	csv, err := os.Create(filepath.Join(dir, "floor.csv"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(csv.Name())
	if err := writeCSV(csv); err != nil {
		return 0, err
	}
	return shellTime(dir, csv.Name())
}

func shellTime(dir, csv string) (time.Duration, error) {
	db := filepath.Join(dir, "floor.db")
	defer os.Remove(db)
	run := func(sql string) (time.Duration, error) {
		return timed(func() error {
			out, err := exec.Command("sqlite3", db, sql).CombinedOutput()
			if err != nil {
				return fmt.Errorf("sqlite3 shell: %w: %s", err, out)
			}
			return nil
		})
	}
	if _, err := run("CREATE TABLE given (resource INTEGER, key TEXT, digest TEXT, json TEXT)"); err != nil {
		return 0, err
	}
	out, err := exec.Command("sqlite3", db, ".mode tabs", ".import "+csv+" given").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("sqlite3 shell: %w: %s", err, out)
	}
	return run(`PRAGMA synchronous = OFF; BEGIN;
CREATE TABLE body (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;
CREATE TABLE span (site INTEGER, resource INTEGER, key TEXT, first INTEGER, last INTEGER, body INTEGER, PRIMARY KEY (site, resource, key, first)) STRICT, WITHOUT ROWID;
INSERT INTO body (id, digest, json) SELECT rowid, CAST(digest AS BLOB), json FROM given;
INSERT INTO span SELECT 1, resource, key, 1, 1, rowid FROM given;
COMMIT;`)
}

// writeCSV writes the first snapshot's rows, separated by tabs, which none of them holds.
func writeCSV(w *os.File) error {
	out := bufio.NewWriter(w)
	for page, err := range site.pages(1) {
		if err != nil {
			return err
		}
		for _, o := range page.Objects {
			sum := sha256.Sum256(o.Body)
			fmt.Fprintf(out, "%d\t%s\t%s\t%s\n", len(o.Resource), o.Key, base64.RawStdEncoding.EncodeToString(sum[:24]), o.Body)
		}
	}
	return out.Flush()
}
