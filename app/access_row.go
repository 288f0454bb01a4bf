package app

import (
	"cmp"
	"slices"
	"strings"

	"plumbline/store"
)

// reach is one row in the making: somebody or something, and the ways to it.
type reach struct {
	node    AccessNode
	product string
	active  *bool
	ways    []reachWay
	key     string // kind and id, the same in every snapshot
	level   AccessLevel
}

// reachWay is a way as one row comes by it: the same way of a group is every member's, each by a membership of their own.
type reachWay struct {
	*way
	member string // key of the directory_group_member, "" where none is needed
}

// levelOf is the level that ways give together: administering needs nothing else, editing has an effect only where one of
// them opens.
func levelOf(ways []reachWay, without func(reachWay) bool) AccessLevel {
	rank, opens := 0, false
	for _, w := range ways {
		if without == nil || !without(w) {
			rank, opens = max(rank, w.rank), opens || w.opens
		}
	}
	switch {
	case rank >= 300:
		return Administer
	case rank >= 200 && opens:
		return Edit
	case opens:
		return View
	}
	return NoAccess
}

// height orders levels.
func (l AccessLevel) height() int {
	return slices.Index([]AccessLevel{NoAccess, View, Edit, Administer}, l)
}

// links are the objects that a way hangs on, from the person on.
func (w reachWay) links() []Ref {
	if w.member == "" {
		return w.hangs
	}
	return append([]Ref{{Resource: "directory_group_member", Key: w.member}}, w.hangs...)
}

// hangsOn reports whether the way is gone without a link.
func (w reachWay) hangsOn(link Ref) bool {
	if link.Resource == "directory_group_member" {
		return link.Key == w.member
	}
	return slices.Contains(w.hangs, link)
}

// links are the objects that a way hangs on, from its subject on.
func (w *way) links() []Ref {
	all := []Ref{}
	add := func(resource, key string) {
		if key != "" {
			all = append(all, Ref{Resource: resource, Key: key})
		}
	}
	add(w.groupResource, w.groupKey)
	add("jira_role_actor", w.actor)
	if w.throughKind == "project_lead" || w.throughKind == "share" && w.actor == "" && w.subjectKind == "user" && w.projectGrant != "" {
		add("jira_project", store.Key(cmp.Or(w.throughID, w.objectID)))
	}
	add("jira_project_scheme", w.scheme)
	add("jira_permission_grant", w.projectGrant)
	add(w.sourceResource, w.source)
	if w.throughKind == "space_role" {
		add("confluence_space_role", store.Key(w.throughID))
	}
	return all
}

func (w reachWay) length() int {
	n := len(w.hangs)
	if w.member != "" {
		n++
	}
	return n
}

// strongest orders the ways of a row: the higher level first, then the one that needs fewest links.
func strongest(a, b reachWay) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.length(), b.length()), strings.Compare(a.identity(), b.identity()))
}

// whoReaches makes a row of each object that subjects reach.
func whoReaches(ways []way) []*reach {
	at := map[[2]string]*reach{}
	var all []*reach
	for i := range ways {
		w := &ways[i]
		id := [2]string{w.objectKind, w.objectID}
		if at[id] == nil {
			at[id] = &reach{node: AccessNode{Kind: w.objectKind, ID: w.objectID}}
			at[id].product = productOf(at[id].node)
			all = append(all, at[id])
		}
		at[id].ways = append(at[id].ways, reachWay{w, w.member})
	}
	return all
}

// reachedBy makes a row of everybody who comes by the ways to an object: classes of people, groups, people. A way of a class
// that only groups make somebody one of becomes one for each of them; ways that take them in are added to ways.
func (s *accessSide) reachedBy(ways []way) ([]way, []*reach, error) {
	groups, err := s.classGroups(ways)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range slices.Clone(ways) {
		for _, g := range groups[[2]string{w.subjectKind, w.subjectID}] {
			w.group, w.groupResource, w.groupKey = g.id, g.groupResource, g.groupKey
			ways = append(ways, w)
		}
	}
	for i := range ways {
		ways[i].hangs = ways[i].links()
	}
	at := map[[2]string]*reach{}
	var all []*reach
	row := func(kind, id string) *reach {
		if at[[2]string{kind, id}] == nil {
			r := &reach{node: AccessNode{Kind: kind, ID: id}}
			at[[2]string{kind, id}] = r
			all = append(all, r)
		}
		return at[[2]string{kind, id}]
	}
	members := map[string][]reachWay{} // by group
	var open, signedIn []reachWay      // ways of anybody, and of anybody with a sign-in
	for i := range ways {
		w := reachWay{way: &ways[i]}
		switch {
		case w.group != "":
			members[w.group] = append(members[w.group], w)
		case w.subjectKind == "group":
			members[w.subjectID] = append(members[w.subjectID], w)
		case w.subjectKind == "anonymous":
			open = append(open, w)
		case w.subjectKind == "signed_in":
			signedIn = append(signedIn, w)
		default:
			r := row(w.subjectKind, w.subjectID)
			r.ways = append(r.ways, w)
		}
	}
	for id, list := range members {
		row("group", id).ways = append(row("group", id).ways, list...)
	}
	if err := s.addMembers(members, row); err != nil {
		return nil, nil, err
	}
	if len(signedIn) > 0 && s.snapshot.Site.Kind == "dc" {
		if err := s.confluenceOnly(); err != nil {
			return nil, nil, err
		}
	}
	anyApplication := row("application", "").ways
	for _, r := range all {
		if r.node.Kind == "application" && r.node.ID != "" && r.node.ID != "confluence" {
			r.ways = append(r.ways, anyApplication...)
		}
		if !s.onlyConfluence(r.node) {
			r.ways = append(r.ways, signedIn...)
		}
		r.ways = append(r.ways, open...)
	}
	if len(anyApplication) == 0 {
		all = slices.DeleteFunc(all, func(r *reach) bool { return r.node.Kind == "application" && r.node.ID == "" })
	}
	if len(signedIn) > 0 {
		all = append(all, &reach{node: AccessNode{Kind: "signed_in"}, ways: slices.Concat(signedIn, open)})
	}
	if len(open) > 0 {
		all = append(all, &reach{node: AccessNode{Kind: "anonymous"}, ways: open})
	}
	return ways, all, nil
}

// onlyConfluence is true of who is known to Data Center's Confluence alone, where nothing is granted to anybody with a sign-in.
func (s *accessSide) onlyConfluence(n AccessNode) bool {
	return s.snapshot.Site.Kind == "dc" && (n.Kind == "group" && strings.HasPrefix(n.ID, "confluence\x1f") || s.unknownToJira[n.ID])
}

func (s *accessSide) confluenceOnly() error {
	found, err := s.rows("SELECT account_id FROM confluence_user WHERE username IS NOT NULL EXCEPT SELECT account_id FROM jira_user", nil)
	s.unknownToJira = map[string]bool{}
	for _, v := range found {
		s.unknownToJira[said(v[0])] = true
	}
	return err
}

// classGroups are the groups that make somebody one of the classes that ways are granted to, by kind and id of the class.
func (s *accessSide) classGroups(ways []way) (map[[2]string][]subject, error) {
	all := map[[2]string][]subject{}
	for _, w := range ways {
		class := [2]string{w.subjectKind, w.subjectID}
		if _, done := all[class]; done {
			continue
		}
		query := ""
		switch {
		case w.subjectKind == "application":
			query = "SELECT group_id, source_resource, source_key FROM access_application_group WHERE application = :class"
		case w.subjectKind == "access_class" && w.subjectID == "all-product-admins":
			query = "SELECT subject_id, source_resource, source_key FROM access_administrator WHERE product = 'confluence' AND subject_kind = 'group' AND :class <> ''"
		default:
			continue
		}
		found, err := s.rows(query, map[string]any{"class": w.subjectID})
		if err != nil {
			return nil, err
		}
		all[class] = []subject{}
		for _, v := range found {
			all[class] = append(all[class], subject{kind: "group", id: said(v[0]), groupResource: said(v[1]), groupKey: said(v[2])})
		}
	}
	return all, nil
}

// addMembers gives the ways of groups to the people in them.
func (s *accessSide) addMembers(groups map[string][]reachWay, row func(kind, id string) *reach) error {
	ids := []string{}
	for id := range groups {
		ids = append(ids, id)
	}
	found, err := s.rows("SELECT m.group_id, m.account_id, m.key FROM json_each(:groups) AS j CROSS JOIN directory_group_member AS m ON m.group_id = j.value WHERE m.account_id IS NOT NULL", map[string]any{"groups": ids})
	if err != nil {
		return err
	}
	for _, v := range found {
		r := row("user", said(v[1]))
		for _, w := range groups[said(v[0])] {
			w.member = said(v[2])
			r.ways = append(r.ways, w)
		}
	}
	return nil
}

// removing says what taking each link of a row away would leave.
func removing(r *reach, words func(reachWay, Ref) string) []AccessRemoval {
	list := []AccessRemoval{}
	seen := map[Ref]bool{}
	level := levelOf(r.ways, nil)
	for _, w := range r.ways {
		for _, link := range w.links() {
			if seen[link] {
				continue
			}
			seen[link] = true
			left := 0
			hangs := func(o reachWay) bool { return o.hangsOn(link) }
			for _, o := range r.ways {
				if !hangs(o) {
					left++
				}
			}
			list = append(list, AccessRemoval{Link: AccessRef{link.Resource, link.Key, words(w, link)}, Level: levelOf(r.ways, hangs), Paths: left})
		}
	}
	slices.SortStableFunc(list, func(a, b AccessRemoval) int {
		changes := func(x AccessRemoval) int { return -(level.height() - x.Level.height()) }
		return cmp.Or(cmp.Compare(changes(a), changes(b)), cmp.Compare(a.Paths, b.Paths))
	})
	return list
}
