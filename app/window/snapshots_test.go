package window

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"plumbline/app"
)

func TestSnapshots(t *testing.T) {
	w := onDemo(t)
	list, err := w.Snapshots("")
	if err != nil || len(list.Snapshots) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if s, err := w.LabelSnapshot(2, "Q4 audit"); err != nil || s.Label != "Q4 audit" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := w.PinSnapshot(2, true); err != nil {
		t.Error(err)
	}
	if _, err := w.PinSnapshot(1, true); err != nil {
		t.Error(err)
	}
	list, _ = w.Snapshots("")
	if !list.Snapshots[0].Pinned || list.Snapshots[1].Pinned || list.Snapshots[1].Label != "Q4 audit" {
		t.Errorf("%+v", list.Snapshots)
	}
	if _, err := w.PinSnapshot(1, false); err != nil {
		t.Error(err)
	}
	if _, err := w.DropSnapshot(0); code(t, err) != "usage" {
		t.Errorf("dropped without a number: %v", err)
	}
	if s, err := w.DropSnapshot(1); err != nil || s.ID != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := w.LabelSnapshot(1, "gone"); code(t, err) != "unknown-snapshot" {
		t.Error(err)
	}
	if list, _ = w.Snapshots(""); len(list.Snapshots) != 1 {
		t.Errorf("%+v", list)
	}
}

func TestCoverageMatrix(t *testing.T) {
	w := onDemo(t)
	m, err := w.CoverageMatrix("")
	if err != nil || len(m.Snapshots) != 2 || len(m.Resources) < 20 || len(m.Lacking) == 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	gaps := [2]int{}
	for _, r := range m.Resources {
		for i, c := range r.Cells {
			if c.Outcome != "complete" && c.Outcome != "unavailable" {
				gaps[i]++
			}
			if c.Outcome == "denied" && len(c.RulesLost) != r.Rules {
				t.Errorf("%s was denied and costs %d of %d rules", r.Resource, len(c.RulesLost), r.Rules)
			}
			row, err := w.CoverageOf(Lens{Snapshot: m.Snapshots[i].ID}, r.Resource, "")
			if err != nil || row.Outcome != c.Outcome || row.Objects != c.Objects || len(row.Parts) != c.Parts {
				t.Errorf("%s: %+v, %+v, %v", r.Resource, c, row, err)
			}
		}
	}
	if gaps[0] != m.Snapshots[0].Gaps || gaps[1] != m.Snapshots[1].Gaps || gaps[1] == 0 {
		t.Errorf("%v, %+v", gaps, m.Snapshots)
	}
	if _, err := w.CoverageOf(Lens{}, "jira_usr", ""); code(t, err) != "unknown-resource" {
		t.Error(err)
	}
}

func TestParametersAndDecisions(t *testing.T) {
	w := onDemo(t)
	find := func() (value any, from []string) {
		all, err := w.Parameters("")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all.Parameters {
			if p.Name == "inactive_days" {
				return p.Value, p.From
			}
		}
		return nil, nil
	}
	if v, from := find(); v != int64(90) || from[0] != "default" {
		t.Errorf("%v from %v", v, from)
	}
	if _, err := w.SetParameter("inactive_days", "30"); err != nil {
		t.Fatal(err)
	}
	if v, from := find(); v != int64(30) || from[0] != "file" {
		t.Errorf("%v from %v", v, from)
	}
	for name, want := range map[string]string{"inactive_day": "unknown-parameter", "inactive_days": "bad-parameter"} {
		if _, err := w.SetParameter(name, "many"); code(t, err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.UnsetParameter("inactive_days"); err != nil {
		t.Error(err)
	}
	if v, _ := find(); v != int64(90) {
		t.Errorf("%v", v)
	}

	judged, err := look(w, Lens{}, "", judgement)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.csv")
	if err := os.WriteFile(in, []byte("act,finding,reason\nconfirmed,"+judged.Findings[0].ID+",seen\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if done, err := w.ImportDecisions(in); err != nil || done.Added != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	all, err := w.Decisions(Lens{}, false, "")
	if err != nil || len(all.Decisions) != 1 || all.Decisions[0].State != "confirmed" {
		t.Errorf("%+v, %v", all, err)
	}
	if done, err := w.ExportDecisions(Lens{}, out, ""); err != nil || done.Rows != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	if done, err := w.ImportDecisions(out); err != nil || done.Added != 0 || done.Same != 1 {
		t.Errorf("its own export: %+v, %v", done, err)
	}
	if _, err := w.ImportDecisions(filepath.Join(dir, "none.csv")); code(t, err) != "file" {
		t.Error(err)
	}
	if err := os.WriteFile(in, []byte("act,finding\nmaybe,F-00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if done, err := w.ImportDecisions(in); err != nil || done.Added != 0 || len(done.Problems) == 0 {
		t.Errorf("%+v, %v", done, err)
	}
}

func judgement(ctx context.Context, v *view) (*app.Findings, error) { return v.judgement(ctx) }
