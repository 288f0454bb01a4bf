package collector

import (
	"net/http"
	"slices"
	"strings"

	"plumbline/store"
)

// Documents that the facts of this list were read in: the OpenAPI documents of the Organizations REST API (August 2026),
// of API Access and of Admin Control.
const (
	docOrganisation = "https://developer.atlassian.com/cloud/admin/organization/rest/"
	docAPIAccess    = "https://developer.atlassian.com/cloud/admin/api-access/rest/"
	docControl      = "https://developer.atlassian.com/cloud/admin/control/rest/"
)

// orgAdmin is the permission with which the organisation's lists hold all there is: a key that an administrator of the
// organisation made.
const orgAdmin = "org:admin"

// eventsPerMinute is how often the stream of events may be asked.
//
// Source: Organizations REST API, "Rate limits": events-stream 60 requests a minute per user, 50 per path.
const eventsPerMinute = 50

// organisationResources is what is collected of the organisation that a Cloud site belongs to, with an organisation key.
//
// A key with scopes is told nothing that its scopes do not open. Calls without Granular state none in the documents.
func organisationResources() []Resource {
	return slices.Concat([]Resource{
		{
			Name:    "org",
			About:   "An organisation that the key administers: its id and name.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Keep:    []string{"id", "attributes.name"},
			Key:     []string{"id"},
			Sources: []Source{orgSource("/admin/v1/orgs", Admin(), "data", docOrganisation+"api-group-orgs/#api-v1-orgs-get")},
			Collect: collectOrgs,
		},
		{
			Name:    "org_directory",
			About:   "A directory of accounts of the organisation: its id and name.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each:    "org",
			Keep:    []string{"directoryId", "name"},
			Key:     []string{"directoryId"},
			With:    withOrg,
			Sources: []Source{orgSource("/admin/v2/orgs/{id}/directories", AdminV2(100), "data", docOrganisation+"api-group-directory/#api-v2-orgs-orgid-directories-get", "read:directories:admin")},
		},
		{
			Name:    "org_workspace",
			About:   "A product instance of the organisation: its product, address and state, where its data lies, and whether it is a sandbox.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org",
			Keep: []string{
				"id", "attributes.name", "attributes.typeKey", "attributes.hostUrl", "attributes.status", "attributes.realm",
				"attributes.sandbox.type", "attributes.createdAt",
			},
			Key:     []string{"id"},
			With:    withOrg,
			Sources: []Source{orgWorkspaces},
		},
		{
			Name:    "org_domain",
			About:   "A domain of the organisation, and whether it is verified.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each:    "org",
			Keep:    []string{"id", "attributes.name", "attributes.claim.type", "attributes.claim.status"},
			Key:     []string{"id"},
			With:    withOrg,
			Sources: []Source{orgSource("/admin/v1/orgs/{id}/domains", Admin(), "data", docOrganisation+"api-group-domains/#api-v1-orgs-orgid-domains-get", "read:domains:admin")},
		},
		{
			Name:    "org_policy",
			About:   "A policy of the organisation (addresses that may sign in, where data lies, what may leave): its kind, state, rule and what it applies to.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org",
			Keep: []string{
				"id", "attributes.type", "attributes.name", "attributes.status", "attributes.rule.in[]", "attributes.rule.allowMobileBypass",
				"attributes.rule.export.effect", "attributes.resources[].id", "attributes.resources[].applicationStatus",
			},
			Key:  []string{"id"},
			With: withOrg,
			Sources: []Source{
				orgSource("/admin/v1/orgs/{id}/policies", Admin(), "data", docOrganisation+"api-group-policies/#api-v1-orgs-orgid-policies-get"),
				// The newer copy of the same list: deprecated without a successor, but the one that states a scope.
				orgSource("/admin/control/v1/orgs/{id}/policies", Admin(), "data", docControl+"api-group-policies/#api-admin-control-v1-orgs-orgid-policies-get", "read:policies:admin"),
			},
		},
		{
			Name:    "org_event",
			About:   "An entry of the organisation's audit log: when, which account, how it had signed in, what it did and to what, by id.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin, Event: true,
			Each: "org",
			Keep: []string{
				"id", "attributes.time", "attributes.action", "attributes.actor.id", "attributes.actor.auth.authType", "attributes.actor.auth.tokenId",
				"attributes.context[].type", "attributes.context[].id", "attributes.container[].type", "attributes.container[].id",
			},
			Key:     []string{"id"},
			With:    withOrg,
			Sources: []Source{orgEvents()},
		},
	}, organisationPeople(), organisationAccess())
}

// withOrg says which organisation an object is of: a key may administer several.
var withOrg = map[string]string{"orgId": "^id"}

// orgSource is a list of the organisation, which an organisation key alone opens.
func orgSource(path string, pager Pager, items, doc string, granular ...string) Source {
	return Source{API: OrgAPI, Path: path, Pager: pager, Items: items, Granular: granular, Credentials: []string{OrgKey}, Doc: doc}
}

// posted makes a search of a source: its parameters go into the body, beside these members.
func posted(src Source, body Item) Source {
	src.Method, src.Body = http.MethodPost, func(Item) any { return body }
	return src
}

var orgWorkspaces = posted(orgSource("/admin/v2/orgs/{id}/workspaces", AdminPostBare(1000), "data", docOrganisation+"api-group-workspaces/#api-v2-orgs-orgid-workspaces-post", "read:workspaces:admin"), Item{})

func orgEvents() Source {
	src := orgSource("/admin/v1/orgs/{id}/events-stream", AdminPoll(500), "data", docOrganisation+"api-group-events/#api-v1-orgs-orgid-events-stream-get", "read:events:admin")
	src.Query, src.PerMinute = "from={@fromMillis}&to={@toMillis}&sortOrder=asc", eventsPerMinute
	return src
}

// foreign says that none of the organisations has a workspace on the site, where that is sure: every workspace was read,
// they name their sites by cloud id, and the site is known by one.
//
// Source: Organizations REST API: the id of a workspace is an ARI, ari:cloud:jira::site/{cloudId}.
func foreign(site store.Site, workspaces []Item) bool {
	if !slices.ContainsFunc(site.IDs, isCloudID) {
		return false
	}
	named := false
	for _, w := range workspaces {
		if onSite(site, w) {
			return false
		}
		_, id, ok := strings.Cut(textAt(w, "id"), "::site/")
		named = named || ok && isCloudID(id)
	}
	return named
}

// onSite reports whether a workspace, or a product of an account, is on the site.
func onSite(site store.Site, workspace Item) bool {
	_, id, _ := strings.Cut(textAt(workspace, "id"), "::site/")
	host, _, _ := strings.Cut(strings.TrimPrefix(textAt(workspace, "attributes.hostUrl"), "https://"), "/")
	return slices.Contains(site.IDs, id) || host != "" && strings.EqualFold("https://"+host, site.Address)
}
