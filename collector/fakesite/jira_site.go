package fakesite

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What Jira says of itself, of its settings and of permissions.

// jiraTime is an RFC 3339 time as Jira writes it: 2026-06-01T12:00:00.000+0000.
func jiraTime(rfc string) string {
	t, err := time.Parse(time.RFC3339, rfc)
	if err != nil {
		return rfc
	}
	return t.UTC().Format("2006-01-02T15:04:05.000+0000")
}

func (c *call) serverInfo() {
	c.json(obj{"baseUrl": c.s.siteURL, "displayUrl": c.s.siteURL, "displayUrlConfluence": c.s.siteURL + "/wiki", "displayUrlServicedeskHelpCenter": c.s.siteURL,
		"version": "1001.0.0-SNAPSHOT", "versionNumbers": []any{1001, 0, 0}, "deploymentType": "Cloud", "buildNumber": 100297, "buildDate": jiraTime(c.site.about.Now),
		"serverTime": jiraTime(c.site.about.Now), "scmInfo": "0b1f9ac2d31b5e4c7a0fe1b2c3d4e5f60718293a", "serverTitle": c.site.about.Title,
		"defaultLocale": obj{"locale": "en_GB"}, "serverTimeZone": "Etc/GMT"})
}

func (c *call) tenantInfo() { c.json(obj{"cloudId": c.site.about.CloudID}) }

func (c *call) configuration() {
	c.json(obj{"votingEnabled": true, "watchingEnabled": true, "unassignedIssuesAllowed": true, "subTasksEnabled": true, "issueLinkingEnabled": true,
		"timeTrackingEnabled": true, "attachmentsEnabled": true,
		"timeTrackingConfiguration": obj{"workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute"}})
}

func (c *call) attachmentMeta() {
	c.json(obj{"enabled": true, "uploadLimit": c.site.about.UploadLimit})
}

func (c *call) license() {
	apps := []any{}
	for _, id := range sorted(c.site.about.Plans) {
		apps = append(apps, obj{"id": id, "plan": c.site.about.Plans[id]})
	}
	c.json(obj{"applications": apps})
}

func sorted[V any](m map[string]V) []string {
	out := []string{}
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

const needAdmin = "You are not authorized to perform this action. Administrator privileges are required."

// applicationProperties answers 404, as documented, to somebody who may not see them.
func (c *call) applicationProperties() {
	if !c.who.may["ADMINISTER"] {
		c.fail(404, "Application property not found, or you do not have permission to view it.")
		return
	}
	filter, err := regexp.Compile("^(?:" + c.q("keyFilter") + ")$")
	if c.q("keyFilter") == "" || err != nil {
		filter = regexp.MustCompile("")
	}
	c.settings(func(s setting) bool { return filter.MatchString(s.Key) && (c.q("key") == "" || c.q("key") == s.Key) })
}

func (c *call) advancedSettings() {
	if !c.lacks("ADMINISTER", needAdmin) {
		c.settings(func(s setting) bool { return s.Advanced })
	}
}

func (c *call) settings(keep func(setting) bool) {
	out := []any{}
	for _, s := range c.site.settings {
		if !keep(s) {
			continue
		}
		o := obj{"id": s.Key, "key": s.Key, "value": s.Value, "name": s.Name, "type": s.Type, "defaultValue": s.Default}
		if c.q("key") != "" {
			c.json(o)
			return
		}
		out = append(out, o)
	}
	c.json(out)
}

func (c *call) banner() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	b := c.site.about.Banner
	c.json(obj{"message": b, "isEnabled": b != "", "isDismissible": true, "visibility": "public", "hashId": itoa64(number(b))})
}

func (c *call) dataPolicy() { c.json(obj{"anyContentBlocked": c.site.about.Blocked}) }

func (c *call) applicationRoles() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	out := []any{}
	for _, r := range c.site.appRoles {
		names := func(gs []group) (names, details []any) {
			names, details = []any{}, []any{}
			for _, g := range gs {
				names, details = append(names, g.Name), append(details, c.groupName(g))
			}
			return
		}
		groups, groupDetails := names(r.groups)
		defaults, defaultDetails := names(r.defaults)
		seats, remaining := r.Seats, r.Seats-r.Users
		if r.Seats == 0 {
			seats, remaining = -1, -1
		}
		out = append(out, obj{"key": r.Key, "name": r.Name, "groups": groups, "groupDetails": groupDetails, "defaultGroups": defaults, "defaultGroupsDetails": defaultDetails,
			"selectedByDefault": r.Selected, "defined": true, "numberOfSeats": seats, "remainingSeats": remaining, "userCount": r.Users,
			"userCountDescription": itoa(r.Users) + " users", "hasUnlimitedSeats": r.Seats == 0, "platform": r.Platform})
	}
	c.json(out)
}

// The permissions of Jira, by kind. SYSTEM_ADMIN is one that a Cloud site knows but gives to nobody.
var globalPermissions = []string{"ADMINISTER", "SYSTEM_ADMIN", "BULK_CHANGE", "CREATE_PROJECT", "CREATE_SHARED_OBJECTS", "MANAGE_GROUP_FILTER_SUBSCRIPTIONS", "USER_PICKER"}

var projectPermissions = strings.Fields(`ADMINISTER_PROJECTS EDIT_WORKFLOW EDIT_ISSUE_LAYOUT BROWSE_PROJECTS MANAGE_SPRINTS_PERMISSION SERVICEDESK_AGENT
	VIEW_DEV_TOOLS VIEW_READONLY_WORKFLOW ASSIGNABLE_USER ASSIGN_ISSUES CLOSE_ISSUES CREATE_ISSUES DELETE_ISSUES EDIT_ISSUES LINK_ISSUES
	MODIFY_REPORTER MOVE_ISSUES RESOLVE_ISSUES SCHEDULE_ISSUES SET_ISSUE_SECURITY TRANSITION_ISSUES MANAGE_WATCHERS VIEW_VOTERS_AND_WATCHERS
	ADD_COMMENTS DELETE_ALL_COMMENTS DELETE_OWN_COMMENTS EDIT_ALL_COMMENTS EDIT_OWN_COMMENTS CREATE_ATTACHMENTS DELETE_ALL_ATTACHMENTS
	DELETE_OWN_ATTACHMENTS DELETE_ALL_WORKLOGS DELETE_OWN_WORKLOGS EDIT_ALL_WORKLOGS EDIT_OWN_WORKLOGS WORK_ON_ISSUES`)

func permissionBean(key string) obj {
	kind, id := "PROJECT", slices.Index(projectPermissions, key)+100
	if i := slices.Index(globalPermissions, key); i >= 0 {
		kind, id = "GLOBAL", i
	}
	name := strings.ToLower(strings.ReplaceAll(key, "_", " "))
	return obj{"id": itoa(id), "key": key, "name": strings.ToUpper(name[:1]) + name[1:], "type": kind, "description": "Ability to " + name + "."}
}

func (c *call) permissions() {
	out := obj{}
	for _, k := range slices.Concat(globalPermissions, projectPermissions) {
		out[k] = permissionBean(k)
	}
	c.json(obj{"permissions": out})
}

func (c *call) myPermissions() {
	asked := c.all("permissions")
	if len(asked) == 0 {
		c.fail(400, "The 'permissions' query parameter is required.")
		return
	}
	out := obj{}
	for _, k := range asked {
		o := permissionBean(k)
		switch {
		case slices.Contains(globalPermissions, k):
			o["havePermission"] = c.who.may[k]
		case slices.Contains(projectPermissions, k):
			o["havePermission"] = c.somewhere(k)
		default:
			c.fail(400, "Unrecognized permission: "+k)
			return
		}
		out[k] = o
	}
	c.json(obj{"permissions": out})
}

// somewhere says whether the caller has a permission in the project asked about, or else in any.
func (c *call) somewhere(permission string) bool {
	name := c.q("projectId")
	if name == "" {
		name = c.q("projectKey")
	}
	if name != "" {
		p, ok := c.site.projects.find(name)
		return ok && c.holds(p, permission)
	}
	for i := range c.site.projects.n {
		if c.holds(c.site.projects.at(i), permission) {
			return true
		}
	}
	return false
}

// permissionsCheck tells which global permissions an account holds; only administrators ask of others.
func (c *call) permissionsCheck() {
	var ask struct {
		AccountID         string   `json:"accountId"`
		GlobalPermissions []string `json:"globalPermissions"`
		Project           []any    `json:"projectPermissions"`
	}
	if b, err := io.ReadAll(c.r.Body); err != nil || json.Unmarshal(b, &ask) != nil {
		c.fail(400, "Invalid request payload. Refer to the REST API documentation and try again.")
		return
	}
	for _, p := range ask.GlobalPermissions {
		if p != "" && !slices.Contains(globalPermissions, p) {
			c.fail(400, "Unrecognized global permission: "+p)
			return
		}
	}
	may := c.who.may
	if ask.AccountID != "" && (c.who.account == nil || ask.AccountID != c.who.account.ID) {
		if c.lacks("ADMINISTER", "You do not have the permission to check the permissions of other users.") {
			return
		}
		a, ok := c.site.accounts.find(ask.AccountID)
		if !ok {
			c.fail(400, "The account ID is not valid: "+ask.AccountID)
			return
		}
		may = map[string]bool{}
		if !a.Inactive {
			may = c.s.caller("", &a, nil).may
		}
	}
	held := []any{}
	for _, p := range ask.GlobalPermissions {
		if may[p] {
			held = append(held, p)
		}
	}
	c.json(obj{"globalPermissions": held, "projectPermissions": []any{}})
}

func (c *call) plugins() {
	product, may := "jira", "ADMINISTER"
	if c.confluence() {
		product, may = "confluence", "confluence:administer"
	}
	if c.lacks(may, "You do not have permission to perform this operation.") {
		return
	}
	out := []any{}
	for _, p := range c.site.plugins {
		if p.Product == product {
			out = append(out, obj{"key": p.Key, "name": p.Name, "version": p.Version, "enabled": !p.Disabled, "userInstalled": p.Installed, "vendor": obj{"name": p.Vendor},
				"links": obj{"self": "/rest/plugins/1.0/" + p.Key + "-key"}})
		}
	}
	c.json(obj{"plugins": out})
}

// Audit log of Jira.

func (c *call) auditRecords() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	from, to, filter := utc(c.q("from")), utc(c.q("to")), strings.Fields(strings.ToLower(c.q("filter")))
	found := listed(c.site.jiraAudit, nil).where(func(e jiraEvent) bool {
		at := utc(e.Created)
		if from != "" && at < from || to != "" && at > to {
			return false
		}
		text := strings.ToLower(e.Summary + " " + e.Category + " " + e.Object["name"])
		return !slices.ContainsFunc(filter, func(w string) bool { return !strings.Contains(text, w) })
	})
	auditPage(c, found, func(e jiraEvent) any {
		o := obj{"id": e.ID, "summary": e.Summary, "created": jiraTime(e.Created), "category": e.Category, "eventSource": ""}
		if e.Author != "" { // the system's own records name nobody
			o["authorKey"], o["authorAccountId"] = "ug:"+uuid(e.Author), e.Author
		}
		if e.Remote != "" {
			o["remoteAddress"] = e.Remote
		}
		if e.Object != nil {
			o["objectItem"] = e.Object
		}
		if e.Changes != nil {
			o["changedValues"] = e.Changes
		}
		if e.Items != nil {
			o["associatedItems"] = e.Items
		}
		return o
	})
}

// utc brings the times that clients write to one form that can be compared.
func utc(text string) string {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05.000-0700", "2006-01-02T15:04:05-0700", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC().Format("2006-01-02T15:04:05.000")
		}
	}
	return text
}
