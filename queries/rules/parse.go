package rules

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A rule file is a comment header and one SELECT:
//
//	-- rev: 1
//	-- title: Inactive Jira user
//	-- severity: low
//	-- category: access security
//	-- products: jira-cloud
//	-- object: jira_user
//	-- needs: jira_user
//	-- param: include_deleted bool = false
//	--   also those that the site shows as deleted
//	-- why: A deactivated person who is still named in groups
//	--   shows that off-boarding stopped half way.
//	-- fix: Remove memberships and grants
//	--   Reassign project lead, filters and dashboards
//	SELECT u.key, '' AS aspect, u.display_name AS subject, 'is deactivated' AS detail
//	FROM jira_user AS u WHERE ...
//
// The header is every line from the top that begins with "--". "-- key: value" begins a value; a line with two or
// more spaces after the dashes goes on with it; a bare "--" is an empty line of it. Lists are separated by commas.
// Values of several lines: those of fix (one step a line), guard, unknown (SELECTs) and param (what it is for) keep
// their lines, the others are joined by a space. The first line that does not begin with "--" ends the header; later
// comments belong to the SQL. Keys, each once but param:
//
//	rev             whole number from 1, raised when the verdict can change
//	replaces        ids the rule had before, newest first
//	kind            state (default) or drift
//	scored          yes (default) or no: the score leaves the rule out, as for an inventory or a note on coverage
//	title severity category products object
//	needs needs-all optional
//	reference       the reference data that it reads: advisory, lifecycle, scope, scope_need
//	guard unknown   one SELECT each; the first column is the reason in words. A further column key of unknown names what
//	                cannot be judged: a key of the finding's object or evidence, or a JSON array of such keys
//	                (json_group_array); NULL where it may be anything. A comparison doubts the findings on those alone
//	param           NAME bool|int|number|text|list = DEFAULT; a list's default is [] or comma separated
//	maps source why fix false-positives
//
// The SELECT gives the columns key, aspect, subject, detail and, if wanted, resource (required with several objects),
// severity, evidence (JSON: [{"resource": ..., "key": ...}]). It may bind :now (a drift rule :before too), the parameters declared and the
// global ones; a list is JSON text: value IN (SELECT value FROM json_each(:name)), for globs
// EXISTS (SELECT 1 FROM json_each(:name) AS p WHERE g.name GLOB p.value). Lint wants a case that notices when a condition
// is left out; a comment "-- lint: words" on the condition's line says why there can be none.

// headerKeys are the keys of a header and whether they may come more than once.
var headerKeys = map[string]bool{
	"rev": false, "replaces": false, "kind": false, "scored": false, "title": false, "severity": false, "category": false,
	"products": false, "object": false, "needs": false, "needs-all": false, "optional": false, "reference": false,
	"guard": false, "unknown": false, "param": true, "maps": false, "source": false, "why": false, "fix": false,
	"false-positives": false, "text-of": false,
}

// keepsLines are the keys whose values keep their line ends.
var keepsLines = map[string]bool{"fix": true, "guard": true, "unknown": true, "param": true}

var (
	headerLine = regexp.MustCompile(`^--[ \t]?([a-z][a-z-]*):(?:[ \t]+(.*))?$`)
	ruleID     = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)
	name       = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	products   = []string{"jira-cloud", "jira-dc", "confluence-cloud", "confluence-dc", "org", "grant"}
)

// errorAt is an error at a line of a file, in the form FILE:LINE: words. What it quotes of a file is cut: a word of a
// hostile one may have megabytes.
func errorAt(file string, line int, format string, args ...any) error {
	const most = 2000
	for i, arg := range args {
		text := fmt.Sprint(arg)
		if len(text) <= most {
			continue
		}
		text = strings.ToValidUTF8(text[:most], "") + "..."
		args[i] = text
		if _, wrapped := arg.(error); wrapped {
			args[i] = errors.New(text)
		}
	}
	return fmt.Errorf("%s:%d: %w", file, line, fmt.Errorf(format, args...))
}

// headerValue is one key of a header with its value and line.
type headerValue struct {
	key, value string
	line       int
}

// Parse reads one rule file. The rule's id is the file's name without .sql. All that is wrong is reported at once,
// each as FILE:LINE: words.
func Parse(file string, text []byte) (*Rule, error) {
	src := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
	r := &Rule{
		ID: strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), ".sql"), File: file,
		Kind: State, Scored: true, Text: src, line: map[string]int{},
	}
	var errs []error
	wrong := func(line int, format string, args ...any) { errs = append(errs, errorAt(file, line, format, args...)) }
	if !ruleID.MatchString(r.ID) {
		wrong(1, "the file's name %q is no rule id: capital letters, digits and dashes, as in JIRA-ACCESS-001", r.ID)
	}

	if at := strings.IndexByte(src, 0); at >= 0 {
		wrong(lineOf(src, at), "the file holds a NUL")
	}
	if !utf8.ValidString(src) {
		wrong(1, "the file is not UTF-8")
	}
	header, rest, line, err := splitHeader(file, src)
	if err != nil {
		errs = append(errs, err)
	}
	for _, h := range header {
		if _, twice := r.line[h.key]; twice && !headerKeys[h.key] {
			wrong(h.line, "%s is given twice", h.key)
			continue
		}
		r.line[h.key] = h.line
		if err := r.set(h); err != nil {
			wrong(h.line, "%s: %w", h.key, err)
		}
	}
	for _, key := range []string{"title", "severity", "products", "object"} {
		if r.line[key] == 0 {
			wrong(1, "the header has no %s", key)
		}
	}
	if len(r.Needs)+len(r.NeedsAll) == 0 {
		wrong(1, "the header has neither needs nor needs-all: a rule says what it rests on")
	}

	r.SQL, r.Line = rest, line
	r.Worst = worstOf(r.Severity, rest)
	if words, at := oneSelect(rest); words != "" {
		wrong(line-1+lineOf(rest, at), "%s", words)
	}
	r.checkPlaceholders(wrong)
	return r, errors.Join(errs...)
}

// splitHeader takes the header apart from the SELECT, which begins at the line returned.
func splitHeader(file, src string) (header []headerValue, rest string, line int, err error) {
	var errs []error
	rest, line = src, 1
	for rest != "" {
		text, after, _ := strings.Cut(rest, "\n")
		text = strings.TrimRight(text, " \t")
		if !strings.HasPrefix(text, "--") {
			break
		}
		m := headerLine.FindStringSubmatch(text)
		more, indented := strings.CutPrefix(text, "--  ")
		switch {
		case m != nil:
			if _, known := headerKeys[m[1]]; !known {
				errs = append(errs, errorAt(file, line, "unknown header key %q%s", m[1], didYouMean(m[1], keysOf(headerKeys))))
			}
			header = append(header, headerValue{m[1], strings.TrimSpace(m[2]), line})
		case len(header) > 0 && (indented || text == "--" || strings.HasPrefix(text, "--\t")):
			h := &header[len(header)-1]
			join := " "
			if keepsLines[h.key] {
				join = "\n"
			}
			h.value = strings.TrimLeft(h.value+join+strings.TrimSpace(strings.TrimPrefix(more, "--")), " \n")
		default:
			errs = append(errs, errorAt(file, line, "%q is no header line: \"-- key: value\", or two spaces after the dashes to go on with a value", text))
		}
		rest, line = after, line+1
	}
	known := header[:0]
	for _, h := range header {
		if _, ok := headerKeys[h.key]; ok {
			h.value = strings.TrimSpace(h.value)
			known = append(known, h)
		}
	}
	for {
		text, after, more := strings.Cut(rest, "\n")
		if !more || strings.TrimSpace(text) != "" {
			return known, rest, line, errors.Join(errs...)
		}
		rest, line = after, line+1
	}
}

// set takes one value of the header into the rule.
func (r *Rule) set(h headerValue) (err error) {
	texts := map[string]*string{
		"title": &r.Title, "category": &r.Category, "source": &r.Source, "why": &r.Why, "fix": &r.Fix,
		"false-positives": &r.FalsePositives, "guard": &r.Guard, "unknown": &r.Unknown,
	}
	if at, ok := texts[h.key]; ok {
		if *at = h.value; h.value == "" && (h.key == "title" || h.key == "category") {
			return errors.New("is empty")
		}
		if h.value != "" && (h.key == "guard" || h.key == "unknown") {
			if words, _ := oneSelect(h.value); words != "" {
				return errors.New(words)
			}
		}
		return nil
	}
	switch h.key {
	case "rev":
		r.Rev, err = strconv.Atoi(h.value)
		if err != nil || r.Rev < 1 {
			return fmt.Errorf("%q is no whole number from 1", h.value)
		}
	case "kind":
		if r.Kind = Kind(h.value); r.Kind != State && r.Kind != Drift {
			return fmt.Errorf("%q is neither state nor drift", h.value)
		}
	case "scored":
		if r.Scored = h.value == "yes"; !r.Scored && h.value != "no" {
			return fmt.Errorf("%q is neither yes nor no", h.value)
		}
	case "severity":
		if r.Severity = Severity(h.value); r.Severity.Rank() < 0 {
			return fmt.Errorf("%q is none of %s", h.value, joinWords(Severities()))
		}
	case "products":
		r.Products, err = listOf(h.value, func(p string) error {
			if !slices.Contains(products, p) {
				return fmt.Errorf("%q is none of %s", p, joinWords(products))
			}
			return nil
		})
	case "replaces":
		r.Replaces, err = listOf(h.value, func(id string) error {
			if !ruleID.MatchString(id) || id == r.ID {
				return fmt.Errorf("%q is no id of an older rule", id)
			}
			return nil
		})
	case "object":
		r.Objects, err = listOf(h.value, isName)
	case "needs":
		r.Needs, err = listOf(h.value, isName)
	case "needs-all":
		r.NeedsAll, err = listOf(h.value, isName)
	case "optional":
		r.Optional, err = listOf(h.value, isName)
	case "text-of":
		r.TextOf, err = listOf(h.value, isName)
	case "reference":
		r.Reference, err = listOf(h.value, isName)
	case "maps":
		r.Maps, err = listOf(h.value, func(m string) error {
			if framework, control, ok := strings.Cut(m, ":"); !ok || framework == "" || control == "" {
				return fmt.Errorf("%q is not FRAMEWORK:CONTROL", m)
			}
			return nil
		})
	case "param":
		p, err := parseParam(h.value)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(r.Params, func(q Param) bool { return q.Name == p.Name }) {
			return fmt.Errorf("%s is declared twice", p.Name)
		}
		r.Params = append(r.Params, p)
	}
	return err
}

// worstOf is the worst severity that a SELECT names in a text literal where it speaks of severity at all, at least the
// rule's own.
func worstOf(worst Severity, sql string) Severity {
	all := tokens(sql)
	if !slices.ContainsFunc(all, func(t token) bool {
		return t.is("severity") || t.kind == quoted && strings.EqualFold(unquoted(t), "severity")
	}) {
		return worst
	}
	for _, t := range all {
		if t.kind != literal {
			continue
		}
		if s := Severity(strings.Trim(t.text, "'")); s.Rank() >= 0 && s.Rank() < worst.Rank() {
			worst = s
		}
	}
	return worst
}

// checkPlaceholders refuses names in the SELECT, guard and unknown that nothing binds.
func (r *Rule) checkPlaceholders(wrong func(line int, format string, args ...any)) {
	known := []string{"now"}
	if r.Kind == Drift {
		known = append(known, "before")
	}
	for _, p := range slices.Concat(GlobalParams(), r.Params) {
		known = append(known, p.Name)
	}
	used := map[string]bool{}
	for _, q := range []struct {
		sql  string
		line int
	}{{r.SQL, r.Line}, {r.Guard, r.line["guard"]}, {r.Unknown, r.line["unknown"]}} {
		names, at := placeholders(q.sql)
		for _, n := range names {
			used[n] = true
			if !slices.Contains(known, n) {
				wrong(q.line-1+lineOf(q.sql, at[n]), "no parameter %q is declared%s", n, didYouMean(n, known))
			}
		}
	}
	for _, p := range r.Params {
		if !used[p.Name] {
			wrong(r.line["param"], "param: %s is never used as :%s", p.Name, p.Name)
		}
	}
}

// listOf splits a list at commas and checks each entry; an empty text is an empty list.
func listOf(text string, check func(string) error) ([]string, error) {
	var list []string
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			if strings.TrimSpace(text) == "" {
				return nil, nil
			}
			return nil, errors.New("an entry of the list is empty")
		}
		if err := check(part); err != nil {
			return nil, err
		}
		if slices.Contains(list, part) {
			return nil, fmt.Errorf("%q is listed twice", part)
		}
		list = append(list, part)
	}
	return list, nil
}

func isName(s string) error {
	if !name.MatchString(s) {
		return fmt.Errorf("%q is no resource name", s)
	}
	return nil
}
