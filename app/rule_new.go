package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"plumbline/queries/rules"
)

// RuleDraft is what is known of a rule that is still to be written; see rules.Draft.
type RuleDraft = rules.Draft

// NewRule answers `rules new`.
type NewRule struct {
	Rule  string   `json:"rule"`
	Files []string `json:"files"` // the rule and its cases

	Object string `json:"-"`
	Dir    string `json:"-"`
}

// WriteRule writes a new rule and its cases into a folder, which is made if it is not there. Nothing that is there
// already is written over.
func WriteRule(d RuleDraft, dir string) (*NewRule, error) {
	sql, cases, err := rules.NewRule(d)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, Usage(dir+" is no folder", "plumbline rules new ID DIR")
	}
	answer := &NewRule{Rule: d.ID, Object: d.Object, Dir: dir}
	texts := [][]byte{sql, cases}
	for _, ext := range []string{".sql", ".txtar"} {
		file := filepath.Join(dir, d.ID+ext)
		if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = there(file)
			}
			return nil, err
		}
		answer.Files = append(answer.Files, file)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder: %w", err)
	}
	for i, file := range answer.Files {
		if err := writeNew(file, texts[i]); err != nil {
			for _, done := range answer.Files[:i] {
				os.Remove(done)
			}
			return nil, err
		}
	}
	return answer, nil
}

func there(file string) error {
	return &Problem{Code: "file-exists", Exit: Failed, Title: file + " is there already", Hint: "it is left as it is; choose another id, or take it away first"}
}

// writeNew writes a file that must not be there yet.
func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return there(file)
	}
	if err != nil {
		return fmt.Errorf("writing the rule: %w", err)
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(file)
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}
