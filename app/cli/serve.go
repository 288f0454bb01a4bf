package cli

import (
	"context"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
	"plumbline/app/window"
)

func serveCommand(s *session) *cobra.Command {
	c := &cobra.Command{
		Use:   "serve [FILE]",
		Short: "The window in a local browser",
		Long: `Opens the window in this machine's browser, for machines without a desktop program of
their own: on loopback only, at a random port. The address that is printed works once
and lets in the browser that opens it; nothing and nobody else is answered.

Ends with Ctrl-C.`,
		Example: `  plumbline serve audit.plumb.db
  plumbline serve --no-browser          print the address and leave the opening to you`,
		Args: between(0, 1),
	}
	var noBrowser bool
	c.Flags().BoolVar(&noBrowser, "no-browser", false, "do not open the browser")
	c.RunE = func(c *cobra.Command, args []string) error {
		ctx := c.Context()
		w := window.New(s.withoutAsking(ctx)) // its page asks
		defer window.Close(w)
		if len(args) > 0 {
			if err := app.Unlock(ctx, args[0]); err != nil {
				return err
			}
			if _, err := w.Open(args[0]); err != nil {
				return err
			}
		}
		b, err := window.Listen(w, s.look.Page)
		if err != nil {
			return err
		}
		served := make(chan error, 1)
		go func() { served <- b.Serve(ctx) }()
		if s.json {
			err = writeJSON(s.out, struct {
				Address string `json:"address"`
			}{b.Address}, false)
		} else {
			_, err = fmt.Fprintln(s.out, b.Address)
		}
		if err != nil {
			return err
		}
		if !noBrowser && hasDisplay() {
			if err := openBrowser(ctx, b); err != nil {
				s.say("The browser could not be opened (%v): open the address above.", err)
			}
		}
		s.say("The address works once. Ctrl-C ends.")
		return <-served
	}
	return c
}

// hasDisplay says whether something can be shown here.
func hasDisplay() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// openBrowser opens the bridge's address. The address is a secret, and the arguments of a process are
// there for all users to read: the browser is given a file that only this user can read, which leads
// on to the address and goes away when it has.
func openBrowser(ctx context.Context, b *window.Bridge) error {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		dir = filepath.Join(cache, "plumbline")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp(dir, "plumbline-open-*") // of mode 0700
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "plumbline.html")
	text := fmt.Sprintf("<!doctype html><meta charset=utf-8><meta name=referrer content=no-referrer><meta http-equiv=refresh content=\"0;url=%s\"><title>Plumbline</title>\n", html.EscapeString(b.Address))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		os.RemoveAll(folder)
		return err
	}
	remove := context.AfterFunc(ctx, func() { os.RemoveAll(folder) })
	go func() {
		select {
		case <-b.Used():
			time.Sleep(time.Second) // some browsers read it twice
		case <-time.After(2 * time.Minute):
		case <-ctx.Done():
		}
		if remove() {
			os.RemoveAll(folder)
		}
	}()
	var open *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		open = exec.Command("rundll32", "url.dll,FileProtocolHandler", file)
	case "darwin":
		open = exec.Command("open", file)
	default:
		open = exec.Command("xdg-open", file)
	}
	if err := open.Start(); err != nil {
		os.RemoveAll(folder)
		return err
	}
	go func() { _ = open.Wait() }()
	return nil
}
