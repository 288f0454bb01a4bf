package cli

import (
	"os"
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
