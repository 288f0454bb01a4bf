package rules

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"plumbline/store"
)

// A drift rule says what must not change. It reads before_NAME and after_NAME for each relation, and gone_NAME and came_NAME
// for what of a resource one side alone saw, which the walk of what differs found before. It declares what it reads
// once, by the resources' own names, and is judged on the pair: its verdict is the comparison's, not one side's.
//
// What it declares must be whole on both sides, and seen with no less right on either. Where it is not, a need keeps
// the rule from being judged, or, read in part, lets those rows stand that are proven: every object of a row's evidence
// that one side alone shows must provably be absent on the other (prover). So nothing that came into view is told as
// new, and nothing that went out of view as gone. :now is after's start, :before is before's.

// between is what a drift rule is judged on besides the world of after.
type between struct {
	before *world
	proof  *comparing // what differs, and what an absence proves
}

// sides are what a rule is judged on: one judging of a state rule, before and after of a drift rule.
func (j *judging) sides() []*judging {
	if j.between == nil {
		return []*judging{j}
	}
	before, after := *j, *j
	before.world, before.between, after.between = j.between.before, nil, nil
	return []*judging{&before, &after}
}

// tables are the names under which the rule reads a resource.
func (j *judging) tables(resource string) []string {
	if j.rule.Kind != Drift {
		return []string{resource}
	}
	return []string{store.Sides[0] + resource, store.Sides[1] + resource}
}

// bothSides says in words what the sides say, before first; what both say is said once.
func bothSides(words [2][]string) []string {
	var all []string
	for _, w := range words[0] {
		if slices.Contains(words[1], w) {
			w = "before and after: " + w
		} else {
			w = "before: " + w
		}
		all = append(all, w)
	}
	for _, w := range words[1] {
		if !slices.Contains(words[0], w) {
			all = append(all, "after: "+w)
		}
	}
	return all
}

// driftOutOfPlace says why there is nothing to judge on either side.
func (j *judging) driftOutOfPlace() string {
	var words [2]string
	for y, side := range j.sides() {
		if words[y] = side.outOfPlace(); words[y] == "" {
			return ""
		}
	}
	if words[0] == words[1] {
		return words[0]
	}
	return "before: " + words[0] + "; after: " + words[1]
}

// driftNeeds is needs for two sides: what is not whole on one, or is seen with less right there.
func (j *judging) driftNeeds() (missing, incomplete []string) {
	var gone, open [2][]string
	for y, side := range j.sides() {
		for _, name := range slices.Concat(j.rule.Needs, j.rule.NeedsAll) {
			words := side.unproven(j.between.proof, name, y)
			if words == "" {
				continue
			}
			c := side.cover(name)
			stands := c.Outcome == store.Complete || c.Outcome == store.Partial || lacks(c) || side.otherRead(name) || side.otherModelRead(name)
			if stands && !slices.Contains(j.rule.NeedsAll, name) {
				open[y] = append(open[y], words)
			} else {
				gone[y] = append(gone[y], words)
			}
		}
	}
	incomplete = bothSides(open)
	for _, name := range j.rule.Reads() {
		if why := j.between.proof.unkept(j.rule, name); why != "" {
			incomplete = append(incomplete, why)
		}
	}
	return bothSides(gone), incomplete
}

// unproven says why side y of a resource proves no absence, in the words of its coverage where that is why; "" if it does.
func (j *judging) unproven(c *comparing, name string, y int) string {
	why := c.prover.whole(name, j.rule.alone(j.world.site.Kind), y)
	if of := j.cover(name); why != "" && of.Outcome != store.Complete {
		return describe(of)
	} else if why != "" {
		return name + " " + why
	}
	return ""
}

// driftSilentLegs is silentLegs for two sides.
func (j *judging) driftSilentLegs() []string {
	var silent [2][]string
	for y, side := range j.sides() {
		for _, name := range j.rule.Optional {
			if words := side.unproven(j.between.proof, name, y); words != "" {
				silent[y] = append(silent[y], "without "+words)
			}
		}
	}
	return bothSides(silent)
}

// prove keeps the findings whose absences are proven; left says in words why the others are not told.
func (j *judging) prove(found []Finding) (kept []Finding, left []string) {
	c := j.between.proof
	c.proving.Lock()
	defer c.proving.Unlock()
	kept = make([]Finding, 0, len(found))
	reasons := map[string]int{}
	for i := range found {
		if why := c.doubted(j.rule, &found[i]); why != "" {
			reasons[why]++
			continue
		}
		kept = append(kept, found[i])
	}
	for _, why := range keysOf(reasons) {
		left = append(left, fmt.Sprintf("%s cannot be told from what was not seen: %s", plural(reasons[why], "difference"), why))
	}
	return kept, left
}

// doubted says why a row of a drift rule is no proven change; "" if it is one.
func (c *comparing) doubted(r *Rule, f *Finding) string {
	refs := deciding(f)
	for _, ref := range refs {
		for y := range sideName {
			if !c.prover.absent[y][ref] {
				continue
			}
			if why := c.prover.gone(ref, y); why != "" {
				return ref.Resource + " " + why
			}
		}
	}
	if why := c.blurred(r, refs); why != "" {
		return why
	}
	for _, ref := range c.withAccounts(refs) {
		n, changed := c.at[ref]
		if !changed {
			continue
		}
		for _, f := range c.changes[n].fields {
			if !f.told[0] && !names[f.path] && slices.Contains(c.membersRead(r, ref.Resource), f.path) {
				return ref.Resource + " " + f.path + " not told before"
			}
		}
	}
	return ""
}

// names are the members that only say what something is called: no rule finds a change by them.
var names = map[string]bool{"displayName": true, "publicName": true, "name": true, "title": true}

// unkept says which member of a resource that a rule reads is kept on one side only.
func (c *comparing) unkept(r *Rule, resource string) string {
	rules := c.fields[resource]
	if rules == nil || rules.kept[0] == nil {
		return ""
	}
	for _, m := range membersRead(r, resource) {
		if why := rules.incomparable(&FieldChange{Field: m, Before: []byte("0"), After: []byte("0")}); why != "" {
			return resource + " " + m + " " + why
		}
	}
	return ""
}

// drift judges the drift rules on the two sides, in the order of the pack; nil for each other rule. Results are kept
// under what both sides depend on.
func (c *comparing) drift(ctx context.Context) ([]*judged, error) {
	results := make([]*judged, len(c.pack.Rules))
	keys := make([]string, len(results))
	var todo []*judging
	var at []int
	before, after := c.bench[0], c.bench[1]
	for i, r := range c.pack.Rules {
		if r.Kind != Drift {
			continue
		}
		j := &judging{rule: r, world: &after.world, between: &between{&before.world, c},
			args:   withBefore(withNow(after.settings.of(r), after.world.now), before.snapshot.Started),
			limits: store.Limits{Deadline: after.options.Deadline, Rows: cmp.Or(after.options.Rows, mostRows)}}
		keys[i] = fingerprint("drift", before.known, after.known, before.snapshot.PersonalData, after.snapshot.PersonalData,
			before.snapshot.Started, after.snapshot.Started, r.ID, r.Text, j.args, c.pack.referenceDigests(r))
		if !after.options.NoCache {
			results[i] = after.kept(keys[i])
		}
		if results[i] == nil {
			todo, at = append(todo, j), append(at, i)
		}
	}
	if len(todo) == 0 {
		return results, nil
	}
	relations, err := c.relations(ctx, todo)
	if err != nil {
		return nil, err
	}
	if relations != nil {
		defer relations.Close()
	}
	sides := [2]world{before.world, after.world}
	sides[0].relations, sides[1].relations = relations, relations
	took := make([]time.Duration, len(todo))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for n, j := range todo {
		group.Go(func() error {
			start := time.Now()
			j.world, j.between = &sides[1], &between{&sides[0], c}
			result, err := j.judge(inner)
			if err != nil {
				return err
			}
			results[at[n]], took[n] = result, time.Since(start)
			if !after.options.NoCache {
				after.keep(keys[at[n]], result, took[n])
			}
			return nil
		})
	}
	err = group.Wait()
	for n, j := range todo {
		after.took[j.rule.ID] = took[n]
	}
	return results, err
}

// relations puts those of both sides beside each other; nil where no rule will ask them anything.
func (c *comparing) relations(ctx context.Context, todo []*judging) (*store.Relations, error) {
	var names []string
	for _, j := range todo {
		if !j.unasked() {
			names = append(append(names, j.rule.relations()...), j.rule.readsAlone()...)
		}
	}
	if names == nil {
		return nil, nil
	}
	names = slices.DeleteFunc(names, func(name string) bool { // events are not compared: better no such table than one without rows
		resource := store.Bare(name)
		return store.IsAlone(name) && (c.prover.coverage[0][resource].Event || c.prover.coverage[1][resource].Event)
	})
	for y, b := range c.bench {
		if err := b.open(ctx, b.pack.relations(), nil); err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
	}
	return store.Between(ctx, c.bench[0].world.relations, c.bench[1].world.relations, names, c.alone)
}

// drifted judges the drift rules, notes the decisions on what they find, and gives the findings, sorted as findings are.
func (c *comparing) drifted(ctx context.Context) ([]Finding, error) {
	results, err := c.drift(ctx)
	if err != nil {
		return nil, fmt.Errorf("comparing: %w", err)
	}
	all := slices.Clone(c.results[1])
	found := []Finding{}
	for i, result := range results {
		if result != nil {
			all[i] = result
			c.drifts = append(c.drifts, result)
		}
	}
	if err := c.bench[1].decide(ctx, all); err != nil { // once more, with what they are about
		return nil, err
	}
	for _, result := range c.drifts {
		found = append(found, result.Findings...)
	}
	sortFindings(found)
	return found, nil
}

// driftVerdict is a drift rule's verdict on the pair, which is the same whichever side is asked.
func (c *comparing) driftVerdict(r *Rule) VerdictPair {
	v := VerdictPair{Rule: r.ID, Kind: Drift, Parameters: c.bench[1].settings.binds(r), Title: r.Title, Severity: r.Severity}
	if i := slices.IndexFunc(c.drifts, func(d *judged) bool { return d.Verdict.Rule == r.ID }); i >= 0 {
		d := c.drifts[i].Verdict
		v.Before, v.After, v.Reason = d.Verdict, d.Verdict, d.Reason
	}
	return v
}

// DriftVerdicts are the verdicts on the pair, of the rules about a change.
func (c *Comparison) DriftVerdicts() []RuleVerdict {
	var all []RuleVerdict
	for _, d := range c.compared.drifts {
		v, r := d.Verdict, c.compared.pack.Rule(d.Verdict.Rule)
		v.Category, v.Scored, v.Worst, v.RuleTexts = r.Category, r.Scored, r.Worst, r.texts()
		v.Parameters = c.compared.bench[1].settings.binds(r)
		all = append(all, v)
	}
	return all
}

func withBefore(args map[string]any, before time.Time) map[string]any {
	args["before"] = before.UTC().Format(timeText)
	return args
}

// relations lists the relations that a rule names, read or not, as they are called on one side.
func (r *Rule) relations() []string {
	named := map[string]bool{}
	for _, name := range slices.Concat(r.Objects, r.Reads(), r.Reference) {
		named[name] = relation()[name].Name != ""
	}
	for name := range r.names() {
		if r.Kind == Drift {
			name = store.Bare(name)
		}
		if relation()[name].Name != "" {
			named[name] = true
		}
	}
	return slices.DeleteFunc(keysOf(named), func(name string) bool { return !named[name] })
}

// readsAlone lists the relations of what one side alone saw that a drift rule names.
func (r *Rule) readsAlone() []string {
	var named []string
	for name := range r.names() {
		if r.Kind == Drift && store.IsAlone(name) && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	return named
}

// readAlone is the place for what each side alone saw, by the resources of which drift rules read that: those of ids if any
// are given.
func (p *Pack) readAlone(ids ...string) (alone [2]map[string][]store.Object) {
	alone = [2]map[string][]store.Object{{}, {}}
	for _, r := range p.Rules {
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
		for _, name := range r.readsAlone() {
			alone[0][store.Bare(name)], alone[1][store.Bare(name)] = nil, nil
		}
	}
	return alone
}

// names are the words of a rule's SQL that may name a relation, in lower case.
func (r *Rule) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, sql := range []string{r.SQL, r.Guard, r.Unknown} {
			for _, t := range tokens(sql) {
				if t.kind <= quoted && !yield(unquotedWord(t)) {
					return
				}
			}
		}
	}
}
