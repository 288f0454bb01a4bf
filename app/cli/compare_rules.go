package cli

import (
	"fmt"
	"strings"

	"plumbline/app"
)

// mostRuleChanges is how many rules that changed a terminal is told of at first.
const mostRuleChanges = 3

// ruleChanges names the rules that are others than those that judged a snapshot first on this machine: what was told of
// it at the time may differ from what is told now. Of each kind at most so many, 0 is all.
func ruleChanges(p *page, c *app.Comparison, most int) {
	for _, kind := range []struct {
		change string
		one    func(app.RuleChange) string // a line for each; nil: one for all
	}{
		{change: "revised", one: func(r app.RuleChange) string {
			return fmt.Sprintf("%s is revision %d; it was revision %d%s", r.Rule, r.Rev, r.RevThen, renamed(r))
		}},
		{change: "edited", one: func(r app.RuleChange) string {
			return fmt.Sprintf("%s asks something else than it did, under the same revision %d%s", r.Rule, r.Rev, renamed(r))
		}},
		{change: "renamed", one: func(r app.RuleChange) string { return fmt.Sprintf("%s was called %s", r.Rule, r.Was) }},
		{change: "gone"}, {change: "new"},
	} {
		for _, side := range []string{"before", "after", "both"} {
			var list []app.RuleChange
			for _, r := range c.RuleChanges {
				if r.Change == kind.change && r.Side == side {
					list = append(list, r)
				}
			}
			if len(list) == 0 {
				continue
			}
			since := " when " + sideNumbers(c, side) + " first judged here"
			if kind.one == nil { // they differ in nothing but their names
				var ids []string
				for _, r := range list {
					ids = append(ids, r.Rule)
				}
				shown := ids
				if most > 0 && len(shown) > mostRuleChanges {
					shown = shown[:mostRuleChanges]
				}
				words := strings.Join(shown, ", ")
				if rest := len(ids) - len(shown); rest > 0 {
					words += fmt.Sprintf(" and %s more", count(rest))
				}
				what := map[string]string{"new": "not there yet", "gone": "in force, and not now"}[kind.change]
				p.line(span{"!        ", warn}, span{text: some(len(ids), "rule") + " " + what + since + ": " + words})
				continue
			}
			for i, r := range list {
				if most > 0 && i == mostRuleChanges {
					p.line(span{"!        ", warn}, span{text: fmt.Sprintf("%s more rules %s", count(len(list)-i), kind.change)})
					break
				}
				p.line(span{"!        ", warn}, span{text: kind.one(r) + since})
			}
		}
	}
}

// renamed adds the name that a rule had, if it was another.
func renamed(r app.RuleChange) string {
	if r.Was == r.Rule {
		return ""
	}
	return " and called " + r.Was
}

// sideNumbers names the snapshots of a side, with the verb.
func sideNumbers(c *app.Comparison, side string) string {
	switch side {
	case "before":
		return fmt.Sprintf("snapshot %d was", c.Before.ID)
	case "after":
		return fmt.Sprintf("snapshot %d was", c.After.ID)
	}
	return "both snapshots were"
}
