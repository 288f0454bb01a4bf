package collector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// Forecast is what a collection would be able to read, before it is begun.
type Forecast struct {
	Site      store.Site
	Vantage   store.Vantage // who signs in, and what that account and its scopes may do
	Resources []Foreseen    // in the order of Resources, then those that no list describes
}

// Foreseen is what would come of one resource.
type Foreseen struct {
	Resource   string
	Outcome    store.Outcome // as Coverage has it; complete is a hope: pages beyond the first may still be refused
	HTTPStatus int           // of the answer that decided it, 0 if none was asked for
	Reason     string
	Missing    []string // scopes or permissions that would have opened it
	Lists      Lists    // what an absence will prove: Seen where the permission for all is not held
	Lacking    bool     // the site has no such thing, so that nobody misses it
	Tried      bool     // a small request was sent; otherwise it follows from scopes, or from what it is asked under
}

// Preflight signs in with the credentials of o, asks who they are and what they may do, and tries each list with a
// request for one item. Nothing is stored, and o.File is not needed. With one credential in o it is that one's forecast;
// with several, each resource has the one that may read it. Errors are those of Collect.
func Preflight(ctx context.Context, o Options) (Forecast, error) {
	l := &loop{}
	if err := l.ready(&o); err != nil {
		return Forecast{}, err
	}
	l.started = o.Now()
	if _, err := l.reach(ctx, o); err != nil {
		return Forecast{}, err
	}
	var wg sync.WaitGroup
	foreseen := map[string]*foresight{}
	for _, one := range l.order {
		f := &foresight{run: one}
		foreseen[one.resource.Name] = f
		if one.resource.Inside == "" && one.preset == nil {
			wg.Go(func() { f.end, f.tried, f.err = one.foresee(ctx) })
		}
	}
	wg.Wait()
	forecast := Forecast{Site: l.site.Site, Vantage: l.vantage}
	for _, one := range l.order {
		f := foreseen[one.resource.Name]
		if err := f.settle(foreseen); err != nil {
			return Forecast{}, err
		}
		if one.preset != nil {
			continue
		}
		seen := Foreseen{Resource: one.resource.Name, Outcome: f.end.Outcome, HTTPStatus: f.end.HTTPStatus, Reason: f.end.Reason,
			Missing: f.end.Missing, Lists: one.resource.Lists, Tried: f.tried}
		if p := one.resource.Permission; p != "" && l.holds(p) != yes {
			seen.Lists = Seen
		}
		seen.Lacking = seen.Outcome == store.Unavailable && len(seen.Missing) == 0 && !strings.HasPrefix(seen.Reason, "no sign-in")
		forecast.Resources = append(forecast.Resources, seen)
	}
	for _, cov := range l.unlisted() {
		if len(o.Only) == 0 {
			forecast.Resources = append(forecast.Resources, Foreseen{Resource: cov.Resource, Outcome: cov.Outcome, Reason: cov.Reason, Lists: Seen, Lacking: cov.Reason != noEndpoint})
		}
	}
	return forecast, nil
}

// foresight is one resource's forecast while it is being made.
type foresight struct {
	run     *run
	end     store.End
	tried   bool
	err     error
	settled bool
}

// settle lets what a resource depends on decide, once that is settled itself.
func (f *foresight) settle(all map[string]*foresight) error {
	if f.settled {
		return f.err
	}
	f.settled = true
	r := f.run.resource
	for _, name := range []string{r.Each, r.Inside} {
		if name != "" {
			if err := all[name].settle(all); err != nil {
				return err
			}
		}
	}
	if r.Inside != "" && f.run.preset == nil {
		f.end, f.tried = all[r.Inside].end, all[r.Inside].tried
	} else if end := f.run.notAsked(); end != nil {
		f.end, f.tried = *end, false
	}
	blind := len(r.Sources) > 0 && r.Each == "" && len(r.After) > 0 && !slices.ContainsFunc(r.Sources, func(s Source) bool { return !perParent(s) })
	if blind && f.end.Outcome == store.Complete && !slices.ContainsFunc(r.After, func(name string) bool {
		return all[name].settle(all) == nil && all[name].end.Outcome != store.Denied
	}) {
		f.end = store.End{Outcome: store.Skipped, Reason: "what it is asked for is denied: " + strings.Join(r.After, ", ")}
	}
	f.run.end = f.end
	return f.err
}

// perParent reports whether a source can be asked only once a parent is known.
func perParent(s Source) bool {
	return s.Body != nil || strings.Contains(strings.ReplaceAll(s.Path+s.Query, "{@", ""), "{")
}

// foresee tries the sources of a resource by themselves: the first that answers, or all of them.
func (r *run) foresee(ctx context.Context) (end store.End, tried bool, err error) {
	var refused []*Refusal
	open := 0
	p := r.newPart("", nil, store.Progress{})
	for i := range r.resource.Sources {
		src := r.resource.Sources[i]
		if src.Pager.Name != "api-access" { // which takes certain sizes only
			src.Pager.Size = min(src.Pager.Size, 1)
		}
		empty := false
		err := p.withSession(ctx, &src, func(s *session) error {
			scopes := s.Kind != DCToken && s.Kind != OrgKey // there, what is open to everybody names none
			if perParent(src) || src.Anyone || scopes && len(src.Classic)+len(src.Granular)+len(src.Credentials) == 0 {
				return nil // nothing to try it on yet, or no matter of a sign-in
			}
			tried = true
			l, err := p.newList(&src, nil, s)
			if err != nil {
				return err
			}
			b, err := l.ask(ctx, nil, false)
			if err != nil {
				return l.refusal(ctx, err)
			}
			empty = b.n == 0
			return nil
		})
		refusal := Refused(err)
		switch {
		case err != nil && refusal == nil:
			return end, tried, err
		case refusal != nil && refusal.Outcome == store.Complete:
			open++
		case refusal != nil:
			refused = append(refused, refusal)
		case empty && r.resource.Permission != "" && r.loop.holds(r.resource.Permission) == no:
			refused = append(refused, &Refusal{Outcome: store.Denied, Reason: "an empty list, and the account does not hold " + r.resource.Permission, Missing: []string{r.resource.Permission}})
		default:
			open++
		}
		if open > 0 && !r.resource.Union {
			break
		}
	}
	return summary(open, refused, r.resource.Union), tried, nil
}

// summary makes one outcome of what the sources said.
func summary(open int, refused []*Refusal, union bool) store.End {
	var end store.End
	for _, r := range refused {
		if end.Reason == "" || end.Outcome == store.Unavailable && r.Outcome != store.Unavailable {
			end.Outcome, end.HTTPStatus = r.Outcome, r.Status
		}
		end.Reason = joined(end.Reason, r.Reason)
		end.Missing = append(end.Missing, r.Missing...)
	}
	slices.Sort(end.Missing)
	end.Missing = slices.Compact(end.Missing)
	switch {
	case open == 0 && len(refused) > 0:
	case union && slices.ContainsFunc(refused, func(r *Refusal) bool { return r.Outcome != store.Unavailable }):
		end.Outcome = store.Partial
	case open > 0 && len(refused) > 0 && !union:
		end = store.End{Outcome: store.Complete, Reason: fmt.Sprintf("by what stands in: %s", end.Reason)}
	default:
		end = store.End{Outcome: store.Complete}
	}
	return end
}
