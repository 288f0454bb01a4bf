package rules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"plumbline/store"
)

// Judge gives every rule's verdict on a snapshot, rules in parallel. What is wrong with a rule is its verdict Error;
// Judge itself fails where the file cannot be read, a parameter is wrong, or the context ends. Results are kept in the
// cache directory under everything they depend on; nothing is written to the file.
func (p *Pack) Judge(ctx context.Context, f *store.File, snapshot int64, opt Options) (*Judgement, error) {
	b, err := p.bench(ctx, f, snapshot, opt)
	if err != nil {
		return nil, err
	}
	defer b.close()
	results, err := b.run(ctx, false)
	if err != nil {
		return nil, err
	}
	return b.gather(results), nil
}

// mostRows bounds what one rule may find: some times the largest list of an ordinary site.
const mostRows = 500_000

// bench is where one snapshot is judged.
type bench struct {
	pack     *Pack
	file     *store.File
	snapshot store.Snapshot
	settings *settings
	options  Options
	world    world // its relations are opened only when a rule is not in the cache
	known    string
	standing []StandingDecision
	took     map[string]time.Duration

	finding sync.Once
	folder  string // see cacheFolder
}

func (p *Pack) bench(ctx context.Context, f *store.File, snapshot int64, opt Options) (*bench, error) {
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("judging: %w", err)
	}
	if s.Started.IsZero() { // rules reckon from it
		return nil, fmt.Errorf("judging: %w: what stands as the start of snapshot %d is no time", store.ErrDamaged, s.ID)
	}
	set, err := p.settings(opt.File, opt.Parameters)
	if err != nil {
		return nil, err
	}
	domains := opt.domains
	if domains == nil {
		verified, err := VerifiedDomains(ctx, f, snapshot)
		if err != nil {
			return nil, fmt.Errorf("judging: %w", err)
		}
		domains = &verified
	}
	set.own(*domains) // before anything is looked up in the cache: they are among what a rule binds
	covered, err := f.Coverage(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("judging: %w", err)
	}
	b := &bench{pack: p, file: f, snapshot: s, settings: set, options: opt}
	b.world = world{site: s.Site, vantage: s.Vantage, now: s.Started, coverage: map[string]store.Coverage{}}
	if !opt.AsOf.IsZero() {
		b.world.now = opt.AsOf
	}
	for _, c := range covered {
		b.world.coverage[c.Resource] = c
	}
	b.world.redacted = redactionOf(b.world.coverage)
	b.known = fingerprint("world", f.Stamp(), s.ID, s.Digest, s.State, s.Site.IDs, s.Site.Kind, s.Vantage, covered, store.ViewsDigest())
	return b, nil
}

var errNotCached = errors.New("not judged yet")

// run judges every state rule, in the order of the pack, which leaves drift rules without a finding; with cachedOnly it fails with errNotCached where one would have to
// be asked.
func (b *bench) run(ctx context.Context, cachedOnly bool) ([]*judged, error) {
	results := make([]*judged, len(b.pack.Rules))
	keys := make([]string, len(b.pack.Rules))
	var todo []int
	for i, r := range b.pack.Rules {
		if r.Kind == Drift {
			results[i] = &judged{Verdict: RuleVerdict{Rule: r.ID, Kind: Drift, Verdict: NotApplicable, Reason: "it tells of a change: compare two snapshots"}, Findings: []Finding{}}
			continue
		}
		keys[i] = b.key(r)
		if !b.options.NoCache {
			results[i] = b.kept(keys[i])
		}
		if results[i] == nil {
			todo = append(todo, i)
		}
	}
	took := make([]time.Duration, len(results))
	if len(todo) > 0 {
		if cachedOnly {
			return nil, errNotCached
		}
		if err := b.judge(ctx, todo, keys, results, took); err != nil {
			return nil, err
		}
		if !b.options.NoCache {
			b.tidyCached()
		}
	}
	b.remember()
	b.took = map[string]time.Duration{}
	for _, i := range todo {
		b.took[b.pack.Rules[i].ID] = took[i]
	}
	return results, b.decide(ctx, results) // beside what is kept
}

// judge judges the rules of todo, which were not kept, and tells of all of them as they are there. Those that are not
// asked anything come first: the relations are opened for the others alone.
func (b *bench) judge(ctx context.Context, todo []int, keys []string, results []*judged, took []time.Duration) error {
	told := b.telling()
	for _, r := range results {
		if r != nil && r.Verdict.Kind != Drift {
			told(r, false)
		}
	}
	one := func(ctx context.Context, i int, world *world, reading bool) error {
		r := b.pack.Rules[i]
		j := &judging{rule: r, world: world, args: withNow(b.settings.of(r), b.world.now),
			limits: store.Limits{Deadline: b.options.Deadline, Rows: cmp.Or(b.options.Rows, mostRows)}}
		start := time.Now()
		result, err := j.judge(ctx)
		if err != nil {
			return err
		}
		results[i], took[i] = result, time.Since(start)
		if !b.options.NoCache {
			b.keep(keys[i], result, took[i])
		}
		told(result, reading)
		return nil
	}
	var asked []int
	for _, i := range todo {
		if j := (&judging{rule: b.pack.Rules[i], world: &b.world}); !j.unasked() {
			asked = append(asked, i)
		} else if err := one(ctx, i, &b.world, false); err != nil {
			return err
		}
	}
	if len(asked) == 0 {
		return nil
	}
	ask := func(rules []int, relations []string) error {
		early := map[int]bool{} // those that are asked while the shared relations are still being made
		beside := func(r *store.Relations) (tasks []func(context.Context) error) {
			world := b.world
			world.relations = r
			for _, i := range rules {
				if !slices.ContainsFunc(b.pack.Rules[i].relations(), isShared) {
					early[i] = true
					tasks = append(tasks, func(ctx context.Context) error { return one(ctx, i, &world, true) })
				}
			}
			return tasks
		}
		told(nil, true)
		if err := b.open(ctx, relations, beside); err != nil {
			return err
		}
		told(nil, false) // the first of the rules may take long to answer
		group, inner := errgroup.WithContext(ctx)
		group.SetLimit(runtime.GOMAXPROCS(0))
		for _, i := range rules {
			if !early[i] {
				group.Go(func() error { return one(inner, i, &b.world, false) })
			}
		}
		return group.Wait()
	}
	all := b.pack.relations()
	if soon, relations := b.soon(ctx, asked, all); len(soon) > 0 {
		if err := ask(soon, relations); err != nil {
			return err
		}
		b.close()
		if asked = slices.DeleteFunc(asked, func(i int) bool { return slices.Contains(soon, i) }); len(asked) == 0 {
			return nil
		}
	}
	return ask(asked, all)
}

// telling tells Options.Progress of each result, one at a time; of nil, whether the snapshot is being read.
func (b *bench) telling() func(r *judged, reading bool) {
	var one sync.Mutex
	p := Progress{Snapshot: b.snapshot.ID}
	for _, r := range b.pack.Rules {
		if r.Kind == State {
			p.Of++
		}
	}
	return func(r *judged, reading bool) {
		if b.options.Progress == nil {
			return
		}
		one.Lock()
		defer one.Unlock()
		p.Reading = reading
		if p.Verdict, p.Findings = nil, nil; r != nil {
			p.Done, p.Verdict, p.Findings = p.Done+1, &r.Verdict, r.Findings
		}
		b.options.Progress(p)
	}
}

// isShared reports whether a relation is made of others.
func isShared(name string) bool { return relation()[name].Shared && !relation()[name].Reference }

// open opens relations, unless some are open; beside is what is done while they are made, nil for nothing.
func (b *bench) open(ctx context.Context, relations []string, beside store.Meanwhile) (err error) {
	if b.world.relations != nil {
		return nil
	}
	b.world.relations, err = b.file.RelationsBeside(ctx, beside, b.snapshot.ID, relations, b.pack.ReferenceObjects()...)
	if err != nil {
		return fmt.Errorf("judging snapshot %d: %w", b.snapshot.ID, err)
	}
	return nil
}

func (b *bench) close() {
	if b.world.relations != nil {
		b.world.relations.Close()
		b.world.relations = nil
	}
}

// relations lists every relation that a rule of the pack names, read or not: the same list whichever rules are judged,
// so that they share what is built for them.
func (p *Pack) relations() []string {
	var list []string
	for _, r := range p.Rules {
		list = append(list, r.relations()...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (b *bench) gather(results []*judged) *Judgement {
	j := &Judgement{
		Took: b.took, Snapshot: b.snapshot, Now: b.world.now, Verdicts: make([]RuleVerdict, 0, len(results)), Findings: []Finding{},
		Rules: InForce{Pack: b.pack.Version, Digest: b.pack.Digest, ReferenceData: b.pack.referenceDate(), Parameters: b.settings.set, Unused: append([]string{}, b.settings.unused...)}, Scoring: b.settings.scoring,
	}
	found := 0
	for i, r := range results {
		v, rule := r.Verdict, b.pack.Rules[i]
		if rule.Kind == Drift {
			continue // of two snapshots, never of one
		}
		v.Category, v.Scored, v.Worst, v.RuleTexts = rule.Category, rule.Scored, rule.Worst, rule.texts()
		v.Shown = r.Shown
		v.Parameters = b.settings.binds(rule)
		j.Verdicts = append(j.Verdicts, v)
		found += len(r.Findings)
	}
	j.Findings = make([]Finding, 0, found)
	for _, severity := range Severities() { // each rule's are sorted, and rules go by their ids
		for _, r := range results {
			for i := range r.Findings {
				if r.Findings[i].Severity == severity {
					j.Findings = append(j.Findings, r.Findings[i])
				}
			}
		}
	}
	j.Decisions = b.standing
	return j
}

// FirstSeen fills in since when each finding of a judgement is there: the start of the earliest finished snapshot of
// the site that has it. Earlier snapshots are judged with the same rules and parameters; unless all is set only those
// that are in the cache count, and where one is not, every FirstSeen stays nil.
func (p *Pack) FirstSeen(ctx context.Context, f *store.File, j *Judgement, opt Options, all bool) error {
	snapshots, err := f.Snapshots(ctx)
	if err != nil {
		return fmt.Errorf("reading the history: %w", err)
	}
	since := make(map[string]time.Time, len(j.Findings))
	opt.Decisions = nil           // no finding was there sooner for one
	opt.Progress = nil            // told of the snapshot itself
	for _, s := range snapshots { // oldest first
		if s.Site.ID != j.Snapshot.Site.ID || s.ID >= j.Snapshot.ID || !s.State.Finished() {
			continue
		}
		b, err := p.bench(ctx, f, s.ID, opt)
		if err != nil {
			return err
		}
		earlier, err := b.run(ctx, !all)
		b.close()
		if errors.Is(err, errNotCached) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, result := range earlier {
			for _, found := range result.Findings {
				if _, seen := since[found.ID]; !seen {
					since[found.ID] = s.Started
				}
			}
		}
	}
	for i := range j.Findings {
		at, seen := since[j.Findings[i].ID]
		if !seen {
			at = j.Snapshot.Started
		}
		j.Findings[i].FirstSeen = &at
	}
	return nil
}
