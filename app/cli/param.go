package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func paramCommand(s *session) *cobra.Command {
	return group("param", "Parameters of the rules, kept with the file: list, set, unset",
		`What rules need to know of an organisation: its own e-mail domains, the groups that
administer, projects that are public on purpose. Kept with the file's decisions, so
that everybody who judges the file judges it alike; --param of a judging command goes
before what the file says. Domains that the organisation has verified are added to
own_email_domains by themselves.`,
		paramList(s), paramSet(s), paramUnset(s))
}

func byFlag(c *cobra.Command, by *string) {
	c.Flags().StringVar(by, "by", "", "who decides: `NAME`; else by of the config file, else the user of this machine")
}

func paramList(s *session) *cobra.Command {
	var site string
	var dirs []string
	c := &cobra.Command{
		Use: "list FILE", Short: "Every parameter, its value, where that is from, and the rules that read it",
		Example: `  plumbline param list harbourline.plumb.db`,
		Args:    between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			all, err := f.Parameters(c.Context(), site, dirs)
			if err != nil {
				return err
			}
			if err := s.show(all, func(p *page) { paramPage(p, all, s.brief()) }); err != nil {
				return err
			}
			s.next("Set", command("param", "set", args[0], "own_email_domains", "harbourline.example,harbourline-labs.example"))
			return nil
		},
	}
	siteFlag(c, &site)
	rulesDirs(c, &dirs)
	return c
}

func paramPage(p *page, all *app.ParameterList, brief bool) {
	for i, r := range all.Parameters {
		if i > 0 {
			p.gap()
		}
		from, style := strings.Join(r.From, " and "), bold
		if from == "default" {
			style = plain
		}
		p.line(span{r.Name, bold}, span{"  " + r.Type, dim}, span{"  = " + valueText(r.Value), style}, span{"  (" + from + ")", dim})
		if from != "default" && !r.Unused {
			p.line(span{"  default " + valueText(r.Default), dim})
		}
		if r.Unused {
			p.line(span{"  no rule in force has it: it is left aside", warn})
		}
		if r.About != "" {
			p.say("  " + r.About)
		}
		switch n := len(r.Rules); {
		case brief && n > 6:
			p.line(span{fmt.Sprintf("  %s: %s ... and %d more", some(n, "rule"), strings.Join(r.Rules[:6], ", "), n-6), dim})
		case n > 0:
			p.line(span{"  " + strings.Join(r.Rules, ", "), dim})
		}
	}
}

// valueText writes a parameter's value as it is typed.
func valueText(v any) string {
	switch v := v.(type) {
	case []string:
		if len(v) == 0 {
			return "(none)"
		}
		return strings.Join(v, ", ")
	case []any: // read back from JSON
		text, err := json.Marshal(v)
		if err == nil {
			return string(text)
		}
	case string:
		if v == "" {
			return "(empty)"
		}
	}
	return fmt.Sprint(v)
}

func paramSet(s *session) *cobra.Command {
	var by string
	var dirs []string
	c := &cobra.Command{
		Use: "set FILE NAME VALUE", Short: "Set a parameter for this file: NAME of all rules that have it, RULE-ID.NAME of one",
		Example: `  plumbline param set harbourline.plumb.db own_email_domains harbourline.example
  plumbline param set harbourline.plumb.db JIRA-ACCESS-001.inactive_days 45`,
		Args: between(3, 3),
		RunE: func(c *cobra.Command, args []string) error {
			into, err := s.newFile()
			if err != nil {
				return err
			}
			done, err := app.SetParameter(c.Context(), args[0], into, args[1], args[2], by, dirs, now())
			if err != nil {
				return err
			}
			return s.done(done, "%s = %s in %s", done.Name, *done.Value, done.File.Path)
		},
	}
	byFlag(c, &by)
	rulesDirs(c, &dirs)
	return c
}

func paramUnset(s *session) *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "unset FILE NAME", Short: "Go back to a parameter's default",
		Args: between(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			into, err := s.newFile()
			if err != nil {
				return err
			}
			done, err := app.UnsetParameter(c.Context(), args[0], into, args[1], by, now())
			if err != nil {
				return err
			}
			return s.done(done, "%s is no longer set in %s", done.Name, done.File.Path)
		},
	}
	byFlag(c, &by)
	return c
}

// done tells what was written: as JSON on stdout, or in words beside it.
func (s *session) done(answer any, format string, args ...any) error {
	if s.json {
		return writeJSON(s.out, answer, s.outTerminal)
	}
	s.say(format, args...)
	return nil
}
