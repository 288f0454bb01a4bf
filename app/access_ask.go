package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Access answers who can reach what in one snapshot, and what became of it since the baseline.
func (f *File) Access(ctx context.Context, q AccessQuery) (*Access, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	before, after, done, err := f.accessPair(ctx, q)
	if err != nil {
		return nil, err
	}
	defer done()
	side, err := accessSideOf(ctx, after)
	if err != nil {
		return nil, err
	}
	defer side.relation.Close()
	a := &Access{
		File: f.Info(), Snapshot: snapshotOf(after.snapshot), Direction: q.direction(), Facts: []AccessFact{}, Rows: []AccessRow{}, Paths: []AccessPath{},
		Limits: []AccessLimit{}, People: []AccessPeople{},
	}
	if q.Who == everyone || q.What == everything {
		return a, accessAll(ctx, a, q, side, before)
	}
	if a.Subject, err = accessSubject(ctx, side, before, q); err != nil {
		return nil, err
	}
	var now, then *answered
	both, inner := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		now, err = side.answer(a.Subject, q)
		return err
	})
	if before != nil {
		shown := snapshotOf(before.snapshot)
		a.Before = &shown
		both.Go(func() error {
			earlier, err := accessSideOf(inner, *before)
			if err != nil {
				return err
			}
			defer earlier.relation.Close()
			then, err = earlier.answer(a.Subject, q)
			return err
		})
	}
	if err := both.Wait(); err != nil {
		return nil, err
	}
	if err := f.compose(ctx, a, now, then); err != nil {
		return nil, err
	}
	if err := side.limits(a, q, now); err != nil {
		return nil, err
	}
	if err := side.facts(a, now); err != nil {
		return nil, err
	}
	if q.Findings {
		if err := f.accessFindings(ctx, a, q.Judging); err != nil {
			return nil, err
		}
	}
	a.filter(q)
	return a, nil
}

// accessSubject is whom or what a question is about. Who is in the baseline alone can be asked for too: what became of it is
// the answer.
func accessSubject(ctx context.Context, now *accessSide, before *side, q AccessQuery) (AccessNode, error) {
	n, err := now.asked(q)
	if err == nil || before == nil || Words(err).Code != "unknown-access" { // of several of a name none is taken
		return n, err
	}
	earlier, failed := accessSideOf(ctx, *before)
	if failed != nil {
		return n, failed
	}
	defer earlier.relation.Close()
	if was, failed := earlier.asked(q); failed == nil {
		now.names[AccessNode{Kind: strings.Replace(was.Kind, "app", "user", 1), ID: was.ID}] = was
		return was, nil
	}
	return n, err
}

// The two questions that are about all at once.
const everyone, everything = "everyone", "everything"

func (q *AccessQuery) direction() string {
	if q.Who != "" {
		return "who"
	}
	return "what"
}

func (q *AccessQuery) check() error {
	q.Who, q.What = strings.TrimSpace(q.Who), strings.TrimSpace(q.What)
	q.Level, q.Product = strings.ToLower(q.Level), strings.ToLower(q.Product)
	if (q.Who == "") == (q.What == "") {
		return Usage("name somebody or something: one of --who and --what", "--who user:ana@harbourline.example, --what project:PAY")
	}
	levels := []string{}
	for _, l := range AccessLevels() {
		levels = append(levels, string(l))
	}
	if q.Level != "" && !slices.Contains(levels, q.Level) {
		return Unknown("level", q.Level, levels, "there are "+strings.Join(levels, ", "))
	}
	if products := []string{"jira", "confluence"}; q.Product != "" && !slices.Contains(products, q.Product) {
		return Unknown("product", q.Product, products, "there are "+strings.Join(products, ", "))
	}
	return nil
}

// accessPair finds the snapshot asked and its baseline, nil where there is none; done closes what was opened for it.
func (f *File) accessPair(ctx context.Context, q AccessQuery) (before *side, after side, done func(), err error) {
	nothing := func() {}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, after, nothing, err
	}
	then := side{file: f.store}
	after.file = f.store
	switch {
	case q.Alone && q.With != "":
		return nil, after, nothing, Usage("--alone and --with exclude each other", "")
	case q.Alone:
		after.snapshot, err = findSnapshot(all, q.Snapshot, q.Site)
		return nil, after, nothing, err
	case q.With != "":
		then, after, err = f.sidesFrom(ctx, ComparisonQuery{From: q.With, Before: q.Before, After: q.Snapshot, Site: q.Site})
		if err != nil {
			return nil, after, nothing, err
		}
		return &then, after, func() { then.file.Close() }, nil
	}
	then.snapshot, after.snapshot, err = findPair(all, q.Before, q.Snapshot, q.Site)
	if err != nil && q.Before == "" && after.snapshot.ID != 0 { // nothing precedes it
		return nil, after, nothing, nil
	}
	if err == nil && !sameSite(then.snapshot, after.snapshot) {
		err = Usage("the baseline is a snapshot of another site", "plumbline snapshots list shows which snapshot is of which site")
	}
	return &then, after, nothing, err
}

// answered is one snapshot's answer: rows in the making.
type answered struct {
	side *accessSide
	ways []way
	rows []*reach
}

// answer reads all ways of one question and makes its rows, named.
func (s *accessSide) answer(subject AccessNode, q AccessQuery) (*answered, error) {
	a := &answered{side: s}
	if q.Who != "" {
		asked := subject
		if asked.Kind == "app" {
			asked.Kind = "user"
		}
		subjects, err := s.subjects(asked)
		if err != nil {
			return nil, err
		}
		if a.ways, err = s.reached(subjects); err != nil {
			return nil, err
		}
		if q.Product != "" {
			a.ways = slices.DeleteFunc(a.ways, func(w way) bool { return productOfWay(&w) != q.Product })
		}
		a.hang()
		a.rows = whoReaches(a.ways)
	} else {
		ways, err := s.reaching(subject)
		if err != nil {
			return nil, err
		}
		if a.ways, a.rows, err = s.reachedBy(ways); err != nil {
			return nil, err
		}
	}
	if err := s.readUntold(); err != nil {
		return nil, err
	}
	nodes := mentioned(a.ways)
	for _, r := range a.rows {
		nodes = append(nodes, r.node)
	}
	if err := s.name(nodes); err != nil {
		return nil, err
	}
	for _, r := range a.rows {
		r.key = r.node.Kind + "\x1f" + r.node.ID
		if active, ok := s.active[r.node.ID]; ok && r.node.Kind == "user" {
			r.active = &active
		}
		r.node = s.node(r.node.Kind, r.node.ID)
		r.level = levelOf(r.ways, nil)
		slices.SortFunc(r.ways, strongest)
	}
	slices.SortFunc(a.rows, func(x, y *reach) int { return strings.Compare(x.key, y.key) }) // so that paths always get the same places
	return a, nil
}

// hang makes each way's links, once.
func (a *answered) hang() {
	for i := range a.ways {
		a.ways[i].hangs = a.ways[i].links()
	}
}

// rowKinds are the kinds of rows in the order of an answer.
var rowKinds = []string{"anonymous", "signed_in", "application", "access_class", "role", "unknown", "group", "user", "app", "site", "project", "space", "filter", "dashboard"}

// sort brings the highest level first; what is gone comes last.
func (a *Access) sort() {
	slices.SortFunc(a.Rows, func(x, y AccessRow) int {
		gone := func(r AccessRow) int {
			if r.Level == NoAccess && r.Was != NoAccess {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(gone(x), gone(y)), cmp.Compare(y.Level.height(), x.Level.height()), cmp.Compare(y.Was.height(), x.Was.height()),
			cmp.Compare(slices.Index(rowKinds, x.Node.Kind), slices.Index(rowKinds, y.Node.Kind)),
			strings.Compare(strings.ToLower(cmp.Or(x.Node.Key, x.Node.Name)), strings.ToLower(cmp.Or(y.Node.Key, y.Node.Name))), strings.Compare(x.Node.ID, y.Node.ID))
	})
}

// count counts the rows, before anything is filtered.
func (a *Access) count() {
	for _, r := range a.Rows {
		a.Counts.add(r.Level)
		a.Counts.became(r.Since)
	}
}

// became counts what became of one more row.
func (c *AccessCounts) became(since AccessSince) {
	switch since {
	case AccessNew:
		c.New++
	case AccessRaised:
		c.Raised++
	case AccessLowered:
		c.Lowered++
	case AccessGone:
		c.Gone++
	case AccessNotComparable:
		c.NotComparable++
	}
}

// filter leaves the rows of a level and more. Paths keep their places.
func (a *Access) filter(q AccessQuery) {
	if q.Level != "" {
		least := AccessLevel(q.Level).height()
		a.Rows = slices.DeleteFunc(a.Rows, func(r AccessRow) bool { return max(r.Level.height(), r.Was.height()) < least })
	}
	a.Counts.Shown = len(a.Rows) + len(a.People)
}

// reaches is the fact that a person is first asked about: "15 projects, 12 spaces".
func (a *Access) reaches() string {
	n := map[string]int{}
	for _, r := range a.Rows {
		if r.Level != NoAccess {
			n[r.Node.Kind]++
		}
	}
	parts := []string{}
	for _, kind := range []string{"project", "space", "filter", "dashboard"} {
		if n[kind] > 0 {
			parts = append(parts, plural(n[kind], kind))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// who says a number of rows by level: "2 administer, 5 edit, 10 view".
func (c AccessCounts) words() string {
	return fmt.Sprintf("%d administer, %d edit, %d view", c.Administer, c.Edit, c.View)
}
