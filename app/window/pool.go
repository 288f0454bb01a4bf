package window

import (
	"context"
	"slices"
	"strings"
	"sync"

	"plumbline/app"
)

// A pool is all findings of a lens, in the order of their severity, with what is needed to filter,
// sort, group and count a hundred thousand of them between two frames: every member that is asked
// for often is a small number, and a filter is a table of which numbers pass.

// The members that are numbered.
const (
	bySince = iota
	bySeverity
	byTriage
	byProduct
	byCategory
	byRule
	byObject
	numbered
	byRest // everything else that a filter can ask, as one bit
)

// numberedKeys are the keys of the filter language for them.
var numberedKeys = [numbered]string{"since", "severity", "triage", "product", "category", "rule", "object"}

// The numbers of since. A finding that cannot be compared may be the snapshot's or the baseline's.
var changes = []string{"new", "persisting", "resolved", "not_comparable", "not_comparable", ""}

const (
	apartHere   = 3
	apartGone   = 4
	notCompared = 5
)

type pool struct {
	compared bool
	items    []item
	names    [numbered][]string // by number
	at       map[string]int32   // of the items, by finding id
	controls [][]string         // by rule number
	known    words

	texts sync.Once // made while the first page is read, or for the first search

	mu     sync.Mutex
	orders map[string][]int32
	groups map[string]*grouping
}

type item struct {
	*app.ChangedFinding
	number [numbered]uint16
	text   string // what a search looks in, in lower case; there once the pool's texts are
}

// before reports whether a finding of a comparison was found in the baseline: it is not new, and not of the snapshot alone.
func (x *item) before() bool {
	n := x.number[bySince]
	return n != 0 && n != apartHere && n != notCompared
}

func (v *view) poolName() string { return join("findings", v.key()) }

// pool is made once for a lens.
func (v *view) pool(ctx context.Context) (*pool, error) {
	return keep(ctx, v.opened, v.poolName(), func(ctx context.Context) (*pool, error) {
		judged, err := v.judgement(ctx)
		if err != nil {
			return nil, err
		}
		if !v.compared() {
			all := make([]app.ChangedFinding, len(judged.Findings))
			for i, x := range judged.Findings {
				all[i] = app.ChangedFinding{Finding: x, CausedBy: []app.Cause{}}
			}
			return newPool(all, judged.Verdicts, false), nil
		}
		compared, err := v.comparison(ctx)
		if err != nil {
			return nil, err
		}
		return newPool(compared.Findings, judged.Verdicts, true), nil
	})
}

func newPool(all []app.ChangedFinding, verdicts []app.RuleVerdict, compared bool) *pool {
	p := &pool{
		compared: compared, items: make([]item, len(all)), at: make(map[string]int32, len(all)),
		orders: map[string][]int32{}, groups: map[string]*grouping{},
	}
	p.names[bySince], p.names[bySeverity], p.names[byTriage] = changes, app.SeverityNames(), triages
	numbers := [numbered]map[string]uint16{}
	for d := range numbers {
		numbers[d] = map[string]uint16{}
		for i, name := range p.names[d] {
			numbers[d][name] = uint16(i)
		}
	}
	number := func(d int, name string) uint16 {
		n, known := numbers[d][name]
		if !known {
			n = uint16(len(p.names[d]))
			numbers[d][name] = n
			p.names[d] = append(p.names[d], name)
		}
		return n
	}
	categories, controls := []string{}, []string{}
	for _, v := range verdicts { // rules without findings are known too
		number(byRule, v.Rule)
		p.controls = append(p.controls, v.Maps)
		categories, controls = append(categories, v.Category), append(controls, v.Maps...)
	}
	for i := range all {
		x := &all[i]
		it := &p.items[i]
		it.ChangedFinding = x
		it.number = [numbered]uint16{
			sinceNumber(x, compared), number(bySeverity, string(x.Severity)), number(byTriage, triage(x)), number(byProduct, x.Product),
			number(byCategory, x.Category), number(byRule, x.Rule), number(byObject, x.Resource),
		}
	}
	worse := func(a, b item) int { return worseFirst(&a, &b) }
	slices.SortStableFunc(p.items, worse) // which is fast where they come in a few runs, each sorted, as they do
	for i := range p.items {
		p.at[p.items[i].ID] = int32(i)
	}
	for len(p.controls) < len(p.names[byRule]) {
		p.controls = append(p.controls, nil)
	}
	p.known = words{
		"since": app.Changes(), "severity": app.SeverityNames(), "triage": triages, "product": app.Products(),
		"category": sorted(categories), "rule": sorted(p.names[byRule]), "object": sorted(append(app.RelationNames(), p.names[byObject]...)),
		"control": sorted(controls), "in": {"before", "after"},
	}
	go p.searched()
	return p
}

// searched makes the texts that a search looks in.
func (p *pool) searched() {
	p.texts.Do(func() {
		for i := range p.items {
			x := &p.items[i]
			x.text = strings.ToLower(strings.Join([]string{x.ID, x.Rule, x.Title, x.Subject, x.Detail, x.Category, object(x.ChangedFinding), x.Aspect}, "\n"))
		}
	})
}

func sorted(all []string) []string {
	all = slices.Sorted(slices.Values(all))
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

// worseFirst orders findings by severity, rule, subject and then whatever tells them apart.
func worseFirst(a, b *item) int {
	if n := int(a.number[bySeverity]) - int(b.number[bySeverity]); n != 0 {
		return n
	}
	for _, pair := range [...][2]string{{a.Rule, b.Rule}, {a.Subject, b.Subject}, {a.Key, b.Key}, {a.Aspect, b.Aspect}} {
		if n := strings.Compare(pair[0], pair[1]); n != 0 {
			return n
		}
	}
	return strings.Compare(a.ID, b.ID)
}

func sinceNumber(x *app.ChangedFinding, compared bool) uint16 {
	switch {
	case !compared:
		return notCompared
	case x.Change == "not_comparable" && x.Gone:
		return apartGone
	}
	return uint16(slices.Index(changes, string(x.Change)))
}

// triage is how a decision stands on a finding: one of triages.
func triage(x *app.ChangedFinding) string {
	if x.Decision == nil {
		return triages[0]
	}
	return string(x.Decision.State)
}

// object names a finding's object as the filter language does: jira_project/10001.
func object(x *app.ChangedFinding) string { return x.Resource + "/" + shownKey(x.Key) }

// shownKey is a key for people: its parts with slashes between.
func shownKey(key string) string { return strings.Join(app.KeyParts(key), " / ") }

// test is a filter made ready for a pool.
type test struct {
	tables [numbered][]bool // which numbers pass; nil: all
	rest   []func(*item) bool
}

// test makes a filter ready.
func (p *pool) test(f filter) (test, error) {
	var t test
	t.tables[bySince] = []bool{true, true, false, true, false, true}
	for _, term := range f.terms {
		if term.key == "since" && !p.compared {
			return t, errNoBaseline
		}
		switch d := slices.Index(numberedKeys[:], term.key); {
		case term.key == "control":
			t.byControl(p, term)
		case d >= 0 && !(d == byObject && slices.ContainsFunc(slices.Concat(term.with, term.without), wholeObject)):
			t.tables[d] = term.table(p.names[d], t.tables[d])
		default:
			t.rest = append(t.rest, term.holds)
		}
	}
	if len(f.text) > 0 {
		p.searched()
	}
	for _, phrase := range f.text {
		words := strings.ToLower(phrase.text)
		t.rest = append(t.rest, func(x *item) bool { return strings.Contains(x.text, words) != phrase.not })
	}
	return t, nil
}

// wholeObject reports whether a value of object names a single one.
func wholeObject(value string) bool { return strings.Contains(value, "/") }

// table says which numbers pass a term; without alternatives it narrows what passes already.
func (t term) table(names []string, passes []bool) []bool {
	out := make([]bool, len(names))
	for i, name := range names {
		switch {
		case len(t.with) > 0:
			out[i] = anyGlobs(t.with, name)
		case passes != nil:
			out[i] = passes[i]
		default:
			out[i] = true
		}
		out[i] = out[i] && !anyGlobs(t.without, name)
	}
	return out
}

func anyGlobs(values []string, name string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return globs(v, name) })
}

// byControl asks for controls: rules have them, so that it is a second table over rules.
func (t *test) byControl(p *pool, term term) {
	passes := make([]bool, len(p.controls))
	for i, maps := range p.controls {
		any := func(values []string) bool {
			return slices.ContainsFunc(maps, func(m string) bool { return anyGlobs(values, m) })
		}
		passes[i] = (len(term.with) == 0 || any(term.with)) && !any(term.without)
	}
	t.rest = append(t.rest, func(x *item) bool { return passes[x.number[byRule]] })
}

// holds asks what is not numbered.
func (t term) holds(x *item) bool {
	is := func(value string) bool { return false }
	switch t.key {
	case "object":
		whole := object(x.ChangedFinding)
		is = func(value string) bool {
			return wholeObject(value) && strings.EqualFold(value, whole) || !wholeObject(value) && globs(value, x.Resource)
		}
	case "owner":
		is = func(value string) bool {
			return x.Decision != nil && strings.Contains(strings.ToLower(x.Decision.Owner), strings.ToLower(value))
		}
	case "until":
		is = func(value string) bool { return x.Decision != nil && untilHolds(value, x.Decision.Until) }
	case "reason":
		is = func(value string) bool { return strings.EqualFold(x.Reason, value) }
	case "in":
		is = func(value string) bool { return value == "after" && !x.Gone || value == "before" && x.before() }
	}
	return (len(t.with) == 0 || slices.ContainsFunc(t.with, is)) && !slices.ContainsFunc(t.without, is)
}

// fails says which members of a finding do not pass, a bit each; 0 is a finding of the list.
func (t *test) fails(x *item) uint {
	failed := uint(0)
	for d, table := range t.tables {
		if table != nil && !table[x.number[d]] {
			failed |= 1 << d
		}
	}
	for _, holds := range t.rest {
		if !holds(x) {
			return failed | 1<<byRest
		}
	}
	return failed
}
