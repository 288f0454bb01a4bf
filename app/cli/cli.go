// Package cli is the command line: it reads flags, asks app, prints the answer and ends with an
// exit code. It holds no logic of its own.
//
// The rules of the terminal, which every command keeps:
//   - Data goes to stdout, words to stderr. A reader that goes away ends nothing loudly.
//   - Text from a site or a file is made safe before it is printed, wherever it comes from.
//   - Colour, progress and cutting to the width are for terminals; a pipe gets everything, plainly.
//   - An error is one line that says what is wrong and what to do, never a trace, never a secret.
//   - With --json stdout holds one document as docs/cli.md describes it, or lines of them.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"plumbline/app"
)

// Look is what the window shows: the page that was built for it, and the program's icon.
type Look struct {
	Page fs.FS  // nil, or without index.html: not built
	Icon []byte // PNG
}

// Main runs the command line of this process, of a version of the program, and returns its exit code.
func Main(version string, look Look) int {
	app.SetVersion(version)
	// A closed pipe is then an error of the write, which is quiet, and collecting goes on without it.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second Ctrl-C ends at once
		<-ctx.Done()
		stop()
	}()
	return Run(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Look: look})
}

// Streams are what a command reads from and writes to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Look     Look // what serve and open show
}

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, args []string, streams Streams) (code int) {
	s := newSession(streams)
	defer app.Conceal("") // whatever comes, nothing decrypted stays
	defer func() {
		if cause := recover(); cause != nil {
			s.complain(&app.Problem{
				Code: "internal", Exit: app.Failed,
				Title: fmt.Sprintf("internal error: %v", cause),
				Hint:  "please report it; PLUMBLINE_TRACE=1 prints where it happened",
			})
			if os.Getenv("PLUMBLINE_TRACE") != "" {
				fmt.Fprintf(s.err, "%s", debug.Stack())
			}
			code = int(app.Failed)
		}
	}()
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return int(s.exit)
	case errors.Is(err, syscall.EPIPE):
		return int(s.exit)
	}
	p := app.Words(err)
	s.complain(p)
	return int(app.Worst(p.Exit, s.exit))
}
