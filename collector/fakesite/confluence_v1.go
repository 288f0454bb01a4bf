package fakesite

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Users, groups, restrictions and the audit log: Confluence's first API, and users-bulk of the second.

func (c *call) systemInfo() {
	c.json(obj{"cloudId": c.site.about.CloudID, "commitHash": "0b1f9ac2", "baseUrl": c.s.siteURL + "/wiki", "fallbackBaseUrl": c.s.siteURL + "/wiki", "edition": c.site.about.Edition,
		"siteTitle": c.site.about.Title, "defaultLocale": "en_GB", "defaultTimeZone": "Etc/GMT", "microsPerimeter": "commercial"})
}

// userV1 is an account as the first API shows it.
func (c *call) userV1(a account) obj {
	kind := a.Type
	if kind != "atlassian" && kind != "app" {
		kind = "" // this API knows no other
	}
	if a.Legacy != "" {
		kind = a.Legacy
	}
	known := "known"
	if a.Type == "unknown" {
		known = "unknown"
	}
	o := obj{"type": known, "accountId": a.ID, "accountType": kind, "email": "", "publicName": a.Display, "profilePicture": obj{"path": "/wiki/aa-avatar/" + a.ID, "width": 48, "height": 48, "isDefault": false},
		"displayName": a.Display, "isExternalCollaborator": a.Guest, "isGuest": a.Guest, "timeZone": nil,
		"_expandable": obj{"operations": "", "personalSpace": ""}, "_links": obj{"self": c.base + "/wiki/rest/api/user?accountId=" + a.ID}}
	if a.Hidden == "" {
		o["email"] = a.Email
	}
	return o
}

func operations(lines []string) []any {
	out := []any{}
	for _, l := range lines {
		op, target, _ := strings.Cut(l, " ")
		out = append(out, obj{"operation": op, "targetType": target})
	}
	return out
}

func (c *call) currentUser() {
	o := c.userV1(*c.who.account)
	o["email"] = c.who.account.Email
	if c.expands("operations") {
		ops := []string{"use application"}
		if c.who.may["confluence:administer"] {
			ops = append(ops, "administer application", "create_space application")
		}
		o["operations"] = operations(ops)
	}
	c.json(o)
}

func (c *call) anonymousUser() {
	o := obj{"type": "anonymous", "profilePicture": obj{"path": "/wiki/images/icons/profilepics/anonymous.svg", "width": 48, "height": 48, "isDefault": true}, "displayName": "Anonymous",
		"_expandable": obj{"operations": ""}, "_links": obj{"self": c.base + c.path, "base": c.s.siteURL + "/wiki", "context": "/wiki"}}
	if c.expands("operations") {
		o["operations"] = operations(c.site.about.Anonymous)
	}
	c.json(o)
}

// usesConfluence says whether an account is one of Confluence's: people and apps, not customers.
func usesConfluence(a account) bool {
	return a.Type != "customer" && !slices.Contains(a.Missing, "confluence")
}

// searchUser finds the licensed people; guests and apps only when the filter asks for them.
func (c *call) searchUser() {
	cql := strings.ToLower(c.q("cql"))
	if cql == "" {
		c.fail(400, "Could not parse cql : ")
		return
	}
	filter := c.q("sitePermissionTypeFilter")
	found := c.site.accounts
	if !c.everything() {
		found = found.where(func(a account) bool {
			if a.Inactive || !usesConfluence(a) || a.Type == "app" && filter != "all" {
				return false
			}
			return filter == "all" || (filter == "externalCollaborator") == a.Guest
		})
	}
	total := min(found.n, 10_000) // as much as this search gives
	found.n = total
	v1Page(c, found, func(a account) any {
		return obj{"user": c.userV1(a), "title": a.Display, "excerpt": "", "url": "/people/" + a.ID, "breadcrumbs": []any{}, "entityType": "user", "iconCssClass": "", "lastModified": "2026-01-05T08:00:00.000Z", "score": 0}
	}, obj{"totalSize": c.drift(total), "cqlQuery": c.q("cql"), "searchDuration": 14})
}

func (c *call) userBulkV1() {
	ids := c.all("accountId")
	ids = ids[:min(len(ids), c.e.sizeOr(100))]
	results := []any{}
	for _, id := range ids {
		if a, ok := c.site.accounts.find(id); ok && usesConfluence(a) {
			results = append(results, c.userV1(a))
		}
	}
	c.v1(results, 0, 100, "", nil)
}

// usersBulk is the only call of Confluence that tells an account's status.
func (c *call) usersBulk() {
	var ask struct {
		AccountIDs []string `json:"accountIds"`
	}
	b, err := io.ReadAll(c.r.Body)
	if err != nil || json.Unmarshal(b, &ask) != nil || len(ask.AccountIDs) == 0 {
		c.fail(400, "accountIds must not be empty")
		return
	}
	if len(ask.AccountIDs) > c.e.sizeOr(250) {
		c.fail(400, "accountIds must contain at most "+itoa(c.e.sizeOr(250))+" elements")
		return
	}
	results := []any{}
	for _, id := range ask.AccountIDs {
		a, ok := c.site.accounts.find(id)
		if !ok {
			continue
		}
		status := a.Status
		switch {
		case status != "":
		case a.Inactive:
			status = "inactive"
		default:
			status = "active"
		}
		o := obj{"displayName": a.Display, "timeZone": nil, "personalSpaceId": nil, "isExternalCollaborator": a.Guest, "accountStatus": status, "accountId": a.ID,
			"email": "", "accountType": a.Type, "publicName": a.Display, "profilePicture": nil}
		if a.Hidden == "" {
			o["email"] = a.Email
		}
		results = append(results, o)
	}
	c.json(obj{"results": results, "_links": obj{"base": c.s.siteURL + "/wiki"}})
}

// sizeOr is the largest number of ids that a call takes.
func (e *endpoint) sizeOr(otherwise int) int {
	if e.most > 0 {
		return e.most
	}
	return otherwise
}

func (c *call) groupV1(g group) any {
	o := obj{"type": "group", "name": g.Name, "id": g.ID, "_links": obj{"self": c.base + "/wiki/rest/api/group/by-id?id=" + g.ID}}
	if g.Managed != "" {
		o["managedBy"] = g.Managed
	}
	if g.Usage != "" && g.Usage != "ADMIN_OVERSIGHT" { // a value that only Jira knows
		o["usageType"] = g.Usage
	}
	return o
}

func (c *call) groupsV1() {
	found := c.site.groups
	if access := c.q("accessType"); access != "" {
		found = found.where(func(g group) bool { return slices.Contains(g.Confluence, access) })
	}
	v1Page(c, found, c.groupV1, obj{"totalSize": found.n})
}

func (c *call) membersV1() {
	g, ok := c.site.groups.find(c.r.PathValue("group"))
	if !ok {
		c.fail(404, "No group with id : "+c.r.PathValue("group"))
		return
	}
	if c.number("limit", 1) > 200 {
		c.fail(400, "limit must not be greater than 200")
		return
	}
	v1Page(c, visible(c, c.membersOf(g), usesConfluence), func(a account) any { return c.userV1(a) }, nil)
}

// limitsOf is one operation of a page's restrictions.
func (c *call) limitsOf(p page, operation string) obj {
	users, groups := []any{}, []any{}
	for _, l := range p.limits {
		if l.operation != operation {
			continue
		}
		if l.group != "" {
			g, _ := c.site.groups.find(l.group)
			groups = append(groups, c.groupV1(g))
		} else if a, ok := c.site.accounts.find(l.account); ok {
			users = append(users, c.userV1(a))
		}
	}
	return obj{"operation": operation, "restrictions": obj{
		"user":        obj{"results": users, "start": 0, "limit": 200, "size": len(users)},
		"group":       obj{"results": groups, "start": 0, "limit": 200, "size": len(groups)},
		"_expandable": obj{}}, "_expandable": obj{"content": "/rest/api/content/" + p.ID}, "_links": obj{"self": c.base + "/wiki/rest/api/content/" + p.ID + "/restriction/byOperation/" + operation}}
}

func (c *call) pageOfPath() (page, bool) {
	p, ok := c.site.pages.find(c.r.PathValue("id"))
	if !ok || !c.seesPage(p) {
		c.fail(404, "Cannot find content with outdated version override or ID: "+c.r.PathValue("id"))
		return p, false
	}
	return p, true
}

func (c *call) restrictionByOperation() {
	p, ok := c.pageOfPath()
	if !ok {
		return
	}
	c.json(obj{"read": c.limitsOf(p, "read"), "update": c.limitsOf(p, "update"), "_links": obj{"self": c.base + c.path}})
}

func (c *call) restrictionsOf() {
	if p, ok := c.pageOfPath(); ok {
		c.v1([]any{c.limitsOf(p, "read"), c.limitsOf(p, "update")}, 0, 100, "", obj{"restrictionsHash": itoa64(number(p.ID, strings.Join(p.Restrict, ";")))})
	}
}

// contentSearch finds pages and blog posts by CQL: only type and space are understood.
func (c *call) contentSearch() {
	cql := strings.ToLower(c.q("cql"))
	if cql == "" {
		c.fail(400, "Could not parse cql : ")
		return
	}
	found := c.site.pages
	if inSpaces := strings.Contains(cql, "space"); inSpaces || !c.everything() {
		named := map[string]bool{}
		for _, word := range strings.FieldsFunc(cql, func(r rune) bool { return strings.ContainsRune(` ,()="'`, r) }) {
			named[word] = true
		}
		found = found.where(func(p page) bool {
			s, _ := c.site.spaces.find(p.Space)
			return p.Status == "current" && (!strings.Contains(cql, "type") || strings.Contains(cql, p.Kind)) && (!inSpaces || named[strings.ToLower(s.Key)]) && c.seesPage(p)
		})
	}
	restrictions, spaces, version := false, c.expands("space"), c.expands("version")
	for _, e := range c.all("expand") {
		restrictions = restrictions || strings.HasPrefix(e, "restrictions.")
	}
	v1CursorPage(c, found, func(p page) any {
		s, _ := c.site.spaces.find(p.Space)
		o := obj{"id": p.ID, "type": p.Kind, "status": p.Status, "title": p.Title, "macroRenderedOutput": obj{}, "extensions": obj{"position": number(p.ID) % 1000},
			"_expandable": obj{"restrictions": "/rest/api/content/" + p.ID + "/restriction/byOperation", "space": "/rest/api/space/" + s.Key}, "_links": obj{"self": c.base + "/wiki/rest/api/content/" + p.ID, "webui": "/spaces/" + s.Key + "/pages/" + p.ID}}
		if restrictions {
			o["restrictions"] = obj{"read": c.limitsOf(p, "read"), "update": c.limitsOf(p, "update"), "_links": obj{"self": c.base + "/wiki/rest/api/content/" + p.ID + "/restriction/byOperation"}}
		}
		if spaces {
			o["space"] = c.spaceV1(s)
		}
		if version {
			o["version"] = obj{"number": max(p.Version, 1), "minorEdit": false, "when": millis(edited(p)), "message": ""}
		}
		return o
	}, obj{"totalSize": found.n, "cqlQuery": c.q("cql"), "searchDuration": 21})
}

func (c *call) spaceV1(s space) obj {
	return obj{"id": atoi64(s.ID), "key": s.Key, "alias": s.Key, "name": s.Name, "type": s.Type, "status": spaceStatus(s),
		"_expandable": obj{"permissions": "", "homepage": "/rest/api/content/" + s.Home}, "_links": obj{"webui": "/spaces/" + s.Key, "self": c.base + "/wiki/rest/api/space/" + s.Key}}
}

// spacesV1 is the list that a public site shows to visitors; signed-in programs have the second API.
func (c *call) spacesV1() {
	if c.who.account == nil && !c.anonymousUse() {
		c.fail(403, "Current user not permitted to use Confluence")
		return
	}
	v1Page(c, visible(c, c.site.spaces, c.seesSpace), func(s space) any { return c.spaceV1(s) }, nil)
}

func (c *call) auditRetention() {
	if !c.lacks("confluence:administer", "User is not permitted to view the audit log.") {
		c.json(obj{"number": c.site.about.Retention.Number, "units": c.site.about.Retention.Units})
	}
}

func (c *call) auditV1() {
	if c.lacks("confluence:administer", "User is not permitted to view the audit log.") {
		return
	}
	ms := func(rfc string) int64 { t, _ := time.Parse(time.RFC3339, rfc); return t.UnixMilli() }
	bound := func(name string, otherwise int64) int64 {
		if n, err := strconv.ParseInt(c.q(name), 10, 64); err == nil {
			return n
		}
		return otherwise
	}
	from, to := bound("startDate", 0), bound("endDate", 1<<62)
	found := listed(c.site.confluenceAudit, nil).where(func(e confluenceEvent) bool { return ms(e.Created) >= from && ms(e.Created) <= to })
	v1Page(c, found, func(e confluenceEvent) any {
		author := obj{"type": "user", "displayName": "System", "operations": nil, "accountId": nil, "accountType": "", "isGuest": false, "isExternalCollaborator": false}
		if a, ok := c.site.accounts.find(e.Author); ok {
			author["displayName"], author["accountId"], author["accountType"], author["publicName"] = a.Display, a.ID, a.Type, a.Display
		}
		changes := []any{}
		for _, v := range e.Changes {
			changes = append(changes, obj{"name": v["name"], "oldValue": v["old"], "newValue": v["new"], "hiddenOldValue": "", "hiddenNewValue": ""})
		}
		return obj{"author": author, "remoteAddress": e.Remote, "creationDate": ms(e.Created), "summary": e.Summary, "description": e.About, "category": e.Category, "sysAdmin": false, "superAdmin": false,
			"affectedObject": obj{"name": e.Object["name"], "objectType": e.Object["type"]}, "changedValues": changes, "associatedObjects": []any{}}
	}, nil)
}
