package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/tools/txtar"

	"plumbline/store"
)

// The cases of a rule lie beside it in <RULE-ID>.txtar; testdata/example shows a rule with all it needs. The file is a
// txtar archive: words on top for the reader, then sections.
//
//	-- all/jira_user --                objects that every case is given
//	-- all dc/jira_user --             those that cases of Data Center are given instead, where a file has such
//	-- a deactivated person --         a case: its settings and what is expected
//	-- a deactivated person/jira_user --   objects of this case; one with a key of all's replaces it
//
// Objects: the key, then the body as the collector would store it, in JSON of one line or several. A key of one part
// stands bare or quoted, one of several parts as a JSON array. "- KEY" takes an object of all away; # begins a comment.
//
//	u1 {"accountId": "u1", "accountType": "atlassian", "active": false}
//	["10", "user", "u1", "create", "page"] {"operation": {"key": "create"}}
//	- u2
//
// Settings, one a line, "key: value", # begins a comment:
//
//	kind: fail               fail, clean, denied, partial, near_miss or absent (a body without a member the rule reads: it
//	                         is unknown; where a rule is meant to find it all the same, a case of this kind shows that)
//	now: 2026-11-21T09:00:00Z      what :now is; this is the default
//	param: NAME=VALUE              repeatable
//	site: cloud                    or dc
//	account: u9                    the vantage's account id
//	permissions: ADMINISTER, confluence:administer     the vantage's global permissions; also scopes:, groups:
//	coverage: RESOURCE OUTCOME [STATUS] [words]        a resource not named is complete and lists all
//	part: RESOURCE KEY OUTCOME [STATUS] [words]        a parent's part that is not complete; KEY bare or a JSON array
//	missing: RESOURCE words                            the scope or permission that would have opened it
//	seen: RESOURCE, RESOURCE                           these list only what the account may see
//	want: fail [partial]                               the verdict
//	reason: words                                      that the verdict's reason holds; repeatable
//	finding: {"key": "u1", "subject": "Mira Holm", "detail": "is deactivated"}    repeatable
//
// A drift rule's case is two worlds. Objects of all/jira_user and CASE/jira_user are in both; those of CASE/before_jira_user
// and CASE/after_jira_user (all/before_jira_user ...) in one. coverage, part, missing and seen take such names too, and so
// do the settings before_account, after_permissions ...: without a side they mean both.
//
//	before: 2026-08-21T09:00:00Z   what :before is; this is the default
//
// Exactly the findings listed are expected. Of a finding key is required (text, or an array of its parts) and aspect
// is "" unless given (text or array too); resource, subject, detail, severity, partial and evidence
// ([["jira_user", "u1"], ["jira_role_actor", "10", "r", "user", "u1"]]) are compared where given.
// Reference data are given like objects: a case sees no others than its own.
// A resource that is denied, failed, skipped or unavailable should be given no objects.

// caseKinds are the kinds a case may declare.
var caseKinds = []string{"fail", "clean", "denied", "partial", "near_miss", "absent"}

// caseNow is what :now is in a case that does not say.
var caseNow = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// caseBefore is what :before is in a case that does not say.
var caseBefore = caseNow.AddDate(0, -3, 0)

// Case is one world and what a rule must say of it; of a drift rule it is the world after.
type Case struct {
	Rule    string
	Name    string
	File    string
	Line    int // of the section; 0 if not found
	Kind    string
	Now     time.Time
	Params  []string // NAME=VALUE
	Site    string   // cloud or dc
	Vantage store.Vantage
	Objects []store.Object
	Covered []store.Coverage
	Want    Verdict
	Partial bool
	Reasons []string
	Finding []wantFinding
	Before  *Case // the world before, of a drift rule; its Now is :before
}

// sides are the worlds that something is said of: those of a name with the prefix of a side, else all.
func (c *Case) sides(name string) (bare string, sides []*Case) {
	if c.Before == nil {
		return name, []*Case{c}
	}
	for y, side := range []*Case{c.Before, c} {
		if rest, ok := strings.CutPrefix(name, store.Sides[y]); ok {
			return rest, []*Case{side}
		}
	}
	return name, []*Case{c.Before, c}
}

// wantFinding is a finding expected; a nil member is not compared.
type wantFinding struct {
	Key      keyText    `json:"key"`
	Aspect   keyText    `json:"aspect"`
	Resource *string    `json:"resource"`
	Subject  *string    `json:"subject"`
	Detail   *string    `json:"detail"`
	Severity *Severity  `json:"severity"`
	Partial  *bool      `json:"partial"`
	Evidence [][]string `json:"evidence"`
}

// keyText is a key written as one text or as an array of its parts.
type keyText string

func (k *keyText) UnmarshalJSON(text []byte) error {
	var parts []string
	if err := json.Unmarshal(text, &parts); err == nil {
		*k = keyText(store.Key(parts...))
		return nil
	}
	var one string
	if err := json.Unmarshal(text, &one); err != nil {
		return fmt.Errorf("a key is a text or an array of texts, not %s", text)
	}
	*k = keyText(one)
	return nil
}

// Cases reads the cases of a rule, in the order of the file. No file is no cases.
func (p *Pack) Cases(rule string) ([]Case, error) {
	f, ok := p.cases[rule]
	if !ok {
		return nil, nil
	}
	r := p.Rule(rule)
	return parseCases(rule, f.file, f.text, r != nil && r.Kind == Drift)
}

// parseCases reads one txtar file, of a drift rule or not; all that is wrong is reported at once.
func parseCases(rule, file string, text []byte, drift bool) ([]Case, error) {
	archive := txtar.Parse(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	var cases []Case
	var errs []error
	all := map[string][]txtar.File{} // object sections by case name
	for _, s := range archive.Files {
		name, resource, objects := strings.Cut(s.Name, "/")
		if objects {
			s.Name = resource
			all[name] = append(all[name], s)
			continue
		}
		at := max(1, sectionLine(text, s.Name))
		if slices.ContainsFunc(cases, func(c Case) bool { return c.Name == name }) || name == "all" || name == "all dc" {
			errs = append(errs, errorAt(file, at, "case %q is there twice or has a name of its own meaning", name))
			continue
		}
		c := Case{Rule: rule, Name: name, File: file, Line: at, Site: "cloud",
			Now: caseNow}
		if drift {
			c.Before = &Case{Rule: rule, Name: name, Now: caseBefore}
		}
		if err := c.settings(file, at+1, string(s.Data)); err != nil {
			errs = append(errs, err)
		}
		cases = append(cases, c)
	}
	for i := range cases {
		c := &cases[i]
		given := all["all"]
		if c.Site == "dc" && all["all dc"] != nil {
			given = all["all dc"]
		}
		for _, s := range append(slices.Clone(given), all[c.Name]...) {
			resource, sides := c.sides(s.Name)
			for _, side := range sides {
				if err := side.objects(resource, s.Data); err != nil {
					errs = append(errs, errorAt(file, c.Line, "case %q, %s: %w", c.Name, s.Name, err))
				}
			}
		}
	}
	for name := range all {
		if name != "all" && name != "all dc" && !slices.ContainsFunc(cases, func(c Case) bool { return c.Name == name }) {
			errs = append(errs, fmt.Errorf("%s: objects of a case %q that is not there", file, name))
		}
	}
	return cases, errors.Join(errs...)
}

// sectionLine is the line of "-- name --" in a txtar file, 0 if none.
func sectionLine(text []byte, name string) int {
	for i, line := range strings.Split(string(text), "\n") {
		inner, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if inner, closed := strings.CutSuffix(inner, " --"); ok && closed && strings.TrimSpace(inner) == name {
			return i + 1
		}
	}
	return 0
}

// settings reads the lines of a case's own section, the first of which is at the line given.
func (c *Case) settings(file string, first int, text string) error {
	var errs []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			errs = append(errs, errorAt(file, first+i, "%q is not key: value", line))
			continue
		}
		if err := c.set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			errs = append(errs, errorAt(file, first+i, "%s: %w", key, err))
		}
	}
	if c.Want == "" {
		errs = append(errs, errorAt(file, first-1, "case %q wants no verdict", c.Name))
	}
	if c.Kind == "" {
		errs = append(errs, errorAt(file, first-1, "case %q has no kind: %s", c.Name, joinWords(caseKinds)))
	}
	return errors.Join(errs...)
}

func (c *Case) set(key, value string) (err error) {
	if bare, sides := c.sides(key); slices.Contains([]string{"account", "permissions", "scopes", "groups"}, bare) {
		for _, side := range sides {
			err = side.see(bare, value)
		}
		return err
	}
	switch key {
	case "kind":
		if c.Kind = value; !slices.Contains(caseKinds, value) {
			return fmt.Errorf("%q is none of %s", value, joinWords(caseKinds))
		}
	case "now":
		c.Now, err = time.Parse(time.RFC3339, value)
	case "before":
		if c.Before == nil {
			return errors.New("only a drift rule is told of before")
		}
		c.Before.Now, err = time.Parse(time.RFC3339, value)
	case "param":
		c.Params = append(c.Params, value)
	case "site":
		if c.Site = value; value != "cloud" && value != "dc" {
			return fmt.Errorf("%q is neither cloud nor dc", value)
		}
	case "coverage", "part", "missing":
		resource, rest, _ := strings.Cut(value, " ")
		resource, sides := c.sides(resource)
		for _, side := range sides {
			if err := side.cover(key, resource, rest); err != nil {
				return err
			}
		}
	case "seen":
		list, err := sortedList(value)
		for _, name := range list {
			resource, sides := c.sides(name)
			for _, side := range sides {
				side.coverage(resource).Lists = "seen"
			}
		}
		return err
	case "want":
		verdict, partial, _ := strings.Cut(value, " ")
		c.Want, c.Partial = Verdict(verdict), strings.TrimSpace(partial) == "partial"
		if !slices.Contains([]Verdict{Fail, Pass, NotEvaluated, NotApplicable, Error}, c.Want) || partial != "" && !c.Partial {
			return fmt.Errorf("%q is no verdict", value)
		}
	case "reason":
		c.Reasons = append(c.Reasons, value)
	case "finding":
		var f wantFinding
		d := json.NewDecoder(strings.NewReader(value))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			return err
		}
		if f.Key == "" {
			return errors.New("no key")
		}
		c.Finding = append(c.Finding, f)
	default:
		return fmt.Errorf("unknown setting%s", didYouMean(key, []string{"kind", "now", "before", "param", "site", "account", "permissions",
			"scopes", "groups", "coverage", "part", "missing", "seen", "want", "reason", "finding"}))
	}
	return err
}

// see sets what the vantage is made of.
func (c *Case) see(key, value string) (err error) {
	switch key {
	case "account":
		c.Vantage.Account = value
	case "permissions":
		c.Vantage.Permissions, err = sortedList(value)
	case "scopes":
		c.Vantage.Scopes, err = sortedList(value)
	case "groups":
		c.Vantage.Groups, err = sortedList(value)
	}
	return err
}

func sortedList(value string) ([]string, error) {
	list, err := listOf(value, func(string) error { return nil })
	slices.Sort(list)
	return list, err
}

// coverage is the case's coverage of a resource, complete and listing all if not said otherwise before.
func (c *Case) coverage(resource string) *store.Coverage {
	for i := range c.Covered {
		if c.Covered[i].Resource == resource {
			return &c.Covered[i]
		}
	}
	c.Covered = append(c.Covered, store.Coverage{Resource: resource, Outcome: store.Complete, Lists: "all", Revision: 1})
	return &c.Covered[len(c.Covered)-1]
}

// cover reads "OUTCOME [STATUS] [words]" of a resource, with a key before the outcome for a part.
func (c *Case) cover(key, resource, rest string) error {
	cov := c.coverage(resource)
	rest = strings.TrimSpace(rest)
	if key == "missing" {
		cov.Missing = append(cov.Missing, rest)
		return nil
	}
	var part store.Part
	if key == "part" {
		var err error
		if part.Parent, rest, err = leadingKey(rest); err != nil {
			return err
		}
		rest = strings.TrimSpace(rest)
	}
	word, words, _ := strings.Cut(rest, " ")
	outcome := store.Outcome(word)
	if !slices.Contains([]store.Outcome{store.Complete, store.Partial, store.Denied, store.Unavailable, store.Failed, store.Skipped}, outcome) {
		return fmt.Errorf("%q is no outcome", word)
	}
	status := 0
	if first, after, _ := strings.Cut(strings.TrimSpace(words), " "); first != "" {
		if n, err := strconv.Atoi(first); err == nil {
			status, words = n, after
		}
	}
	if words = strings.TrimSpace(words); key == "part" {
		part.Outcome, part.HTTPStatus, part.Reason = outcome, status, words
		cov.Parts = append(cov.Parts, part)
		if cov.Outcome == store.Complete {
			cov.Outcome = store.Partial
		}
		return nil
	}
	cov.Outcome, cov.HTTPStatus, cov.Reason = outcome, status, words
	if words == "no endpoint is documented" { // as the collector says of what it has no literal for
		cov.Revision = 0
	}
	return nil
}

// leadingKey reads a key from the front of a text: a word, a JSON text, or a JSON array of its parts.
func leadingKey(text string) (key, rest string, err error) {
	if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, " \t\n{")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:], nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	var k keyText
	if err := d.Decode(&k); err != nil {
		return "", "", err
	}
	return string(k), text[d.InputOffset():], nil
}

// objects reads a section of objects into the case.
func (c *Case) objects(resource string, data []byte) error {
	text := string(data)
	for {
		text = strings.TrimLeft(text, " \t\n")
		if text == "" {
			return nil
		}
		if text[0] == '#' {
			_, text, _ = strings.Cut(text, "\n")
			continue
		}
		rest, without := strings.CutPrefix(text, "- ")
		key, rest, err := leadingKey(rest)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(c.Objects, func(o store.Object) bool { return o.Resource == resource && o.Key == key })
		if without {
			if at < 0 {
				return fmt.Errorf("- %s: no such object", key)
			}
			c.Objects = slices.Delete(c.Objects, at, at+1)
			text = rest
			continue
		}
		d := json.NewDecoder(strings.NewReader(rest))
		var raw json.RawMessage
		if err := d.Decode(&raw); errors.Is(err, io.EOF) {
			return fmt.Errorf("%s has no body", key)
		} else if err != nil {
			return fmt.Errorf("the body of %s: %w", key, err)
		}
		body, err := store.Canonical(jsontext.Value(raw))
		if err != nil {
			return fmt.Errorf("the body of %s: %w", key, err)
		}
		o := store.Object{Resource: resource, Key: key, Body: body}
		if at >= 0 {
			c.Objects[at] = o
		} else {
			c.Objects = append(c.Objects, o)
		}
		text = rest[d.InputOffset():]
	}
}
