package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// group is the findings of one rule and severity, as documents list them.
type group struct {
	Rule     string
	Title    string
	Severity app.Severity
	Verdict  app.RuleVerdict // what the rule says of itself and how it stands
	Findings []app.ChangedFinding
}

// grouped puts findings under their severity and rule, in the order they come in.
func grouped(all []app.ChangedFinding, verdicts map[string]app.RuleVerdict) []group {
	var out []group
	for _, x := range all {
		if n := len(out); n == 0 || out[n-1].Rule != x.Rule || out[n-1].Severity != x.Severity {
			out = append(out, group{Rule: x.Rule, Title: x.Title, Severity: x.Severity, Verdict: verdicts[x.Rule]})
		}
		g := &out[len(out)-1]
		g.Findings = append(g.Findings, x)
	}
	return out
}

// became counts the findings of a group by what became of them.
func (g group) became(change string) int {
	n := 0
	for _, x := range g.Findings {
		if string(x.Change) == change {
			n++
		}
	}
	return n
}

// Open counts the findings of a group whose risk nobody has accepted.
func (g group) Open() int {
	n := 0
	for _, x := range g.Findings {
		if !x.Accepted() {
			n++
		}
	}
	return n
}

// Note says in a word what became of a group since the baseline: 1 new, 2 resolved.
func (g group) Note(gone map[string]int) string {
	var parts []string
	if n := g.became("new"); n > 0 {
		parts = append(parts, app.Count(n)+" new")
	}
	if n := gone[g.Rule]; n > 0 {
		parts = append(parts, app.Count(n)+" resolved")
	}
	if n := g.became("not_comparable"); n > 0 {
		parts = append(parts, app.Count(n)+" not comparable")
	}
	if first := g.since(); len(parts) == 0 && first != "" {
		parts = append(parts, "since "+first)
	}
	return strings.Join(parts, ", ")
}

// since is the day on which the first of a group was there; "" where that was not asked.
func (g group) since() string {
	var first time.Time
	for _, x := range g.Findings {
		if x.FirstSeen == nil {
			return ""
		}
		if first.IsZero() || x.FirstSeen.Before(first) {
			first = *x.FirstSeen
		}
	}
	return first.UTC().Format("2 Jan 2006")
}

// verdictsOf are a report's verdicts by rule.
func verdictsOf(r *app.Report) map[string]app.RuleVerdict {
	all := map[string]app.RuleVerdict{}
	for _, v := range r.Verdicts {
		all[v.Rule] = v
	}
	return all
}

// openCount counts the findings whose risk nobody has accepted.
func openCount(r *app.Report) int { return len(r.Findings) - r.Counts.Accepted.All() }

// summary tells a board in sentences what the figures are: each is made of a count that the report lists.
func summary(r *app.Report) []string {
	out := []string{openWords(r)}
	if r.Changes != nil {
		out = append(out, changeWords(r))
	}
	return append(out, scoreWords(r))
}

func openWords(r *app.Report) string {
	if len(r.Findings) == 0 {
		if r.Filter != "" {
			return "Nothing was found of what this report was asked for."
		}
		return "Nothing was found by the rules that could look."
	}
	var parts []string
	for _, s := range app.SeverityNames() {
		if n := r.Counts.Of(app.Severity(s)); n > 0 {
			parts = append(parts, app.Count(n)+" "+s)
		}
	}
	words := fmt.Sprintf("%s: %s.", plural(len(r.Findings), "finding"), enumerate(parts))
	if n := r.Counts.Accepted.All(); n > 0 {
		words += fmt.Sprintf(" The risk of %s of them is accepted, so %s open.", app.Count(n), are(openCount(r)))
	}
	return words
}

func changeWords(r *app.Report) string {
	c := r.Changes
	words := fmt.Sprintf("Since %s, %s new and %s resolved; %s there as before.", day(r.Baseline.Started), are(c.New), are(c.Resolved), are(c.Persisting))
	if c.NotComparable > 0 {
		words += fmt.Sprintf(" %s cannot be compared, as one of the two snapshots could not look.", app.Count(c.NotComparable))
	}
	if worst := worstTitles(r.Findings, "new"); worst != "" {
		words += " The worst of what is new: " + worst + "."
	}
	if worst := worstTitles(r.Gone, "resolved"); worst != "" {
		words += " The worst of what was resolved: " + worst + "."
	}
	return words
}

// worstTitles names the rules of the worst findings of a change that are critical or high, at most three and how many more.
func worstTitles(all []app.ChangedFinding, change string) string {
	var titles []string
	counts := map[string]int{}
	for _, x := range all {
		if string(x.Change) == change && x.Severity.Rank() <= app.Severity("high").Rank() {
			if counts[x.Title]++; counts[x.Title] == 1 {
				titles = append(titles, x.Title)
			}
		}
	}
	more := len(titles) - 3
	if more > 0 {
		titles = titles[:3]
	}
	for i, t := range titles {
		titles[i] = fmt.Sprintf("%s (%s)", t, app.Count(counts[t]))
	}
	if more > 0 {
		titles = append(titles, plural(more, "other kind"))
	}
	return enumerate(titles)
}

func scoreWords(r *app.Report) string {
	s := r.Score
	if s.Low == nil {
		return fmt.Sprintf("There is no score: %s of what the rules weigh was looked at, and %g %% are needed.", percent(s.Coverage), 100*s.Least)
	}
	words := fmt.Sprintf("The score lies between %d and %d of 100", *s.Low, *s.High)
	if *s.Low == *s.High {
		words = fmt.Sprintf("The score is %d of 100", *s.Low)
	}
	words += fmt.Sprintf("; %s of what the rules weigh was looked at.", percent(s.Coverage))
	if b := r.Figure.Open; b != nil {
		words += fmt.Sprintf(" As long as one %s finding is open it is at most %g.", b.Severity, b.At)
	}
	return words
}

// enumerate joins words: a, b and c.
func enumerate(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// plural counts things: 1 rule, 2 rules.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return app.Count(n) + " " + noun + "s"
}

// are says how many are, or that one is.
func are(n int) string {
	switch n {
	case 0:
		return "none is"
	case 1:
		return "1 is"
	}
	return app.Count(n) + " are"
}

// percent writes a share rounded down: no more is claimed than was looked at.
func percent(share float64) string { return fmt.Sprintf("%d %%", int(share*100+1e-9)) }

// day and moment write a time of an answer for people: 17 Aug 2026; 17 Aug 2026 09:21 UTC.
func day(stamp string) string    { return reformat(stamp, "2 January 2006") }
func moment(stamp string) string { return reformat(stamp, "2 Jan 2006 15:04 UTC") }

func reformat(stamp, layout string) string {
	for _, from := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(from, stamp); err == nil {
			return t.UTC().Format(layout)
		}
	}
	return stamp
}

// most is how many rows the first page has of what is to be decided first; what is left is counted there.
const most = 8

// first are the rules with the worst open findings.
func first(r *app.Report, groups []group) (rows []group, more int) {
	for _, g := range groups {
		if g.Open() > 0 && g.Severity.Rank() <= app.Severity("high").Rank() {
			rows = append(rows, g)
		}
	}
	if len(rows) == 0 {
		rows = slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return g.Open() == 0 })
	}
	if len(rows) > most {
		rows, more = rows[:most], len(rows)-most
	}
	return rows, more
}

// totals say in one sentence how many findings a report lists, for forms that have no place for counts.
func totals(r *app.Report) string {
	words := openWords(r)
	if r.Changes != nil {
		words += fmt.Sprintf(" Compared with snapshot %d: %s new, %s resolved, %s persisting, %s not comparable.", r.Baseline.ID,
			app.Count(r.Changes.New), app.Count(r.Changes.Resolved), app.Count(r.Changes.Persisting), app.Count(r.Changes.NotComparable))
	}
	return words
}
