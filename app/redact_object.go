package app

import (
	"strconv"
	"strings"

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

// class is what a place holds, where decides is what the member says that chooses, of the object around it.
func (o *objects) class(m *member, decides string) collector.Class {
	if !m.known {
		return collector.ClassText
	}
	return o.classes.Choose(m.of, decides)
}

// rewrite gives an object its key and its body in the copy.
func (o *objects) rewrite(kind, resource, key string, json []byte) (string, []byte, error) {
	r := bodyReaders.Get().(*bodyReader)
	defer bodyReaders.Put(r)
	b, err := r.read(json)
	if err != nil {
		return "", nil, err
	}
	made, err := (&writing{o, kind, b}).value(make([]byte, 0, len(json)+len(json)/4), o.resource(resource), 0, -1)
	return o.key(kind, resource, key, b), made, err
}

// writing is a body on its way into the copy.
type writing struct {
	*objects
	kind string
	body body
}

// value writes the value at a node, within an object.
func (w *writing) value(dst []byte, m *member, at, in int) ([]byte, error) {
	switch n := &w.body[at]; {
	case n.kind == '{':
		return w.object(dst, m, at)
	case n.kind == '[':
		return w.array(dst, m, at, in)
	case n.scalar():
		if s, changed := w.scalar(m, at, in); changed {
			return store.AppendCanonical(dst, s)
		}
		return n.append(dst)
	default:
		return n.append(dst)
	}
}

// scalar is what a text or a number becomes.
func (w *writing) scalar(m *member, at, in int) (s string, changed bool) {
	n := &w.body[at]
	class := w.class(m, w.body.says(in, m.of.By))
	if class == collector.ClassFact || n.kind == '0' && !w.redacts(class) && class != collector.ClassCode {
		return "", false
	}
	was := n.text()
	s = w.of(class, w.kind, was)
	return s, s != was
}

func (w *writing) object(dst []byte, m *member, at int) ([]byte, error) {
	dst = append(dst, '{')
	start := len(dst)
	var few [16]piece
	members := few[:0]
	var err error
	for i := at + 1; i < w.body[at].end; i = w.body[i].end {
		called := w.body[i].name
		if m == nobody {
			called = w.code(spaceText, called)
		} else if m.any != nil && m.members[called] == nil {
			called = w.name(called)
		}
		if len(members) > 0 {
			dst = append(dst, ',')
		}
		from := len(dst)
		if dst, err = appendMember(dst, called); err != nil {
			return nil, err
		}
		if dst, err = w.value(dst, m.member(w.body[i].name), i, at); err != nil {
			return nil, err
		}
		members = append(members, piece{called, from, len(dst)})
	}
	return append(inOrder(dst, start, members), '}'), nil
}

func (w *writing) array(dst []byte, m *member, at, in int) ([]byte, error) {
	elem := m.elem
	if elem == nil {
		elem = nobody
	}
	var texts []string
	n := 0
	for i := at + 1; i < w.body[at].end; i = w.body[i].end {
		n++
		if !w.body[i].scalar() {
			break
		}
		s, changed := w.scalar(elem, i, in)
		if !changed {
			break
		}
		texts = append(texts, s)
	}
	if len(texts) == n { // what is told in the order of names would tell it
		return store.AppendCanonical(dst, append([]string{}, sortedIn(texts)...))
	}
	dst = append(dst, '[')
	var err error
	for i := at + 1; i < w.body[at].end; i = w.body[i].end {
		if i > at+1 {
			dst = append(dst, ',')
		}
		if dst, err = w.value(dst, elem, i, in); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// name is that of a member which may have any: a field of the site's.
func (o *objects) name(name string) string {
	if o.redacts(collector.ClassTitle) {
		return o.code(spaceName, name)
	}
	return o.known.text(name)
}

// key is the key of an object in the copy; b, where it is at hand, is what parts of it may be told by.
func (o *objects) key(kind, resource, key string, b body) string {
	parts := store.KeyParts(key)
	made := make([]string, len(parts))
	for _, form := range o.classes.Keys[resource] {
		if len(form) != len(parts) {
			continue
		}
		for i, of := range form {
			made[i] = o.of(o.classes.Choose(of, decides(of.By, parts, b)), kind, parts[i])
		}
		return store.Key(made...)
	}
	for i, part := range parts {
		made[i] = o.word(kind, part)
	}
	return store.Key(made...)
}

// decides is what chooses the class of a part: another part, or a member of the body.
func decides(by string, parts []string, b body) string {
	if by == "" {
		return ""
	}
	if n, err := strconv.Atoi(by); err == nil && n <= len(parts) {
		return parts[n-1]
	}
	for path := range strings.SplitSeq(by, "|") {
		at := min(0, len(b)-1)
		for step := range strings.SplitSeq(path, ".") {
			name, first := strings.CutSuffix(step, "[0]")
			if at = b.member(at, name); at >= 0 && first && b[at].kind == '[' && b[at].end > at+1 {
				at++
			}
		}
		if at >= 0 && b[at].kind == '"' {
			return b[at].text()
		}
	}
	return ""
}

// look finds the people and domains that an object names, before anything is rewritten.
func (o *objects) look(kind, resource, key string, json []byte) error {
	r := bodyReaders.Get().(*bodyReader)
	defer bodyReaders.Put(r)
	b, err := r.read(json)
	if err != nil {
		return err
	}
	parts := store.KeyParts(key)
	for _, form := range o.classes.Keys[resource] {
		if len(form) != len(parts) {
			continue
		}
		for i, of := range form {
			o.meet(o.classes.Choose(of, decides(of.By, parts, b)), parts[i])
		}
	}
	o.find(o.resource(resource), b, 0, -1)
	return nil
}

func (o *objects) find(m *member, b body, at, in int) {
	switch n := &b[at]; {
	case n.kind == '{':
		for i := at + 1; i < n.end; i = b[i].end {
			o.find(m.member(b[i].name), b, i, at)
		}
	case n.kind == '[' && m.elem != nil:
		for i := at + 1; i < n.end; i = b[i].end {
			o.find(m.elem, b, i, in)
		}
	case n.scalar():
		if class := o.class(m, b.says(in, m.of.By)); len(o.wanted) > 0 || meets[class] {
			o.meet(class, n.text())
		}
	}
}

// meets are the classes of which values name people and domains.
var meets = map[collector.Class]bool{collector.ClassPerson: true, collector.ClassMail: true, collector.ClassDomain: true, collector.ClassSpaceKey: true}

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
