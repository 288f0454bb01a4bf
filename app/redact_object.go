package app

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/collector"
	"plumbline/store"
)

// member is what classes.txt says of a place in the bodies of a resource.
type member struct {
	members map[string]*member
	any     *member // members whatever their name
	elem    *member
	of      collector.Classified
	known   bool // of is said
}

// membersOf makes the tree of a resource's members.
func membersOf(all map[string]collector.Classified) *member {
	root := &member{}
	for path, of := range all {
		at := root
		for step := range strings.SplitSeq(path, ".") {
			name := strings.TrimRight(step, "[]")
			if name == "*" {
				if at.any == nil {
					at.any = &member{}
				}
				at = at.any
			} else {
				if at.members == nil {
					at.members = map[string]*member{}
				}
				if at.members[name] == nil {
					at.members[name] = &member{}
				}
				at = at.members[name]
			}
			for range strings.Count(step, "[]") {
				if at.elem == nil {
					at.elem = &member{}
				}
				at = at.elem
			}
		}
		at.of, at.known = of, true
	}
	return root
}

// nobody is a place that classes.txt does not name.
var nobody = &member{}

func (m *member) member(name string) *member {
	switch {
	case m.members[name] != nil:
		return m.members[name]
	case m.any != nil:
		return m.any
	}
	return nobody
}

// objects rewrites the objects of a file.
type objects struct {
	*values
	resources map[string]*member
}

func newObjects(v *values) *objects {
	o := &objects{v, map[string]*member{}}
	for resource, all := range v.classes.Members {
		o.resources[resource] = membersOf(all)
	}
	return o
}

func (o *objects) resource(name string) *member {
	if m := o.resources[name]; m != nil {
		return m
	}
	return nobody
}

// class is what a place holds, where in is the object around it.
func (o *objects) class(m *member, in map[string]any) collector.Class {
	if !m.known {
		return collector.ClassText
	}
	decides, _ := in[m.of.By].(string)
	return o.classes.Choose(m.of, decides)
}

// rewrite gives an object its key and its body in the copy.
func (o *objects) rewrite(kind, resource, key string, body []byte) (string, []byte, error) {
	v, err := store.Decode(jsontext.NewDecoder(bytes.NewReader(body)))
	if err != nil {
		return "", nil, err
	}
	made, err := store.Canonical(o.value(kind, o.resource(resource), v, nil))
	return o.key(kind, resource, key, v), made, err
}

func (o *objects) value(kind string, m *member, v any, in map[string]any) any {
	switch v := v.(type) {
	case map[string]any:
		made := make(map[string]any, len(v))
		for name, inner := range v {
			called := name
			if m == nobody {
				called = o.code(spaceText, name)
			} else if m.any != nil && m.members[name] == nil {
				called = o.name(name)
			}
			made[called] = o.value(kind, m.member(name), inner, v)
		}
		return made
	case []any:
		elem := m.elem
		if elem == nil {
			elem = nobody
		}
		made := make([]any, len(v))
		var texts []string
		for i, inner := range v {
			made[i] = o.value(kind, elem, inner, in)
			if s, ok := made[i].(string); ok && made[i] != inner {
				texts = append(texts, s)
			}
		}
		if len(texts) == len(made) { // what is told in the order of names would tell it
			for i, s := range sortedIn(texts) {
				made[i] = s
			}
			made = made[:len(sortedIn(texts))]
		}
		return made
	case string:
		return o.of(o.class(m, in), kind, v)
	case store.Number:
		class := o.class(m, in)
		if s := o.of(class, kind, string(v)); s != string(v) && (o.redacts(class) || class == collector.ClassCode) {
			return s
		}
	}
	return v
}

// name is that of a member which may have any: a field of the site's.
func (o *objects) name(name string) string {
	if o.redacts(collector.ClassTitle) {
		return o.code(spaceName, name)
	}
	return o.known.text(name)
}

// key is the key of an object in the copy; body, where it is at hand, is what parts of it may be told by.
func (o *objects) key(kind, resource, key string, body any) string {
	parts := store.KeyParts(key)
	made := make([]string, len(parts))
	for _, form := range o.classes.Keys[resource] {
		if len(form) != len(parts) {
			continue
		}
		for i, of := range form {
			made[i] = o.of(o.classes.Choose(of, decides(of.By, parts, body)), kind, parts[i])
		}
		return store.Key(made...)
	}
	for i, part := range parts {
		made[i] = o.word(kind, part)
	}
	return store.Key(made...)
}

// decides is what chooses the class of a part: another part, or a member of the body.
func decides(by string, parts []string, body any) string {
	if n, err := strconv.Atoi(by); err == nil && n <= len(parts) {
		return parts[n-1]
	}
	for path := range strings.SplitSeq(by, "|") {
		at := body
		for step := range strings.SplitSeq(path, ".") {
			name, first := strings.CutSuffix(step, "[0]")
			object, _ := at.(map[string]any)
			at = object[name]
			if list, ok := at.([]any); ok && first && len(list) > 0 {
				at = list[0]
			}
		}
		if s, ok := at.(string); ok {
			return s
		}
	}
	return ""
}

// look finds the people and domains that an object names, before anything is rewritten.
func (o *objects) look(kind, resource, key string, body []byte) error {
	v, err := store.Decode(jsontext.NewDecoder(bytes.NewReader(body)))
	if err != nil {
		return err
	}
	parts := store.KeyParts(key)
	for _, form := range o.classes.Keys[resource] {
		if len(form) != len(parts) {
			continue
		}
		for i, of := range form {
			o.meet(o.classes.Choose(of, decides(of.By, parts, v)), parts[i])
		}
	}
	o.find(o.resource(resource), v, nil)
	return nil
}

func (o *objects) find(m *member, v any, in map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			o.find(m.member(name), inner, v)
		}
	case []any:
		if m.elem != nil {
			for _, inner := range v {
				o.find(m.elem, inner, in)
			}
		}
	case string:
		o.meet(o.class(m, in), v)
	case store.Number:
		o.meet(o.class(m, in), string(v))
	}
}

// meet takes up what a value of a class names.
func (o *objects) meet(class collector.Class, s string) {
	switch class {
	case collector.ClassPerson:
		if code := o.person(s); code != s {
			o.known.add(s, code)
			if at := strings.LastIndexByte(code, '@'); at > 0 {
				o.meet(collector.ClassMail, s)
			}
		}
	case collector.ClassMail:
		if at := strings.LastIndexByte(s, '@'); at >= 0 && s != "@" {
			if at > 0 {
				o.known.add(s, o.mail(s))
			}
			o.meet(collector.ClassDomain, s[at:])
		}
	case collector.ClassDomain:
		if name := asciiLower(strings.TrimPrefix(s, "@")); name != "" {
			o.known.add(name, o.domain(name))
		}
	case collector.ClassSpaceKey:
		if owner, ok := strings.CutPrefix(s, "~"); ok {
			o.meet(collector.ClassPerson, owner)
		}
	}
	if o.wanted[s] && class != collector.ClassFact {
		o.known.mu.Lock()
		defer o.known.mu.Unlock()
		if have := o.met[s]; have == "" || class == collector.ClassPerson || have != collector.ClassPerson && class < have {
			o.met[s] = class
		}
	}
}
