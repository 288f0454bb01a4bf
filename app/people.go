package app

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumbline/queries/rules"
	"plumbline/store"
)

// People says how a report names people.
type People string

// Initials keep the account id beside, so that a person can be found again; codes count the people of one report and
// mean nothing in another.
const (
	PeopleFull     People = "full"
	PeopleInitials People = "initials"
	PeopleCodes    People = "codes"
)

// PeopleWords are the words that --people takes.
func PeopleWords() []string {
	return []string{string(PeopleFull), string(PeopleInitials), string(PeopleCodes)}
}

// person is somebody with an account, or who decided something.
type person struct {
	id   string // account id, on Data Center user key; "" of somebody without an account
	name string
	sign string // what stands for the name; "" until it is needed
}

// register knows the people of a report by all that they are called, and counts those that it met.
type register struct {
	how   People
	byID  map[string]*person // account ids, user keys and log-in names, as parts of keys hold them
	named map[string]*person // names, e-mail addresses, and ids that no word is, as texts hold them
	begin map[string][]string
	met   []*person
}

// peopleRelations are the relations that name people, each with the SELECT of (id, name, e-mail address, log-in name).
var peopleRelations = []struct{ relation, query string }{
	{"jira_user", "SELECT account_id, display_name, email, username FROM jira_user WHERE account_type IS NOT 'app'"},
	{"confluence_user", "SELECT account_id, display_name, email, username FROM confluence_user WHERE account_type IS NOT 'app'"},
	{"org_user", "SELECT account_id, display_name, email, NULL FROM org_user"},
	{"jira_customer", "SELECT account_id, display_name, email, username FROM jira_customer"},
	{"directory_group_member", "SELECT DISTINCT account_id, display_name, NULL, NULL FROM directory_group_member WHERE account_type IS NOT 'app'"},
	{"jira_role_actor", "SELECT DISTINCT account_id, display_name, NULL, username FROM jira_role_actor WHERE actor_kind = 'atlassian-user-role-actor'"},
}

// readPeople reads who the snapshots know.
func readPeople(ctx context.Context, how People, sides ...side) (*register, error) {
	g := &register{how: how, byID: map[string]*person{}, named: map[string]*person{}, begin: map[string][]string{}}
	var names []string
	for _, r := range peopleRelations {
		names = append(names, r.relation)
	}
	for _, s := range sides {
		relations, err := s.file.Relations(ctx, s.snapshot.ID, names, rules.ShippedReference()...)
		if err != nil {
			return nil, fmt.Errorf("reading who is named: %w", err)
		}
		for _, r := range peopleRelations {
			rows, err := relations.Select(ctx, r.query, nil, store.Limits{Deadline: personal.Deadline, Rows: 10_000_000})
			if err != nil {
				relations.Close()
				return nil, fmt.Errorf("reading who is named: %w", err)
			}
			for _, row := range rows.Values {
				text := func(i int) string { s, _ := row[i].(string); return s }
				g.add(text(0), text(1), text(2), text(3))
			}
		}
		relations.Close()
	}
	return g, nil
}

// add notes what an account is called by; the same account may come many times.
func (g *register) add(id, name, email, login string) {
	if id == "" || id == "unknown" {
		return
	}
	p := g.byID[id]
	if p == nil {
		p = &person{id: id, name: name}
		g.byID[id] = p
		if strings.ContainsAny(id, "0123456789") && len(id) > 5 { // another id may be an ordinary word
			g.call(id, p)
		}
	}
	if p.name == "" {
		p.name = name
	}
	if login != "" && g.byID[login] == nil {
		g.byID[login] = p
	}
	g.call(name, p)
	g.call(email, p)
}

// call lets a text of one or more words stand for a person. Where two people have one name, the first is meant: the
// sign tells no more than the name did.
func (g *register) call(name string, p *person) {
	if utf8.RuneCountInString(name) < 2 || strings.HasPrefix(name, "@") || g.named[name] != nil {
		return
	}
	g.named[name] = p
	word := firstWord(name)
	g.begin[word] = append(g.begin[word], name)
}

// firstWord is the run of letters and digits, or the one other character, that a text begins with.
func firstWord(s string) string {
	for i, r := range s {
		if !wordRune(r) {
			return s[:max(i, utf8.RuneLen(r))]
		}
	}
	return s
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// sign is what stands for a person.
func (g *register) sign(p *person) string {
	if p.sign == "" {
		g.met = append(g.met, p)
		switch {
		case g.how == PeopleCodes:
			p.sign = fmt.Sprintf("Person %d", len(g.met))
		case g.how == PeopleInitials && p.id != "":
			p.sign = strings.TrimSpace(initials(p.name) + " [" + p.id + "]")
		case g.how == PeopleInitials:
			p.sign = initials(p.name)
		default:
			p.sign = p.name
		}
	}
	return p.sign
}

// initials are the first letters of a name's words: R. O.
func initials(name string) string {
	var out []string
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '.' || r == '@' }) {
		if r, _ := utf8.DecodeRuneInString(word); wordRune(r) {
			out = append(out, string(unicode.ToUpper(r))+".")
		}
	}
	if len(out) > 3 {
		out = append(out[:2], out[len(out)-1])
	}
	return strings.Join(out, " ")
}

// text puts signs in place of people in a sentence.
func (g *register) text(s string) string {
	var out strings.Builder
	for rest, inWord := s, false; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if !inWord {
			if name := g.at(rest); name != "" {
				sign := g.sign(g.named[name])
				if g.how == PeopleFull {
					sign = name
				}
				out.WriteString(sign)
				rest = rest[len(name):]
				last, _ := utf8.DecodeLastRuneInString(name)
				inWord = wordRune(last)
				continue
			}
		}
		out.WriteString(rest[:size])
		rest, inWord = rest[size:], wordRune(r)
	}
	if g.how == PeopleFull {
		return s
	}
	return strayAddress.ReplaceAllString(out.String(), "…@$1")
}

// strayAddress is an e-mail address that no account is known by.
var strayAddress = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)`)

// at is the longest name that a text begins with and that ends with a word; "" if it begins with none.
func (g *register) at(s string) string {
	longest := ""
	for _, name := range g.begin[firstWord(s)] {
		if len(name) <= len(longest) || !strings.HasPrefix(s, name) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(s[len(name):]); len(s) == len(name) || !wordRune(next) {
			longest = name
		}
	}
	return longest
}

// key puts signs in place of people in the parts of a key. With initials, account ids stay.
func (g *register) key(key string) string {
	parts := store.KeyParts(key)
	for i, part := range parts {
		if p := g.byID[part]; p != nil {
			if sign := g.sign(p); g.how == PeopleCodes {
				parts[i] = sign
			}
		}
	}
	if g.how != PeopleCodes {
		return key
	}
	return store.Key(parts...)
}

// who puts a sign in place of what is somebody's name or account, known or not.
func (g *register) who(name string) string {
	if name == "" {
		return name
	}
	p := g.named[name]
	if p == nil {
		p = g.byID[name]
	}
	if p == nil {
		p = &person{name: name}
		g.named[name] = p
	}
	if sign := g.sign(p); g.how != PeopleFull {
		return sign
	}
	return name
}

// value puts signs in place of people in all texts of a value.
func (g *register) value(v any) any {
	switch v := v.(type) {
	case string:
		return g.text(v)
	case []string:
		out := slices.Clone(v)
		for i := range out {
			out[i] = g.text(out[i])
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = g.value(out[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = g.value(inner)
		}
		return out
	}
	return v
}

// raw is value of JSON text.
func (g *register) raw(text json.RawMessage) json.RawMessage {
	if len(text) == 0 {
		return text
	}
	var v any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return json.RawMessage(`"…"`)
	}
	v = g.value(v)
	if g.how == PeopleFull {
		return text
	}
	out, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage(`"…"`)
	}
	return out
}
