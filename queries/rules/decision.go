package rules

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"plumbline/store"
)

// Decisions never touch a verdict or a finding's id: they are noted beside the finding after it was judged, and are no
// part of what the cache keeps.
//
// For a snapshot count the acts that were made while it was the site's latest finished one, or before: whoever decides
// has looked at the latest snapshot, and the history of an older one stays what it was. With AsOf it is the acts made up
// to the end of that day. Of the acts on one target the latest stands. An accepted risk holds to the end of the day
// until, judged at the snapshot's start or at AsOf.

// StandingDecision is a decision that stands for a snapshot: the latest act on its target, not taken back.
type StandingDecision struct {
	store.Decision
	State    DecisionState
	Findings int // of the snapshot, that it is about
}

// DecisionsAt picks the acts that stand for a snapshot, oldest first. All is every snapshot of the file that it lies in.
func DecisionsAt(acts []store.Decision, all []store.Snapshot, s store.Snapshot, asOf time.Time) []StandingDecision {
	day := cmp.Or(asOf, s.Started).UTC().Format(time.DateOnly)
	counts := func(at time.Time) bool { return true }
	if !asOf.IsZero() {
		counts = func(at time.Time) bool { return at.UTC().Format(time.DateOnly) <= day }
	} else if next := slices.IndexFunc(all, func(o store.Snapshot) bool {
		return o.Site.ID == s.Site.ID && o.ID > s.ID && o.State.Finished()
	}); next >= 0 {
		counts = func(at time.Time) bool { return at.Before(all[next].Finished) }
	}
	latest := map[store.Target]int{}
	var standing []StandingDecision
	for _, act := range acts {
		if !slices.ContainsFunc(act.SiteIDs, func(id string) bool { return slices.Contains(s.Site.IDs, id) }) || !counts(act.At) {
			continue
		}
		d := StandingDecision{Decision: act, State: Confirmed}
		if act.Act == store.ActAccepted {
			if d.State = Accepted; day > act.Until {
				d.State = Expired
			}
		}
		if at, seen := latest[act.Target]; seen {
			standing[at].Act = store.ActCleared
		}
		latest[act.Target] = len(standing)
		standing = append(standing, d)
	}
	return slices.DeleteFunc(standing, func(d StandingDecision) bool { return d.Act == store.ActCleared })
}

// note is the decision as it is shown with a finding.
func (d *StandingDecision) note() *Decision {
	return &Decision{State: d.State, Reason: d.Reason, Owner: d.Owner, Until: d.Until, By: d.By, At: d.At.UTC().Format(timeText), Scope: d.Scope}
}

// decide notes on each finding the decision that stands on it, and counts what each is about.
func (b *bench) decide(ctx context.Context, results []*judged) error {
	if len(b.options.Decisions) == 0 {
		return nil
	}
	all, err := b.file.Snapshots(ctx)
	if err != nil {
		return fmt.Errorf("reading decisions: %w", err)
	}
	b.standing = DecisionsAt(b.options.Decisions, all, b.snapshot, b.options.AsOf)
	byRule := map[string][]*StandingDecision{}
	for i := range b.standing {
		byRule[b.standing[i].Rule] = append(byRule[b.standing[i].Rule], &b.standing[i])
	}
	above := &nesting{bench: b, parents: map[Ref][]Ref{}}
	defer above.close()
	for i, r := range b.pack.Rules {
		standing := byRule[r.Identity()]
		if len(standing) == 0 {
			continue
		}
		if slices.ContainsFunc(standing, func(d *StandingDecision) bool { return d.Scope == store.ScopeBelow }) {
			if err := above.read(ctx, results[i].Findings); err != nil {
				return err
			}
		}
		decideRule(standing, results[i].Findings, above)
	}
	return nil
}

// decideRule notes the decisions of one rule on its findings. Of several on one finding an expired one gives way to one
// that holds, then the narrower counts (finding, object, the nearest parent), then the later.
func decideRule(standing []*StandingDecision, findings []Finding, above *nesting) {
	at := map[store.Target][]*StandingDecision{}
	for _, d := range standing {
		where := d.Target
		where.Site, where.Rule = 0, ""
		at[where] = append(at[where], d)
	}
	for i := range findings {
		f := &findings[i]
		var best *StandingDecision
		consider := func(where store.Target) {
			for _, d := range at[where] {
				d.Findings++
				if best == nil || best.State == Expired && d.State != Expired {
					best = d
				}
			}
		}
		consider(store.Target{Scope: store.ScopeFinding, Resource: f.Resource, Key: f.Key, Aspect: f.Aspect})
		consider(store.Target{Scope: store.ScopeObject, Resource: f.Resource, Key: f.Key})
		for _, ref := range above.of(Ref{f.Resource, f.Key}) {
			consider(store.Target{Scope: store.ScopeBelow, Resource: ref.Resource, Key: ref.Key})
		}
		if best != nil {
			f.Decision = best.note()
		}
	}
}
