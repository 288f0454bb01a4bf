package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Deciding is a judgement on a finding, on a rule on an object, or on a rule on all that lies below a parent.
type Deciding struct {
	Finding  string   // its id or any beginning of it; "" where Rule is given
	Rule     string   // id of a rule
	Resource string   // of the object, or of the parent
	Key      []string // of that: its parts, or the whole key; a project's or space's own key will do
	Below    bool     // the object is a parent
	Act      string   // store.ActAccepted, ActConfirmed or ActCleared
	Reason   string   // of an accepted risk all three; a confirmed finding may have a reason
	Owner    string
	Until    string // the last day, 2027-03-31
	By       string // "": the user of this machine
	Site     string
	Since    Baseline // since which a finding about a change is one
	Judging
}

// DecisionRow is a decision as scripts and people are shown it.
type DecisionRow struct {
	State    string `json:"state"` // confirmed, accepted, expired; cleared or replaced in a history
	Scope    string `json:"scope"` // finding, object, below
	Rule     string `json:"rule"`
	Title    string `json:"title"` // of the rule; "" if it is not in force
	Resource string `json:"resource"`
	Key      string `json:"key"`
	Aspect   string `json:"aspect"`
	Finding  string `json:"finding"` // its id; "" for the other scopes
	Subject  string `json:"subject"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`
	Until    string `json:"until"`
	By       string `json:"by"`
	At       string `json:"at"`
	Act      string `json:"act"`      // confirmed, accepted, cleared
	Findings int    `json:"findings"` // of the snapshot, that it is about
	Presence string `json:"presence"` // found; gone; unknown: the rule could not look, or not at all; no_rule: not in force

	site string // its id, as in finding ids
}

// Decided answers `decide`.
type Decided struct {
	File     FileInfo    `json:"file"`
	Snapshot Snapshot    `json:"snapshot"` // the latest one, which it was looked at in
	Decision DecisionRow `json:"decision"`
}

// Decide writes a decision into a file, or into the copy of it that copyTo asks for.
func Decide(ctx context.Context, path, copyTo string, q Deciding, now time.Time) (*Decided, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	act, answer, err := f.consider(ctx, q, now)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	err = Change(ctx, path, copyTo, func(f *File) error {
		answer.File = f.Info()
		return f.store.Decide(ctx, []store.Decision{act})
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// consider makes the act that is asked for, and says what it will do. Nothing is written.
func (f *File) consider(ctx context.Context, q Deciding, now time.Time) (store.Decision, *Decided, error) {
	act := store.Decision{At: now.UTC().Truncate(time.Millisecond), Act: q.Act, Reason: plainText(q.Reason), Owner: plainText(q.Owner), Until: q.Until}
	fail := func(err error) (store.Decision, *Decided, error) { return act, nil, err }
	var err error
	if act.By, err = Person(q.By); err != nil {
		return fail(err)
	}
	if err := checkAct(act); err != nil {
		return fail(err)
	}
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return fail(err)
	}
	latest, err := f.find(ctx, "", q.Site)
	if err != nil {
		return fail(err)
	}
	if q.Finding != "" {
		x, err := f.locate(ctx, pack, options, q.Finding, "", q.Site, q.Since)
		if err != nil {
			return fail(err)
		}
		found := x.finding
		act.Target = store.Target{Site: x.place.Site.ID, Rule: identityOf(pack, found.Rule), Scope: store.ScopeFinding,
			Resource: found.Resource, Key: found.Key, Aspect: found.Aspect}
		act.Subject = found.Subject + " " + found.Detail
	} else if act.Target, act.Subject, err = f.target(ctx, pack, latest, q); err != nil {
		return fail(err)
	}
	act.SiteIDs = latest.Site.IDs
	var standing *store.Decision
	for _, d := range options.Decisions {
		if d.Target == act.Target {
			standing = &d
			if !d.At.Before(act.At) { // the clock was set back, or not a millisecond has passed
				act.At = d.At.Add(time.Millisecond)
			}
		}
	}
	if act.Act == store.ActCleared && (standing == nil || standing.Act == store.ActCleared) {
		return fail(Usage("nothing is decided on that", "a wider decision is taken back as it was made, with --rule; plumbline decisions list FILE"))
	}
	options.Decisions = append(slices.Clone(options.Decisions), act)
	judged, err := f.judgeDecided(ctx, pack, options, latest, q.Since, []store.Decision{act})
	if err != nil {
		return fail(err)
	}
	answer := &Decided{Snapshot: snapshotOf(latest), Decision: rowOf(pack, act)}
	for _, d := range judged.Decisions {
		if d.Target == act.Target && d.Act == act.Act {
			answer.Decision.State, answer.Decision.Findings = string(d.State), d.Findings
		}
	}
	answer.Decision.Presence = presence(pack, judged, answer.Decision)
	return act, answer, nil
}

// judgeDecided judges a snapshot for those who tell of decisions: with what drifted since a baseline where one of them is
// about a change.
func (f *File) judgeDecided(ctx context.Context, pack *rules.Pack, options rules.Options, s store.Snapshot, since Baseline, acts []store.Decision) (*rules.Judgement, error) {
	drift := slices.ContainsFunc(acts, func(a store.Decision) bool {
		r := ruleOf(pack, a.Rule)
		return r != nil && r.Kind == rules.Drift
	})
	if !drift {
		return pack.Judge(ctx, f.store, s.ID, options)
	}
	judged, _, err := f.judgeSince(ctx, pack, options, s, since)
	return judged, err
}

// checkAct says what an act lacks.
func checkAct(a store.Decision) error {
	if a.Act != store.ActAccepted {
		if a.Owner != "" || a.Until != "" {
			return Usage("owner and until belong to an accepted risk", "--accept --reason R --owner O --until DATE")
		}
		return checkText("reason", a.Reason)
	}
	var missing []string
	for _, m := range []struct{ name, value string }{{"a reason", a.Reason}, {"an owner", a.Owner}, {"a last day", a.Until}} {
		if m.value == "" {
			missing = append(missing, m.name)
		}
	}
	if len(missing) > 0 {
		return Usage("an accepted risk needs "+strings.Join(missing, " and "), "--accept --reason R --owner O --until DATE")
	}
	until, err := time.Parse(time.DateOnly, a.Until)
	if err != nil {
		return Usage(fmt.Sprintf("%q is no day", a.Until), "--until 2027-03-31")
	}
	today := a.At.UTC().Truncate(24 * time.Hour)
	if last := today.AddDate(1, 0, 0); until.Before(today) || until.After(last) {
		return Usage(fmt.Sprintf("a risk is accepted until a day from %s to %s, not %s", today.Format(time.DateOnly), last.Format(time.DateOnly), a.Until),
			"at most a year: then it is looked at again")
	}
	return errors.Join(checkText("reason", a.Reason), checkText("owner", a.Owner))
}

// checkText refuses what could not be read back as it was written.
func checkText(name, text string) error {
	switch {
	case !utf8.ValidString(text):
		return Usage(name+" is not UTF-8", "")
	case len(text) > 4000:
		return Usage(name+" is longer than 4000 bytes", "")
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return Usage(name+" holds a control character", "")
	}
	return nil
}

// plainText is what a person wrote, without space around it and with plain line ends.
func plainText(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
}

// identityOf is the id that finding ids are made of, of a rule by any id it has or had; "" if there is none.
func identityOf(pack *rules.Pack, id string) string {
	if r := ruleOf(pack, id); r != nil {
		return r.Identity()
	}
	return ""
}

func ruleOf(pack *rules.Pack, id string) *rules.Rule {
	for _, r := range pack.Rules {
		if strings.EqualFold(r.ID, id) || slices.Contains(r.Replaces, id) {
			return r
		}
	}
	return nil
}

// target finds the object that a rule's decision is about.
func (f *File) target(ctx context.Context, pack *rules.Pack, latest store.Snapshot, q Deciding) (store.Target, string, error) {
	none := store.Target{}
	rule := ruleOf(pack, q.Rule)
	if rule == nil {
		_, err := pack.FindRule(q.Rule)
		return none, "", err
	}
	fits := rule.Objects
	scope := store.ScopeObject
	if q.Below {
		scope, fits = store.ScopeBelow, nil
		for _, object := range rule.Objects {
			fits = append(fits, rules.Above(object)...)
		}
		slices.Sort(fits)
		fits = slices.Compact(fits)
	}
	if !slices.Contains(fits, q.Resource) {
		words := map[bool]string{false: "is about", true: "finds nothing below"}[q.Below]
		if !q.Below {
			words = "finds nothing on"
		}
		p := Usage(fmt.Sprintf("%s %s %s", rule.ID, words, q.Resource), "it may be "+strings.Join(fits, ", "))
		if n := Nearest(q.Resource, fits); n != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", n)
		}
		return none, "", p
	}
	key, subject, err := f.resolve(ctx, latest, q.Resource, q.Key)
	if err != nil {
		return none, "", err
	}
	if q.Below {
		subject = "all below " + subject
	}
	return store.Target{Site: latest.Site.ID, Rule: rule.Identity(), Scope: scope, Resource: q.Resource, Key: key}, subject, nil
}

// ownKeys are the columns of resources that hold the name which people know an object by.
var ownKeys = map[string]string{"jira_project": "project_key", "confluence_space": "space_key"}

// resolve finds an object by the parts of its key, the key whole, or what people call it by, in the latest snapshot or
// else in the newest of the site that has it.
func (f *File) resolve(ctx context.Context, latest store.Snapshot, resource string, parts []string) (key, subject string, err error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return "", "", err
	}
	keys := []string{store.Key(parts...)}
	if len(parts) == 1 {
		keys = append(keys, parts[0], store.Key(strings.Split(parts[0], " / ")...))
	}
	for _, s := range slices.Backward(all) {
		if !sameSite(s, latest) {
			continue
		}
		for _, key := range keys {
			o, err := f.store.Object(ctx, s.ID, resource, key)
			if err == nil {
				return key, rules.NameOf(o.Body, key), nil
			}
			if !errors.Is(err, store.ErrNotFound) {
				return "", "", err
			}
		}
	}
	rows, err := f.Objects(ctx, resource, fmt.Sprint(latest.ID), "")
	if err != nil {
		return "", "", err
	}
	var known []string
	own := slices.Index(rows.Columns, ownKeys[resource])
	for _, row := range rows.Rows {
		key, _ := row[0].(string)
		known = append(known, strings.Join(store.KeyParts(key), " / "))
		if own < 0 {
			continue
		}
		name, _ := row[own].(string)
		if known = append(known, name); strings.EqualFold(name, strings.Join(parts, " ")) {
			return key, name, nil
		}
	}
	return "", "", Unknown(resource, strings.Join(parts, " / "), known, "plumbline objects FILE "+resource+" lists them")
}

// DecisionList answers `decisions list`.
type DecisionList struct {
	File      FileInfo      `json:"file"`
	Snapshot  Snapshot      `json:"snapshot"` // that they are judged at
	Decisions []DecisionRow `json:"decisions"`
}

// Decisions lists the decisions that stand for a snapshot, newest first; with history every act on its site.
func (f *File) Decisions(ctx context.Context, ref, site string, j Judging, history bool) (*DecisionList, error) {
	pack, options, err := j.load(ctx, f)
	if err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	answer := &DecisionList{File: f.Info(), Snapshot: snapshotOf(snapshot), Decisions: []DecisionRow{}}
	if len(options.Decisions) == 0 {
		return answer, nil
	}
	judged, err := f.judgeDecided(ctx, pack, options, snapshot, Baseline{}, options.Decisions)
	if err != nil {
		return nil, err
	}
	standing := map[int64]rules.StandingDecision{}
	for _, d := range judged.Decisions {
		standing[d.ID] = d
	}
	for _, act := range slices.Backward(options.Decisions) {
		d, stands := standing[act.ID]
		if act.Site != snapshot.Site.ID || !stands && !history {
			continue
		}
		row := rowOf(pack, act)
		if stands {
			row.State, row.Findings = string(d.State), d.Findings
			row.Presence = presence(pack, judged, row)
		}
		answer.Decisions = append(answer.Decisions, row)
	}
	return answer, f.proveGone(ctx, pack, options, snapshot, answer.Decisions)
}

// proveGone looks again at decided findings that are not there while their rule did not see all: the comparison with the
// last snapshot that had one says whether it is gone.
func (f *File) proveGone(ctx context.Context, pack *rules.Pack, options rules.Options, snapshot store.Snapshot, rows []DecisionRow) error {
	open := map[string][]*DecisionRow{}
	for i, r := range rows {
		if r.Presence == "unknown" && r.Finding != "" {
			open[r.Finding] = append(open[r.Finding], &rows[i])
		}
	}
	if len(open) == 0 {
		return nil
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return err
	}
	options.Decisions = nil
	for _, s := range slices.Backward(all) {
		if !sameSite(s, snapshot) || s.ID >= snapshot.ID || !finished(s) || len(open) == 0 {
			continue
		}
		judged, err := pack.Judge(ctx, f.store, s.ID, options)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(judged.Findings, func(x Finding) bool { return open[x.ID] != nil }) {
			continue
		}
		compared, err := pack.Compare(ctx, rules.Side{File: f.store, Snapshot: s.ID}, rules.Side{File: f.store, Snapshot: snapshot.ID}, options)
		if err != nil {
			return err
		}
		for _, x := range compared.Findings {
			for _, row := range open[x.ID] {
				if x.Change == rules.Resolved {
					row.Presence = "gone"
				}
			}
			delete(open, x.ID)
		}
	}
	return nil
}

// rowOf shows an act by itself: as one that no longer stands.
func rowOf(pack *rules.Pack, a store.Decision) DecisionRow {
	row := DecisionRow{
		State: "replaced", Scope: a.Scope, Rule: a.Rule, Resource: a.Resource, Key: a.Key, Aspect: a.Aspect, Subject: a.Subject,
		Reason: a.Reason, Owner: a.Owner, Until: a.Until, By: a.By, At: stamp(a.At), Act: a.Act,
	}
	if a.Act == store.ActCleared {
		row.State = "cleared"
	}
	if len(a.SiteIDs) > 0 {
		row.site = a.SiteIDs[0]
	}
	if a.Scope == store.ScopeFinding {
		row.Finding = rules.FindingID(row.site, a.Rule, a.Resource, a.Key, a.Aspect)
	}
	if r := ruleOf(pack, a.Rule); r != nil {
		row.Rule, row.Title = r.ID, r.Title
	}
	return row
}

// presence says whether what was decided on is still found.
func presence(pack *rules.Pack, judged *rules.Judgement, row DecisionRow) string {
	if row.Findings > 0 {
		return "found"
	}
	for _, v := range judged.Verdicts {
		if v.Rule != row.Rule {
			continue
		}
		if v.Verdict == rules.NotEvaluated || v.Verdict == rules.Error || v.Partial {
			return "unknown"
		}
		return "gone"
	}
	if r := ruleOf(pack, row.Rule); r != nil && r.Kind == rules.Drift { // there is nothing to compare with
		return "unknown"
	}
	return "no_rule"
}
