package window

import (
	"errors"
	"strings"
	"testing"

	"plumbline/app"
)

var someWords = words{
	"since": app.Changes(), "severity": app.SeverityNames(), "triage": triages, "product": app.Products(),
	"category": {"access security", "permissions"}, "rule": {"JIRA-PERM-001", "JIRA-PERM-002", "CONF-SPACE-001"},
	"object": {"jira_project", "confluence_space"}, "control": {"iso27001:A.5.18", "soc2:CC6.1"},
}

func TestFilterIsUnderstood(t *testing.T) {
	for typed, want := range map[string]string{
		"":                             "",
		"  product:jira   since:new ":  "product:jira since:new",
		"sev:>=high":                   "severity:critical,high",
		"sev:<low severity:HIGH":       "severity:info,high",
		"rule:jira-perm-*":             "rule:jira-perm-*",
		"rule:conf-space-001":          "rule:CONF-SPACE-001",
		`category:"access security"`:   `category:"access security"`,
		"-triage:accepted,confirmed":   "-triage:accepted,confirmed",
		"since:not-comparable":         "since:not_comparable",
		`since:"not comparable",new`:   "since:not_comparable,new",
		"object:jira_project/10001":    "object:jira_project/10001",
		"control:iso27001:A.5.18":      "control:iso27001:A.5.18",
		"control:iso27001:*":           "control:iso27001:*",
		"until:<=2027-03-31":           "until:<=2027-03-31",
		`anyone -"signed in" "a:b"`:    `anyone -"signed in" "a:b"`,
		`"say \"x\" \\ y"`:             `"say \"x\" \\ y"`,
		"sev:high sev:low -sev:medium": "severity:high,low -severity:medium",
		"10:30 -":                      `"10:30" "-"`,
		`owner:"I. Duval"`:             `owner:"I. Duval"`,
		"mixed,comma":                  "mixed,comma",
	} {
		f, err := parseFilter(typed, someWords)
		if err != nil {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if f.String() != want {
			t.Errorf("%q is understood as %q, want %q", typed, f.String(), want)
		}
		again, err := parseFilter(f.String(), someWords)
		if err != nil || again.String() != f.String() {
			t.Errorf("%q is not what it was: %q, %v", f.String(), again.String(), err)
		}
	}
}

func TestFilterNamesWhatIsWrong(t *testing.T) {
	for typed, want := range map[string][3]string{
		"prodct:jira":             {`nothing is filtered by "prodct"`, "at character 1", `"product:"`},
		"product:jira sev:hgih":   {`no severity "hgih"`, "at character 18", `"high"`},
		"-sev:high,lo":            {`no severity "lo"`, "at character 11", `"low"`},
		"sev:>=hi":                {`no severity "hi"`, "at character 5", "critical"},
		"sev:>critical":           {"no severity is >critical", "at character 5", "critical"},
		"rule:JIRA-PREM-*":        {`no rule "JIRA-PREM-*"`, "at character 6", `JIRA-PERM-`},
		"triage:":                 {"needs a value", "at character 8", "undecided"},
		"triage:accepted,":        {"needs a value", "at character 17", "accepted"},
		`x "y`:                    {"the quote is not closed", "at character 3", ""},
		`category:"permissions"x`: {`"x" follows`, "at character 23", "spaces"},
		"until:soon":              {"is no day", "at character 7", ""},
		"étage:x https://x":       {`nothing is filtered by "https"`, "at character 9", "quotes"},
		"object:jira_projekt":     {`no object "jira_projekt"`, "at character 8", `"jira_project"`},
	} {
		_, err := parseFilter(typed, someWords)
		var p *app.Problem
		if !errors.As(err, &p) {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if p.Code != "filter" || !strings.Contains(p.Title, want[0]) || !strings.HasSuffix(p.Title, want[1]+" of the filter") || !strings.Contains(p.Hint, want[2]) {
			t.Errorf("%q: %s | %s, want %v", typed, p.Title, p.Hint, want)
		}
	}
}

func TestFilterIsChanged(t *testing.T) {
	f, err := parseFilter(`sev:high,low -product:jira rule:JIRA-* word`, someWords)
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]filter{
		"severity:high,low,info -product:jira rule:JIRA-* word":         f.toggle("severity", "info"),
		"severity:low -product:jira rule:JIRA-* word":                   f.toggle("severity", "high"),
		"severity:high,low product:jira rule:JIRA-* word":               f.toggle("product", "jira"),
		"-product:jira rule:JIRA-* severity:info word":                  f.only("severity", "info"),
		"severity:high,low rule:JIRA-* product:jira word":               f.only("product", "jira"),
		"severity:high,low product:jira -product:jira rule:JIRA-* word": f.within("product", "jira"),
	} {
		if got.String() != want {
			t.Errorf("%q, want %q", got.String(), want)
		}
	}
	var without []string
	for _, chip := range f.chips() {
		without = append(without, chip.Without)
	}
	want := []string{"-product:jira rule:JIRA-* word", "severity:high,low rule:JIRA-* word", "severity:high,low -product:jira word", "severity:high,low -product:jira rule:JIRA-*"}
	if strings.Join(without, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", without, want)
	}
}

func TestGlobs(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a*", "Abc", true}, {"*c", "abc", true}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*b*c", "axxbyc", true},
		{"abc", "abc", true}, {"abc", "abcd", false}, {"a*c", "ab", false}, {"*b*", "abc", true}, {"*", "", true}, {"aa*a", "aa", false},
	} {
		if globs(c.pattern, c.text) != c.want {
			t.Errorf("%q %q: not %v", c.pattern, c.text, c.want)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add(`product:jira -sev:>=high "a b" rule:J*,C* x`)
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, typed string) {
		one, err := parseFilter(typed, someWords)
		if err != nil {
			return
		}
		two, err := parseFilter(one.String(), someWords)
		if err != nil || two.String() != one.String() {
			t.Errorf("%q: %q, then %q, %v", typed, one.String(), two.String(), err)
		}
	})
}
