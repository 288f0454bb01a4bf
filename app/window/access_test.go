package window

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/app"
)

// What a list says of a row is what its paths say, in both directions.
func TestAccess(t *testing.T) {
	w := onDemo(t)
	page, err := w.Access(Lens{}, AccessRequest{Who: "Dana Whitfield", Findings: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	if page.Direction != "who" || page.Summary || page.Before == nil || page.Subject.Kind != "user" || len(page.Facts) == 0 || len(page.Limits) == 0 || page.Total < 10 || page.Of != page.Total {
		t.Fatalf("%+v", page.Subject)
	}
	counts, found := page.Counts, 0
	for _, l := range page.Rows {
		flow, err := w.AccessFlow(Lens{}, AccessRequest{Who: "Dana Whitfield", Findings: true}, l.ID, "")
		if err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		if len(flow.Paths) != l.Paths || flow.Row.Level != l.Level || len(flow.Layers) != 5 || flow.Says == "" {
			t.Errorf("%s: %d paths listed, %d drawn", l.ID, l.Paths, len(flow.Paths))
		}
		found += len(l.Findings)
	}
	if found == 0 || counts.New == 0 || counts.Administer == 0 {
		t.Errorf("%d findings, %+v", found, counts)
	}
	for since, n := range map[string]int{"new": counts.New, "raised": counts.Raised, "lowered": counts.Lowered, "gone": counts.Gone, "not_comparable": counts.NotComparable} { // every number opens its list
		if part, err := w.Access(Lens{}, AccessRequest{Who: "Dana Whitfield", Since: since}, ""); err != nil || part.Total != n {
			t.Errorf("%s: %d listed, %d counted: %v", since, part.Total, n, err)
		}
	}
	back, err := w.Access(Lens{}, AccessRequest{What: page.Rows[0].Node.Spelling, Filter: "whitfield"}, "")
	if err != nil || back.Total != 1 || back.Rows[0].Level != page.Rows[0].Level || back.Direction != "what" {
		t.Errorf("the other way round: %+v, %v", back, err)
	}
	if alone, err := w.Access(Lens{Baseline: -1}, AccessRequest{Who: "anonymous"}, ""); err != nil || alone.Before != nil || alone.Rows[0].Since != "" {
		t.Errorf("without a baseline: %v", err)
	}
	var refusal Refusal
	if _, err := w.Access(Lens{}, AccessRequest{Who: "Dana Whitfeld"}, ""); !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, "did you mean") {
		t.Errorf("somebody else: %v", err)
	}
	if _, err := w.AccessFlow(Lens{}, AccessRequest{Who: "anonymous"}, "project:none", ""); !errors.As(err, &refusal) || refusal.Code != "not-found" {
		t.Errorf("a row that is not there: %v", err)
	}
	if _, err := w.Query(Lens{}, SQLQuery{SQL: page.SQL}, ""); err != nil {
		t.Errorf("its SQL: %v", err)
	}
}

// Everybody is listed with numbers in pages, names are found in pages, and both can be written.
func TestAccessOfAll(t *testing.T) {
	w := onDemo(t)
	all := AccessRequest{What: "everything"}
	page, err := w.Access(Lens{}, all, "")
	if err != nil || !page.Summary || page.Total < 50 || page.Rows[0].Numbers == nil {
		t.Fatalf("%+v, %v", page, err)
	}
	all.Offset, all.Limit, all.Sort = 5, 3, "-name"
	part, err := w.Access(Lens{}, all, "")
	if err != nil || len(part.Rows) != 3 || part.Total != page.Total || part.Rows[0].Node.Name < part.Rows[2].Node.Name {
		t.Errorf("a page: %+v, %v", part, err)
	}
	first, err := w.AccessNames(Lens{}, AccessNamesRequest{Limit: 4}, "")
	next, err2 := w.AccessNames(Lens{}, AccessNamesRequest{Offset: 4, Limit: 4}, "")
	if err != nil || err2 != nil || len(first.Names) != 4 || !first.More || len(next.Names) != 4 || first.Names[0].Node == next.Names[0].Node {
		t.Errorf("names: %+v, then %+v, %v %v", first, next, err, err2)
	}
	if named, err := w.AccessNames(Lens{}, AccessNamesRequest{What: true, Text: "pay"}, ""); err != nil || len(named.Names) == 0 || named.Names[0].Node.Spelling != "project:PAY" {
		t.Errorf("names with pay: %+v, %v", named, err)
	}
	path := filepath.Join(t.TempDir(), "access.csv")
	done, err := w.ExportAccess(Lens{}, AccessRequest{Who: "Dana Whitfield", Since: "new"}, path, "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if lines := strings.Count(string(text), "\n"); err != nil || done.Rows == 0 || lines <= done.Rows || !strings.HasPrefix(string(text), "kind,id,key") {
		t.Errorf("%d lines of %d rows, %v: %.80s", lines, done.Rows, err, text)
	}
	var refusal Refusal
	if _, err := w.ExportAccess(Lens{}, AccessRequest{Who: "anonymous"}, path+".xls", ""); !errors.As(err, &refusal) || refusal.Exit != app.WrongUse {
		t.Errorf("another format: %v", err)
	}
}
