package collector

import (
	"cmp"
	"context"
	"net/http"
	"sync/atomic"

	"plumbline/store"
)

var securityScopes = []string{"read:issue-security-level:jira", "read:issue-security-scheme:jira"}

// jiraSecurity is the issue security schemes, their levels, who may see a level, and which projects use a scheme.
func jiraSecurity() []Resource {
	const group = docJira3 + "api-group-issue-security-schemes/#api-rest-api-3-"
	return []Resource{
		{
			Name:    "jira_security_scheme",
			About:   "An issue security scheme: its name, and the level that new issues get.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep: []string{"id", "name", "defaultSecurityLevelId"},
			Key:  []string{"id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/issuesecurityschemes", Pager: Single(), Items: "issueSecuritySchemes",
				Classic: []string{"manage:jira-project"}, Granular: securityScopes,
				Doc: group + "issuesecurityschemes-get",
			}},
		},
		{
			Name:    "jira_security_level",
			About:   "A level of an issue security scheme: its name, and whether new issues get it.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep: []string{"id", "name", "isDefault", "issueSecuritySchemeId"},
			Key:  []string{"id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/issuesecurityschemes/level", Pager: Offset(100), Items: "values",
				Classic: []string{"manage:jira-configuration"}, Granular: securityScopes,
				Doc: group + "issuesecurityschemes-level-get",
			}},
		},
		{
			Name:    "jira_security_level_member",
			About:   "Who may see the issues of a security level: a group, a role, an account or a kind of person.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep: []string{"id", "issueSecurityLevelId", "issueSecuritySchemeId", "holder.type", "holder.parameter", "holder.value", "managed"},
			Key:  []string{"id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/api/3/issuesecurityschemes/level/member", Query: "expand=all", Pager: Offset(100), Items: "values",
				Classic: []string{"manage:jira-configuration"}, Granular: securityScopes,
				Doc: group + "issuesecurityschemes-level-member-get",
			}},
		},
		{
			Name:    "jira_project_security",
			About:   "Which issue security scheme a project uses.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			After: []string{"jira_project"},
			Keep:  []string{"projectId", "issueSecuritySchemeId"},
			Key:   []string{"projectId", "issueSecuritySchemeId"},
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/issuesecurityschemes/project", Pager: Offset(100), Items: "values",
					Classic: []string{"manage:jira-configuration"}, // the document has no granular scope for this call
					Doc:     group + "issuesecurityschemes-project-get",
				},
				{
					API: JiraAPI, Path: "/rest/api/3/project/{id}/issuesecuritylevelscheme", Pager: Single(), Items: ".",
					Keep: []string{"id"},
					// Said of a project without a scheme (github.com/pycontribs/jira/pull/1295). It was listed, so it is there.
					NotFound: store.Complete,
					Classic:  []string{"read:jira-work"}, Granular: securityScopes,
					Doc: docJira3 + "api-group-project-permission-schemes/#api-rest-api-3-project-projectkeyorid-issuesecuritylevelscheme-get",
				},
			},
			Collect: collectProjectSecurity,
		},
	}
}

// collectProjectSecurity reads the list of all pairs, where there is one; where that is refused it asks project by project.
// There a 404 is one without a scheme, but only if the call answers at all: where each project gets a 404, it may as well be
// hidden, unless from somebody who administers Data Center.
func collectProjectSecurity(ctx context.Context, w *Walk) error {
	sources := w.resource.Sources
	ofProject, why := sources[len(sources)-1], ""
	var refusal *Refusal
	if len(sources) > 1 {
		err := each(w.Fetch(ctx, sources[0], nil), func(pair Item) {
			w.Emit(Made{[]string{textAt(pair, "projectId"), textAt(pair, "issueSecuritySchemeId")}, pair})
		})
		if refusal = Refused(err); refusal == nil {
			return err
		}
		why = " (" + refusal.Error() + ")"
	}
	if w.Outcome("jira_security_scheme") == store.Complete {
		schemes := 0
		for _, err := range w.Seen(ctx, "jira_security_scheme") {
			if err != nil {
				return err
			}
			schemes++
		}
		if schemes == 0 {
			return nil // there is none to use
		}
	}
	if unasked := notRead(w, "jira_project"); unasked != nil {
		return cmp.Or(refusal, unasked)
	}
	unread(w, "jira_project", "projects that it lacks were not asked")
	var answers, hidden atomic.Int64
	err := w.Each(ctx, w.Seen(ctx, "jira_project"), func(ctx context.Context, part *Walk) error {
		_, project := part.Parent()
		told := false
		err := each(part.Fetch(ctx, ofProject, project), func(scheme Item) {
			told = true
			part.Emit(projectSecurity(scheme, project)...)
		})
		if told {
			answers.Add(1)
		} else if err == nil {
			hidden.Add(1)
		}
		return err
	})
	if err != nil || answers.Load() > 0 || hidden.Load() == 0 || refusal == nil && w.Holds("ADMINISTER") {
		return err
	}
	for range w.Seen(ctx, w.resource.Name) {
		return nil // one answered before an interruption
	}
	refusal = cmp.Or(refusal, &Refusal{Status: http.StatusNotFound})
	w.part.partly("every project asked was answered 404: none has a scheme, or the sign-in may not ask"+why, refusal.Status, refusal.Missing...)
	return nil
}

// projectSecurity makes the pair that the list of all pairs would hold; none for a project without a scheme.
func projectSecurity(scheme, project Item) []Made {
	id := textAt(scheme, "id")
	if id == "" {
		return nil
	}
	pair := Item{"projectId": project["id"], "issueSecuritySchemeId": id}
	return []Made{{[]string{textAt(project, "id"), id}, pair}}
}
