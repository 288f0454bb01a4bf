package fakesite

import "strings"

// Projects, permission schemes, roles and security schemes of Jira.

func (c *dcCall) projectBeanDC(p project) obj {
	o := obj{"expand": "description,lead,url,projectKeys", "self": c.own("/rest/api/2/project/" + p.ID), "id": p.ID, "key": p.Key, "name": p.Name,
		"avatarUrls": obj{"48x48": c.of.Base + "/secure/projectavatar?avatarId=10324"}, "projectTypeKey": p.Type, "archived": p.Archived}
	if p.Category != "" {
		id := itoa64(number(p.Category) % 10000)
		o["projectCategory"] = obj{"self": c.own("/rest/api/2/projectCategory/" + id), "id": id, "name": p.Category, "description": ""}
	}
	return o
}

func (c *dcCall) projectFull(p project, lead bool) obj {
	o := c.projectBeanDC(p)
	if a, ok := c.site.accounts.find(p.Lead); ok && lead {
		o["lead"] = c.shortUserDC(a)
	}
	return o
}

func (c *dcCall) projectsDC() {
	out := []any{}
	archived, lead := c.q("includeArchived") == "true", c.expands("lead")
	for i := range c.site.projects.n {
		if p := c.site.projects.at(i); (archived || !p.Archived) && (c.everything() || c.seesProject(p)) {
			out = append(out, c.projectFull(p, lead))
		}
	}
	c.json(out)
}

// projectOfPath answers 404 for a project that the caller does not see.
func (c *dcCall) projectOfPath() (project, bool) {
	name := c.r.PathValue("project")
	p, ok := c.site.projects.find(name)
	if !ok || !c.seesProject(p) && !c.everything() {
		c.fail(404, "No project could be found with key '"+strings.ToUpper(name)+"'.")
		return p, false
	}
	return p, true
}

func (c *dcCall) project() {
	if p, ok := c.projectOfPath(); ok {
		c.json(c.projectFull(p, true))
	}
}

func (c *dcCall) grantBeanDC(s scheme, g grant) obj {
	h := obj{"type": g.holder}
	if g.parameter != "" {
		h["parameter"] = g.parameter
	}
	full := func(part string) bool { return c.expands("all") || c.expands(part) }
	switch g.holder {
	case "group":
		h["expand"] = "group"
		if x, ok := c.site.groups.find(g.val); ok {
			h["parameter"] = x.Name
			if full("group") {
				h["group"] = c.groupBean(x)
			}
		}
	case "user":
		h["expand"] = "user"
		if x, ok := c.site.accounts.find(g.val); ok {
			h["parameter"] = c.jiraKey(x)
			if full("user") {
				h["user"] = c.shortUserDC(x)
			}
		}
	case "projectRole":
		h["expand"] = "projectRole"
		if x, ok := c.site.roles.find(g.val); ok && full("projectRole") {
			h["projectRole"] = obj{"self": c.own("/rest/api/2/role/" + g.val), "name": x.Name, "id": x.ID, "description": x.About}
		}
	}
	return obj{"id": g.id, "self": c.own("/rest/api/2/permissionscheme/" + itoa64(s.ID) + "/permission/" + itoa64(g.id)), "holder": h, "permission": g.permission}
}

func (c *dcCall) schemeBeanDC(s scheme) obj {
	o := obj{"expand": "permissions,user,group,projectRole,field,all", "id": s.ID, "self": c.own("/rest/api/2/permissionscheme/" + itoa64(s.ID)), "name": s.Name, "description": s.About}
	if len(c.all("expand")) > 0 {
		o["permissions"] = c.grantsOf(s)
	}
	return o
}

func (c *dcCall) grantsOf(s scheme) []any {
	out := []any{}
	for _, g := range s.grants {
		out = append(out, c.grantBeanDC(s, g))
	}
	return out
}

// seesSchemes says whether the caller administers Jira or a project: only they see schemes.
func (c *dcCall) seesSchemes() bool {
	if c.everything() || c.who.may["ADMINISTER"] || c.somewhere("ADMINISTER_PROJECTS") {
		return true
	}
	c.refuse(403, "You are not allowed to view permission schemes.")
	return false
}

func (c *dcCall) schemes() {
	if !c.seesSchemes() {
		return
	}
	out := []any{}
	for i := range c.site.schemes.n {
		out = append(out, c.schemeBeanDC(c.site.schemes.at(i)))
	}
	c.json(obj{"permissionSchemes": out})
}

func (c *dcCall) scheme(grants bool) {
	if !c.seesSchemes() {
		return
	}
	s, ok := c.site.schemes.find(c.r.PathValue("scheme"))
	switch {
	case !ok:
		c.fail(404, "Permission scheme "+c.r.PathValue("scheme")+" does not exist")
	case grants:
		c.json(obj{"permissions": c.grantsOf(s), "expand": "user,group,projectRole,field,all"})
	default:
		c.json(c.schemeBeanDC(s))
	}
}

// administeredDC finds the project of the path for somebody who may administer it.
func (c *dcCall) administeredDC() (project, bool) {
	p, ok := c.projectOfPath()
	if ok && !c.everything() && !c.administersProject(p) {
		c.refuse(403, "You cannot edit the configuration of this project.")
		return p, false
	}
	return p, ok
}

func (c *dcCall) schemeOfProject() {
	if p, ok := c.administeredDC(); ok {
		s, _ := c.site.schemes.find(itoa64(p.Scheme))
		c.json(c.schemeBeanDC(s))
	}
}

func (c *dcCall) securityBean(s securityScheme, levels bool) obj {
	o := obj{"self": c.own("/rest/api/2/issuesecurityschemes/" + itoa64(s.ID)), "id": s.ID, "name": s.Name, "description": s.About}
	if s.Default != 0 {
		o["defaultSecurityLevelId"] = s.Default
	}
	list := []any{}
	for _, l := range s.Levels {
		list = append(list, obj{"self": c.own("/rest/api/2/securitylevel/" + itoa64(l.ID)), "id": itoa64(l.ID), "description": l.About, "name": l.Name})
	}
	if levels {
		o["levels"] = list
	}
	return o
}

// securitySchemes are without their levels, which only one scheme by itself has.
func (c *dcCall) securitySchemes() {
	out := []any{}
	for _, s := range c.site.security {
		out = append(out, c.securityBean(s, false))
	}
	c.json(obj{"issueSecuritySchemes": out})
}

func (c *dcCall) securityScheme() {
	for _, s := range c.site.security {
		if itoa64(s.ID) == c.r.PathValue("id") {
			c.json(c.securityBean(s, true))
			return
		}
	}
	c.fail(404, "The issue security scheme with id '"+c.r.PathValue("id")+"' does not exist.")
}

// securityOfProject answers 404 for a project without a scheme.
func (c *dcCall) securityOfProject() {
	p, ok := c.administeredDC()
	if !ok {
		return
	}
	for _, s := range c.site.security {
		if s.ID == p.Security {
			c.json(c.securityBean(s, true))
			return
		}
	}
	c.fail(404, "There is no issue security scheme for this project.")
}

func (c *dcCall) roleBeanDC(x role, self string, actors []actor) obj {
	list := []any{}
	for _, a := range actors {
		if g, ok := c.site.groups.find(a.group); ok && a.group != "" {
			list = append(list, obj{"id": a.id, "displayName": g.Name, "type": "atlassian-group-role-actor", "name": g.Name, "avatarUrl": c.of.Base + "/secure/useravatar?size=xsmall&avatarId=10123"})
		} else if u, ok := c.site.accounts.find(a.account); ok {
			list = append(list, obj{"id": a.id, "displayName": u.Display, "type": "atlassian-user-role-actor", "name": c.jiraKey(u), "avatarUrl": c.of.Base + "/secure/useravatar?size=xsmall&avatarId=10122"})
		}
	}
	return obj{"self": self, "name": x.Name, "id": x.ID, "description": x.About, "actors": list}
}

func (c *dcCall) allRoles() {
	out := []any{}
	for _, x := range c.site.roles.all() {
		out = append(out, c.roleBeanDC(x, c.own("/rest/api/2/role/"+itoa64(x.ID)), x.actors))
	}
	c.json(out)
}

func (c *dcCall) rolesOfProject() {
	p, ok := c.projectOfPath()
	if !ok {
		return
	}
	out := obj{}
	for _, x := range c.site.roles.all() {
		out[x.Name] = c.own("/rest/api/2/project/" + p.ID + "/role/" + itoa64(x.ID))
	}
	c.json(out)
}

// roleOfProject is hidden from those who do not administer the project.
func (c *dcCall) roleOfProject() {
	p, ok := c.projectOfPath()
	if !ok {
		return
	}
	x, ok := c.site.roles.find(c.r.PathValue("id"))
	if !ok || !c.everything() && !c.administersProject(p) {
		c.fail(404, "Can not retrieve a role actor for a null project role.")
		return
	}
	c.json(c.roleBeanDC(x, c.own("/rest/api/2/project/"+p.ID+"/role/"+itoa64(x.ID)), p.actors[x.ID]))
}
