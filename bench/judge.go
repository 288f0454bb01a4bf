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
	"time"

	"plumbline/collector/fakesite"
	"plumbline/queries/rules"
	"plumbline/store"
)

// ordinarySite collects the whole ordinary site of an edition without waiting.
func ordinarySite(dir string) (collected, error) {
	switch *edition {
	case "dc":
		return collectDataCenter(dir, "ordinary-dc", fakesite.OrdinaryDC)
	case "org": // when each account was last active is left out: an organisation is asked that 200 times a minute, for hours
		sizes := fakesite.Ordinary
		return collectFrom(dir, "ordinary-org", &fakesite.Server{Sizes: &sizes}, []string{"PLUMBLINE_ORG_KEY=" + fakesite.OrgKeySecret}, "--skip", "org_user_product")
	case "cloud":
		return collect(dir, "ordinary-site", fakesite.Ordinary, 0)
	}
	return collected{}, fmt.Errorf("edition %q is none of cloud, dc, org", *edition)
}

// benchJudge judges the whole ordinary site, collected without waiting, cold and cached.
func benchJudge(ctx context.Context, dir string) error {
	c, err := ordinarySite(dir)
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
	return nil
}
