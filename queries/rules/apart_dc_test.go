package rules

import (
	"testing"

	"plumbline/store"
)

// Who administers what a resource lists: on Data Center each product by itself, and both what is of both.
func TestAdministers(t *testing.T) {
	none := store.Coverage{Outcome: store.Unavailable, Revision: 1, Reason: "the site has no such product"}
	there := store.Coverage{Outcome: store.Complete}
	jira, confluence, both := []string{"ADMINISTER"}, []string{"confluence:administer"}, []string{"SYSTEM_ADMIN", "confluence:administer"}
	cloud, dc := []string{"jira-cloud", "confluence-cloud"}, []string{"jira-dc", "confluence-dc"}
	for i, c := range []struct {
		kind             string
		jira, confluence store.Coverage
		products, held   []string
		resource         string
		want             bool
	}{
		{"cloud", there, there, cloud, jira, "directory_group", true},
		{"cloud", there, there, cloud, confluence, "directory_group", false},
		{"cloud", none, there, cloud, confluence, "directory_group", true},
		{"cloud", none, there, cloud, nil, "directory_group", false},
		{"cloud", there, there, cloud, jira, "confluence_space", false},
		{"dc", none, there, dc, confluence, "directory_group", true},
		{"dc", there, none, dc, jira, "directory_group", true},
		{"dc", there, there, dc, jira, "directory_group", false},
		{"dc", there, there, dc, confluence, "directory_group", false},
		{"dc", there, there, dc, both, "directory_group", true},
		{"dc", there, there, []string{"jira-cloud", "jira-dc"}, jira, "directory_group", true},
		{"dc", there, there, []string{"jira-cloud", "jira-dc"}, confluence, "directory_group", false},
		{"dc", there, there, []string{"confluence-dc"}, confluence, "directory_group_member", true},
		{"dc", there, there, []string{"confluence-dc"}, jira, "confluence_space", false},
	} {
		j := &judging{rule: &Rule{Products: c.products}, world: &world{
			site: store.Site{Kind: c.kind}, vantage: store.Vantage{Permissions: c.held},
			coverage: map[string]store.Coverage{"jira_instance": c.jira, "confluence_instance": c.confluence},
		}}
		if got := j.administers(c.resource); got != c.want {
			t.Errorf("%d: %s, %q holding %q of %s: %t", i, c.kind, c.products, c.held, c.resource, got)
		}
	}
}
