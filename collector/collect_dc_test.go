package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// startDC starts the pretend installation; its addresses are those of Jira and of Confluence.
func startDC(t testing.TB, d *fakesite.DataCenter) (jira, confluence string) {
	t.Helper()
	jira, confluence, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return jira, confluence
}

func dcOptions(f *store.File, addresses ...string) Options {
	return Options{File: f, Addresses: addresses, Now: testNow, manners: quick(), Program: "test",
		Credentials: []Credential{Bearer(DCToken, "test", "", fakesite.DCAuditorToken)}}
}

func coverageOf(r Result) map[string]store.Coverage {
	of := map[string]store.Coverage{}
	for _, c := range r.Coverage {
		of[c.Resource] = c
	}
	return of
}

// A whole installation, and each of its products alone.
func TestCollectDataCenter(t *testing.T) {
	d := fakesite.HarbourlineDC(2)
	jira, confluence := startDC(t, d)
	d.Mend()
	for name, c := range map[string]struct {
		given          []string
		without, alone string
	}{
		"both":             {given: []string{confluence + "/display/PEOPLE", jira}},
		"Jira alone":       {given: []string{jira}, without: "confluence", alone: "no address of Confluence was given: this snapshot is of Jira alone"},
		"Confluence alone": {given: []string{confluence}, without: "jira", alone: "no address of Jira was given: this snapshot is of Confluence alone"},
	} {
		t.Run(name, func(t *testing.T) {
			f := openFile(t)
			result, err := Collect(t.Context(), dcOptions(f, c.given...))
			if err != nil {
				t.Fatal(err)
			}
			if s := result.Snapshot.Site; s.Kind != "dc" || len(s.IDs) == 0 {
				t.Errorf("site %+v", s)
			}
			for _, r := range DataCenterResources() {
				cov := coverageOf(result)[r.Name]
				switch {
				case c.without != "" && strings.HasPrefix(r.Name, c.without+"_"):
					if cov.Outcome != store.Unavailable || cov.Reason != c.alone || cov.Requests != 0 {
						t.Errorf("%s is %s: %s", r.Name, cov.Outcome, cov.Reason)
					}
				case r.Name == "health_check" && strings.Contains(cov.Reason, "system administrator"): // which the auditor is of Jira alone
				case cov.Outcome == store.Denied, cov.Outcome == store.Failed, cov.Outcome == store.Skipped:
					t.Errorf("%s is %s: %s", r.Name, cov.Outcome, cov.Reason)
				}
			}
			for name, reason := range map[string]string{"org": "only Cloud has it", "org_user_role": "only Cloud has it", "jira_license": "only Cloud has it", "confluence_space_role": "only Cloud has it"} {
				if cov := coverageOf(result)[name]; cov.Outcome != store.Unavailable || cov.Reason != reason || cov.Revision == 0 {
					t.Errorf("%s is %s: %s (revision %d)", name, cov.Outcome, cov.Reason, cov.Revision)
				}
			}
			if v := result.Snapshot.Vantage; !slices.Equal(v.Credentials, []string{DCToken}) || v.Account == "" || len(v.Groups) == 0 ||
				c.without != "jira" && !slices.Contains(v.Permissions, "ADMINISTER") || c.without != "confluence" && !slices.Contains(v.Permissions, "confluence:administer") {
				t.Errorf("vantage %+v", v)
			}
		})
	}
	for _, r := range d.Log() {
		if r.Auth == "wrong" {
			t.Errorf("%+v", r)
		}
	}
}

// Killed midway and gone on with, a snapshot of an installation is the same as an undisturbed one.
func TestResumeDataCenter(t *testing.T) {
	d := fakesite.HarbourlineDC(1)
	jira, confluence := startDC(t, d)
	d.Mend()
	whole, err := Collect(t.Context(), dcOptions(openFile(t), jira, confluence))
	if err != nil {
		t.Fatal(err)
	}
	f := openFile(t)
	for n := range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		var asked atomic.Int64
		o := dcOptions(f, confluence, jira) // in the other order
		o.Asked = func(store.Request) {
			if asked.Add(1) == 60 {
				cancel()
			}
		}
		result, err := Collect(ctx, o)
		cancel()
		if err == nil {
			if n == 0 || result.Snapshot.Digest != whole.Snapshot.Digest || result.Snapshot.Objects != whole.Snapshot.Objects {
				t.Errorf("after %d interruptions %d objects, %s; undisturbed %d, %s", n, result.Snapshot.Objects, result.Snapshot.Digest, whole.Snapshot.Objects, whole.Snapshot.Digest)
			}
			return
		}
		if !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
	}
	result, err := Collect(t.Context(), dcOptions(f, jira, confluence))
	if err != nil || !result.Resumed || result.Snapshot.Digest != whole.Snapshot.Digest {
		t.Errorf("resumed %v, %d objects, %v", result.Resumed, result.Snapshot.Objects, err)
	}
}

// A wrong token, a member of staff's, and one that an installation takes no notice of.
func TestDataCenterTokens(t *testing.T) {
	for name, c := range map[string]struct {
		secret string
		status int
		want   error
	}{
		"wrong":                {"no-such-token", 401, ErrSignInRefused},
		"taken for nobody":     {"no-such-token", 0, ErrSignInRefused},
		"expired":              {fakesite.DCExpiredToken, 0, ErrSignInRefused},
		"of a member of staff": {fakesite.DCStaffToken, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := fakesite.HarbourlineDC(1)
			d.WrongTokens = c.status
			jira, confluence := startDC(t, d)
			d.Mend()
			o := dcOptions(openFile(t), jira, confluence)
			o.Credentials = []Credential{Bearer(DCToken, "test", "", c.secret)}
			result, err := Collect(t.Context(), o)
			if !errors.Is(err, c.want) || strings.Contains(fmt.Sprint(err), c.secret) {
				t.Fatal(err)
			}
			if c.want != nil {
				return
			}
			of := coverageOf(result)
			for _, name := range []string{"jira_setting", "jira_application_role"} {
				if of[name].Outcome != store.Denied {
					t.Errorf("%s is %s: %s", name, of[name].Outcome, of[name].Reason)
				}
			}
			if v := result.Snapshot.Vantage; len(v.Permissions) != 0 && slices.Contains(v.Permissions, "ADMINISTER") || slices.Contains(v.Permissions, "confluence:administer") {
				t.Errorf("vantage %+v", v)
			}
		})
	}
}

// The versions that the documents describe, and those before them: what one lacks is said to be lacking, and nothing fails.
func TestDataCenterVersions(t *testing.T) {
	for _, c := range []struct{ jira, confluence string }{{"10.3.12", "9.2.7"}, {"11.3.8", "10.2.14"}, {"9.12.18", "8.5.10"}} {
		t.Run(c.jira, func(t *testing.T) {
			d := fakesite.HarbourlineDC(2)
			d.Versions = map[string]string{"jira": c.jira, "confluence": c.confluence}
			jira, confluence := startDC(t, d)
			d.Mend()
			result, err := Collect(t.Context(), dcOptions(openFile(t), jira, confluence))
			if err != nil {
				t.Fatal(err)
			}
			for name, cov := range coverageOf(result) {
				if cov.Outcome == store.Failed || cov.Outcome == store.Skipped {
					t.Errorf("%s is %s: %s", name, cov.Outcome, cov.Reason)
				}
			}
			for _, name := range []string{"jira_user", "jira_project", "confluence_user", "confluence_space", "confluence_content", "jira_instance", "confluence_instance"} {
				if cov := coverageOf(result)[name]; cov.Objects == 0 {
					t.Errorf("%s is %s and empty: %s", name, cov.Outcome, cov.Reason)
				}
			}
			if v := result.Snapshot.Vantage; !slices.Contains(v.Permissions, "ADMINISTER") {
				t.Errorf("vantage %+v", v)
			}
		})
	}
}

// Jira alone, then with Confluence, then by another address: one site in the file, whose findings keep their ids.
func TestOneInstallation(t *testing.T) {
	d := fakesite.HarbourlineDC(1)
	jira, confluence := startDC(t, d)
	d.Mend()
	f := openFile(t)
	var ids []string
	for _, given := range [][]string{{jira}, {confluence, jira}, {strings.Replace(jira, "127.0.0.1", "localhost", 1)}, {jira + "/browse/X-1", confluence + "/pages/viewpage.action"}} {
		result, err := Collect(t.Context(), dcOptions(f, given...))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, result.Snapshot.Site.SiteID())
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 1 {
		t.Errorf("the site has the ids %v", ids)
	}
	if sites, err := f.Sites(t.Context()); err != nil || len(sites) != 1 || len(sites[0].IDs) < 4 {
		t.Errorf("%+v, %v", sites, err)
	}
}
