package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline/store"
)

// Options say what to collect and how.
type Options struct {
	File         *store.File
	Addresses    []string     // of the site; several must lead to the same one
	Credentials  []Credential // all that may be used; each resource uses one that may read it
	Only, Skip   []string     // resources; what those of Only depend on is collected with them
	Concurrency  int          // requests in flight at most, 0: 8
	Rate         float64      // requests a second at most, 0: as many as the site allows
	MaxTime      time.Duration
	Proxy        string // http://HOST:PORT; "" is the environment's
	CA           string // PEM file of certificate authorities trusted besides the system's
	Label        string
	New          bool   // do not resume an interrupted snapshot
	Discard      bool   // take an interrupted snapshot out of the file, and begin anew
	PersonalData string // PersonalFull or PersonalDomain; "" is full
	APIBase      string // gateway; "" is PLUMBLINE_API_BASE, else Atlassian's
	Program      string // version of the program
	Now          func() time.Time
	Progress     func(Event)         // called from several goroutines, one at a time
	Asked        func(store.Request) // told of every request as it ends, from several goroutines at a time; may be nil
	Stop         <-chan struct{}     // closed: end the snapshot as it is, the rest skipped
	Resources    []Resource          // nil: ResourcesOf the site's kind

	manners *manners // for tests
}

// Result is what came of collecting. On an error it holds what is known: the interrupted snapshot, say.
type Result struct {
	Snapshot store.Snapshot
	Resumed  bool
	Requests int64 // sent in this session, those that failed included
	Outcomes map[store.Outcome]int
	Coverage []store.Coverage // of the resources of the list; without the parts' details of earlier sessions
}

// Request is one that collecting would send: the first of a source.
type Request struct {
	Resource string   `json:"resource"`
	Each     string   `json:"each,omitempty"` // sent once for each of these objects
	Method   string   `json:"method"`
	Path     string   `json:"path"` // with the query; {member} stands for a parent's
	Pager    string   `json:"pager"`
	Instead  bool     `json:"instead,omitempty"` // only where an earlier source of the resource is refused
	Scopes   []string `json:"scopes"`            // granular, else classic
}

// Plan lists the requests that collecting would send. It sends none, so that what stands at the addresses is not known: a
// Data Center installation is planned for where there are personal access tokens and no other sign-ins of a site.
// Of o.Credentials the kinds count.
func Plan(o Options) ([]Request, error) {
	l := &loop{}
	if err := l.ready(&o); err != nil {
		return nil, err
	}
	l.site.Kind = cloudKind
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(o.Credentials, func(c Credential) bool { return slices.Contains(kinds, c.Kind) })
	}
	if has(DCToken) && !has(APIToken, ScopedToken, ThreeLO) {
		l.site.Kind = dcKind
	}
	if err := l.list(o); err != nil {
		return nil, err
	}
	var plan []Request
	for _, one := range l.order {
		r := one.resource
		if one.preset != nil || r.Product == Organisation && len(o.Credentials) > 0 && !has(OrgKey) {
			continue
		}
		for n, s := range r.Sources {
			q := s.Query
			for _, add := range []struct{ name, value string }{{s.Pager.at, "0"}, {s.Pager.size, fmt.Sprint(s.Pager.Size)}} {
				if add.name != "" {
					q += "&" + add.name + "=" + add.value
				}
			}
			path := s.Path
			if q = strings.TrimPrefix(q, "&"); q != "" {
				path += "?" + q
			}
			scopes := s.Granular
			if len(scopes) == 0 {
				scopes = s.Classic
			}
			plan = append(plan, Request{Resource: r.Name, Each: r.Each, Method: method(s.Method == http.MethodPost), Path: path,
				Pager: s.Pager.Name, Instead: n > 0 && !r.Union && r.Collect == nil, Scopes: append([]string{}, scopes...)})
		}
	}
	return plan, nil
}

// ready checks what can be checked without asking anybody.
func (l *loop) ready(o *Options) error {
	for _, name := range slices.Concat(o.Only, o.Skip) {
		if !slices.Contains(store.Resources(), name) {
			return fmt.Errorf("%w: %s", ErrUnknownResource, clean(name, nil))
		}
	}
	if o.PersonalData == "" {
		o.PersonalData = PersonalFull
	}
	if o.PersonalData != PersonalFull && o.PersonalData != PersonalDomain {
		return fmt.Errorf("the level of personal data is %s or %s, not %q", PersonalFull, PersonalDomain, o.PersonalData)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.APIBase == "" {
		o.APIBase = os.Getenv("PLUMBLINE_API_BASE")
	}
	if o.APIBase == "" {
		o.APIBase = AtlassianAPI
	}
	l.level = o.PersonalData
	return nil
}

// list prepares the runs of what is collected of a site of this kind.
func (l *loop) list(o Options) error {
	resources := o.Resources
	if resources == nil {
		resources = ResourcesOf(l.site.Kind)
	}
	if err := l.prepare(resources); err != nil {
		return err
	}
	l.choose(o.Only, o.Skip)
	return nil
}

// reach makes the client and looks at the site.
func (l *loop) reach(ctx context.Context, o Options) (rows []store.Request, err error) {
	m := goodManners()
	if o.manners != nil {
		m = *o.manners
	}
	if o.Concurrency > 0 {
		m.concurrency = o.Concurrency
	}
	m.rate = o.Rate
	transport, err := newTransport(m, o.Proxy, o.CA)
	if err != nil {
		return nil, err
	}
	l.client = newClient(transport, m, "plumbline/"+o.Program)
	l.client.asked = o.Asked
	gateway, err := CleanAddress(o.APIBase)
	if err != nil {
		return nil, fmt.Errorf("the address of the gateway: %w", err)
	}
	if len(o.Addresses) == 0 {
		return nil, fmt.Errorf("%w: none given", ErrAddress)
	}
	i := &identifier{client: l.client, gateway: gateway, log: func(r store.Request) { rows = append(rows, r) }}
	if l.sessions, l.vantage, l.held, err = i.see(ctx, o.Addresses, o.Credentials); err != nil {
		return rows, err
	}
	l.site, l.refused, l.orgWords = i.site, i.refused, i.orgWords
	if err := l.list(o); err != nil {
		return rows, err
	}
	if l.level == PersonalDomain {
		l.vantage.AccountName = ""
	}
	return rows, nil
}

// Collect takes a snapshot of a site, or goes on with an interrupted one. What the site refuses becomes an outcome in
// the snapshot's coverage; errors are for what stopped the whole: one of the sentinels of this package, one of the
// store's, or ErrInterrupted, after which the same call goes on where this one stopped.
func Collect(ctx context.Context, o Options) (Result, error) {
	l := &loop{}
	if err := l.ready(&o); err != nil {
		return Result{}, err
	}
	// Answers are read, stored and forgotten: what waits to be swept is most of the memory, and sweeping costs little
	// beside the requests.
	defer debug.SetGCPercent(debug.SetGCPercent(60))
	if o.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.MaxTime, fmt.Errorf("%w: the time given is over", ErrInterrupted))
		defer cancel()
	}
	result := Result{Outcomes: map[store.Outcome]int{}}
	rows, err := l.reach(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			err = interruption(ctx)
		}
		return result, err
	}
	if o.Progress != nil {
		var one sync.Mutex
		l.tell = func(e Event) { one.Lock(); defer one.Unlock(); o.Progress(e) }
	}
	l.client.throttled = func(resource string, until time.Time) {
		if l.tell != nil {
			l.tell(Event{Type: "throttled", Resource: resource, Until: until})
			if one := l.runs[resource]; one != nil {
				one.show("throttled", nil, true)
			}
		}
	}
	if err := l.begin(ctx, o, rows); err != nil {
		if ctx.Err() != nil {
			err = interruption(ctx)
		}
		return result, err
	}
	result.Snapshot, result.Resumed = l.store.Snapshot(), l.store.Resumed()
	stopping, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-o.Stop:
			cancel(errStopped)
		case <-stopping.Done():
		}
	}()
	err = l.walk(stopping)
	result.Requests = l.client.sent.Load()
	after := context.WithoutCancel(ctx) // what was read is kept, whatever stopped the reading
	switch {
	case err == nil, errors.Is(err, errStopped) && ctx.Err() == nil:
		if err == nil {
			err = l.undocumented(after)
		} else {
			err = l.stopHere(after)
		}
		if err == nil {
			var finished store.Snapshot
			if finished, err = l.store.Finish(after, o.Now()); err == nil {
				result.Snapshot = finished
			}
		}
		if err == nil {
			result.Coverage, err = o.File.Coverage(after, result.Snapshot.ID)
		}
		for _, c := range result.Coverage {
			result.Outcomes[c.Outcome]++
		}
		return result, err
	case ctx.Err() != nil:
		err = interruption(ctx)
	}
	if e := l.store.Interrupt(after); e != nil {
		if errors.Is(err, store.ErrFull) && errors.Is(e, store.ErrFull) {
			return result, err // once is enough
		}
		return result, errors.Join(err, e)
	}
	var f fatal
	if errors.As(err, &f) {
		err = f.err
	}
	snapshot, e := o.File.Snapshot(after, l.store.Snapshot().ID)
	if e == nil {
		result.Snapshot = snapshot
	}
	return result, err
}

var errStopped = errors.New("stopped")

// interruption is why the context ended, as ErrInterrupted.
func interruption(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, ErrInterrupted) {
		return cause
	}
	return ErrInterrupted
}

// begin opens the snapshot in the file.
func (l *loop) begin(ctx context.Context, o Options, rows []store.Request) error {
	if o.Discard {
		all, err := o.File.Snapshots(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			same := slices.ContainsFunc(s.Site.IDs, func(id string) bool { return slices.Contains(l.site.IDs, id) })
			if same && !s.State.Finished() {
				if err := o.File.Drop(ctx, s.ID); err != nil {
					return fmt.Errorf("discarding the interrupted snapshot %d: %w", s.ID, err)
				}
			}
		}
	}
	var err error
	l.store, err = o.File.Begin(ctx, store.Start{Site: l.site.Site, Now: o.Now(), Program: o.Program, PersonalData: o.PersonalData, Label: o.Label, New: o.New})
	if err != nil {
		return err
	}
	snapshot := l.store.Snapshot()
	l.started = snapshot.Started
	if err := l.store.SetVantage(ctx, l.vantage); err != nil {
		return err
	}
	if l.store.Resumed() {
		earlier, err := o.File.Requests(ctx, snapshot.ID)
		if err != nil {
			return err
		}
		for _, row := range earlier {
			if one := l.runs[row.Resource]; one != nil {
				one.requests += int64(row.Requests)
			}
		}
	}
	if len(rows) > 0 {
		return l.store.Log(ctx, rows...)
	}
	return nil
}

// stopHere records what had not ended when the user wanted the snapshot to end as it is.
func (l *loop) stopHere(ctx context.Context) error {
	for _, one := range l.order {
		select {
		case <-one.ended:
			continue
		default:
		}
		end := store.End{Outcome: store.Skipped, Reason: "stopped before it was asked"}
		progress, err := l.store.Progress(ctx, one.resource.Name)
		if err != nil {
			return err
		}
		parts := earlierParts(progress)
		if len(progress) > 0 {
			end = store.End{Outcome: store.Partial, Reason: "stopped before its end"}
			// No part may be taken for complete beside one that nobody asked.
			parts = append(parts, store.Part{Outcome: store.Skipped, Reason: "stopped"})
		}
		if err := one.finish(ctx, end, parts); err != nil {
			return err
		}
	}
	return l.undocumented(ctx)
}
