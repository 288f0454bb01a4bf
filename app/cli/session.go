package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"plumbline/app"
)

// session is one run of the program: its streams, the flags every command has, and the exit code
// that the answer asks for.
type session struct {
	in       io.Reader
	out, err io.Writer
	look     Look

	json, quiet, verbose           bool
	noColor, noProgress, noInput   bool
	output, config                 string   // output: the file that -o names, "" is stdout
	dash                           bool     // -o -: stdout was asked for by name
	identities                     []string // files with keys that open encrypted files
	passphraseFile, passphraseRead string   // the second: what stdin held
	outTerminal, errTerm, inputTTY bool

	exit app.Exit
}

func newSession(streams Streams) *session {
	return &session{
		in: streams.In, out: streams.Out, err: streams.Err, look: streams.Look,
		outTerminal: isTerminal(streams.Out), errTerm: isTerminal(streams.Err), inputTTY: isTerminal(streams.In),
	}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// takeOutput takes -o - for stdout, as other programs do.
func (s *session) takeOutput() {
	if s.output == "-" {
		s.output, s.dash = "", true
	}
}

// newFile is the file that -o names, where a command makes an evidence file: that is no stream.
func (s *session) newFile() (string, error) {
	if s.dash {
		return "", app.Usage("-o - is stdout, and an evidence file is no stream", "-o NAME.plumb.db names a file")
	}
	return s.output, nil
}

// end asks for an exit code; the most serious one wins.
func (s *session) end(code app.Exit) { s.exit = app.Worst(s.exit, code) }

// colour says whether to colour what goes to a stream.
func (s *session) colour(terminal bool) bool {
	return terminal && !s.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// columns is the width of the terminal, 0 where there is none.
func (s *session) columns(stream any) int {
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// brief says whether long lists are cut: on a terminal, unless -v asks for all.
func (s *session) brief() bool { return s.outTerminal && s.output == "" && !s.verbose }

// most is how many entries of a list are printed at first: n on a terminal, else all (0).
func (s *session) most(n int) int {
	if s.brief() {
		return n
	}
	return 0
}

// asJSON says whether the answer is to be JSON.
func (s *session) asJSON() bool {
	return s.json || strings.EqualFold(filepath.Ext(s.output), ".json")
}

// show prints an answer: as JSON, or as the page that words makes of it, to stdout or to -o FILE.
func (s *session) show(answer any, words func(*page)) error {
	if s.output == "" {
		if s.asJSON() {
			return writeJSON(s.out, answer, s.outTerminal)
		}
		p := &page{}
		words(p)
		_, err := io.WriteString(s.out, p.render(s.columns(s.out), s.colour(s.outTerminal), false))
		return err
	}
	markdown := false
	switch ext := strings.ToLower(filepath.Ext(s.output)); ext {
	case ".md":
		markdown = true
	case ".html", ".xlsx", ".csv", ".sarif", ".pdf":
		return app.Usage("-o cannot write "+ext+" here", "it writes text, Markdown (.md) and JSON (.json); plumbline report writes "+ext)
	}
	err := app.WriteFile(s.output, func(w io.Writer) error {
		if s.asJSON() {
			return writeJSON(w, answer, true)
		}
		p := &page{}
		words(p)
		_, err := io.WriteString(w, p.render(0, false, markdown))
		return err
	})
	if err == nil {
		s.say("Wrote %s", s.output)
	}
	return err
}

// write prints what has a form of its own, to stdout or to -o FILE.
func (s *session) write(write func(io.Writer) error) error {
	if s.output == "" {
		return write(s.out)
	}
	return app.WriteFile(s.output, write)
}

// say prints words beside the answer: to stderr, unless -q.
func (s *session) say(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintln(s.err, app.Neutral(fmt.Sprintf(format, args...)))
	}
}

// howFar is what shows on a moving line how far a step is, of objects, and what takes the line off the screen again. It is
// nil where no line moves: away from a terminal, with --json, -q or --no-progress.
func (s *session) howFar() (show func(step string, done, total int64), end func()) {
	if !s.errTerm || s.noProgress || s.quiet || s.json || os.Getenv("TERM") == "dumb" {
		return nil, func() {}
	}
	var last time.Time
	return func(step string, done, total int64) {
			if time.Since(last) > time.Second/5 {
				last = time.Now()
				fmt.Fprintf(s.err, "\r\x1b[K%s: %s of %s objects", step, count(done), count(total))
			}
		}, func() {
			if !last.IsZero() {
				fmt.Fprint(s.err, "\r\x1b[K")
			}
		}
}

// next names the commands that a person may want next, each with what it is for.
func (s *session) next(pairs ...string) {
	if s.quiet || s.json || s.output != "" {
		return
	}
	widest := 0
	for i := 0; i < len(pairs); i += 2 {
		widest = max(widest, width(pairs[i]))
	}
	fmt.Fprintln(s.err)
	for i := 0; i < len(pairs); i += 2 {
		pad := strings.Repeat(" ", widest-width(pairs[i]))
		fmt.Fprintln(s.err, app.Neutral(pairs[i])+":"+pad+"  "+app.Neutral(pairs[i+1]))
	}
}

// complain prints an error: one line.
func (s *session) complain(p *app.Problem) {
	line := "plumbline: " + strings.TrimSuffix(app.Neutral(p.Title), ".")
	if p.Hint != "" {
		line += "; " + app.Neutral(p.Hint)
	}
	if s.colour(s.errTerm) {
		line = "\x1b[31m" + "plumbline:" + "\x1b[0m" + strings.TrimPrefix(line, "plumbline:")
	}
	fmt.Fprintln(s.err, line)
}

// ask asks a yes-or-no question on a terminal. Where there is none, or with --no-input, the answer
// is what the command line already said by being there.
func (s *session) ask(question string) bool {
	if !s.inputTTY || !s.errTerm || s.noInput {
		return true
	}
	fmt.Fprintf(s.err, "%s [y/N] ", app.Neutral(question))
	var answer string
	fmt.Fscanln(s.in, &answer)
	return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")
}

// writeJSON writes one document and a newline. Control characters that a terminal would obey and
// those that turn the direction of text are written as escapes: the same JSON, safe to look at.
func writeJSON(w io.Writer, v any, indent bool) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if indent {
		e.SetIndent("", "  ")
	}
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := w.Write(escapeHostile(b.Bytes()))
	return err
}

func escapeHostile(b []byte) []byte {
	if !hostileJSON.Match(b) {
		return b
	}
	return hostileJSON.ReplaceAllFunc(b, func(m []byte) []byte {
		r, _ := utf8.DecodeRune(m)
		if r > 0xffff {
			r -= 0x10000
			return fmt.Appendf(nil, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		return fmt.Appendf(nil, `\u%04x`, r)
	})
}

// hostileJSON are the characters of hostile that JSON allows unescaped inside a string.
var hostileJSON = regexp.MustCompile(`[\x{7f}-\x{9f}]|[\x{ad}\x{61c}\x{180e}\x{200b}\x{200c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{e0000}-\x{e007f}]`)

// quote writes an argument as a shell takes it.
func quote(arg string) string {
	if arg != "" && !strings.ContainsFunc(arg, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/:=@%+,~", r))
	}) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// command writes a command line to show.
func command(args ...string) string {
	quoted := make([]string, 0, len(args)+1)
	quoted = append(quoted, "plumbline")
	for _, a := range args {
		quoted = append(quoted, quote(a))
	}
	return strings.Join(quoted, " ")
}
