package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plumbline/store"
)

// File is an open evidence file.
type File struct {
	store *store.File
	of    string // the file that this one is a copy of, where it stands in for it; see Aside and reveal
}

// FileInfo names a file in an answer.
type FileInfo struct {
	Path   string `json:"path"`
	Format int    `json:"format"` // of the evidence file
}

// Open opens an evidence file for looking; not a byte of it changes. An encrypted one is opened with the keys of ctx.
func Open(ctx context.Context, path string) (*File, error) {
	if err := exists(path); err != nil {
		return nil, err
	}
	r, err := reveal(ctx, path)
	if err != nil {
		return nil, err
	}
	if r != nil {
		f, err := store.Open(ctx, r.path)
		if err != nil {
			return nil, named(path, err)
		}
		f.KeepIn(r.dir)
		return &File{store: f, of: path}, nil
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		return nil, named(path, err)
	}
	return &File{store: f}, nil
}

// named is an error of a file with the file's name, unless it says it already.
func named(path string, err error) error {
	if err == nil || strings.Contains(err.Error(), path) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// OpenWritable opens an existing evidence file for writing. Where copyTo is given, the file is
// copied there first, and the copy is opened: what came from elsewhere stays as it came.
func OpenWritable(ctx context.Context, path, copyTo string) (*File, error) {
	if err := exists(path); err != nil {
		return nil, err
	}
	if copyTo != "" {
		if err := Copy(ctx, path, copyTo); err != nil {
			return nil, err
		}
		path = copyTo
	}
	if err := notEncrypted(path); err != nil {
		return nil, err
	}
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		if copyTo != "" {
			os.Remove(copyTo)
		}
		return nil, named(path, err)
	}
	return &File{store: f}, nil
}

// notEncrypted refuses to write into an encrypted file.
func notEncrypted(path string) error {
	if !isEncrypted(path) {
		return nil
	}
	return &Problem{
		Code: "read-only", Exit: Failed, Title: path + " is encrypted, so it can only be read",
		Hint: "-o COPY.plumb.db writes into a decrypted copy; plumbline encrypt closes that again",
	}
}

// Change opens a file, or the copy of it that copyTo asks for, for writing and runs do on it. A copy on which do fails is
// taken away again, so that the same command can be tried once more.
func Change(ctx context.Context, path, copyTo string, do func(*File) error) error {
	f, err := OpenWritable(ctx, path, copyTo)
	if err != nil {
		return err
	}
	err = do(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil && copyTo != "" {
		os.Remove(copyTo)
	}
	return err
}

// Close closes the file.
func (f *File) Close() error { return f.store.Close() }

// Info names the file.
func (f *File) Info() FileInfo { return FileInfo{firstOf(f.of, f.store.Path()), f.store.Format()} }

func exists(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p := &Problem{
			Code: "no-such-file", Title: path + ": no such file", Exit: BadFile, err: err,
			Hint: "plumbline demo makes one to look at; plumbline collect FILE --site URL makes one of a site",
		}
		if n := Nearest(filepath.Base(path), neighbours(path)); n != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", filepath.Join(filepath.Dir(path), n))
		}
		return p
	case err != nil:
		return err
	case info.IsDir():
		return &Problem{Code: "not-plumbline", Title: path + " is a folder", Hint: "name the evidence file in it", Exit: BadFile}
	}
	return nil
}

// neighbours are the evidence files in the folder where path was looked for.
func neighbours(path string) []string {
	var names []string
	for _, pattern := range []string{"*.plumb.db", "*.plumb", "*.plumb.age"} {
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), pattern))
		for _, f := range found {
			names = append(names, filepath.Base(f))
		}
	}
	return names
}

// Copy copies an evidence file, whole and in one step, to a place where nothing is yet. The copy of an encrypted one is
// not encrypted.
func Copy(ctx context.Context, from, to string) error {
	f, err := Open(ctx, from) // refuses what is no whole evidence file
	if err != nil {
		return err
	}
	defer f.Close()
	if err := alone(f.store.Path()); err != nil {
		return err
	}
	in, err := os.Open(f.store.Path())
	if err != nil {
		return err
	}
	defer in.Close()
	_, _, err = placeNew(to, func(w io.Writer) error {
		_, err := io.Copy(w, reader{ctx, in})
		return err
	})
	return err
}

// alone refuses a file that is not all there is: what was collected last may lie beside it.
func alone(path string) error {
	for _, beside := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + beside); err == nil && info.Size() > 0 {
			return &Problem{
				Code: "file", Exit: Failed, Title: path + beside + " holds what was collected last, so a copy of the file alone would lose it",
				Hint: "finish the collection, or copy both to a folder that can be written and work on that copy",
			}
		}
	}
	return nil
}

// WriteFile writes a file in one step: whoever looks sees the old one or the new one, never half. It puts nothing in the
// place of an evidence file.
func WriteFile(path string, write func(io.Writer) error) error {
	if err := replaceable(path); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // /dev/stdout, a pipe
		out, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer out.Close()
		return write(out)
	}
	return beside(path, func(folder string) error {
		made, err := os.OpenFile(filepath.Join(folder, "new"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if err = write(made); err == nil {
			err = made.Sync()
		}
		if closed := made.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		return os.Rename(made.Name(), path)
	})
}

// replaceable refuses a place where evidence lies, encrypted or not: no list or report is worth it.
func replaceable(path string) error {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if begins := beginning(path); strings.HasPrefix(begins, "SQLite format 3\x00") || strings.HasPrefix(begins, ageHeader) {
		return Usage(path+" is an evidence file, and would be lost", "choose another name for what is written")
	}
	return nil
}
