package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"

	"plumbline/collector"
	"plumbline/store"
)

// SealQuery says what is sealed, and with which key.
type SealQuery struct {
	Snapshot string // reference; "" is the latest finished one
	Site     string
	All      bool // every finished snapshot, of Site where that is given

	Key   string // an SSH key file; "" is the SSH agent's, else the one in the keychain
	Agent string // address of the SSH agent: SSH_AUTH_SOCK
}

// Sealing answers `seal`.
type Sealing struct {
	File      FileInfo         `json:"file"`
	Signer    string           `json:"signer"`  // fingerprint of the key: SHA256:...
	Comment   string           `json:"comment"` // as its owner calls it
	Key       string           `json:"key"`     // the public key, as in authorized_keys: who verifies needs it
	From      string           `json:"from"`    // where the key is: the file's path, the SSH agent, the keychain
	Made      bool             `json:"made"`    // the key was made just now
	Trusted   bool             `json:"trusted"` // it is among this user's trusted keys
	Snapshots []SealedSnapshot `json:"snapshots"`
}

// SealedSnapshot is one snapshot that was sealed, or was already by the same key.
type SealedSnapshot struct {
	ID        int64  `json:"id"`
	Digest    string `json:"digest"`
	Sealed    string `json:"sealed"`
	Statement string `json:"statement"` // SHA-256 of what is signed, by which to name it
	Already   bool   `json:"already"`
}

// Seal seals finished snapshots of the file at path, or in the copy that copyTo asks for. What they hold is worked out
// anew first: a file that is damaged, or whose snapshot or earlier seal is not what it was, is not sealed.
func Seal(ctx context.Context, path, copyTo string, q SealQuery) (done *Sealing, err error) {
	w, err := OpenWritable(ctx, path, copyTo) // whether it can be written at all is known before anybody is asked for anything
	if err != nil {
		return nil, err
	}
	if copyTo != "" {
		path = copyTo
		defer func() {
			if err != nil {
				os.Remove(copyTo)
			}
		}()
	}
	if err := w.Close(); err != nil { // an older format is up to date now
		return nil, err
	}
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	chosen, err := f.sealable(ctx, q)
	if err != nil {
		return nil, err
	}
	key, err := q.key(ctx)
	if err != nil {
		return nil, err
	}
	defer key.Close()
	done = &Sealing{Signer: ssh.FingerprintSHA256(key.PublicKey()), Comment: key.Comment, Key: publicKey(key), From: key.From, Made: key.Made,
		Snapshots: []SealedSnapshot{}}
	seals, err := f.seal(ctx, chosen, key, done)
	if err != nil {
		return nil, err
	}
	stamp := f.store.Stamp()
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := addSeals(ctx, path, stamp, seals); err != nil {
		return nil, err
	}
	done.File = FileInfo{path, store.FormatVersion}
	done.Trusted = trust(key.PublicKey(), key.Comment) == nil
	return done, nil
}

func publicKey(key *collector.SealKey) string {
	line := ssh.MarshalAuthorizedKey(key.PublicKey())
	return string(line[:len(line)-1]) + " " + oneLine(key.Comment)
}

func (q SealQuery) key(ctx context.Context) (*collector.SealKey, error) {
	dir, err := collector.KeychainDir()
	if err != nil {
		return nil, err
	}
	keys := collector.SealKeys{File: q.Key, Agent: q.Agent, Keychain: &collector.Keychain{Dir: dir}}
	if ask := keysOf(ctx).Ask; ask != nil {
		keys.Passphrase = func() (string, error) { return ask("the key " + q.Key) }
	}
	return keys.Find(ctx)
}

// sealable are the snapshots to seal.
func (f *File) sealable(ctx context.Context, q SealQuery) ([]store.Snapshot, error) {
	if !q.All {
		s, err := f.find(ctx, q.Snapshot, q.Site)
		if err == nil && !s.State.Finished() {
			err = &Problem{Code: "unfinished", Exit: Failed, Title: fmt.Sprintf("snapshot %d is not finished, so there is nothing yet to seal", s.ID),
				Hint: "plumbline collect goes on with it, or --new ends it"}
		}
		return []store.Snapshot{s}, err
	}
	all, err := f.store.Snapshots(ctx)
	if err == nil && q.Site != "" {
		all, err = ofSite(all, q.Site)
	}
	if err != nil {
		return nil, err
	}
	var chosen []store.Snapshot
	for _, s := range all {
		if finished(s) {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		return nil, &Problem{Code: "unfinished", Exit: Failed, Title: "no snapshot is finished, so there is nothing to seal"}
	}
	return chosen, nil
}

// seal makes the seals, while SQLite looks at every page of the file.
func (f *File) seal(ctx context.Context, chosen []store.Snapshot, key *collector.SealKey, done *Sealing) ([]store.Seal, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return f.store.QuickCheck(ctx) })
	var seals []store.Seal
	group.Go(func() error {
		for _, s := range chosen {
			standing, err := f.standing(ctx, s, done.Signer)
			if err != nil {
				return err
			}
			if standing != nil {
				done.Snapshots = append(done.Snapshots, *standing)
				continue
			}
			made, err := f.sealOne(ctx, s, key)
			if err != nil {
				return err
			}
			seals = append(seals, made)
			done.Snapshots = append(done.Snapshots, SealedSnapshot{s.ID, s.Digest, made.At, store.StatementDigest(made.Statement), false})
		}
		return nil
	})
	return seals, group.Wait()
}

// standing is the seal of a key that is under a snapshot already; nil if there is none. A broken one is no ground to
// build on.
func (f *File) standing(ctx context.Context, s store.Snapshot, signer string) (*SealedSnapshot, error) {
	if !s.Sealed {
		return nil, nil
	}
	v, err := f.Verify(ctx, VerifyQuery{Snapshot: fmt.Sprint(s.ID)})
	if err != nil {
		return nil, err
	}
	n := v.Snapshots[0]
	if n.State == SealBrokenState {
		return nil, n.broken()
	}
	for _, under := range n.Seals {
		if under.Signer == signer {
			return &SealedSnapshot{s.ID, s.Digest, under.Sealed, under.Statement, true}, nil
		}
	}
	return nil, nil
}

func (f *File) sealOne(ctx context.Context, s store.Snapshot, key *collector.SealKey) (store.Seal, error) {
	none := store.Seal{}
	said, manifest, err := f.store.Export(ctx, s.ID)
	if err != nil {
		return none, err
	}
	said.Sealed, said.Signer = stamp(time.Now()), key.Comment
	text, err := said.Canonical()
	if err != nil {
		return none, err
	}
	signature, err := sign(text, key)
	if err != nil {
		return none, err
	}
	return store.Seal{Snapshot: s.ID, At: said.Sealed, Statement: text, Signature: signature, Manifest: manifest}, nil
}

// addSeals writes the seals, unless the file is another than the one that was read.
func addSeals(ctx context.Context, path, stamp string, seals []store.Seal) error {
	if len(seals) == 0 {
		return nil
	}
	return Change(ctx, path, "", func(f *File) error {
		if f.store.Stamp() != stamp {
			return errors.New(path + " was changed by another program meanwhile: nothing was sealed")
		}
		return f.store.AddSeals(ctx, seals)
	})
}
