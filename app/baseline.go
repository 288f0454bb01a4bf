package app

import (
	"context"
	"errors"
	"fmt"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Baseline is what a snapshot is compared with. The zero one is the pinned snapshot, else the preceding one.
type Baseline struct {
	Before string // a reference
	From   string // the file that Before is of, its latest snapshot where none is named; "" is the same file
}

// of asks for the baseline of a snapshot.
func (b Baseline) of(after store.Snapshot) ComparisonQuery {
	return ComparisonQuery{Before: b.Before, From: b.From, After: fmt.Sprint(after.ID)}
}

// compareSince compares a snapshot with its baseline.
func (f *File) compareSince(ctx context.Context, pack *rules.Pack, options rules.Options, after store.Snapshot, b Baseline) (*rules.Comparison, error) {
	before, _, done, err := f.sides(ctx, b.of(after))
	if err != nil {
		return nil, err
	}
	defer done()
	return pack.Compare(ctx, before.of(), rules.Side{File: f.store, Snapshot: after.ID}, options)
}

// judgeSince judges a snapshot, and what drifted since its baseline: the verdicts of rules about a change come after the
// others, and decisions on them tell what they are about. A snapshot without a baseline is judged alone, unless one was
// named.
func (f *File) judgeSince(ctx context.Context, pack *rules.Pack, options rules.Options, after store.Snapshot, b Baseline) (*rules.Judgement, []Finding, error) {
	judged, err := pack.Judge(ctx, f.store, after.ID, options)
	if err != nil {
		return nil, nil, err
	}
	compared, err := f.compareSince(ctx, pack, options, after, b)
	if problem := (*Problem)(nil); errors.As(err, &problem) && b == (Baseline{}) { // that there is no earlier snapshot is no error here
		return judged, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	judged.Verdicts = append(judged.Verdicts, compared.DriftVerdicts()...)
	for i, d := range compared.After.Decisions { // the same in both
		if r := ruleOf(pack, d.Rule); r != nil && r.Kind == rules.Drift {
			judged.Decisions[i] = d
		}
	}
	return judged, compared.Drift, nil
}
