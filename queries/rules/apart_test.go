package rules

import "testing"

// A rule that needs an object of both products judges each by itself; one that only reads the other product does not.
func TestApart(t *testing.T) {
	both := &Rule{Products: []string{"jira-cloud", "confluence-cloud"}, Objects: []string{"jira_attachment", "confluence_attachment"},
		Needs: []string{"jira_attachment", "confluence_attachment"}, Optional: []string{"jira_project", "confluence_space", "directory_group"}}
	one := &Rule{Products: []string{"confluence-cloud"}, Objects: []string{"confluence_space"}, Needs: []string{"confluence_space", "jira_user"}}
	for _, c := range []struct {
		rule *Rule
		a, b string
		want bool
	}{
		{both, "jira_attachment", "confluence_attachment", true},
		{both, "confluence_attachment", "jira_project", true},
		{both, "jira_attachment", "jira_project", false},
		{both, "jira_attachment", "directory_group", false},
		{both, "jira_attachment", "jira_attachment", false},
		{one, "confluence_space", "jira_user", false},
	} {
		if got := c.rule.apart(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t", c.a, c.b, got)
		}
	}
	for resource, want := range map[string]string{"jira_attachment": "jira", "confluence_attachment": "confluence", "directory_group": "jira"} {
		if got := both.productOf(resource); got != want {
			t.Errorf("a finding on %s is shown under %s, not %s", resource, got, want)
		}
	}
	if got := one.productOf("jira_user"); got != "confluence" {
		t.Errorf("a rule for Confluence shows a finding under %s", got)
	}
}
