package app

import (
	"os"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
)

// AllRuleList is every rule with the place it comes from. Rules of folders that do not load are in Broken instead.
type AllRuleList struct {
	Rules  []PlacedRule
	Broken []RuleProblem
}

// PlacedRule is a rule and where it comes from.
type PlacedRule struct {
	RuleRow
	Category string
	Product  string
	Dir      string // "" of a shipped one
	File     string
	Changed  time.Time // when its file was; zero of a shipped one
}

// AllRules lists the shipped rules and those of folders. A file that does not load hides its whole folder's, never the
// others'.
func AllRules(dirs []string) (*AllRuleList, error) {
	shipped, err := rules.Shipped()
	if err != nil {
		return nil, err
	}
	answer := &AllRuleList{Broken: []RuleProblem{}}
	if err := answer.add(shipped, "", nil); err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		pack, err := rules.LoadDir(dir)
		if err == nil {
			_, err = rules.Load(dir) // an id that is a shipped rule's, say
		}
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				answer.Broken = append(answer.Broken, problemOf(strings.TrimSpace(line)))
			}
		} else if err := answer.add(pack, dir, &answer.Broken); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(answer.Rules, func(a, b PlacedRule) int { return strings.Compare(a.ID, b.ID) })
	return answer, nil
}

func (l *AllRuleList) add(pack *rules.Pack, dir string, broken *[]RuleProblem) error {
	for _, r := range pack.Rules {
		row := PlacedRule{RuleRow: ruleText(r).RuleRow, Category: r.Category, Product: r.Product(), Dir: dir, File: r.File}
		var err error
		if row.Cases, err = pack.CaseCounts(r.ID); err != nil {
			if broken == nil {
				return err
			}
			*broken = append(*broken, problemOf(oneLine(err.Error()))) // the rule works all the same
		}
		if dir != "" {
			if info, err := os.Stat(r.File); err == nil {
				row.Changed = info.ModTime()
			}
		}
		l.Rules = append(l.Rules, row)
	}
	return nil
}
