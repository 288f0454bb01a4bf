package fakesite

import (
	"encoding/json"
	"slices"
	"strings"
)

// Users and groups of Jira.

// userBean is an account as Jira shows it.
func (c *call) userBean(a account) obj {
	o := obj{"self": c.base + "/rest/api/3/user?accountId=" + a.ID, "accountId": a.ID, "accountType": a.Type, "avatarUrls": avatars(a.ID),
		"displayName": a.Display, "active": !a.Inactive, "timeZone": zone(a), "locale": "en_GB"}
	if a.App != "" {
		o["appType"] = a.App
	}
	if a.Guest {
		o["guest"] = true
	}
	email(o, "emailAddress", a)
	for _, m := range a.Missing {
		delete(o, m)
	}
	return o
}

func zone(a account) string {
	if a.Zone != "" {
		return a.Zone
	}
	return "Etc/GMT"
}

// email sets a member as the account's visibility has it.
func email(o obj, member string, a account) {
	switch a.Hidden {
	case "absent":
	case "null":
		o[member] = nil
	case "empty":
		o[member] = ""
	default:
		o[member] = a.Email
	}
}

// avatars are the addresses of a picture in four sizes.
func avatars(of string) json.RawMessage {
	b := []byte{'{'}
	for i, size := range []string{"16", "24", "32", "48"} {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `"`+size+`x`+size+`":"`+avatar(of, size)+`"`...)
	}
	return append(b, '}')
}

func avatar(of, size string) string {
	return "https://avatars.harbourline.example/" + of + "?size=" + size
}

func (c *call) usersSearch() {
	if c.lacks("USER_PICKER", "You do not have the permission to browse users and groups.") {
		return
	}
	bareArray(c, c.site.accounts, func(a account) any { o := c.userBean(a); delete(o, "timeZone"); return o })
}

func (c *call) myself() {
	o := c.userBean(*c.who.account)
	o["emailAddress"] = c.who.account.Email
	o["groups"], o["applicationRoles"] = obj{"size": len(c.who.groups), "items": []any{}}, obj{"size": 1, "items": []any{}}
	o["expand"] = "groups,applicationRoles"
	if c.expands("groups") {
		items := []any{}
		if c.site.memberOf != nil {
			for _, id := range c.site.memberOf(*c.who.account) {
				g, _ := c.site.groups.find(id)
				items = append(items, c.groupName(g))
			}
		}
		o["groups"] = obj{"size": len(items), "items": items}
	}
	if c.expands("applicationRoles") {
		items := []any{}
		for _, r := range c.site.appRoles {
			if slices.ContainsFunc(r.groups, func(g group) bool { return c.who.groups[g.ID] }) {
				items = append(items, obj{"key": r.Key, "name": r.Name})
			}
		}
		o["applicationRoles"] = obj{"size": len(items), "items": items}
	}
	c.json(o)
}

func (c *call) user() {
	if c.lacks("USER_PICKER", "You do not have the permission to browse users and groups.") {
		return
	}
	a, ok := c.site.accounts.find(c.q("accountId"))
	if !ok {
		c.fail(404, "Specified user does not exist or you do not have required permissions")
		return
	}
	c.json(c.userBean(a))
}

func (c *call) groupName(g group) obj {
	return obj{"name": g.Name, "groupId": g.ID, "self": c.base + "/rest/api/3/group?groupId=" + g.ID}
}

func (c *call) groupBulk() {
	if c.lacks("USER_PICKER", "You do not have the permission to browse users and groups.") {
		return
	}
	ids, names, access, app := c.all("groupId"), c.all("groupName"), c.q("accessType"), c.q("applicationKey")
	var keep func(group) bool
	if len(ids)+len(names) > 0 || access != "" || app != "" {
		keep = func(g group) bool {
			if len(ids)+len(names) > 0 && !slices.Contains(ids, g.ID) && !slices.Contains(names, g.Name) {
				return false
			}
			return (access == "" || slices.Contains(g.Jira, access)) && (app == "" || c.opens(g, app))
		}
	}
	if access != "" && !slices.Contains([]string{"site-admin", "admin", "user"}, access) {
		c.fail(400, "Invalid access type")
		return
	}
	offsetPage(c, c.site.groups.where(keep), func(g group) any { return obj{"name": g.Name, "groupId": g.ID} })
}

// opens says whether a group gives an application.
func (c *call) opens(g group, app string) bool {
	for _, r := range c.site.appRoles {
		if r.Key == app && slices.ContainsFunc(r.groups, func(x group) bool { return x.ID == g.ID }) {
			return true
		}
	}
	return false
}

func (c *call) groupMember() {
	if !c.who.may["USER_PICKER"] && !c.who.may["ADMINISTER"] {
		c.fail(403, "You do not have the permission to see this group.")
		return
	}
	id := c.q("groupId")
	if id == "" && c.q("groupname") != "" {
		id = "name:" + c.q("groupname")
	}
	if id == "" {
		c.fail(400, "Either a group name or a group ID must be given.")
		return
	}
	g, ok := c.site.groups.find(id)
	if !ok {
		c.fail(404, "The group with id '"+id+"' does not exist.")
		return
	}
	members := c.membersOf(g)
	if c.q("includeInactiveUsers") != "true" {
		members = members.where(func(a account) bool { return !a.Inactive })
	}
	offsetPage(c, members, func(a account) any {
		o := c.userBean(a)
		for _, m := range []string{"appType", "guest", "locale"} { // the list of members has no such member
			delete(o, m)
		}
		return o
	})
}

func (c *call) membersOf(g group) table[account] {
	ids := c.site.members(g)
	return table[account]{n: len(ids), at: func(i int) account { a, _ := c.site.accounts.find(ids[i]); return a }}
}

func (c *call) foundGroup(g group) any {
	o := obj{"name": g.Name, "html": g.Name, "labels": []any{}, "groupId": g.ID}
	if g.Managed != "" {
		o["managedBy"], o["usageType"] = g.Managed, g.Usage
	}
	return o
}

func (c *call) findGroups() []any {
	query := c.q("query")
	found := c.site.groups.where(func(g group) bool {
		if !c.who.may["USER_PICKER"] {
			return c.who.account != nil && query != "" && g.Name == query
		}
		return strings.Contains(strings.ToLower(g.Name), strings.ToLower(query))
	})
	return window(found, 0, found.n, c.foundGroup)
}

func (c *call) groupsPicker() {
	found := c.findGroups()
	shown := found[:min(len(found), c.size("maxResults"))]
	c.json(obj{"header": "Showing " + itoa(len(shown)) + " of " + itoa(len(found)) + " matching groups", "total": len(found), "groups": shown})
}

// findUsers are the active accounts that a query matches; without the permission only an exact name.
func (c *call) findUsers(query string) table[account] {
	q := strings.ToLower(query)
	return c.site.accounts.where(func(a account) bool {
		switch {
		case a.Inactive:
			return false
		case !c.who.may["USER_PICKER"]:
			return query != "" && a.Display == query
		default:
			return q == "" || strings.Contains(strings.ToLower(a.Display), q) || strings.HasPrefix(strings.ToLower(a.Email), q)
		}
	})
}

func (c *call) userSearch() {
	if c.q("query") == "" && c.q("accountId") == "" && c.q("property") == "" && !c.r.URL.Query().Has("query") {
		c.fail(400, "At least one of the following parameters must be provided: accountId, query, property.")
		return
	}
	if !c.who.may["USER_PICKER"] {
		c.json([]any{})
		return
	}
	bareArray(c, c.findUsers(c.q("query")), func(a account) any { return c.userBean(a) })
}

func (c *call) foundUsers() obj {
	found := c.findUsers(c.q("query"))
	shown := window(found, 0, c.size("maxResults"), func(a account) any {
		return obj{"accountId": a.ID, "accountType": a.Type, "name": "", "key": "", "html": a.Display, "displayName": a.Display}
	})
	return obj{"users": shown, "total": found.n, "header": "Showing " + itoa(len(shown)) + " of " + itoa(found.n) + " matching users"}
}

func (c *call) userPicker() {
	if !c.r.URL.Query().Has("query") {
		c.fail(400, "The query parameter is required.")
		return
	}
	c.json(c.foundUsers())
}

func (c *call) groupUserPicker() {
	if !c.r.URL.Query().Has("query") {
		c.fail(400, "The query parameter is required.")
		return
	}
	groups := c.findGroups()
	c.json(obj{"users": c.foundUsers(), "groups": obj{"header": "Showing " + itoa(len(groups)) + " of " + itoa(len(groups)) + " matching groups", "total": len(groups), "groups": groups}})
}
