package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// What only a dropped snapshot held is in no byte of the file any more, free pages included; what the others hold stays.
func TestDroppedIsOverwritten(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	var first int64
	for n, name := range []string{"Halvard Quist", "Ida Holm"} {
		c := begin(t, f, day.AddDate(0, 0, n))
		p := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}}
		for i := range 500 {
			p.Objects = append(p.Objects, object(t, "jira_user", map[string]any{"accountId": strings.Repeat("u", i+1), "displayName": name, "emailAddress": strings.ReplaceAll(name, " ", ".") + "@harbourline.example"}, strings.Repeat("u", i+1)))
		}
		if err := c.Write(ctx, p); err != nil {
			t.Fatal(err)
		}
		s, err := c.Finish(ctx, day.AddDate(0, 0, n).Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = s.ID
		}
	}
	holds := func(name string) bool {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(b, []byte(name))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if !holds("Halvard") || !holds("Holm") {
		t.Fatal("the names are not in the file to begin with")
	}
	if f, err = store.OpenWritable(ctx, path); err != nil {
		t.Fatal(err)
	}
	if err := f.Drop(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if holds("Halvard") || holds("Quist") {
		t.Error("a dropped name is still in the file")
	}
	if !holds("Holm") {
		t.Error("the other snapshot's names went too")
	}
}
