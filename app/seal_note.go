package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"plumbline/store"
)

// Looking through a large file for its seals takes seconds, so only verify, sealing and the window do it. What they find
// broken is noted in the cache directory, by the file's stamp, for the commands that would not look themselves.

type brokenSeals struct {
	File      bool    `json:"file"`      // something lies between the snapshots
	Snapshots []int64 `json:"snapshots"` // whose seal is broken
}

// sealNote is where a file's broken seals are noted; "" if nothing can be kept.
func (f *File) sealNote() string {
	dir, stamp := store.CacheDir(), f.store.Stamp()
	if dir == "" || stamp == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(stamp))
	return filepath.Join(dir, "broken-"+hex.EncodeToString(sum[:12]))
}

// noteSeals notes what a verification of the whole file found broken, or takes the note away.
func (f *File) noteSeals(v *Verification) {
	path := f.sealNote()
	if path == "" {
		return
	}
	note := brokenSeals{File: len(v.Differences) > 0, Snapshots: []int64{}}
	for _, n := range v.Snapshots {
		if n.State == SealBrokenState {
			note.Snapshots = append(note.Snapshots, n.ID)
		}
	}
	if !note.File && len(note.Snapshots) == 0 {
		os.Remove(path)
		return
	}
	if text, err := json.Marshal(note); err == nil && os.WriteFile(path, text, 0o600) != nil {
		os.Remove(path) // half a note is none
	}
}

// BrokenSeal reports whether a snapshot's seal is known to be broken, without looking anew.
func (f *File) BrokenSeal(snapshot int64) bool {
	text, err := os.ReadFile(f.sealNote())
	var note brokenSeals
	return err == nil && json.Unmarshal(text, &note) == nil && (note.File || slices.Contains(note.Snapshots, snapshot))
}
