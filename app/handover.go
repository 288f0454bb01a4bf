package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// HandOver is a line of the log of what was handed over. The log is this machine's own and lies in the user's folder for
// data: looking at an evidence file, and making something of it to give away, changes no byte of it.
type HandOver struct {
	At         string   `json:"at"`         // RFC 3339, UTC
	File       string   `json:"file"`       // the evidence file, whole path
	Site       string   `json:"site"`       // address
	Snapshots  []string `json:"snapshots"`  // digests of what was handed over
	What       string   `json:"what"`       // report, findings, comparison, evidence, redacted, encrypted
	Format     string   `json:"format"`     // html, pdf, xlsx ...; plumb.db of evidence
	Output     string   `json:"output"`     // what was written, whole path
	SHA256     string   `json:"sha256"`     // of what was written, in hex
	Recipients []string `json:"recipients"` // as far as anybody said; the keys something was encrypted to
}

// handOverLog is the log's name in DataFolder.
const handOverLog = "handed-over.jsonl"

// Record writes a line of the log. Paths are made whole; without a time it is now.
func (h HandOver) Record() error {
	for _, path := range []*string{&h.File, &h.Output} {
		whole, err := filepath.Abs(*path)
		if err != nil {
			return fmt.Errorf("noting what is handed over: %w", err)
		}
		*path = whole
	}
	if h.At == "" {
		h.At = stamp(time.Now())
	}
	h.Snapshots, h.Recipients = list(h.Snapshots), list(h.Recipients)
	line, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("noting what is handed over: %w", err)
	}
	folder := DataFolder()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("noting what is handed over: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(folder, handOverLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("noting what is handed over: %w", err)
	}
	_, err = log.Write(append(line, '\n')) // one write: two programs never mix their lines
	if closed := log.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("noting what is handed over: %w", err)
	}
	return nil
}

// HandedOver lists what this machine handed over of a file, or of a copy that holds one of its snapshots: newest first.
func (f *File) HandedOver(ctx context.Context) ([]HandOver, error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(f.Info().Path)
	if err != nil {
		return nil, err
	}
	var digests []string
	for _, s := range all {
		if s.Digest != "" {
			digests = append(digests, s.Digest)
		}
	}
	out := []HandOver{}
	err = readHandOvers(func(h HandOver) {
		if h.File == path || slices.ContainsFunc(h.Snapshots, func(d string) bool { return slices.Contains(digests, d) }) {
			h.Snapshots, h.Recipients = list(h.Snapshots), list(h.Recipients)
			out = append(out, h)
		}
	})
	slices.Reverse(out)
	return out, err
}

// readHandOvers walks the log. A line that is none (a full disk cut it off) is passed over.
func readHandOvers(each func(HandOver)) error {
	log, err := os.Open(filepath.Join(DataFolder(), handOverLog))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading what was handed over: %w", err)
	}
	defer log.Close()
	for lines := bufio.NewReader(log); ; {
		line, err := lines.ReadBytes('\n')
		var h HandOver
		if json.Unmarshal(line, &h) == nil {
			each(h)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading what was handed over: %w", err)
		}
	}
}

// DataFolder is plumbline's folder where the system wants the user's data.
func DataFolder() string {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "plumbline")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "plumbline")
	}
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "plumbline")
		}
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "plumbline")
	}
	return filepath.Join(home, ".local", "share", "plumbline")
}
