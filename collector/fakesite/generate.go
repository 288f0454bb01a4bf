package fakesite

import (
	"fmt"
	"strconv"
	"strings"
)

// Sizes of a site that is made up while it is asked, always the same for the same sizes. Whoever
// signs in, with any token of Tokens, administers it and sees everything.
type Sizes struct {
	Users, Groups, MembersPerGroup      int
	Projects, Schemes, GrantsPerScheme  int
	Filters                             int
	Issues, FilesPerIssue               int // issues with attachments, spread over the projects
	Spaces, PermissionsPerSpace         int
	Pages, RestrictedPages, Attachments int // of Confluence; Attachments hang on the pages in turn

	Step int // each step on changes one object in a hundred; some of those accounts leave, and groups so changed got a member
}

// Ordinary is a large customer: about 500,000 objects.
var Ordinary = Sizes{Users: 50_000, Groups: 5_000, MembersPerGroup: 39, Projects: 5_000, Schemes: 500, GrantsPerScheme: 40, Filters: 2_000,
	Issues: 15_000, FilesPerIssue: 10, Spaces: 5_000, PermissionsPerSpace: 16, Pages: 20_000, RestrictedPages: 2_000, Attachments: 0}

// edition is how often the i-th object has changed.
func (n Sizes) edition(i int) int { return (n.Step + 99 - i%100) / 100 }

// made is a table of n elements whose ids hold their place.
func made[T any](n int, at func(i int) T, place func(id string) (int, bool)) table[T] {
	return table[T]{n: n, at: at, find: func(id string) (T, bool) {
		if i, ok := place(id); ok && i >= 0 && i < n {
			return at(i), true
		}
		var none T
		return none, false
	}}
}

// after reads the number that follows one of some prefixes.
func after(base int, prefixes ...string) func(string) (int, bool) {
	return func(id string) (int, bool) {
		for _, p := range prefixes {
			if rest, ok := strings.CutPrefix(id, p); ok {
				if i, err := strconv.ParseInt(rest, base, 64); err == nil {
					return int(i), true
				}
			}
		}
		return 0, false
	}
}

const firstID = 1_000_000 // of projects, spaces, pages

// plain is for ids that are numbers from firstID on.
func plain(prefixes ...string) func(string) (int, bool) {
	numbered := after(10, append(prefixes, "")...)
	return func(id string) (int, bool) {
		i, ok := numbered(id)
		if i >= firstID {
			i -= firstID
		}
		return i, ok
	}
}

func generate(n Sizes) *site {
	st := &site{open: true, about: about{CloudID: "00000000-0000-4000-8000-00000000fa4e", Title: "Made up", Edition: "PREMIUM", Now: "2026-11-16T09:00:00Z",
		Plans: map[string]string{"jira-software": "PAID"}, UploadLimit: 1 << 31, RoleMode: "ROLES_TRANSITION", Retention: retention{1, "YEARS"}}, globals: map[string][]string{}}
	st.tokens = []Token{{Email: AuditorEmail, Secret: AuditorToken}}
	user := func(i int) string { return fmt.Sprintf("712020:%016x", i) }
	groupID := func(i int) string { return fmt.Sprintf("9a000000-0000-4000-8000-%012x", i) }
	st.accounts = made(n.Users, func(i int) account {
		a := account{ID: user(i), Type: "atlassian", Display: fmt.Sprintf("User %d", i), Email: fmt.Sprintf("user%d@site.example", i), Inactive: i%97 == 13, Guest: i%211 == 7}
		if i%250 == 3 {
			a.Type, a.App, a.Email, a.Hidden = "app", "unknown", "", "absent"
		}
		if e := n.edition(i); e > 0 {
			a.Display += fmt.Sprintf(" (%d)", e)
			a.Inactive = a.Inactive || i%200 == 0
		}
		return a
	}, after(16, "712020:"))
	st.groups = made(n.Groups, func(i int) group {
		return group{Name: fmt.Sprintf("group-%05d", i), ID: groupID(i), Jira: []string{"user"}, Confluence: []string{"user"}, Managed: "ADMINS", Usage: "USERBASE_GROUP"}
	}, after(16, "9a000000-0000-4000-8000-"))
	st.members = func(g group) []string {
		i, _ := after(16, "9a000000-0000-4000-8000-")(g.ID)
		ids := make([]string, min(n.MembersPerGroup, n.Users))
		for j := range ids {
			ids[j] = user((i*n.MembersPerGroup + j) % n.Users)
		}
		if n.edition(i) > 0 && len(ids) < n.Users {
			ids = append(ids, user((i+1)*n.MembersPerGroup%n.Users))
		}
		return ids
	}
	st.roles = listed([]role{{ID: 10002, Name: "Administrators", Admin: true}, {ID: 10001, Name: "Developers", Default: true}, {ID: 10003, Name: "Viewers"}}, func(r role) []string { return []string{itoa64(r.ID)} })
	st.projects = made(n.Projects, func(i int) project {
		p := project{ID: itoa(firstID + i), Key: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Project %d", i), Type: "software", Scheme: int64(10000 + i%max(n.Schemes, 1)), Issues: i % 5000, Lead: user(i % max(n.Users, 1)), actors: map[int64][]actor{}}
		for k, r := range []int64{10002, 10001, 10003} {
			p.actors[r] = []actor{{id: int64(i*10 + k), group: groupID((i + k) % max(n.Groups, 1))}, {id: int64(i*10 + k + 5), account: user((i*3 + k) % max(n.Users, 1))}}
		}
		if e := n.edition(i); e > 0 {
			p.Name += fmt.Sprintf(" (%d)", e)
		}
		return p
	}, plain("P"))
	st.schemes = made(n.Schemes, func(i int) scheme {
		s := scheme{ID: int64(10000 + i), Name: fmt.Sprintf("Scheme %d", i)}
		for j := range n.GrantsPerScheme {
			g := grant{id: int64(i*1000 + j), permission: projectPermissions[j%len(projectPermissions)], holder: "projectRole", parameter: "10001", val: "10001"}
			if j%3 == 1 {
				g.holder, g.parameter, g.val = "group", fmt.Sprintf("group-%05d", (i+j)%max(n.Groups, 1)), groupID((i+j)%max(n.Groups, 1))
			}
			s.grants = append(s.grants, g)
		}
		return s
	}, func(id string) (int, bool) { i, err := strconv.Atoi(id); return i - 10000, err == nil })
	for i := range n.Filters {
		st.filters = append(st.filters, shared{ID: itoa(20000 + i), Name: fmt.Sprintf("Filter %d", i), Owner: user(i % max(n.Users, 1)), shares: []share{{id: int64(i), kind: "authenticated"}}})
	}
	issueAt := func(i int) issue {
		it := issue{ID: itoa(firstID + i), Key: fmt.Sprintf("P%d-%d", i%max(n.Projects, 1), i), Project: fmt.Sprintf("P%d", i%max(n.Projects, 1))}
		for j := range n.FilesPerIssue {
			k := i*n.FilesPerIssue + j
			it.Files = append(it.Files, attachment{ID: itoa(firstID + k), Name: fmt.Sprintf("file-%d-%d.pdf", k, n.edition(k)), Size: int64(k%5000) * 4096, Mime: "application/pdf", Created: "2026-05-01T10:00:00Z", Author: user(k % max(n.Users, 1))})
		}
		return it
	}
	st.issues = made(n.Issues, issueAt, plain())
	st.issuesOf = func(p project) table[issue] {
		first, _ := after(10, "P")(p.Key)
		count := max((n.Issues-first+n.Projects-1)/max(n.Projects, 1), 0)
		return table[issue]{n: count, at: func(i int) issue { return issueAt(first + i*n.Projects) }}
	}
	generateConfluence(st, n, user, groupID)
	st.orgs, st.orgKeys = []*organisation{generateOrganisation(st, n)}, []OrgKey{{Secret: OrgKeySecret}}
	return st
}

func generateConfluence(st *site, n Sizes, user, groupID func(int) string) {
	operations := [][2]string{{"read", "space"}, {"create", "page"}, {"create", "comment"}, {"create", "attachment"}, {"create", "blogpost"}, {"delete", "page"}, {"export", "space"}, {"administer", "space"}}
	st.spaces = made(n.Spaces, func(i int) space {
		s := space{ID: itoa(firstID + i), Key: fmt.Sprintf("S%d", i), Name: fmt.Sprintf("Space %d", i), Type: "global", Author: user(i % max(n.Users, 1)), Created: "2024-02-03T04:05:06Z", Home: itoa(firstID + i)}
		for j := range n.PermissionsPerSpace {
			op := operations[j%len(operations)]
			s.permissions = append(s.permissions, spacePermission{itoa(i*100 + j), "group", groupID((i + j/len(operations)) % max(n.Groups, 1)), op[0], op[1]})
		}
		if e := n.edition(i); e > 0 {
			s.Name += fmt.Sprintf(" (%d)", e)
		}
		return s
	}, plain("key:S"))
	pageAt := func(i int) page {
		p := page{ID: itoa(firstID + i), Kind: "page", Space: itoa(firstID + i%max(n.Spaces, 1)), Title: fmt.Sprintf("Page %d", i), Status: "current", Author: user(i % max(n.Users, 1)), Created: "2024-02-03T04:05:06Z", Version: 1 + n.edition(i)}
		if i < n.RestrictedPages {
			p.limits = []limit{{operation: "update", group: groupID(i % max(n.Groups, 1))}}
		}
		return p
	}
	st.pages = made(n.Pages, pageAt, plain())
	st.files = made(n.Attachments, func(i int) file {
		p := pageAt(i % max(n.Pages, 1))
		return file{ID: "att" + itoa(firstID+i), Title: fmt.Sprintf("scan-%d-%d.png", i, n.edition(i)), Size: int64(i%5000) * 2048, Media: "image/png", Page: p.ID, Created: "2025-01-01T00:00:00Z", Author: user(i % max(n.Users, 1)), Status: "current", page: &p}
	}, after(10, "att"))
}
