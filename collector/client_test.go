package collector

import (
	"bufio"
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/store"
)

// speak sends one call and returns the items, the rows of the log and the error.
func speak(t *testing.T, c *client, ask *call) ([]Item, []store.Request, error) {
	t.Helper()
	var items []Item
	var rows []store.Request
	err := c.do(t.Context(), ask, func(_ int, _ http.Header, body *bufio.Reader) error {
		b, err := readPage(body, "values", newKeeping([]string{"id"}, nil, PersonalFull))
		if err == nil {
			items = b.items
		}
		return err
	}, func(r store.Request) { rows = append(rows, r) })
	return items, rows, err
}

func quickClient(t *testing.T) *client { return clientOf(t, quick()) }

func clientOf(t *testing.T, m *manners) *client {
	t.Helper()
	transport, err := newTransport(*m, "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return newClient(transport, *m, "test")
}

func signedIn() *session {
	return &session{Credential: Basic(APIToken, "test", "", "a@harbourline.example", plantedToken)}
}

const good = `{"values":[{"id":"1"},{"id":"2"}]}`

func TestClientOnlyReads(t *testing.T) {
	var methods []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		fmt.Fprint(w, good)
	}))
	defer server.Close()
	c := quickClient(t)
	for _, path := range []string{"/rest/api/3/issue", "/rest/api/3/permissions/check/../issue", "/wiki/api/v2/pages", "/rest/api/3/search/approximate-count/x", ""} {
		if _, _, err := speak(t, c, &call{base: server.URL, path: path, post: true, body: []byte("{}")}); !errors.Is(err, errNotReading) {
			t.Errorf("POST %s: %v", path, err)
		}
	}
	for _, path := range []string{"/rest/api/3/permissions/check", "/wiki/api/v2/users-bulk", "/wiki/rest/api/content/12/permission/check"} {
		if _, _, err := speak(t, c, &call{base: server.URL, path: path, post: true, body: []byte("{}")}); err != nil {
			t.Errorf("POST %s: %v", path, err)
		}
	}
	if _, _, err := speak(t, c, &call{base: server.URL, path: "/rest/api/3/issue"}); err != nil {
		t.Error(err)
	}
	if got := strings.Join(methods, " "); got != "POST POST POST GET" {
		t.Errorf("sent %s", got)
	}
	if _, _, err := speak(t, c, &call{base: "http://harbourline.example", path: "/"}); !errors.Is(err, ErrPlainHTTP) {
		t.Errorf("plain http: %v", err)
	}
}

func TestClientFollowsNobodyElse(t *testing.T) {
	var stolen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stolen = append(stolen, r.Header.Get("Authorization"))
		fmt.Fprint(w, good)
	}))
	defer other.Close()
	target := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			if r.Header.Get("Authorization") == "" {
				t.Error("the same host got no credential")
			}
			fmt.Fprint(w, good)
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	}))
	defer server.Close()
	c := quickClient(t)
	target = other.URL + "/elsewhere"
	if _, _, err := speak(t, c, &call{base: server.URL, path: "/x", session: signedIn()}); !errors.Is(err, ErrOtherHost) {
		t.Errorf("another host: %v", err)
	}
	target = "/moved"
	if items, _, err := speak(t, c, &call{base: server.URL, path: "/x", session: signedIn()}); err != nil || len(items) != 2 {
		t.Errorf("the same host: %v %v", items, err)
	}
	target = "/login.jsp?os_destination=x"
	_, _, err := speak(t, c, &call{base: server.URL, path: "/x", session: signedIn()})
	if a := new(answerError); !errors.As(err, &a) || !a.login {
		t.Errorf("a log-in page: %v", err)
	}
	target = "/x"
	if _, rows, err := speak(t, c, &call{base: server.URL, path: "/x"}); err == nil || len(rows) > 10 {
		t.Errorf("a circle: %v after %d", err, len(rows))
	}
	if stolen != nil {
		t.Errorf("the other host was asked: %q", stolen)
	}
}

// What can be wrong with an answer, once and for ever.
func TestClientFaults(t *testing.T) {
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	faults := map[string]func(w http.ResponseWriter, r *http.Request){
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"502": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(502)
			fmt.Fprint(w, "<html><title>Bad gateway</title>")
		},
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "999")
			fmt.Fprint(w, good[:20])
		},
		"text":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Service temporarily odd") },
		"empty":   func(http.ResponseWriter, *http.Request) {},
		"trailer": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, good, good) },
		"other":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"errorMessages":["no"]}`) },
		"page": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<!doctype html><title>Maintenance</title>")
		},
		"deep": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"values":[{"x":`+strings.Repeat("[", 1<<20))
		},
		"hang": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		},
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		},
		"drip": func(w http.ResponseWriter, r *http.Request) {
			for range 10_000 {
				if _, err := w.Write([]byte(" ")); err != nil || r.Context().Err() != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		},
		"stall": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, good[:20])
			w.(http.Flusher).Flush()
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		},
	}
	for name, fault := range faults {
		for _, times := range []int{1, 1000} {
			t.Run(fmt.Sprintf("%s/%d", name, times), func(t *testing.T) {
				t.Parallel()
				var mu sync.Mutex
				n := 0
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					mu.Lock()
					n++
					spoil := n <= times
					mu.Unlock()
					if spoil {
						fault(w, r)
						return
					}
					fmt.Fprint(w, good)
				}))
				defer server.Close()
				m := quick()
				if name == "hang" || name == "drip" || name == "stall" {
					m = hasty()
				}
				items, rows, err := speak(t, clientOf(t, m), &call{base: server.URL, path: "/x", session: signedIn()})
				mu.Lock()
				defer mu.Unlock()
				if times == 1 && (err != nil || len(items) != 2 || len(rows) != 1) {
					t.Errorf("%d items, %d rows: %v", len(items), len(rows), err)
				}
				if times > 1 && (err == nil || len(rows) != 5 || n != 5) {
					t.Errorf("%d rows, %d requests: %v", len(rows), n, err)
				}
				for _, r := range rows {
					if r.Note == "" || strings.Contains(r.Note, "127.0.0.1:") && !strings.Contains(r.Note, ErrUnreachable.Error()) {
						t.Errorf("row %q", r.Note)
					}
				}
			})
		}
	}
}

func TestClientLimitsAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"values":[`)
		for range 1 << 16 {
			if _, err := fmt.Fprint(w, `{"id":"1","filler":"`+strings.Repeat("x", 64)+`"},`); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	c := quickClient(t)
	c.manners.largest = 1 << 20
	if _, rows, err := speak(t, c, &call{base: server.URL, path: "/x"}); !errors.Is(err, errTooLarge) || len(rows) != 1 {
		t.Errorf("%v after %d tries", err, len(rows))
	}
}

// Not one request goes to the host while it wants to be left alone.
func TestClientPauses(t *testing.T) {
	for name, c := range map[string]struct {
		header  map[string]string
		status  int
		atLeast time.Duration
	}{
		"seconds":            {map[string]string{"Retry-After": "0.9"}, 429, 900 * time.Millisecond},
		"503 with seconds":   {map[string]string{"Retry-After": "0.9"}, 503, 900 * time.Millisecond},
		"without":            {nil, 429, time.Millisecond},
		"quota until a time": {map[string]string{"RateLimit-Reason": "jira-quota-global-based", "X-RateLimit-Reset": "@"}, 429, 900 * time.Millisecond},
		"a date in the past": {map[string]string{"Retry-After": "Mon, 02 Jan 2006 15:04:05 GMT"}, 429, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var told time.Time
			var early []time.Duration
			n := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				n++
				if n == 20 {
					for k, v := range c.header {
						if v == "@" {
							v = time.Now().Add(1500 * time.Millisecond).UTC().Truncate(time.Second).Add(time.Second).Format(time.RFC3339)
						}
						w.Header().Set(k, v)
					}
					told = time.Now()
					w.WriteHeader(c.status)
					return
				}
				// What was under way when the pause began may arrive a little later.
				if d := time.Since(told); !told.IsZero() && d > 300*time.Millisecond && d < c.atLeast {
					early = append(early, d)
				}
				fmt.Fprint(w, good)
			}))
			defer server.Close()
			client := quickClient(t)
			var paused sync.Map
			client.throttled = func(_ string, until time.Time) { paused.Store("until", until) }
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					err := client.do(t.Context(), &call{base: server.URL, path: "/x"}, ignore, func(store.Request) {})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if len(early) > 0 {
				t.Errorf("asked during the pause, after %v", early)
			}
			if _, ok := paused.Load("until"); !ok {
				t.Error("nobody was told")
			}
			if n != 101 {
				t.Errorf("%d requests for 100 answers", n)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 42, 30, 0, time.UTC)
	for _, c := range []struct {
		header http.Header
		want   time.Duration
		ok     bool
	}{
		{http.Header{}, 0, false},
		{http.Header{"Retry-After": {"7"}}, 7 * time.Second, true},
		{http.Header{"Retry-After": {"-7"}}, 0, false},
		{http.Header{"Retry-After": {"soon"}}, 0, false},
		{http.Header{"Retry-After": {"Sat, 21 Nov 2026 10:43:00 GMT"}}, 30 * time.Second, true},
		{http.Header{"X-Ratelimit-Reset": {"2026-11-21T10:43:30Z"}}, time.Minute, true},
		{http.Header{"Retry-After": {"5"}, "X-Ratelimit-Reset": {"2026-11-21T10:43:30Z"}}, 5 * time.Second, true},
		{http.Header{"Retry-After": {"5"}, "X-Ratelimit-Reset": {"2026-11-21T10:43:30Z"}, "Ratelimit-Reason": {"jira-quota-tenant-based"}}, time.Minute, true},
		{http.Header{"Ratelimit-Reason": {"confluence-quota-global-based"}}, 17*time.Minute + 30*time.Second, true},
	} {
		if d, ok := retryAfter(c.header, now); d != c.want || ok != c.ok {
			t.Errorf("%v: %v %v", c.header, d, ok)
		}
	}
}

// After a pause fewer requests are in flight; then, one after another, as many as before.
func TestThrottleAdapts(t *testing.T) {
	th := newThrottle(*quick(), nil)
	th.pause(time.Millisecond)
	if th.limit != 4 {
		t.Errorf("limit %v after one pause", th.limit)
	}
	th.pause(time.Millisecond) // the second answer of the same pause
	if th.limit != 4 {
		t.Errorf("limit %v after the same pause", th.limit)
	}
	for range 100 {
		th.good()
	}
	if th.limit != 8 {
		t.Errorf("limit %v after a hundred good answers", th.limit)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	th.pause(time.Hour)
	if err := th.enter(ctx, false); err == nil || th.inFlight != 0 {
		t.Errorf("entered during a pause: %v, %d in flight", err, th.inFlight)
	}
}

func TestClientRate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, good) }))
	defer server.Close()
	m := quick()
	m.rate = 50
	transport, _ := newTransport(*m, "", "")
	defer transport.CloseIdleConnections()
	c := newClient(transport, *m, "test")
	start := time.Now()
	for range 11 {
		if _, _, err := speak(t, c, &call{base: server.URL, path: "/x"}); err != nil {
			t.Fatal(err)
		}
	}
	if d := time.Since(start); d < 190*time.Millisecond {
		t.Errorf("eleven requests at 50 a second took %v", d)
	}
}

func TestTLSAndProxies(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, good) }))
	server.Config.ErrorLog = nil
	defer server.Close()
	if _, _, err := speak(t, quickClient(t), &call{base: server.URL, path: "/x"}); !errors.Is(err, ErrTLS) {
		t.Errorf("an unknown authority: %v", err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	transport, err := newTransport(*quick(), "", ca)
	if err != nil {
		t.Fatal(err)
	}
	defer transport.CloseIdleConnections()
	if _, _, err := speak(t, newClient(transport, *quick(), "test"), &call{base: server.URL, path: "/x"}); err != nil {
		t.Errorf("with its authority: %v", err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if _, _, err := speak(t, quickClient(t), &call{base: strings.Replace(plain.URL, "http:", "https:", 1), path: "/x"}); !errors.Is(err, ErrTLS) {
		t.Errorf("no TLS there: %v", err)
	}
	if _, err := newTransport(*quick(), "", filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrTLS) {
		t.Errorf("no such file: %v", err)
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer proxy.Close()
	for _, address := range []string{proxy.URL, "http://127.0.0.1:1"} {
		transport, err := newTransport(*quick(), address, ca)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(transport, *quick(), "test")
		if _, _, err := speak(t, c, &call{base: "https://harbourline.example", path: "/x"}); !errors.Is(err, ErrProxy) {
			t.Errorf("%s: %v", address, err)
		}
		transport.CloseIdleConnections()
	}
	if _, err := newTransport(*quick(), "ftp://x", ""); !errors.Is(err, ErrProxy) {
		t.Errorf("a proxy that is none: %v", err)
	}
	if err := networkError("x", &url.Error{Op: "Get", URL: "https://user:" + plantedToken + "@x", Err: &net.DNSError{Name: "x", IsNotFound: true}}); !errors.Is(err, ErrDNS) || strings.Contains(err.Error(), plantedToken) {
		t.Errorf("no such host: %v", err)
	}
}

// A server that repeats the credential in its refusal does not get it into a word of ours.
func TestWordsHoldNoSecret(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := r.BasicAuth()
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"message":"no: %s, %s and %s"}`, token, r.Header.Get("Authorization"), strings.TrimPrefix(r.Header.Get("Authorization"), "Basic "))
	}))
	defer server.Close()
	_, rows, err := speak(t, quickClient(t), &call{base: server.URL, path: "/x", session: signedIn()})
	said := fmt.Sprintf("%v %+v %v %+v", err, rows, signedIn().Credential, signedIn().Credential)
	if err == nil || strings.Contains(said, plantedToken) || strings.Contains(said, "dG9r") || strings.Contains(said, "YUBoYXJ") {
		t.Errorf("said: %s", said)
	}
}

func TestServerWords(t *testing.T) {
	for body, want := range map[string]string{
		`{"errorMessages":["You do not have permission"],"errors":{"b":"bad","a":"worse"},"status":403}`:                           "You do not have permission; a: worse; b: bad",
		`{"statusCode":404,"data":{"authorized":false,"errors":[{"message":{"translation":"Not there"}}]},"message":"com.x: Not"}`: "com.x: Not; Not there",
		`{"errors":[{"id":"1","status":"403","code":"FORBIDDEN","title":"Forbidden","detail":"no scope"}]}`:                        "Forbidden; no scope",
		`{"code":401,"message":"Unauthorized; scope does not match"}`:                                                              "Unauthorized; scope does not match",
		`{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}`:                                        "Unknown or invalid refresh token.; invalid_grant",
		`<!doctype html><html><title>Page  not&amp;found</title>`:                                                                  "Page not&found",
		"plain\nwords\x00\x1b[31m here": "plain words [31m here",
		``:                              "",
		`[]`:                            "",
		`null`:                          "",
		`"said"`:                        "said",
	} {
		if got := serverWords(strings.NewReader(body), nil); got != want {
			t.Errorf("%s\n got %q\nwant %q", body, got, want)
		}
	}
}

func FuzzServerWords(f *testing.F) {
	f.Add([]byte(`{"errorMessages":["a",1,null,{"x":[]}],"errors":{"b":"c"}}`))
	f.Add([]byte(`<title>` + plantedToken))
	f.Add([]byte(plantedToken + `{"message":"` + plantedToken))
	f.Add(bytes.Repeat([]byte("["), 2000))
	f.Fuzz(func(t *testing.T, body []byte) {
		words := serverWords(io.LimitReader(bytes.NewReader(body), 1<<20), []string{plantedToken})
		if strings.Contains(words, plantedToken) {
			t.Fatal("the secret came back")
		}
		if len(words) > longestWords+8 || strings.ContainsAny(words, "\n\r\x00\x1b") {
			t.Fatalf("not one short line: %q", words)
		}
	})
}
