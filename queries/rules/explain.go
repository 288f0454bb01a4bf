package rules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// ErrNoFinding: no finding of the judgement has that id, or several have that prefix.
var ErrNoFinding = errors.New("no such finding")

// Find is the finding with that id or unique prefix of it, with or without "F-".
func (j *Judgement) Find(id string) (*Finding, error) {
	prefix := strings.ToLower(strings.TrimPrefix(strings.ToUpper(id), "F-"))
	var found *Finding
	for i := range j.Findings {
		if prefix == "" || !strings.HasPrefix(j.Findings[i].ID[len("F-"):], prefix) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: several begin with %q, %s and %s for instance", ErrNoFinding, id, found.ID, j.Findings[i].ID)
		}
		found = &j.Findings[i]
	}
	if found == nil {
		return nil, fmt.Errorf("%w: %q in snapshot %d", ErrNoFinding, id, j.Snapshot.ID)
	}
	return found, nil
}

// Explanation is why a finding is there: what decided, as it was stored, and how it was asked for.
type Explanation struct {
	Finding    Finding           `json:"finding"`
	Verdict    RuleVerdict       `json:"verdict"`
	Rule       RuleWords         `json:"rule"`
	Now        string            `json:"now"`        // what :now was
	Parameters map[string]any    `json:"parameters"` // every one that the SELECT binds
	Objects    []ExplainedObject `json:"objects"`    // the finding's own first
}

// RuleWords are a rule's texts.
type RuleWords struct {
	ID             string   `json:"id"`
	File           string   `json:"file"`
	Rev            int      `json:"rev"`
	Title          string   `json:"title"`
	Why            string   `json:"why"`
	Fix            []string `json:"fix"` // one step each
	FalsePositives string   `json:"false_positives"`
	Source         string   `json:"source"`
	Maps           []string `json:"maps"`
	SQL            string   `json:"sql"`
}

// Words gives the rule's texts.
func (r *Rule) Words() RuleWords {
	fix := []string{}
	if r.Fix != "" {
		fix = strings.Split(r.Fix, "\n")
	}
	return RuleWords{r.ID, r.File, r.Rev, r.Title, r.Why, fix, r.FalsePositives, r.Source, append([]string{}, r.Maps...), r.SQL}
}

// ExplainedObject is one deciding object with the requests that brought it.
type ExplainedObject struct {
	Resource string          `json:"resource"`
	Key      string          `json:"key"`
	KeyParts []string        `json:"key_parts"`
	Name     string          `json:"name"`
	Body     json.RawMessage `json:"body"` // as stored: the members kept
	Requests []store.Request `json:"requests"`
}

// Explain shows what decided a finding of a judgement.
func (p *Pack) Explain(ctx context.Context, f *store.File, j *Judgement, finding *Finding, opt Options) (*Explanation, error) {
	r, err := p.FindRule(finding.Rule)
	if err != nil {
		return nil, err
	}
	set, err := p.settings(opt.File, opt.Parameters)
	if err != nil {
		return nil, err
	}
	out := &Explanation{Finding: *finding, Rule: r.Words(), Now: j.Now.UTC().Format(timeText), Parameters: map[string]any{}, Objects: []ExplainedObject{}}
	if i := slices.IndexFunc(j.Verdicts, func(v RuleVerdict) bool { return v.Rule == r.ID }); i >= 0 {
		out.Verdict = j.Verdicts[i]
	}
	args := set.of(r)
	names, _ := placeholders(r.SQL)
	for _, name := range names {
		if name != "now" {
			out.Parameters[name] = args[name]
		}
	}
	log, err := f.Requests(ctx, j.Snapshot.ID)
	if err != nil {
		return nil, fmt.Errorf("explaining %s: %w", finding.ID, err)
	}
	own := Ref{finding.Resource, finding.Key}
	refs := append([]Ref{own}, slices.DeleteFunc(slices.Clone(finding.Evidence), func(ref Ref) bool { return ref == own })...)
	for _, ref := range refs {
		o, err := f.Object(ctx, j.Snapshot.ID, ref.Resource, ref.Key)
		if row, given := p.ReferenceObject(ref); errors.Is(err, store.ErrNotFound) && given {
			o, err = row, nil
		}
		if errors.Is(err, store.ErrNotFound) {
			continue // evidence may name what the snapshot does not hold: an account seen only by its id
		}
		if err != nil {
			return nil, fmt.Errorf("explaining %s: %w", finding.ID, err)
		}
		out.Objects = append(out.Objects, ExplainedObject{Resource: ref.Resource, Key: ref.Key, KeyParts: store.KeyParts(ref.Key),
			Name: nameOf(o.Body, ref.Key), Body: o.Body, Requests: requestsFor(log, ref)})
	}
	return out, nil
}

// requestsFor picks the rows of the request log that brought an object: those of its resource and parent, else of its
// resource, else (where it came inside another answer) of its parent's resource.
func requestsFor(log []store.Request, ref Ref) []store.Request {
	parent, inParent := parentOf(ref)
	for _, fits := range []func(store.Request) bool{
		func(q store.Request) bool { return inParent && q.Resource == ref.Resource && q.Parent == parent.Key },
		func(q store.Request) bool { return q.Resource == ref.Resource && q.Parent == "" },
		func(q store.Request) bool { return inParent && q.Resource == parent.Resource && q.Parent == "" },
	} {
		found := []store.Request{}
		for _, q := range log {
			if fits(q) {
				found = append(found, q)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return []store.Request{}
}
