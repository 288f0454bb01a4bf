package collector

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline/store"
)

// TestPlatformDataCenterCases: every resource that both products of Data Center share, from answers to relations.
func TestPlatformDataCenterCases(t *testing.T) {
	collected := runCases(t, "dc-platform", "")
	for _, r := range dcPlatformResources() {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestDataCenterKept: nothing is kept for nothing, on Data Center either. What is not in a column makes one: space and
// ancestors tell the place.
func TestDataCenterKept(t *testing.T) {
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	made := map[string]bool{"confluence_content space.id": true, "confluence_content ancestors": true}
	for _, r := range append(dcConfluenceResources(), dcPlatformResources()...) {
		for _, path := range r.Keep {
			list, _, _ := strings.Cut(path, "[]")
			quoted := strings.ReplaceAll(views[r.Name], `"`, "")
			if !strings.Contains(quoted, "'$."+list+"'") && !made[r.Name+" "+list] {
				t.Errorf("%s keeps %s, which no column shows", r.Name, path)
			}
			if volatile.MatchString(path) {
				t.Errorf("%s keeps %s, which is volatile or content", r.Name, path)
			}
		}
	}
}

// TestHead: the one request that may be plain http to another machine is a HEAD, carries no credential, follows nothing.
func TestHead(t *testing.T) {
	var got []*http.Request
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	c := newClient(server.Client().Transport, *quick(), "test")
	resp, err := c.head(t.Context(), server.URL+"/jira/")
	if err != nil || resp.StatusCode != http.StatusFound || len(got) != 1 {
		t.Fatalf("%v %v, asked %d times", resp, err, len(got))
	}
	if r := got[0]; r.Method != http.MethodHead || r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" || r.URL.Path != "/jira/" {
		t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
	}
	body := Item{}
	answered(body, resp)
	if v, _ := body["tlsVersion"].(string); !strings.HasPrefix(v, "TLS 1.") {
		t.Errorf("%v", body)
	}
}

func TestOverScheme(t *testing.T) {
	for _, c := range [][3]string{
		{"https://work.harbourline.example/jira", "http", "http://work.harbourline.example/jira/"},
		{"https://work.harbourline.example:8443/jira", "http", "http://work.harbourline.example/jira/"},
		{"https://work.harbourline.example:8443", "https", "https://work.harbourline.example:8443/"},
		{"http://127.0.0.1:8080/wiki", "https", "https://127.0.0.1/wiki/"},
		{"http://[::1]:8080", "https", "https://[::1]/"},
	} {
		if got, err := overScheme(c[0], c[1]); err != nil || got != c[2] {
			t.Errorf("%s over %s: %s, %v, want %s", c[0], c[1], got, err, c[2])
		}
	}
}
