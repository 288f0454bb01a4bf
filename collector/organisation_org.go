package collector

import (
	"context"
	"regexp"

	"plumbline/store"
)

var cloudID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isCloudID(id string) bool { return cloudID.MatchString(id) }

// collectOrgs lists the organisations of the key, and asks what sites they have: a key of another company's would fill
// the snapshot with that one's accounts. Then the list is partial, and with it all that is asked under it.
func collectOrgs(ctx context.Context, w *Walk) error {
	var orgs []Item
	for org, err := range w.Fetch(ctx, w.resource.Sources[0], nil) {
		if err != nil {
			return err
		}
		id := textAt(org, "id")
		if id == "" {
			w.Partly("an organisation without an id")
			continue
		}
		orgs = append(orgs, org)
		w.Emit(Made{[]string{id}, org})
	}
	var all []Item
	for _, org := range orgs {
		workspaces, whole, err := workspacesOf(ctx, w, org)
		if err != nil || !whole {
			return err
		}
		all = append(all, workspaces...)
	}
	if foreign(w.Site(), all) {
		w.Partly("no workspace of the key's organisation is on this site: it may be the organisation of somebody else")
	}
	return nil
}

// workspacesOf are the workspaces of an organisation. What may not be read, or does not add up, is not whole and proves
// nothing: the site may be in the rest.
func workspacesOf(ctx context.Context, w *Walk, org Item) (all []Item, whole bool, err error) {
	src := orgWorkspaces
	src.Keep = []string{"id", "attributes.hostUrl"}
	for asked := map[string]bool{}; ; {
		answer, err := w.Ask(ctx, src, org, false)
		switch {
		case ctx.Err() != nil:
			return nil, false, context.Cause(ctx)
		case err != nil && Refused(err) == nil:
			return nil, false, err
		case err != nil || answer.Status/100 != 2 || answer.Reason != "":
			return nil, false, nil
		}
		all = append(all, answer.Items...)
		if !answer.More {
			return all, answer.Total < 0 || answer.Total == int64(len(all)), nil
		}
		if answer.Cursor == "" || asked[answer.Cursor] {
			return nil, false, nil
		}
		asked[answer.Cursor] = true
		src = posted(src, Item{"cursor": answer.Cursor})
		src.Pager = Admin() // the cursor stands alone in the body
	}
}

// underParents takes over what came of the resource that another is asked under: an error if there is nothing to ask for.
func underParents(w *Walk, parent string) error {
	switch outcome := w.Outcome(parent); outcome {
	case store.Complete:
		return nil
	case store.Partial:
		w.part.partly(parent+" is not complete", 0, w.lacked(parent)...)
		return nil
	case store.Unavailable:
		return &Refusal{Outcome: store.Unavailable, Reason: parent + ": " + w.loop.runs[parent].end.Reason}
	default:
		return &Refusal{Outcome: store.Skipped, Missing: w.lacked(parent),
			Reason: parent + ", under which it is asked, is " + string(outcome) + ": " + w.loop.runs[parent].end.Reason}
	}
}
