package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

var (
	modelSites = flag.Int("sites", 80, "how many random sites access is computed on by brute force")
	modelSeed  = flag.Uint64("siteseed", 1, "the first of them")
)

// TestAccessModel compares every path, level and count of access on random small sites with the brute force model, from both
// directions: `go test ./app -run TestAccessModel -sites 5000` plays more of them.
func TestAccessModel(t *testing.T) {
	paths := 0
	var before *played
	defer func() { before.side.relation.Close() }()
	for i := range *modelSites {
		seed := *modelSeed + uint64(i)
		m, objects := randomSite(rand.New(rand.NewPCG(seed, 7)))
		now, n, err := m.check(objects)
		if err == nil && before != nil {
			err = now.checkMoves(before)
			before.side.relation.Close()
		}
		if err != nil {
			t.Fatalf("site %d (data center %v): %v", seed, m.dc, err)
		}
		before = now
		paths += n
	}
	t.Logf("%d sites, %d paths", *modelSites, paths)
	if paths < 15**modelSites {
		t.Errorf("%d paths on %d sites: they have become too small to prove anything", paths, *modelSites)
	}
}

// played is a site that was checked: what is stored of it, and the paths of everybody.
type played struct {
	m    *modelSite
	side *accessSide
	want map[string][]modelPath
}

// check compares what the relations and the answers say of a site with the model; it returns how many paths there were.
func (m *modelSite) check(objects []store.Object) (*played, int, error) {
	relations, err := store.MemoryRelations(context.Background(), objects, nil)
	if err != nil {
		return nil, 0, err
	}
	kind := "cloud"
	if m.dc {
		kind = "dc"
	}
	side := &accessSide{ctx: context.Background(), side: side{snapshot: store.Snapshot{Site: store.Site{Kind: kind}}}, relation: relations,
		coverage: map[string]store.Coverage{}, names: map[AccessNode]AccessNode{}, active: map[string]bool{}}
	ways := m.spread(m.ways())
	want := map[string][]modelPath{}
	var all []string
	for _, u := range m.users {
		want[u.id] = m.paths(u, ways)
		for _, p := range want[u.id] {
			all = append(all, u.id+" | "+p.String())
		}
	}
	found, err := side.rows("SELECT account_id, object_kind, object_id, subject_kind, subject_id, coalesce(via_group, ''), through_kind, through_id, rank / 100, opens FROM access_path", nil)
	if err != nil {
		return nil, 0, err
	}
	var got []string
	for _, v := range found {
		p := modelPath{said(v[1]), said(v[2]), said(v[3]), said(v[4]), said(v[5]), said(v[6]), said(v[7]), number64(v[8]), number64(v[9]) == 1}
		got = append(got, said(v[0])+" | "+p.String())
	}
	if err := differ("access_path", got, all); err != nil {
		return nil, 0, err
	}
	if err := m.checkWho(side, want, ways); err != nil {
		return nil, 0, err
	}
	if err := m.checkWhat(side, want, ways); err != nil {
		return nil, 0, err
	}
	return &played{m, side, want}, len(all), m.checkAll(side, want)
}

func differ(what string, got, want []string) error {
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return nil
	}
	var text strings.Builder
	count := map[string]int{}
	for _, g := range got {
		count[g]++
	}
	for _, w := range want {
		count[w]--
	}
	for _, line := range slices.Sorted(maps.Keys(count)) {
		if n := count[line]; n != 0 {
			fmt.Fprintf(&text, "\n  %+d %s", n, strings.ReplaceAll(line, "\x1f", "/"))
		}
	}
	return fmt.Errorf("%s: more (+) or less (-) than the model has:%s", what, text.String())
}

func (m *modelSite) objects() (all []AccessNode) {
	all = append(all, AccessNode{Kind: "site", ID: "jira"}, AccessNode{Kind: "site", ID: "confluence"})
	for _, p := range m.projects {
		all = append(all, AccessNode{Kind: "project", ID: p.id})
	}
	for _, s := range m.shared {
		all = append(all, AccessNode{Kind: s.kind, ID: s.id})
	}
	for _, s := range m.spaces {
		all = append(all, AccessNode{Kind: "space", ID: s.id})
	}
	return all
}

// to are the paths to one object.
func to(paths []modelPath, o AccessNode) (some []modelPath) {
	for _, p := range paths {
		if p.object == o.Kind && p.objectID == o.ID {
			some = append(some, p)
		}
	}
	return some
}

// checkWho asks what everybody, every group and the public reach.
func (m *modelSite) checkWho(side *accessSide, want map[string][]modelPath, ways []modelPath) error {
	asked := map[AccessNode][]modelPath{{Kind: "anonymous"}: m.as(ways, granted{"anonymous", ""})}
	for id, paths := range want {
		asked[AccessNode{Kind: "user", ID: id}] = paths
	}
	for _, g := range m.groups {
		asked[AccessNode{Kind: "group", ID: g.id}] = m.as(ways, m.group(g)...)
	}
	for who, paths := range asked {
		answer, err := side.answer(who, AccessQuery{Who: "x"})
		if err != nil {
			return err
		}
		var got, should []string
		for _, r := range answer.rows {
			got = append(got, fmt.Sprintf("%s %s: %s by %d, without a link %v", r.node.Kind, r.node.ID, r.level, len(r.ways), leftOf(r)))
		}
		for _, o := range m.objects() {
			if list := to(paths, o); len(list) > 0 {
				should = append(should, fmt.Sprintf("%s %s: %s by %d, without a link %v", o.Kind, o.ID, modelLevel(list), len(list), true))
			}
		}
		if err := differ("who "+who.Kind+" "+who.ID, got, should); err != nil {
			return err
		}
	}
	return nil
}

// leftOf holds what taking a link away is said to leave against the ways that do not hang on it, one by one.
func leftOf(r *reach) bool {
	for _, x := range removing(r, func(reachWay, Ref) string { return "" }) {
		var left []reachWay
		for _, w := range r.ways {
			if !slices.Contains(w.links(), Ref{Resource: x.Link.Resource, Key: x.Link.Key}) {
				left = append(left, w)
			}
		}
		if len(left) != x.Paths || len(left) == len(r.ways) || levelOf(left, nil) != x.Level || x.Level.height() > r.level.height() {
			return false
		}
	}
	return true
}

// group is as what a group is met: all that it makes its members, and what anybody is.
func (m *modelSite) group(g *modelGroup) []granted {
	all := append(m.groupMeans(g.id), granted{"anonymous", ""})
	if !m.dc || g.product == "jira" {
		all = append(all, granted{"signed_in", ""})
	}
	return all
}

// as are the ways of several subjects.
func (m *modelSite) as(ways []modelPath, subjects ...granted) (some []modelPath) {
	for _, w := range ways {
		if slices.Contains(subjects, granted{w.subject, w.subjectID}) {
			some = append(some, w)
		}
	}
	return some
}

// checkWhat asks who reaches every object. People who come by nothing but what anybody is are no rows of their own.
func (m *modelSite) checkWhat(side *accessSide, want map[string][]modelPath, ways []modelPath) error {
	for _, o := range m.objects() {
		answer, err := side.answer(o, AccessQuery{What: "x"})
		if err != nil {
			return err
		}
		var got, should []string
		for _, r := range answer.rows {
			if kind := r.node.Kind; kind == "user" || kind == "app" || kind == "group" || kind == "anonymous" {
				got = append(got, fmt.Sprintf("%s %s: %s by %d", strings.Replace(kind, "app", "user", 1), r.node.ID, r.level, len(r.ways)))
			}
		}
		own := func(paths []modelPath) bool {
			return slices.ContainsFunc(paths, func(p modelPath) bool { return p.subject != "anonymous" && p.subject != "signed_in" })
		}
		for id, paths := range want {
			if list := to(paths, o); own(list) {
				should = append(should, fmt.Sprintf("user %s: %s by %d", id, modelLevel(list), len(list)))
			}
		}
		for _, g := range m.groups {
			if list := to(m.as(ways, m.group(g)...), o); own(list) {
				should = append(should, fmt.Sprintf("group %s: %s by %d", g.id, modelLevel(list), len(list)))
			}
		}
		if list := to(m.as(ways, granted{"anonymous", ""}), o); len(list) > 0 {
			should = append(should, fmt.Sprintf("anonymous : %s by %d", modelLevel(list), len(list)))
		}
		if err := differ("what "+o.Kind+" "+o.ID, got, should); err != nil {
			return err
		}
	}
	return nil
}

// checkAll counts people by object, and objects by person.
func (m *modelSite) checkAll(side *accessSide, want map[string][]modelPath) error {
	tally := func(n map[AccessLevel]int) string { return fmt.Sprint(n[View], n[Edit], n[Administer]) }
	objects := m.objects()[2:]
	by := [2]map[string]map[AccessLevel]int{{}, {}}
	for _, o := range objects {
		by[0][o.Kind+" "+o.ID] = map[AccessLevel]int{}
	}
	for _, u := range m.users {
		by[1]["user "+u.id] = map[AccessLevel]int{}
		for _, o := range objects {
			level := modelLevel(to(want[u.id], o))
			by[0][o.Kind+" "+o.ID][level]++
			by[1]["user "+u.id][level]++
		}
	}
	for i, q := range []AccessQuery{{Who: everyone}, {What: everything}} {
		a := &Access{}
		all, err := side.matrix(q)
		if err == nil {
			err = all.read()
		}
		if err != nil {
			return err
		}
		all.counted(a, q, nil, nil)
		var got, should []string
		for _, r := range a.People {
			got = append(got, strings.Replace(r.Node.Kind, "app", "user", 1)+" "+r.Node.ID+": "+fmt.Sprint(r.View, r.Edit, r.Administer))
		}
		for name, n := range by[i] {
			should = append(should, name+": "+tally(n))
		}
		if err := differ(q.Who+q.What, got, should); err != nil {
			return err
		}
	}
	return nil
}

// checkMoves takes two sites for one at two times, and counts who came, went, rose and fell.
func (p *played) checkMoves(before *played) error {
	if p.m.dc != before.m.dc {
		return nil
	}
	p.side.untold, before.side.untold = nil, nil // as with unproven below: the model says what is seen to move, doubtful or not
	by := [2]map[string]*accessMoves{{}, {}}
	count := func(i int, name string) *accessMoves {
		if by[i][name] == nil {
			by[i][name] = &accessMoves{}
		}
		return by[i][name]
	}
	ids, objects := map[string]bool{}, map[AccessNode]bool{}
	for _, side := range []*played{p, before} {
		for id := range side.want {
			ids[id] = true
		}
		for _, o := range side.m.objects()[2:] {
			objects[o] = true
		}
	}
	for id := range ids {
		for o := range objects {
			is, was := modelLevel(to(p.want[id], o)).height(), modelLevel(to(before.want[id], o)).height()
			for _, n := range []*accessMoves{count(0, o.Kind+" "+o.ID), count(1, "user "+id)} {
				switch {
				case was == 0 && is > 0:
					n.new++
				case is == 0 && was > 0:
					n.gone++
				case is > was:
					n.raised++
				case is < was:
					n.lowered++
				}
			}
		}
	}
	for i, q := range []AccessQuery{{Who: everyone}, {What: everything}} {
		now, err := p.side.matrix(q)
		if err != nil {
			return err
		}
		was, err := before.side.matrix(q)
		if err != nil {
			return err
		}
		now.join(was)
		if err := errors.Join(now.read(), was.read()); err != nil {
			return err
		}
		a := &Access{}
		now.counted(a, q, was, func(string, AccessNode, int) string { return "" })
		var got, should []string
		for _, r := range a.People {
			got = append(got, strings.Replace(r.Node.Kind, "app", "user", 1)+" "+r.Node.ID+": "+fmt.Sprint(accessMoves{r.New, r.Raised, r.Lowered, r.Gone}))
		}
		for name, n := range by[i] {
			should = append(should, name+": "+fmt.Sprint(*n))
		}
		if err := differ("since, "+q.Who+q.What, got, should); err != nil {
			return err
		}
	}
	return nil
}
