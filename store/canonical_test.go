package store_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// The example of RFC 8785 section 3.2.2.
		{"{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\", \"literals\": [null, true, false]}",
			"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
		// Members sort by UTF-16 code units (section 3.2.3): the emoji's surrogate before U+FB33.
		{"{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}",
			"{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"},
		{"9007199254740991", "9007199254740991"},
		{"9007199254740993", `"9007199254740993"`}, // beyond 2^53: text, never rounded
		{"-9007199254740993", `"-9007199254740993"`},
		{"123456789012345678901234567890", `"123456789012345678901234567890"`},
		{"-0", "0"}, {"1.0", "1"}, {"1e2", "100"},
		{`{}`, `{}`}, {`[]`, `[]`}, {`""`, `""`},
	} {
		got, err := store.Canonical(jsontext.Value(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v, want %s", c.in, got, err, c.want)
		}
	}
	for _, in := range []any{
		jsontext.Value(`{"a":1,"a":2}`), jsontext.Value(`"\ud800"`), jsontext.Value(`1e999`), jsontext.Value(`{"a":1} 2`),
		jsontext.Value(`{`), jsontext.Value(``), "\xff", map[string]any{"\xff": 1}, store.Number("1.2.3"), store.Number("x"), struct{}{},
	} {
		if got, err := store.Canonical(in); !errors.Is(err, store.ErrNotJSON) {
			t.Errorf("%v: %s, %v", in, got, err)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"b":[1,2.5,"x"],"a":null}`))
	f.Add([]byte(`"\ud83d\ude00"`))
	f.Fuzz(func(t *testing.T, in []byte) {
		once, err := store.Canonical(jsontext.Value(in))
		if err != nil {
			return
		}
		twice, err := store.Canonical(jsontext.Value(once))
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s becomes %s, then %s, %v", in, once, twice, err)
		}
		// What is no number stands as RFC 8785's own implementation has it.
		theirs := jsontext.Value(slices.Clone(once))
		if err := theirs.Canonicalize(); err != nil || !bytes.Equal(theirs, once) {
			t.Errorf("%s is not canonical: %s, %v", once, theirs, err)
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add("a", "b\x1f", "\\")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		parts := []string{a, b, c}
		if got := store.KeyParts(store.Key(parts...)); !slices.Equal(got, parts) {
			t.Errorf("%q became %q", parts, got)
		}
		if a != "" && store.Key(a, b) == store.Key(a+"\x1f"+b) {
			t.Errorf("%q and %q make one key", []string{a, b}, a+"\x1f"+b)
		}
	})
}

// FuzzOpen opens files whose first page, where the header and the schema are, was altered.
func FuzzOpen(f *testing.F) {
	f.Add(uint16(18), byte(2))
	f.Add(uint16(60), byte(9))
	f.Add(uint16(100), byte(5))
	content := fuzzContent(f)
	f.Fuzz(func(t *testing.T, at uint16, value byte) {
		altered := slices.Clone(content)
		altered[int(at)%len(altered)] = value
		openAltered(t, altered)
	})
}
