package report

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"

	"plumbline/app"
)

// Saving says where a report is to go.
type Saving struct {
	Path       string
	Format     string   // "": as the path ends
	Unrecorded bool     // leave it out of the log of what was handed over
	Recipients []string // whom it is for, in the log
}

// Saved is a report that was written.
type Saved struct {
	Path     string        `json:"path"`
	Format   string        `json:"format"`
	Bytes    int64         `json:"bytes"`
	SHA256   string        `json:"sha256"`
	Findings int           `json:"findings"`
	Named    int           `json:"named"` // people whom it names, or has a sign for
	Recorded bool          `json:"recorded"`
	Snapshot app.Snapshot  `json:"snapshot"`
	Baseline *app.Snapshot `json:"baseline"`
	Notices  []app.Notice  `json:"notices"`
	Exit     app.Exit      `json:"-"`
}

// Save makes a report of a file and writes it in one step. What is there is replaced.
func Save(ctx context.Context, f *app.File, q app.ReportQuery, to Saving) (*Saved, error) {
	format, err := FormatOf(to.Format, to.Path)
	if err != nil {
		return nil, err
	}
	evidence := f.Info().Path
	r, err := f.Report(ctx, format.Ask(q))
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(to.Path)
	if err != nil {
		return nil, err
	}
	if whole, err := filepath.Abs(evidence); err == nil && whole == path {
		return nil, app.Usage("the report would replace the evidence file", "give it another name")
	}
	sum := &summed{hash: sha256.New()}
	err = app.WriteFile(path, func(w io.Writer) error {
		sum.to = w
		return format.Write(ctx, sum, r)
	})
	if err != nil {
		return nil, err
	}
	saved := &Saved{
		Path: to.Path, Format: format.Name, Bytes: sum.n, SHA256: fmt.Sprintf("%x", sum.hash.Sum(nil)), Findings: len(r.Findings), Named: r.Named,
		Snapshot: r.Snapshot, Baseline: r.Baseline, Notices: r.Notices, Exit: r.Exit,
	}
	if to.Unrecorded {
		return saved, nil
	}
	line := app.HandOver{
		File: evidence, Site: r.Snapshot.Site, Snapshots: []string{r.Snapshot.Digest}, What: "report", Format: format.Name,
		Output: path, SHA256: saved.SHA256, Recipients: to.Recipients,
	}
	if r.Baseline != nil {
		line.Snapshots = append(line.Snapshots, r.Baseline.Digest)
	}
	saved.Recorded = true
	return saved, line.Record()
}

// summed counts and hashes what is written through it.
type summed struct {
	to   io.Writer
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	n int64
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.to.Write(b)
	s.hash.Write(b[:n]) // never fails
	s.n += int64(n)
	return n, err
}
