package rules

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"plumbline/store"
)

// Lint holds rules to what makes them trustworthy beyond passing their cases: a whole header, needs proven, columns
// right, a case of every kind, severities that can come out, no condition that no case would miss, and no judging of
// what is absent. Rules are those named, all if none is named.
func (p *Pack) Lint(ctx context.Context, ids ...string) ([]Problem, error) {
	found := make([][]Problem, len(p.Rules))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, r := range p.Rules {
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
		group.Go(func() error {
			l := &linter{pack: p, rule: r}
			defer l.close()
			err := l.lint(ctx)
			found[i] = l.problems
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(found...), err
}

// linter lints one rule.
type linter struct {
	pack     *Pack
	rule     *Rule
	cases    []Case
	stages   []*judging // of cases, by index; nil for one that cannot be staged
	results  []*judged
	problems []Problem
}

func (l *linter) say(line int, format string, args ...any) {
	l.problems = append(l.problems, Problem{l.rule.ID, l.rule.File, line, fmt.Sprintf(format, args...)})
}

// problemOf takes the place from the front of what is said of a rule: FILE:LINE: words, or FILE: words.
func problemOf(r *Rule, said string) Problem {
	p := Problem{Rule: r.ID, File: r.File, Line: r.Line, Words: said}
	if rest, ok := strings.CutPrefix(said, r.File+":"); ok {
		p.Words = strings.TrimSpace(rest)
		if line, words, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(line); err == nil {
				p.Line, p.Words = n, words
			}
		}
	}
	return p
}

func (l *linter) close() {
	for _, s := range l.stages {
		if s != nil {
			s.world.relations.Close()
		}
	}
}

func (l *linter) lint(ctx context.Context) error {
	l.header()
	runs, err := l.runs(ctx)
	if err != nil || !runs {
		return err
	}
	if !l.knownSeverities() {
		return nil
	}
	if err := l.kinds(); err != nil {
		l.say(1, "its cases: %s", oneLine(err.Error()))
		return nil
	}
	if len(l.cases) == 0 {
		return nil
	}
	if whole, err := l.stage(ctx); err != nil || !whole {
		return err
	}
	l.severities()
	if err := l.dropConditions(ctx); err != nil {
		return err
	}
	return l.dropMembers(ctx)
}

// header wants what a reader of a finding needs.
func (l *linter) header() {
	r := l.rule
	for _, key := range []string{"rev", "category", "source", "why", "fix", "false-positives", "maps"} {
		empty := map[string]bool{"rev": r.Rev == 0, "category": r.Category == "", "source": r.Source == "", "why": r.Why == "",
			"fix": r.Fix == "", "false-positives": r.FalsePositives == "", "maps": len(r.Maps) == 0}
		if empty[key] {
			l.say(max(1, r.line[key]), "the header has no %s", key)
		}
	}
	for _, q := range r.Params {
		if q.About == "" {
			l.say(r.line["param"], "param: %s does not say what it is for", q.Name)
		}
	}
	if strings.HasSuffix(r.Title, ".") {
		l.say(r.line["title"], "title: no full stop at the end")
	}
}

// runs compiles and runs the rule on an empty world.
func (l *linter) runs(ctx context.Context) (bool, error) {
	r := l.rule
	c := &Case{Rule: r.ID, Now: caseNow, Site: "cloud"}
	if r.Kind == Drift {
		c.Before = &Case{Rule: r.ID, Now: caseBefore}
	}
	j, err := l.pack.stage(ctx, c)
	if err != nil {
		return false, err
	}
	defer j.world.relations.Close()
	fine := func(err error) bool {
		if err != nil {
			l.problems = append(l.problems, problemOf(r, err.Error()))
		}
		return err == nil
	}
	if !fine(proveNeeds(ctx, r, j.world.relations)) {
		return false, ctx.Err()
	}
	rows, err := j.ask(ctx, "", r.SQL)
	if err == nil {
		_, err = columnsOf(r, rows.Columns)
	}
	ok := fine(err)
	for part, sql := range map[string]string{"guard": r.Guard, "unknown": r.Unknown} {
		_, err := j.reasons(ctx, part, sql)
		ok = fine(err) && ok
	}
	for _, key := range []struct {
		name string
		list []string
	}{{"needs", r.Needs}, {"needs-all", r.NeedsAll}, {"optional", r.Optional}, {"reference", r.Reference}} {
		for _, name := range key.list {
			if read, err := l.reads(ctx, j, name); ok && err != nil {
				return false, err
			} else if ok && !read {
				l.say(r.line[key.name], "%s: %s is never read", key.name, name)
			}
		}
	}
	return ok, ctx.Err()
}

// reads reports whether any part of the rule reads a resource.
func (l *linter) reads(ctx context.Context, j *judging, resource string) (bool, error) {
	for _, sql := range []string{l.rule.SQL, l.rule.Guard, l.rule.Unknown} {
		if sql == "" {
			continue
		}
		names, err := j.world.relations.Reads(ctx, sql)
		if err != nil {
			return false, err
		}
		for _, name := range names {
			if slices.Contains(append(resourcesOf(name), referencesOf(name)...), resource) {
				return true, nil
			}
		}
	}
	return false, nil
}

// kinds wants a case of every kind, each being what it says.
func (l *linter) kinds() (err error) {
	if l.cases, err = l.pack.Cases(l.rule.ID); err != nil {
		return err
	}
	has := map[string]bool{}
	for _, c := range l.cases {
		has[c.Kind] = true
		outcome := func(outcomes ...store.Outcome) bool {
			covered := c.Covered
			if c.Before != nil {
				covered = slices.Concat(covered, c.Before.Covered)
			}
			return slices.ContainsFunc(covered, func(cov store.Coverage) bool { return slices.Contains(outcomes, cov.Outcome) })
		}
		wrong := map[string]bool{
			"fail":    c.Want != Fail,
			"clean":   c.Want == Fail || c.Want == Error,
			"denied":  !outcome(store.Denied, store.Failed, store.Skipped, store.Unavailable),
			"partial": !outcome(store.Partial) && !c.Partial, // or of what the account may see
		}[c.Kind]
		if wrong {
			l.problems = append(l.problems, Problem{l.rule.ID, c.File, c.Line, fmt.Sprintf("case %q is not of kind %s", c.Name, c.Kind)})
		}
	}
	lacking := slices.DeleteFunc(slices.Clone(caseKinds), func(kind string) bool { return has[kind] })
	if file, ok := l.pack.cases[l.rule.ID]; !ok {
		l.say(1, "no case of kind %s: they belong into %s.txtar beside it", joinWords(lacking), l.rule.ID)
	} else if len(lacking) > 0 {
		l.problems = append(l.problems, Problem{l.rule.ID, file.file, 1, "no case of kind " + joinWords(lacking)})
	}
	return nil
}

// stage makes the worlds of all cases and judges the rule on each; whole is false where the rule itself fails on one.
func (l *linter) stage(ctx context.Context) (whole bool, err error) {
	l.stages, l.results = make([]*judging, len(l.cases)), make([]*judged, len(l.cases))
	for i := range l.cases {
		j, err := l.pack.stage(ctx, &l.cases[i])
		if err != nil {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			continue // Test says so
		}
		l.stages[i] = j
		if l.results[i], err = j.judge(ctx); err != nil {
			return false, err
		}
		if l.results[i].broke(&l.cases[i]) {
			l.problems = []Problem{problemOf(l.rule, l.results[i].Verdict.Reason)} // whatever else is wrong comes after
			return false, nil
		}
	}
	return true, nil
}

// dropConditions leaves out each condition in turn; at least one case must notice.
func (l *linter) dropConditions(ctx context.Context) error {
	r := l.rule
	for _, q := range []struct {
		part string
		sql  *string
		line int
	}{{"", &r.SQL, r.Line}, {"guard: ", &r.Guard, r.line["guard"]}, {"unknown: ", &r.Unknown, r.line["unknown"]}} {
		for _, cond := range conditions(*q.sql) {
			changed := *r
			switch q.part {
			case "":
				changed.SQL = cond.without
			case "guard: ":
				changed.Guard = cond.without
			default:
				changed.Unknown = cond.without
			}
			noticed, err := l.noticed(ctx, &changed)
			if err != nil {
				return err
			}
			if !noticed && !excused(*q.sql, cond) {
				l.say(q.line-1+lineOf(*q.sql, cond.at), "%sno case notices when this is left out: %s", q.part, oneLine(cond.text))
			}
		}
	}
	return nil
}

// excused reports whether a comment on the condition's line says why no case can notice: "-- lint: words".
func excused(sql string, c condition) bool {
	line, _, _ := strings.Cut(sql[c.at:], "\n")
	_, words, ok := strings.Cut(line, "-- lint:")
	return ok && strings.TrimSpace(words) != ""
}

func (l *linter) noticed(ctx context.Context, changed *Rule) (bool, error) {
	order := make([]int, 0, len(l.cases)) // near misses are there to notice
	for _, near := range []bool{true, false} {
		for i, c := range l.cases {
			if (c.Kind == "near_miss") == near {
				order = append(order, i)
			}
		}
	}
	for _, i := range order {
		j := l.stages[i]
		if j == nil || len(l.cases[i].compare(l.results[i].Verdict, l.results[i].Findings)) > 0 {
			continue // a case that fails anyway notices nothing
		}
		other := *j
		other.rule, other.proven = changed, true
		result, err := other.judge(ctx)
		if err != nil {
			return false, err
		}
		if len(l.cases[i].compare(result.Verdict, result.Findings)) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// triedCases is in how many cases a member is left out.
const triedCases = 4

// dropMembers leaves out, in cases that find nothing, each member that the rule reads, of all objects of a resource: an
// absent member is unknown, and a finding on such an object judges what nobody told. Where that is meant, a case of kind
// absent expects such a finding.
func (l *linter) dropMembers(ctx context.Context) error {
	for _, resource := range l.rule.Reads() {
		for _, path := range membersRead(l.rule, resource) {
			if l.meant(resource, path) {
				continue
			}
			tried := 0
			for i, c := range l.cases {
				if l.results[i] == nil || len(l.results[i].Findings) > 0 || c.Kind != "clean" && c.Kind != "near_miss" || tried == triedCases {
					continue
				}
				lacking := lackingMember(c, resource, path)
				if len(lacking) == 0 {
					continue
				}
				tried++
				found, err := l.findsWithout(ctx, lacking, resource, path)
				if err != nil {
					return err
				}
				if found {
					break
				}
			}
		}
	}
	return nil
}

// findsWithout judges cases that lack a member, and says so where the rule finds something on an object of that resource.
func (l *linter) findsWithout(ctx context.Context, lacking []Case, resource, path string) (bool, error) {
	for i := range lacking {
		c := &lacking[i]
		result, err := l.pack.judgeCase(ctx, c)
		if err != nil {
			return false, err
		}
		on := slices.IndexFunc(result.Findings, func(f Finding) bool {
			return slices.ContainsFunc(deciding(&f), func(ref Ref) bool { return ref.Resource == resource })
		})
		if on >= 0 {
			l.problems = append(l.problems, Problem{l.rule.ID, c.File, c.Line, fmt.Sprintf(
				"case %q: without %s of %s the rule finds %q, but an absent member is unknown",
				c.Name, path, resource, result.Findings[on].Subject+" "+result.Findings[on].Detail)})
			return true, nil
		}
	}
	return false, nil
}

// lackingMember are a case whose objects of a resource lack a member, of a drift rule one for each side; none where no
// object had it.
func lackingMember(c Case, resource, path string) []Case {
	var all []Case
	if without, dropped := withoutMember(c, resource, path); dropped {
		all = append(all, without)
	}
	if c.Before != nil {
		if before, dropped := withoutMember(*c.Before, resource, path); dropped {
			without := c
			without.Before = &before
			all = append(all, without)
		}
	}
	return all
}

// meant reports whether a case of kind absent finds an object of the resource that lacks the member.
func (l *linter) meant(resource, path string) bool {
	for i, c := range l.cases {
		if l.results[i] == nil || c.Kind != "absent" || len(c.compare(l.results[i].Verdict, l.results[i].Findings)) > 0 {
			continue
		}
		for _, f := range l.results[i].Findings {
			for _, ref := range deciding(&f) {
				if slices.ContainsFunc(c.all(), func(o store.Object) bool {
					return ref == Ref{o.Resource, o.Key} && o.Resource == resource && memberAt(o.Body, strings.Split(path, ".")...) == nil
				}) {
					return true
				}
			}
		}
	}
	return false
}

// judgeCase stages a case and judges its rule.
func (p *Pack) judgeCase(ctx context.Context, c *Case) (*judged, error) {
	j, err := p.stage(ctx, c)
	if err != nil {
		return nil, err
	}
	defer j.world.relations.Close()
	return j.judge(ctx)
}

// withoutMember is a case whose objects of a resource lack a member; dropped is false if none had it. Where the member
// is part of an object's key it stays: no object is without that.
func withoutMember(c Case, resource, path string) (without Case, dropped bool) {
	steps := strings.Split(path, ".")
	without = c
	without.Objects = slices.Clone(c.Objects)
	for n, o := range without.Objects {
		if o.Resource != resource || memberAt(o.Body, steps...) == nil || slices.Contains(store.KeyParts(o.Key), textAt(o.Body, steps...)) {
			continue
		}
		if body, err := store.Canonical(jsontext.Value(cut(o.Body, steps))); err == nil {
			without.Objects[n].Body, dropped = body, true
		}
	}
	return without, dropped
}

// cut gives an object's JSON without the member at a path.
func cut(body []byte, path []string) []byte {
	out := []byte{'{'}
	for _, m := range members(body) {
		value := m.value
		if plain(m.name) == path[0] {
			if len(path) == 1 {
				continue
			}
			value = cut(value, path[1:])
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, m.name...), ':'), value...)
	}
	return append(out, '}')
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
