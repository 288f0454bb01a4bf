package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
	"plumbline/app/window"
)

func openCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "open [FILE...]",
		Short: "The window",
		Long: `Opens the window, on FILE if it is given. Of several files the first is shown and the
others are put among the recent ones. Where a window is open already, it shows the file.

On a machine without a display, or with a program that was built without the window,
plumbline serve shows the same in a browser.`,
		Args: between(0, 1000),
		RunE: func(c *cobra.Command, files []string) error { return s.openWindow(c.Context(), files) },
	}
}

// openWindow opens the window of this program, or that of the desktop program beside it.
func (s *session) openWindow(ctx context.Context, files []string) error {
	switch {
	case !hasDisplay():
		return &app.Problem{
			Code: "no-display", Exit: app.Failed, Title: "there is no display to open a window on",
			Hint: command(append([]string{"serve"}, files[:min(len(files), 1)]...)...) + " shows it in a browser",
		}
	case window.Desktop:
		return window.Run(window.New(s.withoutAsking(ctx)), s.look.Page, s.look.Icon, files)
	}
	program := desktopProgram()
	if program == "" {
		return window.Run(nil, nil, nil, files) // says what is missing
	}
	started := exec.Command(program, append([]string{"open"}, files...)...)
	started.Stderr = os.Stderr
	if err := started.Start(); err != nil {
		return err
	}
	return started.Process.Release()
}

// desktopProgram is the program with the window: beside this one, or where programs are; "" if it is
// nowhere.
func desktopProgram() string {
	name := "plumbline-desktop"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return found
}

// withoutCommand is what no command at all asks for: the window, where this program has one and there
// is a display, else help. A system that opens a file by double click names the file alone.
func (s *session) withoutCommand(c *cobra.Command, args []string) error {
	if !window.Desktop || !hasDisplay() {
		return c.Help()
	}
	return s.openWindow(c.Context(), args)
}

// commandOrFile refuses words that are no command, unless they name an evidence file for the window.
func commandOrFile(c *cobra.Command, args []string) error {
	if window.Desktop && len(args) == 1 && strings.Contains(strings.ToLower(filepath.Base(args[0])), ".plumb") {
		if info, err := os.Stat(args[0]); err == nil && info.Mode().IsRegular() {
			return nil
		}
	}
	return unknownCommand(c, args)
}
