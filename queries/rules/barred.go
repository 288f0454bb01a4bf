package rules

import (
	"context"
	"strings"

	"plumbline/store"
)

// Barred gives the verdicts of the rules that cannot look at a snapshot because what they need was not read, as Judge gives
// them, without asking any rule anything. Judge may add others: those that say themselves that they cannot judge.
func (p *Pack) Barred(ctx context.Context, f *store.File, snapshot int64) ([]RuleVerdict, error) {
	b, err := p.bench(ctx, f, snapshot, Options{domains: &[]string{}, NoCache: true})
	if err != nil {
		return nil, err
	}
	list := []RuleVerdict{}
	for _, r := range p.Rules {
		if r.Kind == Drift {
			continue
		}
		j := &judging{rule: r, world: &b.world}
		missing, _ := j.needs()
		if len(missing) == 0 || j.outOfPlace() != "" {
			continue
		}
		v := j.verdict()
		v.Verdict, v.Reason = NotEvaluated, strings.Join(missing, "; ")
		list = append(list, v)
	}
	return list, nil
}
