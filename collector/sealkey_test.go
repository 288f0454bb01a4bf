package collector

import (
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
	"golang.org/x/crypto/ssh"
)

// sealKeyKept runs with a real keychain: a key is made once, and found again by the next program.
func sealKeyKept(t *testing.T) {
	ctx := t.Context()
	first, err := SealKeys{Keychain: realKeychain(t)}.Find(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Made || first.From != "the keychain" || first.PublicKey().Type() != ssh.KeyAlgoED25519 || !strings.HasPrefix(first.Comment, "plumbline") {
		t.Errorf("made %+v", first)
	}
	again, err := SealKeys{Keychain: realKeychain(t)}.Find(ctx)
	if err != nil || again.Made || string(again.PublicKey().Marshal()) != string(first.PublicKey().Marshal()) || again.Comment != first.Comment {
		t.Errorf("found again: %+v, %v", again, err)
	}
	// What is in its place and is no key is not signed with, and not overwritten either.
	if err := writeEntry(sealEntry, Secret{Token: planted}); err != nil {
		t.Fatal(err)
	}
	if _, err := (SealKeys{Keychain: realKeychain(t)}).Find(ctx); !errors.Is(err, ErrNoSealKey) || strings.Contains(err.Error(), planted) {
		t.Errorf("no key in the keychain: %v", err)
	}
	if text, err := keyring.Get(keychainService, sealEntry); err != nil || !strings.Contains(text, planted) {
		t.Errorf("the entry was overwritten: %v", err)
	}
	if err := dropEntry(sealEntry); err != nil {
		t.Fatal(err)
	}
}
