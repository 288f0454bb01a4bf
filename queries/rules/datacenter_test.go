package rules

import (
	"fmt"
	"strings"
	"testing"

	"plumbline/store"
)

const dcJira = `
jira {"serverInfo": {"baseUrl": "https://jira.harbourline.example", "version": "9.17.5"}}
`

const dcConfluence = `
confluence {"baseUrl": "http://wiki.harbourline.example", "version": "10.2.9"}
`

// noConfluence is what a Jira that was collected alone says of Confluence.
func noConfluence() string {
	var lines strings.Builder
	for _, name := range store.Resources() {
		if strings.HasPrefix(name, "confluence_") {
			fmt.Fprintf(&lines, "coverage: %s unavailable %sConfluence was given: this snapshot is of Jira alone\n", name, store.NoAddress)
		}
	}
	return lines.String()
}

// Jira alone, both products, and a Cloud site, each judged by the rules of Data Center as they ship.
func TestDataCenterRulesBySite(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Version: shipped.Version, reference: shipped.reference}
	for _, r := range shipped.Rules {
		for _, prefix := range []string{"DC-", "JDC-", "CDC-"} {
			if strings.HasPrefix(r.ID, prefix) {
				p.Rules = append(p.Rules, r)
			}
		}
	}
	if len(p.Rules) != 23 {
		t.Fatalf("%d rules of Data Center, wanted 23", len(p.Rules))
	}
	for _, c := range []struct {
		name, text string
		want       map[string]Verdict // of the rules named
		findings   []string           // rule, resource, aspect
	}{
		{"Jira alone", "-- one --\nsite: dc\n" + noConfluence() + "-- one/jira_instance --" + dcJira,
			map[string]Verdict{"DC-VER-001": Fail, "DC-VER-002": Pass, "DC-VER-004": Fail, "DC-TLS-001": Pass, "DC-AUTH-001": NotEvaluated,
				"CDC-ADMIN-001": NotApplicable, "CDC-BACKUP-001": NotApplicable, "CDC-PERM-001": NotApplicable, "CDC-APP-001": NotApplicable, "JDC-SIGNUP-001": NotEvaluated},
			[]string{"DC-CVE-001 jira_instance CVE-2026-21589", "DC-VER-001 jira_instance ", "DC-VER-004 jira_instance "}},
		{"both", "-- one --\nsite: dc\n-- one/jira_instance --" + dcJira + "-- one/confluence_instance --" + dcConfluence,
			map[string]Verdict{"DC-VER-001": Fail, "DC-VER-003": Fail, "DC-TLS-001": Fail, "CDC-PERM-001": NotApplicable, "CDC-BACKUP-001": Fail, "CDC-APP-001": NotApplicable},
			[]string{"CDC-BACKUP-001 confluence_instance ", "DC-CVE-001 confluence_instance CVE-2026-21589", "DC-CVE-001 jira_instance CVE-2026-21589", "DC-TLS-001 confluence_instance ",
				"DC-VER-001 jira_instance ", "DC-VER-003 confluence_instance ", "DC-VER-004 jira_instance "}},
		{"a Cloud site", "-- one --\nsite: cloud\n-- one/jira_instance --\n" + `jira {"serverInfo": {"baseUrl": "http://harbourline.example", "version": "1001.0.0-SNAPSHOT", "deploymentType": "Cloud"}}` + "\n-- one/jira_application_role --\n" +
			`jira-software {"key": "jira-software", "name": "Jira Software", "hasUnlimitedSeats": false, "numberOfSeats": 10, "userCount": 10, "remainingSeats": 0}` + "\n",
			map[string]Verdict{"DC-VER-001": NotApplicable, "DC-CVE-001": NotApplicable, "DC-TLS-001": NotApplicable, "DC-SEATS-001": Fail, "JDC-SHARE-001": NotApplicable},
			[]string{"DC-SEATS-001 jira_application_role "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, err := p.Judge(t.Context(), written(t, c.text), 1, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if j.Rules.ReferenceData != "2026-11-21" {
				t.Errorf("reference data of %q", j.Rules.ReferenceData)
			}
			for _, v := range j.Verdicts {
				if want, said := c.want[v.Rule]; said && v.Verdict != want || v.Verdict == Error {
					t.Errorf("%s is %s, wanted %s: %s", v.Rule, v.Verdict, want, v.Reason)
				}
				if v.Verdict == NotApplicable && c.name == "Jira alone" && strings.HasPrefix(v.Rule, "CDC-") && !strings.Contains(v.Reason, store.NoAddress) {
					t.Errorf("%s is not applicable for another reason: %q", v.Rule, v.Reason)
				}
			}
			got := []string{}
			for _, f := range j.Findings {
				got = append(got, f.Rule+" "+f.Resource+" "+f.Aspect)
			}
			for _, want := range c.findings {
				if n := strings.Count("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n"); n != 1 {
					t.Errorf("%q is found %d times among %q", want, n, got)
				}
			}
			if len(got) != len(c.findings) {
				t.Errorf("%d findings, wanted %d: %q", len(got), len(c.findings), got)
			}
		})
	}
}

// A newer file judges anew, whatever is kept of the older one; what was found names its day and shows its entry.
func TestNewerReferenceJudgesAnew(t *testing.T) {
	f := written(t, "-- one --\nsite: dc\n"+noConfluence()+"-- one/jira_instance --\n"+`jira {"serverInfo": {"version": "10.3.29"}}`+"\n")
	with := func(p *Pack, err error) *Judgement {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Judge(t.Context(), f, 1, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	count := func(j *Judgement) (n int) {
		for _, x := range j.Findings {
			if x.Rule == "DC-CVE-002" {
				n++
			}
		}
		return n
	}
	if n := count(with(Shipped())); n != 0 {
		t.Fatalf("%d findings by the shipped data", n)
	}
	newer, err := Load(folderWith(t, "advisories.json", `{"as_of": "2099-01-31", "source": "a bulletin", "advisories": [`+oneAdvisory+`]}`))
	j := with(newer, err)
	if count(j) != 1 || j.Rules.ReferenceData != "2099-01-31" {
		t.Fatalf("%d findings by the newer data of %s", count(j), j.Rules.ReferenceData)
	}
	for _, x := range j.Findings {
		if x.Rule != "DC-CVE-002" {
			continue
		}
		if !strings.Contains(x.Detail, "(data as of 2099-01-31)") {
			t.Errorf("the finding does not tell the day: %s", x.Detail)
		}
		why, err := newer.Explain(t.Context(), f, j, &x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		shown := ""
		for _, o := range why.Objects {
			shown += o.Resource + string(o.Body)
		}
		if !strings.Contains(shown, `advisory{`) || !strings.Contains(shown, `"as_of":"2099-01-31"`) {
			t.Errorf("the advisory is not shown: %s", shown)
		}
	}
	if n := count(with(Shipped())); n != 0 {
		t.Errorf("%d findings by the shipped data after the newer", n)
	}
}
