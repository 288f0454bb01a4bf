package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// ReportQuery asks for a report of one snapshot, compared with an earlier one of its site where there is one.
type ReportQuery struct {
	Snapshot string // a reference; "" is the latest
	Before   string // a reference; "" is the pinned one, else the preceding one, else nothing is compared
	From     string // another file that Before is in; "": this one
	Alone    bool   // compare with nothing
	Site     string
	Judging
	Filter
	Since string // new, resolved, persisting or not_comparable: only these findings

	People      People // how people are named; "" is in full
	Decisions   bool   // accepted risks one by one, with reason, owner and expiry
	NotLookedAt bool   // what was not seen whole one by one, with the reason
	SQL         bool   // the SELECT of every rule
	Objects     bool   // the objects that changed, one by one: there may be many. Formats ask for it themselves
	History     bool   // judge all earlier snapshots to say since when each finding is there
	Brand       *Brand // nil: none
	Alarm       Alarm

	Now time.Time // when the report is made; zero: now
}

// Report is all that a report says, whatever its format; a format may leave things out, but never a Notice and never a
// finding. Members and their names are those of docs/cli.md.
type Report struct {
	File    FileInfo `json:"file"`
	Made    string   `json:"made"`    // RFC 3339, UTC
	Program string   `json:"program"` // the version that made it
	Site    Site     `json:"site"`
	People  People   `json:"people"` // how they are named
	Named   int      `json:"named"`  // people whom the report names or has a sign for
	Filter  string   `json:"filter"` // what narrows the findings, in words; "" where nothing does
	Notices []Notice `json:"notices"`
	Brand   *Brand   `json:"brand,omitempty"`
	Seal    SealNote `json:"seal"`

	BaselineSeal *SealNote `json:"baseline_seal"` // null where nothing was compared
	Snapshot     Snapshot  `json:"snapshot"`
	Taken        Taken     `json:"taken"`

	Baseline    *Snapshot            `json:"baseline"` // null where nothing was compared
	Rules       InForce              `json:"rules"`
	Score       Score                `json:"score"`
	Figure      ScoreFigure          `json:"figure"` // what the score is made of
	Counts      Counts               `json:"counts"`
	Changes     *ComparedCounts      `json:"changes"`      // null where nothing was compared, as the next three
	ScoreChange *ScoreChange         `json:"score_change"` // on what was evaluated in both
	RuleChanges []RuleChange         `json:"rule_changes"`
	Resources   []ResourceComparison `json:"resources"`
	Verdicts    []RuleVerdict        `json:"verdicts"`
	Findings    []ChangedFinding     `json:"findings"` // of the snapshot, worst first; change is "" where nothing was compared
	Gone        []ChangedFinding     `json:"gone"`     // of the baseline alone: resolved, or not comparable
	Drift       []Finding            `json:"drift"`
	Coverage    []CoverageRow        `json:"coverage"`
	Decisions   []DecisionRow        `json:"decisions"` // that stand, expired ones too
	Questions   *QuestionList        `json:"attestations"`
	Outsiders   *Outsiders           `json:"outsiders"`
	Objects     []ObjectChange       `json:"objects,omitempty"`
	SQL         map[string]string    `json:"sql,omitempty"` // by rule

	Shows ReportParts `json:"-"`
	Exit  Exit        `json:"-"`
}

// ReportParts are the parts of a report that may be left out; what they are about is counted all the same.
type ReportParts struct{ Decisions, NotLookedAt bool }

// Taken says how a snapshot was collected.
type Taken struct {
	Program      string `json:"program"`       // the version that collected it
	PersonalData string `json:"personal_data"` // full or domain
	Requests     int64  `json:"requests"`
	Objects      int64  `json:"objects"`
}

// SealNote is how the seal of a snapshot stands. Of several seals it is the one that the state rests on.
type SealNote struct {
	State       string   `json:"state"` // valid, unknown_key, unsealed, broken
	By          string   `json:"by"`    // who signed, as far as the key tells
	Key         string   `json:"key"`   // its fingerprint: SHA256:...
	At          string   `json:"at"`
	Differences []string `json:"differences"` // of a broken one, in words
}

// Notice is what must not be missed when a report is read: every format prints all of them.
type Notice struct {
	Code  string `json:"code"`  // seal_broken, seal_unknown_key, unsealed, partial, gap, not_evaluated, error, expired, filtered, unused_parameter
	Grave bool   `json:"grave"` // it bears on what the report can be trusted for
	Words string `json:"words"` // whole sentences
}

// Report judges a snapshot, compares it, and gathers what a report says.
func (f *File) Report(ctx context.Context, q ReportQuery) (*Report, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := q.Filter.check(pack); err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, q.Snapshot, q.Site)
	if err != nil {
		return nil, err
	}
	judged, err := pack.Judge(ctx, f.store, snapshot.ID, options)
	if err != nil {
		return nil, err
	}
	if q.History {
		if err := pack.FirstSeen(ctx, f.store, judged, options, true); err != nil {
			return nil, err
		}
	}
	scored := judged.Score()
	r := &Report{
		File: f.Info(), Made: stamp(q.Now), Program: Version(), People: q.People, Brand: q.Brand,
		Snapshot: snapshotOf(snapshot), Rules: inForce(judged.Rules), Score: scored.Score, Figure: scored.Raw,
		Verdicts: verdicts(judged.Verdicts), Findings: []ChangedFinding{}, Gone: []ChangedFinding{}, Drift: []Finding{},
		RuleChanges: []RuleChange{}, Resources: []ResourceComparison{}, Filter: q.narrowed(),
		Taken: Taken{Program: snapshot.Program, PersonalData: snapshot.PersonalData, Objects: snapshot.Objects},
		Shows: ReportParts{q.Decisions, q.NotLookedAt},
	}
	if err := f.reportCompared(ctx, pack, options, snapshot, judged, q, r); err != nil {
		return nil, err
	}
	for _, v := range r.Verdicts {
		switch {
		case v.Verdict == rules.Error:
			r.Exit = Worst(r.Exit, Failed)
		case v.Verdict == rules.NotEvaluated && q.Filter.passes(v.Severity, v.Rule, v.Product):
			r.Counts.NotEvaluated++
		}
	}
	covered, err := f.covered(ctx, snapshot, judged.Verdicts)
	if err != nil {
		return nil, err
	}
	r.Coverage = covered.Resources
	for _, c := range r.Coverage {
		r.Taken.Requests += c.Requests
	}
	if err := f.reportSeals(ctx, q, r); err != nil {
		return nil, err
	}
	if err := f.reportOutsiders(ctx, snapshot, q, r); err != nil {
		return nil, err
	}
	if err := f.reportBeside(ctx, snapshot, q, r); err != nil {
		return nil, err
	}
	if q.SQL {
		r.SQL = map[string]string{}
		for _, rule := range pack.Rules {
			r.SQL[rule.ID] = rule.SQL
		}
	}
	if err := f.namePeople(ctx, snapshot, q, r); err != nil {
		return nil, err
	}
	r.Notices = notices(r)
	return r, nil
}

func (q *ReportQuery) check() error {
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	if q.People == "" {
		q.People = PeopleFull
	}
	if !slices.Contains(PeopleWords(), string(q.People)) {
		return Unknown("way to name people", string(q.People), PeopleWords(), "there are full, initials and codes")
	}
	if q.Alone && (q.Before != "" || q.From != "" || q.Since != "" || q.Alarm.New) {
		return Usage("a report that compares with nothing has no snapshot before", "leave --alone out, or the snapshot before")
	}
	return checkSince(q.Since)
}

// reportSeals looks at the seals of what the report is made of. A broken one is printed, and ends the command so.
func (f *File) reportSeals(ctx context.Context, q ReportQuery, r *Report) error {
	seal, err := f.sealOf(ctx, r.Snapshot.ID)
	if err != nil {
		return err
	}
	r.Seal = *seal
	if r.Baseline != nil {
		in := f
		if q.From != "" {
			if in, err = Open(ctx, q.From); err != nil {
				return err
			}
			defer in.Close()
		}
		if r.BaselineSeal, err = in.sealOf(ctx, r.Baseline.ID); err != nil {
			return err
		}
	}
	for _, s := range []*SealNote{&r.Seal, r.BaselineSeal} {
		if s != nil && s.State == SealBrokenState {
			r.Exit = Worst(r.Exit, SealBroken)
		}
	}
	return nil
}

// sealOf looks at the seals of one snapshot. A file with rows that nobody collected is as broken as they are.
func (f *File) sealOf(ctx context.Context, snapshot int64) (*SealNote, error) {
	v, err := f.Verify(ctx, VerifyQuery{Snapshot: numberOf(snapshot)})
	if err != nil {
		return nil, fmt.Errorf("looking at the seal of snapshot %d: %w", snapshot, err)
	}
	one := v.Snapshots[0]
	note := &SealNote{State: one.State, Key: one.Signer, Differences: []string{}}
	if len(v.Differences) > 0 {
		note.State = SealBrokenState
	}
	for _, s := range one.Seals {
		if s.Signer == one.Signer {
			note.By, note.At = s.Comment, s.Sealed
		}
	}
	for _, d := range append(one.Differences, v.Differences...) {
		note.Differences = append(note.Differences, d.Words)
	}
	return note, nil
}

// reportBeside adds what people said: decisions and attestations.
func (f *File) reportBeside(ctx context.Context, snapshot store.Snapshot, q ReportQuery, r *Report) error {
	ref := numberOf(snapshot.ID)
	decided, err := f.Decisions(ctx, ref, "", q.Judging, false)
	if err != nil {
		return err
	}
	r.Decisions = decided.Decisions
	if r.Questions, err = f.Questions(ctx, ref, ""); err != nil {
		return err
	}
	sites, err := f.Sites(ctx)
	if err != nil {
		return err
	}
	for _, s := range sites {
		if s.ID == snapshot.Site.SiteID() {
			r.Site = s
		}
	}
	return nil
}

// reportCompared fills in findings, with what became of them where there is an earlier snapshot.
func (f *File) reportCompared(ctx context.Context, pack *rules.Pack, options rules.Options, snapshot store.Snapshot, judged *rules.Judgement, q ReportQuery, r *Report) error {
	compared, err := f.reportPair(ctx, pack, options, snapshot, q)
	if err != nil {
		return err
	}
	became := map[string]ChangedFinding{}
	if compared != nil {
		r.Baseline, r.ScoreChange, r.Resources, r.RuleChanges = &compared.Before, compared.Score, compared.Resources, compared.RuleChanges
		r.Changes, r.Drift, r.Objects, r.Exit = &compared.Counts, compared.Drift, compared.Objects, compared.Exit
		for _, x := range compared.Findings {
			if x.Gone {
				r.Gone = append(r.Gone, x)
			} else {
				became[x.ID] = x
			}
		}
	}
	for _, x := range judged.Findings {
		c := became[x.ID]
		if !q.Filter.finding(x) || q.Since != "" && string(c.Change) != q.Since {
			continue
		}
		if c.Change == "" && compared != nil { // domains verified on either side count in a comparison
			c.Change, c.Reason = rules.NotComparable, "with the domains that the organisation had verified at either time it is not found"
			r.Changes.NotComparable++
		}
		c.Finding, c.CausedBy = finding(x), list(c.CausedBy)
		r.Findings = append(r.Findings, c)
		r.Counts.add(x)
		if q.Alarm.rings(x, c.Change == rules.New) {
			r.Exit = Worst(r.Exit, FailOn)
		}
	}
	return nil
}

// reportPair compares with the snapshot before; nil where there is none and none was asked for.
func (f *File) reportPair(ctx context.Context, pack *rules.Pack, options rules.Options, snapshot store.Snapshot, q ReportQuery) (*Comparison, error) {
	if q.Alone {
		return nil, nil
	}
	pair := ComparisonQuery{Before: q.Before, After: numberOf(snapshot.ID), From: q.From, Judging: q.Judging, Filter: q.Filter, Since: q.Since, Objects: q.Objects}
	compared, err := f.compare(ctx, pack, options, pair)
	var none *Problem
	if errors.As(err, &none) && q.Before == "" && q.From == "" && q.Since == "" && !q.Alarm.New {
		return nil, nil // the first snapshot of a site
	}
	return compared, err
}

// numberOf is the reference that names a snapshot whatever its label.
func numberOf(id int64) string { return strconv.FormatInt(id, 10) }
