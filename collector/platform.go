package collector

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"plumbline/store"
)

// platformResources is what belongs to no single product: apps, what anybody can see, and the sign-ins themselves.
func platformResources() []Resource {
	return append([]Resource{
		{
			Name:    "app",
			About:   "An app that is installed in Jira or Confluence: its key, name, version and vendor, and whether it runs.",
			Product: Platform, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep:    []string{"key", "name", "version", "enabled", "userInstalled", "vendor.name"},
			Key:     []string{"product", "key"},
			Union:   true,
			Sources: []Source{apps(JiraAPI, "/rest/plugins/1.0/"), apps(ConfluenceAPI, "/wiki/rest/plugins/1.0/")},
			Collect: func(ctx context.Context, w *Walk) error {
				return perProduct(ctx, w, func(product string, app Item) {
					if key := textAt(app, "key"); key != "" {
						app["product"] = product
						w.Emit(Made{[]string{product, key}, app})
					}
				})
			},
		},
		{
			Name:    "data_policy",
			About:   "Whether a data security policy of the organisation hides content of Jira or Confluence from the sign-in used here.",
			Product: Platform, Revision: 1, Lists: All,
			Keep:  []string{"anyContentBlocked"},
			Key:   []string{"product"},
			Union: true,
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/data-policy", Pager: Single(), Items: ".",
					Classic: []string{"read:jira-work"}, // the document has no granular scope for this call
					Doc:     docJira3 + "api-group-app-data-policies/#api-rest-api-3-data-policy-get",
				},
				{
					API: ConfluenceAPI, Path: "/wiki/api/v2/data-policies/metadata", Pager: Single(), Items: ".",
					Granular: []string{"read:configuration:confluence"},
					Doc:      docConfluence2 + "api-group-data-policies/#api-data-policies-metadata-get",
				},
			},
			Collect: collectDataPolicy,
		},
		{
			Name:    "anonymous_probe",
			About:   "What the site answers to somebody without any sign-in: the status, how many things are listed, and their keys. Never people.",
			Product: Platform, Revision: 1, Lists: All,
			Keep:    []string{"product", "path", "status", "itemCount", "keys[]"},
			Key:     []string{"product", "path"},
			Union:   true,
			Sources: probeSources(probes()),
			Collect: probing(probes()),
		},
	}, signIns()...)
}

// signIns is what the sign-ins are that a snapshot was taken with.
func signIns() []Resource {
	return []Resource{
		{
			Name:    "grant",
			About:   "A sign-in that the snapshot was taken with: its kind and whose it is. Never the secret.",
			Product: Platform, Revision: 1, Lists: All,
			Keep: []string{"credential", "kind", "accountId"},
			Key:  []string{"credential"},
			Collect: func(_ context.Context, w *Walk) error {
				for _, c := range w.Credentials() {
					body := Item{"credential": c.String(), "kind": c.Kind}
					if account := w.Vantage().Account; account != "" && c.Kind != OrgKey {
						body["accountId"] = account
					}
					w.Emit(Made{[]string{c.String()}, body})
				}
				return nil
			},
		},
		{
			Name:    "grant_scope",
			About:   "A scope that a sign-in holds.",
			Product: Platform, Revision: 1, Lists: All,
			Keep: []string{"credential", "scope"},
			Key:  []string{"credential", "scope"},
			Collect: func(_ context.Context, w *Walk) error {
				for _, c := range w.Credentials() {
					if c.Scopes == nil && c.Kind == ScopedToken {
						w.Partly("the scopes of " + c.String() + " are stated nowhere")
					}
					for _, scope := range c.Scopes {
						w.Emit(Made{[]string{c.String(), scope}, Item{"credential": c.String(), "scope": scope}})
					}
				}
				return nil
			},
		},
		{
			Name:    "grant_site",
			About:   "A site that a sign-in reaches, and the scopes it holds there.",
			Product: Platform, Revision: 1, Lists: All,
			Keep:    []string{"credential", "id", "name", "url", "scopes[]"},
			Key:     []string{"credential", "id"},
			Collect: collectGrantSites,
		},
	}
}

// apps is the list of the app manager. No document of Atlassian's Cloud APIs has it; it is known to answer to the API
// token of an administrator, and to nothing else.
func apps(api API, path string) Source {
	return Source{
		API: api, Path: path, Pager: Single(), Items: "plugins", NotFound: store.Unavailable,
		Header:      map[string]string{"Accept": "application/vnd.atl.plugins.installed+json"},
		Credentials: []string{APIToken},
		Doc:         "https://developer.atlassian.com/platform/marketplace/upm-api/ (Data Center; undocumented on Cloud)",
	}
}

// productOf is the product that an API belongs to; Service Management answers under Jira's.
var productOf = map[API]Product{JiraAPI: Jira, ConfluenceAPI: Confluence, OrgAPI: Organisation}

// productNames are the products as sentences call them.
var productNames = map[Product]string{Jira: "Jira", ServiceManagement: "Jira", Confluence: "Confluence", Organisation: "the organisation"}

// perProduct reads the source of each product that the site has, and says which product an item is of.
func perProduct(ctx context.Context, w *Walk, found func(product string, item Item)) error {
	var sources []Source
	for _, src := range w.resource.Sources {
		if w.Has(productOf[src.API]) {
			sources = append(sources, src)
		}
	}
	if len(sources) == 0 {
		return &Refusal{Outcome: store.Unavailable, Reason: "the site has neither Jira nor Confluence"}
	}
	return together(ctx, w, sources, func(i int, item Item) { found(string(productOf[sources[i].API]), item) })
}

// collectDataPolicy asks what is hidden from the sign-in. Only apps are told, so that to anything else a refusal is no
// denial of something that it could have.
func collectDataPolicy(ctx context.Context, w *Walk) error {
	err := perProduct(ctx, w, func(product string, policy Item) {
		policy["product"] = product
		w.Emit(Made{[]string{product}, policy})
	})
	app := slices.ContainsFunc(w.Credentials(), func(c Credential) bool { return c.Kind == ThreeLO })
	if refusal := Refused(err); refusal != nil && refusal.Outcome == store.Denied && !app {
		return &Refusal{Outcome: store.Unavailable, Status: refusal.Status, Reason: "only an app is told, and the sign-in is none: " + refusal.Reason}
	}
	return err
}

// probe is a request that is sent without any credential, and what is taken of its answer.
type probe struct {
	Source
	sum  func([]Item) (count int, keys []string)
	page func(html string) (count int, told bool) // of a web page, in place of sum
}

// projectPermissions is what the permissions probe asks for: what an anonymous visitor can do in some project.
const projectPermissions = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,ADD_COMMENTS,CREATE_ATTACHMENTS,DELETE_ISSUES,ADMINISTER_PROJECTS"

// probes are the calls that may be made anonymously, where a site lets anybody in. The searches for people need a query.
func probes() []probe {
	jira := func(path, query, items, doc string, keep ...string) Source {
		return Source{API: JiraAPI, Path: "/rest/api/3/" + path, Query: query, Pager: Single(), Items: items, Keep: keep, Doc: docJira3 + doc}
	}
	wiki := func(path, doc string) Source {
		return Source{API: ConfluenceAPI, Path: "/wiki/" + path, Query: "limit=25", Pager: Single(), Items: "results", Keep: []string{"key"}, Doc: doc}
	}
	return []probe{
		{Source: jira("mypermissions", "permissions="+projectPermissions, ".", "api-group-permissions/#api-rest-api-3-mypermissions-get", "permissions.*.havePermission"), sum: permissionsOpen},
		{Source: jira("project/search", "maxResults=50", "values", "api-group-projects/#api-rest-api-3-project-search-get", "key"), sum: listed("key")},
		{Source: jira("filter/search", "maxResults=50", "values", "api-group-filters/#api-rest-api-3-filter-search-get", "id"), sum: listed("id")},
		{Source: jira("dashboard/search", "maxResults=50", "values", "api-group-dashboards/#api-rest-api-3-dashboard-search-get", "id", "systemDashboard"), sum: dashboardsOpen},
		{Source: jira("user/picker", "query=a", "users", "api-group-user-search/#api-rest-api-3-user-picker-get", "accountId"), sum: listed("")},
		{Source: jira("user/search", "query=a", "", "api-group-user-search/#api-rest-api-3-user-search-get", "accountId"), sum: listed("")},
		{Source: jira("groupuserpicker", "query=a", ".", "api-group-group-and-user-picker/#api-rest-api-3-groupuserpicker-get", "users.users[].accountId", "groups.groups[].groupId"), sum: peopleOpen},
		{Source: wiki("rest/api/space", docConfluence1+"api-group-space/"), sum: listed("key")},
		{Source: wiki("api/v2/spaces", docConfluence2+"api-group-space/#api-spaces-get"), sum: listed("key")},
	}
}

func probeSources(all []probe) []Source {
	var sources []Source
	for _, p := range all {
		p.Source.Anyone = true
		sources = append(sources, p.Source)
	}
	return sources
}

// probing asks what the site shows to anybody. Every answer is data, a refusal too: it is the one that should come.
func probing(all []probe) func(ctx context.Context, w *Walk) error {
	return func(ctx context.Context, w *Walk) error {
		answered := false
		for _, p := range all {
			product := productOf[p.API]
			if !w.Has(product) {
				continue
			}
			made, err := p.ask(ctx, w, string(product))
			if ctx.Err() != nil {
				return err
			}
			if err != nil {
				w.Partly(fmt.Sprintf("%s: %v", p.Path, err))
				continue
			}
			answered = true
			w.Emit(made)
		}
		if !answered {
			return &Refusal{Outcome: store.Failed, Reason: "no answer to any request without a sign-in"}
		}
		return nil
	}
}

func (p probe) ask(ctx context.Context, w *Walk, product string) (Made, error) {
	if p.page != nil {
		return p.askPage(ctx, w, product)
	}
	answer, err := w.Ask(ctx, p.Source, nil, true)
	return p.made(product, answer), err
}

// made is the object of a probe. An answer that is no list (a refusal, a log-in page) has no count.
func (p probe) made(product string, answer Answer) Made {
	body := Item{"product": product, "path": p.Path, "status": answer.Status}
	if answer.Status/100 == 2 && answer.Reason == "" {
		count, keys := p.sum(answer.Items)
		slices.Sort(keys)
		list := []any{}
		for _, key := range keys {
			list = append(list, key)
		}
		body["itemCount"], body["keys"] = count, list
	}
	return Made{[]string{product, p.Path}, body}
}

// listed counts items, and takes one member of each for its key; "" takes none.
func listed(key string) func([]Item) (int, []string) {
	return func(items []Item) (int, []string) {
		var keys []string
		for _, item := range items {
			if s := textAt(item, key); s != "" {
				keys = append(keys, s)
			}
		}
		return len(items), keys
	}
}

// dashboardsOpen leaves the system dashboard out, which every site shows.
func dashboardsOpen(items []Item) (int, []string) {
	return listed("id")(slices.DeleteFunc(items, func(d Item) bool { return d["systemDashboard"] == true }))
}

func permissionsOpen(items []Item) (count int, keys []string) {
	for _, item := range items {
		permissions, _ := item["permissions"].(Item)
		for key, p := range permissions {
			if textAt(p, "havePermission") == "true" {
				keys = append(keys, key)
			}
		}
	}
	return len(keys), keys
}

func peopleOpen(items []Item) (count int, keys []string) {
	for _, item := range items {
		count += len(elements(item, "users.users")) + len(elements(item, "groups.groups"))
	}
	return count, nil
}

// collectGrantSites lists what each 3LO grant reaches. A site comes once for each product; its scopes are joined.
func collectGrantSites(ctx context.Context, w *Walk) error {
	for _, c := range w.Credentials() {
		if c.Reaches == nil {
			continue
		}
		reached, err := c.Reaches(ctx)
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			w.Partly(fmt.Sprintf("what %s reaches: %v", c, err))
			continue
		}
		w.Emit(grantSites(c.String(), reached)...)
	}
	return nil
}

func grantSites(credential string, reached []Reach) []Made {
	sites := map[string]Item{}
	scopes := map[string]map[string]bool{}
	for _, r := range reached {
		if sites[r.CloudID] == nil {
			sites[r.CloudID] = Item{"credential": credential, "id": r.CloudID, "name": r.Name, "url": r.URL}
			scopes[r.CloudID] = map[string]bool{}
		}
		for _, scope := range r.Scopes {
			scopes[r.CloudID][scope] = true
		}
	}
	var made []Made
	for _, id := range slices.Sorted(maps.Keys(sites)) {
		list := []any{}
		for _, scope := range slices.Sorted(maps.Keys(scopes[id])) {
			list = append(list, scope)
		}
		sites[id]["scopes"] = list
		made = append(made, Made{[]string{credential, id}, sites[id]})
	}
	return made
}
