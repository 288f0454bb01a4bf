package store

import (
	"context"
)

// Relations are the typed relations of one snapshot: what rules read.
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

// CacheDir is where derived data goes: PLUMBLINE_CACHE, else the user's cache directory; "" if none can be written.
func CacheDir() string { panic("stub") }
