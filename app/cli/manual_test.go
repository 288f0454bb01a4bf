package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

const manualDir = "../../docs/cli"

// The pages in docs/cli are what the commands say of themselves today; `go test ./app/cli -update`
// writes them anew.
func TestManualIsCurrent(t *testing.T) {
	dir := t.TempDir()
	if *update {
		if err := os.RemoveAll(manualDir); err != nil {
			t.Fatal(err)
		}
		dir = manualDir
	}
	if err := writePages(newRoot(newSession(Streams{})), dir, ".md", markdownPage); err != nil {
		t.Fatal(err)
	}
	want, have := files(t, dir), files(t, manualDir)
	for name, text := range want {
		if !bytes.Equal(have[name], text) {
			t.Errorf("docs/cli/%s is not what the command says of itself: go test ./app/cli -update", name)
		}
	}
	for name := range have {
		if _, made := want[name]; !made {
			t.Errorf("docs/cli/%s belongs to no command: go test ./app/cli -update", name)
		}
	}
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Every command and flag says what it is for, and docs/cli.md names every command that answers in JSON.
func TestEveryCommandSaysWhatItIs(t *testing.T) {
	page, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: a sentence without its full stop is wanted, not %q", c.CommandPath(), c.Short)
		}
		own, _ := flagSets(c)
		for _, f := range own {
			if f.Usage == "" {
				t.Errorf("%s --%s says nothing", c.CommandPath(), f.Name)
			}
		}
		for _, example := range strings.Split(c.Example, "\n") {
			if e := strings.TrimSpace(example); e != "" && !strings.HasPrefix(e, "plumbline "+strings.Join(commandWords(c), " ")) {
				t.Errorf("%s: the example %q is of another command", c.CommandPath(), e)
			}
		}
		for _, sub := range documented(c) {
			walk(sub)
		}
		if len(documented(c)) == 0 && !bytes.Contains(page, []byte("`"+strings.Join(commandWords(c), " "))) &&
			!strings.Contains("man completion snapshots", commandWords(c)[0]) {
			t.Errorf("docs/cli.md does not speak of %q", strings.Join(commandWords(c), " "))
		}
	}
	walk(newRoot(newSession(Streams{})))
}
