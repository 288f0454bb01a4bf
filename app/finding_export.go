package app

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// FindingExport is a list of findings to be handed on, as it was looked at.
type FindingExport struct {
	File     FileInfo         `json:"file"`
	Snapshot Snapshot         `json:"snapshot"`
	Baseline *Snapshot        `json:"baseline"` // null where nothing was compared
	Rules    InForce          `json:"rules"`
	Filter   string           `json:"filter"` // as typed in the window
	Findings []ChangedFinding `json:"findings"`
}

// ExportFormats are the forms of an export, which the file's name ends with.
func ExportFormats() []string { return []string{"csv", "json", "md"} }

// ExportFormat is the form that a file's name asks for.
func ExportFormat(path string) (string, error) {
	format := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	for _, f := range ExportFormats() {
		if f == format {
			return f, nil
		}
	}
	return "", Usage(path+" has no ending that names a form", "let it end in .csv, .json or .md")
}

// Write writes the list in a form.
func (e *FindingExport) Write(w io.Writer, format string) error {
	switch format {
	case "csv":
		return e.csv(w)
	case "md":
		return e.markdown(w)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(e)
}

var findingColumns = []string{"id", "change", "severity", "product", "rule", "title", "resource", "key", "aspect", "subject", "detail", "partial", "decision", "reason", "owner", "until"}

func (e *FindingExport) csv(w io.Writer) error {
	return writeCSV(w, findingColumns, func(yield func([]any) bool) {
		for _, x := range e.Findings {
			d := x.Decision
			if d == nil {
				d = &Decision{}
			}
			if !yield([]any{x.ID, string(x.Change), string(x.Severity), x.Product, x.Rule, x.Title, x.Resource, csvKey(x.Key), csvKey(x.Aspect), x.Subject, x.Detail,
				x.Partial, string(d.State), d.Reason, d.Owner, d.Until}) {
				return
			}
		}
	})
}

func (e *FindingExport) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Findings of %s\n\n", markdownText(e.Snapshot.Site))
	fmt.Fprintf(&b, "Snapshot %d of %s", e.Snapshot.ID, e.Snapshot.Started)
	if e.Baseline != nil {
		fmt.Fprintf(&b, ", compared with snapshot %d of %s", e.Baseline.ID, e.Baseline.Started)
	}
	fmt.Fprintf(&b, ". Rules: pack %s. %d findings", markdownText(e.Rules.Pack), len(e.Findings))
	if e.Filter != "" {
		fmt.Fprintf(&b, " of the filter `%s`", strings.ReplaceAll(Neutral(e.Filter), "`", "'"))
	}
	b.WriteString(".\n")
	rule := ""
	for _, x := range e.Findings {
		if head := string(x.Severity) + x.Rule; head != rule {
			rule = head
			fmt.Fprintf(&b, "\n## %s: %s (%s)\n\n", markdownText(string(x.Severity)), markdownText(x.Title), markdownText(x.Rule))
		}
		fmt.Fprintf(&b, "- %s %s", markdownText(x.Subject), markdownText(x.Detail))
		var notes []string
		if x.Change != "" {
			notes = append(notes, strings.ReplaceAll(string(x.Change), "_", " "))
		}
		if x.Decision != nil {
			note := string(x.Decision.State)
			if x.Decision.Until != "" {
				note += " until " + x.Decision.Until
			}
			notes = append(notes, note)
		}
		fmt.Fprintf(&b, " (%s)\n", strings.Join(append(notes, x.ID), ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText is text in which nothing is taken for Markdown or HTML.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range Neutral(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
