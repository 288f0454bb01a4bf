package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// Explanation is why a finding is one: the rule, the objects that decide, what is stored of each
// and the requests that brought them.
type Explanation struct {
	File     FileInfo          `json:"file"`
	Snapshot Snapshot          `json:"snapshot"` // in which it was found
	Before   *Snapshot         `json:"before"`   // of a finding about a change: with what that was compared; else null
	Finding  Finding           `json:"finding"`
	Change   rules.Change      `json:"change"` // since the snapshot before; "" if that was not asked
	Verdict  *RuleVerdict      `json:"verdict"`
	Rule     RuleText          `json:"rule"`
	Objects  []ExplainedObject `json:"objects"`
}

// ExplainedObject is one deciding object and where it comes from.
type ExplainedObject struct {
	Resource string           `json:"resource"`
	Key      string           `json:"key"`
	Body     json.RawMessage  `json:"body"`   // as stored: the members kept; null if the object is not in the snapshot
	Digest   string           `json:"digest"` // of the body
	Requests []ExplainedQuery `json:"requests"`

	Side      string   `json:"side"`      // "before": the baseline alone has it, and body, digest and requests are of there; else ""
	Read      []string `json:"-"`         // members of the body that the rule may read: owner.accountId
	Reference bool     `json:"reference"` // no object of the snapshot but an entry of the reference data
}

// ExplainedQuery is a row of the request log.
type ExplainedQuery struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Status int    `json:"status"`
	At     string `json:"at"`
}

// mostExplained bounds the deciding objects whose bodies are shown; the finding names them all.
const mostExplained = 50

// mostRequests bounds the requests shown of one object; a list asked for in batches may have thousands.
const mostRequests = 20

var findingID = regexp.MustCompile(`^(?i:f-)?[0-9a-fA-F]{1,16}$`)

// Explain finds a finding by its id or any unique beginning of it: in the snapshot given, else in
// the latest, in what drifted there since the baseline, and in the earlier ones, newest first.
func (f *File) Explain(ctx context.Context, id, ref, site string, since Baseline, j Judging) (*Explanation, error) {
	pack, options, err := j.load(ctx, f)
	if err != nil {
		return nil, err
	}
	x, err := f.locate(ctx, pack, options, id, ref, site, since)
	if err != nil {
		return nil, err
	}
	sides := []side{{f.store, x.place}}
	if x.drift {
		before, _, done, err := f.sides(ctx, since.of(x.place))
		if err != nil {
			return nil, err
		}
		defer done()
		sides = append(sides, before)
	}
	e, err := f.explain(ctx, pack, sides, x.finding)
	if err != nil {
		return nil, err
	}
	for _, v := range verdicts(x.judged.Verdicts) {
		if v.Rule == x.finding.Rule {
			e.Verdict = &v
		}
	}
	return e, nil
}

// ExplainKnown explains a finding of a snapshot that was judged before; since is what one about a change was found against,
// nil of any other. Nothing is judged: there is no verdict.
func (f *File) ExplainKnown(ctx context.Context, x Finding, ref string, since *Baseline, j Judging) (*Explanation, error) {
	pack, err := loadRules(j.Rules)
	if err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	sides := []side{{f.store, snapshot}}
	if since != nil {
		before, _, done, err := f.sides(ctx, since.of(snapshot))
		if err != nil {
			return nil, err
		}
		defer done()
		sides = append(sides, before)
	}
	return f.explain(ctx, pack, sides, x)
}

// located is a finding and where it is.
type located struct {
	finding Finding
	place   store.Snapshot   // that has it
	judged  *rules.Judgement // of that snapshot
	drift   bool             // it tells of a change since the baseline
}

// locate finds a finding by its id or any unique beginning of it.
func (f *File) locate(ctx context.Context, pack *rules.Pack, options rules.Options, id, ref, site string, since Baseline) (*located, error) {
	if !findingID.MatchString(id) {
		return nil, Usage(fmt.Sprintf("%q is no id of a finding", id), "they read F-1a2b3c4d5e6f7081; plumbline findings FILE --json lists them")
	}
	want := "F-" + strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(id, "F-"), "f-"))
	first, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	places := []store.Snapshot{first}
	if ref == "" {
		for _, s := range slices.Backward(all) {
			if sameSite(s, first) && s.ID != first.ID && finished(s) {
				places = append(places, s)
			}
		}
	}
	var known []string
	for i, place := range places {
		var judged *rules.Judgement
		var drift []Finding
		if i == 0 { // what drifted belongs to the pair that ends here
			judged, drift, err = f.judgeSince(ctx, pack, options, place, since)
		} else {
			judged, err = pack.Judge(ctx, f.store, place.ID, options)
		}
		if err != nil {
			return nil, err
		}
		var found []located
		for j, x := range slices.Concat(judged.Findings, drift) {
			known = append(known, x.ID)
			if strings.HasPrefix(x.ID, want) {
				found = append(found, located{x, place, judged, j >= len(judged.Findings)})
			}
		}
		switch {
		case len(found) > 1:
			return nil, Usage(fmt.Sprintf("%q begins the ids of %d findings", id, len(found)), "give more of it: "+found[0].finding.ID+" or "+found[1].finding.ID)
		case len(found) == 1:
			return &found[0], nil
		}
	}
	return nil, Unknown("finding", id, known, "plumbline findings FILE --json lists the ids, plumbline compare FILE --json those about a change")
}

// explain reads the deciding objects of a finding where they lie: of one about a change after comes first, then before.
func (f *File) explain(ctx context.Context, pack *rules.Pack, sides []side, x Finding) (*Explanation, error) {
	e := &Explanation{File: f.Info(), Snapshot: snapshotOf(sides[0].snapshot), Finding: finding(x), Objects: []ExplainedObject{}}
	if len(sides) > 1 {
		before := snapshotOf(sides[1].snapshot)
		e.Before = &before
	}
	rule, err := pack.FindRule(x.Rule)
	if err != nil {
		return nil, err
	}
	e.Rule = ruleText(rule)
	requests := make([][]store.Request, len(sides))
	for y, at := range sides {
		if requests[y], err = at.file.Requests(ctx, at.snapshot.ID); err != nil {
			return nil, err
		}
	}
	deciding := e.Finding.Evidence
	own := Ref{Resource: x.Resource, Key: x.Key}
	deciding = append([]Ref{own}, slices.DeleteFunc(slices.Clone(deciding), func(r Ref) bool { return r == own })...)
	for _, ref := range deciding[:min(len(deciding), mostExplained)] {
		o := ExplainedObject{Resource: ref.Resource, Key: ref.Key, Body: json.RawMessage("null"), Requests: []ExplainedQuery{}, Read: rule.MembersRead(ref.Resource)}
		for y, at := range sides {
			object, err := at.file.Object(ctx, at.snapshot.ID, ref.Resource, ref.Key)
			if errors.Is(err, store.ErrNotFound) {
				continue
			} else if err != nil {
				return nil, fmt.Errorf("reading %s: %w", ref.Resource, err)
			}
			o.Body, o.Digest, o.Side = object.Body, digest(object.Body), [2]string{"", "before"}[y]
			o.Requests = requestsFor(requests[y], ref, object.Body)
			break
		}
		if entry, given := pack.ReferenceObject(ref); given && o.Digest == "" {
			o.Body, o.Digest, o.Reference = entry.Body, digest(entry.Body), true
		}
		e.Objects = append(e.Objects, o)
	}
	return e, nil
}

// requestsFor are the rows of the log that stand for an object: of its parent's part, where its key
// begins with the parent's or its body names it, else of its resource as a whole, else those that
// asked for many parents at once. What comes out of another resource's answers was asked for there.
func requestsFor(all []store.Request, ref Ref, body []byte) []ExplainedQuery {
	resource := ref.Resource
	for _, r := range collector.Resources() {
		if r.Name == resource && r.Inside != "" {
			resource = r.Inside
		}
	}
	for _, ours := range []func(parent string) bool{
		func(parent string) bool {
			return parent != "" && (ref.Key == parent || strings.HasPrefix(ref.Key, parent+"\x1f"))
		},
		func(parent string) bool { return parent == "" },
		func(parent string) bool { return bytes.Contains(body, []byte(`"`+parent+`"`)) },
		func(parent string) bool { // of many parents at once, or a word for all
			return strings.Contains(parent, "\x1f") || !strings.ContainsAny(parent, "0123456789")
		},
		func(string) bool { return true }, // of one of the parents, or of several: a role comes of every directory of an account
	} {
		out := []ExplainedQuery{}
		for _, r := range all {
			if len(out) < mostRequests && r.Resource == resource && r.Status >= 200 && r.Status < 300 && ours(r.Parent) {
				out = append(out, ExplainedQuery{r.Method, r.Path, r.Status, stamp(r.At)})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return []ExplainedQuery{}
}
