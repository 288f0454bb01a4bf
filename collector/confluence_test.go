package collector

import (
	"strings"
	"testing"

	"plumbline/store"
)

// TestConfluenceCases: every resource of Confluence, from answers to relations.
func TestConfluenceCases(t *testing.T) {
	collected := runCases(t, "confluence", "")
	for _, r := range confluenceResources() {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestConfluenceKept: nothing is kept for nothing. Every member is in a column of its view.
func TestConfluenceKept(t *testing.T) {
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	for _, r := range confluenceResources() {
		for _, path := range r.Keep {
			list, _, _ := strings.Cut(path, "[]")
			if !strings.Contains(views[r.Name], "'$."+list+"'") {
				t.Errorf("%s keeps %s, which no column shows", r.Name, path)
			}
			if volatile.MatchString(path) {
				t.Errorf("%s keeps %s, which is volatile or content", r.Name, path)
			}
		}
	}
}
