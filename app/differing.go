package app

import (
	"context"
	"encoding/json"
	"errors"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Names of the rules room that single objects are compared by; see there.
type (
	ObjectPair = rules.ObjectPair
	FieldPair  = rules.FieldPair
	Cause      = rules.Cause
	Actor      = rules.Actor
)

// Differing walks the objects that differ between two snapshots, by resource and key: added, removed, changed and, with
// the change not_comparable, those whose absence on one side proves nothing. Of the query the filter and what asks for
// findings are left aside.
func (f *File) Differing(ctx context.Context, q ComparisonQuery, each func(ObjectChange) error) error {
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return err
	}
	before, after, done, err := f.sides(ctx, q)
	if err != nil {
		return err
	}
	defer done()
	options.TwoSites = q.AcrossSites
	compared, err := pack.Compare(ctx, before.of(), after.of(), options)
	if err != nil {
		return err
	}
	for o, err := range compared.Differing(ctx) {
		if err == nil {
			err = each(o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CompareObject sets one object of two snapshots side by side, member by member.
func (f *File) CompareObject(ctx context.Context, q ComparisonQuery, ref Ref) (*ObjectPair, error) {
	before, after, done, err := f.sides(ctx, q)
	if err != nil {
		return nil, err
	}
	defer done()
	return rules.CompareObject(ctx, before.of(), after.of(), ref)
}

// Bodies tells the stored bodies of objects before and after, nil where a side does not have one.
func (f *File) Bodies(ctx context.Context, q ComparisonQuery, refs []Ref, each func(ref Ref, body [2]json.RawMessage)) error {
	before, after, done, err := f.sides(ctx, q)
	if err != nil {
		return err
	}
	defer done()
	for _, ref := range refs {
		var body [2]json.RawMessage
		for y, side := range []side{before, after} {
			o, err := side.file.Object(ctx, side.snapshot.ID, ref.Resource, ref.Key)
			switch {
			case err == nil:
				body[y] = json.RawMessage(o.Body)
			case !errors.Is(err, store.ErrNotFound):
				return err
			}
		}
		each(ref, body)
	}
	return nil
}

// ParentOf is the object that the key of another begins with; false where it begins with none.
func ParentOf(ref Ref) (Ref, bool) { return rules.ParentOf(ref) }

// Elements are those of a list in a stored body, nil of anything else.
func Elements(value json.RawMessage) []json.RawMessage { return rules.Elements(value) }
