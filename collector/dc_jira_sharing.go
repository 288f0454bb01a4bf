package collector

import (
	"context"
	"path"
	"strconv"
	"strings"
)

// dcJiraSharing is what people make and share, the service desks, the webhooks, and the log of what was changed.
func dcJiraSharing() []Resource {
	cloud := jiraSharing()
	service := func(r *Resource) {
		for i := range r.Sources {
			r.Sources[i].Classic, r.Sources[i].Granular = nil, nil
			r.Sources[i].Doc = "https://docs.atlassian.com/jira-servicedesk/REST/5.17.0/"
		}
	}
	hooks := func(path string) Source {
		return Source{API: JiraAPI, Path: path, Pager: Single(), Doc: "https://developer.atlassian.com/server/jira/platform/webhooks/"}
	}
	return []Resource{
		like(cloud, "jira_filter", func(r *Resource) {
			r.About = "A saved search of issues that the account which asks has marked as a favourite: its name and the account that owns it, not the search itself."
			r.Lists, r.Permission = Seen, ""
			r.Keep = []string{"id", "name", "owner.key", "owner.name"}
			r.Personal = []string{"owner.name"}
			r.Sources = []Source{dcSource("filter/favourite", "expand=sharePermissions", Single(), "")}
			r.Collect = collectFavourites
		}),
		like(cloud, "jira_filter_share", func(r *Resource) {
			r.Lists, r.Permission = Seen, ""
			r.Keep = []string{
				"id", "sharePermissions[].type", "sharePermissions[].edit", "sharePermissions[].user.key", "sharePermissions[].group.name",
				"sharePermissions[].project.id", "sharePermissions[].project.key", "sharePermissions[].role.id",
			}
			r.Objects = jirasOwn(r.Objects)
		}),
		like(cloud, "jira_dashboard", func(r *Resource) {
			r.About = "A dashboard: its name, not what it shows."
			r.Keep = []string{"id", "name"} // neither owner nor shares are told
			r.Sources = []Source{dcSource("dashboard", "", Offset(100), "dashboards")}
		}),
		like(cloud, "jira_attachment", func(r *Resource) {
			r.About = "Facts about a file attached to an issue: its name, size and kind, when and by which account it was attached, the issue. Never its content."
			r.Keep = []string{
				"id", "key", "fields.attachment[].id", "fields.attachment[].filename", "fields.attachment[].size", "fields.attachment[].mimeType",
				"fields.attachment[].created", "fields.attachment[].author.key", "fields.attachment[].author.name",
			}
			r.Personal = []string{"fields.attachment[].author.name"}
			// No other field is asked for. The project is told by the key.
			r.Sources = []Source{dcSource("search", "jql=attachments+is+not+EMPTY&fields=attachment", Offset(500), "issues")}
		}),
		like(serviceManagementResources(), "jira_service_desk", service),
		like(serviceManagementResources(), "jira_customer", func(r *Resource) {
			r.About = "A customer of a service desk: the account's key and log-in name, whether it is active, its name and e-mail address."
			r.Keep = []string{"key", "name", "active", "displayName", "emailAddress"}
			r.Personal = []string{"name", "displayName", "emailAddress"}
			r.Key = []string{"^id", "key"}
			service(r)
		}),
		{
			Name:    "jira_webhook",
			About:   "A webhook that an administrator set up: its name, the host it sends to, the events that make it send, and whether anything narrows them. Never its secret, nor what follows the host in its address.",
			Product: Jira, Revision: 2, Lists: All, Permission: "ADMINISTER",
			Keep: []string{
				"id", "self", "name", "url", "enabled", "active", "events[]", "excludeBody", "filters.*",
				"configuration.EXCLUDE_BODY", "configuration.FILTERS", "scopeType", "sslVerificationRequired",
			},
			Objects: jiraWebhook,
			Sources: []Source{since("Jira 10", hooks("/rest/jira-webhook/1.0/webhooks")), hooks("/rest/webhooks/1.0/webhook")}, // from 10 on; up to 9
		},
		like(cloud, "jira_audit_event", func(r *Resource) {
			r.Keep = []string{
				"timestamp", "author.id", "author.name", "type.category", "type.action",
				"affectedObjects[].id", "affectedObjects[].name", "affectedObjects[].type",
				"changedValues[].key", "changedValues[].from", "changedValues[].to",
			}
			r.Personal = []string{"author.name", "affectedObjects[].name", "changedValues[].from", "changedValues[].to"}
			r.Objects = dcAuditEvent
			r.Sources = []Source{since("Jira 8.8", Source{
				API: JiraAPI, Path: "/rest/auditing/1.0/events", Query: "from={@from}&to={@to}", Pager: Auditing(500), Items: "entities",
				Doc: "https://confluence.atlassian.com/jiracore/audit-log-improvements-for-developers-1019401815.html",
			})}
		}),
	}
}

// collectFavourites reads the favourites of the account, the only list of filters there is; what it makes itself is among
// them at first.
func collectFavourites(ctx context.Context, w *Walk) error {
	err := w.Read(ctx, w.resource.Sources...)
	if err == nil {
		w.Partly("only the account's favourites: Data Center has no list of filters")
	}
	return err
}

// jiraWebhook makes an object of a webhook as Jira 10 tells it (id, active, configuration) or as 9 does (self, enabled,
// excludeBody, filters): in the spelling of 9, so that an upgrade changes no webhook.
// Of the address scheme and host are kept: what follows may be a secret of whoever receives. Of the filters the names are kept
// of those that narrow anything, not the searches they hold.
func jiraWebhook(hook, _ Item) []Made {
	hook["id"] = textAt(hook, "id")
	if self := textAt(hook, "self"); hook["id"] == "" && self != "" {
		hook["id"] = path.Base(self)
	}
	delete(hook, "self")
	if active, told := hook["active"]; told {
		hook["enabled"] = active
		delete(hook, "active")
	}
	if address, ok := hook["url"].(string); ok {
		hook["url"] = origin(address)
	}
	if configuration, ok := hook["configuration"].(Item); ok { // a map of what is set: without filters nothing narrows
		search, _ := text(configuration["FILTERS"])
		if bodiless, err := strconv.ParseBool(textAt(configuration, "EXCLUDE_BODY")); err == nil {
			hook["excludeBody"] = bodiless
		}
		delete(hook, "configuration")
		filters, err := itemIn(search)
		if err != nil {
			filters = Item{"issue-related-events-section": search} // the search itself, of the one section that there is
		}
		hook["filters"] = filters
	}
	if filters, ok := hook["filters"].(Item); ok {
		for name, search := range filters {
			if s, _ := text(search); strings.TrimSpace(s) == "" {
				delete(filters, name)
				continue
			}
			filters[name] = true
		}
	}
	return []Made{{[]string{textAt(hook, "id")}, hook}}
}

// origin is an address as far as its host: without a name and password before it, and without what follows.
func origin(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest[strings.LastIndexByte(rest, '@')+1:]
}

// dcAuditEvent names an entry by all that tells it apart, for it has no id, and takes what is content out of the values.
func dcAuditEvent(event, _ Item) []Made {
	for _, change := range elements(event, "changedValues") {
		if isContent(textAt(change, "key")) {
			delete(change, "from")
			delete(change, "to")
		}
	}
	object := Item{}
	if all := elements(event, "affectedObjects"); len(all) > 0 {
		object = all[0]
	}
	return []Made{{[]string{textAt(event, "timestamp"), firstOf(event, "author.id", "author.name"), textAt(event, "type.action"), firstOf(object, "id", "name")}, event}}
}
