package window

import (
	"context"

	"plumbline/app"
)

// Questions lists what people are asked of the lens's site because no API shows it, with the answers that stand.
func (w *Window) Questions(lens Lens, token string) (*app.QuestionList, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*app.QuestionList, error) {
		return v.Questions(ctx, reference(v.lens.Snapshot), "")
	})
}

// Attest writes an answer into the open file.
func (w *Window) Attest(q app.Attesting) (*app.Attested, error) {
	return change(w, "", func(ctx context.Context, path string) (*app.Attested, error) {
		return app.Attest(ctx, path, "", q, w.now())
	})
}
