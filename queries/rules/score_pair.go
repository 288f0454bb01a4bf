package rules

import "fmt"

// ScoreChange is the scores of the two sides of a comparison, on what was evaluated on both: a rule that either side
// could not evaluate, or whose findings cannot be compared, is unknown on both, and one that either side has no use for
// is out on both. So a permission that was lost or gained between the two moves neither. Swapping the sides swaps the
// scores.
type ScoreChange struct {
	Before Score       `json:"before"`
	After  Score       `json:"after"`
	Rest   []ScoreRest `json:"not_comparable"` // rules that are not in the difference, by id
}

// ScoreRest is a rule that says nothing of the difference between two scores.
type ScoreRest struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Score scores both sides. Their findings must hold the decisions on them.
func (c *Comparison) Score() *ScoreChange {
	apart := map[string]bool{}
	for i := range c.Findings {
		if c.Findings[i].Change == NotComparable {
			apart[c.Findings[i].ID] = true
		}
	}
	out := &ScoreChange{}
	raw := [2][]RuleScore{c.Before.ruleScores(false, apart), c.After.ruleScores(false, apart)}
	accepted := [2][]RuleScore{c.Before.ruleScores(true, apart), c.After.ruleScores(true, apart)}
	out.Rest = pairScores(&raw)
	pairScores(&accepted)
	out.Before = c.Before.Scoring.scored(raw[0], accepted[0], c.Before.Findings).Score
	out.After = c.After.Scoring.scored(raw[1], accepted[1], c.After.Findings).Score
	return out
}

// pairScores makes each rule that is not evaluated on one side so on both, and lists them. A rule that is out on both is
// no loss and not listed.
func pairScores(side *[2][]RuleScore) []ScoreRest {
	rest := []ScoreRest{}
	at := map[string]*RuleScore{}
	for i := range side[1] {
		at[side[1][i].Rule] = &side[1][i]
	}
	for i := range side[0] {
		a, b := &side[0][i], at[side[0][i].Rule]
		if b == nil || a.CountsAs == CountsOut && b.CountsAs == CountsOut {
			continue
		}
		may := worse(a.may, b.may)
		if a.apart+b.apart > 0 {
			may = worse(may, worse(a.worst, b.worst))
		}
		a.may, b.may = may, may
		if way, words := notBoth(a, b); words != "" {
			rest = append(rest, ScoreRest{a.Rule, words})
			a.CountsAs, b.CountsAs, a.open, b.open = way, way, nil, nil
		}
	}
	return rest
}

// notBoth says how a rule counts that is not evaluated on both sides, and why; "" if it is.
func notBoth(a, b *RuleScore) (Counted, string) {
	for _, way := range []struct {
		counts Counted
		words  string
	}{{CountsOut, "not applicable"}, {CountsUnknown, "not evaluated"}} {
		before, after := a.CountsAs == way.counts, b.CountsAs == way.counts
		switch {
		case before && after && a.Reason == b.Reason:
			return way.counts, way.words + " on both sides: " + a.Reason
		case before && after:
			return way.counts, way.words + " before: " + a.Reason + "; after: " + b.Reason
		case before:
			return way.counts, way.words + " before: " + a.Reason
		case after:
			return way.counts, way.words + " after: " + b.Reason
		}
	}
	if n := a.apart + b.apart; n > 0 && (a.Open == 0 || b.Open == 0) {
		return CountsUnknown, fmt.Sprintf("%d of its findings cannot be compared", n)
	}
	return "", ""
}

// worse is the worse of two severities, either of which may be "".
func worse(a, b Severity) Severity {
	if a == "" || b != "" && b.Rank() < a.Rank() {
		return b
	}
	return a
}
