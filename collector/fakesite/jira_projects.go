package fakesite

import (
	"slices"
	"strconv"
	"strings"
)

// Projects, permission schemes and roles of Jira.

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }
func atoi64(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (c *call) projectSearch() {
	status := c.all("status")
	if len(status) == 0 {
		status = []string{"live"}
	}
	ids, keys, kind, query := c.all("id"), c.all("keys"), c.q("typeKey"), strings.ToLower(c.q("query"))
	found := c.site.projects
	if !c.everything() {
		found = found.where(func(p project) bool {
			is := "live"
			if p.Archived {
				is = "archived"
			}
			return slices.Contains(status, is) && c.seesProject(p) &&
				(len(ids) == 0 || slices.Contains(ids, p.ID)) && (len(keys) == 0 || slices.Contains(keys, p.Key)) &&
				(kind == "" || slices.Contains(strings.Split(kind, ","), p.Type)) &&
				(query == "" || strings.Contains(strings.ToLower(p.Key+" "+p.Name), query))
		})
	} else if !slices.Contains(status, "live") {
		found = found.where(func(project) bool { return false })
	}
	lead, insight := c.expands("lead"), c.expands("insight")
	offsetPage(c, found, func(p project) any {
		o := c.projectBean(p)
		if lead && p.Lead != "" {
			if a, ok := c.site.accounts.find(p.Lead); ok {
				o["lead"] = c.shortUser(a)
			}
		}
		if insight {
			o["insight"] = obj{"totalIssueCount": p.Issues, "lastIssueUpdateTime": jiraTime(c.site.about.Now)}
		}
		return o
	})
}

func (c *call) projectBean(p project) obj {
	style := "classic"
	if p.Team {
		style = "next-gen"
	}
	o := obj{"expand": "description,lead,issueTypes,url,projectKeys,permissions,insight", "self": c.base + "/rest/api/3/project/" + p.ID, "id": p.ID, "key": p.Key,
		"name": p.Name, "avatarUrls": avatars("project/" + p.ID), "projectTypeKey": p.Type, "simplified": p.Team, "style": style, "isPrivate": p.Private, "properties": obj{}}
	if p.Team {
		o["uuid"] = uuid("project/" + p.Key)
	}
	if p.Category != "" {
		o["projectCategory"] = obj{"self": c.base + "/rest/api/3/projectCategory/" + itoa64(number(p.Category)%10000), "id": itoa64(number(p.Category) % 10000), "name": p.Category, "description": ""}
	}
	if p.Archived {
		o["archived"], o["archivedDate"] = true, "2026-03-02T09:00:00.000+0000"
	}
	return o
}

// shortUser is an account inside another answer.
func (c *call) shortUser(a account) obj {
	return obj{"self": c.base + "/rest/api/3/user?accountId=" + a.ID, "accountId": a.ID, "accountType": a.Type, "avatarUrls": avatars(a.ID), "displayName": a.Display, "active": !a.Inactive}
}

// project finds the project of the path for somebody who may administer it, or answers as documented.
func (c *call) administered(hidden, visible int) (project, bool) {
	name := c.r.PathValue("project")
	p, ok := c.site.projects.find(name)
	switch {
	case !ok || !c.seesProject(p):
		c.fail(hidden, "No project could be found with key or id '"+name+"'.")
		return p, false
	case !c.administersProject(p):
		c.send(visible, obj{"errorMessages": []any{"You cannot edit the configuration of this project."}, "errors": obj{}})
		return p, false
	}
	return p, true
}

func (c *call) grantBean(s scheme, g grant) obj {
	h := obj{"type": g.holder}
	if g.parameter != "" {
		h["parameter"], h["value"] = g.parameter, g.val
	}
	switch g.holder {
	case "projectRole", "group", "user":
		h["expand"] = g.holder
	}
	switch {
	case g.holder == "group" && (c.expands("all") || c.expands("group")):
		if x, ok := c.site.groups.find(g.val); ok {
			h["group"] = c.groupName(x)
		}
	case g.holder == "user" && (c.expands("all") || c.expands("user")):
		if x, ok := c.site.accounts.find(g.val); ok {
			h["user"] = c.shortUser(x)
		}
	case g.holder == "projectRole" && (c.expands("all") || c.expands("projectRole")):
		if x, ok := c.site.roles.find(g.val); ok {
			h["projectRole"] = obj{"self": c.base + "/rest/api/3/role/" + g.val, "name": x.Name, "id": x.ID, "description": x.About}
		}
	}
	return obj{"id": g.id, "self": c.base + "/rest/api/3/permissionscheme/" + itoa64(s.ID) + "/permission/" + itoa64(g.id), "holder": h, "permission": g.permission}
}

// schemeBean shows a permission scheme; its grants are given when any expand asks for them.
func (c *call) schemeBean(s scheme) obj {
	o := obj{"expand": "permissions,user,group,projectRole,field,all", "id": s.ID, "self": c.base + "/rest/api/3/permissionscheme/" + itoa64(s.ID), "name": s.Name, "description": s.About}
	if s.Project != "" {
		p, _ := c.site.projects.find(s.Project)
		o["scope"] = c.scope(p)
	}
	if c.q("expand") != "" {
		grants := make([]any, len(s.grants))
		for i, g := range s.grants {
			grants[i] = c.grantBean(s, g)
		}
		o["permissions"] = grants
	}
	return o
}

func (c *call) scope(p project) obj {
	return obj{"type": "PROJECT", "project": obj{"self": c.base + "/rest/api/3/project/" + p.ID, "id": p.ID, "key": p.Key, "name": p.Name, "projectTypeKey": p.Type, "simplified": p.Team}}
}

// permissionSchemes lists those of company-managed projects: a team-managed one has its own, seen only through the project.
func (c *call) permissionSchemes() {
	out := []any{}
	for i := range c.site.schemes.n {
		if s := c.site.schemes.at(i); s.Project == "" {
			out = append(out, c.schemeBean(s))
		}
	}
	c.json(obj{"permissionSchemes": out})
}

func (c *call) schemeGrants() {
	s, ok := c.site.schemes.find(c.r.PathValue("scheme"))
	if !ok {
		c.fail(404, "The permission scheme could not be found.")
		return
	}
	out := []any{}
	for _, g := range s.grants {
		out = append(out, c.grantBean(s, g))
	}
	c.json(obj{"permissions": out, "expand": "user,group,projectRole,field,all"})
}

func (c *call) projectScheme() {
	p, ok := c.administered(404, 403)
	if !ok {
		return
	}
	s, _ := c.site.schemes.find(itoa64(p.Scheme))
	c.json(c.schemeBean(s))
}

func (c *call) roleBean(x role, actors []actor, at string) obj {
	o := obj{"self": c.base + at, "name": x.Name, "id": x.ID, "description": x.About}
	if actors != nil {
		list := []any{}
		for _, a := range actors {
			list = append(list, c.actorBean(a))
		}
		o["actors"] = list
	}
	if x.Project != "" {
		p, _ := c.site.projects.find(x.Project)
		o["scope"] = c.scope(p)
	}
	return o
}

func (c *call) actorBean(a actor) obj {
	if a.group != "" {
		g, _ := c.site.groups.find(a.group)
		return obj{"id": a.id, "displayName": g.Name, "type": "atlassian-group-role-actor", "name": g.Name, "actorGroup": obj{"name": g.Name, "displayName": g.Name, "groupId": g.ID}}
	}
	u, _ := c.site.accounts.find(a.account)
	return obj{"id": a.id, "displayName": u.Display, "type": "atlassian-user-role-actor", "actorUser": obj{"accountId": a.account}}
}

func (c *call) allRoles() {
	if c.lacks("ADMINISTER", "You are not authorized to perform this action. Administrator privileges are required.") {
		return
	}
	out := []any{}
	for _, x := range c.site.roles.all() {
		if x.actors == nil {
			x.actors = []actor{}
		}
		out = append(out, c.roleBean(x, x.actors, "/rest/api/3/role/"+itoa64(x.ID)))
	}
	c.json(out)
}

// rolesOf are the roles of a project: the site's, or its own when it is team-managed.
func (c *call) rolesOf(p project) []role {
	var out []role
	for i := range c.site.roles.n {
		x := c.site.roles.at(i)
		if x.Project == p.Key || x.Project == "" && !p.Team {
			out = append(out, x)
		}
	}
	return out
}

func (c *call) projectRoles() {
	p, ok := c.administered(404, 401)
	if !ok {
		return
	}
	out := obj{}
	for _, x := range c.rolesOf(p) {
		out[x.Name] = c.base + "/rest/api/3/project/" + p.ID + "/role/" + itoa64(x.ID)
	}
	c.json(out)
}

func (c *call) projectRole() {
	p, ok := c.administered(404, 404)
	if !ok {
		return
	}
	for _, x := range c.rolesOf(p) {
		if itoa64(x.ID) != c.r.PathValue("id") {
			continue
		}
		actors := []actor{}
		for _, a := range p.actors[x.ID] {
			if u, ok := c.site.accounts.find(a.account); ok && u.Inactive && c.q("excludeInactiveUsers") == "true" {
				continue
			}
			actors = append(actors, a)
		}
		c.json(c.roleBean(x, actors, "/rest/api/3/project/"+p.ID+"/role/"+itoa64(x.ID)))
		return
	}
	c.fail(404, "Can not retrieve a role actors for a null project role.")
}

func (c *call) roleDetails() {
	p, ok := c.administered(404, 404)
	if !ok {
		return
	}
	out := []any{}
	for _, x := range c.rolesOf(p) {
		o := c.roleBean(x, nil, "/rest/api/3/project/"+p.ID+"/role/"+itoa64(x.ID))
		o["admin"], o["default"], o["roleConfigurable"], o["translatedName"], o["type"] = x.Admin, x.Default, !p.Team, x.Name, "DEFAULT"
		out = append(out, o)
	}
	c.json(out)
}
