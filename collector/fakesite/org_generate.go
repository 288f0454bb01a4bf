package fakesite

import (
	"fmt"
	"time"
)

// generateOrganisation makes up the organisation of a made-up site: its accounts and groups in one
// directory, an API token for one account in ten.
func generateOrganisation(st *site, n Sizes) *organisation {
	o := &organisation{ID: "00000000-0000-4000-8000-0000000000aa", Name: st.about.Title,
		domains:    []orgDomain{{ID: "1", Name: "site.example", Type: "dns", Status: "verified"}},
		workspaces: []orgWorkspace{{ID: "ari:cloud:jira::site/" + st.about.CloudID, Name: "made-up", Type: "jira-software", Status: "online", Realm: "EU"}},
		policies:   []orgPolicy{{ID: "p1", Type: "ip-allowlist", Name: "offices", Status: "enabled", Rule: map[string]any{"in": []string{"192.0.2.0/24"}}}},
	}
	now, _ := time.Parse(time.RFC3339, st.about.Now)
	day := func(ago int) string { return now.AddDate(0, 0, -ago).Format("2006-01-02T15:04:05.000Z") }
	users := made(st.accounts.n, func(i int) orgUser {
		a := st.accounts.at(i)
		u := orgUser{Account: a.ID, account: a, Status: "active", Membership: "active", Claim: "managed", Source: "synced", Factor: "yes", Added: "2023-05-02", Policy: "policy", since: 1683018000000}
		if a.Inactive {
			u.Status = "inactive"
		}
		if i%5000 == 17 {
			u.Roles = []string{"atlassian/org-admin"}
		}
		u.products = []orgProduct{{"jira-software", "ari:cloud:jira::site/" + st.about.CloudID, day(i % 120)}}
		if st.memberOf != nil {
			u.groups = st.memberOf(a)
		}
		return u
	}, after(16, "712020:"))
	o.Directories = []orgDirectory{{ID: "00000000-0000-4000-8000-0000000000dd", Name: "Everybody", users: users, group: st.groups, roles: st.groupRoles}}
	for i := range st.accounts.n / 10 {
		o.tokens = append(o.tokens, orgToken{ID: fmt.Sprintf("tok-%06d", i), Label: fmt.Sprintf("token %d", i), Status: "ALLOWED", owner: st.accounts.at(i * 10),
			Created: day(30 + i%300), Expires: day(i%300 - 330), Used: day(i % 200)})
	}
	return o
}
