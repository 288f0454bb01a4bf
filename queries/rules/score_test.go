package rules

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// scoring builds judgements out of lines "RULE severity category verdict [partial] [WORST] [: finding severities]"; a
// finding whose severity ends in ! is accepted.
func judgementOf(t testing.TB, text string) *Judgement {
	t.Helper()
	j := &Judgement{Scoring: DefaultScoring()}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		head, rows, _ := strings.Cut(line, ":")
		w := strings.Fields(head)
		v := RuleVerdict{Rule: w[0], Severity: Severity(w[1]), Category: w[2], Verdict: Verdict(w[3]), Kind: State, Scored: true, Worst: Severity(w[1])}
		for _, more := range w[4:] {
			switch more {
			case "partial":
				v.Partial = true
			case "drift":
				v.Kind = Drift
			case "unscored":
				v.Scored = false
			default:
				v.Worst = Severity(more)
			}
		}
		for i, row := range strings.Fields(rows) {
			f := Finding{ID: fmt.Sprintf("%s/%d", v.Rule, i), Rule: v.Rule, Severity: Severity(strings.TrimSuffix(row, "!"))}
			if strings.HasSuffix(row, "!") {
				f.Decision = &Decision{State: Accepted, Until: fmt.Sprintf("2027-03-%02d", 31-i)}
			}
			j.Findings = append(j.Findings, f)
			v.Findings++
		}
		j.Verdicts = append(j.Verdicts, v)
	}
	return j
}

func endsOf(low, high *int) string {
	if low == nil || high == nil {
		return "none"
	}
	return fmt.Sprintf("%d-%d", *low, *high)
}

func TestScore(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"the worked check", `
A-1 high permissions fail : high
A-2 medium permissions pass
A-3 medium permissions pass
A-4 medium permissions pass
A-5 critical permissions not_evaluated`, "46-74 69% by A-1, mean 46-77, accepted 46-74"},
		{"all passed", "A-1 high a pass\nA-2 low a pass\nA-3 low a pass", "100-100 100% by , mean 100-100, accepted 100-100"},
		{"an open critical bounds both ends", `
A-1 critical a fail : critical
A-2 critical a pass
A-3 critical a pass
A-4 critical a pass`, "49-49 100% by A-1, mean 75-75, accepted 49-49"},
		{"the bound looks at the rows, the weight at the rule", `
A-1 low a fail high : low high
A-2 critical a pass
A-3 critical a pass`, "74-74 100% by A-1, mean 89-89, accepted 74-74"},
		{"a row less bad than its rule sets no bound", `
A-1 critical a fail : low
A-2 critical a pass
A-3 critical a pass`, "67-67 100% by , mean 67-67, accepted 67-67"},
		{"critical before high, whatever the order", `
A-1 high a fail : high
A-2 critical a fail : critical
A-3 critical a pass
A-4 critical a pass
A-5 critical a pass`, "49-49 100% by A-2, mean 63-63, accepted 49-49"},
		{"what may be open bounds the low end", `
A-1 critical a not_evaluated
A-2 critical a pass
A-3 critical a pass
A-4 critical a pass`, "49-100 75% by , mean 75-100, accepted 49-100"},
		{"an error is unknown", `
A-1 low a error
A-2 medium a pass
A-3 medium a pass`, "80-100 80% by , mean 80-100, accepted 80-100"},
		{"a partial fail is a fail, and may hide worse", `
A-1 low a fail partial critical : low
A-2 critical a pass
A-3 critical a pass`, "49-89 100% by , mean 89-89, accepted 49-89"},
		{"a pass with reservations is unknown", `
A-1 high a pass partial
A-2 critical a pass
A-3 critical a pass`, "73-100 73% by , mean 73-100, accepted 73-100"},
		{"not applicable, drift and unscored rules are out", `
A-1 critical a not_applicable
A-2 critical a fail drift : critical
A-3 critical a fail unscored : critical!
A-4 low a pass
A-5 low a pass
A-6 low a fail : low`, "67-67 100% by , mean 67-67, accepted 67-67"},
		{"under the threshold there is none", "A-1 low a pass\nA-2 low a not_evaluated", "none 50% by , mean none, accepted none"},
		{"at the threshold there is one", "A-1 low a pass\nA-2 low a pass\nA-3 low a pass\nA-4 low a not_evaluated\nA-5 low a not_evaluated", "60-100 60% by , mean 60-100, accepted 60-100"},
		{"nothing applies", "A-1 low a not_applicable", "none 0% by , mean none, accepted none"},
		{"the weakest category counts", `
A-1 low a pass
A-2 low a pass
A-3 low a fail : low
B-1 critical b pass
B-2 critical b pass
B-3 critical b pass`, "67-67 100% by , mean 93-93, accepted 67-67"},
		{"small categories count together", `
A-1 low a pass
A-2 low a pass
B-1 low b fail : low
C-1 low c pass
D-1 low d pass
D-2 low d pass
D-3 low d pass`, "75-75 100% by , mean 86-86, accepted 75-75"},
		{"however few they are", `
A-1 low a fail : low
D-1 low d pass
D-2 low d pass
D-3 low d pass`, "0-0 100% by , mean 75-75, accepted 0-0"},
		{"info weighs nothing and makes no category, but its rows bound", `
A-1 low a pass
A-2 low a pass
A-3 low a pass
B-1 info b fail : info
B-2 info b fail
B-3 info b fail high : high`, "74-74 100% by B-3, mean 100-100, accepted 74-74"},
		{"accepted in full is a pass", `
A-1 critical a fail : critical! critical!
A-2 critical a pass
A-3 critical a pass`, "49-49 100% by A-1, mean 67-67, accepted 100-100; 2 until 2027-03-30"},
		{"accepted in part is a fail", `
A-1 critical a fail : critical! high
A-2 critical a pass
A-3 critical a pass`, "49-49 100% by A-1, mean 67-67, accepted 67-67; 1 until 2027-03-31"},
		{"accepted in full of what was not seen whole is unknown", `
A-1 high a fail partial : high!
A-2 critical a pass
A-3 critical a pass`, "73-73 100% by A-1, mean 73-73, accepted 73-100; 1 until 2027-03-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := judgementOf(t, c.text).Score().Score
			got := fmt.Sprintf("%s %.0f%% by %s, mean %s, accepted %s", endsOf(s.Low, s.High), 100*s.Coverage, s.BoundedBy,
				endsOf(s.Mean.Low, s.Mean.High), endsOf(s.AfterAccepted.Low, s.AfterAccepted.High))
			if s.Accepted > 0 {
				got += fmt.Sprintf("; %d until %s", s.Accepted, s.Review)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// randomJudgement is any judgement: any verdicts, categories of any size, findings as bad as their rules may have them.
func randomJudgement(rnd *rand.Rand) *Judgement {
	j := &Judgement{Scoring: DefaultScoring()}
	if rnd.IntN(2) == 0 {
		j.Scoring["score_least_coverage"] = 0 // then every change shows in the ends
	}
	if rnd.IntN(4) == 0 { // the laws hold whatever the weights
		for name := range j.Scoring {
			j.Scoring[name] = float64(rnd.IntN(200)) / 2
		}
		j.Scoring["score_least_rules"] = float64(rnd.IntN(5))
	}
	for n := range rnd.IntN(16) {
		j.add(randomRule(rnd, n), rnd)
	}
	return j
}

func randomRule(rnd *rand.Rand, n int) RuleVerdict {
	all := Severities()
	own := rnd.IntN(len(all))
	v := RuleVerdict{
		Rule: fmt.Sprintf("R-%03d", n), Kind: State, Severity: all[own], Worst: all[rnd.IntN(own+1)],
		Category: []string{"a", "a", "b", "b", "c", "d", "other", ""}[rnd.IntN(8)],
		Verdict:  []Verdict{Pass, Pass, Pass, Fail, Fail, NotEvaluated, NotApplicable, Error}[rnd.IntN(8)],
		Partial:  rnd.IntN(5) == 0, Scored: rnd.IntN(12) > 0,
	}
	if rnd.IntN(3) > 0 {
		v.Worst = v.Severity
	}
	if rnd.IntN(20) == 0 {
		v.Kind = Drift
	}
	return v
}

// add takes a rule in, with findings if it fails.
func (j *Judgement) add(v RuleVerdict, rnd *rand.Rand) {
	if v.Verdict == Fail {
		worst := v.Worst.Rank()
		for range 1 + rnd.IntN(3) {
			f := Finding{ID: fmt.Sprintf("%s/%d", v.Rule, v.Findings), Rule: v.Rule, Severity: Severities()[worst+rnd.IntN(5-worst)]}
			if rnd.IntN(3) == 0 {
				f.Decision = &Decision{State: []DecisionState{Accepted, Accepted, Expired, Confirmed}[rnd.IntN(4)], Until: "2027-03-31"}
			}
			j.Findings = append(j.Findings, f)
			v.Findings++
		}
	}
	j.Verdicts = append(j.Verdicts, v)
}

// with is the judgement with another verdict for one rule; only a fail keeps its findings.
func (j *Judgement) with(rule int, verdict Verdict, partial bool) *Judgement {
	out := *j
	out.Verdicts = slices.Clone(j.Verdicts)
	v := &out.Verdicts[rule]
	v.Verdict, v.Partial = verdict, partial
	if verdict != Fail {
		v.Findings = 0
		out.Findings = slices.DeleteFunc(slices.Clone(j.Findings), func(f Finding) bool { return f.Rule == v.Rule })
	}
	return &out
}

// figuresOf are the ranges of a score by name.
func figuresOf(scored *Scored) map[string]ScoreRange {
	s := scored.Score
	return map[string]ScoreRange{"score": {s.Low, s.High}, "mean": s.Mean, "after accepted": s.AfterAccepted}
}

// never fails the test where the change from one score to another raises or lowers an end that it must not. A score that
// is no longer given claims nothing; one that was not given must not appear.
func never(t *testing.T, what string, j *Judgement, from, to *Scored, raiseLow, lowerLow, lowerHigh bool) {
	t.Helper()
	after := figuresOf(to)
	for name, a := range figuresOf(from) {
		b := after[name]
		if a.Low == nil && b.Low != nil {
			t.Fatalf("%s: %s appears: %s\n%s", what, name, endsOf(b.Low, b.High), dump(j))
		}
		if a.Low == nil || b.Low == nil {
			continue
		}
		if raiseLow && *b.Low > *a.Low || lowerLow && *b.Low < *a.Low || lowerHigh && *b.High < *a.High {
			t.Fatalf("%s: %s goes from %s to %s\n%s", what, name, endsOf(a.Low, a.High), endsOf(b.Low, b.High), dump(j))
		}
	}
}

func dump(j *Judgement) string {
	var b strings.Builder
	fmt.Fprintln(&b, j.Scoring)
	for _, v := range j.Verdicts {
		fmt.Fprintf(&b, "%s %s (worst %s) %q %s partial %t scored %t:", v.Rule, v.Severity, v.Worst, v.Category, v.Verdict, v.Partial, v.Scored)
		for _, f := range j.Findings {
			if f.Rule == v.Rule {
				fmt.Fprintf(&b, " %s accepted %t", f.Severity, f.Accepted())
			}
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

const judgements = 6000

// On thousands of random judgements, every single change of a verdict.
func TestScoreLaws(t *testing.T) {
	rnd := rand.New(rand.NewPCG(20261121, 3))
	changes := map[string]int{}
	for range judgements {
		j := randomJudgement(rnd)
		from := j.Score()
		sane(t, j, from)
		for i, v := range j.Verdicts {
			if v.Verdict == Pass || v.Verdict == Fail {
				never(t, "unknown "+v.Rule, j, from, j.with(i, []Verdict{NotEvaluated, Error}[rnd.IntN(2)], false).Score(), true, false, true)
				never(t, "partial "+v.Rule, j, from, j.with(i, v.Verdict, true).Score(), true, false, true)
				changes[string(v.Verdict)+" to unknown"]++
			}
			if v.Verdict == Fail {
				never(t, "fixed "+v.Rule, j, from, j.with(i, Pass, false).Score(), false, true, true)
				never(t, "fixed "+v.Rule, j, from, j.with(i, Pass, v.Partial).Score(), false, true, true)
				changes["fixed"]++
			}
		}
		more := *j
		more.Verdicts = slices.Clone(j.Verdicts)
		v := randomRule(rnd, len(j.Verdicts))
		v.Verdict = []Verdict{NotEvaluated, Error}[rnd.IntN(2)]
		more.add(v, rnd)
		if to := more.Score(); len(j.Verdicts) > 0 && len(from.Raw.Categories) > 0 {
			if !slices.EqualFunc(from.Raw.Categories, to.Raw.Categories, func(a, b CategoryScore) bool { return a.Category == b.Category }) {
				changes["a rule came in that made a category"]++
			}
			if from.Raw.Weight.all() > 0 {
				never(t, "added "+v.Rule, &more, from, to, true, false, false)
			}
		}
	}
	for what, n := range changes {
		if n < judgements/50 {
			t.Errorf("only %d times %s: the judgements were too tame", n, what)
		}
	}
	if len(changes) < 4 {
		t.Errorf("too little was met: %v", changes)
	}
}

// sane are the laws of one score by itself; the ends are derived anew from the lists that explain them.
func sane(t *testing.T, j *Judgement, scored *Scored) {
	t.Helper()
	s := scored.Score
	bare := *j
	bare.Findings = slices.Clone(j.Findings)
	for i := range bare.Findings {
		bare.Findings[i].Decision = nil
	}
	if b := bare.Score().Score; !reflect.DeepEqual([]*int{b.Low, b.High}, []*int{s.Low, s.High}) || !reflect.DeepEqual(b.Mean, s.Mean) || b.Coverage != s.Coverage {
		t.Fatalf("decisions change the raw score from %s to %s\n%s", endsOf(b.Low, b.High), endsOf(s.Low, s.High), dump(j))
	}
	if given := s.Low != nil; given != (s.AfterAccepted.Low != nil) || given != (s.Mean.Low != nil) {
		t.Fatalf("some figures are given and some are not\n%s", dump(j))
	}
	if s.Low == nil {
		return
	}
	for name, r := range figuresOf(scored) {
		if *r.Low < 0 || *r.High > 100 || *r.Low > *r.High {
			t.Fatalf("%s is %s\n%s", name, endsOf(r.Low, r.High), dump(j))
		}
	}
	if *s.AfterAccepted.Low < *s.Low || *s.AfterAccepted.High < *s.High {
		t.Fatalf("accepting lowers %s to %s\n%s", endsOf(s.Low, s.High), endsOf(s.AfterAccepted.Low, s.AfterAccepted.High), dump(j))
	}
	for _, f := range []*Figure{&scored.Raw, &scored.AfterAccepted} {
		low, high := 100.0, 100.0
		for _, c := range f.Categories {
			var passed, unknown, all float64
			for _, r := range c.Rules {
				all += r.Points
				switch r.CountsAs {
				case CountsPass:
					passed += r.Points
				case CountsUnknown:
					unknown += r.Points
				}
			}
			if all == 0 {
				continue
			}
			if math.Abs(all-100) > 1e-9 {
				t.Fatalf("the points of %s are %g of 100\n%s", c.Category, all, dump(j))
			}
			low, high = min(low, passed), min(high, passed+unknown)
		}
		for _, b := range []struct {
			*Bound
			ends []*float64
		}{{f.Open, []*float64{&low, &high}}, {f.Possible, []*float64{&low}}} {
			for _, end := range b.ends {
				if b.Bound != nil {
					*end = min(*end, b.At)
				}
			}
		}
		if math.Abs(low-float64(*f.Low)) > 0.5001 || math.Abs(high-float64(*f.High)) > 0.5001 {
			t.Fatalf("%s cannot be derived: %g-%g\n%s", endsOf(f.Low, f.High), low, high, dump(j))
		}
	}
}

// A comparison's two scores are on what was evaluated on both sides: swapping the sides swaps them, and what only one
// side could see moves neither.
func TestScoreComparison(t *testing.T) {
	rnd := rand.New(rand.NewPCG(20261121, 4))
	differ, same := 0, 0
	for range judgements {
		before := randomJudgement(rnd)
		after := &Judgement{Scoring: before.Scoring}
		for _, v := range before.Verdicts {
			w := randomRule(rnd, 0)
			w.Rule, w.Severity, w.Worst, w.Category, w.Kind, w.Scored = v.Rule, v.Severity, v.Worst, v.Category, v.Kind, v.Scored
			after.add(w, rnd)
		}
		c := &Comparison{Before: before, After: after, Findings: comparedAtRandom(before, after, rnd)}
		got, mirror := c.Score(), (&Comparison{Before: after, After: before, Findings: c.Findings}).Score()
		if !reflect.DeepEqual(got.Before, mirror.After) || !reflect.DeepEqual(got.After, mirror.Before) || len(got.Rest) != len(mirror.Rest) {
			t.Fatalf("swapped: %v, %v\n%s\n%s", got, mirror, dump(before), dump(after))
		}
		if got.Before.Coverage != got.After.Coverage {
			t.Fatalf("the coverage of one comparison is %g and %g", got.Before.Coverage, got.After.Coverage)
		}
		if !reflect.DeepEqual(got.Before, got.After) {
			differ++
		}

		less, lost := seenLess(before, rnd)
		c = &Comparison{Before: before, After: less, Findings: lost}
		got = c.Score()
		got.Before.Accepted, got.Before.Review, got.After.Accepted, got.After.Review = 0, "", 0, ""
		if !reflect.DeepEqual(got.Before, got.After) {
			t.Fatalf("seen with less right: %s (%v) to %s (%v)\n%s\n%s", endsOf(got.Before.Low, got.Before.High), got.Before, endsOf(got.After.Low, got.After.High), got.After, dump(before), dump(less))
		}
		if len(got.Rest) > 0 && got.Before.Low != nil {
			same++
		}
	}
	if differ < judgements/20 || same < judgements/20 {
		t.Errorf("too tame: %d differ, %d lost something and did not", differ, same)
	}
}

// comparedAtRandom says of each finding on one side alone that it cannot be compared, or that it came or went.
func comparedAtRandom(before, after *Judgement, rnd *rand.Rand) (all []ChangedFinding) {
	for y, j := range []*Judgement{before, after} {
		for _, f := range j.Findings {
			change := []Change{Resolved, New}[y]
			other := []*Judgement{after, before}[y]
			if slices.ContainsFunc(other.Findings, func(g Finding) bool { return g.ID == f.ID }) {
				change = Persisting
			} else if rnd.IntN(4) == 0 {
				change = NotComparable
			}
			all = append(all, ChangedFinding{Finding: f, Change: change})
		}
	}
	return all
}

// seenLess is the same site seen with less right: some rules cannot look, some find only part, some pass with
// reservations. What is no longer found cannot be compared.
func seenLess(j *Judgement, rnd *rand.Rand) (*Judgement, []ChangedFinding) {
	out := j
	for i, v := range j.Verdicts {
		if rnd.IntN(4) > 0 || v.Verdict != Pass && v.Verdict != Fail {
			continue
		}
		if v.Verdict == Pass || rnd.IntN(2) == 0 {
			out = out.with(i, []Verdict{NotEvaluated, Pass}[rnd.IntN(2)], true)
			continue
		}
		out = out.with(i, Fail, true)
		n := 0
		out.Findings = slices.DeleteFunc(slices.Clone(out.Findings), func(f Finding) bool {
			if f.Rule == v.Rule {
				n++
			}
			return f.Rule == v.Rule && n > 1
		})
	}
	var all []ChangedFinding
	for _, f := range j.Findings {
		change := NotComparable
		if slices.ContainsFunc(out.Findings, func(g Finding) bool { return g.ID == f.ID }) {
			change = Persisting
		}
		all = append(all, ChangedFinding{Finding: f, Change: change})
	}
	return out, all
}

func TestScoreParams(t *testing.T) {
	p := example(t)
	for value, want := range map[string]string{
		"score_weight_low=3": "", "score_bound_high=74.5": "", "score_bound_high=101": "from 0 to 100", "score_weight_low=-1": "from 0 to 1000",
		"score_least_coverage=much": "is a number", "score_weight_lo=3": `did you mean "score_weight_low"`, "EXAMPLE-ACCESS-001.score_weight_low=3": "unknown parameter",
	} {
		s, err := p.settings(nil, []string{value})
		if want == "" {
			name, _, _ := strings.Cut(value, "=")
			if err != nil || len(s.set) != 1 || s.set[name] != s.scoring[name] || s.scoring[name] == DefaultScoring()[name] {
				t.Errorf("%s: %v, %v", value, s, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", value, err, want)
		}
	}
	if s, err := p.settings(nil, []string{"score_weight_low=2.5"}); err != nil || len(s.set) != 0 {
		t.Errorf("the default is no difference: %v, %v", s, err)
	}
}

func TestScoreNotComparable(t *testing.T) {
	before := judgementOf(t, `
A-1 critical a fail : critical
A-2 high a not_evaluated
A-3 low a pass
A-4 low a not_applicable
A-5 critical a pass
A-6 critical a fail : critical
A-7 low a not_evaluated`)
	after := judgementOf(t, `
A-1 critical a pass
A-2 high a fail : high
A-3 low a not_applicable
A-4 low a not_applicable
A-5 critical a pass
A-6 critical a pass
A-7 low a not_evaluated`)
	for _, v := range []*RuleVerdict{&before.Verdicts[1], &before.Verdicts[6], &after.Verdicts[6]} {
		v.Reason = "denied"
	}
	after.Verdicts[2].Reason = "nothing in scope"
	c := &Comparison{Before: before, After: after, Findings: []ChangedFinding{
		{Finding: before.Findings[0], Change: NotComparable}, {Finding: before.Findings[1], Change: Resolved}, {Finding: after.Findings[0], Change: NotComparable},
	}}
	s := c.Score()
	want := []ScoreRest{
		{"A-1", "1 of its findings cannot be compared"}, {"A-2", "not evaluated before: denied"},
		{"A-3", "not applicable after: nothing in scope"}, {"A-7", "not evaluated on both sides: denied"},
	}
	if !reflect.DeepEqual(s.Rest, want) {
		t.Errorf("left out are %q", s.Rest)
	}
	// 20 of 40 looked at on both sides, of which A-6 failed before; A-1 may be critical on both
	if got := fmt.Sprint(s.Before.Coverage, s.After.Coverage, s.Before.Low == nil); got != "0.5 0.5 true" {
		t.Error(got)
	}
	before.Scoring["score_least_coverage"], after.Scoring["score_least_coverage"] = 50, 50
	s = c.Score()
	if b, a := endsOf(s.Before.Low, s.Before.High), endsOf(s.After.Low, s.After.High); b != "25-49" || a != "49-100" || s.Before.BoundedBy != "A-6" || s.After.BoundedBy != "" {
		t.Errorf("%s by %s, then %s by %s", b, s.Before.BoundedBy, a, s.After.BoundedBy)
	}
}

// What the score needs to know of a rule: whether it counts, and the worst that it may find where it cannot look.
func TestScoredRule(t *testing.T) {
	const head = "-- title: T\n-- severity: low\n-- products: jira-cloud\n-- object: jira_user\n-- needs: jira_user\n"
	const row = "SELECT key, '' AS aspect, '' AS subject, 'is high' AS detail"
	for _, c := range []struct {
		name, text string
		worst      Severity
		scored     bool
		wrong      string
	}{
		{"as the header says", head + row + " FROM jira_user", Low, true, ""},
		{"raised by row", head + row + ", iif(active, 'medium', 'high') AS severity FROM jira_user", High, true, ""},
		{"lowered by row", head + row + ", 'info' AS severity FROM jira_user", Low, true, ""},
		{"a word that is no column", head + row + " FROM jira_user WHERE display_name = 'critical'", Low, true, ""},
		{"left out", "-- scored: no\n" + head + row + " FROM jira_user", Low, false, ""},
		{"outright", "-- scored: yes\n" + head + row + " FROM jira_user", Low, true, ""},
		{"neither", "-- scored: perhaps\n" + head + row + " FROM jira_user", Low, false, `scored: "perhaps" is neither yes nor no`},
		{"a name that is taken", "-- param: score_bound_high number = 3\n" + head + row + " FROM jira_user WHERE :score_bound_high", Low, true, "is a parameter of the score"},
	} {
		r, err := Parse("A-1.sql", []byte(c.text))
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		} else if r.Worst != c.worst || r.Scored != c.scored {
			t.Errorf("%s: worst %s, scored %t", c.name, r.Worst, r.Scored)
		}
	}
	// a severity put together in SQL, worse than any it names, would let the score promise too much
	f := written(t, "-- one --\n-- one/jira_user --\nu1 {\"accountId\": \"u1\"}\n")
	r, err := Parse("A-1.sql", []byte(head+row+", 'cri' || 'tical' AS severity FROM jira_user"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := (&Pack{Rules: []*Rule{r}}).Judge(t.Context(), f, 1, Options{})
	if err != nil || j.Verdicts[0].Verdict != Error || !strings.Contains(j.Verdicts[0].Reason, "write it as 'critical'") {
		t.Errorf("%v: %v", err, j.Verdicts[0])
	}
}
