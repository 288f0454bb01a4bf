package fakesite

import "slices"

// What a caller may see and do, worked out from grants, roles, groups and restrictions.

// everything says that nothing is hidden from the caller: a made-up site has no secrets.
func (c *call) everything() bool { return c.site.open && c.who.account != nil }

// opensJira says whether the caller is in a group of the application; "" is any.
func (c *call) opensJira(app string) bool {
	for _, r := range c.site.appRoles {
		if app != "" && r.Key != app {
			continue
		}
		if slices.ContainsFunc(r.groups, func(g group) bool { return c.who.groups[g.ID] }) {
			return true
		}
	}
	return false
}

// holds says whether the caller has a permission in a project by its scheme.
func (c *call) holds(p project, permission string) bool {
	if c.everything() {
		return true
	}
	s, ok := c.site.schemes.find(itoa64(p.Scheme))
	if !ok {
		return false
	}
	for _, g := range s.grants {
		if g.permission == permission && c.isHolder(p, g) {
			return true
		}
	}
	return false
}

func (c *call) isHolder(p project, g grant) bool {
	if g.holder == "anyone" {
		return true
	}
	if c.who.account == nil {
		return false
	}
	switch g.holder {
	case "applicationRole":
		return c.opensJira(g.parameter)
	case "group":
		return c.who.groups[g.val]
	case "user":
		return c.who.account.ID == g.val
	case "projectLead":
		return c.who.account.ID == p.Lead
	case "projectRole":
		return slices.ContainsFunc(p.actors[atoi64(g.val)], func(a actor) bool {
			return a.account == c.who.account.ID || c.who.groups[a.group]
		})
	}
	return false // assignee, reporter, fields: not a right in the whole project
}

func (c *call) administersProject(p project) bool {
	return c.who.may["ADMINISTER"] || c.holds(p, "ADMINISTER_PROJECTS")
}

func (c *call) seesProject(p project) bool {
	return c.who.may["ADMINISTER"] || c.holds(p, "BROWSE_PROJECTS") || c.holds(p, "ADMINISTER_PROJECTS")
}

// public says whether an anonymous visitor may browse a project.
func (c *call) public(p project) bool {
	s, ok := c.site.schemes.find(itoa64(p.Scheme))
	return ok && slices.ContainsFunc(s.grants, func(g grant) bool { return g.permission == "BROWSE_PROJECTS" && g.holder == "anyone" })
}

// seesShared says whether a filter or dashboard is in the caller's lists.
func (c *call) seesShared(f shared) bool {
	if c.everything() {
		return true
	}
	if c.who.account != nil && f.Owner == c.who.account.ID {
		return true
	}
	for _, s := range slices.Concat(f.shares, f.edits) {
		switch s.kind {
		case "global":
			return true
		case "loggedin", "authenticated":
			if c.who.account != nil {
				return true
			}
		case "group":
			if c.who.groups[s.group] {
				return true
			}
		case "user":
			if c.who.account != nil && c.who.account.ID == s.account {
				return true
			}
		case "project":
			if p, ok := c.site.projects.find(s.project); ok && c.holds(p, "BROWSE_PROJECTS") && (c.who.account != nil || c.public(p)) {
				return true
			}
		}
	}
	return false
}

// seesSpace says whether the caller may view a space. Being an administrator does not help.
func (c *call) seesSpace(s space) bool {
	if c.everything() {
		return true
	}
	anonymous := c.anonymousUse()
	is := func(kind, principal string) bool {
		switch kind {
		case "role", "class":
			switch principal {
			case "ANONYMOUS", "anonymous-users":
				return anonymous || c.who.account != nil
			case "all-licensed-users", "authenticated-users":
				return c.who.account != nil && !c.who.account.Guest
			case "all-product-admins":
				return c.who.may["confluence:administer"]
			}
			return false
		case "user":
			return c.who.account != nil && c.who.account.ID == principal
		case "group":
			return c.who.groups[principal]
		}
		return false
	}
	for _, p := range s.permissions {
		if p.operation == "read" && p.target == "space" && is(p.kind, p.principal) {
			return true
		}
	}
	for _, a := range s.roles {
		for _, r := range c.site.spaceRoles {
			if r.ID == a.role && slices.Contains(r.Permissions, "read/space") && is(a.kind, a.principal) {
				return true
			}
		}
	}
	return false
}

// anonymousUse says whether Confluence is open to visitors who did not sign in.
func (c *call) anonymousUse() bool { return slices.Contains(c.site.about.Anonymous, "use application") }

// seesPage says whether the caller may view a page: its space, and every read restriction on the way up.
func (c *call) seesPage(p page) bool {
	if c.everything() {
		return true
	}
	s, ok := c.site.spaces.find(p.Space)
	if !ok || !c.seesSpace(s) {
		return false
	}
	for up := p; ; {
		restricted, named := false, false
		for _, l := range up.limits {
			if l.operation != "read" {
				continue
			}
			restricted = true
			named = named || c.who.account != nil && (l.account == c.who.account.ID || c.who.groups[l.group])
		}
		if restricted && !named {
			return false
		}
		if up.Parent == "" {
			return true
		}
		if up, ok = c.site.pages.find(up.Parent); !ok {
			return true
		}
	}
}

// visible keeps what a caller may see; in a site without secrets it looks at nothing.
func visible[T any](c *call, t table[T], sees func(T) bool) table[T] {
	if c.everything() {
		return t
	}
	return t.where(sees)
}
