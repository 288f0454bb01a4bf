package rules

import (
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// lacks reports whether the coverage proves that the site has no such thing, for its edition, version or products. What
// the collecting program did not know (revision 0), and what another sign-in would have opened, proves nothing.
func lacks(c store.Coverage) bool {
	return c.Outcome == store.Unavailable && c.Revision > 0 && len(c.Missing) == 0 && !strings.HasPrefix(c.Reason, "no sign-in")
}

// describe says what came of a resource: `jira_user was denied (403, missing USER_PICKER): You cannot ...`.
func describe(c store.Coverage) string {
	var b strings.Builder
	b.WriteString(c.Resource)
	b.WriteString(map[store.Outcome]string{
		store.Complete: " is complete", store.Partial: " is partial", store.Denied: " was denied",
		store.Unavailable: " is unavailable", store.Failed: " failed", store.Skipped: " was skipped",
	}[c.Outcome])
	var notes []string
	if c.HTTPStatus != 0 && c.Outcome != store.Complete {
		notes = append(notes, fmt.Sprint(c.HTTPStatus))
	}
	if len(c.Missing) > 0 {
		notes = append(notes, "missing "+strings.Join(c.Missing, ", "))
	}
	if n := len(c.Parts); n > 0 {
		p := c.Parts[0]
		part := fmt.Sprintf("%s not complete, the first %s: %s", plural(n, "part"), shown(p.Parent), p.Outcome)
		if p.HTTPStatus != 0 {
			part += fmt.Sprintf(" %d", p.HTTPStatus)
		}
		notes = append(notes, part)
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, ", ") + ")")
	}
	if c.Reason != "" {
		b.WriteString(": " + c.Reason)
	}
	return b.String()
}

// shown is a key for people: its parts with slashes between.
func shown(key string) string { return strings.Join(store.KeyParts(key), " / ") }

// administers reports whether the vantage holds the administration permission of the products whose resource it is. Some lists
// show not even such an account everything; a pass says so, but the score takes it for whole. What belongs to neither product
// alone is listed by Jira on Cloud, where the site has it, and by each of the products on Data Center.
func (j *judging) administers(resource string) bool {
	held := func(any ...string) bool {
		return slices.ContainsFunc(any, func(p string) bool { return slices.Contains(j.world.vantage.Permissions, p) })
	}
	jira, confluence := held("ADMINISTER", "SYSTEM_ADMIN"), held("confluence:administer")
	product := siteProduct(resource)
	if product == "" {
		product = j.rule.alone(j.world.site.Kind)
	}
	switch {
	case product == "confluence", product == "" && lacks(j.world.cover("jira_instance")):
		return confluence
	case product == "jira", j.world.site.Kind != "dc", lacks(j.world.cover("confluence_instance")):
		return jira
	}
	return jira && confluence
}

// viewer names the account of a vantage for a sentence.
func viewer(v store.Vantage) string {
	switch {
	case v.AccountName != "":
		return v.AccountName
	case v.Account != "":
		return v.Account
	}
	return "the account"
}
