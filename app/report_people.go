package app

import (
	"context"
	"path/filepath"
	"slices"

	"plumbline/queries/rules"
	"plumbline/store"
)

// namePeople names the people of a report as was asked, and counts them. Of the evidence file only the name is told: the
// folders that it lies in may name somebody too.
func (f *File) namePeople(ctx context.Context, snapshot store.Snapshot, q ReportQuery, r *Report) error {
	sides := []side{{f.store, snapshot}}
	if r.Baseline != nil {
		before, _, done, err := f.sides(ctx, ComparisonQuery{Before: numberOf(r.Baseline.ID), After: numberOf(snapshot.ID), From: q.From})
		if err != nil {
			return err
		}
		defer done()
		sides = append(sides, before)
	}
	g, err := readPeople(ctx, q.People, sides...)
	if err != nil {
		return err
	}
	r.File.Path = filepath.Base(r.File.Path)
	g.report(r)
	r.Named = len(g.met)
	return nil
}

// report goes through all that names people. Lists are copied before they are changed: the judgement may be shared.
func (g *register) report(r *Report) {
	g.snapshot(&r.Snapshot)
	if r.Baseline != nil {
		b := *r.Baseline
		g.snapshot(&b)
		r.Baseline = &b
	}
	for _, all := range [][]ChangedFinding{r.Findings, r.Gone} { // made for this report
		for i := range all {
			g.finding(&all[i].Finding)
			all[i].Reason = g.text(all[i].Reason)
			all[i].CausedBy = g.causes(all[i].CausedBy)
		}
	}
	r.Drift = slices.Clone(r.Drift)
	for i := range r.Drift {
		g.finding(&r.Drift[i])
	}
	for i := range r.Decisions {
		d := &r.Decisions[i]
		d.Key, d.Aspect, d.Subject, d.Reason = g.key(d.Key), g.key(d.Aspect), g.text(d.Subject), g.text(d.Reason)
		d.Owner, d.By = g.who(d.Owner), g.who(d.By)
	}
	for i := range r.Questions.Questions {
		row := &r.Questions.Questions[i]
		for n := range row.History { // the answer that stands is the first of them
			a := &row.History[n]
			a.By, a.Answer, a.Evidence = g.who(a.By), g.text(a.Answer), g.text(a.Evidence)
		}
	}
	for i := range r.Objects {
		o := &r.Objects[i]
		o.Key, o.Name = g.key(o.Key), g.text(o.Name)
		o.Fields = slices.Clone(o.Fields)
		for n := range o.Fields {
			o.Fields[n].Before, o.Fields[n].After = g.raw(o.Fields[n].Before), g.raw(o.Fields[n].After)
		}
	}
	for i := range r.Outsiders.People {
		o := &r.Outsiders.People[i]
		if sign := g.who(o.Account); g.how != PeopleFull {
			o.Name = sign
		}
		o.Account = g.key(o.Account)
	}
	r.Questions.File, r.Questions.Snapshot = r.File, r.Snapshot
	r.Rules.Parameters = g.value(r.Rules.Parameters).(map[string]any)
	for _, c := range r.Figure.Categories {
		for i := range c.Rules {
			c.Rules[i].Reason = g.text(c.Rules[i].Reason)
		}
	}
	for i := range r.Figure.Out {
		r.Figure.Out[i].Reason = g.text(r.Figure.Out[i].Reason)
	}
	if r.ScoreChange != nil {
		for i := range r.ScoreChange.Rest {
			r.ScoreChange.Rest[i].Reason = g.text(r.ScoreChange.Rest[i].Reason)
		}
	}
	for i := range r.Resources {
		r.Resources[i].Reason = g.text(r.Resources[i].Reason)
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		v.Reason = g.text(v.Reason)
		if v.Parameters != nil {
			v.Parameters = g.value(v.Parameters).(map[string]any)
		}
	}
	for i := range r.Coverage {
		c := &r.Coverage[i]
		c.Reason = g.text(c.Reason)
		for n := range c.Parts {
			c.Parts[n].Parent, c.Parts[n].Reason = g.key(c.Parts[n].Parent), g.text(c.Parts[n].Reason)
		}
	}
}

func (g *register) snapshot(s *Snapshot) {
	s.Label = g.text(s.Label)
	if s.Vantage.Account == "" {
		return
	}
	sign := g.who(s.Vantage.Account)
	if g.how == PeopleFull {
		return
	}
	s.Vantage.Name = sign
	if g.how == PeopleCodes {
		s.Vantage.Account = sign
	}
}

func (g *register) finding(x *Finding) {
	x.Key, x.Aspect, x.Subject, x.Detail = g.key(x.Key), g.key(x.Aspect), g.text(x.Subject), g.text(x.Detail)
	x.Evidence = slices.Clone(x.Evidence)
	for i := range x.Evidence {
		x.Evidence[i].Key = g.key(x.Evidence[i].Key)
	}
	if x.Decision != nil {
		d := *x.Decision
		d.Owner, d.By, d.Reason = g.who(d.Owner), g.who(d.By), g.text(d.Reason)
		x.Decision = &d
	}
}

func (g *register) causes(all []rules.Cause) []rules.Cause {
	all = slices.Clone(all)
	for i := range all {
		all[i].Key = g.key(all[i].Key)
		if all[i].By != nil {
			by := *all[i].By
			if by.Name != "" {
				by.Name = g.who(by.Name)
			}
			by.Account, by.Summary, by.Event.Key = g.key(by.Account), g.text(by.Summary), g.key(by.Event.Key)
			all[i].By = &by
		}
	}
	return all
}
