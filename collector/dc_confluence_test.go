package collector

import (
	"net/http/httptest"
	"slices"
	"testing"

	"plumbline/store"
)

// TestConfluenceDataCenterCases: every resource of Confluence Data Center, from answers to relations.
func TestConfluenceDataCenterCases(t *testing.T) {
	collected := runCases(t, "dc-confluence", "")
	for _, r := range dcConfluenceResources() {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestSince: what an old version does not tell is there all the same. It is unavailable and names the version that would tell,
// so that no rule takes it for something that the site does not have.
func TestSince(t *testing.T) {
	site := &answering{dc: []string{"confluence"}}
	for name, text := range map[string]string{
		"GET /confluence/rest/api/space?status=current":    `{"results":[{"id":98305,"key":"HARBOUR","type":"global"}],"_links":{}}`,
		"GET /confluence/rest/api/space?status=archived":   `{"results":[],"_links":{}}`,
		"GET /confluence/rest/api/permissions 404":         `{"statusCode":404,"message":"null for uri"}`,
		"GET /confluence/rest/basicauth/1.0/config 404":    `{"message":"null for uri"}`,
		"GET /confluence/rest/api/cluster/nodes 404":       `{"message":"null for uri"}`,
		"GET /confluence/rest/api/backup-restore/jobs 404": `{"message":"null for uri"}`,
	} {
		site.add(t, name, []byte(text))
	}
	site.addBase(t)
	server := httptest.NewServer(site)
	defer server.Close()
	wanted := map[string]string{
		"confluence_space_permission": "Confluence 9.1", "confluence_global_permission": "Confluence 9.2", "cluster_node": "Confluence 9.3",
		"backup_job": "Confluence 8.3", "basic_auth": signOnApp, "single_sign_on": signOnApp,
	}
	only := []string{}
	for name := range wanted {
		only = append(only, name)
	}
	_, coverage := collected(t, site.options(openFile(t), server.URL, PersonalFull, only))
	for name, version := range wanted {
		if c := coverage[name]; c.Outcome != store.Unavailable || !slices.Equal(c.Missing, []string{version}) {
			t.Errorf("%s is %s, missing %q, want %q: %s", name, c.Outcome, c.Missing, version, c.Reason)
		}
	}
}
