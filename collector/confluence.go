package collector

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"plumbline/store"
)

// Documents that the facts of this list were read in.
const (
	docConfluence1 = "https://developer.atlassian.com/cloud/confluence/rest/v1/"
	docConfluence2 = "https://developer.atlassian.com/cloud/confluence/rest/v2/"
)

// confluenceResources is what is collected of Confluence Cloud.
//
// API version 2 has no classic scope on any of its calls, and version 1 has none for the user search and the audit log
// (counted in Atlassian's OpenAPI documents): a grant with classic scopes alone is denied there. Where version 1 says the
// same with a classic scope, it stands in.
func confluenceResources() []Resource {
	return []Resource{
		{
			Name:    "confluence_instance",
			About:   "What Confluence says of its own site: address, plan, title, default language and time zone.",
			Product: Confluence, Revision: 1, Lists: All,
			Keep: []string{"cloudId", "baseUrl", "edition", "siteTitle", "defaultLocale", "defaultTimeZone"},
			Key:  []string{"=confluence"},
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/rest/api/settings/systemInfo", Pager: Single(), Items: ".",
				Classic: []string{"manage:confluence-configuration"}, Granular: []string{"read:configuration:confluence"},
				Doc: docConfluence1 + "api-group-settings/#api-wiki-rest-api-settings-systeminfo-get",
			}},
		},
		{
			Name:    "confluence_space_role_mode",
			About:   "Whether the spaces follow permissions, roles, or both.",
			Product: Confluence, Revision: 1, Lists: All,
			Keep: []string{"mode"},
			Key:  []string{"=confluence"},
			Sources: []Source{{
				// 404 is what a site without role-based access control says.
				API: ConfluenceAPI, Path: "/wiki/api/v2/space-role-mode", Pager: Single(), Items: ".", NotFound: store.Unavailable,
				Granular: []string{"read:configuration:confluence"},
				Doc:      docConfluence2 + "api-group-space-roles/#api-space-role-mode-get",
			}},
		},
		{
			Name:    "confluence_audit_retention",
			About:   "How long Confluence keeps the records of its audit log.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer",
			Keep: []string{"number", "units"},
			Key:  []string{"=confluence"},
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/rest/api/audit/retention", Pager: Single(), Items: ".",
				Granular: []string{"read:audit-log:confluence"},
				Doc:      docConfluence1 + "api-group-audit/#api-wiki-rest-api-audit-retention-get",
			}},
		},
		{
			Name:    "confluence_audit_event",
			About:   "Administrative events of the last 90 days: when, who, what, to which object; never the address somebody came from.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer", Event: true,
			Keep: []string{"creationDate", "author.accountId", "author.accountType", "author.displayName", "summary", "category", "sysAdmin", "superAdmin",
				"affectedObject.name", "affectedObject.objectType", "associatedObjects[].name", "associatedObjects[].objectType",
				"changedValues[].name", "changedValues[].oldValue", "changedValues[].newValue"},
			// An object may be a person, and so may a value: the name of a member that was added to a group.
			Personal: []string{"author.displayName", "affectedObject.name", "associatedObjects[].name", "changedValues[].oldValue", "changedValues[].newValue"},
			Objects:  auditEvent,
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/rest/api/audit", Query: "startDate={@fromMillis}&endDate={@toMillis}", Pager: V1(1000), Items: "results",
				Granular: []string{"read:audit-log:confluence"},
				Doc:      docConfluence1 + "api-group-audit/#api-wiki-rest-api-audit-get",
			}},
		},
		{
			Name:    "confluence_space",
			About:   "Spaces: key, name, kind, state, who made and who owns them; personal spaces are named like their owner.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep:     []string{"id", "key", "name", "type", "status", "authorId", "spaceOwnerId", "createdAt", "homepageId"},
			Personal: []string{"name"},
			Key:      []string{"id"},
			Union:    true, // the document does not say which states come without a filter
			Sources:  []Source{spaces("current"), spaces("archived")},
		},
		{
			Name:    "confluence_space_permission",
			About:   "Who may do what in a space: one operation granted to one person, group, or the public.",
			Product: Confluence, Revision: 1, Lists: All,
			Each: "confluence_space", ByParent: true,
			Keep: []string{"principal.type", "principal.id", "operation.key", "operation.targetType"},
			With: map[string]string{"spaceId": "^id"},
			Key:  []string{"^id", "principal.type", "principal.id", "operation.key", "operation.targetType"},
			Sources: []Source{{
				// Anonymous access is the principal role / ANONYMOUS: seen in a recorded answer of May 2026, not in the document.
				API: ConfluenceAPI, Path: "/wiki/api/v2/spaces/{id}/permissions", Pager: CursorLink(250), Items: "results",
				Granular: []string{"read:space:confluence"},
				Doc:      docConfluence2 + "api-group-space-permissions/#api-spaces-id-permissions-get",
			}},
		},
		{
			Name:    "confluence_space_role",
			About:   "Space roles: the permissions that each role holds.",
			Product: Confluence, Revision: 1, Lists: All,
			After:   []string{"confluence_space_role_mode"},
			Keep:    []string{"id", "type", "name", "spacePermissions[]"},
			Objects: spaceRole,
			Collect: collectSpaceRoles,
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/api/v2/space-roles", Pager: CursorLink(250), Items: "results", NotFound: store.Unavailable,
				Granular: []string{"read:space.permission:confluence"},
				Doc:      docConfluence2 + "api-group-space-roles/#api-space-roles-get",
			}},
		},
		{
			Name:    "confluence_space_role_assignment",
			About:   "Who holds which role in a space: people, groups, and classes such as everybody with a licence or the public.",
			Product: Confluence, Revision: 1, Lists: All,
			After: []string{"confluence_space", "confluence_space_role", "confluence_space_role_mode"}, ByParent: true,
			Keep:    []string{"principal.principalType", "principal.principalId", "roleId"},
			With:    map[string]string{"spaceId": "^id"},
			Key:     []string{"^id", "principal.principalType", "principal.principalId", "roleId"},
			Collect: collectSpaceRoleAssignments,
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/api/v2/spaces/{id}/role-assignments", Pager: CursorLink(250), Items: "results",
				Granular: []string{"read:space.permission:confluence"},
				Doc:      docConfluence2 + "api-group-space-roles/#api-spaces-id-role-assignments-get",
			}},
		},
		{
			Name:    "confluence_content",
			About:   "Pages and blog posts: title, space, place in the tree, who made and owns them, when; never their text.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep: []string{"id", "status", "title", "spaceId", "parentId", "parentType", "authorId", "ownerId", "createdAt",
				"version.number", "version.createdAt", "version.authorId"},
			With:    map[string]string{"type": "^type"},
			Key:     []string{"id"},
			Collect: collectContent,
			Sources: []Source{
				{
					// Without a filter the current and the archived ones.
					API: ConfluenceAPI, Path: "/wiki/api/v2/pages", Pager: CursorLink(250), Items: "results",
					Granular: []string{"read:page:confluence"},
					Doc:      docConfluence2 + "api-group-page/#api-pages-get",
				},
				{
					API: ConfluenceAPI, Path: "/wiki/api/v2/blogposts", Pager: CursorLink(250), Items: "results",
					Granular: []string{"read:page:confluence"},
					Doc:      docConfluence2 + "api-group-blog-post/#api-blogposts-get",
				},
			},
		},
		{
			Name:    "confluence_restriction",
			About:   "Who a page or blog post is restricted to, for reading and for editing.",
			Product: Confluence, Revision: 1, Lists: Seen,
			After:   []string{"confluence_space", "confluence_content"},
			Keep:    []string{"contentId", "operation", "user.accountId", "user.accountType", "user.type", "group.id", "group.name"},
			Collect: collectRestrictions,
			Sources: []Source{restrictionSearch, restrictionByOperation, restrictionPages},
		},
		{
			Name:    "confluence_attachment",
			About:   "Attached files: name, size, kind, where they hang, who uploaded them and when; never their content.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep: []string{"id", "title", "fileSize", "mediaType", "pageId", "blogPostId", "customContentId", "createdAt", "status", "version.authorId"},
			Key:  []string{"id"},
			Sources: []Source{{
				// Without a filter the current and the archived ones.
				API: ConfluenceAPI, Path: "/wiki/api/v2/attachments", Pager: CursorLink(250), Items: "results",
				Granular: []string{"read:attachment:confluence"},
				Doc:      docConfluence2 + "api-group-attachment/#api-attachments-get",
			}},
		},
		{
			Name:    "confluence_user",
			About:   "Accounts: kind, state, guest or not, name, e-mail address where the profile shows it; everybody met in a grant or as an author.",
			Product: Confluence, Revision: 1, Lists: Seen,
			After: []string{"confluence_space", "confluence_space_permission", "confluence_space_role_assignment", "confluence_content",
				"confluence_restriction", "confluence_attachment", "directory_group_member"},
			Keep:     []string{"accountId", "accountType", "accountStatus", "type", "isGuest", "isExternalCollaborator", "email", "displayName", "resolved"},
			Personal: []string{"email", "displayName"},
			Collect:  collectConfluenceUsers,
			Sources:  []Source{userSearch, usersBulk, usersBulk1},
		},
		{
			Name:    "confluence_global_permission",
			About:   "What anonymous visitors may do on the whole site.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep:    []string{"principal.type", "principal.id", "operation", "targetType"},
			Collect: collectAnonymous,
			Sources: []Source{{
				API: ConfluenceAPI, Path: "/wiki/rest/api/user/anonymous", Query: "expand=operations", Pager: Single(), Items: ".",
				Keep:    []string{"type", "operations[].operation", "operations[].targetType"},
				Classic: []string{"read:confluence-user"}, Granular: []string{"read:user:confluence"},
				Doc: docConfluence1 + "api-group-users/#api-wiki-rest-api-user-anonymous-get",
			}},
		},
		{
			Name:    "confluence_webhook",
			About:   "Addresses that Confluence calls when something happens. Confluence Cloud has no endpoint that lists them.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer",
		},
	}
}

func spaces(status string) Source {
	return Source{
		API: ConfluenceAPI, Path: "/wiki/api/v2/spaces", Query: "status=" + status, Pager: CursorLink(250), Items: "results",
		Granular: []string{"read:space:confluence"},
		Doc:      docConfluence2 + "api-group-space/#api-spaces-get",
	}
}

// auditEvent names a record by time, author, summary and object: the log gives its records no id.
func auditEvent(item, _ Item) []Made {
	author := textAt(item, "author.accountId")
	if author == "" {
		author = textAt(item, "author.displayName") // the system itself, and apps of old
	}
	return []Made{{Key: []string{textAt(item, "creationDate"), author, textAt(item, "summary"), textAt(item, "affectedObject.name")}, Body: item}}
}

// spaceRole sorts the permissions, whose order means nothing and would look like a change.
func spaceRole(item, _ Item) []Made {
	if list, ok := item["spacePermissions"].([]any); ok {
		slices.SortFunc(list, func(a, b any) int {
			x, _ := text(a)
			y, _ := text(b)
			return strings.Compare(x, y)
		})
	}
	return []Made{{Key: []string{textAt(item, "id")}, Body: item}}
}

// beforeRoles is the refusal to ask for roles at all: the site's spaces follow permissions alone.
func beforeRoles(ctx context.Context, w *Walk) error {
	for o, err := range w.Seen(ctx, "confluence_space_role_mode") {
		if err != nil {
			return err
		}
		if textAt(o.Body, "mode") == "PRE_ROLES" {
			return &Refusal{Outcome: store.Unavailable, Reason: "the spaces of this site follow permissions, not roles (PRE_ROLES)"}
		}
	}
	return nil
}

// collectSpaceRoles reads the list. Where it is refused, and no space follows a role, nothing is missing.
func collectSpaceRoles(ctx context.Context, w *Walk) error {
	err := w.Read(ctx, w.resource.Sources...)
	if Refused(err) != nil {
		if none := beforeRoles(ctx, w); none != nil {
			return none
		}
	}
	return err
}

// collectSpaceRoleAssignments asks each space, unless the site's spaces follow permissions alone.
func collectSpaceRoleAssignments(ctx context.Context, w *Walk) error {
	if err := beforeRoles(ctx, w); err != nil {
		return err
	}
	// A 404 is also said to those who may not see the mode: a site that lists roles has them all the same.
	if w.Outcome("confluence_space_role_mode") == store.Unavailable && w.Outcome("confluence_space_role") == store.Unavailable {
		return &Refusal{Outcome: store.Unavailable, Reason: "the site has no space roles"}
	}
	if r := notRead(w, "confluence_space"); r != nil {
		return r
	}
	unread(w, "confluence_space", "assignments in spaces that it lacks were not read")
	return w.Each(ctx, w.Seen(ctx, "confluence_space"), func(ctx context.Context, part *Walk) error {
		err := part.Read(ctx, w.resource.Sources...)
		if r := Refused(err); r != nil && r.Status == http.StatusBadRequest {
			r.Outcome = store.Unavailable // a site, or a space, that has no roles
		}
		return err
	})
}

// notRead says why nothing can be asked for the objects of another resource, nil if it was read.
func notRead(w *Walk, resource string) *Refusal {
	switch o := w.Outcome(resource); o {
	case store.Complete, store.Partial:
		return nil
	case store.Unavailable:
		return &Refusal{Outcome: o, Reason: resource + " is unavailable"}
	default:
		return &Refusal{Outcome: store.Skipped, Reason: resource + " was not read (" + string(o) + ")", Missing: w.lacked(resource)}
	}
}

// collectContent reads pages and blog posts side by side. Neither answer says which of the two its items are.
func collectContent(ctx context.Context, w *Walk) error {
	kinds := func(yield func(Object, error) bool) {
		_ = yield(Object{"page", Item{"type": "page"}}, nil) && yield(Object{"blogpost", Item{"type": "blogpost"}}, nil)
	}
	return w.Each(ctx, kinds, func(ctx context.Context, part *Walk) error {
		if kind, _ := part.Parent(); kind == "page" {
			return part.Read(ctx, w.resource.Sources[0])
		}
		return part.Read(ctx, w.resource.Sources[1])
	})
}

// collectAnonymous asks what anonymous visitors may do. An answer that leaves the operations out says nothing about them.
func collectAnonymous(ctx context.Context, w *Walk) error {
	for item, err := range w.Fetch(ctx, w.resource.Sources[0], nil) {
		if err != nil {
			return err
		}
		operations, told := item["operations"].([]any)
		if !told {
			w.Partly("the answer does not say what anonymous visitors may do")
		}
		for _, o := range operations {
			o, _ := o.(Item)
			principal := Item{"type": textAt(item, "type"), "id": ""}
			w.Emit(Made{
				Key:  []string{textAt(item, "type"), "", textAt(o, "operation") + "/" + textAt(o, "targetType")},
				Body: Item{"principal": principal, "operation": o["operation"], "targetType": o["targetType"]},
			})
		}
	}
	return nil
}
