package app

import (
	"context"

	"plumbline/queries/rules"
)

// Names of the rules room that scores are made of; see there.
type (
	Score         = rules.Score
	ScoreRange    = rules.ScoreRange
	ScoreChange   = rules.ScoreChange
	ScoreFigure   = rules.Figure
	ScoreCategory = rules.CategoryScore
	ScoreBound    = rules.Bound
	RuleScore     = rules.RuleScore
)

// ScoreQuery asks for the score of one snapshot.
type ScoreQuery struct {
	Snapshot string // a reference; "" is the latest
	Site     string
	Judging
}

// ScoreSheet is a score and all that it is made of. Members and their names are those of docs/cli.md.
type ScoreSheet struct {
	File          FileInfo           `json:"file"`
	Snapshot      Snapshot           `json:"snapshot"`
	Rules         InForce            `json:"rules"`
	Score         Score              `json:"score"`
	Counts        Counts             `json:"counts"`
	Parameters    map[string]float64 `json:"parameters"` // every one of the score, as it is in force
	Accepted      ScoreAccepted      `json:"accepted"`
	Raw           ScoreFigure        `json:"raw"`
	AfterAccepted ScoreFigure        `json:"after_accepted"`

	Verdicts []RuleVerdict `json:"-"`
	Gaps     []CoverageRow `json:"-"` // resources that rules read and that were not seen whole
	Unread   int           `json:"-"` // further resources not seen whole, which no rule reads
	Exit     Exit          `json:"-"`
}

// ScoreAccepted is what the figure after accepted risks takes as absent.
type ScoreAccepted struct {
	Findings   int    `json:"findings"`
	NextReview string `json:"next_review"` // the first day on which one of them ends to be accepted; "" without any
}

// Score judges a snapshot and scores it.
func (f *File) Score(ctx context.Context, q ScoreQuery) (*ScoreSheet, error) {
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, q.Snapshot, q.Site)
	if err != nil {
		return nil, err
	}
	judged, err := pack.Judge(ctx, f.store, snapshot.ID, options)
	if err != nil {
		return nil, err
	}
	scored := judged.Score()
	sheet := &ScoreSheet{
		File: f.Info(), Snapshot: snapshotOf(snapshot), Rules: inForce(judged.Rules), Score: scored.Score, Parameters: judged.Scoring,
		Accepted: ScoreAccepted{scored.Score.Accepted, scored.Score.Review}, Raw: scored.Raw, AfterAccepted: scored.AfterAccepted,
		Verdicts: verdicts(judged.Verdicts),
	}
	for _, x := range judged.Findings {
		sheet.Counts.add(x)
	}
	for _, v := range judged.Verdicts {
		switch v.Verdict {
		case rules.NotEvaluated:
			sheet.Counts.NotEvaluated++
		case rules.Error:
			sheet.Exit = Failed
		}
	}
	sheet.Gaps, sheet.Unread, err = f.gaps(ctx, snapshot.ID, sheet.Verdicts)
	return sheet, err
}
