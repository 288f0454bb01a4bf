package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
	"plumbline/app/report"
)

// reporting are the flags of report, before they are understood.
type reporting struct {
	q                     app.ReportQuery
	to                    report.Saving
	people, brand         string
	noDecisions, noUnseen bool
}

func reportCommand(s *session) *cobra.Command {
	var r reporting
	c := &cobra.Command{
		Use:   "report FILE [SNAPSHOT] -o OUT",
		Short: "Write a report to hand over: " + strings.Join(report.FormatNames(), ", "),
		Long: `Judges a snapshot, compares it with an earlier one of its site where there is one, and
writes what it comes to into OUT, in the format that the name ends with:

` + formatList() + `
Whatever the format, it says whether the snapshot is sealed and whole, what could not
be looked at and which acceptances have run out; and no list in it is ever cut.

` + aboutSnapshot + ` The one before is the
pinned one, else the preceding one; --before names another, --alone leaves it out.

What was written is noted in this machine's own log of what was handed over, never in
the evidence file.`,
		Example: `  plumbline report harbourline.plumb.db -o review.html
  plumbline report harbourline.plumb.db -o review.pdf --people initials --brand northgate.json --severity critical,high,medium
  plumbline report harbourline.plumb.db "Q3 audit" -o q3.xlsx --alone
  plumbline report harbourline.plumb.db --format sarif --no-record > findings.sarif`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				r.q.Snapshot = args[1]
			}
			return s.report(c, args[0], &r)
		},
	}
	f := c.Flags()
	f.StringVar(&r.to.Format, "format", "", "the `FORMAT`, whatever the name ends with: "+strings.Join(report.FormatNames(), ", "))
	f.StringVar(&r.q.Before, "before", "", "compare with `SNAPSHOT`")
	f.StringVar(&r.q.From, "from", "", "the snapshot before is in `FILE2`, its latest one if --before names none")
	f.BoolVar(&r.q.Alone, "alone", false, "compare with nothing")
	f.StringVar(&r.people, "people", string(app.PeopleFull), "name people in `WAY`: "+strings.Join(app.PeopleWords(), ", "))
	f.StringVar(&r.brand, "brand", "", "whose report it is: names, colour, logo and texts from the JSON file `FILE`")
	f.BoolVar(&r.noDecisions, "no-decisions", false, "count accepted risks, but do not list them")
	f.BoolVar(&r.noUnseen, "no-coverage", false, "say what was not seen whole, but do not list it with its parts")
	f.BoolVar(&r.q.SQL, "sql", false, "add the SELECT of every rule")
	f.BoolVar(&r.q.History, "history", false, "judge every earlier snapshot too, to say since when each finding is there")
	f.StringArrayVar(&r.to.Recipients, "for", nil, "whom it is for, in the log of what was handed over: `NAME` (repeatable)")
	f.BoolVar(&r.to.Unrecorded, "no-record", false, "leave it out of that log")
	siteFlag(c, &r.q.Site)
	filterFlags(c, &r.q.Filter, &r.q.Since, &r.q.Alarm)
	judgingFlags(c, &r.q.Judging)
	return c
}

func formatList() string {
	var b strings.Builder
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "  .%-10s %s\n", f.Name, f.About)
	}
	return b.String()
}

func (s *session) report(c *cobra.Command, path string, r *reporting) error {
	r.to.Path = s.output
	if s.output == "" && r.to.Format == "" {
		if s.dash && !s.json {
			return app.Usage("-o - does not say in which format", "--format html, md, json ...")
		}
		if !s.json {
			return app.Usage("it is not said where the report is to go", "-o report.html, or --format and a pipe")
		}
		r.to.Format = "json"
	}
	format, err := report.FormatOf(r.to.Format, s.output)
	if err != nil {
		return err
	}
	if s.output == "" && s.outTerminal && format.Binary {
		return app.Usage("a terminal cannot show "+format.Name, "-o report."+format.Name)
	}
	if err := checkAlarm(r.q.Alarm); err != nil {
		return err
	}
	r.q.People, r.q.Decisions, r.q.NotLookedAt, r.q.Now = app.People(r.people), !r.noDecisions, !r.noUnseen, now()
	if r.brand != "" {
		if r.q.Brand, err = app.ReadBrand(r.brand); err != nil {
			return err
		}
	}
	f, err := app.Open(c.Context(), path)
	if err != nil {
		return err
	}
	defer f.Close()
	if s.output == "" {
		made, err := f.Report(c.Context(), format.Ask(r.q))
		if err != nil {
			return err
		}
		s.end(made.Exit)
		return s.write(func(w io.Writer) error { return format.Write(c.Context(), w, made) })
	}
	saved, err := report.Save(c.Context(), f, r.q, r.to)
	if err != nil {
		return err
	}
	s.end(saved.Exit)
	if s.json {
		return writeJSON(s.out, saved, s.outTerminal)
	}
	s.say("Wrote %s: %s, %s, sha256 %s", saved.Path, some(saved.Findings, "finding"), size(saved.Bytes), saved.SHA256)
	for _, n := range saved.Notices {
		if n.Grave {
			s.say("! %s", n.Words)
		}
	}
	return nil
}
