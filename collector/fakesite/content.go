package fakesite

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

// Content files hold one JSON array each. What an entry says holds from its "since" (this day on)
// and before its "until"; "at" holds members that change on a day: {"at": {"2026-09-02": {...}}}.
// A line of text may end in " from 2026-09-02" or " until 2026-09-02" likewise.

// AccountID is the id that the content's accounts get from their names.
func AccountID(name string) string { return "712020:" + uuid("account/"+name) }

// GroupID is the id that the content's groups get from their names.
func GroupID(name string) string { return uuid("group/" + name) }

func uuid(of string) string {
	h := sha256.Sum256([]byte(of))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// newest is the last day that any content file names as the beginning of something.
func newest(folder fs.FS) (string, error) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return "", err
	}
	last := ""
	for _, f := range files {
		b, err := fs.ReadFile(folder, f)
		if err != nil {
			return "", err
		}
		for _, mark := range []string{`"since":`, " from ", `"at":`} {
			for _, part := range bytes.Split(b, []byte(mark))[1:] {
				if day := string(bytes.Trim(part[:min(20, len(part))], ` {"`)); len(day) >= 10 && day[4] == '-' {
					last = max(last, day[:10])
				}
			}
		}
	}
	return last, nil
}

// entries reads a content file as it is at a date. A file that does not exist is an empty list.
func entries[T any](folder fs.FS, name, when string) ([]T, error) {
	b, err := fs.ReadFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var raw []map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []T
	for i, e := range raw {
		alive, err := settle(e, when)
		if err != nil {
			return nil, fmt.Errorf("%s, entry %d: %w", name, i+1, err)
		}
		if !alive {
			continue
		}
		one, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		var it T
		d := json.NewDecoder(bytes.NewReader(one))
		d.DisallowUnknownFields()
		if err := d.Decode(&it); err != nil {
			return nil, fmt.Errorf("%s, entry %d: %w", name, i+1, err)
		}
		out = append(out, it)
	}
	return out, nil
}

// settle turns an entry into what it is at a date and says whether it exists then.
func settle(e map[string]json.RawMessage, when string) (bool, error) {
	var since, until string
	var at map[string]map[string]json.RawMessage
	for name, into := range map[string]any{"since": &since, "until": &until, "at": &at, "note": new(string)} {
		if v, ok := e[name]; ok {
			if err := json.Unmarshal(v, into); err != nil {
				return false, fmt.Errorf("member %s: %w", name, err)
			}
			delete(e, name)
		}
	}
	days := make([]string, 0, len(at))
	for day := range at {
		days = append(days, day)
	}
	sort.Strings(days)
	for _, day := range days {
		if day <= when {
			for k, v := range at[day] {
				e[k] = v
			}
		}
	}
	return when >= since && (until == "" || when < until), nil
}

// line cuts the dates off a line and says whether it holds at a date.
func line(text, when string) (string, bool) {
	for {
		if before, day, ok := cutDay(text, " from "); ok {
			if when < day {
				return "", false
			}
			text = before
			continue
		}
		if before, day, ok := cutDay(text, " until "); ok {
			if when >= day {
				return "", false
			}
			text = before
			continue
		}
		return text, true
	}
}

func cutDay(text, word string) (before, day string, ok bool) {
	i := strings.LastIndex(text, word)
	if i < 0 || len(text)-i-len(word) != len("2006-01-02") {
		return text, "", false
	}
	return text[:i], text[i+len(word):], true
}
