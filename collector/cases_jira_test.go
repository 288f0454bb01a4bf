package collector

import (
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
