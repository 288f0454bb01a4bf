package window

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/app"
	"plumbline/app/report"
)

// list asks for a page of the list of a filter.
func list(t *testing.T, w *Window, lens Lens, q FindingsRequest) FindingsPage {
	t.Helper()
	page, err := w.FindingsPage(lens, q, "")
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return page
}

// counts checks that a number is the total of the list that its filter asks for.
func counts(t *testing.T, w *Window, lens Lens, what string, n int, filter string) {
	t.Helper()
	if page := list(t, w, lens, FindingsRequest{Filter: filter, Limit: 1}); page.Total != n {
		t.Errorf("%s says %d, its list %q has %d", what, n, filter, page.Total)
	}
}

// typed are filters of every kind, on the demo.
var typed = []string{
	"", "sev:>=high", "since:new", "since:resolved,not_comparable", "-since:new product:confluence", "product:jira -severity:low",
	`category:"access security" since:persisting`, "rule:JIRA-PERM-*", "-rule:JIRA-*", "triage:undecided", "-triage:undecided", "triage:accepted until:<=2030-01-01",
	"object:jira_project", "object:confluence_*", "control:iso27001:*", "-control:soc2:CC6.1 sev:medium", "finance", `-"finance close" since:new`, "nothing at all is like this",
	"product:jira product:confluence severity:critical,high", `owner:duval`,
}

// Every number of a page is the total of its own list, whatever is filtered, grouped and sorted.
func TestNumbersAreThoseOfTheirLists(t *testing.T) {
	w := onDemo(t)
	decideSome(t, w)
	for _, lens := range []Lens{{}, {Baseline: -1}, {Snapshot: 1, Baseline: 2}} {
		for n, text := range typed {
			if lens.Baseline == -1 && strings.Contains(text, "since:") {
				continue
			}
			group := groupings[n%len(groupings)]
			page := list(t, w, lens, FindingsRequest{Filter: text, Group: group, Sort: sortings[n%len(sortings)], Expanded: []string{"*"}, Limit: mostLines})
			counts(t, w, lens, text, page.Total, page.Filter)
			for _, facet := range page.Facets {
				for _, value := range facet.Values {
					counts(t, w, lens, fmt.Sprintf("%q facet %s:%s", text, facet.Key, value.Value), value.Count, value.Only)
					if again := list(t, w, lens, FindingsRequest{Filter: value.Toggle}); value.On == slices.ContainsFunc(again.Facets, func(f Facet) bool {
						return f.Key == facet.Key && slices.ContainsFunc(f.Values, func(v FacetValue) bool { return v.Value == value.Value && v.On })
					}) && !strings.Contains(text, "*") {
						t.Errorf("%q: %s:%s is not turned by %q", text, facet.Key, value.Value, value.Toggle)
					}
				}
			}
			rows, groups, rules := 0, 0, map[string]bool{}
			var in *FindingGroup
			left := 0
			for _, line := range page.Lines {
				if line.Finding != nil {
					rows++
					left--
					rules[line.Finding.Rule] = true
					if in != nil && line.Finding.Group != in.Key {
						t.Errorf("%q: %s stands under %q", text, line.Finding.ID, in.Key)
					}
					continue
				}
				if in != nil && left != 0 {
					t.Errorf("%q: group %s has %d findings, %d of them lines", text, in.Key, in.Count, in.Count-left)
				}
				in, left = line.Group, line.Group.Count
				groups++
				if n%5 == 0 || groups < 6 {
					counts(t, w, lens, fmt.Sprintf("%q group %s", text, in.Key), in.Count, in.Filter)
					for _, change := range in.Changes {
						counts(t, w, lens, fmt.Sprintf("%q group %s %s", text, in.Key, change.Change), change.Count, change.Filter)
					}
				}
			}
			if group != "control" && rows != page.Total || groups != page.Groups || page.Length != len(page.Lines) || len(rules) != page.Rules {
				t.Errorf("%q by %s: %d lines of findings for %d, %d groups for %d, %d lines for %d, %d rules for %d", text, group, rows, page.Total, groups, page.Groups, len(page.Lines), page.Length, len(rules), page.Rules)
			}
		}
	}
}

// decideSome accepts, confirms and lets expire some risks.
func decideSome(t *testing.T, w *Window) {
	t.Helper()
	w.now = func() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) }
	ids, err := w.FindingIDs(Lens{}, "severity:high", "")
	if err != nil || len(ids) < 8 {
		t.Fatal(ids, err)
	}
	for _, q := range []DecideRequest{
		{IDs: ids[:3], Act: "accept", Reason: "known", Owner: "I. Duval", Until: "2026-12-01"},
		{IDs: ids[3:5], Act: "accept", Reason: "known", Owner: "K. Adeyemi", Until: "2027-10-01"},
		{IDs: ids[5:7], Act: "confirm"},
	} {
		if done, err := w.Decide(Lens{}, q); err != nil || done.Decisions != len(q.IDs) {
			t.Fatalf("%+v, %v", done, err)
		}
	}
}

// The pages of a list make up the whole, however it is cut.
func TestPagesMakeUpTheList(t *testing.T) {
	w := onDemo(t)
	for _, group := range []string{"rule", "object", "none"} {
		q := FindingsRequest{Group: group, Expanded: []string{"*"}, Limit: mostLines}
		whole := list(t, w, Lens{}, q)
		q.Limit = 7
		var all []FindingLine
		for q.Offset = 0; q.Offset < whole.Length; q.Offset += q.Limit {
			all = append(all, list(t, w, Lens{}, q).Lines...)
		}
		a, _ := json.Marshal(all)
		b, _ := json.Marshal(whole.Lines)
		if string(a) != string(b) {
			t.Errorf("%s: the pages are another list", group)
		}
		for _, n := range []int{1, whole.Length / 2, whole.Length - 1} {
			if x := whole.Lines[n].Finding; x != nil {
				page := list(t, w, Lens{}, FindingsRequest{Group: group, Reveal: x.ID, Limit: mostLines})
				if page.At < 0 || page.Lines[page.At].Finding == nil || page.Lines[page.At].Finding.ID != x.ID {
					t.Errorf("%s: %s is revealed at %d", group, x.ID, page.At)
				}
			}
		}
	}
}

func TestFindingsAreSorted(t *testing.T) {
	w := onDemo(t)
	if _, err := w.Timeline(Lens{}, ""); err != nil {
		t.Fatal(err)
	}
	member := map[string]func(*FindingRow) string{
		"rule": func(x *FindingRow) string { return x.Rule }, "subject": func(x *FindingRow) string { return strings.ToLower(x.Subject) },
		"product": func(x *FindingRow) string { return x.Product }, "first_seen": func(x *FindingRow) string { return x.FirstSeen },
	}
	for key, of := range member {
		for _, sign := range []string{"", "-"} {
			page := list(t, w, Lens{}, FindingsRequest{Group: "none", Sort: sign + key, Limit: mostLines})
			if !page.Dated {
				t.Error("not dated")
			}
			for i := 1; i < len(page.Lines); i++ {
				if n := strings.Compare(of(page.Lines[i-1].Finding), of(page.Lines[i].Finding)); sign == "" && n > 0 || sign == "-" && n < 0 {
					t.Fatalf("%s%s: %q before %q", sign, key, of(page.Lines[i-1].Finding), of(page.Lines[i].Finding))
				}
			}
		}
	}
	for q, want := range map[FindingsRequestKey]string{{"group", "rulez"}: "unknown-grouping", {"sort", "size"}: "unknown-sorting", {"filter", "sev:bad"}: "filter"} {
		r := FindingsRequest{}
		*map[string]*string{"group": &r.Group, "sort": &r.Sort, "filter": &r.Filter}[q.member] = q.value
		if _, err := w.FindingsPage(Lens{}, r, ""); code(t, err) != want {
			t.Errorf("%v: %v", q, err)
		}
	}
	if _, err := w.FindingsPage(Lens{Baseline: -1}, FindingsRequest{Filter: "since:new"}, ""); code(t, err) != "no-baseline" {
		t.Error(err)
	}
}

type FindingsRequestKey struct{ member, value string }

// A decision is written, shown, told of, and taken back as wide as it was made.
func TestDecide(t *testing.T) {
	w := onDemo(t)
	w.now = func() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) }
	ids, err := w.FindingIDs(Lens{}, "rule:CONF-ACCESS-004", "")
	if err != nil || len(ids) < 2 {
		t.Fatal(ids, err)
	}
	id := ids[0]
	detail := func() FindingDetail {
		d, err := w.Finding(Lens{}, id, "")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for hour, scope := range []string{"finding", "object"} {
		w.now = func() time.Time { return time.Date(2026, 11, 20, 11+hour, 0, 0, 0, time.UTC) }
		if _, err := w.Decide(Lens{}, DecideRequest{IDs: ids[:1], Act: "accept", Scope: scope, Reason: "pilot", Owner: "I. Duval", Until: "2027-01-31"}); err != nil {
			t.Fatal(err)
		}
		d := detail()
		if d.Finding.Triage != "accepted" || d.Finding.Decision.Scope != scope || len(d.Acts) == 0 || d.Acts[0].State != "accepted" {
			t.Errorf("%s: %+v, %+v", scope, d.Finding.Decision, d.Acts)
		}
		if _, err := w.Decide(Lens{}, DecideRequest{IDs: ids[:1], Act: "clear"}); err != nil {
			t.Fatal(err)
		}
		if d := detail(); d.Finding.Triage != "undecided" || d.Acts[0].Act != "cleared" {
			t.Errorf("%s cleared: %+v, %+v", scope, d.Finding.Decision, d.Acts)
		}
	}
	for q, want := range map[string]DecideRequest{
		"usage":       {IDs: ids[:1], Act: "accept", Reason: "no owner"},
		"unknown-act": {IDs: ids[:1], Act: "ignore"},
	} {
		if _, err := w.Decide(Lens{}, want); code(t, err) != q {
			t.Errorf("%+v: %v", want, err)
		}
	}
	if _, err := w.Decide(Lens{}, DecideRequest{IDs: ids[:1], Act: "clear"}); code(t, err) != "usage" {
		t.Error(err)
	}
	if _, err := w.Decide(Lens{}, DecideRequest{IDs: []string{"F-0000000000000000"}, Act: "confirm"}); code(t, err) != "unknown-finding" {
		t.Error(err)
	}
	copyTo := filepath.Join(t.TempDir(), "copy.plumb.db")
	done, err := w.Decide(Lens{}, DecideRequest{IDs: ids, Act: "confirm", CopyTo: copyTo})
	if s, _ := w.State(); err != nil || done.Path != copyTo || s.File.Path != copyTo || done.Decisions != len(ids) {
		t.Errorf("%+v, %v, open %+v", done, err, s.File)
	}
	counts(t, w, Lens{}, "confirmed", len(ids), "triage:confirmed")
}

// A finding about a change is decided like any other, and shown so where it stands; its evidence is read on both sides.
func TestDecideDrift(t *testing.T) {
	w := onDemo(t)
	drift := func() FindingRow {
		c, err := w.Comparison(Lens{}, "")
		if err != nil {
			t.Fatal(err)
		}
		return c.Drift[slices.IndexFunc(c.Drift, func(f FindingRow) bool { return f.Rule == "DRIFT-OFF-001" })]
	}
	before := drift()
	if before.Triage != "undecided" {
		t.Fatalf("%+v", before)
	}
	for hour, q := range []DecideRequest{
		{Act: "accept", Reason: "A move", Owner: "I. Duval", Until: "2027-01-31"},
		{Act: "confirm"},
		{Act: "accept", Scope: "object", Reason: "A move", Owner: "I. Duval", Until: "2027-01-31"},
	} {
		w.now = func() time.Time { return time.Date(2026, 11, 20, 10+hour, 0, 0, 0, time.UTC) }
		q.IDs = []string{before.ID}
		if _, err := w.Decide(Lens{}, q); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"accept": "accepted", "confirm": "confirmed"}[q.Act]
		d, err := w.Finding(Lens{}, before.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := drift(); got.ID != before.ID || got.Triage != want || d.Finding.Triage != want || d.Acts[0].Act != want || !d.Drift || d.Rule.Verdict != "fail" {
			t.Errorf("%+v: listed %s, shown %s, acts %+v, verdict %q", q, got.Triage, d.Finding.Triage, d.Acts, d.Rule.Verdict)
		}
		q.Act, q.Reason, q.Owner, q.Until = "clear", "", "", ""
		if _, err := w.Decide(Lens{}, q); err != nil {
			t.Fatal(err)
		}
		if got := drift(); got.Triage != "undecided" {
			t.Errorf("taken back: %s", got.Triage)
		}
	}
}

// A decision below a parent reaches what lies in it.
func TestDecideBelow(t *testing.T) {
	w := onDemo(t)
	w.now = func() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) }
	page := list(t, w, Lens{}, FindingsRequest{Filter: "object:confluence_content", Group: "none"})
	for _, line := range page.Lines {
		id := line.Finding.ID
		parents, err := w.FindingParents(Lens{}, id, "")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(parents, func(r app.NamedRef) bool { return r.Resource == "confluence_space" })
		if i < 0 {
			continue
		}
		if parents[i].Name == "" {
			t.Error("a space without a name")
		}
		_, err = w.Decide(Lens{}, DecideRequest{IDs: []string{id}, Act: "accept", Scope: "below", Resource: parents[i].Resource, Key: parents[i].Key, Reason: "r", Owner: "o", Until: "2027-01-01"})
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.Finding(Lens{}, id, "")
		if err != nil || d.Finding.Triage != "accepted" || d.Finding.Decision.Scope != "below" || len(d.Acts) != 1 {
			t.Fatalf("%+v %+v %v", d.Finding, d.Acts, err)
		}
		if _, err := w.Decide(Lens{}, DecideRequest{IDs: []string{id}, Act: "clear"}); err != nil {
			t.Fatal(err)
		}
		counts(t, w, Lens{}, "accepted after all", 0, "triage:accepted")
		return
	}
	t.Fatal("no finding on a page that lies in a space")
}

// The drawer of every finding of the demo, gone ones too, has what it shows.
func TestFindingDetail(t *testing.T) {
	w := onDemo(t)
	ids, err := w.FindingIDs(Lens{}, "since:new,resolved,persisting,not_comparable", "")
	if err != nil {
		t.Fatal(err)
	}
	marked, rows, caused := 0, 0, 0
	for _, id := range ids {
		d, err := w.Finding(Lens{}, id, "")
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if d.Finding.ID != id || d.Rule.Why == "" || len(d.Rule.Fix) == 0 || !strings.Contains(d.Rule.SQL, "SELECT") || len(d.Objects) == 0 || len(d.Tables) == 0 || d.More != 0 {
			t.Errorf("%s: %+v", id, d)
		}
		if want := map[bool]int64{false: 2, true: 1}[d.Finding.Gone]; d.Snapshot.ID != want {
			t.Errorf("%s: evidence in snapshot %d", id, d.Snapshot.ID)
		}
		for _, o := range d.Objects {
			if !o.Found {
				continue
			}
			var body any
			var text strings.Builder
			here := 0
			for _, line := range o.Lines {
				text.WriteString(line.Text + "\n")
				if line.Marked {
					here++
				}
			}
			if err := json.Unmarshal([]byte(text.String()), &body); err != nil || !strings.HasPrefix(o.Digest, "sha256:") || len(o.Requests) == 0 && o.Resource != "grant" { // of the sign-in itself nobody was asked
				t.Errorf("%s %s: %v, digest %q, %d requests\n%s", id, o.Resource, err, o.Digest, len(o.Requests), text.String())
			}
			if here > 0 {
				marked++
			}
		}
		for _, table := range d.Tables {
			for _, row := range table.Rows {
				rows++
				if len(row.Values) != len(table.Columns) {
					t.Errorf("%s: %d values in %d columns", id, len(row.Values), len(table.Columns))
				}
			}
		}
		caused += len(d.CausedBy)
		counts(t, w, Lens{}, "the rule's filter", list(t, w, Lens{}, FindingsRequest{Filter: "rule:" + d.Rule.ID}).Total, d.Rule.Filter)
	}
	if marked < len(ids) || rows < len(ids) || caused == 0 {
		t.Errorf("%d marked bodies, %d rows, %d causes", marked, rows, caused)
	}
	if _, err := w.Finding(Lens{}, "F-12", ""); code(t, err) != "unknown-finding" {
		t.Error(err)
	}
	for _, id := range ids {
		past, err := w.FindingHistory(Lens{}, id, "")
		if err != nil || len(past) != 2 {
			t.Fatalf("%v %v", past, err)
		}
		d, _ := w.Finding(Lens{}, id, "")
		want := map[string][2]string{"new": {"absent", "present"}, "resolved": {"present", "absent"}, "persisting": {"present", "present"}}[d.Finding.Change]
		if want[0] != "" && (past[0].State != want[0] && past[0].State != "not_comparable" || past[1].State != want[1] && past[1].State != "not_comparable") {
			t.Errorf("%s is %s, and was %s, %s", id, d.Finding.Change, past[0].State, past[1].State)
		}
		if !d.Finding.Gone && past[1].State != "present" || d.Finding.Gone && (past[0].State != "present" || past[1].State == "present") || d.Finding.FirstSeen == "" {
			t.Errorf("%s: gone %v, first seen %q, %+v", id, d.Finding.Gone, d.Finding.FirstSeen, past)
		}
	}
}

func TestExport(t *testing.T) {
	w := onDemo(t)
	dir := t.TempDir()
	for _, format := range report.ListFormats() {
		path := filepath.Join(dir, "findings."+format)
		done, err := w.ExportFindings(Lens{}, "sev:>=high", path, "")
		if err != nil || done.Rows != list(t, w, Lens{}, FindingsRequest{Filter: "sev:>=high"}).Total {
			t.Fatalf("%+v, %v", done, err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		switch format {
		case "csv":
			rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			n = len(rows) - 1
		case "json":
			var out report.List
			if err := json.Unmarshal(text, &out); err != nil {
				t.Fatal(err)
			}
			if n = len(out.Findings); out.Baseline == nil || out.Snapshot.ID != 2 {
				t.Errorf("%+v", out.Snapshot)
			}
		case "md":
			n = strings.Count(string(text), "\n- ")
		}
		if n != done.Rows {
			t.Errorf("%s holds %d findings, told were %d", format, n, done.Rows)
		}
	}
	if _, err := w.ExportFindings(Lens{}, "", filepath.Join(dir, "findings.xls"), ""); code(t, err) != "usage" {
		t.Error(err)
	}
}

// hundredThousand is a pool as a large site has it.
func hundredThousand() *pool {
	r := rand.New(rand.NewPCG(1, 2))
	var verdicts []app.RuleVerdict
	for i := range 100 {
		v := app.RuleVerdict{Rule: fmt.Sprintf("JIRA-PERM-%03d", i), Title: fmt.Sprintf("Rule number %d says something", i), Severity: app.Severity(app.SeverityNames()[i%5]),
			Product: app.Products()[i%2], Category: []string{"permissions", "sharing", "logging"}[i%3]}
		v.Maps = []string{fmt.Sprintf("iso27001:A.%d", i%20), fmt.Sprintf("soc2:CC%d", i%7)}
		verdicts = append(verdicts, v)
	}
	words := []app.ChangedFinding{{Change: "new"}, {Change: "persisting"}, {Change: "resolved", Gone: true}, {Change: "not_comparable"}, {Change: "not_comparable", Gone: true}}
	all := make([]app.ChangedFinding, 100_000)
	for i := range all {
		rule := verdicts[r.IntN(len(verdicts))]
		x := words[r.IntN(len(words))]
		x.Finding = app.Finding{ID: fmt.Sprintf("F-%016x", r.Uint64()), Rule: rule.Rule, Title: rule.Title, Severity: rule.Severity, Product: rule.Product, Category: rule.Category,
			Resource: []string{"jira_project", "confluence_space", "jira_filter"}[r.IntN(3)], Key: fmt.Sprint(r.IntN(20_000)), Subject: fmt.Sprintf("PROJ%d Project number %d", r.IntN(5000), i),
			Detail: "lets anyone on the internet write without signing in: the permission scheme Public website scheme grants CREATE_ISSUES to anyone"}
		all[i] = x
	}
	return newPool(all, verdicts, true)
}

// A page of a hundred thousand findings, filtered, sorted, grouped and counted: 100 ms at most.
func BenchmarkPage(b *testing.B) {
	p := hundredThousand()
	none := func(string) string { return "" }
	for name, q := range map[string]FindingsRequest{
		"all":     {},
		"text":    {Filter: "number 77 -scheme99"},
		"facets":  {Filter: "sev:>=medium since:new,persisting product:jira", Group: "category", Sort: "subject", Expanded: []string{"*"}, Offset: 20_000},
		"objects": {Group: "object", Expanded: []string{"*"}, Offset: 50_000},
		"control": {Filter: "control:iso27001:*", Group: "control", Sort: "-rule"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.page(q, none); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A name may hold characters that turn the rest of the sentence round; they are shown and do nothing.
func TestNamesTurnNothingRound(t *testing.T) {
	x := &app.ChangedFinding{Finding: app.Finding{Subject: "\u202ename", Detail: "is owned by \u202enosrep and active"}}
	if row := rowOf(x); row.Subject != `\u202ename` || row.Detail != `is owned by \u202enosrep and active` {
		t.Errorf("%+v", row)
	}
}
