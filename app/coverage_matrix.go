package app

import (
	"context"
	"slices"

	"plumbline/store"
)

// CoverageMatrix says for every resource of a site what came of it in each snapshot.
type CoverageMatrix struct {
	Snapshots []MatrixSnapshot `json:"snapshots"` // finished ones, oldest first
	Resources []MatrixRow      `json:"resources"` // by product and name; without those that the site lacks in every snapshot
	Lacking   []string         `json:"lacking"`   // those
	Rules     int              `json:"rules"`     // how many there are
}

// MatrixSnapshot is a column: a snapshot and what its gaps cost.
type MatrixSnapshot struct {
	ID        int64  `json:"id"`
	Label     string `json:"label"`
	Started   string `json:"started"`
	Gaps      int    `json:"gaps"`       // resources not seen whole
	RulesLost int    `json:"rules_lost"` // rules that could not look for want of a resource
}

// MatrixRow is a resource, with a cell for each snapshot.
type MatrixRow struct {
	Resource string       `json:"resource"`
	About    string       `json:"about"`
	Product  string       `json:"product"`
	Rules    int          `json:"rules"` // rules that cannot look without it
	Cells    []MatrixCell `json:"cells"`
}

// MatrixCell is what came of a resource in one snapshot.
type MatrixCell struct {
	Outcome    store.Outcome `json:"outcome"` // "" where the program that collected it did not know it
	Objects    int64         `json:"objects"`
	HTTPStatus int           `json:"http_status"`
	Reason     string        `json:"reason"`
	Missing    []string      `json:"missing"`    // scopes or permissions that would have opened it
	Parts      int           `json:"parts"`      // how many parts are not complete; Coverage lists them
	RulesLost  []string      `json:"rules_lost"` // rules that could not look for want of it
}

// CoverageMatrix tells what the snapshots of a site saw. Nothing is judged for it: a rule that misses a need cannot
// look, whatever the rest holds.
func (f *File) CoverageMatrix(ctx context.Context, site string, dirs []string) (*CoverageMatrix, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	answer := &CoverageMatrix{Snapshots: []MatrixSnapshot{}, Resources: []MatrixRow{}, Lacking: []string{}, Rules: len(pack.Rules)}
	needing := map[string][]string{}
	rows := map[string]*MatrixRow{}
	for _, v := range store.Views() {
		if !v.Shared {
			needing[v.Name] = rulesNeeding(pack, v.Name, "")
			rows[v.Name] = &MatrixRow{Resource: v.Name, About: v.About, Product: ProductOf(v.Name), Rules: len(needing[v.Name]), Cells: []MatrixCell{}}
		}
	}
	if !slices.ContainsFunc(all, finished) && site == "" {
		return answer, nil
	}
	chosen, err := findSnapshot(all, "", site)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if !sameSite(s, chosen) || !finished(s) {
			continue
		}
		covered, err := f.store.Coverage(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		column := MatrixSnapshot{ID: s.ID, Label: s.Label, Started: stamp(s.Started)}
		lost := map[string]bool{}
		of := map[string]CoverageRow{}
		for _, c := range coverageRows(covered, nil) {
			of[c.Resource] = c
		}
		for name, row := range rows {
			c, known := of[name]
			cell := MatrixCell{Outcome: c.Outcome, Objects: c.Objects, HTTPStatus: c.HTTPStatus, Reason: c.Reason, Missing: list(c.Missing), Parts: len(c.Parts), RulesLost: []string{}}
			if known && c.Gap() {
				column.Gaps++
				if c.Outcome != store.Partial {
					cell.RulesLost = needing[name]
				}
			}
			for _, id := range cell.RulesLost {
				lost[id] = true
			}
			row.Cells = append(row.Cells, cell)
		}
		column.RulesLost = len(lost)
		answer.Snapshots = append(answer.Snapshots, column)
	}
	for _, v := range store.Views() {
		row := rows[v.Name]
		switch {
		case row == nil:
		case slices.ContainsFunc(row.Cells, func(c MatrixCell) bool { return c.Outcome != "" && c.Outcome != store.Unavailable }):
			answer.Resources = append(answer.Resources, *row)
		default:
			answer.Lacking = append(answer.Lacking, v.Name)
		}
	}
	slices.SortStableFunc(answer.Resources, func(a, b MatrixRow) int { return CompareProducts(a.Product, b.Product) })
	return answer, nil
}
