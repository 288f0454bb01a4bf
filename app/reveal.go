package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"plumbline/store"
)

// An encrypted file is opened by decrypting it, whole, into a folder that only this user can enter, below the cache
// directory. Everything derived of it is kept there as well, and nowhere else. The folder goes when the program ends;
// one that a killed program left goes as soon as any file is opened after that. While the file is open the decrypted
// copy lies on this disk.

// revealing are the encrypted files that this process has opened, by path.
var revealing = struct {
	sync.Mutex
	sweep sync.Once
	of    map[string]*revealed
}{of: map[string]*revealed{}}

// revealed is one encrypted file as it lies decrypted.
type revealed struct {
	*workplace
	stamp string // of the encrypted file
	path  string // of the decrypted copy
}

const revealedPrefix = "plumbline-opened-"

// Unlock decrypts an encrypted file with the keys of ctx, so that opening it by its path asks for none in the rest of
// this process. Of a file that is not encrypted it makes nothing.
func Unlock(ctx context.Context, path string) error {
	if err := exists(path); err != nil {
		return err
	}
	_, err := reveal(ctx, path)
	return err
}

// Conceal takes away what lies decrypted of a file, or of all where path is "". What is open of it is closed first.
func Conceal(path string) {
	revealing.Lock()
	defer revealing.Unlock()
	if abs, err := filepath.Abs(path); err == nil && path != "" {
		path = abs
	}
	for of, r := range revealing.of {
		if path == "" || of == path {
			r.remove()
			delete(revealing.of, of)
		}
	}
}

// reveal gives what to open in place of a file: nil for one that is not encrypted.
func reveal(ctx context.Context, path string) (*revealed, error) {
	revealing.sweep.Do(func() { sweep(revealedIn(), revealedPrefix) })
	if !isEncrypted(path) {
		return nil, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	revealing.Lock()
	defer revealing.Unlock()
	stamp, err := stampOf(path)
	if err != nil {
		return nil, err
	}
	if r := revealing.of[abs]; r != nil {
		if r.stamp == stamp {
			return r, nil
		}
		r.remove()
		delete(revealing.of, abs)
	}
	r, err := newRevealed()
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := r.fill(ctx, path); err != nil {
		r.remove()
		return nil, err
	}
	r.stamp = stamp
	revealing.of[abs] = r
	return r, nil
}

func stampOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano()), nil
}

// revealedIn is where the folders of decrypted files are.
func revealedIn() string { return firstOf(store.CacheDir(), os.TempDir()) }

func newRevealed() (*revealed, error) {
	w, err := newWorkplace(revealedIn(), revealedPrefix)
	if err == nil && w.held == nil { // what a kill leaves there would stay
		w.remove()
		err = errNoLocks
	}
	if err != nil {
		return nil, fmt.Errorf("no folder can be kept in %s: %w", revealedIn(), err)
	}
	return &revealed{workplace: w, path: filepath.Join(w.dir, "evidence.plumb.db")}, nil
}

func (r *revealed) fill(ctx context.Context, path string) error {
	out, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = decrypt(ctx, path, out)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(r.path, 0o400)
	}
	if err == nil && !strings.HasPrefix(beginning(r.path), "SQLite format 3\x00") {
		err = &Problem{
			Code: "not-plumbline", Exit: BadFile, Title: path + " opens, but what is in it is no evidence file",
			Hint: "plumbline decrypt gives it as it is",
		}
	}
	return err
}
