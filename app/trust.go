package app

import (
	"context"
	"fmt"

	"plumbline/store"
)

// Trust puts the key of a seal among those that this user trusts: seals by it count as valid in every file from then on.
func (f *File) Trust(ctx context.Context, seal int64) error {
	all, err := f.store.Seals(ctx, 0)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID != seal {
			continue
		}
		key, err := signer(s.Statement, s.Signature)
		if err != nil {
			return err
		}
		comment := ""
		if said, err := store.ParseStatement(s.Statement); err == nil {
			comment = said.Signer
		}
		return trust(key, comment)
	}
	return fmt.Errorf("seal %d: %w", seal, store.ErrNotFound)
}
