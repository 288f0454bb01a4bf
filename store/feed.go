package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql/driver"
	_ "embed"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"
)

// gathered is one object about to be stored.
type gathered struct {
	resource int64
	key      string
	digest   [sha256.Size]byte
	json     []byte
	page     int // of the gathering's pages
	first    int64
	body     int64
	last     int64 // of a merge
	met      met
}

//go:embed gathered.sql
var gatheredTable string

// feed is the table gathered of one writing connection: SQLite reads rows of the program as if they
// were a table's (sqlite.org/vtab.html), so that one statement stores thousands of objects.
type feed struct {
	number int64
	rows   []*gathered
	at     int // of rows, for held
	asked  int // how often held was called
}

// feeds finds a connection's feed by the number in CREATE VIRTUAL TABLE ... USING gathered(N).
type feeds struct {
	all  sync.Map
	last atomic.Int64
}

// add numbers a feed until remove; SQLite connects to it anew whenever it has read the schema again.
func (s *feeds) add(f *feed) {
	f.number = s.last.Add(1)
	s.all.Store(f.number, f)
}

func (s *feeds) remove(f *feed) { s.all.Delete(f.number) }

func (s *feeds) Create(c vtab.Context, args []string) (vtab.Table, error) { return s.Connect(c, args) }

// Connect is given the module's, the database's and the table's name and the feed's number.
func (s *feeds) Connect(c vtab.Context, args []string) (vtab.Table, error) {
	n, err := strconv.ParseInt(args[len(args)-1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the feed %q: %w", args, err)
	}
	f, ok := s.all.Load(n)
	if !ok {
		return nil, fmt.Errorf("there is no feed %d", n)
	}
	return f.(*feed), c.Declare(gatheredTable)
}

// held is the SQL function held(feed, key): whether the feed's rows, which are in key order and of one resource, hold the
// key. Who asks in key order is answered by walking along.
func (s *feeds) held(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	f, ok := s.all.Load(args[0])
	if !ok {
		return nil, fmt.Errorf("there is no feed %v", args[0])
	}
	key, ok := args[1].(string)
	if !ok {
		return nil, fmt.Errorf("a key is a %T", args[1])
	}
	return f.(*feed).holds(key), nil
}

// met is what a walk over the spans showed of a row.
type met byte

const (
	notMet met = iota
	asSeen     // the predecessor saw the very same
	unsure     // another body, or this snapshot saw the key before
)

// met is the SQL function met(feed, whether the span ends with the predecessor, digest): what was met is kept in the row that
// held found last.
func (s *feeds) met(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	f, ok := s.all.Load(args[0])
	if !ok {
		return nil, fmt.Errorf("there is no feed %v", args[0])
	}
	row := f.(*feed).rows[f.(*feed).at]
	digest, _ := args[2].([]byte)
	if args[1] == int64(1) && row.met == notMet && bytes.Equal(digest, row.digest[:]) {
		row.met = asSeen
	} else {
		row.met = unsure
	}
	return true, nil
}

func (f *feed) holds(key string) bool {
	f.asked++
	if f.at > 0 && f.rows[f.at-1].key >= key {
		f.at = 0
	}
	for f.at < len(f.rows) && f.rows[f.at].key < key {
		f.at++
	}
	return f.at < len(f.rows) && f.rows[f.at].key == key
}

// Statements walk the spans between the first and the last key of so many rows. Where a walk meets mostly others, looking for each
// row alone is cheaper.
const (
	walkTogether = 1000
	walkOthers   = 6
)

// ranges gives do the rows, which are in key order, in runs of one resource, and the feed holds them meanwhile. It stops where
// a walk met mostly others, and says which rows are left.
func (f *feed) ranges(rows []*gathered, together int, do func(some []*gathered) error) (rest []*gathered, err error) {
	for len(rows) > 0 {
		n := 1
		for n < min(together, len(rows)) && rows[n].resource == rows[0].resource {
			n++
		}
		f.rows, f.at, f.asked = rows[:n], 0, 0
		if err := do(f.rows); err != nil {
			return nil, err
		}
		rows = rows[n:]
		if n > 1 && f.asked > (1+walkOthers)*n {
			break
		}
	}
	return rows, nil
}

func (f *feed) BestIndex(info *vtab.IndexInfo) error {
	info.EstimatedRows = int64(len(f.rows))
	return nil
}
func (f *feed) Open() (vtab.Cursor, error) { return &feedCursor{feed: f}, nil }
func (f *feed) Disconnect() error          { return nil }
func (f *feed) Destroy() error             { return nil }

// feedCursor walks the rows in their order.
type feedCursor struct {
	*feed
	n int
}

func (c *feedCursor) Filter(int, string, []vtab.Value) error { c.n = 0; return nil }
func (c *feedCursor) Next() error                            { c.n++; return nil }
func (c *feedCursor) Eof() bool                              { return c.n >= len(c.rows) }
func (c *feedCursor) Rowid() (int64, error)                  { return int64(c.n), nil }
func (c *feedCursor) Close() error                           { return nil }

// Column gives the columns of gathered.sql, in their order.
func (c *feedCursor) Column(column int) (vtab.Value, error) {
	g := c.rows[c.n]
	switch column {
	case 0:
		return int64(c.n), nil
	case 1:
		return g.resource, nil
	case 2:
		return g.key, nil
	case 3:
		return g.digest[:], nil
	case 4:
		return string(g.json), nil
	case 5:
		return g.first, nil
	case 6:
		return g.body, nil
	}
	return g.last, nil
}
