package rules

import (
	"slices"
	"strings"
)

// query is a SELECT while it is read.
type query struct {
	d      *redaction
	view   bool
	tokens []token           // without space
	match  []int             // of a bracket the other one
	around []int             // the bracket that a token lies in, -1 outside
	alias  map[string]string // relation by alias
	named  []string          // relations that the SQL names
	loose  map[string]taint  // columns of its own making
	made   map[string]taint  // of the outermost SELECT
	of     []string          // kinds of pseudonyms whose text the rule reads; none is any
	use    string
}

func newQuery(d *redaction, sql string, view bool) *query {
	q := &query{d: d, view: view, alias: map[string]string{}, loose: map[string]taint{}, made: map[string]taint{}}
	for _, t := range tokens(sql) {
		if t.kind != space {
			q.tokens = append(q.tokens, t)
		}
	}
	q.match, q.around = make([]int, len(q.tokens)), make([]int, len(q.tokens))
	open := []int{-1}
	for i, t := range q.tokens {
		q.around[i] = open[len(open)-1]
		if t.is("(") {
			open = append(open, i)
		}
		if t.is(")") && len(open) > 1 {
			open = open[:len(open)-1]
			q.around[i] = open[len(open)-1]
			other := q.lastOpen(i)
			q.match[i], q.match[other] = other, i
		}
	}
	for i, t := range q.tokens {
		name := plainRelation(unquotedWord(t))
		if t.kind > quoted || t.kind == space || readable()[name].Name == "" {
			continue
		}
		if i+1 < len(q.tokens) && q.tokens[i+1].is(".") || i > 0 && q.tokens[i-1].is(".") {
			continue
		}
		q.named = append(q.named, name)
		q.alias[name] = name
		next := i + 1
		if next < len(q.tokens) && q.tokens[next].is("AS") {
			next++
		}
		if next < len(q.tokens) && (q.tokens[next].kind == word || q.tokens[next].kind == quoted) {
			q.alias[unquotedWord(q.tokens[next])] = name
		}
	}
	return q
}

// lastOpen finds the bracket that the one at i closes.
func (q *query) lastOpen(i int) int {
	depth := 0
	for n := i; n >= 0; n-- {
		switch {
		case q.tokens[n].is(")"):
			depth++
		case q.tokens[n].is("("):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return i
}

func (q *query) size() int {
	n := len(q.loose) + len(q.made) + len(q.use)
	for _, t := range q.loose {
		if t.read {
			n += 1000
		}
	}
	return n
}

// taintAt is what the column named at a token is, if it is one and a pseudonym.
func (q *query) taintAt(i int) (taint, bool) {
	t := q.tokens[i]
	if t.kind != word && t.kind != quoted || q.at(i+1).is("(") || q.at(i+1).is(".") || q.at(i-1).is("AS") {
		return taint{}, false
	}
	name := unquotedWord(t)
	if q.at(i - 1).is(".") {
		if of, known := q.alias[unquotedWord(q.at(i-2))]; known {
			got, ok := q.d.columns[of][name]
			return got, ok
		}
		got, ok := q.loose[name]
		return got, ok
	}
	if got, ok := q.loose[name]; ok {
		return got, true
	}
	for _, of := range q.named {
		if got, ok := q.d.columns[of][name]; ok {
			return got, true
		}
	}
	return taint{}, false
}

// at is a token, an empty one outside.
func (q *query) at(i int) token {
	if i < 0 || i >= len(q.tokens) {
		return token{kind: punct}
	}
	return q.tokens[i]
}

func isOneOf(t token, words ...string) bool {
	return slices.ContainsFunc(words, t.is)
}

// Functions that hand a value on as it is, or in other letters; those that put values together; and those that only count.
var (
	passing = map[string]bool{"lower": true, "upper": true, "coalesce": true, "ifnull": true, "nullif": true, "min": true, "max": true, "iif": true, "trim": true, "ltrim": true, "rtrim": true, "cast": true, "any_value": true}
	joining = map[string]bool{"json_object": true, "json_array": true, "json_group_array": true, "json_group_object": true, "group_concat": true, "json_each": true, "concat": true}
	counts  = map[string]bool{"count": true, "json_array_length": true, "typeof": true, "row_number": true, "rank": true, "dense_rank": true}
)

// follow says what becomes of a pseudonym that stands at a token: it climbs out of functions and brackets until an operator
// reads the value, a comparison compares it, or it is a column of a SELECT.
func (q *query) follow(i int, t taint) {
	from, to := i, i
	if q.at(i - 1).is(".") {
		from = i - 2
	}
	for range len(q.tokens) {
		left, right := q.at(from-1), q.at(to+1)
		switch {
		case right.is("COLLATE"):
			to += 2
		case left.is("+") && isOneOf(q.at(from-2), "AND", "OR", "ON", "WHERE", "(", ",", "=", "SELECT"): // only keeps an index from being used
			from--
		case left.is("||") || right.is("||"): // put together: what it is part of
			from, to = q.operand(from, to)
		case isOneOf(left, "LIKE", "GLOB", "REGEXP", "MATCH") || isOneOf(right, "LIKE", "GLOB", "REGEXP", "MATCH") ||
			right.is("NOT") && isOneOf(q.at(to+2), "LIKE", "GLOB", "REGEXP", "MATCH"):
			pattern := q.at(to + 2)
			if right.is("NOT") {
				pattern = q.at(to + 3)
			}
			if pattern.kind != literal || !keptWords(unliteral(pattern)) || t.read {
				q.reads(t)
			}
			return
		case isOneOf(left, "<", ">", "<=", ">=", "-", "+", "*", "/", "%", "BETWEEN") || isOneOf(right, "<", ">", "<=", ">=", "-", "+", "*", "/", "%", "BETWEEN", "->", "->>"):
			q.reads(t)
			return
		case right.is("IS") && (q.at(to+2).is("NULL") || q.at(to+2).is("NOT") && q.at(to+3).is("NULL")), isOneOf(right, "ISNULL", "NOTNULL"):
			return
		case isOneOf(left, "=", "==", "<>", "!=", "IS") || isOneOf(right, "=", "==", "<>", "!=", "IS", "IN", "NOT") || left.is("NOT") && q.at(from-2).is("IS"):
			if t.read || !q.literalsKept(to+1, 2) || isOneOf(left, "=", "==", "<>", "!=", "IS") && q.at(from-2).kind == literal && !keptWords(unliteral(q.at(from-2))) {
				q.reads(t)
			}
			return
		case q.around[from] >= 0 && (left.is("(") || left.is(",")) && (right.is(")") || right.is(",")) && q.call(q.around[from]) != "":
			name, bracket := q.call(q.around[from]), q.around[from]
			switch {
			case counts[name]:
				return
			case passing[name], joining[name]:
			default:
				t.read = true
			}
			from, to = bracket-1, q.match[bracket]
			if isOneOf(q.at(to+1), "OVER", "FILTER") && q.at(to+2).is("(") {
				to = q.match[to+2]
			}
		case left.is("(") && right.is("AS") && q.at(from-2).is("CAST"):
			from, to = from-2, q.match[from-1]
		case left.is("(") && right.is(")") && !q.isSelect(from-1):
			if q.at(from - 2).is("IN") { // a list of one
				return
			}
			from, to = from-1, to+1
		case isOneOf(left, "THEN", "ELSE"):
			for depth := 1; depth > 0 && to < len(q.tokens); {
				to++
				if q.at(to).is("CASE") {
					depth++
				} else if q.at(to).is("END") {
					depth--
				}
			}
			from = q.caseOf(to)
		case left.is("CASE"), left.is("WHEN"), isOneOf(left, "WHERE", "AND", "OR", "ON", "HAVING") && !right.is("BY"):
			q.reads(t)
			return
		default:
			q.column(from, to, t)
			return
		}
	}
}

// call names the function whose arguments lie behind a bracket, "" if it is none.
func (q *query) call(bracket int) string {
	f := q.at(bracket - 1)
	if f.kind != word || isOneOf(f, "IN", "EXISTS", "AS", "AND", "OR", "NOT", "ON", "WHERE", "FROM", "JOIN", "SELECT", "VALUES", "BY", "MATERIALIZED", "OVER", "FILTER", "UNION", "ALL", "CASE", "WHEN", "THEN", "ELSE", "USING") {
		return ""
	}
	return strings.ToLower(f.text)
}

func (q *query) isSelect(bracket int) bool {
	return isOneOf(q.at(bracket+1), "SELECT", "WITH", "VALUES")
}

// operand widens a piece of a concatenation to the whole of it.
func (q *query) operand(from, to int) (int, int) {
	depth := q.around[from]
	ends := func(t token) bool {
		return t.kind == punct && t.text != "||" && t.text != "." && t.text != ")" && t.text != "(" && t.text != "->" && t.text != "->>" || isOneOf(t, "AS", "FROM", "WHERE", "AND", "OR", "THEN", "ELSE", "WHEN", "END", "CASE", "SELECT", "DISTINCT", "ON", "BY", "LIKE", "GLOB", "IN", "IS", "NOT", "ORDER", "UNION")
	}
	for from > 0 && from-1 != depth && !(q.around[from-1] == depth && ends(q.tokens[from-1])) {
		from--
	}
	for to+1 < len(q.tokens) && !(q.around[to+1] == depth && ends(q.tokens[to+1])) && !(depth >= 0 && to+1 == q.match[depth]) {
		to++
	}
	return from, to
}

// caseOf finds the CASE that an END ends.
func (q *query) caseOf(end int) int {
	depth := 0
	for n := end; n > 0; n-- {
		switch {
		case q.at(n).is("END"):
			depth++
		case q.at(n).is("CASE"):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return 0
}

// literalsKept reports whether the words that follow within a few tokens, a list of them too, mean what they did.
func (q *query) literalsKept(at, within int) bool {
	for n := at; n <= at+within && n < len(q.tokens); n++ {
		t := q.tokens[n]
		if t.kind == literal && !keptWords(unliteral(t)) || t.kind == param {
			return false
		}
		if t.is("(") && q.at(n-1).is("IN") {
			for m := n + 1; m < q.match[n] && !q.isSelect(n); m++ {
				if q.tokens[m].kind == literal && !keptWords(unliteral(q.tokens[m])) {
					return false
				}
			}
			return true
		}
		if isOneOf(t, "AND", "OR", ",", ")", "THEN") {
			return true
		}
	}
	return true
}

func unliteral(t token) string { return strings.ReplaceAll(strings.Trim(t.text, "'"), "''", "'") }

// reads notes that a pseudonym is read as text, unless the rule says that it reads others alone.
func (q *query) reads(t taint) {
	if len(q.of) > 0 && !slices.ContainsFunc(q.of, func(kind string) bool { return slices.Contains(strings.Split(t.kinds, "|"), kind) }) {
		return
	}
	if q.use == "" || t.from < q.use {
		q.use = t.from
	}
}

// column is a pseudonym that is a column of a SELECT, or stands where only its being equal counts (GROUP BY, ORDER BY, a
// list of what is looked for).
func (q *query) column(from, to int, t taint) {
	list, at, ok := q.item(from)
	if !ok {
		return
	}
	name := q.nameOf(list, at, from, to)
	if q.around[from] >= 0 {
		if had, known := q.loose[name]; !known || t.read && !had.read {
			q.loose[name] = t
		}
		for _, header := range q.headers(list, at) {
			q.loose[header] = t
		}
		return
	}
	switch {
	case q.view:
		if had, known := q.made[name]; !known || t.read && !had.read {
			q.made[name] = t
		}
	case name == "severity" || name == "resource":
		q.reads(t)
	}
}

// item finds the SELECT whose list of columns a token stands in, and which of them it is.
func (q *query) item(from int) (list, at int, ok bool) {
	depth := q.around[from]
	for n := from; n > depth; n-- {
		if q.around[n] != depth {
			continue
		}
		switch t := q.tokens[n]; {
		case t.is("SELECT"), t.is("VALUES"):
			return n, at, true
		case t.is(",") && n < from:
			at++
		case isOneOf(t, "FROM", "WHERE", "BY", "HAVING", "LIMIT", "ON", "USING", "SET"):
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// nameOf is what a column is called: as it says itself, else as the first SELECT of its union calls it.
func (q *query) nameOf(list, at, from, to int) string {
	if q.at(to + 1).is("AS") {
		return unquotedWord(q.at(to + 2))
	}
	depth := q.around[list]
	first := list
	for n := list - 1; n > depth; n-- {
		if q.around[n] == depth && q.tokens[n].is("SELECT") {
			first = n
		}
	}
	if first != list {
		for n, column := first+1, 0; n < list; n++ {
			switch {
			case q.around[n] != depth:
			case q.tokens[n].is("FROM"):
				n = list
			case q.tokens[n].is(","):
				column++
			case column == at && (q.at(n+1).is(",") || q.at(n+1).is("FROM")) && q.tokens[n].kind <= quoted:
				return unquotedWord(q.tokens[n])
			}
		}
	}
	return unquotedWord(q.at(to))
}

// headers are the names that `WITH name (a, b) AS (SELECT ...)` gives the columns of a SELECT.
func (q *query) headers(list, at int) []string {
	bracket := q.around[list]
	n := bracket - 1
	if q.at(n).is("MATERIALIZED") {
		n--
	}
	if !q.at(n).is("AS") || !q.at(n-1).is(")") {
		return nil
	}
	var names []string
	for m := q.match[n-1] + 1; m < n-1; m++ {
		if q.tokens[m].kind == word || q.tokens[m].kind == quoted {
			names = append(names, unquotedWord(q.tokens[m]))
		}
	}
	if at < len(names) {
		return names[at : at+1]
	}
	return nil
}
