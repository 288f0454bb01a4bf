package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func rulesNew(s *session) *cobra.Command {
	var d app.RuleDraft
	var severity string
	c := &cobra.Command{
		Use: "new ID [DIR]", Short: "Write a rule of your own, and its cases, to begin with",
		Long: `Writes ID.sql and ID.txtar into DIR (the current folder if not given): a small rule
that works, with a case of every kind, for you to change. Nothing is written over.`,
		Example: `  plumbline rules new OWN-ACCESS-001 rules
  plumbline rules new OWN-SPACE-001 rules --object confluence_space --severity medium --title "Space of a kind we do not use"`,
		Args: between(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 1 {
				dir = args[1]
			}
			if severity != "" {
				if err := app.CheckSeverity(severity); err != nil {
					return err
				}
			}
			d.ID, d.Severity = args[0], app.Severity(severity)
			made, err := app.WriteRule(d, dir)
			if err != nil {
				return err
			}
			err = s.show(made, func(p *page) {
				for _, file := range made.Files {
					p.say(file)
				}
			})
			folder := filepath.ToSlash(dir)
			s.next("Test", command("rules", "test", folder), "Lint", command("rules", "lint", folder),
				"Columns", command("rules", "data", made.Object),
				"Judge", command("findings", "FILE", "--rules", folder, "--rule", made.Rule, "--param", made.Rule+".unwanted=VALUE"))
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&d.Object, "object", "jira_user", "the `RESOURCE` that it is about; plumbline rules data lists them")
	f.StringVar(&d.Title, "title", "", "its `TITLE`, a few words without a full stop")
	f.StringVar(&d.Product, "product", "", "the `PRODUCT`: jira-cloud, jira-dc, confluence-cloud, confluence-dc, org, grant; that of the resource if not given")
	f.StringVar(&severity, "severity", "info", "how bad it is: critical, high, medium, low, info")
	return c
}

func rulesData(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "data [RELATION|DIR]", Short: "What rules may read: the relations, the columns of one, the reference data",
		Long: `What rules may read: the relations of a snapshot, and reference data, which no site tells: published
advisories, until when releases are supported, scopes and what they open. With a RELATION its columns; with a
DIR the reference data in force where that folder is given with --rules: an advisories.json, lifecycle.json or
scopes.json in it takes the place of the shipped one, unless that is newer. Ends with 1 if such a file is not in order.`,
		Args: between(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			all, err := app.RuleData(name)
			if err != nil {
				return err
			}
			err = s.show(all, func(p *page) {
				if len(all.Relations) == 1 {
					relationPage(p, all.Relations[0], all.Reference)
					return
				}
				if name != "" {
					referencePage(p, all)
					return
				}
				t := &table{fixed: map[int]bool{0: true}, names: []string{"relation", "what it is"}}
				for _, r := range all.Relations {
					t.add(span{r.Name, bold}, span{text: r.About})
				}
				p.table(t)
				p.gap()
				p.head("PARAMETERS THAT EVERY RULE MAY BIND")
				params := &table{indent: 2, fixed: map[int]bool{0: true}}
				params.add(span{":now", bold}, span{"text", dim}, span{text: "when the snapshot began, RFC 3339 in UTC"})
				for _, q := range all.Parameters {
					params.add(span{":" + q.Name, bold}, span{q.Type, dim}, span{text: q.About})
				}
				p.table(params)
				p.gap()
				referencePage(p, all)
			})
			if err == nil && name == "" {
				s.next("One", command("rules", "data", all.Relations[0].Name))
			}
			return err
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if all, err := app.RuleData(""); err == nil {
				for _, r := range all.Relations {
					names = append(names, r.Name+"\t"+r.About)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// referencePage shows the reference data in force, what they lack, and what is not in force.
func referencePage(p *page, all *app.RelationList) {
	p.head("REFERENCE DATA, WHICH NO SITE TELLS")
	t := &table{indent: 2, fixed: map[int]bool{0: true, 1: true, 2: true}}
	for _, r := range all.Reference {
		t.add(span{r.Relation, bold}, span{text: "as of " + day(r.AsOf)}, span{text: some(r.Rows, "row")}, span{fileOf(r), dim}, span{text: r.Source})
	}
	p.table(t)
	for _, r := range all.Reference {
		for _, gap := range r.Gaps {
			p.say("  " + r.Relation + " lacks: " + gap)
		}
	}
	for _, r := range all.PassedOver {
		p.say("  not in force, as another is newer: " + fileOf(r) + ", " + r.Relation + " as of " + day(r.AsOf))
	}
}

func fileOf(r app.Reference) string {
	if r.Shipped {
		return "shipped"
	}
	return r.File
}

func relationPage(p *page, r app.Relation, data []app.Reference) {
	p.line(span{r.Name, bold}, span{text: "  " + r.About})
	switch {
	case len(r.Reference) > 0 && !r.Shared:
		p.say("Reference data: no site tells them. A rule that reads them declares them: -- reference: " + r.Name)
	case r.Shared:
		p.say("Shared; a rule that reads it declares what it is made of: " + strings.Join(append(r.Resources, r.Reference...), ", "))
	case r.Lists == "seen":
		p.say("Lists only what the account may see: that something is not there proves nothing by itself.")
	case r.Lists == "" && len(r.Resources) > 0:
		p.say("Not collected yet: it is empty, with the outcome unavailable.")
	}
	for _, d := range data {
		p.say(fmt.Sprintf("%s as of %s: %s, %s, from %s", d.Relation, day(d.AsOf), some(d.Rows, "row"), fileOf(d), d.Source))
	}
	p.gap()
	t := &table{fixed: map[int]bool{0: true, 1: true}, names: []string{"column", "type", fmt.Sprintf("%d columns", len(r.Columns))}}
	for _, c := range r.Columns {
		t.add(span{c.Name, bold}, span{c.Type, dim}, span{text: c.About})
	}
	p.table(t)
}
