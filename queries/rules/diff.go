package rules

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Bodies are canonical JSON (RFC 8785): no white space, members sorted, one form for each value. So two values are
// equal exactly if their bytes are, and a body can be walked without decoding it.

// member is one name and value of an object; name is the JSON text with its quotes.
type member struct{ name, value []byte }

// diff lists the members that differ between two bodies, by path: owner.accountId. An absent member and null are the
// same: nothing told. Arrays of plain values are compared as sets. A nil body is an empty one.
func diff(before, after []byte) []FieldChange {
	var fields []FieldChange
	diffValues("", before, after, &fields)
	return fields
}

func diffValues(path string, before, after []byte, fields *[]FieldChange) {
	if bytes.Equal(before, after) || told(before) == nil && told(after) == nil {
		return
	}
	if isObject(before) && (isObject(after) || told(after) == nil) || isObject(after) && told(before) == nil {
		a, b := members(before), members(after)
		for len(a) > 0 || len(b) > 0 {
			switch {
			case len(a) == 0:
				diffValues(join(path, b[0].name), nil, b[0].value, fields)
				b = b[1:]
			case len(b) == 0:
				diffValues(join(path, a[0].name), a[0].value, nil, fields)
				a = a[1:]
			case bytes.Equal(a[0].name, b[0].name):
				diffValues(join(path, a[0].name), a[0].value, b[0].value, fields)
				a, b = a[1:], b[1:]
			case bytes.Compare(a[0].name, b[0].name) < 0:
				diffValues(join(path, a[0].name), a[0].value, nil, fields)
				a = a[1:]
			default:
				diffValues(join(path, b[0].name), nil, b[0].value, fields)
				b = b[1:]
			}
		}
		return
	}
	if isArray(before) && isArray(after) && sameSet(before, after) {
		return
	}
	*fields = append(*fields, FieldChange{Field: path, Before: told(before), After: told(after)})
}

// told is a value, nil for an absent one and for null.
func told(value []byte) json.RawMessage {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	return value
}

func isObject(v []byte) bool { return len(v) > 0 && v[0] == '{' }
func isArray(v []byte) bool  { return len(v) > 0 && v[0] == '[' }

func join(path string, name []byte) string {
	text := plain(name)
	if path == "" {
		return text
	}
	return path + "." + text
}

// plain is a JSON text as the text it stands for.
func plain(text []byte) string {
	if len(text) >= 2 && bytes.IndexByte(text, '\\') < 0 {
		return string(text[1 : len(text)-1])
	}
	var s string
	if json.Unmarshal(text, &s) != nil {
		return string(text)
	}
	return s
}

// sameSet reports whether two arrays of plain values hold the same ones.
func sameSet(a, b []byte) bool {
	x, y := elements(a), elements(b)
	for _, e := range slices.Concat(x, y) {
		if isObject(e) || isArray(e) {
			return false
		}
	}
	slices.SortFunc(x, bytes.Compare)
	slices.SortFunc(y, bytes.Compare)
	return slices.EqualFunc(slices.CompactFunc(x, bytes.Equal), slices.CompactFunc(y, bytes.Equal), bytes.Equal)
}

// members are those of a canonical object, sorted by the bytes of their names; none for anything else.
func members(body []byte) []member {
	if !isObject(body) {
		return nil
	}
	var list []member
	sorted := true
	for i := 1; i < len(body) && body[i] == '"'; {
		n := valueEnd(body, i)
		if n >= len(body) || body[n] != ':' {
			break
		}
		end := valueEnd(body, n+1)
		m := member{body[i:n], body[n+1 : end]}
		sorted = sorted && (len(list) == 0 || bytes.Compare(list[len(list)-1].name, m.name) < 0)
		list = append(list, m)
		i = end + 1
	}
	if !sorted { // RFC 8785 sorts by UTF-16 code units, and a name's end quote sorts after a space
		slices.SortFunc(list, func(a, b member) int { return bytes.Compare(a.name, b.name) })
	}
	return list
}

// elements are those of a canonical array.
func elements(body []byte) [][]byte {
	var list [][]byte
	for i := 1; i < len(body)-1; {
		end := valueEnd(body, i)
		list = append(list, body[i:end])
		i = end + 1
	}
	return list
}

// valueEnd is where the value that begins at i ends.
func valueEnd(body []byte, i int) int {
	depth := 0
	for ; i < len(body); i++ {
		switch body[i] {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(body))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1 + depth // depth -1: the end of what holds a plain value
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return len(body)
}

// memberAt is the value at a path, nil if there is none.
func memberAt(body []byte, path ...string) []byte {
	for _, name := range path {
		var found []byte
		for _, m := range members(body) {
			if plain(m.name) == name {
				found = m.value
			}
		}
		body = found
	}
	return body
}

// nameMembers are the members that name an object for people, the best first.
var nameMembers = []string{"displayName", "name", "title", "filename", "summary"}

// nameOf is what people call an object; the parts of its key where its body holds no name.
func nameOf(body []byte, key string) string {
	best, name := len(nameMembers), ""
	for _, m := range members(body) {
		if i := slices.Index(nameMembers, plain(m.name)); i >= 0 && i < best && len(m.value) > 2 && m.value[0] == '"' {
			best, name = i, plain(m.value)
		}
	}
	if name == "" {
		return shown(key)
	}
	return name
}
