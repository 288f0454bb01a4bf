package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("out of ink") }

// Whatever goes wrong inside, a person sees one line and a script sees 1.
func TestNoTraces(t *testing.T) {
	var stderr bytes.Buffer
	code := Run(t.Context(), []string{"version"}, Streams{In: strings.NewReader(""), Out: panicking{}, Err: &stderr})
	if said := stderr.String(); code != 1 || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "plumbline: internal error: out of ink") {
		t.Errorf("exit %d, %q", code, said)
	}
}

// Run leaves nothing behind from one command line to the next.
func TestRunTwice(t *testing.T) {
	for range 2 {
		var out bytes.Buffer
		if code := Run(t.Context(), []string{"version", "--json"}, Streams{In: strings.NewReader(""), Out: &out, Err: io.Discard}); code != 0 || !strings.HasPrefix(out.String(), "{") {
			t.Errorf("exit %d, %q", code, out.String())
		}
		out.Reset()
		if code := Run(t.Context(), []string{"version"}, Streams{In: strings.NewReader(""), Out: &out, Err: io.Discard}); code != 0 || strings.HasPrefix(out.String(), "{") {
			t.Errorf("exit %d, %q", code, out.String())
		}
	}
}
