package rules

import (
	"regexp"
	"slices"
	"strings"

	"plumbline/store"
)

// A redacted copy says in its coverage which members are pseudonyms (docs/evidence-format.md). Pseudonyms keep what is
// equal and what is not, so that a rule that only joins, compares and shows such a column finds what it would have found.
// A rule that reads it as text (LIKE, substr, a comparison with words) would find something else, or nothing: it is not
// evaluated. What a rule does with a column is read off its SQL; what is not understood counts as reading.

// RedactedMember begins what coverage says of a member that is a pseudonym: then come its class and its path.
const RedactedMember = "redacted "

// KeptPeople are the names that redaction leaves as they are, for they stand for nobody: in small letters.
var KeptPeople = map[string]bool{"": true, "*": true, "unknown": true, "anonymous": true, "former user": true, "disabledsystemuser": true}

// KeptIDs are the API's own words that stand where ids do, and stay.
var KeptIDs = map[string]bool{"": true, "ANONYMOUS": true, "anonymous": true, "anonymous-users": true, "all-licensed-users": true,
	"all-product-admins": true, "authenticated-users": true, "jsm-project-admins": true, "external-collaborators": true, "0": true, "-1": true}

// keptWords reports whether a literal means the same in a redacted copy.
func keptWords(words string) bool {
	words = strings.ToLower(words)
	return KeptPeople[words] || KeptIDs[words] || KeptIDs[strings.ToUpper(words)] ||
		words == "former user (%" || words == "qm:%" || words == "http://%" || words == "https://%" // addresses keep their scheme
}

// taint is what is known of a column: a pseudonym, or made of one by reading its text.
type taint struct {
	from  string // resource and column, for people
	kinds string // of pseudonyms that may stand in it: person, group ...
	read  bool
}

// redaction is which columns of which relations are pseudonyms, of one snapshot.
type redaction struct {
	columns map[string]map[string]taint // by relation, then column
	reads   map[string]string           // shared relations whose rows depend on the text of one: of which
}

// viewMember is a member that a view reads.
var viewMember = regexp.MustCompile(`o\.body ->>? '\$\.([^']+)'`)

// redactionOf reads a snapshot's coverage; nil where nothing is redacted.
func redactionOf(coverage map[string]store.Coverage) *redaction {
	marks := map[string]map[string]string{} // by resource and path: kinds
	for name, c := range coverage {
		for _, m := range c.Members {
			if mark, ok := strings.CutPrefix(m, RedactedMember); ok {
				kinds, path, _ := strings.Cut(mark, " ")
				if marks[name] == nil {
					marks[name] = map[string]string{}
				}
				marks[name][strings.ReplaceAll(path, "[]", "")] = kinds
			}
		}
	}
	if len(marks) == 0 {
		return nil
	}
	d := &redaction{columns: map[string]map[string]taint{}, reads: map[string]string{}}
	for _, v := range store.Views() { // shared ones after what they read
		if !v.Shared {
			d.columns[v.Name] = resourceColumns(d, v, marks[v.Name])
			continue
		}
		if v.Reference {
			continue
		}
		made, use := d.look(v.SQL, true, nil)
		d.columns[v.Name] = made
		if use == "" {
			for _, other := range v.Reads {
				use = max(use, d.reads[other])
			}
		}
		if use != "" {
			d.reads[v.Name] = use
		}
	}
	return d
}

// resourceColumns are the columns of a resource that hold a redacted member, not those that only ask what it is. What a view
// makes of a member is left to redaction to keep: of an e-mail address its domain, say.
func resourceColumns(d *redaction, v store.View, marks map[string]string) map[string]taint {
	members := map[string]taint{}
	sql := viewMember.ReplaceAllStringFunc(v.SQL, func(m string) string {
		path := strings.NewReplacer("[0]", "", "[]", "", `"`, "").Replace(viewMember.FindStringSubmatch(m)[1])
		name := "member_" + strings.NewReplacer(".", "_", "-", "_").Replace(strings.ToLower(path))
		for mark, kinds := range marks {
			if mark == path || strings.HasPrefix(mark, path+".") {
				members[name] = taint{kinds: kinds + "|" + members[name].kinds}
			}
		}
		return name
	})
	q := newQuery(d, sql, true)
	q.loose = members
	q.run()
	columns := map[string]taint{}
	for name, t := range q.made {
		i := slices.IndexFunc(v.Columns, func(c store.Column) bool { return c.Name == name })
		if i >= 0 && v.Columns[i].Type != "integer" && v.Columns[i].Type != "real" {
			columns[name] = taint{from: v.Name + "." + name, kinds: t.kinds}
		}
	}
	return columns
}

// barsRule says which redacted column a rule reads as text, "" if none.
func (d *redaction) barsRule(r *Rule) string {
	for _, sql := range []string{r.SQL, r.Guard, r.Unknown} {
		if sql == "" {
			continue
		}
		for _, t := range tokens(sql) {
			if t.kind == word || t.kind == quoted {
				if use := d.reads[plainRelation(unquotedWord(t))]; use != "" {
					return use
				}
			}
		}
		if _, use := d.look(sql, false, r.TextOf); use != "" {
			return use
		}
	}
	return ""
}

func unquotedWord(t token) string {
	if t.kind == quoted {
		return strings.ToLower(unquoted(t))
	}
	return strings.ToLower(t.text)
}

// plainRelation is the relation that a drift rule reads a side of.
func plainRelation(name string) string {
	if bare := store.Bare(name); relation()[bare].Name != "" {
		return bare
	}
	return name
}

// look reads what a SELECT does with pseudonyms: the columns that it makes of them, and the first that it reads as text. Of
// a view a column that is made by reading is tainted for whoever reads it; of a rule the columns that are only shown are not.
func (d *redaction) look(sql string, view bool, of []string) (made map[string]taint, use string) {
	q := newQuery(d, sql, view)
	q.of = of
	q.run()
	return q.made, q.use
}

// run follows every pseudonym until nothing new is found.
func (q *query) run() {
	for n := -1; n != q.size(); {
		n = q.size()
		for i := range q.tokens {
			if t, ok := q.taintAt(i); ok {
				q.follow(i, t)
			}
		}
	}
}
