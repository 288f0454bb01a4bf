package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that is written: class 2003, Compliance Finding
// (schema.ocsf.io/1.2.0/classes/compliance_finding). The test validates against that schema. docs/report.md has the mapping.
const ocsfVersion = "1.2.0"

// OCSF's numbers for what became of a finding, how bad it is and how it stands.
const (
	ocsfCreate, ocsfUpdate, ocsfClose, ocsfOther    = 1, 2, 3, 99
	ocsfNew, ocsfInProgress, ocsfSuppressed, ocsfUp = 1, 2, 3, 4
	ocsfUnknown, ocsfPass, ocsfFail                 = 0, 1, 3
)

var ocsfSeverity = map[app.Severity]int{"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}

// standards are the names of what a rule's maps lead to.
var standards = map[string]string{"iso27001": "ISO/IEC 27001:2022 Annex A", "soc2": "SOC 2 Trust Services Criteria", "csf2": "NIST CSF 2.0", "cis8": "CIS Controls v8", "attack": "MITRE ATT&CK"}

type (
	ocsfEvent struct {
		ActivityID  int            `json:"activity_id"`
		CategoryUID int            `json:"category_uid"`
		ClassUID    int            `json:"class_uid"`
		TypeUID     int            `json:"type_uid"`
		Time        int64          `json:"time"` // milliseconds since 1970
		SeverityID  int            `json:"severity_id"`
		StatusID    int            `json:"status_id"`
		Message     string         `json:"message"`
		Metadata    ocsfMetadata   `json:"metadata"`
		Cloud       ocsfCloud      `json:"cloud"`
		Finding     ocsfFinding    `json:"finding_info"`
		Compliance  ocsfCompliance `json:"compliance"`
		Resource    *ocsfResource  `json:"resource,omitempty"`
		Remediation *ocsfText      `json:"remediation,omitempty"`
		Unmapped    map[string]any `json:"unmapped,omitempty"`
	}
	ocsfMetadata struct {
		Version  string      `json:"version"`
		Product  ocsfProduct `json:"product"`
		Profiles []string    `json:"profiles"`
		UID      string      `json:"uid"`
	}
	ocsfProduct struct {
		Name       string `json:"name"`
		VendorName string `json:"vendor_name"`
		Version    string `json:"version"`
	}
	ocsfCloud struct {
		Provider string `json:"provider"`
	}
	ocsfFinding struct {
		UID       string   `json:"uid"`
		Title     string   `json:"title"`
		Desc      string   `json:"desc"`
		Types     []string `json:"types"`
		FirstSeen int64    `json:"first_seen_time,omitempty"`
		LastSeen  int64    `json:"last_seen_time,omitempty"`
	}
	ocsfCompliance struct {
		Control      string   `json:"control,omitempty"`
		Standards    []string `json:"standards"`
		Requirements []string `json:"requirements,omitempty"`
		Status       string   `json:"status"`
		StatusID     int      `json:"status_id"`
		StatusDetail string   `json:"status_detail,omitempty"`
	}
	ocsfResource struct {
		UID  string `json:"uid"`
		Name string `json:"name"`
		Type string `json:"type"`
	}
	ocsfText struct {
		Desc string `json:"desc"`
	}
)

// writeOCSF writes an array of events, one a line: the totals and each notice, then each finding.
func writeOCSF(w io.Writer, r *app.Report) error {
	out := bufio.NewWriter(w)
	sep := "[\n"
	put := func(e ocsfEvent) error {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		out.WriteString(sep) // a bufio.Writer keeps its first error for Flush
		out.Write(line)
		sep = ",\n"
		return nil
	}
	at := milliseconds(r.Snapshot.Started)
	notices := slices.Concat([]app.Notice{{Code: "totals", Words: totals(r)}}, r.Notices, attestations(r))
	for i, n := range notices {
		e := ocsfEventOf(r, at, ocsfOther)
		e.SeverityID, e.StatusID, e.Message = ocsfSeverity["info"], ocsfNew, n.Words
		e.Metadata.UID = fmt.Sprintf("%s/notice/%d", r.Snapshot.Digest, i)
		e.Finding = ocsfFinding{UID: e.Metadata.UID, Title: n.Code, Desc: n.Words, Types: []string{"notice"}}
		e.Compliance = ocsfCompliance{Standards: []string{"Plumbline"}, Status: "Unknown", StatusID: ocsfUnknown, StatusDetail: n.Words}
		e.Unmapped = map[string]any{"kind": "notice", "grave": n.Grave, "snapshot": r.Snapshot.Digest, "seal": r.Seal.State}
		if err := put(e); err != nil {
			return err
		}
	}
	verdicts := verdictsOf(r)
	for _, list := range lists(r) {
		for i := range list.findings {
			if err := put(ocsfFindingOf(r, &list.findings[i], verdicts[list.findings[i].Rule], list.kind, at)); err != nil {
				return err
			}
		}
	}
	out.WriteString("\n]\n")
	return out.Flush()
}

func ocsfEventOf(r *app.Report, at int64, activity int) ocsfEvent {
	return ocsfEvent{
		ActivityID: activity, CategoryUID: 2, ClassUID: 2003, TypeUID: 2003*100 + activity, Time: at, Cloud: ocsfCloud{"Atlassian"},
		Metadata: ocsfMetadata{Version: ocsfVersion, Product: ocsfProduct{"Plumbline", "Plumbline", r.Program}, Profiles: []string{"cloud"}},
	}
}

func ocsfFindingOf(r *app.Report, x *app.ChangedFinding, v app.RuleVerdict, kind string, at int64) ocsfEvent {
	activity, status := ocsfCreate, ocsfNew
	switch x.Change {
	case "persisting", "not_comparable":
		activity = ocsfUpdate
	case "resolved":
		activity, status = ocsfClose, ocsfUp
	}
	if x.Decision != nil && status != ocsfUp {
		status = map[string]int{"accepted": ocsfSuppressed, "confirmed": ocsfInProgress, "expired": ocsfNew}[string(x.Decision.State)]
	}
	e := ocsfEventOf(r, at, activity)
	e.SeverityID, e.StatusID, e.Message = ocsfSeverity[x.Severity], status, app.Neutral(x.Subject+" "+x.Detail)
	e.Metadata.UID = r.Snapshot.Digest + "/" + x.ID
	e.Finding = ocsfFinding{UID: x.ID, Title: x.Title, Desc: e.Message, Types: []string{x.Category}}
	if kind != "gone" {
		e.Finding.LastSeen = at
	}
	if x.FirstSeen != nil {
		e.Finding.FirstSeen = x.FirstSeen.UnixMilli()
	}
	e.Compliance = ocsfCompliance{Control: x.Rule, Standards: []string{}, Requirements: v.Maps, Status: "Fail", StatusID: ocsfFail, StatusDetail: v.Reason}
	for _, m := range v.Maps {
		name, _, _ := strings.Cut(m, ":")
		if name = firstWords(standards[name], name); !slices.Contains(e.Compliance.Standards, name) {
			e.Compliance.Standards = append(e.Compliance.Standards, name)
		}
	}
	if len(e.Compliance.Standards) == 0 {
		e.Compliance.Standards = []string{"Plumbline"}
	}
	if x.Change == "resolved" {
		e.Compliance.Status, e.Compliance.StatusID = "Pass", ocsfPass
	}
	e.Resource = &ocsfResource{UID: strings.Join(app.KeyParts(x.Key), "/"), Name: app.Neutral(x.Subject), Type: x.Resource}
	if v.Fix != "" {
		e.Remediation = &ocsfText{v.Fix}
	}
	e.Unmapped = map[string]any{
		"kind": kind, "severity": x.Severity, "product": x.Product, "site": r.Snapshot.Site, "key": x.Key, "aspect": x.Aspect, "partial": x.Partial, "change": x.Change,
		"reason": x.Reason, "evidence": x.Evidence, "caused_by": x.CausedBy, "decision": x.Decision, "snapshot": r.Snapshot.Digest, "seal": r.Seal.State,
	}
	return e
}

func milliseconds(stamp string) int64 {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}
