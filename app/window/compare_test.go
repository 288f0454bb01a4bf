package window

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/app"
)

// Every number of a comparison is that of its list, and swapping the sides mirrors them.
func TestComparisonNumbers(t *testing.T) {
	w := onDemo(t)
	lens, back := Lens{}, Lens{Snapshot: 1, Baseline: 2}
	c, err := w.Comparison(lens, "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Comparison(back, "")
	if err != nil {
		t.Fatal(err)
	}
	count := func(s ComparisonSummary) map[string]int {
		all := map[string]int{}
		for _, change := range s.Changes {
			all[change.Change] = change.Count
		}
		return all
	}
	a, b := count(c), count(m)
	if a["new"] != b["resolved"] || a["resolved"] != b["new"] || a["persisting"] != b["persisting"] || a["not_comparable"] != b["not_comparable"] || a["new"] == 0 {
		t.Errorf("%v, swapped %v", a, b)
	}
	if c.FindingsBefore != m.FindingsAfter || c.FindingsAfter != m.FindingsBefore || c.FindingsAfter == 0 {
		t.Errorf("%d to %d, swapped %d to %d", c.FindingsBefore, c.FindingsAfter, m.FindingsBefore, m.FindingsAfter)
	}
	if c.Objects.Added != m.Objects.Removed || c.Objects.Removed != m.Objects.Added || c.Objects.Changed != m.Objects.Changed || c.Objects.Added == 0 {
		t.Errorf("%+v, swapped %+v", c.Objects, m.Objects)
	}
	for _, change := range c.Changes {
		counts(t, w, lens, change.Change, change.Count, change.Filter)
	}
	for _, n := range c.Warnings {
		counts(t, w, lens, n.Reason, n.Count, n.Filter)
	}
	for _, v := range c.Verdicts {
		list(t, w, lens, FindingsRequest{Filter: v.Filter})
	}
	objects := func(q ComparisonObjectsRequest) ComparisonObjectsPage {
		page, err := w.ComparisonObjects(lens, q, "")
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	for _, r := range append(c.Resources, ResourceChanges{ObjectCounts: c.Objects}) {
		page := objects(ComparisonObjectsRequest{Resource: r.Resource, Limit: 1})
		want := r.ObjectCounts
		want.Equal = 0
		if page.Counts != want {
			t.Errorf("%s: %+v, its list has %+v", r.Resource, want, page.Counts)
		}
		for change, n := range map[string]int{"added": r.Added, "removed": r.Removed, "changed": r.Changed, "not_comparable": r.NotComparable} {
			if page := objects(ComparisonObjectsRequest{Resource: r.Resource, Change: change, Limit: 3}); page.Total != n || len(page.Rows) != min(n, 3) {
				t.Errorf("%s %s: %d, its list has %d", r.Resource, change, n, page.Total)
			}
		}
	}
	whole := objects(ComparisonObjectsRequest{Limit: mostLines})
	var cut []ObjectRow
	for at := 0; at < whole.Total; at += 13 {
		cut = append(cut, objects(ComparisonObjectsRequest{Offset: at, Limit: 13}).Rows...)
	}
	one, _ := json.Marshal(whole.Rows)
	two, _ := json.Marshal(cut)
	if string(one) != string(two) {
		t.Error("the pages of objects are another list")
	}
	gaps := 0
	for _, p := range c.Coverage {
		if p.Before == nil || p.After == nil || p.Area == "" || p.Changed != (p.Before.Outcome != p.After.Outcome) {
			t.Errorf("coverage %+v", p)
		}
		if p.Gap {
			gaps++
		}
	}
	if gaps != c.CoverageGap || gaps == 0 {
		t.Errorf("%d gaps, told are %d", gaps, c.CoverageGap)
	}
	if _, err := w.Comparison(Lens{Baseline: -1}, ""); code(t, err) != "no-baseline" {
		t.Error(err)
	}
	if _, err := w.ComparisonObjects(lens, ComparisonObjectsRequest{Change: "gone"}, ""); code(t, err) != "unknown-change" {
		t.Error(err)
	}
}

// Every object that differs can be seen side by side, and what differs of it is told.
func TestObjectChanges(t *testing.T) {
	w := onDemo(t)
	page, err := w.ComparisonObjects(Lens{}, ComparisonObjectsRequest{Limit: mostLines}, "")
	if err != nil || page.Total != len(page.Rows) {
		t.Fatal(page.Total, err)
	}
	lists, parts, by, caused := 0, 0, 0, 0
	for i, row := range page.Rows {
		o, err := w.ObjectChange(Lens{}, row.Resource, row.Key, "")
		if err != nil {
			t.Fatal(err)
		}
		if o.Change != row.Change || o.Name != row.Name || o.Object != row.Object {
			t.Errorf("%s %s: %s %q, in the list %s %q", row.Resource, row.Object, o.Change, o.Name, row.Change, row.Name)
		}
		if (len(o.Before) == 0) != (o.Change == "added" || o.Change == "not_comparable" && len(o.After) > 0) && o.Change != "changed" {
			t.Errorf("%s %s is %s: %d lines before, %d after", row.Resource, row.Object, o.Change, len(o.Before), len(o.After))
		}
		var changed []string
		for _, f := range o.Fields {
			if f.State == "changed" {
				changed = append(changed, f.Field)
			}
			if (f.State == "equal") != same(f.Before, f.After) && f.List == nil && f.State != "not_comparable" {
				t.Errorf("%s %s %s is %s", row.Resource, row.Object, f.Field, f.State)
			}
			if f.List != nil && f.State == "changed" && len(f.List.Added)+len(f.List.Removed) > 0 {
				lists++
			}
		}
		slices.Sort(changed)
		fields := slices.Clone(row.Fields)
		slices.Sort(fields)
		if row.Change == "changed" && !slices.Equal(changed, fields) {
			t.Errorf("%s %s: %v changed, in the list %v", row.Resource, row.Object, changed, fields)
		}
		if i > 0 && page.Rows[i-1].Resource == row.Resource {
			if want := (app.Ref{Resource: row.Resource, Key: page.Rows[i-1].Key}); o.Previous == nil || *o.Previous != want {
				t.Errorf("%s %s: before it %v", row.Resource, row.Object, o.Previous)
			}
		} else if o.Previous != nil {
			t.Errorf("%s %s is the first: %v", row.Resource, row.Object, o.Previous)
		}
		for _, x := range o.Caused {
			if d, err := w.Finding(Lens{}, x.ID, ""); err != nil || d.Finding.Change != x.Change {
				t.Errorf("caused %+v: %v", x, err)
			}
		}
		caused += len(o.Caused)
		parts += len(o.Parts)
		if o.By != nil {
			by++
		}
	}
	if lists == 0 || parts == 0 || by == 0 || caused == 0 {
		t.Errorf("%d lists, %d parts, %d by somebody, %d caused", lists, parts, by, caused)
	}
	if _, err := w.ObjectChange(Lens{}, "jira_user", "nobody", ""); code(t, err) != "not-found" {
		t.Error(err)
	}
}

func same(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// The same from another file: the baseline lies there.
func TestComparisonWithAnotherFile(t *testing.T) {
	w := onDemo(t)
	from, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	lens := Lens{Baseline: 1, Other: from}
	a, err := w.Comparison(Lens{}, "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Comparison(lens, "")
	if err != nil || b.Objects.Added != a.Objects.Added || b.FindingsBefore != a.FindingsBefore || len(b.Coverage) != len(a.Coverage) || b.Other != from {
		t.Errorf("%+v, %v, in one file %+v", b.Objects, err, a.Objects)
	}
	gone := list(t, w, lens, FindingsRequest{Filter: "since:resolved", Group: "none", Limit: 1}).Lines[0].Finding
	d, err := w.Finding(lens, gone.ID, "")
	if err != nil || len(d.Objects) == 0 || !d.Objects[0].Found {
		t.Errorf("%+v, %v", d, err)
	}
	page, err := w.ComparisonObjects(lens, ComparisonObjectsRequest{Change: "removed", Limit: 1}, "")
	if err != nil || len(page.Rows) != 1 {
		t.Fatal(page, err)
	}
	if o, err := w.ObjectChange(lens, page.Rows[0].Resource, page.Rows[0].Key, ""); err != nil || len(o.Before) == 0 {
		t.Errorf("%+v, %v", o, err)
	}
}

// A scheme that is equal itself tells the grants that came and went with what they say, and a grant tells its scheme.
func TestObjectFamily(t *testing.T) {
	w := onDemo(t)
	scheme, err := w.ObjectChange(Lens{}, "jira_permission_scheme", "10014", "")
	if err != nil {
		t.Fatal(err)
	}
	if scheme.Change != "equal" || scheme.Parent != nil || len(scheme.Parts) == 0 || scheme.By == nil || len(scheme.Caused) == 0 {
		t.Fatalf("%s, in %v, %d parts, by %v, %d caused", scheme.Change, scheme.Parent, len(scheme.Parts), scheme.By, len(scheme.Caused))
	}
	if scheme.By.Name == "" {
		t.Errorf("%+v has no name", scheme.By)
	}
	page, err := w.ComparisonObjects(Lens{}, ComparisonObjectsRequest{Resource: "jira_permission_grant", Limit: 1}, "")
	if err != nil || !slices.Contains(page.Rows[0].Says, Member{"permission", "BROWSE_PROJECTS"}) {
		t.Errorf("%+v: %v", page.Rows, err)
	}
	for _, part := range scheme.Parts {
		if (len(part.Before) > 0) != (part.Change != "added") || (len(part.After) > 0) != (part.Change != "removed") {
			t.Errorf("%s is %s: %v, %v", part.Object, part.Change, part.Before, part.After)
		}
		for _, m := range slices.Concat(part.Before, part.After) {
			if m.Name == "id" || m.Text == "10014" {
				t.Errorf("%s tells what is known: %v", part.Object, m)
			}
		}
		grant, err := w.ObjectChange(Lens{}, part.Resource, part.Key, "")
		if err != nil || grant.Parent == nil || grant.Parent.Key != "10014" || grant.Parent.Name != scheme.Name {
			t.Errorf("%s belongs to %v: %v", part.Object, grant.Parent, err)
		}
	}
	if want := []Member{{"holder.type", "anyone"}, {"permission", "BROWSE_PROJECTS"}}; !slices.Equal(scheme.Parts[0].Before, want) {
		t.Errorf("%v, not %v", scheme.Parts[0].Before, want)
	}
}

// The export holds every object that differs, with the findings that it caused.
func TestExportChanges(t *testing.T) {
	w := onDemo(t)
	sum, err := w.Comparison(Lens{}, "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "changes.csv")
	done, err := w.ExportChanges(Lens{}, "", path, "")
	if err != nil {
		t.Fatal(err)
	}
	if want := sum.Objects.Added + sum.Objects.Removed + sum.Objects.Changed + sum.Objects.NotComparable; done.Rows != want || want == 0 {
		t.Errorf("%d rows and not %d", done.Rows, want)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "resource,key,name,change,fields,new,resolved") || !strings.Contains(string(text), ",F-") {
		t.Errorf("%.200s, %v", text, err)
	}
	if _, err := w.ExportChanges(Lens{}, "", filepath.Join(t.TempDir(), "changes.xlsx"), ""); code(t, err) != "usage" {
		t.Error(err)
	}
}
