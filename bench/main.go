// Bench measures Plumbline on the ordinary site of docs/performance.md and prints each figure
// beside its floor, taken in the same run on the same machine. It promises no pass or fail:
// speed is looked at, never tested.
//
//	go run ./bench            everything
//	go run ./bench store      one part: store, collect, judge, access, merge, report, window, seal, redact
//	go run ./bench -edition dc collect judge    of an ordinary Data Center installation; org: of a site with its organisation
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// part is one group of figures.
type part struct {
	name string
	run  func(ctx context.Context, dir string) error
}

var parts = []part{
	{"store", benchStore},
	{"collect", benchCollect},
	{"judge", benchJudge},
	{"access", benchAccess},
	{"report", benchReport},
	{"merge", benchMerge},
	{"window", benchWindow},
	{"seal", benchSeal},
	{"redact", benchRedact},
}

// edition is of which site collect collects and judge judges the whole.
var edition = flag.String("edition", "cloud", "what is collected and judged: cloud, dc or org")

func main() {
	flag.Parse()
	dir, err := os.MkdirTemp("", "plumbline-bench-*")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	os.Setenv("PLUMBLINE_CACHE", dir+"/cache")
	fmt.Printf("%s, %d cores, %s/%s, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format("2006-01-02"))
	for _, p := range parts {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), p.name) {
			continue
		}
		fmt.Printf("\n%s\n", strings.ToUpper(p.name))
		if err := p.run(context.Background(), dir); err != nil {
			fatal(fmt.Errorf("%s: %w", p.name, err))
		}
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// show prints one figure, the floor beside it, and what is to be reached.
func show(what, figure, floor, target string) {
	fmt.Printf("  %-52s %18s   %-34s %s\n", what, figure, floor, target)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
func millis(d time.Duration) string  { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
func megabytes(n int64) string       { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// timed runs do and says how long it took.
func timed(do func() error) (time.Duration, error) {
	start := time.Now()
	err := do()
	return time.Since(start), err
}
