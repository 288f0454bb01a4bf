package window

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plumbline/app"
)

// FindingsRequest asks for lines of the list of findings.
type FindingsRequest struct {
	Filter   string   `json:"filter"`   // as typed
	Group    string   `json:"group"`    // rule (also ""), object, product, category, severity, control, triage, none
	Sort     string   `json:"sort"`     // severity (also ""), rule, subject, object, product, category, since, triage, until, first_seen; - before it turns it round
	Offset   int      `json:"offset"`   // lines before the first one wanted
	Limit    int      `json:"limit"`    // lines wanted; 0: 200, 1000 at most
	Expanded []string `json:"expanded"` // keys of the groups whose findings are lines too; "*" is all
	Reveal   string   `json:"reveal"`   // id of a finding: its group is opened and its place told
}

// FindingsPage is some lines of the list of findings, and what is counted of the whole list. Every
// count is the total of the list that the filter beside it asks for.
type FindingsPage struct {
	Compared bool          `json:"compared"` // there is a baseline: since can be asked
	Dated    bool          `json:"dated"`    // first_seen is known: Timeline was asked for
	Filter   string        `json:"filter"`   // as it was understood
	Terms    []FilterTerm  `json:"terms"`
	Lines    []FindingLine `json:"lines"`
	Length   int           `json:"length"` // lines of the whole list
	Total    int           `json:"total"`  // findings of the list
	Of       int           `json:"of"`     // findings without a filter: what the snapshot has
	Rules    int           `json:"rules"`  // rules with a finding of the list
	Groups   int           `json:"groups"` // groups with a finding of the list
	Facets   []Facet       `json:"facets"` // since (compared only), severity, triage, product, category
	At       int           `json:"at"`     // the line of the finding to reveal; -1: it is not in the list
}

// FindingLine is the heading of a group, or a finding: one of the two is null.
type FindingLine struct {
	Group   *FindingGroup `json:"group"`
	Finding *FindingRow   `json:"finding"`
}

// FindingGroup is the heading of a group.
type FindingGroup struct {
	Key      string        `json:"key"` // the rule's id, the object ...
	Title    string        `json:"title"`
	Severity string        `json:"severity"` // of its worst finding
	Product  string        `json:"product"`  // of its first finding
	Count    int           `json:"count"`
	Expanded bool          `json:"expanded"`
	Filter   string        `json:"filter"`  // lists its findings
	Changes  []ChangeCount `json:"changes"` // those there are
}

// ChangeCount is how many findings became what, and the filter that lists them.
type ChangeCount struct {
	Change string `json:"change"` // new, resolved, persisting, not_comparable
	Count  int    `json:"count"`
	Filter string `json:"filter"`
}

// FindingRow is a finding as a list shows it.
type FindingRow struct {
	ID        string        `json:"id"`
	Group     string        `json:"group"` // key of the group it stands under; "" without
	Rule      string        `json:"rule"`
	Title     string        `json:"title"`
	Severity  string        `json:"severity"`
	Product   string        `json:"product"`
	Category  string        `json:"category"`
	Resource  string        `json:"resource"`
	Key       string        `json:"key"`    // of the object, as Finding and ObjectChange take it
	Object    string        `json:"object"` // the key as people read it
	Aspect    string        `json:"aspect"`
	Subject   string        `json:"subject"`
	Detail    string        `json:"detail"`  // completes "<subject> ..."
	Partial   bool          `json:"partial"` // found in what was seen: there may be more
	Change    string        `json:"change"`  // new, resolved, persisting, not_comparable; "" without a baseline
	Reason    string        `json:"reason"`  // of not_comparable
	Gone      bool          `json:"gone"`    // only the baseline has it
	Triage    string        `json:"triage"`  // undecided, expired, confirmed, accepted
	Decision  *app.Decision `json:"decision"`
	FirstSeen string        `json:"first_seen"` // start of the snapshot, RFC 3339; "" while not known
}

// Facet counts the values of one key of the filter.
type Facet struct {
	Key    string       `json:"key"`
	Values []FacetValue `json:"values"`
}

// FacetValue is a value that can be chosen, and how many findings the list would have if it were
// the only one of its key.
type FacetValue struct {
	Value  string `json:"value"`
	Count  int    `json:"count"`
	On     bool   `json:"on"`     // the filter asks for it
	Toggle string `json:"toggle"` // the filter with it turned on or off
	Only   string `json:"only"`   // the filter with it alone: lists what is counted
}

const (
	usualLines = 200
	mostLines  = 1000
)

// FindingsPage lists the findings of the lens, filtered, grouped and sorted. A filter that is not
// understood is the error "filter".
func (w *Window) FindingsPage(lens Lens, q FindingsRequest, token string) (FindingsPage, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (FindingsPage, error) {
		first, dated, err := v.firstSeen(ctx, q.Sort)
		if err != nil {
			return FindingsPage{}, err
		}
		page := func(first func(string) string) func(context.Context) (FindingsPage, error) {
			return func(ctx context.Context) (FindingsPage, error) {
				p, err := v.pool(ctx)
				if err != nil {
					return FindingsPage{}, err
				}
				return p.page(q, first)
			}
		}
		var answer FindingsPage
		if q.begins() {
			answer, err = answered(ctx, v, fmt.Sprintf("findings %s %d", q.Group, q.Limit), page(undated))
		} else {
			answer, err = page(first)(ctx)
		}
		if dated {
			answer = answer.dated(first)
		}
		return answer, err
	})
}

func undated(string) string { return "" }

// begins reports whether a list is asked for as its screen begins.
func (q *FindingsRequest) begins() bool {
	return q.Filter == "" && q.Sort == "" && q.Offset == 0 && len(q.Expanded) == 0 && q.Reveal == ""
}

// dated is the page with since when each of its findings is there. The page itself stays as it is.
func (p FindingsPage) dated(first func(id string) string) FindingsPage {
	p.Dated, p.Lines = true, slices.Clone(p.Lines)
	for i, line := range p.Lines {
		if line.Finding != nil {
			row := *line.Finding
			row.FirstSeen = first(row.ID)
			p.Lines[i].Finding = &row
		}
	}
	return p
}

func (p *pool) page(q FindingsRequest, first func(id string) string) (FindingsPage, error) {
	f, err := parseFilter(q.Filter, p.known)
	if err != nil {
		return FindingsPage{}, err
	}
	open := map[string]bool{}
	for _, key := range q.Expanded {
		open[key] = true
	}
	reveal, there := p.at[q.Reveal]
	if g, err := p.grouped(q.Group); err == nil && g != nil && there && len(g.of[reveal]) > 0 {
		open[g.values[g.of[reveal][0]]] = true
	}
	l, err := p.list(f, q.Group, q.Sort, func(value string) bool { return open["*"] || open[value] }, first)
	if err != nil {
		return FindingsPage{}, err
	}
	page := FindingsPage{
		Compared: p.compared, Filter: f.String(), Terms: f.chips(), Lines: []FindingLine{}, Length: l.length(),
		Total: l.total, Of: p.present(), Rules: l.rules, Groups: len(l.order), Facets: l.facets(), At: -1,
	}
	if there {
		for n, at := range l.lines(0) {
			if at.item == reveal {
				page.At = n
				break
			}
		}
	}
	limit := q.Limit
	if limit <= 0 {
		limit = usualLines
	}
	for n, at := range l.lines(q.Offset) {
		if n >= q.Offset+min(limit, mostLines) {
			break
		}
		page.Lines = append(page.Lines, l.line(at, first))
	}
	return page, nil
}

// present is how many findings the snapshot has.
func (p *pool) present() int {
	n := 0
	for i := range p.items {
		if !p.items[i].Gone {
			n++
		}
	}
	return n
}

func (l *listing) line(at spot, first func(id string) string) FindingLine {
	if at.item >= 0 {
		row := rowOf(l.pool.items[at.item].ChangedFinding)
		row.FirstSeen = first(row.ID)
		if at.group >= 0 {
			row.Group = l.grouping.values[at.group]
		}
		return FindingLine{Finding: &row}
	}
	g, t := l.grouping, &l.groups[at.group]
	value := g.values[at.group]
	own := l.filter.within(g.key, value)
	_, expanded := l.members[at.group]
	return FindingLine{Group: &FindingGroup{
		Key: value, Title: g.titles[at.group], Severity: l.pool.names[bySeverity][t.worst], Product: l.pool.items[t.first].Product,
		Count: t.count, Expanded: expanded, Filter: own.String(), Changes: changeCounts(own, t.change, false),
	}}
}

// facets are the counts by the keys that are few.
func (l *listing) facets() []Facet {
	facets := []Facet{}
	for _, d := range []int{bySince, bySeverity, byTriage, byProduct, byCategory} {
		key := numberedKeys[d]
		if d == bySince && !l.pool.compared {
			continue
		}
		counts := map[string]int{}
		for number, n := range l.counts[d] {
			counts[l.pool.names[d][number]] += n
		}
		asked := l.filter.of(key)
		on := func(value string) bool { return asked != nil && anyGlobs(asked.with, value) }
		values := slices.Clone(l.pool.known[key])
		if d == bySince {
			values = []string{"new", "persisting", "resolved", "not_comparable"}
		}
		facet := Facet{Key: key, Values: []FacetValue{}}
		for _, v := range values {
			if (d == byProduct || d == byCategory) && counts[v] == 0 && !on(v) && !slices.Contains(l.pool.names[d], v) {
				continue // the site has none at all
			}
			facet.Values = append(facet.Values, FacetValue{
				Value: v, Count: counts[v], On: on(v), Toggle: l.filter.toggle(key, v).String(), Only: l.filter.only(key, v).String(),
			})
		}
		if d == byCategory {
			slices.SortStableFunc(facet.Values, func(a, b FacetValue) int { return b.Count - a.Count })
		}
		facets = append(facets, facet)
	}
	return facets
}

func rowOf(x *app.ChangedFinding) FindingRow {
	return FindingRow{
		ID: x.ID, Rule: x.Rule, Title: x.Title, Severity: string(x.Severity), Product: x.Product, Category: x.Category,
		Resource: x.Resource, Key: x.Key, Object: shownKey(x.Key), Aspect: x.Aspect, Subject: app.Neutral(x.Subject), Detail: app.Neutral(x.Detail), Partial: x.Partial,
		Change: string(x.Change), Reason: x.Reason, Gone: x.Gone, Triage: triage(x), Decision: x.Decision,
	}
}

// FindingIDs are the ids of all findings that a filter lists, worst first: to select them all.
func (w *Window) FindingIDs(lens Lens, filter string, token string) ([]string, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) ([]string, error) {
		listed, err := v.listed(ctx, filter)
		ids := make([]string, len(listed))
		for i, x := range listed {
			ids[i] = x.ID
		}
		return ids, err
	})
}

// listed are the findings that a filter lists, worst first.
func (v *view) listed(ctx context.Context, typed string) ([]*app.ChangedFinding, error) {
	p, err := v.pool(ctx)
	if err != nil {
		return nil, err
	}
	f, err := parseFilter(typed, p.known)
	if err != nil {
		return nil, err
	}
	t, err := p.test(f)
	if err != nil {
		return nil, err
	}
	listed := []*app.ChangedFinding{}
	for i := range p.items {
		if x := &p.items[i]; t.fails(x) == 0 {
			listed = append(listed, x.ChangedFinding)
		}
	}
	return listed, nil
}

// DecideRequest is one judgement on several findings.
type DecideRequest struct {
	IDs      []string `json:"ids"`
	Act      string   `json:"act"`    // accept, confirm, clear
	Reason   string   `json:"reason"` // of accept all three; confirm may have a reason
	Owner    string   `json:"owner"`
	Until    string   `json:"until"`    // the last day, 2027-03-31; at most a year
	Scope    string   `json:"scope"`    // finding (also ""), object: the rule on its object, below: the rule on all below the parent
	Resource string   `json:"resource"` // of the parent; FindingParents lists them
	Key      string   `json:"key"`
	CopyTo   string   `json:"copy_to"` // of a file that cannot be written: the copy that takes the decision, and is opened
}

// Decided is what was written.
type Decided struct {
	Decisions int    `json:"decisions"` // acts, of which each may be about several findings
	Path      string `json:"path"`      // the file that is open now
}

var acts = map[string]string{"accept": app.Accept, "confirm": app.Confirm, "clear": app.Clear}

// Decide writes a decision on findings into the file. Clear takes back what is decided on each, as
// wide as it was decided.
func (w *Window) Decide(lens Lens, q DecideRequest) (Decided, error) {
	asked, err := look(w, lens, "", func(ctx context.Context, v *view) (app.DecidingMany, error) { return v.deciding(ctx, q) })
	if err != nil {
		return Decided{}, err
	}
	write := func(ctx context.Context, path string) (Decided, error) {
		n, err := app.DecideMany(ctx, path, q.CopyTo, asked, w.now())
		return Decided{n, path}, err
	}
	if q.CopyTo == "" {
		return change(w, "", write)
	}
	return call(w, "", func(ctx context.Context) (Decided, error) {
		f, release := w.current()
		if f == nil {
			return Decided{}, errNoFile
		}
		path := f.path
		release()
		done, err := write(ctx, path)
		if err != nil {
			return Decided{}, err
		}
		done.Path = q.CopyTo
		return done, w.open(ctx, q.CopyTo)
	})
}

func (v *view) deciding(ctx context.Context, q DecideRequest) (app.DecidingMany, error) {
	out := app.DecidingMany{
		Scope: q.Scope, Parent: app.Ref{Resource: q.Resource, Key: q.Key}, Act: acts[q.Act],
		Reason: q.Reason, Owner: q.Owner, Until: q.Until, Site: v.lens.Site, Judging: v.judging,
	}
	if out.Act == "" {
		return out, app.Unknown("act", q.Act, []string{"accept", "confirm", "clear"}, "there are accept, confirm and clear")
	}
	for _, id := range q.IDs {
		x, _, err := v.finding(ctx, id)
		if err != nil {
			return out, err
		}
		out.Findings = append(out.Findings, x.Finding)
	}
	return out, nil
}

// finding is one by its whole id: of the list, or one that tells of a change, which is in none.
func (v *view) finding(ctx context.Context, id string) (x *app.ChangedFinding, drift bool, err error) {
	p, err := v.pool(ctx)
	if err != nil {
		return nil, false, err
	}
	if i, there := p.at[id]; there {
		return p.items[i].ChangedFinding, false, nil
	}
	if v.compared() {
		compared, err := v.comparison(ctx)
		if err != nil {
			return nil, false, err
		}
		for i := range compared.Drift {
			if compared.Drift[i].ID == id {
				return &app.ChangedFinding{Finding: compared.Drift[i], CausedBy: []app.Cause{}}, true, nil
			}
		}
	}
	return nil, false, &app.Problem{Code: "unknown-finding", Title: fmt.Sprintf("no finding %q in this snapshot or its baseline", id), Hint: "choose another snapshot, or none to compare with"}
}

// today is the day of the window's clock, and the one some days later.
func (w *Window) today(later int) string {
	return w.now().UTC().AddDate(0, 0, later).Format(time.DateOnly)
}
