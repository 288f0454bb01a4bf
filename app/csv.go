package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
)

// WriteCSV writes a table as CSV: RFC 4180, UTF-8, a header row. A text that a spreadsheet would take for a formula gets
// an apostrophe in front; what was not told is an empty cell.
func WriteCSV(w io.Writer, header []string, rows iter.Seq[[]any]) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	line := make([]string, len(header))
	for i, name := range header {
		line[i] = CSVGuard(name)
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for row := range rows {
		for i, v := range row {
			switch v := v.(type) {
			case nil:
				line[i] = ""
			case string:
				line[i] = CSVGuard(v)
			default:
				line[i] = fmt.Sprint(v)
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formula are the first characters by which spreadsheets know a formula (OWASP, CSV Injection), the full-width ones too.
const formula = "=+-@\t\r\n＝＋－＠"

// CSVGuard keeps a cell from being taken for a formula; csvPlain undoes it.
func CSVGuard(s string) string {
	if s != "" && strings.ContainsAny(string([]rune(s)[0]), formula+"'") {
		return "'" + s
	}
	return s
}

func csvPlain(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && strings.ContainsAny(string([]rune(rest)[0]), formula+"'") {
		return rest
	}
	return s
}
