package fakesite

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Security schemes, filters, dashboards and issues of Jira, and service desks.

type levelOf struct {
	scheme securityScheme
	level  securityLevel
}

func (c *call) levelBean(x levelOf) obj {
	return obj{"self": c.base + "/rest/api/3/issuesecurityschemes/" + itoa64(x.scheme.ID) + "/level/" + itoa64(x.level.ID), "id": itoa64(x.level.ID), "name": x.level.Name,
		"description": x.level.About, "isDefault": x.scheme.Default == x.level.ID, "issueSecuritySchemeId": itoa64(x.scheme.ID)}
}

func (c *call) schemeOfSecurity(s securityScheme, levels bool) obj {
	o := obj{"self": c.base + "/rest/api/3/issuesecurityschemes/" + itoa64(s.ID), "id": s.ID, "name": s.Name, "description": s.About}
	if s.Default != 0 {
		o["defaultSecurityLevelId"] = s.Default
	}
	if levels {
		list := []any{}
		for _, l := range s.Levels {
			list = append(list, c.levelBean(levelOf{s, l}))
		}
		o["levels"] = list
	}
	return o
}

func (c *call) securitySchemes() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	out := []any{}
	for _, s := range c.site.security {
		out = append(out, c.schemeOfSecurity(s, false))
	}
	c.json(obj{"issueSecuritySchemes": out})
}

func (c *call) levels() []levelOf {
	var out []levelOf
	schemes := c.all("schemeId")
	for _, s := range c.site.security {
		for _, l := range s.Levels {
			if len(schemes) == 0 || slices.Contains(schemes, itoa64(s.ID)) {
				out = append(out, levelOf{s, l})
			}
		}
	}
	return out
}

func (c *call) securityLevels() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	found := listed(c.levels(), nil).where(func(x levelOf) bool {
		return (c.q("onlyDefault") != "true" || x.scheme.Default == x.level.ID) && (len(c.all("id")) == 0 || slices.Contains(c.all("id"), itoa64(x.level.ID)))
	})
	offsetPage(c, found, func(x levelOf) any { return c.levelBean(x) })
}

func (c *call) securityMembers() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	var out []any
	for _, x := range c.levels() {
		if ids := c.all("levelId"); len(ids) > 0 && !slices.Contains(ids, itoa64(x.level.ID)) {
			continue
		}
		for _, m := range x.level.members {
			h := c.grantBean(scheme{}, m)["holder"]
			out = append(out, obj{"id": itoa64(m.id), "issueSecurityLevelId": itoa64(x.level.ID), "issueSecuritySchemeId": itoa64(x.scheme.ID), "holder": h})
		}
	}
	offsetPage(c, listed(out, nil), func(v any) any { return v })
}

func (c *call) securityProjects() {
	if c.lacks("ADMINISTER", needAdmin) {
		return
	}
	schemes, projects := c.all("issueSecuritySchemeId"), c.all("projectId")
	found := c.site.projects.where(func(p project) bool {
		return p.Security != 0 && (len(schemes) == 0 || slices.Contains(schemes, itoa64(p.Security))) && (len(projects) == 0 || slices.Contains(projects, p.ID))
	})
	offsetPage(c, found, func(p project) any { return obj{"issueSecuritySchemeId": itoa64(p.Security), "projectId": p.ID} })
}

// projectSecurity answers 404 for a project without a scheme (github.com/pycontribs/jira/pull/1295).
func (c *call) projectSecurity() {
	p, ok := c.administered(404, 403)
	if !ok {
		return
	}
	for _, s := range c.site.security {
		if s.ID == p.Security {
			c.json(c.schemeOfSecurity(s, true))
			return
		}
	}
	c.fail(404, "There is no issue security scheme for this project.")
}

func (c *call) shareBean(s share) obj {
	o := obj{"id": s.id, "type": s.kind}
	switch s.kind {
	case "group":
		g, _ := c.site.groups.find(s.group)
		o["group"] = c.groupName(g)
	case "user":
		a, _ := c.site.accounts.find(s.account)
		o["user"] = c.userWithoutType(a)
	case "project":
		p, _ := c.site.projects.find(s.project)
		o["project"] = obj{"self": c.base + "/rest/api/3/project/" + p.ID, "id": p.ID, "key": p.Key, "name": p.Name, "avatarUrls": avatars("project/" + p.ID), "simplified": p.Team, "projectTypeKey": p.Type}
		if s.role != "" {
			x, _ := c.site.roles.find(s.role)
			o["role"] = obj{"self": c.base + "/rest/api/3/project/" + p.ID + "/role/" + s.role, "name": x.Name, "id": x.ID}
		}
	}
	return o
}

// userWithoutType is an account where the API leaves its type out.
func (c *call) userWithoutType(a account) obj {
	o := c.shortUser(a)
	delete(o, "accountType")
	return o
}

func (c *call) sharesBean(list []share) []any {
	out := []any{}
	for _, s := range list {
		out = append(out, c.shareBean(s))
	}
	return out
}

// sharedBean is what filters and dashboards have in common, by what expand asks for.
func (c *call) sharedBean(f shared, kind string) obj {
	o := obj{"self": c.base + "/rest/api/3/" + kind + "/" + f.ID, "id": f.ID, "name": f.Name}
	if c.expands("owner") && f.Owner != "" {
		a, _ := c.site.accounts.find(f.Owner)
		if o["owner"] = c.shortUser(a); kind == "dashboard" {
			o["owner"] = c.userWithoutType(a)
		}
	}
	if c.expands("description") {
		o["description"] = f.About
	}
	if c.expands("sharePermissions") {
		o["sharePermissions"] = c.sharesBean(f.shares)
	}
	if c.expands("editPermissions") {
		o["editPermissions"] = c.sharesBean(f.edits)
	}
	return o
}

func (c *call) filterSearch() {
	override := c.q("overrideSharePermissions") == "true" && c.who.may["ADMINISTER"]
	found := visible(c, listed(c.site.filters, nil), func(f shared) bool { return override || c.seesShared(f) })
	if owner := c.q("accountId"); owner != "" {
		found = found.where(func(f shared) bool { return f.Owner == owner })
	}
	offsetPage(c, found, func(f shared) any {
		o := c.sharedBean(f, "filter")
		o["expand"] = "description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable,approximateLastUsed,subscriptions"
		if c.expands("jql") {
			o["jql"] = f.JQL
		}
		if c.expands("viewUrl") {
			o["viewUrl"] = c.s.siteURL + "/issues/?filter=" + f.ID
		}
		if c.expands("subscriptions") {
			o["subscriptions"] = []any{}
		}
		if c.expands("approximateLastUsed") {
			o["approximateLastUsed"] = orNil(f.Used)
			if f.Used != "" {
				o["approximateLastUsed"] = jiraTime(f.Used)
			}
		}
		return o
	})
}

func (c *call) dashboardSearch() {
	found := visible(c, listed(c.site.boards, nil), func(f shared) bool { return f.System || c.seesShared(f) })
	offsetPage(c, found, func(f shared) any {
		o := c.sharedBean(f, "dashboard")
		o["description"], o["isFavourite"], o["popularity"] = f.About, false, 0
		o["isWritable"] = c.who.account != nil && f.Owner == c.who.account.ID
		o["systemDashboard"] = f.System
		o["view"] = c.s.siteURL + "/jira/dashboards/" + f.ID
		return o
	})
}

// inProjects finds the projects that a query names by key, id or name.
var inProjects = regexp.MustCompile(`(?i)\bproject\s*(?:=|in)\s*(\([^)]*\)|"[^"]*"|'[^']*'|\S+)`)

// issueTable is what a query finds. Only what a collector asks is understood: projects, and having attachments.
func (c *call) issueTable(jql string) (table[issue], bool) {
	if strings.TrimSpace(jql) == "" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(jql)), "order by") {
		c.fail(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
		return table[issue]{}, false
	}
	var named []project
	m := inProjects.FindStringSubmatch(jql)
	if m != nil {
		for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune(` ,()"'`, r) }) {
			p, ok := c.site.projects.find(strings.ToUpper(word))
			if !ok {
				c.fail(400, "The value '"+word+"' does not exist for the field 'project'.")
				return table[issue]{}, false
			}
			named = append(named, p)
		}
	}
	if c.everything() {
		if m == nil {
			return c.site.issues, true
		}
		var all []issue
		for _, p := range named {
			all = append(all, c.site.issuesOf(p).all()...)
		}
		return listed(all, nil), true
	}
	files := strings.Contains(strings.ToLower(jql), "attachments is not empty")
	return c.site.issues.where(func(i issue) bool {
		p, ok := c.site.projects.find(i.Project)
		if !ok || p.Archived || !c.holds(p, "BROWSE_PROJECTS") || files && len(i.Files) == 0 {
			return false
		}
		return m == nil || slices.ContainsFunc(named, func(x project) bool { return x.ID == p.ID })
	}), true
}

func (c *call) searchJQL() {
	found, ok := c.issueTable(c.q("jql"))
	if !ok {
		return
	}
	fields := c.all("fields")
	if c.e.most > 100 && slices.ContainsFunc(fields, func(f string) bool { return f != "id" && f != "key" }) {
		small := *c.e // fewer fit in a page when more than ids are asked
		small.most = 100
		c.e = &small
	}
	tokenPage(c, found, func(i issue) any {
		o := obj{"expand": "", "id": i.ID, "self": c.base + "/rest/api/3/issue/" + i.ID, "key": i.Key}
		if len(fields) == 0 || slices.Equal(fields, []string{"id"}) {
			return obj{"id": i.ID}
		}
		p, _ := c.site.projects.find(i.Project)
		values := obj{}
		if slices.Contains(fields, "project") {
			values["project"] = obj{"self": c.base + "/rest/api/3/project/" + p.ID, "id": p.ID, "key": p.Key, "name": p.Name, "projectTypeKey": p.Type, "simplified": p.Team, "avatarUrls": avatars("project/" + p.ID)}
		}
		if slices.Contains(fields, "attachment") {
			list := []any{}
			for _, f := range i.Files {
				list = append(list, c.attachmentBean(f))
			}
			values["attachment"] = list
		}
		o["fields"] = values
		return o
	})
}

func (c *call) attachmentBean(f attachment) obj {
	o := obj{"self": c.base + "/rest/api/3/attachment/" + f.ID, "id": f.ID, "filename": f.Name, "created": jiraTime(f.Created), "size": f.Size, "mimeType": f.Mime,
		"content": c.base + "/rest/api/3/attachment/content/" + f.ID}
	if a, ok := c.site.accounts.find(f.Author); ok { // an anonymous upload has no author
		o["author"] = c.shortUser(a)
	}
	return o
}

func (c *call) approximateCount() {
	var ask struct {
		JQL string `json:"jql"`
	}
	if b, err := io.ReadAll(c.r.Body); err != nil || json.Unmarshal(b, &ask) != nil {
		c.fail(400, "Invalid request payload. Refer to the REST API documentation and try again.")
		return
	}
	if found, ok := c.issueTable(ask.JQL); ok {
		c.json(obj{"count": found.n})
	}
}

func (c *call) deskInfo() {
	c.json(obj{"version": "10.8.0", "platformVersion": "1001.0.0-SNAPSHOT", "buildDate": obj{"iso8601": c.site.about.Now, "jira": jiraTime(c.site.about.Now), "friendly": "Monday 09:00 AM", "epochMillis": 1789800000000},
		"buildChangeSet": "0b1f9ac2", "isLicensedForUse": len(c.site.desks) > 0, "_links": obj{"self": c.base + c.path}})
}

func (c *call) serviceDesks() {
	found := listed(c.site.desks, nil).where(func(d desk) bool {
		p, ok := c.site.projects.find(d.Project)
		return ok && c.seesProject(p)
	})
	deskPage(c, found, func(d desk) any {
		p, _ := c.site.projects.find(d.Project)
		return obj{"id": d.ID, "projectId": p.ID, "projectName": p.Name, "projectKey": p.Key, "_links": obj{"self": c.base + "/rest/servicedeskapi/servicedesk/" + d.ID}}
	})
}

func (c *call) customers() {
	for _, d := range c.site.desks {
		p, ok := c.site.projects.find(d.Project)
		if d.ID != c.r.PathValue("desk") || !ok {
			continue
		}
		if !c.holds(p, "SERVICEDESK_AGENT") && !c.who.may["ADMINISTER"] {
			c.fail(403, "You do not have permission to view the customers of this service desk.")
			return
		}
		deskPage(c, listed(d.Customers, nil), func(id string) any {
			a, _ := c.site.accounts.find(id)
			o := obj{"accountId": a.ID, "displayName": a.Display, "active": !a.Inactive, "timeZone": zone(a), "_links": obj{"jiraRest": c.base + "/rest/api/2/user?accountId=" + a.ID, "avatarUrls": avatars(a.ID), "self": c.base + "/rest/api/2/user?accountId=" + a.ID}}
			email(o, "emailAddress", a)
			return o
		})
		return
	}
	c.fail(404, "Service Desk with ID '"+c.r.PathValue("desk")+"' does not exist.")
}
