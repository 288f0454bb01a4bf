package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"plumbline/app"
)

// benchRedact makes redacted copies of a file with two snapshots of the ordinary site, beside a plain copy by the C library.
func benchRedact(ctx context.Context, dir string) error {
	from, err := kept(ctx, "seal", site, 2)
	if err != nil {
		return err
	}
	floor, err := vacuumInto(from, filepath.Join(dir, "plain.db"))
	if err != nil {
		return err
	}
	for _, level := range app.Levels() {
		q := app.RedactQuery{File: from, Copy: filepath.Join(dir, level+".plumb.db"), KeyFile: filepath.Join(dir, "redaction.key"), Level: app.Level(level)}
		var done *app.Redacted
		before := processorTime()
		took, err := timed(func() error { done, err = app.Redact(ctx, q); return err })
		if err != nil {
			return err
		}
		show(fmt.Sprintf("redacting %d objects, level %s", done.Objects, level), fmt.Sprintf("%s = %.0f/s", seconds(took), float64(done.Objects)/took.Seconds()),
			"VACUUM INTO, sqlite3: "+seconds(floor), ">= 30,000/s")
		cpu := processorTime() - before
		show("  for each second of processor time", fmt.Sprintf("%.0f", float64(done.Objects)/cpu.Seconds()), seconds(cpu)+" on all cores", "")
	}
	return nil
}

// vacuumInto times a plain copy of a database by the system's sqlite3 shell.
func vacuumInto(from, to string) (time.Duration, error) {
	return timed(func() error {
		if out, err := exec.Command("sqlite3", "-readonly", from, "VACUUM INTO '"+to+"'").CombinedOutput(); err != nil {
			return fmt.Errorf("sqlite3 shell: %w", errors.Join(err, errors.New(string(out))))
		}
		return nil
	})
}
