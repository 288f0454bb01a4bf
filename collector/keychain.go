package collector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Keychain keeps sign-ins: the secrets in the system's keychain (Keychain of macOS, Credential Manager of Windows, the
// Secret Service of a Linux or BSD desktop), and what can be said about them in one small file each in Dir.
//
// The list is in files because the keychain library has none, because an entry of Windows holds 2,560 bytes, and because
// looking at the list then unlocks nothing. One file a sign-in, replaced whole, needs no lock. They hold no secret.
// Where there is no keychain, a sign-in lives in memory until the program ends, and Kept says so.
type Keychain struct {
	Dir      string        // made when the first sign-in is kept; see KeychainDir
	Patience time.Duration // how long the system may take, a person unlocking it included; 0 is two minutes
	Unused   bool          // keep nothing: everything is for this run only, even where there is a keychain

	mu      sync.Mutex
	thisRun map[string]inMemory
}

// SignIn is what may be shown of a credential that is kept.
type SignIn struct {
	Name    string    `json:"name"`              // site and kind: harbourline.atlassian.net/token
	Site    string    `json:"site"`              // base address, as CleanAddress returns it
	Kind    string    `json:"kind"`              // token, scoped-token, 3lo, org-key, dc-token
	Account string    `json:"account,omitempty"` // whose it is, as the site told: display name, else e-mail address or account id
	Scopes  []string  `json:"scopes,omitempty"`  // of a 3lo grant, as the sign-in server told
	Added   time.Time `json:"added"`
	Kept    Kept      `json:"-"`
}

// Kept says where a secret is: in the keychain, or in this program's memory until it ends.
type Kept struct {
	ThisRunOnly bool
	Why         string // why not in the keychain, in the system's words
}

func (k Kept) String() string {
	if k.ThisRunOnly {
		return "for this run only: " + k.Why
	}
	return "in the keychain"
}

// inMemory hides the secret in a function: fmt walks into unexported fields without asking them how they print.
type inMemory struct {
	signIn SignIn
	secret func() Secret
}

func remember(s SignIn, secret Secret) inMemory {
	return inMemory{s, func() Secret { return secret }}
}

// ErrNoSignIn: nothing is kept under that name. ErrSecretGone: it is listed, and the keychain has lost it.
// ErrNoKeychain comes with the system's words.
var (
	ErrNoSignIn   = errors.New("there is no sign-in of that name")
	ErrSecretGone = errors.New("the keychain no longer has the secret of this sign-in: add it again")
	ErrNoKeychain = errors.New("the keychain cannot be used")
)

// KeychainDir is where the list of sign-ins stands unless something else is said: plumbline/signins in the user's
// directory for configuration.
func KeychainDir() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("finding the directory for configuration: %w", err)
	}
	return filepath.Join(dir, "plumbline", "signins"), nil
}

// SignInName is the name of the sign-in of a kind for a site: there is one of each.
func SignInName(site, kind string) string {
	_, host, _ := strings.Cut(site, "://")
	return host + "/" + kind
}

// Save keeps a sign-in in place of the one of the same name, which is made of its Site and Kind. Where there is no
// keychain it is kept for this run only; that is no error, and Kept says so.
func (k *Keychain) Save(ctx context.Context, s SignIn, secret Secret) (Kept, error) {
	s.Name = SignInName(s.Site, s.Kind)
	s.Kept = Kept{}
	err := k.put(ctx, s.Name, secret)
	if ctx.Err() != nil {
		return Kept{}, ctx.Err()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		s.Kept = Kept{ThisRunOnly: true, Why: err.Error()}
		if k.thisRun == nil {
			k.thisRun = map[string]inMemory{}
		}
		k.thisRun[s.Name] = remember(s, secret)
		return s.Kept, nil
	}
	delete(k.thisRun, s.Name)
	text, err := json.Marshal(s, jsontext.WithIndent("  "))
	if err == nil {
		err = os.MkdirAll(k.Dir, 0o700)
	}
	if err == nil {
		err = replaceFile(k.file(s.Name), append(text, '\n'))
	}
	if err != nil {
		return Kept{}, fmt.Errorf("listing the sign-in %s: %w", s.Name, err)
	}
	return Kept{}, nil
}

// List returns what is kept, by name. It asks the keychain for nothing, so a secret that was removed there by hand
// shows only when it is used.
func (k *Keychain) List() ([]SignIn, error) {
	entries, err := os.ReadDir(k.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing the sign-ins: %w", err)
	}
	byName := map[string]SignIn{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		s, err := readSignIn(filepath.Join(k.Dir, e.Name()))
		if err != nil {
			return nil, err
		}
		byName[s.Name] = s
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, m := range k.thisRun {
		byName[name] = m.signIn
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b SignIn) int { return strings.Compare(a.Name, b.Name) }), nil
}

// Load returns a sign-in and its secret.
func (k *Keychain) Load(ctx context.Context, name string) (SignIn, Secret, error) {
	k.mu.Lock()
	m, ok := k.thisRun[name]
	k.mu.Unlock()
	if ok {
		return m.signIn, m.secret(), nil
	}
	s, err := readSignIn(k.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return SignIn{}, Secret{}, fmt.Errorf("%w: %q", ErrNoSignIn, name)
	}
	if err != nil {
		return SignIn{}, Secret{}, err
	}
	secret, err := k.get(ctx, name)
	if err != nil {
		return SignIn{}, Secret{}, fmt.Errorf("reading the sign-in %s: %w", name, err)
	}
	return s, secret, nil
}

// Of returns the sign-ins for a site, given its address as CleanAddress returns it. A Data Center token is for every page of
// its product.
func (k *Keychain) Of(site string) ([]SignIn, error) {
	all, err := k.List()
	return slices.DeleteFunc(all, func(s SignIn) bool { return s.Site != site && !(s.Kind == DCToken && within(site, s.Site)) }), err
}

// Remove forgets a sign-in: the secret first, then its line of the list.
func (k *Keychain) Remove(ctx context.Context, name string) error {
	k.mu.Lock()
	_, inMemory := k.thisRun[name]
	delete(k.thisRun, name)
	k.mu.Unlock()
	if _, err := os.Stat(k.file(name)); err != nil {
		if inMemory {
			return nil
		}
		return fmt.Errorf("%w: %q", ErrNoSignIn, name)
	}
	if err := k.drop(ctx, name); err != nil && !errors.Is(err, ErrSecretGone) {
		return fmt.Errorf("removing the sign-in %s: %w", name, err)
	}
	if err := os.Remove(k.file(name)); err != nil {
		return fmt.Errorf("removing %s from the list of sign-ins: %w", name, err)
	}
	return nil
}

// Rotation returns where the refresh token of this sign-in is read from and written to.
func (k *Keychain) Rotation(name string) RefreshToken {
	return RefreshToken{
		Read: func(ctx context.Context) (string, error) {
			_, secret, err := k.Load(ctx, name)
			return secret.RefreshToken, err
		},
		// An entry that was just read can be written: nothing is to be made sure of before the old token is spent.
		Begin: func(ctx context.Context) (func(string) error, func(), error) {
			signIn, secret, err := k.Load(ctx, name)
			if err != nil {
				return nil, nil, err
			}
			write := func(token string) error {
				secret.RefreshToken = token
				if !signIn.Kept.ThisRunOnly {
					return k.put(ctx, name, secret)
				}
				k.mu.Lock()
				defer k.mu.Unlock()
				k.thisRun[name] = remember(signIn, secret)
				return nil
			}
			return write, func() {}, nil
		},
	}
}

func (k *Keychain) file(name string) string {
	return filepath.Join(k.Dir, url.QueryEscape(name)+".json")
}

func readSignIn(path string) (SignIn, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return SignIn{}, fmt.Errorf("reading the list of sign-ins: %w", err)
	}
	var s SignIn
	if err := json.Unmarshal(text, &s); err != nil {
		return SignIn{}, fmt.Errorf("reading the list of sign-ins: %s is not one of ours: %w", path, err)
	}
	return s, nil
}
