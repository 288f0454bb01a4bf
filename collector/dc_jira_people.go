package collector

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"plumbline/store"
)

// docWikiGroups begins the address of the page that the groups of Confluence Data Center were read on.
const docWikiGroups = "https://developer.atlassian.com/server/confluence/rest/v10214/api-group-user-group/"

// dcJiraPeople is who there is: accounts, groups of both products, who is in them, and what the account that asks may do.
func dcJiraPeople() []Resource {
	picker := dcSource("groups/picker", "", Single(), "groups") // Collect adds the query
	picker.Keep = []string{"name"}
	wikiGroups := Source{
		API: ConfluenceAPI, Path: "/rest/api/group", Pager: V1(200), Items: "results", Keep: []string{"name"},
		Doc: docWikiGroups + "#api-rest-api-group-get",
	}
	own := dcSource("mypermissions", "", Single(), ".")
	own.Keep = []string{"permissions.*.havePermission"}
	return []Resource{
		{
			Name:    "jira_user",
			About:   "An account as Jira lists it: its key and log-in name, whether it is active or deleted from its directory, its name and e-mail address.",
			Product: Jira, Revision: 1, Lists: All, Permission: "USER_PICKER",
			// Not kept: when somebody last signed in, which moves with every day's work.
			Keep:     []string{"key", "name", "active", "deleted", "displayName", "emailAddress"},
			Personal: []string{"name", "displayName", "emailAddress"},
			Key:      []string{"key"},
			Sources: []Source{
				since("Jira 10.3", dcSource("user/list", "", DCCursor(2000), "values")),
				dcSource("user/search", "username=.&includeActive=true&includeInactive=true", OffsetArray(1000), ""),
			},
			Collect: collectDCUsers,
		},
		{
			Name:    "directory_group",
			About:   "A group as Jira or Confluence knows it: its name. Each product has groups of its own, also where both take them from one directory.",
			Product: Platform, Revision: 1, Lists: Seen,
			After:   []string{"jira_application_role_group"},
			Keep:    []string{"name"},
			Key:     []string{"product", "name"},
			Union:   true,
			Sources: []Source{picker, wikiGroups},
			Collect: collectDCGroups,
		},
		{
			Name:    "directory_group_member",
			About:   "An account in a group of Jira or Confluence, or in a group inside it: its key, whether it is active, its name.",
			Product: Platform, Revision: 1, Lists: All, Permission: "USER_PICKER|ADMINISTER",
			After: []string{"directory_group"}, ByParent: true,
			Keep:     []string{"key", "userKey", "active", "displayName"},
			Personal: []string{"displayName"},
			Demands:  []string{"key|userKey"},
			Objects:  dcMember,
			Union:    true,
			// Jira answers with the members of the group and of its subgroups: a membership here is one that works, however it came
			// about, and to end it may mean to take somebody out of another group.
			Sources: []Source{
				dcSource("group/member", "groupname={name}&includeInactiveUsers=true", Offset(50), "values"),
				{
					API: ConfluenceAPI, Path: "/rest/api/group/{name}/member", Pager: V1(200), Items: "results",
					Doc: docWikiGroups + "#api-rest-api-group-groupname-member-get",
				},
			},
			Collect: collectDCMembers,
		},
		{
			Name:    "jira_global_permission",
			About:   "A global permission of Jira that the account which asks holds itself. Nobody else's are told.",
			Product: Jira, Revision: 1, Lists: Seen,
			Keep:    []string{"key", "permission"},
			Key:     []string{"key", "permission"},
			Sources: []Source{own},
			Collect: collectOwnPermissions,
		},
	}
}

// collectDCUsers reads the list of all accounts. Before 10.3 there is none, and a search that everybody is meant to match
// stands in: it shows as many as a version lets it (the first 100, the first 1000), and never says whether that was all.
func collectDCUsers(ctx context.Context, w *Walk) error {
	list, search := w.resource.Sources[0], w.resource.Sources[1]
	answer, err := w.Ask(ctx, list, nil, false)
	refusal := Refused(err)
	if err != nil && refusal == nil {
		return err
	}
	if refusal == nil && answer.Status < http.StatusBadRequest {
		return w.Read(ctx, list)
	}
	if refusal == nil {
		refusal = &Refusal{Outcome: store.Denied, Status: answer.Status, Reason: "GET " + list.Path + ": " + answer.Reason}
		if answer.Status == http.StatusNotFound {
			refusal.Outcome, refusal.Reason = list.NotFound, refusal.Reason+" (it came with "+list.Since+")"
			refusal.Missing = []string{list.Since}
		}
	}
	n := 0
	err = each(w.Fetch(ctx, search, nil), func(user Item) {
		n++
		if key := textAt(user, "key"); key != "" {
			w.Emit(Made{[]string{key}, user})
			return
		}
		w.Partly("an account without key")
	})
	if Refused(err) != nil {
		return refusal
	}
	if n > 0 && n%100 == 0 {
		w.Bounded(n)
	}
	w.part.partly("only whom the search finds: "+refusal.Error(), refusal.Status, refusal.Missing...)
	return err
}

// collectDCGroups joins the groups of both products. Confluence lists its own; of Jira's there is a picker, which shows some
// at a time, and the groups that open an application.
func collectDCGroups(ctx context.Context, w *Walk) error {
	return eachProduct(ctx, w, func(ctx context.Context, w *Walk, product string, sources []Source) error {
		if product == string(Jira) {
			return collectJiraGroups(ctx, w)
		}
		return each(w.Fetch(ctx, sources[0], nil), func(group Item) {
			name := textAt(group, "name")
			if name == "" {
				w.Partly("a group without a name")
				return
			}
			w.Emit(Made{[]string{product, name}, Item{"product": product, "name": name}})
		})
	})
}

// collectJiraGroups joins the groups that the picker shows and those that open an application.
func collectJiraGroups(ctx context.Context, w *Walk) error {
	names := map[string]bool{}
	for o, err := range w.Seen(ctx, "jira_application_role_group") {
		if err != nil {
			return err
		}
		names[textAt(o.Body, "name")] = true
	}
	refusal, err := pickGroups(ctx, w, names)
	if err != nil {
		return err
	}
	delete(names, "")
	for name := range names {
		w.Emit(Made{[]string{string(Jira), name}, Item{"product": string(Jira), "name": name}})
	}
	switch {
	case refusal == nil:
	case len(names) == 0:
		return refusal
	default:
		refusedShare(w, w.resource.Sources[0], refusal)
	}
	return nil
}

// How far the picker of groups is followed.
const (
	pickedAtOnce   = 1000 // asked for; an installation shows fewer (jira.ajax.autocomplete.limit)
	pickerRequests = 1000
	pickerLetters  = "abcdefghijklmnopqrstuvwxyz0123456789-_. "
)

// pickGroups adds the groups that the picker shows to names. It shows those whose name holds a text, as many as it likes, and
// says how many there are: where it shows fewer, longer texts are asked for until all have been met. A group whose whole name
// stands in too many others may stay unmet; that is said.
func pickGroups(ctx context.Context, w *Walk, names map[string]bool) (*Refusal, error) {
	picked := map[string]bool{}
	asked := 0
	ask := func(text string) (cut bool, total int64, refusal *Refusal, err error) {
		src := w.resource.Sources[0]
		src.Query = fmt.Sprintf("maxResults=%d&query=%s", pickedAtOnce, url.QueryEscape(text))
		answer, err := w.Ask(ctx, src, nil, false)
		asked++
		switch refusal := Refused(err); {
		case err != nil:
			return false, 0, refusal, err
		case answer.Status >= http.StatusBadRequest:
			return false, 0, &Refusal{Outcome: store.Denied, Status: answer.Status, Reason: "GET " + src.Path + ": " + answer.Reason}, nil
		case answer.Reason != "":
			return false, 0, &Refusal{Outcome: store.Failed, Status: answer.Status, Reason: "GET " + src.Path + ": " + answer.Reason}, nil
		}
		for _, group := range answer.Items {
			names[textAt(group, "name")], picked[textAt(group, "name")] = true, true
		}
		return int64(len(answer.Items)) < answer.Total, answer.Total, nil, nil
	}
	cut, all, refusal, err := ask("")
	if refusal != nil {
		return refusal, nil
	}
	if err != nil {
		return nil, err
	}
	texts := []string{""}
	for cut && len(texts) > 0 && int64(len(picked)) < all {
		text := texts[0]
		texts = texts[1:]
		for _, letter := range letters(picked) {
			more, _, refusal, err := ask(text + string(letter))
			if err != nil && refusal == nil {
				return nil, err
			}
			if refusal != nil || asked >= pickerRequests || int64(len(picked)) >= all {
				texts = nil
				break
			}
			if more {
				texts = append(texts, text+string(letter))
			}
		}
	}
	switch {
	case all <= 0 && len(picked) == 0:
		w.Partly("the group picker shows no group to this account, and every Jira has some")
	case all < 0:
		w.Partly("the group picker does not say how many groups there are")
	case int64(len(picked)) < all:
		w.Partly(fmt.Sprintf("the group picker showed %d of %d groups, however it was asked", len(picked), all))
	}
	return nil, nil
}

// letters are those that names of groups are likely to hold, and any that one was seen to hold.
func letters(names map[string]bool) []rune {
	all := []rune(pickerLetters)
	for name := range names {
		all = append(all, []rune(strings.ToLower(name))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// collectDCMembers asks the product of each group for its members.
func collectDCMembers(ctx context.Context, w *Walk) error {
	if refusal := notRead(w, "directory_group"); refusal != nil {
		return refusal
	}
	unlisted := w.loop.runs["directory_group"].partsOf // the products whose groups were not listed whole: a part beside those of their groups
	parts := func(yield func(Object, error) bool) {
		for _, p := range unlisted {
			if !yield(Object{Key: p.Parent}, nil) {
				return
			}
		}
		w.Seen(ctx, "directory_group")(yield)
	}
	return w.Each(ctx, parts, func(ctx context.Context, part *Walk) error {
		key, group := part.Parent()
		if i := slices.IndexFunc(unlisted, func(p store.Part) bool { return p.Parent == key }); i >= 0 {
			part.part.partly(fmt.Sprintf("the groups of %s are %s: those that are not listed were not asked", productNames[Product(key)], unlisted[i].Outcome), 0, w.lacked("directory_group")...)
			return nil
		}
		src := part.resource.Sources[0]
		if group["product"] == string(Confluence) {
			src = part.resource.Sources[1]
		}
		return part.Read(ctx, src)
	})
}

// dcMember makes an object of a member: Jira calls the account's key key, Confluence userKey.
func dcMember(member, group Item) []Made {
	member["product"], member["groupName"] = group["product"], group["name"]
	return []Made{{[]string{textAt(group, "product"), textAt(group, "name"), firstOf(member, "key", "userKey")}, member}}
}

// collectOwnPermissions takes what the account that asks is told of itself; it is told of nobody else.
func collectOwnPermissions(ctx context.Context, w *Walk) error {
	me := w.Vantage().Account
	if me == "" {
		return &Refusal{Outcome: store.Skipped, Reason: "the site does not say who asks"}
	}
	err := each(w.Fetch(ctx, w.resource.Sources[0], nil), func(answer Item) {
		for _, permission := range globalPermissions {
			if held, _ := member(answer, "permissions."+permission+".havePermission"); held == true {
				w.Emit(Made{[]string{me, permission}, Item{"key": me, "permission": permission}})
			}
		}
	})
	if err == nil {
		w.Partly("only what the account itself holds: Data Center tells nobody else's global permissions")
	}
	return err
}
