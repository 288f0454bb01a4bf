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
	sites := orgWorkspaces
	sites.Keep = []string{"id", "attributes.hostUrl"}
	var all []Item
	for _, org := range orgs {
		answer, err := w.Ask(ctx, sites, org, false)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		// What may not be read, or is more than a page, proves nothing: the site may be in the rest.
		whole := answer.Total < 0 && len(answer.Items) < sites.Pager.Size || answer.Total == int64(len(answer.Items))
		if err != nil || answer.Status/100 != 2 || answer.Reason != "" || !whole {
			if err != nil && Refused(err) == nil {
				return err
			}
			return nil
		}
		all = append(all, answer.Items...)
	}
	if foreign(w.Site(), all) {
		w.Partly("no workspace of the key's organisation is on this site: it may be the organisation of somebody else")
	}
	return nil
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
