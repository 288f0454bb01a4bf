package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
)

// Names of the rules room that answers are made of; see there.
type (
	Finding            = rules.Finding
	RuleVerdict        = rules.RuleVerdict
	InForce            = rules.InForce
	Decision           = rules.Decision
	ChangedFinding     = rules.ChangedFinding
	ChangeCounts       = rules.ChangeCounts
	VerdictPair        = rules.VerdictPair
	ResourceComparison = rules.ResourceComparison
	RuleChange         = rules.RuleChange
	ObjectChange       = rules.ObjectChange
	Severity           = rules.Severity
	Ref                = rules.Ref
	JudgingProgress    = rules.Progress
)

// Judging says by which rules a snapshot is judged, and as of when.
type Judging struct {
	Rules      []string // folders of rules besides the shipped ones
	Parameters []string // NAME=VALUE or RULE-ID.NAME=VALUE
	AsOf       string   // RFC 3339 or a day; "": the snapshot's own time

	Progress func(JudgingProgress) // told while rules are judged that were not yet; nil: nobody listens
}

// RulesInForce is how many rules judge: the shipped ones and those of the folders, rules about a change among them.
func (j Judging) RulesInForce() (int, error) {
	pack, err := loadRules(j.Rules)
	if err != nil {
		return 0, err
	}
	return len(pack.Rules), nil
}

// load reads the rules, and what the file says beside its evidence: its parameters, below those of flags, and its
// decisions. Where two files are judged, those of the first one count.
func (j Judging) load(ctx context.Context, f *File) (*rules.Pack, rules.Options, error) {
	asOf, err := parseTime(j.AsOf)
	if err != nil {
		return nil, rules.Options{}, err
	}
	pack, err := loadRules(j.Rules)
	if err != nil {
		return nil, rules.Options{}, err
	}
	options := rules.Options{Parameters: j.Parameters, AsOf: asOf, Progress: j.Progress}
	if options.File, err = f.parameters(ctx); err != nil {
		return nil, rules.Options{}, err
	}
	if options.Decisions, err = f.store.Decisions(ctx); err != nil {
		return nil, rules.Options{}, err
	}
	return pack, options, nil
}

// loadRules reads the shipped rules and those of folders.
func loadRules(dirs []string) (*rules.Pack, error) {
	for _, dir := range dirs {
		if err := checkFolder(dir); err != nil {
			return nil, err
		}
	}
	return rules.Load(dirs...)
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return Usage(dir+": "+plainCause(errors.Unwrap(err)), "--rules names a folder of .sql files")
	case !info.IsDir():
		return Usage(dir+" is no folder", "--rules names a folder of .sql files")
	}
	return nil
}

func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, Usage(fmt.Sprintf("%q is no time", text), "write 2026-11-21 or 2026-11-21T09:30:00Z")
}

// Filter narrows findings and what is counted of them, never verdicts. Empty lists let all pass.
type Filter struct {
	Severities []string
	Rules      []string // globs over rule ids
	Products   []string
}

// Products are the words that --product takes.
func Products() []string {
	return []string{"jira", "confluence", "organisation", "datacenter", "grant"}
}

// SeverityNames are the severities, worst first.
func SeverityNames() []string {
	var names []string
	for _, s := range rules.Severities() {
		names = append(names, string(s))
	}
	return names
}

// check refuses words that can match nothing, with the nearest that can.
func (f *Filter) check(pack *rules.Pack) error {
	f.Severities, f.Products = commas(f.Severities), commas(f.Products)
	for _, s := range f.Severities {
		if err := CheckSeverity(s); err != nil {
			return err
		}
	}
	for _, p := range f.Products {
		if !slices.Contains(Products(), p) {
			return Unknown("product", p, Products(), "there are "+strings.Join(Products(), ", "))
		}
	}
	var ids []string
	for _, r := range pack.Rules {
		ids = append(ids, r.ID)
	}
	for _, glob := range f.Rules {
		matches := func(id string) bool { return match(glob, id) }
		if _, err := path.Match(glob, ""); err != nil {
			return Usage(fmt.Sprintf("%q is no pattern", glob), "* stands for any letters: --rule 'CONF-*'")
		}
		if !slices.ContainsFunc(ids, matches) {
			return Unknown("rule", glob, ids, "plumbline rules list")
		}
	}
	return nil
}

// CheckSeverity refuses a word that is no severity.
func CheckSeverity(s string) error {
	if Severity(s).Rank() < 0 {
		return Unknown("severity", s, SeverityNames(), "there are "+strings.Join(SeverityNames(), ", "))
	}
	return nil
}

func match(glob, id string) bool {
	ok, _ := path.Match(strings.ToUpper(glob), strings.ToUpper(id))
	return ok
}

// commas splits each value at its commas.
func commas(values []string) []string {
	var all []string
	for _, v := range values {
		for _, part := range strings.Split(v, ",") {
			if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

func (f Filter) passes(severity Severity, rule, product string) bool {
	return (len(f.Severities) == 0 || slices.Contains(f.Severities, string(severity))) &&
		(len(f.Products) == 0 || slices.Contains(f.Products, product)) &&
		(len(f.Rules) == 0 || slices.ContainsFunc(f.Rules, func(glob string) bool { return match(glob, rule) }))
}

func (f Filter) finding(x Finding) bool { return f.passes(x.Severity, x.Rule, x.Product) }

// Alarm says when findings are to end a command with FailOn.
type Alarm struct {
	Severity string // this bad or worse; "": none
	New      bool   // only what is new since the snapshot before counts
}

// Asked reports whether there is anything to look for.
func (a Alarm) Asked() bool { return a.Severity != "" || a.New }

// rings says whether a finding is one to end with. One whose risk is accepted is not: somebody answers for it until a
// day; after that day it rings again.
func (a Alarm) rings(x Finding, isNew bool) bool {
	if !a.Asked() || a.New && !isNew || x.Accepted() {
		return false
	}
	return a.Severity == "" || x.Severity.Rank() <= Severity(a.Severity).Rank()
}
