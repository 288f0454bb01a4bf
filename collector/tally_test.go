package collector

import (
	"reflect"
	"testing"

	"plumbline/store"
)

// TestTally: what parts add up to is the same in whatever order they end, and names all that would have opened them.
func TestTally(t *testing.T) {
	parts := map[string]store.End{
		"site": {Outcome: store.Denied, HTTPStatus: 403, Reason: "no rights", Missing: []string{"ADMINISTER"}},
		"1":    {Outcome: store.Denied, HTTPStatus: 401, Reason: "not this project"},
		"2":    {Outcome: store.Complete},
		"3":    {Outcome: store.Denied, HTTPStatus: 401, Reason: "scope", Missing: []string{"read:project-role:jira"}},
	}
	want := store.End{Outcome: store.Partial, HTTPStatus: 401, Reason: "3 of 4 denied: not this project", Missing: []string{"ADMINISTER", "read:project-role:jira"}}
	for _, order := range [][]string{{"site", "1", "2", "3"}, {"3", "2", "1", "site"}, {"2", "site", "3", "1"}} {
		var all tally
		for _, parent := range order {
			all.add(parent, parts[parent])
		}
		if got := *all.end(); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v", order, got)
		}
	}
}
