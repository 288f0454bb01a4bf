package main

import (
	"fmt"
	"iter"

	"plumbline/store"
)

// ordinary is an ordinary site: about 500,000 objects. At each snapshot after the first, 0.5 % of
// the objects have changed, 0.25 % are gone and 0.25 % are new, as docs/performance.md says.
type ordinary struct {
	users, groups, members, projects, schemes, grants, spaces, attachments int
}

var site = ordinary{users: 50_000, groups: 5_000, members: 195_000, projects: 5_000, schemes: 500, grants: 100_000, spaces: 5_000, attachments: 150_000}

// shape is a resource, how many objects it has, and how the i-th looks.
type shape struct {
	resource string
	n        int
	make     func(i, version int) (key []string, body map[string]any)
}

func user(i int) string {
	return fmt.Sprintf("557058:%08x-4c1d-4f0e-9a57-%012x", i*2654435761%(1<<32), i)
}
func group(i int) string { return fmt.Sprintf("%08x-91aa-4b61-8f3b-%012x", i*40503%(1<<31), i) }

func (o ordinary) shapes() []shape {
	return []shape{
		{"jira_user", o.users, func(i, v int) ([]string, map[string]any) {
			return []string{user(i)}, map[string]any{"accountId": user(i), "accountType": "atlassian", "active": (i+v)%50 != 0,
				"displayName": fmt.Sprintf("Person Number %d", i), "emailAddress": fmt.Sprintf("person.%d@harbourline.example", i)}
		}},
		{"directory_group", o.groups, func(i, v int) ([]string, map[string]any) {
			return []string{group(i)}, map[string]any{"groupId": group(i), "name": fmt.Sprintf("team-%d-v%d", i, v), "jira_access": []any{"user"}}
		}},
		{"directory_group_member", o.members, func(i, v int) ([]string, map[string]any) {
			g, u := group(i%o.groups), user((i*7+i/o.groups)%o.users)
			return []string{g, u}, map[string]any{"groupId": g, "accountId": u, "accountType": "atlassian", "active": v%2 == 0 || i%3 != 0}
		}},
		{"jira_project", o.projects, func(i, v int) ([]string, map[string]any) {
			return []string{fmt.Sprint(10000 + i)}, map[string]any{"id": fmt.Sprint(10000 + i), "key": fmt.Sprintf("P%d", i), "name": fmt.Sprintf("Project %d v%d", i, v),
				"projectTypeKey": "software", "style": "classic", "isPrivate": false, "lead": map[string]any{"accountId": user(i)}}
		}},
		{"confluence_space", o.spaces, func(i, v int) ([]string, map[string]any) {
			return []string{fmt.Sprint(70000 + i)}, map[string]any{"id": fmt.Sprint(70000 + i), "key": fmt.Sprintf("S%d", i), "name": fmt.Sprintf("Space %d v%d", i, v),
				"type": "global", "status": "current", "authorId": user(i)}
		}},
		{"confluence_space_permission", o.grants, func(i, v int) ([]string, map[string]any) {
			space, kind, who := fmt.Sprint(70000+i%o.spaces), "group", group(i%o.groups)
			if i%4 == 0 {
				kind, who = "user", user(i%o.users)
			}
			operation := []string{"read", "create", "delete", "administer"}[(i/o.spaces+v)%4]
			return []string{space, kind, who, operation, "page", fmt.Sprint(i)}, map[string]any{"spaceId": space, "id": fmt.Sprint(i),
				"principal": map[string]any{"type": kind, "id": who}, "operation": map[string]any{"key": operation, "targetType": "page"}}
		}},
		{"jira_attachment", o.attachments, func(i, v int) ([]string, map[string]any) {
			return []string{fmt.Sprint(500000 + i)}, map[string]any{"id": fmt.Sprint(500000 + i), "filename": fmt.Sprintf("scan-%d-%d.pdf", i, v), "size": 1000*i%500_000_000 + v,
				"mimeType": "application/pdf", "created": "2026-05-11T08:15:30.000+0000", "author": map[string]any{"accountId": user(i % o.users)},
				"issueId": fmt.Sprint(90000 + i/3), "issueKey": fmt.Sprintf("P%d-%d", i%o.projects, i), "projectId": fmt.Sprint(10000 + i%o.projects)}
		}},
	}
}

func (o ordinary) total() (n int) {
	for _, s := range o.shapes() {
		n += s.n
	}
	return n
}

// coverage says that all of the site was seen: what is not made here it has none of.
func (o ordinary) coverage() (all []store.Coverage) {
	for _, name := range store.Resources() {
		all = append(all, store.Coverage{Resource: name, Outcome: store.Complete, Lists: "all", Revision: 1})
	}
	return all
}

// pages are the objects of the site at snapshot v (from 1), a thousand at a time.
func (o ordinary) pages(v int) iter.Seq2[store.Page, error] {
	return func(yield func(store.Page, error) bool) {
		for _, s := range o.shapes() {
			page := store.Page{Resource: s.resource}
			for i := range s.n + v*s.n/400 { // new ones at the end
				if i < (v-1)*s.n/400 { // gone from the beginning
					continue
				}
				version := 0 // of the snapshot that last changed it: each changes a window of 0.5 %
				if at := i * 200 / s.n; at < v-1 {
					version = at + 1
				}
				key, body := s.make(i, version)
				canonical, err := store.Canonical(body)
				if err != nil {
					yield(page, err)
					return
				}
				page.Objects = append(page.Objects, store.Object{Resource: s.resource, Key: store.Key(key...), Body: canonical})
				if len(page.Objects) == 1000 {
					if !yield(page, nil) {
						return
					}
					page.Objects = nil
				}
			}
			page.End = &store.End{Outcome: store.Complete}
			if !yield(page, nil) {
				return
			}
		}
	}
}
