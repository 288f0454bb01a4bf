package collector

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"plumbline/store"
)

// jiraSharing is what people make and share: filters, dashboards, attachments; and the log of what was changed.
func jiraSharing() []Resource {
	filters := Source{
		API: JiraAPI, Path: "/rest/api/3/filter/search", Pager: Offset(100), Items: "values",
		Query:   "expand=owner,sharePermissions,editPermissions&overrideSharePermissions=true",
		Classic: []string{"read:jira-work"},
		Granular: []string{
			"read:filter:jira", "read:group:jira", "read:project:jira", "read:project-role:jira", "read:user:jira",
			"read:jql:jira", "read:application-role:jira", "read:avatar:jira", "read:issue-type-hierarchy:jira",
		},
		Doc: docJira3 + "api-group-filters/#api-rest-api-3-filter-search-get",
	}
	ownFilters := filters
	ownFilters.Query = "expand=owner,sharePermissions,editPermissions"
	return []Resource{
		{
			Name:    "jira_filter",
			About:   "A saved search of issues: its name and the account that owns it, not the search itself.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep:    []string{"id", "name", "owner.accountId"}, // not when it was last used: that moves without anybody's doing
			Key:     []string{"id"},
			Sources: []Source{filters, ownFilters},
			Collect: collectFilters,
		},
		{
			Name:    "jira_filter_share",
			About:   "Whom a filter is shared with, to see or to change it: an account, group, project, role, or everybody.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Inside:  "jira_filter",
			Demands: []string{"sharePermissions"},
			Keep:    shareKeep,
			Objects: func(filter, _ Item) []Made { return shares(filter, "filterId") },
		},
		{
			Name:    "jira_dashboard",
			About:   "A dashboard: its name and the account that owns it, not what it shows.",
			Product: Jira, Revision: 1, Lists: Seen,
			Keep: []string{"id", "name", "owner.accountId", "systemDashboard"},
			Key:  []string{"id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/dashboard/search", Pager: Offset(100), Items: "values",
				Query:   "expand=owner,sharePermissions,editPermissions&status=active",
				Classic: []string{"read:jira-work"},
				Granular: []string{
					"read:dashboard:jira", "read:group:jira", "read:project:jira", "read:project-role:jira", "read:user:jira", "read:application-role:jira", "read:avatar:jira",
					"read:issue-type-hierarchy:jira", "read:issue-type:jira", "read:project-category:jira", "read:project-version:jira", "read:project.component:jira",
				},
				Doc: docJira3 + "api-group-dashboards/#api-rest-api-3-dashboard-search-get",
			}},
		},
		{
			Name:    "jira_dashboard_share",
			About:   "Whom a dashboard is shared with, to see or to change it: an account, group, project, role, or everybody.",
			Product: Jira, Revision: 1, Lists: Seen,
			Inside:  "jira_dashboard",
			Demands: []string{"sharePermissions"},
			Keep:    shareKeep,
			Objects: func(dashboard, _ Item) []Made { return shares(dashboard, "dashboardId") },
		},
		{
			Name:    "jira_attachment",
			About:   "Facts about a file attached to an issue: its name, size and kind, when and by which account it was attached, the issue and project. Never its content.",
			Product: Jira, Revision: 1, Lists: Seen,
			Keep: []string{
				"id", "key", "fields.project.id", "fields.project.key",
				"fields.attachment[].id", "fields.attachment[].filename", "fields.attachment[].size",
				"fields.attachment[].mimeType", "fields.attachment[].created", "fields.attachment[].author.accountId",
			},
			Demands: []string{"fields.attachment"}, // only issues with attachments are asked for
			Objects: attachments,
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/search/jql", Pager: Token(500), Items: "issues",
				Query:   "jql=attachments+is+not+EMPTY&fields=attachment,project", // a search restriction, as the call demands
				Classic: []string{"read:jira-work"},
				Granular: []string{
					"read:issue-details:jira", "read:audit-log:jira", "read:avatar:jira", "read:field-configuration:jira", "read:issue-meta:jira",
				},
				Doc: docJira3 + "api-group-issue-search/#api-rest-api-3-search-jql-get",
			}},
		},
		{
			Name:    "jira_audit_event",
			About:   "An entry of Jira's audit log of the last 90 days: what was changed, when, by which account, on what. Not from which address.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER", Event: true,
			Keep: []string{
				"id", "created", "summary", "category", "authorAccountId", "authorKey",
				"objectItem.id", "objectItem.name", "objectItem.typeName", "objectItem.parentId", "objectItem.parentName",
				"associatedItems[].id", "associatedItems[].name", "associatedItems[].typeName", "associatedItems[].parentId", "associatedItems[].parentName",
				"changedValues[].fieldName", "changedValues[].changedFrom", "changedValues[].changedTo",
			},
			Personal: []string{"objectItem.name", "associatedItems[].name", "changedValues[].changedFrom", "changedValues[].changedTo"},
			Objects:  jiraAuditEvent,
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/auditing/record", Query: "from={@from}&to={@to}", Pager: Audit(1000), Items: "records",
				Classic:  []string{"manage:jira-configuration"},
				Granular: []string{"read:audit-log:jira", "read:user:jira"},
				Doc:      docJira3 + "api-group-audit-records/#api-rest-api-3-auditing-record-get",
			}},
		},
	}
}

// collectFilters reads every filter of the site if the account may override the shares, else those that are shared with
// it. An administrator who is refused the first way is told less than the resource promises: that is partial.
func collectFilters(ctx context.Context, w *Walk) error {
	all, own := w.resource.Sources[0], w.resource.Sources[1]
	answer, err := w.Ask(ctx, all, nil, false)
	if err != nil && Refused(err) == nil {
		return err
	}
	refusal := Refused(err)
	switch {
	case refusal == nil && answer.Status != http.StatusBadRequest && answer.Status != http.StatusForbidden:
		return w.Read(ctx, all)
	case refusal == nil:
		refusal = &Refusal{Outcome: store.Denied, Status: answer.Status, Reason: answer.Reason}
	}
	if w.Holds("ADMINISTER") {
		w.part.partly("only what the account may see: "+refusal.Error(), refusal.Status, refusal.Missing...)
	}
	return w.Read(ctx, own)
}

// shareKeep is kept of filters and of dashboards for their shares.
var shareKeep = []string{
	"id",
	"sharePermissions[].type", "sharePermissions[].user.accountId", "sharePermissions[].group.groupId", "sharePermissions[].group.name",
	"sharePermissions[].project.id", "sharePermissions[].project.key", "sharePermissions[].role.id",
	"editPermissions[].type", "editPermissions[].user.accountId", "editPermissions[].group.groupId", "editPermissions[].group.name",
	"editPermissions[].project.id", "editPermissions[].project.key", "editPermissions[].role.id",
}

// shares makes an object of each share of a filter or dashboard: to view it, or to edit it. Data Center has one list for both
// and says of a share whether it is for editing.
func shares(of Item, id string) []Made {
	var made []Made
	for _, list := range []struct{ member, access string }{{"sharePermissions", "view"}, {"editPermissions", "edit"}} {
		for _, share := range elements(of, list.member) {
			target := firstOf(share, "user.accountId", "user.key", "group.groupId", "group.name", "project.id")
			access := list.access
			if share["edit"] == true {
				access = "edit"
			}
			delete(share, "edit")
			share[id], share["access"] = of["id"], access
			key := []string{textAt(of, "id"), access, textAt(share, "type"), target, textAt(share, "role.id")}
			made = append(made, Made{key, share})
		}
	}
	return made
}

// attachments makes an object of each attachment of an issue.
func attachments(issue, _ Item) []Made {
	var made []Made
	project, _ := member(issue, "fields.project")
	for _, file := range elements(issue, "fields.attachment") {
		file["issue"] = Item{"id": issue["id"], "key": issue["key"]}
		if project != nil {
			file["project"] = project
		}
		made = append(made, Made{[]string{textAt(file, "id")}, file})
	}
	return made
}

// contentFields are audited values that are content or secrets by nature: that they changed is kept, from and to are not.
var contentFields = []string{"description", "password", "secret", "token"}

func isContent(field string) bool {
	field = strings.ToLower(field)
	return slices.ContainsFunc(contentFields, func(word string) bool { return strings.Contains(field, word) })
}

// jiraAuditEvent takes what is content out of the values changed.
func jiraAuditEvent(record, _ Item) []Made {
	for _, change := range elements(record, "changedValues") {
		if isContent(textAt(change, "fieldName")) {
			delete(change, "changedFrom")
			delete(change, "changedTo")
		}
	}
	return []Made{{[]string{textAt(record, "id")}, record}}
}
