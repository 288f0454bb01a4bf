//go:build !windows

package app

import (
	"os"
	"path/filepath"
	"testing"
)

// Another user's folder is not swept, whatever its name and whoever could remove what is in it.
func TestSweepLeavesOthers(t *testing.T) {
	in := t.TempDir()
	theirs := filepath.Join(in, besidePrefix+"theirs")
	kept := filepath.Join(theirs, "kept")
	if err := os.Mkdir(theirs, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(theirs, "in-use"), kept} {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(theirs, os.Getuid()+1, -1); err != nil { // which the system's own folder is anyway for who may not do that
		theirs = "/"
	} else {
		sweep(in, besidePrefix)
		if _, err := os.Lstat(kept); err != nil {
			t.Errorf("another user's folder is gone: %v", err)
		}
	}
	if info, err := os.Lstat(theirs); err != nil || mine(info) {
		t.Errorf("%s is taken for one's own, %v", theirs, err)
	}
	if info, err := os.Lstat(in); err != nil || !mine(info) {
		t.Errorf("%s is not taken for one's own, %v", in, err)
	}
}
