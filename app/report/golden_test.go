package report

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"plumbline/app"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// small is a report with one of each: a finding that is accepted, one that is new, one that went, one that cannot be compared.
func small() *app.Report {
	finished, low, high := "2026-11-16T09:12:00.000Z", 0, 49
	s := app.Snapshot{
		ID: 9, Site: "https://harbourline.example", Started: "2026-11-16T09:00:00.000Z", Finished: &finished, State: "partial", Digest: "sha256:9d41",
		Addresses: []string{"https://harbourline.example"}, Vantage: app.Vantage{Account: "712020:a", Name: "Ida Holm", Credentials: []string{"token"}, Scopes: []string{}, Groups: []string{}, Permissions: []string{}},
	}
	before := s
	before.ID, before.Started, before.Digest, before.Label = 7, "2026-08-17T09:00:00.000Z", "sha256:77c0", "Q3 audit"
	verdict := app.RuleVerdict{Rule: "CONF-ACCESS-001", Title: "Anonymous users can edit a space", Severity: "critical", Product: "confluence", Kind: "state", Verdict: "fail", Findings: 2}
	verdict.Maps, verdict.Why, verdict.Fix = []string{"iso27001:A.5.15", "cis8:3.3"}, "Anybody may change it.", "Open the space.\nTake the grant away."
	lost := app.RuleVerdict{Rule: "JIRA-APP-001", Title: "Old app", Severity: "medium", Product: "jira", Kind: "state", Verdict: "not_evaluated", Reason: "app was denied"}
	finding := func(id, key, subject string) app.ChangedFinding {
		return app.ChangedFinding{Finding: app.Finding{
			ID: id, Rule: verdict.Rule, Title: verdict.Title, Severity: "critical", Product: "confluence", Category: "access security", Resource: "confluence_space",
			Key: key, Subject: subject, Detail: "can be edited by anonymous visitors", Evidence: []app.Ref{{Resource: "confluence_space_permission", Key: key + "\x1frole\x1fANONYMOUS"}},
		}}
	}
	accepted, came := finding("F-0000000000000001", "98306", "=PEOPLE|*"), finding("F-0000000000000002", "98307", "EVENTS")
	went, apart := finding("F-0000000000000003", "98308", "LOBBY"), finding("F-0000000000000004", "98309", "CRM")
	accepted.Change, came.Change, went.Change, apart.Change = "persisting", "new", "resolved", "not_comparable"
	accepted.Decision = &app.Decision{State: "accepted", Reason: "Public by design", Owner: "K. Lindqvist", Until: "2027-03-31", By: "Ida Holm", At: "2026-11-17T10:00:00.000Z", Scope: "finding"}
	apart.Reason, apart.Gone, went.Gone = "denied after", true, true
	r := &app.Report{
		File: app.FileInfo{Path: "harbourline.plumb.db", Format: 4}, Made: "2026-11-20T10:00:00.000Z", Program: "1.0.0", Site: app.Site{Name: "Harbourline", Kind: "cloud"},
		People: "full", Named: 3, Seal: app.SealNote{State: "valid", By: "ida@northgate.example", Key: "SHA256:4f1c", At: "2026-11-16T11:03:00.000Z", Differences: []string{}},
		Snapshot: s, Taken: app.Taken{Program: "1.0.0", PersonalData: "full", Requests: 3412, Objects: 31204}, Baseline: &before, BaselineSeal: &app.SealNote{State: "unsealed", Differences: []string{}},
		Rules:    app.InForce{Pack: "2026.11", Digest: "sha256:58be", ReferenceData: "2026-11-21", Parameters: map[string]any{}, Unused: []string{}},
		Score:    app.Score{Low: &low, High: &high, Coverage: 0.81, BoundedBy: verdict.Rule},
		Counts:   app.Counts{Critical: 2, NotEvaluated: 1, Accepted: app.AcceptedCounts{Critical: 1}},
		Changes:  &app.ComparedCounts{ChangeCounts: app.ChangeCounts{New: 1, Resolved: 1, Persisting: 1, NotComparable: 1}},
		Verdicts: []app.RuleVerdict{verdict, lost}, Findings: []app.ChangedFinding{accepted, came},
		Gone:      []app.ChangedFinding{went, apart},
		Coverage:  []app.CoverageRow{{Resource: "app", Outcome: "denied", HTTPStatus: 403, Reason: "Forbidden", RulesLost: []string{"JIRA-APP-001"}}, {Resource: "confluence_space", Outcome: "complete", Objects: 15, Requests: 2}},
		Decisions: []app.DecisionRow{{State: "accepted", Scope: "finding", Rule: verdict.Rule, Title: verdict.Title, Subject: "=PEOPLE|*", Reason: "Public by design", Owner: "K. Lindqvist", Until: "2027-03-31", By: "Ida Holm", At: "2026-11-17T10:00:00.000Z", Findings: 1, Presence: "found"}},
		Questions: &app.QuestionList{Counts: app.QuestionCounts{Answered: 1, Yes: 1, Due: 1, No: 1, Open: 1}, Questions: []app.QuestionRow{{ID: "ATT-SSO-001", Question: "Is single sign-on enforced?", State: "answered", Answer: &app.Attestation{Answer: "yes", By: "Ida Holm", On: "2026-11-12", Evidence: "policy page"}},
			{ID: "ATT-LINKS-001", Question: "Are public links off?", State: "due", Answer: &app.Attestation{Answer: "no", By: "K. Lindqvist", On: "2025-03-04"}},
			{ID: "ATT-AUTO-001", Question: "Does automation send nothing out?", State: "open"}}},
		Shows: app.ReportParts{Decisions: true, NotLookedAt: true},
	}
	r.Notices = []app.Notice{{Code: "unsealed", Words: "There is no seal on the snapshot before: nothing proves that it is as it was collected."}, {Code: "partial", Grave: true, Words: "The snapshot is partial: not everything that the site has was read."}}
	return r
}

// TestGolden holds the small text formats still: scripts of users rely on them.
func TestGolden(t *testing.T) {
	for _, format := range []string{"csv", "md", "sarif", "ocsf.json"} {
		got, path := written(t, format, small()), filepath.Join("testdata", "small."+format)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what it was; go test ./app/report -update rewrites it\n%s", path, got)
		}
	}
}
