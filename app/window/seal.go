package window

import (
	"context"
	"os"
	"time"

	"plumbline/app"
)

// SealCheck is what the seals of the open file are worth, and when that was looked at.
type SealCheck struct {
	State       string                 `json:"state"` // valid, unknown_key, unsealed, broken: that of the weakest snapshot
	Snapshots   []app.VerifiedSnapshot `json:"snapshots"`
	Differences []app.SealDifference   `json:"differences"` // rows that belong to no snapshot
	Unused      []app.UnusedName       `json:"unused"`
	At          string                 `json:"at"` // RFC 3339, UTC
	Took        int64                  `json:"took_ms"`
}

// Seals looks at the seals of the open file: once for a file, and again when somebody else wrote into it, or with anew.
func (w *Window) Seals(anew bool, token string) (*SealCheck, error) {
	if anew {
		w.recheck()
	}
	return with(w, token, func(ctx context.Context, f *opened) (*SealCheck, error) { return f.checked(ctx) })
}

func (f *opened) checked(ctx context.Context) (*SealCheck, error) {
	return f.seals.Load().get(ctx, "", func(ctx context.Context) (*SealCheck, error) {
		began := time.Now()
		v, err := f.Verify(ctx, app.VerifyQuery{})
		if err != nil {
			return nil, err
		}
		return &SealCheck{v.State, v.Snapshots, v.Differences, v.Unused, began.UTC().Format(time.RFC3339), time.Since(began).Milliseconds()}, nil
	})
}

// Sealing says what is sealed, and with which key.
type Sealing struct {
	Snapshot   int64  `json:"snapshot"`   // 0: all that are finished
	Key        string `json:"key"`        // file of an SSH key; "": the agent's, else one that Plumbline keeps in the keychain
	Passphrase string `json:"passphrase"` // of that file; "" where it has none
}

// Seal seals finished snapshots of the open file.
func (w *Window) Seal(q Sealing, token string) (*app.Sealing, error) {
	return change(w, token, func(ctx context.Context, path string) (*app.Sealing, error) {
		ask := app.SealQuery{All: q.Snapshot == 0, Snapshot: reference(q.Snapshot), Key: q.Key, Agent: os.Getenv("SSH_AUTH_SOCK")}
		if q.Passphrase != "" {
			ctx = app.WithKeys(ctx, app.Keys{Ask: func(string) (string, error) { return q.Passphrase, nil }})
		}
		done, err := app.Seal(ctx, path, "", ask)
		if err == nil {
			w.recheck() // of the file as it was: what is opened next takes it along
		}
		return done, err
	})
}

// recheck makes the seals be looked at anew.
func (w *Window) recheck() {
	f, release := w.current()
	defer release()
	if f != nil {
		f.seals.Store(&memo[*SealCheck]{})
	}
}

// keepSeals takes along what is known of the seals, after this window has written into the file what no seal covers.
func (w *Window) keepSeals(before *opened) {
	f, release := w.current()
	defer release()
	if f != nil && f.path == before.path {
		f.seals.Store(before.seals.Load())
	}
}

// TrustSigner puts the key of a seal of the open file among those that this user trusts.
func (w *Window) TrustSigner(seal int64) (*SealCheck, error) {
	return with(w, "", func(ctx context.Context, f *opened) (*SealCheck, error) {
		if err := f.Trust(ctx, seal); err != nil {
			return nil, err
		}
		w.recheck()
		return f.checked(ctx)
	})
}

// Redacting says how a copy without names is made.
type Redacting struct {
	Path    string   `json:"path"`     // of the copy; nothing may be there
	KeyFile string   `json:"key_file"` // of the key that pseudonyms are made with; made where it is not there
	Level   string   `json:"level"`    // people (also ""), names, structure
	Map     string   `json:"map"`      // file for the pseudonyms and what they stand for; "" for none
	To      []string `json:"to"`       // keys to encrypt the copy for; empty: it is not
}

// RedactingNews is the event "redact": how far the making of a copy without names is.
type RedactingNews struct {
	Token string `json:"token"` // of the call
	Step  string `json:"step"`  // in words
	Done  int64  `json:"done"`  // objects of this step
	Total int64  `json:"total"` // objects; every step begins anew
}

// Redact writes a copy of the open file without names. News of it are events "redact".
func (w *Window) Redact(q Redacting, token string) (*app.Redacted, error) {
	return with(w, token, func(ctx context.Context, f *opened) (*app.Redacted, error) {
		return app.Redact(ctx, app.RedactQuery{
			File: f.path, Copy: q.Path, KeyFile: q.KeyFile, Level: app.Level(q.Level), Map: q.Map, Lock: app.Lock{To: q.To},
			Told: func(step string, done, total int64) {
				w.hub.progress("redact", RedactingNews{token, step, done, total})
			},
		})
	})
}
