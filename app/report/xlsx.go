package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"plumbline/app"
)

// What a sheet of a workbook may hold (Microsoft, Excel specifications and limits). A table with more rows goes on in a
// further sheet; a longer text is cut and says so.
const (
	mostRows = 1_048_576
	mostText = 32_767
)

// writeXLSX writes a workbook of all tables, each with a head that stays, widths, and filters.
func writeXLSX(w io.Writer, r *app.Report) error {
	book := excelize.NewFile()
	defer book.Close()
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"3B4BC8"}}, Alignment: &excelize.Alignment{Vertical: "top"}})
	if err != nil {
		return err
	}
	body, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	for _, s := range sheets(r) {
		if err := writeSheet(book, s, mostRows, head, body); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	if err := book.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	book.SetActiveSheet(0)
	if err := book.SetDocProps(&excelize.DocProperties{Title: "Findings of " + app.Neutral(r.Snapshot.Site), Creator: "Plumbline " + r.Program, Created: r.Made, Modified: r.Made}); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// writeSheet writes a table into as many sheets as its rows take, of at most so many rows each, the head among them.
func writeSheet(book *excelize.File, s sheet, most, head, body int) error {
	var out *excelize.StreamWriter
	name, part, row := "", 0, 0
	finish := func() error {
		if out == nil {
			return nil
		}
		if row > 1 { // filters belong to a table, and a table has a row
			last, err := excelize.CoordinatesToCellName(len(s.columns), row)
			if err != nil {
				return err
			}
			stripes := false
			if err := out.AddTable(&excelize.Table{Range: "A1:" + last, Name: fmt.Sprintf("%s_%d", s.name, part), StyleName: "TableStyleLight1", ShowRowStripes: &stripes}); err != nil {
				return err
			}
		}
		return out.Flush()
	}
	begin := func() error {
		if err := finish(); err != nil {
			return err
		}
		part++
		if name = s.name; part > 1 {
			name = fmt.Sprintf("%s %d", s.name, part)
		}
		if _, err := book.NewSheet(name); err != nil {
			return err
		}
		var err error
		if out, err = book.NewStreamWriter(name); err != nil {
			return err
		}
		for i, width := range s.widths {
			if err := out.SetColWidth(i+1, i+1, width); err != nil {
				return err
			}
		}
		if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		cells := make([]any, len(s.columns))
		for i, column := range s.columns {
			cells[i] = excelize.Cell{StyleID: head, Value: column}
		}
		row = 1
		return out.SetRow("A1", cells)
	}
	if err := begin(); err != nil {
		return err
	}
	for values := range s.rows {
		if row == most {
			if err := begin(); err != nil {
				return err
			}
		}
		row++
		cells := make([]any, len(values))
		for i, v := range values {
			cells[i] = excelize.Cell{StyleID: body, Value: cellValue(v)}
		}
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	return finish()
}

// cellValue is a value as a cell takes it: text that is no formula and no longer than a cell holds.
func cellValue(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	text = app.CSVGuard(cellText(text))
	units := utf16.Encode([]rune(text))
	if len(units) <= mostText {
		return text
	}
	note := fmt.Sprintf(" … (cut: %s characters are more than a cell holds; the JSON report has all)", app.Count(len(units)))
	return string(utf16.Decode(units[:mostText-len(utf16.Encode([]rune(note)))])) + note
}

// cellText is text in which only line ends are left of what could do something.
func cellText(s string) string {
	all := strings.Split(s, "\n")
	for i, line := range all {
		all[i] = app.Neutral(line)
	}
	return strings.Join(all, "\n")
}
