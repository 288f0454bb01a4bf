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
	of    string // the file that this one is a copy of, where it stands in for it; see Aside
}

// FileInfo names a file in an answer.
type FileInfo struct {
	Path   string `json:"path"`
	Format int    `json:"format"` // of the evidence file
}

// Open opens an evidence file for looking; not a byte of it changes.
func Open(ctx context.Context, path string) (*File, error) {
	if err := exists(path); err != nil {
		return nil, err
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
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		if copyTo != "" {
			os.Remove(copyTo)
		}
		return nil, named(path, err)
	}
	return &File{store: f}, nil
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
	for _, pattern := range []string{"*.plumb.db", "*.plumb"} {
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), pattern))
		for _, f := range found {
			names = append(names, filepath.Base(f))
		}
	}
	return names
}

// Copy copies an evidence file, whole and in one step, to a place where nothing is yet.
func Copy(ctx context.Context, from, to string) error {
	f, err := Open(ctx, from) // refuses what is no whole evidence file
	if err != nil {
		return err
	}
	defer f.Close()
	for _, beside := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(from + beside); err == nil && info.Size() > 0 {
			return &Problem{
				Code: "file", Exit: Failed, Title: from + beside + " holds what was collected last, so a copy of the file alone would lose it",
				Hint: "finish the collection, or copy both to a folder that can be written and work on that copy",
			}
		}
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	// The name is taken first: whatever else appears there meanwhile is not written over.
	taken, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &Problem{Code: "file", Title: to + " exists already", Hint: "choose another name for the copy", Exit: Failed}
	}
	if err != nil {
		return err
	}
	taken.Close()
	err = WriteFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	if err != nil {
		os.Remove(to)
	}
	return err
}

// WriteFile writes a file in one step: whoever looks sees the old one or the new one, never half.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // /dev/stdout, a pipe
		out, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer out.Close()
		return write(out)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".plumbline-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err = write(tmp); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
