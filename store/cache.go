package store

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// CacheDir is where derived data goes: PLUMBLINE_CACHE if set, else plumbline in the user's cache
// directory, made if need be with no access for others; "" if neither can be written.
func CacheDir() string {
	dir := os.Getenv("PLUMBLINE_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(base, "plumbline")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil || !canWriteBeside(filepath.Join(dir, "x")) {
		return ""
	}
	return dir
}

// CacheDir is where what is derived of this file goes: the directory of all, unless KeepIn named another.
func (f *File) CacheDir() string {
	if f.cache != "" {
		return f.cache
	}
	return CacheDir()
}

// KeepIn has everything that is derived of this file kept in dir and nowhere else, so that it goes when dir goes. It is
// called before the file is asked anything.
func (f *File) KeepIn(dir string) { f.cache = dir }

// keepRelations is how many built relations stay in the cache: both sides of a comparison of a
// few files.
const keepRelations = 8

// tidyCache removes the relations used longest ago and what a killed build left; never current.
func tidyCache(dir, current string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	type file struct {
		path string
		used time.Time
	}
	var built []file
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue
		}
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".relations-") && time.Since(info.ModTime()) > time.Hour:
			os.RemoveAll(path)
		case strings.HasPrefix(e.Name(), "relations-") && path != current:
			built = append(built, file{path, info.ModTime()})
		}
	}
	slices.SortFunc(built, func(a, b file) int { return b.used.Compare(a.used) })
	for i := keepRelations - 1; i < len(built); i++ {
		os.RemoveAll(built[i].path)
	}
}
