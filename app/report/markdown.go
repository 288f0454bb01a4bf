package report

import (
	"fmt"
	"io"
	"strings"

	"plumbline/app"
)

// writeMarkdown writes notices, counts and every finding.
func writeMarkdown(w io.Writer, r *app.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Findings of %s\n\n", app.MarkdownText(r.Snapshot.Site))
	for _, n := range r.Notices {
		fmt.Fprintf(&b, "> %s\n>\n", app.MarkdownText(n.Words))
	}
	markdownFindings(&b, "##", r.Findings)
	_, err := io.WriteString(w, b.String())
	return err
}
