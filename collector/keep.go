package collector

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

// What a Resource keeps is a list of paths, and nothing that no path names is ever built in memory, let alone written.
//
//	accountId               a member that is a string, a number, true, false or null. An object or an array that stands
//	                        there instead is dropped: to keep one, its members must be named
//	owner.accountId         a member of an object
//	labels[]                the elements of an array that are strings, numbers, true, false or null
//	permissions[].holder.type   members of the elements of an array
//	permissions.*.type      members whatever their name: for objects that are really lists
//
// Numbers stay the digits that they were sent as (store.Number). What cannot be kept unaltered (a member that comes
// twice, text that is not UTF-8, half a surrogate pair, a string of more than a megabyte) is not kept at all: the item is
// left out and the part says so.

// The levels of personal data.
const (
	PersonalFull   = "full"
	PersonalDomain = "domain" // no names; of an e-mail address the part from the @ on
)

// longestText is how long a kept string may be, in bytes. No member of any resource comes near.
const longestText = 1 << 20

type keeping struct {
	name    string
	bit     uint64 // tells the members of one object apart
	members map[string]*keeping
	any     *keeping // every member that is not in members
	elems   *keeping
	scalar  bool
	person  personal
}

type personal int

const (
	notPersonal personal = iota
	isName
	isMail
)

// newKeeping makes the tree of the paths; those of them that are personal are reduced at the level "domain".
func newKeeping(paths, personal []string, level string) *keeping {
	root := &keeping{}
	for _, path := range paths {
		k := root.add(path)
		if level != PersonalDomain || !slices.Contains(personal, path) {
			continue
		}
		k.person = isName
		if strings.Contains(strings.ToLower(path[strings.LastIndexByte(path, '.')+1:]), "mail") {
			k.person = isMail
		}
	}
	return root
}

func (k *keeping) add(path string) *keeping {
	for step := range strings.SplitSeq(path, ".") {
		name := strings.TrimRight(step, "[]")
		k = k.member(name)
		for range strings.Count(step, "[]") {
			if k.elems == nil {
				k.elems = &keeping{name: k.name}
			}
			k = k.elems
		}
	}
	k.scalar = true
	return k
}

func (k *keeping) member(name string) *keeping {
	if name == "*" {
		if k.any == nil {
			k.any = &keeping{}
		}
		return k.any
	}
	next := k.members[name]
	if next == nil {
		if k.members == nil {
			k.members = map[string]*keeping{}
		}
		next = &keeping{name: name, bit: 1 << (len(k.members) % 64)}
		k.members[name] = next
	}
	return next
}

// errUnkept says why an item cannot be kept unaltered. The reason never holds what the item said.
type errUnkept struct{ reason string }

func (e *errUnkept) Error() string { return e.reason }

// item reads the next value of d, which must be an object. An *errUnkept means that the item was read to its end and
// is to be left out; any other error that the answer itself is broken.
func (k *keeping) item(d *jsontext.Decoder) (Item, error) {
	var unkept *errUnkept
	v, _, err := k.read(d, &unkept)
	if err != nil {
		return nil, err
	}
	if unkept != nil {
		return nil, unkept
	}
	item, ok := v.(Item)
	if !ok {
		return nil, &errUnkept{"not an object"}
	}
	return item, nil
}

// read returns the next value reduced to what is kept, and whether anything of it is.
func (k *keeping) read(d *jsontext.Decoder, unkept **errUnkept) (v any, kept bool, err error) {
	switch kind := d.PeekKind(); {
	case kind == '{' && (k.members != nil || k.any != nil):
		return k.object(d, unkept)
	case kind == '[' && k.elems != nil:
		return k.array(d, unkept)
	case kind == '{' || kind == '[' || !k.scalar || k.person == isName:
		return nil, false, d.SkipValue()
	}
	raw, err := d.ReadValue()
	if err != nil {
		return nil, false, err
	}
	switch raw.Kind() {
	case 'n':
		return nil, true, nil
	case 't', 'f':
		return raw[0] == 't', true, nil
	case '0':
		return store.Number(raw), true, nil
	}
	s, err := unquote(raw)
	if err != nil {
		*unkept = &errUnkept{fmt.Sprintf("%s %v", k.name, err)}
		return nil, false, nil
	}
	if k.person == isMail {
		at := strings.LastIndexByte(s, '@')
		if at < 0 {
			return nil, false, nil
		}
		s = s[at:]
	}
	return s, true, nil
}

func (k *keeping) object(d *jsontext.Decoder, unkept **errUnkept) (any, bool, error) {
	if _, err := d.ReadToken(); err != nil {
		return nil, false, err
	}
	m := make(Item, len(k.members))
	var met uint64
	for d.PeekKind() != '}' {
		raw, err := d.ReadValue()
		if err != nil {
			return nil, false, err
		}
		next, name, err := k.lookup(raw)
		if err != nil {
			*unkept = &errUnkept{err.Error()}
		}
		if next == nil {
			if err := d.SkipValue(); err != nil {
				return nil, false, err
			}
			continue
		}
		again := false
		if next == k.any || len(k.members) > 64 {
			_, again = m[name]
		} else {
			again = met&next.bit != 0
			met |= next.bit
		}
		if again {
			*unkept = &errUnkept{"a member comes twice: " + next.name}
		}
		v, kept, err := next.read(d, unkept)
		if err != nil {
			return nil, false, err
		}
		if kept {
			m[name] = v
		}
	}
	_, err := d.ReadToken()
	return m, true, err
}

// lookup finds what is kept of the member whose quoted name is raw. The name that it returns is not a part of raw.
func (k *keeping) lookup(raw jsontext.Value) (*keeping, string, error) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, "", io.ErrUnexpectedEOF
	}
	inner := raw[1 : len(raw)-1]
	if next := k.members[string(inner)]; next != nil {
		return next, next.name, nil
	}
	if k.any == nil && !strings.Contains(string(inner), `\`) {
		return nil, "", nil
	}
	name, err := unquote(raw)
	if err != nil {
		if k.any == nil {
			return nil, "", nil
		}
		return nil, "", fmt.Errorf("the name of a member %w", err)
	}
	if next := k.members[name]; next != nil {
		return next, next.name, nil
	}
	return k.any, name, nil
}

func (k *keeping) array(d *jsontext.Decoder, unkept **errUnkept) (any, bool, error) {
	if _, err := d.ReadToken(); err != nil {
		return nil, false, err
	}
	list := []any{}
	for d.PeekKind() != ']' {
		v, kept, err := k.elems.read(d, unkept)
		if err != nil {
			return nil, false, err
		}
		if kept {
			list = append(list, v)
		}
	}
	_, err := d.ReadToken()
	return list, true, err
}

// reduce is what read does, for an item in memory: the part of it that another list of paths keeps.
func (k *keeping) reduce(v any) (any, bool) {
	switch v := v.(type) {
	case Item:
		if k.members == nil && k.any == nil {
			return nil, false
		}
		m := make(Item, len(k.members))
		for name, value := range v {
			next := k.members[name]
			if next == nil {
				next = k.any
			}
			if next == nil {
				continue
			}
			if kept, ok := next.reduce(value); ok {
				m[name] = kept
			}
		}
		return m, true
	case []any:
		if k.elems == nil {
			return nil, false
		}
		list := []any{}
		for _, e := range v {
			if kept, ok := k.elems.reduce(e); ok {
				list = append(list, kept)
			}
		}
		return list, true
	default:
		return v, k.scalar
	}
}

var (
	errNotText = errors.New("holds text that is not valid Unicode")
	errTooLong = errors.New("holds a text of more than a megabyte")
)

// unquote returns the text of a JSON string, or an error where it could not be returned unaltered.
func unquote(raw jsontext.Value) (string, error) {
	if len(raw) > longestText {
		return "", errTooLong
	}
	inner := raw[1 : len(raw)-1]
	plain := true
	for _, c := range inner {
		if c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(inner), nil
	}
	b, err := jsontext.AppendUnquote(nil, []byte(raw))
	if err != nil {
		return "", errNotText
	}
	return string(b), nil
}

// member returns the member of an item at a dotted path.
func member(item Item, path string) (any, bool) {
	for {
		name, rest, more := strings.Cut(path, ".")
		v, ok := item[name]
		if !ok || !more {
			return v, ok
		}
		if item, ok = v.(Item); !ok {
			return nil, false
		}
		path = rest
	}
}

// text returns a member as the text that keys and paths are made of; false for null, objects and arrays.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case store.Number:
		return string(v), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	case int:
		return fmt.Sprint(v), true
	}
	return "", false
}

var seed = maphash.MakeSeed()

// fingerprint tells items apart within one run, whatever the order of their members. 0 is an item without any.
func fingerprint(v any) uint64 {
	switch v := v.(type) {
	case Item:
		var sum uint64
		for name, value := range v {
			sum += mix(maphash.String(seed, name), fingerprint(value))
		}
		return sum
	case []any:
		sum := uint64(len(v)) + 7
		for _, e := range v {
			sum = mix(sum, fingerprint(e))
		}
		return sum
	case nil:
		return 1
	case string:
		return maphash.String(seed, v) | 2
	default:
		s, _ := text(v)
		return maphash.String(seed, s) ^ 3
	}
}

func mix(a, b uint64) uint64 {
	a = (a ^ b) * 0x9e3779b97f4a7c15
	return a ^ a>>29 ^ b<<7
}
