package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	ocsf "github.com/valllabh/ocsf-schema-golang/ocsfvalidate/1.2"
	"github.com/xuri/excelize/v2"

	"plumbline/app"
)

// hostile is a report with what names may hold, a decision of each kind, and a broken seal.
func hostile(t *testing.T) *app.Report {
	t.Helper()
	if made != nil {
		return made
	}
	r := gather(t, app.ReportQuery{Decisions: true, NotLookedAt: true, SQL: true, Objects: true, Now: time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)})
	nasty := []string{"</script><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://evil.example\")", "@SUM(1)", "\u202egnp.exe", "مرحبا بالعالم", "a|b`c*", strings.Repeat("x", 40_000), "\x1b[31mred\x07\nnext"}
	for i, s := range nasty {
		r.Findings[i].Subject = s
	}
	r.Findings[0].Decision = &app.Decision{State: "accepted", Reason: "=1+1", Owner: "<b>CFO</b>", Until: "2027-03-31"}
	r.Counts.Accepted.Critical++
	r.Seal = app.SealNote{State: "broken", Differences: []string{"jira_user <removed>"}}
	r.Notices = append(r.Notices, app.Notice{Code: "seal_broken", Grave: true, Words: "The seal is broken: what is reported here is not what was sealed."})
	made = r
	return r
}

var made *app.Report // by hostile, for all tests: none changes it

// TestEveryFormatPrintsEveryNotice looks for the words of each notice in what each format shows.
func TestEveryFormatPrintsEveryNotice(t *testing.T) {
	r := hostile(t)
	for _, f := range Formats() {
		if f.Name == "pdf" { // printed of the HTML
			continue
		}
		text := string(written(t, f.Name, r))
		if f.Name == "xlsx" {
			text = workbookText(t, []byte(text))
		}
		for _, n := range r.Notices {
			sought := n.Words
			switch f.Name {
			case "html":
				if n.Code == "gap" { // its chapter has the resource, the outcome and the reason in cells
					continue
				}
				sought = string(bidi(sought))
			case "md":
				sought = app.MarkdownText(sought)
			case "csv":
				sought = strings.ReplaceAll(sought, `"`, `""`)
			case "json", "sarif", "ocsf.json":
				quoted, _ := json.Marshal(sought)
				sought = strings.Trim(string(quoted), `"`)
				if f.Name != "ocsf.json" {
					sought = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(sought)
				}
			}
			if !strings.Contains(text, sought) {
				t.Errorf("%s does not say: %s", f.Name, n.Words)
			}
		}
		for _, x := range r.Findings {
			if !strings.Contains(text, x.ID) {
				t.Errorf("%s lacks %s", f.Name, x.ID)
				break
			}
		}
	}
}

// TestEveryFormatPrintsAttestations looks for each answer of people, by whom, of which day and what was seen, and for what
// is still open.
func TestEveryFormatPrintsAttestations(t *testing.T) {
	r := small()
	for _, f := range Formats() {
		if f.Name == "pdf" { // printed of the HTML
			continue
		}
		text := string(written(t, f.Name, r))
		if f.Name == "xlsx" {
			text = workbookText(t, []byte(text))
		}
		for _, sought := range []string{"ATT-SSO-001", "ATT-LINKS-001", "ATT-AUTO-001", "policy page", "K. Lindqvist", "Ida Holm"} {
			if !strings.Contains(text, sought) {
				t.Errorf("%s does not say: %s", f.Name, sought)
			}
		}
		if !strings.Contains(text, "2025-03-04") && !strings.Contains(text, "4 March 2025") {
			t.Errorf("%s does not say of which day an answer is", f.Name)
		}
	}
}

func workbookText(t *testing.T, b []byte) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var out strings.Builder
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			out.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	return out.String()
}

func TestSARIFIsSARIF(t *testing.T) {
	r := hostile(t)
	text := written(t, "sarif", r)
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields() // a member that SARIF does not know would be lost before the schema is asked
	if err := strict.Decode(new(sarif.Report)); err != nil {
		t.Fatal(err)
	}
	log, err := sarif.FromBytes(text) // with lists where the library would write null
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Validate(); err != nil {
		t.Fatal(err)
	}
	results := log.Runs[0].Results
	if len(results) != len(r.Findings)+len(r.Gone)+len(r.Drift) {
		t.Errorf("%d results of %d findings", len(results), len(r.Findings))
	}
	seen := map[string]bool{}
	for i, x := range r.Findings {
		if got := results[i].PartialFingerprints[sarifFingerprint]; got != x.ID || seen[got] {
			t.Errorf("fingerprint %s of %s", got, x.ID)
		}
		seen[x.ID] = true
	}
	if len(results[0].Suppressions) != 1 {
		t.Error("an accepted risk is not suppressed")
	}
}

func TestOCSFIsOCSF(t *testing.T) {
	r := hostile(t)
	var events []json.RawMessage
	if err := json.Unmarshal(written(t, "ocsf.json", r), &events); err != nil {
		t.Fatal(err)
	}
	if want := 1 + len(r.Notices) + len(attestations(r)) + len(r.Findings) + len(r.Gone) + len(r.Drift); len(events) != want {
		t.Errorf("%d events, want %d", len(events), want)
	}
	for _, e := range events {
		if err := ocsf.Validate("compliance_finding", e); err != nil {
			t.Fatalf("%s: %v", e, err)
		}
	}
	if err := ocsf.Validate("compliance_finding", []byte(`{"class_uid":2003}`)); err == nil {
		t.Error("the schema takes anything")
	}
}

func TestHTMLIsInert(t *testing.T) {
	text := string(written(t, "html", hostile(t)))
	for _, never := range []string{"<script", "<img src=x", "javascript:", `src="http`, `href="http`, "url(", "@import", "style=", "\u202e", "<b>CFO"} {
		if at := strings.Index(text, never); at >= 0 {
			t.Errorf("%q is in the document: %s", never, text[max(0, at-60):at+60])
		}
	}
	if !strings.Contains(text, "default-src 'none'; style-src 'sha256-") && !strings.Contains(text, "default-src &#39;none&#39;; style-src &#39;sha256-") {
		t.Error("the document may load what it likes")
	}
	if strings.Count(text, "<h1") != 1 || strings.Count(text, "<main") != 1 || !strings.Contains(text, `<html lang="en">`) {
		t.Error("no single head, main part or language")
	}
}

func TestWorkbookNeutralisesAndGoesOn(t *testing.T) {
	r := hostile(t)
	book, err := excelize.OpenReader(bytes.NewReader(written(t, "xlsx", r)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("findings")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(r.Findings)+1 {
		t.Errorf("%d rows of %d findings", len(rows), len(r.Findings))
	}
	for i, want := range map[int]string{1: `'=HYPERLINK(`, 2: `'@SUM(1)`, 3: `\u202egnp.exe`} {
		if got := rows[i+1][9]; !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		cell, _ := excelize.CoordinatesToCellName(10, i+2)
		if formula, _ := book.GetCellFormula("findings", cell); formula != "" {
			t.Errorf("%s holds the formula %s", cell, formula)
		}
	}
	if long := rows[7][9]; len([]rune(long)) != mostText || !strings.Contains(long, "40,000 characters are more than a cell holds") {
		t.Errorf("%d characters, ending %q", len(long), long[len(long)-80:])
	}
	for _, name := range []string{"about", "comparison", "objects", "coverage", "decisions", "rules"} {
		if n, _ := book.GetSheetIndex(name); n < 0 {
			t.Errorf("no sheet %s", name)
		}
	}
	f := excelize.NewFile()
	defer f.Close()
	many := sheet{"findings", []string{"n"}, []float64{8}, func(yield func([]any) bool) {
		for i := range 10 {
			if !yield([]any{i}) {
				return
			}
		}
	}}
	if err := writeSheet(f, many, 5, 0, 0); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range []string{"findings", "findings 2", "findings 3"} {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		n += len(rows) - 1
	}
	if n != 10 {
		t.Errorf("%d rows of 10 over three sheets", n)
	}
}

func TestPDF(t *testing.T) {
	r := gather(t, app.ReportQuery{Alone: true, Filter: app.Filter{Severities: []string{"critical"}}})
	pdf := written(t, "pdf", r)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 20_000 {
		t.Errorf("%d bytes, beginning %q", len(pdf), pdf[:min(len(pdf), 8)])
	}
	t.Setenv("PLUMBLINE_BROWSER", "/nonexistent/browser")
	f, _ := FormatOf("pdf", "")
	var b bytes.Buffer
	if err := f.Write(t.Context(), &b, r); err == nil || app.Words(err).Code != "browser" || b.Len() > 0 {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		for _, e := range left {
			if strings.HasPrefix(e.Name(), "plumbline-print-") {
				t.Errorf("%s is left", e.Name())
			}
		}
	}
}
