package collector

import (
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// installation is a Data Center installation of two products behind one reverse proxy, which states an address of its
// own. It answers a wrong token as Jira does (401) or as to nobody.
type installation struct {
	jira, confluence string // context paths; "-": there is none
	closed           bool   // nobody is told a manifest
	guarded          bool   // nobody is told anything at all
	token            map[Product]string
	nobody           bool // a wrong token is taken for no token, with status 200
	admin            bool
	shown            []string // paths that were shown a token
}

func (d *installation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		d.shown = append(d.shown, r.URL.Path)
	}
	product, path := Jira, strings.TrimPrefix(r.URL.Path, d.jira)
	inside := func(context string) bool {
		return context != "-" && (r.URL.Path == context || strings.HasPrefix(r.URL.Path, context+"/"))
	}
	switch {
	case inside(d.confluence) && (len(d.confluence) >= len(d.jira) || !inside(d.jira)):
		product, path = Confluence, strings.TrimPrefix(r.URL.Path, d.confluence)
	case !inside(d.jira):
		http.NotFound(w, r)
		return
	}
	good := r.Header.Get("Authorization") == "Bearer "+d.token[product]
	w.Header().Set("X-AUSERNAME", "anonymous")
	if good {
		w.Header().Set("X-AUSERNAME", "rokafor")
	}
	answers := map[string]string{
		"jira/rest/api/2/serverInfo":                  `{"baseUrl":"https://work.harbourline.example/jira","version":"10.3.12","deploymentType":"Server","serverTitle":"Harbourline Jira"}`,
		"jira/rest/applinks/1.0/manifest":             `{"id":"j-server","typeId":"jira","name":"Jira","version":"10.3.12","url":"https://work.harbourline.example/jira"}`,
		"jira/rest/api/2/myself?":                     `{"key":"JIRAUSER10100","name":"rokafor","displayName":"R. Okafor","groups":{"size":1,"items":[{"name":"jira-administrators"}]}}`,
		"jira/rest/api/2/mypermissions?":              `{"permissions":{"ADMINISTER":{"havePermission":true},"SYSTEM_ADMIN":{"havePermission":false},"BROWSE":{"havePermission":true}}}`,
		"confluence/rest/applinks/1.0/manifest":       `{"id":"c-server","typeId":"confluence","name":"Harbourline Confluence","version":"10.2.14","url":"https://work.harbourline.example/wiki"}`,
		"confluence/rest/api/space":                   `{"results":[],"start":0,"limit":1,"size":0,"_links":{"self":"x","base":"https://work.harbourline.example/wiki","context":"/wiki"}}`,
		"confluence/rest/api/user/current?":           `{"type":"known","username":"rokafor","userKey":"2c9d","displayName":"R. Okafor"}`,
		"confluence/rest/api/user/memberof?":          `{"results":[{"type":"group","name":"confluence-users"}]}`,
		"confluence/rest/api/permissions?":            `[{"operation":{"operation":"administer"}}]`,
		"confluence/rest/api/server-information?":     `{"version":"10.2.14","baseUrl":"https://work.harbourline.example/wiki"}`,
		"confluence/display/PEOPLE/Onboarding":        `<html><title>Onboarding - Confluence</title>`,
		"jira/secure/Dashboard.jspa":                  `<html><title>System dashboard</title>`,
		"jira/login.jsp":                              `<html><title>Log in</title>`,
		"confluence/rest/applinks/1.0/manifest?after": "",
	}
	body, found := answers[string(product)+path]
	members, mine := answers[string(product)+path+"?"]
	switch {
	case d.guarded && !good:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message":"Client must be authenticated to access this resource.","status-code":401}`))
	case d.closed && strings.HasSuffix(path, "/manifest"):
		w.WriteHeader(http.StatusForbidden)
	case found:
		_, _ = w.Write([]byte(body))
	case mine && good && strings.HasSuffix(path, "/permissions") && !d.admin:
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"statusCode":403,"message":"administrators only","reason":"Forbidden"}`))
	case mine && good:
		_, _ = w.Write([]byte(members))
	case mine && d.nobody:
		_, _ = w.Write([]byte(`{"type":"anonymous"}`))
	case mine:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message":"Client must be authenticated to access this resource.","status-code":401}`))
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`<html><title>Page not found</title>`))
	}
}

// What stands at the addresses of a Data Center installation, whoever wrote them down.
func TestIdentifyDataCenter(t *testing.T) {
	both := map[Product]string{Jira: plantedToken, Confluence: plantedToken}
	for name, c := range map[string]struct {
		site     installation
		given    []string // paths
		products string
		ids      string
		groups   string
		held     string
		account  string
		want     error
		words    string
	}{
		"Jira":               {site: installation{jira: "", confluence: "-", token: both}, given: []string{""}, products: "jira", ids: "j-server https://work.harbourline.example/jira", groups: "jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"a page of Jira":     {site: installation{jira: "/jira", confluence: "-", token: both}, given: []string{"/jira/secure/Dashboard.jspa"}, products: "jira", ids: "j-server https://work.harbourline.example/jira", groups: "jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"Confluence":         {site: installation{jira: "-", confluence: "/wiki", token: both, admin: true}, given: []string{"/wiki"}, products: "confluence", ids: "c-server https://work.harbourline.example/wiki", groups: "confluence/confluence-users", held: "confluence:administer", account: "2c9d"},
		"a page of it":       {site: installation{jira: "", confluence: "/wiki", token: both}, given: []string{"/wiki/display/PEOPLE/Onboarding"}, products: "confluence", ids: "c-server https://work.harbourline.example/wiki", groups: "confluence/confluence-users", account: "2c9d"},
		"both, Jira leads":   {site: installation{jira: "/jira", confluence: "/wiki", token: both, admin: true}, given: []string{"/wiki", "/jira"}, products: "jira confluence", ids: "j-server c-server https://work.harbourline.example/jira https://work.harbourline.example/wiki", groups: "confluence/confluence-users jira/jira-administrators", held: "ADMINISTER confluence:administer", account: "JIRAUSER10100"},
		"no manifest":        {site: installation{jira: "", confluence: "/wiki", token: both, closed: true}, given: []string{"", "/wiki"}, products: "jira confluence", ids: "https://work.harbourline.example/jira https://work.harbourline.example/wiki", groups: "confluence/confluence-users jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"members only":       {site: installation{jira: "/jira", confluence: "-", token: both, guarded: true}, given: []string{"/jira"}, products: "jira", ids: "j-server https://work.harbourline.example/jira", groups: "jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"its Confluence":     {site: installation{jira: "-", confluence: "/wiki", token: both, guarded: true}, given: []string{"/wiki"}, products: "confluence", ids: "c-server https://work.harbourline.example/wiki", groups: "confluence/confluence-users", account: "2c9d"},
		"one twice":          {site: installation{jira: "/jira", confluence: "-", token: both}, given: []string{"/jira", "/jira/browse/DOCK-1"}, products: "jira", ids: "j-server https://work.harbourline.example/jira", groups: "jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"a token for one":    {site: installation{jira: "/jira", confluence: "/wiki", token: map[Product]string{Jira: plantedToken, Confluence: "another"}}, given: []string{"/jira", "/wiki"}, products: "jira confluence", ids: "j-server c-server https://work.harbourline.example/jira https://work.harbourline.example/wiki", groups: "jira/jira-administrators", held: "ADMINISTER", account: "JIRAUSER10100"},
		"a wrong token":      {site: installation{jira: "", confluence: "-"}, given: []string{""}, want: ErrSignInRefused, words: "must be authenticated"},
		"taken for nobody":   {site: installation{jira: "-", confluence: "/wiki", nobody: true}, given: []string{"/wiki"}, want: ErrSignInRefused, words: "as to nobody"},
		"a page that is not": {site: installation{jira: "/jira", confluence: "-", token: both}, given: []string{"/shop/boats"}, want: ErrNotAtlassian},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			front := httptest.NewServer(&c.site)
			defer front.Close()
			i := &identifier{client: quickClient(t), gateway: front.URL, log: func(store.Request) {}}
			var given []string
			for _, path := range c.given {
				given = append(given, front.URL+path)
			}
			_, v, _, err := i.see(t.Context(), given, []Credential{Bearer(DCToken, "environment", "", plantedToken)})
			if !errors.Is(err, c.want) || c.want != nil && !strings.Contains(err.Error(), c.words) {
				t.Fatalf("%v", err)
			}
			for _, path := range c.site.shown {
				if !c.site.guarded && strings.Contains(path, "manifest") || !c.site.guarded && strings.Contains(path, "serverInfo") || strings.Contains(path, "tenant_info") {
					t.Errorf("%s was shown the token", path)
				}
			}
			if c.want != nil {
				return
			}
			var products []string
			for _, d := range i.site.dc {
				products = append(products, string(d.product))
			}
			if i.site.Kind != "dc" || strings.Join(products, " ") != c.products || strings.Join(i.site.IDs, " ") != c.ids {
				t.Errorf("a %s of %v, known as %v", i.site.Kind, products, i.site.IDs)
			}
			if v.Account != c.account || strings.Join(v.Groups, " ") != c.groups || strings.Join(v.Permissions, " ") != c.held || !slices.Equal(v.Credentials, []string{DCToken}) {
				t.Errorf("seen from %+v", v)
			}
		})
	}
}

// Addresses that are not of one site.
func TestSeveralSites(t *testing.T) {
	start := func(h http.Handler) string {
		front := httptest.NewServer(h)
		t.Cleanup(front.Close)
		return front.URL
	}
	jira := start(&installation{jira: "", confluence: "-"})
	other := start(&door{answers: map[string]string{"/rest/api/2/serverInfo": `{"baseUrl":"https://jira.tidewell.example","deploymentType":"Server","version":"11.3.8"}`}})
	cloud := start(&door{answers: map[string]string{"/_edge/tenant_info": `{"cloudId":"c-1"}`}})
	stash := start(&door{answers: map[string]string{"/rest/applinks/1.0/manifest": `{"id":"s","typeId":"stash","name":"Bitbucket"}`}})
	for name, c := range map[string]struct {
		given []string
		want  error
		words string
	}{
		"two Jiras":             {[]string{jira, other}, ErrAddress, "both are Jira"},
		"Cloud beside":          {[]string{jira, cloud}, ErrAddress, "one is Data Center, the other Cloud"},
		"Data Center beside":    {[]string{cloud, jira}, ErrAddress, "one is Data Center, the other Cloud"},
		"Bitbucket":             {[]string{stash}, ErrNotAtlassian, "is stash"},
		"a key of organisation": {[]string{jira}, ErrSignInMissing, "personal access token"},
	} {
		i := &identifier{client: quickClient(t), gateway: cloud, log: func(store.Request) {}}
		_, _, _, err := i.see(t.Context(), c.given, []Credential{Bearer(OrgKey, "environment", "", plantedToken)})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A kept token goes to the address that it was added for, and nowhere else.
func TestTokensOfTwoProducts(t *testing.T) {
	d := &installation{jira: "/jira", confluence: "/wiki", token: map[Product]string{Jira: "one-" + plantedToken, Confluence: "two-" + plantedToken}}
	front := httptest.NewServer(d)
	defer front.Close()
	i := &identifier{client: quickClient(t), gateway: front.URL, log: func(store.Request) {}}
	sessions, v, _, err := i.see(t.Context(), []string{front.URL + "/jira", front.URL + "/wiki"}, []Credential{
		Bearer(DCToken, "confluence", front.URL+"/wiki", "two-"+plantedToken),
		Bearer(DCToken, "jira", "https://work.harbourline.example/jira", "one-"+plantedToken), // added by the address it states
		Bearer(DCToken, "other", "https://jira.tidewell.example", "three-"+plantedToken),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sessions) != 2 || len(i.refused) != 0 || !strings.HasPrefix(v.Account, "JIRAUSER10100") {
		t.Errorf("%d sessions, refused %v, account %s", len(sessions), i.refused, v.Account)
	}
}

// Behind a certificate of one's own, and through a proxy.
func TestDataCenterWay(t *testing.T) {
	d := &installation{jira: "/jira", confluence: "-", token: map[Product]string{Jira: plantedToken}}
	secure := httptest.NewTLSServer(d)
	defer secure.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	through := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "127.0.0.1:9" {
			t.Errorf("the proxy is asked for %s", r.URL)
		}
		through++
		d.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	resources := []Resource{{Name: "jira_instance", Product: Jira, Revision: 1, Keep: []string{"version"}, Key: []string{"=jira"},
		Sources: []Source{{API: JiraAPI, Path: "/rest/api/2/serverInfo", Pager: Single(), Items: "."}}}}
	for name, c := range map[string]struct {
		address, ca, proxy string
		want               error
	}{
		"its certificate is not known": {secure.URL + "/jira", "", "", ErrTLS},
		"it is":                        {secure.URL + "/jira", ca, "", nil},
		"through a proxy":              {"http://127.0.0.1:9/jira", "", proxy.URL, nil},
		"the proxy is gone":            {secure.URL + "/jira", ca, "http://127.0.0.1:9", ErrProxy},
	} {
		m := quick()
		m.retries = 0
		result, err := Collect(t.Context(), Options{File: openFile(t), Addresses: []string{c.address}, CA: c.ca, Proxy: c.proxy, Now: testNow, manners: m, Resources: resources,
			Credentials: []Credential{Bearer(DCToken, "test", "", plantedToken)}})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if c.want == nil && coverageOf(result)["jira_instance"].Outcome != store.Complete {
			t.Errorf("%s: %+v", name, coverageOf(result)["jira_instance"])
		}
	}
	if through == 0 {
		t.Error("nothing went through the proxy")
	}
}
