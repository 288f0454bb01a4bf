package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// facts says what is known of the subject besides its access.
func (s *accessSide) facts(a *Access, now *answered) error {
	add := func(name, value, tone string) {
		if value != "" {
			a.Facts = append(a.Facts, AccessFact{name, value, tone})
		}
	}
	switch a.Subject.Kind {
	case "user", "app":
		if err := s.accountFacts(a.Subject.ID, add); err != nil {
			return err
		}
		direct := 0
		for _, w := range now.ways {
			if w.subjectKind == "user" {
				direct++
			}
		}
		add("Direct grants", fmt.Sprint(direct), "")
	case "group":
		found, err := s.rows("SELECT count(*), count(*) FILTER (WHERE coalesce(a.active, m.active) = 0) FROM directory_group_member AS m LEFT JOIN account AS a ON a.account_id = m.account_id WHERE m.group_id = :group", map[string]any{"group": a.Subject.ID})
		if err != nil {
			return err
		}
		add("Members", fmt.Sprint(number64(found[0][0])), "")
		if n := number64(found[0][1]); n > 0 {
			add("Deactivated members", fmt.Sprint(n), "warn")
		}
	case "project", "space", "filter", "dashboard":
		add("Status", a.Subject.Note, "warn")
		people, groups, inactive := 0, 0, 0
		for _, r := range a.Rows {
			switch {
			case r.Level == NoAccess:
			case r.Node.Kind == "group":
				groups++
			case r.Active != nil && !*r.Active:
				inactive++
				people++
			case r.Node.Kind == "user" || r.Node.Kind == "app":
				people++
			case r.Node.Kind == "anonymous":
				add("Public", "Anyone on the internet: "+string(r.Level), "bad")
			}
		}
		add("People", fmt.Sprint(people), "")
		if inactive > 0 {
			add("Deactivated", fmt.Sprintf("%d of them hold access and cannot sign in", inactive), "warn")
		}
		add("Groups", fmt.Sprint(groups), "")
	}
	if a.Direction == "who" {
		add("Reaches", a.reaches(), "")
	}
	return nil
}

func (s *accessSide) accountFacts(id string, add func(name, value, tone string)) error {
	found, err := s.rows(`SELECT a.account_type, a.active, coalesce(a.is_guest, a.is_external_collaborator), a.resolved,
		(SELECT max(o.claim_status) FROM org_user AS o WHERE o.account_id = a.account_id),
		(SELECT max(o.mfa_enabled) FROM org_user AS o WHERE o.account_id = a.account_id),
		(SELECT max(p.last_active) FROM org_user_product AS p WHERE p.account_id = a.account_id),
		(SELECT count(*) FROM directory_group_member AS m WHERE m.account_id = a.account_id),
		EXISTS (SELECT 1 FROM directory_group_member AS m JOIN access_application_group AS g ON g.group_id = m.group_id WHERE m.account_id = a.account_id),
		EXISTS (SELECT 1 FROM access_application_group)
		FROM account AS a WHERE a.account_id = :account`, map[string]any{"account": id})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		add("Account", "no list of the site has it", "warn")
		return nil
	}
	v := found[0]
	kind, tone := map[string]string{"atlassian": "Person", "app": "App", "customer": "Portal customer"}[said(v[0])], ""
	kind = cmp.Or(kind, "Of a kind the site does not tell")
	if g := truth(v[2]); g != nil && *g {
		kind, tone = "Guest", "warn"
	}
	switch said(v[4]) {
	case "unmanaged":
		kind, tone = kind+", not managed", "warn"
	case "managed":
		kind += ", managed"
	}
	add("Account", kind, tone)
	switch active := truth(v[1]); {
	case active == nil:
		add("Status", "not told", "warn")
	case *active:
		add("Status", "Active", "good")
	default:
		add("Status", "Deactivated: holds what is shown and cannot sign in", "warn")
	}
	if at := said(v[6]); at != "" {
		add("Last active", at[:min(len(at), 10)], "")
	}
	if mfa := truth(v[5]); mfa != nil {
		add("Two-step", map[bool]string{true: "Set up", false: "Not set up"}[*mfa], map[bool]string{true: "good", false: "warn"}[*mfa])
	}
	if number64(v[9]) == 1 && number64(v[8]) == 0 {
		add("Licence", "None of its groups opens a product", "warn")
	}
	add("Groups", fmt.Sprint(number64(v[7])), "")
	return nil
}

// accessFindings says which findings are about each row: those on the object that it reaches, on the person who reaches it, or
// whose evidence names a link of its paths.
func (f *File) accessFindings(ctx context.Context, a *Access, j Judging) error {
	pack, options, err := j.load(ctx, f)
	if err != nil {
		return err
	}
	judged, err := pack.Judge(ctx, f.store, a.Snapshot.ID, options)
	if err != nil {
		return err
	}
	about := map[Ref][]int{}
	for i, x := range judged.Findings {
		for _, ref := range append([]Ref{{Resource: x.Resource, Key: x.Key}}, x.Evidence...) {
			about[ref] = append(about[ref], i)
		}
	}
	for i := range a.Rows {
		r := &a.Rows[i]
		refs := []Ref{{Resource: objectResource(r.Node.Kind), Key: rowKey(r.Node)}}
		for _, n := range r.Paths {
			for _, link := range a.Paths[n].Links {
				refs = append(refs, Ref{Resource: link.Resource, Key: link.Key})
			}
		}
		seen := map[int]bool{}
		for _, ref := range refs {
			for _, n := range about[ref] {
				if seen[n] {
					continue
				}
				seen[n] = true
				x := judged.Findings[n]
				r.Findings = append(r.Findings, AccessFinding{ID: x.ID, Rule: x.Rule, Severity: x.Severity, Title: x.Title})
			}
		}
		slices.SortStableFunc(r.Findings, func(a, b AccessFinding) int {
			return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), strings.Compare(a.Rule, b.Rule))
		})
	}
	return nil
}

// objectResource is the resource of a row.
func objectResource(kind string) string {
	return map[string]string{"project": "jira_project", "space": "confluence_space", "filter": "jira_filter", "dashboard": "jira_dashboard", "user": "jira_user", "app": "jira_user", "group": "directory_group"}[kind]
}

func rowKey(n AccessNode) string {
	if n.Kind == "group" { // its id is the key, on Data Center too
		return n.ID
	}
	return store.Key(n.ID)
}
