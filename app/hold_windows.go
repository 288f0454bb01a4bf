package app

import (
	"errors"
	"io/fs"
	"os"
)

// mine: in the folders of others nothing can be removed here.
func mine(fs.FileInfo) bool { return true }

// hold makes a file that no other process can hold at the same time: what is open cannot be removed here.
func hold(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}
