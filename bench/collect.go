package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

const latency = 20 * time.Millisecond

// benchCollect collects a site over HTTP with the real binary, 20 ms a request, beside a bare
// loop that sends the same requests eight at a time and stores nothing.
func benchCollect(ctx context.Context, dir string) error {
	if *edition != "cloud" {
		return benchWhole(dir)
	}
	tenth := fakesite.Sizes{Users: 5_000, Groups: 500, MembersPerGroup: 39, Projects: 500, Schemes: 50, GrantsPerScheme: 40, Filters: 200,
		Issues: 1_500, FilesPerIssue: 10, Spaces: 500, PermissionsPerSpace: 16, Pages: 2_000, RestrictedPages: 200}
	c, err := collect(dir, "tenth", tenth, latency)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("collecting a tenth of the ordinary site, %d requests", len(c.requests)), fmt.Sprintf("%s = %.2f x", seconds(c.wall), c.wall.Seconds()/c.floor.Seconds()),
		"bare loop, 8 at a time: "+seconds(c.floor), "<= 1.3 x")
	show("  CPU, storing included", fmt.Sprintf("%.0f us an object", float64(c.cpu.Microseconds())/float64(c.objects)), fmt.Sprintf("%d objects", c.objects), "<= 25 us")

	users := fakesite.Sizes{Users: 50_000}
	u, err := collect(dir, "users", users, latency, "--only", "jira_user")
	if err != nil {
		return err
	}
	show("collecting 50,000 users", fmt.Sprintf("%s = %.2f x", seconds(u.wall), u.wall.Seconds()/u.floor.Seconds()), "bare loop: "+seconds(u.floor), "<= 1.3 x")
	show("  CPU, storing included", fmt.Sprintf("%.0f us an object", float64(u.cpu.Microseconds())/float64(u.objects)), fmt.Sprintf("%d objects", u.objects), "<= 25 us")

	for _, n := range []int{10_000, 1_000_000} {
		m, err := collect(dir, fmt.Sprint(n), fakesite.Sizes{Projects: 20, Issues: n / 10, FilesPerIssue: 10}, 0, "--only", "jira_attachment")
		if err != nil {
			return err
		}
		show(fmt.Sprintf("peak memory at %d objects", m.objects), fmt.Sprintf("%d MB", m.rss>>20), "wall "+seconds(m.wall)+", CPU "+fmt.Sprintf("%.0f us an object", float64(m.cpu.Microseconds())/float64(m.objects)), "<= 150 MB, the same at both")
	}
	return benchWhole(dir)
}

// benchWhole collects the whole ordinary site of an edition, without waiting.
func benchWhole(dir string) error {
	c, err := ordinarySite(dir, 0)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("collecting the ordinary site, %d requests", len(c.requests)), seconds(c.wall), fmt.Sprintf("%d objects", c.objects), "")
	show("  CPU, storing included", fmt.Sprintf("%.0f us an object", float64(c.cpu.Microseconds())/float64(c.objects)), "", "<= 25 us")
	show("  peak memory", fmt.Sprintf("%d MB", c.rss>>20), "", "<= 150 MB")
	return nil
}

// collected is one run of the real binary and what it cost.
type collected struct {
	path             string
	wall, cpu, floor time.Duration
	rss              int64 // bytes
	objects          int64
	requests         []fakesite.Request
}

func collect(dir, name string, sizes fakesite.Sizes, wait time.Duration, flags ...string) (collected, error) {
	return collectFrom(dir, name, &fakesite.Server{Sizes: &sizes, Latency: wait}, nil, flags...)
}

func collectFrom(dir, name string, site *fakesite.Server, env []string, flags ...string) (collected, error) {
	url, api, auth, err := site.Start()
	if err != nil {
		return collected{}, err
	}
	defer site.Close()
	env = append(env, "PLUMBLINE_EMAIL="+fakesite.AuditorEmail, "PLUMBLINE_TOKEN="+fakesite.AuditorToken, "PLUMBLINE_API_BASE="+api, "PLUMBLINE_AUTH_BASE="+auth)
	c, err := run(dir, name, env, append([]string{"--site", url}, flags...)...)
	if c.requests = site.Log(); err == nil && site.Latency > 0 {
		c.floor, err = bareLoop(url, c.requests)
	}
	return c, err
}

func collectDataCenter(dir, name string, sizes fakesite.Sizes) (collected, error) {
	site := &fakesite.DataCenter{Server: fakesite.Server{Sizes: &sizes}}
	jira, confluence, err := site.Start()
	if err != nil {
		return collected{}, err
	}
	defer site.Close()
	c, err := run(dir, name, []string{"PLUMBLINE_TOKEN=" + fakesite.DCAuditorToken}, "--site", jira, "--site", confluence)
	c.requests = site.Log()
	return c, err
}

// run collects with the real binary.
func run(dir, name string, env []string, flags ...string) (collected, error) {
	c := collected{path: filepath.Join(dir, name+".plumb.db")}
	cmd := exec.Command("bin/plumbline", append([]string{"collect", c.path, "-q"}, flags...)...)
	cmd.Env = append(os.Environ(), env...)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	c.wall = time.Since(start)
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 3 { // 3: the generated site lacks some resources
		return c, fmt.Errorf("collect: %w: %s", err, out)
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.rss = usage.Maxrss << 10
	}
	f, err := store.Open(context.Background(), c.path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	s, err := f.Snapshot(context.Background(), 1)
	if err != nil {
		return c, err
	}
	c.objects = s.Objects
	return c, nil
}

// bareLoop sends the same requests, eight at a time, and throws the answers away.
func bareLoop(base string, requests []fakesite.Request) (time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	work := make(chan fakesite.Request)
	var wait sync.WaitGroup
	var failed error
	var once sync.Once
	start := time.Now()
	for range 8 {
		wait.Go(func() {
			for r := range work {
				url := base + r.Path
				if r.Query != "" {
					url += "?" + r.Query
				}
				req, err := http.NewRequest(http.MethodGet, url, nil)
				if err == nil {
					req.SetBasicAuth(fakesite.AuditorEmail, fakesite.AuditorToken)
					var answer *http.Response
					if answer, err = client.Do(req); err == nil {
						_, err = io.Copy(io.Discard, answer.Body)
						answer.Body.Close()
					}
				}
				if err != nil {
					once.Do(func() { failed = err })
				}
			}
		})
	}
	for _, r := range requests {
		work <- r
	}
	close(work)
	wait.Wait()
	return time.Since(start), failed
}
