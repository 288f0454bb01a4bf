package window

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plumbline/app"
	"plumbline/app/report"
)

// ReportRequest says what a report shows, of the snapshots of the lens.
type ReportRequest struct {
	Alone       bool     `json:"alone"`         // of the snapshot alone, compared with nothing
	Severities  []string `json:"severities"`    // findings of these; empty: of all
	People      string   `json:"people"`        // full (also ""), initials, codes
	Decisions   bool     `json:"decisions"`     // accepted risks one by one
	NotLookedAt bool     `json:"not_looked_at"` // what was not seen whole one by one
	SQL         bool     `json:"sql"`           // the SELECT of every rule
	Brand       string   `json:"brand"`         // path of a file that says whose report it is; "" is none
}

// Preview is a report as it would be written: as a document, or as the beginning of a text.
type Preview struct {
	HTML    string       `json:"html"` // a whole document, with a policy of its own; "" of a text
	Text    string       `json:"text"` // "" of a document
	Bytes   int          `json:"bytes"`
	Cut     bool         `json:"cut"` // Text is only the beginning
	Sending *app.Sending `json:"sending"`
	Name    string       `json:"name"` // a file name that suits it, without its end
}

// mostPreview bounds the text of a preview, in bytes.
const mostPreview = 64 << 10

// query is the report that is asked for.
func (q ReportRequest) query(v *view) (app.ReportQuery, error) {
	ask := app.ReportQuery{
		Snapshot: reference(v.lens.Snapshot), Site: v.lens.Site, Judging: v.judging, Filter: app.Filter{Severities: q.Severities},
		People: app.People(q.People), Decisions: q.Decisions, NotLookedAt: q.NotLookedAt, SQL: q.SQL,
	}
	switch {
	case q.Alone || !v.compared():
		ask.Alone = true
	default:
		ask.Before, ask.From = reference(v.lens.Baseline), v.lens.Other
	}
	if q.Brand != "" {
		brand, err := app.ReadBrand(q.Brand)
		if err != nil {
			return ask, err
		}
		ask.Brand = brand
	}
	return ask, nil
}

// ReportFormat is a form in which a report can be saved.
type ReportFormat struct {
	Name  string `json:"name"` // html: also how the name of the file ends
	About string `json:"about"`
}

// ReportFormats are all of them.
func (w *Window) ReportFormats() ([]ReportFormat, error) {
	return call(w, "", func(context.Context) ([]ReportFormat, error) {
		all := []ReportFormat{}
		for _, f := range report.Formats() {
			all = append(all, ReportFormat{f.Name, f.About})
		}
		return all, nil
	})
}

// previewed is what stands for a format that cannot be shown as it is: what is in both is the same.
var previewed = map[string]string{"pdf": "html", "xlsx": "csv"}

// ReportPreview is the report in a format as SaveReport would write it, and what is worth knowing before it is sent.
func (w *Window) ReportPreview(lens Lens, q ReportRequest, format, token string) (*Preview, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Preview, error) {
		if other, is := previewed[format]; is {
			format = other
		}
		text, r, err := v.written(ctx, q, format)
		if err != nil {
			return nil, err
		}
		p := &Preview{Name: reportName(r), Bytes: len(text)}
		switch {
		case format == "html":
			p.HTML = text
		case len(text) > mostPreview:
			p.Text, p.Cut = strings.ToValidUTF8(text[:mostPreview], ""), true
		default:
			p.Text = text
		}
		p.Sending, err = v.Sending(ctx, r)
		return p, err
	})
}

// written is a report in a format.
func (v *view) written(ctx context.Context, q ReportRequest, name string) (string, *app.Report, error) {
	ask, err := q.query(v)
	if err != nil {
		return "", nil, err
	}
	format, err := report.FormatOf(name, "")
	if err != nil {
		return "", nil, err
	}
	r, err := v.Report(ctx, format.Ask(ask))
	if err != nil {
		return "", nil, err
	}
	var text strings.Builder
	err = format.Write(ctx, &text, r)
	return text.String(), r, err
}

// reportName is a name for a report: of the site and the day.
func reportName(r *app.Report) string {
	site := strings.TrimPrefix(strings.TrimPrefix(r.Snapshot.Site, "https://"), "http://")
	site, _, _ = strings.Cut(site, "/")
	site = strings.Map(func(c rune) rune {
		if c == '.' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' {
			return c
		}
		return '-'
	}, strings.ToLower(site))
	day, _, _ := strings.Cut(r.Snapshot.Started, "T")
	return strings.Trim(site, "-.") + "-" + day
}

// SaveReport writes the report in the format that the path ends with, and notes on this machine that it was handed over.
func (w *Window) SaveReport(lens Lens, q ReportRequest, path, token string) (*report.Saved, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*report.Saved, error) {
		ask, err := q.query(v)
		if err != nil {
			return nil, err
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		return report.Save(ctx, v.File, ask, report.Saving{Path: path})
	})
}

// ShowReport opens the HTML report in the system's browser, where this is a desktop; else the error has the code
// "no_dialog" and the page shows what ReportPreview gave. The file lies in a folder of this user alone and goes when the
// window closes.
func (w *Window) ShowReport(lens Lens, q ReportRequest, token string) (bool, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (bool, error) {
		if w.dialogs.browse == nil {
			return false, errNoDialog
		}
		text, r, err := v.written(ctx, q, "html")
		if err != nil {
			return false, err
		}
		folder, err := os.MkdirTemp("", "plumbline-report-")
		if err != nil {
			return false, err
		}
		w.mu.Lock()
		w.shown = append(w.shown, folder)
		w.mu.Unlock()
		path := filepath.Join(folder, reportName(r)+".html")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return false, err
		}
		return true, app.ShowFile(path)
	})
}

// HandedOver is what this machine handed over of the open file, the newest first.
func (w *Window) HandedOver() ([]app.HandOver, error) {
	return with(w, "", func(ctx context.Context, f *opened) ([]app.HandOver, error) { return f.HandedOver(ctx) })
}

// EvidenceRequest asks for the evidence file to be handed over: as it is, or encrypted for keys or with a passphrase.
type EvidenceRequest struct {
	Path       string   `json:"path"`       // nothing may be there
	To         []string `json:"to"`         // age1..., ssh-ed25519 ..., or files of keys
	Passphrase string   `json:"passphrase"` // in place of keys
}

// HandedEvidence is an evidence file that was written to be handed over.
type HandedEvidence struct {
	Path       string   `json:"path"`
	SHA256     string   `json:"sha256"`
	Bytes      int64    `json:"bytes"`
	Recipients []string `json:"recipients"`
	Encrypted  bool     `json:"encrypted"`
}

// HandEvidence writes a copy of the open file to be handed over, encrypted where it says for whom.
func (w *Window) HandEvidence(q EvidenceRequest, token string) (*HandedEvidence, error) {
	return with(w, token, func(ctx context.Context, f *opened) (*HandedEvidence, error) {
		path, err := filepath.Abs(q.Path)
		if err != nil {
			return nil, err
		}
		lock := app.Lock{To: q.To, Passphrase: q.Passphrase}
		done := &HandedEvidence{Path: path, Recipients: []string{}, Encrypted: len(q.To) > 0 || q.Passphrase != ""}
		if done.Encrypted {
			locked, err := app.Encrypt(ctx, f.path, path, lock) // which notes it
			if err != nil {
				return nil, placed(path, err)
			}
			done.SHA256, done.Bytes, done.Recipients = locked.SHA256, locked.Bytes, locked.Recipients
			return done, nil
		}
		if err := app.Copy(ctx, f.path, path); err != nil {
			return nil, placed(path, err)
		}
		if done.SHA256, done.Bytes, err = sumOf(path); err != nil {
			return nil, err
		}
		all, err := f.Snapshots(ctx, "")
		if err != nil {
			return nil, err
		}
		line := app.HandOver{File: f.path, What: "evidence", Format: "plumb.db", Output: path, SHA256: done.SHA256, Recipients: done.Recipients}
		for _, s := range all.Snapshots {
			line.Site = s.Site
			if s.Digest != "" {
				line.Snapshots = append(line.Snapshots, s.Digest)
			}
		}
		return done, line.Record()
	})
}

// sumOf is the SHA-256 of a file in hex, and its size.
func sumOf(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), n, err
}

// placed says better that something is there already.
func placed(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return &app.Problem{Code: "file", Title: fmt.Sprintf("%s exists already", path), Hint: "evidence is never replaced: choose another name"}
	}
	return err
}
