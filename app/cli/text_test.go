package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"":                           0,
		"plain":                      5,
		"Größe":                      5,
		"e\u0301":                    1, // combining
		"日本":                         4,
		"👍":                          2,
		"👍🏽":                         2,
		"\U0001f469\u200d\U0001f4bb": 2, // joined
		"🇩🇪":                         2,
		"한국":                         4,
		"…":                          1,
	} {
		if got := width(s); got != want {
			t.Errorf("width(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"short", 5, "short"}, {"longer", 5, "long…"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"x", 0, "…"}} {
		if got := cut(c.s, c.n); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

// A table of hostile names stays aligned and harmless.
func TestTableOfHostileNames(t *testing.T) {
	p := &page{}
	tab := &table{indent: 2}
	for _, name := range []string{"plain", "日本語", "\x1b[2Jgone", "two\nlines", "\u202eevil", "👍 fine"} {
		tab.add(span{text: name}, span{text: "|"})
	}
	p.table(tab)
	at := -1
	for _, line := range strings.Split(strings.TrimSpace(p.render(0, false, false)), "\n") {
		line = strings.TrimPrefix(line, "  ")
		bar := width(line[:strings.LastIndex(line, "|")])
		if at >= 0 && bar != at {
			t.Errorf("%q: the bar stands at %d, not %d", line, bar, at)
		}
		at = bar
		if strings.ContainsAny(line, "\x1b\r\u202e") {
			t.Errorf("%q reaches the terminal", line)
		}
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	p := &page{}
	tab := &table{indent: 2, fixed: map[int]bool{0: true}}
	tab.add(span{text: "CONF-ACCESS-001"}, span{text: strings.Repeat("long ", 30)}, span{text: strings.Repeat("longer ", 30)})
	p.table(tab)
	out := p.render(80, false, false)
	if w := width(strings.TrimRight(out, "\n")); w > 80 {
		t.Errorf("%d columns on a terminal of 80: %q", w, out)
	}
	if !strings.Contains(out, "CONF-ACCESS-001") {
		t.Errorf("what people copy was cut: %q", out)
	}
}

func TestMarkdownIsHarmless(t *testing.T) {
	p := &page{}
	tab := &table{names: []string{"name"}}
	tab.add(span{text: "[click](javascript:alert(1)) <script> | x"})
	p.table(tab)
	out := p.render(0, false, true)
	for _, bad := range []string{"[click](", "<script>", " | x |"} {
		if strings.Contains(out, bad) {
			t.Errorf("Markdown holds %q: %s", bad, out)
		}
	}
}

func TestEscapeHostile(t *testing.T) {
	in := "{\"name\":\"a\u009b31m\u202eb\U000e0041é\"}"
	want := `{"name":"a\u009b31m\u202eb\udb40\udc41é"}`
	if got := string(escapeHostile([]byte(in))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestShort(t *testing.T) {
	got := short([]string{"F-3c910000", "F-3c920000", "F-aaaa0000", "F-3c91ffff"})
	want := map[string]string{"F-3c910000": "F-3c910", "F-3c920000": "F-3c92", "F-aaaa0000": "F-aaaa", "F-3c91ffff": "F-3c91f"}
	for id, w := range want {
		if got[id] != w {
			t.Errorf("short(%s) = %s, want %s", id, got[id], w)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s", n, got)
		}
	}
	if got := some(2, "entry") + ", " + some(1, "finding") + ", " + some(0, "rule"); got != "2 entries, 1 finding, 0 rules" {
		t.Error(got)
	}
}

// TestHowFar: a line moves on a terminal alone, is taken away again, and not where somebody wants none.
func TestHowFar(t *testing.T) {
	t.Setenv("TERM", "xterm")
	var err bytes.Buffer
	s := &session{err: &err, errTerm: true}
	show, end := s.howFar()
	show("reading", 1200, 513381)
	show("reading", 1300, 513381) // too soon after
	end()
	if got, want := err.String(), "\r\x1b[Kreading: 1,200 of 513,381 objects\r\x1b[K"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	for name, s := range map[string]*session{"no terminal": {}, "--json": {errTerm: true, json: true}, "-q": {errTerm: true, quiet: true}, "--no-progress": {errTerm: true, noProgress: true}} {
		if show, end := s.howFar(); show != nil {
			t.Errorf("%s: a line moves", name)
		} else {
			end()
		}
	}
}
