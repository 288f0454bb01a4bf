package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/tools/txtar"

	"plumbline/store"
)

// A case in testdata/relations is an archive: the file "objects" holds one object a line (resource, parts of the key,
// body), every other file is named by a SELECT and holds the rows it must give, values parted by " | ".
func TestRelationCases(t *testing.T) {
	files, err := filepath.Glob("testdata/relations/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	asked := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var objects []store.Object
			for _, f := range archive.Files {
				if f.Name == "objects" {
					objects = append(objects, caseObjects(t, string(f.Data))...)
				}
			}
			r, err := store.MemoryRelations(context.Background(), objects, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			for _, f := range archive.Files {
				if f.Name == "objects" {
					continue
				}
				rows, err := r.Select(context.Background(), f.Name, nil, store.Limits{})
				if err != nil {
					t.Errorf("%s: %v", f.Name, err)
					continue
				}
				if got, want := table(rows), strings.TrimSpace(string(f.Data)); got != want {
					t.Errorf("%s\n got:\n%s\nwant:\n%s", f.Name, got, want)
				}
				reads, err := r.Reads(context.Background(), f.Name)
				if err != nil {
					t.Error(err)
				}
				for _, name := range reads {
					asked[name] = true
				}
			}
		})
	}
	for _, v := range store.Views() {
		if (v.Shared || strings.HasPrefix(v.Name, "confluence_")) && !asked[v.Name] {
			t.Errorf("no case asks %s", v.Name)
		}
	}
}

// TestAbsentIsNull: what an answer does not say is NULL in every column, never false, zero or empty.
func TestAbsentIsNull(t *testing.T) {
	said := map[string]any{
		"parent_resource":          "", // of the view, not of the object
		"confluence_user.resolved": "", // only its absence from the site is written down
	}
	for _, v := range store.Views() {
		if v.Shared || !strings.HasPrefix(v.Name, "confluence_") {
			continue
		}
		r, err := store.MemoryRelations(context.Background(), []store.Object{{Resource: v.Name, Key: "k", Body: []byte("{}")}}, nil)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		rows, err := r.Select(context.Background(), "SELECT * FROM "+v.Name, nil, store.Limits{})
		if err != nil || len(rows.Values) != 1 {
			t.Fatalf("%s: %v, %v", v.Name, rows, err)
		}
		for i, column := range rows.Columns {
			_, a := said[column]
			_, b := said[v.Name+"."+column]
			if value := rows.Values[0][i]; i > 0 && value != nil && !a && !b {
				t.Errorf("%s.%s is %v for an object that says nothing", v.Name, column, value)
			}
		}
		r.Close()
	}
}

func caseObjects(t *testing.T, text string) (objects []store.Object) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		resource, rest, _ := strings.Cut(line, " ")
		d := jsontext.NewDecoder(strings.NewReader(rest))
		var parts []string
		if err := json.UnmarshalDecode(d, &parts); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		body, err := d.ReadValue()
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		objects = append(objects, store.Object{Resource: resource, Key: store.Key(parts...), Body: body.Clone()})
	}
	return objects
}

// table writes rows one a line; NULL is told from the empty text.
func table(rows *store.Rows) string {
	var lines []string
	for _, row := range rows.Values {
		var values []string
		for _, v := range row {
			switch v := v.(type) {
			case nil:
				values = append(values, "NULL")
			case string:
				values = append(values, strings.ReplaceAll(v, "\x1f", "/"))
			default:
				values = append(values, fmt.Sprint(v))
			}
		}
		lines = append(lines, strings.TrimRight(strings.Join(values, " | "), " "))
	}
	return strings.Join(lines, "\n")
}
