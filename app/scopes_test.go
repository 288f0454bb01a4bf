package app

import (
	"encoding/json"
	"fmt"
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

// A consent that would be too long is split by product, and what belongs to the account itself is in both.
func TestConsents(t *testing.T) {
	scopes := []ScopeRow{{Scope: "offline_access", Product: "platform"}, {Scope: "read:a:jira", Product: "jira"}, {Scope: "read:s:jira-service-management", Product: "servicemanagement"}, {Scope: "read:b:confluence", Product: "confluence"}}
	for limit, want := range map[int]string{
		5: "[confluence jira] 4 false",
		4: "[jira] 3 false, [confluence] 2 false",
		3: "[jira] 3 true, [confluence] 2 false",
	} {
		var got []string
		for _, c := range consents(scopes, limit) {
			got = append(got, fmt.Sprint(c.Products, len(c.Scopes), c.OverLimit))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%d: %v, wanted %s", limit, got, want)
		}
	}
	if one := consents(scopes[:2], 2); len(one) != 1 || !one[0].OverLimit {
		t.Errorf("what is of one product cannot be split: %+v", one)
	}
}

// What rules of the other edition read is not asked of Cloud, and takes no scope.
func TestScopesOfOtherEdition(t *testing.T) {
	for _, glob := range []string{"JDC-*", "GRANT-CRED-*"} {
		all, err := Scopes("cloud", []string{glob}, false)
		if err != nil || len(all.Scopes) != 2 || len(all.Key) != 0 {
			t.Errorf("%s: %+v, %v", glob, all, err)
		}
	}
	dc, err := Scopes("dc", []string{"JDC-*"}, false)
	if err != nil || len(dc.Kinds) != 1 || len(dc.Kinds[0].Scopes) != 0 {
		t.Errorf("%+v, %v", dc, err)
	}
}
