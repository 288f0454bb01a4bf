package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/store"
)

// world is what a rule is judged on: one snapshot's relations and what is known about them.
type world struct {
	site      store.Site
	vantage   store.Vantage
	now       time.Time
	coverage  map[string]store.Coverage
	relations *store.Relations
	redacted  *redaction // what of the snapshot is, nil where nothing
}

// cover is what came of a resource; one that nobody speaks of was not collected.
func (w *world) cover(resource string) store.Coverage {
	if c, ok := w.coverage[resource]; ok {
		return c
	}
	return store.Coverage{Resource: resource, Outcome: store.Unavailable, Reason: "it was never collected", Lists: "seen"}
}

// timeText is the form of times in relations and for :now.
const timeText = "2006-01-02T15:04:05.000Z"

// judging is one rule being judged on one world.
type judging struct {
	rule   *Rule
	world  *world
	args   map[string]any // every parameter and now
	limits store.Limits
	proven bool // what the rule reads is known to be declared

	between *between // of a drift rule, whose world is that of after
}

// judged is one rule's result on one world.
type judged struct {
	Verdict  RuleVerdict `json:"verdict"`
	Findings []Finding   `json:"-"`       // in the order of sortFindings
	Shown    bool        `json:"shown"`   // of a pass: its only reservation is a list of what an administrator may see
	Ran      bool        `json:"ran"`     // nothing kept the SELECT from being asked: what it did not find can be compared
	Unknown  []unjudged  `json:"unknown"` // what the rule says it could not judge
}

// unjudged is a row of a rule's unknown: the reason, and the keys of the objects where the rule names them; without
// keys it may mean any.
type unjudged struct {
	Words string   `json:"words"`
	Keys  []string `json:"keys"`
}

// judge gives the rule's result. It fails only where the context ends; what is wrong with the rule is the verdict Error.
func (j *judging) judge(ctx context.Context) (*judged, error) {
	r := j.rule
	result := &judged{Findings: []Finding{}, Verdict: j.verdict()}
	v := &result.Verdict
	err := j.decide(ctx, result)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("judging %s: %w", r.ID, ctx.Err())
	}
	if err != nil {
		v.Verdict, v.Partial, v.Reason = Error, false, err.Error()
		result.Findings, result.Ran = []Finding{}, false
	}
	sortFindings(result.Findings)
	v.Findings = len(result.Findings)
	return result, nil
}

// verdict is one that is still to be reached: the rule, and what came of the resources it reads.
func (j *judging) verdict() RuleVerdict {
	r := j.rule
	v := RuleVerdict{Rule: r.ID, Title: r.Title, Severity: r.Severity, Product: r.Product(), Kind: r.Kind, Needs: []Need{}}
	alone := r.alone(j.world.site.Kind)
	for _, name := range r.Reads() {
		if of := siteProduct(name); alone == "" || of == "" || of == alone {
			need := Need{name, store.Complete}
			for _, side := range j.sides() { // after's word, unless before alone was not whole
				if outcome := side.cover(name).Outcome; outcome != store.Complete {
					need.Outcome = outcome
				}
			}
			v.Needs = append(v.Needs, need)
		}
	}
	return v
}

// decide fills in verdict, partial, reason and findings; an error means the verdict Error.
func (j *judging) decide(ctx context.Context, result *judged) (err error) {
	r, v := j.rule, &result.Verdict
	if v.Reason = j.outOfPlace(); v.Reason != "" {
		v.Verdict = NotApplicable
		return nil
	}
	if err := proveDeclared(r); err != nil {
		return err
	}
	missing, incomplete := j.needs()
	if len(missing) > 0 {
		v.Verdict, v.Reason = NotEvaluated, strings.Join(missing, "; ")
		return nil
	}
	if d := j.world.redacted; d != nil {
		if column := d.barsRule(r); column != "" {
			v.Verdict, v.Reason = NotEvaluated, "redacted: it reads the text of "+column
			return nil
		}
	}
	if !j.proven {
		if err := proveNeeds(ctx, r, j.world.relations); err != nil {
			return err
		}
	}
	guarded, err := j.reasons(ctx, "guard", r.Guard)
	if err != nil {
		return err
	}
	if len(guarded) > 0 {
		v.Verdict, v.Reason = NotEvaluated, sentence(guarded)
		return nil
	}
	if result.Unknown, err = j.reasons(ctx, "unknown", r.Unknown); err != nil {
		return err
	}
	if result.Findings, err = j.findings(ctx, len(incomplete) > 0); err != nil {
		return err
	}
	result.Ran = true
	open := incomplete
	if r.Kind == Drift {
		var left []string
		result.Findings, left = j.prove(result.Findings)
		open = append(open, left...)
	}
	if len(result.Unknown) > 0 {
		open = append(open, sentence(result.Unknown))
	}
	return j.conclude(ctx, result, open)
}

// unasked reports whether the verdict is there without asking the rule anything: what decide settles without relations.
func (j *judging) unasked() bool {
	missing, _ := j.needs()
	return len(missing) > 0 || j.outOfPlace() != ""
}

// conclude gives the verdict once the SELECT was asked; open says what keeps it from being the whole truth.
func (j *judging) conclude(ctx context.Context, result *judged, open []string) error {
	v := &result.Verdict
	switch {
	case len(result.Findings) > 0:
		v.Verdict = Fail
		open = append(open, j.silentLegs()...)
	case len(open) > 0:
		v.Verdict, v.Reason = NotEvaluated, strings.Join(open, "; ")
		return nil
	default:
		inScope, words, err := j.scope(ctx)
		if err != nil {
			return err
		}
		if !inScope {
			v.Verdict, v.Reason = NotApplicable, words
			if words == "" { // an empty one proves nothing: it is not complete, or not all is shown
				v.Verdict, v.Reason = NotEvaluated, j.scopeUnknown()
			}
			return nil
		}
		v.Verdict = Pass
		open = j.silentLegs()
		if slices.ContainsFunc(j.sides(), (*judging).onlySeen) {
			result.Shown = len(open) == 0 && !slices.ContainsFunc(j.sides(), (*judging).mayHide)
			open = append(open, "of what "+viewer(j.world.vantage)+" may see")
		}
	}
	v.Partial, v.Reason = len(open) > 0, strings.Join(open, "; ")
	return nil
}

// outOfPlace says why the rule does not apply to the site at all: another edition, a product that is not there, or
// nothing that it needs. "" if it may apply.
func (j *judging) outOfPlace() string {
	if j.between != nil {
		return j.driftOutOfPlace()
	}
	w := j.world
	var fitting, absent []string
	for _, p := range j.rule.Products {
		product, edition, _ := strings.Cut(p, "-")
		if (edition == "cloud" || product == "org") && w.site.Kind == "dc" || edition == "dc" && w.site.Kind != "dc" {
			continue
		}
		fitting = append(fitting, p)
		if c := w.cover(product + "_instance"); edition != "" && lacks(c) {
			absent = append(absent, describe(c))
		}
	}
	switch {
	case len(fitting) == 0 && w.site.Kind == "dc":
		return "not for a Data Center installation"
	case len(fitting) == 0:
		return "not for a Cloud site"
	case len(absent) == len(fitting):
		return strings.Join(absent, "; ")
	}
	var lacking []string
	needs := slices.Concat(j.rule.Needs, j.rule.NeedsAll)
	for _, name := range needs {
		if c := j.cover(name); lacks(c) {
			lacking = append(lacking, describe(c))
		}
	}
	if len(lacking) == len(needs) {
		return strings.Join(lacking, "; ")
	}
	return ""
}

// needs sorts what is not complete: missing keeps the rule from being judged, incomplete lets its rows stand. What was
// refused of one product, or of one model of space permissions, keeps the other from nothing.
func (j *judging) needs() (missing, incomplete []string) {
	if j.between != nil {
		return j.driftNeeds()
	}
	for _, name := range j.rule.Reads() {
		c := j.cover(name)
		all := slices.Contains(j.rule.NeedsAll, name)
		switch {
		case !all && !slices.Contains(j.rule.Needs, name), c.Outcome == store.Complete, lacks(c):
		case c.Outcome == store.Partial && !all, !all && (j.otherRead(name) || j.otherModelRead(name)):
			incomplete = append(incomplete, describe(c))
		default:
			missing = append(missing, describe(c))
		}
	}
	return missing, incomplete
}

// silentLegs names the optional resources that said nothing or not all, for other causes than that the site lacks them.
func (j *judging) silentLegs() []string {
	if j.between != nil {
		return j.driftSilentLegs()
	}
	var silent []string
	for _, name := range j.rule.Optional {
		if c := j.cover(name); c.Outcome != store.Complete && !lacks(c) {
			silent = append(silent, "without "+describe(c))
		}
	}
	return silent
}

// onlySeen reports whether a need lists only what the account may see.
func (j *judging) onlySeen() bool {
	return slices.ContainsFunc(slices.Concat(j.rule.Needs, j.rule.NeedsAll), func(name string) bool {
		c := j.cover(name)
		return c.Outcome == store.Complete && c.Lists == "seen"
	})
}

// mayHide reports whether one of those needs is of a product that the account does not administer.
func (j *judging) mayHide() bool {
	return slices.ContainsFunc(slices.Concat(j.rule.Needs, j.rule.NeedsAll), j.hides)
}

// hides reports whether a resource, read whole, may still hold what the account does not see: its absence proves nothing.
func (j *judging) hides(name string) bool {
	c := j.cover(name)
	return c.Outcome == store.Complete && c.Lists == "seen" && !j.administers(name)
}

// scope reports whether a resource of the rule's objects has a row. If none has, words say so, unless one was not read
// whole or lists only what the account may see.
func (j *judging) scope(ctx context.Context) (inScope bool, words string, err error) {
	complete := true
	for _, name := range j.rule.Objects {
		for _, table := range j.tables(name) {
			rows, err := j.world.relations.Select(ctx, `SELECT 1 FROM "`+table+`" LIMIT 1`, nil, j.limits)
			if err != nil {
				return false, "", j.failed("object", table, err)
			}
			if len(rows.Values) > 0 {
				return true, "", nil
			}
		}
		for _, side := range j.sides() {
			c := side.cover(name)
			complete = complete && (c.Outcome == store.Complete && !side.hides(name) || lacks(c))
		}
	}
	if !complete {
		return false, "", nil
	}
	return false, "nothing in scope: no " + strings.Join(j.rule.Objects, ", no "), nil
}

func (j *judging) scopeUnknown() string {
	var open []string
	for _, name := range j.rule.Objects {
		switch c := j.cover(name); {
		case j.hides(name):
			open = append(open, "no "+name+" of what "+viewer(j.world.vantage)+" may see")
		case c.Outcome != store.Complete && !lacks(c):
			open = append(open, describe(c))
		}
	}
	return strings.Join(open, "; ")
}

// reasons runs guard or unknown and gives its rows, each once, in order: the words of the first column, and the key
// where there is a column of that name.
func (j *judging) reasons(ctx context.Context, part, sql string) ([]unjudged, error) {
	if sql == "" {
		return nil, nil
	}
	rows, err := j.ask(ctx, part, sql)
	if err != nil {
		return nil, err
	}
	keyed := slices.Index(rows.Columns, "key")
	var list []unjudged
	for _, row := range rows.Values {
		var u unjudged
		if u.Words, _ = row[0].(string); u.Words == "" {
			u.Words = "its " + part + " holds"
		}
		if keyed > 0 {
			u.Keys = keyList(row[keyed])
		}
		if i := slices.IndexFunc(list, func(v unjudged) bool { return v.Words == u.Words }); i < 0 {
			list = append(list, u)
		} else if len(list[i].Keys) > 0 && len(u.Keys) > 0 {
			list[i].Keys = append(list[i].Keys, u.Keys...)
		} else {
			list[i].Keys = nil // one of the rows names nothing: it may mean any
		}
	}
	return list, nil
}

// keyList reads a key, or a JSON array of keys, as unknown gives them; nil for none.
func keyList(value any) []string {
	text, _ := value.(string)
	var list []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &list) == nil {
		return slices.DeleteFunc(list, func(k string) bool { return k == "" })
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// sentence joins the different words of rows, naming at most three.
func sentence(rows []unjudged) string {
	const most = 3
	var words []string
	for _, u := range rows {
		if !slices.Contains(words, u.Words) {
			words = append(words, u.Words)
		}
		if len(words) > most {
			return strings.Join(words[:most], "; ") + "; and more"
		}
	}
	return strings.Join(words, "; ")
}

// ask runs one SELECT of the rule with what it binds.
func (j *judging) ask(ctx context.Context, part, sql string) (*store.Rows, error) {
	args := map[string]any{}
	names, _ := placeholders(sql)
	for _, n := range names {
		args[n] = bound(j.args[n])
	}
	rows, err := j.world.relations.Select(ctx, sql, args, j.limits)
	if err != nil {
		return nil, j.failed(part, sql, err)
	}
	return rows, nil
}

// failed puts the rule's file, the line where it can be told, and a nearer name beside SQLite's words.
func (j *judging) failed(part, sql string, err error) error {
	return sqlFailure(j.rule, part, sql, err, nil)
}

// columns are those of a rule's SELECT; the others are allowed but not needed.
var columns = []string{"key", "aspect", "subject", "detail"}
var moreColumns = []string{"resource", "severity", "evidence"}

// findings runs the rule's SELECT and checks every row.
func (j *judging) findings(ctx context.Context, partial bool) ([]Finding, error) {
	r := j.rule
	rows, err := j.ask(ctx, "", r.SQL)
	if err != nil {
		return nil, err
	}
	at, err := columnsOf(r, rows.Columns)
	if err != nil {
		return nil, err
	}
	text := func(row []any, column string) string {
		i, ok := at[column]
		if !ok || row[i] == nil {
			return ""
		}
		if b, ok := row[i].([]byte); ok {
			return string(b)
		}
		return fmt.Sprint(row[i])
	}
	wrong := func(row []any, format string, args ...any) error {
		return errorAt(r.File, r.Line, "the row of key %q: %w", shown(text(row, "key")), fmt.Errorf(format, args...))
	}
	findings := make([]Finding, 0, len(rows.Values))
	seen := make(map[[3]string]bool, len(rows.Values))
	for _, row := range rows.Values {
		f := Finding{
			Rule: r.ID, Title: r.Title, Severity: r.Severity, Category: r.Category,
			Resource: r.Objects[0], Key: text(row, "key"), Aspect: text(row, "aspect"),
			Subject: text(row, "subject"), Detail: text(row, "detail"), Partial: partial,
		}
		if f.Key == "" {
			return nil, errorAt(r.File, r.Line, "a row has no key")
		}
		if row[at["aspect"]] == nil {
			return nil, wrong(row, "its aspect is NULL; '' means none")
		}
		if f.Subject == "" {
			f.Subject = shown(f.Key)
		}
		if _, given := at["resource"]; given {
			if f.Resource = text(row, "resource"); !slices.Contains(r.Objects, f.Resource) {
				return nil, wrong(row, "its resource %q is not among object: %s", f.Resource, joinWords(r.Objects))
			}
		}
		f.Product = r.productOf(f.Resource)
		if s := text(row, "severity"); s != "" {
			if f.Severity = Severity(s); f.Severity.Rank() < 0 {
				return nil, wrong(row, "its severity %q is none of %s", s, joinWords(Severities()))
			}
			if f.Severity.Rank() < r.Worst.Rank() { // where the rule cannot look, the score reckons with the worst it may find
				return nil, wrong(row, "its severity %q stands nowhere in the SELECT: write it as '%s'", s, s)
			}
		}
		if f.Evidence, err = evidence(text(row, "evidence"), Ref{f.Resource, f.Key}); err != nil {
			return nil, wrong(row, "its evidence: %w", err)
		}
		id := [3]string{f.Resource, f.Key, f.Aspect}
		if seen[id] {
			return nil, wrong(row, "key and aspect %q come twice", shown(f.Aspect))
		}
		seen[id] = true
		f.ID = FindingID(j.world.site.SiteID(), r.Identity(), f.Resource, f.Key, f.Aspect)
		findings = append(findings, f)
	}
	return findings, nil
}
