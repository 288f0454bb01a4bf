package app

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Neutral makes text from elsewhere safe to show on one line: a display name may hold terminal
// escapes, newlines or characters that turn the direction of what follows. They are shown as
// escapes (\x1b, \n, \u202e), so that the reader sees that they are there.
func Neutral(s string) string {
	clean := true
	for i, r := range s {
		if hostile(r) || r == utf8.RuneError && invalidAt(s, i) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !hostile(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

func invalidAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size == 1
}

// hostile reports whether a terminal, or a page, could do something else with r than draw it. The joiner of emoji and the
// non-joiner of Persian (U+200D, U+200C) are let through: alone they are only invisible.
func hostile(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r): // C0, DEL and the C1 controls, of which U+009B opens an escape
		return true
	case r == 0x200c, r == 0x200d:
		return false
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	}
	return false
}

// MarkdownText is text in which nothing is taken for Markdown or HTML.
func MarkdownText(s string) string {
	var b strings.Builder
	for _, r := range Neutral(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
