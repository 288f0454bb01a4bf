package window

import (
	"cmp"
	"slices"
	"strings"

	"plumbline/app"
)

// grouping sorts the findings of a pool into groups, in one or, of controls, in several.
type grouping struct {
	key    string    // of the filter language, that lists a group
	of     [][]int32 // the groups of each item
	values []string  // what the key asks for, by group
	titles []string  // in words
}

// groupings are the words that a list can be grouped by, the usual one first.
var groupings = []string{"rule", "object", "product", "category", "severity", "control", "triage", "none"}

// sortings are the words that a list can be sorted by, the usual one first; - before one turns it round.
var sortings = []string{"severity", "rule", "subject", "object", "product", "category", "since", "triage", "until", "first_seen"}

// grouped is the grouping of that name, made when first asked; nil for none.
func (p *pool) grouped(by string) (*grouping, error) {
	if by == "" {
		by = groupings[0]
	}
	if by == "none" {
		return nil, nil
	}
	if !slices.Contains(groupings, by) {
		return nil, app.Unknown("grouping", by, groupings, "there are "+strings.Join(groupings, ", "))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.groups[by] == nil {
		p.groups[by] = p.group(by)
	}
	return p.groups[by], nil
}

func (p *pool) group(by string) *grouping {
	g := &grouping{key: by, of: make([][]int32, len(p.items))}
	numbers := map[string]int32{}
	number := func(value, title string) int32 {
		n, known := numbers[value]
		if !known {
			n = int32(len(g.values))
			numbers[value] = n
			g.values, g.titles = append(g.values, value), append(g.titles, title)
		}
		return n
	}
	controls := make([][]int32, len(p.controls))
	if by == "control" {
		for i, maps := range p.controls {
			for _, m := range maps {
				controls[i] = append(controls[i], number(m, m))
			}
		}
	}
	one := make([]int32, len(p.items))
	d := slices.Index(numberedKeys[:], by)
	for i := range p.items {
		x := &p.items[i]
		g.of[i] = one[i : i+1]
		switch by {
		case "control":
			g.of[i] = controls[x.number[byRule]]
		case "object":
			one[i] = number(object(x.ChangedFinding), x.Subject)
		case "rule":
			one[i] = number(x.Rule, x.Title)
		default:
			value := p.names[d][x.number[d]]
			one[i] = number(value, value)
		}
	}
	return g
}

// order is the items in the order of a sorting, made when first asked. first gives since when a
// finding is there; asked of first_seen only.
func (p *pool) order(by string, first func(id string) string) ([]int32, error) {
	if by == "" {
		by = sortings[0]
	}
	key, down := strings.CutPrefix(by, "-")
	if !slices.Contains(sortings, key) {
		return nil, app.Unknown("sorting", key, sortings, "there are "+strings.Join(sortings, ", "))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.orders[by] == nil {
		order := make([]int32, len(p.items))
		for i := range order {
			order[i] = int32(i)
		}
		if by != sortings[0] {
			compare := p.compare(key, first)
			slices.SortStableFunc(order, func(a, b int32) int {
				if down {
					a, b = b, a
				}
				return compare(a, b)
			})
		}
		p.orders[by] = order
	}
	return p.orders[by], nil
}

func (p *pool) compare(key string, first func(id string) string) func(a, b int32) int {
	text := map[string]func(x *item) string{
		"subject":    func(x *item) string { return strings.ToLower(x.Subject) },
		"object":     func(x *item) string { return object(x.ChangedFinding) },
		"rule":       func(x *item) string { return x.Rule },
		"product":    func(x *item) string { return x.Product },
		"category":   func(x *item) string { return x.Category },
		"first_seen": func(x *item) string { return first(x.ID) },
		"until": func(x *item) string {
			if x.Decision == nil || x.Decision.Until == "" {
				return "~" // after every day
			}
			return x.Decision.Until
		},
	}[key]
	if text == nil { // severity, since, triage have an order of their own
		d := slices.Index(numberedKeys[:], key)
		return func(a, b int32) int { return cmp.Compare(p.items[a].number[d], p.items[b].number[d]) }
	}
	texts := make([]string, len(p.items))
	for i := range p.items {
		texts[i] = text(&p.items[i])
	}
	return func(a, b int32) int { return strings.Compare(texts[a], texts[b]) }
}

// listing is a filter, a grouping and a sorting put to a pool.
type listing struct {
	pool     *pool
	filter   filter
	grouping *grouping
	total    int // findings that pass
	rules    int // rules that have one of them
	counts   [numbered][]int
	groups   []tally           // by group number
	order    []int32           // groups that have findings that pass
	members  map[int32][]int32 // of the open ones
	flat     []int32           // without grouping
}

// tally counts the findings of a group.
type tally struct {
	count  int
	worst  uint16 // severity
	first  int32  // the item that is the first
	change [6]int // by since, had the filter not asked for it
}

// list walks a pool once. Every count is of the list that one gets by asking for just that: a
// facet's as if nothing else were said of its key.
func (p *pool) list(f filter, group, sort string, open func(value string) bool, first func(id string) string) (*listing, error) {
	t, err := p.test(f)
	if err != nil {
		return nil, err
	}
	order, err := p.order(sort, first)
	if err != nil {
		return nil, err
	}
	l := &listing{pool: p, filter: f, members: map[int32][]int32{}}
	if l.grouping, err = p.grouped(group); err != nil {
		return nil, err
	}
	hidden := []bool(nil) // groups that the filter does not ask for though it asks for findings that are in them
	isOpen := []bool(nil)
	if g := l.grouping; g != nil {
		l.groups, isOpen, hidden = make([]tally, len(g.values)), make([]bool, len(g.values)), make([]bool, len(g.values))
		asked := f.of(g.key)
		for n, value := range g.values {
			isOpen[n] = open(value)
			hidden[n] = g.key == "control" && asked != nil && len(asked.with) > 0 && !anyGlobs(asked.with, value)
		}
	}
	for d := range l.counts {
		l.counts[d] = make([]int, len(p.names[d]))
	}
	rules := make([]bool, len(p.names[byRule]))
	for _, i := range order {
		x := &p.items[i]
		failed := t.fails(x)
		if failed&(failed-1) != 0 { // two members at least
			continue
		}
		for d := range l.counts {
			if failed&^(1<<d) == 0 {
				l.counts[d][x.number[d]]++
			}
		}
		if failed&^(1<<bySince) != 0 {
			continue
		}
		if failed == 0 {
			l.total++
			rules[x.number[byRule]] = true
			if l.grouping == nil {
				l.flat = append(l.flat, i)
			}
		}
		if l.grouping == nil {
			continue
		}
		for _, n := range l.grouping.of[i] {
			if hidden[n] {
				continue
			}
			g := &l.groups[n]
			g.change[x.number[bySince]]++
			if failed != 0 {
				continue
			}
			if g.count == 0 {
				g.first, g.worst = i, x.number[bySeverity]
				l.order = append(l.order, n)
			}
			g.count++
			g.worst = min(g.worst, x.number[bySeverity])
			if isOpen[n] {
				l.members[n] = append(l.members[n], i)
			}
		}
	}
	for _, any := range rules {
		if any {
			l.rules++
		}
	}
	l.sortGroups(sort)
	return l, nil
}

// sortGroups puts the groups in the order of their first finding; sorted by severity, of two groups
// as bad the larger one comes first.
func (l *listing) sortGroups(sort string) {
	if sort != "" && strings.TrimPrefix(sort, "-") != sortings[0] {
		return // they were met in that order
	}
	sign := 1
	if strings.HasPrefix(sort, "-") {
		sign = -1
	}
	slices.SortFunc(l.order, func(a, b int32) int {
		x, y := &l.groups[a], &l.groups[b]
		return cmp.Or(sign*cmp.Compare(x.worst, y.worst), cmp.Compare(y.count, x.count), strings.Compare(l.grouping.values[a], l.grouping.values[b]))
	})
}

// spot is a line of a list: the heading of a group, or a finding (item, else -1).
type spot struct {
	group int32 // -1 without grouping
	item  int32
}

// length is how many lines there are.
func (l *listing) length() int {
	if l.grouping == nil {
		return len(l.flat)
	}
	n := len(l.order)
	for _, members := range l.members {
		n += len(members)
	}
	return n
}

// lines walks the lines from a place on, as long as yield wants more.
func (l *listing) lines(from int) func(yield func(int, spot) bool) {
	return func(yield func(int, spot) bool) {
		if l.grouping == nil {
			for n := max(from, 0); n < len(l.flat); n++ {
				if !yield(n, spot{-1, l.flat[n]}) {
					return
				}
			}
			return
		}
		n := 0
		for _, g := range l.order {
			members := l.members[g]
			if n+len(members) < from { // all before it
				n += 1 + len(members)
				continue
			}
			if n >= from && !yield(n, spot{g, -1}) {
				return
			}
			n++
			for _, i := range members {
				if n >= from && !yield(n, spot{g, i}) {
					return
				}
				n++
			}
		}
	}
}
