package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumbline/store"
)

// below is a version just below another: the last of its numbers that is not 0 made one less.
func below(t *testing.T, version string) string {
	t.Helper()
	numbers := strings.Split(version, ".")
	for i := len(numbers) - 1; i >= 0; i-- {
		n, err := strconv.Atoi(numbers[i])
		if err != nil {
			t.Fatalf("%s: %v", version, err)
		}
		if n > 0 {
			numbers[i] = strconv.Itoa(n - 1)
			return strings.Join(append(numbers[:i+1], "999"), ".")
		}
	}
	return ""
}

// Every advisory at both edges of each of its ranges, as SQL compares them.
func TestAdvisoryEdges(t *testing.T) {
	ctx := context.Background()
	relations, err := store.MemoryRelations(ctx, ShippedReference(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer relations.Close()
	affected := func(product, cve, version string) bool {
		rows, err := relations.Select(ctx, `SELECT count(*) FROM advisory_range AS r WHERE r.product = :product AND r.cve = :cve
			AND r.from_key <= version_key(:version) AND version_key(:version) < r.before_key`,
			map[string]any{"product": product, "cve": cve, "version": version}, store.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return rows.Values[0][0] == int64(1)
	}
	edges := 0
	for _, o := range ShippedReference() {
		if o.Resource != "advisory" {
			continue
		}
		var a advisory
		if err := json.Unmarshal(o.Body, &a); err != nil {
			t.Fatal(err)
		}
		within := func(version string) bool { // by numbers, without the key
			return slices.ContainsFunc(a.Ranges, func(r versions) bool {
				return compareNumbers(t, r.From, version) <= 0 && compareNumbers(t, version, r.Lt) < 0
			})
		}
		for _, r := range a.Ranges {
			for version, want := range map[string]bool{r.From: true, below(t, r.Lt): true, r.Lt: within(r.Lt), below(t, r.From): within(below(t, r.From)),
				r.From + "-m0001": true, r.Lt + "-QR-2024": within(r.Lt)} {
				if version == "" {
					continue // nothing is below 0
				}
				edges++
				if got := affected(a.Product, a.CVE, version); got != want {
					t.Errorf("%s: %s %s is affected: %t, wanted %t", a.CVE, a.Product, version, got, want)
				}
			}
		}
		for _, r := range a.Unstated {
			for _, version := range []string{r.From, below(t, r.Lt)} {
				if affected(a.Product, a.CVE, version) {
					t.Errorf("%s: of %s %s it is said to be affected, and that nobody says so", a.CVE, a.Product, version)
				}
			}
		}
		for _, fixed := range a.Fixed {
			if affected(a.Product, a.CVE, fixed) {
				t.Errorf("%s: %s %s holds the fix and is affected", a.CVE, a.Product, fixed)
			}
		}
	}
	if edges < 300 {
		t.Errorf("only %d edges were looked at", edges)
	}
}

// compareNumbers compares two versions number by number, as people do.
func compareNumbers(t *testing.T, a, b string) int {
	t.Helper()
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		n, m := 0, 0
		if i < len(x) {
			n, _ = strconv.Atoi(x[i])
		}
		if i < len(y) {
			m, _ = strconv.Atoi(y[i])
		}
		if n != m {
			return n - m
		}
	}
	return 0
}

// What the pack ships is whole, and in the form that a newer file must have.
func TestShippedReference(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	inForce, passed := p.References()
	if len(inForce) != 4 || len(passed) != 0 {
		t.Fatalf("%d in force, %d passed over", len(inForce), len(passed))
	}
	for _, r := range inForce {
		if !r.Shipped || r.AsOf == "" || r.Source == "" || len(r.Objects) == 0 {
			t.Errorf("%s of %q from %q: %d rows, shipped %t", r.File, r.AsOf, r.Source, len(r.Objects), r.Shipped)
		}
	}
}

const oneAdvisory = `{"cve": "CVE-2027-1", "product": "jira", "severity": "high", "cvss": 8.1, "exploited": false, "published": "2027-01-05",
 "about": "a flaw", "ranges": [{"from": "10.3.0", "lt": "10.3.30"}], "fixed": ["10.3.30"], "sources": ["a bulletin"]}`

func folderWith(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A newer file in a folder takes the place of the shipped one whole; an older one does not.
func TestNewerReference(t *testing.T) {
	for asOf, want := range map[string]bool{"2099-01-31": true, "2001-01-31": false} {
		p, err := Load(folderWith(t, "advisories.json", fmt.Sprintf(`{"as_of": %q, "source": "a bulletin", "advisories": [%s]}`, asOf, oneAdvisory)))
		if err != nil {
			t.Fatal(err)
		}
		inForce, passed := p.References()
		if took := len(inForce[0].Objects) == 1; took != want || len(passed) != 1 || passed[0].Shipped != want {
			t.Errorf("%s: taken %t, wanted %t; passed over %+v", asOf, took, want, passed)
		}
		if want && (p.referenceDate() != "2099-01-31") {
			t.Errorf("the date is %s", p.referenceDate())
		}
	}
}

func TestMalformedReference(t *testing.T) {
	change := func(old, new string) string { return strings.Replace(oneAdvisory, old, new, 1) }
	whole := func(entry string) string {
		return `{"as_of": "2027-01-06", "source": "a bulletin", "advisories": [` + "\n" + entry + "]}"
	}
	cycles := func(entry string) string {
		return `{"as_of": "2027-01-06", "source": "a list", "cycles": [` + "\n" + entry + "]}"
	}
	const oneCycle = `{"product": "jira", "cycle": "10.3", "long_term": true, "released": "2024-12-05", "end_of_support": "2026-12-05", "ended": false, "latest": "10.3.24", "latest_released": null}`
	for _, c := range []struct{ file, text, line, words string }{
		{"advisories.json", "", "1", "ends in the middle"},
		{"advisories.json", "{\n]", "2", "invalid character"},
		{"advisories.json", `[]`, "1", "a JSON array is not what belongs there"},
		{"advisories.json", `{"as_of": "2027-01-06", "source": "x", "advisories": []}`, "1", "at least one entry"},
		{"advisories.json", `{"as_of": "soon", "source": "x", "advisories": [` + oneAdvisory + `]}`, "1", `"soon" is no day`},
		{"advisories.json", `{"as_of": "2027-01-06", "advisories": [` + oneAdvisory + `]}`, "1", "source"},
		{"advisories.json", `{"as_of": "2027-01-06", "source": "x", "notes": 1, "advisories": [` + oneAdvisory + `]}`, "1", `unknown field "notes"`},
		{"advisories.json", whole(change(`"high"`, `"severe"`)), "2", `CVE-2027-1 of jira: severity: "severe" is none of`},
		{"advisories.json", whole(change(`"jira"`, `"bamboo"`)), "2", `"bamboo" is none of jira`},
		{"advisories.json", whole(change(`8.1`, `81`)), "2", "cvss: 81 is not between"},
		{"advisories.json", whole(change(`"exploited": false,`, ``)), "2", "exploited: neither true nor false"},
		{"advisories.json", whole(change(`"2027-01-05"`, `"January"`)), "2", `published: "January" is no day`},
		{"advisories.json", whole(change(`[{"from": "10.3.0", "lt": "10.3.30"}]`, `[]`)), "2", "affects nothing"},
		{"advisories.json", whole(change(`"lt": "10.3.30"`, `"lt": "10.2.30"`)), "2", "from 10.3.0 is not before lt 10.2.30"},
		{"advisories.json", whole(change(`"lt": "10.3.30"`, `"lt": "ten"`)), "2", `"ten" is no version`},
		{"advisories.json", whole(change(`"fixed": ["10.3.30"]`, `"fixed": ["later"]`)), "2", `fixed: "later" is no version`},
		{"advisories.json", whole(change(`"cve"`, `"cwe"`)), "2", `unknown field "cwe"`},
		{"advisories.json", whole(change(`"a flaw"`, `""`)), "2", "about: what it is is not said"},
		{"advisories.json", whole(oneAdvisory + ",\n" + oneAdvisory), "4", "CVE-2027-1 of jira is there twice"},
		{"advisories.json", whole(oneAdvisory) + "x", "1", "more behind the end"},
		{"lifecycle.json", cycles(strings.Replace(oneCycle, `"10.3"`, `"10"`, 1)), "2", `cycle: "10" is not two numbers`},
		{"lifecycle.json", cycles(strings.Replace(oneCycle, `"10.3"`, `"10.03"`, 1)), "2", `cycle: "10.03" is not two numbers`},
		{"lifecycle.json", cycles(strings.Replace(oneCycle, `"10.3.24"`, `"10.2.24"`, 1)), "2", "is no release of the line"},
		{"lifecycle.json", cycles(strings.Replace(oneCycle, `"2026-12-05"`, `null`, 1)), "2", "end_of_support"},
		{"lifecycle.json", cycles(strings.Replace(oneCycle, `"long_term": true,`, ``, 1)), "2", "long_term"},
		{"lifecycle.json", whole(oneAdvisory), "1", "holds a list cycles"},
	} {
		_, err := Load(folderWith(t, c.file, c.text))
		if err == nil || !strings.Contains(err.Error(), c.file+":"+c.line+": ") || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s is refused with: %v\nwanted %s:%s and %q", c.text, err, c.file, c.line, c.words)
		}
	}
}
