package collector

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"plumbline/store"
)

// Documents that the facts of this list were read in. Few of these calls are in an OpenAPI document: where only the names of
// Java classes are given, the members were read off the classes that the products answer with.
const (
	docAppManager  = "https://developer.atlassian.com/platform/marketplace/upm-api/"
	docAppLinks    = "https://support.atlassian.com/jira/kb/how-to-fetch-application-link-status-through-rest-api/"
	docBasicAuth   = "https://confluence.atlassian.com/enterprise/creating-an-allowlist-when-basic-authentication-is-disabled-1044106574.html"
	docSignOn      = "https://confluence.atlassian.com/enterprise/saml-single-sign-on-for-atlassian-data-center-applications-857050705.html"
	docHealthCheck = "https://confluence.atlassian.com/jirakb/how-to-retrieve-health-check-results-using-rest-api-867195158.html"
)

// signOnApp is what brought the settings of signing in; newer versions hold it from the start.
const signOnApp = "the app SSO for Atlassian Data Center"

// dcAdministrator is who may read how an installation is set up: an administrator of either product, each its own.
const dcAdministrator = "ADMINISTER|SYSTEM_ADMIN|confluence:administer"

// dcPlatformResources is what both products of a Data Center installation have, what anybody can see of it, and the sign-ins.
// The keys begin with the product.
func dcPlatformResources() []Resource {
	return append([]Resource{
		{
			Name:    "app",
			About:   "An app that is installed in Jira or Confluence: its key, name, version and vendor, whether it runs, and whether a newer version waits.",
			Product: Platform, Revision: 1, Lists: All, Permission: dcAdministrator,
			Keep:    []string{"key", "name", "version", "enabled", "userInstalled", "vendor.name", "updateAvailable", "update.version", "product"},
			Key:     []string{"product", "key"},
			Union:   true,
			Sources: ofEach(installedApps, appUpdates, appUpgrades),
			Collect: collectDCApps,
		},
		{
			Name:    "cluster_node",
			About:   "A node of the cluster that Jira or Confluence runs on: its id, state, address and version. An installation that is no cluster has none.",
			Product: Platform, Revision: 1, Lists: All, Permission: dcAdministrator,
			Keep:  []string{"nodeId", "state", "alive", "ip", "cacheListenerPort", "nodeVersion", "product"},
			Key:   []string{"product", "nodeId"},
			Union: true,
			Sources: []Source{
				dcSource("cluster/nodes", "", Single(), ""),
				since("Confluence 9.3", wikiSource("/rest/api/cluster/nodes", "", V1(100), "results", "api-group-cluster-information/#api-rest-api-cluster-nodes-get")),
			},
			Collect: ofBoth(http.StatusMethodNotAllowed, "nodeId", nil), // 405: "if you call this method, but don't have Jira Data Center"
		},
		{
			Name:    "application_link",
			About:   "A link to another application: its kind, name and the two addresses it has. Never how it signs in.",
			Product: Platform, Revision: 1, Lists: All, Permission: dcAdministrator,
			Keep:    []string{"id", "name", "type", "displayUrl", "rpcUrl", "system", "primary", "product"},
			Key:     []string{"product", "id"},
			Union:   true,
			Sources: ofEach(appLinks, appLinks1),
			Collect: ofBoth(0, "id", applicationLink),
		},
		{
			Name:    "basic_auth",
			About:   "Whether passwords are still accepted for the REST API, and the log-in names and paths that are exempt.",
			Product: Platform, Revision: 1, Lists: All, Permission: "SYSTEM_ADMIN|confluence:administer",
			Keep:     []string{"block-requests", "allowed-paths[]", "allowed-users[]", "product"},
			Personal: []string{"allowed-users[]"},
			Key:      []string{"product", "=config"},
			Union:    true,
			Sources: ofEach(func(api API) Source {
				return since(signOnApp, Source{API: api, Path: "/rest/basicauth/1.0/config", Pager: Single(), Items: ".", Doc: docBasicAuth})
			}),
			Collect: ofBoth(0, "", nil),
		},
		{
			Name:    "single_sign_on",
			About:   "The identity providers that people sign in with, by name and kind, and whether the log-in page can be had beside them. Never certificates and client secrets.",
			Product: Platform, Revision: 1, Lists: All, Permission: "SYSTEM_ADMIN|confluence:administer",
			Keep:    []string{"id", "name", "sso-type", "enabled", "enable-authentication-fallback", "show-login-form", "product"},
			Key:     []string{"product", "id"},
			Union:   true,
			Sources: ofEach(signOn, identityProviders),
			Collect: collectSignOn,
		},
		{
			Name:    "health_check",
			About:   "A health check that the product makes of itself, and its result in words.",
			Product: Platform, Revision: 1, Lists: All, Permission: dcAdministrator,
			Keep:    []string{"completeKey", "name", "isHealthy", "isEnabled", "failureReason", "severity", "nodeId", "product"},
			Key:     []string{"product", "completeKey"},
			Union:   true,
			Sources: ofEach(func(api API) Source { return healthChecks(api, "troubleshooting") }, func(api API) Source { return healthChecks(api, "supportHealthCheck") }),
			Collect: ofBoth(0, "completeKey", nil),
		},
		{
			Name:    "backup_job",
			About:   "A backup of Confluence that somebody asked for: of what, when, and what became of it. Never who, nor the file.",
			Product: Confluence, Revision: 1, Lists: All, Permission: "confluence:administer",
			Keep: []string{"id", "jobOperation", "jobScope", "jobState", "createTime", "finishProcessingTime", "fileExists", "spaceKeys", "product"},
			Key:  []string{"=confluence", "id"},
			// There are no pages: more than these are never told.
			Sources: []Source{since("Confluence 8.3", wikiSource("/rest/api/backup-restore/jobs", "jobOperation=BACKUP&limit=1000", Single(), "", "api-group-backup-and-restore/#api-rest-api-backup-restore-jobs-get"))},
			Collect: collectBackups,
		},
		{
			Name:    "http_probe",
			About:   "What the address of Jira or Confluence answers over plain http and over https to somebody without any sign-in: the status, where it sends on to, how connections are kept safe.",
			Product: Platform, Revision: 1, Lists: All,
			Keep:    []string{"product", "scheme", "status", "location", "strictTransportSecurity", "tlsVersion", "closed", "reason"},
			Key:     []string{"product", "scheme"},
			Collect: collectHeads,
		},
		{
			Name:    "anonymous_probe",
			About:   "What the installation answers to somebody without any sign-in: the status, how many things are listed, and their keys; whether the page to sign up is open. Never people.",
			Product: Platform, Revision: 1, Lists: All,
			Keep:    []string{"product", "path", "status", "itemCount", "keys[]"},
			Key:     []string{"product", "path"},
			Union:   true,
			Sources: probeSources(dcProbes()),
			Collect: probing(dcProbes()),
		},
	}, signIns()...)
}

// ofEach is each source for Jira, then each for Confluence.
func ofEach(sources ...func(API) Source) []Source {
	var all []Source
	for _, api := range []API{JiraAPI, ConfluenceAPI} {
		for _, source := range sources {
			all = append(all, source(api))
		}
	}
	return all
}

// installedApps is the list of the app manager, which takes no Accept but its own (406).
func installedApps(api API) Source {
	src := apps(api, "/rest/plugins/1.0/")
	src.Credentials, src.NotFound = nil, "" // every installation has it: one that is not found is hidden, by a proxy for instance
	src.Keep = []string{"key", "name", "version", "enabled", "userInstalled", "vendor.name"}
	src.Doc = docAppManager
	return src
}

// appUpdates is the list of what the Marketplace knows of the apps that are installed: update is there where a newer version
// waits. Where the Marketplace could not be reached, or is switched off, hostStatus says so, and no update is no news.
//
// Source: classes InstalledMarketplacePluginRepresentation and HostStatusRepresentation of the app manager.
func appUpdates(api API) Source {
	return Source{
		API: api, Path: "/rest/plugins/1.0/installed-marketplace", Query: "updates=true", Pager: Single(), Items: ".", NotFound: store.Unavailable,
		Header: map[string]string{"Accept": "application/vnd.atl.plugins+json"},
		Keep:   []string{"plugins[].key", "plugins[].updateAvailable", "plugins[].update.version", "hostStatus.pacUnavailable", "hostStatus.pacDisabled"},
		Doc:    docAppManager + " (classes InstalledMarketplacePluginRepresentation, HostStatusRepresentation)",
	}
}

// appUpgrades is the list that app managers before that one have: an app is in it where a newer version waits.
//
// Source: UPM's REST interface as public programs ask it; no document of Atlassian's shows it.
func appUpgrades(api API) Source {
	src := appUpdates(api)
	src.Path, src.Query, src.Doc = "/rest/plugins/1.0/available/upgrades", "", docAppManager
	src.Keep = []string{"plugins[].key", "plugins[].version", "hostStatus.pacUnavailable", "hostStatus.pacDisabled"}
	return src
}

// appLinks is the list of links; appLinks1 the one of older versions, which has them one level down.
func appLinks(api API) Source {
	return Source{API: api, Path: "/rest/applinks/3.0/applinks", Pager: Single(), NotFound: store.Unavailable,
		Keep: []string{"id", "name", "type", "displayUrl", "rpcUrl", "system", "primary"},
		Doc:  docAppLinks + " (class RestApplicationLink)"}
}

func appLinks1(api API) Source {
	return Source{API: api, Path: "/rest/applinks/1.0/listApplicationlinks", Pager: Single(), Items: "list",
		Keep: []string{"application.id", "application.name", "application.typeId", "application.displayUrl", "application.rpcUrl", "application.isPrimary", "isSystem"},
		Doc:  docAppLinks + " (classes LinkAndAuthProviderEntity, ApplicationLinkEntity)"}
}

// applicationLink makes one spelling of the two, and leaves what follows the path out of the addresses.
func applicationLink(link Item) Item {
	if old, ok := link["application"].(Item); ok {
		old["type"], old["primary"], old["system"] = old["typeId"], old["isPrimary"], link["isSystem"]
		delete(old, "typeId")
		delete(old, "isPrimary")
		link = old
	}
	for _, name := range []string{"displayUrl", "rpcUrl"} {
		if u, err := url.Parse(textAt(link, name)); err == nil && u.Host != "" {
			link[name] = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
		}
	}
	return link
}

func signOn(api API) Source {
	return since(signOnApp, Source{API: api, Path: "/rest/authconfig/1.0/sso", Pager: Single(), Items: ".",
		Keep: []string{"enable-authentication-fallback", "show-login-form"}, Doc: docSignOn + " (class SsoConfigEntity)"})
}

func identityProviders(api API) Source {
	keep := []string{"id", "name", "sso-type", "enabled"}
	return since(signOnApp, Source{API: api, Path: "/rest/authconfig/1.0/idps", Query: "limit=1000", Pager: Single(), Items: ".",
		Keep: slices.Concat(under("results[]", keep), under("values[]", keep), []string{"isLastPage"}), Doc: docSignOn + " (class IdpConfigEntity)"})
}

func healthChecks(api API, plugin string) Source {
	return since("the app Troubleshooting and support tools", Source{API: api, Path: "/rest/" + plugin + "/1.0/check/", Pager: Single(), Items: "statuses",
		Keep: []string{"completeKey", "name", "isHealthy", "isEnabled", "failureReason", "severity", "nodeId"},
		Doc:  docHealthCheck + " (class HealthCheckStatus)"})
}

// ofBoth reads, for each product that the installation has, the first of its sources that answers; a refusal with the status
// none says that there is none. id names the member that makes the key with the product, "" the one object there is. Where one
// thing comes twice, the one that is not healthy stays.
func ofBoth(none int, id string, spell func(Item) Item) func(ctx context.Context, w *Walk) error {
	return func(ctx context.Context, w *Walk) error {
		return eachProduct(ctx, w, func(ctx context.Context, w *Walk, product string, sources []Source) error {
			found := map[string]Made{}
			defer func() {
				for _, key := range slices.Sorted(maps.Keys(found)) {
					w.Emit(found[key])
				}
			}()
			var refusal *Refusal
			for _, src := range sources {
				err := each(w.Fetch(ctx, src, nil), func(item Item) {
					if spell != nil {
						item = spell(item)
					}
					key := []string{product, "config"}
					if id != "" {
						if key[1] = textAt(item, id); key[1] == "" {
							w.Partly("some are without an id")
							return
						}
					}
					item["product"] = product
					if had, twice := found[store.Key(key...)]; !twice || had.Body["isHealthy"] != false {
						found[store.Key(key...)] = Made{key, item}
					}
				})
				r := Refused(err)
				if r == nil {
					return err
				}
				if none != 0 && r.Status == none {
					return &Refusal{Outcome: store.Unavailable, Status: r.Status, Reason: r.Reason}
				}
				if refusal == nil || refusal.Outcome == store.Unavailable {
					refusal = r
				}
			}
			return refusal
		})
	}
}

// eachProduct hands over the sources of each product that the installation has, each as a part of its own under the product's
// name, so that it can be told what came of one product alone: store.Coverage.Of. What one product refuses makes the whole
// partial, unless it says that it has no such thing; what all refuse is the outcome.
func eachProduct(ctx context.Context, w *Walk, read func(ctx context.Context, part *Walk, product string, sources []Source) error) error {
	sources := map[string][]Source{}
	for _, s := range w.resource.Sources {
		if product := productOf[s.API]; w.Has(product) {
			sources[string(product)] = append(sources[string(product)], s)
		}
	}
	w.part.tally.apart = true
	return w.Each(ctx, parents("product", slices.Sorted(maps.Keys(sources))...), func(ctx context.Context, part *Walk) error {
		product, _ := part.Parent()
		return read(ctx, part, product, sources[product])
	})
}

// collectDCApps lists the apps of each product, and says of those that the Marketplace knows whether a newer version waits.
func collectDCApps(ctx context.Context, w *Walk) error {
	return eachProduct(ctx, w, func(ctx context.Context, w *Walk, product string, sources []Source) error {
		apps := map[string]Item{}
		err := each(w.Fetch(ctx, sources[0], nil), func(app Item) {
			app["product"] = product
			apps[textAt(app, "key")] = app
		})
		if err != nil {
			return err
		}
		delete(apps, "")
		waiting := func(answer Item, newer func(app, known Item)) {
			if status := asItem(answer["hostStatus"]); status["pacUnavailable"] == true || status["pacDisabled"] == true {
				w.part.notes = append(w.part.notes, product+" could not ask the Marketplace which updates wait")
				return
			}
			for _, known := range elements(answer, "plugins") {
				if app := apps[textAt(known, "key")]; app != nil {
					newer(app, known)
				}
			}
		}
		err = each(w.Fetch(ctx, sources[1], nil), func(answer Item) {
			waiting(answer, func(app, known Item) {
				version := textAt(known, "update.version")
				app["updateAvailable"] = version != "" || known["updateAvailable"] == true
				if version != "" {
					app["update"] = Item{"version": version}
				}
			})
		})
		if r := Refused(err); r != nil && r.Outcome == store.Unavailable {
			err = each(w.Fetch(ctx, sources[2], nil), func(answer Item) {
				if _, told := answer["plugins"].([]any); told && asItem(answer["hostStatus"])["pacUnavailable"] != true && asItem(answer["hostStatus"])["pacDisabled"] != true {
					for _, app := range apps {
						app["updateAvailable"] = false
					}
				}
				waiting(answer, func(app, known Item) {
					app["updateAvailable"], app["update"] = true, Item{"version": textAt(known, "version")}
				})
			})
		}
		if r := Refused(err); r != nil {
			w.part.notes = append(w.part.notes, "without the updates that wait: "+r.Reason)
		} else if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(apps)) {
			w.Emit(Made{[]string{product, key}, apps[key]})
		}
		return nil
	})
}

// collectSignOn makes an object of the settings, and one of each provider.
func collectSignOn(ctx context.Context, w *Walk) error {
	return eachProduct(ctx, w, func(ctx context.Context, w *Walk, product string, sources []Source) error {
		if err := each(w.Fetch(ctx, sources[0], nil), func(settings Item) {
			settings["product"] = product
			w.Emit(Made{[]string{product, "config"}, settings})
		}); err != nil {
			return err
		}
		return each(w.Fetch(ctx, sources[1], nil), func(page Item) {
			list, told := page["results"].([]any)
			if !told {
				list, told = page["values"].([]any)
			}
			if !told || page["isLastPage"] == false {
				w.Partly("the answer does not list all identity providers of " + product)
			}
			for _, provider := range list {
				provider := asItem(provider)
				provider["product"] = product
				w.Emit(Made{[]string{product, textAt(provider, "id")}, provider})
			}
		})
	})
}

// collectBackups lists the jobs; an answer that is full may have left older ones out.
func collectBackups(ctx context.Context, w *Walk) error {
	const most = 1000 // as asked for
	n := 0
	err := each(w.Fetch(ctx, w.resource.Sources[0], nil), func(job Item) {
		n++
		job["product"] = string(Confluence)
		w.Emit(Made{[]string{string(Confluence), textAt(job, "id")}, job})
	})
	if n >= most {
		w.Bounded(most)
	}
	return err
}

// signUpForm is the form by which somebody makes an account in Jira, which the page shows where that is open to all.
//
// Source: signup.jsp of Jira: the form's action is Signup.jspa.
var signUpForm = regexp.MustCompile(`(?i)<form[^>]*\saction="[^"]*\bSignup\.jspa`)

// dcProbes are the calls that may be made anonymously. Data Center has no list of filters.
func dcProbes() []probe {
	list := func(resource, query, items string, keep ...string) Source {
		src := dcSource(resource, query, Single(), items)
		src.Keep = keep
		return src
	}
	page := func(path, doc string) Source {
		return Source{API: JiraAPI, Path: path, Pager: Single(), Items: ".", Keep: []string{"none"}, Doc: doc}
	}
	return []probe{
		{Source: list("mypermissions", "", ".", "permissions.*.havePermission"), sum: permissionsOpen},
		{Source: list("project", "", "", "key"), sum: listed("key")},
		{Source: list("dashboard", "maxResults=50", "dashboards", "id"), sum: dcDashboardsOpen},
		{Source: list("user/picker", "query=a", "users", "key"), sum: listed("")},
		{Source: list("user/search", "username=a", "", "key"), sum: listed("")},
		{Source: list("groupuserpicker", "query=a", ".", "users.users[].key", "groups.groups[].name"), sum: peopleOpen},
		{Source: page("/secure/Signup!default.jspa", "https://confluence.atlassian.com/adminjiraserver/enabling-public-signup-and-captcha-938847051.html"),
			page: func(html string) (int, bool) { return len(signUpForm.FindAllString(html, 1)), true }},
		// What the customer portal answers where nobody may sign up differs from version to version: the status is all that is told.
		{Source: page("/servicedesk/customer/user/signup", "https://confluence.atlassian.com/servicemanagementserver/managing-access-to-your-service-project-939926273.html"),
			page: func(string) (int, bool) { return 0, false }},
		{Source: wikiSource("/rest/api/space", "limit=25", Single(), "results", "api-group-space/#api-rest-api-space-get", "key"), sum: listed("key")},
	}
}

// dcDashboardsOpen leaves the system dashboard out, which every site shows. It is the first that is made.
func dcDashboardsOpen(items []Item) (int, []string) {
	return listed("id")(slices.DeleteFunc(items, func(d Item) bool { return strings.TrimSpace(textAt(d, "id")) == "10000" }))
}
