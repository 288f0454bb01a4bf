// Package report writes what app gathers for a report: as a document for people (HTML, PDF, Markdown), as tables (XLSX,
// CSV), and for programs (JSON, SARIF, OCSF).
//
// It promises that every format prints every notice (a broken seal, a partial snapshot, what could not be looked at,
// what has expired) and every finding that was asked for: nothing is ever cut off silently. Names from a site are data
// in each of them: no markup, no formula, no character that turns the direction of text.
package report

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"plumbline/app"
)

// Format is a form of a report.
type Format struct {
	Name    string // html, ocsf.json: also how a file's name ends
	About   string
	Binary  bool // no text
	objects bool // it lists the objects that changed, one by one
	write   func(ctx context.Context, w io.Writer, r *app.Report) error
}

// Formats are all of them.
func Formats() []Format {
	plain := func(write func(io.Writer, *app.Report) error) func(context.Context, io.Writer, *app.Report) error {
		return func(_ context.Context, w io.Writer, r *app.Report) error { return write(w, r) }
	}
	return []Format{
		{Name: "html", About: "one document that needs nothing else", write: plain(writeHTML)},
		{Name: "pdf", About: "the same on paper, where this machine has a browser", Binary: true, write: writePDF},
		{Name: "xlsx", About: "a workbook: findings, comparison, objects, coverage, decisions", Binary: true, objects: true, write: plain(writeXLSX)},
		{Name: "csv", About: "a line for each finding", write: plain(writeCSV)},
		{Name: "md", About: "Markdown, for a ticket or a wiki", write: plain(writeMarkdown)},
		{Name: "json", About: "all of it, for programs", objects: true, write: plain(writeJSON)},
		{Name: "sarif", About: "SARIF 2.1.0, for services that read findings", write: plain(writeSARIF)},
		{Name: "ocsf.json", About: "OCSF compliance findings (class 2003)", write: plain(writeOCSF)},
	}
}

// FormatNames are the words that --format takes.
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// FormatOf is the form of that name; with "" the form that a file's name asks for by its end.
func FormatOf(name, path string) (Format, error) {
	all := Formats()
	if name != "" {
		if i := slices.IndexFunc(all, func(f Format) bool { return strings.EqualFold(f.Name, name) }); i >= 0 {
			return all[i], nil
		}
		return Format{}, app.Unknown("format", name, FormatNames(), "there are "+strings.Join(FormatNames(), ", "))
	}
	best := -1
	for i, f := range all {
		if strings.HasSuffix(strings.ToLower(filepath.Base(path)), "."+f.Name) && (best < 0 || len(f.Name) > len(all[best].Name)) {
			best = i
		}
	}
	if best < 0 {
		return Format{}, app.Usage(fmt.Sprintf("the name %q says no format", path), "let it end in ."+strings.Join(FormatNames(), ", .")+", or give --format")
	}
	return all[best], nil
}

// Ask completes a query with what a format lists.
func (f Format) Ask(q app.ReportQuery) app.ReportQuery {
	q.Objects = q.Objects || f.objects
	return q
}

// Write writes a report in a form.
func (f Format) Write(ctx context.Context, w io.Writer, r *app.Report) error {
	if err := f.write(ctx, w, r); err != nil {
		return fmt.Errorf("writing the report as %s: %w", f.Name, err)
	}
	return nil
}
