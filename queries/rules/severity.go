package rules

import "strings"

// severities wants the declared one and each that the SELECT names to come out of a case.
func (l *linter) severities() {
	met := map[Severity]bool{}
	for _, result := range l.results {
		if result != nil {
			for _, f := range result.Findings {
				met[f.Severity] = true
			}
		}
	}
	if len(met) > 0 && !met[l.rule.Severity] {
		l.say(l.rule.line["severity"], "severity: no case gives a finding of the severity %s", l.rule.Severity)
	}
	own := false
	named := map[Severity]int{}
	for _, t := range tokens(l.rule.SQL) {
		own = own || t.is("severity")
		if s := Severity(strings.Trim(t.text, "'")); t.kind == literal && s.Rank() >= 0 {
			named[s] = t.at
		}
	}
	for _, s := range Severities() {
		if at, ok := named[s]; ok && own && !met[s] {
			l.say(l.rule.Line-1+lineOf(l.rule.SQL, at), "no case gives a finding of the severity %s", s)
		}
	}
}

// knownSeverities wants the texts that the column severity may get to be severities.
func (l *linter) knownSeverities() (known bool) {
	known = true
	for _, t := range severityValues(l.rule.SQL) {
		if s := unquoted(t); s != "" && Severity(s).Rank() < 0 {
			known = false
			l.say(l.rule.Line-1+lineOf(l.rule.SQL, t.at), "severity: %q is none of %s%s", s, joinWords(Severities()), didYouMean(s, strings.Split(joinWords(Severities()), ", ")))
		}
	}
	return known
}

// severityValues are the texts that a column severity may get: alone, behind THEN and ELSE, or in an iif that is the
// whole of it, wherever a part of a select list ends with AS severity.
func severityValues(sql string) []token {
	var code []token
	for _, t := range tokens(sql) {
		if t.kind != space {
			code = append(code, t)
		}
	}
	var values []token
	for end := 1; end+1 < len(code); end++ {
		if code[end].is("AS") && code[end+1].is("severity") {
			values = append(values, resultsOf(code[partBefore(code, end):end])...)
		}
	}
	return values
}

// partBefore is the index where the part of a select list begins that ends before the index given.
func partBefore(code []token, end int) int {
	depth := 0
	for at := end - 1; at >= 0; at-- {
		switch t := code[at]; {
		case t.is(")"):
			depth++
		case t.is("(") && depth == 0, depth == 0 && (t.is(",") || t.is("SELECT") || t.is("DISTINCT")):
			return at + 1
		case t.is("("):
			depth--
		}
	}
	return 0
}

// resultsOf are the texts that an expression may come out as, as far as they stand in it by themselves.
func resultsOf(code []token) []token {
	var results []token
	var within []bool // for each open parenthesis: it is an iif's
	for i, t := range code {
		inIif := code[0].is("iif") && len(within) > 0 && within[len(within)-1]
		switch {
		case t.is("("):
			within = append(within, i > 0 && code[i-1].is("iif"))
		case t.is(")") && len(within) > 0:
			within = within[:len(within)-1]
		case t.kind != literal:
		case len(code) == 1,
			i > 0 && (code[i-1].is("THEN") || code[i-1].is("ELSE")) && i+1 < len(code) && (code[i+1].is("WHEN") || code[i+1].is("ELSE") || code[i+1].is("END")),
			inIif && code[i-1].is(",") && (code[i+1].is(",") || code[i+1].is(")")):
			results = append(results, t)
		}
	}
	return results
}
