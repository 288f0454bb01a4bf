package collector

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"plumbline/store"
)

var cloudID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isCloudID(id string) bool { return cloudID.MatchString(id) }

// collectOrgs lists the organisations of the key, and asks what sites they have: a key of another company's would fill
// the snapshot with that one's accounts, and rules would judge them as this site's. Then nothing is asked under the list, and
// it says why. A key that may not list the workspaces may show by the accounts' products that the site is theirs.
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
	if !slices.ContainsFunc(w.Site().IDs, isCloudID) {
		return nil // by its address alone a site cannot be told to be none of theirs
	}
	var all []Item
	var untold *Refusal
	for _, org := range orgs {
		workspaces, refusal, err := workspacesOf(ctx, w, org)
		if err != nil {
			return err
		}
		all = append(all, workspaces...)
		if untold == nil {
			untold = refusal
		}
	}
	switch {
	case untold == nil && foreign(w.Site(), all):
		w.elsewhere("no workspace of the key's organisation is on this site: it may be the organisation of somebody else", &Refusal{})
	case untold == nil || slices.ContainsFunc(all, func(workspace Item) bool { return onSite(w.Site(), workspace) }):
	default:
		ours, err := productsOnSite(ctx, w, orgs)
		if err != nil {
			return err
		}
		if !ours {
			w.elsewhere("whether this site is one of the key's organisation is not told: its workspaces may not be read whole ("+untold.Reason+
				"), and none of the accounts looked at has a product here", untold)
		}
	}
	return nil
}

// elsewhere makes the list of organisations partial, and keeps everything from being asked under it.
func (w *Walk) elsewhere(reason string, why *Refusal) {
	w.part.partly(reason, why.Status, why.Missing...)
	w.part.at.Doubtful = reason
}

// workspacesOf are the workspaces of an organisation. What may not be read, or does not add up, comes with a refusal and
// proves nothing: the site may be in the rest.
func workspacesOf(ctx context.Context, w *Walk, org Item) (all []Item, untold *Refusal, err error) {
	src := orgWorkspaces
	src.Keep = []string{"id", "attributes.hostUrl"}
	for asked := map[string]bool{}; ; {
		answer, err := w.Ask(ctx, src, org, false)
		refusal := Refused(err)
		switch {
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case err != nil && refusal == nil:
			return nil, nil, err
		case err != nil:
			return all, refusal, nil
		case answer.Status/100 != 2 || answer.Reason != "":
			return all, &Refusal{Status: answer.Status, Reason: cmp.Or(answer.Reason, http.StatusText(answer.Status)), Missing: src.Granular}, nil
		}
		all = append(all, answer.Items...)
		if !answer.More {
			if answer.Total >= 0 && answer.Total != int64(len(all)) {
				return all, &Refusal{Reason: fmt.Sprintf("%d came of %d", len(all), answer.Total)}, nil
			}
			return all, nil, nil
		}
		if answer.Cursor == "" || asked[answer.Cursor] {
			return all, &Refusal{Reason: "the list does not end"}, nil
		}
		asked[answer.Cursor] = true
		src = posted(src, Item{"cursor": answer.Cursor})
		src.Pager = Admin() // the cursor stands alone in the body
	}
}

// productsOnSite reports whether one of the first accounts of the organisations' directories has a product on the site. No
// scope is documented for that search.
//
// Source: Organizations REST API, "Search for users": the id of a product, ari:cloud:confluence::site/{cloudId}.
func productsOnSite(ctx context.Context, w *Walk, orgs []Item) (bool, error) {
	directories, users := w.loop.runs["org_directory"], orgUsers()
	if directories == nil {
		return false, nil
	}
	list := directories.resource.Sources[0]
	list.Keep, users.Keep = []string{"directoryId"}, []string{"productAccess[].id"}
	for _, org := range orgs {
		for directory, err := range w.Fetch(ctx, list, org) {
			if Refused(err) != nil {
				break
			}
			if err != nil {
				return false, err
			}
			answer, err := w.Ask(ctx, users, Item{"orgId": org["id"], "directoryId": directory["directoryId"]}, false)
			if err != nil && Refused(err) == nil {
				return false, err
			}
			for _, user := range answer.Items {
				if slices.ContainsFunc(elements(user, "productAccess"), func(product Item) bool { return onSite(w.Site(), product) }) {
					return true, nil
				}
			}
		}
	}
	return false, nil
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
