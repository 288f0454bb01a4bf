package collector

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// kept returns a refresh token file with a token that the server knows, and a grant that uses it.
func kept(t *testing.T, s *signInServer) (path string, g *Grant) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "refresh")
	if err := os.WriteFile(path, []byte(s.grants(planted+"-first")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, s.app().Grant(RefreshTokenFile(path))
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// TestRotationIsKeptFirst: whenever the gateway sees an access token, the refresh token that came with it is on disk.
func TestRotationIsKeptFirst(t *testing.T) {
	s := newSignInServer(t)
	path, g := kept(t, s)
	uses := 0
	s.onUse = func() {
		uses++
		if on := content(t, path); !s.refresh[on] {
			t.Errorf("use %d: the refresh token on disk is a spent one", uses)
		}
	}
	for range 3 {
		if _, err := g.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		clear(s.access) // revoked in the middle of the run
		s.mu.Unlock()
	}
	if uses != 5 || s.count("refresh_token") != 3 {
		t.Errorf("%d uses, %d refreshes; want 5 and 3: one to begin, then one for each 401", uses, s.count("refresh_token"))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left beside it: %v", left)
	}
}

// TestRefreshOnce: however many requests find the token refused or old, it is renewed once.
func TestRefreshOnce(t *testing.T) {
	s := newSignInServer(t)
	s.slow = 20 * time.Millisecond
	_, g := kept(t, s)
	all := func(f func() (string, error)) []string {
		var wg sync.WaitGroup
		var mu sync.Mutex
		var got []string
		for range 50 {
			wg.Go(func() {
				token, err := f()
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				got = append(got, token)
			})
		}
		wg.Wait()
		slices.Sort(got)
		return slices.Compact(got)
	}
	first := all(func() (string, error) { return g.Access(t.Context()) })
	if len(first) != 1 || s.count("refresh_token") != 1 {
		t.Fatalf("%d tokens after %d refreshes", len(first), s.count("refresh_token"))
	}
	second := all(func() (string, error) { return g.Renew(t.Context(), first[0]) })
	if len(second) != 1 || second[0] == first[0] || s.count("refresh_token") != 2 {
		t.Errorf("%d tokens after %d refreshes", len(second), s.count("refresh_token"))
	}
}

// TestRefreshBeforeExpiry: a token is not used to its last second.
func TestRefreshBeforeExpiry(t *testing.T) {
	s := newSignInServer(t)
	_, g := kept(t, s)
	now := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	g.now = func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {58 * time.Minute, 1}, {61 * time.Second, 2}, {time.Minute, 2}, {2 * time.Hour, 3}} {
		now = now.Add(step.after)
		if _, err := g.Access(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := s.count("refresh_token"); n != step.want {
			t.Errorf("%s later: %d refreshes, want %d", step.after, n, step.want)
		}
	}
}

// TestSignInLost: a revoked grant is told apart from a server in trouble, and nothing of it is shown.
func TestSignInLost(t *testing.T) {
	s := newSignInServer(t)
	path, g := kept(t, s)
	s.trouble = 2
	if _, err := g.Access(t.Context()); err != nil {
		t.Errorf("two 503 are waited out: %v", err)
	}
	s.trouble = 100
	_, err := g.Renew(t.Context(), g.access)
	if !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrSignInLost) {
		t.Errorf("a server in trouble: %v", err)
	}
	s.trouble, s.refusal = 0, "invalid_grant"
	_, err = g.Renew(t.Context(), g.access)
	var refusal *TokenError
	if !errors.Is(err, ErrSignInLost) || !errors.Is(err, ErrSignInRefused) || !errors.As(err, &refusal) || refusal.Status != http.StatusForbidden {
		t.Errorf("a revoked grant: %v", err)
	}
	if !strings.Contains(err.Error(), "Unknown or invalid refresh token") {
		t.Errorf("the server's words are missing: %v", err)
	}
	noSecret(t, err)
	s.refusal = ""
	if _, err := g.Access(t.Context()); err != nil {
		t.Errorf("after a refusal the kept token still counts: %v", err)
	}
	app := s.app()
	app.Atlassian.Auth = "http://127.0.0.1:1"
	_, err = app.Grant(RefreshTokenFile(path)).Access(t.Context())
	if !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrSignInLost) {
		t.Errorf("no server: %v", err)
	}
	noSecret(t, err)
}

// TestRefreshTokenFile: a file that others may read is refused, and one that cannot be replaced spends no token.
func TestRefreshTokenFile(t *testing.T) {
	s := newSignInServer(t)
	path, g := kept(t, s)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := g.Access(t.Context())
		if !errors.Is(err, ErrReadable) || !strings.Contains(err.Error(), path) {
			t.Errorf("mode %o: %v", mode, err)
		}
		noSecret(t, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	gone := s.app().Grant(RefreshTokenFile(filepath.Join(t.TempDir(), "gone", "refresh")))
	if _, err := gone.Access(t.Context()); !errors.Is(err, os.ErrNotExist) || !errors.Is(err, ErrNoRefreshFile) {
		t.Errorf("no file: %v", err)
	}
	readOnly := RefreshTokenFile(path)
	readOnly.Begin = RefreshTokenFile("/proc/plumbline/refresh").Begin // a directory that takes no file, even for root
	if _, err := s.app().Grant(readOnly).Access(t.Context()); err == nil || !strings.Contains(err.Error(), "making ready to keep") {
		t.Errorf("a directory that cannot be written: %v", err)
	}
	if n := s.count("refresh_token"); n != 0 {
		t.Errorf("%d tokens were spent that could not have been kept", n)
	}
	// A link is followed.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := s.app().Grant(RefreshTokenFile(link)).Access(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Lstat(link); info.Mode()&os.ModeSymlink == 0 || !s.refresh[content(t, path)] {
		t.Error("the link was replaced instead of the file it leads to")
	}
}

// TestUnkeptTokenIsNotUsed: when keeping fails after the old token is spent, the new access token is held back until
// keeping works, and nothing is lost.
func TestUnkeptTokenIsNotUsed(t *testing.T) {
	s := newSignInServer(t)
	path, _ := kept(t, s)
	file := RefreshTokenFile(path)
	full := true
	disk := RefreshToken{Read: file.Read, Begin: func(ctx context.Context) (func(string) error, func(), error) {
		write, abandon, err := file.Begin(ctx)
		return func(token string) error {
			if full {
				abandon()
				return errors.New("no space left on device")
			}
			return write(token)
		}, abandon, err
	}}
	g := s.app().Grant(disk)
	for range 2 {
		_, err := g.Access(t.Context())
		if err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Fatalf("err = %v", err)
		}
		noSecret(t, err)
	}
	full = false
	if _, err := g.Access(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.count("refresh_token"); n != 1 || !s.refresh[content(t, path)] {
		t.Errorf("%d refreshes; the token on disk is good: %v", n, s.refresh[content(t, path)])
	}
}

// TestTwoRuns share one kept grant: each takes up what the other has rotated.
func TestTwoRuns(t *testing.T) {
	s := newSignInServer(t)
	path, one := kept(t, s)
	two := s.app().Grant(RefreshTokenFile(path))
	for range 3 {
		for _, g := range []*Grant{one, two} {
			access, err := g.Access(t.Context())
			if err == nil {
				_, err = g.Renew(t.Context(), access)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	// At the same moment: the token that one read is spent by the other before it can use it.
	late := RefreshTokenFile(path)
	read := late.Read
	first := true
	late.Read = func(ctx context.Context) (string, error) {
		token, err := read(ctx)
		if first {
			first = false
			if _, err := one.Renew(ctx, one.access); err != nil {
				t.Error(err)
			}
		}
		return token, err
	}
	if _, err := s.app().Grant(late).Access(t.Context()); err != nil {
		t.Errorf("the slower of two: %v", err)
	}
}

// TestInterruptedRefresh: who gives up while a token is being renewed loses nothing.
func TestInterruptedRefresh(t *testing.T) {
	s := newSignInServer(t)
	s.slow = 30 * time.Millisecond
	path, g := kept(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(5*time.Millisecond, cancel)
	if _, err := g.Access(ctx); err != nil {
		t.Logf("interrupted: %v", err)
	}
	if on := content(t, path); !s.refresh[on] {
		t.Error("the refresh token on disk is a spent one")
	}
	if _, err := g.Access(t.Context()); err != nil || s.count("refresh_token") != 1 {
		t.Errorf("afterwards: %v, %d refreshes", err, s.count("refresh_token"))
	}
	if _, err := g.Renew(ctx, g.access); !errors.Is(err, context.Canceled) {
		t.Errorf("a refresh that has not begun is not begun: %v", err)
	}
}

// TestEnvironmentGrant signs in with what PLUMBLINE_CLIENT_ID and its companions say.
func TestEnvironmentGrant(t *testing.T) {
	s := newSignInServer(t)
	s.scope = "offline_access read:jira-work read:me"
	path, _ := kept(t, s)
	env := map[string]string{"PLUMBLINE_CLIENT_ID": "harbourline-app", "PLUMBLINE_CLIENT_SECRET": planted + "-client", "PLUMBLINE_REFRESH_TOKEN_FILE": path,
		"PLUMBLINE_API_BASE": s.url + "/", "PLUMBLINE_AUTH_BASE": s.url}
	getenv := func(name string) string { return env[name] }
	a, err := EnvironmentAtlassian(getenv)
	if err != nil {
		t.Fatal(err)
	}
	c, found, err := EnvironmentGrant(t.Context(), a, getenv)
	if err != nil || !found || c.Kind != ThreeLO || strings.Join(c.Scopes, " ") != s.scope || c.Name != "environment" {
		t.Fatalf("%v, %v, %v", c, found, err)
	}
	reaches, err := c.Reaches(t.Context())
	if err != nil || len(reaches) != 2 {
		t.Errorf("%+v, %v", reaches, err)
	}
	s.silent = true
	c, _, err = EnvironmentGrant(t.Context(), a, getenv)
	if want := "read:confluence-user read:jira-user read:jira-work read:space:confluence"; err != nil || strings.Join(c.Scopes, " ") != want {
		t.Errorf("where the token answer states no scopes: %v, %v", c.Scopes, err)
	}
	noSecret(t, c)
	delete(env, "PLUMBLINE_CLIENT_SECRET")
	if _, _, err := EnvironmentGrant(t.Context(), a, getenv); !errors.Is(err, ErrSignInMissing) {
		t.Errorf("one of the three missing: %v", err)
	}
	clear(env)
	if _, found, err := EnvironmentGrant(t.Context(), a, getenv); found || err != nil {
		t.Errorf("none of the three: %v, %v", found, err)
	}
	env["PLUMBLINE_API_BASE"] = "http://api.harbourline.example"
	if _, err := EnvironmentAtlassian(getenv); !errors.Is(err, ErrPlainHTTP) || !strings.Contains(err.Error(), "PLUMBLINE_API_BASE") {
		t.Errorf("a gateway without TLS: %v", err)
	}
}

// memory keeps a refresh token for as long as the test runs.
func memory(token string) RefreshToken {
	return RefreshToken{
		Read: func(context.Context) (string, error) { return token, nil },
		Begin: func(context.Context) (func(string) error, func(), error) {
			return func(next string) error { token = next; return nil }, func() {}, nil
		},
	}
}
