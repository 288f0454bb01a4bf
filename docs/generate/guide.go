package main

import (
	"fmt"
	"strings"

	"plumbline/queries/rules"
)

// guidePage is Atlassian's guide on the security of processing, each statement with what checks it.
func guidePage(pack *rules.Pack) (string, error) {
	guide, err := rules.TheGuide()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Security of processing, line by line\n\n" + made + guide.Source + ".\n\n" +
		"Each statement of it that can be checked has a row, in words of our own: the rules that check it, and the questions that\n" +
		"people look up by hand because no API shows the answer. `plumbline attest FILE` lists the questions that a site is asked\n" +
		"and keeps the answers beside the decisions, append-only; they are never scored, and an answer is asked for again when it is\n" +
		"older than the parameter `attestation_days` (365). Yes is always what should be.\n")
	section := ""
	for _, s := range guide.Statements {
		if s.Section != section {
			section = s.Section
			fmt.Fprintf(&b, "\n## %s\n\n| statement | rules | by hand |\n|---|---|---|\n", section)
		}
		var checks, asks []string
		for _, r := range s.Checked(pack) {
			checks = append(checks, fmt.Sprintf("[%s](rules.md#%s)", r.ID, strings.ToLower(r.ID)))
		}
		for _, id := range s.Questions {
			asks = append(asks, fmt.Sprintf("[%s](#%s)", id, strings.ToLower(id)))
		}
		says := s.Says
		if s.Note != "" {
			says += " " + s.Note
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", says, orNone(checks), orNone(asks))
	}
	b.WriteString("\n## The questions\n")
	for _, q := range guide.Questions {
		fmt.Fprintf(&b, "\n### %s\n\n**%s** (%s). %s\n\nBy hand: %s\n\nNo rule checks it: %s.\n", q.ID, q.Title, strings.Join(q.Products, ", "), q.Question, q.How, q.Why)
	}
	return b.String(), nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
