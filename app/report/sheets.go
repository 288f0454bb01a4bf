package report

import (
	"iter"
	"slices"
	"strings"

	"plumbline/app"
)

// sheet is one table of a workbook.
type sheet struct {
	name    string
	columns []string
	widths  []float64 // in characters, as many as columns
	rows    iter.Seq[[]any]
}

// sheets are all tables of a report. Each holds every row that there is.
func sheets(r *app.Report) []sheet {
	all := []sheet{
		{"about", []string{"what", "is"}, []float64{24, 110}, slices.Values(aboutRows(r))},
		{"findings", append(slices.Clone(findingColumns), "first_seen", "evidence", "fix"), append(slices.Clone(findingWidths), 12, 60, 60), findingRows(r, r.Findings, true)},
	}
	if r.Baseline != nil {
		all = append(all,
			sheet{"comparison", append(slices.Clone(findingColumns), "why_not_comparable", "caused_by"), append(slices.Clone(findingWidths), 40, 60), comparisonRows(r)},
			sheet{"drift", findingColumns, findingWidths, findingRows(r, lists(r)[2].findings, false)},
			sheet{"objects", []string{"resource", "key", "name", "change", "field", "before", "after", "not_comparable"}, []float64{30, 40, 34, 12, 26, 40, 40, 30}, objectRows(r.Objects)})
	}
	return append(all,
		sheet{"access", []string{"account", "name", "basis", "level", "administer", "edit", "view"}, []float64{46, 30, 36, 12, 11, 8, 8}, slices.Values(accessRows(r))},
		sheet{"coverage", []string{"resource", "part", "outcome", "objects", "requests", "http_status", "reason", "missing", "rules_lost"}, []float64{32, 30, 13, 10, 10, 11, 70, 40, 40}, slices.Values(coverageRows(r))},
		sheet{"decisions", []string{"state", "rule", "title", "scope", "resource", "key", "subject", "reason", "owner", "until", "by", "at", "findings", "presence"}, []float64{12, 18, 36, 10, 26, 34, 40, 50, 22, 12, 22, 22, 10, 10}, slices.Values(decisionRows(r))},
		sheet{"attestations", []string{"question", "title", "state", "answer", "by", "on", "evidence", "due"}, []float64{18, 44, 11, 16, 22, 12, 60, 12}, slices.Values(questionRows(r))},
		sheet{"rules", []string{"rule", "title", "severity", "product", "kind", "verdict", "partial", "findings", "reason", "maps"}, []float64{20, 50, 10, 13, 8, 15, 8, 10, 60, 50}, slices.Values(verdictRows(r))})
}

var findingWidths = []float64{20, 14, 10, 13, 20, 44, 28, 36, 20, 36, 60, 8, 11, 36, 20, 12}

func aboutRows(r *app.Report) [][]any {
	rows := [][]any{{"site", r.Snapshot.Site}, {"snapshot", r.Snapshot.ID}, {"label", r.Snapshot.Label}, {"state", string(r.Snapshot.State)}, {"started", r.Snapshot.Started}, {"digest", r.Snapshot.Digest}, {"seal", r.Seal.State}}
	if r.Baseline != nil {
		rows = append(rows, []any{"baseline", r.Baseline.ID}, []any{"baseline started", r.Baseline.Started}, []any{"baseline digest", r.Baseline.Digest})
	}
	rows = append(rows, []any{"rules", r.Rules.Pack + " " + r.Rules.Digest}, []any{"made", r.Made + " by Plumbline " + r.Program}, []any{"people", string(r.People)}, []any{"totals", totals(r)}, []any{"score", scoreWords(r)})
	for _, n := range r.Notices {
		rows = append(rows, []any{"notice: " + words(n.Code), n.Words})
	}
	return rows
}

func refs(all []app.Ref) string {
	var out []string
	for _, ref := range all {
		out = append(out, ref.Resource+" "+app.CSVKey(ref.Key))
	}
	return strings.Join(out, "\n")
}

func findingRows(r *app.Report, all []app.ChangedFinding, more bool) iter.Seq[[]any] {
	verdicts := verdictsOf(r)
	return func(yield func([]any) bool) {
		for i := range all {
			row := findingRow(&all[i])
			if more {
				seen := ""
				if at := all[i].FirstSeen; at != nil {
					seen = at.UTC().Format("2006-01-02")
				}
				row = append(row, seen, refs(all[i].Evidence), verdicts[all[i].Rule].Fix)
			}
			if !yield(row) {
				return
			}
		}
	}
}

func comparisonRows(r *app.Report) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, all := range [][]app.ChangedFinding{r.Findings, r.Gone} {
			for i := range all {
				var because []string
				for _, c := range all[i].CausedBy {
					words := c.Resource + " " + app.CSVKey(c.Key) + " " + string(c.Change)
					if c.By != nil {
						words += " by " + firstWords(c.By.Name, c.By.Account) + " " + c.By.At
					}
					because = append(because, words)
				}
				if !yield(append(findingRow(&all[i]), all[i].Reason, strings.Join(because, "\n"))) {
					return
				}
			}
		}
	}
}

func objectRows(all []app.ObjectChange) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, o := range all {
			row := []any{o.Resource, app.CSVKey(o.Key), o.Name, string(o.Change), "", "", "", ""}
			if len(o.Fields) == 0 && !yield(row) {
				return
			}
			for _, f := range o.Fields {
				row := slices.Clone(row)
				row[4], row[5], row[6], row[7] = f.Field, string(f.Before), string(f.After), f.NotComparable
				if !yield(row) {
					return
				}
			}
		}
	}
}

func coverageRows(r *app.Report) [][]any {
	var rows [][]any
	for _, c := range r.Coverage {
		rows = append(rows, []any{c.Resource, "", string(c.Outcome), c.Objects, c.Requests, c.HTTPStatus, c.Reason, strings.Join(c.Missing, ", "), strings.Join(c.RulesLost, ", ")})
		if !r.Shows.NotLookedAt {
			continue
		}
		for _, p := range c.Parts {
			rows = append(rows, []any{c.Resource, app.CSVKey(p.Parent), string(p.Outcome), nil, nil, p.HTTPStatus, p.Reason, "", ""})
		}
	}
	return rows
}

// accessRows are those from outside, and anybody on the internet.
func accessRows(r *app.Report) [][]any {
	var rows [][]any
	if r.Outsiders == nil {
		return nil
	}
	for _, o := range r.Outsiders.People {
		rows = append(rows, []any{o.Account, o.Name, o.Basis, string(o.Level), o.Administer, o.Edit, o.View})
	}
	a := r.Outsiders.Anonymous
	rows = append(rows, []any{"", "anybody on the internet", "without a sign-in", "", a.Administer, a.Edit, a.View})
	for _, l := range r.Outsiders.Limits {
		rows = append(rows, []any{"", "", l.Text, "", nil, nil, nil})
	}
	return rows
}

func decisionRows(r *app.Report) [][]any {
	var rows [][]any
	for _, d := range r.Decisions {
		if d.State != "confirmed" && !r.Shows.Decisions {
			continue
		}
		rows = append(rows, []any{d.State, d.Rule, d.Title, d.Scope, d.Resource, app.CSVKey(d.Key), d.Subject, d.Reason, d.Owner, d.Until, d.By, d.At, d.Findings, d.Presence})
	}
	return rows
}

func questionRows(r *app.Report) [][]any {
	var rows [][]any
	for _, q := range r.Questions.Questions {
		row := []any{q.ID, q.Question, q.State, "", "", "", "", q.Due}
		if a := q.Answer; a != nil {
			row[3], row[4], row[5], row[6] = a.Answer, a.By, a.On, a.Evidence
		}
		rows = append(rows, row)
	}
	return rows
}

func verdictRows(r *app.Report) [][]any {
	var rows [][]any
	for _, v := range r.Verdicts {
		rows = append(rows, []any{v.Rule, v.Title, string(v.Severity), v.Product, string(v.Kind), string(v.Verdict), v.Partial, v.Findings, v.Reason, strings.Join(v.Maps, ", ")})
	}
	return rows
}
