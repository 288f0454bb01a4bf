package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func compareCommand(s *session) *cobra.Command {
	var q app.ComparisonQuery
	c := &cobra.Command{
		Use:   "compare FILE [BEFORE] [AFTER]",
		Short: "Compare two snapshots: what is new, resolved, still there",
		Long: `Judges two snapshots of a site by the same rules and says what changed: findings
that are new, resolved, persisting, and those that cannot be compared because one
side could not be looked at; and the objects behind them.

BEFORE is the pinned snapshot if not given, else the one that precedes AFTER;
AFTER is the latest. Both are named by a number, latest, previous, pinned, a label,
a date or the beginning of a digest.

With --with, BEFORE is of FILE and AFTER of FILE2; where neither is named, the
latest of both are taken and the earlier one comes before.`,
		Example: `  plumbline compare harbourline.plumb.db
  plumbline compare harbourline.plumb.db 7 9 --since new
  plumbline compare harbourline.plumb.db "Q3 audit" latest -o compare.md
  plumbline compare last-year.plumb.db --with harbourline.plumb.db`,
		Args: between(1, 3),
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkAlarm(q.Alarm); err != nil {
				return err
			}
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if len(args) > 1 {
				q.Before = args[1]
			}
			if len(args) > 2 {
				q.After = args[2]
			}
			q.Objects = !s.brief()
			compared, err := f.Compare(c.Context(), q)
			if err != nil {
				return err
			}
			s.end(compared.Exit)
			s.warnBroken(f, compared.Before, compared.After)
			if err := s.show(compared, func(p *page) { comparePage(p, compared, s.most(perChange)) }); err != nil {
				return err
			}
			var next []string
			if len(compared.Findings) > 0 {
				all := plainFindings(compared.Findings)
				next = append(next, "One", command("explain", args[0], short(ids(all))[all[0].ID]))
			}
			s.next(append(next, "All", command(append(append([]string{"compare"}, args...), "-o", "compare.md")...))...)
			return nil
		},
	}
	siteFlag(c, &q.Site)
	c.Flags().StringVar(&q.With, "with", "", "compare with a snapshot of `FILE2`")
	c.Flags().BoolVar(&q.AcrossSites, "across-sites", false, "compare snapshots of two different sites")
	filterFlags(c, &q.Filter, &q.Since, &q.Alarm)
	judgingFlags(c, &q.Judging)
	return c
}

func plainFindings(all []app.ChangedFinding) []app.Finding {
	out := make([]app.Finding, len(all))
	for i, x := range all {
		out[i] = x.Finding
	}
	return out
}

// changes are how each change is shown, in this order.
var changes = []struct {
	change, head, sign string
	style              style
}{
	{"new", "NEW", "+", bad},
	{"resolved", "RESOLVED", "-", good},
	{"not_comparable", "NOT COMPARABLE", "?", warn},
	{"persisting", "PERSISTING", "=", plain},
}

// perChange is how many findings of a change a terminal is shown at first.
const perChange = 8

// comparePage prints a comparison, of each change at most so many findings; 0 is all, and the
// objects too.
func comparePage(p *page, c *app.Comparison, most int) {
	sideLine(p, "Before", c.Before, c.After)
	sideLine(p, "After", c.After, c.Before)
	p.line(span{"Rules   ", dim}, span{"pack " + c.Rules.Pack + " on both" + referenceData(c.Rules), plain})
	for _, name := range sortedKeys(c.Rules.Parameters) {
		p.line(span{"        ", plain}, span{name + " = " + valueText(c.Rules.Parameters[name]), plain})
	}
	ruleChanges(p, c, most)
	p.gap()
	notComparable(p, c)
	p.line(span{"Findings", bold}, span{"   ", plain},
		span{fmt.Sprintf("+ %s new", count(c.Counts.New)), tone(c.Counts.New, bad)}, span{"   ", plain},
		span{fmt.Sprintf("- %s resolved", count(c.Counts.Resolved)), tone(c.Counts.Resolved, good)}, span{"   ", plain},
		span{fmt.Sprintf("= %s persisting", count(c.Counts.Persisting)), plain}, span{"   ", plain},
		span{fmt.Sprintf("? %s not comparable", count(c.Counts.NotComparable)), tone(c.Counts.NotComparable, warn)})
	changeLine(p, c.Score, most > 0)
	if a := c.Counts.Accepted; a.New+a.Resolved+a.Persisting+a.NotComparable > 0 {
		p.line(span{"Accepted", bold}, span{fmt.Sprintf("   + %s new   - %s resolved   = %s persisting   ? %s not comparable", count(a.New), count(a.Resolved), count(a.Persisting), count(a.NotComparable)), dim})
	}
	all := plainFindings(c.Findings)
	names, marks := short(ids(all)), anyPartial(all)
	for _, kind := range changes {
		if most > 0 && kind.change == "persisting" { // counted above; the whole list is one -v away
			continue
		}
		var group []app.ChangedFinding
		for _, x := range c.Findings {
			if string(x.Change) == kind.change {
				group = append(group, x)
			}
		}
		if len(group) == 0 {
			continue
		}
		p.gap()
		p.head(kind.head)
		t := &table{indent: 2, fixed: map[int]bool{0: true, 1: true, 2: true, 3: marks}}
		shown := group
		if most > 0 && len(group) > most {
			shown = group[:most]
		}
		for _, x := range shown {
			t.add(findingRow(x.Finding, names, marks)...)
			if why := because(x); why != "" {
				t.add(span{"          " + why, dim})
			}
		}
		if rest := len(group) - len(shown); rest > 0 {
			t.add(span{fmt.Sprintf("... %s more", count(rest)), dim})
		}
		p.table(t)
	}
	partialLine(p, all)
	driftTable(p, c.Drift, most)
	objectsLine(p, c)
	objectTable(p, c.Objects)
}

func findingRow(x app.Finding, names map[string]string, marks bool) []span {
	row := append([]span{{string(x.Severity), severityStyle(string(x.Severity))}, {text: x.Rule}}, identity(x, names, marks)...)
	return decided(append(row, span{text: x.Subject}, span{text: x.Detail}), x)
}

func tone(n int, s style) style {
	if n == 0 {
		return dim
	}
	return s
}

// sideLine names one snapshot; the time of day only where both are of one day.
func sideLine(p *page, name string, s, other app.Snapshot) {
	when := day(s.Started)
	if when == day(other.Started) {
		when = moment(s.Started)
	}
	label := ""
	if s.Label != "" {
		label = fmt.Sprintf("  %q", s.Label)
	}
	site := ""
	if s.Site != other.Site {
		site = "  " + host(s.Site)
	}
	p.line(span{fmt.Sprintf("%-8s", name), dim}, span{fmt.Sprintf("snapshot %d", s.ID), bold}, span{"   " + when + label + site + state(s), plain})
}

// notComparable names what keeps findings from being compared, before any number.
func notComparable(p *page, c *app.Comparison) {
	reasons := map[string]int{}
	for _, x := range c.Findings {
		if x.Change == "not_comparable" {
			reasons[x.Reason]++
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		p.line(span{"! ", warn}, span{text: fmt.Sprintf("%s cannot be compared: %s", some(reasons[reason], "finding"), reason)})
	}
	if len(reasons) > 0 {
		p.gap()
	}
}

// because says what brought a change about, in a few words.
func because(x app.ChangedFinding) string {
	if x.Reason != "" || len(x.CausedBy) == 0 || x.Change == "persisting" {
		return x.Reason
	}
	c := x.CausedBy[0]
	words := fmt.Sprintf("%s %s", strings.ReplaceAll(c.Resource, "_", " "), c.Change)
	if len(c.Fields) > 0 {
		words += ": " + strings.Join(c.Fields, ", ")
	}
	if c.By != nil && firstOf(c.By.Name, c.By.Account) != "" { // the log may not say who
		words += " by " + firstOf(c.By.Name, c.By.Account)
	}
	if n := len(x.CausedBy) - 1; n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return words
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func driftTable(p *page, drift []app.Finding, most int) {
	if len(drift) == 0 {
		return
	}
	p.gap()
	p.head("DRIFT: what the change itself says")
	names, marks := short(ids(drift)), anyPartial(drift)
	t := &table{indent: 2, fixed: map[int]bool{0: true, 1: true, 2: true, 3: marks}}
	for i, x := range drift {
		if most > 0 && i == most {
			t.add(span{fmt.Sprintf("... %s more", count(len(drift)-i)), dim})
			break
		}
		t.add(findingRow(x, names, marks)...)
	}
	p.table(t)
}

func objectsLine(p *page, c *app.Comparison) {
	var added, removed, changed int
	var left []string
	for _, r := range c.Resources {
		added, removed, changed = added+r.Added, removed+r.Removed, changed+r.Changed
		if !r.Comparable {
			left = append(left, r.Resource)
		}
	}
	p.gap()
	line := []span{{"Objects", bold}, {fmt.Sprintf("    + %s   - %s   ~ %s", count(added), count(removed), count(changed)), plain}}
	switch n := len(left); {
	case n > 0 && n <= 3:
		line = append(line, span{"   (" + strings.Join(left, ", ") + " left out where an absence proves nothing)", dim})
	case n > 3:
		line = append(line, span{fmt.Sprintf("   (%d resources left out where an absence proves nothing)", n), dim})
	}
	p.line(line...)
}

// objectTable lists every object that differs, a changed one with its members before and after.
func objectTable(p *page, all []app.ObjectChange) {
	signs := map[string]string{"added": "+", "removed": "-", "changed": "~"}
	resource := ""
	var t *table
	for _, o := range all {
		if o.Resource != resource {
			if t != nil {
				p.table(t)
			}
			resource, t = o.Resource, &table{indent: 2}
			p.gap()
			p.head(o.Resource)
		}
		t.add(span{text: signs[string(o.Change)] + " " + firstOf(o.Name, keyText(o.Key))}, span{keyText(o.Key), dim}, span{text: fieldText(o)})
	}
	if t != nil {
		p.table(t)
	}
}

func fieldText(o app.ObjectChange) string {
	var parts []string
	for _, f := range o.Fields {
		if f.NotComparable != "" {
			parts = append(parts, f.Field+" not comparable")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: %s -> %s", f.Field, orNull(f.Before), orNull(f.After)))
	}
	return strings.Join(parts, "; ")
}

func orNull(raw []byte) string {
	if len(raw) == 0 {
		return "(absent)"
	}
	return string(raw)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
