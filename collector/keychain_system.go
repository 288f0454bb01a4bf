package collector

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/zalando/go-keyring"
)

// Entries of the system's keychain have the service "plumbline" and the name of the sign-in as user. Windows takes
// 2,560 bytes an entry, macOS some 2,700; a 3lo sign-in with a long refresh token can be more. So a secret that is
// longer than keychainEntry is cut into parts under names of their own, and the entry itself holds their names.
// The parts are written before the entry that names them and the old ones removed after: a reader always finds a whole.
const (
	keychainService = "plumbline"
	keychainEntry   = 2048
)

type keychainHead struct {
	Secret *storedSecret `json:"secret,omitempty"`
	Parts  []string      `json:"parts,omitempty"`
	Digest string        `json:"sha256,omitempty"` // of the parts joined
}

func (k *Keychain) put(ctx context.Context, name string, secret Secret) error {
	_, err := patiently(ctx, k, func() (struct{}, error) { return struct{}{}, writeEntry(name, secret) })
	return err
}

func (k *Keychain) get(ctx context.Context, name string) (Secret, error) {
	return patiently(ctx, k, func() (Secret, error) { return readEntry(name) })
}

func (k *Keychain) drop(ctx context.Context, name string) error {
	_, err := patiently(ctx, k, func() (struct{}, error) { return struct{}{}, dropEntry(name) })
	return err
}

func writeEntry(name string, secret Secret) error {
	stored := storedSecret(secret)
	old, _ := readHead(name)
	head := keychainHead{Secret: &stored}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if len(text) > keychainEntry {
		whole, err := json.Marshal(stored)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(whole)
		head = keychainHead{Digest: hex.EncodeToString(sum[:])}
		generation := rand.Text()[:8]
		for i := 0; len(whole) > 0; i++ {
			n := min(keychainEntry, len(whole))
			part := name + "#" + generation + "." + strconv.Itoa(i)
			if err := keyring.Set(keychainService, part, string(whole[:n])); err != nil {
				return noKeychain(err)
			}
			head.Parts, whole = append(head.Parts, part), whole[n:]
		}
		if text, err = json.Marshal(head); err != nil {
			return err
		}
	}
	if err := keyring.Set(keychainService, name, string(text)); err != nil {
		return noKeychain(err)
	}
	for _, part := range old.Parts {
		_ = keyring.Delete(keychainService, part) // a part left behind is of no use to anyone, and no reason to fail
	}
	return nil
}

func readEntry(name string) (Secret, error) {
	head, err := readHead(name)
	if err != nil {
		return Secret{}, err
	}
	if head.Secret != nil {
		return Secret(*head.Secret), nil
	}
	var whole []byte
	for _, part := range head.Parts {
		text, err := keyring.Get(keychainService, part)
		if err != nil {
			return Secret{}, noKeychain(err)
		}
		whole = append(whole, text...)
	}
	var stored storedSecret
	sum := sha256.Sum256(whole)
	if hex.EncodeToString(sum[:]) != head.Digest || json.Unmarshal(whole, &stored) != nil {
		return Secret{}, ErrSecretGone
	}
	return Secret(stored), nil
}

func dropEntry(name string) error {
	head, err := readHead(name)
	if err != nil {
		return err
	}
	for _, part := range head.Parts {
		_ = keyring.Delete(keychainService, part)
	}
	if err := keyring.Delete(keychainService, name); err != nil {
		return noKeychain(err)
	}
	return nil
}

func readHead(name string) (keychainHead, error) {
	text, err := keyring.Get(keychainService, name)
	if err != nil {
		return keychainHead{}, noKeychain(err)
	}
	var head keychainHead
	if json.Unmarshal([]byte(text), &head) != nil || head.Secret == nil && len(head.Parts) == 0 {
		return keychainHead{}, ErrSecretGone // written by something else; its text may be a secret, so it is not shown
	}
	return head, nil
}

// noKeychain gives the library's error our words. None of its errors holds what was to be kept.
func noKeychain(err error) error {
	if errors.Is(err, keyring.ErrNotFound) {
		return ErrSecretGone
	}
	return fmt.Errorf("%w: %w", ErrNoKeychain, err)
}

// patiently runs a call of the keychain library, which knows no context and waits for ever on a prompt nobody answers.
func patiently[T any](ctx context.Context, k *Keychain, call func() (T, error)) (T, error) {
	var none T
	if k.Unused {
		return none, fmt.Errorf("%w: it was not to be", ErrNoKeychain)
	}
	if !hasBus() {
		return none, fmt.Errorf("%w: this session has no message bus", ErrNoKeychain)
	}
	patience := k.Patience
	if patience == 0 {
		patience = 2 * time.Minute
	}
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		v, err := call()
		done <- answer{v, err}
	}()
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-time.After(patience):
		return none, fmt.Errorf("%w: it did not answer within %s (is it waiting to be unlocked?)", ErrNoKeychain, patience)
	}
}

// hasBus reports whether the session has a bus on which a Secret Service could be. The library would start a bus of its
// own where there is none, with nobody on it, and leave it running.
func hasBus() bool {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return true
	}
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return true
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/%s", os.Getuid(), name)); err == nil {
			return true
		}
	}
	return false
}
