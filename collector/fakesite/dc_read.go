package fakesite

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// JiraKey is the key that Jira gives the content's account of that name: those made before Jira 8.4
// have their name, later ones a number.
func JiraKey(name string) string { return fmt.Sprintf("JIRAUSER%d", 10000+number("jira/"+name)%90000) }

// ConfluenceKey is the key of the same account in Confluence.
func ConfluenceKey(name string) string {
	h := sha256.Sum256([]byte("confluence/" + name))
	return fmt.Sprintf("8a8181%x", h[:13])
}

// readInstallation reads the content files of a Data Center at a date: the files of a Cloud site,
// where they hold the same things, and its own.
func readInstallation(folder fs.FS, when string) (*site, *installation, error) {
	st, err := readSite(folder, when)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{folder: folder, when: when, accountID: map[string]string{}, groupID: map[string]string{}}
	for _, a := range st.accounts.all() {
		r.accountID[a.Name] = a.ID
	}
	for _, g := range st.groups.all() {
		r.groupID[g.Name] = g.ID
	}
	in := &installation{of: map[string]*instance{}, nodes: read[node](r, "nodes"), links: read[link](r, "links"), checks: read[check](r, "checks"),
		apps: read[app](r, "apps"), hooks: read[hook](r, "hooks"), backups: read[backup](r, "backups"), tokens: read[PAT](r, "pats")}
	for _, x := range read[instance](r, "installation") {
		in.of[x.Product] = &x
	}
	for _, p := range read[struct {
		Global     []string `json:"global"`     // lines as in spaces.json: "group confluence-users: use application"
		Unlicensed []string `json:"unlicensed"` // operations of those who sign in without a licence
	}](r, "globals") {
		for _, text := range p.Global {
			in.globals = append(in.globals, r.spacePermissions("", text)...)
		}
		for _, text := range p.Unlicensed {
			in.unlicensed = append(in.unlicensed, r.spacePermissions("", "role UNLICENSED: "+text)...)
		}
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	st.about.Anonymous, st.about.Users, st.about.Admins = nil, nil, nil
	for _, p := range in.globals {
		switch {
		case p.kind == "role":
			st.about.Anonymous = append(st.about.Anonymous, p.operation+" "+p.target)
		case p.operation == "administer":
			st.about.Admins = append(st.about.Admins, r.nameOf(st, p))
			fallthrough
		case p.operation == "use":
			st.about.Users = append(st.about.Users, r.nameOf(st, p))
		}
	}
	st.nest(r)
	return st, in, nil
}

func (r *reader) nameOf(st *site, p spacePermission) string {
	g, _ := st.groups.find(p.principal)
	return g.Name
}

// nest makes members of those who are in a group inside a group.
func (st *site) nest(r *reader) {
	direct, of := st.members, map[string][]string{}
	var within func(g group, seen []string) []string
	within = func(g group, seen []string) []string {
		ids := slices.Clone(direct(g))
		r.lines(g.Groups, func(_ int, name string) {
			inner, ok := st.groups.find("name:" + name)
			if !ok || slices.Contains(seen, inner.ID) {
				return
			}
			for _, id := range within(inner, append(seen, inner.ID)) {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		})
		return ids
	}
	all := map[string][]string{}
	for _, g := range st.groups.all() {
		all[g.ID] = within(g, []string{g.ID})
		for _, id := range all[g.ID] {
			of[id] = append(of[id], g.ID)
		}
	}
	st.members = func(g group) []string { return all[g.ID] }
	st.memberOf = func(a account) []string { return of[a.ID] }
}

// knows says whether a product knows a group: what the content's group gives in it, or nothing at all
// for one that both know.
func knows(product string, g group) bool {
	if len(g.Jira)+len(g.Confluence) == 0 {
		return true
	}
	return product == "jira" && len(g.Jira) > 0 || product == "confluence" && len(g.Confluence) > 0
}

// newer says whether a version is at least another, number by number.
func newer(version, than string) bool {
	v, t := strings.Split(version, "."), strings.Split(than, ".")
	for i := range t {
		a, b := int64(0), atoi64(t[i])
		if i < len(v) {
			a = atoi64(v[i])
		}
		if a != b {
			return a > b
		}
	}
	return true
}
