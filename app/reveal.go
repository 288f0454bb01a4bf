package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

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
	stamp string // of the encrypted file
	dir   string
	path  string   // of the decrypted copy
	held  *os.File // tells other processes that dir is in use
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
	revealing.sweep.Do(sweepRevealed)
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

// newRevealed is a folder of this process, of mode 0700.
func newRevealed() (*revealed, error) {
	for range 10 {
		r := &revealed{}
		var err error
		if r.dir, err = os.MkdirTemp(revealedIn(), revealedPrefix); err != nil {
			return nil, err
		}
		if r.held, err = hold(r.lock()); err == nil {
			r.path = filepath.Join(r.dir, "evidence.plumb.db")
			return r, nil
		}
		os.RemoveAll(r.dir) // another process took it for one that was left behind
	}
	return nil, errors.New("no folder can be kept in " + revealedIn())
}

func (r *revealed) lock() string { return filepath.Join(r.dir, "in-use") }

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

func (r *revealed) remove() {
	os.RemoveAll(r.dir)
	if r.held != nil {
		r.held.Close()
		os.RemoveAll(r.dir) // where what is open cannot be removed
	}
}

// sweepRevealed removes the folders that killed programs left.
func sweepRevealed() {
	left, _ := filepath.Glob(filepath.Join(revealedIn(), revealedPrefix+"*"))
	for _, dir := range left {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() {
			continue
		}
		r := &revealed{dir: dir}
		if _, err := os.Lstat(r.lock()); err != nil && time.Since(info.ModTime()) < time.Minute {
			continue // its process is about to hold it
		}
		if r.held, err = hold(r.lock()); err == nil {
			r.remove()
		}
	}
}
