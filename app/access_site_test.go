package app

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"plumbline/store"
)

// randomSite makes up a small site and what is stored of it: people (deactivated, apps, guests), groups, schemes, roles, filters,
// dashboards, spaces of either model, on Cloud or Data Center.
func randomSite(r *rand.Rand) (*modelSite, []store.Object) {
	m := &modelSite{dc: r.IntN(3) == 0, roleOf: map[string][]string{}, schemes: map[string][]modelGrant{}, roles: map[string][]string{}, org: map[string]bool{}}
	b := &siteBuilder{r: r, m: m}
	info := map[string]any{}
	if b.addressed = r.IntN(4) > 0; b.addressed {
		info["baseUrl"] = "https://harbourline.example"
	}
	b.add("jira_instance", []string{"jira"}, map[string]any{"serverInfo": info})
	b.add("confluence_instance", []string{"confluence"}, map[string]any{})
	b.people()
	b.jira()
	b.shares()
	b.confluence()
	return m, b.objects
}

// siteBuilder writes each thing twice: into the model, and as the API would tell it.
type siteBuilder struct {
	r       *rand.Rand
	m       *modelSite
	objects []store.Object
	grants  int

	addressed bool // the site tells its address
}

func (b *siteBuilder) add(resource string, key []string, body map[string]any) {
	b.objects = append(b.objects, object(resource, key, body))
}

// of are the people or groups that a product knows.
func (b *siteBuilder) of(product string) (users []modelUser, groups []*modelGroup) {
	for _, u := range b.m.users {
		if !b.m.dc || u.jira == (product == "jira") {
			users = append(users, u)
		}
	}
	for _, g := range b.m.groups {
		if !b.m.dc || g.product == product {
			groups = append(groups, g)
		}
	}
	return users, groups
}

func (b *siteBuilder) people() {
	for i := range 2 + b.r.IntN(5) {
		u := modelUser{id: fmt.Sprint("u", i), name: fmt.Sprint("name", i), jira: true, confluence: true}
		active := b.r.IntN(5) > 0
		if !b.m.dc {
			b.add("jira_user", []string{u.id}, map[string]any{"accountId": u.id, "accountType": one(b.r, []string{"atlassian", "atlassian", "app", "customer"}), "active": active, "guest": b.r.IntN(4) == 0, "displayName": u.name})
		} else if u.jira = b.r.IntN(2) == 0; u.jira {
			b.add("jira_user", []string{u.id}, map[string]any{"key": u.id, "name": u.name, "active": active})
		} else {
			b.add("confluence_user", []string{u.id}, map[string]any{"userKey": u.id, "username": u.name, "type": "known", "status": one(b.r, []string{"current", "deactivated"})})
		}
		b.m.users = append(b.m.users, u)
	}
	for i := range b.r.IntN(5) {
		g := &modelGroup{id: fmt.Sprint("g", i), name: fmt.Sprint("group", i)}
		body := map[string]any{"groupId": g.id, "name": g.name}
		if b.m.dc {
			g.product = one(b.r, []string{"jira", "confluence"})
			g.id = store.Key(g.product, g.name)
			body = map[string]any{"product": g.product, "name": g.name}
		} else {
			g.jira, g.confluence = pick(b.r, []string{"user", "admin", "site-admin"}, 0.25), pick(b.r, []string{"user", "admin"}, 0.25)
			body["jiraAccess"], body["confluenceAccess"] = append([]string{}, g.jira...), append([]string{}, g.confluence...)
		}
		b.m.groups = append(b.m.groups, g)
		b.objects = append(b.objects, store.Object{Resource: "directory_group", Key: g.id, Body: object("", nil, body).Body})
		users, _ := b.of(g.product)
		for _, u := range pick(b.r, users, 0.5) {
			g.members = append(g.members, u.id)
			member := map[string]any{"groupId": g.id, "accountId": u.id}
			if b.m.dc {
				member = map[string]any{"product": g.product, "groupName": g.name, map[string]string{"jira": "key", "confluence": "userKey"}[g.product]: u.id}
			}
			b.objects = append(b.objects, store.Object{Resource: "directory_group_member", Key: g.id + "\x1f" + u.id, Body: object("", nil, member).Body})
		}
	}
	if !b.m.dc {
		b.organisation()
	}
	users, groups := b.of("jira")
	for _, application := range []string{"jira-software", "jira-servicedesk"} {
		for _, g := range pick(b.r, groups, 0.3) {
			b.m.roleOf[application] = append(b.m.roleOf[application], g.id)
			body := map[string]any{"roleKey": application, "groupId": g.id, "name": g.name}
			if b.m.dc {
				body = map[string]any{"roleKey": application, "product": "jira", "name": g.name}
			}
			b.add("jira_application_role_group", []string{application, g.name}, body)
		}
	}
	for _, u := range users {
		if b.r.Float64() > map[bool]float64{false: 0.1, true: 0.6}[b.m.inOrg(u.id)] {
			continue
		}
		b.m.admins = append(b.m.admins, u.id)
		b.add("jira_global_permission", []string{u.id, "ADMINISTER"}, map[string]any{map[bool]string{true: "key", false: "accountId"}[b.m.dc]: u.id, "permission": "ADMINISTER"})
	}
}

// organisation gives roles in it: of an administrator, and of one of its sites alone, which gives no access.
func (b *siteBuilder) organisation() {
	host := one(b.r, []string{"", "https://harbourline.example", "https://harbourline.example/", "https://harbourline"})
	if host != "" {
		b.m.foreign = b.addressed && host == "https://harbourline"
		b.add("org_workspace", []string{"w"}, map[string]any{"id": "w", "attributes": map[string]any{"hostUrl": host}})
	}
	role := func() string { return one(b.r, []string{"atlassian/org-admin", "atlassian/site-admin"}) }
	for _, g := range pick(b.r, b.m.groups, 0.3) {
		r := role()
		g.org = r == "atlassian/org-admin"
		b.add("org_group_role", []string{"d", g.id, "r", r}, map[string]any{"directoryId": "d", "groupId": g.id, "resourceId": "r", "role": r})
	}
	for _, u := range b.m.users {
		if b.r.Float64() > map[bool]float64{false: 0.15, true: 0.6}[b.m.inOrg(u.id)] {
			continue
		}
		r, methods := role(), one(b.r, [][]string{nil, {"direct"}, {"group_direct"}, {"inferred", "direct"}})
		body := map[string]any{"accountId": u.id, "role": r}
		if methods != nil {
			body["roleAssignmentMethods"] = methods
		}
		if r == "atlassian/org-admin" {
			b.m.org[u.id] = methods == nil || methods[len(methods)-1] == "direct"
		}
		b.add("org_user_role", []string{u.id, r, ""}, body)
	}
}

func (b *siteBuilder) jira() {
	users, groups := b.of("jira")
	for i := range 1 + b.r.IntN(3) {
		scheme := fmt.Sprint(100 + i)
		b.m.schemes[scheme] = []modelGrant{}
		for range b.r.IntN(14) {
			b.grant(scheme, users, groups)
		}
	}
	for i := range 1 + b.r.IntN(3) {
		p := &modelProject{id: fmt.Sprint(10 + i), scheme: fmt.Sprint(100 + b.r.IntN(len(b.m.schemes))), own: !b.m.dc && b.r.IntN(4) == 0, actors: map[string][]string{}}
		body := map[string]any{"id": p.id, "key": fmt.Sprint("P", i), "name": "Project"}
		if len(users) > 0 && b.r.IntN(3) > 0 {
			p.lead = one(b.r, users).id
			body["lead"] = map[string]any{map[bool]string{true: "key", false: "accountId"}[b.m.dc]: p.lead}
		}
		if p.own { // a team-managed project: the scheme is its own and names it
			p.scheme = "own" + p.id
			b.m.schemes[p.scheme] = []modelGrant{}
			for range b.r.IntN(5) {
				b.grant(p.scheme, users, groups)
			}
			b.add("jira_permission_scheme", []string{p.scheme}, map[string]any{"id": p.scheme, "scope": map[string]any{"type": "PROJECT", "project": map[string]any{"id": p.id}}})
		} else {
			b.add("jira_project_scheme", []string{p.id, p.scheme}, map[string]any{"projectId": p.id, "id": p.scheme})
		}
		b.add("jira_project", []string{p.id}, body)
		for _, role := range []string{"7", "8"} {
			for _, u := range pick(b.r, users, 0.25) {
				p.actors[role] = append(p.actors[role], "u:"+u.id)
				actor := map[string]any{"projectId": p.id, "roleId": role, "type": "atlassian-user-role-actor", "actorUser": map[string]any{"accountId": u.id}}
				if b.m.dc { // by the log-in name, in some versions by the key
					actor = map[string]any{"projectId": p.id, "roleId": role, "type": "atlassian-user-role-actor", "product": "jira", "name": one(b.r, []string{u.name, u.id})}
				}
				b.add("jira_role_actor", []string{p.id, role, "user", u.id}, actor)
			}
			for _, g := range pick(b.r, groups, 0.25) {
				p.actors[role] = append(p.actors[role], "g:"+g.id)
				actor := map[string]any{"projectId": p.id, "roleId": role, "type": "atlassian-group-role-actor", "actorGroup": map[string]any{"groupId": g.id, "name": g.name}}
				if b.m.dc {
					actor = map[string]any{"projectId": p.id, "roleId": role, "type": "atlassian-group-role-actor", "product": "jira", "name": g.name}
				}
				b.add("jira_role_actor", []string{p.id, role, "group", g.name}, actor)
			}
		}
		b.m.projects = append(b.m.projects, p)
	}
}

// grant adds a grant to a scheme, also of kinds that make nobody's access: for issues alone, of no level, of an app.
func (b *siteBuilder) grant(scheme string, users []modelUser, groups []*modelGroup) {
	b.grants++
	g := modelGrant{permission: one(b.r, []string{"BROWSE_PROJECTS", "BROWSE_PROJECTS", "BROWSE_PROJECTS", "EDIT_ISSUES", "CREATE_ISSUES", "ADD_COMMENTS", "TRANSITION_ISSUES", "ADMINISTER_PROJECTS", "VIEW_DEV_TOOLS", "com.app__permission"}),
		kind: one(b.r, []string{"projectRole", "projectRole", "group", "group", "user", "projectLead", "anyone", "applicationRole", "reporter", "userCustomField"})}
	holder := map[string]any{"type": g.kind}
	switch g.kind {
	case "projectRole":
		g.who = one(b.r, []string{"7", "8"})
		holder["parameter"], holder["value"] = g.who, g.who
	case "group":
		if len(groups) == 0 {
			return
		}
		group := one(b.r, groups)
		g.who, holder["parameter"] = group.id, group.name
		if !b.m.dc && b.r.IntN(3) > 0 { // else it is only named
			holder["value"] = group.id
		}
	case "user":
		if len(users) == 0 {
			return
		}
		u := one(b.r, users)
		if g.who, holder["parameter"] = u.id, u.id; b.m.dc {
			holder["parameter"] = one(b.r, []string{u.id, u.name})
		}
	case "applicationRole":
		if g.who = one(b.r, []string{"", "jira-software", "jira-servicedesk"}); g.who != "" {
			holder["parameter"] = g.who
		}
	}
	body := map[string]any{"schemeId": scheme, "id": b.grants, "permission": g.permission, "holder": holder}
	if b.m.dc {
		body["product"] = "jira"
	}
	b.m.schemes[scheme] = append(b.m.schemes[scheme], g)
	b.add("jira_permission_grant", []string{scheme, fmt.Sprint(b.grants)}, body)
}

func (b *siteBuilder) shares() {
	users, groups := b.of("jira")
	for i := range b.r.IntN(4) {
		s := &modelShared{kind: one(b.r, []string{"filter", "dashboard"}), id: fmt.Sprint(500 + i)}
		if b.m.dc {
			s.kind = "filter" // of dashboards Data Center tells the name alone
		}
		body, account := map[string]any{"id": s.id, "name": "Shared"}, map[bool]string{true: "key", false: "accountId"}[b.m.dc]
		if len(users) > 0 && b.r.IntN(3) > 0 {
			s.owner = one(b.r, users).id
			body["owner"] = map[string]any{account: s.owner}
		}
		b.add("jira_"+s.kind, []string{s.id}, body)
		seen := map[modelShare]bool{}
		for range b.r.IntN(4) {
			share := modelShare{kind: one(b.r, []string{"user", "group", "global", "loggedin", "project", "projectRole"}), edit: b.r.IntN(3) == 0}
			told := map[string]any{s.kind + "Id": s.id, "access": map[bool]string{true: "edit", false: "view"}[share.edit], "type": share.kind}
			switch share.kind {
			case "user":
				if len(users) == 0 {
					continue
				}
				share.target = one(b.r, users).id
				told["user"] = map[string]any{account: share.target}
			case "group":
				if len(groups) == 0 {
					continue
				}
				g := one(b.r, groups)
				share.target = g.id
				told["group"] = map[string]any{"name": g.name, "groupId": g.id}
				if b.m.dc {
					told["group"], told["product"] = map[string]any{"name": g.name}, "jira"
				} else if b.r.IntN(3) == 0 {
					told["group"] = map[string]any{"name": g.name}
				}
			case "project", "projectRole":
				share.target = one(b.r, b.m.projects).id
				told["project"] = map[string]any{"id": share.target}
				if share.kind == "projectRole" {
					share.role = one(b.r, []string{"7", "8"})
					told["role"] = map[string]any{"id": share.role}
				}
			}
			if seen[share] {
				continue
			}
			seen[share] = true
			s.shares = append(s.shares, share)
			b.add("jira_"+s.kind+"_share", []string{s.id, fmt.Sprint(len(s.shares))}, told)
		}
		b.m.shared = append(b.m.shared, s)
	}
}

var modelOperations = []string{"read/space", "read/space", "create/page", "create/comment", "delete/space", "update/page", "administer/space", "restrict_content/space", "export/space", "read/page"}

func (b *siteBuilder) confluence() {
	users, groups := b.of("confluence")
	if !b.m.dc {
		b.m.mode = one(b.r, []string{"", "PRE_ROLES", "ROLES", "ROLES_TRANSITION"})
		if b.m.mode != "" {
			b.add("confluence_space_role_mode", []string{"confluence"}, map[string]any{"mode": b.m.mode})
		}
		for _, role := range []string{"r1", "r2", "r3"} {
			b.m.roles[role] = pick(b.r, modelOperations[1:], 0.3)
			b.add("confluence_space_role", []string{role}, map[string]any{"id": role, "name": role, "spacePermissions": append([]string{}, b.m.roles[role]...)})
		}
	}
	for i := range b.r.IntN(3) {
		s := &modelSpace{id: fmt.Sprint(900 + i)}
		b.add("confluence_space", []string{s.id}, map[string]any{"id": s.id, "key": fmt.Sprint("S", i)})
		for range b.r.IntN(8) {
			b.permission(s, users, groups)
		}
		b.m.spaces = append(b.m.spaces, s)
		if !b.m.dc {
			b.assign(s, users, groups)
		}
	}
	if !b.m.dc {
		return
	}
	for _, g := range groups {
		for _, operation := range pick(b.r, []string{"use", "administer"}, 0.3) {
			b.m.global = append(b.m.global, modelGlobal{"group", g.id, operation})
			b.add("confluence_global_permission", []string{"group", g.name, operation}, map[string]any{"principal": map[string]any{"type": "group", "id": g.id, "name": g.name}, "operation": operation, "targetType": "application"})
		}
	}
	for _, u := range pick(b.r, users, 0.1) {
		b.m.global = append(b.m.global, modelGlobal{"user", u.id, "administer"})
		b.add("confluence_global_permission", []string{"user", u.id, "administer"}, map[string]any{"principal": map[string]any{"type": "user", "id": u.id}, "operation": "administer", "targetType": "system"})
	}
}

func (b *siteBuilder) permission(s *modelSpace, users []modelUser, groups []*modelGroup) {
	g := modelGrant{permission: one(b.r, modelOperations), kind: one(b.r, []string{"user", "group", "group", "anonymous"})}
	operation, target, _ := strings.Cut(g.permission, "/")
	subject := map[string]any{"type": g.kind}
	principal := map[string]any{"type": g.kind}
	switch {
	case g.kind == "user" && len(users) > 0:
		g.who = one(b.r, users).id
		subject["userKey"], principal["id"] = g.who, g.who
	case g.kind == "group" && len(groups) > 0:
		group := one(b.r, groups)
		g.who = group.id
		subject["name"], principal["id"] = group.name, g.who
	case g.kind == "anonymous":
		principal = map[string]any{"type": "role", "id": "ANONYMOUS"}
	default:
		return
	}
	for _, o := range s.permissions {
		if o == g {
			return
		}
	}
	body := map[string]any{"spaceId": s.id, "principal": principal, "operation": map[string]any{"key": operation, "targetType": target}}
	if b.m.dc {
		told := map[string]string{"delete": "delete_own", "restrict_content": "restrict"}[operation]
		if told == "" {
			told = operation
		}
		body = map[string]any{"spaceId": s.id, "subject": subject, "operation": map[string]any{"operationKey": told, "targetType": target}}
	}
	s.permissions = append(s.permissions, g)
	b.add("confluence_space_permission", []string{s.id, fmt.Sprint(len(s.permissions))}, body)
}

func (b *siteBuilder) assign(s *modelSpace, users []modelUser, groups []*modelGroup) {
	give := func(kind, told, who string) {
		for _, role := range pick(b.r, []string{"r1", "r2", "r3"}, 0.15) {
			s.assigned = append(s.assigned, modelGrant{role, kind, who})
			b.add("confluence_space_role_assignment", []string{s.id, told, who, role}, map[string]any{"spaceId": s.id, "roleId": role, "principal": map[string]any{"principalType": told, "principalId": who}})
		}
	}
	for _, u := range users {
		give("user", "USER", u.id)
	}
	for _, g := range groups {
		give("group", "GROUP", g.id)
	}
	for _, class := range []string{"anonymous-users", "authenticated-users", "all-licensed-users", "all-product-admins", "jsm-project-admins"} {
		give("class", "ACCESS_CLASS", class)
	}
}
