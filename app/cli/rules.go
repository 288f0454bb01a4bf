package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func rulesCommand(s *session) *cobra.Command {
	return group("rules", "The rules: list, show, write, test",
		`A rule is one SQL file that finds one kind of weakness; beside it lie its cases.
Rules of your own are used with --rules DIR and treated exactly like the shipped ones:
rules new writes the first one, docs/writing-rules.md is the guide.`,
		rulesList(s), rulesShow(s), rulesNew(s),
		rulesCheck(s, "test", "Run the cases of rules", app.Test),
		rulesCheck(s, "lint", "Check the form of rules: headers, SQL, cases", app.Lint), rulesData(s))
}

// rulesDirs is the flag and the argument that name folders of rules.
func rulesDirs(c *cobra.Command, dirs *[]string) {
	c.Flags().StringArrayVar(dirs, "rules", nil, "the rules in folder `DIR` too (repeatable)")
}

func rulesList(s *session) *cobra.Command {
	var dirs []string
	c := &cobra.Command{
		Use: "list [DIR]", Short: "The shipped rules, and those in DIR",
		Args: between(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := app.Rules(append(dirs, args...))
			if err != nil {
				return err
			}
			err = s.show(all, func(p *page) {
				t := &table{fixed: map[int]bool{0: true, 1: true}, names: []string{"rule", "severity", "title", "reads"}}
				for _, r := range all.Rules {
					t.add(span{r.ID, bold}, span{string(r.Severity), severityStyle(string(r.Severity))}, span{text: r.Title}, span{strings.Join(r.Needs, ", "), dim})
				}
				p.table(t)
				p.gap()
				p.say(some(len(all.Rules), "rule") + ", pack " + all.Pack)
			})
			if err == nil && len(all.Rules) > 0 {
				s.next("One", command("rules", "show", all.Rules[0].ID))
			}
			return err
		},
	}
	rulesDirs(c, &dirs)
	return c
}

func rulesShow(s *session) *cobra.Command {
	var dirs []string
	c := &cobra.Command{
		Use: "show RULE", Short: "One rule: what it finds, why it matters, how to fix it, its SQL",
		Args: between(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := app.Rule(args[0], dirs)
			if err != nil {
				return err
			}
			return s.show(r, func(p *page) { rulePage(p, r) })
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			if all, err := app.Rules(nil); err == nil {
				for _, r := range all.Rules {
					ids = append(ids, r.ID+"\t"+r.Title)
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
	rulesDirs(c, &dirs)
	return c
}

func rulePage(p *page, r *app.RuleText) {
	p.line(span{r.ID, severityStyle(string(r.Severity))}, span{"  " + r.Title, bold}, span{"  " + string(r.Severity), severityStyle(string(r.Severity))})
	p.gap()
	facts := &table{fixed: map[int]bool{0: true}}
	for _, f := range [][2]string{
		{"Category", r.Category}, {"Products", strings.Join(r.Products, ", ")}, {"About", strings.Join(r.Objects, ", ")},
		{"Reads", strings.Join(r.Needs, ", ")}, {"Reads, whole only", strings.Join(r.NeedsAll, ", ")}, {"Reads, if there", strings.Join(r.Optional, ", ")},
		{"Reference data", strings.Join(r.Reference, ", ")},
		{"Controls", strings.Join(r.Maps, ", ")}, {"Source", r.Source}, {"File", r.File},
		{"Cases", fmt.Sprintf("%d failing, %d clean, %d denied, %d partial, %d near misses, %d with a member absent",
			r.Cases.Fail, r.Cases.Clean, r.Cases.Denied, r.Cases.Partial, r.Cases.NearMiss, r.Cases.Absent)},
	} {
		if f[1] != "" {
			facts.add(span{f[0], dim}, span{text: f[1]})
		}
	}
	p.table(facts)
	if len(r.Parameters) > 0 {
		p.gap()
		p.head("PARAMETERS")
		t := &table{indent: 2, fixed: map[int]bool{0: true}}
		for _, q := range r.Parameters {
			t.add(span{text: q.Name}, span{q.Type, dim}, span{text: fmt.Sprint(q.Default)}, span{text: q.About})
		}
		p.table(t)
	}
	for _, part := range []struct{ head, text string }{{"WHY", r.Why}, {"FIX", r.Fix}, {"MAY BE WRONG WHEN", r.FalsePositives}} {
		if part.text != "" {
			p.gap()
			p.head(part.head)
			for _, line := range strings.Split(strings.TrimSpace(part.text), "\n") {
				p.say("  " + strings.TrimSpace(line))
			}
		}
	}
	p.gap()
	p.head("SQL")
	p.code("sql", r.SQL)
}

func rulesCheck(s *session, verb, short string, check func(context.Context, string) (*app.RuleCheck, error)) *cobra.Command {
	return &cobra.Command{
		Use: verb + " [DIR]", Short: short,
		Long: short + `: of the rules in DIR alone, or of the shipped ones.
Ends with 1 if anything is wrong.`,
		Args: between(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := ""
			if len(args) > 0 {
				dir = args[0]
			}
			checked, err := check(c.Context(), dir)
			if err != nil {
				return err
			}
			s.end(checked.Exit())
			return s.show(checked, func(p *page) {
				for _, x := range checked.Problems {
					at := firstOf(x.File, x.Rule)
					if x.Line > 0 {
						at = fmt.Sprintf("%s:%d", at, x.Line)
					}
					p.line(span{at, bold}, span{": " + x.Words, plain})
				}
				what := some(checked.Rules, "rule") + ", " + some(checked.Cases, "case")
				if n := len(checked.Problems); n > 0 {
					p.line(span{what + ": " + some(n, "problem"), bad})
				} else {
					p.line(span{what + ": nothing wrong", good})
				}
			})
		},
	}
}
