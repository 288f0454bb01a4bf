package fakesite

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// orgAnswers is the function for each line of org_endpoints.txt.
var orgAnswers map[string]func(*call, *organisation)

func init() { // as with answers
	orgAnswers = map[string]func(*call, *organisation){
		"GET /admin/v1/orgs":                                                                (*call).orgs,
		"GET /admin/v2/orgs/{org}/directories":                                              (*call).orgDirectories,
		"POST /admin/v2/orgs/{org}/workspaces":                                              (*call).orgWorkspaces,
		"GET /admin/v1/orgs/{org}/domains":                                                  (*call).orgDomains,
		"GET /admin/v1/orgs/{org}/policies":                                                 (*call).orgPolicies,
		"GET /admin/control/v1/orgs/{org}/policies":                                         (*call).orgPolicies,
		"GET /admin/v1/orgs/{org}/events-stream":                                            (*call).orgEvents,
		"POST /admin/v2/orgs/{org}/directories/{directory}/users/search":                    (*call).orgUsers,
		"GET /admin/v2/orgs/{org}/directories/{directory}/users/{account}/role-assignments": (*call).orgUserRoles,
		"GET /admin/v1/orgs/{org}/directory/users/{account}/last-active-dates":              (*call).orgLastActive,
		"POST /admin/v2/orgs/{org}/directories/{directory}/groups/search":                   (*call).orgGroups,
		"GET /admin/v2/orgs/{org}/directories/{directory}/groups/{group}/role-assignments":  (*call).orgGroupRoles,
		"POST /admin/control/v1/orgs/{org}/users/auth-policies/bulk-fetch":                  (*call).orgAuthPolicies,
		"GET /admin/api-access/v1/orgs/{org}/api-tokens":                                    (*call).orgTokens,
		"GET /admin/api-access/v1/orgs/{org}/api-keys":                                      (*call).orgAPIKeys,
		"GET /admin/api-access/v1/orgs/{org}/service-accounts":                              (*call).orgServices,
		"GET /admin/api-access/v1/orgs/{org}/service-accounts/api-tokens":                   (*call).orgServiceTokens,
		"GET /admin/api-access/v1/orgs/{org}/service-accounts/oauth-clients":                (*call).orgClients,
	}
}

func inMemory[T any](items []T) table[T] { return listed(items, nil) }

func (c *call) orgs(*organisation) {
	adminV1(c, inMemory(c.site.orgs), func(o *organisation) any {
		self := c.base + "/admin/v1/orgs/" + o.ID
		return obj{"id": o.ID, "type": "orgs", "attributes": obj{"name": o.Name}, "links": obj{"self": self},
			"relationships": obj{"domains": obj{"links": obj{"related": self + "/domains"}}, "users": obj{"links": obj{"related": self + "/users"}}}}
	}, false)
}

func (c *call) orgDirectories(o *organisation) {
	adminV2(c, inMemory(o.Directories), func(d orgDirectory) any {
		return obj{"directoryId": d.ID, "name": d.Name, "icon": avatar(d.ID, "24")}
	})
}

// orgWorkspaces: "When a cursor is provided in the request body, no other properties may be present."
func (c *call) orgWorkspaces(o *organisation) {
	body := c.posted()
	if _, more := body["cursor"]; more && len(body) > 1 {
		c.orgFail(http.StatusBadRequest, "ADMIN-400-24 Invalid request body")
		return
	}
	adminSearch(c, inMemory(o.workspaces), body, func(w orgWorkspace) any {
		return obj{"id": w.ID, "type": "workspaces", "links": obj{"self": c.base + "/admin/v2/orgs/" + o.ID + "/workspaces/" + w.ID}, "relationships": obj{},
			"attributes": obj{"name": w.Name, "typeKey": w.Type, "type": w.Type, "hostUrl": orNull(cmp.Or(w.Host, c.s.siteURL)), "status": w.Status, "statusDetails": []any{},
				"realm": w.Realm, "regions": []any{}, "labels": []any{}, "icons": obj{}, "avatars": obj{}, "sandbox": obj{"type": cmp.Or(w.Sandbox, "NONE")}, "owner": nil,
				"capacity": nil, "usage": nil, "createdAt": orNull(w.Created), "updatedAt": nil, "createdBy": nil}}
	})
}

func orNull(s string) any {
	if s == "" || s == "none" {
		return nil
	}
	return s
}

func (c *call) orgDomains(o *organisation) {
	adminV1(c, inMemory(o.domains), func(d orgDomain) any {
		return obj{"id": d.ID, "type": "domains", "attributes": obj{"name": d.Name, "claim": obj{"type": d.Type, "status": d.Status}},
			"links": obj{"self": c.base + "/admin/v1/orgs/" + o.ID + "/domains/" + d.ID}}
	}, false)
}

func (c *call) orgPolicies(o *organisation) {
	policies := inMemory(o.policies).where(func(p orgPolicy) bool { return c.q("type") == "" || c.q("type") == p.Type })
	adminV1(c, policies, func(p orgPolicy) any {
		on := []any{}
		for _, ari := range p.Resources {
			on = append(on, obj{"id": strings.ReplaceAll(ari, "SITE", c.site.about.CloudID), "applicationStatus": "applied", "meta": obj{}, "links": obj{}})
		}
		return obj{"id": p.ID, "type": "policy", "links": nil, "relations": nil,
			"attributes": obj{"type": p.Type, "name": p.Name, "status": p.Status, "rule": p.Rule, "resources": on, "createdAt": p.Created, "updatedAt": nil}}
	}, true)
}

// orgEvents is the stream: it never ends to name a next page, for the events to come.
func (c *call) orgEvents(o *organisation) {
	from, to := atoi64(c.q("from")), atoi64(c.q("to"))
	events := inMemory(o.events).where(func(e orgEvent) bool {
		at, _ := time.Parse(time.RFC3339, e.Time)
		return (from == 0 || at.UnixMilli() >= from) && (to == 0 || at.UnixMilli() <= to)
	})
	size := c.size("limit")
	start, ok := c.cursor(c.q("cursor"))
	if !ok {
		c.orgFail(http.StatusBadRequest, "Invalid request parameters")
		return
	}
	values, _ := c.cut(events.n, start, size)
	data := window(events, values[0], values[1], func(e orgEvent) any { return c.orgEvent(o, e) })
	next := start + len(data)
	if c.spoiled[Loop] {
		next = start
	}
	cursor := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "at:%d:stream", next)) // the same until there is more
	c.json(obj{"data": data, "links": obj{"self": c.self(nil), "next": c.self(map[string]string{"cursor": cursor})}, "meta": obj{"next": cursor, "page_size": len(data)}})
}

func (c *call) orgEvent(o *organisation, e orgEvent) any {
	actor := obj{"id": e.actor.ID, "name": e.actor.Display, "email": e.actor.Email, "links": obj{"self": c.base + "/users/" + e.actor.ID + "/manage/profile"}}
	if e.actor.ID == "" {
		actor = obj{"id": "atlassian-internal-system", "name": "Atlassian Internal System", "email": "Atlassian Internal System", "links": obj{"self": ""}}
	}
	if e.Auth != "" {
		auth := obj{"authType": e.Auth}
		if e.Token != "" {
			auth["tokenId"], auth["tokenLabel"] = e.Token, "a token"
		}
		actor["auth"] = auth
	}
	context := []any{}
	for _, on := range e.Context {
		context = append(context, obj{"id": on["id"], "type": on["type"], "attributes": obj{"name": on["name"]}, "links": obj{"self": nil, "alt": nil}})
	}
	return obj{"id": e.ID, "type": "events", "links": obj{"self": c.base + "/admin/v1/orgs/" + o.ID + "/events/" + e.ID}, "message": obj{"content": "", "format": "simple"},
		"attributes": obj{"time": e.Time, "processedAt": e.Time, "action": e.Action, "actor": actor, "context": context,
			"container": []any{obj{"id": o.ID, "type": "orgs", "attributes": obj{"name": o.Name}}},
			"location":  obj{"ip": "192.0.2.17", "countryName": "Norway", "city": "Bergen"}}}
}

// sortedTokens orders tokens as a request wants: the documents' default is the time of last use, newest first.
func (c *call) sortedTokens(tokens []orgToken) table[orgToken] {
	by, tokens := cmp.Or(c.q("sort"), "-lastActiveAt"), slices.Clone(tokens)
	member := func(t orgToken) string {
		switch strings.TrimPrefix(by, "-") {
		case "label":
			return t.Label
		case "createdAt":
			return t.Created
		case "expiresAt":
			return t.Expires
		}
		return t.Used
	}
	slices.SortStableFunc(tokens, func(a, b orgToken) int {
		n := cmp.Or(cmp.Compare(member(a), member(b)), cmp.Compare(a.ID, b.ID))
		if by[0] == '-' {
			return -n
		}
		return n
	})
	return inMemory(tokens)
}

// accessPage is a list of API Access: the cursor remembers the place alone, so that page size and order are to be said again.
func accessPage(c *call, t table[orgToken], show func(orgToken) any) {
	data, next, ok := orgPage(c, t, c.q("cursor"), c.size("pageSize"), show)
	if !ok {
		return
	}
	links := obj{"self": c.q("cursor")}
	if next != "" {
		links["next"] = next
	}
	c.json(obj{"data": data, "links": links})
}

func (c *call) orgTokens(o *organisation) {
	own := slices.DeleteFunc(slices.Clone(o.tokens), func(t orgToken) bool { return t.owner.Type == "app" })
	accessPage(c, c.sortedTokens(own), func(t orgToken) any { return tokenBean(o, t) })
}

func (c *call) orgServiceTokens(o *organisation) {
	list := []any{}
	for _, t := range o.tokens {
		if t.owner.Type == "app" {
			list = append(list, tokenBean(o, t))
		}
	}
	c.json(list)
}

func tokenBean(o *organisation, t orgToken) obj {
	bean := obj{"id": t.ID, "label": t.Label, "status": t.Status, "createdAt": t.Created, "scopes": append([]string{}, t.Scopes...),
		"user": obj{"id": t.owner.ID, "orgId": o.ID, "name": t.owner.Display, "email": t.owner.Email}}
	return without(bean, t)
}

func (c *call) orgAPIKeys(o *organisation) {
	accessPage(c, c.sortedTokens(o.keys), func(t orgToken) any {
		return without(obj{"id": t.ID, "label": t.Label, "keyType": cmp.Or(t.Type, "CLOUD_ADMIN"), "createdAt": t.Created, "scopes": append([]string{}, t.Scopes...), "orgId": o.ID,
			"createdBy": obj{"id": t.owner.ID, "name": t.owner.Display, "email": t.owner.Email}}, t)
	})
}

// without adds the times that a token has, and takes out what answers about it lack.
func without(bean obj, t orgToken) obj {
	for name, at := range map[string]string{"expiresAt": t.Expires, "lastActiveAt": t.Used} {
		if at != "" {
			bean[name] = at
		}
	}
	for _, name := range t.Omit {
		delete(bean, name)
	}
	return bean
}

func (c *call) orgServices(o *organisation) {
	t := inMemory(o.services)
	data, next, ok := orgPage(c, t, c.q("cursor"), c.size("none"), func(s orgService) any {
		return obj{"atlassianId": s.account.ID, "id": s.account.ID, "displayName": s.account.Display, "email": s.account.Name + "@serviceaccount.example", "picture": nil,
			"container": "ari:cloud:platform::org/" + o.ID, "updatedAt": 1764642980899, "status": cmp.Or(s.Status, "ACTIVE"), "createdById": orNull(s.Creator), "description": orNull(s.About)}
	})
	if !ok {
		return
	}
	links := obj{"next": nil, "prev": nil}
	if next != "" {
		links["next"] = c.self(map[string]string{"cursor": next})
	}
	c.json(obj{"links": links, "items": data, "total": c.drift(t.n)})
}

func (c *call) orgClients(o *organisation) {
	list := []any{}
	for _, x := range o.clients {
		user := func(a account) obj {
			return obj{"id": a.ID, "name": a.Display, "email": nil, "appType": orNull(a.App), "orgId": o.ID}
		}
		list = append(list, obj{"clientId": x.ID, "clientName": x.Name, "serviceAccount": user(x.account), "createdBy": user(x.creator), "scopes": append([]string{}, x.Scopes...),
			"createdAt": orNull(x.Created), "expiresAt": orNull(x.Expires), "clientRevocationTime": orNull(x.Revoked), "clientRevokerId": nil})
	}
	c.json(list)
}
