package rules

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// judgementOf makes a judgement of lines "RULE severity category verdict [partial] [WORST] [: finding severities]"; a
// finding whose severity ends in ! is accepted.
func judgementOf(t testing.TB, text string) *Judgement {
	t.Helper()
	j := &Judgement{Scoring: DefaultScoring()}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		head, rows, _ := strings.Cut(line, ":")
		w := strings.Fields(head)
		v := RuleVerdict{Rule: w[0], Severity: Severity(w[1]), Category: w[2], Verdict: Verdict(w[3]), Kind: State, Scored: true, Worst: Severity(w[1])}
		for _, more := range w[4:] {
			switch more {
			case "partial":
				v.Partial = true
			case "drift":
				v.Kind = Drift
			case "unscored":
				v.Scored = false
			default:
				v.Worst = Severity(more)
			}
		}
		for i, row := range strings.Fields(rows) {
			f := Finding{ID: fmt.Sprintf("%s/%d", v.Rule, i), Rule: v.Rule, Severity: Severity(strings.TrimSuffix(row, "!"))}
			if strings.HasSuffix(row, "!") {
				f.Decision = &Decision{State: Accepted, Until: fmt.Sprintf("2027-03-%02d", 31-i)}
			}
			j.Findings = append(j.Findings, f)
			v.Findings++
		}
		j.Verdicts = append(j.Verdicts, v)
	}
	return j
}

func endsOf(low, high *int) string {
	if low == nil || high == nil {
		return "none"
	}
	return fmt.Sprintf("%d-%d", *low, *high)
}

func TestScore(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"the worked check", `
A-1 high permissions fail : high
A-2 medium permissions pass
A-3 medium permissions pass
A-4 medium permissions pass
A-5 critical permissions not_evaluated`, "46-74 69% by A-1, mean 46-77, accepted 46-74"},
		{"all passed", "A-1 high a pass\nA-2 low a pass\nA-3 low a pass", "100-100 100% by , mean 100-100, accepted 100-100"},
		{"an open critical bounds both ends", `
A-1 critical a fail : critical
A-2 critical a pass
A-3 critical a pass
A-4 critical a pass`, "49-49 100% by A-1, mean 75-75, accepted 49-49"},
		{"the bound looks at the rows, the weight at the rule", `
A-1 low a fail high : low high
A-2 critical a pass
A-3 critical a pass`, "74-74 100% by A-1, mean 89-89, accepted 74-74"},
		{"a row less bad than its rule sets no bound", `
A-1 critical a fail : low
A-2 critical a pass
A-3 critical a pass`, "67-67 100% by , mean 67-67, accepted 67-67"},
		{"critical before high, whatever the order", `
A-1 high a fail : high
A-2 critical a fail : critical
A-3 critical a pass
A-4 critical a pass
A-5 critical a pass`, "49-49 100% by A-2, mean 63-63, accepted 49-49"},
		{"what may be open bounds the low end", `
A-1 critical a not_evaluated
A-2 critical a pass
A-3 critical a pass
A-4 critical a pass`, "49-100 75% by , mean 75-100, accepted 49-100"},
		{"an error is unknown", `
A-1 low a error
A-2 medium a pass
A-3 medium a pass`, "80-100 80% by , mean 80-100, accepted 80-100"},
		{"a partial fail is a fail, and may hide worse", `
A-1 low a fail partial critical : low
A-2 critical a pass
A-3 critical a pass`, "49-89 100% by , mean 89-89, accepted 49-89"},
		{"a pass with reservations is unknown", `
A-1 high a pass partial
A-2 critical a pass
A-3 critical a pass`, "73-100 73% by , mean 73-100, accepted 73-100"},
		{"not applicable, drift and unscored rules are out", `
A-1 critical a not_applicable
A-2 critical a fail drift : critical
A-3 critical a fail unscored : critical!
A-4 low a pass
A-5 low a pass
A-6 low a fail : low`, "67-67 100% by , mean 67-67, accepted 67-67"},
		{"under the threshold there is none", "A-1 low a pass\nA-2 low a not_evaluated", "none 50% by , mean none, accepted none"},
		{"at the threshold there is one", "A-1 low a pass\nA-2 low a pass\nA-3 low a pass\nA-4 low a not_evaluated\nA-5 low a not_evaluated", "60-100 60% by , mean 60-100, accepted 60-100"},
		{"nothing applies", "A-1 low a not_applicable", "none 0% by , mean none, accepted none"},
		{"the weakest category counts", `
A-1 low a pass
A-2 low a pass
A-3 low a fail : low
B-1 critical b pass
B-2 critical b pass
B-3 critical b pass`, "67-67 100% by , mean 93-93, accepted 67-67"},
		{"small categories count together", `
A-1 low a pass
A-2 low a pass
B-1 low b fail : low
C-1 low c pass
D-1 low d pass
D-2 low d pass
D-3 low d pass`, "75-75 100% by , mean 86-86, accepted 75-75"},
		{"however few they are", `
A-1 low a fail : low
D-1 low d pass
D-2 low d pass
D-3 low d pass`, "0-0 100% by , mean 75-75, accepted 0-0"},
		{"info weighs nothing and makes no category, but its rows bound", `
A-1 low a pass
A-2 low a pass
A-3 low a pass
B-1 info b fail : info
B-2 info b fail
B-3 info b fail high : high`, "74-74 100% by B-3, mean 100-100, accepted 74-74"},
		{"accepted in full is a pass", `
A-1 critical a fail : critical! critical!
A-2 critical a pass
A-3 critical a pass`, "49-49 100% by A-1, mean 67-67, accepted 100-100; 2 until 2027-03-30"},
		{"accepted in part is a fail", `
A-1 critical a fail : critical! high
A-2 critical a pass
A-3 critical a pass`, "49-49 100% by A-1, mean 67-67, accepted 67-67; 1 until 2027-03-31"},
		{"accepted in full of what was not seen whole is unknown", `
A-1 high a fail partial : high!
A-2 critical a pass
A-3 critical a pass`, "73-73 100% by A-1, mean 73-73, accepted 73-100; 1 until 2027-03-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := judgementOf(t, c.text).Score().Score
			got := fmt.Sprintf("%s %.0f%% by %s, mean %s, accepted %s", endsOf(s.Low, s.High), 100*s.Coverage, s.BoundedBy,
				endsOf(s.Mean.Low, s.Mean.High), endsOf(s.AfterAccepted.Low, s.AfterAccepted.High))
			if s.Accepted > 0 {
				got += fmt.Sprintf("; %d until %s", s.Accepted, s.Review)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestScoreParams(t *testing.T) {
	p := example(t)
	for value, want := range map[string]string{
		"score_weight_low=3": "", "score_bound_high=74.5": "", "score_bound_high=101": "from 0 to 100", "score_weight_low=-1": "from 0 to 1000",
		"score_least_coverage=much": "is a number", "score_weight_lo=3": `did you mean "score_weight_low"`, "EXAMPLE-ACCESS-001.score_weight_low=3": "unknown parameter",
	} {
		s, err := p.settings(nil, []string{value})
		if want == "" {
			name, _, _ := strings.Cut(value, "=")
			if err != nil || len(s.set) != 1 || s.set[name] != s.scoring[name] || s.scoring[name] == DefaultScoring()[name] {
				t.Errorf("%s: %v, %v", value, s, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", value, err, want)
		}
	}
	if s, err := p.settings(nil, []string{"score_weight_low=2.5"}); err != nil || len(s.set) != 0 {
		t.Errorf("the default is no difference: %v, %v", s, err)
	}
}

func TestScoreNotComparable(t *testing.T) {
	before := judgementOf(t, `
A-1 critical a fail : critical
A-2 high a not_evaluated
A-3 low a pass
A-4 low a not_applicable
A-5 critical a pass
A-6 critical a fail : critical
A-7 low a not_evaluated`)
	after := judgementOf(t, `
A-1 critical a pass
A-2 high a fail : high
A-3 low a not_applicable
A-4 low a not_applicable
A-5 critical a pass
A-6 critical a pass
A-7 low a not_evaluated`)
	for _, v := range []*RuleVerdict{&before.Verdicts[1], &before.Verdicts[6], &after.Verdicts[6]} {
		v.Reason = "denied"
	}
	after.Verdicts[2].Reason = "nothing in scope"
	c := &Comparison{Before: before, After: after, Findings: []ChangedFinding{
		{Finding: before.Findings[0], Change: NotComparable}, {Finding: before.Findings[1], Change: Resolved}, {Finding: after.Findings[0], Change: NotComparable},
	}}
	s := c.Score()
	want := []ScoreRest{
		{"A-1", "1 of its findings cannot be compared"}, {"A-2", "not evaluated before: denied"},
		{"A-3", "not applicable after: nothing in scope"}, {"A-7", "not evaluated on both sides: denied"},
	}
	if !reflect.DeepEqual(s.Rest, want) {
		t.Errorf("left out are %q", s.Rest)
	}
	// 20 of 40 looked at on both sides, of which A-6 failed before; A-1 may be critical on both
	if got := fmt.Sprint(s.Before.Coverage, s.After.Coverage, s.Before.Low == nil); got != "0.5 0.5 true" {
		t.Error(got)
	}
	before.Scoring["score_least_coverage"], after.Scoring["score_least_coverage"] = 50, 50
	s = c.Score()
	if b, a := endsOf(s.Before.Low, s.Before.High), endsOf(s.After.Low, s.After.High); b != "25-49" || a != "49-100" || s.Before.BoundedBy != "A-6" || s.After.BoundedBy != "" {
		t.Errorf("%s by %s, then %s by %s", b, s.Before.BoundedBy, a, s.After.BoundedBy)
	}
}

// What the score needs to know of a rule: whether it counts, and the worst that it may find where it cannot look.
func TestScoredRule(t *testing.T) {
	const head = "-- title: T\n-- severity: low\n-- products: jira-cloud\n-- object: jira_user\n-- needs: jira_user\n"
	const row = "SELECT key, '' AS aspect, '' AS subject, 'is high' AS detail"
	for _, c := range []struct {
		name, text string
		worst      Severity
		scored     bool
		wrong      string
	}{
		{"as the header says", head + row + " FROM jira_user", Low, true, ""},
		{"raised by row", head + row + ", iif(active, 'medium', 'high') AS severity FROM jira_user", High, true, ""},
		{"lowered by row", head + row + ", 'info' AS severity FROM jira_user", Low, true, ""},
		{"a word that is no column", head + row + " FROM jira_user WHERE display_name = 'critical'", Low, true, ""},
		{"left out", "-- scored: no\n" + head + row + " FROM jira_user", Low, false, ""},
		{"outright", "-- scored: yes\n" + head + row + " FROM jira_user", Low, true, ""},
		{"neither", "-- scored: perhaps\n" + head + row + " FROM jira_user", Low, false, `scored: "perhaps" is neither yes nor no`},
		{"a name that is taken", "-- param: score_bound_high number = 3\n" + head + row + " FROM jira_user WHERE :score_bound_high", Low, true, "is a parameter of the score"},
	} {
		r, err := Parse("A-1.sql", []byte(c.text))
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		} else if r.Worst != c.worst || r.Scored != c.scored {
			t.Errorf("%s: worst %s, scored %t", c.name, r.Worst, r.Scored)
		}
	}
	// a severity put together in SQL, worse than any it names, would let the score promise too much
	f := written(t, "-- one --\n-- one/jira_user --\nu1 {\"accountId\": \"u1\"}\n")
	r, err := Parse("A-1.sql", []byte(head+row+", 'cri' || 'tical' AS severity FROM jira_user"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := (&Pack{Rules: []*Rule{r}}).Judge(t.Context(), f, 1, Options{})
	if err != nil || j.Verdicts[0].Verdict != Error || !strings.Contains(j.Verdicts[0].Reason, "write it as 'critical'") {
		t.Errorf("%v: %v", err, j.Verdicts[0])
	}
}
