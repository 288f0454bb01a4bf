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
