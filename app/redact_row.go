package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// row rewrites a row of a table beside the objects, column by column.
func (o *objects) row(r store.Row) error {
	columns := o.classes.Tables[r.Table]
	for name, value := range r.Values {
		class, known := columns[name]
		s, text := value.(string)
		switch {
		case !known:
			return fmt.Errorf("the column %s of %s has no class", name, r.Table) // a defect of this program: a test looks at the schema
		case !text || s == "":
		default:
			r.Values[name] = o.column(class, r, s)
		}
	}
	return nil
}

func (o *objects) column(class collector.Class, r store.Row, s string) string {
	switch class {
	case "parent":
		return o.parent(r.Kind, r.Resource, s)
	case "path", "reason":
		return o.words(r.Kind, s)
	case "objectkey":
		return o.key(r.Kind, r.Resource, s, nil)
	case "aspect":
		return o.aspect(r.Kind, s)
	case "parameter":
		name, _ := r.Values["name"].(string)
		return o.parameter(name, s)
	case "answer":
		if slices.Contains([]string{"yes", "no", "partly", "not applicable"}, s) {
			return s
		}
		return o.code(spaceText, s)
	case "sites", "gids":
		class := map[collector.Class]collector.Class{"sites": collector.ClassSite, "gids": collector.ClassGroupID}[class]
		return o.list(s, class == collector.ClassGroupID, func(e string) string { return o.of(class, r.Kind, e) })
	case "members":
		return o.marked(r.Resource, s)
	}
	return o.of(class, r.Kind, s)
}

// list rewrites a JSON array of text.
func (o *objects) list(s string, sorted bool, of func(string) string) string {
	var list []string
	if json.Unmarshal([]byte(s), &list) != nil {
		return o.code(spaceText, s)
	}
	for i := range list {
		list[i] = of(list[i])
	}
	if sorted {
		list = sortedIn(list)
	}
	text, _ := store.Canonical(append([]string{}, list...))
	return string(text)
}

// parent is the key of the object that a part was asked for: of the resource's parent, or of what its own code names.
func (o *objects) parent(kind, resource, key string) string {
	n := len(store.KeyParts(key))
	for _, r := range collector.ResourcesOf(kind) {
		if r.Name == resource && slices.ContainsFunc(o.classes.Keys[r.Each], func(form []collector.Classified) bool { return len(form) == n }) {
			return o.key(kind, r.Each, key, nil)
		}
	}
	return o.key(kind, "", key, nil)
}

// aspect is what tells several findings on one object apart: keys and ids among other words.
func (o *objects) aspect(kind, s string) string {
	parts := store.KeyParts(s)
	for i, part := range parts {
		if class := o.met[part]; class != "" {
			parts[i] = o.of(class, kind, part)
		} else {
			parts[i] = o.known.text(part)
		}
	}
	return store.Key(parts...)
}

// parameter rewrites the value of a parameter of the rules, each element of a list.
func (o *objects) parameter(name, value string) string {
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		name = name[at+1:]
	}
	class, known := o.classes.Params[name]
	if class == collector.ClassFact {
		return value
	}
	of := func(s string) string {
		if _, err := strconv.ParseFloat(s, 64); !known && (err == nil || s == "true" || s == "false") {
			return s
		}
		if met := o.met[s]; met != "" && (!known || class == collector.ClassPerson) { // apps are named by account and by key
			return o.of(met, "", s)
		}
		return o.of(class, "dc", s) // a group is named here, whatever the edition
	}
	if strings.HasPrefix(strings.TrimSpace(value), "[") {
		return o.list(value, false, of)
	}
	list := strings.Split(value, ",")
	for i, element := range list {
		if bare := strings.TrimSpace(element); bare != "" {
			list[i] = of(bare)
		}
	}
	return strings.Join(list, ",")
}

// words rewrites what the program and the server said, and the paths of requests: a word stays only if it is known to
// name nobody.
func (o *objects) words(kind, s string) string {
	var b strings.Builder
	unknown := "" // words in a row that nobody knows: one pseudonym
	gap := ""     // what stands behind them
	flush := func() {
		if unknown != "" {
			b.WriteString(o.code(spaceText, unknown))
			unknown = ""
		}
		b.WriteString(gap)
		gap = ""
	}
	for s != "" {
		n := strings.IndexFunc(s, between)
		if n < 0 {
			n = len(s)
		}
		token := s[:n]
		s = s[n:]
		if token != "" {
			word := strings.Trim(token, `.:!`)
			made := o.word(kind, word)
			switch {
			case word == "":
				gap += token
			case strings.HasPrefix(made, spaceText+"-"):
				if unknown != "" {
					unknown += gap
					gap = ""
				} else {
					flush()
				}
				unknown += word
				gap = token[strings.Index(token, word)+len(word):]
			default:
				flush()
				b.WriteString(strings.Replace(token, word, made, 1))
			}
		}
		if s != "" {
			n = strings.IndexFunc(s, func(r rune) bool { return !between(r) })
			if n < 0 {
				n = len(s)
			}
			gap += s[:n]
			s = s[n:]
		}
	}
	flush()
	return b.String()
}

// between says what words of paths and sentences are parted by.
func between(r rune) bool { return strings.ContainsRune(" \t\n/?&=,;()[]{}\"'<>|\x1f", r) }

// word is one word of a path, of a sentence, or a part of a key that no class tells of.
func (o *objects) word(kind, s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		plain = s
	}
	folded := strings.ToLower(plain)
	if o.classes.Words[folded] || folded == "" {
		return s
	}
	if code, ok := o.known.of(plain); ok {
		return code
	}
	if owner, ok := strings.CutPrefix(plain, "~"); ok {
		return "~" + o.person(owner)
	}
	switch {
	case digits(s) && len(s) <= 3, allLater(s, ".", func(p string) bool { return p == "" || digits(p) && len(p) <= 3 }) && o.level < 2:
		return s
	case digits(s), isUUID(s):
		if o.sites[s] {
			return o.of(collector.ClassSite, kind, s)
		}
		return o.of(collector.ClassID, kind, s)
	}
	return o.code(spaceText, plain)
}

// allLater says whether every piece of s holds.
func allLater(s, by string, holds func(string) bool) bool {
	for piece := range strings.SplitSeq(s, by) {
		if !holds(piece) {
			return false
		}
	}
	return true
}

// marked adds to the members kept which of them are pseudonyms now, and of what: "redacted person|group principal.id".
func (o *objects) marked(resource, s string) string {
	var list []string
	if json.Unmarshal([]byte(s), &list) != nil {
		return s
	}
	kinds := map[string][]string{} // by path; a copy of a copy keeps what the first one made pseudonyms of
	list = slices.DeleteFunc(list, func(m string) bool {
		mark, was := strings.CutPrefix(m, rules.RedactedMember)
		if was {
			of, path, _ := strings.Cut(mark, " ")
			kinds[path] = strings.Split(of, "|")
		}
		return was
	})
	for path, of := range o.classes.Members[resource] {
		for _, class := range o.classes.May(of) {
			if class == collector.ClassGroupID {
				class = collector.ClassGroup
			}
			if o.redacts(class) && !slices.Contains(kinds[path], string(class)) {
				kinds[path] = append(kinds[path], string(class))
			}
		}
	}
	var marks []string
	for path, of := range kinds {
		marks = append(marks, rules.RedactedMember+strings.Join(of, "|")+" "+path)
	}
	slices.Sort(marks)
	text, _ := store.Canonical(append(append([]string{}, list...), marks...))
	return string(text)
}
