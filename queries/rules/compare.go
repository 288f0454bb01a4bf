package rules

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"plumbline/store"
)

// ErrOtherSite: the two snapshots are of different sites, and Options.TwoSites is not set.
var ErrOtherSite = errors.New("the snapshots are of different sites")

// Comparison is two snapshots judged with the same rules and parameters, and what became of findings and objects.
// Swapping before and after mirrors every count.
type Comparison struct {
	Before, After *Judgement
	Rules         InForce
	Counts        ChangeCounts
	Verdicts      []VerdictPair
	Drift         []Finding            // of drift rules: outside new and resolved
	Findings      []ChangedFinding     // new, resolved, persisting, not comparable; each sorted as findings are
	RuleChanges   []RuleChange         // rules that differ from those that judged a side first
	Resources     []ResourceComparison // by name; those without objects on either side are left out where nothing was asked

	compared *comparing
}

// comparing is a comparison in the making, and what its lists are made of.
type comparing struct {
	ctx     context.Context // of Compare: its lists are made lazily
	pack    *Pack
	side    [2]Side
	bench   [2]*bench
	results [2][]*judged
	prover  prover
	names   []string // resources compared
	fields  map[string]*fieldRules
	changes []change
	at      map[Ref]int                  // into changes
	alone   [2]map[string][]store.Object // what each side alone saw, of the resources of which drift rules read that
	things  map[entity][]int
	turned  []int // see switched
	log     *auditLog
	read    map[Ref][]string // members, by rule and resource
	drifts  []*judged        // of drift rules
	proving sync.Mutex       // what is proven is noted for the next one
}

// Compare judges both sides, today's rules on both, and compares them. The sides may lie in different files.
func (p *Pack) Compare(ctx context.Context, before, after Side, opt Options) (*Comparison, error) {
	c := &comparing{ctx: ctx, pack: p, alone: p.readAlone(), side: [2]Side{before, after}, fields: map[string]*fieldRules{}, at: map[Ref]int{}, read: map[Ref][]string{}}
	domains, err := bothDomains(ctx, c.side)
	if err != nil {
		return nil, err
	}
	opt.domains = &domains
	for y, side := range c.side {
		b, err := p.bench(ctx, side.File, side.Snapshot, opt)
		if err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
		defer b.close()
		c.bench[y] = b
		c.prover.snapshot[y], c.prover.coverage[y], c.prover.absent[y] = b.snapshot, b.world.coverage, map[Ref]bool{}
	}
	if a, b := c.bench[0].snapshot.Site, c.bench[1].snapshot.Site; !opt.TwoSites && !sameSite(a, b) {
		return nil, fmt.Errorf("%w: %s and %s", ErrOtherSite, a.Address, b.Address)
	}
	for y, b := range c.bench {
		var err error
		if c.results[y], err = b.run(ctx, false); err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
	}
	c.names = resourceNames(c.prover.coverage)
	for _, name := range c.names {
		f := newFieldRules(c.prover.cover(name, 0), c.prover.cover(name, 1), c.bench[0].snapshot.PersonalData, c.bench[1].snapshot.PersonalData)
		c.fields[name] = &f
	}
	if err := c.walk(ctx); err != nil {
		return nil, err
	}
	c.log = &auditLog{c: c}
	c.prover.logged = c.log.proves
	return c.conclude(ctx)
}

// pairs walks what differs between the sides, events left out.
func (c *comparing) pairs(ctx context.Context, each func(p store.Presence) bool) error {
	before, after := c.side[0], c.side[1]
	walk := apart(ctx, before, after, c.names)
	if before.File == after.File && c.bench[0].snapshot.Site.ID == c.bench[1].snapshot.Site.ID {
		walk = before.File.Changes(ctx, before.Snapshot, after.Snapshot)
	}
	for p, err := range walk {
		if err != nil {
			return fmt.Errorf("comparing: %w", err)
		}
		if c.fields[p.Resource] != nil && !bytes.Equal(p.Before, p.After) && !each(p) {
			return nil
		}
	}
	return ctx.Err()
}

// walk notes every object that differs.
func (c *comparing) walk(ctx context.Context) error {
	return c.pairs(ctx, func(p store.Presence) bool {
		c.note(p)
		return true
	})
}

// note notes an object that differs.
func (c *comparing) note(p store.Presence) {
	ch := change{ref: Ref{p.Resource, p.Key}, absent: -1}
	seen := p.After
	switch {
	case p.Before == nil:
		ch.absent = 0
	case p.After == nil:
		ch.absent, seen = 1, p.Before
	default:
		fields, changed := c.fields[p.Resource].compare(p.Before, p.After)
		for _, f := range fields {
			ch.fields = append(ch.fields, changedField{f.Field, f.NotComparable, [2]bool{f.Before != nil, f.After != nil}})
		}
		ch.same = !changed
	}
	if ch.absent >= 0 {
		c.prover.absent[ch.absent][ch.ref] = true
		kept := c.alone[1-ch.absent]
		if list, read := kept[p.Resource]; read && len(list) <= store.MostAlone {
			kept[p.Resource] = append(list, store.Object{Resource: p.Resource, Key: p.Key, Body: seen})
		}
	}
	c.at[ch.ref] = len(c.changes)
	c.changes = append(c.changes, ch)
}

func (c *comparing) conclude(ctx context.Context) (*Comparison, error) {
	drift, err := c.drifted(ctx)
	if err != nil {
		return nil, err
	}
	out := &Comparison{
		Before: c.bench[0].gather(c.results[0]), After: c.bench[1].gather(c.results[1]),
		Drift: drift, Findings: []ChangedFinding{}, compared: c,
	}
	out.Rules = out.After.Rules
	out.RuleChanges = c.pack.ruleChanges([2]map[string]revision{c.bench[0].first(), c.bench[1].first()})
	for i, r := range c.pack.Rules {
		if r.Kind == Drift {
			out.Verdicts = append(out.Verdicts, c.driftVerdict(r))
			continue
		}
		out.Verdicts = append(out.Verdicts, c.pair(i))
	}
	if out.Resources, err = c.resources(ctx); err != nil {
		return nil, err
	}
	var found [4][]ChangedFinding
	order := map[Change]int{New: 0, Resolved: 1, Persisting: 2, NotComparable: 3}
	for i, r := range c.pack.Rules { // drift rules have none on a side
		for _, f := range c.findings(i, r) {
			found[order[f.Change]] = append(found[order[f.Change]], f)
		}
	}
	out.Findings = make([]ChangedFinding, 0, len(found[0])+len(found[1])+len(found[2])+len(found[3]))
	for _, list := range found {
		out.Findings = append(out.Findings, sortedChanges(list)...)
	}
	for _, f := range out.Findings {
		switch f.Change {
		case New:
			out.Counts.New++
		case Resolved:
			out.Counts.Resolved++
		case Persisting:
			out.Counts.Persisting++
		case NotComparable:
			out.Counts.NotComparable++
		}
	}
	return out, c.log.err
}

// sortedChanges sorts findings of one change as findings are. They come by rule, each rule's sorted, so that only those of
// both sides together are in no order once they are apart by severity.
func sortedChanges(list []ChangedFinding) []ChangedFinding {
	sorted := make([]ChangedFinding, 0, len(list))
	for _, severity := range Severities() {
		for i := range list {
			if list[i].Severity == severity {
				sorted = append(sorted, list[i])
			}
		}
	}
	less := func(a, b ChangedFinding) int { return compareFindings(&a.Finding, &b.Finding) }
	if !slices.IsSortedFunc(sorted, less) {
		slices.SortFunc(sorted, less)
	}
	return sorted
}

// pair is one rule's verdict on both sides, with the reason of each where it has one.
func (c *comparing) pair(i int) VerdictPair {
	a, b := c.results[0][i].Verdict, c.results[1][i].Verdict
	v := VerdictPair{Rule: a.Rule, Kind: a.Kind, Before: a.Verdict, After: b.Verdict, Parameters: c.bench[1].settings.binds(c.pack.Rules[i]), Title: a.Title, Severity: a.Severity}
	var reasons []string
	for y, reason := range [2]string{a.Reason, b.Reason} {
		if reason != "" {
			reasons = append(reasons, sideName[y]+": "+reason)
		}
	}
	if a.Reason == b.Reason {
		v.Reason = a.Reason
	} else {
		v.Reason = strings.Join(reasons, "; ")
	}
	return v
}

// findings says what became of one rule's findings.
func (c *comparing) findings(i int, r *Rule) []ChangedFinding {
	type identity struct{ resource, key, aspect string }
	before, after := c.results[0][i].Findings, c.results[1][i].Findings
	at := make(map[identity]int, len(before))
	for n := range before {
		f := &before[n]
		at[identity{f.Resource, f.Key, f.Aspect}] = n
	}
	still := make([]bool, len(before))
	list := make([]ChangedFinding, 0, len(after))
	both := ChangedFinding{Change: Persisting, CausedBy: []Cause{}}
	if why := c.prover.editions(); why != "" { // one key may name two things
		both.Change, both.Reason = NotComparable, why
	}
	for n := range after {
		f := &after[n]
		if was, there := at[identity{f.Resource, f.Key, f.Aspect}]; there {
			still[was] = true
			both.Finding = *f
			list = append(list, both)
		} else {
			list = append(list, c.oneSided(r, i, f, 0))
		}
	}
	for n := range before {
		if !still[n] {
			list = append(list, c.oneSided(r, i, &before[n], 1))
		}
	}
	return list
}

// oneSided judges a finding that side y does not have: new, resolved, or not comparable.
func (c *comparing) oneSided(r *Rule, i int, f *Finding, y int) ChangedFinding {
	out := ChangedFinding{Finding: *f, Change: New, CausedBy: []Cause{}}
	if y == 1 {
		out.Change, out.Gone = Resolved, true
	}
	if why := c.unproven(r, i, f, y); why != "" {
		out.Change, out.Reason = NotComparable, why
		return out
	}
	out.CausedBy = c.causes(r, f)
	return out
}

// unproven says why it proves nothing that side y does not have a finding of the other side; "" if it does.
func (c *comparing) unproven(r *Rule, i int, f *Finding, y int) string {
	there, here := c.results[1-y][i], c.results[y][i]
	if !here.Ran {
		words := map[Verdict]string{Error: "the rule failed ", NotEvaluated: "not evaluated ", NotApplicable: "not applicable "}[here.Verdict.Verdict]
		return words + sideName[y] + ": " + here.Verdict.Reason
	}
	if why := c.prover.editions(); why != "" {
		return why
	}
	refs := deciding(f)
	for _, u := range here.Unknown {
		named := slices.ContainsFunc(refs, func(ref Ref) bool { return slices.Contains(u.Keys, ref.Key) })
		known := slices.ContainsFunc(there.Unknown, func(v unjudged) bool { return len(v.Keys) == 0 && uncounted(v.Words) == uncounted(u.Words) })
		if named || len(u.Keys) == 0 && !known && !c.explained(refs, y) {
			return "cannot be judged " + sideName[y] + ": " + u.Words
		}
	}
	if why := c.blurred(r, refs); why != "" {
		return why
	}
	if slices.ContainsFunc(here.Unknown, func(u unjudged) bool { return len(u.Keys) == 0 }) {
		if why := c.lost(r, refs, y); why != "" {
			return why
		}
	}
	covered := map[string]bool{}
	for _, ref := range refs {
		if why := c.prover.unaddressed(productLooked(ref), y); why != "" {
			return why
		}
		covered[ref.Resource] = true
		if c.prover.absent[y][ref] {
			if why := c.prover.gone(ref, y); why != "" {
				return ref.Resource + " " + why
			}
		}
	}
	for _, resource := range r.Reads() {
		why := c.prover.whole(resource, r.alone(c.prover.snapshot[y].Site.Kind), y)
		if why == "" || covered[resource] || r.apart(f.Resource, resource) || c.elsewhere(f, resource, y) {
			continue
		}
		if slices.Contains(r.Optional, resource) {
			x := c.prover.cover(resource, 1-y).Outcome
			if len(refs) > 1 || x != store.Complete && x != store.Partial {
				continue // the finding rests on other legs
			}
		}
		return resource + " " + why
	}
	return ""
}

// containers are the members of a body that name what the object lies in.
var containers = map[string][]string{"confluence_space": {"spaceId"}, "jira_project": {"projectId"}}

// elsewhere reports whether the parts of a resource that side y lacks concern others than a finding's object: it is, or
// lies in, a parent whose own part is complete.
func (c *comparing) elsewhere(f *Finding, resource string, y int) bool {
	covered := c.prover.cover(resource, y)
	kinds := strings.Fields(shapes[resource])
	if covered.Outcome != store.Partial || len(covered.Parts) == 0 || len(kinds) < 2 || inBatches[resource] || c.prover.lesser(resource, cmp.Or(productLooked(Ref{Resource: resource}), productLooked(Ref{f.Resource, f.Key})), y) != "" {
		return false
	}
	parent := Ref{Resource: listedBy[kinds[0]]}
	own := Ref{f.Resource, f.Key}
	if within, ok := parentOf(own); own.Resource == parent.Resource {
		parent.Key = own.Key
	} else if ok && within.Resource == parent.Resource {
		parent.Key = within.Key
	} else if member := containers[parent.Resource]; member != nil {
		x := c.side[1-y]
		if o, err := x.File.Object(c.ctx, x.Snapshot, own.Resource, own.Key); err == nil {
			parent.Key = textAt(o.Body, member...)
		}
	}
	_, open := c.prover.part(covered, parent.Key, y)
	return parent.Key != "" && !open && !c.prover.absent[y][parent]
}

// deciding lists the objects a finding rests on: its evidence and its own object.
func deciding(f *Finding) []Ref {
	own := Ref{f.Resource, f.Key}
	if slices.Contains(f.Evidence, own) {
		return f.Evidence
	}
	return append([]Ref{own}, f.Evidence...)
}

// explained reports whether one of the deciding objects went from side y, provenly, or tells something else there: then
// a finding is not there for a cause that was seen, whatever else a rule could not judge.
func (c *comparing) explained(refs []Ref, y int) bool {
	return slices.ContainsFunc(refs, func(ref Ref) bool {
		n, differs := c.at[ref]
		if !differs || c.changes[n].same {
			return false
		}
		ch := &c.changes[n]
		if ch.absent == y {
			return c.prover.gone(ref, y) == ""
		}
		return slices.ContainsFunc(ch.fields, func(f changedField) bool { return f.why == "" && f.told[y] })
	})
}

// blurred says which member that the rule reads cannot be compared: kept or visible on one side only.
func (c *comparing) blurred(r *Rule, refs []Ref) string {
	for _, resource := range r.Reads() {
		rules := c.fields[resource]
		if rules == nil || rules.kept[0] == nil {
			continue
		}
		for _, m := range c.membersRead(r, resource) {
			if why := rules.incomparable(&FieldChange{Field: m, Before: []byte("0"), After: []byte("0")}); why != "" {
				return resource + " " + m + " " + why
			}
		}
	}
	for _, ref := range c.withAccounts(refs) {
		n, changed := c.at[ref]
		if !changed {
			continue
		}
		for _, f := range c.changes[n].fields {
			if f.why != "" && slices.Contains(c.membersRead(r, ref.Resource), f.path) {
				return ref.Resource + " " + f.path + " " + f.why
			}
		}
	}
	return ""
}

// lost says which member that the rule reads a deciding object no longer tells on side y. Asked where the rule says
// that it could not judge everything there: this object may be what it means.
func (c *comparing) lost(r *Rule, refs []Ref, y int) string {
	for _, ref := range c.withAccounts(refs) {
		if n, changed := c.at[ref]; changed {
			for _, f := range c.changes[n].fields {
				if !f.told[y] && slices.Contains(c.membersRead(r, ref.Resource), f.path) {
					return ref.Resource + " " + f.path + " not told " + sideName[y]
				}
			}
		}
	}
	return ""
}

// uncounted is a sentence without its numbers: how many there are may change, what it says does not.
func uncounted(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, words)
}

// membersRead is what the function of that name gives, asked once for a rule and resource.
func (c *comparing) membersRead(r *Rule, resource string) []string {
	at := Ref{Resource: resource, Key: r.ID}
	list, known := c.read[at]
	if !known {
		list = membersRead(r, resource)
		c.read[at] = list
	}
	return list
}

// withAccounts adds the accounts that the keys name.
func (c *comparing) withAccounts(refs []Ref) []Ref {
	all := slices.Clone(refs)
	for _, ref := range refs {
		for _, e := range entitiesOf(ref) {
			if e.kind == "who" {
				all = append(all, Ref{"jira_user", store.Key(e.id)}, Ref{"confluence_user", store.Key(e.id)})
			}
		}
	}
	return all
}
