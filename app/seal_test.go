package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

var sealDay = time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC)

// sealUser makes this test a user of its own, with SSH keys "key" and "other", and returns the folder.
func sealUser(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Setenv("PLUMBLINE_CACHE", filepath.Join(dir, "cache"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	for _, name := range []string{"key", "other"} {
		tool(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name+"@harbourline.example", "-f", filepath.Join(dir, name))
	}
	return dir
}

func tool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// seen collects one snapshot into a file: users with their bodies, a part that was denied, requests.
func seen(t *testing.T, path string, site store.Site, day int, users ...string) int64 {
	t.Helper()
	ctx := context.Background()
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	at := sealDay.AddDate(0, 0, day)
	c, err := f.Begin(ctx, store.Start{Site: site, Now: at, Program: "1.0", PersonalData: "full"})
	if err != nil {
		t.Fatal(err)
	}
	page := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}}
	for i, u := range users {
		key, _, _ := strings.Cut(u, " ")
		page.Objects = append(page.Objects, store.Object{Key: key, Body: fmt.Appendf(nil, `{"accountId":%q}`, u)})
		page.Requests = append(page.Requests, store.Request{Resource: "jira_user", Method: "GET", Path: fmt.Sprintf("/rest/api/3/users?startAt=%d", i), Status: 200, At: at, Rows: 1, Requests: 1})
	}
	err = errors.Join(
		c.SetVantage(ctx, store.Vantage{Account: "auditor", AccountName: "M. Ferreira", Credentials: []string{"token"}, Scopes: []string{"read:jira-user"}}),
		c.Write(ctx, page),
		c.SetCoverage(ctx, store.Coverage{Resource: "jira_user", Outcome: store.Complete, Lists: "all", Requests: int64(len(users))}),
		c.SetCoverage(ctx, store.Coverage{Resource: "jira_filter", Outcome: store.Partial, HTTPStatus: 403, Reason: "not permitted \xff", Lists: "seen", Event: true, WindowFrom: at,
			Parts: []store.Part{{Parent: "10000", Outcome: store.Denied, HTTPStatus: 403, Reason: "not permitted"}, {Parent: "10001", Outcome: store.Failed}}}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Finish(ctx, at.Add(time.Minute))
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return s.ID
}

var (
	siteA = store.Site{Kind: "cloud", IDs: []string{"cloud-1", "https://harbourline.example"}, Address: "https://harbourline.example", Name: "Harbourline"}
	siteB = store.Site{Kind: "dc", IDs: []string{"server-1"}, Address: "https://jira.harbourline.example"}
)

// sealedFile holds three snapshots of two sites, each sealed, the first by two keys; the third came by redaction and merge.
func sealedFile(t *testing.T, dir string) string {
	t.Helper()
	ctx, path := context.Background(), filepath.Join(dir, "sealed.plumb.db")
	seen(t, path, siteA, 0, "a", "b", "c\x1fd")
	seen(t, path, siteA, 30, "a", "b changed", "c\x1fd")
	seen(t, path, siteB, 40, "a", "e")
	err := Change(ctx, path, "", func(f *File) error {
		digest := "sha256:" + strings.Repeat("ab", 32)
		return errors.Join(
			f.store.AddOrigin(ctx, store.Origin{Snapshot: 3, Kind: store.OriginMerged, At: sealDay, Program: "1.0", Site: "server-1", Digest: digest}),
			f.store.AddOrigin(ctx, store.Origin{Snapshot: 3, Kind: store.OriginRedacted, At: sealDay, Program: "1.0", Digest: digest, Statement: digest, Level: "people", Key: "SHA256:k"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Seal(ctx, path, "", SealQuery{Snapshot: "1", Key: filepath.Join(dir, "other")}); err != nil {
		t.Fatal(err)
	}
	sealAll(t, path, filepath.Join(dir, "key"))
	return path
}

func sealAll(t *testing.T, path, key string) {
	t.Helper()
	if _, err := Seal(context.Background(), path, "", SealQuery{All: true, Key: key}); err != nil {
		t.Fatal(err)
	}
}

func verified(t *testing.T, path string) *Verification {
	t.Helper()
	v, err := verify(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func verify(path string) (*Verification, error) {
	f, err := Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Verify(context.Background(), VerifyQuery{})
}

// states are those of the snapshots of a file: "1 valid, 2 broken".
func states(v *Verification) string {
	var all []string
	for _, n := range v.Snapshots {
		all = append(all, fmt.Sprint(n.ID, " ", n.State))
	}
	return strings.Join(all, ", ")
}

// What may happen to a file later leaves every seal whole.
func TestSealsOutlastTheFile(t *testing.T) {
	ctx, dir := context.Background(), sealUser(t)
	path := sealedFile(t, dir)
	change := func(do func(*File) error) func() {
		return func() {
			if err := Change(ctx, path, "", do); err != nil {
				t.Fatal(err)
			}
		}
	}
	sql := func(text string) func() { return func() { tool(t, "sqlite3", path, text) } }
	want := "1 valid, 2 valid, 3 valid"
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"nothing", func() {}, ""},
		{"a later snapshot, which knows the site by another id and name", func() {
			seen(t, path, store.Site{Kind: "cloud", IDs: []string{"cloud-1", "later"}, Address: "https://renamed.example", Name: "Renamed"}, 50, "a", "f")
		}, want + ", 4 unsealed"},
		{"another site", func() { seen(t, path, store.Site{Kind: "cloud", IDs: []string{"third"}}, 51, "a") }, want + ", 4 unsealed, 5 unsealed"},
		{"a later snapshot that tells the site's name", func() { seen(t, path, store.Site{Kind: "dc", IDs: siteB.IDs, Name: "Named"}, 52, "a", "e") }, want + ", 4 unsealed, 5 unsealed, 6 unsealed"},
		{"a label", change(func(f *File) error { _, err := f.Label(ctx, "1", "", "Q3 audit"); return err }), ""},
		{"a pin", change(func(f *File) error { _, err := f.Pin(ctx, "2", "", false); return err }), ""},
		{"a decision", change(func(f *File) error {
			return f.store.Decide(ctx, []store.Decision{{Target: store.Target{Site: 1, Rule: "JIRA-ACCESS-001", Scope: store.ScopeFinding, Resource: "jira_user", Key: "a"}, At: sealDay, By: "M. Ferreira", Act: store.ActConfirmed}})
		}), ""},
		{"a parameter", change(func(f *File) error {
			return f.store.SetParameter(ctx, store.Parameter{At: sealDay, By: "M. Ferreira", Name: "inactive_days", Value: "45"})
		}), ""},
		{"an attestation", change(func(f *File) error {
			return f.store.Attest(ctx, store.Attestation{Site: 1, Question: "ATT-TLS-001", Answer: "yes", By: "M. Ferreira", Checked: "2026-08-17", At: sealDay})
		}), ""},
		{"an interrupted snapshot with a body that is not seen any more", func() {
			f, err := store.OpenWritable(ctx, path)
			if err != nil {
				t.Fatal(err)
			}
			c, err := f.Begin(ctx, store.Start{Site: siteA, Now: sealDay.AddDate(0, 0, 60), Program: "1.0", PersonalData: "full", Together: 1})
			if err == nil {
				err = c.Write(ctx, store.Page{Resource: "jira_user", Objects: []store.Object{{Key: "z", Body: []byte(`{"accountId":"z"}`)}}})
			}
			if err == nil {
				err = c.Write(ctx, store.Page{Resource: "jira_user", Restart: true})
			}
			if err = errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
		}, "1 valid, 2 valid, 3 valid, 4 unsealed, 5 unsealed, 6 unsealed, 7 unsealed"},
		{"dropping it", change(func(f *File) error { return f.store.Drop(ctx, 7) }), "1 valid, 2 valid, 3 valid, 4 unsealed, 5 unsealed, 6 unsealed"},
		{"dropping later ones", change(func(f *File) error { return errors.Join(f.store.Drop(ctx, 4), f.store.Drop(ctx, 6)) }), "1 valid, 2 valid, 3 valid, 5 unsealed"},
		{"dropping a sealed one", change(func(f *File) error { _, err := f.Drop(ctx, "1", "", true); return err }), "2 valid, 3 valid, 5 unsealed"},
		{"VACUUM", sql("VACUUM"), ""},
		{"numbers of rows that are nobody's", sql("UPDATE body SET id = id + 5000; UPDATE span SET body = body + 5000; UPDATE request SET id = id + 5000;" +
			"UPDATE resource SET id = id + 5000; UPDATE span SET resource = resource + 5000; UPDATE coverage SET resource = resource + 5000; UPDATE coverage_part SET resource = resource + 5000; UPDATE request SET resource = resource + 5000"), ""},
	} {
		step.do()
		if step.want != "" {
			want = step.want
		}
		v := verified(t, path)
		if got := states(v); got != want || len(v.Differences) > 0 {
			t.Errorf("after %s: %s, %+v; wanted %s", step.name, got, v.Differences, want)
		}
		agree(t, map[string]*Verification{path: v})
	}
}

// A file of an older format is brought up to date when it is sealed.
func TestSealingAnOlderFormat(t *testing.T) {
	dir := sealUser(t)
	path := filepath.Join(dir, "older.plumb.db")
	seen(t, path, siteA, 0, "a", "b")
	tool(t, "sqlite3", path, "DROP TABLE seal; DROP TABLE origin; DROP TABLE identity; PRAGMA user_version = 3")
	sealAll(t, path, filepath.Join(dir, "key"))
	v := verified(t, path)
	if v.State != SealValid || v.File.Format != store.FormatVersion {
		t.Errorf("%s, format %d", states(v), v.File.Format)
	}
	agree(t, map[string]*Verification{path: v})
}

// Nothing is sealed where the file changed while it was read, or is not what it was finished as.
func TestNotSealed(t *testing.T) {
	ctx, dir := context.Background(), sealUser(t)
	for name, sql := range map[string]string{
		"altered body":  `UPDATE body SET json = '{"accountId":"x"}' WHERE id = 1`,
		"lost span":     `DELETE FROM span WHERE key = 'a'; DELETE FROM body WHERE id NOT IN (SELECT body FROM span)`,
		"stray vantage": `INSERT INTO vantage SELECT 9, account, account_name, credentials, scopes, group_ids, permissions FROM vantage`,
		"another site":  `UPDATE site SET name = 'Elsewhere'`,
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".plumb.db")
		seen(t, path, siteA, 0, "a", "b")
		tool(t, "sqlite3", path, sql)
		if _, err := Seal(ctx, path, "", SealQuery{Key: filepath.Join(dir, "key")}); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if n := tool(t, "sqlite3", path, "SELECT count(*) FROM seal"); n != "0" {
			t.Errorf("%s: %s seals", name, n)
		}
	}
	path := sealedFile(t, dir)
	if err := addSeals(ctx, path, "another stamp", []store.Seal{{Snapshot: 1}}); err == nil || !strings.Contains(err.Error(), "changed by another program") {
		t.Errorf("a file that changed meanwhile: %v", err)
	}
}

// With --trust one key counts and no other; trusted_keys is read as OpenSSH's files are.
func TestTrust(t *testing.T) {
	ctx, dir := context.Background(), sealUser(t)
	path := sealedFile(t, dir)
	public := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name+".pub"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(b))
	}
	keyed := strings.Fields(public("key"))
	for _, c := range []struct {
		trusted, trust string
		want           string
		exit           Exit
	}{
		{"", "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{public("key"), "", "1 valid, 2 valid, 3 valid", Done},
		{"# a comment\n\nm@harbourline.example " + strings.Join(keyed[:2], " "), "", "1 valid, 2 valid, 3 valid", Done},
		{`* namespaces="git,plumbline-seal" ` + public("key"), "", "1 valid, 2 valid, 3 valid", Done},
		{`* namespaces="git" ` + public("key"), "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{`* cert-authority ` + public("key"), "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{`cert-authority ` + public("key"), "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{`command="true" ` + public("key"), "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{`*,!m@harbourline.example ` + public("key"), "", "1 unknown_key, 2 unknown_key, 3 unknown_key", Done},
		{public("other"), "", "1 valid, 2 unknown_key, 3 unknown_key", Done},
		{public("other"), public("key"), "1 valid, 2 valid, 3 valid", Done},
		{public("key"), filepath.Join(dir, "other.pub"), "1 valid, 2 unknown_key, 3 unknown_key", SealBroken},
		{public("key"), "SHA256:AAAA", "1 unknown_key, 2 unknown_key, 3 unknown_key", SealBroken},
	} {
		file, err := TrustedKeysPath()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(c.trusted+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := f.Verify(ctx, VerifyQuery{Trust: c.trust})
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if states(v) != c.want || v.Exit() != c.exit {
			t.Errorf("trusted %q, --trust %q: %s, exit %d", c.trusted, c.trust, states(v), v.Exit())
		}
	}
	if !slices.Equal(keysIn("nonsense\nssh-ed25519 AAAA\nssh-rsa AAAAB3NzaC1yc2E= x"), nil) {
		t.Error("keys where there are none")
	}
}

// A merge takes the seals along, and they stay whole when the snapshots go that gave a site its name and its first id.
func TestSealsOutlastMerges(t *testing.T) {
	ctx, dir := context.Background(), sealUser(t)
	one, two, three := sealedFile(t, dir), filepath.Join(dir, "two.plumb.db"), filepath.Join(dir, "three.plumb.db")
	key := filepath.Join(dir, "key")
	seen(t, two, store.Site{Kind: "cloud", IDs: []string{"https://harbourline.example", "cloud-1"}, Address: "https://harbourline.example", Name: "Harbourline Ltd"}, 70, "a", "g")
	seen(t, three, store.Site{Kind: "cloud", IDs: []string{"cloud-9"}, Address: "https://moved.harbourline.example", Name: "Moved"}, 80, "a", "h")
	sealAll(t, two, key)
	sealAll(t, three, key)
	merged := filepath.Join(dir, "merged.plumb.db")
	if _, err := Merge(ctx, MergeQuery{Output: merged, Files: []string{one, two, three}, SameSite: []string{"cloud-1=cloud-9"}}); err != nil {
		t.Fatal(err)
	}
	whole := func(after, want string) {
		t.Helper()
		v := verified(t, merged)
		if states(v) != want || len(v.Differences) > 0 {
			t.Errorf("after %s: %s, %+v", after, states(v), v.Differences)
		}
		agree(t, map[string]*Verification{merged: v})
	}
	whole("merging", "1 valid, 2 valid, 3 valid, 4 valid, 5 valid")
	drop := func(ids ...int64) {
		t.Helper()
		err := Change(ctx, merged, "", func(f *File) (err error) {
			for _, id := range ids {
				err = errors.Join(err, f.store.DropSealed(ctx, id))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	drop(1, 2)
	whole("dropping what gave the site its name", "3 valid, 4 valid, 5 valid")
	again := filepath.Join(dir, "again.plumb.db")
	if _, err := Merge(ctx, MergeQuery{Output: again, Files: []string{merged, one}}); err != nil {
		t.Fatal(err)
	}
	merged = again
	whole("merging again", "1 valid, 2 valid, 3 valid, 4 valid, 5 valid")
	drop(1, 2, 5)
	whole("dropping again", "3 valid, 4 valid")
}
