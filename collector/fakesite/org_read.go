package fakesite

import (
	"slices"
	"strings"
	"time"
)

// organisation reads the files org*.json. The accounts and groups are the site's own.
func (r *reader) organisation(st *site) {
	st.orgKeys = read[OrgKey](r, "org_signins")
	for _, o := range read[organisation](r, "org") {
		st.orgs = append(st.orgs, r.oneOrganisation(st, o))
	}
}

func (r *reader) oneOrganisation(st *site, o organisation) *organisation {
	o.workspaces, o.domains, o.policies = read[orgWorkspace](r, "org_workspaces"), read[orgDomain](r, "org_domains"), read[orgPolicy](r, "org_policies")
	for i := range o.workspaces {
		o.workspaces[i].ID = strings.ReplaceAll(o.workspaces[i].ID, "SITE", st.about.CloudID)
	}
	who := func(name string) account {
		a, _ := st.accounts.find(r.account(name))
		return a
	}
	o.tokens, o.keys = read[orgToken](r, "org_tokens"), read[orgToken](r, "org_keys")
	for _, list := range [][]orgToken{o.tokens, o.keys} {
		for i := range list {
			list[i].owner = who(list[i].Owner)
		}
	}
	o.services = read[orgService](r, "org_services")
	for i := range o.services {
		o.services[i].account, o.services[i].Creator = who(o.services[i].Account), r.account(o.services[i].Creator)
	}
	o.clients = read[orgClient](r, "org_clients")
	for i := range o.clients {
		o.clients[i].account, o.clients[i].creator = who(o.clients[i].Account), who(o.clients[i].Creator)
	}
	for _, e := range read[orgEvent](r, "org_events") {
		if e.Time > st.about.Now {
			continue // it has not happened yet
		}
		e.actor = who(e.Actor)
		for _, c := range e.Context {
			if c["account"] != "" {
				c["id"], c["type"] = r.account(c["account"]), "users"
				delete(c, "account")
			}
		}
		o.events = append(o.events, e)
	}
	gives := map[string][]orgRole{}
	for _, g := range read[orgGroup](r, "org_groups") {
		r.lines(g.Roles, func(_ int, text string) {
			role, resource, _ := strings.Cut(text, " on ")
			gives[r.group(g.Group)] = append(gives[r.group(g.Group)], orgRole{resource: strings.ReplaceAll(resource, "SITE", st.about.CloudID), owner: "platform", roles: []string{"atlassian/" + role}})
		})
	}
	entries := read[orgUser](r, "org_users")
	for i := range o.Directories {
		d := &o.Directories[i]
		d.users = r.orgUsers(st, &o, d, i == 0, entries)
		d.roles = func(g group) []orgRole { return append(st.groupRoles(g), gives[g.ID]...) }
		d.group = st.groups
		if i > 0 {
			d.group = listed[group](nil, nil)
		}
	}
	return &o
}

// orgGroup is what a group gives beside the products that it opens.
type orgGroup struct {
	Group string   `json:"group"`
	Roles []string `json:"roles"` // lines: "org-admin on ari:cloud:platform::org/ID from 2026-09-01"
}

// groupRoles are the roles on products that a group's access comes from.
func (st *site) groupRoles(g group) []orgRole {
	var all []orgRole
	add := func(product, key string, access []string) {
		for _, a := range access {
			role := map[string]string{"user": "atlassian/user", "admin": "atlassian/admin", "site-admin": "atlassian/site-admin"}[a]
			all = append(all, orgRole{resource: "ari:cloud:" + product + "::site/" + st.about.CloudID, owner: key, roles: []string{role}, standard: "atlassian/user"})
		}
	}
	add("jira", "jira-software", g.Jira)
	add("confluence", "confluence", g.Confluence)
	return all
}

func (r *reader) orgUsers(st *site, o *organisation, d *orgDirectory, first bool, entries []orgUser) table[orgUser] {
	said := map[string]orgUser{}
	for _, e := range entries {
		if e.Directory == d.ID || e.Directory == "" && first {
			said[r.account(e.Account)] = e
		}
	}
	var users []orgUser
	for _, a := range st.accounts.all() {
		u, different := said[a.ID]
		if a.Type != "atlassian" || u.Absent || !different && !first {
			continue
		}
		users = append(users, r.orgUser(st, o, first, a, u))
	}
	return listed(users, func(u orgUser) []string { return []string{u.Account} })
}

func (r *reader) orgUser(st *site, o *organisation, first bool, a account, u orgUser) orgUser {
	u.Account, u.account = a.ID, a
	_, domain, _ := strings.Cut(a.Email, "@")
	own := slices.ContainsFunc(o.domains, func(d orgDomain) bool { return d.Name == domain && d.Status == "verified" })
	orElse := func(s *string, otherwise string) {
		if *s == "" {
			*s = otherwise
		}
	}
	pick := func(yes bool, a, b string) string {
		if yes {
			return a
		}
		return b
	}
	orElse(&u.Status, pick(a.Status == "closed", "closed", pick(a.Inactive, "inactive", "active")))
	orElse(&u.Membership, "active")
	orElse(&u.Claim, pick(own, "managed", "unmanaged"))
	orElse(&u.Source, pick(u.Claim == "managed", "synced", "invited"))
	orElse(&u.Factor, pick(u.Claim == "managed", "yes", "untold"))
	orElse(&u.Added, "2023-05-02")
	orElse(&u.Policy, "2f7c8a10-5b0d-4c6f-9e21-0c5d8f4b7a11")
	var roles []string
	r.lines(u.Roles, func(_ int, text string) { roles = append(roles, "atlassian/"+text) })
	u.Roles = roles
	added, err := time.Parse(time.DateOnly, u.Added)
	if err != nil {
		r.fail("org_users.json, %s: %v", a.Name, err)
	}
	u.since = added.Add(9 * time.Hour).UnixMilli()
	last := u.lastSeen(r, st.about.Now)
	if !first {
		for _, p := range u.Products {
			key, id, _ := strings.Cut(p, " ")
			u.products = append(u.products, orgProduct{key, id, last})
		}
		return u
	}
	used := map[string]string{}
	r.lines(u.Used, func(_ int, text string) {
		product, day, _ := strings.Cut(text, " ")
		used[product] = day + "T11:20:00.000Z"
	})
	for _, id := range st.memberOf(a) {
		g, _ := st.groups.find(id)
		u.groups = append(u.groups, g.ID)
		for _, role := range st.groupRoles(g) {
			if role.roles[0] == "atlassian/user" && !slices.ContainsFunc(u.products, func(p orgProduct) bool { return p.id == role.resource }) {
				p := orgProduct{role.owner, role.resource, last}
				if when, ok := used[p.key]; ok {
					p.last = when
				}
				u.products = append(u.products, p)
			}
		}
	}
	return u
}

// lastSeen is when the account was last active: as its entry says, else a few days before.
func (u *orgUser) lastSeen(r *reader, now string) string {
	switch u.Seen {
	case "never":
		return ""
	case "":
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			r.fail("site.json: %v", err)
		}
		return at.Add(-time.Duration(5+number(u.Account)%200) * time.Hour).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return u.Seen + "T15:40:00.000Z"
}
