package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThreatsNameTheirTests reads docs/threat-model.md: every threat names what would fail, or says that it is not
// held; and every test, script and journey that any page of ours names is there.
func TestThreatsNameTheirTests(t *testing.T) {
	there := map[string]bool{}
	gather := func(pattern *regexp.Regexp, files ...string) {
		t.Helper()
		out, err := exec.Command("git", append([]string{"ls-files"}, files...)...).Output()
		if err != nil {
			t.Fatalf("git ls-files: %v", err)
		}
		for _, name := range strings.Fields(string(out)) {
			b, err := os.ReadFile(name)
			if err != nil {
				continue // removed but not yet committed
			}
			for _, m := range pattern.FindAllStringSubmatch(string(b), -1) {
				there[m[1]] = true
			}
			there[filepath.Base(name)] = true
		}
	}
	gather(regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`), "*_test.go")
	gather(regexp.MustCompile(`(?m)^  name: '([^']+)'`), "frontend/test/journeys/*.mjs")
	gather(regexp.MustCompile(`^\x00(.)`), "app/cli/testdata/script/*.txtar")

	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*|\\w+\\.txtar)`|journey `([^`]+)`")
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md") {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			if name := m[1] + m[2]; !there[name] {
				t.Errorf("%s names %q, and there is no such test", page, name)
			}
		}
		if filepath.Base(page) != "threat-model.md" {
			continue
		}
		threats := 0
		for line := range strings.Lines(string(b)) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			if !strings.HasPrefix(line, "| ") || len(cells) != 3 || strings.TrimSpace(cells[0]) == "what may happen" {
				continue
			}
			threats++
			if !named.MatchString(cells[2]) && !strings.Contains(cells[2], "**not held**") {
				t.Errorf("%s: nothing holds %q", page, strings.TrimSpace(cells[0]))
			}
		}
		if threats < 40 {
			t.Errorf("%s: %d threats were read", page, threats)
		}
	}
}

// TestLinksLead follows every link of our pages to another page, a heading or a picture of ours.
func TestLinksLead(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
	heading, other := regexp.MustCompile(`(?m)^#+ (.+)$`), regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	anchors := map[string]bool{} // page#heading, as forges spell it
	for _, page := range pages {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range heading.FindAllStringSubmatch(string(b), -1) {
			anchors[page+"#"+strings.ReplaceAll(other.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), ""), " ", "-")] = true
		}
	}
	for _, page := range pages {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(string(b), -1) {
			file, place, _ := strings.Cut(m[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			to := page
			if file != "" {
				to = filepath.Join(filepath.Dir(page), file)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s leads to %s, which is not there", page, m[1])
			} else if place != "" && strings.HasSuffix(to, ".md") && !anchors[to+"#"+place] {
				t.Errorf("%s leads to %s, and there is no such heading", page, m[1])
			}
		}
	}
}
