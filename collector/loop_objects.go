package collector

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

// made returns the objects that an item yields. A reason means that there is none, and why.
func (r *Resource) made(item, parent Item) (made []Made, reason string) {
	defer func() {
		if recover() != nil { // the site sent what no document describes: one item, not the snapshot
			made, reason = nil, "not in any form that the API documents"
		}
	}()
	if r.Objects != nil {
		return r.Objects(item, parent), ""
	}
	key, reason := r.key(item, parent)
	if reason != "" {
		return nil, reason
	}
	for name, from := range r.With {
		if path, ok := strings.CutPrefix(from, "^"); ok {
			if v, ok := member(parent, path); ok {
				item[name] = v
			}
			continue
		}
		item[name] = from
	}
	return []Made{{Key: key, Body: item}}, ""
}

// lacks says which member an item should have and has not: absent is not empty.
func (r *Resource) lacks(item Item) (reason string) {
	for _, paths := range r.Demands {
		has := func(path string) bool { _, ok := member(item, path); return ok }
		if !slices.ContainsFunc(strings.Split(paths, "|"), has) {
			return "without " + paths
		}
	}
	return ""
}

// key returns the parts of the key of an item that is one object.
func (r *Resource) key(item, parent Item) (key []string, reason string) {
	key = make([]string, len(r.Key))
	for i, path := range r.Key {
		if constant, ok := strings.CutPrefix(path, "="); ok {
			key[i] = constant
			continue
		}
		of := item
		if up, ok := strings.CutPrefix(path, "^"); ok {
			of, path = parent, up
		}
		v, _ := member(of, path)
		s, ok := text(v)
		if !ok || s == "" {
			return nil, "without " + path
		}
		key[i] = s
	}
	return key, ""
}

// itemOf reads a stored body, which is canonical, back into the form that items have.
func itemOf(body []byte) (Item, error) {
	return itemFrom(jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)))
}

// itemIn reads an object out of a text of the site's: one whose members come twice is none.
func itemIn(text string) (Item, error) { return itemFrom(jsontext.NewDecoder(strings.NewReader(text))) }

func itemFrom(d *jsontext.Decoder) (Item, error) {
	v, err := anything(d)
	if err != nil {
		return nil, fmt.Errorf("reading a stored body: %w", err)
	}
	item, ok := v.(Item)
	if !ok {
		return nil, fmt.Errorf("reading a stored body: not an object")
	}
	return item, nil
}

func anything(d *jsontext.Decoder) (any, error) {
	switch d.PeekKind() {
	case '{':
		m := Item{}
		if _, err := d.ReadToken(); err != nil {
			return nil, err
		}
		for d.PeekKind() != '}' {
			name, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			if m[key], err = anything(d); err != nil {
				return nil, err
			}
		}
		_, err := d.ReadToken()
		return m, err
	case '[':
		list := []any{}
		if _, err := d.ReadToken(); err != nil {
			return nil, err
		}
		for d.PeekKind() != ']' {
			v, err := anything(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.ReadToken()
		return list, err
	}
	raw, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	switch raw.Kind() {
	case '0':
		return store.Number(raw), nil
	case '"':
		return unquote(raw)
	case 't', 'f':
		return raw[0] == 't', nil
	}
	return nil, nil
}
