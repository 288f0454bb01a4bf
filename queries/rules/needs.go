package rules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// relation is what is known of the relations rules may read, by name.
var relation = sync.OnceValue(func() map[string]store.View {
	all := map[string]store.View{}
	for _, v := range store.Views() {
		all[v.Name] = v
	}
	return all
})

// Relations lists all that rules may read: those of the store, and what came of collecting each resource and part.
func Relations() []store.View {
	return append(store.Views(),
		store.View{Name: "coverage", About: "what came of collecting each resource.", Columns: []store.Column{
			{Name: "resource", Type: "text", About: "the resource"},
			{Name: "outcome", Type: "text", About: "complete, partial, denied, unavailable, failed or skipped"},
			{Name: "lists", Type: "text", About: "all, or seen: only what the account may see"},
			{Name: "http_status", Type: "integer", About: "of the answer that decided; 0 if there was none"},
			{Name: "reason", Type: "text", About: "why it is not complete, in words"},
			{Name: "missing", Type: "json", About: "array of the scopes, permissions or sign-ins that would have opened it; [] if none is known"},
			{Name: "objects", Type: "integer", About: "how many objects were seen"},
			{Name: "jira_outcome", Type: "text", About: "as outcome, but on Data Center, where each product has groups, nodes and apps of its own, of Jira's alone"},
			{Name: "confluence_outcome", Type: "text", About: "the same of Confluence's alone"},
		}},
		store.View{Name: "coverage_part", About: "the parts of resources, asked for parent by parent, that are not complete.", Columns: []store.Column{
			{Name: "resource", Type: "text", About: "the resource"},
			{Name: "parent", Type: "text", About: "key of the object that the part was asked for"},
			{Name: "outcome", Type: "text", About: "partial, denied, unavailable, failed or skipped"},
			{Name: "reason", Type: "text", About: "why it is not complete, in words"},
		}})
}

// readable are the relations that rules may read, by name.
var readable = sync.OnceValue(func() map[string]store.View {
	all := map[string]store.View{}
	for _, v := range Relations() {
		all[v.Name] = v
	}
	return all
})

// ResourcesOf lists the resources that a rule declares where it reads a relation: those that it is made of.
func ResourcesOf(name string) []string { return resourcesOf(name) }

// resourcesOf resolves a relation to the resources it is made of; coverage and coverage_part are made of none.
func resourcesOf(name string) []string {
	v, known := relation()[name]
	switch {
	case !known:
		return nil
	case v.Reference:
		return nil
	case !v.Shared:
		return []string{name}
	}
	var all []string
	for _, r := range v.Reads {
		for _, resource := range resourcesOf(r) {
			if !slices.Contains(all, resource) {
				all = append(all, resource)
			}
		}
	}
	return all
}

// proveDeclared refuses a rule that declares what is no resource, or no reference data.
func proveDeclared(r *Rule) error {
	for _, key := range []struct {
		name string
		list []string
	}{{"needs", r.Needs}, {"needs-all", r.NeedsAll}, {"optional", r.Optional}, {"object", r.Objects}} {
		for _, resource := range key.list {
			switch v, known := relation()[resource]; {
			case !known:
				return errorAt(r.File, r.line[key.name], "%s: unknown resource %q%s", key.name, resource, didYouMean(resource, store.Resources()))
			case v.Reference:
				return errorAt(r.File, r.line[key.name], "%s: %s is reference data, it is declared by reference: %s", key.name, resource, resource)
			case v.Shared:
				return errorAt(r.File, r.line[key.name], "%s: %s is a shared relation, declare what it is made of: %s", key.name, resource, joinWords(resourcesOf(resource)))
			}
		}
	}
	for _, name := range r.Reference {
		if !relation()[name].Reference {
			return errorAt(r.File, r.line["reference"], "reference: %q is no reference data%s", name, didYouMean(name, slices.Collect(maps.Values(referenceFiles))))
		}
	}
	return nil
}

// proveNeeds refuses a rule that reads what it does not declare, or declares what is no resource. A shared relation
// counts as the resources it is made of.
func proveNeeds(ctx context.Context, r *Rule, relations *store.Relations) error {
	if err := proveDeclared(r); err != nil {
		return err
	}
	declared := r.Reads()
	for _, q := range []struct{ part, sql string }{{"", r.SQL}, {"guard", r.Guard}, {"unknown", r.Unknown}} {
		if q.sql == "" {
			continue
		}
		reads, err := relations.Reads(ctx, q.sql)
		if err != nil {
			return sqlFailure(r, q.part, q.sql, err, func(near string) int { return syntaxAt(ctx, relations, q.sql, near) })
		}
		for _, name := range reads {
			for _, resource := range resourcesOf(name) {
				if slices.Contains(declared, resource) {
					continue
				}
				through := ""
				if resource != name {
					through = " through " + name
				}
				return errorAt(r.File, max(1, r.line["needs"]), "it reads %s%s, which is in none of needs, needs-all and optional", resource, through)
			}
			for _, reference := range referencesOf(name) {
				if !slices.Contains(r.Reference, reference) {
					return errorAt(r.File, max(1, r.line["reference"], r.line["needs"]), "it reads %s, which is not in reference", reference)
				}
			}
		}
	}
	return nil
}

var (
	noColumn = regexp.MustCompile(`no such column: (?:"?(\w+)"?\.)?"?(\w+)"?`)
	noTable  = regexp.MustCompile(`no such table: (?:\w+\.)?(\w+)`)
	nearWord = regexp.MustCompile(`near "([^"]+)"`)
)

// sqlFailure says what SQLite says of a rule's SQL, with the file, the line where it can be told, and the nearest name.
// Place finds the word that a syntax error names; nil is where it first stands.
func sqlFailure(r *Rule, part, sql string, err error, place func(near string) int) error {
	first := r.Line
	if part != "" {
		first = max(1, r.line[part])
		err = fmt.Errorf("%s: %w", part, err)
	}
	words, hint, at := err.Error(), "", 0
	if m := noColumn.FindStringSubmatch(words); m != nil {
		at, hint = wordAt(sql, m[2]), nearestColumn(sql, m[1], m[2])
	} else if m := noTable.FindStringSubmatch(words); m != nil {
		at, hint = wordAt(sql, m[1]), r.meantRelation(m[1])
	} else if m := nearWord.FindStringSubmatch(words); m != nil {
		if at = wordAt(sql, m[1]); place != nil {
			at = place(m[1])
		}
	} else if strings.Contains(words, "incomplete input") {
		at = len(strings.TrimSpace(sql))
	}
	if errors.Is(err, store.ErrDeadline) || errors.Is(err, store.ErrTooManyRows) {
		return errorAt(r.File, first, "%w", err)
	}
	words = strings.TrimSuffix(strings.Replace(words, "SQL logic error: ", "", 1), " (1)") // the driver's frame around them
	words = strings.Replace(words, "no such table: one_snapshot.", "no such table: ", 1)   // store.Between's word for it
	return errorAt(r.File, first-1+lineOf(sql, at), "%s%s", words, hint)
}

// meantRelation says which relation was meant by a name that is none for the rule.
func (r *Rule) meantRelation(name string) string {
	bare := store.Bare(name)
	_, known := readable()[bare]
	switch drift := r.Kind == Drift; {
	case drift && known && (strings.HasPrefix(name, store.Alone[0]) || strings.HasPrefix(name, store.Alone[1])):
		return fmt.Sprintf("; %sNAME and %sNAME are of resources alone, and of no events", store.Alone[1], store.Alone[0])
	case drift && known && bare == name:
		return fmt.Sprintf("; a drift rule reads %s%s and %s%s", store.Sides[0], name, store.Sides[1], name)
	case !drift && known && bare != name:
		return fmt.Sprintf("; only a drift rule (kind: drift) reads two snapshots, this one has %s alone", bare)
	case drift && bare != name:
		if near := nearest(bare, keysOf(readable())); near != "" {
			return fmt.Sprintf("; did you mean %q?", strings.TrimSuffix(name, bare)+near)
		}
	}
	return didYouMean(name, keysOf(readable()))
}

// wordAt is where a name first stands in sql outside text and comments, 0 if nowhere.
func wordAt(sql, name string) int {
	for _, t := range tokens(sql) {
		if t.kind != space && t.kind != literal && strings.EqualFold(t.text, name) {
			return t.at
		}
	}
	return 0
}

// syntaxAt is where a syntax error is that names a word which may stand in sql many times: at the first of them up to
// which sql is wrong in the same way.
func syntaxAt(ctx context.Context, relations *store.Relations, sql, near string) int {
	for _, t := range tokens(sql) {
		if t.kind == space || !strings.EqualFold(t.text, near) {
			continue
		}
		_, err := relations.Reads(ctx, sql[:t.at+len(t.text)])
		if err != nil && strings.Contains(err.Error(), fmt.Sprintf("near %q", t.text)) {
			return t.at
		}
	}
	return wordAt(sql, near)
}

// nearestColumn says which column of the relations read was meant: of the one under the alias, else of any that sql
// names. Where none is near, the columns of the one relation there is are listed.
func nearestColumn(sql, alias, typed string) string {
	of := map[string]string{} // relation by column
	read := relationsNamed(sql, alias)
	for _, v := range read {
		for _, c := range v.Columns {
			if _, known := of[c.Name]; !known {
				of[c.Name] = v.Name
			}
		}
	}
	near := nearest(typed, keysOf(of))
	switch {
	case near != "":
		return fmt.Sprintf("; did you mean %q of %s?", near, of[near])
	case len(read) == 1:
		return fmt.Sprintf("; %s has %s", read[0].Name, strings.Join(keysOf(of), ", "))
	}
	return ""
}

// relationsNamed lists the relation that stands under an alias in sql, else every relation it names.
func relationsNamed(sql, alias string) []store.View {
	var all []store.View
	var before token // the last name or keyword
	for _, t := range tokens(sql) {
		if t.kind == space {
			continue
		}
		if v, ok := readable()[store.Bare(before.text)]; ok && alias != "" && strings.EqualFold(t.text, alias) {
			return []store.View{v}
		}
		if v, ok := readable()[store.Bare(t.text)]; ok && t.kind == word {
			if t.text == alias {
				return []store.View{v}
			}
			if !slices.ContainsFunc(all, func(o store.View) bool { return o.Name == v.Name }) {
				all = append(all, v)
			}
		}
		if !t.is("AS") {
			before = t
		}
	}
	return all
}
