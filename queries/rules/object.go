package rules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"plumbline/store"
)

// ObjectPair is one object on the two sides of a comparison. A side that does not have it has no body.
type ObjectPair struct {
	Ref
	Name   string
	Body   [2]json.RawMessage
	Fields []FieldPair // every member of either side, by name
	By     *Actor      // who made the change, where the audit log shows it
}

// FieldPair is a member on both sides. Lists of the same plain values in another order are no change.
type FieldPair struct {
	FieldChange
	Changed bool
}

// CompareObject sets one object side by side, and looks in the audit log of both sides who changed it.
func CompareObject(ctx context.Context, before, after Side, ref Ref) (*ObjectPair, error) {
	c := &comparing{ctx: ctx, side: [2]Side{before, after}}
	pair := &ObjectPair{Ref: ref, Fields: []FieldPair{}}
	var cover [2]store.Coverage
	for y, side := range c.side {
		s, err := side.File.Snapshot(ctx, side.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("comparing %s, %s: %w", ref.Resource, sideName[y], err)
		}
		c.bench[y] = &bench{file: side.File, snapshot: s}
		all, err := side.File.Coverage(ctx, side.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("comparing %s, %s: %w", ref.Resource, sideName[y], err)
		}
		if i := slices.IndexFunc(all, func(c store.Coverage) bool { return c.Resource == ref.Resource }); i >= 0 {
			cover[y] = all[i]
		}
		o, err := side.File.Object(ctx, side.Snapshot, ref.Resource, ref.Key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("comparing %s, %s: %w", ref.Resource, sideName[y], err)
		}
		if pair.Body[y] = json.RawMessage(o.Body); err != nil {
			pair.Body[y] = nil
		}
	}
	if pair.Body[0] == nil && pair.Body[1] == nil {
		return nil, fmt.Errorf("%s %q: %w on either side", ref.Resource, shown(ref.Key), store.ErrNotFound)
	}
	at := &change{ref: ref, absent: slices.IndexFunc(pair.Body[:], func(b json.RawMessage) bool { return b == nil })}
	pair.Name = nameOf(pair.Body[1], ref.Key)
	if at.absent == 1 {
		pair.Name = nameOf(pair.Body[0], ref.Key)
	}
	differing, changed := diff(pair.Body[0], pair.Body[1]), true
	if at.absent < 0 {
		rules := newFieldRules(cover[0], cover[1], c.bench[0].snapshot.PersonalData, c.bench[1].snapshot.PersonalData)
		differing, changed = rules.compare(pair.Body[0], pair.Body[1])
	}
	known := map[string]bool{}
	for _, f := range differing {
		known[f.Field] = true
		pair.Fields = append(pair.Fields, FieldPair{f, f.NotComparable == ""})
	}
	pair.equal("", pair.Body[0], pair.Body[1], known)
	slices.SortStableFunc(pair.Fields, func(a, b FieldPair) int { return strings.Compare(a.Field, b.Field) })
	if changed {
		log := &auditLog{c: c}
		pair.By = log.actor(at)
		return pair, log.err
	}
	return pair, nil
}

// equal adds the members that both bodies tell and that are not known to differ.
func (p *ObjectPair) equal(path string, before, after []byte, differs map[string]bool) {
	if differs[path] {
		return
	}
	if !isObject(before) || !isObject(after) {
		if path != "" && told(before) != nil && told(after) != nil {
			p.Fields = append(p.Fields, FieldPair{FieldChange: FieldChange{Field: path, Before: told(before), After: told(after)}})
		}
		return
	}
	other := map[string][]byte{}
	for _, m := range members(after) {
		other[string(m.name)] = m.value
	}
	for _, m := range members(before) {
		p.equal(join(path, m.name), m.value, other[string(m.name)], differs)
	}
}

// Elements are those of an array in a body, nil of anything else.
func Elements(value json.RawMessage) []json.RawMessage {
	if !isArray(value) {
		return nil
	}
	list := []json.RawMessage{}
	for _, e := range elements(value) {
		list = append(list, e)
	}
	return list
}

// Differing walks all objects that differ between the two sides, those that cannot be compared too, by resource and key.
func (c *Comparison) Differing(ctx context.Context) iter.Seq2[ObjectChange, error] {
	return c.walk(ctx, func(Change) bool { return true })
}

// ParentOf is the object that the key of another begins with.
func ParentOf(ref Ref) (Ref, bool) { return parentOf(ref) }

// MembersRead lists the members of a resource's bodies that a rule may read: those of every column named in its SQL.
func (r *Rule) MembersRead(resource string) []string { return membersRead(r, resource) }
