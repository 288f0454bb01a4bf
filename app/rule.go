package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strconv"
	"strings"

	"plumbline/queries/rules"
)

// RuleList answers `rules list`.
type RuleList struct {
	Rules []RuleRow `json:"rules"`

	Pack string `json:"-"`
}

// RuleRow is a rule in the list of them.
type RuleRow struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Severity Severity         `json:"severity"`
	Products []string         `json:"products"`
	Kind     rules.Kind       `json:"kind"`
	Needs    []string         `json:"needs"`
	Cases    rules.CaseCounts `json:"cases"`
}

// RuleText is all that a rule says of itself.
type RuleText struct {
	RuleRow
	File           string   `json:"file"`
	Rev            int      `json:"rev"`
	Category       string   `json:"category"`
	Scored         bool     `json:"scored"` // false: the score leaves it out
	NeedsAll       []string `json:"needs_all"`
	Optional       []string `json:"optional"`
	Reference      []string `json:"reference"` // reference data it reads
	Objects        []string `json:"objects"`
	Parameters     []Param  `json:"parameters"`
	Maps           []string `json:"maps"`
	Source         string   `json:"source"`
	Why            string   `json:"why"`
	Fix            string   `json:"fix"`
	FalsePositives string   `json:"false_positives"`
	SQL            string   `json:"sql"`
}

// Param is a value of a rule that can be set.
type Param struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default any    `json:"default"`
	About   string `json:"about"`
}

// Rules lists the shipped rules and those of folders.
func Rules(dirs []string) (*RuleList, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	all := &RuleList{Rules: []RuleRow{}, Pack: pack.Version}
	for _, r := range pack.Rules {
		row := ruleText(r).RuleRow
		if row.Cases, err = pack.CaseCounts(r.ID); err != nil {
			return nil, err
		}
		all.Rules = append(all.Rules, row)
	}
	return all, nil
}

// Rule is one rule whole.
func Rule(id string, dirs []string) (*RuleText, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	r, err := pack.FindRule(id)
	if err != nil {
		return nil, err
	}
	text := ruleText(r)
	text.Cases, err = pack.CaseCounts(r.ID)
	return &text, err
}

func ruleText(r *rules.Rule) RuleText {
	t := RuleText{
		RuleRow: RuleRow{
			ID: r.ID, Title: r.Title, Severity: r.Severity, Products: list(r.Products), Kind: r.Kind, Needs: list(r.Needs),
		},
		File: r.File, Rev: r.Rev, Category: r.Category, Scored: r.Scored, NeedsAll: list(r.NeedsAll), Optional: list(r.Optional), Reference: list(r.Reference), Objects: list(r.Objects),
		Parameters: []Param{}, Maps: list(r.Maps), Source: r.Source, Why: r.Why, Fix: r.Fix, FalsePositives: r.FalsePositives, SQL: r.SQL,
	}
	for _, p := range r.Params {
		t.Parameters = append(t.Parameters, Param{p.Name, p.Type, p.Default, p.About})
	}
	return t
}

// RuleProblem is something wrong with a rule or its cases.
type RuleProblem struct {
	Rule  string `json:"rule"`
	File  string `json:"file"`
	Line  int    `json:"line"` // 0 if it concerns no one line
	Words string `json:"words"`
}

// RuleCheck answers `rules lint` and `rules test`.
type RuleCheck struct {
	Rules    int           `json:"rules"`
	Cases    int           `json:"cases"`
	Problems []RuleProblem `json:"problems"`
}

// Exit is Failed where something is wrong.
func (c RuleCheck) Exit() Exit {
	if len(c.Problems) > 0 {
		return Failed
	}
	return Done
}

// Lint checks the form of rules: of a folder alone, or of the shipped ones where dir is "".
func Lint(ctx context.Context, dir string) (*RuleCheck, error) {
	pack, c, err := startCheck(dir)
	if pack == nil || err != nil {
		return c, err
	}
	for _, r := range pack.Rules {
		cases, _ := pack.Cases(r.ID) // lint says what is wrong with them
		c.Cases += len(cases)
	}
	problems, err := pack.Lint(ctx)
	for _, p := range problems {
		c.Problems = append(c.Problems, RuleProblem{p.Rule, p.File, p.Line, p.Words})
	}
	return c, err
}

// Test runs the cases of rules: of a folder alone, or of the shipped ones where dir is "".
func Test(ctx context.Context, dir string) (*RuleCheck, error) {
	pack, c, err := startCheck(dir)
	if pack == nil || err != nil {
		return c, err
	}
	results, err := pack.Test(ctx)
	broken := map[string]bool{} // rules that fail by themselves: said once, not once a case
	for _, r := range results {
		if r.Case != "" {
			c.Cases++
		}
		if r.Broken != "" {
			if !broken[r.Rule] {
				c.Problems = append(c.Problems, problemOf(r.Broken))
			}
			broken[r.Rule] = true
			continue
		}
		for _, words := range r.Wrong {
			if r.Case != "" {
				words = "case " + r.Case + ": " + words
			}
			c.Problems = append(c.Problems, RuleProblem{r.Rule, r.File, r.Line, words})
		}
	}
	return c, err
}

// startCheck reads the rules. Files that do not parse are problems to list, not an error: then
// there is no pack.
func startCheck(dir string) (*rules.Pack, *RuleCheck, error) {
	c := &RuleCheck{Problems: []RuleProblem{}}
	if dir != "" {
		if err := checkFolder(dir); err != nil {
			return nil, nil, err
		}
	}
	pack, err := packOf(dir)
	if err != nil {
		for _, words := range strings.Split(err.Error(), "\n") {
			c.Problems = append(c.Problems, problemOf(words))
		}
		return nil, c, nil
	}
	c.Rules = len(pack.Rules)
	return pack, c, nil
}

// problemOf takes "file:line: words" apart.
func problemOf(words string) RuleProblem {
	m := place.FindStringSubmatch(words)
	if m == nil {
		return RuleProblem{Words: words}
	}
	line, _ := strconv.Atoi(m[2]) // digits or nothing
	name := path.Base(m[1])
	return RuleProblem{Rule: strings.TrimSuffix(name, path.Ext(name)), File: m[1], Line: line, Words: m[3]}
}

var place = regexp.MustCompile(`^(.+?\.(?:sql|txtar|json)):(?:(\d+):)? (.*)$`)

func packOf(dir string) (*rules.Pack, error) {
	if dir == "" {
		return rules.Shipped()
	}
	return rules.LoadDir(dir)
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}
