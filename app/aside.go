package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"plumbline/store"
)

// Aside is a copy of an evidence file to look at while the file itself is written and nobody else can read it. It lies
// in the cache directory, where what is derived of evidence is kept too.
type Aside struct {
	of, path string
	forget   func()
}

// SetAside copies a file as it is now. What was worked out of the file serves for the copy as well.
func SetAside(ctx context.Context, path string) (*Aside, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dir := store.CacheDir()
	if dir == "" {
		dir = os.TempDir()
	}
	sweepAsides(dir)
	copied, err := os.CreateTemp(dir, fmt.Sprintf("%s%d-*.db", asidePrefix, os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("setting a copy aside: %w", err)
	}
	copied.Close()
	a := &Aside{of: path, path: copied.Name(), forget: func() {}}
	for _, beside := range []string{"", "-wal"} { // a killed collection leaves a log that belongs to the file
		if err := copyOver(path+beside, a.path+beside); err != nil && (beside == "" || !errors.Is(err, fs.ErrNotExist)) {
			a.Remove()
			return nil, fmt.Errorf("setting a copy aside: %w", err)
		}
	}
	a.forget = f.store.Vouch(a.path)
	return a, nil
}

// Open opens the copy; it names itself as the file that it is a copy of.
func (a *Aside) Open(ctx context.Context) (*File, error) {
	f, err := Open(ctx, a.path)
	if err != nil {
		return nil, err
	}
	f.of = a.of
	return f, nil
}

// Remove takes the copy away. What is open of it is closed first.
func (a *Aside) Remove() {
	a.forget()
	for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(a.path + beside)
	}
}

const asidePrefix = "aside-"

// sweepAsides removes copies that a killed program left.
func sweepAsides(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), asidePrefix)
		if number, _, _ := strings.Cut(rest, "-"); ours && !running(number) {
			os.Remove(filepath.Join(dir, e.Name())) // where it is open all the same, some systems refuse
		}
	}
}

// running reports whether a process is there, where that can be told.
func running(number string) bool {
	id, err := strconv.Atoi(number)
	if err != nil {
		return false
	}
	if id == os.Getpid() {
		return true
	}
	p, err := os.FindProcess(id)
	if err != nil {
		return false
	}
	defer p.Release()
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// copyOver copies a file over another; the system may do so without reading it.
func copyOver(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
