package app

import "testing"

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"R. Okafor":                  "R. Okafor",
		"Zoë Größe":                  "Zoë Größe",
		"a\x1b[31mred\x1b[0m":        `a\x1b[31mred\x1b[0m`,
		"two\nlines\r\tand":          `two\nlines\r\tand`,
		"nul\x00":                    `nul\x00`,
		"right\u202eleft":            `right\u202eleft`,
		"\u2066isolate\u2069":        `\u2066isolate\u2069`,
		"c1 \u009b31m":               `c1 \x9b31m`,
		"zero\u200bwidth":            `zero\u200bwidth`,
		"bad \xff utf-8":             `bad \xff utf-8`,
		"flag \U000e0067":            `flag \U000e0067`,
		"\u2028":                     `\u2028`,
		"\U0001f469\u200d\U0001f4bb": "\U0001f469\u200d\U0001f4bb",
		"replaced \ufffd":            "replaced \ufffd",
	} {
		if got := Neutral(in); got != want {
			t.Errorf("Neutral(%q) = %q, want %q", in, got, want)
		}
	}
}
