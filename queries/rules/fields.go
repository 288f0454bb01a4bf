package rules

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// fieldRules says which members of a resource's bodies can be compared between two snapshots.
type fieldRules struct {
	kept     [2]map[string]bool // members kept on each side, without []; nil where both keep the same
	personal [2]bool            // names and e-mail addresses were kept
	told     [2][]string        // members that are told of everything, or of nothing, on each side
}

// newlyTold are the members that a later version of a product tells of everything and an earlier one of nothing: that they
// came with an upgrade changes no object.
var newlyTold = map[string][]string{"jira_webhook": {"scopeType", "sslVerificationRequired"}} // Jira 10

// toldApart are the members that one answer of several tells alone, and always: without one that answer was not had, or had
// from another list, and nothing of the object changed.
var toldApart = map[string][]string{
	"jira_instance":          {"serverInfo", "configuration", "attachmentMeta"},
	"directory_group":        {"jiraAccess", "confluenceAccess", "managedBy", "usageType"},
	"directory_group_member": {"active"},
	"confluence_user":        {"accountStatus"},
}

// toldByList are the members that a list tells of whom it has: without one nothing is told, where that list was not read whole.
var toldByList = map[string][]string{"confluence_user": {"type", "isGuest"}}

func newFieldRules(a, b store.Coverage, personalA, personalB string) fieldRules {
	f := fieldRules{personal: [2]bool{personalA != "domain", personalB != "domain"}}
	for side, c := range []store.Coverage{a, b} {
		f.told[side] = slices.Concat(newlyTold[a.Resource], toldApart[a.Resource])
		if c.Outcome != store.Complete {
			f.told[side] = append(f.told[side], toldByList[a.Resource]...)
		}
	}
	if (a.Revision != b.Revision || !slices.Equal(a.Members, b.Members)) && len(a.Members) > 0 && len(b.Members) > 0 {
		for side, c := range []store.Coverage{a, b} {
			f.kept[side] = map[string]bool{}
			for _, m := range c.Members {
				f.kept[side][strings.ReplaceAll(m, "[]", "")] = true
			}
		}
	}
	return f
}

// hideable are the members that an account's owner or an administrator may hide by profile visibility.
var hideable = map[string]bool{"emailAddress": true, "email": true}

// compare lists what differs between two bodies; changed is whether any of it can be compared.
func (f *fieldRules) compare(before, after []byte) (fields []FieldChange, changed bool) {
	for _, field := range diff(before, after) {
		if why := f.incomparable(&field); why != "" {
			field = FieldChange{Field: field.Field, NotComparable: why}
		} else {
			changed = true
		}
		fields = append(fields, field)
	}
	return fields, changed
}

func (f *fieldRules) incomparable(field *FieldChange) string {
	if f.kept[0] != nil {
		if a, b := keeps(f.kept[0], field.Field), keeps(f.kept[1], field.Field); a != b {
			if a {
				return "not kept after"
			}
			return "not kept before"
		}
	}
	values := [2][]byte{field.Before, field.After}
	name := field.Field[strings.LastIndexByte(field.Field, '.')+1:]
	for y, v := range values {
		if len(v) == 0 && within(f.told[y], field.Field) {
			return "not told " + sideName[y]
		}
		none := len(v) == 0 || string(v) == `""`
		if f.personal[0] != f.personal[1] && !f.personal[y] && (none || strings.HasPrefix(string(v), `"@`)) {
			return "kept without personal data " + sideName[y]
		}
		if none && hideable[name] {
			return "hidden " + sideName[y]
		}
	}
	return ""
}

// within reports whether a path is one of the members, or lies in one.
func within(members []string, path string) bool {
	return slices.ContainsFunc(members, func(m string) bool { return path == m || strings.HasPrefix(path, m+".") })
}

// keeps reports whether a path is kept: it, what it lies in, or something in it.
func keeps(kept map[string]bool, path string) bool {
	if kept[path] {
		return true
	}
	for m := range kept {
		if strings.HasPrefix(path, m+".") || strings.HasPrefix(m, path+".") {
			return true
		}
	}
	return false
}

var viewPath = regexp.MustCompile(`\$\.([A-Za-z0-9_.\[\]]+)`)

// columnMembers gives, for each resource, the members that each column of its view is made of.
var columnMembers = sync.OnceValue(func() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for _, v := range store.Views() {
		if v.Shared {
			continue
		}
		columns := map[string][]string{}
		for _, line := range strings.Split(v.SQL, "\n") {
			code, _, _ := strings.Cut(line, " -- ")
			name := strings.TrimSuffix(strings.TrimSpace(code), ",")
			name = name[strings.LastIndexAny(name, " .")+1:]
			for _, m := range viewPath.FindAllStringSubmatch(code, -1) {
				columns[name] = append(columns[name], strings.Trim(strings.ReplaceAll(m[1], "[]", ""), "."))
			}
		}
		all[v.Name] = columns
	}
	return all
})

// membersRead lists the members of a resource that a rule may read: those of every column whose name stands in its
// SQL. Shared relations keep the names of the columns they are made of.
func membersRead(r *Rule, resource string) []string {
	words := map[string]bool{}
	for _, sql := range []string{r.SQL, r.Guard, r.Unknown} {
		for _, t := range tokens(sql) {
			if t.kind == word || t.kind == quoted {
				words[strings.ToLower(strings.Trim(t.text, "\"`[]"))] = true
			}
		}
	}
	var read []string
	for column, paths := range columnMembers()[resource] {
		if words[column] {
			read = append(read, paths...)
		}
	}
	slices.Sort(read)
	return slices.Compact(read)
}
