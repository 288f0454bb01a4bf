package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Decisions as CSV (RFC 4180, UTF-8, a header row). What a spreadsheet would take for a formula gets an apostrophe in
// front, which import takes away again. A key of several parts is a JSON array of them.

var csvColumns = []string{"at", "by", "act", "site", "rule", "scope", "resource", "key", "aspect", "reason", "owner", "until", "finding", "subject"}

// WriteCSV writes decisions, oldest first, so that they can be imported as they were made.
func (l *DecisionList) WriteCSV(w io.Writer) error {
	return WriteCSV(w, csvColumns, func(yield func([]any) bool) {
		for _, d := range slices.Backward(l.Decisions) {
			if !yield([]any{d.At, d.By, d.Act, d.site, d.Rule, d.Scope, d.Resource, CSVKey(d.Key), CSVKey(d.Aspect), d.Reason, d.Owner, d.Until, d.Finding,
				strings.ReplaceAll(d.Subject, "\r", " ")}) {
				return
			}
		}
	})
}

// CSVKey writes a key, or an aspect that is one; parseCSVKey reads it. The parts keep their escapes.
func CSVKey(key string) string {
	if !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f }) && !strings.HasPrefix(key, "[") {
		return key
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.Split(key, "\x1f")) // a []string always encodes
	return strings.TrimSpace(b.String())
}

func parseCSVKey(text string) (string, error) {
	if !strings.HasPrefix(text, "[") {
		return text, nil
	}
	var parts []string
	if err := json.Unmarshal([]byte(text), &parts); err != nil || len(parts) == 0 {
		return "", fmt.Errorf("%q is no JSON array of the key's parts", text)
	}
	return strings.Join(parts, "\x1f"), nil
}

// DecisionImport answers `decisions import`.
type DecisionImport struct {
	File     FileInfo      `json:"file"`
	Added    int           `json:"added"`
	Same     int           `json:"same"`     // lines that the file holds already
	Problems []LineProblem `json:"problems"` // where there is any, nothing was added
}

// LineProblem is what is wrong with one line.
type LineProblem struct {
	Line  int    `json:"line"` // the header is line 1
	Words string `json:"words"`
}

// Exit is Failed where something is wrong.
func (d *DecisionImport) Exit() Exit {
	if len(d.Problems) > 0 {
		return Failed
	}
	return Done
}

// Importing says how to read decisions.
type Importing struct {
	By   string // of lines that name nobody
	Site string // of lines that name none
	Judging
}

// ImportDecisions adds the decisions of a CSV, all or none. What the file holds already is not added again.
func ImportDecisions(ctx context.Context, path, copyTo string, in io.Reader, q Importing, now time.Time) (*DecisionImport, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	acts, answer, err := f.readCSV(ctx, in, q, now)
	answer.File = f.Info()
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil || len(answer.Problems) > 0 || len(acts) == 0 && copyTo == "" {
		return answer, err
	}
	err = Change(ctx, path, copyTo, func(f *File) error {
		answer.File = f.Info()
		return f.store.Decide(ctx, acts)
	})
	answer.Added = len(acts)
	return answer, err
}

func (f *File) readCSV(ctx context.Context, in io.Reader, q Importing, now time.Time) ([]store.Decision, *DecisionImport, error) {
	answer := &DecisionImport{Problems: []LineProblem{}}
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, answer, err
	}
	by, err := Person(q.By)
	if err != nil {
		return nil, answer, err
	}
	site, err := f.find(ctx, "", q.Site)
	if err != nil {
		return nil, answer, err
	}
	sites, err := f.store.Sites(ctx)
	if err != nil {
		return nil, answer, err
	}
	read := &reading{ctx: ctx, file: f, pack: pack, options: options, by: by, site: site, sites: sites, now: now.UTC().Truncate(time.Millisecond)}
	text, err := io.ReadAll(io.LimitReader(in, 64<<20))
	if err != nil {
		return nil, answer, fmt.Errorf("reading the decisions: %w", err)
	}
	table := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	table.FieldsPerRecord = -1
	say := func(line int, err error) {
		answer.Problems = append(answer.Problems, LineProblem{line, oneLine(err.Error())})
	}
	head, err := table.Read()
	if err != nil {
		say(1, fmt.Errorf("there is no header row: %s", strings.Join(csvColumns, ",")))
		return nil, answer, nil
	}
	if err := read.header(head); err != nil {
		say(1, err)
		return nil, answer, nil
	}
	var acts []store.Decision
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var wrong *csv.ParseError
			if errors.As(err, &wrong) {
				say(wrong.StartLine, wrong.Err)
				break // what follows an open quote cannot be told apart
			}
			return nil, answer, err
		}
		line, _ := table.FieldPos(0)
		act, problems := read.act(row)
		for _, p := range problems {
			say(line, p)
		}
		switch {
		case len(problems) > 0:
		case held(options.Decisions, act, read.dated), held(acts, act, read.dated):
			answer.Same++
		default:
			acts = append(acts, act)
		}
	}
	return acts, answer, nil
}

// held says whether an act is among others: with a time of its own, an equal one; without, one that says the same and
// stands.
func held(all []store.Decision, act store.Decision, dated bool) bool {
	same := func(d store.Decision) bool {
		return d.Target == act.Target && d.Act == act.Act && d.Reason == act.Reason && d.Owner == act.Owner && d.Until == act.Until
	}
	if dated {
		return slices.ContainsFunc(all, func(d store.Decision) bool { return same(d) && d.At.Equal(act.At) && d.By == act.By })
	}
	for _, d := range slices.Backward(all) {
		if d.Target == act.Target {
			return same(d)
		}
	}
	return act.Act == store.ActCleared // nothing is decided: nothing to take back
}

// reading is a CSV being read.
type reading struct {
	ctx     context.Context
	file    *File
	pack    *rules.Pack
	options rules.Options
	by      string
	site    store.Snapshot
	sites   []store.Site
	now     time.Time
	at      map[string]int // columns
	dated   bool           // the line just read has a time of its own
	found   map[string]Finding
}

// finding is that of the site with an id: of the latest snapshot, judged once, else of an earlier one.
func (r *reading) finding(id string) (Finding, error) {
	if r.found == nil {
		judged, err := r.pack.Judge(r.ctx, r.file.store, r.site.ID, r.options)
		if err != nil {
			return Finding{}, err
		}
		r.found = map[string]Finding{}
		for _, x := range judged.Findings {
			r.found[x.ID] = x
		}
	}
	if x, ok := r.found[id]; ok {
		return x, nil
	}
	x, err := r.file.locate(r.ctx, r.pack, r.options, id, "", r.site.Site.SiteID(), Baseline{})
	if err != nil {
		return Finding{}, err
	}
	return x.finding, nil
}

func (r *reading) header(names []string) error {
	r.at = map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(csvColumns, name) {
			p := Unknown("column", name, csvColumns, "there are "+strings.Join(csvColumns, ", "))
			return fmt.Errorf("%s; %s", p.Title, p.Hint)
		}
		if _, twice := r.at[name]; twice {
			return fmt.Errorf("the column %q comes twice", name)
		}
		r.at[name] = i
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := r.at[n]; return !ok })
	}
	if !has("act") || !has("finding") && !has("rule", "resource", "key") {
		return errors.New("it needs the columns act, and finding or rule, resource and key")
	}
	return nil
}

// clocksDiffer is how far another machine's clock may be ahead.
const clocksDiffer = 10 * time.Minute

// act reads one line; all that is wrong with it is told.
func (r *reading) act(row []string) (store.Decision, []error) {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if len(row) != len(r.at) {
		say("it has %d fields, the header %d", len(row), len(r.at))
		return store.Decision{}, wrong
	}
	cell := func(name string) string {
		if i, ok := r.at[name]; ok {
			return csvPlain(row[i])
		}
		return ""
	}
	a := store.Decision{At: r.now, By: plainText(cell("by")), Act: strings.ToLower(strings.TrimSpace(cell("act"))),
		Reason: plainText(cell("reason")), Owner: plainText(cell("owner")), Until: strings.TrimSpace(cell("until")), Subject: plainText(cell("subject"))}
	if a.By == "" {
		a.By = r.by
	}
	if at := strings.TrimSpace(cell("at")); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			say("at: %q is no time, as 2026-11-21T09:30:00Z", at)
		} else if a.At = t.UTC().Truncate(time.Millisecond); a.At.After(r.now.Add(clocksDiffer)) {
			say("at: %s has not come yet", at)
		}
	}
	r.dated = strings.TrimSpace(cell("at")) != ""
	if acts := []string{store.ActAccepted, store.ActConfirmed, store.ActCleared}; !slices.Contains(acts, a.Act) {
		say("act: %q is none of %s", a.Act, strings.Join(acts, ", "))
	} else if err := checkAct(a); err != nil {
		say("%w", err)
	}
	if err := checkText("by", a.By); err != nil {
		say("%w", err)
	}
	if err := r.target(&a, cell); err != nil {
		say("%w", err)
	}
	return a, wrong
}

// subject says what an act is about where the line does not: the object's name, else its key.
func (r *reading) subject(a store.Decision) string {
	name := strings.Join(store.KeyParts(a.Key), " / ")
	if o, err := r.file.store.Object(r.ctx, r.site.ID, a.Resource, a.Key); err == nil {
		name = rules.NameOf(o.Body, a.Key)
	}
	if a.Scope == store.ScopeBelow {
		return "all below " + name
	}
	return name
}

// target reads what a line is about: its finding, or rule, scope, resource and key.
func (r *reading) target(a *store.Decision, cell func(string) string) error {
	a.Site, a.SiteIDs = r.site.Site.ID, r.site.Site.IDs
	if id := strings.TrimSpace(cell("site")); id != "" {
		i := slices.IndexFunc(r.sites, func(s store.Site) bool { return slices.Contains(s.IDs, id) })
		if i < 0 {
			return fmt.Errorf("site: the file holds no site %q", id)
		}
		a.Site, a.SiteIDs = r.sites[i].ID, r.sites[i].IDs
	}
	id := strings.TrimSpace(cell("finding"))
	rule := strings.TrimSpace(cell("rule"))
	if rule == "" && id != "" {
		found, err := r.finding(id)
		if err != nil {
			p := Words(err)
			return fmt.Errorf("finding: %s; %s", p.Title, p.Hint)
		}
		a.Site, a.SiteIDs = r.site.Site.ID, r.site.Site.IDs
		a.Target = store.Target{Site: r.site.Site.ID, Rule: identityOf(r.pack, found.Rule), Scope: store.ScopeFinding,
			Resource: found.Resource, Key: found.Key, Aspect: found.Aspect}
		if a.Subject == "" {
			a.Subject = found.Subject + " " + found.Detail
		}
		return nil
	}
	known := ruleOf(r.pack, rule)
	if known == nil {
		_, err := r.pack.FindRule(rule)
		return fmt.Errorf("rule: %w", err)
	}
	a.Rule, a.Scope, a.Resource = known.Identity(), strings.ToLower(strings.TrimSpace(cell("scope"))), strings.TrimSpace(cell("resource"))
	var err error
	if a.Key, err = parseCSVKey(cell("key")); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if a.Aspect, err = parseCSVKey(cell("aspect")); err != nil {
		return fmt.Errorf("aspect: %w", err)
	}
	if a.Scope == "" {
		a.Scope = store.ScopeFinding
	}
	fits := known.Objects
	switch a.Scope {
	case store.ScopeFinding, store.ScopeObject:
	case store.ScopeBelow:
		fits = nil
		for _, object := range known.Objects {
			fits = append(fits, rules.Above(object)...)
		}
	default:
		return fmt.Errorf("scope: %q is none of finding, object, below", a.Scope)
	}
	switch {
	case !slices.Contains(fits, a.Resource):
		p := Unknown("resource", a.Resource, fits, "it may be "+strings.Join(fits, ", "))
		return fmt.Errorf("resource: %s finds nothing on or below %q; %s", known.ID, a.Resource, p.Hint)
	case a.Key == "":
		return errors.New("key: it is empty")
	case a.Scope != store.ScopeFinding && a.Aspect != "":
		return errors.New("aspect: only a finding has one")
	}
	if a.Subject == "" {
		a.Subject = r.subject(*a)
	}
	if a.Scope == store.ScopeFinding && id != "" {
		if is := rules.FindingID(a.SiteIDs[0], a.Rule, a.Resource, a.Key, a.Aspect); !strings.EqualFold(is, id) {
			return fmt.Errorf("finding: %s is not the finding of that site, rule, resource, key and aspect, which is %s", id, is)
		}
	}
	return nil
}
