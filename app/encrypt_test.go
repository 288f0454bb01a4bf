package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"plumbline/store"
)

// evidence is a small evidence file.
func evidence(t *testing.T, dir string) string {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(dir, "harbourline.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Begin(ctx, store.Start{Site: store.Site{Kind: "cloud", IDs: []string{"site-1"}, Address: "https://harbourline.example", Name: "Harbourline"},
		Now: time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC), Program: "test", PersonalData: "full"})
	if err == nil {
		err = c.Write(ctx, store.Page{Resource: "jira_user", Objects: []store.Object{{Key: "a", Body: []byte(`{"accountId":"a"}`)}}, End: &store.End{Outcome: store.Complete}})
	}
	if err == nil {
		_, err = c.Finish(ctx, time.Date(2026, 8, 17, 9, 1, 0, 0, time.UTC))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, in string, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stdin = strings.NewReader(in)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func ageKey(t *testing.T, path string) string {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("# a key\n"+i.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return i.Recipient().String()
}

func sshKey(t *testing.T, path, passphrase string) string {
	t.Helper()
	run(t, "", "ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "somebody", "-f", path)
	text, err := os.ReadFile(path + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// private keeps cache and home of a test to itself.
func private(t *testing.T) (home, cache string) {
	home, cache = t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("PLUMBLINE_CACHE", cache)
	t.Cleanup(func() { Conceal("") })
	return home, cache
}

func same(t *testing.T, a, b string) {
	t.Helper()
	x, errA := os.ReadFile(a)
	y, errB := os.ReadFile(b)
	if err := errors.Join(errA, errB); err != nil || !bytes.Equal(x, y) {
		t.Errorf("%s and %s differ (%v)", a, b, err)
	}
}

func typed(passphrase string) func(string) (string, error) {
	return func(string) (string, error) { return passphrase, nil }
}

// What Plumbline encrypts the age tool opens, and the other way round; in all the ways there are.
func TestAgeToolAgrees(t *testing.T) {
	home, _ := private(t)
	ctx, dir := context.Background(), t.TempDir()
	path := evidence(t, dir)
	mine, theirs := filepath.Join(dir, "mine"), filepath.Join(dir, "theirs")
	public, second := ageKey(t, mine), sshKey(t, theirs, "")
	if err := os.Mkdir(filepath.Join(home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	own := sshKey(t, filepath.Join(home, ".ssh", "id_ed25519"), "open sesame")
	list := filepath.Join(dir, "team.txt")
	if err := os.WriteFile(list, []byte("# the team\n"+public+"\n\n"+second+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	ours := filepath.Join(dir, "ours.plumb.age")
	done, err := Encrypt(ctx, path, ours, Lock{To: []string{list, own}})
	if err != nil || len(done.Recipients) != 3 || done.Passphrase || len(done.SHA256) != 64 {
		t.Fatalf("%+v %v", done, err)
	}
	for i, key := range []string{mine, theirs} {
		out := filepath.Join(dir, "tool"+string(rune('0'+i)))
		run(t, "", "age", "-d", "-i", key, "-o", out, ours)
		same(t, out, path)
	}

	for name, args := range map[string][]string{
		"age":     {"-r", public},
		"armored": {"-a", "-r", public},
		"ssh":     {"-R", theirs + ".pub"},
		"own":     {"-R", filepath.Join(home, ".ssh", "id_ed25519.pub")},
	} {
		foreign := filepath.Join(dir, name+".plumb.age")
		run(t, "", "age", append(args, "-o", foreign, path)...)
		keys := Keys{Identities: []string{mine, theirs}}
		if name == "own" { // found by itself; only its passphrase is asked for
			keys = Keys{Ask: typed("open sesame")}
		}
		f, err := Open(WithKeys(ctx, keys), foreign)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Info().Path != foreign {
			t.Errorf("%s calls itself %s", name, f.Info().Path)
		}
		if all, err := f.Snapshots(ctx, ""); err != nil || len(all.Snapshots) != 1 {
			t.Errorf("%s: %+v %v", name, all, err)
		}
		f.Close()
	}

	// A passphrase, which the tool asks for on a terminal.
	closed := filepath.Join(dir, "closed.plumb.age")
	if _, err := Encrypt(ctx, path, closed, Lock{Passphrase: "correct horse"}); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "typed")
	run(t, "correct horse\n", "script", "-qec", "age -d -o "+out+" "+closed, "/dev/null")
	same(t, out, path)
	if _, err := Decrypt(WithKeys(ctx, Keys{Ask: typed("correct horse")}), closed, filepath.Join(dir, "again")); err != nil {
		t.Error(err)
	}
	same(t, filepath.Join(dir, "again"), path)
	if _, err := Open(WithKeys(ctx, Keys{Ask: typed("Correct horse")}), closed); Words(err).Code != "passphrase-refused" || Words(err).Exit != NoSignIn {
		t.Errorf("a wrong passphrase: %+v", Words(err))
	}
}

// What keeps an encrypted file closed is said in words that help, and nothing is left lying about.
func TestEncryptedRefused(t *testing.T) {
	_, cache := private(t)
	ctx, dir := context.Background(), t.TempDir()
	path := evidence(t, dir)
	mine, other, secret := filepath.Join(dir, "mine"), filepath.Join(dir, "other"), filepath.Join(dir, "locked")
	public, _, locked := ageKey(t, mine), ageKey(t, other), sshKey(t, secret, "open sesame")
	ours := filepath.Join(dir, "ours.plumb.age")
	if _, err := Encrypt(ctx, path, ours, Lock{To: []string{public, locked}}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	flipped := func(at int) []byte {
		b := slices.Clone(whole)
		b[at] ^= 1
		return b
	}
	report := write("report.html", []byte("<p>"))
	if _, err := Encrypt(ctx, report, report+".age", Lock{To: []string{public}}); err != nil {
		t.Fatal(err)
	}
	k := Keys{Identities: []string{mine}}
	for name, c := range map[string]struct {
		path string
		keys Keys
		code string
		exit Exit
	}{
		"no key":                  {ours, Keys{}, "encrypted-key", NoSignIn},
		"another's key":           {ours, Keys{Identities: []string{other}}, "key-refused", NoSignIn},
		"no such key":             {ours, Keys{Identities: []string{dir + "/none"}}, "identity", NoSignIn},
		"a key that is none":      {ours, Keys{Identities: []string{report}}, "identity", NoSignIn},
		"a public key":            {ours, Keys{Identities: []string{secret + ".pub"}}, "identity", NoSignIn},
		"nobody to ask":           {ours, Keys{Identities: []string{secret}}, "encrypted-identity", NoSignIn},
		"wrong passphrase":        {ours, Keys{Identities: []string{secret}, Ask: typed("no")}, "passphrase-refused", NoSignIn},
		"cut at the end":          {write("cut", whole[:len(whole)-1]), k, "damaged", BadFile},
		"cut at a chunk":          {write("chunk", whole[:len(whole)-64<<10]), k, "damaged", BadFile},
		"cut in the header":       {write("short", whole[:100]), k, "damaged", BadFile},
		"altered in the middle":   {write("middle", flipped(len(whole)/2)), k, "damaged", BadFile},
		"altered at the end":      {write("end", flipped(len(whole)-1)), k, "damaged", BadFile},
		"altered in the header":   {write("mac", flipped(bytes.Index(whole, []byte("\n--- "))+6)), k, "damaged", BadFile},
		"something else is in":    {report + ".age", k, "not-plumbline", BadFile},
		"something put behind it": {write("more", append(slices.Clone(whole), 0)), k, "damaged", BadFile},
	} {
		f, err := Open(WithKeys(ctx, c.keys), c.path)
		if err == nil {
			f.Close()
			t.Errorf("%s: opened", name)
			continue
		}
		p := Words(err)
		if p.Code != c.code || p.Exit != c.exit || p.Hint == "" && p.Code != "passphrase-refused" || strings.Contains(p.Title, "AGE-SECRET") {
			t.Errorf("%s: %+v", name, p)
		}
		if _, err := Decrypt(WithKeys(ctx, c.keys), c.path, dir+"/out"); (err == nil) != (c.code == "not-plumbline") {
			t.Errorf("%s: decrypted with %v", name, err)
		}
		os.Remove(dir + "/out")
	}
	if left, _ := filepath.Glob(filepath.Join(cache, revealedPrefix+"*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".plumbline-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}

	for name, l := range map[string]Lock{
		"nobody":        {},
		"no key":        {To: []string{"somebody"}},
		"half a key":    {To: []string{public[:20]}},
		"a secret":      {To: []string{"AGE-SECRET-KEY-1QQQ"}},
		"an empty file": {To: []string{write("empty", []byte("# none\n"))}},
		"both":          {To: []string{public}, Passphrase: "x"},
	} {
		_, err := Encrypt(ctx, path, dir+"/none.age", l)
		if p := Words(err); err == nil || p.Exit != WrongUse || strings.Contains(p.Title+p.Hint, "1QQQ") {
			t.Errorf("for %s: %v", name, err)
		}
	}
	lock := Lock{To: []string{public}}
	if _, err := Encrypt(ctx, path, ours, lock); err == nil {
		t.Error("written over")
	}
	if _, err := Encrypt(ctx, ours, dir+"/twice", lock); err == nil {
		t.Error("encrypted twice")
	}
	if _, err := Encrypt(ctx, write("no.plumb.db", []byte("nothing")), dir+"/none.age", lock); Words(err).Code != "not-plumbline" {
		t.Errorf("no evidence: %v", err)
	}
	if exists(dir+"/none.age") == nil {
		t.Error("something was left under the name of what failed")
	}
}

// An open encrypted file lies in a folder of its own with all that is derived of it, is never written, and goes: at the
// end, and after a kill when the next file is opened.
func TestRevealed(t *testing.T) {
	_, cache := private(t)
	ctx, dir := context.Background(), t.TempDir()
	path := evidence(t, dir)
	mine := filepath.Join(dir, "mine")
	ours := filepath.Join(dir, "any name")
	if _, err := Encrypt(ctx, path, ours, Lock{To: []string{ageKey(t, mine)}}); err != nil {
		t.Fatal(err)
	}
	opening := WithKeys(ctx, Keys{Identities: []string{mine}})
	if err := Unlock(opening, ours); err != nil {
		t.Fatal(err)
	}
	f, err := Open(ctx, ours) // the keys are not asked for again
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Findings(ctx, FindingsQuery{}); err != nil {
		t.Fatal(err)
	}
	f.Close()
	dirs, _ := filepath.Glob(filepath.Join(cache, revealedPrefix+"*"))
	if len(dirs) != 1 {
		t.Fatalf("decrypted into %v", dirs)
	}
	for p, want := range map[string]os.FileMode{dirs[0]: 0o700, filepath.Join(dirs[0], "evidence.plumb.db"): 0o400} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v", p, info.Mode(), err)
		}
	}
	derived := func(in string) (n int) {
		_ = filepath.WalkDir(in, func(p string, d os.DirEntry, _ error) error {
			if d != nil && (strings.HasPrefix(d.Name(), "relations-") || filepath.Base(filepath.Dir(p)) == "judged") {
				n++
			}
			return nil
		})
		return n
	}
	if derived(dirs[0]) == 0 || derived(cache) != derived(dirs[0]) {
		t.Errorf("%d derived files beside the copy, %d in all", derived(dirs[0]), derived(cache))
	}
	if _, err := OpenWritable(ctx, ours, ""); Words(err).Code != "read-only" || !strings.Contains(Words(err).Hint, "-o COPY") {
		t.Errorf("written: %v", err)
	}
	if ReadOnly(ours) == "" {
		t.Error("it is said to be writable")
	}
	w, err := OpenWritable(ctx, ours, filepath.Join(dir, "copy.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	w.Close()

	// What another process holds stays, what nobody holds goes.
	left, used := filepath.Join(cache, revealedPrefix+"left"), filepath.Join(cache, revealedPrefix+"used")
	for _, p := range []string{left, used} {
		if err := os.Mkdir(p, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p, "in-use"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held, err := hold(filepath.Join(used, "in-use"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	sweep(cache, revealedPrefix)
	for p, want := range map[string]bool{left: false, used: true, dirs[0]: true} {
		if _, err := os.Stat(p); (err == nil) != want {
			t.Errorf("%s: %v", p, err)
		}
	}
	Conceal(ours)
	if _, err := os.Stat(dirs[0]); err == nil {
		t.Error("the decrypted copy stays")
	}
	if _, err := Open(ctx, ours); Words(err).Code != "encrypted-key" {
		t.Errorf("it opens after all: %v", err)
	}
}

// A file that changes while it is encrypted, or a disk that is full, leaves nothing under the name.
func TestPlacedWhole(t *testing.T) {
	to := filepath.Join(t.TempDir(), "to")
	_, _, err := placeNew(to, func(w io.Writer) error {
		if _, err := w.Write([]byte("half")); err != nil {
			return err
		}
		return errors.New("no more")
	})
	if _, there := os.Stat(to); err == nil || there == nil {
		t.Errorf("%v, and it is there: %v", err, there == nil)
	}
}
