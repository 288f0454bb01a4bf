// Generate writes the pages of docs/ that list things, from the things themselves: the resources
// with what is kept of each, the relations rules read, the rules; and queries/rules/cases.txt, how
// many cases of each kind every rule has; and the reference data on scopes, from what the collector declares. A test of the build regenerates them and wants no difference.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

func main() {
	pack, err := rules.Shipped()
	if err != nil {
		fatal(err)
	}
	cases, err := caseList(pack)
	if err != nil {
		fatal(err)
	}
	guide, err := guidePage(pack)
	if err != nil {
		fatal(err)
	}
	scopes, needs, err := scopeFiles()
	if err != nil {
		fatal(err)
	}
	for file, text := range map[string]string{
		"queries/rules/data/scopes.json":      scopes,
		"queries/rules/data/scope-needs.json": needs,
		"docs/security-of-processing.md":      guide,
		"queries/rules/cases.txt":             cases,
		"docs/resources.md":                   resources(),
		"docs/relations.md":                   relations(),
		"docs/rules.md":                       catalogue(pack.Rules),
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			fatal(err)
		}
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "generate:", err)
	os.Exit(1)
}

const made = "<!-- Made by `make generate`; edit what it is made from. -->\n\n"

// resources is the page to show a data protection officer.
func resources() string {
	var b strings.Builder
	b.WriteString("# What Plumbline keeps\n\n" + made +
		"Each resource lists the members that it keeps of an answer; all else is dropped before anything is written. Never kept:\n" +
		"the text of pages, issues and comments, the content of attachments, avatars, tokens. Members marked * are names or\n" +
		"e-mail addresses: at the personal-data level `domain` names are dropped and an e-mail address keeps only its domain.\n" +
		"Behind a member stands what kind of thing it is where it is no plain fact: `plumbline redact` goes by that, and\n" +
		"collector/classes.txt says what each kind means. *by X* means that the member X beside it says it.\n\n" +
		"**Lists**: *all* means that the answer holds every object if the permission named is held; *seen* means only what the\n" +
		"account may see, so that an absence proves nothing by itself.\n")
	known := map[string]bool{}
	for _, edition := range []struct {
		title string
		list  []collector.Resource
	}{{"Of a Cloud site and its organisation", collector.Resources()}, {"Of a Data Center installation", collector.DataCenterResources()}} {
		fmt.Fprintf(&b, "\n# %s\n", edition.title)
		slices.SortFunc(edition.list, func(a, b collector.Resource) int { return strings.Compare(a.Name, b.Name) })
		for _, r := range edition.list {
			known[r.Name] = true
			resource(&b, r)
		}
	}
	var empty []string
	for _, name := range store.Resources() {
		if !known[name] {
			empty = append(empty, name)
		}
	}
	if len(empty) > 0 {
		b.WriteString("\n# Not collected\n\nRelations that rules may name and that are empty, with the outcome *unavailable*: " + code(empty) + ".\n")
	}
	return b.String()
}

// resource is what one edition tells of a resource.
func resource(b *strings.Builder, r collector.Resource) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", r.Name, r.About)
	lists := string(r.Lists)
	if r.Permission != "" {
		lists += ", with " + r.Permission
	}
	fmt.Fprintf(b, "| | |\n|---|---|\n| lists | %s |\n", lists)
	if r.Event {
		b.WriteString("| window | the 90 days before the snapshot's start |\n")
	}
	if r.Each != "" {
		fmt.Fprintf(b, "| asked for each | `%s` |\n", r.Each)
	}
	if r.Inside != "" {
		fmt.Fprintf(b, "| comes with | `%s` |\n", r.Inside)
	}
	for _, s := range r.Sources {
		method := s.Method
		if method == "" {
			method = "GET"
		}
		fmt.Fprintf(b, "| request | `%s %s` |\n", method, s.Path)
		if len(s.Classic) > 0 {
			fmt.Fprintf(b, "| classic scopes | %s |\n", code(s.Classic))
		}
		if len(s.Granular) > 0 {
			fmt.Fprintf(b, "| granular scopes | %s |\n", code(s.Granular))
		}
	}
	kept := make([]string, 0, len(r.Keep))
	for _, k := range r.Keep {
		name := "`" + k + "`"
		if slices.Contains(r.Personal, k) {
			name += "*"
		}
		name += kindOf(r.Name, k)
		kept = append(kept, name)
	}
	fmt.Fprintf(b, "| kept | %s |\n", strings.Join(kept, ", "))
}

// kindOf is what redaction takes a member for, nothing for a fact.
func kindOf(resource, path string) string {
	of, _ := collector.ClassesOf().Kept(resource, path)
	switch {
	case of.By != "":
		return " by " + of.By
	case of.Class == collector.ClassFact:
		return ""
	}
	return " " + string(of.Class)
}

func code(list []string) string { return "`" + strings.Join(list, "`, `") + "`" }

// relations is the reference for people who write rules or query a file.
func relations() string {
	var b strings.Builder
	b.WriteString("# The relations that rules read\n\n" + made +
		"Of exactly one snapshot, typed. An absent member is NULL, which is *unknown*: no rule may judge it. In the evidence\n" +
		"file there is a view of the same name for each resource, with a `snapshot` column in front. Columns of type json hold\n" +
		"JSON text; booleans are 1 and 0, times RFC 3339 in UTC. `plumbline rules data RELATION` says the same on a terminal;\n" +
		"[writing-rules.md](writing-rules.md) is the guide.\n\n")
	b.WriteString("Resources: " + links(func(v store.View) bool { return !v.Shared }) + ".\n\nReference data, which no site tells: " +
		links(func(v store.View) bool { return v.Reference }) + ".\n\nShared, computed once for all rules: " +
		links(func(v store.View) bool { return v.Shared && !v.Reference }) + ".\n\n" +
		"Of the collecting itself: [coverage](#coverage), [coverage_part](#coverage_part).\n\n" +
		"## Parameters that every rule may bind\n\n`:now` is when the snapshot began. A list is JSON text: `IN (SELECT value FROM json_each(:name))`.\n\n" +
		"| parameter | type | default | |\n|---|---|---|---|\n")
	for _, q := range rules.GlobalParams() {
		fmt.Fprintf(&b, "| `:%s` | %s | `%v` | %s |\n", q.Name, q.Type, q.Default, cell(q.About))
	}
	b.WriteString("\n## Functions besides SQLite's own\n\n| function | |\n|---|---|\n" +
		"| `version_key(version)` | a text that sorts as versions do, number by number: `version_key('10.2.9') < version_key('10.2.18')`. What stands behind the numbers (-m0001, -QR-2024) is left aside. NULL where it is no version |\n" +
		"| `version_key(version, 2)` | of the first two numbers alone: the line of releases |\n" +
		"| `in_network(address, network)` | 1 if an IPv4 or IPv6 address lies in a network such as `10.0.0.0/8`, 0 if not; NULL where either is not what it should be: a host name, say |\n")
	for _, v := range rules.Relations() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", v.Name, v.About)
		switch reference := rules.ReferencesOf(v.Name); {
		case v.Reference:
			fmt.Fprintf(&b, "Reference data. A rule that reads them declares them: `reference: %s`.\n\n", v.Name)
		case v.Shared && len(reference) > 0:
			fmt.Fprintf(&b, "Shared; made of %s. A rule that reads it declares %s and, as reference, %s.\n\n", code(v.Reads), code(rules.ResourcesOf(v.Name)), code(reference))
		case v.Shared:
			fmt.Fprintf(&b, "Shared; made of %s. A rule that reads it declares %s.\n\n", code(v.Reads), code(rules.ResourcesOf(v.Name)))
		}
		b.WriteString("| column | type | |\n|---|---|---|\n")
		for _, c := range v.Columns {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, c.Type, cell(c.About))
		}
	}
	return b.String()
}

// links names the relations of a kind, each with its place on the page.
func links(of func(store.View) bool) string {
	var all []string
	for _, v := range store.Views() {
		if of(v) {
			all = append(all, fmt.Sprintf("[%s](#%s)", v.Name, v.Name))
		}
	}
	return strings.Join(all, ", ")
}

// caseList is how many cases of each kind every shipped rule has, a line each.
func caseList(pack *rules.Pack) (string, error) {
	var b strings.Builder
	b.WriteString("# How many cases of each kind every shipped rule has; made by `make generate`, a test holds it to the case files\n# and to `plumbline rules list --json`.\n")
	fmt.Fprintf(&b, "%-20s %5s %5s %6s %7s %9s %6s\n", "# rule", "fail", "clean", "denied", "partial", "near_miss", "absent")
	for _, r := range pack.Rules {
		n, err := pack.CaseCounts(r.ID)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%-20s %5d %5d %6d %7d %9d %6d\n", r.ID, n.Fail, n.Clean, n.Denied, n.Partial, n.NearMiss, n.Absent)
	}
	return b.String(), nil
}

// catalogue lists the shipped rules with their texts.
func catalogue(all []*rules.Rule) string {
	var b strings.Builder
	b.WriteString("# The rules\n\n" + made + "| rule | severity | title |\n|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, strings.ToLower(r.ID), r.Severity, cell(r.Title))
	}
	for _, r := range all {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s, %s, revision %d)\n\n%s\n\n", r.ID, r.Title, r.Severity, r.Category, r.Rev, strings.TrimSpace(r.Why))
		fmt.Fprintf(&b, "*How to fix it.*\n\n%s\n\n*False positives.* %s\n\n", strings.TrimSpace(r.Fix), strings.TrimSpace(r.FalsePositives))
		fmt.Fprintf(&b, "Reads %s. Controls: %s. Source: %s\n", code(r.Reads()), strings.Join(r.Maps, ", "), strings.TrimSpace(r.Source))
		for _, p := range r.Params {
			fmt.Fprintf(&b, "\n* parameter `%s` (%s, default `%v`): %s", p.Name, p.Type, p.Default, p.About)
		}
		if len(r.Params) > 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
