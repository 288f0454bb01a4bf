package app

import (
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// accessLegs are the parts of paths, and the resources that each is read from. What is not read whole is a leg unknown.
// parent is the kind of object whose part counts alone where one of that kind is asked for.
var accessLegs = []accessLeg{
	{"", "directory_group", "groups", ""},
	{"", "directory_group_member", "members of groups", "group"},
	{"", "org_user_role", "administrators of the organisation", ""},
	{"", "org_group_role", "groups that administer the organisation", ""},
	{"jira", "jira_user", accounts, ""},
	{"jira", "jira_application_role_group", "who is a licensed user of Jira", ""},
	{"jira", "jira_global_permission", "who administers Jira", ""},
	{"jira", "jira_project", "projects", ""},
	{"jira", "jira_project_scheme", "permission schemes of projects", "project"},
	{"jira", "jira_permission_grant", "grants of permission schemes", ""},
	{"jira", "jira_role_actor", "project roles", "project"},
	{"jira", "jira_filter", "filters", ""},
	{"jira", "jira_filter_share", "shares of filters", ""},
	{"jira", "jira_dashboard", "dashboards", ""},
	{"jira", "jira_dashboard_share", "shares of dashboards", ""},
	{"confluence", "confluence_space", "spaces", ""},
	{"confluence", "confluence_space_permission", "space permissions", "space"},
	{"confluence", "confluence_space_role", "space roles", ""},
	{"confluence", "confluence_space_role_assignment", "space roles given", "space"},
	{"confluence", "confluence_global_permission", "who administers Confluence", ""},
}

// accessLeg is such a part; product is "" where both have it.
type accessLeg struct{ product, resource, leg, parent string }

const accounts = "accounts" // the leg that says who there is

// limits says in place what keeps the answer from being the whole truth.
func (s *accessSide) limits(a *Access, q AccessQuery, now *answered) error {
	for _, l := range accessLegs {
		if product := firstOf(q.Product, productOf(a.Subject)); product != "" && l.product != "" && l.product != product {
			continue
		}
		if kind := legOf(l.resource); kind != "" && q.What != "" && a.Subject.Kind != kind && a.Subject.Kind != everything {
			continue
		}
		if text, outcome := s.unread(l.resource, l.leg, l.parent, a.Subject, now); text != "" {
			a.Limits = append(a.Limits, AccessLimit{Kind: "unknown", Product: l.product, Resource: l.resource, Outcome: outcome, Leg: l.leg, Text: text})
		}
	}
	s.unexplained(a, q)
	s.edition(a, q)
	if err := s.byIssue(a, q); err != nil {
		return err
	}
	return s.narrowing(a, q)
}

// legOf is the kind of object that a resource is about, where it concerns no other.
func legOf(resource string) string {
	for _, kind := range []string{"filter", "dashboard"} {
		if strings.HasPrefix(resource, "jira_"+kind) {
			return kind
		}
	}
	return ""
}

// unread says that a resource was not read whole, as far as it concerns the question; "" if it was.
func (s *accessSide) unread(resource, leg, parent string, subject AccessNode, now *answered) (text, outcome string) {
	c, known := s.coverage[resource]
	if !known {
		c = store.Coverage{Resource: resource, Outcome: store.Skipped}
	}
	words := ""
	switch {
	case c.Outcome == store.Complete:
		return "", ""
	case c.Outcome == store.Unavailable && !strings.HasPrefix(c.Reason, store.NoAddress):
		return "", "" // the site lacks it
	case c.Outcome == store.Partial && len(c.Parts) > 0 && parent != "":
		open := 0
		for _, part := range c.Parts {
			if s.concerns(part.Parent, parent, subject, now) {
				open++
			}
		}
		if open == 0 {
			return "", ""
		}
		words = fmt.Sprintf("%s were not read for %s", leg, plural(open, parent))
		if subject.Kind == parent {
			words = fmt.Sprintf("%s were not read", leg)
		}
	case c.Outcome == store.Partial:
		words = fmt.Sprintf("%s were read in part", leg)
	default:
		words = fmt.Sprintf("%s could not be looked at", leg)
		if c.Outcome == store.Skipped {
			words = fmt.Sprintf("%s were not asked for", leg)
		}
	}
	notes := string(c.Outcome)
	if c.HTTPStatus >= 400 {
		notes += fmt.Sprintf(", %d", c.HTTPStatus)
	}
	if len(c.Parts) == 0 && c.Reason != "" { // of parts, plumbline coverage tells each
		notes += ": " + c.Reason
	}
	return strings.ToUpper(words[:1]) + words[1:] + " (" + notes + "): there may be more access than is shown", string(c.Outcome)
}

// concerns reports whether a parent's part bears on the question: of one object only its own part does, and the groups on
// its paths.
func (s *accessSide) concerns(key, parent string, subject AccessNode, now *answered) bool {
	switch {
	case parent == "group" && now != nil && slices.Contains(WhatKinds(), subject.Kind):
		return slices.ContainsFunc(now.ways, func(w way) bool { return w.subjectKind == "group" && w.subjectID == key || w.group == key })
	case parent == "group" && subject.Kind == "group":
		return subject.ID == key
	case subject.Kind == parent:
		return store.Key(subject.ID) == key
	case slices.Contains(WhatKinds(), subject.Kind):
		return parent == "project" // a share with a project hangs on its roles
	}
	return true
}

// edition says what an edition tells nobody.
func (s *accessSide) edition(a *Access, q AccessQuery) {
	product := firstOf(q.Product, productOf(a.Subject))
	add := func(of, leg, text string) {
		if product == "" || product == of {
			a.Limits = append(a.Limits, AccessLimit{Kind: "unknown", Product: of, Leg: leg, Text: text})
		}
	}
	seen := func(resource, leg, text string) {
		if c, ok := s.coverage[resource]; ok && c.Lists == "seen" && c.Outcome != store.Unavailable && q.What == "" {
			add(strings.SplitN(resource, "_", 2)[0], leg, text)
		}
	}
	if s.snapshot.Site.Kind == "dc" {
		add("jira", "who administers Jira", "Data Center tells the global permissions of Jira of the collecting account alone")
		if product != "confluence" && (a.Subject.Kind == "dashboard" || q.What == "") {
			add("jira", "shares of dashboards", "Data Center does not tell with whom dashboards are shared")
		}
		add("", "members of groups", "A membership may come through a group inside the group: Data Center lists the members of both alike")
	}
	seen("confluence_space", "spaces", "Only the spaces that the collecting account may see are listed")
	seen("jira_filter", "filters", "Only the filters that the collecting account may see are listed")
	seen("jira_dashboard", "dashboards", "Only the dashboards that the collecting account may see are listed")
	seen("jira_project", "projects", "Only the projects that the collecting account may see are listed")
}

// byIssue counts the grants that hang on the single issue: nobody can say to whom without looking at issues.
func (s *accessSide) byIssue(a *Access, q AccessQuery) error {
	if product := firstOf(q.Product, productOf(a.Subject)); product == "confluence" || a.Subject.Kind == "site" {
		return nil
	}
	query, args := "SELECT g.holder_type, count(*), count(DISTINCT l.project_id) FROM jira_issue_grant AS g JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id GROUP BY 1 ORDER BY 1", map[string]any{}
	if a.Subject.Kind == "project" {
		query = "SELECT g.holder_type, count(*), 1 FROM jira_issue_grant AS g JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id WHERE l.project_id = :project GROUP BY 1 ORDER BY 1"
		args["project"] = a.Subject.ID
	}
	found, err := s.rows(query, args)
	if err != nil {
		return err
	}
	for _, v := range found {
		holder, kind, ends := said(v[0]), "by_issue", ": not followed, as that depends on the single issue"
		text := fmt.Sprintf("%s to %s", plural(number64(v[1]), "grant"), holderWords[holder])
		if holderWords[holder] == "" {
			text = fmt.Sprintf("%s of the kind %s", plural(number64(v[1]), "grant"), holder)
		}
		if holder == "unknown" {
			kind, text, ends = "unknown", plural(number64(v[1]), "grant"), ": what or to whom is not told, so there may be more access than is shown"
		}
		if a.Subject.Kind != "project" {
			text += " in " + plural(number64(v[2]), "project")
		}
		a.Limits = append(a.Limits, AccessLimit{Kind: kind, Product: "jira", Leg: "grants by issue", Text: strings.ToUpper(text[:1]) + text[1:] + ends})
	}
	return nil
}

var holderWords = map[string]string{
	"reporter": "the reporter", "assignee": "the assignee", "userCustomField": "a field of people", "groupCustomField": "a field of groups",
	"sd.customer.portal.only": "customers of the portal",
}

// narrowing says what may give less than the paths do.
func (s *accessSide) narrowing(a *Access, q AccessQuery) error {
	product := firstOf(q.Product, productOf(a.Subject))
	jira := product != "confluence" && a.Subject.Kind != "filter" && a.Subject.Kind != "dashboard" && a.Subject.Kind != "site"
	if jira {
		found, err := s.rows("SELECT DISTINCT project_id FROM jira_project_security WHERE scheme_id IS NOT NULL", nil)
		if err != nil {
			return err
		}
		with := map[string]bool{}
		for _, v := range found {
			with[said(v[0])] = true
		}
		for i := range a.Rows {
			if r := &a.Rows[i]; r.Node.Kind == "project" && with[r.Node.ID] {
				r.Narrowed = append(r.Narrowed, "issue security")
			}
		}
		n := len(with)
		if a.Subject.Kind == "project" {
			n = 0
			if with[a.Subject.ID] {
				n = 1
			}
		}
		limit := AccessLimit{Kind: "narrows", Product: "jira", Leg: "issue security"}
		if text, outcome := s.unread("jira_project_security", "issue security schemes of projects", "", a.Subject, nil); text != "" {
			limit.Resource, limit.Outcome = "jira_project_security", outcome
			limit.Text = strings.ReplaceAll(text, "there may be more access than is shown", "whether issue security narrows this is not known")
			a.Limits = append(a.Limits, limit)
		} else if n > 0 {
			limit.Text = fmt.Sprintf("Issue security may narrow this: %s a security scheme, and which issues have a level is not read", map[bool]string{true: "the project has", false: plural(n, "project") + " have"}[a.Subject.Kind == "project"])
			a.Limits = append(a.Limits, limit)
		}
	}
	if product == "jira" || a.Subject.Kind == "site" {
		return nil
	}
	c := s.coverage["confluence_restriction"]
	limit := AccessLimit{Kind: "narrows", Product: "confluence", Resource: "confluence_restriction", Outcome: string(c.Outcome), Leg: "page restrictions"}
	switch {
	case c.Outcome == store.Complete && c.Objects == 0, c.Outcome == store.Unavailable:
		return nil
	case c.Outcome == store.Complete:
		limit.Text = fmt.Sprintf("Page restrictions may narrow this: %s were read, and are not followed page by page", plural(int(c.Objects), "entry of restrictions"))
	case c.Objects > 0:
		limit.Text = fmt.Sprintf("Page restrictions may narrow this: %s were read (%s), and are not followed page by page", plural(int(c.Objects), "entry of restrictions"), firstOf(c.Reason, string(c.Outcome)))
	default:
		limit.Text = fmt.Sprintf("Page restrictions may narrow this: they could not be looked at (%s)", firstOf(c.Reason, string(c.Outcome)))
	}
	limit.Text = strings.ReplaceAll(limit.Text, "entry of restrictionss", "entries of restrictions")
	a.Limits = append(a.Limits, limit)
	return nil
}
