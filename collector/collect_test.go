package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// quick are manners that make tests fast: the same rules, in milliseconds.
func quick() *manners {
	m := goodManners()
	m.backoff, m.backoffMost = 2*time.Millisecond, 20*time.Millisecond
	return &m
}

// hasty is for sites that fall silent: elsewhere a slow machine must not pass for one.
func hasty() *manners {
	m := quick()
	m.connect, m.header, m.idle, m.whole = 2*time.Second, 400*time.Millisecond, 250*time.Millisecond, 700*time.Millisecond
	return m
}

func testNow() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

// site is a pretend site and where it listens.
type site struct {
	*fakesite.Server
	url, gateway, auth string
}

func startSite(t testing.TB, s *fakesite.Server) site {
	t.Helper()
	url, gateway, auth, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return site{s, url, gateway, auth}
}

func openFile(t testing.TB) *store.File {
	t.Helper()
	f, err := store.OpenWritable(t.Context(), filepath.Join(t.TempDir(), "x.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func options(s site, f *store.File) Options {
	return Options{File: f, Addresses: []string{s.url}, APIBase: s.gateway, Program: "test", manners: quick(), Now: testNow,
		Credentials: []Credential{Basic(APIToken, "test", "", fakesite.AuditorEmail, fakesite.AuditorToken)}}
}

// collected takes a snapshot and returns it with its coverage by resource.
func collected(t testing.TB, o Options) (Result, map[string]store.Coverage) {
	t.Helper()
	result, err := Collect(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	coverage := map[string]store.Coverage{}
	for _, c := range result.Coverage {
		coverage[c.Resource] = c
	}
	return result, coverage
}

func TestCollect(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	s.Mend()
	f := openFile(t)
	var events []Event
	o := options(s, f)
	o.Label = "first"
	o.Progress = func(e Event) { events = append(events, e) }
	result, coverage := collected(t, o)
	if result.Snapshot.State != store.StateComplete || result.Snapshot.Label != "first" { // nobody gave an organisation key, which is asked of nobody
		t.Errorf("the snapshot is %s, labelled %q", result.Snapshot.State, result.Snapshot.Label)
	}
	for _, name := range store.Resources() {
		c, ok := coverage[name]
		if !ok {
			t.Errorf("%s has no coverage", name)
		}
		if before, _, _ := strings.Cut(name, "_"); before == "org" {
			if c.Outcome != store.Skipped || !slices.Equal(c.Missing, []string{"organisation API key"}) {
				t.Errorf("%s is %s without a key: %s %v", name, c.Outcome, c.Reason, c.Missing)
			}
		} else if c.Outcome != store.Complete && c.Outcome != store.Unavailable {
			t.Errorf("%s is %s: %s", name, c.Outcome, c.Reason)
		}
		if c.Outcome == store.Unavailable && c.Reason == "" {
			t.Errorf("%s is unavailable without a reason", name)
		}
	}
	v := result.Snapshot.Vantage
	if v.Account == "" || len(v.Groups) == 0 || !slices.Contains(v.Permissions, "ADMINISTER") || !slices.Contains(v.Permissions, "confluence:administer") || !slices.Equal(v.Credentials, []string{APIToken}) {
		t.Errorf("vantage %+v", v)
	}
	if ids := result.Snapshot.Site.IDs; ids[0] != s.CloudID() || len(ids) < 2 {
		t.Errorf("site ids %v", ids)
	}
	outcomes := map[string]int{}
	for _, e := range events {
		if e.Type == "outcome" {
			outcomes[e.Resource]++
		}
	}
	for name, n := range outcomes {
		if n != 1 {
			t.Errorf("%d outcomes of %s were told", n, name)
		}
	}
	if len(outcomes) != len(Resources()) {
		t.Errorf("%d outcomes told of %d resources", len(outcomes), len(Resources()))
	}
	// The log accounts for every request that the site received.
	rows, err := f.Requests(t.Context(), result.Snapshot.ID)
	if err != nil {
		t.Fatal(err)
	}
	logged := 0
	for _, r := range rows {
		logged += r.Requests
		if strings.Contains(r.Path, "://") || strings.Contains(r.Path+r.Note, fakesite.AuditorToken) {
			t.Errorf("row %+v", r)
		}
	}
	identification := 0
	for _, r := range s.Log() {
		switch {
		case r.Method != "GET" && !readingPosts.MatchString(r.Path):
			t.Errorf("%s %s was sent", r.Method, r.Path)
		case strings.Contains(r.Path, "tenant_info"), strings.HasSuffix(r.Path, "/myself"), strings.HasSuffix(r.Path, "/user/current"),
			strings.HasSuffix(r.Path, "/serverInfo"), strings.HasSuffix(r.Path, "/mypermissions"):
			identification++
		}
	}
	if sent := len(s.Log()); logged < sent-identification || int(result.Requests) != sent {
		t.Errorf("%d requests in the log and %d in the result, %d received", logged, result.Requests, sent)
	}
	// The same site again: the same digest, and another snapshot.
	again, _ := collected(t, options(s, f))
	if again.Snapshot.Digest != digestWithout(t, f, again, result) {
		t.Errorf("the same site gives another digest")
	}
}

// digestWithout is the digest that the second of two snapshots of an unchanged site should have.
func digestWithout(t *testing.T, f *store.File, again, first Result) string {
	t.Helper()
	for o, err := range f.Changes(t.Context(), first.Snapshot.ID, again.Snapshot.ID) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s %q: %s became %s", o.Resource, o.Key, o.Before, o.After)
	}
	return first.Snapshot.Digest
}

// Without a name, and of the e-mail addresses the domain only, in every byte of the file.
func TestPersonalData(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	s.Mend()
	f := openFile(t)
	o := options(s, f)
	o.PersonalData = PersonalDomain
	result, _ := collected(t, o)
	if result.Snapshot.PersonalData != PersonalDomain || result.Snapshot.Vantage.AccountName != "" {
		t.Errorf("%+v", result.Snapshot)
	}
	n := 0
	for o, err := range f.Objects(t.Context(), result.Snapshot.ID, "jira_user") {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if bytes.Contains(o.Body, []byte("displayName")) {
			t.Errorf("%s", o.Body)
		}
	}
	if n == 0 {
		t.Error("no users")
	}
	text := bytesOf(t, f.Path())
	for _, name := range []string{"auditor@harbourline", "okafor@harbourline"} {
		if bytes.Contains(bytes.ToLower(text), []byte(name)) {
			t.Errorf("%s is in the file", name)
		}
	}
	if !bytes.Contains(text, []byte("@harbourline.example")) {
		t.Error("the domain is not in the file")
	}
}

func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Whatever goes wrong for a while, the snapshot ends as if nothing had; what goes wrong for ever is said of the resource
// that it hits, and of those under it, and of no other.
func TestCollectFaults(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	s.Mend()
	only := []string{"jira_user", "jira_project", "directory_group_member", "confluence_space", "confluence_space_permission"}
	o := options(s, openFile(t))
	o.Only = only
	undisturbed, _ := collected(t, o)

	users, spaces, members := "/rest/api/3/users/search", "/wiki/api/v2/spaces", "/rest/api/3/group/member"
	for _, c := range []struct {
		fault   fakesite.Fault
		hit     string        // the resource that does not come out whole; "": all do
		outcome store.Outcome // what comes of it
		reason  string
		slow    bool
	}{
		{fault: fakesite.Fault{Path: users, Status: 500, Times: 2}},
		{fault: fakesite.Fault{Path: users, Status: 429, Times: 3, Header: map[string]string{"Retry-After": "0"}}},
		{fault: fakesite.Fault{Path: members, Status: 429, Times: 5}},
		{fault: fakesite.Fault{Path: spaces, Status: 503, Times: 2, Header: map[string]string{"Retry-After": "0"}}},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Truncate, Times: 2}},
		{fault: fakesite.Fault{Path: members, Kind: fakesite.Reset, Times: 3}},
		{fault: fakesite.Fault{Path: members, Kind: fakesite.Text, Times: 3}},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Hang, Times: 1}},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Drip, Times: 1}},
		{fault: fakesite.Fault{Path: users, Status: 409, Limit: 20}},
		{fault: fakesite.Fault{Path: users, Status: 413, Limit: 30}},
		{fault: fakesite.Fault{Path: spaces, Kind: fakesite.Empty, Times: 1}},
		{fault: fakesite.Fault{Path: users, Status: 500, Message: "out of order"}, hit: "jira_user", outcome: store.Failed, reason: "out of order"},
		{fault: fakesite.Fault{Path: users, Status: 403, Message: "no right to see people"}, hit: "jira_user", outcome: store.Denied, reason: "no right to see people"},
		{fault: fakesite.Fault{Path: users, Status: 401, Message: "Unauthorized; scope does not match"}, hit: "jira_user", outcome: store.Denied, reason: "scope does not match"},
		{fault: fakesite.Fault{Path: users, Status: 404}, hit: "jira_user", outcome: store.Denied},                                                    // every Jira has the list: it is hidden,
		{fault: fakesite.Fault{Path: users, Status: 410, Message: "gone for good"}, hit: "jira_user", outcome: store.Failed, reason: "gone for good"}, // the request, not the accounts
		{fault: fakesite.Fault{Path: users, Status: 405}, hit: "jira_user", outcome: store.Failed},
		{fault: fakesite.Fault{Path: users, Status: 501}, hit: "jira_user", outcome: store.Failed},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Login}, hit: "jira_user", outcome: store.Denied, reason: "log-in page"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Text}, hit: "jira_user", outcome: store.Failed, reason: "broken answer"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Truncate}, hit: "jira_user", outcome: store.Failed, reason: "broken answer"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Reset}, hit: "jira_user", outcome: store.Failed},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Hang}, hit: "jira_user", outcome: store.Failed, reason: "in time", slow: true},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Duplicate}, hit: "jira_user", outcome: store.Partial, reason: "a member comes twice"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Surrogate}, hit: "jira_user", outcome: store.Partial, reason: "not valid Unicode"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Huge}, hit: "jira_user", outcome: store.Partial, reason: "more than a megabyte"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.NUL}, hit: "jira_user", outcome: store.Partial, reason: "NUL"},
		{fault: fakesite.Fault{Path: users, Kind: fakesite.Deep}, hit: "jira_user", outcome: store.Failed, reason: "broken answer"},
		{fault: fakesite.Fault{Path: "/rest/api/3/project/search", Kind: fakesite.Drift}, hit: "jira_project", outcome: store.Partial, reason: "that the site counts"},
		{fault: fakesite.Fault{Path: "/wiki/api/v2/spaces/*/permissions", Status: 403, Skip: 3}, hit: "confluence_space_permission", outcome: store.Partial, reason: "denied"},
		{fault: fakesite.Fault{Path: "/wiki/api/v2/spaces/*/permissions", Status: 404}, hit: "confluence_space_permission", outcome: store.Denied},
		{fault: fakesite.Fault{Path: "/wiki/api/v2/spaces/*/permissions", Status: 500}, hit: "confluence_space_permission", outcome: store.Failed, slow: true},
	} {
		name := fmt.Sprintf("%s %d%s x%d", c.fault.Path, c.fault.Status, c.fault.Kind, c.fault.Times)
		t.Run(name, func(t *testing.T) {
			if c.slow && testing.Short() {
				return
			}
			s.Mend()
			s.Break(c.fault)
			defer s.Mend()
			o := options(s, openFile(t))
			if c.fault.Kind == fakesite.Hang || c.fault.Kind == fakesite.Drip {
				o.manners = hasty()
			}
			o.Only = only
			result, coverage := collected(t, o)
			if c.hit == "" {
				if result.Snapshot.Digest != undisturbed.Snapshot.Digest {
					t.Errorf("the digest is another: %v", result.Outcomes)
				}
			}
			for _, r := range only {
				got := coverage[r]
				switch {
				case r == c.hit && (got.Outcome != c.outcome || !strings.Contains(got.Reason, c.reason)):
					t.Errorf("%s is %s (%d): %s", r, got.Outcome, got.HTTPStatus, got.Reason)
				case r == c.hit && c.fault.Status != 0 && got.HTTPStatus != c.fault.Status:
					t.Errorf("%s has the status %d", r, got.HTTPStatus)
				case r != c.hit && got.Outcome != store.Complete:
					t.Errorf("%s, which nothing hit, is %s: %s", r, got.Outcome, got.Reason)
				}
			}
		})
	}
}

// Stopped again and again at any moment, and gone on with, the snapshot is the one that it would have been.
func TestResume(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(2))
	s.Mend()
	whole, _ := collected(t, options(s, openFile(t)))
	for round := range 4 {
		f := openFile(t)
		var result Result
		var err error
		stops := 0
		for ; ; stops++ {
			ctx, cancel := context.WithCancel(context.Background())
			o := options(s, f)
			var n atomic.Int64
			after := 5 + rand.Int64N(150)
			if stops < 12 {
				o.Progress = func(Event) {
					if n.Add(1) == after {
						cancel()
					}
				}
			}
			result, err = Collect(ctx, o)
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
			if result.Snapshot.ID != 0 && result.Snapshot.State != store.StateInterrupted {
				t.Fatalf("stopped, and %s", result.Snapshot.State)
			}
		}
		if result.Snapshot.Digest != whole.Snapshot.Digest || result.Snapshot.ID != 1 {
			t.Errorf("round %d: after %d stops snapshot %d has the digest %s, not %s", round, stops, result.Snapshot.ID, result.Snapshot.Digest, whole.Snapshot.Digest)
		}
		if stops > 0 && !result.Resumed {
			t.Error("not resumed")
		}
		for _, c := range result.Coverage {
			if i := slices.IndexFunc(whole.Coverage, func(w store.Coverage) bool { return w.Resource == c.Resource }); whole.Coverage[i].Outcome != c.Outcome {
				t.Errorf("%s is %s, not %s: %s", c.Resource, c.Outcome, whole.Coverage[i].Outcome, c.Reason)
			}
		}
	}
}

func TestStops(t *testing.T) {
	s := startSite(t, &fakesite.Server{Latency: 5 * time.Millisecond})
	s.Mend()
	t.Run("time given", func(t *testing.T) {
		o := options(s, openFile(t))
		o.MaxTime = 150 * time.Millisecond
		result, err := Collect(t.Context(), o)
		if !errors.Is(err, ErrInterrupted) || result.Snapshot.ID != 0 && result.Snapshot.State != store.StateInterrupted {
			t.Errorf("%v, %s", err, result.Snapshot.State)
		}
	})
	t.Run("as it is", func(t *testing.T) {
		o := options(s, openFile(t))
		stop := make(chan struct{})
		o.Stop = stop
		var n int
		o.Progress = func(e Event) {
			if n++; n == 60 {
				close(stop)
			}
		}
		result, coverage := collected(t, o)
		if result.Snapshot.State != store.StatePartial || result.Outcomes[store.Skipped] == 0 {
			t.Errorf("%s, %v", result.Snapshot.State, result.Outcomes)
		}
		for _, c := range coverage {
			if c.Outcome == store.Partial && !slices.ContainsFunc(c.Parts, func(p store.Part) bool { return p.Parent == "" }) {
				t.Errorf("%s could be taken for complete in a part: %+v", c.Resource, c)
			}
		}
	})
	t.Run("anew", func(t *testing.T) {
		f := openFile(t)
		o := options(s, f)
		o.MaxTime = 100 * time.Millisecond
		if _, err := Collect(t.Context(), o); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		o.MaxTime, o.Discard = 0, true
		result, _ := collected(t, o)
		all, err := f.Snapshots(t.Context())
		if err != nil || len(all) != 1 || result.Resumed {
			t.Errorf("%d snapshots, resumed %v: %v", len(all), result.Resumed, err)
		}
	})
	t.Run("site gone", func(t *testing.T) {
		gone := startSite(t, fakesite.Harbourline(1))
		o := options(gone, openFile(t))
		var once bool
		o.Progress = func(e Event) {
			if e.Type == "outcome" && e.Outcome == store.Complete && !once {
				once = true
				go gone.Close()
			}
		}
		result, err := Collect(t.Context(), o)
		if !errors.Is(err, ErrUnreachable) || result.Snapshot.State != store.StateInterrupted {
			t.Errorf("%v, %s", err, result.Snapshot.State)
		}
	})
	t.Run("sign-in lost", func(t *testing.T) {
		o := options(s, openFile(t))
		var once bool
		o.Progress = func(e Event) {
			if e.Type == "outcome" && e.Outcome == store.Complete && !once {
				once = true
				s.Revoke(fakesite.AuditorToken)
			}
		}
		result, err := Collect(t.Context(), o)
		if !errors.Is(err, ErrSignInLost) || errors.Is(err, ErrInterrupted) || result.Snapshot.State != store.StateInterrupted {
			t.Errorf("%v, %s", err, result.Snapshot.State)
		}
	})
}

func TestCannotBegin(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	other := startSite(t, fakesite.Harbourline(2))
	for name, c := range map[string]struct {
		change func(*Options)
		want   error
	}{
		"no credential": {func(o *Options) { o.Credentials = nil }, ErrSignInMissing},
		"wrong token": {func(o *Options) {
			o.Credentials = []Credential{Basic(APIToken, "test", "", fakesite.AuditorEmail, plantedToken)}
		}, ErrSignInRefused},
		"data center token":  {func(o *Options) { o.Credentials = []Credential{Bearer(DCToken, "test", "", plantedToken)} }, ErrSignInMissing},
		"another site's":     {func(o *Options) { o.Credentials[0].Site = "https://tidewell.example" }, ErrSignInMissing},
		"no address":         {func(o *Options) { o.Addresses = nil }, ErrAddress},
		"an odd address":     {func(o *Options) { o.Addresses = []string{"ftp://x"} }, ErrAddress},
		"plain http":         {func(o *Options) { o.Addresses = []string{"http://harbourline.example"} }, ErrPlainHTTP},
		"nobody listens":     {func(o *Options) { o.Addresses = []string{"http://127.0.0.1:1"} }, ErrUnreachable},
		"unknown resource":   {func(o *Options) { o.Only = []string{"jira_usr"} }, ErrUnknownResource},
		"two sites":          {func(o *Options) { o.Addresses = []string{s.url, other.url} }, nil},
		"personal data half": {func(o *Options) { o.PersonalData = "half" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := openFile(t)
			o := options(s, f)
			c.change(&o)
			_, err := Collect(t.Context(), o)
			if name == "two sites" && s.CloudID() == other.CloudID() {
				return // the same company at two dates is one site
			}
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			if strings.Contains(fmt.Sprint(err), plantedToken) {
				t.Errorf("the token shows: %v", err)
			}
			if all, _ := f.Snapshots(t.Context()); len(all) != 0 {
				t.Errorf("%d snapshots begun", len(all))
			}
		})
	}
}

// A token that was planted is in no byte of the file, whatever the site does with it.
func TestNoSecretInFile(t *testing.T) {
	s := startSite(t, fakesite.Harbourline(1))
	s.Break(fakesite.Fault{Path: "/rest/api/3/users/search", Status: 403, Message: "the token " + fakesite.AuditorToken + " may not"})
	s.Break(fakesite.Fault{Path: "/rest/api/3/project/search", Status: 500, Body: "at " + fakesite.AuditorToken})
	f := openFile(t)
	_, coverage := collected(t, options(s, f))
	if r := coverage["jira_user"].Reason; !strings.Contains(r, "may not") {
		t.Errorf("jira_user: %s", r)
	}
	if bytes.Contains(bytesOf(t, f.Path()), []byte(fakesite.AuditorToken)) {
		t.Error("the token is in the file")
	}
}
