package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// A stamp stands for the evidence in a file, in the keys of what the cache directory keeps: path, size and modification
// time. What people write beside the evidence (decisions, parameters, labels, pins) changes size and time, but nothing
// that is derived from the evidence; so the cache notes that the new stamp stands for the same as the old one did.

func (f *File) setStamp() {
	f.stamp = rawStamp(f.path)
	if kept, err := os.ReadFile(sameAs(f.stamp)); f.stamp != "" && err == nil {
		f.stamp = string(kept)
	}
	f.raw = rawStamp(f.path)
}

// keepStamp is called after a write beside the evidence; before is the raw stamp that the file had before it.
func (f *File) keepStamp(before string) {
	now := rawStamp(f.path)
	note := sameAs(now)
	h, err := readHeader(f.path)
	if before != f.raw || err != nil || h.wal { // evidence was written since, or is being written
		f.setStamp()
		return
	}
	if note == "" || now == "" || now == f.raw {
		return
	}
	os.Remove(sameAs(f.raw)) // of a state that is gone
	if os.WriteFile(note, []byte(f.stamp), 0o600) != nil {
		os.Remove(note) // half a note is none
		f.stamp = now
	}
	f.raw = now
}

// Vouch notes that the file at path is a copy of f, so that what was derived of f serves for both. What it returns takes
// the note back.
func (f *File) Vouch(path string) (forget func()) {
	raw := rawStamp(path)
	note := sameAs(raw)
	if note == "" || raw == "" || f.stamp == "" || os.WriteFile(note, []byte(f.stamp), 0o600) != nil {
		return func() {}
	}
	return func() { os.Remove(note) }
}

func rawStamp(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", abs, info.Size(), info.ModTime().UnixNano())
}

// sameAs is where the cache directory notes what stamp a file had before; "" if nothing can be kept.
func sameAs(raw string) string {
	dir := CacheDir()
	if dir == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(raw))
	return filepath.Join(dir, "same-"+hex.EncodeToString(sum[:12]))
}
