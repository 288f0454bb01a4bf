package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The committed list of cases, `rules list --json` and the case files themselves say the same of every rule.
func TestCaseList(t *testing.T) {
	listed := map[string]string{} // what each says of a rule: fail clean denied partial near_miss absent
	text, err := os.ReadFile("../../queries/rules/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			listed[words[0]] = strings.Join(words[1:], " ")
		}
	}
	var out, complaints bytes.Buffer
	if code := Run(context.Background(), []string{"rules", "list", "--json"}, Streams{In: strings.NewReader(""), Out: &out, Err: &complaints}); code != 0 {
		t.Fatalf("exit %d: %s", code, &complaints)
	}
	var answer struct {
		Rules []struct {
			ID    string         `json:"id"`
			Cases map[string]int `json:"cases"`
		} `json:"rules"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	kinds := []string{"fail", "clean", "denied", "partial", "near_miss", "absent"}
	counted := func(n map[string]int) string {
		var words []string
		for _, kind := range kinds {
			words = append(words, fmt.Sprint(n[kind]))
		}
		return strings.Join(words, " ")
	}
	printed := map[string]string{}
	for _, r := range answer.Rules {
		printed[r.ID] = counted(r.Cases)
	}
	written := map[string]string{} // by the lines of the files, without the parser that the program has
	files, err := filepath.Glob("../../queries/rules/*/*-*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	kindLine := regexp.MustCompile(`(?m)^kind:\s*(\w+)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, m := range kindLine.FindAllStringSubmatch(string(text), -1) {
			n[m[1]]++
		}
		written[strings.TrimSuffix(filepath.Base(file), ".txtar")] = counted(n)
	}
	if len(written) < 15 {
		t.Fatalf("%d case files", len(written))
	}
	for name, other := range map[string]map[string]string{"rules list --json": printed, "the case files": written} {
		for id, n := range other {
			if listed[id] != n {
				t.Errorf("%s: queries/rules/cases.txt says %q, %s %q; make generate", id, listed[id], name, n)
			}
		}
		for id := range listed {
			if _, there := other[id]; !there {
				t.Errorf("%s is in queries/rules/cases.txt and not in %s; make generate", id, name)
			}
		}
	}
	for id, n := range listed {
		if strings.Contains(" "+n+" ", " 0 ") {
			t.Errorf("%s has no case of a kind: %s are %s", id, strings.Join(kinds, ", "), n)
		}
	}
}
