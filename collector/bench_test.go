package collector

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"plumbline/collector/fakesite"
)

// benchSizes is a tenth of an ordinary site; with PLUMBLINE_BENCH=ordinary the whole of it.
func benchSizes() fakesite.Sizes {
	s := fakesite.Ordinary
	if os.Getenv("PLUMBLINE_BENCH") == "ordinary" {
		return s
	}
	for _, n := range []*int{&s.Users, &s.Groups, &s.Projects, &s.Schemes, &s.Filters, &s.Issues, &s.Spaces, &s.Pages, &s.RestrictedPages} {
		*n /= 10
	}
	return s
}

// BenchmarkCollect collects a made-up site over HTTP at 20 ms a request, in a process of its own, and then fetches the
// very same requests with a bare eight-way loop that reads the bodies and stores nothing: the floor.
func BenchmarkCollect(b *testing.B) {
	sizes := benchSizes()
	s := startSite(b, &fakesite.Server{Sizes: &sizes, Latency: 20 * time.Millisecond, Tokens: []fakesite.Token{{Email: fakesite.AuditorEmail, Secret: fakesite.AuditorToken}}})
	for b.Loop() {
		s.ForgetLog()
		told := collectElsewhere(b, s)
		requests := s.Log()
		start := time.Now()
		bareLoop8(b, s, requests)
		floor := time.Since(start)
		b.ReportMetric(float64(told.Wall)/float64(floor), "x-bare-loop")
		b.ReportMetric(told.Wall.Seconds(), "s")
		b.ReportMetric(floor.Seconds(), "s-bare-loop")
		b.ReportMetric(float64(told.CPU.Microseconds())/float64(told.Objects), "us-CPU/object")
		b.ReportMetric(float64(told.RSS>>20), "MB-peak")
		b.ReportMetric(float64(told.Objects), "objects")
		b.ReportMetric(float64(len(requests)), "requests")
	}
}

// report is what a collecting process says of itself at its end.
type report struct {
	Wall, CPU time.Duration
	RSS       int64 // peak, bytes
	Objects   int64
}

func collectElsewhere(b *testing.B, s site) report {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PLUMBLINE_TEST_COLLECT_INTO="+filepath.Join(b.TempDir(), "bench.plumb.db"), "PLUMBLINE_TEST_SITE="+s.url, "PLUMBLINE_TEST_REPORT=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var told report
	if err := json.Unmarshal(out, &told); err != nil {
		b.Fatal(err)
	}
	return told
}

// usage is what this process has used so far.
func usage(started time.Time, objects int64) report {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	peak := u.Maxrss
	if runtime.GOOS == "linux" {
		peak <<= 10
	}
	return report{Wall: time.Since(started), CPU: time.Duration(u.Utime.Nano() + u.Stime.Nano()), RSS: peak, Objects: objects}
}

// bareLoop8 sends requests again, eight at a time.
func bareLoop8(b *testing.B, s site, requests []fakesite.Request) {
	b.Helper()
	todo := make(chan fakesite.Request)
	var workers sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	for range 8 {
		workers.Go(func() {
			for r := range todo {
				req, err := http.NewRequest(r.Method, s.url+r.Path+"?"+r.Query, nil)
				if err != nil {
					continue
				}
				if r.Method == http.MethodPost { // the log keeps no bodies; any does for the time it takes
					body := `{"accountIds":[]}`
					if strings.HasSuffix(r.Path, "/check") {
						body = `{"globalPermissions":["ADMINISTER"]}`
					}
					req.Body = io.NopCloser(bytes.NewReader([]byte(body)))
					req.Header.Set("Content-Type", "application/json")
				}
				if r.Auth != "none" {
					req.SetBasicAuth(fakesite.AuditorEmail, fakesite.AuditorToken)
				}
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
	for _, r := range requests {
		todo <- r
	}
	close(todo)
	workers.Wait()
	client.CloseIdleConnections()
}
