package window

import (
	"context"

	"plumbline/app"
)

// Unlock opens a file that is encrypted, with a passphrase, or the keys in a file, or both where those keys have a
// passphrase of their own; else it is Open. With neither the user's own SSH keys are tried. Nothing of them is kept.
func (w *Window) Unlock(path, passphrase, identity string) (State, error) {
	_, err := call(w, "", func(ctx context.Context) (struct{}, error) {
		keys := app.Keys{}
		if identity != "" {
			keys.Identities = []string{identity}
		}
		if passphrase != "" {
			keys.Ask = func(string) (string, error) { return passphrase, nil }
		}
		return struct{}{}, w.open(app.WithKeys(ctx, keys), path)
	})
	if err != nil {
		return State{}, err
	}
	return w.State()
}
