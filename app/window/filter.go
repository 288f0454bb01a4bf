package window

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// The filter language, as people type it:
//
//	product:jira since:new sev:>=high rule:JIRA-PERM-* -triage:accepted category:"access security" okafor
//
// Terms are separated by spaces and must all hold. key:value asks for a member, several values with
// commas between are alternatives, - before a term turns it round. What is no key:value is text that
// the finding's words must hold; quotes keep spaces together, and \" is a quote in them. Upper and
// lower case are the same. A positive since decides which findings are listed at all: without one
// they are those that the snapshot has.

// filter is what was typed, understood.
type filter struct {
	terms []term // one for each key, in the order typed
	text  []phrase
}

// term is what is asked of one member. Without with, any value will do.
type term struct {
	key           string
	with, without []string
}

type phrase struct {
	text string
	not  bool
}

// filterKey is a key of the language. Its values are words that are known, or known ones that a glob
// matches; words nil: any text.
type filterKey struct {
	name  string
	short string // another way to write it
	glob  bool   // values may hold *, which stands for any letters
	read  func(value string) ([]string, string)
}

// filterKeys are all keys. Those with read understand more than single words; it returns what they
// stand for, or else the words of what is wrong.
var filterKeys = []filterKey{
	{name: "since"},
	{name: "severity", short: "sev", read: readSeverity},
	{name: "triage"},
	{name: "product"},
	{name: "category", glob: true},
	{name: "rule", glob: true},
	{name: "object", glob: true, read: readObject},
	{name: "control", glob: true},
	{name: "owner"},
	{name: "until", read: readUntil},
	{name: "reason"},
	{name: "in"}, // before, after: the snapshot that it was found in
}

// triages are the values of triage, in the order of the work.
var triages = []string{"undecided", "expired", "confirmed", "accepted"}

// words are the values that are known of each key; a key that is not in it takes any text.
type words map[string][]string

// parseFilter understands what was typed. Its errors name the character, counted from 1, and the
// nearest word that would do.
func parseFilter(text string, known words) (filter, error) {
	p := filterParser{text: []rune(text), known: known}
	for p.space(); p.at < len(p.text); p.space() {
		if err := p.term(); err != nil {
			return filter{}, err
		}
	}
	return p.filter, nil
}

type filterParser struct {
	text   []rune
	at     int
	known  words
	filter filter
}

func (p *filterParser) space() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\u00a0' }

func (p *filterParser) wrong(at int, words, hint string) error {
	return &app.Problem{Code: "filter", Title: fmt.Sprintf("%s, at character %d of the filter", words, at+1), Hint: hint}
}

func (p *filterParser) term() error {
	begin := p.at
	not := p.text[p.at] == '-' && p.at+1 < len(p.text) && !isSpace(p.text[p.at+1])
	if not {
		p.at++
	}
	key := p.key()
	if key == "" {
		word, err := p.value(false)
		if err == nil && word != "" {
			p.filter.text = append(p.filter.text, phrase{word, not})
		}
		return err
	}
	named := p.at - len([]rune(key)) - 1
	i := slices.IndexFunc(filterKeys, func(k filterKey) bool { return key == k.name || key == k.short })
	if i < 0 {
		var names []string
		for _, k := range filterKeys {
			names = append(names, k.name)
		}
		hint := fmt.Sprintf("text with a colon stands in quotes; to filter there are %s", strings.Join(names, ", "))
		if n := app.Nearest(key, names); n != "" {
			hint = fmt.Sprintf("did you mean %q?", n+":")
		}
		return p.wrong(named, fmt.Sprintf("nothing is filtered by %q", key), hint)
	}
	for {
		at := p.at
		value, err := p.value(true)
		if err != nil {
			return err
		}
		if value == "" {
			return p.wrong(at, fmt.Sprintf("%s: needs a value", filterKeys[i].name), p.some(filterKeys[i].name))
		}
		values, err := p.read(filterKeys[i], value, at)
		if err != nil {
			return err
		}
		t := p.filter.term(filterKeys[i].name)
		for _, v := range values {
			t.add(v, not)
		}
		if p.at >= len(p.text) || p.text[p.at] != ',' {
			break
		}
		p.at++
	}
	if p.at < len(p.text) && !isSpace(p.text[p.at]) {
		return p.wrong(p.at, fmt.Sprintf("%q follows a closing quote", string(p.text[p.at])), "terms are separated by spaces, values by commas: "+string(p.text[begin:p.at]))
	}
	return nil
}

// key reads a word of letters and the colon after it; "" where there is none.
func (p *filterParser) key() string {
	i := p.at
	for i < len(p.text) && (p.text[i] >= 'a' && p.text[i] <= 'z' || p.text[i] >= 'A' && p.text[i] <= 'Z' || p.text[i] == '_') {
		i++
	}
	if i == p.at || i >= len(p.text) || p.text[i] != ':' {
		return ""
	}
	key := strings.ToLower(string(p.text[p.at:i]))
	p.at = i + 1
	return key
}

// value reads a quoted text, or letters up to a space, in a list also up to a comma.
func (p *filterParser) value(list bool) (string, error) {
	begin := p.at
	var b strings.Builder
	if p.at < len(p.text) && p.text[p.at] == '"' {
		for p.at++; p.at < len(p.text) && p.text[p.at] != '"'; p.at++ {
			if p.text[p.at] == '\\' && p.at+1 < len(p.text) {
				p.at++
			}
			b.WriteRune(p.text[p.at])
		}
		if p.at >= len(p.text) {
			return "", p.wrong(begin, "the quote is not closed", "")
		}
		p.at++
		return b.String(), nil
	}
	for p.at < len(p.text) && !isSpace(p.text[p.at]) && !(list && p.text[p.at] == ',') {
		b.WriteRune(p.text[p.at])
		p.at++
	}
	return b.String(), nil
}

// read makes one value of a key what it stands for.
func (p *filterParser) read(key filterKey, value string, at int) ([]string, error) {
	if key.read != nil {
		if values, words := key.read(value); words != "" {
			return nil, p.wrong(at, words, p.some(key.name))
		} else if values != nil {
			return values, nil
		}
	}
	known, closed := p.known[key.name]
	if !closed {
		return []string{value}, nil
	}
	if key.glob && strings.Contains(value, "*") {
		if !slices.ContainsFunc(known, func(w string) bool { return globs(value, w) }) {
			return nil, p.unknown(key, value, at)
		}
		return []string{value}, nil
	}
	for _, w := range known {
		if strings.EqualFold(w, value) || strings.EqualFold(w, strings.Map(joined, value)) {
			return []string{w}, nil
		}
	}
	return nil, p.unknown(key, value, at)
}

// joined lets a word of several be written with hyphens or spaces too: not-comparable.
func joined(r rune) rune {
	if r == '-' || r == ' ' {
		return '_'
	}
	return r
}

func (p *filterParser) unknown(key filterKey, value string, at int) error {
	hint := p.some(key.name)
	if n := app.Nearest(strings.Trim(value, "*"), p.known[key.name]); n != "" {
		hint = fmt.Sprintf("did you mean %q?", n)
	}
	return p.wrong(at, fmt.Sprintf("no %s %q", key.name, value), hint)
}

// some names the values of a key, if they are few.
func (p *filterParser) some(key string) string {
	if known := p.known[key]; len(known) > 0 && len(known) <= 12 {
		return "there are " + strings.Join(known, ", ")
	}
	return ""
}

var comparators = []string{">=", "<=", ">", "<", "="}

// comparator takes a comparison off the front of a value.
func comparator(value string) (op, rest string) {
	for _, op := range comparators {
		if rest, ok := strings.CutPrefix(value, op); ok {
			return op, strings.TrimSpace(rest)
		}
	}
	return "", value
}

// readSeverity takes >=high: that bad or worse.
func readSeverity(value string) ([]string, string) {
	op, name := comparator(value)
	if op == "" {
		return nil, ""
	}
	all := app.SeverityNames() // worst first
	rank := slices.Index(all, strings.ToLower(name))
	if rank < 0 {
		words := fmt.Sprintf("no severity %q", name)
		if n := app.Nearest(name, all); n != "" {
			words += fmt.Sprintf(" (%s?)", n)
		}
		return nil, words
	}
	var values []string
	for i, s := range all {
		if compares(op, rank, i) { // a lower rank is worse
			values = append(values, s)
		}
	}
	if values == nil {
		return nil, "no severity is " + value
	}
	return values, ""
}

func compares(op string, a, b int) bool {
	switch op {
	case ">=":
		return b <= a
	case ">":
		return b < a
	case "<=":
		return b >= a
	case "<":
		return b > a
	}
	return a == b
}

// readObject takes one object, jira_project/10001, as it is: nobody lists them all.
func readObject(value string) ([]string, string) {
	if strings.Contains(value, "/") {
		return []string{value}, ""
	}
	return nil, ""
}

// readUntil takes a day, or one that it is compared with: <=2027-03-31.
func readUntil(value string) ([]string, string) {
	op, day := comparator(value)
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil, fmt.Sprintf("%q is no day such as 2027-03-31", day)
	}
	return []string{op + day}, ""
}

// untilHolds compares a day with a value of until.
func untilHolds(value, day string) bool {
	op, than := comparator(value)
	return day != "" && compares(op, 0, -strings.Compare(day, than)) // of ranks: the later day has the lower one
}

// globs reports whether a text is of a pattern in which * stands for any letters.
func globs(pattern, text string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	text = strings.ToLower(text)
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// term is the term of a key, made where there is none.
func (f *filter) term(key string) *term {
	if t := f.of(key); t != nil {
		return t
	}
	f.terms = append(f.terms, term{key: key})
	return &f.terms[len(f.terms)-1]
}

// of is the term of a key, nil where there is none.
func (f *filter) of(key string) *term {
	for i := range f.terms {
		if f.terms[i].key == key {
			return &f.terms[i]
		}
	}
	return nil
}

func (t *term) add(value string, not bool) {
	list := &t.with
	if not {
		list = &t.without
	}
	if !slices.Contains(*list, value) {
		*list = append(*list, value)
	}
}

// clone is a filter that can be changed by itself.
func (f filter) clone() filter {
	out := filter{text: slices.Clone(f.text)}
	for _, t := range f.terms {
		out.terms = append(out.terms, term{t.key, slices.Clone(t.with), slices.Clone(t.without)})
	}
	return out
}

// drop leaves out the terms of a key.
func (f filter) drop(key string) filter {
	out := f.clone()
	out.terms = slices.DeleteFunc(out.terms, func(t term) bool { return t.key == key })
	return out
}

// only asks for one value of a key in place of all that is said of it.
func (f filter) only(key, value string) filter {
	out := f.drop(key)
	out.terms = append(out.terms, term{key: key, with: []string{value}})
	return out
}

// within asks for one value of a key; what is ruled out of it stays so.
func (f filter) within(key, value string) filter {
	out := f.clone()
	out.term(key).with = []string{value}
	return out
}

// toggle adds a value to a key's alternatives, or takes it away.
func (f filter) toggle(key, value string) filter {
	out := f.clone()
	t := out.term(key)
	if i := slices.Index(t.with, value); i >= 0 {
		t.with = slices.Delete(t.with, i, i+1)
	} else {
		t.with = append(t.with, value)
		t.without = slices.DeleteFunc(t.without, func(v string) bool { return v == value })
	}
	return out
}

// String is the filter as it can be typed.
func (f filter) String() string {
	var parts []string
	for _, t := range f.terms {
		parts = append(parts, t.parts()...)
	}
	for _, p := range f.text {
		word := p.text
		if word == "" || strings.ContainsAny(word, " \t\n\u00a0\":\\") || word[0] == '-' {
			word = quoted(word)
		}
		if p.not {
			word = "-" + word
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

// parts are the term as typed: at most one that asks and one that rules out.
func (t term) parts() []string {
	var parts []string
	for _, list := range []struct {
		sign   string
		values []string
	}{{"", t.with}, {"-", t.without}} {
		if len(list.values) == 0 {
			continue
		}
		values := make([]string, len(list.values))
		for i, v := range list.values {
			if values[i] = v; v == "" || strings.ContainsAny(v, " \t\n\u00a0,\"\\") {
				values[i] = quoted(v)
			}
		}
		parts = append(parts, list.sign+t.key+":"+strings.Join(values, ","))
	}
	return parts
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// FilterTerm is a part of a filter, to be shown as a chip that can be taken away.
type FilterTerm struct {
	Key     string   `json:"key"`     // severity ...; "text" for words that must be there
	Not     bool     `json:"not"`     // it is ruled out
	Values  []string `json:"values"`  // alternatives
	Without string   `json:"without"` // the filter without this part
}

// chips are the parts of a filter.
func (f filter) chips() []FilterTerm {
	chips := []FilterTerm{}
	for i, t := range f.terms {
		for _, not := range []bool{false, true} {
			rest := f.clone()
			values, list := t.with, &rest.terms[i].with
			if not {
				values, list = t.without, &rest.terms[i].without
			}
			if len(values) == 0 {
				continue
			}
			*list = nil
			chips = append(chips, FilterTerm{Key: t.key, Not: not, Values: values, Without: rest.String()})
		}
	}
	for i, p := range f.text {
		rest := f.clone()
		rest.text = slices.Delete(rest.text, i, i+1)
		chips = append(chips, FilterTerm{Key: "text", Not: p.not, Values: []string{p.text}, Without: rest.String()})
	}
	return chips
}
