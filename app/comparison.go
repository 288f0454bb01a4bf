package app

import (
	"context"

	"plumbline/queries/rules"
	"plumbline/store"
)

// ComparisonQuery asks for two snapshots of a site side by side.
type ComparisonQuery struct {
	Before, After string // references; "" is the pinned or preceding one, and the latest
	With          string // a second file: before is of the first, after of this one
	From          string // a second file, the other way round: before is of this one, after of the first
	Site          string
	AcrossSites   bool // two different sites, asked outright
	Objects       bool // list the objects too: there may be many
	Judging
	Filter
	Since string
	Alarm Alarm
}

// Comparison is two snapshots side by side. Members and their names are those of docs/cli.md.
type Comparison struct {
	Before    Snapshot             `json:"before"`
	After     Snapshot             `json:"after"`
	Rules     InForce              `json:"rules"`
	Score     *ScoreChange         `json:"score"` // on what was evaluated in both
	Counts    ComparedCounts       `json:"counts"`
	Verdicts  []VerdictPair        `json:"verdicts"`
	Drift     []Finding            `json:"drift"`
	Findings  []ChangedFinding     `json:"findings"`
	Resources []ResourceComparison `json:"resources"`
	Objects   []ObjectChange       `json:"objects"`

	RuleChanges []RuleChange `json:"rule_changes"` // rules that differ from those that judged a side first on this machine

	Exit Exit `json:"-"`
}

// ComparedCounts counts findings by what became of them, whatever was decided on them; and of those the accepted ones.
type ComparedCounts struct {
	ChangeCounts
	Accepted ChangeCounts `json:"accepted"`
}

func count(c *ChangeCounts, change rules.Change) {
	switch change {
	case rules.New:
		c.New++
	case rules.Resolved:
		c.Resolved++
	case rules.Persisting:
		c.Persisting++
	case rules.NotComparable:
		c.NotComparable++
	}
}

// Compare judges both snapshots by the same rules and says what changed.
func (f *File) Compare(ctx context.Context, q ComparisonQuery) (*Comparison, error) {
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
	return f.compare(ctx, pack, options, q)
}

func (f *File) compare(ctx context.Context, pack *rules.Pack, options rules.Options, q ComparisonQuery) (*Comparison, error) {
	before, after, done, err := f.sides(ctx, q)
	if err != nil {
		return nil, err
	}
	defer done()
	options.TwoSites = q.AcrossSites
	compared, err := pack.Compare(ctx, before.of(), after.of(), options)
	if err != nil {
		return nil, err
	}
	answer := comparison(compared, before.snapshot, after.snapshot, q)
	if q.Objects {
		for o, err := range compared.Objects(ctx) {
			if err != nil {
				return nil, err
			}
			o.Fields = list(o.Fields)
			answer.Objects = append(answer.Objects, o)
		}
	}
	return answer, nil
}

// comparison narrows what was compared to what was asked, and counts that.
func comparison(c *rules.Comparison, before, after store.Snapshot, q ComparisonQuery) *Comparison {
	answer := &Comparison{
		Before: snapshotOf(before), After: snapshotOf(after), Rules: inForce(c.Rules), Score: c.Score(),
		Verdicts: list(c.Verdicts), Drift: []Finding{}, Findings: make([]ChangedFinding, 0, len(c.Findings)), Resources: list(c.Resources), Objects: []ObjectChange{},
		RuleChanges: list(c.RuleChanges),
	}
	for _, v := range answer.Verdicts {
		if v.Before == rules.Error || v.After == rules.Error {
			answer.Exit = Failed
		}
	}
	for _, x := range c.Drift {
		if q.Filter.finding(x) && q.Since == "" {
			answer.Drift = append(answer.Drift, finding(x))
			if q.Alarm.Severity != "" && (Alarm{Severity: q.Alarm.Severity}).rings(x, false) { // it is neither new nor old
				answer.Exit = Worst(answer.Exit, FailOn)
			}
		}
	}
	for _, x := range c.Findings {
		if !q.Filter.finding(x.Finding) || q.Since != "" && string(x.Change) != q.Since {
			continue
		}
		x.Finding, x.CausedBy = finding(x.Finding), causes(x.CausedBy)
		answer.Findings = append(answer.Findings, x)
		count(&answer.Counts.ChangeCounts, x.Change)
		if x.Accepted() {
			count(&answer.Counts.Accepted, x.Change)
		}
		if x.Change != rules.Resolved && q.Alarm.rings(x.Finding, x.Change == rules.New) {
			answer.Exit = Worst(answer.Exit, FailOn)
		}
	}
	return answer
}

func causes(all []rules.Cause) []rules.Cause {
	out := make([]rules.Cause, len(all))
	for i, c := range all {
		c.Fields = list(c.Fields)
		out[i] = c
	}
	return out
}

// side is one snapshot of a comparison and the file it lies in.
type side struct {
	file     *store.File
	snapshot store.Snapshot
}

func (s side) of() rules.Side { return rules.Side{File: s.file, Snapshot: s.snapshot.ID} }

// sides finds the two snapshots that are meant; done closes what was opened for them.
func (f *File) sides(ctx context.Context, q ComparisonQuery) (before, after side, done func(), err error) {
	switch {
	case q.With != "":
		before, after, err = f.sidesWith(ctx, q)
	case q.From != "":
		before, after, err = f.sidesFrom(ctx, q)
	default:
		var all []store.Snapshot
		if all, err = f.store.Snapshots(ctx); err == nil {
			before.file, after.file = f.store, f.store
			before.snapshot, after.snapshot, err = findPair(all, q.Before, q.After, q.Site)
		}
	}
	if err != nil {
		return before, after, nil, err
	}
	return before, after, func() {
		for _, s := range []side{before, after} {
			if s.file != f.store {
				s.file.Close()
			}
		}
	}, nil
}

// sidesWith takes one snapshot of each of two files: before of the first, after of the second.
// Where neither is named, the latest of both are taken and the earlier one comes before.
func (f *File) sidesWith(ctx context.Context, q ComparisonQuery) (before, after side, err error) {
	other, err := Open(ctx, q.With)
	if err != nil {
		return before, after, err
	}
	first, second := q.Before, q.After
	if before.snapshot, err = f.find(ctx, first, q.Site); err == nil {
		after.snapshot, err = other.find(ctx, second, q.Site)
	}
	if err != nil {
		other.Close()
		return before, after, err
	}
	before.file, after.file = f.store, other.store
	if first == "" && second == "" && after.snapshot.Started.Before(before.snapshot.Started) {
		before, after = after, before
	}
	return before, after, nil
}

// sidesFrom takes before from another file, its latest snapshot of the same site where none is named.
func (f *File) sidesFrom(ctx context.Context, q ComparisonQuery) (before, after side, err error) {
	if after.snapshot, err = f.find(ctx, q.After, q.Site); err != nil {
		return before, after, err
	}
	other, err := Open(ctx, q.From)
	if err != nil {
		return before, after, err
	}
	site := after.snapshot.Site.SiteID()
	if q.AcrossSites {
		site = ""
	}
	if before.snapshot, err = other.find(ctx, q.Before, site); err != nil {
		other.Close()
		return before, after, err
	}
	before.file, after.file = other.store, f.store
	return before, after, nil
}
