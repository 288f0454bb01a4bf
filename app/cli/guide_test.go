package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Every command and file of the guide to writing rules is one of the script that plays it, in the same order.
func TestGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/writing-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := txtar.ParseFile("testdata/script/own_rules.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^\$ (.+)$`).FindAllStringSubmatch(string(guide), -1)
	if len(commands) < 15 {
		t.Fatalf("%d commands in the guide", len(commands))
	}
	rest := string(script.Comment)
	for _, c := range commands {
		played := "exec " + strings.ReplaceAll(c[1], `"`, "'") + "\n"
		_, after, ok := strings.Cut(rest, played)
		if !ok {
			t.Fatalf("the script does not play, at its place: %s", c[1])
		}
		rest = after
	}
	for _, f := range script.Files {
		if !strings.HasPrefix(f.Name, "OWN-LEAD-001") && f.Name != "more" {
			continue
		}
		var text strings.Builder
		for line := range strings.Lines(string(f.Data)) {
			text.WriteString(strings.TrimPrefix(line, ">")) // as testscript unquotes
		}
		if !strings.Contains(string(guide), "\n"+text.String()+"```") {
			t.Errorf("the guide does not show %s as it is in the script", f.Name)
		}
	}
}

// Every command that a page shows is one, with flags and arguments that it takes.
func TestCommandsShown(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```")
	line := regexp.MustCompile(`(?m)^(?:\$ )?(?:bin/)?plumbline (.+)$`)
	shown := 0
	for _, page := range append(pages, "../../README.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks.FindAllSubmatch(text, -1) {
			for _, l := range line.FindAllSubmatch(block[1], -1) {
				shown++
				root := newRoot(newSession(Streams{}))
				c, rest, err := root.Find(words(string(l[1])))
				if err == nil {
					err = c.ParseFlags(rest)
				}
				if err == nil {
					err = c.ValidateArgs(c.Flags().Args())
				}
				if err != nil {
					t.Errorf("%s shows plumbline %s: %v", filepath.Base(page), l[1], err)
				}
			}
		}
	}
	if shown < 40 {
		t.Errorf("%d commands were found", shown)
	}
}

// words are a line's as a shell takes them apart, up to a comment, a redirection or another command.
func words(line string) []string {
	var all []string
	for _, w := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1) {
		if w[0] == '#' || w[0] == '>' || w[0] == '|' || w == "&&" {
			break
		}
		all = append(all, strings.Trim(w, `"'`))
	}
	return all
}
