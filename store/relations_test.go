package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"plumbline/store"
)

func TestMemoryRelations(t *testing.T) {
	ctx := context.Background()
	r, err := store.MemoryRelations(ctx, []store.Object{
		object(t, "jira_user", map[string]any{"accountId": "a", "active": true, "accountType": "atlassian"}, "a"),
		object(t, "jira_user", map[string]any{"accountId": "b", "active": false}, "b"),
	}, []store.Coverage{{Resource: "directory_group", Outcome: store.Denied, Lists: "all", HTTPStatus: 403}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.Select(ctx, "SELECT key, active, account_type FROM jira_user WHERE account_id <> :not ORDER BY key", map[string]any{"not": "z"}, store.Limits{})
	if err != nil || len(rows.Values) != 2 || rows.Values[1][1] != int64(0) || rows.Values[1][2] != nil {
		t.Errorf("rows %v, %v", rows, err)
	}
	reads, err := r.Reads(ctx, "SELECT count(*) FROM account AS a WHERE EXISTS (SELECT 1 FROM coverage WHERE outcome = :x)")
	if err != nil || !slices.Equal(reads, []string{"account", "coverage"}) {
		t.Errorf("reads %v, %v", reads, err)
	}
	for query, want := range map[string]error{
		"DELETE FROM jira_user":                        store.ErrNotAllowed,
		"SELECT 1; DELETE FROM jira_user":              store.ErrNotAllowed,
		"ATTACH 'x.db' AS x":                           store.ErrNotAllowed,
		"PRAGMA query_only = 0":                        store.ErrNotAllowed,
		"WITH x AS (SELECT 1) DELETE FROM jira_user":   store.ErrNotAllowed,
		"SELECT random()":                              store.ErrNotAllowed,
		"SELECT load_extension('x')":                   store.ErrNotAllowed,
		"SELECT * FROM pragma_table_info('jira_user')": store.ErrNotAllowed,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n": store.ErrDeadline,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n":        store.ErrTooManyRows,
	} {
		if _, err := r.Select(ctx, query, nil, store.Limits{Deadline: 300 * time.Millisecond, Rows: 1000}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", query, err, want)
		}
	}
	if _, err := r.Select(ctx, "SELECT nothing FROM jira_user", nil, store.Limits{}); err == nil {
		t.Error("an unknown column passed")
	}
}

// What an interrupted snapshot has seen is in its relations, and what it has not got to is skipped or partial.
func TestRelationsOfAnInterruptedSnapshot(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, w, day)
	writeUsers(t, c, 30)
	if err := c.Write(ctx, store.Page{Resource: "jira_filter", Cursor: "next", Objects: []store.Object{object(t, "jira_filter", map[string]any{"id": "1"}, "1")}}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.KeepIn(t.TempDir())
	r, err := f.Relations(ctx, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.Select(ctx, `SELECT resource, outcome, reason, objects, (SELECT count(*) FROM jira_user) AS users, (SELECT count(*) FROM jira_filter) AS filters
		FROM coverage WHERE resource IN ('jira_user', 'jira_filter', 'jira_project') ORDER BY resource`, nil, store.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{"jira_filter", "partial", "interrupted", int64(1), int64(30), int64(1)},
		{"jira_project", "skipped", "interrupted", int64(0), int64(30), int64(1)},
		{"jira_user", "partial", "interrupted", int64(30), int64(30), int64(1)},
	}
	if !reflect.DeepEqual(rows.Values, want) {
		t.Errorf("%v\nwant %v", rows.Values, want)
	}
}
