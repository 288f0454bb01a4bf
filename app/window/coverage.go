package window

import (
	"context"
	"slices"

	"plumbline/app"
)

// CoverageMatrix says for every resource of a site ("": the one collected last) what came of it in each snapshot.
func (w *Window) CoverageMatrix(site string) (*app.CoverageMatrix, error) {
	return with(w, "", func(ctx context.Context, f *opened) (*app.CoverageMatrix, error) {
		dirs := existing(w.settings().RuleFolders)
		return keep(ctx, f, join("coverage matrix", site, foldersKey(dirs)), func(ctx context.Context) (*app.CoverageMatrix, error) {
			return f.CoverageMatrix(ctx, site, dirs)
		})
	})
}

// CoverageOf is one cell of the matrix whole: with its parts that are not complete, and by judging the rules that could
// not look. It can be cancelled.
func (w *Window) CoverageOf(lens Lens, resource, token string) (app.CoverageRow, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (app.CoverageRow, error) {
		covered, err := keep(ctx, v.opened, join("coverage", v.key()), func(ctx context.Context) (*app.Coverage, error) {
			return v.Coverage(ctx, reference(v.lens.Snapshot), v.lens.Site, v.judging)
		})
		if err != nil {
			return app.CoverageRow{}, err
		}
		i := slices.IndexFunc(covered.Resources, func(c app.CoverageRow) bool { return c.Resource == resource })
		if i < 0 {
			return app.CoverageRow{}, app.Unknown("resource", resource, app.ResourceNames(), "")
		}
		return covered.Resources[i], nil
	})
}
