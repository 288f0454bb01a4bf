package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync/atomic"
	"time"

	"plumbline/store/internal/db"
)

// File is an evidence file. A file opened with Open is safe for concurrent use and is never
// changed; one opened with OpenWritable holds the file for itself until it is closed.
type File struct {
	path     string
	format   int
	stamp    string // of the evidence
	raw      string // of the file as it is
	writable bool
	db       *sql.DB   // reading: a pool; writing: its one connection is conn
	conn     *sql.Conn // writing only
	q        *db.Queries
	feed     feed          // of conn
	busy     chan struct{} // holds one token: the right to use conn
	filling  chan struct{} // the same: the right to use gather; taken before busy by who wants both
	gather   gathering     // of a writer
	closed   atomic.Bool
	cache    string // where what is derived goes, "" where all of that goes; see KeepIn
}

// Path is where the file is, as it was given.
func (f *File) Path() string { return f.path }

// Format is the file's own format version.
func (f *File) Format() int { return f.format }

// Stamp changes when the evidence in the file may have changed: path, size and modification time, but for
// writes of this program beside the evidence.
func (f *File) Stamp() string { return f.stamp }

// header is what the first hundred bytes of a SQLite file say (sqlite.org/fileformat2.html 1.3).
type header struct {
	wal         bool
	format      int
	application uint32
}

const magic = "SQLite format 3\x00"

// readHeader reads the header; ErrNotPlumbline for a file of another kind, fs errors as they are.
func readHeader(path string) (header, error) {
	var h header
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for whoever fills it
		return h, fmt.Errorf("%w: %s is no regular file", ErrNotPlumbline, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer file.Close()
	var b [100]byte
	if _, err := io.ReadFull(file, b[:]); err != nil || string(b[:16]) != magic {
		return h, fmt.Errorf("%w: %s is no SQLite database", ErrNotPlumbline, path)
	}
	h.wal = b[18] == 2
	h.format = int(binary.BigEndian.Uint32(b[60:]))
	h.application = binary.BigEndian.Uint32(b[68:])
	return h, nil
}

func (h header) check(path string) error {
	switch {
	case h.application != applicationID:
		return fmt.Errorf("%w: %s is a SQLite database of another program", ErrNotPlumbline, path)
	case h.format > formatVersion:
		return fmt.Errorf("%w: %s has format %d, this program reads up to %d", ErrNewerFormat, path, h.format, formatVersion)
	case h.format < 1:
		return fmt.Errorf("%w: %s has no format version", ErrNotPlumbline, path)
	}
	return nil
}

// exists reports whether a non-empty file lies at path.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

// Open opens a file for reading. Header and schema are checked first: ErrNotPlumbline,
// ErrNewerFormat, ErrUnknownSchema, ErrLacking, ErrDamaged, ErrLocked, ErrNeedsRecovery.
// Not a byte of the file changes, but where a writer was killed in the middle of a change outside WAL mode (deciding,
// finishing): what it had half written is undone first, as SQLite's -journal says, for nothing else can be read.
func Open(ctx context.Context, path string) (*File, error) {
	// A killed writer may have left everything in the -wal, the header included; then the file
	// alone says nothing and only SQLite can tell.
	params := reading
	h, err := readHeader(path)
	pending := exists(path+"-wal") || exists(path+"-journal")
	if err != nil && (!pending || !errors.Is(err, ErrNotPlumbline)) {
		return nil, err
	}
	if !pending {
		if err := h.check(path); err != nil {
			return nil, namingWriter(ctx, path, err)
		}
	} else if !canWriteBeside(path) || exists(path+"-journal") && writable(path) != nil {
		return nil, fmt.Errorf("%w, and it cannot be written: %s", ErrNeedsRecovery, filepath.Base(path))
	}
	if h.wal && !pending && !canWriteBeside(path) {
		params = append([]string{"immutable=1"}, params...) // no -shm can be made, and none is needed
	}
	pool, err := sql.Open(guardedName, uri(path, params...))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	pool.SetMaxOpenConns(max(8, 2*runtime.GOMAXPROCS(0))) // who walks changes holds two, and may ask for more meanwhile
	f := &File{path: path, db: pool, q: db.New(pool)}
	if err := f.check(ctx, h, pending); err != nil {
		pool.Close()
		return nil, err
	}
	f.setStamp()
	return f, nil
}

func (f *File) check(ctx context.Context, h header, pending bool) error {
	if pending {
		// The header that counts is the one behind the -wal: ask SQLite, outside the guard.
		var err error
		if h, err = headerThroughSQLite(ctx, f.path); err != nil {
			return err
		}
		if err := h.check(f.path); err != nil {
			return err
		}
	}
	f.format = h.format
	if err := checkSchema(ctx, f.db, f.format); err != nil {
		return fmt.Errorf("opening %s: %w", f.path, explain(err))
	}
	return nil
}

// namingWriter adds to ErrNewerFormat which version of the program can read the file: the one that
// wrote its newest snapshot. What that text says is a stranger's, so only a version's letters pass.
func namingWriter(ctx context.Context, path string, err error) error {
	if !errors.Is(err, ErrNewerFormat) {
		return err
	}
	pool, open := sql.Open(guardedName, uri(path, reading...))
	if open != nil {
		return err
	}
	defer pool.Close()
	var program string
	if pool.QueryRowContext(ctx, "SELECT program FROM snapshot ORDER BY id DESC LIMIT 1").Scan(&program) != nil || !versionForm.MatchString(program) {
		return err
	}
	return fmt.Errorf("%w; version %s wrote it and can read it", err, program)
}

var versionForm = regexp.MustCompile(`^[0-9A-Za-z.+-]{1,40}$`)

// headerThroughSQLite asks for the header behind a -wal, or behind a -journal once that is rolled back, which a
// connection for reading alone may not do.
func headerThroughSQLite(ctx context.Context, path string) (header, error) {
	var h header
	params := reading
	if exists(path + "-journal") {
		params = append([]string{"mode=rw"}, reading[1:]...)
	}
	pool, err := sql.Open(driverName, uri(path, params...))
	if err != nil {
		return h, err
	}
	defer pool.Close()
	var application int64
	if err = pool.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.format); err == nil {
		err = pool.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application)
	}
	if err != nil {
		return h, fmt.Errorf("opening %s: %w", path, explain(err))
	}
	h.application = uint32(application)
	return h, nil
}

// canWriteBeside reports whether SQLite could make files beside path (-shm, -journal).
func canWriteBeside(path string) bool {
	t, err := os.CreateTemp(filepath.Dir(path), ".plumbline-*")
	if err != nil {
		return false
	}
	t.Close()
	os.Remove(t.Name())
	return true
}

// writable is ErrReadOnly for a file that cannot be written. SQLite would quietly open it for reading, and root may
// write whatever is marked so.
func writable(path string) error {
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	info, err := w.Stat()
	w.Close()
	if err == nil && info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%w: nobody may write it (%s)", ErrReadOnly, info.Mode().Perm())
	}
	return nil
}

// OpenWritable opens a file for writing, creating it if there is none, and keeps every other
// process out (ErrLocked) until it is closed. ErrReadOnly where the file or folder cannot be written.
func OpenWritable(ctx context.Context, path string) (*File, error) {
	h, err := readHeader(path)
	pending := exists(path+"-wal") || exists(path+"-journal")
	fresh := errors.Is(err, fs.ErrNotExist) || !exists(path)
	if err != nil && !fresh && !pending {
		return nil, err
	}
	if !fresh && !pending {
		if err := h.check(path); err != nil {
			return nil, err
		}
	}
	if !fresh {
		if err := writable(path); err != nil {
			return nil, err
		}
	}
	if !canWriteBeside(path) {
		return nil, fmt.Errorf("%w: nothing can be written in %s", ErrReadOnly, filepath.Dir(path))
	}
	// The engine's allocator gives each database page of 4 KiB and its header 8 KiB: a cache of 24 MB holds 48 MB of memory.
	// Twice as much made storing at most a twelfth faster.
	pool, err := sql.Open(writingName, uri(path, "_defensive=1", "_dqs=0", "_busy_timeout=2000", "_pragma=trusted_schema(0)",
		"_pragma=cell_size_check(1)", "_pragma=locking_mode(EXCLUSIVE)", "_pragma=cache_size(-24576)", "_pragma=temp_store(2)"))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	pool.SetMaxOpenConns(1)
	f := &File{path: path, db: pool, writable: true, format: formatVersion, busy: make(chan struct{}, 1), filling: make(chan struct{}, 1)}
	f.busy <- struct{}{}
	f.filling <- struct{}{}
	if f.conn, err = pool.Conn(ctx); err == nil {
		err = f.prepare(ctx, fresh)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening %s: %w", path, explain(err))
	}
	f.setStamp()
	return f, nil
}

// prepare takes the exclusive lock, makes or checks the schema, brings an older format up to this
// program's, and compiles the statements.
func (f *File) prepare(ctx context.Context, fresh bool) error {
	err := f.transaction(ctx, func() error {
		from := 0
		if !fresh {
			var format, application int64
			if err := errors.Join(f.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&format),
				f.conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application)); err != nil {
				return err
			}
			// A writer killed before its first commit leaves an empty database.
			parts, err := schemaOf(ctx, f.conn)
			if err != nil {
				return err
			}
			if fresh = len(parts) == 0; !fresh {
				from = int(format)
				if err := (header{format: from, application: uint32(application)}).check(f.path); err != nil {
					return err
				}
			}
		}
		if from < formatVersion {
			if from > 0 { // not a foreign file with a few of our tables more
				if err := checkSchema(ctx, f.conn, from); err != nil {
					return err
				}
			}
			if err := migrate(ctx, f.conn, from, formatVersion); err != nil {
				return err
			}
		}
		return checkSchema(ctx, f.conn, formatVersion)
	})
	if err != nil {
		return err
	}
	writers.add(&f.feed)
	if _, err := f.conn.ExecContext(ctx, fmt.Sprintf("CREATE VIRTUAL TABLE temp.gathered USING gathered(%d)", f.feed.number)); err != nil {
		return err
	}
	f.q, err = db.Prepare(ctx, f.conn)
	return err
}

// take waits for the writing connection and stores what was gathered, so that it is read; the
// caller gives it back by calling what it returns.
func (f *File) take(ctx context.Context) (func(), error) { return f.takeFor(ctx, "") }

// takeFor is take for who reads the objects of one resource: what was gathered of others only may wait.
func (f *File) takeFor(ctx context.Context, resource string) (func(), error) {
	if !f.writable {
		return func() {}, nil
	}
	filled, err := hold(ctx, f.filling)
	if err != nil {
		return nil, err
	}
	release, err := hold(ctx, f.busy)
	if err != nil {
		filled()
		return nil, err
	}
	var b batch
	if resource == "" || f.gather.resources[resource] {
		b = f.gather.take()
	}
	filled()
	if err := f.commit(ctx, b); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// hold waits for a right; the caller gives it back by calling what it returns.
func hold(ctx context.Context, right chan struct{}) (func(), error) {
	select {
	case <-right:
		return func() { right <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close gives the file back; what was gathered is committed. A second Close does nothing.
func (f *File) Close() error {
	var errs []error
	if f.closed.Swap(true) {
		return nil
	}
	if f.writable && f.q != nil {
		<-f.filling
		<-f.busy
		defer func() { f.busy <- struct{}{}; f.filling <- struct{}{} }() // who comes later hears that the file is closed
		errs = append(errs, f.commit(context.Background(), f.gather.take()), f.q.Close())
	}
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
		writers.remove(&f.feed)
	}
	return errors.Join(append(errs, f.db.Close())...)
}

const timeForm = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeForm) }

func parseTime(s string) time.Time {
	t, _ := time.Parse(timeForm, s)
	return t
}
