package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
)

// FindingsQuery asks for the findings of one snapshot.
type FindingsQuery struct {
	Snapshot string // a reference; "" is the latest
	Site     string
	Judging
	Filter
	History bool   // judge all earlier snapshots to say since when each finding is there
	Undated bool   // do not ask since when: it takes reading what is kept of all earlier snapshots
	Since   string // new, resolved, persisting or not_comparable: only what has become so since the snapshot before
	Alarm   Alarm
}

// Findings is a judged snapshot. Members and their names are those of docs/cli.md.
type Findings struct {
	File     FileInfo      `json:"file"`
	Snapshot Snapshot      `json:"snapshot"`
	Rules    InForce       `json:"rules"`
	Score    *Score        `json:"score"` // of all findings, whatever is filtered
	Counts   Counts        `json:"counts"`
	Verdicts []RuleVerdict `json:"verdicts"`
	Findings []Finding     `json:"findings"`

	Gaps    []CoverageRow `json:"-"` // resources that rules read and that were not seen whole
	Unread  int           `json:"-"` // further resources not seen whole, which no rule reads
	Earlier bool          `json:"-"` // there is an earlier snapshot to compare with
	Exit    Exit          `json:"-"`
}

// Counts counts findings by severity, whatever was decided on them, and rules that could not look.
type Counts struct {
	Critical     int `json:"critical"`
	High         int `json:"high"`
	Medium       int `json:"medium"`
	Low          int `json:"low"`
	Info         int `json:"info"`
	NotEvaluated int `json:"not_evaluated"`

	Accepted  AcceptedCounts `json:"accepted"`  // those of the above whose risk is accepted
	Confirmed int            `json:"confirmed"` // and those that somebody confirmed
	Expired   int            `json:"expired"`   // and those whose acceptance has run out: they are open again
}

// AcceptedCounts counts findings whose risk is accepted, by severity.
type AcceptedCounts struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

// All is how many there are.
func (c AcceptedCounts) All() int { return c.Critical + c.High + c.Medium + c.Low + c.Info }

// Of is the count of one severity.
func (c Counts) Of(s Severity) int {
	switch s {
	case rules.Critical:
		return c.Critical
	case rules.High:
		return c.High
	case rules.Medium:
		return c.Medium
	case rules.Low:
		return c.Low
	}
	return c.Info
}

// Findings judges a snapshot.
func (f *File) Findings(ctx context.Context, q FindingsQuery) (*Findings, error) {
	pack, options, err := q.Judging.load(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := q.Filter.check(pack); err != nil {
		return nil, err
	}
	if err := checkSince(q.Since); err != nil {
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
	if !q.Undated {
		if err := pack.FirstSeen(ctx, f.store, judged, options, q.History); err != nil {
			return nil, err
		}
	}
	answer := &Findings{
		File: f.Info(), Snapshot: snapshotOf(snapshot), Rules: inForce(judged.Rules),
		Score: &judged.Score().Score, Verdicts: verdicts(judged.Verdicts), Findings: []Finding{},
	}
	changes := map[string]rules.Change{}
	pool := judged.Findings
	if q.Since != "" || q.Alarm.New {
		compared, err := f.compareSince(ctx, pack, options, snapshot, Baseline{})
		if err != nil {
			return nil, err
		}
		for _, c := range compared.Findings {
			changes[c.ID] = c.Change
		}
		if q.Since != "" {
			since := map[string]*time.Time{}
			for _, x := range judged.Findings {
				since[x.ID] = x.FirstSeen
			}
			pool = nil
			for _, c := range compared.Findings {
				if string(c.Change) == q.Since {
					c.FirstSeen = since[c.ID]
					pool = append(pool, c.Finding)
				}
			}
		}
	}
	answer.Findings = make([]Finding, 0, len(pool))
	for _, x := range pool {
		if !q.Filter.finding(x) {
			continue
		}
		answer.Findings = append(answer.Findings, finding(x))
		answer.Counts.add(x)
		if changes[x.ID] != rules.Resolved && q.Alarm.rings(x, changes[x.ID] == rules.New) {
			answer.Exit = FailOn
		}
	}
	for _, v := range answer.Verdicts {
		if v.Verdict == rules.NotEvaluated && q.Filter.passes(v.Severity, v.Rule, v.Product) {
			answer.Counts.NotEvaluated++
		}
		if v.Verdict == rules.Error {
			answer.Exit = Worst(answer.Exit, Failed)
		}
	}
	if answer.Gaps, answer.Unread, err = f.gaps(ctx, snapshot.ID, answer.Verdicts); err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	_, none := preceding(all, snapshot)
	answer.Earlier = none == nil
	return answer, nil
}

// Changes are the words that --since takes.
func Changes() []string {
	return []string{string(rules.New), string(rules.Resolved), string(rules.Persisting), string(rules.NotComparable)}
}

func checkSince(word string) error {
	if word != "" && !slices.Contains(Changes(), word) {
		return Unknown("change", word, Changes(), "--since takes "+strings.Join(Changes(), ", "))
	}
	return nil
}

func (c *Counts) add(x Finding) {
	var at [2]*int
	switch x.Severity {
	case rules.Critical:
		at = [2]*int{&c.Critical, &c.Accepted.Critical}
	case rules.High:
		at = [2]*int{&c.High, &c.Accepted.High}
	case rules.Medium:
		at = [2]*int{&c.Medium, &c.Accepted.Medium}
	case rules.Low:
		at = [2]*int{&c.Low, &c.Accepted.Low}
	default:
		at = [2]*int{&c.Info, &c.Accepted.Info}
	}
	*at[0]++
	if x.Decision == nil {
		return
	}
	switch x.Decision.State {
	case rules.Accepted:
		*at[1]++
	case rules.Confirmed:
		c.Confirmed++
	case rules.Expired:
		c.Expired++
	}
}

// finding, verdicts and inForce see to it that no list is null in JSON.
func finding(x Finding) Finding {
	x.Evidence = list(x.Evidence)
	return x
}

func verdicts(all []RuleVerdict) []RuleVerdict {
	out := make([]RuleVerdict, len(all))
	for i, v := range all {
		v.Needs = list(v.Needs)
		out[i] = v
	}
	return out
}

func inForce(r InForce) InForce {
	if r.Parameters == nil {
		r.Parameters = map[string]any{}
	}
	r.Unused = list(r.Unused)
	return r
}
