package collector

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"plumbline/store"
)

// docConfluenceDC begins the address of the page that a call of Confluence Data Center was read on. Paths, parameters and
// members were checked against Atlassian's OpenAPI document of 10.2; what older versions lack they answer with 404.
const docConfluenceDC = "https://developer.atlassian.com/server/confluence/rest/v10214/"

// wikiSource is a GET of Confluence Data Center, which knows no scopes: the rights of the token are those of its owner.
func wikiSource(path, query string, pager Pager, items, doc string, keep ...string) Source {
	return Source{API: ConfluenceAPI, Path: path, Query: query, Pager: pager, Items: items, Keep: keep, Doc: docConfluenceDC + doc}
}

// since is a source that came with a version, or an app: where it is not found what it would list is there all the same, and
// not told.
//
// Source: which groups of calls Atlassian's REST API documents of 9.1, 9.2, 9.3 and 10.2 of Confluence have, those of 9.17 and
// 10.3 of Jira, and the release notes.
func since(what string, src Source) Source {
	src.NotFound, src.Since = store.Unavailable, what
	return src
}

// wikiGroup is the key of a group of Confluence Data Center, by which directory_group knows it.
func wikiGroup(name string) string { return store.Key(string(Confluence), name) }

// dcConfluenceResources is what is collected of Confluence Data Center: spaces by permissions alone, as it knows no space
// roles; and who holds what on the whole site, which Cloud does not tell.
func dcConfluenceResources() []Resource {
	return slices.Concat(dcWikiSite(), dcWikiSpaces(), dcWikiContent())
}

// dcWikiSite is the installation itself, its accounts, and what holds on all of it.
func dcWikiSite() []Resource {
	cloud := confluenceResources()
	return []Resource{
		{
			Name:    "confluence_instance",
			About:   "What Confluence says of its own installation: its address, name and version.",
			Product: Confluence, Revision: 1, Lists: All,
			Keep: []string{"baseUrl", "version", "buildDate", "url", "name"},
			Key:  []string{"=confluence"},
			Sources: []Source{
				since("Confluence 9.2", wikiSource("/rest/api/server-information", "", Single(), ".", "api-group-server-information/#api-rest-api-server-information-get")),
				{
					// What the products tell each other, of themselves: id, name, url, version. Every version has it.
					API: ConfluenceAPI, Path: "/rest/applinks/1.0/manifest", Pager: Single(), Items: ".",
					Doc: "https://developer.atlassian.com/server/framework/application-links/ (class ManifestEntity)",
				},
			},
		},
		{
			Name:    "confluence_user",
			About:   "Accounts: user key, log-in name, name, e-mail address of those with a licence, whether they are deactivated; everybody who is registered, and everybody met in a grant or as an author.",
			Product: Confluence, Revision: 1, Lists: Seen,
			After: []string{"confluence_space", "confluence_space_permission", "confluence_content", "confluence_restriction", "confluence_attachment",
				"confluence_global_permission", "directory_group_member"},
			// Not kept: when somebody last signed in, which moves with every day's work.
			Keep:     []string{"userKey", "username", "type", "status", "displayName", "email", "resolved"},
			Personal: []string{"username", "displayName", "email"},
			Collect:  collectDCWikiUsers,
			Sources: []Source{
				// The document has it; the version is of jira.atlassian.com CONFSERVER-87291.
				since("Confluence 8.4", wikiSource("/rest/api/user/list", "expand=status", V1(200), "results", "api-group-user/#api-rest-api-user-list-get",
					"userKey", "username", "type", "status", "displayName")),
				since("Confluence 9.3", wikiSource("/rest/api/admin/users/list/active", "", V1(200), "results", "api-group-admin-users/#api-rest-api-admin-users-list-active-get",
					"userKey", "email")),
			},
		},
		{
			Name:    "confluence_global_permission",
			About:   "Who may do what on the whole site: one operation granted to one person, group, the public, or people without a licence.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer",
			Keep:     []string{"principal.type", "principal.id", "principal.name", "operation", "targetType"},
			Personal: []string{"principal.name"},
			Union:    true,
			Collect:  collectDCGlobalPermissions,
			Sources: []Source{
				globalGrants("permissions"), globalGrants("permissions/anonymous"), globalGrants("permissions/unlicensed"),
			},
		},
		{
			Name:    "confluence_webhook",
			About:   "A webhook: its name, the host it sends to, and the events that make it send. Never its credentials, nor what follows the host in its address.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer",
			Keep:    []string{"id", "name", "url", "active", "events[]", "scopeType", "sslVerificationRequired"},
			Objects: wikiWebhook,
			Sources: []Source{refusesWith401(since("Confluence 7.13", wikiSource("/rest/api/webhooks", "", V1(100), "results", "api-group-webhooks/#api-rest-api-webhooks-get")))},
		},
		like(cloud, "confluence_audit_event", func(r *Resource) {
			// Not kept: the address somebody came from. Areas that the coverage of the log leaves out are not in it.
			r.Keep = []string{"timestamp", "author.id", "author.name", "author.type", "type.category", "type.action",
				"affectedObjects[].id", "affectedObjects[].name", "affectedObjects[].type", "changedValues[].key", "changedValues[].from", "changedValues[].to"}
			r.Personal = []string{"author.name", "affectedObjects[].name", "changedValues[].from", "changedValues[].to"}
			r.Objects = dcAuditEvent
			r.Sources = []Source{since("Confluence 7.5", Source{
				API: ConfluenceAPI, Path: "/rest/auditing/1.0/events", Query: "from={@from}&to={@to}", Pager: Auditing(500), Items: "entities",
				Doc: "https://confluence.atlassian.com/jiracore/audit-log-improvements-for-developers-1019401815.html (both products have the plugin)",
			})}
		}),
	}
}

// dcWikiSpaces is the spaces and who may do what in them.
func dcWikiSpaces() []Resource {
	return []Resource{
		{
			Name:    "confluence_space",
			About:   "Spaces: key, name, kind, state, who made them; personal spaces are named like their owner.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep:     []string{"id", "key", "name", "type", "status", "creator.userKey", "creator.username", "creationDate", "homepage.id"},
			Personal: []string{"name", "creator.username"},
			Objects:  wikiSpace,
			Collect:  collectDCSpaces,
			Sources:  []Source{wikiSource("/rest/api/space", "status={status}&expand=homepage", V1(200), "results", "api-group-space/#api-rest-api-space-get")},
		},
		{
			Name:    "confluence_space_permission",
			About:   "Who may do what in a space: one operation granted to one person, group, or the public.",
			Product: Confluence, Revision: 1, Lists: All,
			After: []string{"confluence_space"}, ByParent: true,
			Keep:     []string{"operation.operationKey", "operation.targetType", "subject.type", "subject.userKey", "subject.username", "subject.name", "spaceId"},
			Personal: []string{"subject.username"},
			Collect:  collectDCSpacePermissions,
			Sources:  []Source{spaceGrants("permissions"), spaceGrants("permissions/anonymous")},
		},
	}
}

// globalGrants is a list of global permissions.
func globalGrants(list string) Source {
	return since("Confluence 9.2", wikiSource("/rest/api/"+list, "", Single(), "", "api-group-global-permissions/#api-rest-api-permissions-get",
		wikiGrant...))
}

// wikiGrant is what a grant tells. The display name is not written: see wikiSubject.
var wikiGrant = []string{"operation.operationKey", "operation.targetType", "subject.type", "subject.userKey", "subject.username", "subject.name", "subject.displayName"}

// spaceGrants is a list of the permissions of one space.
func spaceGrants(list string) Source {
	src := since("Confluence 9.1", wikiSource("/rest/api/space/{key}/"+list, "", Single(), "", "api-group-space-permissions/#api-rest-api-space-spacekey-permissions-get", wikiGrant...))
	src.Retries = 1 // see notSpaceAdministrator
	return src
}

// refusesWith401 is a source that tells an account with too few rights what others tell one that is not signed in.
func refusesWith401(src Source) Source {
	src.Apart = true
	return src
}

// collectDCSpaces reads the current and the archived ones apart: without a filter a version may leave the archived ones out.
func collectDCSpaces(ctx context.Context, w *Walk) error {
	return w.Each(ctx, parents("status", "current", "archived"), func(ctx context.Context, part *Walk) error {
		return part.Read(ctx, w.resource.Sources...)
	})
}

// parents yields an object for each value of one member.
func parents(member string, values ...string) func(yield func(Object, error) bool) {
	return func(yield func(Object, error) bool) {
		for _, v := range values {
			if !yield(Object{v, Item{member: v}}, nil) {
				return
			}
		}
	}
}

// wikiSpace gives a space the state of the list that it came in, where it tells none itself.
func wikiSpace(space, list Item) []Made {
	if textAt(space, "status") == "" {
		space["status"] = list["status"]
	}
	return []Made{{Key: []string{textAt(space, "id")}, Body: space}}
}

// collectDCSpacePermissions asks each space for the grants to people and groups, and for those to the public.
func collectDCSpacePermissions(ctx context.Context, w *Walk) error {
	if r := notRead(w, "confluence_space"); r != nil {
		return r
	}
	unread(w, "confluence_space", "permissions in spaces that it lacks were not read")
	return w.Each(ctx, w.Seen(ctx, "confluence_space"), func(ctx context.Context, part *Walk) error {
		key, space := part.Parent()
		granted := map[string]Made{} // the public may come in both lists
		err := grants(ctx, part, space, func(subject Item, item Item) {
			operation, target := textAt(item, "operation.operationKey"), textAt(item, "operation.targetType")
			kind, id := principalOf(subject)
			if operation == "" || kind != "anonymous" && id == "" {
				part.Partly("a permission does not tell what it allows, or to whom")
				return
			}
			made := Made{Key: []string{key, kind, id, operation, target}, Body: Item{"spaceId": key, "operation": item["operation"], "subject": subject}}
			granted[store.Key(made.Key...)] = made
		})
		for _, key := range slices.Sorted(maps.Keys(granted)) {
			part.Emit(granted[key])
		}
		return err
	})
}

// collectDCGlobalPermissions lists who holds what on the whole site. A group is named by the key of its directory_group.
func collectDCGlobalPermissions(ctx context.Context, w *Walk) error {
	return grants(ctx, w, nil, func(subject Item, item Item) {
		operation, target := textAt(item, "operation.operationKey"), textAt(item, "operation.targetType")
		kind, id := principalOf(subject)
		principal := Item{"type": kind, "id": id}
		if name := firstOf(subject, "username", "name"); name != "" {
			principal["name"] = name
		}
		if kind == "group" {
			principal["id"] = wikiGroup(id)
		}
		if operation == "" || id == "" && (kind == "user" || kind == "group") {
			w.Partly("a permission does not tell what it allows, or to whom")
			return
		}
		w.Emit(Made{
			Key:  []string{kind, id, operation + "/" + target},
			Body: Item{"principal": principal, "operation": operation, "targetType": target},
		})
	})
}

// principalOf names whom a permission is granted to: user, group, anonymous or unlicensed, else as the site spells it. A user
// is told by its key, but for one that no directory has any more, which has none.
//
// Source: class Subject of confluence-java-api: its type is user, known, unknown, group or anonymous.
func principalOf(subject Item) (kind, id string) {
	switch kind = textAt(subject, "type"); kind {
	case "user", "known", "unknown":
		return "user", firstOf(subject, "userKey", "username")
	case "group":
		return kind, textAt(subject, "name")
	case "anonymous", "unlicensed":
		return kind, ""
	default:
		return kind, firstOf(subject, "userKey", "username", "name")
	}
}

// wikiSubject is a grant's subject without its display name, which is a person's. Atlassian's document shows type and display
// name alone: of a group that is its name.
//
// Source: schema Subject of the OpenAPI document of Confluence Data Center 10.2.
func wikiSubject(subject Item) Item {
	if name := textAt(subject, "displayName"); name != "" && textAt(subject, "type") == "group" && textAt(subject, "name") == "" {
		subject["name"] = name
	}
	delete(subject, "displayName")
	return subject
}

// grants reads the lists of permissions of a site, or of one space, and hands over each with its subject. The lists of the
// public and of people without a licence need not name those, so that it is said for them. A list that is refused leaves the
// others standing.
func grants(ctx context.Context, w *Walk, space Item, found func(subject, item Item)) error {
	sources := w.resource.Sources
	var refusals []*Refusal
	for i, src := range sources {
		var subject Item
		if i > 0 {
			subject = Item{"type": []string{"", "anonymous", "unlicensed"}[i]}
		}
		err := each(w.Fetch(ctx, src, space), func(item Item) {
			if of, ok := item["subject"].(Item); ok && i == 0 {
				found(wikiSubject(of), item)
				return
			}
			found(subject, item)
		})
		refusal := Refused(err)
		if refusal == nil && err != nil {
			return err
		}
		if refusal == nil {
			continue
		}
		if space != nil {
			notSpaceAdministrator(w, refusal)
		}
		if refusals = append(refusals, refusal); len(refusals) == len(sources) {
			return refusals[0]
		}
	}
	for _, r := range refusals {
		w.part.partly(r.Reason, r.Status, r.Missing...)
	}
	return nil
}

// notSpaceAdministrator takes the error 500, with which Confluence answers those who may not read a space's permissions, for
// the refusal it is.
//
// Source: jira.atlassian.com CONFSERVER-99908.
func notSpaceAdministrator(w *Walk, r *Refusal) {
	if r.Status == http.StatusInternalServerError && !w.Holds("confluence:administer") {
		r.Outcome, r.Missing = store.Denied, []string{"confluence:administer"}
		r.Reason += " (said to those who administer neither the space nor Confluence: CONFSERVER-99908)"
	}
}

// wikiWebhook makes an object of a webhook. Of the address scheme and host are kept: what follows may be a secret of whoever
// receives. The document shows no id, under which the others of these calls ask for one.
func wikiWebhook(hook, _ Item) []Made {
	if address, ok := hook["url"].(string); ok {
		hook["url"] = origin(address)
	}
	if id := textAt(hook, "id"); id != "" {
		return []Made{{Key: []string{id}, Body: hook}}
	}
	return []Made{{Key: []string{firstOf(hook, "name", "url"), textAt(hook, "url")}, Body: hook}}
}
