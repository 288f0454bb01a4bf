package collector

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"plumbline/store"
)

const (
	// lastActivePerMinute is how often an organisation takes the question when an account was last active.
	//
	// Source: Organizations REST API, "Rate limits": 200 requests a minute per organisation.
	lastActivePerMinute = 200
	// askedAlone is how many accounts are asked about one by one, where the search for them tells less than it should.
	askedAlone = 2000
)

// accountMembers are those of an account that are kept as they are.
var accountMembers = []string{
	"accountId", "accountType", "accountStatus", "membershipStatus", "claimStatus", "managementSource", "name", "email",
	"emailVerified", "mfaEnabled", "addedToOrg",
}

// organisationPeople is who there is: accounts, their roles, products and sign-in policies, groups and what those give.
func organisationPeople() []Resource {
	return []Resource{
		{
			Name: "org_user",
			About: "An account of a directory: its kind and state, whether the organisation manages it, whether it has a second factor, its name and e-mail address, " +
				"its administration roles, products and groups.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each:     "org_directory",
			Keep:     append(slices.Clone(accountMembers), "platformRoles[]", "products[]", "groups[]"),
			Personal: []string{"name", "email"},
			Key:      []string{"^directoryId", "accountId"},
			With:     map[string]string{"orgId": "^orgId", "directoryId": "^directoryId"},
			Sources:  []Source{orgUsers(), orgUserRoles, orgLastActive()},
			Objects:  orgUser,
			Collect:  collectOrgUsers,
		},
		{
			Name:    "org_user_role",
			About:   "An administration role that an account holds in the organisation.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Inside: "org_user",
			Keep:   []string{"accountId", "platformRoles[]"},
			Objects: func(user, _ Item) (made []Made) {
				for _, role := range texts(user, "platformRoles") {
					made = append(made, userRole(textAt(user, "accountId"), role, "", nil)...)
				}
				return made
			},
		},
		{
			Name:    "org_user_product",
			About:   "A product that an account has, and when it last used it.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Inside: "org_user",
			Keep:   []string{"accountId", "productAccess[].key", "productAccess[].id", "productAccess[].lastActiveTimestamp"},
			Objects: func(user, _ Item) (made []Made) {
				for _, product := range elements(user, "productAccess") {
					made = append(made, userProduct(textAt(user, "accountId"), product)...)
				}
				return made
			},
		},
		{
			Name:    "org_user_auth_policy",
			About:   "Which authentication policy an account that the organisation manages is under, and since when. What the policy wants is in no answer.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			After: []string{"org", "org_user"},
			Keep:  []string{"accountId", "authPolicyInfo.policyId", "authPolicyInfo.dateAdded"},
			Key:   []string{"accountId", "authPolicyInfo.policyId"},
			Sources: []Source{
				func() Source {
					src := orgSource("/admin/control/v1/orgs/{orgId}/users/auth-policies/bulk-fetch", Single(), "",
						docControl+"api-group-authentication-policies/#api-admin-control-v1-orgs-orgid-users-auth-policies-bulk-fetch-post")
					src.Method, src.Body = "POST", func(batch Item) any { return Item{"accountIds": batch["accountIds"]} }
					return src
				}(),
			},
			Collect: collectAuthPolicies,
		},
		{
			Name:    "org_group",
			About:   "A group of a directory: its name, who may change it, and whether an identity provider keeps it.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org_directory", ByParent: true,
			Keep: []string{"id", "name", "externalSynced", "managedBy"},
			Key:  []string{"^directoryId", "id"},
			With: map[string]string{"orgId": "^orgId", "directoryId": "^directoryId"},
			Sources: []Source{posted(orgSource("/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/search", AdminPost(100), "data",
				docOrganisation+"api-group-groups/#api-v2-orgs-orgid-directories-directoryid-groups-search-post"), Item{})},
		},
		{
			Name:    "org_group_role",
			About:   "A role that a group gives its members on a product or on the organisation.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org_group", ByParent: true,
			Keep: []string{"resourceId", "resourceOwner", "defaultRole", "roles[]"},
			Key:  []string{"^directoryId", "^id", "resourceId", "role"},
			Sources: []Source{orgSource("/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{id}/role-assignments", AdminV2(100), "data",
				docOrganisation+"api-group-groups/#api-v2-orgs-orgid-directories-directoryid-groups-groupid-role-assignments-get", "read:groups:admin")},
			Demands: []string{"roles"},
			Objects: groupRoles,
		},
	}
}

// orgUsers is the search that tells everything of an account in one answer, where it is asked to.
func orgUsers() Source {
	src := posted(orgSource("/admin/v2/orgs/{orgId}/directories/{directoryId}/users/search", AdminPost(100), "data",
		docOrganisation+"api-group-users/#api-v2-orgs-orgid-directories-directoryid-users-search-post"),
		Item{"expand": []any{"platformRoles", "productAccess", "groups"}})
	src.Keep = append(slices.Clone(accountMembers),
		"platformRoles[]", "productAccess[].key", "productAccess[].id", "productAccess[].lastActiveTimestamp", "groups[].id")
	return src
}

// orgUserRoles and orgLastActive are asked account by account, only where the search left their part out.
var orgUserRoles = func() Source {
	src := orgSource("/admin/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/role-assignments", AdminV2(100), "data",
		docOrganisation+"api-group-users/#api-v2-orgs-orgid-directories-directoryid-users-accountid-role-assignments-get", "read:directories:admin")
	src.Keep = []string{"resourceId", "roles[]", "roleAssignments[].role", "roleAssignments[].roleAssignmentMethods[]"}
	return src
}()

func orgLastActive() Source {
	src := orgSource("/admin/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates", Admin(), "data.product_access",
		docOrganisation+"api-group-directory/#api-v1-orgs-orgid-directory-users-accountid-last-active-dates-get")
	src.PerMinute = lastActivePerMinute
	src.Keep = []string{"id", "key", "last_active", "last_active_timestamp"}
	return src
}

// orgUser makes the object of an account: of its products and groups only which, sorted, so that neither their order nor
// the day of last use makes it look changed. What the answer leaves out stays absent.
func orgUser(user, directory Item) []Made {
	account := textAt(user, "accountId")
	if account == "" {
		return []Made{{}} // left out, which makes the part partial
	}
	body := Item{"orgId": directory["orgId"], "directoryId": directory["directoryId"]}
	for _, name := range accountMembers {
		if v, ok := user[name]; ok {
			body[name] = v
		}
	}
	for name, path := range map[string][2]string{"products": {"productAccess", "key"}, "groups": {"groups", "id"}} {
		if list, ok := user[path[0]].([]any); ok {
			var all []string
			for _, e := range list {
				all = append(all, textAt(e, path[1]))
			}
			body[name] = sortedTexts(all)
		}
	}
	if _, ok := user["platformRoles"].([]any); ok {
		body["platformRoles"] = sortedTexts(texts(user, "platformRoles"))
	}
	return []Made{{[]string{textAt(directory, "directoryId"), account}, body}}
}

// sortedTexts is a list of texts as bodies have it: each once, the empty one never.
func sortedTexts(all []string) []any {
	slices.Sort(all)
	list := []any{}
	for _, s := range slices.Compact(all) {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// userRole makes the object of a role; resource is "" where only the role is told. The same role comes of every directory
// that the account is in, and is one object.
func userRole(account, role, resource string, methods []any) []Made {
	if account == "" || role == "" {
		return nil
	}
	body := Item{"accountId": account, "role": role}
	if resource != "" {
		body["resourceId"] = resource
	}
	if methods != nil {
		body["roleAssignmentMethods"] = methods
	}
	return []Made{{[]string{account, role, resource}, body}}
}

// userProduct makes the object of a product. An account has a product once for each instance that a directory opens: the
// instance is a part of the key, for otherwise the last use of one would stand for that of another.
func userProduct(account string, product Item) []Made {
	key := textAt(product, "key")
	if account == "" {
		return nil
	}
	if key == "" {
		return []Made{{}} // left out, which makes the part partial
	}
	body := Item{"accountId": account, "key": key}
	for name, from := range map[string][]string{"id": {"id"}, "lastActiveTimestamp": {"lastActiveTimestamp", "last_active_timestamp", "last_active"}} {
		for _, member := range from {
			if v, ok := product[member]; ok && body[name] == nil {
				body[name] = v
			}
		}
	}
	return []Made{{[]string{account, key, textAt(product, "id")}, body}}
}

func groupRoles(assignment, group Item) (made []Made) {
	for _, role := range texts(assignment, "roles") {
		body := Item{"directoryId": group["directoryId"], "groupId": group["id"], "role": role}
		for _, name := range []string{"resourceId", "resourceOwner", "defaultRole"} {
			if v, ok := assignment[name]; ok {
				body[name] = v
			}
		}
		made = append(made, Made{[]string{textAt(group, "directoryId"), textAt(group, "id"), textAt(assignment, "resourceId"), role}, body})
	}
	return made
}

// collectOrgUsers reads the accounts of each directory, and then asks account by account for what the search left out.
func collectOrgUsers(ctx context.Context, w *Walk) error {
	if err := underParents(w, "org_directory"); err != nil {
		return err
	}
	search, roles, active := w.resource.Sources[0], w.resource.Sources[1], w.resource.Sources[2]
	err := w.Each(ctx, w.Seen(ctx, "org_directory"), func(ctx context.Context, part *Walk) error { return part.Read(ctx, search) })
	if err != nil {
		return err
	}
	return w.Each(ctx, untold(ctx, w), func(ctx context.Context, part *Walk) error {
		_, user := part.Parent()
		account := textAt(user, "accountId")
		if _, told := user["platformRoles"]; !told {
			err := each(part.Fetch(ctx, roles, user), func(on Item) { part.EmitInside("org_user_role", assignedRoles(account, on)...) })
			if err != nil {
				return err
			}
		}
		if _, told := user["products"]; !told {
			return each(part.Fetch(ctx, active, user), func(product Item) { part.EmitInside("org_user_product", userProduct(account, product)...) })
		}
		return nil
	})
}

// untold yields the accounts of which the search did not tell roles or products, up to a bound.
func untold(ctx context.Context, w *Walk) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		n := 0
		for o, err := range w.Seen(ctx, "org_user") {
			if err == nil {
				_, roles := o.Body["platformRoles"]
				_, products := o.Body["products"]
				if roles && products {
					continue
				}
				if n++; n > askedAlone {
					w.Bounded(askedAlone)
					return
				}
			}
			if !yield(o, err) {
				return
			}
		}
	}
}

// assignedRoles are those that an account holds on one resource.
func assignedRoles(account string, on Item) (made []Made) {
	methods := map[string][]any{}
	for _, a := range elements(on, "roleAssignments") {
		if list, ok := a["roleAssignmentMethods"].([]any); ok {
			methods[textAt(a, "role")] = list
		} else if methods[textAt(a, "role")] == nil {
			methods[textAt(a, "role")] = []any(nil)
		}
	}
	for _, role := range texts(on, "roles") {
		if _, met := methods[role]; !met {
			methods[role] = nil
		}
	}
	for role, by := range methods {
		made = append(made, userRole(account, role, textAt(on, "resourceId"), by)...)
	}
	slices.SortFunc(made, func(a, b Made) int { return cmp.Compare(a.Key[1], b.Key[1]) })
	return made
}

// collectAuthPolicies asks for the accounts that an organisation manages, a batch at a time.
func collectAuthPolicies(ctx context.Context, w *Walk) error {
	if err := underParents(w, "org_user"); err != nil {
		return err
	}
	managed := map[string][]string{}
	for o, err := range w.Seen(ctx, "org_user") {
		if err != nil {
			return err
		}
		if o.Body["claimStatus"] != "unmanaged" {
			org := textAt(o.Body, "orgId")
			managed[org] = append(managed[org], textAt(o.Body, "accountId"))
		}
	}
	parents := func(yield func(Object, error) bool) {
		for org, err := range w.Seen(ctx, "org") {
			if err != nil {
				yield(Object{}, err)
				return
			}
			id := textAt(org.Body, "id")
			accounts := managed[id]
			slices.Sort(accounts)
			for o := range batches(slices.Compact(accounts)) {
				o.Key = store.Key(append([]string{id}, store.KeyParts(o.Key)...)...)
				o.Body["orgId"] = id
				if !yield(o, nil) {
					return
				}
			}
		}
	}
	var policies halving
	return w.Each(ctx, parents, func(ctx context.Context, part *Walk) error {
		_, batch := part.Parent()
		left, refusal, err := policies.ask(ctx, part, w.resource.Sources[0], batch, func(told Item) {
			account, policy := textAt(told, "accountId"), textAt(told, "authPolicyInfo.policyId")
			if account != "" && policy != "" { // an account of another organisation is under none of this one's
				part.Emit(Made{[]string{account, policy}, told})
			}
		})
		if refusal != nil {
			return notLookedAt(left, batch, refusal)
		}
		return err
	})
}
