package window

import (
	"strings"
	"testing"

	"plumbline/app"
)

func TestAddressOf(t *testing.T) {
	cloud := app.Site{ID: "7f6a9d2e-1b2c-4d3e-8f90-a1b2c3d4e5f6", Kind: "cloud", Address: "https://harbourline.atlassian.net/"}
	for _, c := range []struct {
		site           app.Site
		resource, body string
		want           string
	}{
		{cloud, "jira_project", `{"id":"1","key":"FIN"}`, "https://harbourline.atlassian.net/browse/FIN"},
		{cloud, "jira_dashboard", `{"id":10002}`, "https://harbourline.atlassian.net/secure/Dashboard.jspa?selectPageId=10002"},
		{cloud, "jira_filter", `{"id":"10100"}`, "https://harbourline.atlassian.net/issues/?filter=10100"},
		{cloud, "confluence_space", `{"key":"~5b10"}`, "https://harbourline.atlassian.net/wiki/spaces/~5b10"},
		{cloud, "directory_group", `{"groupId":"g-1"}`, ""},
		{cloud, "jira_project", `{"key":"../../evil?x#y"}`, "https://harbourline.atlassian.net/browse/..%2F..%2Fevil%3Fx%23y"},
		{cloud, "jira_project", `{"id":"1"}`, ""}, // does not say its key
		{cloud, "jira_project", ``, ""},           // not in the snapshot
		{cloud, "jira_setting", `{"id":"1"}`, ""}, // has no page of its own
		{app.Site{Kind: "dc", Address: "https://jira.harbourline.example"}, "jira_project", `{"key":"FIN"}`, ""},
		{app.Site{Kind: "cloud", Address: "javascript:alert(1)//"}, "jira_project", `{"key":"FIN"}`, ""},
		{app.Site{Kind: "cloud", Address: "file:///etc"}, "jira_project", `{"key":"FIN"}`, ""},
	} {
		if got := addressOf(c.site, c.resource, []byte(c.body)); got != c.want {
			t.Errorf("%s %s: %q and not %q", c.resource, c.body, got, c.want)
		}
	}
}

// Only addresses of the file's own sites are opened, and only on a desktop.
func TestOpenAddress(t *testing.T) {
	w := onDemo(t)
	state, err := w.State()
	if err != nil {
		t.Fatal(err)
	}
	own := state.Sites[0].Address + "/browse/FIN"
	if _, err := w.OpenAddress(own); code(t, err) != "no_dialog" {
		t.Error(err)
	}
	opened := []string{}
	w.dialogs.browse = func(address string) { opened = append(opened, address) }
	for _, foreign := range []string{"", "https://evil.example/", "javascript:alert(1)", "file:///etc/passwd", "https://admin.atlassian.com/", state.Sites[0].Address + "0/", "https://user@" + strings.TrimPrefix(state.Sites[0].Address, "https://") + "/"} {
		if _, err := w.OpenAddress(foreign); code(t, err) != "address" {
			t.Errorf("%s: %v", foreign, err)
		}
	}
	if _, err := w.OpenAddress(own); err != nil || len(opened) != 1 || opened[0] != own {
		t.Errorf("%q, %v", opened, err)
	}
}
