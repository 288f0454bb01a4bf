package collector

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// TestMain lets the test binary be a collector that can be killed: TestKilled starts it as one.
func TestMain(m *testing.M) {
	path := os.Getenv("PLUMBLINE_TEST_COLLECT_INTO")
	if path == "" {
		os.Exit(m.Run())
	}
	started := time.Now()
	var result Result
	f, err := store.OpenWritable(context.Background(), path)
	if err == nil {
		o := Options{File: f, Addresses: []string{os.Getenv("PLUMBLINE_TEST_SITE")}, Program: "test", manners: quick(),
			Credentials: []Credential{Basic(APIToken, "test", "", fakesite.AuditorEmail, fakesite.AuditorToken)}}
		if api := os.Getenv("PLUMBLINE_TEST_API"); api != "" {
			o.APIBase, o.manners.minute = api, shortMinute
			o.Credentials = append(o.Credentials, Bearer(OrgKey, "test", "", fakesite.OrgKeySecret))
		}
		if os.Getenv("PLUMBLINE_TEST_REPORT") != "" {
			o.manners = nil
		}
		result, err = Collect(context.Background(), o)
		f.Close()
	}
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	if os.Getenv("PLUMBLINE_TEST_REPORT") != "" {
		_ = json.NewEncoder(os.Stdout).Encode(usage(started, result.Snapshot.Objects))
	}
	os.Exit(0)
}

// shortMinute is what limits of so many requests a minute are about where a test has no minute to spare.
const shortMinute = 100 * time.Millisecond

// Killed at any instant and started again, it ends with the snapshot that an undisturbed run takes.
func TestKilled(t *testing.T) {
	fake := fakesite.Harbourline(2)
	fake.Latency, fake.Minute = 4*time.Millisecond, shortMinute
	fake.Caps = map[string]int{"POST /admin/v2/orgs/{org}/directories/{directory}/users/search": 7}
	s := startSite(t, fake)
	s.Mend()
	o := options(s, openFile(t))
	o.manners.minute = shortMinute
	o.Credentials = append(o.Credentials, Bearer(OrgKey, "test", "", fakesite.OrgKeySecret))
	o.Now = nil // as the killed one does
	whole, _ := collected(t, o)
	path := filepath.Join(t.TempDir(), "killed.plumb.db")
	kills := 0
	for wait := 60 * time.Millisecond; ; wait += 20 * time.Millisecond {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "PLUMBLINE_TEST_COLLECT_INTO="+path, "PLUMBLINE_TEST_SITE="+s.url, "PLUMBLINE_TEST_API="+s.gateway)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(wait):
			_ = cmd.Process.Kill()
			<-ended
			kills++
			continue
		}
		break
	}
	f, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Snapshots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, snapshot := range all { // two, if it was killed between its end and its exit
		if snapshot.Digest != whole.Snapshot.Digest {
			t.Errorf("after %d kills: %+v", kills, snapshot)
			sameObjects(t, o.File, f)
		}
	}
	if kills < 2 {
		t.Errorf("killed %d times only", kills)
	}
}

// sameObjects says in which objects the first snapshots of two files differ.
func sameObjects(t *testing.T, a, b *store.File) {
	t.Helper()
	all := [2]map[string]string{{}, {}}
	for i, f := range []*store.File{a, b} {
		for _, name := range store.Resources() {
			for o, err := range f.Objects(t.Context(), 1, name) {
				if err != nil {
					t.Fatal(err)
				}
				all[i][name+" "+o.Key] = string(o.Body)
			}
		}
	}
	for key, body := range all[0] {
		if all[1][key] != body {
			t.Errorf("%q: %s, not %s", key, all[1][key], body)
		}
	}
	for key := range all[1] {
		if _, ok := all[0][key]; !ok {
			t.Errorf("%q is there", key)
		}
	}
}
