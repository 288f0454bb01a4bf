package collector

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// door answers the paths it knows, and the others as Jira does.
type door struct {
	answers map[string]string // path to body; a body that begins with three digits and a blank has that status
	mu      sync.Mutex
	asked   []string
	shown   []string // paths that got a credential
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, r.URL.Path)
	body, ok := d.answers[r.URL.Path]
	if r.Header.Get("Authorization") != "" {
		d.shown = append(d.shown, r.URL.Path)
		if told := d.answers["members:"+r.URL.Path]; told != "" {
			body = told
		}
	}
	if !ok {
		body = d.answers["*"]
	}
	if body == "" {
		body = `404 {"errorMessages":["no such thing"],"errors":{}}`
	}
	if strings.HasPrefix(body, "<") {
		w.Header().Set("Content-Type", "text/html")
	}
	var status int
	if n, _ := fmt.Sscanf(body[:min(3, len(body))], "%d", &status); n == 1 && len(body) > 3 && body[3] == ' ' {
		if to, found := strings.CutPrefix(body[4:], "to "); found {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(status)
		body = body[4:]
	}
	_, _ = w.Write([]byte(body))
}

// What a site can say of itself, and what it is known by then.
func TestIdentify(t *testing.T) {
	const (
		tenant  = `{"cloudId":"c-1"}`
		server  = `{"baseUrl":"https://harbourline.atlassian.net","deploymentType":"Cloud","serverTitle":"Harbourline","version":"1001.0.0"}`
		system  = `{"cloudId":"c-1","baseUrl":"https://harbourline.atlassian.net/wiki","siteTitle":"Harbourline wiki"}`
		me      = `{"accountId":"a-1","displayName":"R. Okafor","groups":{"items":[{"groupId":"g-1","name":"x"}]}}`
		rights  = `{"permissions":{"ADMINISTER":{"havePermission":true},"USER_PICKER":{"havePermission":false}}}`
		current = `{"accountId":"a-1","displayName":"R. Okafor","operations":[{"operation":"use","targetType":"application"}]}`
		myself  = "/rest/api/3/myself"
		info    = "/rest/api/3/serverInfo"
		wiki    = "/wiki/rest/api/user/current"
	)
	for name, c := range map[string]struct {
		answers map[string]string
		want    error
		words   string
		ids     string
		lacks   Product
		held    string
	}{
		"everything":         {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, myself: me, "/rest/api/3/mypermissions": rights, wiki: current}, ids: "c-1 https://harbourline.atlassian.net", held: "ADMINISTER confluence:use"},
		"no tenant_info":     {answers: map[string]string{info: server, myself: me, wiki: current, "/wiki/rest/api/settings/systemInfo": system}, ids: "c-1 https://harbourline.atlassian.net", held: "confluence:use"},
		"an address only":    {answers: map[string]string{info: server, myself: me}, ids: "https://harbourline.atlassian.net", lacks: Confluence},
		"Confluence alone":   {answers: map[string]string{"/_edge/tenant_info": tenant, wiki: current, "/wiki/rest/api/settings/systemInfo": system}, ids: "c-1 https://harbourline.atlassian.net", lacks: Jira, held: "confluence:use"},
		"Jira alone":         {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, myself: me}, ids: "c-1 https://harbourline.atlassian.net", lacks: Confluence},
		"hidden Confluence":  {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, myself: me, wiki: `404 {"statusCode":404,"data":{"authorized":false},"message":"Not found"}`}, ids: "c-1 https://harbourline.atlassian.net"},
		"shy":                {answers: map[string]string{"/_edge/tenant_info": tenant, info: `401 {"errorMessages":["log in"]}`, myself: me, wiki: current}, ids: "c-1", held: "confluence:use"},
		"tells members":      {answers: map[string]string{info: `401 {"message":"Client must be authenticated to access this resource.","status-code":401}`, myself: me, "members:" + info: server}, ids: "https://harbourline.atlassian.net", lacks: Confluence},
		"rare permission":    {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, myself: me, "/rest/api/3/mypermissions": `400 {"errorMessages":["Unrecognized permission"]}`}, ids: "c-1 https://harbourline.atlassian.net", lacks: Confluence},
		"nothing may be":     {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, myself: `401 {"message":"Unauthorized; scope does not match","code":401}`, "/rest/api/3/mypermissions": `403 {"message":"no scope","code":403}`, wiki: `401 {"code":401,"message":"scope does not match"}`}, ids: "c-1 https://harbourline.atlassian.net"},
		"refused":            {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, "*": `401 {"errorMessages":["Client must be authenticated to access this resource."]}`}, want: ErrSignInRefused, words: "must be authenticated"},
		"log-in pages":       {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, "*": `<html><title>Log in to continue</title>`}, want: ErrSignInRefused, words: "log-in page"},
		"to the log-in":      {answers: map[string]string{"/_edge/tenant_info": tenant, info: server, "*": `302 to https://id.atlassian.com/login`}, want: ErrSignInRefused, words: "redirected to id.atlassian.com/login"},
		"a web shop":         {answers: map[string]string{"*": `<html><title>Buy boats</title>`}, want: ErrNotAtlassian, words: "Buy boats"},
		"another API":        {answers: map[string]string{"*": `404 {"message":"Not Found","documentation_url":"x"}`}, want: ErrNotAtlassian},
		"silence":            {answers: map[string]string{"*": ` `}, want: ErrNotAtlassian},
		"moved away":         {answers: map[string]string{"*": `301 to https://tidewell.example/`}, want: ErrNotAtlassian, words: "give its own address"},
		"Data Center":        {answers: map[string]string{"/rest/api/2/serverInfo": `{"baseUrl":"https://jira.harbourline.example","deploymentType":"Server","version":"11.3.8"}`}, want: ErrSignInMissing, words: "dc-token"},
		"Data Center, v3":    {answers: map[string]string{info: `{"baseUrl":"https://jira.harbourline.example","deploymentType":"DataCenter","version":"11.3.8"}`}, want: ErrSignInMissing, words: "personal access token"},
		"nothing of its own": {answers: map[string]string{info: `401 {"errorMessages":["log in"]}`, myself: me}, want: ErrNotAtlassian, words: "neither a cloudId nor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answers: c.answers}
			front := httptest.NewServer(d)
			defer front.Close()
			page := ""
			if name == "everything" {
				page = "/wiki/spaces/X" // pasted
			}
			i := &identifier{client: quickClient(t), gateway: front.URL, log: func(store.Request) {}}
			sessions, v, held, err := i.see(t.Context(), []string{front.URL + page}, []Credential{Basic(APIToken, "test", "", "a@harbourline.example", plantedToken)})
			if !errors.Is(err, c.want) || c.want != nil && !strings.Contains(err.Error(), c.words) {
				t.Fatalf("%v", err)
			}
			if c.want != nil {
				if errors.Is(c.want, ErrNotAtlassian) && name != "nothing of its own" || errors.Is(c.want, ErrSignInMissing) {
					if len(d.shown) > 0 {
						t.Errorf("the credential was shown to %v", d.shown)
					}
				}
				return
			}
			if got := strings.Join(i.site.IDs, " "); got != c.ids {
				t.Errorf("ids %s", got)
			}
			if len(sessions) != 1 || i.site.Address == "" {
				t.Errorf("%d sessions, address %q", len(sessions), i.site.Address)
			}
			for _, p := range []Product{Jira, Confluence} {
				if i.site.has(p) == (p == c.lacks) {
					t.Errorf("has %s: %v", p, i.site.has(p))
				}
			}
			if got := strings.Join(v.Permissions, " "); got != c.held {
				t.Errorf("holds %s (%v)", got, held)
			}
			for _, path := range d.shown {
				if strings.Contains(path, "_edge") || path == info && c.answers["members:"+info] == "" && i.site.Address != i.site.typed {
					t.Errorf("%s needs no credential", path)
				}
			}
		})
	}
}

// The answer headers of Jira and Confluence tell when they took no notice of a credential.
func TestNobody(t *testing.T) {
	for header, value := range map[string]string{"X-AUSERNAME": "anonymous", "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(header, value)
			fmt.Fprint(w, good)
		}))
		_, _, err := speak(t, quickClient(t), &call{base: front.URL, path: "/x", session: signedIn()})
		if a := new(answerError); !errors.As(err, &a) || !a.login {
			t.Errorf("%s: %v", header, err)
		}
		if _, _, err := speak(t, quickClient(t), &call{base: front.URL, path: "/x"}); err != nil {
			t.Errorf("%s, and nobody asked: %v", header, err)
		}
		front.Close()
	}
}

// An API token with scopes that was given as one without is used where it is good.
func TestScopedTokenIsRecognised(t *testing.T) {
	fake := fakesite.Harbourline(1)
	fake.Tokens = []fakesite.Token{{Email: fakesite.AuditorEmail, Secret: plantedToken, Scopes: []string{"read:jira-user", "read:jira-work", "read:confluence-user"}}}
	s := startSite(t, fake)
	s.Mend()
	for _, kind := range []string{APIToken, ScopedToken} {
		o := options(s, openFile(t))
		o.Credentials = []Credential{Basic(kind, "test", "", fakesite.AuditorEmail, plantedToken)}
		result, coverage := collected(t, o)
		if !slices.Equal(result.Snapshot.Vantage.Credentials, []string{ScopedToken}) {
			t.Errorf("credentials %v", result.Snapshot.Vantage.Credentials)
		}
		if c := coverage["jira_user"]; c.Outcome != store.Complete || c.Objects == 0 {
			t.Errorf("jira_user is %s: %s", c.Outcome, c.Reason)
		}
		if c := coverage["confluence_space"]; c.Outcome != store.Denied || !slices.Contains(c.Missing, "read:space:confluence") {
			t.Errorf("confluence_space is %s: %s %v", c.Outcome, c.Reason, c.Missing)
		}
		if c := coverage["confluence_space_permission"]; c.Outcome != store.Skipped || !strings.Contains(c.Reason, "confluence_space") {
			t.Errorf("confluence_space_permission is %s: %s", c.Outcome, c.Reason)
		}
	}
	for _, r := range s.Log() {
		if r.Auth == "wrong" && r.Face == "gateway" {
			t.Errorf("%+v", r)
		}
	}
}

// Several sign-ins at once: each resource uses the one that may read it.
func TestSeveralCredentials(t *testing.T) {
	fake := fakesite.Harbourline(1)
	fake.Tokens = []fakesite.Token{
		{Email: fakesite.AuditorEmail, Secret: "one-" + plantedToken, Scopes: []string{"read:jira-user", "read:jira-work"}},
		{Email: fakesite.AuditorEmail, Secret: "two-" + plantedToken, Scopes: []string{"read:space:confluence", "read:confluence-user"}},
	}
	s := startSite(t, fake)
	s.Mend()
	o := options(s, openFile(t))
	o.Credentials = []Credential{Basic(ScopedToken, "one", "", fakesite.AuditorEmail, "one-"+plantedToken), Basic(ScopedToken, "two", "", fakesite.AuditorEmail, "two-"+plantedToken)}
	o.Only = []string{"jira_user", "confluence_space"}
	_, coverage := collected(t, o)
	for _, name := range o.Only {
		if c := coverage[name]; c.Outcome != store.Complete {
			t.Errorf("%s is %s: %s", name, c.Outcome, c.Reason)
		}
	}
}

// What is known to be beyond the scopes is not asked for.
func TestKnownScopesAreNotTried(t *testing.T) {
	c := Credential{Kind: ThreeLO, Scopes: []string{"read:jira-user"}}
	src := Source{Classic: []string{"manage:jira-configuration"}, Granular: []string{"read:group:jira", "read:user:jira"}}
	if got := c.lacks(src); !slices.Equal(got, []string{"read:group:jira", "read:user:jira"}) {
		t.Errorf("lacks %v", got)
	}
	c.Scopes = []string{"read:group:jira", "read:user:jira"}
	if got := c.lacks(src); len(got) != 0 {
		t.Errorf("lacks %v", got)
	}
	c.Scopes = []string{}
	if got := c.lacks(Source{Granular: []string{"a", "b"}}); len(got) != 2 {
		t.Errorf("lacks %v", got)
	}
	c.Scopes = nil
	if got := c.lacks(src); got != nil {
		t.Errorf("lacks %v", got)
	}
}

func TestEnvironmentCredentials(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for name, c := range map[string]struct {
		env   func(string) string
		kinds string
		fails bool
	}{
		"nothing":       {env(), "", false},
		"API token":     {env("PLUMBLINE_EMAIL", "a@harbourline.example", "PLUMBLINE_TOKEN", plantedToken+"\n"), "token", false},
		"personal":      {env("PLUMBLINE_TOKEN", plantedToken), "dc-token", false},
		"both":          {env("PLUMBLINE_EMAIL", "a@harbourline.example", "PLUMBLINE_TOKEN", plantedToken, "PLUMBLINE_ORG_KEY", plantedToken), "token org-key", false},
		"e-mail alone":  {env("PLUMBLINE_EMAIL", "a@harbourline.example"), "", true},
		"a broken line": {env("PLUMBLINE_EMAIL", "a@harbourline.example", "PLUMBLINE_TOKEN", plantedToken+"\nX-Injected: 1"), "", true},
	} {
		all, err := EnvironmentCredentials(c.env)
		var kinds []string
		for _, one := range all {
			kinds = append(kinds, one.Kind)
			if strings.Contains(fmt.Sprintf("%+v %#v %s", one, one, one), plantedToken) {
				t.Errorf("%s: printing the credential shows the token", name)
			}
		}
		if strings.Join(kinds, " ") != c.kinds || (err != nil) != c.fails || strings.Contains(fmt.Sprint(err), plantedToken) {
			t.Errorf("%s: %v, %v", name, kinds, err)
		}
	}
}
