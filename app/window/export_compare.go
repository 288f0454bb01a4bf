package window

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"plumbline/app"
)

// ExportChanges writes the objects that differ between the two snapshots of the lens, one a row, into a file whose name
// ends in .csv or .json: of one resource, or with "" of all. What is there is replaced.
func (w *Window) ExportChanges(lens Lens, resource, path, token string) (*Exported, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Exported, error) {
		write := map[string]func(*app.Rows, io.Writer) error{".csv": (*app.Rows).WriteCSV, ".json": (*app.Rows).WriteJSON}[extension(path)]
		if write == nil {
			return nil, app.Usage("the name ends in neither .csv nor .json", "changes.csv")
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		d, err := v.differing(ctx)
		if err != nil {
			return nil, err
		}
		rows := &app.Rows{Columns: []string{"resource", "key", "name", "change", "fields", "new", "resolved"}}
		for i := range d.rows {
			row := &d.rows[i]
			if resource != "" && row.Resource != resource {
				continue
			}
			caused := map[string][]string{}
			for _, x := range row.Caused {
				caused[x.Change] = append(caused[x.Change], x.ID)
			}
			list := func(all []string) any { return strings.Join(all, " ") }
			rows.Rows = append(rows.Rows, []any{row.Resource, row.Object, row.Name, row.Change, list(row.Fields), list(caused["new"]), list(caused["resolved"])})
		}
		err = app.WriteFile(path, func(out io.Writer) error { return write(rows, out) })
		return &Exported{path, len(rows.Rows)}, err
	})
}
