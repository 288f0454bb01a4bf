package app

import (
	"context"
	"slices"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Coverage says what came of every resource of a snapshot, and what that costs.
type Coverage struct {
	Snapshot  Snapshot      `json:"snapshot"`
	Resources []CoverageRow `json:"resources"`

	Rules     int `json:"-"` // how many rules there are
	Evaluated int `json:"-"` // how many of them could look
}

// CoverageRow is what came of one resource.
type CoverageRow struct {
	Resource   string         `json:"resource"`
	Outcome    store.Outcome  `json:"outcome"`
	Objects    int64          `json:"objects"`
	Requests   int64          `json:"requests"`
	HTTPStatus int            `json:"http_status"` // of the answer that decided the outcome, 0 if none
	Reason     string         `json:"reason"`
	Missing    []string       `json:"missing"`    // scopes or permissions that would have opened it
	RulesLost  []string       `json:"rules_lost"` // rules that could not look for want of it
	Parts      []CoveragePart `json:"parts"`      // the parts that are not complete
}

// CoveragePart is what came of one parent's part of a resource.
type CoveragePart struct {
	Parent     string        `json:"parent"` // the parent's key
	Outcome    store.Outcome `json:"outcome"`
	HTTPStatus int           `json:"http_status"`
	Reason     string        `json:"reason"`
}

// Coverage tells what a snapshot saw. Rules are judged to say which of them are lost.
func (f *File) Coverage(ctx context.Context, ref, site string, j Judging) (*Coverage, error) {
	snapshot, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	pack, options, err := j.load(ctx, f)
	if err != nil {
		return nil, err
	}
	judged, err := pack.Judge(ctx, f.store, snapshot.ID, options)
	if err != nil {
		return nil, err
	}
	return f.covered(ctx, snapshot, judged.Verdicts)
}

// CoverageJudged is Coverage of a snapshot that was judged before, with these verdicts.
func (f *File) CoverageJudged(ctx context.Context, ref string, verdicts []RuleVerdict) (*Coverage, error) {
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	return f.covered(ctx, snapshot, verdicts)
}

func (f *File) covered(ctx context.Context, snapshot store.Snapshot, verdicts []RuleVerdict) (*Coverage, error) {
	rows, err := f.store.Coverage(ctx, snapshot.ID)
	if err != nil {
		return nil, err
	}
	c := &Coverage{Snapshot: snapshotOf(snapshot), Resources: coverageRows(rows, verdicts)}
	for _, v := range verdicts {
		c.Rules++
		if v.Verdict != rules.NotEvaluated && v.Verdict != rules.Error {
			c.Evaluated++
		}
	}
	return c, nil
}

// gaps are the resources that were asked for and not read whole: those that rules read, and how many others.
func (f *File) gaps(ctx context.Context, snapshot int64, verdicts []RuleVerdict) (read []CoverageRow, others int, err error) {
	rows, err := f.store.Coverage(ctx, snapshot)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range coverageRows(rows, verdicts) {
		switch {
		case !r.Gap():
		case r.read(verdicts):
			read = append(read, r)
		default:
			others++
		}
	}
	return read, others, nil
}

// read says whether any rule reads the resource.
func (r CoverageRow) read(verdicts []RuleVerdict) bool {
	return slices.ContainsFunc(verdicts, func(v RuleVerdict) bool {
		return slices.ContainsFunc(v.Needs, func(n rules.Need) bool { return n.Resource == r.Resource })
	})
}

// Gap says whether something that the site has was not seen whole: also what its version, or an app that it lacks, keeps it
// from telling.
func (r CoverageRow) Gap() bool {
	return r.Outcome != store.Complete && (r.Outcome != store.Unavailable || len(r.Missing) > 0)
}

// Folded makes one row of the organisation's resources where the same cause closed them all, as without a key for it.
func Folded(rows []CoverageRow) []CoverageRow {
	out, at := []CoverageRow{}, map[string]int{}
	for _, r := range rows {
		cause := string(r.Outcome) + r.Reason
		n, met := at[cause]
		switch {
		case ProductOf(r.Resource) != "organisation":
		case !met:
			at[cause] = len(out)
		default:
			one := &out[n]
			one.Resource, one.Requests = "organisation", one.Requests+r.Requests
			for _, id := range r.RulesLost {
				if !slices.Contains(one.RulesLost, id) {
					one.RulesLost = append(slices.Clone(one.RulesLost), id)
				}
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

// Fold makes one row of the organisation's resources where the same cause closes them all: see Folded.
func (t *Trial) Fold() {
	rows := []CoverageRow{}
	for _, r := range t.Resources {
		rows = append(rows, CoverageRow{Resource: r.Resource, Outcome: r.Outcome, HTTPStatus: r.HTTPStatus, Reason: r.Reason, Missing: r.Missing, RulesLost: r.RulesLost})
	}
	t.Resources = []TrialResource{}
	for _, r := range Folded(rows) {
		t.Resources = append(t.Resources, TrialResource{r.Resource, r.Outcome, r.HTTPStatus, r.Reason, r.Missing, r.RulesLost})
	}
}

func coverageRows(rows []store.Coverage, verdicts []RuleVerdict) []CoverageRow {
	out := []CoverageRow{}
	for _, c := range rows {
		row := CoverageRow{
			Resource: c.Resource, Outcome: c.Outcome, Objects: c.Objects, Requests: c.Requests,
			HTTPStatus: c.HTTPStatus, Reason: c.Reason, Missing: list(c.Missing), RulesLost: []string{}, Parts: []CoveragePart{},
		}
		for _, p := range c.Parts {
			row.Parts = append(row.Parts, CoveragePart{p.Parent, p.Outcome, p.HTTPStatus, p.Reason})
		}
		if c.Outcome != store.Complete {
			row.RulesLost = lostFor(c.Resource, verdicts)
		}
		out = append(out, row)
	}
	return out
}

// lostFor are the rules that could not look and need a resource that was not read whole.
func lostFor(resource string, verdicts []RuleVerdict) []string {
	lost := []string{}
	for _, v := range verdicts {
		if v.Verdict == rules.NotEvaluated && slices.ContainsFunc(v.Needs, func(n rules.Need) bool {
			return n.Resource == resource && n.Outcome != store.Complete
		}) {
			lost = append(lost, v.Rule)
		}
	}
	return lost
}
