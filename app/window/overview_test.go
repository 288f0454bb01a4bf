package window

import (
	"testing"

	"plumbline/app"
)

// Every number of the overview opens a list that has as many.
func TestOverviewNumbers(t *testing.T) {
	w := onDemo(t)
	decideSome(t, w)
	for _, lens := range []Lens{{}, {Baseline: -1}, {Snapshot: 1, Baseline: 2}} {
		o, err := w.Overview(lens, "")
		if err != nil {
			t.Fatal(err)
		}
		counts(t, w, lens, "total", o.Total, "")
		compared := lens.Baseline != -1
		if (o.Baseline != nil) != compared || (o.Since != nil) != compared || (o.ScoreChange != nil) != compared || o.Score == nil {
			t.Errorf("%+v: %+v", lens, o)
		}
		now, before := 0, 0
		for _, s := range o.Severities {
			counts(t, w, lens, s.Severity, s.Now, s.Filter)
			now += s.Now
			before += s.Before
			delta := 0
			for _, c := range s.Changes {
				counts(t, w, lens, s.Severity+" "+c.Change, c.Count, c.Filter)
				switch c.Change {
				case "new":
					delta += c.Count
				case "resolved":
					delta -= c.Count
				}
			}
			if gap := s.Now - s.Before - delta; compared && gap != 0 {
				page := list(t, w, lens, FindingsRequest{Filter: "since:not_comparable " + s.Filter, Group: "none"})
				for _, line := range page.Lines {
					if line.Finding.Gone {
						gap++
					} else {
						gap--
					}
				}
				if gap != 0 {
					t.Errorf("%s: %d before, %d now, %d more by what changed", s.Severity, s.Before, s.Now, delta)
				}
			}
		}
		if now != o.Total || len(o.Severities) != 5 {
			t.Errorf("%d by severity, %d in all", now, o.Total)
		}
		if compared {
			swapped, err := w.Overview(Lens{Snapshot: 3 - o.Snapshot.ID, Baseline: -1}, "")
			if err != nil || swapped.Total != before {
				t.Errorf("%d findings before, the baseline by itself has %d (%v)", before, swapped.Total, err)
			}
			for _, c := range o.Since.Changes {
				counts(t, w, lens, c.Change, c.Count, c.Filter)
			}
			if c, err := w.Comparison(lens, ""); err != nil || o.Since.Drift != len(c.Drift) || lens.Snapshot == 0 && o.Since.Drift == 0 {
				t.Errorf("%d about the change, the comparison lists %d (%v)", o.Since.Drift, len(c.Drift), err)
			}
			notes := 0
			for _, n := range o.Since.Notes {
				counts(t, w, lens, n.Reason, n.Count, n.Filter)
				notes += n.Count
			}
			if apart := o.Since.Changes[3]; apart.Change != "not_comparable" || apart.Count != notes {
				t.Errorf("%d reasons for %+v", notes, apart)
			}
			if len(o.Since.Top) != mostTop || o.Since.Top[0].Severity != "critical" {
				t.Errorf("top %+v", o.Since.Top)
			}
		}
		counts(t, w, lens, "accepted", o.Accepted.Count, o.Accepted.Filter)
		counts(t, w, lens, "expiring", o.Accepted.Expiring, o.Accepted.ExpiringFilter)
		counts(t, w, lens, "expired", o.Accepted.Expired, o.Accepted.ExpiredFilter)
		if lens == (Lens{}) && (o.Accepted.Count != 5 || o.Accepted.Expiring != 3) {
			t.Errorf("accepted %+v", o.Accepted)
		}
		if len(o.First) != mostFirst || o.First[0].Severity != "critical" {
			t.Errorf("first %+v", o.First)
		}
		for _, r := range o.First {
			counts(t, w, lens, r.Rule, r.Count, r.Filter)
			for _, c := range r.Changes {
				counts(t, w, lens, r.Rule+" "+c.Change, c.Count, c.Filter)
			}
		}
		listed, err := w.RuleList(lens, "")
		if err != nil {
			t.Fatal(err)
		}
		r, drift := o.Rules, 0
		for _, rule := range listed.Rules {
			if rule.Kind == "drift" {
				drift++
			}
		}
		if drift == 0 || r.All != len(listed.Rules) || r.All-drift != r.Fail+r.Pass+r.NotEvaluated+r.NotApplicable+r.Error {
			t.Errorf("rules %+v, of %d in the list %d about a change", r, len(listed.Rules), drift)
		}
		gaps := 0
		for _, a := range o.Coverage {
			if a.Asked != len(a.Resources) || a.Complete > a.Asked || (a.Complete == a.Asked) != (a.Outcome == "complete") {
				t.Errorf("area %+v", a)
			}
			if a.Outcome != "complete" {
				gaps++
			}
		}
		if gaps != o.Gaps || gaps == 0 {
			t.Errorf("%d gaps, told are %d", gaps, o.Gaps)
		}
	}
}

func TestTimeline(t *testing.T) {
	w := onDemo(t)
	line, err := w.Timeline(Lens{}, "")
	if err != nil || len(line.Points) != 2 {
		t.Fatal(line, err)
	}
	for _, p := range line.Points {
		lens := Lens{Snapshot: p.Snapshot.ID, Baseline: -1}
		counts(t, w, lens, "point", p.Total, "")
		for _, s := range app.SeverityNames() {
			counts(t, w, lens, s, p.Counts.Of(app.Severity(s)), "severity:"+s)
		}
		if p.Score == nil || p.Snapshot.Finished == nil {
			t.Errorf("%+v", p)
		}
	}
}
