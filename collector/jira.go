package collector

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"plumbline/store"
)

// jiraResources is what is collected of Jira: the site, its people, its projects and what is shared in them.
func jiraResources() []Resource {
	return slices.Concat(jiraSite(), jiraPeople(), jiraProjects(), jiraSecurity(), jiraSharing())
}

// docJira3 begins the address of the page that a call of the Jira platform was read on.
const docJira3 = "https://developer.atlassian.com/cloud/jira/platform/rest/v3/"

// jiraSite is the site itself: one object each for the site and its licence, one for a setting or an application.
func jiraSite() []Resource {
	return []Resource{
		{
			Name:  "jira_instance",
			About: "The Jira site itself: its addresses, title and version, which features are switched on, and how large an attachment may be.",
			// Not kept: build number, build date and server time. On Cloud they change from day to day and say nothing.
			Keep: []string{
				"serverInfo.baseUrl", "serverInfo.displayUrl", "serverInfo.displayUrlConfluence", "serverInfo.displayUrlServicedeskHelpCenter",
				"serverInfo.serverTitle", "serverInfo.deploymentType", "serverInfo.version", "serverInfo.defaultLocale.locale",
				"configuration.attachmentsEnabled", "configuration.issueLinkingEnabled", "configuration.subTasksEnabled",
				"configuration.timeTrackingEnabled", "configuration.unassignedIssuesAllowed", "configuration.votingEnabled",
				"configuration.watchingEnabled", "attachmentMeta.enabled", "attachmentMeta.uploadLimit",
			},
			Product: Jira, Revision: 1, Lists: All,
			Key:   []string{"=jira"},
			Union: true,
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/serverInfo", Pager: Single(), Items: ".",
					Keep: []string{"baseUrl", "displayUrl", "displayUrlConfluence", "displayUrlServicedeskHelpCenter", "serverTitle", "deploymentType", "version", "defaultLocale.locale"},
					Doc:  docJira3 + "api-group-server-info/#api-rest-api-3-serverinfo-get",
				},
				{
					API: JiraAPI, Path: "/rest/api/3/configuration", Pager: Single(), Items: ".",
					Keep:     []string{"attachmentsEnabled", "issueLinkingEnabled", "subTasksEnabled", "timeTrackingEnabled", "unassignedIssuesAllowed", "votingEnabled", "watchingEnabled"},
					Classic:  []string{"read:jira-user"},
					Granular: []string{"read:instance-configuration:jira", "read:issue.time-tracking:jira"},
					Doc:      docJira3 + "api-group-jira-settings/#api-rest-api-3-configuration-get",
				},
				{
					API: JiraAPI, Path: "/rest/api/3/attachment/meta", Pager: Single(), Items: ".",
					Keep:     []string{"enabled", "uploadLimit"},
					Classic:  []string{"read:jira-work"},
					Granular: []string{"read:instance-configuration:jira"},
					Doc:      docJira3 + "api-group-issue-attachments/#api-rest-api-3-attachment-meta-get",
				},
			},
			Collect: collectInstance,
		},
		{
			Name:    "jira_license",
			About:   "Which Jira applications the site is licensed for, and on what kind of plan.",
			Product: Jira, Revision: 1, Lists: All,
			Keep:    []string{"applications[].id", "applications[].plan"},
			Objects: licenceObject,
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/instance/license", Pager: Single(), Items: ".",
				Classic:  []string{"manage:jira-configuration"},
				Granular: []string{"read:license:jira"},
				Doc:      docJira3 + "api-group-license-metrics/#api-rest-api-3-instance-license-get",
			}},
		},
		{
			Name:    "jira_setting",
			About:   "A setting of the Jira site as its administrators see it: what is set, and what would hold without it.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep:  []string{"key", "value", "defaultValue", "name", "type"},
			Key:   []string{"key"},
			Union: true,
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/application-properties", Pager: Single(),
					Classic:  []string{"manage:jira-configuration"},
					Granular: []string{"read:instance-configuration:jira"},
					Doc:      docJira3 + "api-group-jira-settings/#api-rest-api-3-application-properties-get",
				},
				{
					API: JiraAPI, Path: "/rest/api/3/application-properties/advanced-settings", Pager: Single(),
					Classic:  []string{"manage:jira-configuration"},
					Granular: []string{"read:instance-configuration:jira"},
					Doc:      docJira3 + "api-group-jira-settings/#api-rest-api-3-application-properties-advanced-settings-get",
				},
			},
			Collect: collectSettings,
		},
		{
			Name:    "jira_application_role",
			About:   "Access to a Jira application: whether new accounts get it by default, and how many seats are taken.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep: []string{"key", "name", "selectedByDefault", "numberOfSeats", "userCount", "remainingSeats", "hasUnlimitedSeats", "defined", "platform"},
			Key:  []string{"key"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/applicationrole", Pager: Single(),
				Classic:  []string{"manage:jira-configuration"},
				Granular: []string{"read:application-role:jira"},
				Doc:      docJira3 + "api-group-application-roles/#api-rest-api-3-applicationrole-get",
			}},
		},
		{
			Name:    "jira_application_role_group",
			About:   "A group that opens a Jira application to its members, and whether new accounts are put into it.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Inside:  "jira_application_role",
			Demands: []string{"groupDetails|groups", "defaultGroupsDetails|defaultGroups"},
			Keep: []string{
				"key", "groups[]", "groupDetails[].groupId", "groupDetails[].name",
				"defaultGroups[]", "defaultGroupsDetails[].groupId", "defaultGroupsDetails[].name",
			},
			Objects: applicationRoleGroups,
		},
	}
}

// together reads all sources of a resource that each tell a share of it. Where the site refuses some of them the part is
// partial, in the words of each refusal; where it refuses all, the first refusal that is more than a lack is the outcome.
func together(ctx context.Context, w *Walk, sources []Source, found func(source int, item Item)) error {
	var refusals []*Refusal
	for i, src := range sources {
		for item, err := range w.Fetch(ctx, src, nil) {
			if refusal := Refused(err); refusal != nil {
				refusals = append(refusals, refusal)
				if len(refusals) == len(sources) {
					return refusals[max(0, slices.IndexFunc(refusals, func(r *Refusal) bool { return r.Outcome != store.Unavailable }))]
				}
				refusedShare(w, src, refusal)
				break
			}
			if err != nil {
				return err
			}
			found(i, item)
		}
	}
	return nil
}

// refusedShare makes the part partial because one of several calls was refused. What tells calls at the same path apart is
// their query, which a refusal does not name.
func refusedShare(w *Walk, src Source, refusal *Refusal) {
	reason := refusal.Error()
	if src.Query != "" {
		reason = src.Query + ": " + reason
	}
	w.part.partly(reason, refusal.Status, refusal.Missing...)
}

// collectInstance makes one object of three answers, each under a name of its own: what was refused is then absent as a
// whole, not mistaken for switched off.
func collectInstance(ctx context.Context, w *Walk) error {
	body := Item{}
	err := together(ctx, w, w.resource.Sources, func(i int, item Item) {
		body[[]string{"serverInfo", "configuration", "attachmentMeta"}[i]] = item
	})
	if err != nil {
		return err
	}
	w.Emit(Made{[]string{"jira"}, body})
	return nil
}

func licenceObject(item, _ Item) []Made {
	if applications, ok := item["applications"].([]any); ok {
		slices.SortFunc(applications, func(a, b any) int { return strings.Compare(textAt(a, "id"), textAt(b, "id")) })
	}
	return []Made{{[]string{"jira"}, item}}
}

// collectSettings joins the two pages of settings. One that is on both is one object: the members of both, the first
// page's where they differ.
func collectSettings(ctx context.Context, w *Walk) error {
	settings := map[string]Item{}
	err := together(ctx, w, w.resource.Sources, func(_ int, item Item) {
		key := textAt(item, "key")
		if key == "" {
			w.Partly("a setting without a key")
			return
		}
		setting := settings[key]
		if setting == nil {
			settings[key] = item
			return
		}
		for name, value := range item {
			if _, ok := setting[name]; !ok {
				setting[name] = value
			}
		}
	})
	if err != nil {
		return err
	}
	for key, setting := range settings {
		w.Emit(Made{[]string{key}, setting})
	}
	return nil
}

// applicationRoleGroups takes the groups of an application role by their ids. Answers from before group ids had only the
// names; then the name stands in the key and the id is not told.
func applicationRoleGroups(role, _ Item) []Made {
	type membership struct{ access, standard bool }
	groups := map[string]membership{}
	bodies := map[string]Item{}
	note := func(details, names string, set func(*membership)) {
		list := elements(role, details)
		if list == nil {
			for _, name := range texts(role, names) {
				list = append(list, Item{"name": name})
			}
		}
		for _, group := range list {
			key := cmp.Or(textAt(group, "groupId"), textAt(group, "name"))
			if key == "" {
				continue
			}
			m := groups[key]
			set(&m)
			groups[key], bodies[key] = m, group
		}
	}
	note("groupDetails", "groups", func(m *membership) { m.access = true })
	note("defaultGroupsDetails", "defaultGroups", func(m *membership) { m.standard = true })
	var made []Made
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		m, body := groups[key], bodies[key]
		body["roleKey"], body["isAccess"], body["isDefault"] = role["key"], m.access, m.standard
		made = append(made, Made{[]string{textAt(role, "key"), key}, body})
	}
	return made
}

// textAt is a member of an item as keys spell it, "" where it is absent, null or no single value.
func textAt(item any, path string) string {
	object, _ := item.(Item)
	v, _ := member(object, path)
	s, _ := text(v)
	return s
}

// elements are the objects in the list at path, nil where there is no list.
func elements(item Item, path string) []Item {
	v, _ := member(item, path)
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	objects := []Item{}
	for _, e := range list {
		if object, ok := e.(Item); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// texts are the texts in the list at path.
func texts(item Item, path string) []string {
	v, _ := member(item, path)
	list, _ := v.([]any)
	var all []string
	for _, e := range list {
		if s, ok := text(e); ok {
			all = append(all, s)
		}
	}
	return all
}
