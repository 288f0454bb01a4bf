package rules

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestObjectSideBySide(t *testing.T) {
	before := []byte(`{"a":"x","list":["p","q"],"owner":{"id":"1","name":"n"},"same":["u","v"]}`)
	after := []byte(`{"a":"x","list":["q","r"],"new":true,"owner":{"id":"2","name":"n"},"same":["v","u"]}`)
	pair := ObjectPair{}
	known := map[string]bool{}
	for _, f := range diff(before, after) {
		known[f.Field] = true
		pair.Fields = append(pair.Fields, FieldPair{f, true})
	}
	pair.equal("", before, after, known)
	got := map[string]bool{}
	for _, f := range pair.Fields {
		got[f.Field] = f.Changed
	}
	want := map[string]bool{"a": false, "list": true, "new": true, "owner.id": true, "owner.name": false, "same": false}
	if len(got) != len(want) || len(pair.Fields) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for field, changed := range want {
		if c, there := got[field]; !there || c != changed {
			t.Errorf("%s: changed %v, there %v", field, c, there)
		}
	}
}

func TestElements(t *testing.T) {
	if got := Elements(json.RawMessage(`["a",{"b":[1,2]},3]`)); len(got) != 3 || string(got[1]) != `{"b":[1,2]}` {
		t.Errorf("%q", got)
	}
	if Elements(json.RawMessage(`"a"`)) != nil || Elements(json.RawMessage(`[]`)) == nil {
		t.Error("what is no list has no elements, an empty one none")
	}
	if !slices.Contains((&Rule{SQL: "SELECT active FROM jira_user"}).MembersRead("jira_user"), "active") {
		t.Error("a member whose column is named is read")
	}
}
