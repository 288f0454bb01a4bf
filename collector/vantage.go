package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"plumbline/store"
)

// openSessions makes sessions of the credentials that can open the site. What cannot is said in why.
func (i *identifier) openSessions(ctx context.Context, credentials []Credential) (sessions []*session, why []string, err error) {
	if i.site.Kind == dcKind {
		sessions, why = i.openDataCenter(credentials)
		return sessions, why, nil
	}
	for _, c := range credentials {
		if c.Site != "" && !sameSite(c.Site, i.typed) && !sameSite(c.Site, i.site.Address) {
			continue
		}
		s := &session{Credential: c, bases: map[API]string{}}
		switch c.Kind {
		case APIToken:
			s.bases[JiraAPI], s.bases[ConfluenceAPI] = i.typed, i.typed
		case ScopedToken:
			if i.site.cloudID == "" {
				why = append(why, "the scoped token is used at the gateway, which needs the site's cloudId, and the site does not tell it")
				continue
			}
			s.bases[JiraAPI], s.bases[ConfluenceAPI] = c.Base(JiraAPI, "", i.gateway, i.site.cloudID), c.Base(ConfluenceAPI, "", i.gateway, i.site.cloudID)
		case ThreeLO:
			reason, err := i.reach(ctx, s)
			if err != nil {
				return nil, nil, err
			}
			if reason != "" {
				why = append(why, reason)
				continue
			}
		case DCToken:
			why = append(why, "a Data Center token does not open a Cloud site: an API token goes with the e-mail address of its account")
			continue
		case OrgKey:
			s.bases[OrgAPI] = i.gateway
		default:
			continue
		}
		sessions = append(sessions, s)
	}
	return sessions, why, nil
}

// reach finds the site among those that a grant opens, and where each of its products is.
func (i *identifier) reach(ctx context.Context, s *session) (reason string, err error) {
	all, err := s.Reaches(ctx)
	if err != nil {
		if isNetwork(err) || ctx.Err() != nil {
			return "", err
		}
		return "", fmt.Errorf("%w: %w", ErrSignInRefused, err)
	}
	of, _ := ReachesOf(all, i.typed, cmp.Or(i.site.Address, i.typed))
	for _, r := range all {
		if i.site.cloudID != "" && r.CloudID == i.site.cloudID && !slices.ContainsFunc(of, func(o Reach) bool { return o.CloudID == r.CloudID }) {
			of = append(of, slices.Collect(func(yield func(Reach) bool) {
				for _, same := range all {
					if same.CloudID == r.CloudID && !yield(same) {
						return
					}
				}
			})...)
		}
	}
	if len(of) == 0 {
		return "the grant opens " + cmp.Or(addresses(all), "no site") + ", not this one", nil
	}
	scopes := []string{}
	for _, r := range of {
		i.site.cloudID = cmp.Or(i.site.cloudID, r.CloudID)
		i.site.IDs = append(i.site.IDs, r.CloudID)
		i.state(r.URL, r.Name)
		scopes = append(scopes, r.Scopes...)
		for _, p := range r.Products() {
			switch p {
			case Jira, ServiceManagement:
				s.bases[JiraAPI] = s.Base(JiraAPI, "", i.gateway, r.CloudID)
			case Confluence:
				s.bases[ConfluenceAPI] = s.Base(ConfluenceAPI, "", i.gateway, r.CloudID)
			}
		}
	}
	if len(s.bases) == 0 { // the entries do not say which product they are of
		s.bases[JiraAPI], s.bases[ConfluenceAPI] = s.Base(JiraAPI, "", i.gateway, of[0].CloudID), s.Base(ConfluenceAPI, "", i.gateway, of[0].CloudID)
	}
	if len(scopes) > 0 {
		for _, scope := range s.Scopes { // what no site is opened by is the account's own: offline_access, read:me
			if !slices.ContainsFunc(all, func(r Reach) bool { return slices.Contains(r.Scopes, scope) }) {
				scopes = append(scopes, scope)
			}
		}
		slices.Sort(scopes)
		s.Scopes = slices.Compact(scopes) // of this site; a grant may have others elsewhere
	}
	return "", nil
}

// look asks through a session who it signs in and what that account may do. It adds to v and held. refused says that
// the site does not take the credential at all.
func (i *identifier) look(ctx context.Context, s *session, v *store.Vantage, held map[string]known) (refused string, err error) {
	tries, refusals := 0, 0
	ask := func(api API, path string, members ...string) Item {
		if err != nil || s.bases[api] == "" {
			return nil
		}
		tries++
		item, e := i.ask(ctx, s, api, path, members...)
		var a *answerError
		switch {
		case errors.As(e, &a):
			if (a.status == http.StatusUnauthorized || a.login) && !strings.Contains(strings.ToLower(a.words), "scope") {
				refusals++
				refused = a.Error()
			}
			// A site without Confluence does not answer in Confluence's own words: there it is, and hides from this account.
			if p := productOf[api]; a.status == http.StatusNotFound && !(api == ConfluenceAPI && a.by == Confluence) {
				i.site.products[p] = cmp.Or(i.site.products[p], no)
			} else if a.known {
				i.site.products[p] = yes
			}
			return nil
		case errors.Is(e, ErrSignInLost):
			tries, refusals, refused = 1, 1, e.Error()
		case e != nil:
			err = e
		default:
			i.site.products[productOf[api]] = yes
		}
		return item
	}
	if i.site.Address == "" && s.bases[JiraAPI] != "" && i.site.has(Jira) {
		if err := i.serverInfo(ctx, s); err != nil { // not everybody is told
			return "", err
		}
	}
	if i.site.has(Jira) {
		me := ask(JiraAPI, "/rest/api/3/myself?expand=groups", "accountId", "displayName", "groups.items[].groupId")
		if v.Account == "" {
			v.Account, v.AccountName = textAt(me, "accountId"), textAt(me, "displayName")
		}
		groups, _ := member(me, "groups.items")
		list, _ := groups.([]any)
		for _, g := range list {
			if g, ok := g.(Item); ok && textAt(g, "groupId") != "" {
				v.Groups = append(v.Groups, textAt(g, "groupId"))
			}
		}
		i.permissions(ask, held)
	}
	if i.site.products[Jira] == no {
		i.site.products[ServiceManagement] = no
	}
	me := ask(ConfluenceAPI, "/wiki/rest/api/user/current?expand=operations", "accountId", "displayName", "operations[].operation", "operations[].targetType")
	if v.Account == "" {
		v.Account, v.AccountName = textAt(me, "accountId"), textAt(me, "displayName")
	}
	if list, told := me["operations"].([]any); told {
		held["confluence:administer"] = cmp.Or(held["confluence:administer"], no)
		for _, o := range list {
			if o, ok := o.(Item); ok && textAt(o, "targetType") == "application" {
				held["confluence:"+textAt(o, "operation")] = yes
			}
		}
	}
	if err == nil && s.bases[ConfluenceAPI] != "" && i.site.products[Confluence] == no {
		ask(ConfluenceAPI, "/wiki/api/v2/spaces?limit=1") // two that are not there make a product that is not there
	}
	if err == nil && s.bases[ConfluenceAPI] != "" && i.site.has(Confluence) && (i.site.cloudID == "" || i.site.Address == "") {
		err = i.systemInfo(ctx, s)
	}
	if tries == 0 || refusals < tries {
		refused = ""
	}
	return refused, err
}

// permissions asks which global permissions of Jira the account holds. A site that does not know one of the keys
// refuses the whole question, so the rarer ones are left out the second time.
func (i *identifier) permissions(ask func(API, string, ...string) Item, held map[string]known) {
	for _, keys := range []string{"ADMINISTER,SYSTEM_ADMIN,USER_PICKER,BULK_CHANGE", "ADMINISTER,USER_PICKER"} {
		item := ask(JiraAPI, "/rest/api/3/mypermissions?permissions="+keys, "permissions.*.havePermission")
		permissions, told := item["permissions"].(Item)
		for key, p := range permissions {
			if p, ok := p.(Item); ok {
				if have, ok := p["havePermission"].(bool); ok && have {
					held[key] = yes
				} else if ok {
					held[key] = cmp.Or(held[key], no)
				}
			}
		}
		if told {
			return
		}
	}
}

// lookOrganisation asks whether a key opens an organisation. One that does not is no reason to stop: what it is for is
// denied in the server's own words, and the site is looked at all the same.
//
// Source: Organizations REST API, "Get organizations": "based on your API key".
func (i *identifier) lookOrganisation(ctx context.Context, s *session, held map[string]known) (taken bool, err error) {
	item, err := i.ask(ctx, s, OrgAPI, "/admin/v1/orgs", "data[].id", "data[].attributes.name")
	a := new(answerError)
	switch {
	case errors.As(err, &a) && (a.status >= http.StatusInternalServerError || errors.As(a.other, new(*brokenBody))):
		return true, nil // it says nothing of the key; each of its lists says what it is
	case errors.As(err, &a):
		i.orgWords = a
		return false, nil
	case errors.Is(err, ErrSignInLost):
		i.orgWords = &answerError{words: err.Error()}
		return false, nil
	case isNetwork(err):
		return true, nil // each of its lists says so; the site may be reached all the same
	case err != nil:
		return false, err
	}
	held[orgAdmin] = no
	if i.orgs = elements(item, "data"); len(i.orgs) > 0 {
		held[orgAdmin] = yes
	}
	return true, nil
}

// find identifies what stands at the addresses, as far as it tells everybody who it is: one site.
func (i *identifier) find(ctx context.Context, addresses []string) error {
	for n, address := range addresses {
		typed, err := CleanAddress(address)
		if err != nil {
			return err
		}
		one := i
		if n > 0 {
			one = &identifier{client: i.client, gateway: i.gateway, log: i.log}
		}
		one.typed = typed
		if err := one.anonymous(ctx); err != nil {
			return err
		}
		if n > 0 {
			if err := i.join(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// see identifies the site and looks at it through each credential. It returns the sessions that the site takes.
func (i *identifier) see(ctx context.Context, addresses []string, credentials []Credential) (sessions []*session, v store.Vantage, held map[string]known, err error) {
	if err := i.find(ctx, addresses); err != nil {
		return nil, v, nil, err
	}
	if err := i.askMembers(ctx, credentials); err != nil {
		return nil, v, nil, err
	}
	all, why, err := i.openSessions(ctx, credentials)
	if err != nil {
		return nil, v, nil, err
	}
	held, i.refused = map[string]known{}, map[API]string{}
	var refused []string
	signedIn, asked := 0, 0
	for _, s := range all {
		if s.Kind == OrgKey {
			taken, err := i.lookOrganisation(ctx, s, held)
			if err != nil {
				return nil, v, nil, err
			}
			if taken {
				sessions, v.Credentials = append(sessions, s), append(v.Credentials, s.Kind)
			}
			continue
		}
		asked++
		s, said, err := i.through(ctx, s, &v, held)
		if err != nil {
			return nil, v, nil, err
		}
		if said != "" {
			refused = append(refused, fmt.Sprintf("%s %s: %s", s.Kind, s.Name, said))
			for api := range s.bases {
				i.refused[api] = said
			}
			continue
		}
		signedIn++
		sessions = append(sessions, s)
		v.Credentials = append(v.Credentials, s.Kind)
		v.Scopes = append(v.Scopes, s.Scopes...)
	}
	switch {
	case signedIn > 0:
	case len(refused) > 0:
		return nil, v, nil, fmt.Errorf("%w by %s (%s)", ErrSignInRefused, hostOf(i.typed), strings.Join(refused, "; "))
	case i.orgWords != nil:
		return nil, v, nil, fmt.Errorf("%w by the organisation's API (%s)", ErrSignInRefused, i.orgWords)
	case len(why) > 0:
		slices.Sort(why)
		missing := ErrSignInMissing
		if i.site.Kind == dcKind {
			missing = ErrDataCenter
		} else if !slices.ContainsFunc(credentials, func(c Credential) bool { return c.Kind != DCToken && c.Kind != OrgKey }) {
			missing = ErrCloud
		}
		return nil, v, nil, fmt.Errorf("%w: %s", missing, strings.Join(slices.Compact(why), "; "))
	case len(sessions) > 0 && asked == 0: // an organisation key alone
		v.AccountName = "the organisation key of " + strings.Join(i.organisationNames(), ", ")
	default:
		return nil, v, nil, fmt.Errorf("%w: %s", ErrSignInMissing, hostOf(i.typed))
	}
	for permission, have := range held {
		if have == yes {
			v.Permissions = append(v.Permissions, permission)
		}
	}
	for _, list := range []*[]string{&v.Credentials, &v.Scopes, &v.Groups, &v.Permissions} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if i.site.products[Jira] == no && i.site.products[Confluence] == no {
		return nil, v, nil, fmt.Errorf("%w: %s has neither Jira nor Confluence", ErrNotAtlassian, hostOf(i.typed))
	}
	return sessions, v, held, i.settle()
}

// through looks at the site through a session of its own, and returns the one to go on with: an API token with scopes is
// refused at the site's own address and good at the gateway.
func (i *identifier) through(ctx context.Context, s *session, v *store.Vantage, held map[string]known) (*session, string, error) {
	if i.site.Kind == dcKind {
		said, err := i.lookDataCenter(ctx, s, v, held)
		return s, said, err
	}
	said, err := i.look(ctx, s, v, held)
	if err != nil || said == "" || s.Kind != APIToken || i.site.cloudID == "" {
		return s, said, err
	}
	s = &session{Credential: s.Credential, bases: map[API]string{}}
	s.Kind = ScopedToken
	for _, api := range []API{JiraAPI, ConfluenceAPI} {
		s.bases[api] = s.Base(api, "", i.gateway, i.site.cloudID)
	}
	again, err := i.look(ctx, s, v, held)
	switch {
	case isNetwork(err):
		return s, said, nil // there may be no way to the gateway, and no need of one
	case again == "":
		said = ""
	}
	return s, said, err
}
