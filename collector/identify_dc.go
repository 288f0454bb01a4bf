package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"plumbline/store"
)

// dataCenter is one product of a Data Center installation.
type dataCenter struct {
	product Product
	base    string // where it is asked, context path included
	stated  string // the address that it states of itself; behind a reverse proxy another one; "" if it states none
	id      string // of the server; "" if it tells none
	name    string
	version string
}

// addresses of a product, as somebody may give them.
func (d dataCenter) addresses() []string { return []string{d.base, d.stated} }

// manifestMembers of an application's own description: Application Links gives it to everybody.
//
// Source: GET /rest/applinks/1.0/manifest of Jira, Confluence and the other products; in no OpenAPI document.
var manifestMembers = []string{"id", "typeId", "name", "version", "url"}

// jiraDataCenter takes Jira's answer for what it is: a Data Center installation, or a part of one.
//
// Source: Jira Data Center REST API 10.3 and 11.3, GET serverInfo (open to all). It holds no id in either document; one
// that says so all the same is believed.
func (i *identifier) jiraDataCenter(ctx context.Context, s *session, info Item) error {
	d := dataCenter{product: Jira, base: i.typed, id: textAt(info, "serverId"), name: textAt(info, "serverTitle"), version: textAt(info, "version")}
	d.stated = statedAddress(textAt(info, "baseUrl"))
	manifest, err := i.optional(ctx, s, JiraAPI, "/rest/applinks/1.0/manifest", manifestMembers...)
	if err != nil {
		return err
	}
	if textAt(manifest, "typeId") == "jira" {
		d.id = cmp.Or(d.id, textAt(manifest, "id"))
	}
	i.installed(d)
	return nil
}

// dataCenter asks what does not answer as a Cloud site and not as Jira whether it is Confluence Data Center.
//
// Source: the manifest above; where it is closed, GET /rest/api/space, whose _links name the address that Confluence
// states of itself (Confluence Data Center REST API 10.2).
func (i *identifier) dataCenter(ctx context.Context, s *session) error {
	manifest, err := i.optional(ctx, s, ConfluenceAPI, "/rest/applinks/1.0/manifest", manifestMembers...)
	if err != nil {
		return err
	}
	d := dataCenter{product: Confluence, base: i.typed, id: textAt(manifest, "id"), name: textAt(manifest, "name"), version: textAt(manifest, "version")}
	switch kind := strings.ToLower(textAt(manifest, "typeId")); kind {
	case "confluence":
		d.stated = statedAddress(textAt(manifest, "url"))
	case "jira":
		d.product = Jira // its serverInfo is closed
		d.stated = statedAddress(textAt(manifest, "url"))
	case "":
		spaces, err := i.optional(ctx, s, ConfluenceAPI, "/rest/api/space?limit=1", "_links.base", "_links.context")
		if err != nil {
			return err
		}
		if d.stated = statedAddress(textAt(spaces, "_links.base")); d.stated == "" {
			return nil
		}
	default:
		return fmt.Errorf("%w: %s is %s, which is neither Jira nor Confluence", ErrNotAtlassian, shownAddress(i.typed), clean(kind, nil))
	}
	i.installed(d)
	return nil
}

// statedAddress is the address that a product states of itself, "" if it is none. It is an id and nothing is sent there:
// a server behind a reverse proxy may well state plain http.
func statedAddress(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	return strings.ToLower(u.Scheme+"://"+u.Host) + strings.TrimRight(u.EscapedPath(), "/")
}

// askMembers asks again with a token where nobody is told anything, as behind a single sign-on that guards every call: a
// refusal in Atlassian's own form is all that is known of the site, and the token was given for that address.
func (i *identifier) askMembers(ctx context.Context, credentials []Credential) error {
	if i.site.Kind == dcKind || i.site.cloudID != "" || i.site.Address != "" {
		return nil
	}
	for _, c := range credentials {
		if c.Kind != DCToken || c.Site != "" && !within(c.Site, i.typed) && !within(i.typed, c.Site) {
			continue
		}
		s := &session{Credential: c, bases: map[API]string{JiraAPI: i.typed, ConfluenceAPI: i.typed}}
		err := i.serverInfo(ctx, s)
		if err == nil && i.site.Kind != dcKind {
			err = i.dataCenter(ctx, s)
		}
		if err != nil || i.site.Kind == dcKind {
			return err
		}
	}
	return nil
}

// optional asks for what need not be there; no item then.
func (i *identifier) optional(ctx context.Context, s *session, api API, path string, members ...string) (Item, error) {
	item, err := i.ask(ctx, s, api, path, members...)
	if a := new(answerError); errors.As(err, &a) {
		return nil, nil
	}
	return item, err
}

func (i *identifier) installed(d dataCenter) {
	i.seen = true
	i.site.Kind = dcKind
	i.site.dc = []dataCenter{d}
	i.site.products = map[Product]known{Jira: no, Confluence: no, ServiceManagement: no}
	i.site.products[d.product] = yes
}

// join makes one site of what stands at two addresses; Jira leads, whatever order they were given in. An error says why they are two.
func (i *identifier) join(other *identifier) error {
	two := func(why string) error {
		return fmt.Errorf("%w: %s and %s are two sites%s", ErrAddress, shownAddress(i.typed), shownAddress(other.typed), why)
	}
	if i.site.Kind != other.site.Kind {
		return two(": one is Data Center, the other Cloud")
	}
	if i.site.Kind == cloudKind {
		_, _ = i.settle(), other.settle()
		if !slices.ContainsFunc(other.site.IDs, func(id string) bool { return slices.Contains(i.site.IDs, id) }) {
			return two("")
		}
		return nil
	}
	for _, d := range other.site.dc {
		have := slices.IndexFunc(i.site.dc, func(one dataCenter) bool { return one.product == d.product })
		if have < 0 {
			i.site.dc = append(i.site.dc, d)
			slices.SortFunc(i.site.dc, func(a, b dataCenter) int { return -strings.Compare(string(a.product), string(b.product)) })
			i.site.products[d.product] = yes
			continue
		}
		one := i.site.dc[have]
		if one.base != d.base && (one.id == "" || one.id != d.id) && (one.stated == "" || one.stated != d.stated) {
			return two(": both are " + productNames[d.product])
		}
	}
	return nil
}

// settleDataCenter is settle for Data Center.
func (i *identifier) settleDataCenter() error {
	var ids []string
	for _, d := range i.site.dc {
		ids = append(ids, d.id)
	}
	for _, d := range i.site.dc {
		ids = append(ids, d.stated)
		i.site.Address, i.site.Name = cmp.Or(i.site.Address, d.stated), cmp.Or(i.site.Name, clean(d.name, nil))
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	if i.site.IDs = ids; len(ids) == 0 {
		return fmt.Errorf("%w: %s states neither a server id nor its own address", ErrNotAtlassian, shownAddress(i.typed))
	}
	i.site.Address = cmp.Or(i.site.Address, i.typed)
	if i.site.products[Jira] == yes {
		i.site.products[ServiceManagement] = unknown // an add-on: asking tells
	}
	return nil
}

// openDataCenter makes a session of each credential and product it is for: a token of one product is nobody's at another.
func (i *identifier) openDataCenter(credentials []Credential) (sessions []*session, why []string) {
	for _, c := range credentials {
		if c.Kind != DCToken {
			why = append(why, "a sign-in of the kind "+c.Kind+" does not open Data Center: a personal access token (dc-token) does")
		}
	}
	for _, d := range i.site.dc {
		for _, c := range credentials {
			if c.Kind != DCToken {
				continue
			}
			if c.Site != "" && !slices.ContainsFunc(d.addresses(), func(a string) bool { return within(c.Site, a) }) {
				continue
			}
			api := JiraAPI
			if d.product == Confluence {
				api = ConfluenceAPI
			}
			sessions = append(sessions, &session{Credential: c, bases: map[API]string{api: d.base}})
		}
	}
	return sessions, why
}

// within reports whether an address is that of a page under base, or base itself.
func within(address, base string) bool {
	address, err := CleanAddress(address)
	return err == nil && base != "" && (address == base || strings.HasPrefix(address, base+"/"))
}

// lookDataCenter is look for a session at one product.
//
// Source: Jira Data Center REST API, "Get currently logged user" (groups by expand), mypermissions; Confluence Data Center
// REST API 10.2, user/current, user/memberof, permissions.
func (i *identifier) lookDataCenter(ctx context.Context, s *session, v *store.Vantage, held map[string]known) (refused string, err error) {
	ask := func(api API, path string, members ...string) (item Item, status int) {
		if err != nil {
			return nil, 0
		}
		item, e := i.ask(ctx, s, api, path, members...)
		var a *answerError
		switch {
		case errors.As(e, &a):
			if a.status == 401 || a.login {
				refused = a.Error()
			}
			return nil, a.status
		case errors.Is(e, ErrSignInLost):
			refused = e.Error()
		case e != nil:
			err = e
		}
		return item, 200
	}
	if s.bases[JiraAPI] != "" {
		me, _ := ask(JiraAPI, "/rest/api/2/myself?expand=groups", "key", "name", "displayName", "groups.items[].name")
		if refused != "" || err != nil {
			return refused, err
		}
		i.signedIn(v, textAt(me, "key"), textAt(me, "name"), textAt(me, "displayName"))
		for _, g := range elements(me, "groups.items") {
			v.Groups = append(v.Groups, string(Jira)+"/"+textAt(g, "name"))
		}
		i.permissionsDataCenter(ask, held)
		return "", err
	}
	me, _ := ask(ConfluenceAPI, "/rest/api/user/current", "type", "username", "userKey", "displayName")
	if me != nil && textAt(me, "type") == "anonymous" {
		refused = "the site answered as to nobody: it did not take the sign-in"
	}
	if refused != "" || err != nil {
		return refused, err
	}
	key := textAt(me, "userKey")
	i.signedIn(v, key, textAt(me, "username"), textAt(me, "displayName"))
	if key != "" {
		groups, _ := ask(ConfluenceAPI, "/rest/api/user/memberof?limit=200&key="+key, "results[].name")
		for _, g := range elements(groups, "results") {
			v.Groups = append(v.Groups, string(Confluence)+"/"+textAt(g, "name"))
		}
	}
	// Only an administrator is told who may administer. A version that does not know the call tells nothing.
	switch _, status := ask(ConfluenceAPI, "/rest/api/permissions"); status {
	case 200:
		held["confluence:administer"] = yes
	case 401, 403:
		held["confluence:administer"] = cmp.Or(held["confluence:administer"], no)
	}
	return "", err
}

// signedIn adds an account to the vantage: its key, and beside it the second one, where Confluence was seen by another
// person than Jira.
func (i *identifier) signedIn(v *store.Vantage, key, name, shown string) {
	switch {
	case v.Account == "":
		v.Account, v.AccountName, i.userName = cmp.Or(key, name), shown, name
	case name != i.userName:
		v.Account, v.AccountName = v.Account+" + "+cmp.Or(key, name), v.AccountName+" + "+shown
	}
}

// permissionsDataCenter asks which of Jira's global permissions the account holds: the answer names all there are.
func (i *identifier) permissionsDataCenter(ask func(API, string, ...string) (Item, int), held map[string]known) {
	item, _ := ask(JiraAPI, "/rest/api/2/mypermissions", "permissions.*.havePermission")
	permissions, _ := item["permissions"].(Item)
	for _, key := range []string{"ADMINISTER", "SYSTEM_ADMIN", "USER_PICKER", "BULK_CHANGE"} {
		p, _ := permissions[key].(Item)
		if have, told := p["havePermission"].(bool); told && have {
			held[key] = yes
		} else if told {
			held[key] = cmp.Or(held[key], no)
		}
	}
}

// shownAddress is an address without its scheme, for a sentence.
func shownAddress(base string) string {
	_, rest, _ := strings.Cut(base, "://")
	return rest
}
