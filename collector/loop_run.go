package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline/store"
)

// run is one resource of one snapshot, while it is being collected.
type run struct {
	loop     *loop
	resource *Resource
	inside   []*run        // what comes out of the answers to the same requests
	keep     *keeping      // what this resource keeps
	whole    *keeping      // what it and those inside it keep
	preset   *store.End    // the outcome if it is not to be asked for at all
	ended    chan struct{} // closed when end stands
	end      store.End
	partsOf  []store.Part              // those that are not complete
	doubtful string                    // of the organisations: why nothing is asked under them
	allMet   bool                      // though partial, it holds every object
	expired  bool                      // a cursor expired, and the resource was begun anew
	done     map[string]store.Progress // what an earlier session of this snapshot stored
	other    sync.Map                  // *string (a Source's Keep) to *keeping

	mu        sync.Mutex
	entrances map[string]*entrance // by API, path and sign-in
	objects   int64
	requests  int64
	told      time.Time
	expected  *int64
	state     string
}

func (r *run) keeps(src *Source) *keeping {
	if len(src.Keep) == 0 {
		return r.whole
	}
	if k, ok := r.other.Load(&src.Keep[0]); ok {
		return k.(*keeping)
	}
	k := newKeeping(src.Keep, r.resource.Personal, r.loop.level)
	r.other.Store(&src.Keep[0], k)
	return k
}

// reduced is the share of an item that this resource keeps, where others keep other shares of it.
func (r *run) reduced(item Item) Item {
	if r.whole == r.keep && r.resource.Inside == "" {
		return item
	}
	v, _ := r.keep.reduce(item)
	reduced, _ := v.(Item)
	return reduced
}

// entrance is what came of asking one source with one sign-in, of whatever parent.
type entrance struct {
	answered bool
	doubts   int      // parents' parts that were refused in a way that may be meant for all, before any was answered
	shut     *Refusal // no further parent is asked for
}

// refusedInVain is after how many doubts a source that never answered is not asked any more.
const refusedInVain = 100

func (r *run) isClosed(src *Source, s *session) *Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.entrances[closing(src, s)]; d != nil {
		return d.shut
	}
	return nil
}

// answered remembers that a source answers: what it refuses from then on is about one parent.
func (r *run) answered(src *Source, s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entrance(src, s).answered = true
}

// refused remembers a refusal that may hold for every parent, and returns it as what it is taken for.
func (r *run) refused(src *Source, s *session, refusal *Refusal) *Refusal {
	if !refusal.source && !refusal.doubt {
		return refusal
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.entrance(src, s)
	if d.doubts++; d.answered && src.ofParent() {
		one := *refusal
		one.source, one.doubt = false, false
		return &one
	}
	if refusal.source || d.doubts >= refusedInVain {
		all := *refusal
		all.source = true
		d.shut = &all
	}
	return refusal
}

func (r *run) entrance(src *Source, s *session) *entrance {
	key := closing(src, s)
	d := r.entrances[key]
	if d == nil {
		if r.entrances == nil {
			r.entrances = map[string]*entrance{}
		}
		d = &entrance{}
		r.entrances[key] = d
	}
	return d
}

func closing(src *Source, s *session) string {
	return string(src.API) + " " + src.Path + " " + s.Kind + " " + s.Name
}

// collect brings the resource to its end, in as many sessions as it takes.
func (r *run) collect(ctx context.Context) error {
	if r.resource.Inside != "" && r.preset == nil {
		owner := r.loop.runs[r.resource.Inside]
		return r.finish(ctx, owner.end, owner.partsOf)
	}
	if end := r.notAsked(); end != nil {
		return r.finish(ctx, *end, nil)
	}
	var err error
	if r.done, err = r.loop.store.Progress(ctx, r.resource.Name); err != nil {
		return r.loop.stopped(ctx, err)
	}
	r.show("reading", nil, true)
	var root *part
	for {
		root = r.newPart("", nil, r.done[""])
		if end := r.done[""].End; end != nil {
			r.allMet, r.doubtful = root.at.AllMet, root.at.Doubtful
			return r.finish(ctx, *end, earlierParts(r.done))
		}
		err := r.gather(ctx, root)
		if errors.Is(err, errExpired) && ctx.Err() == nil {
			if r.expired {
				return fatal{fmt.Errorf("%s: %w", r.resource.Name, err)}
			}
			r.expired, r.done = true, nil
			if err := r.clear(ctx, "", root); err != nil {
				return err
			}
			continue
		}
		end, err := root.conclude(ctx, err)
		if err != nil {
			return err
		}
		if err := r.emptyIsDenied(ctx, root, end); err != nil {
			return err
		}
		if err := root.flush(ctx, end); err != nil {
			return err
		}
		r.allMet, r.doubtful = root.at.AllMet, root.at.Doubtful
		return r.finish(ctx, *end, root.tally.other)
	}
}

// gather asks for the resource, the way its literal says.
func (r *run) gather(ctx context.Context, root *part) error {
	if r.resource.Collect != nil {
		return r.resource.Collect(ctx, root.walk())
	}
	if r.resource.Each == "" {
		return root.read(ctx, r.resource.Sources, r.resource.Union)
	}
	parent := r.loop.runs[r.resource.Each]
	if parent.end.Outcome == store.Partial && !parent.allMet {
		root.partly(r.resource.Each+" is not complete", 0, parent.end.Missing...)
	}
	parents := func(yield func(Object, error) bool) {
		for o, err := range r.loop.seen(ctx, r.resource.Each) {
			if err == nil && r.resource.Where != nil && !r.resource.Where(o.Body) {
				continue
			}
			if !yield(o, err) {
				return
			}
		}
	}
	return root.each(ctx, parents, func(ctx context.Context, part *Walk) error {
		return part.part.read(ctx, r.resource.Sources, r.resource.Union)
	})
}

// notAsked is the outcome of a resource that there is no use in asking for, nil if there is.
func (r *run) notAsked() *store.End {
	res := r.resource
	switch {
	case r.preset != nil && (r.loop.site.Kind != dcKind || r.loop.site.has(res.Product)):
		return r.preset // of what has no address this is said instead, whoever asked for less: comparisons rely on it
	case res.Collect == nil && len(res.Sources) == 0:
		return &store.End{Outcome: store.Unavailable, Reason: "no endpoint is documented"}
	case res.Product == Organisation && !r.loop.has(OrgAPI):
		return r.loop.noKey()
	case res.Product == Organisation && r.loop.runs["org"] != r && r.loop.runs["org"].doubtful != "":
		return &store.End{Outcome: store.Skipped, Reason: "org: " + r.loop.runs["org"].doubtful, Missing: r.loop.runs["org"].end.Missing}
	case res.Product == Confluence && !r.loop.site.has(Confluence), (res.Product == Jira || res.Product == ServiceManagement) && !r.loop.site.has(Jira) && !r.reachesConfluence():
		return &store.End{Outcome: store.Unavailable, Reason: r.loop.site.without(res.Product)}
	case res.Each != "" && res.Collect == nil:
		parent := r.loop.runs[res.Each].end
		switch parent.Outcome {
		case store.Complete, store.Partial:
		case store.Unavailable:
			return &store.End{Outcome: store.Unavailable, Reason: res.Each + ": " + parent.Reason}
		default:
			return &store.End{Outcome: store.Skipped, Reason: fmt.Sprintf("%s, under which it is asked, is %s: %s", res.Each, parent.Outcome, parent.Reason), Missing: parent.Missing}
		}
	}
	return nil
}

// noKey is the outcome of the organisation's resources where nothing opens them.
func (l *loop) noKey() *store.End {
	if e := l.orgWords; e != nil {
		return &store.End{Outcome: store.Denied, HTTPStatus: e.status, Reason: "GET /admin/v1/orgs: the organisation API key was refused: " + e.Error(), Missing: []string{organisationKey}}
	}
	return &store.End{Outcome: store.Skipped, Reason: "no " + organisationKey, Missing: []string{organisationKey}}
}

// organisationKey is what opens the organisation, as coverage calls it.
const organisationKey = "organisation API key"

// reachesConfluence: groups and their members are the directory's; Confluence lists them too.
func (r *run) reachesConfluence() bool {
	return slices.ContainsFunc(r.resource.Sources, func(s Source) bool { return s.API == ConfluenceAPI })
}

// emptyIsDenied takes an empty list for what it is where the account lacks the permission to see any: some searches
// answer that way instead of refusing. A list of accounts without any is none either: there is one that asks.
//
// Source: Jira platform REST API v3: "calls by users without the required permission return an empty list".
func (r *run) emptyIsDenied(ctx context.Context, root *part, end *store.End) error {
	lacks := r.resource.Permission != "" && r.loop.holds(r.resource.Permission) == no
	if end.Outcome != store.Complete || !lacks && r.resource.Name != "jira_user" || len(root.objects) > 0 {
		return nil
	}
	for _, err := range r.loop.store.Objects(ctx, r.resource.Name) {
		if err != nil {
			return r.loop.stopped(ctx, err)
		}
		return nil
	}
	if !lacks {
		end.Outcome, end.Reason = store.Partial, joined("an empty list: the account that asks is not in it either", end.Reason)
		return nil
	}
	end.Outcome, end.Missing = store.Denied, []string{r.resource.Permission}
	end.Reason = joined("an empty list, and the account does not hold "+r.resource.Permission, end.Reason)
	return nil
}

// clear takes back what this snapshot stored of the resource, or of one parent's part. What p has sent stays in the log.
func (r *run) clear(ctx context.Context, parent string, p *part) error {
	page := store.Page{Resource: r.resource.Name, Parent: parent, ByParent: r.resource.ByParent, Restart: true}
	for _, in := range r.inside {
		page.Clears = append(page.Clears, in.resource.Name)
	}
	page.Requests = p.sent()
	if err := r.loop.store.Write(ctx, page); err != nil {
		return r.loop.stopped(ctx, err)
	}
	return nil
}

func earlierParts(done map[string]store.Progress) []store.Part {
	var parts []store.Part
	for parent, p := range done {
		if parent != "" && p.End != nil && p.End.Outcome != store.Complete {
			parts = append(parts, store.Part{Parent: parent, Outcome: p.End.Outcome, HTTPStatus: p.End.HTTPStatus, Reason: p.End.Reason})
		}
	}
	return parts
}

// finish records what came of the resource.
func (r *run) finish(ctx context.Context, end store.End, parts []store.Part) error {
	slices.SortFunc(parts, func(a, b store.Part) int { return strings.Compare(a.Parent, b.Parent) })
	r.end, r.partsOf = end, parts
	res := r.resource
	cov := store.Coverage{Resource: res.Name, Outcome: end.Outcome, HTTPStatus: end.HTTPStatus, Reason: end.Reason, Missing: end.Missing,
		Lists: string(Seen), Event: res.Event, Revision: res.Revision, Members: res.Keep, Parts: parts}
	if res.Lists == All && (res.Permission == "" || r.loop.holds(res.Permission) == yes) {
		cov.Lists = string(All)
	}
	if res.Event {
		cov.WindowFrom, _ = r.loop.window()
	}
	r.mu.Lock()
	cov.Requests = r.requests
	r.mu.Unlock()
	if err := r.loop.store.SetCoverage(ctx, cov); err != nil {
		return r.loop.stopped(ctx, err)
	}
	r.show("done", nil, true)
	if r.loop.tell != nil {
		r.loop.tell(Event{Type: "outcome", Resource: res.Name, Outcome: end.Outcome, HTTPStatus: end.HTTPStatus, Reason: end.Reason})
	}
	return nil
}

func (r *run) count(n int64) {
	r.mu.Lock()
	r.requests += n
	r.mu.Unlock()
}

// stored counts the resource's own among objects that were stored together.
func (r *run) stored(objects []store.Object) {
	n := int64(0)
	for _, o := range objects {
		if o.Resource == r.resource.Name {
			n++
		}
	}
	if n == 0 && r.resource.Inside != "" {
		return
	}
	r.mu.Lock()
	r.objects += n
	r.mu.Unlock()
	r.show("reading", nil, false)
}
