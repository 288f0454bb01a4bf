package window

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRuleList(t *testing.T) {
	empty := newWindow(t)
	bare, err := empty.RuleList(Lens{}, "")
	if err != nil || len(bare.Rules) < 20 || bare.Snapshot != nil || bare.Rules[0].Verdict != "" || bare.Packs[0].Rules != len(bare.Rules) {
		t.Fatalf("%d rules, %v", len(bare.Rules), err)
	}
	w := onDemo(t)
	all, err := w.RuleList(Lens{}, "")
	if err != nil || all.Snapshot == nil || all.Verdicts["fail"] == 0 {
		t.Fatalf("%+v, %v", all.Verdicts, err)
	}
	sum := 0
	for _, r := range all.Rules {
		if r.Verdict == "" || r.Cases.Fail == 0 {
			t.Errorf("%s: %+v", r.ID, r)
		}
	}
	for _, n := range all.Verdicts {
		sum += n
	}
	if sum != len(all.Rules) {
		t.Errorf("%d verdicts of %d rules", sum, len(all.Rules))
	}
	one, err := w.RuleList(Lens{Snapshot: 1}, "")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range one.Rules {
		if drift := r.Kind == "drift"; drift && (r.Verdict != "not_evaluated" || r.Reason == "") || drift && all.Rules[i].Verdict == r.Verdict && all.Rules[i].Reason == r.Reason {
			t.Errorf("of one snapshot alone: %+v", r)
		}
	}
}

// asking is the draft of a rule with another SELECT, and without its parameter.
func asking(draft, sql string) string {
	header, _, _ := strings.Cut(draft, "\nSELECT")
	lines := strings.Split(header, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, "-- guard:") || strings.HasPrefix(l, "-- param:") || strings.HasPrefix(l, "--   the values of")
	}), "\n") + "\n" + sql + "\n"
}

// A rule is drafted, checked, run, saved, in force, edited and saved again.
func TestWriteARule(t *testing.T) {
	w := onDemo(t)
	draft, err := w.NewRule("OWN-USER-001", "Account of the helpdesk", "jira_user")
	if err != nil || draft.Text == "" || draft.Cases == "" {
		t.Fatalf("%+v, %v", draft, err)
	}
	checked, err := w.CheckRule(draft.ID, draft.Text, draft.Cases, "")
	if err != nil || len(checked.Problems) != 0 || len(checked.Cases) == 0 || checked.Rule.Title != "Account of the helpdesk" {
		t.Fatalf("%+v, %v", checked, err)
	}
	for _, c := range checked.Cases {
		if len(c.Wrong) != 0 {
			t.Errorf("case %s: %v", c.Name, c.Wrong)
		}
	}
	text := asking(draft.Text, "SELECT u.key, '' AS aspect, u.display_name AS subject, 'is an account' AS detail FROM jira_user AS u")
	if wrong, err := w.CheckRule(draft.ID, text, draft.Cases, ""); err != nil || len(wrong.Problems) == 0 {
		t.Errorf("nothing noticed: %+v, %v", wrong, err)
	}
	if broken, err := w.CheckRule(draft.ID, "-- title: x\nSELECT", "", ""); err != nil || broken.Rule != nil || len(broken.Problems) < 3 || broken.Problems[0].Line == 0 {
		t.Errorf("%+v, %v", broken, err)
	}

	run, err := w.RunRule(Lens{}, draft.ID, text, "")
	if err != nil || run.Verdict.Verdict != "fail" || run.Counts == nil || run.Counts.Persisting == 0 || run.Problem != nil {
		t.Fatalf("%+v, %v", run, err)
	}
	if alone, err := w.RunRule(Lens{Baseline: -1}, draft.ID, text, ""); err != nil || alone.Counts != nil || len(alone.Findings) != run.Verdict.Findings {
		t.Errorf("%+v, %v", alone, err)
	}
	failing := strings.Replace(text, "u.key,", "u.kee,", 1)
	if run, err := w.RunRule(Lens{}, draft.ID, failing, ""); err != nil || run.Verdict.Verdict != "error" || run.Problem == nil || run.Problem.Line == 0 || !strings.Contains(run.Problem.Words, "kee") {
		t.Errorf("%+v, %v", run, err)
	}
	if _, err := w.RunRule(Lens{}, draft.ID, "SELECT", ""); code(t, err) != "rule" {
		t.Error(err)
	}

	saved, err := w.SaveRule("", draft.ID, text, draft.Cases)
	if err != nil || filepath.Dir(saved.File) != filepath.Join(w.folder, "rules") {
		t.Fatalf("%+v, %v", saved, err)
	}
	list, err := w.RuleList(Lens{}, "")
	if err != nil || len(list.Packs) != 2 || list.Packs[1].Rules != 1 || !list.Packs[1].Own {
		t.Fatalf("%+v, %v", list.Packs, err)
	}
	for _, r := range list.Rules {
		if r.ID == draft.ID && (r.Verdict != "fail" || r.Findings != run.Verdict.Findings || r.Dir == "" || r.Changed == "") {
			t.Errorf("%+v", r)
		}
	}
	if read, err := w.RuleFile(draft.ID); err != nil || read.Text != text || read.Cases != draft.Cases || read.Shipped {
		t.Errorf("%+v, %v", read, err)
	}
	for name, c := range map[string]struct{ dir, id, text, want string }{
		"over a shipped one": {"", "JIRA-ACCESS-001", text, "shipped-rule"},
		"what is no rule":    {"", draft.ID, "SELECT 1", "rule"},
		"somewhere else":     {t.TempDir(), "OWN-USER-002", text, "unknown-rule-folder"},
		"out of the folder":  {"", "../OWN-USER-003", text, "rule"},
	} {
		if _, err := w.SaveRule(c.dir, c.id, c.text, ""); code(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	claims := strings.Replace(text, "-- title:", "-- replaces: JIRA-ACCESS-001\n-- title:", 1)
	if _, err := w.SaveRule("", draft.ID, claims, draft.Cases); err == nil {
		t.Error("a rule that claims to replace one in force was saved")
	}
	if read, err := w.RuleFile(draft.ID); err != nil || read.Text != text {
		t.Errorf("what was refused is there: %v", err)
	}

	// A file that somebody breaks by hand is named, and the others still listed.
	if err := os.WriteFile(saved.File, []byte("SELECT"), 0o600); err != nil {
		t.Fatal(err)
	}
	if list, err := w.RuleList(Lens{}, ""); err != nil || len(list.Broken) == 0 || list.Problem == nil || len(list.Rules) < 20 {
		t.Errorf("%+v, %v", list.Broken, err)
	}
}

func TestRunRuleIsCancelled(t *testing.T) {
	w := onDemo(t)
	draft, err := w.NewRule("OWN-USER-001", "Never ends", "jira_user")
	if err != nil {
		t.Fatal(err)
	}
	text := asking(draft.Text, "SELECT u.key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user AS u WHERE ("+endless+") > 0")
	end := make(chan error)
	go func() {
		_, err := w.RunRule(Lens{}, draft.ID, text, "r")
		end <- err
	}()
	time.Sleep(300 * time.Millisecond)
	w.Cancel("r")
	select {
	case err := <-end:
		if code(t, err) != "cancelled" {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it was not cancelled")
	}
}
