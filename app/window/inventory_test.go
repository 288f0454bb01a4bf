package window

import (
	"strings"
	"testing"

	"plumbline/app"
)

func TestInventory(t *testing.T) {
	w := onDemo(t)
	all, err := w.Inventory(Lens{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if all.Snapshot.ID != 2 || all.Baseline == nil || all.Baseline.ID != 1 || len(all.Relations) == 0 {
		t.Errorf("%+v", all.Snapshot)
	}
	var gaps, changed int
	for i, r := range all.Resources {
		if r.Outcome != "complete" && r.Reason != "" {
			gaps++
		}
		if r.Since != nil && r.Since.Added+r.Since.Changed > 0 {
			changed++
		}
		if r.About == "" || r.Product == "" || i > 0 && app.CompareProducts(all.Resources[i-1].Product, r.Product) > 0 {
			t.Errorf("row %+v", r)
		}
	}
	if gaps == 0 || changed == 0 {
		t.Errorf("%d gaps, %d changed", gaps, changed)
	}
	if alone, err := w.Inventory(Lens{Baseline: -1}, ""); err != nil || alone.Baseline != nil || alone.Resources[0].Since != nil {
		t.Errorf("without a baseline: %v", err)
	}
}

func TestObjectsPage(t *testing.T) {
	w := onDemo(t)
	page := func(q ObjectsQuery) *ObjectsPage {
		t.Helper()
		q.Resource = "jira_user"
		p, err := w.ObjectsPage(Lens{}, q, "")
		if err != nil {
			t.Fatalf("%q: %v", q.Filter, err)
		}
		if len(p.Since) != len(p.Rows) {
			t.Errorf("%q: %d marks for %d rows", q.Filter, len(p.Since), len(p.Rows))
		}
		return p
	}
	all := page(ObjectsQuery{})
	if all.Total != all.Of || all.Of < 10 || len(all.Columns) != len(all.AllColumns) || len(all.Facets) == 0 {
		t.Fatalf("%d of %d, facets %v", all.Total, all.Of, all.Facets)
	}
	for _, f := range all.Facets { // every number opens the list it counts
		for _, v := range f.Values {
			if got := page(ObjectsQuery{Filter: v.Filter}); got.Total != v.Count {
				t.Errorf("%s counts %d, its filter %q lists %d", f.Column, v.Count, v.Filter, got.Total)
			}
		}
	}
	parts := int64(0)
	for _, change := range []string{"added", "changed", "not_comparable", "equal"} {
		got := page(ObjectsQuery{Filter: "since:" + change, Limit: 1000})
		for _, mark := range got.Since {
			if mark != change && !(mark == "" && change == "equal") {
				t.Errorf("since:%s lists %q", change, mark)
			}
		}
		parts += got.Total
	}
	if parts != all.Of {
		t.Errorf("the parts since the baseline are %d of %d", parts, all.Of)
	}
	inactive, active := page(ObjectsQuery{Filter: "active:no"}), page(ObjectsQuery{Filter: "-active:no"})
	if inactive.Total == 0 || inactive.Total+active.Total != all.Of {
		t.Errorf("%d inactive, %d not", inactive.Total, active.Total)
	}
	sorted := page(ObjectsQuery{Sort: []app.Sorting{{Column: "display_name", Down: true}}, Columns: []string{"display_name"}, Limit: 5, Offset: 1})
	if len(sorted.Columns) != 2 || sorted.Columns[0].Name != "key" || len(sorted.Rows) != 5 {
		t.Fatalf("%+v", sorted.Columns)
	}
	for i := 1; i < len(sorted.Rows); i++ {
		a, _ := sorted.Rows[i-1][1].(string)
		b, _ := sorted.Rows[i][1].(string)
		if strings.ToLower(a) < strings.ToLower(b) {
			t.Errorf("%q before %q", a, b)
		}
	}
	if answer, err := w.Query(Lens{}, SQLQuery{SQL: sorted.SQL}, ""); err != nil || int64(answer.Total) != all.Of {
		t.Errorf("going on in SQL: %v", err)
	}
	for filter, want := range map[string]string{`activ:no`: "unknown-column", `"open`: "usage", `since:new`: "unknown-change"} {
		_, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: "jira_user", Filter: filter}, "")
		if code(t, err) != want || !strings.Contains(err.Error(), "at letter 1") {
			t.Errorf("%s: %v", filter, err)
		}
	}
	if _, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: "jira_usr"}, ""); code(t, err) != "unknown-relation" {
		t.Error(err)
	}
	if shared, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: "account"}, ""); err != nil || shared.Since != nil || shared.Total == 0 {
		t.Errorf("a shared relation: %v", err)
	}
	if _, err := w.ObjectsPage(Lens{Baseline: -1}, ObjectsQuery{Resource: "jira_user", Filter: "since:added"}, ""); code(t, err) != "no-baseline" {
		t.Error(err)
	}
}

// Every relation opens, with its facets, and every facet's filter lists what it counts.
func TestEveryRelationOpens(t *testing.T) {
	w := onDemo(t)
	schema, err := w.Relations(Lens{})
	if err != nil || len(schema.Parameters) == 0 {
		t.Fatal(err)
	}
	for _, r := range schema.Relations {
		page, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: r.Name, Limit: 3}, "")
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		if r.Objects != nil && *r.Objects != page.Of {
			t.Errorf("%s: %d objects, %d rows", r.Name, *r.Objects, page.Of)
		}
		for _, f := range page.Facets {
			v := f.Values[0]
			if got, err := w.ObjectsPage(Lens{}, ObjectsQuery{Resource: r.Name, Filter: v.Filter, Limit: 1}, ""); err != nil || got.Total == 0 || got.Total > page.Of {
				t.Errorf("%s %s: %v", r.Name, v.Filter, err)
			}
		}
	}
}
