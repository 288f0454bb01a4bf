package app

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"plumbline/queries/rules"
)

// What became of findings between the two points of the pretend Data Center: for each rule at least
// these changes. A rule that is not in it finds nothing there, or cannot: JDC-CLUSTER-001 wants a
// version that no personal access token opens, JIRA-ACCESS-005 and JIRA-HOOK-002 want the company's
// own domains, JIRA-SHARE-002 what Data Center never tells.
var dataCenterChanges = map[string][]rules.Change{
	"ATL-FILE-001": {rules.Resolved, rules.Persisting}, "ATL-FILE-002": {rules.New, rules.Resolved},
	"CDC-ADMIN-001": {rules.New}, "CDC-APP-001": {rules.Resolved, rules.Persisting}, "CDC-BACKUP-001": {rules.New}, "CDC-PERM-001": {rules.Resolved, rules.Persisting},
	"CONF-ACCESS-001": {rules.New}, "CONF-ACCESS-002": {rules.New, rules.Resolved}, "CONF-ACCESS-010": {rules.New, rules.Resolved, rules.Persisting}, "CONF-ANON-001": {rules.Persisting},
	"CONF-FILE-001": {rules.Persisting}, "CONF-SPACE-001": {rules.Persisting}, "CONF-SPACE-002": {rules.Resolved}, "CONF-SPACE-004": {rules.New}, "CONF-SPACE-005": {rules.New, rules.Persisting},
	"DC-APP-001": {rules.New, rules.Persisting}, "DC-APP-002": {rules.New, rules.Resolved, rules.Persisting}, "DC-AUTH-001": {rules.Resolved, rules.Persisting}, "DC-AUTH-002": {rules.Resolved, rules.Persisting},
	"DC-CVE-001": {rules.Resolved, rules.Persisting}, "DC-CVE-002": {rules.Resolved}, "DC-HEALTH-001": {rules.New, rules.Resolved, rules.Persisting}, "DC-LINK-001": {rules.New, rules.Resolved, rules.Persisting},
	"DC-SEATS-001": {rules.New, rules.Persisting}, "DC-TLS-001": {rules.Persisting}, "DC-TLS-002": {rules.Resolved, rules.Persisting},
	"DC-VER-001": {rules.Resolved}, "DC-VER-002": {rules.New, rules.Persisting}, "DC-VER-003": {rules.Resolved}, "DC-VER-004": {rules.Persisting},
	"JDC-CLUSTER-002": {rules.New, rules.Resolved}, "JDC-SHARE-001": {rules.Persisting}, "JDC-SIGNUP-001": {rules.Resolved},
	"JIRA-ACCESS-006": {rules.NotComparable}, "JIRA-ACCESS-007": {rules.Persisting}, "JIRA-ANON-001": {rules.Persisting}, "JIRA-ANON-002": {rules.Resolved}, "JIRA-FILE-001": {rules.Persisting},
	"JIRA-HOOK-001": {rules.Resolved, rules.Persisting}, "JIRA-PERM-001": {rules.New, rules.Resolved}, "JIRA-PERM-002": {rules.New}, "JIRA-PERM-003": {rules.Persisting}, "JIRA-PERM-004": {rules.New, rules.Persisting},
	"JIRA-PERM-005": {rules.Resolved, rules.Persisting}, "JIRA-PERM-006": {rules.New}, "JIRA-ROLE-002": {rules.New, rules.Resolved, rules.Persisting}, "JIRA-SEC-001": {rules.Resolved}, "JIRA-SHARE-001": {rules.Persisting},
}

func TestTheDataCenterDemo(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "demo.plumb.db")
	if _, _, err := DemoOf(ctx, DataCenterEdition, path, func(Event) {}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	compared, err := f.Compare(ctx, ComparisonQuery{})
	if err != nil {
		t.Fatal(err)
	}
	came := map[string][]rules.Change{}
	for _, c := range compared.Findings {
		came[c.Rule] = append(came[c.Rule], c.Change)
	}
	for rule, want := range dataCenterChanges {
		for _, change := range want {
			if !slices.Contains(came[rule], change) {
				t.Errorf("%s has no finding that is %s: %v", rule, change, came[rule])
			}
		}
	}
	for _, v := range compared.Verdicts {
		if v.Before == rules.Error || v.After == rules.Error {
			t.Errorf("a rule fails: %+v", v)
		}
	}
}
