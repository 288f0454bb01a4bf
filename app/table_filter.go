package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plumbline/queries/rules"
	"plumbline/store"
)

// A filter of objects is terms with spaces between; all have to hold. Case does not matter.
//
//	word  "two words"     some column has it in its text
//	column:value          the column is that; of a list: it is in it. * stands for any letters, yes and no for 1 and 0
//	column:>=value        also > < <=
//	column:               the site did not tell it
//	since:added           added, changed, equal or not_comparable since the baseline
//	-term                 the term does not hold

// term is one of them, as it was written.
type term struct {
	at      int // of its first letter, from 1
	not     bool
	column  string // "" where it is a word alone
	compare string // "", >, >=, <, <=
	value   string
	quoted  bool
}

// tableFilter makes a filter an SQL condition, with " WHERE " in front, and what it binds.
func tableFilter(text string, columns []store.Column, since map[string]string) (where string, args map[string]any, err error) {
	terms, err := readTerms(text)
	if err != nil {
		return "", nil, err
	}
	args = map[string]any{}
	var conditions []string
	for i, t := range terms {
		name := fmt.Sprintf("f%d_", i) // ends in _, so that no name begins another
		var condition string
		switch {
		case t.column == "":
			condition = anyColumn(columns, name)
			args[name] = pattern("*" + t.value + "*")
		case t.column == "since":
			if condition, args[name], err = t.since(since, name); err != nil {
				return "", nil, err
			}
		default:
			at := slices.IndexFunc(columns, func(c store.Column) bool { return c.Name == strings.ToLower(t.column) })
			if at < 0 {
				p := unknownColumn(t.column, columns)
				p.Title = fmt.Sprintf("at letter %d of the filter: %s", t.at, p.Title)
				return "", nil, p
			}
			var value any
			if condition, value = t.condition(columns[at], name); value != nil {
				args[name] = value
			}
		}
		if t.not {
			condition = "NOT coalesce(" + condition + ", 0)"
		}
		conditions = append(conditions, "("+condition+")")
	}
	if len(conditions) == 0 {
		return "", args, nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args, nil
}

func anyColumn(columns []store.Column, name string) string {
	var any []string
	for _, c := range columns {
		if c.Type == "text" || c.Type == "json" {
			any = append(any, sqlName(c.Name)+" LIKE :"+name+` ESCAPE '\'`)
		}
	}
	return "coalesce(" + strings.Join(any, ", 0) OR coalesce(") + ", 0)"
}

// condition is what a term asks of a column, and the value to bind; nil for none.
func (t term) condition(c store.Column, name string) (string, any) {
	column := sqlName(c.Name)
	if t.compare != "" {
		if n, err := strconv.ParseFloat(t.value, 64); err == nil && c.Type != "text" {
			return column + " " + t.compare + " :" + name, n
		}
		return column + " " + t.compare + " :" + name + " COLLATE NOCASE", t.value
	}
	if t.value == "" && !t.quoted {
		return column + " IS NULL", nil
	}
	value := t.value
	if c.Type == "integer" && !t.quoted {
		switch strings.ToLower(value) {
		case "yes", "true":
			value = "1"
		case "no", "false":
			value = "0"
		}
	}
	of := func(what string) (string, any) {
		if strings.Contains(value, "*") && !t.quoted {
			return "CAST(" + what + " AS TEXT) LIKE :" + name + ` ESCAPE '\'`, pattern(value)
		}
		return "CAST(" + what + " AS TEXT) = :" + name + " COLLATE NOCASE", value
	}
	if c.Type == "json" {
		inside, bound := of("value")
		return "EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(" + column + ") THEN " + column + " END) WHERE " + inside + ")", bound
	}
	return of(column)
}

// pattern is text with * as LIKE takes it.
func pattern(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%").Replace(text)
}

// sinceWords are what may have become of an object that a snapshot has.
var sinceWords = []string{string(rules.Added), string(rules.Changed), "equal", string(rules.NotComparable)}

func (t term) since(since map[string]string, name string) (string, any, error) {
	word := strings.ToLower(t.value)
	if !slices.Contains(sinceWords, word) {
		p := Unknown("change", t.value, sinceWords, "there are "+strings.Join(sinceWords, ", "))
		p.Title = fmt.Sprintf("at letter %d of the filter: %s", t.at, p.Title)
		return "", nil, p
	}
	if since == nil {
		return "", nil, &Problem{Code: "no-baseline", Title: "there is no baseline to ask since of", Hint: "choose one, or leave since: out", Exit: WrongUse}
	}
	keys := []string{}
	for key, change := range since {
		if change == word || word == "equal" {
			keys = append(keys, key)
		}
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return "", nil, err
	}
	in := "key IN (SELECT value FROM json_each(:" + name + "))"
	if word == "equal" {
		in = "key NOT IN (SELECT value FROM json_each(:" + name + "))"
	}
	return in, string(text), nil
}

// readTerms takes a filter apart. The only thing wrong that it may find is an open quote.
func readTerms(text string) ([]term, error) {
	var terms []term
	letters := []rune(text)
	for i := 0; i < len(letters); {
		if letters[i] == ' ' || letters[i] == '\t' || letters[i] == '\n' {
			i++
			continue
		}
		t := term{at: i + 1}
		if letters[i] == '-' && i+1 < len(letters) && letters[i+1] != ' ' {
			t.not = true
			i++
		}
		var b strings.Builder
		for ; i < len(letters) && letters[i] != ' ' && letters[i] != '\t' && letters[i] != '\n'; i++ {
			switch {
			case letters[i] == '"':
				open := i + 1
				for i++; i < len(letters) && letters[i] != '"'; i++ {
					if letters[i] == '\\' && i+1 < len(letters) {
						i++
					}
					b.WriteRune(letters[i])
				}
				if i >= len(letters) {
					return nil, Usage(fmt.Sprintf("at letter %d of the filter: the quote is not closed", open), `end it with "`)
				}
				t.quoted = true
			case letters[i] == ':' && t.column == "" && !t.quoted && isWord(b.String()):
				t.column = b.String()
				b.Reset()
				for _, sign := range []string{">=", "<=", ">", "<"} {
					if strings.HasPrefix(string(letters[i+1:]), sign) {
						t.compare = sign
						i += len(sign)
						break
					}
				}
			default:
				b.WriteRune(letters[i])
			}
		}
		t.value = b.String()
		terms = append(terms, t)
	}
	return terms, nil
}

// isWord reports whether text could be the name of a column: what else has a colon is a word to look for.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// filterTerm is the term that a value of a column passes and no other.
func filterTerm(column string, value any) string {
	switch v := value.(type) {
	case nil:
		return column + ":"
	case string:
		return column + `:"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	default:
		return fmt.Sprintf("%s:%v", column, v)
	}
}
