package collector

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// SealKey is an Ed25519 key that signs: of a file, in the SSH agent, or one that was made here and is in the keychain.
// What it signs with never leaves this package.
type SealKey struct {
	ssh.Signer
	Comment string // as the key's owner wrote it
	From    string // where it is: the file's path, "the SSH agent", "the keychain"
	Made    bool   // just now

	agent io.Closer
}

// Close gives the agent's connection back.
func (k *SealKey) Close() error {
	if k.agent == nil {
		return nil
	}
	return k.agent.Close()
}

// SealKeys are the places where a key to sign with may be.
type SealKeys struct {
	File       string                 // a private key, or a public one whose private half the agent has; "" looks in the agent, then the keychain
	Agent      string                 // address of the SSH agent: SSH_AUTH_SOCK; "" if there is none
	Passphrase func() (string, error) // asks for that of the file; nil where nobody can be asked
	Keychain   *Keychain
}

// What can be wrong with a key. ErrPassphraseNeeded is of a file that nobody can be asked about.
var (
	ErrKeyType          = errors.New("seals are signed with Ed25519 keys only")
	ErrNoKeyFile        = errors.New("no SSH key")
	ErrPassphraseNeeded = errors.New("the key needs its passphrase, and nobody can be asked here")
	ErrPassphrase       = errors.New("that is not the passphrase of the key")
	ErrNotInAgent       = errors.New("the SSH agent does not have that key")
	ErrSeveralKeys      = errors.New("the SSH agent has several Ed25519 keys")
	ErrNoSealKey        = errors.New("there is no key to sign with")
)

// sealEntry is the name of the key in the keychain.
const sealEntry = "seal"

// Find finds the one key to sign with.
func (s SealKeys) Find(ctx context.Context) (*SealKey, error) {
	if s.File != "" {
		return s.fromFile()
	}
	k, err := s.fromAgent(nil)
	if k != nil || err != nil {
		return k, err
	}
	return s.fromKeychain(ctx)
}

func (s SealKeys) fromFile() (*SealKey, error) {
	text, err := readKeyFile(s.File)
	if err != nil {
		return nil, err
	}
	if public, comment, _, _, err := ssh.ParseAuthorizedKey(text); err == nil {
		if err := onlyEd25519(s.File, public); err != nil {
			return nil, err
		}
		k, err := s.fromAgent(public)
		if err == nil && k == nil {
			err = fmt.Errorf("%s is a public key: %w", s.File, ErrNotInAgent)
		}
		if k != nil && comment != "" {
			k.Comment = comment
		}
		return k, err
	}
	raw, err := ssh.ParseRawPrivateKey(text)
	var encrypted *ssh.PassphraseMissingError
	if errors.As(err, &encrypted) {
		if encrypted.PublicKey != nil { // an RSA key is refused before anybody is asked for its passphrase
			if err := onlyEd25519(s.File, encrypted.PublicKey); err != nil {
				return nil, err
			}
		}
		if s.Passphrase == nil {
			return nil, fmt.Errorf("%s: %w", s.File, ErrPassphraseNeeded)
		}
		passphrase, err := s.Passphrase()
		if err != nil {
			return nil, err
		}
		raw, err = ssh.ParseRawPrivateKeyWithPassphrase(text, []byte(passphrase))
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, fmt.Errorf("%s: %w", s.File, ErrPassphrase)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.File, ErrNoKeyFile)
		}
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, ErrNoKeyFile)
	}
	signer, err := ssh.NewSignerFromKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, ErrNoKeyFile)
	}
	if err := onlyEd25519(s.File, signer.PublicKey()); err != nil {
		return nil, err
	}
	return &SealKey{Signer: signer, Comment: commentBeside(s.File, signer.PublicKey()), From: s.File}, nil
}

func readKeyFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 64<<10))
}

func onlyEd25519(whose string, key ssh.PublicKey) error {
	if key.Type() != ssh.KeyAlgoED25519 {
		return fmt.Errorf("%s is a key of type %s: %w", whose, key.Type(), ErrKeyType)
	}
	return nil
}

// commentBeside is the comment of FILE.pub, if that is the public half; else the file's name.
func commentBeside(path string, key ssh.PublicKey) string {
	if text, err := readKeyFile(path + ".pub"); err == nil {
		public, comment, _, _, err := ssh.ParseAuthorizedKey(text)
		if err == nil && comment != "" && string(public.Marshal()) == string(key.Marshal()) {
			return comment
		}
	}
	return filepath.Base(path)
}

// fromAgent is the agent's key: that one, or for nil its only Ed25519 key. Nil without an error where it has none, or
// there is no agent.
func (s SealKeys) fromAgent(wanted ssh.PublicKey) (*SealKey, error) {
	connection, err := s.dial()
	if err != nil || connection == nil {
		return nil, nil //nolint:nilerr // an agent that is gone is none
	}
	client := agent.NewClient(connection)
	keys, err := client.List()
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("asking the SSH agent: %w", err)
	}
	var found []*agent.Key
	for _, k := range keys {
		if k.Type() == ssh.KeyAlgoED25519 && (wanted == nil || string(wanted.Marshal()) == string(k.Marshal())) {
			found = append(found, k)
		}
	}
	if len(found) != 1 {
		connection.Close()
		if len(found) == 0 {
			return nil, nil
		}
		var names []string
		for _, k := range found {
			names = append(names, k.Comment)
		}
		return nil, fmt.Errorf("%w: %s", ErrSeveralKeys, strings.Join(names, ", "))
	}
	signers, err := client.Signers()
	if err == nil {
		for _, signer := range signers {
			if string(signer.PublicKey().Marshal()) == string(found[0].Marshal()) {
				return &SealKey{Signer: signer, Comment: found[0].Comment, From: "the SSH agent", agent: connection}, nil
			}
		}
	}
	connection.Close()
	return nil, err
}

// dial reaches the agent; nil where there is none.
func (s SealKeys) dial() (io.ReadWriteCloser, error) {
	if runtime.GOOS == "windows" && s.Agent == "" {
		return os.OpenFile(`\\.\pipe\openssh-ssh-agent`, os.O_RDWR, 0)
	}
	if s.Agent == "" {
		return nil, nil
	}
	return net.Dial("unix", s.Agent)
}

// fromKeychain is the key that was made here before, or one made now.
func (s SealKeys) fromKeychain(ctx context.Context) (*SealKey, error) {
	kept, err := s.Keychain.get(ctx, sealEntry)
	made := false
	if errors.Is(err, ErrSecretGone) { // none was ever made
		if kept, err = newSealKey(); err == nil {
			made, err = true, s.Keychain.put(ctx, sealEntry, kept)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the SSH agent has no Ed25519 key, and none can be made and kept: %w", ErrNoSealKey, err)
	}
	signer, err := ssh.ParsePrivateKey([]byte(kept.Token))
	if err != nil {
		return nil, fmt.Errorf("%w: what the keychain has is no key", ErrNoSealKey)
	}
	return &SealKey{Signer: signer, Comment: kept.Email, From: "the keychain", Made: made}, nil
}

// newSealKey is a key as the keychain keeps it: OpenSSH's own form, with whose it is.
func newSealKey() (Secret, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Secret{}, err
	}
	comment := "plumbline"
	if host, err := os.Hostname(); err == nil {
		comment += "@" + host
	}
	block, err := ssh.MarshalPrivateKey(private, comment)
	if err != nil {
		return Secret{}, err
	}
	return Secret{Email: comment, Token: string(pem.EncodeToMemory(block))}, nil
}
