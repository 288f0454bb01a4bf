package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func demoCommand(s *session) *cobra.Command {
	edition := app.CloudEdition
	c := &cobra.Command{
		Use:   "demo [FILE]",
		Short: "Collect a pretend company twice and show what is wrong and what changed",
		Long: `Starts a pretend Atlassian site of the company Harbourline on this machine, collects it
at two points in time over HTTP into FILE (demo.plumb.db if not given), and prints the
findings and the comparison. Nothing leaves this machine. Some of it the pretend site
refuses, and once it asks to wait, as real ones do.

The company has two editions: its site in the cloud, and the Data Center that it ran before,
one Jira and one Confluence (--edition dc).

A demo that is already at FILE is replaced; any other file is left alone.`,
		Args: between(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			path := "demo.plumb.db"
			if len(args) > 0 {
				path = args[0]
			}
			if s.output != "" || s.dash {
				return app.Usage("demo has no -o", "usage: "+c.UseLine())
			}
			started := time.Now()
			view := newProgress(s)
			view.listed = s.verbose
			var begin sync.Once
			first, second, err := app.DemoOf(c.Context(), edition, path, func(e app.Event) {
				begin.Do(func() {
					if !s.json {
						s.say("Collecting the pretend company Harbourline, on this machine, as of 17 Aug and 16 Nov 2026 ...")
					}
				})
				view.event(e)
			})
			view.clear()
			if err != nil {
				return err
			}
			if s.json {
				return writeJSON(s.out, result{
					Type: "result", Snapshot: &second.Snapshot.ID, Requests: first.Requests + second.Requests,
					Objects: second.Objects, Outcomes: second.Outcomes,
				}, false)
			}
			s.say("%s, %s in %s: two snapshots in one file, %s", some(first.Requests+second.Requests, "request"),
				some(second.Objects, "object"), time.Since(started).Round(100*time.Millisecond), path)
			return s.showDemo(c, path)
		},
	}
	c.Flags().StringVar(&edition, "edition", edition, "the `EDITION` of the pretend company: "+strings.Join(app.Editions(), " or "))
	return c
}

// showDemo prints what a person does with a file first: its findings, then what changed.
func (s *session) showDemo(c *cobra.Command, path string) error {
	f, err := app.Open(c.Context(), path)
	if err != nil {
		return err
	}
	defer f.Close()
	found, err := f.Findings(c.Context(), app.FindingsQuery{})
	if err != nil {
		return err
	}
	compared, err := f.Compare(c.Context(), app.ComparisonQuery{})
	if err != nil {
		return err
	}
	p := &page{}
	p.gap()
	p.line(span{"What stands crooked", bold}, span{"   $ " + command("findings", path), dim})
	p.gap()
	findingsPage(p, found, 3)
	p.gap()
	p.gap()
	p.line(span{"What has changed", bold}, span{"   $ " + command("compare", path), dim})
	p.gap()
	comparePage(p, compared, 4)
	if _, err := fmt.Fprint(s.out, p.render(s.columns(s.out), s.colour(s.outTerminal), false)); err != nil {
		return err
	}
	next := []string{"All", command("findings", path, "-v"), "Gaps", command("coverage", path)}
	if len(found.Findings) > 0 {
		one := short(ids(found.Findings))[found.Findings[0].ID]
		next = append([]string{"One", command("explain", path, one)}, next...)
	}
	s.next(append(next, "Yours", "plumbline connect add token --site URL, then plumbline collect FILE --site URL")...)
	return nil
}
