package collector

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"plumbline/store"
)

// jiraBase is what every case's site says of itself besides base: a Jira, and an administrator who asks.
const jiraBase = `
-- GET /rest/api/3/serverInfo --
{"baseUrl":"https://harbourline.atlassian.net","deploymentType":"Cloud","version":"1001.0.0-SNAPSHOT","serverTitle":"Harbourline"}
-- GET /rest/api/3/myself --
{"accountId":"me","accountType":"atlassian","displayName":"Auditor","groups":{"size":0,"items":[]}}
-- GET /rest/api/3/mypermissions --
{"permissions":{"ADMINISTER":{"key":"ADMINISTER","type":"GLOBAL","havePermission":true},"USER_PICKER":{"key":"USER_PICKER","type":"GLOBAL","havePermission":true}}}
`

// TestJiraCases: answers of Jira, Service Management and both products together, as far as the rows that they become.
func TestJiraCases(t *testing.T) {
	collected := runCases(t, "jira", jiraBase)
	for _, r := range slices.Concat(jiraResources(), serviceManagementResources(), platformResources()) {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestProbesCarryNothing: the requests of the anonymous probe have no header that tells who asks.
func TestProbesCarryNothing(t *testing.T) {
	probed := map[string]bool{}
	for _, p := range probes() {
		probed[p.Path] = true
	}
	site := &answering{}
	for _, f := range txtar.Parse([]byte(jiraBase + base)).Files {
		site.add(t, f.Name, f.Data)
	}
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if probed[r.URL.Path] && (r.URL.Path != "/rest/api/3/mypermissions" || strings.Contains(r.URL.RawQuery, "BROWSE")) {
			asked++
			for _, name := range []string{"Authorization", "Cookie"} {
				if r.Header.Get(name) != "" {
					t.Errorf("%s was sent with %s", r.URL, name)
				}
			}
		}
		site.ServeHTTP(w, r)
	}))
	defer server.Close()
	credential := Basic(APIToken, "test", "", "auditor@harbourline.example", "secret")
	_, err := Collect(t.Context(), Options{File: openFile(t), Addresses: []string{server.URL}, APIBase: server.URL, Only: []string{"anonymous_probe"},
		Credentials: []Credential{credential}, Program: "test", manners: quick()})
	if err != nil || asked != len(probed) {
		t.Fatalf("%d of %d probes, %v", asked, len(probed), err)
	}
}

// TestAbsentStaysUnknown: what an answer does not say is NULL in every column of these relations, never false, zero or empty.
func TestAbsentStaysUnknown(t *testing.T) {
	said := map[string]string{
		"parent_resource": "of the view, not of the object",
		"target":          "empty where the kind of share says it all",
	}
	for _, v := range store.Views() {
		if v.Shared || strings.HasPrefix(v.Name, "confluence_") {
			continue
		}
		r, err := store.MemoryRelations(t.Context(), []store.Object{{Resource: v.Name, Key: "k", Body: []byte("{}")}}, nil)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		rows, err := r.Select(t.Context(), "SELECT * FROM "+v.Name, nil, store.Limits{})
		if err != nil || len(rows.Values) != 1 {
			t.Fatalf("%s: %v, %v", v.Name, rows, err)
		}
		for i, column := range rows.Columns {
			if value := rows.Values[0][i]; i > 0 && value != nil && said[column] == "" {
				t.Errorf("%s.%s is %v for an object that says nothing", v.Name, column, value)
			}
		}
		r.Close()
	}
}

// TestGrants: what a sign-in is, holds and reaches, and nothing of its secret.
func TestGrants(t *testing.T) {
	made := grantSites("3lo environment", []Reach{
		{CloudID: "c1", Name: "Harbourline", URL: "https://harbourline.atlassian.net", Scopes: []string{"read:jira-work", "read:jira-user"}},
		{CloudID: "c2", Name: "Other", URL: "https://other.atlassian.net"},
		{CloudID: "c1", Name: "Harbourline", URL: "https://harbourline.atlassian.net", Scopes: []string{"read:page:confluence", "read:jira-user"}},
	})
	var got []string
	for _, m := range made {
		body, err := store.Canonical(m.Body)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(m.Key, " | ")+" "+string(body))
	}
	want := []string{
		`3lo environment | c1 {"credential":"3lo environment","id":"c1","name":"Harbourline","scopes":["read:jira-user","read:jira-work","read:page:confluence"],"url":"https://harbourline.atlassian.net"}`,
		`3lo environment | c2 {"credential":"3lo environment","id":"c2","name":"Other","scopes":[],"url":"https://other.atlassian.net"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// TestPermissionChecksAreBounded: administrators' groups come first, customers last, and what is left out is said.
func TestPermissionChecksAreBounded(t *testing.T) {
	site := &answering{}
	group := `{"isLast":true,"total":1,"values":[{"groupId":"g1","name":"administrators"}]}`
	for name, text := range map[string]string{
		"GET /rest/api/3/group/bulk":                       group,
		"GET /rest/api/3/group/bulk?accessType=user":       `{"isLast":true,"total":0,"values":[]}`,
		"GET /rest/api/3/group/bulk?accessType=admin":      `{"isLast":true,"total":0,"values":[]}`,
		"GET /rest/api/3/group/bulk?accessType=site-admin": group,
		"GET /rest/api/3/group/member?groupId=g1":          `{"isLast":true,"total":1,"values":[{"accountId":"z","active":true}]}`,
		"GET /rest/api/3/users/search":                     `[]`,
		"GET /rest/api/3/users/search?startAt=0":           `[{"accountId":"a","accountType":"customer","active":true},{"accountId":"c","active":true},{"accountId":"b","active":true},{"accountId":"d","active":false},{"accountId":"z","active":true}]`,
		"POST /rest/api/3/permissions/check":               `{"globalPermissions":["ADMINISTER","NOT_ASKED_FOR"]}`,
	} {
		site.add(t, name, []byte(text))
	}
	for _, f := range txtar.Parse([]byte(jiraBase + base)).Files {
		site.add(t, f.Name, f.Data)
	}
	resources := Resources()
	for i := range resources {
		if resources[i].Name == "jira_global_permission" {
			resources[i].Collect = func(ctx context.Context, w *Walk) error { return collectGlobalPermissions(ctx, w, 2) }
		}
	}
	server := httptest.NewServer(site)
	defer server.Close()
	file := openFile(t)
	result, err := Collect(t.Context(), Options{File: file, Addresses: []string{server.URL}, APIBase: server.URL, Only: []string{"jira_global_permission"}, Resources: resources,
		Credentials: []Credential{Basic(APIToken, "test", "", "auditor@harbourline.example", "secret")}, Program: "test", manners: quick()})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for o, err := range file.Objects(t.Context(), result.Snapshot.ID, "jira_global_permission") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, strings.Join(store.KeyParts(o.Key), " "))
	}
	if want := []string{"b ADMINISTER", "z ADMINISTER"}; !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	for _, c := range result.Coverage {
		if c.Resource == "jira_global_permission" && (c.Outcome != store.Partial || !strings.Contains(c.Reason, "bounded at 2")) {
			t.Errorf("%s: %s", c.Outcome, c.Reason)
		}
	}
}
