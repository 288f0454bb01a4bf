package rules

import (
	"strings"
)

// A condition is a part of a SELECT that a rule could do without by mistake: one of the things joined by AND after
// WHERE, ON or HAVING, at any depth, or one alternative of a parenthesised OR. Without is the SQL in which an AND-part
// is always true, an OR-part always false.
type condition struct {
	text    string
	at      int // offset in the SQL
	without string
}

// conditions takes a SELECT apart. The splitter knows parentheses, CASE ... END, BETWEEN ... AND and where a clause
// ends; it knows no more of SQL, so that a condition hidden elsewhere (in a select list, a FILTER, a window) is not
// listed.
func conditions(sql string) []condition {
	var code []token
	for _, t := range tokens(sql) {
		if t.kind != space {
			code = append(code, t)
		}
	}
	s := splitter{sql: sql, code: code}
	for i, t := range code {
		if t.is("WHERE") || t.is("ON") || t.is("HAVING") {
			s.clause(i+1, s.clauseEnd(i+1))
		}
	}
	return s.found
}

type splitter struct {
	sql   string
	code  []token
	found []condition
}

// clauseEnd is the index behind the last token of the clause that begins at i.
func (s *splitter) clauseEnd(i int) int {
	depth, cases := 0, 0
	for ; i < len(s.code); i++ {
		t := s.code[i]
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			if depth--; depth < 0 {
				return i
			}
		case t.is("CASE"):
			cases++
		case t.is("END"):
			cases--
		case depth > 0 || cases > 0:
		case endsClause(t):
			return i
		}
	}
	return i
}

func endsClause(t token) bool {
	for _, w := range []string{"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "UNION", "EXCEPT", "INTERSECT",
		"JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "RETURNING", ",", ";"} {
		if t.is(w) {
			return true
		}
	}
	return false
}

// clause takes apart the expression of tokens from to until.
func (s *splitter) clause(from, until int) {
	alternatives := s.split(from, until, "OR")
	for _, a := range alternatives {
		if len(alternatives) > 1 {
			s.drop(a, "0")
		}
		parts := s.split(a[0], a[1], "AND")
		for _, p := range parts {
			if len(parts) > 1 || len(alternatives) == 1 {
				s.drop(p, "1")
			}
			s.inside(p)
		}
	}
}

// inside goes into a part that is a parenthesised expression or the denial of one, not into a subquery: its own WHERE
// is found by itself.
func (s *splitter) inside(p [2]int) {
	from, until := p[0], p[1]
	for from < until && s.code[from].is("NOT") {
		from++
	}
	if until-from < 3 || !s.code[from].is("(") || s.closing(from) != until-1 {
		return
	}
	if first := s.code[from+1]; first.is("SELECT") || first.is("WITH") || first.is("VALUES") {
		return
	}
	inner := [2]int{from + 1, until - 1}
	if len(s.split(inner[0], inner[1], "OR")) == 1 && len(s.split(inner[0], inner[1], "AND")) == 1 {
		s.inside(inner)
		return
	}
	s.clause(inner[0], inner[1])
}

// closing is the index of the parenthesis that closes the one at i.
func (s *splitter) closing(i int) int {
	depth := 0
	for ; i < len(s.code); i++ {
		if s.code[i].is("(") {
			depth++
		} else if s.code[i].is(")") {
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return i
}

// split cuts the tokens from to until at a word outside parentheses, CASE and BETWEEN.
func (s *splitter) split(from, until int, at string) [][2]int {
	var parts [][2]int
	depth, cases, between := 0, 0, 0
	start := from
	for i := from; i < until; i++ {
		t := s.code[i]
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("CASE"):
			cases++
		case t.is("END"):
			cases--
		case depth > 0 || cases > 0:
		case t.is("BETWEEN"):
			between++
		case t.is("AND") && between > 0:
			between--
		case t.is(at):
			parts = append(parts, [2]int{start, i})
			start = i + 1
		}
	}
	return append(parts, [2]int{start, until})
}

// drop notes the SQL with a part replaced.
func (s *splitter) drop(p [2]int, with string) {
	if p[0] >= p[1] {
		return
	}
	from := s.code[p[0]].at
	last := s.code[p[1]-1]
	until := last.at + len(last.text)
	text := s.sql[from:until]
	if strings.TrimSpace(text) == with {
		return
	}
	for _, c := range s.found {
		if c.at == from && c.text == text { // a bracket around a single thing
			return
		}
	}
	s.found = append(s.found, condition{text, from, s.sql[:from] + with + s.sql[until:]})
}
