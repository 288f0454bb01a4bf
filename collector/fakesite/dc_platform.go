package fakesite

import (
	"slices"
	"strings"
	"time"
)

// What both products have: cluster, application links, plugin manager, basic authentication, single
// sign-on, health checks, webhooks, backups, the audit log.

func (c *dcCall) nodesOf() []node {
	return slices.DeleteFunc(slices.Clone(c.in.nodes), func(n node) bool { return n.Product != c.product })
}

func (c *dcCall) jiraNodes() {
	nodes := c.nodesOf()
	if len(nodes) == 0 {
		c.refuse(405, "This Jira instance is not clustered.")
		return
	}
	out := []any{}
	for _, n := range nodes {
		out = append(out, obj{"nodeId": n.ID, "state": n.State, "alive": !n.Dead, "ip": n.IP, "cacheListenerPort": n.Port, "nodeBuildNumber": c.build(), "nodeVersion": c.of.Version,
			"lastStateChangeTimestamp": millisOf(c.of.Built + "T06:00:00Z")})
	}
	c.json(out)
}

// confluenceNodes name no address: their document has none.
func (c *dcCall) confluenceNodes() {
	v1dc(c, listed(c.nodesOf(), nil), func(n node) any {
		return obj{"nodeId": number(n.ID) % 100_000, "buildStats": obj{"version": c.of.Version, "buildNumber": c.build()}, "jvmStats": obj{"usedHeap": 4_294_967_296}, "props": obj{"nodeName": n.ID}}
	})
}

func (c *dcCall) manifest() {
	c.json(obj{"id": c.of.Server, "name": c.of.Title, "typeId": c.product, "version": c.of.Version, "buildNumber": c.build(), "applinksVersion": "9.1.4", "inboundAuthenticationTypes": []any{"com.atlassian.applinks.api.auth.types.OAuthAuthenticationProvider"},
		"outboundAuthenticationTypes": []any{"com.atlassian.applinks.api.auth.types.OAuthAuthenticationProvider"}, "publicSignup": c.of.Signup, "url": c.of.Base, "iconUrl": c.of.Base + "/s/_/images/icon.png"})
}

// links lists application links; the older of the two resources wraps each with its authentication.
func (c *dcCall) links(older bool) {
	out := []any{}
	for _, l := range c.in.links {
		if l.Product != c.product {
			continue
		}
		if older {
			out = append(out, obj{"application": obj{"id": l.ID, "typeId": l.Type, "name": l.Name, "displayUrl": l.Shown, "rpcUrl": l.Calls, "isPrimary": true, "isSystem": l.System},
				"configuredOutboundAuthenticators": []any{}, "configuredInboundAuthenticators": []any{}, "isSystem": l.System})
			continue
		}
		out = append(out, obj{"id": l.ID, "name": l.Name, "displayUrl": l.Shown, "rpcUrl": l.Calls, "type": l.Type, "system": l.System, "primary": true, "data": obj{}, "properties": obj{}})
	}
	if older {
		c.json(obj{"list": out})
		return
	}
	c.json(out)
}

const upmType = "application/vnd.atl.plugins.installed+json"

func (c *dcCall) plugins(waiting bool) {
	out := []any{}
	for _, p := range c.in.apps {
		if p.Product != c.product || waiting && p.Newer == "" {
			continue
		}
		self := "/" + c.product + "/rest/plugins/1.0/" + p.Key + "-key"
		if waiting {
			out = append(out, obj{"key": p.Key, "name": p.Name, "version": p.Newer, "installedVersion": p.Version, "vendor": obj{"name": p.Vendor}, "links": obj{"self": "/" + c.product + "/rest/plugins/1.0/available/" + p.Key + "-key", "installed": self}})
			continue
		}
		out = append(out, obj{"enabled": !p.Disabled, "links": obj{"self": self, "plugin-summary": self + "/summary", "modify": self}, "name": p.Name, "version": p.Version, "userInstalled": p.Installed, "optional": p.Installed, "static": false,
			"unloadable": false, "key": p.Key, "usesLicensing": p.Installed, "remotable": false, "vendor": obj{"name": p.Vendor, "marketplaceLink": "https://marketplace.example/vendors/" + itoa64(number(p.Vendor)%9000)}, "description": p.Name, "applicationKey": c.product})
	}
	body := obj{"plugins": out, "links": obj{"self": "/" + c.product + "/rest/plugins/1.0/"}}
	if waiting || !strings.Contains(c.r.Header.Get("Accept"), upmType) {
		c.json(body)
		return
	}
	b, err := appendJSON(nil, body)
	if err != nil {
		c.deliver(500, "text/plain", []byte(err.Error()))
		return
	}
	c.w.Header().Set("Upm-Token", "0")
	c.deliver(200, upmType, b)
}

// updates is what the plugin manager knows of the updates of what people installed; it asks the Marketplace for it.
func (c *dcCall) updates() {
	out := []any{}
	for _, p := range c.in.apps {
		if p.Product != c.product || !p.Installed {
			continue
		}
		o := obj{"key": p.Key, "name": p.Name, "links": obj{"self": "/" + c.product + "/rest/plugins/1.0/" + p.Key + "-key"}, "licenseReadOnly": false, "dataCenterApp": true, "updatableToPaid": false, "updateAvailable": p.Newer != ""}
		if p.Newer != "" && c.q("updates") == "true" {
			o["update"] = obj{"version": p.Newer, "links": obj{"release-notes": "https://marketplace.example/" + p.Key}}
		}
		out = append(out, o)
	}
	c.json(obj{"plugins": out, "links": obj{}, "hostStatus": obj{"pacDisabled": false, "pacUnavailable": false, "safeMode": false}})
}

func texts(list []string) []any {
	out := []any{}
	for _, s := range list {
		out = append(out, s)
	}
	return out
}

func (c *dcCall) basicAuth() {
	if c.of.Basic == nil {
		c.refuse(404, "null for uri: "+c.base+c.path)
		return
	}
	c.json(obj{"block-requests": c.of.Basic.Block, "allowed-paths": texts(c.of.Basic.Paths), "allowed-users": texts(c.of.Basic.Users), "show-warning-message": false})
}

func (c *dcCall) sso() {
	o := obj{"show-login-form": c.of.SSO.Form, "enable-authentication-fallback": c.of.SSO.Fallback, "discovery-refresh-cron": "0 0 1 * * ?", "last-updated": c.of.Built + "T08:00:00Z"}
	if c.product == "jira" {
		o["show-login-form-for-jsm"] = c.of.SSO.Form
	}
	c.json(o)
}

func (c *dcCall) idps() {
	out := []any{}
	for _, p := range c.of.SSO.Providers {
		out = append(out, obj{"id": p.ID, "name": p.Name, "sso-type": p.Type, "enabled": !p.Disabled, "issuer-url": p.Issuer, "include-customer-logins": false, "enable-remember-me": true,
			"last-updated": c.of.Built + "T08:00:00Z", "button-text": "Log in with " + p.Name, "jit-configuration": obj{"user-provisioning-enabled": false}})
	}
	c.json(obj{"size": len(out), "limit": 50, "start": 0, "isLastPage": true, "results": out})
}

func (c *dcCall) health() {
	out := []any{}
	for _, h := range c.in.checks {
		if h.Product == c.product {
			out = append(out, obj{"id": h.ID, "completeKey": h.Key, "name": h.Name, "description": h.About, "isHealthy": h.Healthy, "healthy": h.Healthy, "failureReason": h.Reason, "application": strings.ToUpper(c.product[:1]) + c.product[1:],
				"time": millisOf(c.site.about.Now), "severity": h.Severity, "documentation": "https://confluence.atlassian.com/x/HjnRLg", "tag": h.Tag})
		}
	}
	c.json(obj{"statuses": out})
}

func (c *dcCall) hooksOf() table[hook] {
	return listed(c.in.hooks, nil).where(func(h hook) bool { return h.Product == c.product })
}

// hooksNine are Jira's webhooks until 9.x; they have no id but in their own address.
func (c *dcCall) hooksNine() {
	all := c.hooksOf()
	c.json(window(all, 0, all.n, func(h hook) any {
		filters := obj{}
		if h.JQL != "" {
			filters["issue-related-events-section"] = h.JQL
		}
		return obj{"name": h.Name, "url": h.URL, "excludeBody": h.NoBody, "filters": filters, "events": texts(h.Events), "enabled": !h.Disabled, "self": c.own("/rest/webhooks/1.0/webhook/" + itoa64(h.ID)),
			"lastUpdatedUser": "maja", "lastUpdatedDisplayName": "Maja Lindqvist", "lastUpdated": millisOf(h.Changed), "isSigned": false}
	}))
}

// hookBean is a webhook of the resource that came with Jira 10 and that Confluence has too: the filter
// and the body are in the configuration, as text.
func (c *dcCall) hookBean(h hook) obj {
	configuration := obj{}
	if c.product == "jira" {
		configuration["EXCLUDE_BODY"] = "false"
		if h.NoBody {
			configuration["EXCLUDE_BODY"] = "true"
		}
		if h.JQL != "" {
			configuration["FILTERS"] = `{"issue-related-events-section":"` + h.JQL + `"}`
		}
	}
	return obj{"id": h.ID, "name": h.Name, "createdDate": millisOf(h.Changed), "updatedDate": millisOf(h.Changed), "events": texts(h.Events), "configuration": configuration, "url": h.URL, "active": !h.Disabled, "scopeType": "global", "sslVerificationRequired": !h.NoTLS}
}

func (c *dcCall) hooksTen() {
	all := c.hooksOf()
	c.json(window(all, 0, all.n, func(h hook) any { return c.hookBean(h) }))
}

func (c *dcCall) hooksConfluence() { v1dc(c, c.hooksOf(), func(h hook) any { return c.hookBean(h) }) }

func (c *dcCall) backups() {
	out := []any{}
	limit := c.number("limit", 25)
	states := c.all("jobStates")
	for _, b := range c.in.backups {
		if len(out) == limit || c.q("jobOperation") != "" && c.q("jobOperation") != b.Operation || c.q("jobScope") != "" && c.q("jobScope") != b.Scope || len(states) > 0 && !slices.Contains(states, b.State) ||
			!c.who.may["confluence:administer"] && b.Owner != c.who.account.Name {
			continue
		}
		out = append(out, obj{"id": b.ID, "jobOperation": b.Operation, "jobScope": b.Scope, "jobState": b.State, "createTime": b.Created, "startProcessingTime": b.Created, "finishProcessingTime": orNil(b.Finished), "cancelTime": nil, "cancelledBy": nil,
			"owner": b.Owner, "fileName": "Confluence-site-export-" + itoa64(b.ID) + ".zip", "fileExists": b.State == "FINISHED", "fileDeleteTime": nil, "errorMessage": orNil(b.Error), "spaceKeys": texts(b.Spaces)})
	}
	c.json(out)
}

func (c *dcCall) ownTokens() {
	c.json([]any{obj{"id": 1, "name": "audit", "createdAt": "2026-08-01T08:00:00.000Z", "expiringAt": "2027-07-31T08:00:00.000Z", "lastAccessedAt": c.site.about.Now}})
}

// auditRecordsNine is Jira's older audit log, which Jira 10 has no more.
func (c *dcCall) auditRecordsNine() {
	auditPage(c.call, listed(c.site.jiraAudit, nil), func(e jiraEvent) any {
		o := obj{"id": e.ID, "summary": e.Summary, "created": jiraTime(e.Created), "category": e.Category, "eventSource": "Browser", "remoteAddress": e.Remote, "objectItem": e.Object, "changedValues": e.Changes, "associatedItems": e.Items}
		if a, ok := c.site.accounts.find(e.Author); ok {
			o["authorKey"] = c.jiraKey(a)
		}
		return o
	})
}

// event is one of the audit log of either product.
type event struct {
	created, author, remote, action, category string
	object                                    map[string]string
	changes, items                            []map[string]string
	id                                        int64
}

func (c *dcCall) events() []event {
	var out []event
	if c.product == "jira" {
		for _, e := range c.site.jiraAudit {
			out = append(out, event{e.Created, e.Author, e.Remote, e.Summary, e.Category, e.Object, e.Changes, e.Items, e.ID})
		}
		return out
	}
	for i, e := range c.site.confluenceAudit {
		out = append(out, event{e.Created, e.Author, e.Remote, e.Summary, e.Category, e.Object, e.Changes, nil, int64(9000 - i)})
	}
	return out
}

// auditEvents is the audit log of both: newest first, the place in the list is the time and number of an event.
func (c *dcCall) auditEvents() {
	from, to := utc(c.q("from")), utc(c.q("to"))
	found := listed(c.events(), nil).where(func(e event) bool {
		at := utc(e.created)
		return (from == "" || at >= from) && (to == "" || at <= to)
	})
	place := func(e event) string { return itoa64(millisOf(e.created)) + "," + itoa64(e.id) }
	start := c.number("offset", 0)
	if cursor := c.q("pageCursor"); cursor != "" {
		start = found.n
		for i := range found.n {
			if place(found.at(i)) == cursor {
				start = i + 1
			}
		}
	}
	size := c.size("limit")
	paging := obj{"lastPage": start+size >= found.n, "size": min(size, max(found.n-start, 0))}
	if start+size < found.n {
		cursor := place(found.at(start + size - 1))
		paging["nextPageCursor"] = cursor
		paging["nextPageLink"] = c.own("/rest/auditing/1.0/events?" + c.with(map[string]string{"pageCursor": cursor, "limit": itoa(size)}))
	}
	c.json(obj{"pagingInfo": paging, "entities": window(found, c.stutter(start), size, func(e event) any { return c.eventBean(e) })})
}

func (c *dcCall) eventBean(e event) obj {
	author := obj{"id": "-2", "name": "System", "type": "system", "uri": "", "avatarUri": ""}
	if a, ok := c.site.accounts.find(e.author); ok {
		key := c.jiraKey(a)
		if c.product == "confluence" {
			key = c.confluenceKey(a)
		}
		author = obj{"id": key, "name": a.Display, "type": "user", "uri": c.of.Base + "/secure/ViewProfile.jspa?name=" + a.Name, "avatarUri": ""}
	}
	affected, changed := []any{}, []any{}
	for _, o := range append([]map[string]string{e.object}, e.items...) {
		if o != nil {
			kind := o["typeName"] + o["type"]
			affected = append(affected, obj{"id": o["id"], "name": o["name"], "type": strings.ToUpper(kind), "uri": ""})
		}
	}
	for _, v := range e.changes {
		changed = append(changed, obj{"key": v["fieldName"] + v["name"], "i18nKey": "", "from": v["changedFrom"] + v["old"], "to": v["changedTo"] + v["new"]})
	}
	at, _ := time.Parse(time.RFC3339, e.created)
	return obj{"timestamp": at.UTC().Format("2006-01-02T15:04:05.000Z"), "author": author, "type": obj{"category": e.category, "categoryI18nKey": c.product + ".auditing.category", "action": e.action, "actionI18nKey": c.product + ".auditing.action", "area": "GLOBAL_CONFIG_AND_ADMINISTRATION", "level": "BASE"},
		"affectedObjects": affected, "changedValues": changed, "extraAttributes": []any{}, "source": e.remote, "system": c.of.Base, "node": "", "method": "Browser"}
}
