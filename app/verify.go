package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"plumbline/store"
)

// The states of a seal, of a snapshot by its seals, and of a file by its snapshots.
const (
	SealBrokenState = "broken"      // something is not as it was sealed, or the signature is not one of the statement
	SealNone        = "unsealed"    // nobody sealed it
	SealUnknownKey  = "unknown_key" // whole, and signed with a key that is not trusted here
	SealValid       = "valid"       // whole, and signed with a trusted key
)

// weakest orders the states: a file is as good as its weakest snapshot.
var weakest = []string{SealBrokenState, SealNone, SealUnknownKey, SealValid}

// VerifyQuery asks what the seals of a file are worth.
type VerifyQuery struct {
	Snapshot string // reference; "" is every snapshot
	Site     string
	Trust    string // the one key to trust: a public key, a file with one, or a fingerprint; "" is the user's trusted_keys
	Sealed   bool   // a snapshot that is not sealed counts as one whose signer is not trusted
}

// Verification answers `verify`.
type Verification struct {
	File        FileInfo           `json:"file"`
	State       string             `json:"state"`
	Snapshots   []VerifiedSnapshot `json:"snapshots"`
	Differences []SealDifference   `json:"differences"` // rows that belong to no snapshot: nobody collected them
	Unused      []UnusedName       `json:"unused"`      // told, and breaks nothing
	exit        Exit
}

// Exit is what the command ends with.
func (v *Verification) Exit() Exit { return v.exit }

// VerifiedSnapshot is one snapshot of a file, with what its seals are worth.
type VerifiedSnapshot struct {
	ID          int64            `json:"id"`
	Digest      string           `json:"digest"`
	State       string           `json:"state"`
	Signer      string           `json:"signer"` // fingerprint of the key that State rests on: SHA256:...; "" if none does
	Differences []SealDifference `json:"differences"`
	Seals       []VerifiedSeal   `json:"seals"`
}

// VerifiedSeal is one seal under a snapshot.
type VerifiedSeal struct {
	ID          int64            `json:"id"`
	State       string           `json:"state"`
	Signer      string           `json:"signer"`    // fingerprint; "" where no signature stands
	Comment     string           `json:"comment"`   // of a trusted key what its owner here calls it, else what the signer did
	Sealed      string           `json:"sealed"`    // when, by the signer's clock
	Statement   string           `json:"statement"` // SHA-256 of what is signed, by which to name it
	Differences []SealDifference `json:"differences"`
}

// UnusedName is a site or a resource that the file names and holds nothing of.
type UnusedName struct {
	Table string `json:"table"` // resource, site
	Name  string `json:"name"`  // of a site its address
}

// SealDifference is one row in which a file differs from what was sealed.
type SealDifference struct {
	Section  string   `json:"section"`
	Resource string   `json:"resource"`
	Key      string   `json:"key"`
	Change   string   `json:"change"` // added, removed, altered, reordered
	Fields   []string `json:"fields"`
	Words    string   `json:"words"`
}

func differences(all []store.Difference) []SealDifference {
	out := []SealDifference{}
	for _, d := range all {
		out = append(out, SealDifference{d.Section, d.Resource, d.Key, d.Change, list(d.Fields), d.String()})
	}
	return out
}

// Verify looks at the seals of a file: whether each signature is one of its statement, whether the file holds what the
// statement says, and whether the key is trusted.
func (f *File) Verify(ctx context.Context, q VerifyQuery) (*Verification, error) {
	trusted, err := trustedKeys()
	if q.Trust != "" {
		trusted, err = namedKey(q.Trust)
	}
	if err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	if q.Site != "" {
		if all, err = ofSite(all, q.Site); err != nil {
			return nil, err
		}
	}
	if q.Snapshot != "" {
		one, err := findSnapshot(all, q.Snapshot, q.Site)
		if err != nil {
			return nil, err
		}
		all = []store.Snapshot{one}
	}
	seals, err := f.store.Seals(ctx, 0)
	if err != nil {
		return nil, err
	}
	v := &Verification{File: f.Info(), Snapshots: []VerifiedSnapshot{}, Unused: []UnusedName{}}
	checked := map[int64]VerifiedSeal{}
	var signed []store.Seal // what the file holds is compared with what a signature stands under, and with nothing else
	for _, s := range seals {
		if !slices.ContainsFunc(all, func(n store.Snapshot) bool { return n.ID == s.Snapshot }) {
			continue
		}
		c := look(s, trusted)
		if c.State != SealBrokenState {
			signed = append(signed, s)
		}
		checked[s.ID] = c
	}
	compared, err := f.compared(ctx, signed, len(seals) > 0)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		n := VerifiedSnapshot{ID: s.ID, Digest: s.Digest, Differences: []SealDifference{}, Seals: []VerifiedSeal{}}
		for _, under := range seals {
			if under.Snapshot != s.ID {
				continue
			}
			c := checked[under.ID]
			if found := differences(compared.Seals[under.ID]); len(found) > 0 {
				c.State, c.Differences = SealBrokenState, append(c.Differences, found...)
			}
			n.Seals = append(n.Seals, c)
		}
		n.settle()
		v.Snapshots = append(v.Snapshots, n)
	}
	v.Differences = differences(compared.File)
	for _, u := range compared.Unused {
		v.Unused = append(v.Unused, UnusedName(u))
	}
	v.settle(q)
	if q.Snapshot == "" && q.Site == "" {
		f.noteSeals(v)
	}
	return v, nil
}

// compared compares the file with signed statements; nothing is read of a file without seals.
func (f *File) compared(ctx context.Context, signed []store.Seal, sealed bool) (store.Checked, error) {
	if !sealed {
		return store.Checked{}, nil
	}
	return f.store.Verify(ctx, signed)
}

// look looks at a seal alone: its signature, and who signed.
func look(s store.Seal, trusted []trustedKey) VerifiedSeal {
	v := VerifiedSeal{ID: s.ID, Sealed: s.At, Statement: store.StatementDigest(s.Statement), Differences: []SealDifference{}}
	key, err := signer(s.Statement, s.Signature)
	if err != nil {
		v.State = SealBrokenState
		v.Differences = differences([]store.Difference{{Section: "seal", Key: fmt.Sprint(s.ID), Change: store.Altered, Fields: []string{"statement or signature"}}})
		return v
	}
	v.Signer, v.State = ssh.FingerprintSHA256(key), SealUnknownKey
	if said, err := store.ParseStatement(s.Statement); err == nil {
		v.Comment, v.Sealed = said.Signer, said.Sealed
	}
	for _, t := range trusted {
		if t.fingerprint == v.Signer {
			v.State = SealValid
			if t.comment != "" {
				v.Comment = t.comment
			}
		}
	}
	return v
}

// settle is what a snapshot's seals are worth together: one that is broken breaks it, else one by a trusted key will do.
func (n *VerifiedSnapshot) settle() {
	n.State = SealNone
	for _, state := range []string{SealBrokenState, SealValid, SealUnknownKey} {
		i := slices.IndexFunc(n.Seals, func(s VerifiedSeal) bool { return s.State == state })
		if i < 0 {
			continue
		}
		n.State, n.Signer = state, n.Seals[i].Signer
		break
	}
	for _, s := range n.Seals {
		for _, d := range s.Differences {
			if !slices.ContainsFunc(n.Differences, func(x SealDifference) bool { return x.Words == d.Words }) {
				n.Differences = append(n.Differences, d)
			}
		}
	}
}

func (v *Verification) settle(q VerifyQuery) {
	v.State = SealNone
	states := []string{}
	for _, s := range v.Snapshots {
		states = append(states, s.State)
	}
	for _, w := range slices.Backward(weakest) {
		if slices.Contains(states, w) {
			v.State = w
		}
	}
	if len(v.Differences) > 0 {
		v.State = SealBrokenState
	}
	if v.State == SealBrokenState || q.Trust != "" && slices.Contains(states, SealUnknownKey) || q.Sealed && slices.Contains(states, SealNone) {
		v.exit = SealBroken
	}
}

// ErrSealBroken: what a snapshot holds is not what was sealed.
var ErrSealBroken = errors.New("the seal is broken")

// broken is the complaint about a snapshot whose seal is broken.
func (n VerifiedSnapshot) broken() error {
	var words []string
	for _, d := range n.Differences[:min(3, len(n.Differences))] {
		words = append(words, d.Words)
	}
	return fmt.Errorf("snapshot %d: %w (%s)", n.ID, ErrSealBroken, strings.Join(words, "; "))
}
