package window

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// SQLQuery is a SELECT of the console.
type SQLQuery struct {
	SQL   string `json:"sql"`
	Scope string `json:"scope"` // "snapshot" (also ""): the relations of the lens's snapshot, as rules read them; "file": the whole file
	Limit int    `json:"limit"` // rows at most, one more is an error; 0: 10000; at most 100000
}

// SQLAnswer is what a SELECT gave.
type SQLAnswer struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"` // a value is null, a number or text; bytes are text in hex
	Total   int      `json:"total"`
	Took    int64    `json:"took_ms"`
}

// The most rows that the console shows when nothing is said, and at all.
const (
	usualRows = 10_000
	mostRows  = 100_000
)

// Query answers one reading SELECT; it can be cancelled. More rows than the limit are an error (too-many-rows), never a
// cut. What was asked goes into the history, whatever came of it.
func (w *Window) Query(lens Lens, q SQLQuery, token string) (*SQLAnswer, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*SQLAnswer, error) {
		began := time.Now()
		rows, err := v.ask(ctx, q, mostRows)
		entry := AskedQuery{At: w.now().UTC().Format(time.RFC3339), SQL: q.SQL, Scope: q.scope(), Took: time.Since(began).Milliseconds()}
		if err != nil {
			var refusal Refusal
			if errors.As(refuse(ctx, err), &refusal) {
				entry.Problem = refusal.Problem
			}
		} else {
			entry.Rows = len(rows.Rows)
		}
		w.noteQuery(entry)
		if err != nil {
			return nil, err
		}
		return &SQLAnswer{rows.Columns, rows.Rows, rows.Total, entry.Took}, nil
	})
}

func (q SQLQuery) scope() string {
	if q.Scope == "" {
		return "snapshot"
	}
	return q.Scope
}

func (v *view) ask(ctx context.Context, q SQLQuery, most int) (*app.Rows, error) {
	if scopes := []string{"snapshot", "file"}; !slices.Contains(scopes, q.scope()) {
		return nil, app.Unknown("scope", q.Scope, scopes, "")
	}
	if q.Limit <= 0 {
		q.Limit = usualRows
	}
	return v.Ask(ctx, app.Question{SQL: q.SQL, Whole: q.scope() == "file", Snapshot: reference(v.lens.Snapshot), Site: v.lens.Site, Rules: v.judging.Rules, Rows: min(q.Limit, most)})
}

// Exported is a file that was written.
type Exported struct {
	Path string `json:"path"`
	Rows int    `json:"rows"`
}

// ExportQuery writes all rows of a SELECT, a million at most, into a file: .csv or .json by its name.
func (w *Window) ExportQuery(lens Lens, q SQLQuery, path, token string) (*Exported, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Exported, error) {
		write := map[string]func(*app.Rows, io.Writer) error{".csv": (*app.Rows).WriteCSV, ".json": (*app.Rows).WriteJSON}[extension(path)]
		if write == nil {
			return nil, app.Usage("the name ends in neither .csv nor .json", "rows.csv")
		}
		q.Limit = 1_000_000
		rows, err := v.ask(ctx, q, q.Limit)
		if err != nil {
			return nil, err
		}
		err = app.WriteFile(path, func(out io.Writer) error { return write(rows, out) })
		return &Exported{path, len(rows.Rows)}, err
	})
}

func extension(path string) string {
	if at := strings.LastIndexByte(path, '.'); at >= 0 {
		return strings.ToLower(path[at:])
	}
	return ""
}

// AskedQuery is a SELECT that was asked in the console.
type AskedQuery struct {
	At      string       `json:"at"` // RFC 3339, UTC
	SQL     string       `json:"sql"`
	Scope   string       `json:"scope"`
	Rows    int          `json:"rows"`
	Took    int64        `json:"took_ms"`
	Problem *app.Problem `json:"problem"` // null where it was answered
}

const (
	historyFile = "queries.json"
	mostQueries = 200
)

// QueryHistory is what was asked, the newest first, each text once. It is kept with the settings, for this user alone.
func (w *Window) QueryHistory() ([]AskedQuery, error) {
	return call(w, "", func(context.Context) ([]AskedQuery, error) {
		w.history.Lock()
		defer w.history.Unlock()
		return w.queries(), nil
	})
}

// ForgetQueries empties the history.
func (w *Window) ForgetQueries() ([]AskedQuery, error) {
	return call(w, "", func(context.Context) ([]AskedQuery, error) {
		w.history.Lock()
		defer w.history.Unlock()
		return []AskedQuery{}, w.save(historyFile, []AskedQuery{})
	})
}

func (w *Window) queries() []AskedQuery {
	all := []AskedQuery{}
	w.load(historyFile, &all)
	return all
}

// noteQuery keeps a query; where nothing can be kept, it was answered all the same.
func (w *Window) noteQuery(q AskedQuery) {
	if strings.TrimSpace(q.SQL) == "" {
		return
	}
	w.history.Lock()
	defer w.history.Unlock()
	all := slices.DeleteFunc(w.queries(), func(old AskedQuery) bool { return old.SQL == q.SQL && old.Scope == q.Scope })
	all = slices.Insert(all, 0, q)
	_ = w.save(historyFile, all[:min(len(all), mostQueries)])
}

// Schema is what can be asked for: the console's and the rule editor's side bar.
type Schema struct {
	Relations  []SchemaRelation `json:"relations"`
	Parameters []app.Param      `json:"parameters"` // that every rule may bind
}

// SchemaRelation is a relation with its columns.
type SchemaRelation struct {
	app.Relation
	Product string `json:"product"` // of a resource: jira, confluence, organisation, datacenter, site; "" of a shared relation
	Objects *int64 `json:"objects"` // in the lens's snapshot; null where it was not collected, of shared relations and without a file
	Outcome string `json:"outcome"` // of the resource in that snapshot; ""
}

// Relations lists the relations with their columns; with a file open also how many objects they have.
func (w *Window) Relations(lens Lens) (*Schema, error) {
	return call(w, "", func(ctx context.Context) (*Schema, error) {
		data, err := app.RuleData("")
		if err != nil {
			return nil, err
		}
		seen := map[string]app.CoverageRow{}
		if f, release := w.current(); f != nil {
			defer release()
			if v, err := f.view(ctx, w.settings(), lens); err == nil {
				rows, err := v.Covered(ctx, reference(v.lens.Snapshot))
				if err != nil {
					return nil, err
				}
				for _, r := range rows {
					seen[r.Resource] = r
				}
			}
		}
		answer := &Schema{Relations: []SchemaRelation{}, Parameters: data.Parameters}
		for _, r := range data.Relations {
			row := SchemaRelation{Relation: r}
			if !r.Shared {
				row.Product = app.ProductOf(r.Name)
			}
			if c, known := seen[r.Name]; known {
				row.Outcome = string(c.Outcome)
				if c.Outcome == "complete" || c.Outcome == "partial" {
					row.Objects = &c.Objects
				}
			}
			answer.Relations = append(answer.Relations, row)
		}
		return answer, nil
	})
}
