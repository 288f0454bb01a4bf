package app

import (
	"context"

	"plumbline/queries/rules"
)

// KeptAnswers are what screens made of judged snapshots, kept for the next time the file is opened; see there.
type KeptAnswers = rules.KeptAnswers

// KeptAnswers are those about a snapshot, compared with an earlier one of the same file or, where Before is "", by itself.
func (f *File) KeptAnswers(ctx context.Context, q ComparisonQuery) (*KeptAnswers, error) {
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, err
	}
	options.TwoSites = q.AcrossSites
	var sides []rules.Side
	beside := []any{Version()}
	for _, reference := range []string{q.Before, q.After} {
		if reference == "" {
			continue
		}
		s, err := f.find(ctx, reference, q.Site)
		if err != nil {
			return nil, err
		}
		sides = append(sides, rules.Side{File: f.store, Snapshot: s.ID})
		beside = append(beside, snapshotOf(s))
	}
	return pack.KeptAnswers(ctx, options, beside, sides...)
}
