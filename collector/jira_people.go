package collector

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"

	"plumbline/store"
)

// permissionChecks is how many accounts are asked about their global permissions at most: one request each.
const permissionChecks = 2000

// globalPermissions are those that a rule reads. No call lists who holds them.
var globalPermissions = []string{"ADMINISTER", "SYSTEM_ADMIN", "USER_PICKER", "BULK_CHANGE"}

// jiraPeople is who there is: accounts, groups, who is in them, and who holds a global permission.
func jiraPeople() []Resource {
	groups := Source{
		API: JiraAPI, Path: "/rest/api/3/group/bulk", Pager: Offset(1000), Items: "values",
		Keep:     []string{"groupId", "name"},
		Classic:  []string{"read:jira-user"},
		Granular: []string{"read:group:jira"},
		Doc:      docJira3 + "api-group-groups/#api-rest-api-3-group-bulk-get",
	}
	wikiGroups := Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/group", Pager: V1(200), Items: "results",
		Keep:     []string{"id", "name", "managedBy", "usageType"},
		Classic:  []string{"read:confluence-groups"},
		Granular: []string{"read:group:confluence"},
		Doc:      docConfluence1 + "api-group-group/#api-wiki-rest-api-group-get",
	}
	return []Resource{
		{
			Name:    "jira_user",
			About:   "An account as Jira lists it: its id and kind, whether it is active or a guest, its name and e-mail address where their owner lets them be seen.",
			Product: Jira, Revision: 1, Lists: All, Permission: "USER_PICKER",
			Keep:     []string{"accountId", "accountType", "appType", "active", "guest", "displayName", "emailAddress"},
			Personal: []string{"displayName", "emailAddress"},
			Key:      []string{"accountId"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/users/search", Pager: OffsetArray(1000),
				Classic:  []string{"read:jira-user"},
				Granular: []string{"read:user:jira", "read:application-role:jira", "read:avatar:jira", "read:group:jira"},
				Doc:      docJira3 + "api-group-users/#api-rest-api-3-users-search-get",
			}},
		},
		{
			Name:    "directory_group",
			About:   "A group of the site, which Jira and Confluence share: its name, and whether it opens or administers either product.",
			Product: Platform, Revision: 1, Lists: All, Permission: "USER_PICKER",
			Keep:  []string{"groupId", "name", "jiraAccess[]", "confluenceAccess[]", "managedBy", "usageType"},
			Key:   []string{"groupId"},
			Union: true,
			Sources: slices.Concat(
				[]Source{groups}, byAccess(groups),
				[]Source{wikiGroups}, byAccess(wikiGroups),
			),
			Collect: collectGroups,
		},
		{
			Name:    "directory_group_member",
			About:   "An account in a group: its id and kind, whether it is active, and its name where its owner lets it be seen.",
			Product: Platform, Revision: 1, Lists: All, Permission: "USER_PICKER|ADMINISTER",
			Each: "directory_group", ByParent: true,
			Keep:     []string{"accountId", "accountType", "active", "displayName"},
			Personal: []string{"displayName"},
			Key:      []string{"^groupId", "accountId"},
			With:     map[string]string{"groupId": "^groupId"},
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/group/member", Query: "groupId={groupId}&includeInactiveUsers=true",
					Pager: Offset(50), Items: "values",
					Classic:  []string{"manage:jira-configuration"},
					Granular: []string{"read:group:jira", "read:user:jira", "read:avatar:jira"},
					Doc:      docJira3 + "api-group-groups/#api-rest-api-3-group-member-get",
				},
				{
					API: ConfluenceAPI, Path: "/wiki/rest/api/group/{groupId}/membersByGroupId", Pager: V1(200), Items: "results",
					Classic:  []string{"read:confluence-groups"},
					Granular: []string{"read:group:confluence", "read:user:confluence"},
					Doc:      docConfluence1 + "api-group-group/#api-wiki-rest-api-group-groupid-membersbygroupid-get",
				},
			},
		},
		{
			Name:    "jira_global_permission",
			About:   "A global permission of Jira that an account holds, asked account by account: administrators' groups first, then active accounts up to a bound.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			After: []string{"directory_group", "directory_group_member", "jira_user"},
			Keep:  []string{"accountId", "permission"},
			Key:   []string{"accountId", "permission"},
			Union: true,
			Sources: []Source{
				{
					API: JiraAPI, Method: http.MethodPost, Path: "/rest/api/3/permissions/check", Pager: Single(), Items: ".",
					Body: func(account Item) any {
						return Item{"accountId": account["accountId"], "globalPermissions": account["permissions"]}
					},
					Keep:     []string{"globalPermissions[]"},
					Classic:  []string{"read:jira-work"}, // the page announces it; the document lists none
					Granular: []string{"read:permission:jira"},
					Doc:      docJira3 + "api-group-permissions/#api-rest-api-3-permissions-check-post",
				},
				{
					API: JiraAPI, Path: "/rest/api/3/permissions", Pager: Single(), Items: ".",
					Keep:     []string{"permissions.*.key"},
					Classic:  []string{"manage:jira-configuration"},
					Granular: []string{"read:permission:jira"},
					Doc:      docJira3 + "api-group-permissions/#api-rest-api-3-permissions-get",
				},
			},
			Collect: func(ctx context.Context, w *Walk) error { return collectGlobalPermissions(ctx, w, permissionChecks) },
		},
	}
}

// accessTypes are what a group can open of a product, as both products spell it.
var accessTypes = []string{"user", "admin", "site-admin"}

// byAccess asks for the groups of each access type.
func byAccess(groups Source) []Source {
	var sources []Source
	for _, access := range accessTypes {
		groups.Query = "accessType=" + access
		sources = append(sources, groups)
	}
	return sources
}

// collectGroups joins the lists of both products by group id: all groups, and those of each access type. An access that
// was not told is absent from the body; one that no group has is an empty list.
func collectGroups(ctx context.Context, w *Walk) error {
	groups := map[string]Item{}
	group := func(id, name string) Item {
		if groups[id] == nil {
			groups[id] = Item{"groupId": id, "name": name}
		}
		return groups[id]
	}
	perProduct := 1 + len(accessTypes)
	all := w.resource.Sources
	products := []struct {
		product Product
		sources []Source
		id      string // member that is the group's id
		access  string // member of the body
	}{
		{Jira, all[:perProduct], "groupId", "jiraAccess"},
		{Confluence, all[perProduct:], "id", "confluenceAccess"},
	}
	var refusals []*Refusal
	var whole []string // accesses of which every list was read: a group that is on none has none
	listed := false
	for _, p := range products {
		if !w.Has(p.product) {
			continue
		}
		told := 0
		for i, src := range p.sources {
			before := w.part.reasons()
			err := each(w.Fetch(ctx, src, nil), func(item Item) {
				id := textAt(item, p.id)
				if id == "" {
					w.Partly("a group without an id")
					return
				}
				g := group(id, textAt(item, "name"))
				for _, name := range []string{"managedBy", "usageType"} {
					if v, ok := item[name]; ok {
						g[name] = v
					}
				}
				if i > 0 {
					access, _ := g[p.access].([]any)
					if !slices.Contains(access, any(accessTypes[i-1])) {
						g[p.access] = append(access, accessTypes[i-1])
					}
				}
			})
			if refusal := Refused(err); refusal != nil {
				refusals = append(refusals, refusal)
				refusedShare(w, src, refusal)
				if i == 0 {
					break // what may not be listed at all may not be listed by access either
				}
				continue
			}
			if err != nil {
				return err
			}
			if i == 0 {
				listed = true
				if w.part.reasons() == before {
					w.AllMet() // both products list the groups of the one directory
				}
			} else {
				told++
			}
		}
		if told == len(accessTypes) {
			whole = append(whole, p.access)
		}
	}
	if !listed {
		if len(refusals) > 0 {
			return refusals[0]
		}
		return &Refusal{Outcome: store.Unavailable, Reason: "the site has neither Jira nor Confluence"}
	}
	for id, g := range groups {
		for _, access := range whole {
			if g[access] == nil {
				g[access] = []any{}
			}
		}
		w.Emit(Made{[]string{id}, g})
	}
	return nil
}

// each calls fn for every item until the list ends, and returns why it ended early.
func each(items iter.Seq2[Item, error], fn func(Item)) error {
	for item, err := range items {
		if err != nil {
			return err
		}
		fn(item)
	}
	return nil
}

// collectGlobalPermissions asks about one account after the other, for there is no list of who holds a global
// permission: bound of them at most. Only somebody who may administer Jira is told about others.
func collectGlobalPermissions(ctx context.Context, w *Walk, bound int) error {
	accounts, err := accountsToCheck(ctx, w)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		return &Refusal{Outcome: store.Skipped, Reason: "no account is known to ask about", Missing: w.lacked("jira_user")}
	}
	if w.Outcome("jira_user") != store.Complete {
		w.Partly(fmt.Sprintf("jira_user is %s: accounts that it lacks were not asked about", w.Outcome("jira_user")))
	}
	if len(accounts) > bound {
		accounts = accounts[:bound]
		w.Bounded(bound)
	}
	me := w.Vantage().Account
	known, err := knownPermissions(ctx, w, cmp.Or(me, accounts[0]))
	if err != nil {
		return err
	}
	check := w.resource.Sources[0]
	if i := slices.IndexFunc(accounts, func(id string) bool { return id != me }); i >= 0 {
		err := each(w.Fetch(ctx, check, Item{"accountId": accounts[i], "permissions": known}), func(Item) {})
		if refusal := Refused(err); refusal == nil && err != nil || refusal != nil && refusal.Outcome == store.Denied {
			return err // one request tells what two thousand would
		}
	}
	parents := func(yield func(Object, error) bool) {
		for _, id := range accounts {
			if !yield(Object{store.Key(id), Item{"accountId": id, "permissions": known}}, nil) {
				return
			}
		}
	}
	return w.Each(ctx, parents, func(ctx context.Context, part *Walk) error {
		_, account := part.Parent()
		return each(part.Fetch(ctx, check, account), func(answer Item) { part.Emit(permissionsHeld(answer, account)...) })
	})
}

// permissionsHeld makes an object of each permission granted; what was not asked for is not taken.
func permissionsHeld(answer, account Item) []Made {
	var made []Made
	id := textAt(account, "accountId")
	for _, permission := range texts(answer, "globalPermissions") {
		if slices.Contains(globalPermissions, permission) {
			made = append(made, Made{[]string{id, permission}, Item{"accountId": id, "permission": permission}})
		}
	}
	return made
}

// accountsToCheck returns the members of groups that administer Jira, then every other active account, customers last:
// each of the three in the order of ids.
func accountsToCheck(ctx context.Context, w *Walk) ([]string, error) {
	administer := map[string]bool{}
	for g, err := range w.Seen(ctx, "directory_group") {
		if err != nil {
			return nil, err
		}
		access := texts(g.Body, "jiraAccess")
		if slices.Contains(access, "admin") || slices.Contains(access, "site-admin") {
			administer[textAt(g.Body, "groupId")] = true
		}
	}
	rank := map[string]int{}
	if len(administer) > 0 {
		for m, err := range w.Seen(ctx, "directory_group_member") {
			if err != nil {
				return nil, err
			}
			if administer[textAt(m.Body, "groupId")] {
				rank[textAt(m.Body, "accountId")] = 1
			}
		}
	}
	for u, err := range w.Seen(ctx, "jira_user") {
		if err != nil {
			return nil, err
		}
		id := textAt(u.Body, "accountId")
		switch {
		case rank[id] != 0 || u.Body["active"] != true:
		case u.Body["accountType"] == "customer":
			rank[id] = 3
		default:
			rank[id] = 2
		}
	}
	accounts := slices.Collect(maps.Keys(rank))
	slices.SortFunc(accounts, func(a, b string) int { return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b)) })
	return accounts, nil
}

// knownPermissions returns those of globalPermissions that the site knows, asked about the account itself, which anybody
// may. A check that names another is refused as a whole (400): then the definitions say which are known, or, where they may
// not be read, each is tried by itself.
func knownPermissions(ctx context.Context, w *Walk, account string) ([]string, error) {
	check, definitions := w.resource.Sources[0], w.resource.Sources[1]
	ask := func(permissions ...string) error {
		return each(w.Fetch(ctx, check, Item{"accountId": account, "permissions": permissions}), func(Item) {})
	}
	unknownName := func(err error) bool {
		refusal := Refused(err)
		return refusal != nil && refusal.Status == http.StatusBadRequest
	}
	refused := ask(globalPermissions...)
	if !unknownName(refused) {
		return globalPermissions, refused
	}
	var known []string
	err := each(w.Fetch(ctx, definitions, nil), func(item Item) {
		defined, _ := item["permissions"].(Item)
		for _, permission := range globalPermissions {
			if _, ok := defined[permission]; ok {
				known = append(known, permission)
			}
		}
	})
	if err != nil && Refused(err) == nil {
		return nil, err
	}
	if len(known) > 0 {
		if err := ask(known...); !unknownName(err) {
			return known, err
		}
	}
	known = nil
	for _, permission := range globalPermissions {
		if err := ask(permission); err == nil {
			known = append(known, permission)
		} else if !unknownName(err) {
			return nil, err
		}
	}
	if len(known) == 0 {
		return nil, refused
	}
	return known, nil
}
