package window

import (
	"cmp"
	"context"
	"slices"

	"plumbline/app"
)

// Overview is what the first screen says of the lens; its timeline is Timeline, which may take
// longer. Every count has the filter of the list that it counts.
type Overview struct {
	Snapshot    app.Snapshot     `json:"snapshot"`
	Baseline    *app.Snapshot    `json:"baseline"`     // null without one, as the next
	ScoreChange *app.ScoreChange `json:"score_change"` // both on what was evaluated in both
	Score       *app.Score       `json:"score"`
	Pack        string           `json:"pack"` // of the rules
	Rules       RuleTally        `json:"rules"`
	Total       int              `json:"total"` // findings of the snapshot
	Severities  []SeverityCount  `json:"severities"`
	Accepted    AcceptedTally    `json:"accepted"`
	Since       *SinceBaseline   `json:"since"`    // null without a baseline
	First       []RuleLine       `json:"first"`    // rules to look at first: worst, then most findings
	Coverage    []AreaCoverage   `json:"coverage"` // areas that the site has
	Gaps        int              `json:"gaps"`     // areas that were not seen whole
}

// RuleTally counts rules by their verdict on the snapshot.
type RuleTally struct {
	All           int `json:"all"` // rules in force; those about a change, which a snapshot alone has no verdict of, among them
	Fail          int `json:"fail"`
	Pass          int `json:"pass"`
	NotEvaluated  int `json:"not_evaluated"`
	NotApplicable int `json:"not_applicable"`
	Error         int `json:"error"`
}

// SeverityCount is the findings of one severity.
type SeverityCount struct {
	Severity string        `json:"severity"`
	Now      int           `json:"now"`
	Before   int           `json:"before"` // of the baseline; what persists counts by the severity that it has now
	Filter   string        `json:"filter"`
	Changes  []ChangeCount `json:"changes"` // new, resolved, persisting, not_comparable; those there are
}

// AcceptedTally is the findings whose risk is accepted.
type AcceptedTally struct {
	Count          int    `json:"count"`
	Filter         string `json:"filter"`
	Expiring       int    `json:"expiring"` // those within the next 30 days
	ExpiringFilter string `json:"expiring_filter"`
	Expired        int    `json:"expired"` // accepted until a day that is over: open again
	ExpiredFilter  string `json:"expired_filter"`
}

// SinceBaseline is what became of the findings.
type SinceBaseline struct {
	Changes []ChangeCount `json:"changes"` // all four, in the order of a bar: resolved, persisting, new, not_comparable
	Notes   []CompareNote `json:"notes"`   // why findings cannot be compared, most findings first
	Drift   int           `json:"drift"`   // findings about the change itself, which are none of these; Comparison lists them
	Top     []FindingRow  `json:"top"`     // the worst new ones, then the worst resolved ones
}

// CompareNote is a reason for which findings cannot be compared.
type CompareNote struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
	Filter string `json:"filter"`
}

// RuleLine is a rule with findings.
type RuleLine struct {
	Rule     string        `json:"rule"`
	Title    string        `json:"title"`
	Severity string        `json:"severity"` // of its worst finding
	Product  string        `json:"product"`
	Count    int           `json:"count"`
	Filter   string        `json:"filter"`
	Changes  []ChangeCount `json:"changes"` // those there are
}

// AreaCoverage is what came of the resources of one area.
type AreaCoverage struct {
	Area      string            `json:"area"`
	Outcome   string            `json:"outcome"`  // the worst of its resources: complete, skipped, partial, failed, denied
	Complete  int               `json:"complete"` // resources seen whole
	Asked     int               `json:"asked"`    // resources that the site has
	Objects   int64             `json:"objects"`
	RulesLost []string          `json:"rules_lost"` // rules that could not look
	Resources []app.CoverageRow `json:"resources"`
}

const (
	mostFirst    = 10
	mostTop      = 5 // of the new ones; of the resolved ones what room is left, two at least
	mostReasons  = 20
	expiringDays = 30
)

// Overview sums up the snapshot of the lens.
func (w *Window) Overview(lens Lens, token string) (Overview, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (Overview, error) {
		question := join("overview", w.today(0)) // what is accepted ends on a day
		return answered(ctx, v, question, func(ctx context.Context) (Overview, error) { return v.overview(ctx, w.today(expiringDays)) })
	})
}

// overview sums up; later is the day until which what is accepted ends soon.
func (v *view) overview(ctx context.Context, later string) (Overview, error) {
	judged, err := v.judgement(ctx)
	if err != nil {
		return Overview{}, err
	}
	p, err := v.pool(ctx)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Snapshot: judged.Snapshot, Score: judged.Score, Pack: judged.Rules.Pack, Rules: tallyOf(judged.Verdicts)}
	if o.Rules.All, err = v.judging.RulesInForce(); err != nil {
		return o, err
	}
	if v.compared() {
		compared, err := v.comparison(ctx)
		if err != nil {
			return o, err
		}
		o.Baseline, o.ScoreChange, o.Since = &compared.Before, compared.Score, p.since()
		o.Since.Drift = len(compared.Drift)
	}
	all, err := p.list(filter{}, "rule", "", func(string) bool { return false }, nil)
	if err != nil {
		return o, err
	}
	o.Total, o.Severities, o.First = all.total, p.severities(), all.worstRules()
	o.Accepted = p.accepted(later)
	covered, err := v.CoverageJudged(ctx, reference(v.lens.Snapshot), judged.Verdicts)
	if err != nil {
		return o, err
	}
	o.Coverage = areas(covered.Resources)
	for _, area := range o.Coverage {
		if area.Outcome != "complete" {
			o.Gaps++
		}
	}
	return o, nil
}

func tallyOf(verdicts []app.RuleVerdict) RuleTally {
	t := RuleTally{}
	at := map[string]*int{"fail": &t.Fail, "pass": &t.Pass, "not_evaluated": &t.NotEvaluated, "not_applicable": &t.NotApplicable, "error": &t.Error}
	for _, v := range verdicts {
		if n := at[string(v.Verdict)]; n != nil {
			*n++
		}
	}
	return t
}

// severities counts every severity, before and now.
func (p *pool) severities() []SeverityCount {
	out := []SeverityCount{}
	for n, name := range p.names[bySeverity] {
		own := filter{}.only("severity", name)
		s := SeverityCount{Severity: name, Filter: own.String()}
		var change [6]int
		for i := range p.items {
			x := &p.items[i]
			if x.number[bySeverity] != uint16(n) {
				continue
			}
			change[x.number[bySince]]++
			if !x.Gone {
				s.Now++
			}
			if p.compared && x.before() {
				s.Before++
			}
		}
		s.Changes = changeCounts(own, change, false)
		out = append(out, s)
	}
	return out
}

// changeCounts are the counts by since with the filters that list them; all of them, or those there are.
func changeCounts(own filter, counts [6]int, all bool) []ChangeCount {
	out := []ChangeCount{}
	for _, change := range []string{"resolved", "persisting", "new", "not_comparable"} {
		n := 0
		for number, name := range changes {
			if name == change {
				n += counts[number]
			}
		}
		if n > 0 || all {
			out = append(out, ChangeCount{change, n, own.only("since", change).String()})
		}
	}
	return out
}

func (p *pool) accepted(later string) AcceptedTally {
	accepted := filter{}.only("triage", "accepted")
	soon := accepted.only("until", "<="+later)
	expired := filter{}.only("triage", "expired")
	t := AcceptedTally{Filter: accepted.String(), ExpiringFilter: soon.String(), ExpiredFilter: expired.String()}
	for i := range p.items {
		x := &p.items[i]
		if x.Gone || x.Decision == nil {
			continue
		}
		switch p.names[byTriage][x.number[byTriage]] {
		case "accepted":
			t.Count++
			if x.Decision.Until != "" && x.Decision.Until <= later {
				t.Expiring++
			}
		case "expired":
			t.Expired++
		}
	}
	return t
}

// since sums up the comparison.
func (p *pool) since() *SinceBaseline {
	s := &SinceBaseline{Notes: []CompareNote{}, Top: []FindingRow{}}
	var counts [6]int
	reasons := map[string]int{}
	var top [2][]FindingRow
	for i := range p.items { // worst first
		x := &p.items[i]
		counts[x.number[bySince]]++
		switch x.Change {
		case "not_comparable":
			reasons[x.Reason]++
		case "new":
			top[0] = few(top[0], x)
		case "resolved":
			top[1] = few(top[1], x)
		}
	}
	s.Changes = changeCounts(filter{}, counts, true)
	for reason, n := range reasons {
		s.Notes = append(s.Notes, CompareNote{reason, n, filter{}.only("since", "not_comparable").only("reason", reason).String()})
	}
	slices.SortFunc(s.Notes, func(a, b CompareNote) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	s.Notes = s.Notes[:min(len(s.Notes), mostReasons)]
	s.Top = append(append(s.Top, top[0][:min(len(top[0]), mostTop-min(2, len(top[1])))]...), top[1]...)
	s.Top = s.Top[:min(len(s.Top), mostTop)]
	return s
}

func few(rows []FindingRow, x *item) []FindingRow {
	if len(rows) < mostTop {
		rows = append(rows, rowOf(x.ChangedFinding))
	}
	return rows
}

// worstRules are the groups of a list by rule that come first.
func (l *listing) worstRules() []RuleLine {
	lines := []RuleLine{}
	for _, n := range l.order[:min(len(l.order), mostFirst)] {
		g := l.line(spot{n, -1}, nil).Group
		lines = append(lines, RuleLine{g.Key, g.Title, g.Severity, g.Product, g.Count, g.Filter, g.Changes})
	}
	return lines
}

// outcomes are those of resources, the worst last.
var outcomes = []string{"complete", "skipped", "partial", "failed", "denied"}

// areas sums up coverage by area; what the site lacks is left out.
func areas(rows []app.CoverageRow) []AreaCoverage {
	out := []AreaCoverage{}
	for _, area := range app.Areas() {
		a := AreaCoverage{Area: area.Name, RulesLost: []string{}, Resources: []app.CoverageRow{}}
		worst := 0
		for _, row := range rows {
			if row.Outcome == "unavailable" || !slices.Contains(area.Resources, row.Resource) {
				continue
			}
			a.Resources = append(a.Resources, row)
			a.Asked++
			a.Objects += row.Objects
			if row.Outcome == "complete" {
				a.Complete++
			}
			worst = max(worst, slices.Index(outcomes, string(row.Outcome)))
			a.RulesLost = append(a.RulesLost, row.RulesLost...)
		}
		if a.Asked == 0 {
			continue
		}
		a.Outcome, a.RulesLost = outcomes[worst], sorted(a.RulesLost)
		out = append(out, a)
	}
	return out
}
