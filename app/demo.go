package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plumbline/collector"
	"plumbline/collector/fakesite"
	"plumbline/store"
)

// DemoLabel is the label of the demo's first snapshot.
const DemoLabel = "Q3 audit"

// Editions of the pretend company that the demo can collect.
const (
	CloudEdition      = "cloud"
	DataCenterEdition = "dc"
)

// Editions are the words for them.
func Editions() []string { return []string{CloudEdition, DataCenterEdition} }

// Demo collects the pretend company Harbourline at two points in time, over HTTP on loopback, into
// a file, and returns what came of the second. A demo that is already there is replaced; any other
// file is left alone.
func Demo(ctx context.Context, path string, tell func(Event)) (first, second *Collected, err error) {
	return DemoOf(ctx, CloudEdition, path, tell)
}

// DemoOf is Demo of one of Editions.
func DemoOf(ctx context.Context, edition, path string, tell func(Event)) (first, second *Collected, err error) {
	start, ok := map[string]func() (*pretend, error){CloudEdition: pretendCloud, DataCenterEdition: pretendDataCenter}[edition]
	if !ok {
		return nil, nil, Unknown("edition", edition, Editions(), "the pretend company has two: "+strings.Join(Editions(), " and "))
	}
	if err := checkDemo(ctx, path); err != nil {
		return nil, nil, err
	}
	err = beside(path, func(folder string) error {
		first, second, err = demoIn(ctx, start, folder, tell)
		if err != nil {
			return err
		}
		if err := os.Rename(second.File, path); err != nil {
			return err
		}
		first.File, second.File = path, path
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return first, second, nil
}

// demoIn collects an edition at its points in time into a file in a folder.
func demoIn(ctx context.Context, start func() (*pretend, error), folder string, tell func(Event)) (first, second *Collected, err error) {
	site, err := start()
	if err != nil {
		return nil, nil, err
	}
	defer site.close()
	in := &SignIns{keychain: &collector.Keychain{Dir: folder}, atlassian: site.atlassian, getenv: func(string) string { return "" }}
	unfinished := filepath.Join(folder, "demo.plumb.db")
	for point, when := range fakesite.Points {
		if err := site.at(when); err != nil {
			return nil, nil, err
		}
		clock, err := clockAt(when)
		if err != nil {
			return nil, nil, err
		}
		options := collector.Options{
			Addresses: site.addresses, APIBase: site.atlassian.API, Program: Version(), Progress: tell, Now: clock, Credentials: site.credentials,
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
	return first, second, nil
}

// pretend is an edition of the pretend company while it listens.
type pretend struct {
	addresses   []string
	atlassian   collector.Atlassian
	credentials []collector.Credential
	at          func(when string) error
	close       func() error
}

func pretendCloud() (*pretend, error) {
	server := fakesite.Harbourline(1)
	site, api, auth, err := server.Start()
	if err != nil {
		return nil, err
	}
	return &pretend{
		addresses: []string{site}, atlassian: collector.Atlassian{API: api, Auth: auth}, at: server.At, close: server.Close,
		credentials: []collector.Credential{
			collector.Basic(collector.APIToken, "demo", site, fakesite.AuditorEmail, fakesite.AuditorToken),
			collector.Bearer(collector.OrgKey, "demo", site, fakesite.OrgKeySecret),
		},
	}, nil
}

func pretendDataCenter() (*pretend, error) {
	server := fakesite.HarbourlineDC(1)
	jira, confluence, err := server.Start()
	if err != nil {
		return nil, err
	}
	p := &pretend{addresses: []string{jira, confluence}, at: server.At, close: server.Close}
	for _, address := range p.addresses {
		p.credentials = append(p.credentials, collector.Bearer(collector.DCToken, "demo", address, fakesite.DCAuditorToken))
	}
	return p, nil
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

// isDemo says whether a snapshot is of the pretend company: of its cloud site, whose address is this
// machine's, or of its Data Center, which states an address that nobody can have.
func isDemo(s store.Snapshot) bool {
	if s.Site.Kind == DataCenterEdition {
		return s.Site.Address == fakesite.DCJiraAddress
	}
	return s.Site.Name == demoSite && CheckSite(s.Site.Address) == nil
}

const demoSite = "Harbourline"
