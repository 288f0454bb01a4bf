package cli

import (
	"fmt"
	"strings"

	"plumbline/app"
)

// explainParameters prints what the score weighs with.
func explainParameters(p *page, values map[string]float64) {
	p.gap()
	p.head("PARAMETERS")
	var weights, bounds []string
	for _, severity := range app.SeverityNames() {
		weights = append(weights, severity+" "+points(values["score_weight_"+severity]))
		if at, set := values["score_bound_"+severity]; set {
			bounds = append(bounds, fmt.Sprintf("%s at most %s", severity, points(at)))
		}
	}
	t := &table{indent: 2, fixed: map[int]bool{0: true}}
	t.add(span{text: "score_weight_*"}, span{text: "a rule weighs by its severity: " + strings.Join(weights, ", ")})
	t.add(span{text: "score_bound_*"}, span{text: "an open finding leaves of the score: " + strings.Join(bounds, ", ")})
	t.add(span{text: "score_least_coverage"}, span{text: points(values["score_least_coverage"]) + " % of the weight must have been looked at"})
	t.add(span{text: "score_least_rules"}, span{text: points(values["score_least_rules"]) + " rules that weigh make a category; smaller ones count together as other"})
	p.table(t)
}

// explainCategory prints a category's rules, and how its two ends follow.
func explainCategory(p *page, c app.ScoreCategory) {
	p.gap()
	p.head(strings.ToUpper(c.Category) + strings.TrimPrefix(categoryName(c), c.Category))
	styles := map[string]style{"pass": good, "fail": bad, "unknown": warn}
	t := &table{
		indent: 2, fixed: map[int]bool{0: true}, right: map[int]bool{3: true, 4: true, 5: true, 6: true, 7: true},
		names: []string{"rule", "severity", "counts as", "weight", "of 100", "low", "high", "open", ""},
	}
	for _, r := range c.Rules {
		low, high := 0.0, 0.0
		switch r.CountsAs {
		case "pass":
			low, high = r.Points, r.Points
		case "unknown":
			high = r.Points
		}
		t.add(span{text: r.Rule}, span{string(r.Severity), severityStyle(string(r.Severity))}, span{string(r.CountsAs), styles[string(r.CountsAs)]},
			span{text: points(r.Weight)}, span{text: points(r.Points)}, span{text: "+" + points(low)}, span{text: "+" + points(high)},
			span{text: count(r.Open)}, span{ruleWords(r), dim})
	}
	p.table(t)
	w := c.Weight
	all := points(w.Pass + w.Fail + w.Unknown)
	if all == "0" {
		p.line(span{"  none of them weighs anything: no category of its own", dim})
		return
	}
	p.say(fmt.Sprintf("  low  = 100 x %s passed / %s = %s", points(w.Pass), all, points(c.Low)))
	p.say(fmt.Sprintf("  high = 100 x (%s passed + %s unknown) / %s = %s", points(w.Pass), points(w.Unknown), all, points(c.High)))
}

// ruleWords say what is odd about how a rule counts.
func ruleWords(r app.RuleScore) string {
	var parts []string
	if string(r.Verdict) != string(r.CountsAs) {
		parts = append(parts, strings.ReplaceAll(string(r.Verdict), "_", " "))
	}
	if r.Accepted > 0 {
		parts = append(parts, some(r.Accepted, "finding")+" accepted")
	}
	if r.Reason != "" {
		parts = append(parts, r.Reason)
	}
	return strings.Join(parts, ": ")
}

func explainOut(p *page, all []app.RuleScore) {
	if len(all) == 0 {
		return
	}
	p.gap()
	p.head("LEFT OUT")
	t := &table{indent: 2, fixed: map[int]bool{0: true}}
	for _, r := range all {
		t.add(span{text: r.Rule}, span{text: strings.ReplaceAll(string(r.Verdict), "_", " ")}, span{r.Reason, dim})
	}
	p.table(t)
}

func explainCoverage(p *page, x *app.ScoreSheet) {
	p.gap()
	p.head("COVERAGE")
	w := x.Raw.Weight
	all := w.Pass + w.Fail + w.Unknown
	if all == 0 {
		p.say("  no rule applies: there is nothing to score")
		return
	}
	follows := "so that a score is given"
	if x.Score.Low == nil {
		follows = "so that no score is given"
	}
	p.say(fmt.Sprintf("  (%s passed + %s failed) / %s = %s %%, of which %s %% are needed, %s",
		points(w.Pass), points(w.Fail), points(all), points(100*(w.Pass+w.Fail)/all), points(100*x.Score.Least), follows))
}

// explainFigure prints how the ends follow from categories and bounds.
func explainFigure(p *page, f app.ScoreFigure, given bool) {
	low, high := 0.0, 0.0
	for _, c := range f.Categories {
		if c.Category == f.Weakest.Low {
			low = c.Low
		}
		if c.Category == f.Weakest.High {
			high = c.High
		}
	}
	t := &table{indent: 2, fixed: map[int]bool{0: true}, right: map[int]bool{1: true, 2: true}, names: []string{"", "low", "high", ""}}
	step := func(name string, low, high float64, why string) {
		t.add(span{text: name}, span{text: points(low)}, span{text: points(high)}, span{why, dim})
	}
	if f.Weakest.Low != "" {
		why := "of " + f.Weakest.Low
		if f.Weakest.High != f.Weakest.Low {
			why += ", and of " + f.Weakest.High
		}
		step("weakest category", low, high, why)
	}
	if b := f.Open; b != nil {
		idle := without(low <= b.At && high <= b.At)
		low, high = min(low, b.At), min(high, b.At)
		step("bound", low, high, fmt.Sprintf("%s has an open %s finding: at most %s at both ends%s", b.Rule, b.Severity, points(b.At), idle))
	}
	if b := f.Possible; b != nil {
		idle := without(low <= b.At)
		low = min(low, b.At)
		step("bound", low, high, fmt.Sprintf("%s could not look everywhere and may hold a %s finding: at most %s at the low end%s", b.Rule, b.Severity, points(b.At), idle))
	}
	if given {
		t.add(span{"score", bold}, span{fmt.Sprint(*f.Low), bold}, span{fmt.Sprint(*f.High), bold}, span{"rounded", dim})
	}
	p.table(t)
	if given {
		w := f.Weight
		all := points(w.Pass + w.Fail + w.Unknown)
		p.say(fmt.Sprintf("  mean of all rules: 100 x %s / %s = %d, and 100 x (%s + %s) / %s = %d; no bound, no category",
			points(w.Pass), all, *f.Mean.Low, points(w.Pass), points(w.Unknown), all, *f.Mean.High))
	}
}

// without says that a bound takes nothing away.
func without(idle bool) string {
	if idle {
		return ", which it is already"
	}
	return ""
}

// explainAccepted lists the rules that count otherwise, and the ends of each category.
func explainAccepted(p *page, x *app.ScoreSheet) {
	raw := map[string]app.RuleScore{}
	for _, c := range x.Raw.Categories {
		for _, r := range c.Rules {
			raw[r.Rule] = r
		}
	}
	t := &table{indent: 2, fixed: map[int]bool{0: true}}
	for _, c := range x.AfterAccepted.Categories {
		for _, r := range c.Rules {
			switch was := raw[r.Rule].CountsAs; {
			case was != r.CountsAs:
				why := "all its findings are accepted"
				if r.CountsAs == "unknown" {
					why += ", but there may be more: " + r.Reason
				}
				t.add(span{text: r.Rule}, span{text: string(was) + " -> " + string(r.CountsAs)}, span{why, dim})
			case r.Accepted > 0:
				t.add(span{text: r.Rule}, span{text: "still " + string(r.CountsAs)}, span{fmt.Sprintf("%d of %d findings accepted", r.Accepted, r.Accepted+r.Open), dim})
			}
		}
	}
	p.table(t)
	categoryTable(p, x.AfterAccepted)
	p.line(span{fmt.Sprintf("  next review %s", day(x.Accepted.NextReview)), dim})
}
