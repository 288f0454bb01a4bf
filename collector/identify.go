package collector

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"plumbline/store"
)

// identity is what a site is known by, and which products it has.
type identity struct {
	store.Site
	typed    string // where it is asked; what it says of its own address may be another
	cloudID  string
	products map[Product]known
	dc       []dataCenter // of a Data Center installation: each product at its own address
}

// has reports whether the site has a product. Only an answer that says so makes it one that it lacks; a Data Center
// installation has those whose address was given.
func (i identity) has(p Product) bool { return i.products[p] != no }

// without says why nothing is asked of a product.
func (i identity) without(p Product) string {
	if i.Kind == dcKind {
		return store.NoAddress + productNames[p] + " was given: this snapshot is of " + productNames[i.dc[0].product] + " alone"
	}
	return "the site has no " + productNames[p]
}

// base is where a product is asked without a sign-in.
func (i identity) base(api API) string {
	for _, d := range i.dc {
		if d.product == productOf[api] {
			return d.base
		}
	}
	return i.typed
}

// The kinds of sites, as the store spells them.
const (
	cloudKind = "cloud"
	dcKind    = "dc"
)

// identifier finds out what stands at an address, before any credential is sent there.
type identifier struct {
	client  *client
	gateway string
	log     func(store.Request)
	typed   string // the address, cleaned

	site     identity
	seen     bool           // something answered as an Atlassian product does
	answers  []string       // what was answered otherwise, for the message
	refused  map[API]string // what a product said to a sign-in that it did not take
	userName string         // of Data Center: the log-in name of the account of the vantage
	orgWords *answerError   // why the organisation's API did not take its key; nil if it did, or there is none
	orgs     []Item         // the organisations that the key opens: id, attributes.name
}

// anonymous identifies the site as far as it tells everybody who it is.
//
// Sources: /_edge/tenant_info is in no document and on every Cloud site; serverInfo is open to all (Jira platform REST
// API v3, "Get Jira instance info": permissions none).
func (i *identifier) anonymous(ctx context.Context) error {
	for _, base := range basesOf(i.typed) {
		i.typed = base
		if err := i.probe(ctx); err != nil || i.seen {
			return err
		}
	}
	return fmt.Errorf("%w: %s answers, but as no Jira and no Confluence (%s)", ErrNotAtlassian, hostOf(i.typed), strings.Join(i.answers, "; "))
}

// basesOf are the addresses under which a site may stand, when somebody gave the address of a page: the address as it is,
// then one step of its path after the other left away.
func basesOf(typed string) []string {
	bases := []string{typed}
	for u, err := url.Parse(typed); err == nil && strings.Trim(u.Path, "/") != ""; {
		u.RawPath, u.Path = "", path.Dir(u.Path)
		bases = append(bases, strings.TrimSuffix(u.String(), "/"))
	}
	return bases
}

// probe looks for a site at exactly one address.
func (i *identifier) probe(ctx context.Context) error {
	i.site = identity{typed: i.typed, products: map[Product]known{}, Site: store.Site{Kind: cloudKind}}
	item, err := i.ask(ctx, nil, JiraAPI, "/_edge/tenant_info", "cloudId")
	if a := new(answerError); err != nil && !errors.As(err, &a) {
		return err
	}
	if id := textAt(item, "cloudId"); id != "" {
		i.site.cloudID, i.seen = id, true
	}
	if err := i.serverInfo(ctx, nil); err != nil || i.site.cloudID != "" || i.site.products[Jira] == yes {
		return err
	}
	if err := i.dataCenter(ctx, nil); err != nil || i.seen {
		return err
	}
	return i.systemInfo(ctx, nil)
}

// serverInfo asks Jira who it is.
func (i *identifier) serverInfo(ctx context.Context, s *session) error {
	for _, path := range []string{"/rest/api/3/serverInfo", "/rest/api/2/serverInfo"} {
		item, err := i.ask(ctx, s, JiraAPI, path, "deploymentType", "baseUrl", "serverTitle", "serverId", "version")
		var a *answerError
		if errors.As(err, &a) {
			if a.status == http.StatusNotFound {
				continue
			}
			return nil // it is there, and does not talk to everybody
		}
		if err != nil {
			return err
		}
		kind := textAt(item, "deploymentType")
		if kind == "" && textAt(item, "baseUrl") == "" {
			continue
		}
		if kind != "" && !strings.EqualFold(kind, "Cloud") {
			return i.jiraDataCenter(ctx, s, item)
		}
		i.seen, i.site.products[Jira] = true, yes
		i.state(textAt(item, "baseUrl"), textAt(item, "serverTitle"))
		return nil
	}
	if i.site.products[Jira] == unknown {
		i.site.products[Jira] = no
	}
	return nil
}

// systemInfo asks Confluence who it is.
func (i *identifier) systemInfo(ctx context.Context, s *session) error {
	item, err := i.ask(ctx, s, ConfluenceAPI, "/wiki/rest/api/settings/systemInfo", "cloudId", "baseUrl", "siteTitle")
	var a *answerError
	if err != nil && !errors.As(err, &a) {
		return err
	}
	if id := textAt(item, "cloudId"); id != "" {
		i.site.products[Confluence], i.seen = yes, true
		i.site.cloudID = cmp.Or(i.site.cloudID, id)
		i.site.IDs = append(i.site.IDs, id)
	}
	i.state(strings.TrimSuffix(textAt(item, "baseUrl"), "/wiki"), textAt(item, "siteTitle"))
	return nil
}

// state takes the address and the name that the site gives itself.
func (i *identifier) state(base, name string) {
	if address, err := CleanAddress(base); base != "" && err == nil {
		i.site.Address = cmp.Or(i.site.Address, address)
	}
	i.site.Name = cmp.Or(i.site.Name, clean(name, nil))
}

// settle makes the list of ids: the cloudId first, then the address that the site states, never the one that was typed. Of a
// Data Center installation: the server ids, Jira's first, then the addresses that its products state.
func (i *identifier) settle() error {
	if i.site.Kind == dcKind {
		return i.settleDataCenter()
	}
	ids := append([]string{i.site.cloudID}, i.site.IDs...)
	ids = append(ids, i.site.Address)
	i.site.IDs = nil
	for _, id := range ids {
		if id != "" && !slices.Contains(i.site.IDs, id) {
			i.site.IDs = append(i.site.IDs, id)
		}
	}
	if len(i.site.IDs) == 0 {
		return fmt.Errorf("%w: %s states neither a cloudId nor its own address", ErrNotAtlassian, hostOf(i.typed))
	}
	i.site.Address = cmp.Or(i.site.Address, i.typed)
	return nil
}

// ask reads one object, reduced to some members. What is not there, or not JSON, is an *answerError or no item; what is
// no answer at all is an error of the network.
func (i *identifier) ask(ctx context.Context, s *session, api API, path string, members ...string) (Item, error) {
	target, query, _ := strings.Cut(path, "?")
	c := &call{resource: "jira_instance", base: i.typed, path: target, session: s, retries: 2, open: s == nil || len(members) == 0 || members[0] == "deploymentType"}
	c.query, _ = url.ParseQuery(query)
	if api == ConfluenceAPI {
		c.resource = "confluence_instance"
	}
	if s != nil {
		c.base = s.bases[api]
	}
	if api == OrgAPI {
		c.resource = "org"
	}
	var item Item
	err := i.client.do(ctx, c, func(_ int, _ http.Header, body *bufio.Reader) error {
		b, err := readPage(body, ".", newKeeping(members, nil, PersonalFull))
		if errors.Is(err, errNoList) {
			return nil // a list: it answers
		}
		if err == nil && len(b.items) == 1 {
			item = b.items[0]
		}
		return err
	}, func(r store.Request) { r.Note = "finding out what the site is: " + r.Note; i.log(r) })
	var a *answerError
	var broken *brokenBody
	switch {
	case err == nil:
		return item, nil
	case errors.As(err, &a):
		if a.known && a.status != http.StatusNotFound {
			i.seen = true
		}
		i.answers = append(i.answers, fmt.Sprintf("%s: %v", target, a))
		if errors.Is(a, ErrOtherHost) && s == nil {
			i.answers = append(i.answers, "if that is the site, give its own address")
		}
		return nil, a
	case errors.As(err, &broken):
		i.answers = append(i.answers, target+": "+broken.Error())
		return nil, &answerError{status: http.StatusNotFound, words: broken.Error(), other: broken}
	}
	return nil, err
}
