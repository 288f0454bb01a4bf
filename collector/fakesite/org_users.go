package fakesite

import (
	"net/http"
	"slices"
	"strings"
)

// Accounts and groups of the organisation's directories.

// orgDirectory is the directory that a path names, answered 404 if there is none.
func (c *call) orgDirectory(o *organisation) (orgDirectory, bool) {
	for _, d := range o.Directories {
		if d.ID == c.r.PathValue("directory") {
			return d, true
		}
	}
	c.orgFail(http.StatusNotFound, "We couldn’t find the organization or directory.")
	return orgDirectory{}, false
}

func (c *call) orgUsers(o *organisation) {
	d, ok := c.orgDirectory(o)
	if !ok {
		return
	}
	body := c.posted()
	expand, _ := body["expand"].([]any)
	adminSearch(c, d.users, body, func(u orgUser) any {
		a := u.account
		bean := obj{"accountId": a.ID, "accountType": "atlassian", "accountStatus": u.Status, "membershipStatus": u.Membership, "status": composite(u), "claimStatus": u.Claim,
			"name": a.Display, "nickname": a.Display, "email": a.Email, "emailVerified": true, "addedToOrg": u.Added + "T00:00:00.000Z", "managementSource": orNull(strings.TrimPrefix(u.Source, "null")),
			"avatar": avatar(a.ID, "48"), "picture": avatar(a.ID, "48"), "timeZone": zone(a), "links": obj{"self": a.ID}}
		if u.Factor != "untold" {
			bean["mfaEnabled"] = u.Factor == "yes"
		}
		if slices.Contains(expand, any("platformRoles")) {
			bean["platformRoles"] = append([]string{}, u.Roles...)
		}
		if slices.Contains(expand, any("groups")) {
			list := []any{}
			for _, id := range u.groups {
				g, _ := c.site.groups.find(id)
				list = append(list, obj{"id": g.ID, "name": g.Name, "description": nil})
			}
			bean["groups"] = list
		}
		if slices.Contains(expand, any("productAccess")) {
			list := []any{}
			for _, p := range u.products {
				one := obj{"id": p.id, "key": p.key}
				if p.last != "" {
					one["lastActiveTimestamp"] = p.last
				}
				list = append(list, one)
			}
			bean["productAccess"] = list
		}
		for _, name := range u.Omit {
			delete(bean, name)
		}
		return bean
	})
}

// composite is the status that the documents make of the account's and the membership's.
func composite(u orgUser) string {
	switch {
	case u.Status != "active":
		return "deactivated"
	case u.Membership == "suspended":
		return "suspended"
	case u.Membership == "no_membership":
		return "not_invited"
	}
	return "active"
}

// orgUser is the account that a path names.
func (c *call) orgUser(d orgDirectory) (orgUser, bool) {
	u, ok := d.users.find(c.r.PathValue("account"))
	if !ok {
		c.orgFail(http.StatusNotFound, "User not found")
	}
	return u, ok
}

func (c *call) orgUserRoles(o *organisation) {
	d, ok := c.orgDirectory(o)
	if !ok {
		return
	}
	u, ok := c.orgUser(d)
	if !ok {
		return
	}
	held := []obj{} // a resource each
	add := func(resource, owner string, roles []string, how string, directory any) {
		i := slices.IndexFunc(held, func(o obj) bool { return o["resourceId"] == resource })
		if i < 0 {
			i = len(held)
			held = append(held, obj{"directoryId": directory, "resourceId": resource, "resourceOwner": owner, "roles": []string{}, "roleAssignments": []any{}, "userDirectoryStatus": u.Membership})
		}
		for _, role := range roles {
			if had := held[i]["roles"].([]string); !slices.Contains(had, role) {
				held[i]["roles"] = append(had, role)
				held[i]["roleAssignments"] = append(held[i]["roleAssignments"].([]any), obj{"role": role, "roleAssignmentMethods": []string{how}})
			}
		}
	}
	if len(u.Roles) > 0 {
		add("ari:cloud:platform::org/"+o.ID, "platform", u.Roles, "direct", nil)
	}
	for _, id := range u.groups {
		g, _ := c.site.groups.find(id)
		for _, role := range d.roles(g) {
			add(role.resource, role.owner, role.roles, "group_direct", d.ID)
		}
	}
	adminV2(c, inMemory(held), func(one obj) any { return one })
}

func (c *call) orgLastActive(o *organisation) {
	list, added := []any{}, ""
	for _, d := range o.Directories {
		u, ok := d.users.find(c.r.PathValue("account"))
		if !ok {
			continue
		}
		added = u.Added
		for _, p := range u.products {
			if p.last != "" {
				list = append(list, obj{"id": p.id, "key": p.key, "last_active": p.last[:10], "last_active_timestamp": p.last[:19] + "Z"})
			}
		}
	}
	if added == "" {
		c.orgFail(http.StatusNotFound, "User not found")
		return
	}
	c.json(obj{"data": obj{"product_access": list, "added_to_org": added, "added_to_org_timestamp": added + "T00:00:00Z"}, "links": obj{}})
}

func (c *call) orgGroups(o *organisation) {
	d, ok := c.orgDirectory(o)
	if !ok {
		return
	}
	adminSearch(c, d.group, c.posted(), func(g group) any {
		managed := map[string]string{"ADMINS": "admins", "EXTERNAL": "external", "TEAM_MEMBERS": "team-members", "OPEN": "open"}[g.Managed]
		return obj{"id": g.ID, "name": g.Name, "description": "", "directoryId": d.ID, "externalSynced": managed == "external", "managedBy": managed,
			"managementAccess": obj{"readable": true, "modifiable": managed == "admins", "deletable": managed == "admins"}, "links": obj{"self": g.ID}}
	})
}

func (c *call) orgGroupRoles(o *organisation) {
	d, ok := c.orgDirectory(o)
	if !ok {
		return
	}
	g, ok := d.group.find(c.r.PathValue("group"))
	if !ok {
		c.orgFail(http.StatusNotFound, "Group not found")
		return
	}
	adminV2(c, inMemory(d.roles(g)), func(role orgRole) any {
		return obj{"resourceId": role.resource, "resourceOwner": role.owner, "roles": role.roles, "defaultRole": orNull(role.standard)}
	})
}

// orgAuthPolicies tells of managed accounts alone.
func (c *call) orgAuthPolicies(o *organisation) {
	ids, ok := c.posted()["accountIds"].([]any)
	if !ok {
		c.orgFail(http.StatusBadRequest, "accountIds is required")
		return
	}
	list := []any{}
	for _, id := range ids {
		for _, d := range o.Directories[:min(1, len(o.Directories))] {
			if text, _ := id.(string); text != "" {
				if u, ok := d.users.find(text); ok && u.Claim == "managed" {
					list = append(list, obj{"accountId": u.account.ID, "email": u.account.Email, "name": u.account.Display, "authPolicyInfo": obj{"policyId": u.Policy, "dateAdded": u.since}})
				}
			}
		}
	}
	c.json(list)
}
