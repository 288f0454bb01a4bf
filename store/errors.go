package store

import "errors"

var (
	// ErrNotPlumbline: the file is no SQLite database, or one of another program.
	ErrNotPlumbline = errors.New("not a Plumbline evidence file")
	// ErrNewerFormat: a later program wrote the file; the message names the version that can read it.
	ErrNewerFormat = errors.New("written by a newer Plumbline")
	// ErrUnknownSchema: the file holds tables, views or triggers that its format version does not have.
	ErrUnknownSchema = errors.New("unknown schema")
	// ErrLacking: tables, indexes, views or triggers that its format version has are not in the file.
	ErrLacking = errors.New("parts of its schema are missing")
	// ErrDamaged: SQLite finds the file malformed or truncated.
	ErrDamaged = errors.New("the file is damaged")
	// ErrLocked: another process is writing the file.
	ErrLocked = errors.New("the file is locked by another process")
	// ErrNeedsRecovery: a -wal or -journal lies beside the file and the medium, or the file, cannot be written.
	ErrNeedsRecovery = errors.New("the file needs recovery")
	// ErrReadOnly: the file or its folder cannot be written.
	ErrReadOnly = errors.New("the file is read-only")
	// ErrFull: the disk is full; what was committed is kept.
	ErrFull = errors.New("the disk is full")
	// ErrSealed: a sealed snapshot is dropped only when that is asked for by name.
	ErrSealed = errors.New("the snapshot is sealed")
	// ErrNotFound: no such snapshot, site or object.
	ErrNotFound = errors.New("not found")
	// ErrTooManyRows: a query gave more rows than allowed; nothing was cut.
	ErrTooManyRows = errors.New("too many rows")
	// ErrDeadline: a query ran longer than allowed.
	ErrDeadline = errors.New("took too long")
	// ErrNotAllowed: a query did more than read (write, attach, pragma ...).
	ErrNotAllowed = errors.New("only one reading SELECT is allowed")
)
