package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// Judging results are derived data: one file for each rule and snapshot below the cache directory, named by the hash of
// everything the result depends on, so that an entry is never stale, only unused. The first line is the SHA-256 of the
// rest; an entry that does not match it is as good as none.

// engine is raised whenever the same rule on the same world may be judged differently.
const engine = 6

// fingerprint hashes values that have one JSON form.
func fingerprint(kind string, parts ...any) string {
	text, err := json.Marshal(append([]any{engine, kind}, parts...), json.Deterministic(true))
	if err != nil {
		panic(fmt.Sprintf("rules: fingerprint of a %s: %v", kind, err)) // only plain values are given to it
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// key names what a rule says of the snapshot.
func (b *bench) key(r *Rule) string {
	return fingerprint("rule", b.known, r.ID, r.Text, withNow(b.settings.of(r), b.world.now), b.pack.referenceDigests(r))
}

// cacheFolder is "" where nothing can be kept. It is found once: finding it writes to see whether it can.
func (b *bench) cacheFolder() string {
	b.finding.Do(func() {
		dir := b.file.CacheDir()
		if dir == "" {
			return
		}
		if dir = filepath.Join(dir, "judged"); os.MkdirAll(dir, 0o700) == nil {
			b.folder = dir
		}
	})
	return b.folder
}

// An error is not kept, since its cause may go away; but a rule that took longer than slowError to fail, as one that ran
// out of time, is not tried again for retryError, so that it does not take that time at every opening.
const (
	slowError  = 5 * time.Second
	retryError = 15 * time.Minute
)

// errorKey names the error of a rule under the limits that it failed under.
func (b *bench) errorKey(key string) string {
	return fingerprint("error", key, int64(b.options.Deadline), b.options.Rows)
}

// kept gives the kept result of a rule, nil if it must be judged.
func (b *bench) kept(key string) *judged {
	dir := b.cacheFolder()
	if r := readCached(dir, key); r != nil {
		return r
	}
	key = b.errorKey(key)
	if info, err := os.Stat(filepath.Join(dir, key+".json")); err != nil || time.Since(info.ModTime()) > retryError {
		return nil
	}
	return readCached(dir, key)
}

func (b *bench) keep(key string, r *judged, took time.Duration) {
	switch {
	case r.Verdict.Verdict != Error:
		writeCached(b.cacheFolder(), key, r)
	case took > slowError:
		writeCached(b.cacheFolder(), b.errorKey(key), r)
	}
}

// readCached gives a kept result, nil if there is none that is whole.
func readCached(dir, key string) *judged {
	text := readChecked(dir, key)
	if text == nil {
		return nil
	}
	return unpack(string(text))
}

// writeCached keeps a result; where that fails the result is judged again next time.
func writeCached(dir, key string, r *judged) {
	if text, err := pack(r); err == nil {
		writeChecked(dir, key, text)
	}
}

// readChecked gives an entry of a folder of the cache, nil if there is none that is whole.
func readChecked(dir, key string) []byte {
	if dir == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, key+".json"))
	if err != nil {
		return nil
	}
	sum, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(sum) != checksum(rest) {
		return nil
	}
	return rest
}

// writeChecked makes an entry of a folder of the cache, whole or not at all.
func writeChecked(dir, key string, text []byte) {
	if dir == "" {
		return
	}
	f, err := os.CreateTemp(dir, ".writing-*")
	if err != nil {
		return
	}
	_, err = f.WriteString(checksum(text) + "\n" + string(text))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, key+".json"))
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

func checksum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keepJudged is how many results stay in the cache: twenty snapshots under a hundred rules.
const keepJudged = 2000

// tidyCached removes the oldest results beyond keepJudged.
func (b *bench) tidyCached() {
	if dir := b.cacheFolder(); dir != "" {
		tidyFolder(dir, keepJudged)
	}
}

// tidyFolder removes a quarter of the files of a folder, the oldest, once there are more than are kept.
func tidyFolder(dir string, most int) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) <= most {
		return
	}
	type file struct {
		name string
		age  int64
	}
	var files []file
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			files = append(files, file{e.Name(), info.ModTime().UnixNano()})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(b.age, a.age) }) // newest first
	for _, f := range files[min(len(files), most*3/4):] {
		os.Remove(filepath.Join(dir, f.name))
	}
}
