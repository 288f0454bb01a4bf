package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"plumbline/collector/fakesite"
	"plumbline/queries/rules"
	"plumbline/store"
)

// ordinarySite collects the whole ordinary site of an edition without waiting, as it is after some steps.
func ordinarySite(dir string, step int) (collected, error) {
	sizes, dc := fakesite.Ordinary, fakesite.OrdinaryDC
	sizes.Step, dc.Step = step, step
	switch *edition {
	case "dc":
		return collectDataCenter(dir, "ordinary-dc", dc)
	case "org": // when each account was last active is left out: an organisation is asked that 200 times a minute, for hours
		return collectFrom(dir, "ordinary-org", &fakesite.Server{Sizes: &sizes}, []string{"PLUMBLINE_ORG_KEY=" + fakesite.OrgKeySecret}, "--skip", "org_user_product")
	case "cloud":
		return collect(dir, "ordinary-site", sizes, 0)
	}
	return collected{}, fmt.Errorf("edition %q is none of cloud, dc, org", *edition)
}

// benchJudge judges the whole ordinary site, collected without waiting, cold and cached; then what drifted in a step.
func benchJudge(ctx context.Context, dir string) error {
	c, err := ordinarySite(dir, 0)
	if err != nil {
		return err
	}
	show("the ordinary site, collected without waiting", fmt.Sprintf("%d objects", c.objects), fmt.Sprintf("%d requests, wall %s, CPU %s, peak %d MB", len(c.requests), seconds(c.wall), seconds(c.cpu), c.rss>>20), "")
	f, err := store.Open(ctx, c.path)
	if err != nil {
		return err
	}
	defer f.Close()
	pack, err := rules.Shipped()
	if err != nil {
		return err
	}
	var j *rules.Judgement
	took := map[string]time.Duration{}
	for _, run := range []struct{ what, target string }{{"all rules, cold", "<= 5 s"}, {"all rules, relations kept", ""}, {"all rules, cached", "<= 100 ms"}} {
		if run.what == "all rules, relations kept" {
			os.RemoveAll(filepath.Join(store.CacheDir(), "judged"))
		}
		all, err := timed(func() (err error) { j, err = pack.Judge(ctx, f, 1, rules.Options{}); return err })
		if err != nil {
			return err
		}
		if len(j.Took) > 0 {
			took = j.Took
		}
		show(run.what, millis(all), fmt.Sprintf("%d findings", len(j.Findings)), run.target)
	}
	whole, err := timed(exec.Command("bin/plumbline", "findings", c.path, "--json", "-o", filepath.Join(dir, "findings.json")).Run)
	if err != nil {
		return fmt.Errorf("findings: %w", err)
	}
	show("all rules, cached: the program from start to end", millis(whole), "all findings as JSON", "")
	started, err := timed(exec.Command("bin/plumbline", "version").Run)
	if err != nil {
		return fmt.Errorf("version: %w", err)
	}
	show("plumbline version", millis(started), "", "<= 30 ms")
	slowest := slices.SortedFunc(maps.Keys(took), func(a, b string) int { return cmp.Compare(took[b], took[a]) })
	for _, id := range slowest[:5] {
		v := j.Verdicts[slices.IndexFunc(j.Verdicts, func(v rules.RuleVerdict) bool { return v.Rule == id })]
		show("  one of the slowest five: "+id, millis(took[id]), fmt.Sprintf("%s, %d findings", v.Verdict, v.Findings), "<= 1500 ms")
	}
	return benchDrift(ctx, c.path)
}

// benchDrift judges the rules about a change alone, on the ordinary site as it was and one step later, the relations of
// both kept: what differs is walked too.
func benchDrift(ctx context.Context, first string) error {
	dir, err := os.MkdirTemp(filepath.Dir(first), "drift-*") // the other parts measure one snapshot
	if err != nil {
		return err
	}
	bytes, err := os.ReadFile(first)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(first)), bytes, 0o600); err != nil {
		return err
	}
	c, err := ordinarySite(dir, 1)
	if err != nil {
		return err
	}
	f, err := store.Open(ctx, c.path)
	if err != nil {
		return err
	}
	defer f.Close()
	pack, err := rules.LoadDir("queries/rules/drift")
	if err != nil {
		return err
	}
	var compared *rules.Comparison
	var took, cpu time.Duration
	for range 2 { // the first builds the relations
		os.RemoveAll(filepath.Join(store.CacheDir(), "judged"))
		before := processorTime()
		took, err = timed(func() (err error) {
			compared, err = pack.Compare(ctx, rules.Side{File: f, Snapshot: 1}, rules.Side{File: f, Snapshot: 2}, rules.Options{})
			return err
		})
		if err != nil {
			return err
		}
		cpu = processorTime() - before
	}
	for _, v := range compared.Verdicts {
		if v.After == rules.Error {
			return fmt.Errorf("%s: %s", v.Rule, v.Reason)
		}
	}
	show(fmt.Sprintf("the %d drift rules, relations kept", len(pack.Rules)), millis(took), fmt.Sprintf("CPU %s, %d findings", millis(cpu), len(compared.Drift)), "<= 1 s")
	each := compared.After.Took
	slowest := slices.MaxFunc(slices.Collect(maps.Keys(each)), func(a, b string) int { return cmp.Compare(each[a], each[b]) })
	show("  the slowest: "+slowest, millis(each[slowest]), "", "")
	return nil
}

// processorTime is what this program has used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
