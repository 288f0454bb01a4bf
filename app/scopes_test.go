package app

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// TestScopeData: what rules know of scopes is what the collector declares; `make generate` writes the one from the other.
func TestScopeData(t *testing.T) {
	bodies := map[string]map[string]json.RawMessage{"scope": {}, "scope_need": {}}
	for _, o := range rules.ShippedReference() {
		if rows := bodies[o.Resource]; rows != nil {
			rows[o.Key] = json.RawMessage(o.Body)
		}
	}
	same := func(relation, key string, want map[string]any) {
		t.Helper()
		body, there := bodies[relation][key]
		delete(bodies[relation], key)
		want["as_of"] = collector.ScopesAsOf
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if !there {
			t.Errorf("%s: %s is not in the data: make generate", relation, key)
		} else if json.Unmarshal(body, &a) != nil || json.Unmarshal(text, &b) != nil || !equalJSON(a, b) {
			t.Errorf("%s: %s\nwanted %s: make generate", relation, body, text)
		}
	}
	for _, s := range collector.Scopes() {
		verb, _, ok := strings.Cut(s.Name, ":")
		if !ok {
			verb = "stay"
		}
		same("scope", store.Key(s.Name), map[string]any{"scope": s.Name, "class": s.Family, "verb": verb, "product": s.Product, "title": s.Title,
			"mutating": s.Writes, "classic": append([]string{}, s.Classic...)})
	}
	for _, n := range collector.NeededScopes() {
		same("scope_need", store.Key(n.Resource, n.Part, strconv.Itoa(n.Source), n.Class, n.Scope), map[string]any{"resource": n.Resource, "part": n.Part,
			"source": n.Source, "together": n.Together, "credential": n.Credential, "class": n.Class, "scope": n.Scope})
		if _, known := collector.LookupScope(n.Scope); !known {
			t.Errorf("%s of %s is in no list of scopes", n.Scope, n.Resource)
		}
	}
	for relation, rows := range bodies {
		for key := range rows {
			t.Errorf("%s: nothing declares %s: make generate", relation, key)
		}
	}
}

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
