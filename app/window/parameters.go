package window

import (
	"context"
	"errors"
	"io"
	"os"

	"plumbline/app"
)

// Parameters lists every parameter of the rules and of the score, with its value for the open file.
func (w *Window) Parameters(site string) (*app.ParameterList, error) {
	return with(w, "", func(ctx context.Context, f *opened) (*app.ParameterList, error) {
		return f.Parameters(ctx, site, existing(w.settings().RuleFolders))
	})
}

// SetParameter keeps a parameter in the open file: NAME, or RULE-ID.NAME for one rule. A list is a,b,c or a JSON array.
func (w *Window) SetParameter(name, value string) (*app.ParameterChange, error) {
	return change(w, "", func(ctx context.Context, path string) (*app.ParameterChange, error) {
		return app.SetParameter(ctx, path, "", name, value, "", existing(w.settings().RuleFolders), w.now())
	})
}

// UnsetParameter goes back to the default.
func (w *Window) UnsetParameter(name string) (*app.ParameterChange, error) {
	return change(w, "", func(ctx context.Context, path string) (*app.ParameterChange, error) {
		return app.UnsetParameter(ctx, path, "", name, "", w.now())
	})
}

// Decisions lists the decisions that stand for the lens's snapshot, the newest first; with history every act on its site.
func (w *Window) Decisions(lens Lens, history bool, token string) (*app.DecisionList, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*app.DecisionList, error) {
		return v.Decisions(ctx, reference(v.lens.Snapshot), "", v.judging, history)
	})
}

// ImportDecisions adds the decisions of a CSV file, all or none: where problems are listed, nothing was added.
func (w *Window) ImportDecisions(path string) (*app.DecisionImport, error) {
	return change(w, "", func(ctx context.Context, file string) (*app.DecisionImport, error) {
		in, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return app.ImportDecisions(ctx, file, "", in, app.Importing{Judging: app.Judging{Rules: existing(w.settings().RuleFolders)}}, w.now())
	})
}

// ExportDecisions writes every act on the site of the lens as CSV, so that ImportDecisions reads it.
func (w *Window) ExportDecisions(lens Lens, path, token string) (*Exported, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Exported, error) {
		if path == "" {
			return nil, errors.New("no file is named to write to")
		}
		all, err := v.Decisions(ctx, reference(v.lens.Snapshot), "", v.judging, true)
		if err != nil {
			return nil, err
		}
		err = app.WriteFile(path, func(out io.Writer) error { return all.WriteCSV(out) })
		return &Exported{path, len(all.Decisions)}, err
	})
}
