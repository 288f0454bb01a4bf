package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Number is a JSON number by its literal, so that nothing is rounded on the way to the file.
type Number string

// ErrNotJSON: a body cannot be written without altering it (text that is no UTF-8, duplicate
// members, a number that no double can hold, a type that JSON does not have).
var ErrNotJSON = errors.New("cannot be kept unaltered as JSON")

// maxSafe is 2^53: beyond it RFC 8785 would round an integer to the nearest double.
const maxSafe = 1 << 53

// Canonical returns v as canonical JSON (RFC 8785): members sorted by UTF-16 code units, no
// white space, numbers in ECMAScript's shortest form. v is made of map[string]any, []any,
// string, bool, nil, Number, int, int64, float64 and jsontext.Value. An integer beyond 2^53
// is written as text, so that it reads the same in every language. The error is ErrNotJSON.
func Canonical(v any) ([]byte, error) {
	return appendCanonical(make([]byte, 0, 256), v)
}

// AppendCanonical appends v to dst as Canonical writes it.
func AppendCanonical(dst []byte, v any) ([]byte, error) { return appendCanonical(dst, v) }

func appendCanonical(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return appendText(dst, v)
	case Number:
		return appendNumber(dst, string(v))
	case int:
		return appendNumber(dst, strconv.Itoa(v))
	case int64:
		return appendNumber(dst, strconv.FormatInt(v, 10))
	case float64:
		return appendNumber(dst, strconv.FormatFloat(v, 'g', -1, 64))
	case map[string]any:
		return appendObject(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendCanonical(dst, e); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case []string:
		all := make([]any, len(v))
		for i, s := range v {
			all[i] = s
		}
		return appendCanonical(dst, all)
	case jsontext.Value:
		return appendRaw(dst, v)
	}
	return nil, fmt.Errorf("%w: a %T", ErrNotJSON, v)
}

func appendObject(dst []byte, m map[string]any) ([]byte, error) {
	names := make([]string, 0, len(m))
	ascii := true
	for name := range m {
		names = append(names, name)
		for i := 0; ascii && i < len(name); i++ {
			ascii = name[i] < utf8.RuneSelf
		}
	}
	if ascii {
		slices.Sort(names)
	} else {
		slices.SortFunc(names, CompareMembers)
	}
	dst = append(dst, '{')
	var err error
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendText(dst, name); err != nil {
			return nil, err
		}
		dst = append(dst, ':')
		if dst, err = appendCanonical(dst, m[name]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// CompareMembers orders names of members as RFC 8785 section 3.2.3 asks: by UTF-16 code units, which differs
// from UTF-8 order above U+FFFF.
func CompareMembers(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := a[i], b[i]; x >= utf8.RuneSelf || y >= utf8.RuneSelf {
			return slices.Compare(utf16.Encode([]rune(a[i:])), utf16.Encode([]rune(b[i:])))
		} else if x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

const hexDigits = "0123456789abcdef"

func appendText(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%w: text that is no UTF-8", ErrNotJSON)
	}
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"'), nil
}

func appendNumber(dst []byte, literal string) ([]byte, error) {
	if n, err := strconv.ParseInt(literal, 10, 64); err == nil && n > -maxSafe && n < maxSafe {
		return strconv.AppendInt(dst, n, 10), nil
	}
	if !strings.ContainsAny(literal, ".eE") {
		if !jsontext.Value(literal).IsValid() {
			return nil, fmt.Errorf("%w: the number %q", ErrNotJSON, literal)
		}
		return appendText(dst, literal)
	}
	// Canonicalize gives an overflow the largest double: that would be an alteration.
	if _, err := strconv.ParseFloat(literal, 64); err != nil {
		return nil, fmt.Errorf("%w: the number %q", ErrNotJSON, literal)
	}
	raw := jsontext.Value(literal)
	if err := raw.Canonicalize(); err != nil {
		return nil, fmt.Errorf("%w: the number %q", ErrNotJSON, literal)
	}
	return append(dst, raw...), nil
}

// appendRaw decodes strictly, because jsontext's own Canonicalize would round large integers.
func appendRaw(dst []byte, raw jsontext.Value) ([]byte, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	v, err := Decode(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); err == nil {
		return nil, fmt.Errorf("%w: more than one value", ErrNotJSON)
	}
	return appendCanonical(dst, v)
}

// Decode reads one value into map[string]any, []any, string, bool, nil and Number.
// Duplicate members and invalid UTF-8 are errors (ErrNotJSON), never silently resolved.
func Decode(dec *jsontext.Decoder) (any, error) {
	t, err := dec.ReadToken()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	switch t.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return t.Bool(), nil
	case '"':
		return t.String(), nil
	case '0':
		return Number(t.String()), nil
	case '[':
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := Decode(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.ReadToken()
		return list, err
	case '{':
		m := map[string]any{}
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrNotJSON, err)
			}
			member := name.String()
			v, err := Decode(dec)
			if err != nil {
				return nil, err
			}
			m[member] = v
		}
		_, err = dec.ReadToken()
		return m, err
	}
	return nil, fmt.Errorf("%w: unexpected %s", ErrNotJSON, t.Kind())
}

// digestOf is the name of a body: SHA-256 of its canonical bytes.
func digestOf(body []byte) [sha256.Size]byte { return sha256.Sum256(body) }
