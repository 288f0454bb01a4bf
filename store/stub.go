package store

import (
	"context"
	"iter"
	"time"
)

// Number is a JSON number by its literal; Canonical writes integers beyond 2^53 as text.
type Number string

// Canonical returns v as canonical JSON (RFC 8785).
func Canonical(v any) ([]byte, error) { panic("stub") }

// Key joins the parts of a key with U+001F, escaping U+001F, U+001E and backslash.
func Key(parts ...string) string { panic("stub") }

// KeyParts undoes Key.
func KeyParts(key string) []string { panic("stub") }

// Resources lists the resource names that have a view, sorted.
func Resources() []string { panic("stub") }

// File is an evidence file.
type File struct{}

// Open opens for reading; not a byte of the file changes.
func Open(ctx context.Context, path string) (*File, error) { panic("stub") }

// OpenWritable opens for writing, creating the file if there is none.
func OpenWritable(ctx context.Context, path string) (*File, error) { panic("stub") }

func (f *File) Close() error  { panic("stub") }
func (f *File) Path() string  { panic("stub") }
func (f *File) Format() int   { panic("stub") }
func (f *File) Stamp() string { panic("stub") } // changes when the file's bytes may have (path, size, mtime): for cache keys

func (f *File) Sites(ctx context.Context) ([]Site, error)                        { panic("stub") }
func (f *File) Snapshots(ctx context.Context) ([]Snapshot, error)                { panic("stub") } // oldest first
func (f *File) Snapshot(ctx context.Context, id int64) (Snapshot, error)         { panic("stub") }
func (f *File) Coverage(ctx context.Context, snapshot int64) ([]Coverage, error) { panic("stub") } // sorted by resource; every resource of Resources()
func (f *File) Requests(ctx context.Context, snapshot int64) ([]Request, error)  { panic("stub") }
func (f *File) Object(ctx context.Context, snapshot int64, resource, key string) (Object, error) {
	panic("stub")
} // ErrNotFound
func (f *File) Objects(ctx context.Context, snapshot int64, resource string) iter.Seq2[Object, error] {
	panic("stub")
} // in key order
func (f *File) Changes(ctx context.Context, before, after int64) iter.Seq2[Presence, error] {
	panic("stub")
}                                                                                    // only those that differ, by resource and key
func (f *File) Counts(ctx context.Context, snapshot int64) (map[string]int64, error) { panic("stub") } // objects by resource
func (f *File) Digest(ctx context.Context, snapshot int64) (string, error)           { panic("stub") } // computed from the rows

func (f *File) SetLabel(ctx context.Context, snapshot int64, label string) error { panic("stub") }
func (f *File) SetPinned(ctx context.Context, snapshot int64, pinned bool) error { panic("stub") }
func (f *File) Drop(ctx context.Context, snapshot int64) error                   { panic("stub") }

// Collecting is a snapshot being written.
type Collecting struct{}

func (f *File) Begin(ctx context.Context, s Start) (*Collecting, error) { panic("stub") }

func (c *Collecting) Snapshot() Snapshot                              { panic("stub") }
func (c *Collecting) Resumed() bool                                   { panic("stub") }
func (c *Collecting) SetVantage(ctx context.Context, v Vantage) error { panic("stub") }
func (c *Collecting) Write(ctx context.Context, p Page) error         { panic("stub") }
func (c *Collecting) Progress(ctx context.Context, resource string) (map[string]Progress, error) {
	panic("stub")
} // by parent key, "" for a resource asked once
func (c *Collecting) Objects(ctx context.Context, resource string) iter.Seq2[Object, error] {
	panic("stub")
}                                                                                 // seen so far by this snapshot, in key order
func (c *Collecting) Log(ctx context.Context, r ...Request) error                 { panic("stub") }
func (c *Collecting) SetCoverage(ctx context.Context, cov Coverage) error         { panic("stub") } // Objects is counted by the store, Parts kept only if not complete
func (c *Collecting) Finish(ctx context.Context, now time.Time) (Snapshot, error) { panic("stub") } // counts, digest, one file in rollback mode
func (c *Collecting) Interrupt(ctx context.Context) error                         { panic("stub") }
func (c *Collecting) Discard(ctx context.Context) error                           { panic("stub") }

// Limits bound a query of a rule or a person.
type Limits struct {
	Deadline time.Duration // 0: 30 s
	Rows     int           // 0: 1,000,000; one more is ErrTooManyRows, never a cut
}

// Rows is a whole answer. Values are nil, int64, float64, string or []byte.
type Rows struct {
	Columns []string
	Values  [][]any
}

// Select runs one read-only SELECT of a person over the file's plain views (with a snapshot column) and tables.
func (f *File) Select(ctx context.Context, query string, lim Limits) (*Rows, error) { panic("stub") }

// Relations are the typed relations of one snapshot, or of two (Drift): what rules read.
type Relations struct{}

// Relations opens them, building what is not in the cache directory. names nil means all.
func (f *File) Relations(ctx context.Context, snapshot int64, names []string) (*Relations, error) {
	panic("stub")
}

// MemoryRelations builds them in memory from objects and coverage given (rule cases): resources not named in coverage are complete.
func MemoryRelations(ctx context.Context, objects []Object, coverage []Coverage) (*Relations, error) {
	panic("stub")
}

func (r *Relations) Close() error { panic("stub") }

// Select runs one read-only SELECT; named parameters as :name. Safe for concurrent use.
func (r *Relations) Select(ctx context.Context, query string, args map[string]any, lim Limits) (*Rows, error) {
	panic("stub")
}

// Reads names the relations that the prepared statement reads: resources, shared relations, coverage.
func (r *Relations) Reads(ctx context.Context, query string) ([]string, error) { panic("stub") }

// Column describes one column of a relation.
type Column struct{ Name, Type, About string }

// View describes a relation: its sentence, columns and, if shared, what it is made of.
type View struct {
	Name    string
	About   string
	Shared  bool
	Reads   []string // shared: the relations it reads, as written
	Columns []Column
}

// Views lists every relation rules may read, resources first.
func Views() []View { panic("stub") }

// CacheDir is where derived data goes: PLUMBLINE_CACHE, else the user's cache directory; "" if none can be written.
func CacheDir() string { panic("stub") }
