package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline/queries/rules"
	"plumbline/store"
)

// TableQuery asks for a page of a relation of one snapshot.
type TableQuery struct {
	Relation      string
	Snapshot      string // reference; "" is the latest
	Site          string
	Filter        string // see tableFilter
	Sort          []Sorting
	Columns       []string // those of the rows, key always first; empty: all
	Offset, Limit int      // Limit 0 is 100
	Facets        []string // columns to count the values of; nil: those that have few
	// Since is what became of objects since a baseline, by key; nil without one. Those not in it are equal.
	Since map[string]string
}

// Sorting is a column to sort by.
type Sorting struct {
	Column string `json:"column"`
	Down   bool   `json:"down"`
}

// Table is a page of a relation.
type Table struct {
	Relation string           `json:"relation"`
	About    string           `json:"about"`
	Columns  []RelationColumn `json:"columns"` // of the rows, in their order
	Rows     [][]any          `json:"rows"`
	SQL      string           `json:"sql"`   // that gives the relation, for a person to go on with
	Since    []string         `json:"since"` // of each row: added, changed, not_comparable, or "" for equal; null without a baseline
}

// TableCounts are the numbers beside a page: they are the same for all pages of a filter.
type TableCounts struct {
	Total  int64   `json:"total"` // rows that the filter lets pass
	Of     int64   `json:"of"`    // rows there are
	Facets []Facet `json:"facets"`
}

// Facet counts the values of a column among the rows that a filter lets pass.
type Facet struct {
	Column string       `json:"column"`
	Values []FacetValue `json:"values"` // the most frequent first
	More   bool         `json:"more"`   // there are further ones
}

// FacetValue is a value and how often it is there. Filter is the term that lets just those rows pass.
type FacetValue struct {
	Value  any    `json:"value"` // null: not told
	Count  int64  `json:"count"`
	Filter string `json:"filter"`
}

// most values of a facet that are listed, and rows of a page.
const (
	mostFacetValues = 25
	mostTableRows   = 1000
)

// table is a relation being asked.
type table struct {
	view  store.View
	rows  *store.Relations
	where string
	args  map[string]any
}

func (f *File) table(ctx context.Context, q TableQuery) (*table, error) {
	t := &table{}
	var names []string
	for _, v := range rules.Relations() { // coverage and coverage_part too
		if names = append(names, v.Name); v.Name == q.Relation {
			t.view = v
		}
	}
	if t.view.Name == "" {
		return nil, Unknown("relation", q.Relation, names, "")
	}
	var err error
	if t.where, t.args, err = tableFilter(q.Filter, t.view.Columns, q.Since); err != nil {
		return nil, err
	}
	for _, s := range q.Sort {
		if err := t.check(s.Column); err != nil {
			return nil, err
		}
	}
	for _, c := range append(slices.Clone(q.Columns), q.Facets...) {
		if err := t.check(c); err != nil {
			return nil, err
		}
	}
	snapshot, err := f.find(ctx, q.Snapshot, q.Site)
	if err != nil {
		return nil, err
	}
	if t.rows, err = f.store.Relations(ctx, snapshot.ID, []string{q.Relation}, rules.ShippedReference()...); err != nil {
		return nil, fmt.Errorf("reading %s: %w", q.Relation, err)
	}
	return t, nil
}

func (t *table) column(name string) (store.Column, bool) {
	i := slices.IndexFunc(t.view.Columns, func(c store.Column) bool { return c.Name == name })
	if i < 0 {
		return store.Column{}, false
	}
	return t.view.Columns[i], true
}

func (t *table) check(name string) error {
	if _, known := t.column(name); known {
		return nil
	}
	return unknownColumn(name, t.view.Columns)
}

func unknownColumn(name string, columns []store.Column) *Problem {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return Unknown("column", name, names, "there are "+strings.Join(names, ", "))
}

// ask runs one SELECT over the rows that the filter lets pass; %s in it is FROM and WHERE.
func (t *table) ask(ctx context.Context, query string, args ...any) (*store.Rows, error) {
	from := "FROM " + sqlName(t.view.Name) + t.where
	bound := map[string]any{}
	text := fmt.Sprintf(query, append([]any{from}, args...)...)
	for name, value := range t.args { // SQLite refuses what the text does not bind
		if strings.Contains(text, ":"+name) {
			bound[name] = value
		}
	}
	found, err := t.rows.Select(ctx, text, bound, personal)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.view.Name, err)
	}
	return found, nil
}

func sqlName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Table returns a page of a relation.
func (f *File) Table(ctx context.Context, q TableQuery) (*Table, error) {
	t, err := f.table(ctx, q)
	if err != nil {
		return nil, err
	}
	defer t.rows.Close()
	first := t.view.Columns[0].Name
	answer := &Table{Relation: t.view.Name, About: t.view.About}
	var names, order []string
	for _, c := range t.view.Columns {
		if len(q.Columns) == 0 || c.Name == first || slices.Contains(q.Columns, c.Name) {
			answer.Columns = append(answer.Columns, RelationColumn(c))
		}
	}
	if len(q.Columns) > 0 { // in the order asked for
		at := func(c RelationColumn) int { return slices.Index(append([]string{first}, q.Columns...), c.Name) }
		slices.SortStableFunc(answer.Columns, func(a, b RelationColumn) int { return at(a) - at(b) })
	}
	for _, c := range answer.Columns {
		names = append(names, sqlName(c.Name))
	}
	sorting := slices.Clone(q.Sort)
	if !slices.ContainsFunc(sorting, func(s Sorting) bool { return s.Column == first }) {
		sorting = append(sorting, Sorting{Column: first})
	}
	for _, s := range sorting {
		c, _ := t.column(s.Column)
		term, nulls := sqlName(s.Column), " NULLS LAST"
		if s.Column == first { // as its index is: no sorting then
			nulls = ""
		} else if c.Type == "text" {
			term += " COLLATE NOCASE"
		}
		if s.Down {
			term += " DESC"
		}
		order = append(order, term+nulls)
	}
	limit := min(q.Limit, mostTableRows)
	if limit <= 0 {
		limit = 100
	}
	found, err := t.ask(ctx, "SELECT %[2]s %[1]s ORDER BY %[3]s LIMIT %[4]d OFFSET %[5]d", strings.Join(names, ", "), strings.Join(order, ", "), limit, max(0, q.Offset))
	if err != nil {
		return nil, err
	}
	answer.Rows = rowsOf(found).Rows
	answer.SQL = "SELECT " + strings.ReplaceAll(strings.Join(names, ", "), `"`, "") + "\nFROM " + t.view.Name
	if q.Since != nil {
		answer.Since = []string{}
		for _, row := range answer.Rows {
			key, _ := row[0].(string)
			answer.Since = append(answer.Since, q.Since[key])
		}
	}
	return answer, nil
}

// TableCounts counts what a filter lets pass, and the values of facets among that.
func (f *File) TableCounts(ctx context.Context, q TableQuery) (*TableCounts, error) {
	t, err := f.table(ctx, q)
	if err != nil {
		return nil, err
	}
	defer t.rows.Close()
	answer := &TableCounts{Facets: []Facet{}}
	all := *t
	all.where = ""
	for _, n := range []struct {
		to *int64
		of *table
	}{{&answer.Of, &all}, {&answer.Total, t}} {
		found, err := n.of.ask(ctx, "SELECT count(*) %s")
		if err != nil {
			return nil, err
		}
		*n.to, _ = found.Values[0][0].(int64)
	}
	if q.Facets == nil {
		if q.Facets, err = all.fewValues(ctx); err != nil {
			return nil, err
		}
	}
	for _, name := range q.Facets {
		c, _ := t.column(name)
		facet, err := t.facet(ctx, c)
		if err != nil {
			return nil, err
		}
		answer.Facets = append(answer.Facets, facet)
	}
	return answer, nil
}

// fewValues are the columns of which a look at some rows finds several values, and few: worth a facet.
func (t *table) fewValues(ctx context.Context) ([]string, error) {
	var counts []string
	for _, c := range t.view.Columns {
		counts = append(counts, "count(DISTINCT "+sqlName(c.Name)+")")
	}
	found, err := t.ask(ctx, "SELECT count(*), %[2]s FROM (SELECT * %[1]s LIMIT 2000)", strings.Join(counts, ", "))
	if err != nil {
		return nil, err
	}
	names := []string{}
	rows, _ := found.Values[0][0].(int64)
	for i, c := range t.view.Columns {
		n, _ := found.Values[0][i+1].(int64)
		if c.Name != "key" && c.Type != "real" && n >= 2 && n <= 20 && (n*3 <= rows || n <= 3) && len(names) < 8 {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

func (t *table) facet(ctx context.Context, c store.Column) (Facet, error) {
	facet := Facet{Column: c.Name, Values: []FacetValue{}}
	query := "SELECT %[2]s, count(*) %[1]s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %[3]d"
	if c.Type == "json" { // of a list, what is in it
		query = "WITH t (list) AS (SELECT %[2]s %[1]s) SELECT value, count(*) FROM (" +
			"SELECT e.value FROM t JOIN json_each(CASE WHEN json_valid(t.list) THEN t.list END) AS e " +
			"UNION ALL SELECT NULL FROM t WHERE list IS NULL) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %[3]d"
	}
	found, err := t.ask(ctx, query, sqlName(c.Name), mostFacetValues+1)
	if err != nil {
		return facet, err
	}
	for i, row := range found.Values {
		if i == mostFacetValues {
			facet.More = true
			break
		}
		n, _ := row[1].(int64)
		facet.Values = append(facet.Values, FacetValue{Value: row[0], Count: n, Filter: filterTerm(c.Name, row[0])})
	}
	return facet, nil
}
