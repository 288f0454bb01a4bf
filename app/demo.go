package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"plumbline/collector"
	"plumbline/collector/fakesite"
	"plumbline/store"
)

// DemoLabel is the label of the demo's first snapshot.
const DemoLabel = "Q3 audit"

// Demo collects the pretend company Harbourline at two points in time, over HTTP on loopback, into
// a file, and returns what came of the second. A demo that is already there is replaced; any other
// file is left alone.
func Demo(ctx context.Context, path string, tell func(Event)) (first, second *Collected, err error) {
	if err := checkDemo(ctx, path); err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".plumbline-demo-*") // beside it, to be moved in one step
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(folder)
	server := fakesite.Harbourline(1)
	site, api, auth, err := server.Start()
	if err != nil {
		return nil, nil, err
	}
	defer server.Close()
	in := &SignIns{keychain: &collector.Keychain{Dir: folder}, atlassian: collector.Atlassian{API: api, Auth: auth}, getenv: func(string) string { return "" }}
	unfinished := filepath.Join(folder, "demo.plumb.db")
	for point, when := range fakesite.Points {
		if err := server.At(when); err != nil {
			return nil, nil, err
		}
		clock, err := clockAt(when)
		if err != nil {
			return nil, nil, err
		}
		options := collector.Options{
			Addresses: []string{site}, APIBase: api, Program: Version(), Progress: tell, Now: clock,
			Credentials: []collector.Credential{collector.Basic(collector.APIToken, "demo", site, fakesite.AuditorEmail, fakesite.AuditorToken)},
		}
		if point == 0 {
			options.Label = DemoLabel
		}
		done, err := in.collectInto(ctx, unfinished, options)
		if err != nil {
			return nil, nil, fmt.Errorf("collecting the pretend site: %w", err)
		}
		first, second = second, done
	}
	if err := os.Rename(unfinished, path); err != nil {
		return nil, nil, err
	}
	first.File, second.File = path, path
	return first, second, nil
}

// clockAt is a clock that begins at nine in the morning of a day and runs on.
func clockAt(day string) (func() time.Time, error) {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		return nil, fmt.Errorf("the pretend site's date: %w", err)
	}
	begun := time.Now()
	return func() time.Time { return at.Add(9*time.Hour + time.Since(begun)) }, nil
}

// checkDemo refuses a path at which something else than a demo lies.
func checkDemo(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	refuse := &Problem{
		Code: "not-a-demo", Exit: Failed,
		Title: path + " is there already and is no demo", Hint: "it is left alone; name another file: plumbline demo FILE",
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		return refuse
	}
	defer f.Close()
	all, err := f.Snapshots(ctx)
	if err != nil || len(all) == 0 {
		return refuse
	}
	for _, s := range all {
		if !isDemo(s) {
			return refuse
		}
	}
	return nil
}

// isDemo says whether a snapshot is of the pretend company: its address is this machine's, and its
// account the pretend auditor's.
func isDemo(s store.Snapshot) bool {
	return s.Site.Name == demoSite && CheckSite(s.Site.Address) == nil
}

const demoSite = "Harbourline"
