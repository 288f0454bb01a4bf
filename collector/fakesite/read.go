package fakesite

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// reader resolves the names that content files speak in. The first error stays.
type reader struct {
	folder fs.FS
	when   string
	err    error

	accountID map[string]string
	groupID   map[string]string
	roleID    map[string]int64
	project   map[string]string // key -> id
}

func read[T any](r *reader, name string) []T {
	out, err := entries[T](r.folder, name+".json", r.when)
	if err != nil && r.err == nil {
		r.err = err
	}
	return out
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// lines are those that hold at the date, with their place in the file.
func (r *reader) lines(texts []string, each func(i int, text string)) {
	for i, t := range texts {
		if text, ok := line(t, r.when); ok {
			each(i, text)
		}
	}
}

func (r *reader) account(name string) string {
	if name == "" {
		return ""
	}
	id, ok := r.accountID[name]
	if !ok {
		r.fail("no account is called %q", name)
	}
	return id
}

func (r *reader) group(name string) string {
	id, ok := r.groupID[name]
	if !ok {
		r.fail("no group is called %q", name)
	}
	return id
}

// readSite reads content files at a date.
func readSite(folder fs.FS, when string) (*site, error) {
	if when == "" {
		var err error
		if when, err = newest(folder); err != nil {
			return nil, err
		}
	}
	r := &reader{folder: folder, when: when, accountID: map[string]string{}, groupID: map[string]string{}, roleID: map[string]int64{}, project: map[string]string{}}
	st := &site{globals: map[string][]string{}}
	for _, a := range read[about](r, "site") {
		st.about = a
	}
	if st.about.CloudID == "" && r.err == nil {
		r.fail("site.json says no cloudId at %s", when)
	}
	for name, groups := range st.about.Global {
		var texts []string
		for _, g := range groups {
			texts = append(texts, fmt.Sprint(g))
		}
		r.lines(texts, func(_ int, g string) { st.globals[name] = append(st.globals[name], g) })
	}
	r.directory(st)
	r.jira(st)
	r.confluence(st)
	r.organisation(st)
	for _, t := range read[signIn](r, "tokens") {
		st.tokens = append(st.tokens, Token(t))
	}
	st.incidents = read[Fault](r, "incidents")
	if r.err != nil {
		return nil, r.err
	}
	return st, nil
}

func (r *reader) directory(st *site) {
	accounts := read[account](r, "accounts")
	for i := range accounts {
		a := &accounts[i]
		if a.ID == "" {
			a.ID = AccountID(a.Name)
		}
		r.accountID[a.Name] = a.ID
	}
	st.accounts = listed(accounts, func(a account) []string { return []string{a.ID} })

	groups := read[group](r, "groups")
	members, of := map[string][]string{}, map[string][]string{}
	for i := range groups {
		g := &groups[i]
		if g.ID == "" {
			g.ID = GroupID(g.Name)
		}
		r.groupID[g.Name] = g.ID
		r.lines(g.Members, func(_ int, name string) {
			id := r.account(name)
			members[g.ID] = append(members[g.ID], id)
			of[id] = append(of[id], g.ID)
		})
	}
	st.groups = listed(groups, func(g group) []string { return []string{g.ID, "name:" + g.Name} })
	st.members = func(g group) []string { return members[g.ID] }
	st.memberOf = func(a account) []string { return of[a.ID] }
}

func (r *reader) jira(st *site) {
	st.roles = listed(read[role](r, "roles"), func(x role) []string { return []string{strconv.FormatInt(x.ID, 10)} })
	for _, x := range st.roles.all() {
		r.roleID[x.Project+"/"+x.Name] = x.ID
	}
	projects := read[project](r, "projects")
	for _, p := range projects {
		r.project[p.Key] = p.ID
	}
	for i := range projects {
		p := &projects[i]
		p.Lead = r.account(p.Lead)
		p.actors = map[int64][]actor{}
		for name, texts := range p.Roles {
			id := r.role(p.Key, name)
			pid, _ := strconv.ParseInt(p.ID, 10, 64)
			p.actors[id] = append(p.actors[id], r.actors(texts, pid*100000+id%1000*100)...)
		}
	}
	st.projects = listed(projects, func(p project) []string { return []string{p.ID, p.Key} })
	roles := st.roles.all()
	for i := range roles {
		roles[i].actors = r.actors(roles[i].Actors, roles[i].ID*100)
	}
	st.roles = listed(roles, func(x role) []string { return []string{strconv.FormatInt(x.ID, 10)} })

	schemes := read[scheme](r, "schemes")
	for i := range schemes {
		s := &schemes[i]
		r.lines(s.Grants, func(n int, text string) {
			permission, holder, _ := strings.Cut(text, " ")
			s.grants = append(s.grants, r.holder(s.ID*1000+int64(n), permission, holder, s.Project))
		})
	}
	st.schemes = listed(schemes, func(s scheme) []string { return []string{strconv.FormatInt(s.ID, 10)} })

	st.security = read[securityScheme](r, "security")
	for i := range st.security {
		for j := range st.security[i].Levels {
			l := &st.security[i].Levels[j]
			r.lines(l.Members, func(n int, text string) {
				l.members = append(l.members, r.holder(l.ID*100+int64(n), "", text, ""))
			})
		}
	}
	st.appRoles = read[appRole](r, "approles")
	for i := range st.appRoles {
		a := &st.appRoles[i]
		r.lines(a.Groups, func(_ int, name string) { g, _ := st.groups.find(r.group(name)); a.groups = append(a.groups, g) })
		r.lines(a.Default, func(_ int, name string) { g, _ := st.groups.find(r.group(name)); a.defaults = append(a.defaults, g) })
	}
	st.filters, st.boards = r.shared("filters"), r.shared("dashboards")
	issues := read[issue](r, "issues")
	for i := range issues {
		key, _, _ := strings.Cut(issues[i].Key, "-")
		issues[i].Project = key
		for j := range issues[i].Files {
			issues[i].Files[j].Author = r.account(issues[i].Files[j].Author)
		}
	}
	st.issues = listed(issues, nil)
	st.settings, st.plugins = read[setting](r, "settings"), read[plugin](r, "plugins")
	st.desks = read[desk](r, "desks")
	for i := range st.desks {
		var ids []string
		r.lines(st.desks[i].Customers, func(_ int, name string) { ids = append(ids, r.account(name)) })
		st.desks[i].Customers = ids
	}
	st.jiraAudit = read[jiraEvent](r, "audit_jira")
	for i := range st.jiraAudit {
		st.jiraAudit[i].Author = r.account(st.jiraAudit[i].Author)
		for _, it := range st.jiraAudit[i].Items {
			if it["typeName"] == "USER" {
				it["id"] = r.account(it["id"])
			}
		}
	}
	slices.SortStableFunc(st.jiraAudit, func(a, b jiraEvent) int { return strings.Compare(b.Created, a.Created) })
}

func (r *reader) role(project, name string) int64 {
	if id, ok := r.roleID[project+"/"+name]; ok {
		return id
	}
	id, ok := r.roleID["/"+name]
	if !ok {
		r.fail("no role is called %q", name)
	}
	return id
}

func (r *reader) actors(texts []string, first int64) []actor {
	var out []actor
	r.lines(texts, func(i int, text string) {
		kind, name, _ := strings.Cut(text, " ")
		a := actor{id: first + int64(i)}
		switch kind {
		case "user":
			a.account = r.account(name)
		case "group":
			a.group = r.group(name)
		default:
			r.fail("an actor is a user or a group, not %q", text)
		}
		out = append(out, a)
	})
	return out
}

// holder reads "anyone", "group x", "user y", "projectRole Name", "applicationRole jira-software" or "reporter".
func (r *reader) holder(id int64, permission, text, project string) grant {
	kind, name, _ := strings.Cut(text, " ")
	g := grant{id: id, permission: permission, holder: kind, parameter: name, val: name}
	switch kind {
	case "group":
		g.val = r.group(name)
	case "user":
		g.parameter = r.account(name)
		g.val = g.parameter
	case "projectRole":
		g.parameter = strconv.FormatInt(r.role(project, name), 10)
		g.val = g.parameter
	}
	return g
}

func (r *reader) shared(name string) []shared {
	out := read[shared](r, name)
	for i := range out {
		f := &out[i]
		f.Owner = r.account(f.Owner)
		n, _ := strconv.ParseInt(f.ID, 10, 64)
		f.shares, f.edits = r.shares(f.Shares, n*100), r.shares(f.Edits, n*100+50)
	}
	return out
}

func (r *reader) shares(texts []string, first int64) []share {
	var out []share
	r.lines(texts, func(i int, text string) {
		w := strings.Fields(text)
		s := share{id: first + int64(i), kind: w[0]}
		switch w[0] {
		case "group":
			s.group = r.group(w[1])
		case "user":
			s.account = r.account(w[1])
		case "project":
			s.project = r.project[w[1]]
		case "role":
			s.kind, s.project = "project", r.project[w[1]]
			s.role = strconv.FormatInt(r.role(w[1], strings.Join(w[2:], " ")), 10)
		}
		out = append(out, s)
	})
	return out
}

// number is a stable number made of text.
func number(parts ...string) int64 {
	h := fnv.New64a()
	h.Write([]byte(strings.Join(parts, "\x1f")))
	return int64(h.Sum64() % 900_000_000)
}
