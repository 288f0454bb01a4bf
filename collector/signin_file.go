package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// RefreshToken is where the refresh token of a grant is kept between and during runs. A refresh spends the old one, so
// Begin makes sure that a new one can be kept before the old one is spent, and the new one is kept before it is used.
type RefreshToken struct {
	Read  func(context.Context) (string, error)
	Begin func(context.Context) (write func(token string) error, abandon func(), err error)
}

// ErrReadable: a file that holds a secret can be read by others than its owner.
var ErrReadable = errors.New("the file can be read by others: make it readable by its owner alone (chmod 600)")

// ErrNoRefreshFile: the file of a refresh token is not there, or empty.
var ErrNoRefreshFile = errors.New("there is no refresh token")

// RefreshTokenFile keeps a refresh token in a file of mode 0600 that is replaced whole (PLUMBLINE_REFRESH_TOKEN_FILE).
// A file that others may read is refused.
func RefreshTokenFile(path string) RefreshToken {
	return RefreshToken{
		Read: func(context.Context) (string, error) {
			text, err := readSecretFile(path)
			if errors.Is(err, os.ErrNotExist) || errors.Is(err, errEmpty) {
				err = fmt.Errorf("%w: %w", ErrNoRefreshFile, err)
			}
			if err != nil {
				return "", fmt.Errorf("reading the refresh token: %w", err)
			}
			return text, nil
		},
		Begin: func(context.Context) (func(string) error, func(), error) {
			r, err := replacing(path)
			if err == nil {
				err = r.reserve(16 << 10)
			}
			if err != nil {
				return nil, nil, fmt.Errorf("making ready to keep the next refresh token: %w", err)
			}
			return func(token string) error { return r.commit([]byte(token + "\n")) }, r.abandon, nil
		},
	}
}

var errEmpty = errors.New("is empty")

// readSecretFile reads a one-line secret from a file that only its owner may read.
func readSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	// Windows says 0666 of every file and guards it by other means.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s: %w", path, ErrReadable)
	}
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("%s %w", path, errEmpty)
	}
	return secret, nil
}

// replaceFile writes a file of mode 0600 as a whole or not at all.
func replaceFile(path string, content []byte) error {
	r, err := replacing(path)
	if err != nil {
		return err
	}
	return r.commit(content)
}

// replacement is a new file beside the one it will take the place of.
type replacement struct {
	file *os.File
	path string
}

// replacing fails where the file could not be replaced later; reserve tells a full disk too.
func replacing(path string) (replacement, error) {
	// A link is followed: the file it leads to is replaced, not the link.
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return replacement{}, err
	}
	return replacement{f, path}, nil
}

func (r replacement) reserve(bytes int) error {
	_, err := r.file.Write(make([]byte, bytes))
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		r.abandon()
	}
	return err
}

func (r replacement) commit(content []byte) error {
	_, err := r.file.WriteAt(content, 0)
	if err == nil {
		err = r.file.Truncate(int64(len(content)))
	}
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		r.abandon()
		return err
	}
	if err = r.file.Close(); err == nil {
		err = os.Rename(r.file.Name(), r.path)
	}
	if err != nil {
		os.Remove(r.file.Name())
		return err
	}
	// The name itself must reach the disk too; systems that cannot sync a directory do not need it.
	if dir, err := os.Open(filepath.Dir(r.path)); err == nil {
		_ = dir.Sync()
		dir.Close()
	}
	return nil
}

func (r replacement) abandon() {
	r.file.Close()
	os.Remove(r.file.Name())
}
