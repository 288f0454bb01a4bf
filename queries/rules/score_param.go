package rules

import (
	"fmt"
	"slices"
)

// ScoreParams are the parameters of the score. No rule can bind them: a verdict never depends on how it is weighed.
func ScoreParams() []Param {
	return []Param{
		{"score_weight_critical", "number", 10.0, "what a rule of severity critical weighs in the score"},
		{"score_weight_high", "number", 7.5, "what a rule of severity high weighs in the score"},
		{"score_weight_medium", "number", 5.0, "what a rule of severity medium weighs in the score"},
		{"score_weight_low", "number", 2.5, "what a rule of severity low weighs in the score"},
		{"score_weight_info", "number", 0.0, "what a rule of severity info weighs in the score"},
		{"score_bound_critical", "number", 49.0, "the most that an open critical finding leaves of the score"},
		{"score_bound_high", "number", 74.0, "the most that an open high finding leaves of the score"},
		{"score_least_coverage", "number", 60.0, "percent of the weight that must have been looked at for a score to be given"},
		{"score_least_rules", "number", 3.0, "rules that a category needs to count by itself; smaller ones count together as other"},
	}
}

// scoreValue reads a text as a value of a parameter of the score.
func (p Param) scoreValue(text string) (float64, error) {
	v, err := p.value(text)
	if err != nil {
		return 0, err
	}
	most := 1000.0
	if p.Name == "score_bound_critical" || p.Name == "score_bound_high" || p.Name == "score_least_coverage" {
		most = 100
	}
	n := v.(float64)
	if n < 0 || n > most {
		return 0, fmt.Errorf("%w: %s is a number from 0 to %g, not %g", ErrBadParameter, p.Name, most, n)
	}
	return n, nil
}

// Scoring holds every parameter of the score by name.
type Scoring map[string]float64

// DefaultScoring is what the score weighs with unless told otherwise.
func DefaultScoring() Scoring {
	s := Scoring{}
	for _, p := range ScoreParams() {
		s[p.Name] = p.Default.(float64)
	}
	return s
}

// weight is what a rule of a severity weighs.
func (s Scoring) weight(severity Severity) float64 { return s["score_weight_"+string(severity)] }

// bound is the most that an open finding of a severity leaves of the score; 100 where it leaves all.
func (s Scoring) bound(severity Severity) float64 {
	if at, bounds := s["score_bound_"+string(severity)]; bounds {
		return at
	}
	return 100
}

// upTo lists a severity and those that are less bad.
func upTo(worst Severity) []Severity {
	all := Severities()
	if i := slices.Index(all, worst); i >= 0 {
		return all[i:]
	}
	return nil
}
