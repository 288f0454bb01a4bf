package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// rows reads the rows of a table, as Redaction changes them, and its columns; none where the file's format lacks it.
func (c *redacting) rows(ctx context.Context, table string) (list []map[string]any, columns []string, err error) {
	if !c.f.has(table) {
		return nil, nil, nil
	}
	rows, err := c.f.db.QueryContext(ctx, "SELECT * FROM "+quote(table))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	kinds, sites := map[int64]string{}, map[int64]int64{}
	for _, s := range c.snapshots {
		kinds[s.Site.ID], sites[s.ID] = s.Site.Kind, s.Site.ID
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		row := Row{Table: table, Values: map[string]any{}}
		for i, name := range columns {
			row.Values[name] = values[i]
		}
		of := "snapshot"
		if table == "snapshot" {
			of = "id"
		}
		site, _ := row.Values["site"].(int64)
		if snapshot, ok := row.Values[of].(int64); ok && table != "site" {
			finished := false
			if site, finished = sites[snapshot]; !finished {
				continue
			}
		}
		if table == "site" {
			site, _ = row.Values["id"].(int64)
		}
		row.Kind = kinds[site]
		row.Resource, _ = row.Values["resource"].(string)
		if id, ok := row.Values["resource"].(int64); ok {
			row.Resource = c.names[id]
			row.Values["resource"] = c.ids[row.Resource]
		}
		if err := c.r.Row(row); err != nil {
			return nil, nil, err
		}
		list = append(list, row.Values)
	}
	return list, columns, rows.Err()
}

// table copies the rows of a table.
func (c *redacting) table(ctx context.Context, table string) error {
	list, columns, err := c.rows(ctx, table)
	if err != nil || len(list) == 0 {
		return err
	}
	switch table {
	case "request": // a list in the order of names was asked for in that order, and by the moment
		slices.SortFunc(list, byColumns("snapshot", "resource", "parent", "path", "method", "status", "rows", "note"))
		for i, row := range list {
			row["id"] = int64(i + 1)
			if at, _ := row["at"].(string); len(at) == len(timeForm) {
				row["at"] = at[:len("2006-01-02T15:04:")] + "00.000Z"
			}
		}
	case "coverage_part":
		slices.SortFunc(list, byColumns("snapshot", "resource", "parent"))
	}
	in := &inserting{ctx: ctx, db: c.to.conn, columns: len(columns)}
	in.into = fmt.Sprintf("INSERT INTO %s (%s) VALUES ", quote(table), strings.Join(columns, ", "))
	for _, row := range list {
		values := make([]any, len(columns))
		for i, name := range columns {
			values[i] = row[name]
		}
		in.row(values...)
	}
	return in.flush()
}

// has reports whether the file's format has a table.
func (f *File) has(table string) bool {
	all, err := expectedSchemas()
	return err == nil && slices.ContainsFunc(all[f.format], func(p part) bool { return p.kind == "table" && p.name == table })
}

// byColumns orders rows by the values of columns.
func byColumns(names ...string) func(a, b map[string]any) int {
	return func(a, b map[string]any) int {
		for _, name := range names {
			if n, ok := a[name].(int64); ok {
				m, _ := b[name].(int64)
				if order := cmp.Compare(n, m); order != 0 {
					return order
				}
				continue
			}
			s, _ := a[name].(string)
			t, _ := b[name].(string)
			if order := strings.Compare(s, t); order != 0 {
				return order
			}
		}
		return 0
	}
}

// inserting adds rows to a table, many with one statement: each statement costs as much as a row does.
type inserting struct {
	ctx     context.Context
	db      execer
	into    string
	columns int
	values  []any
	err     error
}

const insertTogether = 40

func (in *inserting) row(values ...any) {
	if in.err != nil {
		return
	}
	if in.values = append(in.values, values...); len(in.values) == insertTogether*in.columns {
		in.err = in.flush()
	}
}

// flush adds what is waiting, and says what went wrong since the last one.
func (in *inserting) flush() error {
	if in.err != nil || len(in.values) == 0 {
		return in.err
	}
	if err := in.ctx.Err(); err != nil {
		return err
	}
	one := "(" + strings.Repeat("?,", in.columns-1) + "?)"
	_, err := in.db.ExecContext(in.ctx, in.into+one+strings.Repeat(","+one, len(in.values)/in.columns-1), in.values...)
	in.values = in.values[:0]
	return err
}
