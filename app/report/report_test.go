package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plumbline/app"
)

// demo is the pretend company's file, collected once.
var demo = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "plumbline-report-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "demo.plumb.db")
	_, _, err = app.Demo(context.Background(), path, func(app.Event) {})
	return path, err
})

func TestMain(m *testing.M) {
	data, err := os.MkdirTemp("", "plumbline-data-*")
	if err != nil {
		panic(err)
	}
	os.Setenv("XDG_DATA_HOME", data)
	os.Setenv("PLUMBLINE_CACHE", filepath.Join(data, "cache"))
	code := m.Run()
	if path, err := demo(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.RemoveAll(data)
	os.Exit(code)
}

func openDemo(t *testing.T) *app.File {
	t.Helper()
	path, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	f, err := app.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func gather(t *testing.T, q app.ReportQuery) *app.Report {
	t.Helper()
	r, err := openDemo(t).Report(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, format string, r *app.Report) []byte {
	t.Helper()
	f, err := FormatOf(format, "")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(t.Context(), &b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSVHoldsAll(t *testing.T) {
	r := gather(t, app.ReportQuery{})
	rows, err := csv.NewReader(bytes.NewReader(written(t, "csv", r))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, row := range rows[1:] {
		kinds[row[0]]++
	}
	if kinds["finding"] != len(r.Findings) || kinds["gone"] != len(r.Gone) || kinds["notice"] != 1+len(r.Notices)+len(attestations(r)) || kinds["drift"] != len(r.Drift) || len(r.Findings) == 0 || len(r.Gone) == 0 {
		t.Errorf("%v of %d findings, %d gone, %d notices", kinds, len(r.Findings), len(r.Gone), len(r.Notices))
	}
}

// TestOutsiders holds who is from outside to what the pretend company says of its people.
func TestOutsiders(t *testing.T) {
	o := gather(t, app.ReportQuery{Alone: true}).Outsiders
	basis := map[string]string{}
	for _, x := range o.People {
		basis[x.Name] = x.Basis
	}
	if basis["Felix Grant"] != "e-mail at brightpath.example" || basis["Noor Haddad"] != "guest" || basis["Zoë Achterberg"] != "" || o.Anybody() == 0 || len(o.Limits) == 0 {
		t.Errorf("%+v", o)
	}
	if o := gather(t, app.ReportQuery{Alone: true, Judging: app.Judging{Parameters: []string{"own_email_domains=brightpath.example"}}}).Outsiders; len(o.People) != len(basis)-1 {
		t.Errorf("with the domain as the house's own: %+v", o.People)
	}
}

func TestInitialsAndCodes(t *testing.T) {
	full := gather(t, app.ReportQuery{Objects: true})
	names := map[string]bool{}
	rows, err := openDemo(t).SQL(t.Context(), "SELECT json ->> '$.displayName', json ->> '$.emailAddress', json ->> '$.accountId' FROM body WHERE json ->> '$.accountType' = 'atlassian'")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, row := range rows.Rows {
		for i, set := range []map[string]bool{names, names, ids} {
			if s, _ := row[i].(string); len(s) > 2 {
				set[s] = true
			}
		}
	}
	for _, how := range []app.People{app.PeopleInitials, app.PeopleCodes} {
		r := gather(t, app.ReportQuery{Objects: true, People: how})
		if r.Named != full.Named || r.Named == 0 || len(r.Findings) != len(full.Findings) {
			t.Errorf("%s: %d people, %d in full", how, r.Named, full.Named)
		}
		for i := range r.Verdicts {
			r.Verdicts[i].RuleTexts = app.RuleVerdict{}.RuleTexts // a rule's own words may be somebody's name: "Former user"
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for name := range names {
			if strings.Contains(string(text), `"`+name) || strings.Contains(string(text), name+" ") {
				at := strings.Index(string(text), name)
				t.Errorf("%s: %q is named: %s", how, name, text[max(0, at-80):at+80])
			}
		}
		for id := range ids {
			if how == app.PeopleCodes && strings.Contains(string(text), id) {
				t.Errorf("%s: %q is told", how, id)
			}
		}
	}
}

func TestSaveIsNoted(t *testing.T) {
	f := openDemo(t)
	to := filepath.Join(t.TempDir(), "out.csv")
	saved, err := Save(t.Context(), f, app.ReportQuery{}, Saving{Path: to, Recipients: []string{"Ida"}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := f.HandedOver(t.Context())
	if err != nil || len(all) == 0 || all[0].SHA256 != saved.SHA256 || all[0].Output != to || all[0].Format != "csv" || len(all[0].Snapshots) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	sending, err := f.BeforeSending(t.Context(), app.ReportQuery{People: app.PeopleInitials})
	if err != nil {
		t.Fatal(err)
	}
	if sending.People.Accounts == 0 || sending.People.Names == 0 || sending.Scanned == 0 || sending.Named == 0 {
		t.Errorf("%+v", sending)
	}
}
