package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// Event is news of a collection.
type Event = collector.Event

// PlannedRequest is a request that a dry run would make.
type PlannedRequest = collector.Request

// CollectQuery says what to collect into which file, and how.
type CollectQuery struct {
	File         string
	Copy         string // copy File there first and write the copy
	Sites        []string
	New, Discard bool
	Label        string
	PersonalData string // full or domain
	Only, Skip   []string
	Concurrency  int
	Rate         float64
	MaxTime      time.Duration
	DryRun       bool
	Tell         func(Event) // may be nil, as the next two
	Asked        func(SentRequest)
	Stop         <-chan struct{} // closed: the snapshot ends as it is, the rest skipped
	Warn         func(string)
}

// SentRequest is a request of a collection, as it ended. It holds no credential and nothing of the answer.
type SentRequest struct {
	At       string `json:"at"`       // when it was sent, RFC 3339, UTC
	Resource string `json:"resource"` // "" while the site is being found
	Parent   string `json:"parent"`   // key of the object that it was sent for; "" for a list of its own
	Method   string `json:"method"`
	Path     string `json:"path"`    // with its query
	Status   int    `json:"status"`  // 0: there was no answer
	Took     int64  `json:"took_ms"` // until the answer was read, waiting for the site's leave included
	Note     string `json:"note"`    // why the answer is no data, and how long it is waited for
}

// asked is q.Asked as the collector takes it.
func (q CollectQuery) asked() func(store.Request) {
	if q.Asked == nil {
		return nil
	}
	return func(r store.Request) {
		q.Asked(sentRequest(r))
	}
}

// Collected is what came of collecting. Where it ended by an error, what is known.
type Collected struct {
	File      string
	Snapshot  Snapshot
	Resumed   bool
	Requests  int64
	Objects   int64
	Outcomes  map[string]int
	Gaps      []CoverageRow // what the site has and was not seen whole
	RulesLost []string      // rules that cannot look for want of those; judging may tell of more
	Rules     int           // how many there are
	Took      time.Duration
	Plan      []PlannedRequest // of a dry run: nothing was asked
	Exit      Exit
}

// CollectableNames are the resources that this program collects.
func CollectableNames() []string { return collectable() }

// Collect takes a new snapshot of a site, or goes on with the interrupted one.
func (s *SignIns) Collect(ctx context.Context, q CollectQuery) (*Collected, error) {
	options, err := q.options()
	if err != nil {
		return nil, err
	}
	options.Proxy, options.CA = s.proxy, s.ca
	if q.DryRun {
		if options.Credentials, err = s.kinds(q); err != nil {
			return nil, err
		}
	}
	plan, err := collector.Plan(options) // checks the names; nothing is asked
	if err != nil {
		return nil, err
	}
	if q.DryRun {
		return &Collected{File: q.File, Plan: plan, Outcomes: map[string]int{}}, nil
	}
	if options.Credentials, err = s.credentials(ctx, q); err != nil {
		return nil, err
	}
	path, fresh, err := q.place(ctx)
	if err != nil {
		return nil, err
	}
	done, err := s.collectInto(ctx, path, options)
	if err != nil && fresh && done.Snapshot.ID == 0 {
		for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
			_ = os.Remove(path + beside) // it was made for nothing
		}
	}
	return done, err
}

func (q CollectQuery) options() (collector.Options, error) {
	for _, site := range q.Sites {
		if err := CheckSite(site); err != nil {
			return collector.Options{}, err
		}
	}
	for _, name := range slices.Concat(q.Only, q.Skip) {
		if !slices.Contains(collectable(), name) {
			return collector.Options{}, Unknown("resource", name, collectable(), "plumbline coverage FILE and plumbline objects --help list them")
		}
	}
	if err := CheckLabel(q.Label); err != nil {
		return collector.Options{}, err
	}
	levels := []string{collector.PersonalFull, collector.PersonalDomain}
	switch {
	case q.PersonalData != "" && !slices.Contains(levels, q.PersonalData):
		return collector.Options{}, Unknown("level of personal data", q.PersonalData, levels, "there are "+strings.Join(levels, " and "))
	case q.Concurrency < 0 || q.Rate < 0 || q.MaxTime < 0:
		return collector.Options{}, Usage("--concurrency, --rate and --max-time take no negative number", "")
	case q.New && q.Discard:
		return collector.Options{}, Usage("--new keeps an interrupted snapshot, --discard throws it away", "give one of the two")
	}
	return collector.Options{
		Addresses: q.Sites, Only: q.Only, Skip: q.Skip, Concurrency: q.Concurrency, Rate: q.Rate, MaxTime: q.MaxTime,
		Label: q.Label, New: q.New, Discard: q.Discard, PersonalData: q.PersonalData,
		Program: Version(), Progress: q.Tell, Asked: q.asked(), Stop: q.Stop,
	}, nil
}

// place is the file to write, and whether it is new.
func (q CollectQuery) place(ctx context.Context) (path string, fresh bool, err error) {
	if q.Copy != "" {
		return q.Copy, false, Copy(ctx, q.File, q.Copy)
	}
	if err := notEncrypted(q.File); err != nil {
		return q.File, false, err
	}
	_, err = os.Stat(q.File)
	return q.File, errors.Is(err, os.ErrNotExist), nil
}

func (s *SignIns) collectInto(ctx context.Context, path string, options collector.Options) (*Collected, error) {
	started := time.Now()
	done := &Collected{File: path, Outcomes: map[string]int{}}
	file, err := store.OpenWritable(ctx, path)
	if err != nil {
		return done, named(path, err)
	}
	options.File = file
	result, err := collector.Collect(ctx, options)
	if err != nil && errors.Is(err, collector.ErrSignInRefused) && result.Snapshot.ID == 0 {
		if scoped := s.scopedInstead(ctx, options); scoped != nil {
			options.Credentials = scoped
			result, err = collector.Collect(ctx, options)
		}
	}
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = named(path, closeErr)
	}
	done.Snapshot, done.Resumed = snapshotOf(result.Snapshot), result.Resumed
	done.Requests, done.Objects, done.Took = result.Requests, result.Snapshot.Objects, time.Since(started)
	for outcome, n := range result.Outcomes {
		done.Outcomes[string(outcome)] = n
	}
	if err != nil {
		return done, err
	}
	for _, incomplete := range []store.Outcome{store.Denied, store.Partial, store.Failed} {
		if result.Outcomes[incomplete] > 0 {
			done.Exit = Incomplete
		}
	}
	return done, done.weigh(ctx)
}

// weigh says what was not seen whole and which rules cannot look for want of it. Nothing is judged
// for that: a rule that misses a need cannot look, whatever the rest holds. How many could look is Coverage's to say.
func (c *Collected) weigh(ctx context.Context) error {
	pack, err := rules.Shipped()
	if err != nil {
		return err
	}
	f, err := Open(ctx, c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	covered, err := f.store.Coverage(ctx, c.Snapshot.ID)
	if err != nil {
		return err
	}
	barred, err := pack.Barred(ctx, f.store, c.Snapshot.ID)
	if err != nil {
		return err
	}
	c.Rules = len(pack.Rules)
	for _, v := range barred {
		c.RulesLost = append(c.RulesLost, v.Rule)
	}
	for _, r := range coverageRows(covered, barred) {
		if r.Gap() && !r.chosen() {
			c.Gaps = append(c.Gaps, r)
		}
	}
	return nil
}

// chosen says whether a resource was left out by the person's own flags.
func (r CoverageRow) chosen() bool {
	return r.Outcome == store.Skipped && (r.Reason == "left out on request" || r.Reason == "not asked for")
}

// credentials are those in the environment, given for this run, else those kept for the site.
func (s *SignIns) credentials(ctx context.Context, q CollectQuery) ([]collector.Credential, error) {
	given, err := s.fromEnvironment(ctx)
	if err != nil || len(given) > 0 {
		return given, err
	}
	var all []collector.Credential
	var failed error
	for _, site := range q.Sites {
		kept, err := s.keychain.Credentials(ctx, s.atlassian, site)
		if err != nil {
			failed = errors.Join(failed, err)
		}
		all = append(all, kept...)
	}
	switch {
	case len(all) > 0:
		if failed != nil && q.Warn != nil {
			q.Warn(oneLine(failed.Error()))
		}
		return all, nil
	case failed != nil:
		return nil, failed
	}
	return nil, fmt.Errorf("%w: %s", collector.ErrSignInMissing, siteKey(q.Sites[0]))
}

// kinds are the kinds of the sign-ins that would be used, without their secrets: nothing is unlocked and nobody asked.
func (s *SignIns) kinds(q CollectQuery) ([]collector.Credential, error) {
	given, err := collector.EnvironmentCredentials(s.getenv)
	if err != nil {
		return nil, err
	}
	if s.getenv("PLUMBLINE_REFRESH_TOKEN_FILE") != "" {
		given = append(given, collector.Credential{Kind: collector.ThreeLO})
	}
	if len(given) > 0 {
		return given, nil
	}
	for _, site := range q.Sites {
		kept, err := s.keychain.SignInsFor(site)
		if err != nil {
			return nil, err
		}
		for _, one := range kept {
			given = append(given, collector.Credential{Kind: one.Kind, Site: one.Site})
		}
	}
	return given, nil
}

func (s *SignIns) fromEnvironment(ctx context.Context) ([]collector.Credential, error) {
	given, err := collector.EnvironmentCredentials(s.getenv)
	if err != nil {
		return nil, err
	}
	grant, found, err := collector.EnvironmentGrant(ctx, s.atlassian, s.getenv)
	if err != nil {
		return nil, err
	}
	if found {
		given = append(given, grant)
	}
	return given, nil
}

// scopedInstead is the token of the environment used at the gateway, where it turns out to have
// scopes: the environment does not say. nil where that is not so.
func (s *SignIns) scopedInstead(ctx context.Context, o collector.Options) []collector.Credential {
	email, token := s.getenv("PLUMBLINE_EMAIL"), strings.TrimSpace(s.getenv("PLUMBLINE_TOKEN"))
	if email == "" || token == "" || !slices.ContainsFunc(o.Credentials, func(c collector.Credential) bool { return c.Kind == collector.APIToken && c.Name == "environment" }) {
		return nil
	}
	_, err := s.atlassian.Check(ctx, o.Addresses[0], collector.APIToken, Secret{Email: email, Token: token})
	if !errors.Is(err, collector.ErrTokenHasScopes) {
		return nil
	}
	all := slices.Clone(o.Credentials)
	for i, c := range all {
		if c.Kind == collector.APIToken {
			all[i] = collector.Basic(collector.ScopedToken, c.Name, c.Site, email, token)
		}
	}
	return all
}

// Test is the pre-flight of a sign-in: a kept one by its name, or with site what is in the
// environment. Nothing is collected.
func (s *SignIns) Test(ctx context.Context, name, site string) (*Trial, error) {
	options := collector.Options{Program: Version(), Proxy: s.proxy, CA: s.ca}
	t := &Trial{Name: name, Site: site, Resources: []TrialResource{}, RulesLost: []string{}}
	given, err := s.fromEnvironment(ctx)
	switch {
	case err != nil:
		return nil, err
	case name == "" && site != "" && len(given) > 0:
		t.Name, options.Credentials = "environment", given
	default:
		if name == "" {
			name = site
		}
		kept, err := s.named(name)
		if err != nil {
			return nil, err
		}
		one, err := s.keychain.Credential(ctx, s.atlassian, kept.Name)
		if err != nil {
			return nil, err
		}
		t.Name, t.Site, options.Credentials = kept.Name, kept.Site, []collector.Credential{one}
	}
	if !slices.ContainsFunc(options.Credentials, func(c collector.Credential) bool { return c.Kind != collector.OrgKey }) {
		t.organisation = true // the site itself is another sign-in's
		for _, r := range collector.Resources() {
			if r.Product == collector.Organisation {
				options.Only = append(options.Only, r.Name)
			}
		}
	}
	if err := CheckSite(t.Site); err != nil {
		return nil, err
	}
	options.Addresses = []string{t.Site}
	forecast, err := collector.Preflight(ctx, options)
	if err != nil {
		return nil, err
	}
	return t.forecast(forecast)
}

// forecast tells what a pre-flight found, and which rules it costs.
func (t *Trial) forecast(f collector.Forecast) (*Trial, error) {
	pack, err := rules.Shipped()
	if err != nil {
		return nil, err
	}
	t.Account, t.Site = firstOf(f.Vantage.AccountName, f.Vantage.Account), firstOf(f.Site.Address, t.Site)
	t.Kind, t.Scopes, t.Permissions = strings.Join(f.Vantage.Credentials, ", "), list(f.Vantage.Scopes), list(f.Vantage.Permissions)
	var lacking []string
	for _, r := range f.Resources {
		if product, found := strings.CutSuffix(r.Resource, "_instance"); found && r.Outcome == store.Unavailable {
			lacking = append(lacking, product)
		}
	}
	t.Rules = tally(pack.Rules, func(r *rules.Rule) bool {
		return ofKind(r, f.Site.Kind, lacking...) && (!t.organisation || slices.Contains(r.Products, "org"))
	})
	for _, r := range f.Resources {
		if r.Outcome == store.Complete || r.Lacking {
			continue
		}
		row := TrialResource{Resource: r.Resource, Outcome: r.Outcome, HTTPStatus: r.HTTPStatus, Reason: r.Reason, Missing: list(r.Missing), RulesLost: []string{}}
		if r.Outcome != store.Partial {
			row.RulesLost = rulesNeeding(pack, r.Resource, f.Site.Kind)
		}
		if r.Outcome == store.Unavailable && len(row.RulesLost) == 0 {
			continue // nothing is lost, and no other sign-in would help
		}
		t.Resources = append(t.Resources, row)
		t.RulesLost = append(t.RulesLost, row.RulesLost...)
	}
	slices.Sort(t.RulesLost)
	t.RulesLost = slices.Compact(t.RulesLost)
	return t, nil
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
