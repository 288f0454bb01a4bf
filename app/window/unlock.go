package window

import (
	"context"

	"plumbline/app"
)

// Unlock opens a file that is encrypted, with a passphrase, or the keys in a file, or both where those keys have a
// passphrase of their own; else it is Open. With neither the user's own SSH keys are tried. Nothing of them is kept.
func (w *Window) Unlock(path, passphrase, identity string) (State, error) {
	_, err := call(w, "", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, w.open(given(ctx, passphrase, identity), path)
	})
	if err != nil {
		return State{}, err
	}
	return w.State()
}

// UnlockOther tries whether a file to compare with opens, with what a person gave where it is encrypted: both may be "". What opened
// it is known for the rest of the run, and the open file stays the open one.
func (w *Window) UnlockOther(path, passphrase, identity string) error {
	_, err := call(w, "", func(ctx context.Context) (struct{}, error) {
		f, err := app.Open(given(ctx, passphrase, identity), path)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, f.Close()
	})
	return err
}

// given are the keys that a person gave, under a context.
func given(ctx context.Context, passphrase, identity string) context.Context {
	keys := app.Keys{}
	if identity != "" {
		keys.Identities = []string{identity}
	}
	if passphrase != "" {
		keys.Ask = func(string) (string, error) { return passphrase, nil }
	}
	return app.WithKeys(ctx, keys)
}
