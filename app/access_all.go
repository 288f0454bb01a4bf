package app

import (
	"iter"
	mathbits "math/bits"
	"slices"
	"strings"
)

// bits is a set of small numbers.
type bits []uint64

func (b bits) add(n int) { b[n/64] |= 1 << (n % 64) }

func (b bits) any() bool { return slices.ContainsFunc(b, func(w uint64) bool { return w != 0 }) }

func (b bits) or(o bits) {
	for i, w := range o {
		b[i] |= w
	}
}

// crowd is a set that is a list while it is small.
type crowd struct {
	few  []int
	many bits
}

// fewest is how many a crowd lists before it is a set of bits.
const fewest = 256

func (c *crowd) add(n, size int) {
	if c.many == nil && len(c.few) < fewest {
		c.few = append(c.few, n)
		return
	}
	if c.many == nil {
		c.many = make(bits, size)
		for _, x := range c.few {
			c.many.add(x)
		}
	}
	c.many.add(n)
}

func (c *crowd) into(b bits) {
	if c.many != nil {
		b.or(c.many)
		return
	}
	for _, n := range c.few {
		b.add(n)
	}
}

// given is what one subject is granted, or what one object grants: who or what is met at each level, and who may see.
type given struct{ administer, edit, opens bits }

func (g *given) grant(object, rank int, opens bool) {
	switch {
	case rank >= 300:
		g.administer.add(object)
	case rank >= 200:
		g.edit.add(object)
	}
	if opens {
		g.opens.add(object)
	}
}

func newGiven(n int) *given {
	size := (n + 63) / 64
	all := make(bits, 3*size)
	return &given{all[:size:size], all[size : 2*size : 2*size], all[2*size:]}
}

func (g *given) or(o *given) {
	if o != nil {
		g.administer.or(o.administer)
		g.edit.or(o.edit)
		g.opens.or(o.opens)
	}
}

func (g *given) clear() { clear(g.administer); clear(g.edit); clear(g.opens) }

// counts are how many hold each level as their highest.
func (g *given) counts() (view, edit, administer int) {
	for i := range g.administer {
		a, e, o := g.administer[i], g.edit[i], g.opens[i]
		administer += mathbits.OnesCount64(a)
		edit += mathbits.OnesCount64(e & o &^ a)
		view += mathbits.OnesCount64(o &^ e &^ a)
	}
	return view, edit, administer
}

// counted makes an answer for everyone or everything: every object with how many people reach it, or every person with how many
// objects. Subjects are met by the same relations as a single question's. was is the same of the baseline, nil without one.
func (m *matrix) counted(a *Access, q AccessQuery, was *matrix, unproven unprovenness) {
	if q.Who == everyone {
		a.Subject = AccessNode{Kind: everyone, Name: "Everyone", Spelling: everyone}
		m.byObject(a, was, unproven)
	} else {
		a.Subject = AccessNode{Kind: everything, Name: "Everything", Spelling: everything}
		m.byPerson(a, was, unproven)
	}
	for _, r := range a.People {
		a.Counts.add(r.Level)
		a.Counts.became(r.Since)
	}
	if q.Level != "" {
		least := AccessLevel(q.Level).height()
		a.People = slices.DeleteFunc(a.People, func(r AccessPeople) bool { return max(r.Level.height(), r.Was.height()) < least })
	}
	slices.SortStableFunc(a.People, func(x, y AccessPeople) int {
		if d := y.Level.height() - x.Level.height(); d != 0 {
			return d
		}
		if d := slices.Index(rowKinds, x.Node.Kind) - slices.Index(rowKinds, y.Node.Kind); d != 0 {
			return d
		}
		return strings.Compare(firstOf(x.Node.Key, x.Node.Name), firstOf(y.Node.Key, y.Node.Name))
	})
	a.Counts.Shown = len(a.People)
}

// matrix lists who there is and what there is, to be read.
func (s *accessSide) matrix(q AccessQuery) (*matrix, error) {
	m := &matrix{s: s, subjects: map[subject]int{}}
	var err error
	if m.people, err = s.rows(`SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id), a.active, a.account_type FROM account AS a WHERE a.account_id IS NOT NULL`, nil); err != nil {
		return nil, err
	}
	m.objects, err = s.rows("SELECT o.object_kind, o.object_id, o.object_key, coalesce(nullif(o.name, ''), o.object_key, o.object_id), o.product, iif(o.archived = 1, 'archived', '') FROM access_object AS o WHERE o.object_kind <> 'site'", nil)
	if q.Product != "" {
		m.objects = slices.DeleteFunc(m.objects, func(v []any) bool { return said(v[4]) != q.Product })
	}
	m.ownPeople, m.ownObjects = func(int) bool { return true }, func(int) bool { return true }
	return m, err
}

// matrix is who is met as what, and what is granted to whom.
type matrix struct {
	s               *accessSide
	people, objects [][]any         // of both sides of a comparison
	ownPeople       func(int) bool  // whether this side lists it
	ownObjects      func(int) bool  // the same of objects
	subjects        map[subject]int // by kind and id alone, their places
	met             [][]int         // of each person: the subjects
	grants          []matrixGrant
	global          map[string][]int // by product: subjects that administer it
}

type matrixGrant struct {
	object, subject, rank int
	opens                 bool
}

func (m *matrix) subject(kind, id string) int {
	x := subject{kind: kind, id: id}
	n, ok := m.subjects[x]
	if !ok {
		n = len(m.subjects)
		m.subjects[x] = n
	}
	return n
}

func (m *matrix) read() error {
	at := make(map[[2]string]int, len(m.objects))
	for i, v := range m.objects {
		if m.ownObjects(i) {
			at[[2]string{said(v[0]), said(v[1])}] = i
		}
	}
	found, err := m.s.rows("SELECT object_kind, object_id, subject_kind, subject_id, rank, opens FROM access_grant WHERE object_kind <> 'site'", nil)
	if err != nil {
		return err
	}
	for _, v := range found {
		if i, ok := at[[2]string{said(v[0]), said(v[1])}]; ok {
			m.grants = append(m.grants, matrixGrant{i, m.subject(said(v[2]), said(v[3])), number64(v[4]), number64(v[5]) == 1})
		}
	}
	m.global = map[string][]int{}
	if found, err = m.s.rows("SELECT product, subject_kind, subject_id FROM access_administrator", nil); err != nil {
		return err
	}
	for _, v := range found {
		m.global[said(v[0])] = append(m.global[said(v[0])], m.subject(said(v[1]), said(v[2])))
	}
	return m.meet()
}

// meet says as which of the subjects that anything is granted to each person is met.
func (m *matrix) meet() error {
	person := make(map[string]int, len(m.people))
	m.met = make([][]int, len(m.people))
	signedIn, knownSigned := m.subjects[subject{kind: "signed_in"}]
	anonymous, knownOpen := m.subjects[anybody]
	if knownSigned && m.s.snapshot.Site.Kind == "dc" {
		if err := m.s.confluenceOnly(); err != nil {
			return err
		}
	}
	for i, v := range m.people {
		if !m.ownPeople(i) {
			continue
		}
		id := said(v[0])
		person[id] = i
		if n, ok := m.subjects[subject{kind: "user", id: id}]; ok {
			m.met[i] = append(m.met[i], n)
		}
		if knownSigned && !m.s.unknownToJira[id] {
			m.met[i] = append(m.met[i], signedIn)
		}
		if knownOpen {
			m.met[i] = append(m.met[i], anonymous)
		}
	}
	of := map[string][]int{} // by group: itself and what it makes its members
	for x, n := range m.subjects {
		if x.kind == "group" {
			of[x.id] = append(of[x.id], n)
		}
	}
	classes, err := m.s.rows(`SELECT group_id, 'application', application FROM access_application_group
		UNION ALL SELECT subject_id, 'access_class', 'all-product-admins' FROM access_administrator WHERE product = 'confluence' AND subject_kind = 'group'`, nil)
	if err != nil {
		return err
	}
	for _, v := range classes {
		if n, ok := m.subjects[subject{kind: said(v[1]), id: said(v[2])}]; ok {
			of[said(v[0])] = append(of[said(v[0])], n)
		}
	}
	members, err := m.s.rows("SELECT group_id, account_id FROM directory_group_member WHERE account_id IS NOT NULL", nil)
	if err != nil {
		return err
	}
	for _, v := range members {
		if i, ok := person[said(v[1])]; ok {
			m.met[i] = append(m.met[i], of[said(v[0])]...)
		}
	}
	return nil
}

// eachObject gives, for each object in turn, the people who reach it and what anybody does.
func (m *matrix) eachObject(yield func(sum *given, open AccessLevel) bool) {
	who := make([]crowd, len(m.subjects)) // by subject: the people
	size := (len(m.people) + 63) / 64
	for i, list := range m.met {
		for _, n := range list {
			who[n].add(i, size)
		}
	}
	global := map[string]bits{}
	for product, list := range m.global {
		global[product] = make(bits, size)
		for _, n := range list {
			who[n].into(global[product])
		}
	}
	anonymous, knownOpen := m.subjects[anybody]
	slices.SortFunc(m.grants, func(x, y matrixGrant) int { return x.object - y.object })
	rest := m.grants
	sum := newGiven(len(m.people))
	for i, v := range m.objects {
		sum.clear()
		if m.ownObjects(i) {
			sum.administer.or(global[said(v[4])])
		}
		var open []reachWay
		for ; len(rest) > 0 && rest[0].object == i; rest = rest[1:] {
			g := rest[0]
			if knownOpen && g.subject == anonymous {
				open = append(open, reachWay{way: &way{rank: g.rank, opens: g.opens}})
			}
			switch {
			case g.rank >= 300:
				who[g.subject].into(sum.administer)
			case g.rank >= 200:
				who[g.subject].into(sum.edit)
			}
			if g.opens {
				who[g.subject].into(sum.opens)
			}
		}
		if !yield(sum, levelOf(open, nil)) {
			return
		}
	}
}

// byObject counts, for each object, the people who reach it.
func (m *matrix) byObject(a *Access, was *matrix, unproven unprovenness) {
	before, stop := func() (*given, AccessLevel, bool) { return nil, NoAccess, false }, func() {}
	if was != nil {
		before, stop = iter.Pull2(was.eachObject)
	}
	defer stop()
	i := 0
	for sum, open := range m.eachObject {
		v := m.objects[i]
		i++
		r := AccessPeople{Node: AccessNode{Kind: said(v[0]), ID: said(v[1]), Key: said(v[2]), Name: said(v[3]), Note: said(v[5])}, Product: said(v[4]), Anonymous: open}
		r.Node.Spelling = r.Node.Kind + ":" + firstOf(r.Node.Key, r.Node.ID)
		r.View, r.Edit, r.Administer = sum.counts()
		r.Level = highest(r.View, r.Edit, r.Administer, r.Anonymous)
		if then, open, ok := before(); ok {
			r.moves(then.moves(sum, nil), highestOf(then, open), accessDoubt{}, unproven)
		}
		a.People = append(a.People, r)
	}
}

// eachPerson gives, for each person in turn, what names the things that they are met as, and makes the objects that they reach.
func (m *matrix) eachPerson(yield func(key string, reach func(*given)) bool) {
	granted := make([][]matrixGrant, len(m.subjects))
	for _, g := range m.grants {
		granted[g.subject] = append(granted[g.subject], g)
	}
	dense := map[int]*given{} // of subjects that reach much
	for n, list := range granted {
		if len(list) > fewest {
			dense[n] = newGiven(len(m.objects))
			for _, g := range list {
				dense[n].grant(g.object, g.rank, g.opens)
			}
		}
	}
	within := map[string]*given{} // by product: all of it
	for i, v := range m.objects {
		if within[said(v[4])] == nil {
			within[said(v[4])] = newGiven(len(m.objects))
		}
		if m.ownObjects(i) {
			within[said(v[4])].administer.add(i)
		}
	}
	global := make([][]*given, len(m.subjects))
	for product, list := range m.global {
		for _, n := range list {
			global[n] = append(global[n], within[product])
		}
	}
	for i := range m.people {
		slices.Sort(m.met[i])
		list := slices.Compact(m.met[i])
		key := make([]byte, 0, 4*len(list))
		for _, n := range list {
			key = append(key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
		reach := func(sum *given) {
			sum.clear()
			for _, n := range list {
				for _, all := range global[n] {
					sum.or(all)
				}
				if dense[n] != nil {
					sum.or(dense[n])
					continue
				}
				for _, g := range granted[n] {
					sum.grant(g.object, g.rank, g.opens)
				}
			}
		}
		if !yield(string(key), reach) {
			return
		}
	}
}

// byPerson counts, for each person, the objects that they reach. People who are met alike are counted once.
func (m *matrix) byPerson(a *Access, was *matrix, unproven unprovenness) {
	before, stop := func() (string, func(*given), bool) { return "", nil, false }, func() {}
	var untold [2]bits
	told := true // nothing is untold, as mostly
	if was != nil {
		before, stop = iter.Pull2(was.eachPerson)
		untold = [2]bits{was.untold(), m.untold()}
		told = !untold[0].any() && !untold[1].any()
	}
	defer stop()
	sum, then := newGiven(len(m.objects)), newGiven(len(m.objects))
	type counted struct {
		view, edit, administer int
		moves                  accessMoves
		was                    AccessLevel
		doubt                  accessDoubt
	}
	alike := map[[2]string]counted{}
	anonymous := m.anybody(sum)
	i := 0
	for key, reach := range m.eachPerson {
		v := m.people[i]
		i++
		earlier, reached, compared := before()
		n, ok := alike[[2]string{key, earlier}]
		if !ok {
			reach(sum)
			n.view, n.edit, n.administer = sum.counts()
			if compared {
				reached(then)
				n.moves, n.was = then.moves(sum, nil), highestOf(then, NoAccess)
				if !told {
					n.doubt = then.doubt(sum, untold)
				}
			}
			alike[[2]string{key, earlier}] = n
		}
		r := AccessPeople{Node: AccessNode{Kind: "user", ID: said(v[0]), Name: said(v[1]), Spelling: "user:" + said(v[0])}, Active: truth(v[2]), View: n.view, Edit: n.edit, Administer: n.administer, Anonymous: anonymous}
		if said(v[3]) == "app" {
			r.Node.Kind, r.Node.Spelling = "app", "app:"+r.Node.ID
		}
		r.Level = highest(n.view, n.edit, n.administer, NoAccess)
		if compared {
			r.moves(n.moves, n.was, n.doubt, unproven)
		}
		a.People = append(a.People, r)
	}
}

// anybody is the highest level that anybody on the internet holds of anything.
func (m *matrix) anybody(sum *given) AccessLevel {
	n, ok := m.subjects[anybody]
	if !ok {
		return NoAccess
	}
	sum.clear()
	for _, g := range m.grants {
		if g.subject == n {
			sum.grant(g.object, g.rank, g.opens)
		}
	}
	return highestOf(sum, NoAccess)
}

func highest(view, edit, administer int, other AccessLevel) AccessLevel {
	level := other
	for _, x := range []struct {
		n     int
		level AccessLevel
	}{{view, View}, {edit, Edit}, {administer, Administer}} {
		if x.n > 0 && x.level.height() > level.height() {
			level = x.level
		}
	}
	return level
}
