package rules

import (
	"encoding/json"
	"time"

	"plumbline/store"
)

// Severity says how bad a finding is.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists them worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// Rank is 0 for critical, 4 for info, -1 for a word that is no severity.
func (s Severity) Rank() int {
	for i, known := range Severities() {
		if s == known {
			return i
		}
	}
	return -1
}

// Verdict is what the engine says of a rule on a snapshot.
type Verdict string

// The verdicts. NotEvaluated is never a pass: the rule could not look.
const (
	Fail          Verdict = "fail"           // at least one row
	Pass          Verdict = "pass"           // no row, every need complete, something in scope
	NotEvaluated  Verdict = "not_evaluated"  // a need is missing, partial without rows, or guarded
	NotApplicable Verdict = "not_applicable" // the product is absent, or nothing is in scope with complete coverage
	Error         Verdict = "error"          // the rule itself failed
)

// Kind tells a rule about one snapshot from one about a change.
type Kind string

// State rules read one snapshot, drift rules before_<resource> and after_<resource>.
const (
	State Kind = "state"
	Drift Kind = "drift"
)

// Rule is one SQL file that finds one kind of weakness; see Parse for its form.
type Rule struct {
	ID       string // the file's name without .sql
	File     string // as it was opened, for messages
	Kind     Kind
	Rev      int      // raised when the verdict can change
	Replaces []string // ids the rule had before, newest first
	Title    string
	Severity Severity
	Worst    Severity // that a row may have: the severity, or a worse one that the SELECT names
	Scored   bool     // false: the score leaves it out
	Category string
	Products []string // jira-cloud, jira-dc, confluence-cloud, confluence-dc, org, grant
	Objects  []string // resources its findings are about; several: the column resource is required

	Needs     []string // their rows stand even when they are partial
	NeedsAll  []string // the rule leans on absence here: without completeness no rows
	Optional  []string // absent: that leg is silent, and the reason says so
	Reference []string // reference data it reads, no resources: advisory, lifecycle
	TextOf    []string // of columns that hold several kinds of names, those that it reads as text (group); a redacted copy keeps the others from nothing
	Guard     string   // a SELECT; a row means not evaluated, its first column is the reason
	Unknown   string   // a SELECT of what cannot be judged, its first column is the reason
	Params    []Param
	Maps      []string // iso27001:A.5.18 ...

	Source, Why, Fix, FalsePositives string

	SQL  string // the SELECT
	Text string // the whole file
	Line int    // of the file where the SELECT begins
	line map[string]int
}

// Product is the product a finding of the rule is shown under: jira, confluence, organisation, datacenter or grant.
func (r *Rule) Product() string {
	dc := len(r.Products) > 0
	for _, p := range r.Products {
		dc = dc && (p == "jira-dc" || p == "confluence-dc")
	}
	if dc {
		return "datacenter"
	}
	for _, p := range r.Products {
		switch p {
		case "jira-cloud":
			return "jira"
		case "confluence-cloud":
			return "confluence"
		case "org":
			return "organisation"
		case "grant":
			return "grant"
		}
	}
	return ""
}

// Identity is the id that finding ids are made of: the oldest in the replaces chain.
// The header lists the chain newest first, so that it is the last.
func (r *Rule) Identity() string {
	if n := len(r.Replaces); n > 0 {
		return r.Replaces[n-1]
	}
	return r.ID
}

// Reads lists every resource the rule declares, each once: needs, needs-all, optional.
func (r *Rule) Reads() []string {
	var all []string
	seen := map[string]bool{}
	for _, list := range [][]string{r.Needs, r.NeedsAll, r.Optional} {
		for _, name := range list {
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	return all
}

// Param is a value a rule's SQL binds as :name; lists are bound as JSON text.
type Param struct {
	Name    string
	Type    string // bool, int, number, text, list
	Default any    // bool, int64, float64, string or []string
	About   string
}

// Ref names one object of a snapshot.
type Ref struct {
	Resource string `json:"resource"`
	Key      string `json:"key"`
}

// Finding is one object breaking one rule. Its identity is (site, rule, resource, key, aspect) and nothing else.
type Finding struct {
	ID        string     `json:"id"`
	Rule      string     `json:"rule"`
	Title     string     `json:"title"`
	Severity  Severity   `json:"severity"`
	Product   string     `json:"product"`
	Category  string     `json:"category"`
	Resource  string     `json:"resource"`
	Key       string     `json:"key"`
	Aspect    string     `json:"aspect"`
	Subject   string     `json:"subject"`
	Detail    string     `json:"detail"`     // completes "<subject> ..."
	Partial   bool       `json:"partial"`    // found on a need that is not complete
	FirstSeen *time.Time `json:"first_seen"` // start of the snapshot; nil: not asked
	Decision  *Decision  `json:"decision"`   // as it stands at the date judged; nil: none. The raw verdict stays as it is
	Evidence  []Ref      `json:"evidence"`   // deciding objects; the finding's own object where the rule names none
}

// DecisionState is how a decision on a finding stands at the date judged.
type DecisionState string

// Only an accepted risk takes a finding out of what is open; an expired one has re-opened by itself.
const (
	Confirmed DecisionState = "confirmed"
	Accepted  DecisionState = "accepted"
	Expired   DecisionState = "expired"
)

// Decision is a person's judgement on a finding, as it stands at the date judged.
type Decision struct {
	State  DecisionState `json:"state"`
	Reason string        `json:"reason"` // of an accepted risk, as owner and until; "" for a confirmed one that gives none
	Owner  string        `json:"owner"`
	Until  string        `json:"until"` // the last day it holds, 2027-03-31; "" if confirmed
	By     string        `json:"by"`
	At     string        `json:"at"`    // RFC 3339, UTC
	Scope  string        `json:"scope"` // finding, object (the rule on an object), below (the rule below a parent)
}

// Accepted reports whether the risk of the finding is accepted at the date judged.
func (f *Finding) Accepted() bool { return f.Decision != nil && f.Decision.State == Accepted }

// Need is one resource a rule reads and what came of collecting it.
type Need struct {
	Resource string        `json:"resource"`
	Outcome  store.Outcome `json:"outcome"`
}

// RuleVerdict is what the engine says of one rule on one snapshot.
type RuleVerdict struct {
	Rule     string   `json:"rule"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	Product  string   `json:"product"`
	Kind     Kind     `json:"kind"`
	Verdict  Verdict  `json:"verdict"`
	Partial  bool     `json:"partial"`
	Findings int      `json:"findings"`
	Reason   string   `json:"reason"`
	Needs    []Need   `json:"needs"`

	Parameters map[string]any `json:"parameters"` // all that the rule binds, with the value in force
	RuleTexts

	Category string   `json:"-"` // of the rule, as the next two: what the score needs besides
	Scored   bool     `json:"-"`
	Worst    Severity `json:"-"`
	Shown    bool     `json:"-"` // partial for nothing but a list of what an administrator of the product may see: the score takes it for whole
}

// RuleTexts are what a rule says of itself, kept with its verdicts so that these stand alone.
type RuleTexts struct {
	Rev            int      `json:"rev"`
	Maps           []string `json:"maps"` // controls: iso27001:A.5.18 ...
	Source         string   `json:"source"`
	Why            string   `json:"why"`
	Fix            string   `json:"fix"` // one step a line
	FalsePositives string   `json:"false_positives"`
}

func (r *Rule) texts() RuleTexts {
	return RuleTexts{r.Rev, append([]string{}, r.Maps...), r.Source, r.Why, r.Fix, r.FalsePositives}
}

// InForce says which rules judged, so that a report names what produced it.
type InForce struct {
	Pack          string         `json:"pack"`
	Digest        string         `json:"digest"`            // sha256 over every rule file
	ReferenceData string         `json:"reference_data"`    // latest day to which the reference data read are known to be right, 2026-11-21; "" while no rule reads any
	Parameters    map[string]any `json:"parameters"`        // those that differ from their default; RULE-ID.NAME for one rule's
	Unused        []string       `json:"unused_parameters"` // kept in the file, but of no rule in force: left aside
}

// Judgement is every rule's verdict on one snapshot.
type Judgement struct {
	Snapshot store.Snapshot
	Now      time.Time // what :now was
	Rules    InForce
	Scoring  Scoring       // what Score weighs with
	Verdicts []RuleVerdict // by rule id
	Findings []Finding     // by severity, rule, subject, key, aspect

	Decisions []StandingDecision // that stand for the snapshot, of rules in force or not

	Took map[string]time.Duration // by rule: how long asking it took, beside others; without those that were in the cache
}

// Progress is how far the judging of a snapshot is. Nothing is told of one whose verdicts were all kept.
type Progress struct {
	Snapshot int64
	Done     int          // rules judged
	Of       int          // rules
	Reading  bool         // the snapshot is being read: of the rules that are left not all can be asked yet
	Verdict  *RuleVerdict // the one that has come; nil: none, Reading has changed
	Findings []Finding    // of that rule, without decisions; only for the time of the call
}

// Options steer Judge and Compare. The zero value judges with defaults.
type Options struct {
	Parameters []string          // NAME=VALUE or RULE-ID.NAME=VALUE, as flags give them; later ones win
	File       map[string]string // parameters kept with the file, by the same names
	Decisions  []store.Decision  // every act kept with the file; none changes a verdict
	AsOf       time.Time         // replaces the snapshot's start as :now, unless zero
	Deadline   time.Duration     // for each rule; 0: 30 s
	Rows       int               // for each rule; 0: 500,000
	NoCache    bool              // neither read nor write the cache directory
	TwoSites   bool              // compare snapshots of different sites all the same
	Progress   func(Progress)    // told while rules are judged that were not yet, one call at a time; nil: nobody listens
	domains    *[]string         // verified ones to reckon with; nil: those of the snapshot
}

// Change is what became of a finding or an object between two snapshots.
type Change string

// Findings are new, resolved, persisting or not comparable; objects added, removed or changed.
const (
	New           Change = "new"
	Resolved      Change = "resolved"
	Persisting    Change = "persisting"
	NotComparable Change = "not_comparable"
	Added         Change = "added"
	Removed       Change = "removed"
	Changed       Change = "changed"
)

// Side is one snapshot of a comparison; the two may lie in different files.
type Side struct {
	File     *store.File
	Snapshot int64
}

// Cause is an object change that explains why a finding came or went.
type Cause struct {
	Resource string   `json:"resource"`
	Key      string   `json:"key"`
	Change   Change   `json:"change"`
	Fields   []string `json:"fields"`
	By       *Actor   `json:"by,omitempty"` // where the audit log shows it
}

// Actor is who made a change, as an audit log tells it.
type Actor struct {
	Account string `json:"account"`
	Name    string `json:"name,omitempty"`
	At      string `json:"at"`      // as the log gives it, RFC 3339
	Summary string `json:"summary"` // the log's own words
	Event   Ref    `json:"event"`
}

// ChangedFinding is a finding and what became of it. The finding is after's, unless only before has it.
type ChangedFinding struct {
	Finding
	Change   Change  `json:"change"`
	Reason   string  `json:"reason"` // of not_comparable
	CausedBy []Cause `json:"caused_by"`

	Gone bool `json:"-"` // only before has it
}

// VerdictPair is one rule's verdict on both sides; a drift rule's is that of the pair, and stands on both.
type VerdictPair struct {
	Rule   string  `json:"rule"`
	Kind   Kind    `json:"kind"`
	Before Verdict `json:"before"`
	After  Verdict `json:"after"`
	Reason string  `json:"reason"`

	Parameters map[string]any `json:"parameters"` // all that the rule binds; the same on both sides

	Title    string   `json:"-"`
	Severity Severity `json:"-"`
}

// ResourceComparison counts the object changes of one resource. Comparable is false where an absence on either
// side proves nothing; what was seen on both sides is compared all the same.
type ResourceComparison struct {
	Resource      string `json:"resource"`
	Comparable    bool   `json:"comparable"`
	Reason        string `json:"reason"`
	Added         int    `json:"added"`
	Removed       int    `json:"removed"`
	Changed       int    `json:"changed"`
	Equal         int    `json:"equal"`
	NotComparable int    `json:"not_comparable"` // seen on one side, its absence on the other unproven
}

// FieldChange is one member of a body that differs. A member not kept or hidden on one side is not compared.
type FieldChange struct {
	Field         string          `json:"field"` // owner.accountId
	Before        json.RawMessage `json:"before"`
	After         json.RawMessage `json:"after"`
	NotComparable string          `json:"not_comparable,omitempty"` // why it is not compared
}

// ObjectChange is one object that was added, removed or changed.
type ObjectChange struct {
	Resource string        `json:"resource"`
	Key      string        `json:"key"`
	Name     string        `json:"name"`
	Change   Change        `json:"change"`
	Fields   []FieldChange `json:"fields"`
}

// ChangeCounts counts findings by what became of them.
type ChangeCounts struct {
	New           int `json:"new"`
	Resolved      int `json:"resolved"`
	Persisting    int `json:"persisting"`
	NotComparable int `json:"not_comparable"`
}

// CaseCounts counts a rule's cases by their kind.
type CaseCounts struct {
	Fail     int `json:"fail"`
	Clean    int `json:"clean"`
	Denied   int `json:"denied"`
	Partial  int `json:"partial"`
	NearMiss int `json:"near_miss"`
	Absent   int `json:"absent"`
}

// Problem is something wrong with a rule file or its cases.
type Problem struct {
	Rule  string
	File  string
	Line  int // 0 if none
	Words string
}
