package rules

import (
	"testing"
)

// A list of what the account may see leaves its mark on a pass whoever looked; the score takes it for whole where the
// account administers the product, also when the verdict was kept.
func TestScoreOfWhatIsSeen(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Version: shipped.Version, Digest: shipped.Digest, reference: shipped.reference}
	for _, r := range shipped.Rules {
		if r.ID == "CONF-FILE-001" {
			p.Rules = append(p.Rules, r)
		}
	}
	for _, c := range []struct {
		name, permissions, coverage string
		want                        Counted
		reason                      string
	}{
		{"an account", "", "", CountsUnknown, "of what u9 may see"},
		{"its administrator", "permissions: confluence:administer\n", "", CountsPass, "of what u9 may see"},
		{"an administrator of Jira alone", "permissions: ADMINISTER\n", "", CountsUnknown, "of what u9 may see"},
		{"its administrator, something refused", "permissions: confluence:administer\n", "coverage: confluence_space denied 403\n", CountsUnknown, "without confluence_space was denied (403); of what u9 may see"},
	} {
		f := written(t, "-- 1 --\naccount: u9\n"+c.permissions+c.coverage+"seen: confluence_attachment\n-- 1/confluence_attachment --\n"+
			`att2 {"id": "att2", "title": "plan.pdf", "fileSize": 20480, "pageId": "500", "mediaType": "application/pdf"}`+"\n")
		for _, kept := range []string{"judged", "kept"} {
			j, err := p.Judge(t.Context(), f, 1, Options{})
			if err != nil {
				t.Fatal(err)
			}
			v, r := j.Verdicts[0], j.ruleScores(false, nil)[0]
			if v.Verdict != Pass || !v.Partial || v.Reason != c.reason || r.CountsAs != c.want {
				t.Errorf("%s, %s: %s, partial %t, %q, counts as %s", c.name, kept, v.Verdict, v.Partial, v.Reason, r.CountsAs)
			}
		}
	}
}
