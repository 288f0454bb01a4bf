package fakesite

import (
	"slices"
	"strconv"
	"strings"
)

func (r *reader) confluence(st *site) {
	st.spaceRoles = read[spaceRole](r, "spaceroles")
	roleID := map[string]string{}
	for _, x := range st.spaceRoles {
		roleID[x.Name] = x.ID
	}
	spaces := read[space](r, "spaces")
	for i := range spaces {
		s := &spaces[i]
		s.Author, s.Owner = r.account(s.Author), r.account(s.Owner)
		for _, text := range s.Permissions {
			s.permissions = append(s.permissions, r.spacePermissions(s.ID, text)...)
		}
		r.lines(s.Roles, func(_ int, text string) {
			w := strings.Fields(text)
			kind, principal := r.principal(w[0], w[1])
			id, ok := roleID[strings.Join(w[2:], " ")]
			if !ok {
				r.fail("no space role is called %q", strings.Join(w[2:], " "))
			}
			s.roles = append(s.roles, spaceRoleAssignment{kind, principal, id})
		})
	}
	st.spaces = listed(spaces, func(s space) []string { return []string{s.ID, "key:" + s.Key} })

	pages := read[page](r, "pages")
	for i := range pages {
		p := &pages[i]
		sp, ok := st.spaces.find("key:" + p.Space)
		if !ok {
			r.fail("page %s: no space has the key %q", p.ID, p.Space)
		}
		p.Space = sp.ID
		p.Author, p.Owner = r.account(p.Author), r.account(p.Owner)
		if p.Kind == "" {
			p.Kind = "page"
		}
		if p.Status == "" {
			p.Status = "current"
		}
		r.lines(p.Restrict, func(_ int, text string) {
			w := strings.Fields(text)
			l := limit{operation: w[0]}
			switch w[1] {
			case "user":
				l.account = r.account(w[2])
			case "group":
				l.group = r.group(w[2])
			default:
				r.fail("page %s: a restriction names a user or a group, not %q", p.ID, text)
			}
			p.limits = append(p.limits, l)
		})
	}
	st.pages = listed(pages, func(p page) []string { return []string{p.ID} })

	files := read[file](r, "files")
	kept := files[:0]
	for _, f := range files {
		p, ok := st.pages.find(f.Page)
		if !ok {
			continue // its page is gone at this date
		}
		f.page, f.Author = &p, r.account(f.Author)
		if f.Status == "" {
			f.Status = "current"
		}
		kept = append(kept, f)
	}
	st.files = listed(kept, func(f file) []string { return []string{f.ID} })
	st.confluenceAudit = read[confluenceEvent](r, "audit_confluence")
	for i := range st.confluenceAudit {
		st.confluenceAudit[i].Author = r.account(st.confluenceAudit[i].Author)
	}
	slices.SortStableFunc(st.confluenceAudit, func(a, b confluenceEvent) int { return strings.Compare(b.Created, a.Created) })
}

// principal resolves "user dana", "group finance", "role ANONYMOUS", "class anonymous-users".
func (r *reader) principal(kind, name string) (string, string) {
	switch kind {
	case "user":
		return kind, r.account(name)
	case "group":
		return kind, r.group(name)
	case "role", "class":
		return kind, name
	}
	r.fail("a principal is a user, a group, a role or a class, not %q", kind)
	return kind, name
}

// spacePermissions reads "user dana: read space, create page from 2026-09-14".
func (r *reader) spacePermissions(space, text string) []spacePermission {
	who, operations, ok := strings.Cut(text, ":")
	w := strings.Fields(who)
	if !ok || len(w) != 2 {
		r.fail("a space permission reads \"user dana: read space\", not %q", text)
		return nil
	}
	var out []spacePermission
	r.lines(strings.Split(operations, ","), func(_ int, op string) {
		key, target, ok := strings.Cut(strings.TrimSpace(op), " ")
		if !ok {
			r.fail("an operation reads \"read space\", not %q", op)
		}
		kind, principal := r.principal(w[0], w[1])
		id := strconv.FormatInt(number(space, kind, principal, key, target), 10)
		out = append(out, spacePermission{id, kind, principal, key, target})
	})
	return out
}
