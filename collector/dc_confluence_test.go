package collector

import "testing"

// TestConfluenceDataCenterCases: every resource of Confluence Data Center, from answers to relations.
func TestConfluenceDataCenterCases(t *testing.T) {
	collected := runCases(t, "dc-confluence", "")
	for _, r := range dcConfluenceResources() {
		if !collected[r.Name] {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}
