package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Rows is a table of answers. Values are null, integers, numbers, text or, for bytes, text in hex.
type Rows struct {
	Resource string   `json:"resource,omitempty"`
	Columns  []string `json:"columns"`
	Rows     [][]any  `json:"rows"`
	Total    int      `json:"total"`

	Snapshot *Snapshot    `json:"-"` // of objects
	Coverage *CoverageRow `json:"-"` // of the resource
}

// personal are the bounds of a person's own query.
var personal = store.Limits{Deadline: 5 * time.Minute}

// Objects returns the objects of a resource as typed rows, in key order.
func (f *File) Objects(ctx context.Context, resource, ref, site string) (*Rows, error) {
	if err := checkRelation(resource); err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	relations, err := f.store.Relations(ctx, snapshot.ID, []string{resource}, rules.ShippedReference()...)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", resource, err)
	}
	defer relations.Close()
	found, err := relations.Select(ctx, "SELECT * FROM "+resource+" ORDER BY 1", nil, personal)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", resource, err)
	}
	rows := rowsOf(found)
	rows.Resource = resource
	shown := snapshotOf(snapshot)
	rows.Snapshot = &shown
	covered, err := f.store.Coverage(ctx, snapshot.ID)
	if err != nil {
		return nil, err
	}
	for _, row := range coverageRows(covered, nil) {
		if row.Resource == resource {
			rows.Coverage = &row
		}
	}
	return rows, nil
}

// checkRelation refuses a name that no relation has.
func checkRelation(name string) error {
	known := RelationNames()
	for _, n := range known {
		if n == name {
			return nil
		}
	}
	return Unknown("resource", name, known, "plumbline objects --help lists them")
}

// RelationNames are the resources and the relations made of them.
func RelationNames() []string {
	var names []string
	for _, v := range store.Views() {
		names = append(names, v.Name)
	}
	return names
}

// resourcesOf are the resources that relations are made of: shared ones are followed down.
func resourcesOf(names []string) []string {
	views := map[string]store.View{}
	for _, v := range store.Views() {
		views[v.Name] = v
	}
	var all []string
	var walk func([]string)
	walk = func(names []string) {
		for _, n := range names {
			if v := views[n]; v.Shared {
				walk(v.Reads)
			} else if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	walk(names)
	return all
}

// ResourceNames are the resources that a site may have.
func ResourceNames() []string { return store.Resources() }

// Relations describes what can be asked for, in a sentence each.
func Relations() []store.View { return store.Views() }

// SQL answers one reading SELECT over the whole file.
func (f *File) SQL(ctx context.Context, query string) (*Rows, error) {
	if strings.TrimSpace(query) == "" {
		return nil, Usage("the query is empty", `plumbline sql FILE "SELECT * FROM snapshot"`)
	}
	found, err := f.store.Select(ctx, query, personal)
	if err != nil {
		return nil, err
	}
	return rowsOf(found), nil
}

func rowsOf(found *store.Rows) *Rows {
	rows := &Rows{Columns: list(found.Columns), Rows: list(found.Values), Total: len(found.Values)}
	for _, row := range rows.Rows {
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = fmt.Sprintf("%x", b)
			}
		}
	}
	return rows
}

// KeyParts are the parts of an object's key.
func KeyParts(key string) []string { return store.KeyParts(key) }
