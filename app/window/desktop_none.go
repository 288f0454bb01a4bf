//go:build !desktop && !dev && !bindings

package window

import (
	"io/fs"

	"plumbline/app"
)

// Desktop says whether this program opens a window of its own.
const Desktop = false

// Run opens the window, where the program was built with one.
func Run(*Window, fs.FS, []byte, []string) error {
	return &app.Problem{
		Code: "no-window", Exit: app.Failed, Title: "this program was built without a window of its own",
		Hint: "plumbline serve opens it in the browser; make build makes plumbline-desktop",
	}
}
