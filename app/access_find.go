package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// WhoKinds and WhatKinds are the words before the colon of what is asked for.
func WhoKinds() []string { return []string{"user", "group", "app"} }

// WhatKinds are those of --what.
func WhatKinds() []string { return []string{"site", "project", "space", "filter", "dashboard"} }

// candidate is a node that a text may stand for; how says how well: 0 by id, 1 by key or e-mail address, 2 by name.
type candidate struct {
	node   AccessNode
	detail string
	how    int
}

// searches find candidates of a kind: id, key, name, detail, how. :text is compared as it is, :low in lower case.
var searches = map[string]string{
	"user": `SELECT a.account_id, NULL, coalesce(nullif(a.display_name, ''), a.account_id), coalesce(nullif(a.email, ''), j.username, c.username, ''), CASE WHEN a.account_id = :text THEN 0 WHEN lower(a.email) = :low OR j.username = :text OR c.username = :text THEN 1 ELSE 2 END, a.account_type
		FROM account AS a LEFT JOIN jira_user AS j ON j.account_id = a.account_id LEFT JOIN confluence_user AS c ON c.account_id = a.account_id
		WHERE %s`,
	"group": `SELECT g.group_id, NULL, coalesce(g.name, g.group_id), coalesce(g.product, ''), iif(g.group_id = :text, 0, iif(lower(g.product || '/' || g.name) = :low, 1, 2)), NULL FROM directory_group AS g WHERE %s`,
	"object": `SELECT o.object_id, o.object_key, coalesce(nullif(o.name, ''), o.object_key, o.object_id), '', iif(lower(o.object_key) = :low, 0, iif(o.object_id = :text, 1, 2)), o.object_kind FROM access_object AS o
		WHERE o.object_kind IN (SELECT value FROM json_each(:kinds)) AND (%s)`,
}

// exactly and like are the conditions of searches: what a text names, and what begins with or holds it.
var exactly = map[string]string{
	"user":   "a.account_id = :text OR lower(a.email) = :low OR lower(a.display_name) = :low OR j.username = :text OR c.username = :text",
	"group":  "g.group_id = :text OR lower(g.name) = :low OR lower(g.product || '/' || g.name) = :low",
	"object": "lower(o.object_key) = :low OR o.object_id = :text OR lower(o.name) = :low",
}

var like = map[string]string{
	"user":   "instr(lower(a.display_name), :low) OR instr(lower(a.email), :low) OR instr(a.account_id, :text)",
	"group":  "instr(lower(g.name), :low)",
	"object": "instr(lower(o.object_key), :low) OR instr(lower(o.name), :low)",
}

var anything = map[string]string{"user": "1", "group": "1", "object": "1"}

// search lists the candidates of a kind; kinds are those of objects.
func (s *accessSide) search(kind, condition, text string, kinds []string) ([]candidate, error) {
	args := map[string]any{"text": text, "low": strings.ToLower(text)}
	if kind == "object" {
		args["kinds"] = kinds
	}
	found, err := s.rows(fmt.Sprintf(searches[kind], condition), args)
	list := make([]candidate, len(found))
	for i, v := range found {
		n := AccessNode{Kind: kind, ID: said(v[0]), Key: said(v[1]), Name: said(v[2])}
		switch {
		case kind == "object":
			n.Kind = said(v[5])
			n.Spelling = n.Kind + ":" + firstOf(n.Key, n.ID)
		case kind == "user" && said(v[5]) == "app":
			n.Kind, n.Spelling = "app", "app:"+n.ID
		case kind == "user":
			n.Spelling = "user:" + n.ID
		default:
			n.Spelling = "group:" + n.Name
			if product := said(v[3]); product != "" {
				n.Spelling = "group:" + product + "/" + n.Name
			}
		}
		list[i] = candidate{n, said(v[3]), number64(v[4])}
	}
	return list, err
}

// asked is the node that a question is about.
func (s *accessSide) asked(q AccessQuery) (AccessNode, error) {
	text, kinds, singles := q.Who, WhoKinds(), map[string]AccessNode{
		"anonymous": plainNode("anonymous", ""), "licensed": plainNode("application", ""), "signed_in": plainNode("signed_in", ""),
	}
	if q.Who == "" {
		text, kinds = q.What, WhatKinds()
		singles = map[string]AccessNode{"site:jira": plainNode("site", "jira"), "site:confluence": plainNode("site", "confluence")}
	}
	if n, ok := singles[strings.ToLower(text)]; ok {
		return n, nil
	}
	kind, rest, prefixed := strings.Cut(text, ":")
	if kind = strings.ToLower(kind); prefixed && slices.Contains(kinds, kind) {
		text, kinds = strings.TrimSpace(rest), []string{kind}
	}
	found, err := s.called(kinds, text, true)
	if err != nil {
		return AccessNode{}, err
	}
	best := slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return c.how > 0 })
	for how := 1; len(best) == 0 && how <= 2; how++ {
		best = slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return c.how != how })
	}
	switch {
	case len(best) > 1:
		names := []string{}
		for _, c := range best {
			names = append(names, firstOf(strings.TrimSpace(c.node.Spelling+" "+c.detail)))
		}
		return AccessNode{}, Usage(fmt.Sprintf("%q is %d of the site", text, len(best)), "name one: "+strings.Join(names[:min(len(names), 10)], ", "))
	case len(best) == 1:
		if err := s.name([]AccessNode{{Kind: strings.Replace(best[0].node.Kind, "app", "user", 1), ID: best[0].node.ID}}); err != nil {
			return AccessNode{}, err
		}
		return s.node(strings.Replace(best[0].node.Kind, "app", "user", 1), best[0].node.ID), nil
	}
	return s.unlisted(kinds, text)
}

// called are the candidates that a text names, whole or, as people begin to type it, in part. SQLite folds the case of ASCII
// alone: where the text has more, all names are read and compared here.
func (s *accessSide) called(kinds []string, text string, whole bool) ([]candidate, error) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s.candidates(kinds, map[bool]map[string]string{true: exactly, false: like}[whole], text)
	}
	found, err := s.candidates(kinds, anything, text)
	low := strings.ToLower(text)
	return slices.DeleteFunc(found, func(c candidate) bool {
		return !slices.ContainsFunc([]string{c.node.ID, c.node.Key, c.node.Name, c.detail, strings.TrimPrefix(c.node.Spelling, "group:")}, func(name string) bool {
			name = strings.ToLower(name)
			return name == low || !whole && strings.Contains(name, low)
		})
	}), err
}

// candidates are what a text may stand for among kinds.
func (s *accessSide) candidates(kinds []string, condition map[string]string, text string) ([]candidate, error) {
	var all []candidate
	if slices.Contains(kinds, "user") || slices.Contains(kinds, "app") {
		found, err := s.search("user", "a.account_id = :text AND :low <> ''", text, nil) // an index away, unlike a name
		if err == nil && len(found) == 0 {
			found, err = s.search("user", condition["user"], text, nil)
		}
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if slices.Contains(kinds, c.node.Kind) || c.how == 0 {
				all = append(all, c)
			}
		}
	}
	if slices.Contains(kinds, "group") {
		found, err := s.search("group", condition["group"], text, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if objects := slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return slices.Contains(WhoKinds(), k) }); len(objects) > 0 {
		found, err := s.search("object", condition["object"], text, objects)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// unlisted is somebody or something that no list has: a subject or an object that grants name all the same, else an error
// with the nearest.
func (s *accessSide) unlisted(kinds []string, text string) (AccessNode, error) {
	for _, kind := range kinds {
		query := "SELECT 1 FROM access_grant WHERE subject_kind = :kind AND subject_id = :id LIMIT 1"
		if slices.Contains(WhatKinds(), kind) {
			query = "SELECT 1 FROM access_grant WHERE object_kind = :kind AND object_id = :id LIMIT 1"
		}
		found, err := s.rows(query, map[string]any{"kind": kind, "id": text})
		if err != nil {
			return AccessNode{}, err
		}
		if len(found) > 0 {
			return plainNode(kind, text), nil
		}
	}
	near, err := s.candidates(kinds, anything, text)
	if err != nil {
		return AccessNode{}, err
	}
	names, spelling := []string{}, map[string]string{}
	for _, c := range near {
		for _, name := range []string{c.node.Key, c.node.Name, c.detail} {
			if name != "" {
				names = append(names, name)
				spelling[name] = c.node.Spelling
			}
		}
	}
	p := Unknown(strings.Join(kinds, ", "), text, names, "")
	p.Code, p.Title = "unknown-access", fmt.Sprintf("nothing of the site is called %q", text)
	if len(kinds) == 1 {
		p.Title = fmt.Sprintf("no %s %q", kinds[0], text)
	}
	if n := Nearest(text, names); n != "" {
		p.Hint = fmt.Sprintf("did you mean %s, %s?", n, spelling[n])
	} else if slices.Contains(kinds, "user") {
		p.Hint = "an account id, an e-mail address, a name, group:NAME, anonymous, licensed or everyone"
	} else {
		p.Hint = "site:jira, project:KEY, space:KEY, filter:ID, dashboard:ID or everything"
	}
	return AccessNode{}, p
}

// AccessNames finds whom or what can be asked for: direction is who or what, text the beginning or a part of a name. At most
// so many are listed, those that begin with the text first; an empty text lists some of each.
func (f *File) AccessNames(ctx context.Context, ref, site, direction, text string, most int) ([]AccessName, error) {
	snapshot, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	side, err := accessSideOf(ctx, side{f.store, snapshot})
	if err != nil {
		return nil, err
	}
	defer side.relation.Close()
	kinds, singles := WhatKinds(), []AccessNode{plainNode("site", "jira"), plainNode("site", "confluence")}
	if direction == "who" {
		kinds, singles = WhoKinds(), []AccessNode{plainNode("anonymous", ""), plainNode("application", "")}
	}
	text = strings.TrimSpace(text)
	low := strings.ToLower(text)
	found, err := side.called(kinds, text, false)
	if err != nil {
		return nil, err
	}
	names := []AccessName{}
	for _, n := range singles {
		if strings.Contains(strings.ToLower(n.Name+" "+n.Spelling), low) {
			names = append(names, AccessName{Node: n})
		}
	}
	begins := func(c candidate) int {
		if strings.HasPrefix(strings.ToLower(c.node.Key), low) || strings.HasPrefix(strings.ToLower(c.node.Name), low) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return begins(a) - begins(b) })
	for _, c := range found[:min(len(found), most)] {
		names = append(names, AccessName{c.node, c.detail})
	}
	return names[:min(len(names), most)], nil
}
