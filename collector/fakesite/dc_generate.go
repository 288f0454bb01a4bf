package fakesite

import (
	"fmt"
	"strconv"
	"strings"
)

// OrdinaryDC is a large customer's Data Center: about 500,000 objects.
var OrdinaryDC = Sizes{Users: 50_000, Groups: 1_000, MembersPerGroup: 200, Projects: 5_000, Schemes: 500, GrantsPerScheme: 40, Filters: 0,
	Issues: 15_000, FilesPerIssue: 10, Spaces: 5_000, PermissionsPerSpace: 16, Pages: 20_000, RestrictedPages: 2_000, Attachments: 0}

// generateDC makes up a Data Center of these sizes: the Cloud site's things with Data Center's names
// for people and groups. Nothing in it stands crooked on purpose.
func generateDC(n Sizes) (*site, *installation) {
	st := generate(n)
	accounts, groups := st.accounts, st.groups
	st.accounts = table[account]{n: accounts.n, at: func(i int) account {
		a := accounts.at(i)
		a.Name, a.Type, a.App, a.Hidden, a.Guest = "user"+strconv.Itoa(i), "atlassian", "", "", false
		a.Email = fmt.Sprintf("user%d@site.example", i)
		a.Login = "2026-10-01T08:00:00Z"
		return a
	}, find: nil}
	at := st.accounts.at
	st.accounts.find = func(id string) (account, bool) {
		if i, ok := after(16, "712020:")(id); ok && i >= 0 && i < n.Users {
			return at(i), true
		}
		return account{}, false
	}
	st.groups = table[group]{n: groups.n, at: groups.at, find: func(id string) (group, bool) {
		if name, ok := strings.CutPrefix(id, "name:group-"); ok {
			if i, err := strconv.Atoi(name); err == nil && i < groups.n {
				return groups.at(i), true
			}
			return group{}, false
		}
		return groups.find(id)
	}}
	in := &installation{of: map[string]*instance{
		"jira":       {Product: "jira", Version: "11.3.12", Desk: "11.3.12", Base: "https://jira.site.example/jira", Title: "Made up", Server: uuid("jira/made up"), Built: "2026-10-05", Basic: &basicOf{Block: true}, SSO: ssoOf{}},
		"confluence": {Product: "confluence", Version: "10.2.19", Base: "https://wiki.site.example/confluence", Title: "Made up", Server: uuid("confluence/made up"), Built: "2026-10-05", Basic: &basicOf{Block: true}},
	}, tokens: []PAT{{Account: DCAuditor, Secret: DCAuditorToken}}}
	st.appRoles = []appRole{{Key: "jira-software", Name: "Jira Software", groups: []group{groups.at(0)}, defaults: []group{groups.at(0)}}}
	return st, in
}
