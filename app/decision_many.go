package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// DecidingMany is one judgement on several findings, as they were shown.
type DecidingMany struct {
	Findings []Finding
	Scope    string // store.ScopeFinding, ScopeObject: the rule on the finding's object, ScopeBelow: the rule on all below Parent; "" is the finding
	Parent   Ref    // of ScopeBelow
	Act      string // store.ActAccepted, ActConfirmed or ActCleared: that takes back what was decided on each, as wide as it was
	Reason   string
	Owner    string
	Until    string
	By       string // "": the user of this machine
	Site     string
	Judging
}

// The words of DecidingMany, for those who do not know the store.
const (
	Accept      = store.ActAccepted
	Confirm     = store.ActConfirmed
	Clear       = store.ActCleared
	ScopeBelow  = store.ScopeBelow
	ScopeObject = store.ScopeObject
	ScopeOne    = store.ScopeFinding
)

// DecideMany writes one act for each finding, or for each object or parent once, all or none, and returns how many.
// Nothing is judged for it.
func DecideMany(ctx context.Context, path, copyTo string, q DecidingMany, now time.Time) (int, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	acts, err := f.acts(ctx, q, now)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, err
	}
	return len(acts), Change(ctx, path, copyTo, func(f *File) error { return f.store.Decide(ctx, acts) })
}

// acts are what is to be written. Nothing is.
func (f *File) acts(ctx context.Context, q DecidingMany, now time.Time) ([]store.Decision, error) {
	act := store.Decision{At: now.UTC().Truncate(time.Millisecond), Act: q.Act, Reason: plainText(q.Reason), Owner: plainText(q.Owner), Until: q.Until}
	var err error
	if act.By, err = Person(q.By); err != nil {
		return nil, err
	}
	if err := checkAct(act); err != nil {
		return nil, err
	}
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, err
	}
	latest, err := f.find(ctx, "", q.Site)
	if err != nil {
		return nil, err
	}
	act.SiteIDs = latest.Site.IDs
	standing := map[store.Target]store.Decision{} // the latest act on each target
	for _, d := range options.Decisions {
		standing[d.Target] = d
	}
	var acts []store.Decision
	taken := map[store.Target]bool{}
	for _, x := range q.Findings {
		target, subject, err := f.targetOf(ctx, q, x, latest, identityOf(pack, x.Rule), options.Decisions)
		if err != nil {
			return nil, err
		}
		if target.Rule == "" || taken[target] {
			continue
		}
		taken[target] = true
		one := act
		one.Target, one.Subject = target, subject
		if d, there := standing[target]; there && !d.At.Before(one.At) { // the clock was set back, or not a millisecond has passed
			one.At = d.At.Add(time.Millisecond)
		}
		acts = append(acts, one)
	}
	if len(acts) == 0 {
		return nil, Usage("nothing is decided on that", "choose findings with a decision")
	}
	return acts, nil
}

// targetOf is what an act on a finding is about; without a rule where there is nothing to act on.
func (f *File) targetOf(ctx context.Context, q DecidingMany, x Finding, latest store.Snapshot, rule string, all []store.Decision) (store.Target, string, error) {
	target := store.Target{Site: latest.Site.ID, Rule: rule, Scope: cmp.Or(q.Scope, ScopeOne), Resource: x.Resource, Key: x.Key}
	if rule == "" {
		return target, "", Unknown("rule", x.Rule, nil, "the rule is not in force")
	}
	if q.Act == store.ActCleared {
		if x.Decision == nil {
			return store.Target{}, "", nil
		}
		for _, d := range slices.Backward(all) { // the one that is shown with the finding
			if d.Site == latest.Site.ID && d.Rule == rule && d.Scope == x.Decision.Scope && stamp(d.At) == x.Decision.At && mayCover(d.Target, x) {
				return d.Target, d.Subject, nil
			}
		}
		return store.Target{}, "", nil
	}
	switch target.Scope {
	case ScopeOne:
		target.Aspect = x.Aspect
		return target, x.Subject + " " + x.Detail, nil
	case ScopeObject:
		return target, x.Subject, nil
	case ScopeBelow:
		target.Resource, target.Key = q.Parent.Resource, q.Parent.Key
		if fits := rules.Above(x.Resource); !slices.Contains(fits, target.Resource) {
			return target, "", Usage(fmt.Sprintf("%s finds nothing below %q", x.Rule, target.Resource), "")
		}
		name, err := f.nameOf(ctx, latest.ID, q.Parent)
		return target, "all below " + name, err
	}
	return target, "", Unknown("scope", target.Scope, []string{ScopeOne, ScopeObject, ScopeBelow}, "")
}

// mayCover reports whether a target may be about a finding; of what lies below a parent it says only that it could.
func mayCover(t store.Target, x Finding) bool {
	switch t.Scope {
	case ScopeOne:
		return t.Resource == x.Resource && t.Key == x.Key && t.Aspect == x.Aspect
	case ScopeObject:
		return t.Resource == x.Resource && t.Key == x.Key
	}
	return slices.Contains(rules.Above(x.Resource), t.Resource)
}

func (f *File) nameOf(ctx context.Context, snapshot int64, ref Ref) (string, error) {
	o, err := f.store.Object(ctx, snapshot, ref.Resource, ref.Key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	return rules.NameOf(o.Body, ref.Key), nil
}

// NamedRef is an object and what people call it.
type NamedRef struct {
	Ref
	Name string `json:"name"`
}

// Within lists what an object of a snapshot lies in, the nearest first, itself left out.
func (f *File) Within(ctx context.Context, ref string, of Ref) ([]NamedRef, error) {
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	refs, err := rules.Within(ctx, f.store, snapshot.ID, of)
	if err != nil {
		return nil, err
	}
	named := []NamedRef{}
	for _, up := range refs[1:] {
		name, err := f.nameOf(ctx, snapshot.ID, up)
		if err != nil {
			return nil, err
		}
		named = append(named, NamedRef{up, name})
	}
	return named, nil
}

// ActsOn lists every decision that was ever about a finding of a snapshot, newest first.
func (f *File) ActsOn(ctx context.Context, x Finding, ref string, j Judging) ([]DecisionRow, error) {
	pack, options, err := j.load(ctx, f)
	if err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	standing := map[int64]rules.StandingDecision{}
	for _, d := range rules.DecisionsAt(options.Decisions, all, snapshot, options.AsOf) {
		standing[d.ID] = d
	}
	rule := identityOf(pack, x.Rule)
	rows := []DecisionRow{}
	var within []Ref
	for _, act := range slices.Backward(options.Decisions) {
		if act.Site != snapshot.Site.ID || act.Rule != rule || !mayCover(act.Target, x) {
			continue
		}
		if act.Scope == store.ScopeBelow {
			if within == nil {
				if within, err = rules.Within(ctx, f.store, snapshot.ID, Ref{Resource: x.Resource, Key: x.Key}); err != nil {
					return nil, err
				}
			}
			if !slices.Contains(within, Ref{Resource: act.Resource, Key: act.Key}) {
				continue
			}
		}
		row := rowOf(pack, act)
		if d, stands := standing[act.ID]; stands {
			row.State, row.Findings = string(d.State), 1
			row.Presence = "found"
		}
		rows = append(rows, row)
	}
	return rows, nil
}
