package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"plumbline/store/internal/db"
)

// decisionFormat is the first format that has decisions and parameters: an older file has none.
const decisionFormat = 2

// The acts of a decision, and what it is about: one finding, a rule on an object, or a rule on all that lies below a parent.
const (
	ActConfirmed = "confirmed"
	ActAccepted  = "accepted"
	ActCleared   = "cleared"

	ScopeFinding = "finding"
	ScopeObject  = "object"
	ScopeBelow   = "below"
)

// Target is what a decision is about.
type Target struct {
	Site     int64  // row in this file
	Rule     string // the oldest id of its replaces chain
	Scope    string
	Resource string // of the object, or of the parent
	Key      string
	Aspect   string // of a finding, else ""
}

// Decision is one act of one person. Acts are only ever added; of those on one target the latest
// stands.
type Decision struct {
	ID int64 // 0 until it is added
	Target
	SiteIDs []string // every id the site is known by; filled in when read
	At      time.Time
	By      string
	Act     string
	Reason  string
	Owner   string
	Until   string // the last day an accepted risk holds, 2027-03-31; else ""
	Subject string // what it was about, in words
}

// Decisions are all acts, in the order in which they were made.
func (f *File) Decisions(ctx context.Context) ([]Decision, error) {
	if f.format < decisionFormat {
		return nil, nil
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Decisions(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading decisions: %w", explain(err))
	}
	if len(rows) == 0 {
		return nil, nil
	}
	sites, err := f.sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading decisions: %w", explain(err))
	}
	ids := map[int64][]string{}
	for _, s := range sites {
		ids[s.ID] = s.IDs
	}
	all := make([]Decision, len(rows))
	for i, r := range rows {
		all[i] = Decision{
			ID: r.ID, Target: Target{r.Site, r.Rule, r.Scope, r.Resource, r.Key, r.Aspect}, SiteIDs: ids[r.Site],
			At: parseTime(r.At), By: r.Person, Act: r.Act, Reason: r.Reason, Owner: r.Owner, Until: r.Until, Subject: r.Subject,
		}
	}
	return all, nil
}

// Decide adds acts, all of them or none.
func (f *File) Decide(ctx context.Context, acts []Decision) error {
	return f.note(ctx, "adding decisions", func() error {
		for _, d := range acts {
			if err := f.q.AddDecision(ctx, d.params()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d Decision) params() db.AddDecisionParams {
	return db.AddDecisionParams{
		At: formatTime(d.At), Person: d.By, Site: d.Site, Rule: d.Rule, Scope: d.Scope, Resource: d.Resource, Key: d.Key,
		Aspect: d.Aspect, Act: d.Act, Reason: d.Reason, Owner: d.Owner, Until: d.Until, Subject: d.Subject}
}

// Parameter is one act of setting a rule's parameter, or of no longer setting it.
type Parameter struct {
	At    time.Time
	By    string
	Name  string // NAME or RULE-ID.NAME
	Value string // as it is typed
	Unset bool
}

// Parameters are all acts, in the order in which they were made; the last of a name counts.
func (f *File) Parameters(ctx context.Context) ([]Parameter, error) {
	if f.format < decisionFormat {
		return nil, nil
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Parameters(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading parameters: %w", explain(err))
	}
	all := make([]Parameter, len(rows))
	for i, r := range rows {
		all[i] = Parameter{At: parseTime(r.At), By: r.Person, Name: r.Name, Value: r.Value.String, Unset: !r.Value.Valid}
	}
	return all, nil
}

// SetParameter adds one act.
func (f *File) SetParameter(ctx context.Context, p Parameter) error {
	return f.note(ctx, "keeping a parameter", func() error {
		return f.q.AddParameter(ctx, p.params())
	})
}

func (p Parameter) params() db.AddParameterParams {
	return db.AddParameterParams{At: formatTime(p.At), Person: p.By, Name: p.Name, Value: sql.NullString{String: p.Value, Valid: !p.Unset}}
}

// note writes what people say beside the evidence, in one transaction.
func (f *File) note(ctx context.Context, doing string, do func() error) error {
	if !f.writable {
		return ErrReadOnly
	}
	release, err := f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	before := rawStamp(f.path)
	if err := f.transaction(ctx, do); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	f.keepStamp(before)
	return nil
}
