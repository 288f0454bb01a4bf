package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

func canonical(t testing.TB, text string) []byte {
	t.Helper()
	body, err := store.Canonical(jsontext.Value(text))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{`{"a": 1}`, `{"a": 1}`, ``},
		{`{"a": 1}`, `{"a": 2}`, `a: 1 -> 2`},
		{`{"a": true, "b": "x"}`, `{"b": "y", "a": true}`, `b: "x" -> "y"`},
		{`{"a": null}`, `{}`, ``},
		{`{"a": ""}`, `{}`, `a: "" -> `},
		{`{}`, `{"owner": {"accountId": "u1", "name": null}}`, `owner.accountId:  -> "u1"`},
		{`{"owner": {"accountId": "u1"}}`, `{"owner": {"accountId": "u2"}}`, `owner.accountId: "u1" -> "u2"`},
		{`{"owner": {"accountId": "u1"}}`, `{"owner": "u1"}`, `owner: {"accountId":"u1"} -> "u1"`},
		{`{"l": ["a", "b"]}`, `{"l": ["b", "a", "a"]}`, ``},
		{`{"l": ["a", "b"]}`, `{"l": ["b"]}`, `l: ["a","b"] -> ["b"]`},
		{`{"l": [{"a": 1}, {"a": 2}]}`, `{"l": [{"a": 2}, {"a": 1}]}`, `l: [{"a":1},{"a":2}] -> [{"a":2},{"a":1}]`},
		{`{"l": []}`, `{"l": [1]}`, `l: [] -> [1]`},
		{`{"a b": 1, "a": 2, "é\"": 3}`, `{"a b": 2, "a": 2, "é\"": 4}`, `a b: 1 -> 2; é": 3 -> 4`},
		{`{"x": {"y": {"z": [1, {"q": "}"}]}}}`, `{"x": {"y": {"z": [1, {"q": "]"}]}}}`, `x.y.z: [1,{"q":"}"}] -> [1,{"q":"]"}]`},
	} {
		got := ""
		for i, f := range diff(canonical(t, c.before), canonical(t, c.after)) {
			if i > 0 {
				got += "; "
			}
			got += fmt.Sprintf("%s: %s -> %s", f.Field, f.Before, f.After)
		}
		if got != c.want {
			t.Errorf("%s against %s:\n got %s\nwant %s", c.before, c.after, got, c.want)
		}
	}
}

// Walking a canonical body gives the members that decoding gives; equal bodies differ in nothing; and turning the
// sides round turns every field round.
func FuzzDiff(f *testing.F) {
	f.Add(`{"a":1,"b":[1,2,{"c":"}"}],"d":{"e":"\"\\"}}`, `{"a":null,"b":[2,1],"d":{}}`)
	f.Add(`{"a b":1,"a":[],"":""}`, `{"a\u0000":[[]]}`)
	f.Fuzz(func(t *testing.T, a, b string) {
		x, errA := store.Canonical(jsontext.Value(a))
		y, errB := store.Canonical(jsontext.Value(b))
		if errA != nil || errB != nil || !isObject(x) || !isObject(y) {
			return
		}
		var decoded map[string]json.RawMessage
		if err := json.Unmarshal(x, &decoded); err != nil {
			return
		}
		walked := map[string]json.RawMessage{}
		for _, m := range members(x) {
			walked[plain(m.name)] = m.value
		}
		if !reflect.DeepEqual(decoded, walked) {
			t.Fatalf("walked %q as %q, decoded %q", x, walked, decoded)
		}
		if d := diff(x, x); d != nil {
			t.Fatalf("%s differs from itself: %v", x, d)
		}
		there, back := diff(x, y), diff(y, x)
		for i := range back {
			back[i].Before, back[i].After = back[i].After, back[i].Before
		}
		if !reflect.DeepEqual(there, back) {
			t.Fatalf("%s, %s: there %v, back %v", x, y, there, back)
		}
	})
}
