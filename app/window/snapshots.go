package window

import (
	"context"

	"plumbline/app"
)

// Snapshots lists the snapshots of a site, or of all with "", oldest first: those being collected or interrupted too.
func (w *Window) Snapshots(site string) (app.SnapshotList, error) {
	return with(w, "", func(ctx context.Context, f *opened) (app.SnapshotList, error) { return f.Snapshots(ctx, site) })
}

// LabelSnapshot names a snapshot; "" takes the name away.
func (w *Window) LabelSnapshot(snapshot int64, label string) (app.Snapshot, error) {
	return mark(w, snapshot, func(ctx context.Context, f *app.File, ref string) (app.Snapshot, error) {
		return f.Label(ctx, ref, "", label)
	})
}

// PinSnapshot makes a snapshot the one that later ones are compared with, in place of another of its site; pinned
// false takes the pin away.
func (w *Window) PinSnapshot(snapshot int64, pinned bool) (app.Snapshot, error) {
	return mark(w, snapshot, func(ctx context.Context, f *app.File, ref string) (app.Snapshot, error) {
		return f.Pin(ctx, ref, "", !pinned)
	})
}

// DropSnapshot removes a snapshot from the file for good and returns what it was; a sealed one stays.
func (w *Window) DropSnapshot(snapshot int64) (app.Snapshot, error) {
	return mark(w, snapshot, func(ctx context.Context, f *app.File, ref string) (app.Snapshot, error) {
		s, err := f.Drop(ctx, ref, "", false)
		if err == nil {
			w.recheck()
		}
		return s, err
	})
}

// mark writes to one snapshot of the open file.
func mark(w *Window, snapshot int64, do func(context.Context, *app.File, string) (app.Snapshot, error)) (app.Snapshot, error) {
	return change(w, "", func(ctx context.Context, path string) (s app.Snapshot, err error) {
		ref := reference(snapshot)
		if ref == "" {
			return s, app.Usage("no snapshot is named", "")
		}
		err = app.Change(ctx, path, "", func(f *app.File) error {
			s, err = do(ctx, f, ref)
			return err
		})
		return s, err
	})
}

// Requests is the request log of a snapshot: a row for each failure, retry and wait, and one for each resource and
// parent otherwise.
func (w *Window) Requests(snapshot int64, resource string) ([]app.LoggedRequest, error) {
	return with(w, "", func(ctx context.Context, f *opened) ([]app.LoggedRequest, error) {
		return f.Requests(ctx, reference(snapshot), resource)
	})
}

// Origins are what happened to a snapshot that was not collected into the open file, the first thing first.
func (w *Window) Origins(snapshot int64) ([]app.Origin, error) {
	return with(w, "", func(ctx context.Context, f *opened) ([]app.Origin, error) { return f.Origins(ctx, snapshot) })
}
