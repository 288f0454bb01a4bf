package window

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plumbline/app"
)

// FindingDetail is all that the drawer of a finding shows; its history is FindingHistory, which may
// take longer.
type FindingDetail struct {
	Finding  FindingRow        `json:"finding"`
	Drift    bool              `json:"drift"`    // it tells of a change between the two snapshots: no state, not new and not resolved
	Snapshot app.Snapshot      `json:"snapshot"` // in which the evidence lies: the baseline if only that has the finding
	Rule     FindingRule       `json:"rule"`
	Tables   []EvidenceTable   `json:"tables"` // the deciding objects as rows, by resource, the finding's own first
	Objects  []EvidenceObject  `json:"objects"`
	More     int               `json:"more"`      // deciding objects beyond those shown
	CausedBy []FindingCause    `json:"caused_by"` // object changes that explain why it came or went
	Acts     []app.DecisionRow `json:"acts"`      // every decision that was ever about it, newest first
}

// FindingRule is what the rule says.
type FindingRule struct {
	ID             string   `json:"id"`
	Title          string   `json:"title"`
	Rev            int      `json:"rev"`
	Why            string   `json:"why"`
	Fix            []string `json:"fix"` // steps
	FalsePositives string   `json:"false_positives"`
	Source         string   `json:"source"`
	Controls       []string `json:"controls"` // iso27001:A.5.18 ...
	SQL            string   `json:"sql"`
	Verdict        string   `json:"verdict"` // on the lens's snapshot, of a rule about a change on both
	Partial        bool     `json:"partial"`
	Reason         string   `json:"reason"`
	Filter         string   `json:"filter"` // lists the rule's findings
}

// EvidenceTable is deciding objects of one resource, with the members that the rule reads.
type EvidenceTable struct {
	Resource string        `json:"resource"`
	Columns  []string      `json:"columns"` // members: owner.accountId
	Rows     []EvidenceRow `json:"rows"`
}

// EvidenceRow is a deciding object in a table.
type EvidenceRow struct {
	Key    string   `json:"key"`
	Object string   `json:"object"` // the key as people read it
	Change string   `json:"change"` // added, removed, changed, where that explains the finding; else ""
	Values []string `json:"values"` // as text, "" where a member is not told
}

// EvidenceObject is a deciding object as it is stored.
type EvidenceObject struct {
	Resource string               `json:"resource"`
	Key      string               `json:"key"`
	Object   string               `json:"object"` // the key as people read it
	Found    bool                 `json:"found"`  // the snapshot has it, or its baseline
	Side     string               `json:"side"`   // "before": the baseline alone has it; else ""
	Lines    []BodyLine           `json:"lines"`  // the stored body, indented
	Digest   string               `json:"digest"`
	Address  string               `json:"address"`  // where the site shows it; "" where it does not
	Requests []app.ExplainedQuery `json:"requests"` // that brought it
}

// BodyLine is a line of a stored body.
type BodyLine struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked"` // a member that the rule reads
}

// FindingCause is an object change that explains why a finding came or went.
type FindingCause struct {
	Resource string     `json:"resource"`
	Key      string     `json:"key"`
	Object   string     `json:"object"` // the key as people read it
	Change   string     `json:"change"` // added, removed, changed
	Fields   []string   `json:"fields"` // of a changed one
	By       *app.Actor `json:"by"`     // where the audit log shows it; else null
}

// Finding is one finding by its whole id, of the list or one that tells of a change.
func (w *Window) Finding(lens Lens, id, token string) (FindingDetail, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (FindingDetail, error) {
		x, drift, err := v.finding(ctx, id)
		if err != nil {
			return FindingDetail{}, err
		}
		e, err := v.explained(ctx, x, drift)
		if err != nil {
			return FindingDetail{}, err
		}
		d := FindingDetail{Finding: rowOf(x), Drift: drift, Snapshot: e.Snapshot, CausedBy: causes(x.CausedBy), Objects: []EvidenceObject{}}
		first, _, err := v.firstSeen(ctx, "")
		if err != nil {
			return d, err
		}
		d.Finding.FirstSeen = first(id)
		if d.Rule, err = v.ruleOf(ctx, x, drift, e.Rule); err != nil {
			return d, err
		}
		site, err := v.site(ctx)
		if err != nil {
			return d, err
		}
		for _, o := range e.Objects {
			d.Objects = append(d.Objects, EvidenceObject{
				Resource: o.Resource, Key: o.Key, Object: shownKey(o.Key), Found: o.Digest != "", Side: o.Side, Lines: bodyLines(o), Digest: o.Digest, Requests: o.Requests,
				Address: addressOf(site, o.Resource, o.Body),
			})
		}
		d.More = len(x.Evidence) - len(e.Objects)
		if !slices.Contains(x.Evidence, app.Ref{Resource: x.Resource, Key: x.Key}) {
			d.More++
		}
		d.Tables = tables(e.Objects, x.CausedBy)
		d.Acts, err = v.ActsOn(ctx, x.Finding, reference(v.lens.Snapshot), v.judging)
		return d, err
	})
}

// explained reads the evidence of a finding where it lies, of one about a change on both sides.
func (v *view) explained(ctx context.Context, x *app.ChangedFinding, drift bool) (*app.Explanation, error) {
	if !x.Gone && !drift {
		return v.ExplainKnown(ctx, x.Finding, reference(v.lens.Snapshot), nil, v.judging)
	}
	compared, err := v.comparison(ctx)
	if err != nil {
		return nil, err
	}
	before := reference(compared.Before.ID)
	if drift {
		return v.ExplainKnown(ctx, x.Finding, reference(v.lens.Snapshot), &app.Baseline{Before: before, From: v.lens.Other}, v.judging)
	}
	if v.lens.Other == "" {
		return v.ExplainKnown(ctx, x.Finding, before, nil, v.judging)
	}
	other, err := app.Open(ctx, v.lens.Other)
	if err != nil {
		return nil, err
	}
	defer other.Close()
	return other.ExplainKnown(ctx, x.Finding, before, nil, v.judging)
}

func (v *view) ruleOf(ctx context.Context, x *app.ChangedFinding, drift bool, text app.RuleText) (FindingRule, error) {
	r := FindingRule{
		ID: text.ID, Title: text.Title, Rev: text.Rev, Why: text.Why, Fix: steps(text.Fix), FalsePositives: text.FalsePositives, Source: text.Source,
		Controls: text.Maps, SQL: text.SQL, Filter: filter{}.only("rule", x.Rule).String(),
	}
	if drift {
		compared, err := v.comparison(ctx)
		if err != nil {
			return r, err
		}
		for _, pair := range compared.Verdicts {
			if pair.Rule == x.Rule {
				r.Verdict, r.Partial, r.Reason = string(pair.After), pair.Reason != "", pair.Reason
			}
		}
		return r, nil
	}
	judged, err := v.judgement(ctx)
	if err != nil {
		return r, err
	}
	for _, said := range judged.Verdicts {
		if said.Rule == x.Rule {
			r.Verdict, r.Partial, r.Reason = string(said.Verdict), said.Partial, said.Reason
		}
	}
	return r, nil
}

// steps are the lines of what to do.
func steps(fix string) []string {
	return slices.DeleteFunc(strings.Split(fix, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

func causes(all []app.Cause) []FindingCause {
	out := []FindingCause{}
	for _, c := range all {
		out = append(out, FindingCause{c.Resource, c.Key, shownKey(c.Key), string(c.Change), c.Fields, c.By})
	}
	return out
}

// decides reports whether a member is one that the rule reads of an object, and more than an id that
// the object's own key tells already.
func decides(o app.ExplainedObject, path, value string) bool {
	id := strings.HasSuffix(path, "Id") || path == "id" || strings.HasSuffix(path, ".id")
	return slices.Contains(o.Read, path) && !(id && slices.Contains(app.KeyParts(o.Key), value))
}

// bodyLines writes a stored body with its members on lines of their own, and marks what decides.
func bodyLines(o app.ExplainedObject) []BodyLine {
	lines := []BodyLine{}
	if o.Digest == "" {
		return lines
	}
	walkBody(o.Body, func(depth int, path, text string, plain *string) {
		marked := plain != nil && decides(o, path, *plain)
		lines = append(lines, BodyLine{strings.Repeat("  ", depth) + text, marked})
	})
	return lines
}

// walkBody tells every line of an indented body: how deep it is, the member that it is part of (the
// steps of lists left out), its text and, of a plain value, that as text.
func walkBody(body []byte, line func(depth int, path, text string, plain *string)) {
	type level struct {
		list bool
		path string
	}
	var levels []level
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	name, path := "", ""
	pending := "" // `"name": ` of the member whose value comes next
	more := func() string {
		if dec.More() && len(levels) > 0 {
			return ","
		}
		return ""
	}
	for {
		token, err := dec.Token()
		if err != nil {
			return
		}
		depth := len(levels)
		if depth > 0 && !levels[depth-1].list && pending == "" {
			if key, ok := token.(string); ok {
				name = key
				pending = quotedJSON(key) + ": "
				if path = name; levels[depth-1].path != "" {
					path = levels[depth-1].path + "." + name
				}
				continue
			}
		}
		if depth > 0 && levels[depth-1].list {
			path = levels[depth-1].path
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{', '[':
				if depth == 0 {
					path = ""
				}
				line(depth, path, pending+t.String(), nil)
				levels = append(levels, level{list: t == '[', path: path})
			default:
				levels = levels[:depth-1]
				line(depth-1, path, t.String()+more(), nil)
			}
		default:
			text, plain := valueText(token)
			line(depth, path, pending+text+more(), &plain)
		}
		pending = ""
	}
}

func quotedJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// valueText is a plain value as JSON and as text.
func valueText(v any) (text, plain string) {
	switch v := v.(type) {
	case string:
		return quotedJSON(v), v
	case nil:
		return "null", ""
	}
	text = fmt.Sprint(v)
	return text, text
}

// tables are the deciding objects in rows, with the members that decide.
func tables(objects []app.ExplainedObject, because []app.Cause) []EvidenceTable {
	all := []EvidenceTable{}
	change := map[app.Ref]string{}
	for _, c := range because {
		change[app.Ref{Resource: c.Resource, Key: c.Key}] = string(c.Change)
	}
	for _, first := range objects {
		if slices.ContainsFunc(all, func(t EvidenceTable) bool { return t.Resource == first.Resource }) {
			continue
		}
		t := EvidenceTable{Resource: first.Resource, Columns: []string{}, Rows: []EvidenceRow{}}
		values := map[string]map[string][]string{} // by key, then member
		for _, o := range objects {
			if o.Resource != t.Resource || o.Digest == "" {
				continue
			}
			values[o.Key] = map[string][]string{}
			walkBody(o.Body, func(_ int, path, _ string, plain *string) {
				if plain == nil || !decides(o, path, *plain) {
					return
				}
				if !slices.Contains(t.Columns, path) {
					t.Columns = append(t.Columns, path)
				}
				values[o.Key][path] = append(values[o.Key][path], *plain)
			})
		}
		for _, o := range objects {
			if o.Resource != t.Resource {
				continue
			}
			row := EvidenceRow{Key: o.Key, Object: shownKey(o.Key), Change: change[app.Ref{Resource: o.Resource, Key: o.Key}], Values: []string{}}
			for _, column := range t.Columns {
				row.Values = append(row.Values, strings.Join(values[o.Key][column], ", "))
			}
			t.Rows = append(t.Rows, row)
		}
		all = append(all, t)
	}
	return all
}

// FindingParents are what a finding's object lies in, the nearest first: a decision can be made on
// the rule below each.
func (w *Window) FindingParents(lens Lens, id, token string) ([]app.NamedRef, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) ([]app.NamedRef, error) {
		x, _, err := v.finding(ctx, id)
		if err != nil {
			return nil, err
		}
		return v.Within(ctx, reference(v.lens.Snapshot), app.Ref{Resource: x.Resource, Key: x.Key})
	})
}
