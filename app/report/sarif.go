package report

import (
	"io"
	"slices"
	"strings"

	"plumbline/app"
)

// The parts of SARIF that are used (OASIS, Static Analysis Results Interchange Format 2.1.0, sections in brackets). The
// test reads what is written with a library that carries OASIS' own schema. docs/report.md has the mapping.
type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool         `json:"tool"`
		Language    string            `json:"language"`
		Newlines    []string          `json:"newlineSequences"`
		Invocations []sarifInvocation `json:"invocations"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Results     []sarifResult     `json:"results"`
		Properties  map[string]any    `json:"properties"`
	}
	sarifAutomation struct { // 3.17
		ID string `json:"id"`
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name     string      `json:"name"`
		Version  string      `json:"version"`
		Language string      `json:"language"`
		Rules    []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID               string         `json:"id"`
		ShortDescription sarifText      `json:"shortDescription"`
		FullDescription  *sarifText     `json:"fullDescription,omitempty"`
		Help             *sarifText     `json:"help,omitempty"`
		Default          sarifLevel     `json:"defaultConfiguration"`
		Properties       map[string]any `json:"properties"`
	}
	sarifLevel struct { // 3.50
		Level string `json:"level"`
	}
	sarifText struct { // 3.11, 3.12
		Text string `json:"text"`
	}
	sarifInvocation struct { // 3.20
		Successful    bool                `json:"executionSuccessful"`
		End           string              `json:"endTimeUtc"`
		Execution     []sarifNotification `json:"toolExecutionNotifications"`
		Configuration []sarifNotification `json:"toolConfigurationNotifications"`
	}
	sarifNotification struct { // 3.58
		Descriptor *sarifID  `json:"descriptor,omitempty"`
		Rule       *sarifID  `json:"associatedRule,omitempty"`
		Level      string    `json:"level"`
		Message    sarifText `json:"message"`
	}
	sarifID struct { // 3.52
		ID string `json:"id"`
	}
	sarifResult struct { // 3.27
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Baseline     string             `json:"baselineState,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   map[string]any     `json:"properties"`
	}
	sarifLocation struct { // 3.28
		Logical []sarifLogical `json:"logicalLocations"`
	}
	sarifLogical struct { // 3.33
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct { // 3.35
		Kind          string         `json:"kind"`
		Status        string         `json:"status"`
		Justification string         `json:"justification"`
		Properties    map[string]any `json:"properties"`
	}
)

// sarifFingerprint is the name under which a result carries the id of its finding.
const sarifFingerprint = "plumblineFindingId/v1"

// sarifLevels are SARIF's three levels by severity; securitySeverity is what code scanning services sort by.
var (
	sarifLevels      = map[app.Severity]string{"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
	securitySeverity = map[app.Severity]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
	baselineStates   = map[string]string{"new": "new", "persisting": "unchanged", "resolved": "absent"} // a finding that is not comparable has none
)

// writeSARIF writes one run: a result for each finding, a notification for each notice and each rule that could not look.
func writeSARIF(w io.Writer, r *app.Report) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "Plumbline", Version: r.Program, Language: "en-US", Rules: []sarifRule{}}}, Language: "en-US", Newlines: []string{"\r\n", "\n"},
		Automation: sarifAutomation{"plumbline/" + host(r.Snapshot.Site) + "/" + r.Snapshot.Digest},
		Results:    []sarifResult{},
		Properties: map[string]any{
			"site": r.Snapshot.Site, "snapshot": r.Snapshot, "baseline": r.Baseline, "seal": r.Seal, "rules": r.Rules, "score": r.Score,
			"counts": r.Counts, "changes": r.Changes, "totals": totals(r), "filter": r.Filter, "notices": r.Notices,
		},
	}
	done := sarifInvocation{Successful: true, End: r.Made, Execution: []sarifNotification{}, Configuration: []sarifNotification{}}
	for _, n := range slices.Concat(r.Notices, attestations(r)) {
		level := "note"
		if n.Grave {
			level = "error"
		}
		done.Execution = append(done.Execution, sarifNotification{Descriptor: &sarifID{n.Code}, Level: level, Message: sarifText{n.Words}})
	}
	at := map[string]int{}
	for _, v := range r.Verdicts {
		at[v.Rule] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(v))
		switch v.Verdict {
		case "not_evaluated":
			done.Configuration = append(done.Configuration, sarifNotification{Rule: &sarifID{v.Rule}, Level: "warning", Message: sarifText{"could not look: " + v.Reason}})
		case "error":
			done.Configuration = append(done.Configuration, sarifNotification{Rule: &sarifID{v.Rule}, Level: "error", Message: sarifText{"failed: " + v.Reason}})
			done.Successful = false
		}
	}
	for _, list := range lists(r) {
		for i := range list.findings {
			x := &list.findings[i]
			one := sarifResultOf(x, list.kind)
			one.RuleIndex = -1 // of a rule that gave no verdict, as drift rules where the pack has no place for them
			if n, known := at[x.Rule]; known {
				one.RuleIndex = n
			}
			run.Results = append(run.Results, one)
		}
	}
	run.Invocations = []sarifInvocation{done}
	return encode(w, sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifRuleOf(v app.RuleVerdict) sarifRule {
	rule := sarifRule{
		ID: v.Rule, ShortDescription: sarifText{v.Title}, Default: sarifLevel{sarifLevels[v.Severity]},
		Properties: map[string]any{
			"tags": append([]string{"security", v.Product}, v.Maps...), "security-severity": securitySeverity[v.Severity],
			"severity": v.Severity, "kind": v.Kind, "verdict": v.Verdict, "partial": v.Partial, "reason": v.Reason, "findings": v.Findings, "parameters": v.Parameters,
		},
	}
	if v.Why != "" {
		rule.FullDescription = &sarifText{v.Why}
	}
	if v.Fix != "" {
		rule.Help = &sarifText{v.Fix}
	}
	return rule
}

func sarifResultOf(x *app.ChangedFinding, kind string) sarifResult {
	key := strings.Join(app.KeyParts(x.Key), "/")
	one := sarifResult{
		RuleID: x.Rule, Level: sarifLevels[x.Severity], Message: sarifText{strings.TrimSpace(app.Neutral(x.Subject + " " + x.Detail))},
		Locations:    []sarifLocation{{[]sarifLogical{{Name: app.Neutral(firstWords(x.Subject, key)), Full: x.Resource + "/" + key, Kind: "object"}}}},
		Fingerprints: map[string]string{sarifFingerprint: x.ID},
		Baseline:     baselineStates[string(x.Change)],
		Properties: map[string]any{
			"kind": kind, "severity": x.Severity, "title": x.Title, "product": x.Product, "category": x.Category, "resource": x.Resource, "key": x.Key, "aspect": x.Aspect,
			"partial": x.Partial, "change": x.Change, "reason": x.Reason, "evidence": x.Evidence, "caused_by": x.CausedBy, "first_seen": x.FirstSeen, "decision": x.Decision,
		},
	}
	if x.Accepted() {
		one.Suppressions = []sarifSuppression{{"external", "accepted", x.Decision.Reason, map[string]any{"owner": x.Decision.Owner, "until": x.Decision.Until, "by": x.Decision.By}}}
	}
	return one
}
