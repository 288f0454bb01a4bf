package report

import (
	"io"
	"slices"

	"plumbline/app"
)

// writeCSV writes a row for each finding and each notice: RFC 4180 has no comments, so the first column says what a row
// is. notice: its words are in detail. finding, gone (of the baseline alone), drift.
func writeCSV(w io.Writer, r *app.Report) error {
	columns := append([]string{"kind"}, findingColumns...)
	detail := slices.Index(columns, "detail")
	return app.WriteCSV(w, columns, func(yield func([]any) bool) {
		for _, n := range slices.Concat([]app.Notice{{Code: "totals", Words: totals(r)}}, r.Notices, attestations(r)) {
			row := make([]any, len(columns))
			row[0], row[slices.Index(columns, "title")], row[detail] = "notice", n.Code, n.Words
			if !yield(row) {
				return
			}
		}
		for _, list := range lists(r) {
			for i := range list.findings {
				if !yield(append([]any{list.kind}, findingRow(&list.findings[i])...)) {
					return
				}
			}
		}
	})
}

// kindOf is a list of findings of a report.
type kindOf struct {
	kind     string
	findings []app.ChangedFinding
}

// lists are the findings of a report: of the snapshot, of the baseline alone, and what drifted.
func lists(r *app.Report) []kindOf {
	drift := make([]app.ChangedFinding, len(r.Drift))
	for i, x := range r.Drift {
		drift[i].Finding = x
	}
	return []kindOf{{"finding", r.Findings}, {"gone", r.Gone}, {"drift", drift}}
}

// writeJSON writes the whole report as one document.
func writeJSON(w io.Writer, r *app.Report) error { return encode(w, r) }
