package store

import "strings"

// A key's parts are joined by unit separators; a separator or a backslash inside a part is
// escaped with a backslash, so that hostile ids cannot pass for other keys.
const (
	unitSeparator   = '\x1f'
	recordSeparator = '\x1e'
)

var keyEscaper = strings.NewReplacer("\x1f", "\\\x1f", "\x1e", "\\\x1e", "\\", "\\\\")

// Key joins the parts of a key with U+001F, escaping U+001F, U+001E and backslash inside parts
// with a backslash.
func Key(parts ...string) string {
	if len(parts) == 1 {
		return keyEscaper.Replace(parts[0])
	}
	escaped := make([]string, len(parts))
	for i, p := range parts {
		escaped[i] = keyEscaper.Replace(p)
	}
	return strings.Join(escaped, string(unitSeparator))
}

// KeyParts undoes Key.
func KeyParts(key string) []string {
	parts := []string{}
	var part strings.Builder
	escaped := false
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case escaped:
			part.WriteByte(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == unitSeparator:
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, part.String())
}
