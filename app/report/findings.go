package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"plumbline/app"
)

// findingColumns are the columns of a list of findings, in CSV and in a workbook alike.
var findingColumns = []string{"id", "change", "severity", "product", "rule", "title", "resource", "key", "aspect", "subject", "detail", "partial", "decision", "reason", "owner", "until"}

func findingRow(x *app.ChangedFinding) []any {
	d := x.Decision
	if d == nil {
		d = &app.Decision{}
	}
	return []any{x.ID, string(x.Change), string(x.Severity), x.Product, x.Rule, x.Title, x.Resource, app.CSVKey(x.Key), app.CSVKey(x.Aspect), x.Subject, x.Detail,
		x.Partial, string(d.State), d.Reason, d.Owner, d.Until}
}

// List is a list of findings as somebody looked at it.
type List struct {
	File     app.FileInfo         `json:"file"`
	Snapshot app.Snapshot         `json:"snapshot"`
	Baseline *app.Snapshot        `json:"baseline"` // null where nothing was compared
	Rules    app.InForce          `json:"rules"`
	Filter   string               `json:"filter"` // as typed in the window
	Findings []app.ChangedFinding `json:"findings"`
}

// ListFormats are the forms of a list, which the file's name ends with.
func ListFormats() []string { return []string{"csv", "json", "md"} }

// ListFormat is the form that a file's name asks for.
func ListFormat(path string) (string, error) {
	format := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	for _, f := range ListFormats() {
		if f == format {
			return f, nil
		}
	}
	return "", app.Usage(path+" has no ending that names a form", "let it end in .csv, .json or .md")
}

// Write writes the list in a form.
func (l *List) Write(w io.Writer, format string) error {
	switch format {
	case "csv":
		return app.WriteCSV(w, findingColumns, func(yield func([]any) bool) {
			for i := range l.Findings {
				if !yield(findingRow(&l.Findings[i])) {
					return
				}
			}
		})
	case "md":
		return l.markdown(w)
	}
	return encode(w, l)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (l *List) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Findings of %s\n\n", app.MarkdownText(l.Snapshot.Site))
	fmt.Fprintf(&b, "Snapshot %d of %s", l.Snapshot.ID, l.Snapshot.Started)
	if l.Baseline != nil {
		fmt.Fprintf(&b, ", compared with snapshot %d of %s", l.Baseline.ID, l.Baseline.Started)
	}
	fmt.Fprintf(&b, ". Rules: pack %s. %d findings", app.MarkdownText(l.Rules.Pack), len(l.Findings))
	if l.Filter != "" {
		fmt.Fprintf(&b, " of the filter `%s`", strings.ReplaceAll(app.Neutral(l.Filter), "`", "'"))
	}
	b.WriteString(".\n")
	markdownFindings(&b, "##", l.Findings)
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownFindings lists findings under their severity and rule.
func markdownFindings(b *strings.Builder, level string, all []app.ChangedFinding) {
	rule := ""
	for _, x := range all {
		if head := string(x.Severity) + x.Rule; head != rule {
			rule = head
			fmt.Fprintf(b, "\n%s %s: %s (%s)\n\n", level, app.MarkdownText(string(x.Severity)), app.MarkdownText(x.Title), app.MarkdownText(x.Rule))
		}
		fmt.Fprintf(b, "- %s %s", app.MarkdownText(x.Subject), app.MarkdownText(x.Detail))
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
		fmt.Fprintf(b, " (%s)\n", strings.Join(append(notes, x.ID), ", "))
	}
}
