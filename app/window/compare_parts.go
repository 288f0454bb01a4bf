package window

import (
	"context"
	"encoding/json"
	"slices"

	"plumbline/app"
)

// mostParts bounds the parts that one object shows; ComparisonObjects lists them all.
const mostParts = 500

// ObjectPart is an object that differs and belongs to another, with what it says on either side.
type ObjectPart struct {
	ObjectRow
	Before []Member `json:"before"` // empty where the side does not have it
	After  []Member `json:"after"`
}

// Member is a member of a stored body and its value as text; a list has one for each element.
type Member struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// family adds what an object belongs to, and what belongs to it and differs.
func (v *view) family(ctx context.Context, d *differing, ref app.Ref, o *ObjectChange) error {
	if up, ok := app.ParentOf(ref); ok && up.Resource != ref.Resource {
		pair, err := v.CompareObject(ctx, v.query(), up)
		if err == nil {
			o.Parent = &app.NamedRef{Ref: up, Name: pair.Name}
		} else if app.Words(err).Code != "not-found" { // its resource may not have been read
			return err
		}
	}
	var refs []app.Ref
	for i := range d.rows {
		row := &d.rows[i]
		part := app.Ref{Resource: row.Resource, Key: row.Key}
		if up, ok := app.ParentOf(part); !ok || up != ref || row.Resource == ref.Resource {
			continue
		}
		if len(refs) < mostParts {
			refs = append(refs, part)
			o.Parts = append(o.Parts, ObjectPart{ObjectRow: *row, Before: []Member{}, After: []Member{}})
		}
		for _, x := range row.Caused {
			if !slices.ContainsFunc(o.Caused, func(y CausedFinding) bool { return x.ID == y.ID }) {
				o.Caused = append(o.Caused, x)
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	n := 0
	err := v.Bodies(ctx, v.query(), refs, func(_ app.Ref, body [2]json.RawMessage) {
		o.Parts[n].Before, o.Parts[n].After = membersOf(body[0], ref), membersOf(body[1], ref)
		n++
	})
	if err != nil || o.Change != "equal" {
		return err
	}
	first, err := v.CompareObject(ctx, v.query(), refs[0])
	if err == nil {
		o.By = first.By
	}
	return err
}

// named gives an actor of whom the audit log tells only the account the name that the account has.
func (v *view) named(ctx context.Context, by *app.Actor) *app.Actor {
	if by == nil || by.Name != "" || by.Account == "" {
		return by
	}
	known := *by
	for _, resource := range []string{"jira_user", "confluence_user"} {
		if pair, err := v.CompareObject(ctx, v.query(), app.Ref{Resource: resource, Key: by.Account}); err == nil && pair.Name != by.Account {
			known.Name = pair.Name
			break
		}
	}
	return &known
}

// sayings tells of parts that have no name what they say: a grant has a permission and a holder.
func (v *view) sayings(ctx context.Context, rows []ObjectRow) error {
	var refs []app.Ref
	var at []int
	for i, row := range rows {
		ref := app.Ref{Resource: row.Resource, Key: row.Key}
		if _, ok := app.ParentOf(ref); ok && row.Name == row.Object {
			refs, at = append(refs, ref), append(at, i)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	return v.Bodies(ctx, v.query(), refs, func(ref app.Ref, body [2]json.RawMessage) {
		up, _ := app.ParentOf(ref)
		side := body[1]
		if side == nil {
			side = body[0]
		}
		rows[at[0]].Says, at = membersOf(side, up), at[1:]
	})
}

// membersOf lists what a part says, without its own number and without what names the object that it belongs to.
func membersOf(body json.RawMessage, parent app.Ref) []Member {
	list := []Member{}
	walkBody(body, func(_ int, path, _ string, plain *string) {
		if plain != nil && path != "id" && *plain != parent.Key {
			list = append(list, Member{path, *plain})
		}
	})
	return list
}
