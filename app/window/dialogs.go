package window

import (
	"context"

	"plumbline/app"
)

// dialogs are the system's own, where there is a desktop.
type dialogs struct {
	open func(ctx context.Context, kind string) (string, error)
	save func(ctx context.Context, suggested string) (string, error)
}

var errNoDialog = &app.Problem{Code: "no_dialog", Title: "a browser cannot ask this machine for a file", Hint: "give its path"}

// ChooseFile asks for a file, or with kind "folder" for a folder: evidence, ca, folder. "" is a
// person who thought better of it. In a browser the error has the code "no_dialog": ask for a path.
func (w *Window) ChooseFile(kind string) (string, error) {
	return call(w, "", func(ctx context.Context) (string, error) {
		if w.dialogs.open == nil {
			return "", errNoDialog
		}
		return w.dialogs.open(ctx, kind)
	})
}

// SaveFile asks where to write a file of this suggested name; else as ChooseFile.
func (w *Window) SaveFile(suggested string) (string, error) {
	return call(w, "", func(ctx context.Context) (string, error) {
		if w.dialogs.save == nil {
			return "", errNoDialog
		}
		return w.dialogs.save(ctx, suggested)
	})
}
