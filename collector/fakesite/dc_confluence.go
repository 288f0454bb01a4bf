package fakesite

import (
	"fmt"
	"slices"
	"strings"
)

// Confluence: what it says of itself, accounts, groups, global and space permissions.

func (c *dcCall) serverInformation() {
	c.json(obj{"baseUrl": c.of.Base, "version": c.of.Version, "buildNumber": c.build(), "buildDate": c.of.Built, "marketplaceBuildNumber": c.build()})
}

// confluenceKey is the key of an account in Confluence.
func (c *dcCall) confluenceKey(a account) string {
	if i, ok := after(16, "712020:")(a.ID); c.site.open && ok {
		return fmt.Sprintf("8a8181%026x", i)
	}
	return ConfluenceKey(a.Name)
}

var anonymousDC = obj{"type": "anonymous", "profilePicture": obj{"path": "/confluence/images/icons/profilepics/anonymous.svg", "width": 48, "height": 48, "isDefault": true}, "displayName": "Anonymous"}

// userDC is an account as every list of Confluence gives it; whether it is switched off only where
// status is asked for.
func (c *dcCall) userDC(a account) obj {
	kind := "known"
	if a.Type == "unknown" {
		kind = "unknown"
	}
	key := c.confluenceKey(a)
	o := obj{"type": kind, "username": a.Name, "userKey": key, "displayName": a.Display, "profilePicture": obj{"path": "/confluence/images/icons/profilepics/default.svg", "width": 48, "height": 48, "isDefault": true},
		"_links": obj{"self": c.own("/rest/api/user?key=" + key)}, "_expandable": obj{"status": ""}}
	if c.expands("status") {
		o["status"] = "current"
		if a.Inactive {
			o["status"] = "deactivated"
		}
		o["_expandable"] = obj{}
	}
	return o
}

func (c *dcCall) currentUser() {
	if c.who.account == nil {
		c.json(anonymousDC)
		return
	}
	c.json(c.userDC(*c.who.account))
}

func (c *dcCall) anonymousUser() {
	o := obj{}
	for k, v := range anonymousDC {
		o[k] = v
	}
	if c.expands("operations") {
		o["operations"] = operationsDC(c.site.about.Anonymous)
	}
	c.json(o)
}

func operationsDC(lines []string) []any {
	out := []any{}
	for _, l := range lines {
		key, target, _ := strings.Cut(l, " ")
		out = append(out, obj{"operation": key, "targetType": target})
	}
	return out
}

func (c *dcCall) userOfQuery() {
	for _, a := range c.people("confluence").all() {
		if c.q("username") != "" && a.Name == c.q("username") || c.q("key") != "" && c.confluenceKey(a) == c.q("key") {
			c.json(c.userDC(a))
			return
		}
	}
	c.fail(404, "No user found with key : "+c.q("key")+c.q("username"))
}

func (c *dcCall) usersDC() {
	v1dc(c, c.people("confluence"), func(a account) any { return c.userDC(a) })
}

// activeUsers are those that count for the licence.
func (c *dcCall) activeUsers() {
	found := c.people("confluence")
	if !c.everything() {
		found = found.where(func(a account) bool { return !a.Inactive && c.d.caller("", &a, nil).may["confluence"] })
	}
	v1dc(c, found, func(a account) any {
		o := c.userDC(a)
		o["email"] = a.Email
		if c.expands("lastLogin") {
			o["lastLogin"] = orNil(a.Login)
		}
		return o
	})
}

func (c *dcCall) groupDC(g group) obj {
	return obj{"type": "group", "name": g.Name, "_links": obj{"self": c.own("/rest/api/group/" + g.Name)}, "_expandable": obj{}}
}

func (c *dcCall) groupsDC() {
	v1dc(c, c.groupsOf("confluence"), func(g group) any { return c.groupDC(g) })
}

func (c *dcCall) memberOf() {
	groups := []group{}
	for _, a := range c.people("confluence").all() {
		if (a.Name == c.q("username") || c.confluenceKey(a) == c.q("key")) && c.site.memberOf != nil {
			for _, id := range c.site.memberOf(a) {
				if g, _ := c.site.groups.find(id); knows("confluence", g) {
					groups = append(groups, g)
				}
			}
		}
	}
	v1dc(c, listed(groups, nil), func(g group) any { return c.groupDC(g) })
}

func (c *dcCall) groupOfPath() (group, bool) {
	name := c.r.PathValue("group")
	if name == "" {
		name = c.q("groupName")
	}
	g, ok := c.site.groups.find("name:" + name)
	if !ok || !knows("confluence", g) {
		c.fail(404, "No group found with name : "+name)
		return g, false
	}
	return g, true
}

func (c *dcCall) groupOne() {
	if g, ok := c.groupOfPath(); ok {
		c.json(c.groupDC(g))
	}
}

func (c *dcCall) groupMembers() {
	if g, ok := c.groupOfPath(); ok {
		v1dc(c, c.membersOf(g), func(a account) any { return c.userDC(a) })
	}
}

// groupsWithin are the groups inside a group.
func (c *dcCall) groupsWithin() {
	g, ok := c.groupOfPath()
	if !ok {
		return
	}
	var inner []group
	for _, text := range g.Groups {
		if name, ok := line(text, c.d.When); ok {
			if x, ok := c.site.groups.find("name:" + name); ok {
				inner = append(inner, x)
			}
		}
	}
	v1dc(c, listed(inner, nil), func(g group) any { return c.groupDC(g) })
}

// subjectDC is who holds a permission.
func (c *dcCall) subjectDC(p spacePermission) obj {
	switch p.kind {
	case "group":
		g, _ := c.site.groups.find(p.principal)
		return c.groupDC(g)
	case "user":
		a, _ := c.site.accounts.find(p.principal)
		return c.userDC(a)
	}
	return anonymousDC
}

func (c *dcCall) holders(list []spacePermission, of *space) []any {
	out := []any{}
	for _, p := range list {
		o := obj{"operation": obj{"operationKey": p.operation, "targetType": p.target}, "subject": c.subjectDC(p)}
		if of != nil {
			o["spaceKey"], o["spaceId"] = of.Key, atoi64(of.ID)
		}
		out = append(out, o)
	}
	return out
}

func ofAnonymous(list []spacePermission) []spacePermission {
	return slices.DeleteFunc(slices.Clone(list), func(p spacePermission) bool { return p.kind != "role" })
}

func (c *dcCall) globalPermissions() { c.json(c.holders(c.in.globals, nil)) }

func (c *dcCall) anonymousPermissions() { c.json(c.holders(ofAnonymous(c.in.globals), nil)) }

// unlicensedPermissions name nobody: whoever signs in without a licence is meant.
func (c *dcCall) unlicensedPermissions() {
	out := []any{}
	for _, p := range c.in.unlicensed {
		out = append(out, obj{"operation": obj{"operationKey": p.operation, "targetType": p.target}, "subject": obj{"type": "unlicensed", "displayName": "Unlicensed users"}})
	}
	c.json(out)
}

func (c *dcCall) spaceDC(s space) obj {
	o := obj{"id": atoi64(s.ID), "key": s.Key, "name": s.Name, "status": spaceStatus(s), "type": s.Type, "creationDate": millis(s.Created),
		"_links": obj{"webui": "/display/" + s.Key, "self": c.own("/rest/api/space/" + s.Key)}, "_expandable": obj{"metadata": "", "icon": "", "description": "", "retentionPolicy": "", "homepage": "/rest/api/content/" + s.Home}}
	if c.expands("permissions") {
		o["permissions"] = c.holders(s.permissions, &s)
	}
	if a, ok := c.site.accounts.find(s.Author); ok && c.expands("creator") {
		o["creator"] = c.userDC(a)
	}
	return o
}

func (c *dcCall) spaceOfPathDC() (space, bool) {
	s, ok := c.site.spaces.find("key:" + c.r.PathValue("space"))
	if !ok || !c.seesSpace(s) {
		c.fail(404, "No space found with key : "+c.r.PathValue("space"))
		return s, false
	}
	return s, true
}

func (c *dcCall) spacesDC() {
	keys, kind, status := c.all("spaceKey"), c.q("type"), c.q("status")
	found := visible(c.call, c.site.spaces, c.seesSpace)
	if len(keys) > 0 || kind != "" || status != "" {
		found = found.where(func(s space) bool {
			return (len(keys) == 0 || slices.Contains(keys, s.Key)) && (kind == "" || kind == s.Type) && (status == "" || status == spaceStatus(s))
		})
	}
	v1dc(c, found, func(s space) any { return c.spaceDC(s) })
}

func (c *dcCall) spaceOne() {
	if s, ok := c.spaceOfPathDC(); ok {
		c.json(c.spaceDC(s))
	}
}

// spacePermissionsDC are shown to administrators of the space and of Confluence.
func (c *dcCall) spacePermissionsDC(anonymous bool) {
	s, ok := c.spaceOfPathDC()
	if !ok {
		return
	}
	mine := c.everything() || c.who.may["confluence:administer"] || slices.ContainsFunc(s.permissions, func(p spacePermission) bool {
		return p.operation == "administer" && p.target == "space" && (p.kind == "user" && p.principal == c.who.account.ID || p.kind == "group" && c.who.groups[p.principal])
	})
	if !mine {
		c.refuse(403, "User is not permitted to view the permissions of this space.")
		return
	}
	list := s.permissions
	if anonymous {
		list = ofAnonymous(list)
	}
	c.json(c.holders(list, &s))
}

func (c *dcCall) metrics() {
	c.json(obj{"pages": c.site.pages.n, "spaces": c.site.spaces.n, "users": c.people("confluence").n})
}
