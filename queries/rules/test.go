package rules

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"plumbline/store"
)

// caseLimits bound a rule on a case: a case is small.
var caseLimits = store.Limits{Deadline: 10 * time.Second, Rows: 10_000}

// CaseResult is what came of one case; Wrong is empty if all is as expected.
type CaseResult struct {
	Rule  string
	Case  string
	Kind  string
	File  string
	Line  int
	Wrong []string

	Broken string // the rule itself failed, where the case wants something else: why, as its other cases will say too
}

// Test runs every case of the rules named, of all if none is named. A rule without cases, a file of them that does not
// read or that belongs to no rule, is a Wrong of its own.
func (p *Pack) Test(ctx context.Context, ids ...string) ([]CaseResult, error) {
	var results []CaseResult
	run := []*Case{}
	for _, id := range keysOf(p.cases) {
		if p.Rule(id) == nil && len(ids) == 0 {
			results = append(results, CaseResult{Rule: id, File: p.cases[id].file, Wrong: []string{"cases of a rule that is not there"}})
		}
	}
	for _, r := range p.Rules {
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
		cases, err := p.Cases(r.ID)
		if err != nil {
			results = append(results, CaseResult{Rule: r.ID, File: p.cases[r.ID].file, Wrong: strings.Split(err.Error(), "\n")})
		} else if len(cases) == 0 {
			results = append(results, CaseResult{Rule: r.ID, File: r.File, Line: 1, Wrong: []string{"no cases: they belong into " + r.ID + ".txtar beside it"}})
		}
		for i := range cases {
			run = append(run, &cases[i])
		}
	}
	outcome := make([]CaseResult, len(run))
	var stuck sync.Map // rules that a case stopped for taking too long: their other cases would only wait as well
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range run {
		group.Go(func() error {
			outcome[i] = CaseResult{Rule: c.Rule, Case: c.Name, Kind: c.Kind, File: c.File, Line: c.Line}
			if why, ok := stuck.Load(c.Rule); ok {
				outcome[i].Broken = why.(string)
				outcome[i].Wrong = []string{"not judged: " + outcome[i].Broken}
				return ctx.Err()
			}
			j, err := p.stage(ctx, c)
			if err != nil {
				outcome[i].Wrong = []string{err.Error()}
				return ctx.Err()
			}
			defer j.world.relations.Close()
			result, err := j.judge(ctx)
			if err != nil {
				return err
			}
			outcome[i].Wrong = c.compare(result.Verdict, result.Findings)
			if why := result.Verdict.Reason; result.broke(c) {
				if outcome[i].Broken = why; strings.Contains(why, store.ErrDeadline.Error()) {
					stuck.Store(c.Rule, why)
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return append(results, outcome...), err
}

// broke reports whether the rule itself failed where a case wants something else of it.
func (j *judged) broke(c *Case) bool { return j.Verdict.Verdict == Error && c.Want != Error }

// CaseCounts counts the cases of a rule by the kind that each declares.
func (p *Pack) CaseCounts(rule string) (CaseCounts, error) {
	var n CaseCounts
	cases, err := p.Cases(rule)
	for _, c := range cases {
		switch c.Kind {
		case "fail":
			n.Fail++
		case "clean":
			n.Clean++
		case "denied":
			n.Denied++
		case "partial":
			n.Partial++
		case "near_miss":
			n.NearMiss++
		case "absent":
			n.Absent++
		}
	}
	return n, err
}

// stage makes the world of a case, or both of a drift rule's, ready to judge its rule. The caller closes the relations.
func (p *Pack) stage(ctx context.Context, c *Case) (*judging, error) {
	r, err := p.FindRule(c.Rule)
	if err != nil {
		return nil, err
	}
	set, err := p.settings(nil, qualified(c))
	if err != nil {
		return nil, err
	}
	w, err := c.world(ctx, c.Site)
	if err != nil {
		return nil, err
	}
	j := &judging{rule: r, world: w, args: withNow(set.of(r), w.now), limits: caseLimits}
	if c.Before == nil {
		return j, nil
	}
	defer w.relations.Close()
	b, err := c.Before.world(ctx, c.Site)
	if err != nil {
		return nil, err
	}
	defer b.relations.Close()
	j.between, j.args = &between{b, caseComparing(p, c, b, w)}, withBefore(j.args, b.now)
	relations, err := store.Between(ctx, b.relations, w.relations, append(r.relations(), r.readsAlone()...), j.between.proof.alone)
	b.relations, w.relations = relations, relations
	return j, err
}

// caseComparing is what a case's two worlds prove: as Compare has it, but without an audit log.
func caseComparing(p *Pack, c *Case, before, after *world) *comparing {
	x := &comparing{pack: p, alone: p.readAlone(c.Rule), fields: map[string]*fieldRules{}, at: map[Ref]int{}, read: map[Ref][]string{}}
	for y, w := range []*world{before, after} {
		x.prover.snapshot[y] = store.Snapshot{Site: w.site, Vantage: w.vantage}
		x.prover.coverage[y], x.prover.absent[y] = w.coverage, map[Ref]bool{}
	}
	for _, name := range store.Resources() {
		f := newFieldRules(before.coverage[name], after.coverage[name], "", "")
		x.fields[name] = &f
	}
	was := map[Ref][]byte{}
	for _, o := range c.Before.Objects {
		was[Ref{o.Resource, o.Key}] = o.Body
	}
	for _, o := range c.Objects {
		ref := Ref{o.Resource, o.Key}
		if x.fields[o.Resource] != nil && !bytes.Equal(was[ref], o.Body) {
			x.note(store.Presence{Resource: o.Resource, Key: o.Key, Before: was[ref], After: o.Body})
		}
		delete(was, ref)
	}
	for ref, body := range was {
		if x.fields[ref.Resource] != nil {
			x.note(store.Presence{Resource: ref.Resource, Key: ref.Key, Before: body})
		}
	}
	return x
}

// world makes the world of one side of a case.
func (c *Case) world(ctx context.Context, site string) (*world, error) {
	w := &world{
		site:    store.Site{IDs: []string{"case"}, Kind: site, Address: "https://harbourline.example"},
		vantage: c.Vantage, now: c.Now, coverage: map[string]store.Coverage{},
	}
	count := map[string]int64{}
	for _, o := range c.Objects {
		if v, known := relation()[o.Resource]; !known || v.Shared && !v.Reference {
			return nil, fmt.Errorf("objects of an unknown resource %q%s", o.Resource, didYouMean(o.Resource, store.Resources()))
		}
		count[o.Resource]++
	}
	covered := slices.Clone(c.Covered)
	for i := range covered {
		if v, known := relation()[covered[i].Resource]; !known || v.Shared {
			return nil, fmt.Errorf("coverage of an unknown resource %q%s", covered[i].Resource, didYouMean(covered[i].Resource, store.Resources()))
		}
		covered[i].Objects = count[covered[i].Resource]
		w.coverage[covered[i].Resource] = covered[i]
	}
	for _, name := range store.Resources() {
		if _, given := w.coverage[name]; !given {
			cov := store.Coverage{Resource: name, Outcome: store.Complete, Lists: "all", Revision: 1, Objects: count[name]}
			covered = append(covered, cov)
			w.coverage[name] = cov
		}
	}
	var err error
	w.relations, err = store.MemoryRelations(ctx, c.Objects, covered)
	return w, err
}

// qualified gives the case's parameters to its own rule alone.
func qualified(c *Case) []string {
	flags := make([]string, len(c.Params))
	for i, p := range c.Params {
		if flags[i] = p; !strings.Contains(strings.SplitN(p, "=", 2)[0], ".") {
			flags[i] = c.Rule + "." + p
		}
	}
	return flags
}

func withNow(args map[string]any, now time.Time) map[string]any {
	args["now"] = now.UTC().Format(timeText)
	return args
}

// compare says in words how a verdict and its findings differ from what the case expects.
func (c *Case) compare(v RuleVerdict, findings []Finding) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if v.Verdict != c.Want || v.Partial != c.Partial {
		say("the verdict is %s, wanted %s%s", verdictWords(v.Verdict, v.Partial), verdictWords(c.Want, c.Partial), because(v.Reason))
	}
	for _, words := range c.Reasons {
		if !strings.Contains(v.Reason, words) {
			say("the reason %q does not hold %q", v.Reason, words)
		}
	}
	left := slices.Clone(findings)
	for _, want := range c.Finding {
		i := slices.IndexFunc(left, func(f Finding) bool {
			return f.Key == string(want.Key) && f.Aspect == string(want.Aspect) && (want.Resource == nil || *want.Resource == f.Resource)
		})
		if i < 0 {
			say("no finding on key %q, aspect %q", shown(string(want.Key)), shown(string(want.Aspect)))
			continue
		}
		wrong = append(wrong, want.differs(left[i])...)
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		say("unexpected finding: key %q, aspect %q, %s %s", shown(f.Key), shown(f.Aspect), f.Subject, f.Detail)
	}
	for _, f := range findings {
		for _, ref := range append([]Ref{{f.Resource, f.Key}}, f.Evidence...) {
			if !slices.ContainsFunc(c.all(), func(o store.Object) bool { return o.Resource == ref.Resource && o.Key == ref.Key }) {
				say("the finding on %q names %s %q, which is no object of the case", shown(f.Key), ref.Resource, shown(ref.Key))
			}
		}
	}
	return wrong
}

// all are the objects of every world of the case.
func (c *Case) all() []store.Object {
	if c.Before == nil {
		return c.Objects
	}
	return slices.Concat(c.Objects, c.Before.Objects)
}

func verdictWords(v Verdict, partial bool) string {
	if partial {
		return string(v) + " partial"
	}
	return string(v)
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// differs compares the members that the case gives.
func (want wantFinding) differs(f Finding) []string {
	var wrong []string
	text := func(what, got string, want *string) {
		if want != nil && got != *want {
			wrong = append(wrong, fmt.Sprintf("%s of %q is %q, wanted %q", what, shown(f.Key), got, *want))
		}
	}
	text("subject", f.Subject, want.Subject)
	text("detail", f.Detail, want.Detail)
	text("severity", string(f.Severity), (*string)(want.Severity))
	if want.Partial != nil && f.Partial != *want.Partial {
		wrong = append(wrong, fmt.Sprintf("partial of %q is %t, wanted %t", shown(f.Key), f.Partial, *want.Partial))
	}
	if want.Evidence != nil {
		var refs []Ref
		for _, e := range want.Evidence {
			if len(e) > 1 {
				refs = append(refs, Ref{e[0], store.Key(e[1:]...)})
			}
		}
		slices.SortFunc(refs, compareRefs)
		if !slices.Equal(refs, f.Evidence) {
			wrong = append(wrong, fmt.Sprintf("evidence of %q is %s, wanted %s", shown(f.Key), refWords(f.Evidence), refWords(refs)))
		}
	}
	return wrong
}

func refWords(refs []Ref) string {
	words := make([]string, len(refs))
	for i, r := range refs {
		words[i] = r.Resource + " " + shown(r.Key)
	}
	return strings.Join(words, ", ")
}

// Failed joins the wrong of every case into one error, nil if there is none.
func Failed(results []CaseResult) error {
	var errs []error
	for _, r := range results {
		for _, w := range r.Wrong {
			errs = append(errs, errorAt(r.File, max(1, r.Line), "%s: %s", r.Case, w))
		}
	}
	return errors.Join(errs...)
}
