package collector

import (
	"bytes"
	"context"
	"errors"
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

// granted signs in at the pretend site with these scopes, the refresh token in a file.
func granted(t *testing.T, s *fakesite.Server, a Atlassian, path string, scopes ...string) Credential {
	t.Helper()
	if err := os.WriteFile(path, []byte(s.Grant(fakesite.AuditorEmail, scopes...)), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"PLUMBLINE_CLIENT_ID": "harbourline-app", "PLUMBLINE_CLIENT_SECRET": planted + "-client", "PLUMBLINE_REFRESH_TOKEN_FILE": path}
	c, found, err := EnvironmentGrant(t.Context(), a, func(name string) string { return env[name] })
	if err != nil || !found {
		t.Fatal(found, err)
	}
	return c
}

func digestOf(t *testing.T, o Options) (store.Snapshot, error) {
	t.Helper()
	m := goodManners()
	m.backoff, m.backoffMost = time.Millisecond, 10*time.Millisecond
	o.manners, o.Program = &m, "test"
	o.Only = []string{"jira_user", "jira_project", "jira_role_actor", "confluence_space", "confluence_space_permission", "grant_scope"}
	result, err := Collect(t.Context(), o)
	noSecret(t, err, result.Snapshot, result.Coverage)
	return result.Snapshot, err
}

// TestCollectWithGrant collects over 3LO: access tokens end in the middle and are renewed, the grant is revoked in the
// middle and a new one goes on from there. All three snapshots are the same, and nothing secret is in the file.
func TestCollectWithGrant(t *testing.T) {
	s, address, a := harbourline(t, func(s *fakesite.Server) { s.Latency = 2 * time.Millisecond })
	set, err := ScopesFor([]string{"jira_user", "jira_project", "jira_role_actor", "confluence_space", "confluence_space_permission"}, false)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	token := filepath.Join(dir, "refresh")
	var digests []string
	collect := func(name string, o Options) error {
		f, err := store.OpenWritable(t.Context(), filepath.Join(dir, name+".plumb.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		o.File, o.Addresses, o.APIBase = f, []string{address}, a.API
		snapshot, err := digestOf(t, o)
		if err == nil {
			digests = append(digests, snapshot.Digest)
		}
		return err
	}
	if err := collect("undisturbed", Options{Credentials: []Credential{granted(t, s, a, token, set.Names()...)}}); err != nil {
		t.Fatal(err)
	}

	var told atomic.Int64
	err = collect("renewed", Options{Credentials: []Credential{granted(t, s, a, token, set.Names()...)}, Progress: func(Event) {
		if n := told.Add(1); n == 3 || n == 9 {
			s.ExpireAccess()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if told.Load() < 9 {
		t.Errorf("only %d events: no token ended in the middle", told.Load())
	}

	revoke := true
	err = collect("revoked", Options{Credentials: []Credential{granted(t, s, a, token, set.Names()...)}, Progress: func(e Event) {
		if e.Type == "outcome" && revoke {
			revoke = false
			s.RevokeGrant()
		}
	}})
	if !errors.Is(err, ErrSignInLost) {
		t.Fatalf("a grant revoked in the middle: %v", err)
	}
	if err := collect("revoked", Options{Credentials: []Credential{granted(t, s, a, token, set.Names()...)}}); err != nil {
		t.Fatal(err)
	}
	if len(digests) != 3 || digests[0] == "" || digests[1] != digests[0] || digests[2] != digests[0] {
		t.Errorf("digests %v", digests)
	}
	spent := strings.TrimSpace(content(t, token))
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == token {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(planted)) || bytes.Contains(text, []byte(spent)) {
			t.Errorf("%s holds a secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCollectWithSeedScopes: with exactly the scopes of the seed pages collecting succeeds, and coverage says of each
// resource what was foretold.
func TestCollectWithSeedScopes(t *testing.T) {
	s, address, a := harbourline(t, nil)
	f, err := store.OpenWritable(t.Context(), filepath.Join(t.TempDir(), "seed.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scopes := strings.Fields(twoForJira + " " + sevenForConfluence)
	c := granted(t, s, a, filepath.Join(t.TempDir(), "refresh"), scopes...)
	result, err := Collect(context.Background(), Options{File: f, Addresses: []string{address}, APIBase: a.API, Program: "test", Credentials: []Credential{c}})
	if err != nil || !result.Snapshot.State.Finished() {
		t.Fatal(result.Snapshot.State, err)
	}
	coverage := map[string]store.Coverage{}
	for _, r := range result.Coverage {
		coverage[r.Resource] = r
	}
	for _, o := range WithScopes(scopes) {
		got := coverage[o.Resource]
		switch o.Outcome {
		case store.Denied:
			if got.Outcome != store.Skipped && got.Outcome != store.Denied || len(got.Missing) == 0 {
				t.Errorf("%s: %s, missing %v (%s); its scopes say denied", o.Resource, got.Outcome, got.Missing, got.Reason)
			}
		case store.Complete, store.Partial:
			if got.Outcome != store.Complete && got.Outcome != store.Partial {
				t.Errorf("%s: %s (%s); its scopes say %s", o.Resource, got.Outcome, got.Reason, o.Outcome)
			}
		}
	}
	// What is partial for want of a scope names it too.
	for name, scope := range map[string]string{"confluence_user": "read:content-details:confluence", "jira_role": "read:project-role:jira"} {
		if got := coverage[name]; got.Outcome != store.Partial || !slices.Contains(got.Missing, scope) {
			t.Errorf("%s: %s, missing %v; want partial for want of %s", name, got.Outcome, got.Missing, scope)
		}
	}
}
