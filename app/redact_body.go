package app

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

// body is a body taken apart: its values in their order, each before what is in it. All of a file's are taken apart twice,
// so nothing is made that is not needed.
type body []node

// node is a value of a body.
type node struct {
	kind jsontext.Kind
	name string         // as a member
	raw  jsontext.Value // of text and numbers: as they stand
	end  int            // the first node behind this value
}

// bodyReader takes bodies apart, one after the other.
type bodyReader struct {
	dec   jsontext.Decoder
	in    bytes.Buffer
	nodes body
	names map[string]string // of members, by how they stand
}

var bodyReaders = sync.Pool{New: func() any { return &bodyReader{names: map[string]string{}} }}

// mostNames bounds how many names of members are kept.
const mostNames = 10_000

// read takes a body apart, until the next one. The error is ErrNotJSON.
func (r *bodyReader) read(json []byte) (body, error) {
	r.in = *bytes.NewBuffer(json) // which the decoder reads in place
	r.dec.Reset(&r.in)
	r.nodes = r.nodes[:0]
	err := r.value("")
	if err == nil {
		if _, err = r.dec.ReadToken(); err == io.EOF {
			return r.nodes, nil
		}
		err = cmp.Or(err, errors.New("more than one value"))
	}
	return nil, fmt.Errorf("%w: %w", store.ErrNotJSON, err)
}

func (r *bodyReader) value(name string) error {
	at := len(r.nodes)
	r.nodes = append(r.nodes, node{kind: r.dec.PeekKind(), name: name})
	switch kind := r.nodes[at].kind; kind {
	case '{', '[':
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		for r.dec.PeekKind() != kind+2 { // } and ] are two behind
			member := ""
			if kind == '{' {
				raw, err := r.dec.ReadValue()
				if err != nil {
					return err
				}
				if member, err = r.called(raw); err != nil {
					return err
				}
			}
			if err := r.value(member); err != nil {
				return err
			}
		}
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
	default:
		raw, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		r.nodes[at].raw = raw
	}
	r.nodes[at].end = len(r.nodes)
	return nil
}

// called is the name of a member.
func (r *bodyReader) called(raw []byte) (string, error) {
	if name, ok := r.names[string(raw)]; ok {
		return name, nil
	}
	name, err := jsontext.AppendUnquote(nil, raw)
	if len(r.names) >= mostNames {
		clear(r.names)
	}
	r.names[string(raw)] = string(name)
	return string(name), err
}

// scalar says whether a node is text or a number, which alone are rewritten.
func (n *node) scalar() bool { return n.kind == '"' || n.kind == '0' }

// text is what a text says, or a number's literal.
func (n *node) text() string {
	switch {
	case n.kind != '"':
		return string(n.raw)
	case bytes.IndexByte(n.raw, '\\') < 0:
		return string(n.raw[1 : len(n.raw)-1])
	}
	text, _ := jsontext.AppendUnquote(nil, n.raw) // the decoder has looked at it
	return string(text)
}

// append writes a node that stays as it is.
func (n *node) append(dst []byte) ([]byte, error) {
	switch {
	case n.kind == '"' && bytes.IndexByte(n.raw, '\\') >= 0:
		return store.AppendCanonical(dst, n.text())
	case n.kind == '0' && (len(n.raw) > 15 || !digits(string(n.raw))):
		return store.AppendCanonical(dst, store.Number(n.raw))
	}
	return append(dst, n.raw...), nil
}

// member is the index of an object's member, -1 where it has none of that name or is no object.
func (b body) member(object int, name string) int {
	if object < 0 || object >= len(b) || b[object].kind != '{' {
		return -1
	}
	for at := object + 1; at < b[object].end; at = b[at].end {
		if b[at].name == name {
			return at
		}
	}
	return -1
}

// says is what a member of an object says, "" where there is no such text.
func (b body) says(object int, name string) string {
	if at := b.member(object, name); name != "" && at >= 0 && b[at].kind == '"' {
		return b[at].text()
	}
	return ""
}

// piece is a member that was written.
type piece struct {
	name     string
	from, to int // in what was written
}

// appendMember writes the name of a member.
func appendMember(dst []byte, name string) ([]byte, error) {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			dst, err := store.AppendCanonical(dst, name)
			return append(dst, ':'), err
		}
	}
	return append(append(append(dst, '"'), name...), '"', ':'), nil
}

// inOrder brings members written from start on into the order of their names, where pseudonyms brought them out of it; of
// two that have come to the same name one stays.
func inOrder(dst []byte, start int, members []piece) []byte {
	order := func(a, b piece) int { return store.CompareMembers(a.name, b.name) }
	sorted := true
	for i := 1; sorted && i < len(members); i++ {
		sorted = order(members[i-1], members[i]) < 0
	}
	if sorted {
		return dst
	}
	was := bytes.Clone(dst)
	slices.SortStableFunc(members, order)
	dst = dst[:start]
	for i, m := range members {
		if i > 0 && members[i-1].name == m.name {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = append(dst, was[m.from:m.to]...)
	}
	return dst
}
