package collector

import (
	"context"
	"maps"
	"slices"

	"plumbline/store"
)

// userSearchEnd is how many users a search gives at most ("cql=type=user will return up to 10k users").
const userSearchEnd = 10_000

var (
	userSearch = Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/search/user", Query: "cql=type%3Duser&sitePermissionTypeFilter=all", Pager: V1(100), Items: "results",
		Keep:     []string{"user.accountId", "user.accountType", "user.type", "user.isGuest", "user.isExternalCollaborator"}, // names and addresses come with the batch
		Granular: []string{"read:content-details:confluence"},
		Doc:      docConfluence1 + "api-group-search/#api-wiki-rest-api-search-user-get",
	}
	// usersBulk is the only call of Confluence that tells an account's state, and the types unknown and customer.
	usersBulk = Source{
		API: ConfluenceAPI, Method: "POST", Path: "/wiki/api/v2/users-bulk", Pager: Single(), Items: "results",
		Body:     func(batch Item) any { return map[string]any{"accountIds": batch["accountIds"]} },
		Granular: []string{"read:user:confluence"},
		Doc:      docConfluence2 + "api-group-user/#api-users-bulk-post",
	}
	usersBulk1 = Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/user/bulk", Query: "accountId={commaSeparated}", Pager: Single(), Items: "results",
		Classic: []string{"read:confluence-user"}, Granular: []string{"read:content-details:confluence"},
		Doc: docConfluence1 + "api-group-users/#api-wiki-rest-api-user-bulk-get",
	}
)

// collectConfluenceUsers lists the users and then asks for every account met anywhere, in batches. A body holds what the
// search and the batch say together. An account that the site does not know gets the member resolved: false.
func collectConfluenceUsers(ctx context.Context, w *Walk) error {
	listed := map[string]Item{} // bounded by userSearchEnd
	var unlisted *Refusal
	for item, err := range w.Fetch(ctx, userSearch, nil) {
		if unlisted = Refused(err); unlisted != nil {
			break
		}
		if err != nil {
			return err
		}
		if user, ok := item["user"].(Item); ok && textAt(user, "accountId") != "" {
			listed[textAt(user, "accountId")] = user
		}
	}
	if len(listed) >= userSearchEnd {
		w.Bounded(userSearchEnd)
	}
	met, err := accountsMet(ctx, w)
	if err != nil {
		return err
	}
	for id := range listed {
		met[id] = true
	}
	if len(met) == 0 && unlisted != nil {
		return unlisted
	}

	if unlisted != nil {
		w.part.partly("only accounts that hold or wrote something: "+unlisted.Reason, unlisted.Status, unlisted.Missing...)
	}
	var newer, older halving
	return w.Each(ctx, batches(slices.Sorted(maps.Keys(met))), func(ctx context.Context, part *Walk) error {
		_, batch := part.Parent()
		told := map[string]Item{}
		take := func(account Item) { told[textAt(account, "accountId")] = account }
		left, refusal, err := newer.ask(ctx, part, usersBulk, batch, take)
		if refusal != nil {
			part.part.notes = append(part.part.notes, "without the state of the accounts: "+someOf(left, batch, refusal))
			left, refusal, err = older.ask(ctx, part, usersBulk1, batchOf(batch, left), take)
		}
		if err != nil {
			return err
		}
		var made []Made
		for _, id := range batch["accountIds"].([]any) {
			id := id.(string)
			body := merge(listed[id], told[id])
			if body == nil && slices.Contains(left, id) {
				continue // not asked: nothing is known of it, not even that nobody knows it
			}
			if body == nil {
				body = Item{"resolved": false}
			}
			body["accountId"] = id
			made = append(made, Made{Key: []string{id}, Body: body})
		}
		part.Emit(made...)
		switch {
		case refusal == nil:
			return nil
		case len(made) > 0 && len(told) == 0:
			return &Refusal{Outcome: store.Partial, Status: refusal.Status, Missing: refusal.Missing,
				Reason: "only what the user search says, without the state of the accounts: " + refusal.Reason}
		}
		return notLookedAt(left, batch, refusal)
	})
}

// accountsMet returns the ids of all accounts that the other resources name.
func accountsMet(ctx context.Context, w *Walk) (map[string]bool, error) {
	met := map[string]bool{}
	for resource, members := range map[string][]string{
		"confluence_space":       {"authorId", "spaceOwnerId"},
		"confluence_content":     {"authorId", "ownerId", "version.authorId"},
		"confluence_restriction": {"user.accountId"},
		"confluence_attachment":  {"version.authorId"},
		"directory_group_member": {"accountId"},
	} {
		for o, err := range w.Seen(ctx, resource) {
			if err != nil {
				return nil, err
			}
			for _, m := range members {
				met[textAt(o.Body, m)] = true
			}
		}
	}
	for resource, principal := range map[string][3]string{
		"confluence_space_permission":      {"principal.type", "user", "principal.id"},
		"confluence_space_role_assignment": {"principal.principalType", "USER", "principal.principalId"},
	} {
		for o, err := range w.Seen(ctx, resource) {
			if err != nil {
				return nil, err
			}
			if textAt(o.Body, principal[0]) == principal[1] {
				met[textAt(o.Body, principal[2])] = true
			}
		}
	}
	delete(met, "")
	return met, nil
}

// merge returns what two answers say of one account: b's word, unless it says nothing where a says something.
func merge(a, b Item) Item {
	if a == nil {
		return b
	}
	merged := maps.Clone(a)
	for name, v := range b {
		if had, ok := merged[name]; !ok || (v != nil && v != "") || had == nil {
			merged[name] = v
		}
	}
	return merged
}
