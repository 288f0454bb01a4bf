package window

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"plumbline/app"
)

// ComparisonSummary is the two snapshots of the lens side by side. The findings themselves are
// listed by FindingsPage, the objects by ComparisonObjects.
type ComparisonSummary struct {
	Before         app.Snapshot      `json:"before"`
	After          app.Snapshot      `json:"after"`
	Other          string            `json:"other"` // the other file that before lies in; "" where it is this one
	Pack           string            `json:"pack"`  // of the rules, the same on both sides
	Score          *app.ScoreChange  `json:"score"` // on what was evaluated in both
	FindingsBefore int               `json:"findings_before"`
	FindingsAfter  int               `json:"findings_after"`
	Changes        []ChangeCount     `json:"changes"`  // all four: resolved, persisting, new, not_comparable
	Warnings       []CompareNote     `json:"warnings"` // why findings cannot be compared, most findings first
	Objects        ObjectCounts      `json:"objects"`  // of all resources
	Resources      []ResourceChanges `json:"resources"`
	Coverage       []CoveragePair    `json:"coverage"`
	CoverageGap    int               `json:"coverage_gap"` // resources that are not whole on both sides
	Verdicts       []VerdictChange   `json:"verdicts"`     // rules whose verdict differs, or that say nothing of the difference
	RuleChanges    []app.RuleChange  `json:"rule_changes"` // rules that differ from those that judged a side first here
	Drift          []FindingRow      `json:"drift"`        // findings about the change itself
	DriftRules     []VerdictChange   `json:"drift_rules"`  // rules about the change that could not look at all of it; their verdict is the pair's
}

// ObjectCounts counts objects by what became of them.
type ObjectCounts struct {
	Added         int `json:"added"`
	Removed       int `json:"removed"`
	Changed       int `json:"changed"`
	Equal         int `json:"equal"`
	NotComparable int `json:"not_comparable"` // seen on one side, its absence on the other unproven
}

// ResourceChanges is what became of the objects of one resource.
type ResourceChanges struct {
	Resource   string `json:"resource"`
	Area       string `json:"area"`
	Product    string `json:"product"`
	Comparable bool   `json:"comparable"` // false: an absence on a side proves nothing
	Reason     string `json:"reason"`
	ObjectCounts
}

// CoveragePair is what came of a resource on both sides; "" where a side says nothing of it.
type CoveragePair struct {
	Resource string           `json:"resource"`
	Area     string           `json:"area"`
	Before   *app.CoverageRow `json:"before"`
	After    *app.CoverageRow `json:"after"`
	Changed  bool             `json:"changed"` // the outcome is another
	Gap      bool             `json:"gap"`     // not whole on a side
}

// VerdictChange is a rule's verdict on both sides.
type VerdictChange struct {
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Reason   string `json:"reason"`
	Filter   string `json:"filter"` // lists what became of its findings
}

// Comparison sums up what changed between the two snapshots of the lens. Without a baseline it is
// the error "no-baseline".
func (w *Window) Comparison(lens Lens, token string) (ComparisonSummary, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (ComparisonSummary, error) {
		c, err := v.comparison(ctx)
		if err != nil {
			return ComparisonSummary{}, err
		}
		judged, err := v.judgement(ctx)
		if err != nil {
			return ComparisonSummary{}, err
		}
		p, err := v.pool(ctx)
		if err != nil {
			return ComparisonSummary{}, err
		}
		since := p.since()
		s := ComparisonSummary{
			Before: c.Before, After: c.After, Other: v.lens.Other, Pack: c.Rules.Pack, Score: c.Score, Changes: since.Changes, Warnings: since.Notes,
			Resources: []ResourceChanges{}, Verdicts: verdictChanges(c.Verdicts), RuleChanges: c.RuleChanges, Drift: []FindingRow{}, DriftRules: []VerdictChange{},
		}
		for _, n := range p.severities() {
			s.FindingsBefore += n.Before
			s.FindingsAfter += n.Now
		}
		for i := range c.Drift {
			s.Drift = append(s.Drift, rowOf(&app.ChangedFinding{Finding: c.Drift[i]}))
		}
		for _, pair := range c.Verdicts {
			if pair.Kind == "drift" && pair.Reason != "" && pair.After != "not_applicable" {
				s.DriftRules = append(s.DriftRules, verdictChange(pair))
			}
		}
		for _, r := range c.Resources {
			one := ResourceChanges{Resource: r.Resource, Area: areaOf(r.Resource), Product: app.ProductOf(r.Resource), Comparable: r.Comparable, Reason: r.Reason,
				ObjectCounts: ObjectCounts{r.Added, r.Removed, r.Changed, r.Equal, r.NotComparable}}
			s.Resources = append(s.Resources, one)
			s.Objects.Added += r.Added
			s.Objects.Removed += r.Removed
			s.Objects.Changed += r.Changed
			s.Objects.Equal += r.Equal
			s.Objects.NotComparable += r.NotComparable
		}
		s.Coverage, err = v.coveragePairs(ctx, c, judged)
		for _, pair := range s.Coverage {
			if pair.Gap {
				s.CoverageGap++
			}
		}
		return s, err
	})
}

func areaOf(resource string) string {
	for _, a := range app.Areas() {
		if slices.Contains(a.Resources, resource) {
			return a.Name
		}
	}
	return ""
}

func verdictChanges(pairs []app.VerdictPair) []VerdictChange {
	out := []VerdictChange{}
	for _, pair := range pairs {
		silent := pair.After == "not_evaluated" || pair.After == "error" || pair.Before == "not_evaluated" || pair.Before == "error"
		if pair.Kind == "drift" || pair.Before == pair.After && !silent {
			continue
		}
		out = append(out, verdictChange(pair))
	}
	return out
}

func verdictChange(pair app.VerdictPair) VerdictChange {
	return VerdictChange{Rule: pair.Rule, Title: pair.Title, Severity: string(pair.Severity), Before: string(pair.Before), After: string(pair.After), Reason: pair.Reason,
		Filter: filter{}.only("rule", pair.Rule).only("since", "new").toggle("since", "resolved").toggle("since", "persisting").toggle("since", "not_comparable").String()}
}

// coveragePairs sets what came of each resource side by side; what neither side has is left out.
func (v *view) coveragePairs(ctx context.Context, c *app.Comparison, judged *app.Findings) ([]CoveragePair, error) {
	after, err := v.CoverageJudged(ctx, reference(c.After.ID), judged.Verdicts)
	if err != nil {
		return nil, err
	}
	from := v.File
	if v.lens.Other != "" {
		if from, err = app.Open(ctx, v.lens.Other); err != nil {
			return nil, err
		}
		defer from.Close()
	}
	before, err := from.CoverageJudged(ctx, reference(c.Before.ID), nil)
	if err != nil {
		return nil, err
	}
	pairs := []CoveragePair{}
	for i := range after.Resources {
		pair := CoveragePair{Resource: after.Resources[i].Resource, After: &after.Resources[i], Area: areaOf(after.Resources[i].Resource)}
		for j := range before.Resources {
			if before.Resources[j].Resource == pair.Resource {
				pair.Before = &before.Resources[j]
			}
		}
		if pair.Before == nil || pair.After.Outcome == "unavailable" && pair.Before.Outcome == "unavailable" {
			continue
		}
		pair.Changed, pair.Gap = pair.Before.Outcome != pair.After.Outcome, pair.Before.Gap() || pair.After.Gap()
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// ComparisonObjectsRequest asks for objects that differ.
type ComparisonObjectsRequest struct {
	Resource string `json:"resource"` // "" is all
	Change   string `json:"change"`   // added, removed, changed, not_comparable; "" is all
	Filter   string `json:"filter"`   // text in the name, key or changed members
	Offset   int    `json:"offset"`
	Limit    int    `json:"limit"` // 0: 200, 1000 at most
}

// ComparisonObjectsPage is some of the objects that differ, by resource and key.
type ComparisonObjectsPage struct {
	Rows   []ObjectRow  `json:"rows"`
	Total  int          `json:"total"`
	Counts ObjectCounts `json:"counts"` // by change, of the resource and text asked for; equal is 0: those are not listed
}

// ObjectRow is an object that differs.
type ObjectRow struct {
	Resource string          `json:"resource"`
	Key      string          `json:"key"`
	Object   string          `json:"object"` // the key as people read it
	Name     string          `json:"name"`
	Says     []Member        `json:"says"` // on a page, what a part of something says that has no name of its own
	Change   string          `json:"change"`
	Fields   []string        `json:"fields"` // members of a changed one
	Caused   []CausedFinding `json:"caused"` // findings that came or went by it, worst first
}

// CausedFinding is a finding that came or went by a change.
type CausedFinding struct {
	ID       string `json:"id"`
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Change   string `json:"change"` // new, resolved
	Subject  string `json:"subject"`
	Detail   string `json:"detail"`
}

// differing are the objects that differ, without their values, and what they caused.
type differing struct {
	rows []ObjectRow
	text []string        // what a search looks in, in lower case
	at   map[app.Ref]int // into rows
}

func (v *view) differing(ctx context.Context) (*differing, error) {
	return keep(ctx, v.opened, join("objects", v.key()), func(ctx context.Context) (*differing, error) {
		c, err := v.comparison(ctx)
		if err != nil {
			return nil, err
		}
		caused := causedBy(c.Findings)
		d := &differing{at: map[app.Ref]int{}}
		err = v.Differing(ctx, v.query(), func(o app.ObjectChange) error {
			row := ObjectRow{Resource: o.Resource, Key: o.Key, Object: shownKey(o.Key), Name: o.Name, Says: []Member{}, Change: string(o.Change), Fields: []string{}, Caused: []CausedFinding{}}
			for _, f := range o.Fields {
				if f.NotComparable == "" {
					row.Fields = append(row.Fields, f.Field)
				}
			}
			ref := app.Ref{Resource: o.Resource, Key: o.Key}
			if found := caused[ref]; found != nil {
				row.Caused = found
			}
			d.at[ref] = len(d.rows)
			d.rows = append(d.rows, row)
			d.text = append(d.text, strings.ToLower(row.Name+"\n"+row.Object+"\n"+strings.Join(row.Fields, "\n")))
			return nil
		})
		return d, err
	})
}

// causedBy lists, for each object change, the findings that it explains, worst first.
func causedBy(all []app.ChangedFinding) map[app.Ref][]CausedFinding {
	caused := map[app.Ref][]CausedFinding{}
	for i := range all {
		x := &all[i]
		for _, c := range x.CausedBy {
			ref := app.Ref{Resource: c.Resource, Key: c.Key}
			caused[ref] = append(caused[ref], CausedFinding{x.ID, x.Rule, x.Title, string(x.Severity), string(x.Change), app.Neutral(x.Subject), app.Neutral(x.Detail)})
		}
	}
	for _, list := range caused {
		slices.SortStableFunc(list, func(a, b CausedFinding) int {
			return app.Severity(a.Severity).Rank() - app.Severity(b.Severity).Rank()
		})
	}
	return caused
}

// ComparisonObjects lists the objects that differ between the two snapshots of the lens.
func (w *Window) ComparisonObjects(lens Lens, q ComparisonObjectsRequest, token string) (ComparisonObjectsPage, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (ComparisonObjectsPage, error) {
		page := ComparisonObjectsPage{Rows: []ObjectRow{}}
		if words := []string{"added", "removed", "changed", "not_comparable"}; q.Change != "" && !slices.Contains(words, q.Change) {
			return page, app.Unknown("change", q.Change, words, "there are "+strings.Join(words, ", "))
		}
		d, err := v.differing(ctx)
		if err != nil {
			return page, err
		}
		at := map[string]*int{"added": &page.Counts.Added, "removed": &page.Counts.Removed, "changed": &page.Counts.Changed, "not_comparable": &page.Counts.NotComparable}
		words := strings.Fields(strings.ToLower(q.Filter))
		limit := q.Limit
		if limit <= 0 {
			limit = usualLines
		}
		for i := range d.rows {
			row := &d.rows[i]
			if q.Resource != "" && row.Resource != q.Resource || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(d.text[i], w) }) {
				continue
			}
			*at[row.Change]++
			if q.Change != "" && row.Change != q.Change {
				continue
			}
			if page.Total >= q.Offset && len(page.Rows) < min(limit, mostLines) {
				page.Rows = append(page.Rows, *row)
			}
			page.Total++
		}
		return page, v.sayings(ctx, page.Rows)
	})
}

// ObjectChange is one object of the two snapshots, side by side.
type ObjectChange struct {
	Resource string          `json:"resource"`
	Key      string          `json:"key"`
	Object   string          `json:"object"` // the key as people read it
	Name     string          `json:"name"`
	Change   string          `json:"change"` // added, removed, changed, not_comparable, equal
	Fields   []FieldPair     `json:"fields"` // every member of either side, by name
	Before   []BodyLine      `json:"before"` // the stored body, changed members marked; empty where the side has none
	After    []BodyLine      `json:"after"`
	Parent   *app.NamedRef   `json:"parent"`   // what it belongs to, as a grant to its scheme; null where to nothing
	Parts    []ObjectPart    `json:"parts"`    // objects that differ and belong to it: grants of a scheme, members of a group
	Caused   []CausedFinding `json:"caused"`   // findings that came or went by it or one of its parts, worst first
	By       *app.Actor      `json:"by"`       // who changed it or, where it is equal, one of its parts, if the audit log shows it; else null
	Previous *app.Ref        `json:"previous"` // the object that differs before it in its resource; null at the ends
	Next     *app.Ref        `json:"next"`
}

// FieldPair is a member of an object on both sides.
type FieldPair struct {
	Field  string   `json:"field"`  // owner.accountId
	State  string   `json:"state"`  // equal, changed, not_comparable
	Before *string  `json:"before"` // text as it is, everything else as JSON; null where it is not told
	After  *string  `json:"after"`
	Reason string   `json:"reason"` // of not_comparable
	List   *SetPair `json:"list"`   // of a list; else null
}

// SetPair is a list on both sides, as a set.
type SetPair struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Equal   []string `json:"equal"`
}

// ObjectChange sets one object of the two snapshots of the lens side by side.
func (w *Window) ObjectChange(lens Lens, resource, key, token string) (ObjectChange, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (ObjectChange, error) {
		d, err := v.differing(ctx)
		if err != nil {
			return ObjectChange{}, err
		}
		ref := app.Ref{Resource: resource, Key: key}
		pair, err := v.CompareObject(ctx, v.query(), ref)
		if err != nil {
			return ObjectChange{}, err
		}
		o := ObjectChange{Resource: resource, Key: key, Object: shownKey(key), Name: pair.Name, Change: "equal", Fields: []FieldPair{}, Parts: []ObjectPart{}, Caused: []CausedFinding{}, By: pair.By}
		changed := []string{}
		for _, f := range pair.Fields {
			if f.Changed {
				changed = append(changed, f.Field)
			}
			o.Fields = append(o.Fields, fieldPair(f))
		}
		o.Before, o.After = marked(pair.Body[0], changed), marked(pair.Body[1], changed)
		if n, differs := d.at[ref]; differs {
			o.Change = d.rows[n].Change
			o.Caused = append(o.Caused, d.rows[n].Caused...)
			o.Previous, o.Next = d.beside(n, -1), d.beside(n, 1)
		}
		if err := v.family(ctx, d, ref, &o); err != nil {
			return ObjectChange{}, err
		}
		o.By = v.named(ctx, o.By)
		slices.SortStableFunc(o.Caused, func(a, b CausedFinding) int {
			return app.Severity(a.Severity).Rank() - app.Severity(b.Severity).Rank()
		})
		return o, nil
	})
}

// beside is the next object of the same resource that differs, in a direction.
func (d *differing) beside(n, step int) *app.Ref {
	if n += step; n < 0 || n >= len(d.rows) || d.rows[n].Resource != d.rows[n-step].Resource {
		return nil
	}
	return &app.Ref{Resource: d.rows[n].Resource, Key: d.rows[n].Key}
}

func fieldPair(f app.FieldPair) FieldPair {
	out := FieldPair{Field: f.Field, State: "equal", Before: told(f.Before), After: told(f.After), Reason: f.NotComparable}
	switch {
	case f.NotComparable != "":
		out.State = "not_comparable"
	case f.Changed:
		out.State = "changed"
	}
	before, after := app.Elements(f.Before), app.Elements(f.After)
	if before == nil && after == nil {
		return out
	}
	out.List = &SetPair{Added: []string{}, Removed: []string{}, Equal: []string{}}
	was, is := map[string]bool{}, map[string]bool{}
	for _, e := range before {
		was[jsonText(e)] = true
	}
	for _, e := range after {
		text := jsonText(e)
		if is[text] {
			continue
		}
		is[text] = true
		if was[text] {
			out.List.Equal = append(out.List.Equal, text)
		} else {
			out.List.Added = append(out.List.Added, text)
		}
	}
	for _, e := range before {
		if text := jsonText(e); !is[text] {
			is[text] = true
			out.List.Removed = append(out.List.Removed, text)
		}
	}
	return out
}

// told is a value as text, null where a side does not tell it: that is not the same as empty.
func told(value json.RawMessage) *string {
	if len(value) == 0 {
		return nil
	}
	text := jsonText(value)
	return &text
}

// jsonText is a text as it is and anything else as JSON.
func jsonText(value json.RawMessage) string {
	var s string
	if len(value) > 0 && value[0] == '"' && json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// marked writes a body with its members on lines of their own, and marks those that changed.
func marked(body json.RawMessage, changed []string) []BodyLine {
	lines := []BodyLine{}
	walkBody(body, func(depth int, path, text string, plain *string) {
		is := slices.ContainsFunc(changed, func(field string) bool { return path == field || strings.HasPrefix(path, field+".") })
		lines = append(lines, BodyLine{strings.Repeat("  ", depth) + text, is && plain != nil})
	})
	return lines
}
