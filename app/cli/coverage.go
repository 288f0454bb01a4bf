package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func coverageCommand(s *session) *cobra.Command {
	var site string
	var judging app.Judging
	c := &cobra.Command{
		Use:   "coverage FILE [SNAPSHOT]",
		Short: "What a snapshot saw, what it could not see, and what that costs",
		Long: `Says what came of every resource: complete, partial, denied, unavailable, failed or
skipped; which scope or permission would have opened it, and which rules could not
look for want of it.

` + aboutSnapshot,
		Example: `  plumbline coverage harbourline.plumb.db
  plumbline coverage harbourline.plumb.db previous --json`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			ref := ""
			if len(args) > 1 {
				ref = args[1]
			}
			covered, err := f.Coverage(c.Context(), ref, site, judging)
			if err != nil {
				return err
			}
			s.warnBroken(f, covered.Snapshot)
			if err := s.show(covered, func(p *page) { coveragePage(p, covered, s.brief()) }); err != nil {
				return err
			}
			s.next("Findings", command("findings", args[0]), "Scopes", command("connect", "scopes"))
			return nil
		},
	}
	siteFlag(c, &site)
	c.Flags().StringArrayVar(&judging.Rules, "rules", nil, "count the rules in folder `DIR` too (repeatable)")
	return c
}

// outcomeOrder puts what was not seen first.
var outcomeOrder = []struct {
	outcome string
	style   style
}{{"denied", bad}, {"failed", bad}, {"partial", warn}, {"skipped", warn}, {"complete", good}, {"unavailable", dim}}

func coveragePage(p *page, c *app.Coverage, brief bool) {
	snapshotLine(p, "Snapshot", c.Snapshot)
	tally := map[string]int{}
	for _, r := range c.Resources {
		tally[string(r.Outcome)]++
	}
	line := []span{{"Coverage ", dim}}
	for i, o := range outcomeOrder {
		if n := tally[o.outcome]; n > 0 {
			if i > 0 && len(line) > 1 {
				line = append(line, span{"   ", plain})
			}
			line = append(line, span{fmt.Sprintf("%d %s", n, o.outcome), o.style})
		}
	}
	p.line(line...)
	p.line(span{"Rules    ", dim}, span{text: fmt.Sprintf("%d of %d could look", c.Evaluated, c.Rules)})
	gaps := &table{indent: 2, fixed: map[int]bool{0: true, 1: true}}
	for _, o := range outcomeOrder {
		for _, r := range c.Resources {
			if string(r.Outcome) == o.outcome && r.Gap() {
				gaps.add(span{r.Resource, bold}, span{statusText(r), o.style}, span{text: gapText(r)})
				partRows(gaps, r, brief)
			}
		}
	}
	if len(gaps.rows) > 0 {
		p.gap()
		p.head("NOT SEEN WHOLE")
		p.table(gaps)
	}
	seen := &table{indent: 2, right: map[int]bool{1: true, 2: true}, names: []string{"resource", "objects", "requests"}}
	var absent []string
	for _, r := range c.Resources {
		switch {
		case r.Outcome == "complete":
			seen.add(span{text: r.Resource}, span{text: count(r.Objects)}, span{text: count(r.Requests)})
		case !r.Gap():
			absent = append(absent, r.Resource)
		}
	}
	if len(seen.rows) > 0 {
		p.gap()
		p.head("COMPLETE")
		p.table(seen)
	}
	if len(absent) > 0 {
		p.gap()
		p.head("UNAVAILABLE: the site's edition, version or product lacks it, or it is not collected yet")
		if brief {
			p.line(span{"  " + some(len(absent), "resource") + "; -v lists them", dim})
		} else {
			for _, r := range c.Resources {
				if r.Outcome == "unavailable" && !r.Gap() {
					p.line(span{"  " + r.Resource, plain}, span{"  " + r.Reason, dim})
				}
			}
		}
	}
}

func statusText(r app.CoverageRow) string {
	if r.HTTPStatus >= 400 {
		return fmt.Sprintf("%s (%d)", r.Outcome, r.HTTPStatus)
	}
	return string(r.Outcome)
}

// gapText is why, what would have opened it, and what it costs.
func gapText(r app.CoverageRow) string {
	var parts []string
	if r.Reason != "" {
		parts = append(parts, r.Reason)
	}
	if len(r.Missing) > 0 {
		parts = append(parts, "needs "+strings.Join(r.Missing, ", "))
	}
	if r.Objects > 0 {
		parts = append(parts, some(r.Objects, "object")+" seen")
	}
	if len(r.RulesLost) > 0 {
		parts = append(parts, "costs "+strings.Join(r.RulesLost, ", "))
	}
	return strings.Join(parts, "; ")
}

func partRows(t *table, r app.CoverageRow, brief bool) {
	for i, part := range r.Parts {
		if brief && i == 3 {
			t.add(span{fmt.Sprintf("  ... %s more parts", count(len(r.Parts)-i)), dim})
			return
		}
		status := string(part.Outcome)
		if part.HTTPStatus >= 400 {
			status = fmt.Sprintf("%s (%d)", part.Outcome, part.HTTPStatus)
		}
		t.add(span{"  of " + keyText(part.Parent), dim}, span{status, dim}, span{part.Reason, dim})
	}
}

// keyText shows a key for people: its parts, with a slash between.
func keyText(key string) string { return strings.Join(app.KeyParts(key), " / ") }
