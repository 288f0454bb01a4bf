package collector

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// A site, its organisation, and what opens which of them.
func TestOrganisationKey(t *testing.T) {
	const orgs = `{"data":[{"id":"o-1","type":"orgs","attributes":{"name":"Harbourline"}}],"links":{}}`
	site := map[string]string{
		"/_edge/tenant_info":       `{"cloudId":"c-1"}`,
		"/rest/api/3/serverInfo":   `{"baseUrl":"https://harbourline.atlassian.net","deploymentType":"Cloud"}`,
		"/rest/api/3/myself":       `{"accountId":"a-1","displayName":"R. Okafor"}`,
		"/rest/api/3/users/search": `[{"accountId":"a-1"}]`,
	}
	stranger := map[string]string{"/_edge/tenant_info": site["/_edge/tenant_info"], "/rest/api/3/serverInfo": site["/rest/api/3/serverInfo"],
		"*": `401 {"errorMessages":["Client must be authenticated to access this resource."]}`}
	resources := []Resource{
		{Name: "org", Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin, Keep: []string{"id"}, Key: []string{"id"},
			Sources: []Source{{API: OrgAPI, Path: "/admin/v1/orgs", Pager: Admin(), Items: "data"}}},
		{Name: "org_domain", Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin, Keep: []string{"id"}, Key: []string{"id"}, Each: "org",
			Sources: []Source{{API: OrgAPI, Path: "/admin/v1/orgs/{id}/domains", Pager: Admin(), Items: "data", Granular: []string{"read:domains:admin"}}}},
		{Name: "jira_user", Product: Jira, Revision: 1, Lists: All, Keep: []string{"accountId"}, Key: []string{"accountId"},
			Sources: []Source{{API: JiraAPI, Path: "/rest/api/3/users/search", Pager: Single()}}},
	}
	token, key := Basic(APIToken, "test", "", "a@harbourline.example", plantedToken), Bearer(OrgKey, "test", "", "key-"+plantedToken)
	for name, c := range map[string]struct {
		site, gateway map[string]string
		credentials   []Credential
		want          error
		words         string
		org, domain   store.Outcome
		user          store.Outcome
		reason        string // of org_domain, or of jira_user where that is not complete
		missing       string
		kinds         string
		held          bool
	}{
		"both":            {site, map[string]string{"/admin/v1/orgs": orgs, "/admin/v1/orgs/o-1/domains": `{"data":[{"id":"d-1"}],"links":{}}`}, []Credential{token, key}, nil, "", store.Complete, store.Complete, store.Complete, "", "", "org-key token", true},
		"no key":          {site, nil, []Credential{token}, nil, "", store.Skipped, store.Skipped, store.Complete, "no organisation API key", "organisation API key", "token", false},
		"key refused":     {site, map[string]string{"*": `401 {"code":401,"message":"Unauthorized"}`}, []Credential{token, key}, nil, "", store.Denied, store.Denied, store.Complete, "Unauthorized", "organisation API key", "token", false},
		"key forbidden":   {site, map[string]string{"*": `403 {"errors":[{"status":403,"title":"not allowed here"}]}`}, []Credential{token, key}, nil, "", store.Denied, store.Denied, store.Complete, "not allowed here", "organisation API key", "token", false},
		"a scope lacks":   {site, map[string]string{"/admin/v1/orgs": orgs, "*": `403 {"errors":[{"status":403,"title":"scope"}]}`}, []Credential{token, key}, nil, "", store.Complete, store.Denied, store.Complete, "scope", "read:domains:admin", "org-key token", true},
		"401 for a scope": {site, map[string]string{"/admin/v1/orgs": orgs, "*": `401 {"code":401,"message":"no scope"}`}, []Credential{token, key}, nil, "", store.Complete, store.Denied, store.Complete, "no scope", "read:domains:admin", "org-key token", true},
		"of nobody":       {site, map[string]string{"/admin/v1/orgs": `{"data":[],"links":{}}`}, []Credential{token, key}, nil, "", store.Denied, store.Skipped, store.Complete, "an empty list", orgAdmin, "org-key token", false},
		"the key alone":   {site, map[string]string{"/admin/v1/orgs": orgs, "/admin/v1/orgs/o-1/domains": `{"data":[{"id":"d-1"}],"links":{}}`}, []Credential{key}, nil, "", store.Complete, store.Complete, store.Denied, "no sign-in for Jira", "sign-in for Jira", "org-key", true},
		"and another's":   {site, map[string]string{"/admin/v1/orgs": orgs}, []Credential{Bearer(DCToken, "test", "", plantedToken), key}, ErrCloud, "", "", "", "", "", "", "", false},
		"alone, refused":  {site, map[string]string{"*": `401 {"code":401,"message":"Unauthorized"}`}, []Credential{key}, ErrSignInRefused, "organisation's API", "", "", "", "", "", "", false},
		"token refused":   {stranger, map[string]string{"/admin/v1/orgs": orgs, "*": stranger["*"]}, []Credential{token, key}, ErrSignInRefused, "must be authenticated", "", "", "", "", "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			door1, door2 := &door{answers: c.site}, &door{answers: c.gateway}
			front, gateway := httptest.NewServer(door1), httptest.NewServer(door2)
			defer front.Close()
			defer gateway.Close()
			f := openFile(t)
			result, err := Collect(t.Context(), Options{File: f, Addresses: []string{front.URL}, Credentials: c.credentials, APIBase: gateway.URL, Resources: resources, Now: testNow, manners: quick()})
			if !errors.Is(err, c.want) || c.want != nil && !strings.Contains(err.Error(), c.words) {
				t.Fatalf("%v", err)
			}
			if err != nil {
				return
			}
			of := map[string]store.Coverage{}
			for _, one := range result.Coverage {
				of[one.Resource] = one
			}
			if of["org"].Outcome != c.org || of["org_domain"].Outcome != c.domain || of["jira_user"].Outcome != c.user {
				t.Errorf("org %s, org_domain %s, jira_user %s: %+v", of["org"].Outcome, of["org_domain"].Outcome, of["jira_user"].Outcome, of["org_domain"])
			}
			told := of["org_domain"]
			if c.user != store.Complete {
				told = of["jira_user"]
			}
			if !strings.Contains(told.Reason, c.reason) || strings.Join(told.Missing, " ") != c.missing {
				t.Errorf("%s: %s, missing %v", told.Resource, told.Reason, told.Missing)
			}
			v := result.Snapshot.Vantage
			if strings.Join(v.Credentials, " ") != c.kinds || slices.Contains(v.Permissions, orgAdmin) != c.held {
				t.Errorf("vantage %+v", v)
			}
			for _, path := range door1.shown {
				if len(c.credentials) == 1 && c.credentials[0].Kind == OrgKey {
					t.Errorf("the site was shown the organisation's key at %s", path)
				}
			}
			for _, path := range door2.shown {
				if !strings.HasPrefix(path, "/admin/") {
					t.Errorf("the gateway was shown a credential at %s", path)
				}
			}
		})
	}
}
