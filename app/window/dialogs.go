package window

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"plumbline/app"
)

// dialogs are the system's own, where there is a desktop.
type dialogs struct {
	open func(ctx context.Context, kind string) (string, error)
	save func(ctx context.Context, suggested string) (string, error)

	browse func(address string) // shows it in the system's browser
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

// TypedPath is what a path that a person typed, or pasted with quotes round it, means on this machine.
type TypedPath struct {
	Path   string `json:"path"`   // from the root on
	There  bool   `json:"there"`  // something is there
	Folder bool   `json:"folder"` // and it is a folder
}

// TypedPath reads a path as a shell would: ~ is the home folder, quotes round it are not part of it.
func (w *Window) TypedPath(typed string) (TypedPath, error) {
	return call(w, "", func(context.Context) (TypedPath, error) {
		path := strings.TrimSpace(typed)
		if n := len(path); n > 1 && (path[0] == '"' || path[0] == '\'') && path[n-1] == path[0] {
			path = path[1 : n-1]
		}
		if path == "" {
			return TypedPath{}, app.Usage("no path is given", "give the whole of it")
		}
		if rest, home := strings.CutPrefix(path, "~"); home && (rest == "" || os.IsPathSeparator(rest[0])) {
			dir, err := os.UserHomeDir()
			if err != nil {
				return TypedPath{}, err
			}
			path = dir + rest
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return TypedPath{}, err
		}
		at, err := os.Stat(path)
		return TypedPath{Path: path, There: err == nil, Folder: err == nil && at.IsDir()}, nil
	})
}
