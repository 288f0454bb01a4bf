package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Question is a SELECT of a person.
type Question struct {
	SQL      string
	Whole    bool   // over the whole file, as `plumbline sql`; else over the relations of one snapshot, as a rule reads them
	Snapshot string // reference; "" is the latest
	Site     string
	Rules    []string      // folders of further rules, whose parameters may be bound
	Rows     int           // at most; one more is an error, never a cut. 0: a million
	Deadline time.Duration // 0: five minutes
}

// Ask answers one reading SELECT.
func (f *File) Ask(ctx context.Context, q Question) (*Rows, error) {
	if strings.TrimSpace(q.SQL) == "" {
		return nil, Usage("the query is empty", "SELECT * FROM jira_user")
	}
	limits := store.Limits{Rows: q.Rows, Deadline: q.Deadline}
	if limits.Deadline == 0 {
		limits.Deadline = personal.Deadline
	}
	if q.Whole {
		found, err := f.store.Select(ctx, q.SQL, limits)
		if err != nil {
			return nil, err
		}
		return rowsOf(found), nil
	}
	snapshot, err := f.find(ctx, q.Snapshot, q.Site)
	if err != nil {
		return nil, err
	}
	relations, err := f.store.Relations(ctx, snapshot.ID, relationsIn(q.SQL), rules.ShippedReference()...)
	if err != nil {
		return nil, fmt.Errorf("reading snapshot %d: %w", snapshot.ID, err)
	}
	defer relations.Close()
	args, err := f.arguments(ctx, snapshot, q.Rules)
	if err != nil {
		return nil, err
	}
	found, err := relations.Select(ctx, q.SQL, args, limits)
	if err != nil {
		return nil, err
	}
	return rowsOf(found), nil
}

// arguments are what a rule's SQL binds, so that a person can ask it as it stands: the parameters in force, and :now.
func (f *File) arguments(ctx context.Context, s store.Snapshot, dirs []string) (map[string]any, error) {
	pack, options, err := Judging{Rules: dirs}.load(ctx, f)
	if err != nil {
		return nil, err
	}
	domains, err := rules.VerifiedDomains(ctx, f.store, s.ID)
	if err != nil {
		return nil, err
	}
	return pack.Arguments(options.File, domains, s.Started)
}

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// relationsIn are the relations that a text names: those that it reads, and perhaps some more.
func relationsIn(sql string) []string {
	names := []string{}
	known := RelationNames()
	for _, name := range word.FindAllString(sql, -1) {
		if name = strings.ToLower(name); slices.Contains(known, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// WriteCSV writes rows as CSV; the parts of a key have slashes between.
func (r *Rows) WriteCSV(w io.Writer) error {
	return WriteCSV(w, r.Columns, func(yield func([]any) bool) {
		for _, row := range r.Rows {
			row = slices.Clone(row)
			for i, v := range row {
				if text, ok := v.(string); ok {
					row[i] = strings.ReplaceAll(text, "\x1f", " / ")
				}
			}
			if !yield(row) {
				return
			}
		}
	})
}

// WriteJSON writes rows as one JSON document.
func (r *Rows) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
