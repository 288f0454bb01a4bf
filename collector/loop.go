package collector

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline/store"
)

// loop walks the resources of a snapshot: each as soon as those that it depends on have ended, all of them within the
// limits of the client. It ends when all have, or with the first error that is not the outcome of a resource.
type loop struct {
	store    *store.Collecting
	client   *client
	sessions []*session
	site     identity
	refused  map[API]string // what a product said to the sign-ins that it did not take
	orgWords *answerError   // what the organisation's API said to its key, if it did not take it
	vantage  store.Vantage
	held     map[string]known // global permissions
	started  time.Time
	level    string // of personal data
	tell     func(Event)
	runs     map[string]*run
	order    []*run
}

// known is what can be said of a yes-or-no question.
type known int

const (
	unknown known = iota
	yes
	no
)

// holds reports whether the account holds a global permission; "A|B" is either.
func (l *loop) holds(permission string) known {
	answer := no
	for one := range strings.SplitSeq(permission, "|") {
		switch l.held[strings.TrimSpace(one)] {
		case yes:
			return yes
		case unknown:
			answer = unknown
		}
	}
	return answer
}

func (l *loop) window() (from, to time.Time) { return l.started.AddDate(0, 0, -90), l.started }

func (l *loop) credentials() []Credential {
	var all []Credential
	for _, s := range l.sessions {
		all = append(all, s.Credential)
	}
	return all
}

// prepare readies a run for each resource. A resource that names one that does not exist is a mistake of the list.
func (l *loop) prepare(resources []Resource) error {
	l.runs = map[string]*run{}
	for i := range resources {
		r := &resources[i]
		one := &run{loop: l, resource: r, ended: make(chan struct{}), keep: newKeeping(r.Keep, r.Personal, l.level)}
		one.whole = one.keep
		l.runs[r.Name] = one
		l.order = append(l.order, one)
	}
	for _, one := range l.order {
		for _, name := range one.resource.needs() {
			if l.runs[name] == nil {
				return fmt.Errorf("resource %s names %q, which does not exist", one.resource.Name, name)
			}
		}
		if owner := l.runs[one.resource.Inside]; owner != nil {
			owner.inside = append(owner.inside, one)
		}
	}
	for _, one := range l.order {
		if len(one.inside) == 0 {
			continue
		}
		all, personal := slices.Clone(one.resource.Keep), slices.Clone(one.resource.Personal)
		for _, in := range one.inside {
			all, personal = append(all, in.resource.Keep...), append(personal, in.resource.Personal...)
		}
		one.whole = newKeeping(all, personal, l.level)
	}
	return nil
}

// needs are the resources that must have ended before.
func (r *Resource) needs() []string {
	needs := slices.Clone(r.After)
	for _, name := range []string{r.Each, r.Inside} {
		if name != "" && !slices.Contains(needs, name) {
			needs = append(needs, name)
		}
	}
	return needs
}

// choose leaves out what was not asked for. only brings along what it depends on; skip wins.
func (l *loop) choose(only, skip []string) {
	wanted := map[string]bool{}
	var want func(name string)
	want = func(name string) {
		if one := l.runs[name]; one != nil && !wanted[name] {
			wanted[name] = true
			for _, needed := range one.resource.needs() {
				want(needed)
			}
		}
	}
	for _, name := range only {
		want(name)
	}
	for _, one := range l.order {
		switch {
		case slices.Contains(skip, one.resource.Name):
			one.preset = &store.End{Outcome: store.Skipped, Reason: "left out on request"}
		case len(only) > 0 && !wanted[one.resource.Name]:
			one.preset = &store.End{Outcome: store.Skipped, Reason: "not asked for"}
		}
	}
	for _, one := range l.order {
		one.inside = slices.DeleteFunc(one.inside, func(in *run) bool { return in.preset != nil })
	}
}

// walk collects everything. The error is why it stopped before the end.
func (l *loop) walk(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for _, one := range l.order {
		one.show("waiting", nil, true)
		all.Go(func() {
			for _, name := range one.resource.needs() {
				select {
				case <-l.runs[name].ended:
				case <-ctx.Done():
					return
				}
			}
			if err := one.collect(ctx); err != nil {
				cancel(err)
				return
			}
			close(one.ended)
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// undocumented gives a coverage row to each resource that the store knows and no list of the site's kind describes. What the
// other edition alone has is known to be lacking.
func (l *loop) undocumented(ctx context.Context) error {
	for _, cov := range l.unlisted() {
		if err := l.store.SetCoverage(ctx, cov); err != nil {
			return l.stopped(ctx, err)
		}
	}
	return nil
}

// noEndpoint is the reason where a site has something and no call lists it: what rules would find there nobody knows.
const noEndpoint = "no endpoint is documented"

// unlisted are the rows of undocumented.
func (l *loop) unlisted() (rows []store.Coverage) {
	other, only, owner := DataCenterResources(), dataCenterOnly, "Data Center"
	if l.site.Kind == dcKind {
		other, only, owner = Resources(), cloudOnly, "Cloud"
	}
	for _, name := range store.Resources() {
		if l.runs[name] != nil {
			continue
		}
		cov := store.Coverage{Resource: name, Outcome: store.Unavailable, Lists: string(Seen), Reason: noEndpoint}
		if before, _, _ := strings.Cut(name, "_"); slices.Contains(only, name) || slices.Contains(only, before) {
			cov.Reason = "only " + owner + " has it"
			if i := slices.IndexFunc(other, func(r Resource) bool { return r.Name == name }); i >= 0 {
				cov.Revision = other[i].Revision
			}
		}
		rows = append(rows, cov)
	}
	return rows
}

// What one edition has and the other not, by name or by what stands before the first underscore. Webhooks are in neither:
// Cloud has them, and no call that lists them.
var (
	dataCenterOnly = []string{"cluster_node", "application_link", "basic_auth", "single_sign_on", "health_check", "backup_job", "http_probe"}
	cloudOnly      = []string{"org", "jira_license", "data_policy", "confluence_space_role_mode", "confluence_space_role", "confluence_space_role_assignment", "confluence_audit_retention"}
)

// stopped makes an error of the store one that ends the run, unless the run was ended already.
func (l *loop) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fatal{context.Cause(ctx)}
	}
	return fatal{err}
}

// seen yields the stored objects of a resource.
func (l *loop) seen(ctx context.Context, resource string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		for o, err := range l.store.Objects(ctx, resource) {
			var body Item
			if err == nil {
				body, err = itemOf(o.Body)
			}
			if err != nil {
				yield(Object{}, fatal{err})
				return
			}
			if !yield(Object{Key: o.Key, Body: body}, nil) {
				return
			}
		}
	}
}

// outcome is what came of a resource that has ended.
func (l *loop) outcome(resource string) store.Outcome {
	one := l.runs[resource]
	if one == nil {
		return store.Unavailable
	}
	select {
	case <-one.ended:
		return one.end.Outcome
	default:
		return "" // it was not named in After
	}
}

// stillSignedIn asks again what was answered before. A sign-in that was refused there too is lost.
func (l *loop) stillSignedIn(ctx context.Context, s *session) error {
	err := l.again(ctx, s)
	var a *answerError
	switch {
	case err == nil || ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, ErrSignInLost):
		return fatal{err}
	case errors.As(err, &a) && (a.status == 401 || a.login):
		return fatal{fmt.Errorf("%w: %s", ErrSignInLost, a.Error())}
	case isNetwork(err):
		return fatal{err}
	}
	return nil
}

// reachable asks again what was answered before, to tell a site that is gone from a list that cannot be had.
func (l *loop) reachable(ctx context.Context, s *session) error {
	if s == nil {
		return nil
	}
	if err := l.again(ctx, s); isNetwork(err) {
		return err
	}
	return nil
}

func (l *loop) again(ctx context.Context, s *session) error {
	s.mu.Lock()
	good := s.good
	s.mu.Unlock()
	if good == nil {
		return nil
	}
	c := *good
	return l.client.do(ctx, &c, ignore, func(r store.Request) {
		r.Note = "is the sign-in still good? " + r.Note
		if l.store != nil { // a pre-flight stores nothing
			_ = l.store.Log(ctx, r)
		}
	})
}
