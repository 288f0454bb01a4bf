package fakesite

import (
	"slices"
	"strings"
)

// Accounts and groups of Jira, and what the caller may do.

// jiraKey is the key of an account in Jira; those made before Jira 8.4 have their name as key.
func (c *dcCall) jiraKey(a account) string {
	if i, ok := after(16, "712020:")(a.ID); c.site.open && ok {
		return "JIRAUSER" + itoa(10000+i)
	}
	if a.Legacy != "" {
		return a.Legacy
	}
	return JiraKey(a.Name)
}

func avatarsDC(of string) obj {
	return obj{"48x48": of + "/secure/useravatar?avatarId=10122", "24x24": of + "/secure/useravatar?size=small&avatarId=10122", "16x16": of + "/secure/useravatar?size=xsmall&avatarId=10122", "32x32": of + "/secure/useravatar?size=medium&avatarId=10122"}
}

// shortUserDC is an account inside another answer.
func (c *dcCall) shortUserDC(a account) obj {
	o := obj{"self": c.own("/rest/api/2/user?username=" + a.Name), "key": c.jiraKey(a), "name": a.Name, "avatarUrls": avatarsDC(c.of.Base), "displayName": a.Display, "active": !a.Inactive, "timeZone": zoneOf(a)}
	if a.Hidden == "" {
		o["emailAddress"] = a.Email
	}
	return o
}

func zoneOf(a account) string {
	if a.Zone == "" {
		return "Europe/Copenhagen"
	}
	return a.Zone
}

// fullUser is an account as the lists of accounts give it; the last login is there from 9.10 on.
func (c *dcCall) fullUser(a account) obj {
	o := c.shortUserDC(a)
	o["deleted"], o["locale"] = false, "en_UK"
	if a.Login != "" && newer(c.of.Version, "9.10") {
		o["lastLoginTime"] = strings.Replace(a.Login, "Z", "+0000", 1)
	}
	o["expand"] = "groups,applicationRoles"
	return o
}

// people are the accounts of a product: those in one of its groups, or in none at all.
func (c *dcCall) people(product string) table[account] {
	if c.site.open {
		return c.site.accounts
	}
	return c.site.accounts.where(func(a account) bool {
		groups := c.site.memberOf(a)
		return len(groups) == 0 && a.App == "" || a.App == product || slices.ContainsFunc(groups, func(id string) bool {
			g, _ := c.site.groups.find(id)
			return knows(product, g)
		})
	})
}

func (c *dcCall) groupsOf(product string) table[group] {
	if c.site.open {
		return c.site.groups
	}
	return c.site.groups.where(func(g group) bool { return knows(product, g) })
}

func (c *dcCall) groupBean(g group) obj {
	return obj{"name": g.Name, "self": c.own("/rest/api/2/group?groupname=" + strings.ReplaceAll(g.Name, " ", "+"))}
}

func (c *dcCall) myself() {
	a := *c.who.account
	o := c.fullUser(a)
	o["emailAddress"] = a.Email
	groups, roles := []any{}, []any{}
	if c.site.memberOf != nil {
		for _, id := range c.site.memberOf(a) {
			if g, _ := c.site.groups.find(id); knows("jira", g) {
				groups = append(groups, c.groupBean(g))
			}
		}
	}
	for _, r := range c.site.appRoles {
		if slices.ContainsFunc(r.groups, func(g group) bool { return c.who.groups[g.ID] }) {
			roles = append(roles, obj{"key": r.Key, "name": r.Name})
		}
	}
	o["groups"], o["applicationRoles"] = obj{"size": len(groups), "items": []any{}}, obj{"size": len(roles), "items": []any{}}
	if c.expands("groups") {
		o["groups"] = obj{"size": len(groups), "items": groups}
	}
	if c.expands("applicationRoles") {
		o["applicationRoles"] = obj{"size": len(roles), "items": roles}
	}
	c.json(o)
}

var dcGlobalPermissions = []string{"ADMINISTER", "SYSTEM_ADMIN", "USER_PICKER", "CREATE_SHARED_OBJECTS", "MANAGE_GROUP_FILTER_SUBSCRIPTIONS", "BULK_CHANGE"}

// permissionsOf is every permission of the instance; held says more of each, if it is there.
func (c *dcCall) permissionsOf(held func(key string, global bool) bool) {
	out := obj{}
	for i, k := range slices.Concat(dcGlobalPermissions, projectPermissions) {
		kind := "PROJECT"
		if i < len(dcGlobalPermissions) {
			kind = "GLOBAL"
		}
		o := obj{"id": itoa(i), "key": k, "name": strings.ReplaceAll(strings.ToLower(k), "_", " "), "type": kind, "description": ""}
		if held != nil {
			o["havePermission"] = held(k, kind == "GLOBAL")
		}
		out[k] = o
	}
	c.json(obj{"permissions": out})
}

func (c *dcCall) myPermissions() {
	if name := c.q("projectKey") + c.q("projectId"); name != "" {
		if p, ok := c.site.projects.find(name); !ok || !c.seesProject(p) {
			c.fail(404, "No project could be found with key or id '"+name+"'.")
			return
		}
	}
	c.permissionsOf(func(key string, global bool) bool {
		if global {
			return c.who.may[key]
		}
		return c.somewhere(key)
	})
}

const dcNoBrowse = "You do not have the permission to browse users."

// userList streams every account, in no order that means anything.
func (c *dcCall) userList() {
	if c.lacksAll(dcNoBrowse, "USER_PICKER", "ADMINISTER") {
		return
	}
	all := c.people("jira")
	size := c.size("maxResults")
	start := int(max(atoi64(c.q("cursor"))-77, 0)) // a cursor that was never given is a place as any other
	page := obj{"self": c.own("/rest/api/2/user/list?maxResults=" + itoa(size)), "maxResults": size, "isLast": start+size >= all.n,
		"values": window(all, c.stutter(start), size, func(a account) any { return c.fullUser(a) })}
	next := start + size
	if c.spoiled[Loop] {
		next, page["isLast"] = start, false
	}
	if page["isLast"] == false {
		page["nextCursor"] = itoa(next + 77)
		page["nextPage"] = c.own("/rest/api/2/user/list?cursor=" + itoa(next+77) + "&maxResults=" + itoa(size))
	}
	c.json(page)
}

// matching are the accounts that a query finds; "." finds all, as an e-mail address or name has one.
func (c *dcCall) matching(query string, inactive bool) table[account] {
	q := strings.ToLower(query)
	return c.people("jira").where(func(a account) bool {
		return (inactive || !a.Inactive) && (q == "." || strings.Contains(strings.ToLower(a.Name+" "+a.Display+" "+a.Email), q))
	})
}

// mayBrowse answers whoever may not look for accounts and says whether they may.
func (c *dcCall) mayBrowse(status int) bool {
	if c.who.may["USER_PICKER"] {
		return true
	}
	if c.who.account == nil {
		c.refuse(401, "You are not authenticated. Authentication required to perform this operation.")
	} else {
		c.refuse(status, dcNoBrowse)
	}
	return false
}

// userSearch walks no further than the first hundred accounts from 10.3 on.
func (c *dcCall) userSearch() {
	if !c.r.URL.Query().Has("username") {
		c.fail(400, "The username query parameter was not provided")
		return
	}
	if !c.mayBrowse(403) {
		return
	}
	found := c.matching(c.q("username"), c.q("includeInactive") == "true")
	if newer(c.of.Version, "10.3") {
		found.n = min(found.n, 100)
	}
	bareArray(c.call, found, func(a account) any { return c.fullUser(a) })
}

func (c *dcCall) user() {
	if !c.mayBrowse(403) {
		return
	}
	for _, a := range c.people("jira").all() {
		if c.q("username") == a.Name && a.Name != "" || c.q("key") == c.jiraKey(a) {
			c.json(c.fullUser(a))
			return
		}
	}
	c.fail(404, "The user named '"+c.q("username")+c.q("key")+"' does not exist")
}

func (c *dcCall) foundUsersDC() obj {
	found := c.matching(c.q("query"), false)
	shown := window(found, 0, c.size("maxResults"), func(a account) any {
		return obj{"name": a.Name, "key": c.jiraKey(a), "html": a.Display + " - " + a.Email + " (" + a.Name + ")", "displayName": a.Display}
	})
	return obj{"users": shown, "total": found.n, "header": "Showing " + itoa(len(shown)) + " of " + itoa(found.n) + " matching users"}
}

func (c *dcCall) foundGroupsDC(most int) obj {
	found := c.groupsOf("jira").where(func(g group) bool { return strings.Contains(strings.ToLower(g.Name), strings.ToLower(c.q("query"))) })
	shown := window(found, 0, most, func(g group) any { return obj{"name": g.Name, "html": g.Name, "labels": []any{}} })
	return obj{"header": "Showing " + itoa(len(shown)) + " of " + itoa(found.n) + " matching groups", "total": found.n, "groups": shown}
}

func (c *dcCall) userPicker() {
	if c.mayBrowse(403) {
		c.json(c.foundUsersDC())
	}
}

func (c *dcCall) groupUserPicker() {
	if !c.who.may["USER_PICKER"] {
		c.refuse(403, "You do not have permission to view users and groups.")
		return
	}
	c.json(obj{"users": c.foundUsersDC(), "groups": c.foundGroupsDC(20)})
}

// groupsPicker shows no more than jira.ajax.autocomplete.limit, whatever is asked for.
func (c *dcCall) groupsPicker() {
	if c.who.account == nil {
		c.json(obj{"header": "Showing 0 of 0 matching groups", "total": 0, "groups": []any{}})
		return
	}
	most := c.size("maxResults")
	for _, s := range c.site.settings {
		if s.Key == "jira.ajax.autocomplete.limit" {
			most = min(most, int(atoi64(s.Value)))
		}
	}
	c.json(c.foundGroupsDC(most))
}

// groupMember includes the members of groups within the group.
func (c *dcCall) groupMember() {
	name := c.q("groupname")
	if name == "" {
		c.fail(400, "The group name was not provided.")
		return
	}
	g, ok := c.site.groups.find("name:" + name)
	if !ok || !knows("jira", g) {
		c.fail(404, "The group named '"+name+"' does not exist.")
		return
	}
	members := c.membersOf(g)
	if c.q("includeInactiveUsers") != "true" {
		members = members.where(func(a account) bool { return !a.Inactive })
	}
	offsetPage(c.call, members, func(a account) any { return c.shortUserDC(a) })
}
