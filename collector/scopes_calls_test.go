package collector

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/scopes-of-calls.txt
var scopesOfCalls string

// undocumented is what a source declares beside the document: Atlassian announced the classic scope for this call on 15 June
// 2024, and the document has none in its list.
var undocumented = map[string]string{"POST /rest/api/3/permissions/check": "read:jira-work"}

// TestScopesOfCalls holds the scopes that each source declares against what Atlassian's documents say of the call.
func TestScopesOfCalls(t *testing.T) {
	facts := map[string][2][]string{}
	for line := range strings.Lines(scopesOfCalls) {
		if f := strings.Split(line, "|"); len(f) == 3 {
			facts[strings.TrimSpace(f[0])] = [2][]string{strings.Fields(f[1]), strings.Fields(f[2])}
		}
	}
	braces := regexp.MustCompile(`\{[^}]*\}`)
	asked := map[string]bool{}
	for _, r := range Resources() {
		for _, s := range r.Sources {
			call := cmp.Or(s.Method, "GET") + " " + braces.ReplaceAllString(s.Path, "{}")
			if r.Name == "anonymous_probe" || strings.Contains(s.Path, "/rest/plugins/") {
				continue // asked without any sign-in; in no document
			}
			fact, known := facts[call]
			if !known {
				t.Errorf("%s: what %s asks of a grant is not written down", r.Name, call)
				continue
			}
			asked[call] = true
			if extra := undocumented[call]; extra != "" {
				fact[0] = append(fact[0], extra)
			}
			for i, declared := range [2][]string{s.Classic, s.Granular} {
				if !slices.Equal(slices.Sorted(slices.Values(declared)), slices.Sorted(slices.Values(fact[i]))) {
					t.Errorf("%s: %s is declared to take %v, and takes %v", r.Name, call, declared, fact[i])
				}
			}
		}
	}
	for call := range facts {
		if !asked[call] {
			t.Errorf("nothing asks %s", call)
		}
	}
}
