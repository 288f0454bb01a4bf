package rules

import (
	"context"
	"strings"
	"testing"
)

// Verdicts that the example's cases do not reach: each a case of its own for the good rule with another header.
func TestVerdicts(t *testing.T) {
	const users = "-- all/jira_user --\nu1 {\"accountId\": \"u1\", \"active\": true}\n"
	for _, c := range []struct{ name, edit, text, want string }{
		{"in scope, nothing found", "WHERE 0", "want: pass", ""},
		{"nothing in scope", "", "want: not_applicable\nreason: nothing in scope: no jira_user", "- u1"},
		{"nothing in scope, but not read whole", "WHERE 0", "coverage: jira_user partial\nwant: not_evaluated\nreason: jira_user is partial", "- u1"},
		{"nothing in scope of what the account may see", "", "account: u9\nseen: jira_user\nwant: not_evaluated\nreason: no jira_user of what u9 may see", "- u1"},
		{"nothing in scope of what an administrator may see", "", "account: u9\npermissions: ADMINISTER\nseen: jira_user\nwant: not_applicable", "- u1"},
		{"the product is not there", "", "coverage: jira_instance unavailable 404 the site has no Jira\nwant: not_applicable\nreason: the site has no Jira", ""},
		{"the need is not there", "", "coverage: jira_user unavailable 404\nwant: not_applicable\nreason: jira_user is unavailable (404)", "- u1"},
		{"another sign-in would have opened it", "", "coverage: jira_user unavailable no sign-in of the kind that it takes\nwant: not_evaluated\nreason: no sign-in", "- u1"},
		{"a permission would have opened it", "", "coverage: jira_user unavailable 404\nmissing: jira_user USER_PICKER\nwant: not_evaluated\nreason: missing USER_PICKER", "- u1"},
		{"another edition", "", "site: dc\nwant: not_applicable\nreason: not for a Data Center installation", ""},
		{"skipped", "", "coverage: jira_user skipped not asked\nwant: not_evaluated\nreason: jira_user was skipped: not asked", "- u1"},
		{"failed", "", "coverage: jira_user failed 500 broken\nwant: not_evaluated\nreason: jira_user failed (500): broken", "- u1"},
		{"partial with rows", "", "coverage: jira_user partial bounded at 1\nwant: fail partial\nreason: jira_user is partial: bounded at 1\nfinding: {\"key\": \"u1\", \"partial\": true, \"subject\": \"u1\"}", ""},
		{"a seen list", "WHERE 0", "account: u9\nseen: jira_user\nwant: pass partial\nreason: of what u9 may see", ""},
		{"a seen list of an administrator", "WHERE 0", "account: u9\npermissions: ADMINISTER\nseen: jira_user\nwant: pass partial\nreason: of what u9 may see", ""},
		{"a seen list with a finding", "", "account: u9\nseen: jira_user\nwant: fail\nfinding: {\"key\": \"u1\"}", ""},
		{"needs-all partial", "needs-all", "part: jira_user x denied 403\nwant: not_evaluated\nreason: 1 part not complete, the first x: denied 403", ""},
		{"needs-all complete", "needs-all", "want: fail\nfinding: {\"key\": \"u1\"}", ""},
		{"one of two needs is not there", "two needs", "coverage: app unavailable 404\nwant: fail\nfinding: {\"key\": \"u1\"}", ""},
		{"neither need is there", "two needs", "coverage: app unavailable 404\ncoverage: jira_user unavailable 404\nwant: not_applicable\nreason: app is unavailable", "- u1"},
		{"an optional leg was denied, nothing found", "optional", "coverage: app denied 403\nwant: pass partial\nreason: without app was denied (403)", ""},
		{"an optional leg is not there", "optional", "coverage: app unavailable 404\nwant: pass", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := good
			switch c.edit {
			case "needs-all":
				text = strings.Replace(text, "needs:", "needs-all:", 1)
			case "two needs":
				text = strings.Replace(text, "needs: jira_user", "needs: jira_user, app", 1)
			case "optional":
				text = strings.Replace(text, "-- needs", "-- optional: app\n-- needs", 1) + "WHERE EXISTS (SELECT 1 FROM app)"
			default:
				text += c.edit
			}
			r, err := Parse("A-1.sql", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			p := &Pack{Rules: []*Rule{r}, cases: map[string]caseFile{"A-1": {"A-1.txtar",
				[]byte(users + "-- it --\nkind: fail\n" + c.text + "\n-- it/jira_user --\n" + c.want + "\n")}}}
			results, err := p.Test(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if err := Failed(results); err != nil || len(results) != 1 {
				t.Error(err)
			}
		})
	}
}
