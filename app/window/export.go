package window

import (
	"context"
	"io"
	"path/filepath"

	"plumbline/app"
	"plumbline/app/report"
)

// ExportFindings writes the findings that a filter lists, worst first, to a file whose name ends in
// .csv, .json or .md. What is there is replaced: who chose the name was asked.
func (w *Window) ExportFindings(lens Lens, filter, path, token string) (*Exported, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Exported, error) {
		format, err := report.ListFormat(path)
		if err != nil {
			return nil, err
		}
		if path, err = filepath.Abs(path); err != nil {
			return nil, err
		}
		listed, err := v.listed(ctx, filter)
		if err != nil {
			return nil, err
		}
		judged, err := v.judgement(ctx)
		if err != nil {
			return nil, err
		}
		out := report.List{File: judged.File, Snapshot: judged.Snapshot, Rules: judged.Rules, Filter: filter, Findings: make([]app.ChangedFinding, len(listed))}
		for i, x := range listed {
			out.Findings[i] = *x
		}
		if v.compared() {
			compared, err := v.comparison(ctx)
			if err != nil {
				return nil, err
			}
			out.Baseline = &compared.Before
		}
		err = app.WriteFile(path, func(w io.Writer) error { return out.Write(w, format) })
		return &Exported{path, len(listed)}, err
	})
}
