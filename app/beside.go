package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"plumbline/store"
)

// What is made lies in a folder of its own until it is whole. The folder goes when it is done with; one that a killed
// program left goes when the next is made in the same place. A lock in it tells that its program still runs, on whatever
// machine that is.

// workplace is such a folder, which only this user can enter.
type workplace struct {
	dir  string
	held *os.File // the lock; nil where the file system has none: then nobody takes the folder for left behind
}

// errNoLocks: the file system has no locks.
var errNoLocks = errors.New("nothing can be locked there")

// besidePrefix begins the names of folders in which something is made that will lie beside them.
const besidePrefix = ".plumbline-new-"

// beside runs do with a folder beside path, on the same file system, which goes afterwards. Where there is no room it says
// that nothing was written.
func beside(path string, do func(folder string) error) error {
	in := filepath.Dir(path)
	sweep(in, besidePrefix)
	w, err := newWorkplace(in, besidePrefix)
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		at.Path = in // nobody knows the other name
	}
	if err != nil {
		return err
	}
	defer w.remove()
	if err = do(w.dir); errors.Is(err, store.ErrFull) || errors.Is(err, syscall.ENOSPC) {
		return &Problem{Code: "disk-full", Title: "the disk is full; nothing was written", Hint: "make room in " + in + ", or name another place", Exit: Failed, err: err}
	}
	return err
}

// newWorkplace makes a folder of mode 0700 that is this process's until it is removed or the process ends.
func newWorkplace(in, prefix string) (*workplace, error) {
	var err error
	for range 10 {
		w := &workplace{}
		if w.dir, err = os.MkdirTemp(in, prefix+"*"); err != nil {
			return nil, err
		}
		if w.held, err = hold(w.lock()); err == nil {
			_, err = os.Lstat(w.lock())
		}
		if err == nil || errors.Is(err, errNoLocks) {
			return w, nil
		}
		w.remove() // another process took it for one that was left behind
	}
	return nil, err
}

func (w *workplace) lock() string { return filepath.Join(w.dir, "in-use") }

// remove takes the folder away, the lock last: what is left of it if that is cut short goes the next time.
func (w *workplace) remove() {
	entries, _ := os.ReadDir(w.dir)
	for _, e := range entries {
		if path := filepath.Join(w.dir, e.Name()); path != w.lock() {
			os.RemoveAll(path)
		}
	}
	os.RemoveAll(w.dir)
	if w.held != nil {
		w.held.Close()
		os.RemoveAll(w.dir) // where what is open cannot be removed
	}
}

// sweep removes the folders that killed programs left: none that somebody holds, none of another user, who could put
// something else in its place meanwhile, and none that is not ours, which a folder without a lock may be.
func sweep(in, prefix string) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		info, err := e.Info()
		if err != nil || !mine(info) {
			continue
		}
		w := &workplace{dir: filepath.Join(in, e.Name())}
		if _, err := os.Lstat(w.lock()); err != nil {
			if time.Since(info.ModTime()) > time.Minute { // else its process is about to hold it
				os.Remove(w.dir) // which an empty one alone suffers
			}
			continue
		}
		if w.held, err = hold(w.lock()); err == nil {
			w.remove()
		}
	}
}
