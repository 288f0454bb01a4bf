package fakesite

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Jira: what it says of itself, its settings, dashboards, filters, issues and service desks.

func (c *dcCall) serverInfo() {
	numbers := []any{}
	for _, n := range strings.Split(c.of.Version, ".") {
		numbers = append(numbers, atoi64(n))
	}
	c.json(obj{"baseUrl": c.of.Base, "version": c.of.Version, "versionNumbers": numbers, "deploymentType": "Server", "buildNumber": c.build(), "buildDate": c.of.Built + "T00:00:00.000+0000",
		"databaseBuildNumber": c.build(), "serverTime": jiraTime(c.site.about.Now), "scmInfo": uuid("scm/" + c.of.Version)[:8], "serverTitle": c.of.Title})
}

// build is the number of a version: 10.3.26 is 10030026.
func (c *dcCall) build() int64 {
	part := append(strings.Split(c.of.Version, "."), "0", "0")
	return atoi64(part[0])*1_000_000 + atoi64(part[1])*10_000 + atoi64(part[2])
}

func (c *dcCall) configuration() {
	c.json(obj{"votingEnabled": true, "watchingEnabled": true, "unassignedIssuesAllowed": true, "subTasksEnabled": true, "issueLinkingEnabled": true, "timeTrackingEnabled": true, "attachmentsEnabled": true,
		"timeTrackingConfiguration": obj{"workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute"}})
}

func (c *dcCall) attachmentMeta() {
	c.json(obj{"enabled": true, "uploadLimit": c.site.about.UploadLimit})
}

func (c *dcCall) properties(advanced bool) {
	out := []any{}
	for _, s := range c.site.settings {
		if s.Advanced != advanced || !strings.HasPrefix(s.Key, c.q("key")) {
			continue
		}
		out = append(out, obj{"id": s.Key, "key": s.Key, "value": s.Value, "name": s.Name, "desc": "", "type": s.Type, "defaultValue": s.Default})
	}
	c.json(out)
}

func (c *dcCall) applicationRoles() {
	out := []any{}
	names := func(list []group) []any {
		all := []any{}
		for _, g := range list {
			all = append(all, g.Name)
		}
		return all
	}
	for _, r := range c.site.appRoles {
		left := int64(-1)
		if r.Seats > 0 {
			left = int64(r.Seats - r.Users)
		}
		seats := int64(r.Seats)
		if r.Seats == 0 {
			seats = -1
		}
		out = append(out, obj{"key": r.Key, "groups": names(r.groups), "name": r.Name, "defaultGroups": names(r.defaults), "selectedByDefault": r.Selected, "defined": true, "numberOfSeats": seats,
			"remainingSeats": left, "userCount": r.Users, "userCountDescription": "users", "hasUnlimitedSeats": r.Seats == 0, "platform": r.Platform})
	}
	c.json(out)
}

// Dashboards name neither owner nor shares.

func (c *dcCall) dashboardBean(d shared) obj {
	return obj{"id": d.ID, "name": d.Name, "self": c.own("/rest/api/2/dashboard/" + d.ID), "view": c.of.Base + "/secure/Dashboard.jspa?selectPageId=" + d.ID}
}

// own is an address as answers give it: below the address that the product states of itself.
func (c *dcCall) own(path string) string { return c.of.Base + path }

func (c *dcCall) dashboards() {
	found := listed(c.site.boards, nil).where(func(d shared) bool {
		mine := c.q("filter") != "my" || c.who.account != nil && d.Owner == c.who.account.ID
		return (d.System || c.seesShared(d)) && mine && (c.q("filter") != "favourite" || c.starred(d))
	})
	start, size := c.number("startAt", 0), c.size("maxResults")
	page := obj{"startAt": start, "maxResults": size, "total": c.drift(found.n), "dashboards": window(found, c.stutter(start), size, func(d shared) any { return c.dashboardBean(d) })}
	to := func(n int) string {
		return c.own("/rest/api/2/dashboard") + "?" + c.with(map[string]string{"startAt": itoa(n), "maxResults": itoa(size)})
	}
	if start > 0 {
		page["prev"] = to(max(start-size, 0))
	}
	if start+size < found.n {
		page["next"] = to(start + size)
	}
	c.json(page)
}

func (c *dcCall) dashboard() {
	for _, d := range c.site.boards {
		if d.ID == c.r.PathValue("id") && (d.System || c.seesShared(d)) {
			c.json(c.dashboardBean(d))
			return
		}
	}
	c.fail(404, "The dashboard with id '"+c.r.PathValue("id")+"' does not exist.")
}

// starred says whether a filter or dashboard is a favourite of the caller.
func (c *dcCall) starred(f shared) bool {
	return c.who.account != nil && slices.ContainsFunc(f.Starred, func(name string) bool {
		who, ok := line(name, c.d.When)
		return ok && AccountID(who) == c.who.account.ID
	})
}

func (c *dcCall) filterBean(f shared) obj {
	o := obj{"self": c.own("/rest/api/2/filter/" + f.ID), "id": f.ID, "name": f.Name, "description": f.About, "jql": f.JQL, "viewUrl": c.of.Base + "/issues/?filter=" + f.ID,
		"searchUrl": c.own("/rest/api/2/search?jql=" + strings.ReplaceAll(f.JQL, " ", "+")), "favourite": c.starred(f), "sharePermissions": c.shares(f), "editable": c.who.account != nil && f.Owner == c.who.account.ID,
		"sharedUsers": obj{"size": 0, "items": []any{}, "max-results": 1000, "start-index": 0, "end-index": 0}, "subscriptions": obj{"size": 0, "items": []any{}, "max-results": 1000, "start-index": 0, "end-index": 0}}
	if a, ok := c.site.accounts.find(f.Owner); ok {
		o["owner"] = c.shortUserDC(a)
	}
	return o
}

func (c *dcCall) shares(f shared) []any {
	out := []any{}
	for i, s := range slices.Concat(f.shares, f.edits) {
		o := obj{"id": s.id, "type": s.kind, "view": true, "edit": i >= len(f.shares)}
		switch s.kind {
		case "group":
			g, _ := c.site.groups.find(s.group)
			o["group"] = c.groupBean(g)
		case "user":
			a, _ := c.site.accounts.find(s.account)
			o["user"] = c.shortUserDC(a)
		case "project":
			p, _ := c.site.projects.find(s.project)
			o["project"] = c.projectBeanDC(p)
			if s.role != "" {
				x, _ := c.site.roles.find(s.role)
				o["role"] = obj{"self": c.own("/rest/api/2/project/" + p.ID + "/role/" + s.role), "name": x.Name, "id": x.ID, "description": x.About}
			}
		}
		out = append(out, o)
	}
	return out
}

func (c *dcCall) favourites() {
	out := []any{}
	for _, f := range c.site.filters {
		if c.starred(f) && c.seesShared(f) {
			out = append(out, c.filterBean(f))
		}
	}
	c.json(out)
}

func (c *dcCall) filter(permissions bool) {
	for _, f := range c.site.filters {
		if f.ID == c.r.PathValue("id") && c.seesShared(f) {
			if permissions {
				c.json(c.shares(f))
			} else {
				c.json(c.filterBean(f))
			}
			return
		}
	}
	c.fail(404, "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.")
}

// Issues.

var jqlProject = regexp.MustCompile(`(?i)\bproject\s*(?:=|in)\s*\(?\s*([^)]*?)\s*\)?(?:\s+and\b|\s+or\b|\s+order\b|$)`)

// search understands of JQL which projects are asked for, and that attachments are.
func (c *dcCall) search() {
	ask := struct {
		JQL        string `json:"jql"`
		StartAt    int    `json:"startAt"`
		MaxResults int    `json:"maxResults"`
		Fields     []string
	}{c.q("jql"), c.number("startAt", 0), c.size("maxResults"), c.all("fields")}
	if c.r.Method == "POST" {
		ask.MaxResults = c.e.size
		if b, err := io.ReadAll(c.r.Body); err != nil || json.Unmarshal(b, &ask) != nil {
			c.fail(400, "Can not deserialize the request.")
			return
		}
		ask.MaxResults = min(ask.MaxResults, c.e.most)
	}
	named := map[string]bool{}
	if m := jqlProject.FindStringSubmatch(ask.JQL); m != nil {
		for _, w := range strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune(` ,"'`, r) }) {
			p, ok := c.site.projects.find(w)
			if !ok || !c.seesProject(p) && !c.everything() {
				c.fail(400, "The value '"+w+"' does not exist for the field 'project'.")
				return
			}
			named[p.Key] = true
		}
	}
	withFiles := strings.Contains(strings.ToLower(ask.JQL), "attachment")
	found := c.site.issues
	switch {
	case len(named) == 1 && c.site.issuesOf != nil:
		for key := range named {
			p, _ := c.site.projects.find(key)
			found = c.site.issuesOf(p)
		}
	case len(named) > 0 || !c.everything():
		found = found.where(func(x issue) bool {
			p, ok := c.site.projects.find(x.Project)
			return ok && !p.Archived && (len(named) == 0 || named[p.Key]) && c.holds(p, "BROWSE_PROJECTS") && (!withFiles || len(x.Files) > 0)
		})
	}
	page := obj{"expand": "schema,names", "startAt": ask.StartAt, "maxResults": ask.MaxResults, "total": c.drift(found.n), "issues": window(found, c.stutter(ask.StartAt), ask.MaxResults, func(x issue) any {
		fields := obj{}
		if len(ask.Fields) == 0 || slices.Contains(ask.Fields, "attachment") || slices.Contains(ask.Fields, "*all") {
			fields["attachment"] = c.filesOf(x)
		}
		if slices.Contains(ask.Fields, "project") {
			p, _ := c.site.projects.find(x.Project)
			fields["project"] = c.projectBeanDC(p)
		}
		return obj{"expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields", "id": x.ID, "self": c.own("/rest/api/2/issue/" + x.ID), "key": x.Key, "fields": fields}
	})}
	if newer(c.of.Version, "11.0") {
		page["maxResultWindow"] = 10000
	}
	c.json(page)
}

func (c *dcCall) filesOf(x issue) []any {
	out := []any{}
	for _, f := range x.Files {
		o := obj{"self": c.own("/rest/api/2/attachment/" + f.ID), "id": f.ID, "filename": f.Name, "created": jiraTime(f.Created), "size": f.Size, "mimeType": f.Mime, "content": c.of.Base + "/secure/attachment/" + f.ID + "/" + f.Name}
		if a, ok := c.site.accounts.find(f.Author); ok {
			o["author"] = c.shortUserDC(a)
		}
		out = append(out, o)
	}
	return out
}

// Service Management.

func (c *dcCall) deskInfo() {
	c.json(obj{"version": c.of.Desk, "platformVersion": c.of.Version, "buildDate": obj{"iso8601": c.of.Built + "T00:00:00+0000", "friendly": c.of.Built, "epochMillis": millisOf(c.of.Built + "T00:00:00Z")},
		"buildChangeSet": uuid("desk/" + c.of.Desk)[:8], "isLicensedForUse": true, "_links": obj{"self": c.own("/rest/servicedeskapi/info")}})
}

func (c *dcCall) desks() {
	found := listed(c.site.desks, nil).where(func(d desk) bool {
		p, ok := c.site.projects.find(d.Project)
		return ok && c.seesProject(p)
	})
	deskPage(c.call, found, func(d desk) any {
		p, _ := c.site.projects.find(d.Project)
		return obj{"id": d.ID, "projectId": p.ID, "projectName": p.Name, "projectKey": p.Key, "_links": obj{"self": c.own("/rest/servicedeskapi/servicedesk/" + d.ID)}}
	})
}

func (c *dcCall) customers() {
	for _, d := range c.site.desks {
		p, ok := c.site.projects.find(d.Project)
		if d.ID != c.r.PathValue("desk") || !ok || !c.seesProject(p) {
			continue
		}
		deskPage(c.call, listed(d.Customers, nil), func(id string) any {
			a, _ := c.site.accounts.find(id)
			o := c.shortUserDC(a)
			o["_links"] = obj{"jiraRest": o["self"], "self": o["self"]}
			return o
		})
		return
	}
	c.fail(404, "Service Desk with ID "+c.r.PathValue("desk")+" does not exist.")
}

func millisOf(rfc string) int64 { t, _ := time.Parse(time.RFC3339, rfc); return t.UnixMilli() }
