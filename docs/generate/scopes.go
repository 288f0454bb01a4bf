package main

import (
	"encoding/json"
	"strings"

	"plumbline/collector"
)

// scopeFiles are the reference data on scopes that rules read, made from what the collector declares: the scopes there are,
// and which each resource needs. One entry a line.
func scopeFiles() (scopes, needs string, err error) {
	var known, needed []any
	for _, s := range collector.Scopes() {
		verb, _, ok := strings.Cut(s.Name, ":")
		if !ok {
			verb = "stay"
		}
		known = append(known, struct {
			Scope    string   `json:"scope"`
			Class    string   `json:"class"`
			Verb     string   `json:"verb"`
			Product  string   `json:"product"`
			Title    string   `json:"title"`
			Mutating bool     `json:"mutating"`
			Classic  []string `json:"classic"`
		}{s.Name, s.Family, verb, string(s.Product), s.Title, s.Writes, s.Classic})
	}
	for _, n := range collector.NeededScopes() {
		needed = append(needed, struct {
			Resource   string `json:"resource"`
			Part       string `json:"part"`
			Source     int    `json:"source"`
			Together   bool   `json:"together"`
			Credential string `json:"credential"`
			Class      string `json:"class"`
			Scope      string `json:"scope"`
		}{n.Resource, n.Part, n.Source, n.Together, n.Credential, n.Class, n.Scope})
	}
	if scopes, err = referenceFile("scopes", collector.ScopesSource, known); err != nil {
		return "", "", err
	}
	needs, err = referenceFile("needs", "what each resource of this program declares, from the API pages named with it", needed)
	return scopes, needs, err
}

func referenceFile(list, source string, entries []any) (string, error) {
	words, err := json.Marshal(source)
	if err != nil {
		return "", err
	}
	lines := make([]string, len(entries))
	for i, e := range entries {
		text, err := json.Marshal(e)
		if err != nil {
			return "", err
		}
		lines[i] = "  " + string(text)
	}
	return `{"as_of": "` + collector.ScopesAsOf + `",` + "\n \"source\": " + string(words) + ",\n \"" + list + "\": [\n" + strings.Join(lines, ",\n") + "\n]}\n", nil
}
