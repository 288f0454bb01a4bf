package rules

import (
	"cmp"
	"math"
	"slices"
)

// The score is a range, never a bare number: its low end counts what could not be looked at as failed, its high end as
// passed, and coverage says how much that is. docs/score.md tells it in words. It holds, and score_test.go proves:
//
//   - A verdict that turns unknown never raises the low end and never lowers the high end.
//   - A fail that turns into a pass lowers neither.
//   - A rule that comes in and cannot be evaluated never raises the low end.
//
// Two things follow from the first. The low end is bounded by what may be open as well as by what is: else a refused
// permission would lift the bound of the findings it hides. And a pass with reservations is unknown: a list that shows
// only what the account may see, or a leg that could not be asked, may hide a finding. For the third, other stands as a
// category however few rules are in it: only then does a rule that makes a category large enough split what was together,
// and the lower of two parts is never above the whole. Folding a small other into something else may raise the low end.

// Score is the posture of a snapshot. Low and High run from 0 to 100 and are nil where too little was looked at.
type Score struct {
	Low           *int       `json:"low"`
	High          *int       `json:"high"`
	Coverage      float64    `json:"coverage"`   // share of the weight that was looked at, 0 to 1
	BoundedBy     string     `json:"bounded_by"` // rule of the open finding that bounds both ends; "" if none is that bad
	Mean          ScoreRange `json:"mean"`       // over all rules by weight: neither weakest category nor bound
	AfterAccepted ScoreRange `json:"after_accepted"`

	Least    float64 `json:"-"` // the coverage under which no score is given, 0 to 1
	Accepted int     `json:"-"` // findings whose risk is accepted
	Review   string  `json:"-"` // the day until which the first of them is to be looked at again, 2027-03-31; "" without any
}

// ScoreRange is two ends, from 0 to 100, nil where too little was looked at.
type ScoreRange struct {
	Low  *int `json:"low"`
	High *int `json:"high"`
}

// Counted is how a rule counts.
type Counted string

// A rule that is out has no place in the figures: not applicable, or not scored.
const (
	CountsPass    Counted = "pass"
	CountsFail    Counted = "fail"
	CountsUnknown Counted = "unknown"
	CountsOut     Counted = "out"
)

// RuleScore is how one rule counts in a figure.
type RuleScore struct {
	Rule     string   `json:"rule"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"`
	CountsAs Counted  `json:"counts_as"`
	Reason   string   `json:"reason"` // why it is unknown or out, or what a fail could not see
	Weight   float64  `json:"weight"`
	Points   float64  `json:"points"` // of the hundred of its category: a pass gives them to both ends, unknown to the high one
	Open     int      `json:"open"`   // findings that count
	Accepted int      `json:"accepted"`

	category string
	worst    Severity   // that a finding of the rule may have
	open     []Severity // of the findings that count, each once
	may      Severity   // the worst that what was not looked at may hold; "" if all was
	apart    int        // findings that cannot be compared with the other side of a comparison
}

// ScoreWeight sums the weights of rules by how they count.
type ScoreWeight struct {
	Pass    float64 `json:"pass"`
	Fail    float64 `json:"fail"`
	Unknown float64 `json:"unknown"`
}

func (w *ScoreWeight) add(r *RuleScore) {
	switch r.CountsAs {
	case CountsPass:
		w.Pass += r.Weight
	case CountsFail:
		w.Fail += r.Weight
	case CountsUnknown:
		w.Unknown += r.Weight
	}
}

func (w ScoreWeight) all() float64 { return w.Pass + w.Fail + w.Unknown }

// ends are the percentages passed: what is unknown counted as failed, and as passed. Both are 0 if nothing weighs.
func (w ScoreWeight) ends() (low, high float64) {
	if w.all() == 0 {
		return 0, 0
	}
	return 100 * w.Pass / w.all(), 100 * (w.Pass + w.Unknown) / w.all()
}

// CategoryScore is the rules of one category, or those of several small ones.
type CategoryScore struct {
	Category string      `json:"category"`
	Holds    []string    `json:"holds"` // the categories that other stands for
	Low      float64     `json:"low"`
	High     float64     `json:"high"`
	Weight   ScoreWeight `json:"weight"`
	Rules    []RuleScore `json:"rules"`
}

// Bound is what keeps an end of the score down.
type Bound struct {
	At       float64  `json:"at"`
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`
}

// Figure is a score with all that it is made of.
type Figure struct {
	Low        *int            `json:"low"`
	High       *int            `json:"high"`
	Mean       ScoreRange      `json:"mean"`
	Weight     ScoreWeight     `json:"weight"`
	Categories []CategoryScore `json:"categories"` // by name, other last
	Out        []RuleScore     `json:"out"`
	Weakest    Weakest         `json:"weakest"`
	Open       *Bound          `json:"open"`     // of both ends: what is open
	Possible   *Bound          `json:"possible"` // of the low end: what may be open where nobody could look; null unless it is the tighter one
}

// Weakest names the categories that give the low and the high end before any bound; "" if none does.
type Weakest struct {
	Low  string `json:"low"`
	High string `json:"high"`
}

// Scored is a score, and the figures with which it can be derived again: raw, and with accepted risks taken as absent.
type Scored struct {
	Score         Score
	Raw           Figure
	AfterAccepted Figure
}

// Score scores a judgement. Findings must hold the decisions on them; without any, both figures are the same.
func (j *Judgement) Score() *Scored {
	return j.Scoring.scored(j.ruleScores(false, nil), j.ruleScores(true, nil), j.Findings)
}

// ruleScores says how each rule counts; with accepted, findings whose risk is accepted count as absent. Findings that
// stand apart, by id, are counted apart.
func (j *Judgement) ruleScores(accepted bool, apart map[string]bool) []RuleScore {
	at := map[string]int{}
	var all []RuleScore
	for _, v := range j.Verdicts {
		if v.Kind == Drift {
			continue
		}
		at[v.Rule] = len(all)
		all = append(all, RuleScore{
			Rule: v.Rule, Title: v.Title, Severity: v.Severity, Verdict: v.Verdict, Reason: v.Reason,
			Weight: j.Scoring.weight(v.Severity), category: v.Category, worst: cmp.Or(v.Worst, v.Severity),
		})
	}
	for i := range j.Findings {
		f := &j.Findings[i]
		n, known := at[f.Rule]
		if !known {
			continue
		}
		r := &all[n]
		if f.Accepted() {
			r.Accepted++
		}
		if accepted && f.Accepted() {
			continue
		}
		if apart[f.ID] {
			r.apart++
			continue
		}
		if r.Open++; !slices.Contains(r.open, f.Severity) {
			r.open = append(r.open, f.Severity)
		}
	}
	for i := range j.Verdicts {
		if n, known := at[j.Verdicts[i].Rule]; known && j.Verdicts[i].Kind != Drift {
			all[n].count(&j.Verdicts[i], accepted)
		}
	}
	return all
}

// count says how a rule counts by its verdict, its findings counted already.
func (r *RuleScore) count(v *RuleVerdict, accepted bool) {
	switch {
	case !v.Scored:
		r.CountsAs, r.Reason, r.open = CountsOut, "the rule is not scored", nil
		return
	case v.Verdict == NotApplicable:
		r.CountsAs = CountsOut
		return
	case v.Verdict == Fail && (!accepted || r.Open+r.apart > 0 || r.Accepted == 0):
		r.CountsAs = CountsFail
	case (v.Verdict == Fail || v.Verdict == Pass) && (!v.Partial || v.Shown):
		r.CountsAs = CountsPass
	default:
		r.CountsAs = CountsUnknown
	}
	if r.CountsAs == CountsUnknown || v.Partial && !v.Shown {
		r.may = r.worst
	}
}

// scored makes the two figures and the score of them. What was looked at does not depend on what is accepted, so that
// both are given or neither.
func (s Scoring) scored(raw, accepted []RuleScore, findings []Finding) *Scored {
	out := &Scored{Raw: s.figure(raw), AfterAccepted: s.figure(accepted)}
	out.Score.Least = s["score_least_coverage"] / 100
	w := out.Raw.Weight
	if w.all() > 0 {
		out.Score.Coverage = math.Round(10_000*(w.Pass+w.Fail)/w.all()) / 10_000
	}
	if w.all() == 0 || 100*(w.Pass+w.Fail) < s["score_least_coverage"]*w.all() {
		for _, f := range []*Figure{&out.Raw, &out.AfterAccepted} {
			f.Low, f.High, f.Mean = nil, nil, ScoreRange{}
		}
	}
	out.Score.Low, out.Score.High, out.Score.Mean = out.Raw.Low, out.Raw.High, out.Raw.Mean
	out.Score.AfterAccepted = ScoreRange{out.AfterAccepted.Low, out.AfterAccepted.High}
	if b := out.Raw.Open; b != nil {
		out.Score.BoundedBy = b.Rule
	}
	scored := map[string]bool{}
	for _, r := range raw {
		scored[r.Rule] = r.CountsAs != CountsOut
	}
	for i := range findings {
		f := &findings[i]
		if !f.Accepted() || !scored[f.Rule] {
			continue
		}
		if out.Score.Accepted++; out.Score.Review == "" || f.Decision.Until < out.Score.Review {
			out.Score.Review = f.Decision.Until
		}
	}
	return out
}

// other is the category of rules whose own is too small to stand by itself, or that have none.
const other = "other"

// figure weighs rules.
func (s Scoring) figure(rules []RuleScore) Figure {
	f := Figure{Categories: []CategoryScore{}, Out: []RuleScore{}}
	size := map[string]float64{}
	for _, r := range rules {
		if r.CountsAs != CountsOut && r.Weight > 0 { // what weighs nothing makes no category
			size[r.category]++
		}
	}
	at := map[string]int{}
	for _, r := range rules {
		if r.CountsAs == CountsOut {
			f.Out = append(f.Out, r)
			continue
		}
		name := r.category
		if name == "" || size[name] < s["score_least_rules"] {
			name = other
		}
		i, known := at[name]
		if !known {
			i, at[name] = len(f.Categories), len(f.Categories)
			f.Categories = append(f.Categories, CategoryScore{Category: name, Holds: []string{}})
		}
		c := &f.Categories[i]
		if name == other && !slices.Contains(c.Holds, r.category) {
			c.Holds = append(c.Holds, r.category)
		}
		c.Rules = append(c.Rules, r)
		c.Weight.add(&r)
		f.Weight.add(&r)
	}
	slices.SortFunc(f.Categories, func(a, b CategoryScore) int {
		if a.Category == other || b.Category == other {
			return cmp.Compare(btoi(a.Category == other), btoi(b.Category == other))
		}
		return cmp.Compare(a.Category, b.Category)
	})
	s.conclude(&f, rules)
	return f
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// conclude takes the weakest category, then the bounds.
func (s Scoring) conclude(f *Figure, rules []RuleScore) {
	if f.Weight.all() == 0 {
		return
	}
	low, high := 101.0, 101.0
	for i := range f.Categories {
		c := &f.Categories[i]
		if c.Weight.all() == 0 {
			continue
		}
		slices.Sort(c.Holds)
		for n := range c.Rules {
			c.Rules[n].Points = 100 * c.Rules[n].Weight / c.Weight.all()
		}
		if c.Low, c.High = c.Weight.ends(); c.Low < low {
			low, f.Weakest.Low = c.Low, c.Category
		}
		if c.High < high {
			high, f.Weakest.High = c.High, c.Category
		}
	}
	for i := range rules {
		r := &rules[i]
		if r.CountsAs != CountsOut {
			f.Open = s.tighter(f.Open, r.Rule, r.open)
			f.Possible = s.tighter(f.Possible, r.Rule, upTo(r.may))
		}
	}
	if f.Open != nil && f.Possible != nil && f.Possible.At >= f.Open.At {
		f.Possible = nil
	}
	if f.Open != nil {
		low, high = min(low, f.Open.At), min(high, f.Open.At)
	}
	if f.Possible != nil {
		low = min(low, f.Possible.At)
	}
	f.Low, f.High = rounded(low), rounded(high)
	low, high = f.Weight.ends()
	f.Mean = ScoreRange{rounded(low), rounded(high)}
}

// tighter is the lower of a bound and that of findings of a rule; of two as low, the worse severity's, then the first.
func (s Scoring) tighter(b *Bound, rule string, severities []Severity) *Bound {
	for _, severity := range severities {
		at := s.bound(severity)
		if at < 100 && (b == nil || at < b.At || at == b.At && severity.Rank() < b.Severity.Rank()) {
			b = &Bound{At: at, Severity: severity, Rule: rule}
		}
	}
	return b
}

func rounded(x float64) *int {
	n := int(math.Round(x))
	return &n
}
