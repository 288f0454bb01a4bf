package app

import (
	"fmt"
	"slices"
	"strings"

	"plumbline/queries/rules"
	"plumbline/store"
)

// notices are what every format prints: what a report cannot be trusted for, and what nobody could look at.
func notices(r *Report) []Notice {
	out := []Notice{}
	say := func(code string, grave bool, format string, args ...any) {
		out = append(out, Notice{code, grave, fmt.Sprintf(format, args...)})
	}
	for _, of := range []struct {
		seal *SealNote
		what string
	}{{&r.Seal, "the snapshot"}, {r.BaselineSeal, "the snapshot before"}} {
		switch {
		case of.seal == nil:
		case of.seal.State == SealBrokenState:
			say("seal_broken", true, "The seal of %s is broken: it is not what was sealed. %s", of.what, sentence(of.seal.Differences))
		case of.seal.State == SealUnknownKey:
			say("seal_unknown_key", true, "The seal of %s is whole, but its key is not trusted here: %s.", of.what, of.seal.Key)
		case of.seal.State == SealNone:
			say("unsealed", false, "There is no seal on %s: nothing proves that it is as it was collected.", of.what)
		}
	}
	switch r.Snapshot.State {
	case store.StateComplete:
	case store.StatePartial:
		say("partial", true, "The snapshot is partial: not everything that the site has was read.")
	default:
		say("partial", true, "The snapshot is unfinished (%s): what is reported here is a part of the site.", r.Snapshot.State)
	}
	for _, row := range Folded(r.Coverage) {
		if row.Gap() && row.read(r.Verdicts) {
			say("gap", false, "%s", row.Words())
		}
	}
	if n := r.unread(); n > 0 {
		say("gap", false, "%s not seen whole that no rule reads.", some(n, "further resource"))
	}
	var lost, failed []string
	for _, v := range r.Verdicts {
		switch v.Verdict {
		case rules.NotEvaluated:
			lost = append(lost, v.Rule)
		case rules.Error:
			failed = append(failed, v.Rule)
		}
	}
	if len(lost) > 0 {
		say("not_evaluated", false, "%s could not look, so what they would find is neither there nor absent: %s.", some(len(lost), "rule"), strings.Join(lost, ", "))
	}
	if len(failed) > 0 {
		say("error", true, "%s failed and said nothing: %s.", some(len(failed), "rule"), strings.Join(failed, ", "))
	}
	if n := r.Changes; n != nil && n.NotComparable > 0 {
		say("not_comparable", false, "%s cannot be compared with the snapshot before: neither new nor resolved.", some(n.NotComparable, "finding"))
	}
	if n := r.count("expired"); n > 0 {
		say("expired", false, "%s run out: what was accepted is open again.", some(n, "acceptance has", "acceptances have"))
	}
	if r.Filter != "" {
		say("filtered", false, "Only findings of this choice are listed and counted: %s. Verdicts and score are of all.", r.Filter)
	}
	if len(r.Rules.Unused) > 0 {
		say("unused_parameter", false, "Parameters of no rule in force were left aside: %s.", strings.Join(r.Rules.Unused, ", "))
	}
	return out
}

// unread counts the resources that were not seen whole and that no rule reads.
func (r *Report) unread() int {
	n := 0
	for _, row := range r.Coverage {
		if row.Gap() && !row.read(r.Verdicts) {
			n++
		}
	}
	return n
}

// count counts decisions in a state.
func (r *Report) count(state string) int {
	n := 0
	for _, d := range r.Decisions {
		if d.State == state {
			n++
		}
	}
	return n
}

// Words say in a sentence what came of a resource that was not seen whole.
func (r CoverageRow) Words() string {
	verb := map[store.Outcome]string{
		store.Denied: "was denied", store.Partial: "was read in part", store.Failed: "failed", store.Skipped: "was not asked for", store.Unavailable: "is not told by the site",
	}[r.Outcome]
	words := r.Resource + " " + verb
	if r.HTTPStatus >= 400 {
		words += fmt.Sprintf(" (%d)", r.HTTPStatus)
	}
	if r.Reason != "" {
		words += ": " + r.Reason
	}
	if len(r.Missing) > 0 {
		words += "; missing " + strings.Join(r.Missing, ", ")
	}
	if n := len(r.RulesLost); n > 0 {
		words += "; " + some(n, "rule") + " could not look"
	}
	return words + "."
}

// some counts things: 1 rule, 2 rules; 1 acceptance has, 2 acceptances have.
func some(n int, one string, many ...string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", Count(n), append(slices.Clone(many), one+"s")[0])
}

// Count writes a number for people: 12,900.
func Count(n int) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if left := len(digits) - i; i > 0 && left%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// sentence makes one of parts; "" of none.
func sentence(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// narrowed says in words what narrows the findings of a report; "" if nothing does.
func (q ReportQuery) narrowed() string {
	var parts []string
	for _, p := range []struct {
		name   string
		values []string
	}{{"severity", q.Severities}, {"rule", q.Filter.Rules}, {"product", q.Products}} {
		if len(p.values) > 0 {
			parts = append(parts, p.name+" "+strings.Join(p.values, " or "))
		}
	}
	if q.Since != "" {
		parts = append(parts, "change "+q.Since)
	}
	return strings.Join(parts, "; ")
}
