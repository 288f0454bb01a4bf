package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	driverName  = "sqlite"            // modernc.org/sqlite's own name
	guardedName = "plumbline-guarded" // the same engine for SQL from elsewhere: rules, people, files
	writingName = "plumbline-writing" // the same with the table gathered, see feed.go
)

// functions are those that SQL may call besides SQLite's own.
var functions = map[string]func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error){
	"version_key": versionKey,
	"in_network":  inNetwork,
}

// writers are the feeds of the writing connections.
var writers = &feeds{}

func init() {
	// Descriptor locks survive somebody else in this process closing the same file; process-wide,
	// and only before the first connection, hence here. Elsewhere than Linux there is no such switch.
	if runtime.GOOS == "linux" {
		_, _ = sqlite.OFDLocking(true)
	}
	guarded := &sqlite.Driver{}
	guarded.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		r, ok := c.(sqlite.AuthorizerRegisterer)
		if !ok {
			return errors.New("the SQLite driver has no authorizer")
		}
		return r.RegisterAuthorizer(allowReading)
	})
	for name, f := range functions {
		guarded.MustRegisterDeterministicScalarFunction(name, -1, f)
		sqlite.MustRegisterDeterministicScalarFunction(name, -1, f) // of driverName, which fills relations
	}
	sql.Register(guardedName, guarded)
	writing := &sqlite.Driver{}
	writing.MustRegisterScalarFunction("held", 2, writers.held)
	writing.MustRegisterScalarFunction("met", 3, writers.met)
	if err := writing.RegisterModule("gathered", writers); err != nil {
		panic(err) // the name is taken: a mistake of this package
	}
	sql.Register(writingName, writing)
}

// allowReading lets a statement select and nothing else: no write, attach, pragma, transaction.
func allowReading(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthRead:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if refusedFunctions[strings.ToLower(arg2)] {
			return sqlite.AuthorizerDeny
		}
		return sqlite.AuthorizerOK
	}
	return sqlite.AuthorizerDeny
}

// refusedFunctions reach outside the query or make verdicts depend on chance.
var refusedFunctions = map[string]bool{
	"load_extension": true, "fts3_tokenizer": true, "random": true, "randomblob": true,
	"readfile": true, "writefile": true, "edit": true, "sqlite_dbpage": true,
	"zeroblob": true,
}

// uri makes a SQLite file: URI of a path; a path alone with ?mode=ro would open read-write.
func uri(path string, params ...string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/x on Windows
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath() + "?" + strings.Join(params, "&")
}

// reading are the connection parameters for files from elsewhere.
var reading = []string{"mode=ro", "_query_only=1", "_defensive=1", "_dqs=0", "_busy_timeout=2000",
	"_pragma=trusted_schema(0)", "_pragma=cell_size_check(1)", "_pragma=temp_store(2)", "_pragma=cache_size(-65536)"}

// explain turns SQLite's codes into this package's sentinels, keeping SQLite's words behind them.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	for _, sentinel := range []error{ErrNotPlumbline, ErrDamaged, ErrLocked, ErrNeedsRecovery, ErrReadOnly, ErrFull, ErrNotAllowed} {
		if errors.Is(err, sentinel) {
			return err
		}
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_ERROR:
		// A refused function has no code of its own, only these words (sqlite3/resolve.c).
		if strings.Contains(e.Error(), "not authorized") {
			return fmt.Errorf("%w: %w", ErrNotAllowed, err)
		}
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", ErrNotPlumbline, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrLocked, err)
	case sqlite3.SQLITE_READONLY:
		if e.Code() == sqlite3.SQLITE_READONLY_ROLLBACK || e.Code() == sqlite3.SQLITE_READONLY_RECOVERY || e.Code() == sqlite3.SQLITE_READONLY_CANTINIT {
			return fmt.Errorf("%w: %w", ErrNeedsRecovery, err)
		}
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case sqlite3.SQLITE_AUTH:
		return fmt.Errorf("%w: %w", ErrNotAllowed, err)
	}
	return err
}
