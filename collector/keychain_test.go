package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// TestKeychain runs itself once more on a session bus of its own with a real Secret Service behind it, in a home
// directory that goes with the test.
func TestKeychain(t *testing.T) {
	if os.Getenv("PLUMBLINE_TEST_KEYCHAIN") == "real" {
		t.Run("keeps sign-ins", keepsSignIns)
		t.Run("long secrets", longSecrets)
		t.Run("rotation", rotation)
		t.Run("seal key", sealKeyKept)
		return
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is missing: this test needs the packages dbus and gnome-keyring (apt-get install dbus gnome-keyring)", program)
		}
	}
	home := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	// The daemon reads the password of the keyring from its standard input, makes the keyring and serves it.
	script := `printf 'harbourline' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run='^TestKeychain$' -test.v`
	run := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", script, os.Args[0])
	run.Env = append(cleanEnvironment(), "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home,
		"XDG_CACHE_HOME="+home, "PLUMBLINE_TEST_KEYCHAIN=real")
	run.WaitDelay = 5 * time.Second
	out, err := run.CombinedOutput()
	if err != nil || bytes.Count(out, []byte("--- PASS: TestKeychain/")) != 4 {
		t.Fatalf("with a real keychain: %v\n%s", err, out)
	}
	if where := grepTree(t, home, planted); len(where) > 0 {
		t.Errorf("planted secrets in plain text in %v", where)
	}
	if keyrings, _ := filepath.Glob(filepath.Join(home, "keyrings", "login.keyring")); len(keyrings) == 0 {
		t.Errorf("no keyring was written: was there a real one?\n%s", out)
	}
}

const planted = "PLANTED-SECRET"

func realKeychain(t *testing.T) *Keychain {
	t.Helper()
	dir, err := KeychainDir()
	if err != nil {
		t.Fatal(err)
	}
	return &Keychain{Dir: filepath.Join(dir, t.Name()), Patience: 20 * time.Second}
}

func keepsSignIns(t *testing.T) {
	k, ctx := realKeychain(t), t.Context()
	want := SignIn{Site: "https://harbourline.atlassian.net", Kind: APIToken, Account: "M. Ferreira", Added: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)}
	secret := Secret{Email: "m.ferreira@harbourline.example", Token: planted + "-1"}
	for _, kind := range []string{APIToken, ScopedToken, OrgKey, DCToken} {
		want.Kind = kind
		if where, err := k.Save(ctx, want, secret); err != nil || where.ThisRunOnly {
			t.Fatalf("Save(%s) = %v, %v", kind, where, err)
		}
	}
	// Another program reads what this one kept: nothing stays in memory.
	k = &Keychain{Dir: k.Dir}
	got, gotSecret, err := k.Load(ctx, "harbourline.atlassian.net/dc-token")
	want.Name = "harbourline.atlassian.net/dc-token"
	if err != nil || !reflect.DeepEqual(got, want) || gotSecret != secret {
		t.Fatalf("Load = %+v, secret as kept: %v, %v", got, gotSecret == secret, err)
	}
	list, err := k.List()
	if err != nil || len(list) != 4 || list[0].Name > list[1].Name {
		t.Fatalf("List = %+v, %v", list, err)
	}
	secret.Token = planted + "-2"
	if _, err := k.Save(ctx, want, secret); err != nil {
		t.Fatal(err)
	}
	if _, s, _ := k.Load(ctx, want.Name); s.Token != planted+"-2" {
		t.Error("a second sign-in of the same site and kind does not take the place of the first")
	}
	if err := k.Remove(ctx, want.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Get(keychainService, want.Name); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("after Remove the keychain says %v", err)
	}
	if _, _, err := k.Load(ctx, want.Name); !errors.Is(err, ErrNoSignIn) {
		t.Errorf("Load after Remove: %v", err)
	}
	if err := k.Remove(ctx, want.Name); !errors.Is(err, ErrNoSignIn) {
		t.Errorf("second Remove: %v", err)
	}
	// Somebody tidies the keychain by hand.
	name := "harbourline.atlassian.net/token"
	if err := keyring.Delete(keychainService, name); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Load(ctx, name); !errors.Is(err, ErrSecretGone) {
		t.Errorf("Load of a secret that is gone: %v", err)
	}
	if err := k.Remove(ctx, name); err != nil {
		t.Errorf("Remove of a secret that is gone: %v", err)
	}
}

func longSecrets(t *testing.T) {
	k, ctx := realKeychain(t), t.Context()
	s := SignIn{Site: "https://harbourline.atlassian.net", Kind: ThreeLO}
	name := SignInName(s.Site, s.Kind)
	var before []string
	for _, size := range []int{1, keychainEntry - 200, keychainEntry, 3*keychainEntry + 1, 5} {
		secret := Secret{ClientID: "harbourline-app", ClientSecret: planted, RefreshToken: strings.Repeat("r", size)}
		if where, err := k.Save(ctx, s, secret); err != nil || where.ThisRunOnly {
			t.Fatalf("Save of %d bytes: %v, %v", size, where, err)
		}
		if _, got, err := k.Load(ctx, name); err != nil || got != secret {
			t.Fatalf("%d bytes come back as %d: %v", size, len(got.RefreshToken), err)
		}
		head, err := readHead(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range head.Parts {
			if text, _ := keyring.Get(keychainService, part); len(text) > keychainEntry {
				t.Errorf("a part of %d bytes", len(text))
			}
		}
		for _, part := range before {
			if _, err := keyring.Get(keychainService, part); !errors.Is(err, keyring.ErrNotFound) {
				t.Errorf("the part %s of the replaced secret is still there: %v", part, err)
			}
		}
		before = head.Parts
	}
}

func rotation(t *testing.T) {
	k, ctx := realKeychain(t), t.Context()
	s := SignIn{Site: "https://harbourline.atlassian.net", Kind: ThreeLO}
	if _, err := k.Save(ctx, s, Secret{ClientID: "app", ClientSecret: planted, RefreshToken: planted + "-old"}); err != nil {
		t.Fatal(err)
	}
	kept := k.Rotation(SignInName(s.Site, s.Kind))
	write, _, err := kept.Begin(ctx)
	if err == nil {
		err = write(planted + "-new")
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err := (&Keychain{Dir: k.Dir}).Rotation(SignInName(s.Site, s.Kind)).Read(ctx); err != nil || got != planted+"-new" {
		t.Errorf("after a rotation the keychain has the new token: %v, %v", got == planted+"-new", err)
	}
}

// TestWithoutKeychain: where no keychain answers, a sign-in is kept for this run, nothing is written, and it is said so.
func TestWithoutKeychain(t *testing.T) {
	if os.Getenv("PLUMBLINE_TEST_KEYCHAIN") == "none" {
		t.Run("kept for this run", keptForThisRun)
		return
	}
	home := t.TempDir()
	run := exec.Command(os.Args[0], "-test.run=^TestWithoutKeychain$", "-test.v")
	run.Env = append(cleanEnvironment(), "HOME="+home, "XDG_CONFIG_HOME="+home, "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(home, "no-bus"),
		"PLUMBLINE_TEST_KEYCHAIN=none")
	out, err := run.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestWithoutKeychain/kept_for_this_run")) {
		t.Fatalf("without a keychain: %v\n%s", err, out)
	}
	if where := grepTree(t, home, ""); len(where) > 0 {
		t.Errorf("files were written: %v", where)
	}
	if bytes.Contains(out, []byte(planted)) {
		t.Errorf("the secret was printed:\n%s", out)
	}
}

func keptForThisRun(t *testing.T) {
	dir, err := KeychainDir()
	if err != nil {
		t.Fatal(err)
	}
	k, ctx := &Keychain{Dir: dir}, t.Context()
	s := SignIn{Site: "https://harbourline.atlassian.net", Kind: ThreeLO}
	secret := Secret{ClientID: "app", ClientSecret: planted, RefreshToken: planted}
	where, err := k.Save(ctx, s, secret)
	if err != nil || !where.ThisRunOnly || where.Why == "" || !strings.HasPrefix(where.String(), "for this run only: ") {
		t.Fatalf("Save = %v, %v", where, err)
	}
	t.Log(where)
	list, err := k.List()
	if err != nil || len(list) != 1 || !list[0].Kept.ThisRunOnly {
		t.Fatalf("List = %+v, %v", list, err)
	}
	write, _, err := k.Rotation(list[0].Name).Begin(ctx)
	if err == nil {
		err = write("next")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, got, err := k.Load(ctx, list[0].Name); err != nil || got.RefreshToken != "next" {
		t.Errorf("after a rotation in memory: %v", err)
	}
	if _, _, err := (&Keychain{Dir: dir}).Load(ctx, list[0].Name); !errors.Is(err, ErrNoSignIn) {
		t.Errorf("another run finds it: %v", err)
	}
	if err := k.Remove(ctx, list[0].Name); err != nil {
		t.Error(err)
	}
	if list, _ := k.List(); len(list) != 0 {
		t.Errorf("after Remove: %+v", list)
	}
}

// TestNoBus: no bus is started for want of one.
func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "autolaunch:")
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil || runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere") // there is a real one here, which this test leaves alone
	} else if hasBus() {
		t.Error("a bus where there is none")
	}
	if _, err := (&Keychain{}).get(t.Context(), "harbourline.atlassian.net/none"); err == nil {
		t.Error("a secret from nowhere")
	}
}

// TestKeychainPatience: a keychain that waits for somebody to unlock it does not hold the program for ever.
func TestKeychainPatience(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	call := func() (int, error) { <-stuck; return 0, nil }
	if _, err := patiently(t.Context(), &Keychain{Patience: time.Millisecond}, call); !errors.Is(err, ErrNoKeychain) {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := patiently(ctx, &Keychain{}, call); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// TestSecretsDoNotPrint plants a secret and prints it in every way there is.
func TestSecretsDoNotPrint(t *testing.T) {
	s := Secret{Email: planted, Token: planted, ClientID: planted, ClientSecret: planted, RefreshToken: planted}
	nested := struct {
		S Secret
		P *Secret
		M map[string]Secret
	}{s, &s, map[string]Secret{"k": s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+verb+verb, s, &s, nested)
	}
	out.WriteString(logged(s))
	if text, err := jsonOf(s); err == nil || strings.Contains(text+err.Error(), planted) {
		t.Errorf("json: %s, %v", text, err)
	}
	if strings.Contains(out.String(), planted) || strings.Contains(out.String(), fmt.Sprintf("%x", planted)) {
		t.Errorf("printed: %s", out.String())
	}
}

func cleanEnvironment() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DBUS_") && !strings.HasPrefix(e, "XDG_") && !strings.HasPrefix(e, "GNOME_KEYRING") && !strings.HasPrefix(e, "PLUMBLINE_") {
			env = append(env, e)
		}
	}
	return env
}

// grepTree names the files under dir that hold text.
func grepTree(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		content, err := io.ReadAll(f)
		if bytes.Contains(content, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
