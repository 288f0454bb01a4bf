package rules

import (
	"strings"
)

// token is one lexical piece of SQL: enough to find words outside of strings and comments, no grammar.
type token struct {
	kind tokenKind
	text string // as written
	at   int    // byte offset
}

type tokenKind int

const (
	space   tokenKind = iota // white space and comments
	word                     // keyword or bare identifier
	quoted                   // "identifier", `identifier`, [identifier]
	literal                  // 'text'
	number
	param // :name, @name, $name, ?1
	punct // one byte, or two for ->, ->>, ||, <=, >=, <>, !=, ==
)

// is reports whether t is the keyword or mark s, whatever its case.
func (t token) is(s string) bool {
	return (t.kind == word || t.kind == punct) && strings.EqualFold(t.text, s)
}

// tokens splits SQL. It never fails: an unclosed string or comment ends with the text, and SQLite says so later.
func tokens(sql string) []token {
	var all []token
	for at := 0; at < len(sql); {
		kind, n := next(sql[at:])
		all = append(all, token{kind, sql[at : at+n], at})
		at += n
	}
	return all
}

// next gives the kind and length of the first token of a text that is not empty.
func next(s string) (tokenKind, int) {
	switch c := s[0]; {
	case isSpace(c):
		return space, span(s, isSpace)
	case strings.HasPrefix(s, "--"):
		if n := strings.IndexByte(s, '\n'); n >= 0 {
			return space, n + 1
		}
		return space, len(s)
	case strings.HasPrefix(s, "/*"):
		if n := strings.Index(s[2:], "*/"); n >= 0 {
			return space, n + 4
		}
		return space, len(s)
	case c == '\'':
		return literal, closed(s, '\'')
	case c == '"' || c == '`':
		return quoted, closed(s, c)
	case c == '[':
		if n := strings.IndexByte(s, ']'); n >= 0 {
			return quoted, n + 1
		}
		return quoted, len(s)
	case c == ':' || c == '@' || c == '$':
		return param, 1 + span(s[1:], isWord)
	case c == '?':
		return param, 1 + span(s[1:], isDigit)
	case isDigit(c):
		return number, span(s, func(b byte) bool { return isWord(b) || b == '.' })
	case isWord(c):
		return word, span(s, isWord)
	}
	for _, mark := range []string{"->>", "->", "||", "<=", ">=", "<>", "!=", "=="} {
		if strings.HasPrefix(s, mark) {
			return punct, len(mark)
		}
	}
	return punct, 1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c >= 0x80
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

// closed is the length of a quoted piece in which the quote is doubled to stand for itself.
func closed(s string, quote byte) int {
	for n := 1; n < len(s); n++ {
		if s[n] != quote {
			continue
		}
		if n+1 < len(s) && s[n+1] == quote {
			n++
			continue
		}
		return n + 1
	}
	return len(s)
}

// unquoted is the text of a quoted piece without its quotes.
func unquoted(t token) string {
	q := t.text[:1]
	if q == "[" {
		return strings.Trim(t.text, "[]")
	}
	return strings.ReplaceAll(strings.Trim(t.text, q), q+q, q)
}

// oneSelect says in words what keeps sql from being one SELECT, with the offset where; "" if nothing.
func oneSelect(sql string) (words string, at int) {
	started := false
	ended := -1
	for _, t := range tokens(sql) {
		switch {
		case t.kind == space:
		case ended >= 0:
			return "more than one statement: a rule is one SELECT", t.at
		case t.is(";"):
			ended = t.at
		case !started && !t.is("SELECT") && !t.is("WITH"):
			return "a rule is one SELECT, it begins with " + strings.ToUpper(t.text), t.at
		default:
			started = true
		}
	}
	if !started {
		return "no SELECT", 0
	}
	return "", 0
}

// placeholders lists the names of :name in sql, each once, in order, with the offset of the first use.
// Another form of parameter is listed by its whole text (?1, @x).
func placeholders(sql string) (names []string, at map[string]int) {
	at = map[string]int{}
	for _, t := range tokens(sql) {
		if t.kind != param {
			continue
		}
		name, colon := strings.CutPrefix(t.text, ":")
		if !colon || name == "" {
			name = t.text
		}
		if _, seen := at[name]; !seen {
			at[name] = t.at
			names = append(names, name)
		}
	}
	return names, at
}

// lineOf is the line, from 1, of a byte offset.
func lineOf(text string, at int) int {
	return 1 + strings.Count(text[:min(at, len(text))], "\n")
}
