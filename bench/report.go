package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"plumbline/app"
	"plumbline/app/report"
)

// benchReport writes the reports of the ordinary site; judging it alone, with what is kept of that, is the floor.
func benchReport(ctx context.Context, dir string) error {
	c, err := ordinarySite(dir, 0)
	if err != nil {
		return err
	}
	f, err := app.Open(ctx, c.path)
	if err != nil {
		return err
	}
	defer f.Close()
	var floor time.Duration
	for range 2 { // the second time verdicts are kept
		if floor, err = timed(func() error { _, err := f.Findings(ctx, app.FindingsQuery{Undated: true}); return err }); err != nil {
			return err
		}
	}
	var r *app.Report
	gathered, err := timed(func() (err error) {
		r, err = f.Report(ctx, app.ReportQuery{Decisions: true, NotLookedAt: true})
		return err
	})
	if err != nil {
		return err
	}
	show("gathering a report", seconds(gathered), fmt.Sprintf("%d findings; judging alone %s", len(r.Findings), seconds(floor)), "")
	for _, name := range []string{"html", "xlsx", "csv", "sarif", "ocsf.json"} {
		format, err := report.FormatOf(name, "")
		if err != nil {
			return err
		}
		out := new(counted)
		took, err := timed(func() error { return format.Write(ctx, out, r) })
		if err != nil {
			return err
		}
		target := ""
		if name == "html" {
			target = "<= 5 s and 20 MB of 10,000 findings, gathering too"
		}
		show("  as "+name, seconds(took), megabytes(int64(*out)), target)
	}
	saved, err := timed(func() error {
		_, err := report.Save(ctx, f, app.ReportQuery{Decisions: true, NotLookedAt: true}, report.Saving{Path: filepath.Join(dir, "report.html"), Unrecorded: true})
		return err
	})
	show("report -o report.html, all of it", seconds(saved), "", "<= 5 s of 10,000 findings")
	return err
}

// counted counts what is written and keeps nothing.
type counted int64

func (c *counted) Write(b []byte) (int, error) { *c += counted(len(b)); return len(b), nil }
