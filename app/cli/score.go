package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func scoreCommand(s *session) *cobra.Command {
	var q app.ScoreQuery
	var explain bool
	c := &cobra.Command{
		Use:   "score FILE [SNAPSHOT]",
		Short: "How straight the site stands, from 0 to 100, and how that comes about",
		Long: `Scores a snapshot from 0 to 100: a range, whose low end counts what could not be
looked at as failed and whose high end as passed, with the share that was looked at.
The weakest category gives it, and an open critical or high finding bounds it.
Where too little was looked at there is no score.

With --explain it is derived from the start: what every rule weighs and brings, what
is unknown and why, which category and which bound decide. docs/score.md tells how to
read it. The weights, bounds and limits are parameters: --param score_bound_high=80.

` + aboutSnapshot,
		Example: `  plumbline score harbourline.plumb.db
  plumbline score harbourline.plumb.db --explain
  plumbline score harbourline.plumb.db previous --json`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if len(args) > 1 {
				q.Snapshot = args[1]
			}
			sheet, err := f.Score(c.Context(), q)
			if err != nil {
				return err
			}
			s.end(sheet.Exit)
			if err := s.show(sheet, func(p *page) { scorePage(p, sheet, explain) }); err != nil {
				return err
			}
			next := []string{"Findings", command("findings", args[0]), "Gaps", command("coverage", args[0])}
			if !explain {
				next = append([]string{"Why", command(append(append([]string{"score"}, args...), "--explain")...)}, next...)
			}
			s.next(next...)
			return nil
		},
	}
	siteFlag(c, &q.Site)
	judgingFlags(c, &q.Judging)
	c.Flags().BoolVar(&explain, "explain", false, "derive it: each rule, category and bound")
	return c
}

// ends writes a range: 26-49, or none.
func ends(low, high *int) string {
	if low == nil || high == nil {
		return "none"
	}
	return fmt.Sprintf("%d-%d", *low, *high)
}

// percent writes a share rounded down: no more is claimed than was looked at.
func percent(share float64) string { return fmt.Sprintf("%d %%", int(share*100+1e-9)) }

// scoreText is a score in one phrase: 26-49 (coverage 81 %, bounded by CONF-ACCESS-001).
func scoreText(x app.Score) string {
	words := "coverage " + percent(x.Coverage)
	switch {
	case x.Low == nil:
		words += fmt.Sprintf(", %g %% needed", 100*x.Least)
	case x.BoundedBy != "":
		words += ", bounded by " + x.BoundedBy
	}
	return ends(x.Low, x.High) + " (" + words + ")"
}

// scoreLines print the score and, beneath it, its lesser figures; margin is as wide as the names beside.
func scoreLines(p *page, x app.Score, margin int) {
	p.line(span{fmt.Sprintf("%-*s", margin, "Score"), bold}, span{text: scoreText(x)})
	if x.Low == nil {
		return
	}
	words := "mean of all rules " + ends(x.Mean.Low, x.Mean.High)
	if x.Accepted > 0 {
		words += "; " + acceptedText(x)
	}
	p.line(span{strings.Repeat(" ", margin) + words, dim})
}

func acceptedText(x app.Score) string {
	return fmt.Sprintf("after accepted risks %s (%s, next review %s)", ends(x.AfterAccepted.Low, x.AfterAccepted.High), some(x.Accepted, "finding"), day(x.Review))
}

// changeLine prints both sides of a comparison, and what is left out of the difference.
func changeLine(p *page, c *app.ScoreChange, brief bool) {
	line := []span{{"Score      ", bold}, {ends(c.Before.Low, c.Before.High) + " -> " + ends(c.After.Low, c.After.High) + "   on what was evaluated in both", plain}}
	if c.Before.Low == nil || c.After.Low == nil {
		line = append(line, span{fmt.Sprintf(" (coverage %s, %g %% needed)", percent(c.Before.Coverage), 100*c.Before.Least), dim})
	} else if n := len(c.Rest); n > 0 && brief {
		line = append(line, span{" (" + some(n, "rule") + " left out)", dim})
	}
	p.line(line...)
	if brief {
		return
	}
	t := &table{indent: 11, fixed: map[int]bool{0: true}}
	for _, r := range c.Rest {
		t.add(span{r.Rule, warn}, span{r.Reason, dim})
	}
	p.table(t)
}

func scorePage(p *page, x *app.ScoreSheet, explain bool) {
	snapshotLine(p, "Snapshot", x.Snapshot)
	rulesLine(p, x.Rules, x.Verdicts)
	p.gap()
	if x.Score.Low == nil || explain {
		gapLines(p, x.Gaps, x.Unread)
	}
	var counts []string
	for _, severity := range app.SeverityNames() {
		if n := x.Counts.Of(app.Severity(severity)); n > 0 {
			counts = append(counts, count(n)+" "+severity)
		}
	}
	if n := x.Counts.NotEvaluated; n > 0 {
		counts = append(counts, count(n)+" not evaluated")
	}
	line := []span{{"Score ", bold}, {scoreText(x.Score), bold}}
	if len(counts) > 0 {
		line = append(line, span{text: " - " + strings.Join(counts, ", ")})
	}
	p.line(line...)
	if x.Score.Low != nil {
		if x.Score.Accepted > 0 {
			p.say("A" + acceptedText(x.Score)[1:])
		}
		p.line(span{"Mean of all rules " + ends(x.Score.Mean.Low, x.Score.Mean.High), dim})
	}
	if !explain {
		if x.Score.Low != nil {
			categoryTable(p, x.Raw)
		}
		return
	}
	explainParameters(p, x.Parameters)
	for _, c := range x.Raw.Categories {
		explainCategory(p, c)
	}
	explainOut(p, x.Raw.Out)
	explainCoverage(p, x)
	p.gap()
	p.head("THE SCORE")
	explainFigure(p, x.Raw, x.Score.Low != nil)
	if x.Accepted.Findings > 0 {
		p.gap()
		p.head("AFTER ACCEPTED RISKS: the same without " + some(x.Accepted.Findings, "finding"))
		explainAccepted(p, x)
		explainFigure(p, x.AfterAccepted, x.Score.Low != nil)
	}
}

// categoryTable shows the ends of each category; those that decide are marked.
func categoryTable(p *page, f app.ScoreFigure) {
	t := &table{indent: 2, names: []string{"category", "low", "high", "passed", "failed", "unknown", ""}, right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true}}
	for _, c := range f.Categories {
		if c.Weight.Pass+c.Weight.Fail+c.Weight.Unknown == 0 {
			continue
		}
		var weakest []string
		if f.Weakest.Low == c.Category {
			weakest = append(weakest, "low")
		}
		if f.Weakest.High == c.Category {
			weakest = append(weakest, "high")
		}
		mark := ""
		if len(weakest) > 0 {
			mark = "weakest: gives the " + strings.Join(weakest, " and the ") + " end"
		}
		t.add(span{text: categoryName(c)}, span{text: points(c.Low)}, span{text: points(c.High)},
			span{text: points(c.Weight.Pass)}, span{text: points(c.Weight.Fail)}, span{text: points(c.Weight.Unknown)}, span{mark, dim})
	}
	if len(t.rows) > 0 {
		p.gap()
		p.table(t)
	}
}

func categoryName(c app.ScoreCategory) string {
	holds := slices.DeleteFunc(slices.Clone(c.Holds), func(name string) bool { return name == "" || name == c.Category })
	if len(holds) == 0 {
		return c.Category
	}
	return c.Category + " (" + strings.Join(holds, ", ") + ")"
}

// points writes a number with at most two decimals: 7.5, 14.29.
func points(x float64) string {
	text := fmt.Sprintf("%.2f", x)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
