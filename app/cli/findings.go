package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
)

// judgingFlags are those of commands that judge.
func judgingFlags(c *cobra.Command, j *app.Judging) {
	f := c.Flags()
	f.StringArrayVar(&j.Rules, "rules", nil, "use the rules in folder `DIR` too (repeatable)")
	f.StringArrayVar(&j.Parameters, "param", nil, "set a parameter: `NAME=VALUE` or RULE-ID.NAME=VALUE, lists comma separated (repeatable)")
	f.StringVar(&j.AsOf, "as-of", "", "judge as of `TIME` instead of the snapshot's own")
}

func filterFlags(c *cobra.Command, filter *app.Filter, since *string, alarm *app.Alarm) {
	f := c.Flags()
	f.StringArrayVar(&filter.Severities, "severity", nil, "only findings of `SEVERITY`, or several comma separated: "+strings.Join(app.SeverityNames(), ", "))
	f.StringArrayVar(&filter.Rules, "rule", nil, "only findings of rules that match `GLOB` (repeatable)")
	f.StringArrayVar(&filter.Products, "product", nil, "only findings of `PRODUCT`: "+strings.Join(app.Products(), ", "))
	f.StringVar(since, "since", "", "only what became `CHANGE` since the snapshot before: "+strings.Join(app.Changes(), ", "))
	f.StringVar(&alarm.Severity, "fail-on", "", "end with 5 if a finding shown is of `SEVERITY` or worse")
	f.BoolVar(&alarm.New, "fail-on-new", false, "end with 5 if a finding shown is new; with --fail-on: new and that bad")
	words := func(list []string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return list, cobra.ShellCompDirectiveNoFileComp
		}
	}
	for name, list := range map[string][]string{
		"severity": app.SeverityNames(), "fail-on": app.SeverityNames(), "product": app.Products(), "since": app.Changes(),
	} {
		_ = c.RegisterFlagCompletionFunc(name, words(list)) // fails only for a flag that is not there
	}
}

// siteFlag chooses among the sites of a file.
func siteFlag(c *cobra.Command, site *string) {
	c.Flags().StringVar(site, "site", "", "the site meant, where the file holds several: its `ADDRESS`, or the beginning of it")
}

const aboutSnapshot = `SNAPSHOT is a number, latest, previous, pinned, a label, a date (2026-11-21)
or the beginning of a digest; latest, the last finished one, if not given.`

func findingsCommand(s *session) *cobra.Command {
	var q app.FindingsQuery
	c := &cobra.Command{
		Use:   "findings FILE [SNAPSHOT]",
		Short: "Judge a snapshot and print what is wrong",
		Long: `Judges a snapshot by the rules and prints what is wrong, worst first. What could
not be looked at is named before anything else: it is neither right nor wrong.

` + aboutSnapshot,
		Example: `  plumbline findings harbourline.plumb.db
  plumbline findings harbourline.plumb.db "Q3 audit" --severity critical,high
  plumbline findings harbourline.plumb.db --param own_email_domains=harbourline.example
  plumbline findings harbourline.plumb.db --fail-on high --json > findings.json`,
		Args: between(1, 2),
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
				q.Snapshot = args[1]
			}
			found, err := f.Findings(c.Context(), q)
			if err != nil {
				return err
			}
			s.end(found.Exit)
			s.warnBroken(f, found.Snapshot)
			if err := s.show(found, func(p *page) { findingsPage(p, found, s.most(perRule)) }); err != nil {
				return err
			}
			if len(found.Findings) > 0 {
				one := short(ids(found.Findings))[found.Findings[0].ID]
				next := []string{"One", command("explain", args[0], one)}
				if found.Earlier {
					next = append(next, "Change", command("compare", args[0]))
				}
				s.next(append(next, "Gaps", command("coverage", args[0]))...)
			} else {
				s.next("Gaps", command("coverage", args[0]), "Rules", command("rules", "list"))
			}
			return nil
		},
	}
	siteFlag(c, &q.Site)
	filterFlags(c, &q.Filter, &q.Since, &q.Alarm)
	judgingFlags(c, &q.Judging)
	c.Flags().BoolVar(&q.History, "history", false, "judge every earlier snapshot too, to say since when each finding is there")
	return c
}

func checkAlarm(a app.Alarm) error {
	if a.Severity == "" {
		return nil
	}
	return app.CheckSeverity(a.Severity)
}

// findingsPage prints a judged snapshot, of each rule at most so many findings; 0 is all.
func findingsPage(p *page, f *app.Findings, most int) {
	snapshotLine(p, "Snapshot", f.Snapshot)
	rulesLine(p, f.Rules, f.Verdicts)
	if v := f.Snapshot.Vantage; v.Account != "" || len(v.Credentials) > 0 {
		p.line(span{"Seen     ", dim}, span{"as " + orNobody(firstOf(v.Name, v.Account)) + ", with " + strings.Join(v.Credentials, ", "), plain})
	}
	p.gap()
	gapLines(p, f.Gaps, f.Unread)
	scoreLines(p, *f.Score, len("Findings   "))
	counts := []span{{"Findings", bold}}
	for _, severity := range app.SeverityNames() {
		n := f.Counts.Of(app.Severity(severity))
		style := dim
		if n > 0 {
			style = severityStyle(severity)
		}
		counts = append(counts, span{"   ", plain}, span{fmt.Sprintf("%d %s", n, severity), style})
	}
	if f.Counts.NotEvaluated > 0 {
		counts = append(counts, span{"   ", plain}, span{fmt.Sprintf("? %s not evaluated", some(f.Counts.NotEvaluated, "rule")), warn})
	}
	p.line(counts...)
	decidedLine(p, f.Counts)
	findingGroups(p, f.Findings, most)
	partialLine(p, f.Findings)
	verdictTable(p, "NOT EVALUATED: could not look, so neither right nor wrong", f.Verdicts, "not_evaluated")
	verdictTable(p, "ERRORS: the rule itself failed", f.Verdicts, "error")
}

// findingGroups prints findings under their severity and rule.
func findingGroups(p *page, all []app.Finding, most int) {
	names, marks := short(ids(all)), anyPartial(all)
	for i := 0; i < len(all); {
		severity := all[i].Severity
		p.gap()
		p.head(strings.ToUpper(string(severity)))
		for i < len(all) && all[i].Severity == severity {
			rule := all[i].Rule
			group := all[i:]
			for n, x := range group {
				if x.Rule != rule || x.Severity != severity {
					group = group[:n]
					break
				}
			}
			i += len(group)
			p.line(span{"  ", plain}, span{rule, severityStyle(string(severity))}, span{"  " + group[0].Title, bold}, span{"  " + count(len(group)), dim})
			t := &table{indent: 4, fixed: map[int]bool{0: true, 1: marks}}
			shown := group
			if most > 0 && len(group) > most {
				shown = group[:most]
			}
			for _, x := range shown {
				t.add(decided(append(identity(x, names, marks), span{text: x.Subject}, span{text: x.Detail}), x)...)
			}
			if rest := len(group) - len(shown); rest > 0 {
				t.add(span{fmt.Sprintf("... %s more", count(rest)), dim})
			}
			p.table(t)
		}
	}
}

// decidedLine counts what is decided on the findings above; they are counted all the same.
func decidedLine(p *page, c app.Counts) {
	var parts []string
	for _, d := range []struct {
		n    int
		word string
	}{{c.Accepted.All(), "accepted"}, {c.Confirmed, "confirmed"}, {c.Expired, "accepted until a day that is over"}} {
		if d.n > 0 {
			parts = append(parts, count(d.n)+" "+d.word)
		}
	}
	if len(parts) > 0 {
		p.line(span{"Decided ", bold}, span{"   " + strings.Join(parts, "   "), plain})
	}
}

// decided puts in front of a finding's detail, the last cell of its row, how the decision on it stands; what is accepted
// steps back.
func decided(row []span, x app.Finding) []span {
	words := decisionWords(x.Decision)
	if words == "" {
		return row
	}
	detail := &row[len(row)-1]
	if detail.text = "[" + words + "] " + detail.text; x.Decision.State == "expired" {
		detail.style = warn
	}
	if x.Accepted() {
		for i := range row {
			row[i].style = dim
		}
	}
	return row
}

// perRule is how many findings of a rule a terminal is shown at first.
const perRule = 8

// identity is a finding's short id and, where any is to be marked, whether it rests on a resource
// that was not seen whole; partialLine says what the mark means.
func identity(x app.Finding, names map[string]string, marks bool) []span {
	cells := []span{{names[x.ID], dim}}
	switch {
	case x.Partial:
		cells = append(cells, span{"*", warn})
	case marks:
		cells = append(cells, span{})
	}
	return cells
}

func anyPartial(all []app.Finding) bool {
	return slices.ContainsFunc(all, func(x app.Finding) bool { return x.Partial })
}

func partialLine(p *page, all []app.Finding) {
	if anyPartial(all) {
		p.gap()
		p.line(span{"* found in what was seen: a resource that the rule reads was not seen whole, so there may be more", dim})
	}
}

func verdictTable(p *page, head string, all []app.RuleVerdict, verdict string) {
	t := &table{indent: 2, fixed: map[int]bool{0: true}}
	for _, v := range all {
		if string(v.Verdict) == verdict {
			t.add(span{v.Rule, warn}, span{text: v.Title}, span{v.Reason, dim})
		}
	}
	if len(t.rows) > 0 {
		p.gap()
		p.head(head)
		p.table(t)
	}
}

func snapshotLine(p *page, name string, s app.Snapshot) {
	label := ""
	if s.Label != "" {
		label = fmt.Sprintf("  %q", s.Label)
	}
	p.line(span{fmt.Sprintf("%-8s ", name), dim}, span{fmt.Sprintf("%d", s.ID), bold},
		span{"  " + moment(s.Started) + label + "  " + siteWords(s) + state(s), plain})
}

// siteWords names the site of a snapshot: an installation of Data Center by the address of each product.
func siteWords(s app.Snapshot) string {
	var all []string
	for _, address := range s.Addresses {
		all = append(all, host(address))
	}
	return strings.Join(all, " and ")
}

func state(s app.Snapshot) string {
	if s.Finished != nil {
		return ""
	}
	return "  (" + string(s.State) + ")"
}

func rulesLine(p *page, r app.InForce, verdicts []app.RuleVerdict) {
	tally := map[string]int{}
	for _, v := range verdicts {
		if string(v.Kind) == "state" {
			tally[string(v.Verdict)]++
		}
	}
	var parts []string
	for _, v := range []string{"fail", "pass", "not_applicable", "not_evaluated", "error"} {
		if tally[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", tally[v], strings.ReplaceAll(v, "_", " ")))
		}
	}
	p.line(span{"Rules    ", dim}, span{"pack " + r.Pack + referenceData(r) + ": " + strings.Join(parts, ", "), plain})
	for _, name := range sortedKeys(r.Parameters) {
		p.line(span{"         ", plain}, span{name + " = " + valueText(r.Parameters[name]), plain})
	}
	for _, name := range r.Unused {
		p.line(span{"       ! ", warn}, span{name + ", which the file sets, is of no rule in force", plain})
	}
}

func referenceData(r app.InForce) string {
	if r.ReferenceData == "" {
		return ""
	}
	return ", reference data of " + day(r.ReferenceData)
}

// gapLines name the resources that rules read and that were not seen whole, and count the others.
func gapLines(p *page, gaps []app.CoverageRow, others int) {
	if len(gaps) == 0 && others == 0 {
		return
	}
	for _, g := range gaps {
		words := outcome(g)
		if n := len(g.RulesLost); n > 0 {
			words += fmt.Sprintf("; %s could not look", some(n, "rule"))
		}
		p.line(span{"! ", warn}, span{g.Resource, bold}, span{" " + words, plain})
	}
	if others > 0 {
		p.line(span{"! ", warn}, span{text: some(others, "further resource") + " not seen whole, which no rule reads"})
	}
	p.gap()
}

// outcome says what came of a resource, in words.
func outcome(g app.CoverageRow) string {
	verb := map[string]string{"denied": "was denied", "partial": "was read in part", "failed": "failed", "skipped": "was skipped", "unavailable": "is unavailable"}[string(g.Outcome)]
	if verb == "" {
		verb = "is " + string(g.Outcome)
	}
	if g.HTTPStatus >= 400 {
		verb += fmt.Sprintf(" (%d)", g.HTTPStatus)
	}
	if g.Reason != "" {
		verb += ": " + cut(g.Reason, 90)
	}
	return verb
}

// moment writes a time of an answer for people: 17 Aug 2026 09:21 UTC.
func moment(stamp string) string { return reformat(stamp, "2 Jan 2006 15:04 UTC") }

func day(stamp string) string { return reformat(stamp, "2 Jan 2006") }

func reformat(stamp, layout string) string {
	for _, from := range []string{time.RFC3339, "2006-01-02"} {
		if t, err := time.Parse(from, stamp); err == nil {
			return t.UTC().Format(layout)
		}
	}
	return stamp
}

func host(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	return strings.TrimSuffix(rest, "/")
}

func orNobody(account string) string {
	if account == "" {
		return "an unknown account"
	}
	return account
}

func ids(all []app.Finding) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = x.ID
	}
	return out
}

// short gives each id its shortest beginning, of at least four digits, that no other of them has.
func short(ids []string) map[string]string {
	out, different := map[string]string{}, len(unique(ids))
	for n := len("F-") + 4; ; n++ {
		owners := map[string]int{}
		for _, id := range ids {
			owners[id[:min(n, len(id))]]++
		}
		for _, id := range ids {
			if begin := id[:min(n, len(id))]; out[id] == "" && (owners[begin] == 1 || begin == id) {
				out[id] = begin
			}
		}
		if len(out) == different {
			return out
		}
	}
}

func unique(all []string) map[string]bool {
	set := map[string]bool{}
	for _, s := range all {
		set[s] = true
	}
	return set
}
