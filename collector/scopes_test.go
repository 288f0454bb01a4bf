package collector

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// TestScopeTable: every line has its five columns, a granular scope a sixth where there are classic ones for it, and what it says agrees with how the scope is spelled.
func TestScopeTable(t *testing.T) {
	lines := 0
	for line := range strings.Lines(scopesText) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		lines++
		if f := columns.Split(line, -1); len(f) != 5 && (len(f) != 6 || f[1] != FamilyGranular) {
			t.Errorf("%d columns: %s", len(f), line)
		}
	}
	all := Scopes()
	if len(all) != lines {
		t.Errorf("%d scopes in %d lines: one comes twice", len(all), lines)
	}
	writing := []string{"write", "delete", "manage", "moderate", "redact", "send"}
	for _, s := range all {
		verb, rest, _ := strings.Cut(s.Name, ":")
		if s.Writes != slices.Contains(writing, verb) {
			t.Errorf("%s: writes is %v", s.Name, s.Writes)
		}
		if s.Title == "" || strings.HasSuffix(s.Title, ".") {
			t.Errorf("%s: title %q", s.Name, s.Title)
		}
		for _, classic := range s.Classic {
			if c, known := LookupScope(classic); !known || c.Family != FamilyClassic {
				t.Errorf("%s: %s is no classic scope", s.Name, classic)
			}
		}
		family, product := FamilyClassic, Jira
		switch {
		case s.Name == OfflineAccess || s.Name == ReadMe || s.Name == "read:account":
			family, product = FamilyPlatform, Platform
		case strings.Contains(rest, ":"):
			family = FamilyGranular
		}
		switch {
		case strings.Contains(s.Name, "servicedesk") || strings.HasSuffix(s.Name, ":jira-service-management"):
			product = ServiceManagement
		case strings.Contains(s.Name, "confluence"):
			product = Confluence
		case strings.HasSuffix(s.Name, ":admin"):
			product = Organisation
		}
		if s.Family != family || s.Product != product {
			t.Errorf("%s: %s of %s, want %s of %s", s.Name, s.Family, s.Product, family, product)
		}
	}
}

// TestResourceScopesAreKnown: a misspelt scope would be asked for and refused.
func TestResourceScopesAreKnown(t *testing.T) {
	for _, r := range Resources() {
		for _, s := range r.Sources {
			for family, names := range map[string][]string{FamilyClassic: s.Classic, FamilyGranular: s.Granular} {
				for _, name := range names {
					scope, ok := LookupScope(name)
					if !ok || scope.Family != family {
						t.Errorf("%s: %s is no %s scope of the table", r.Name, name, family)
					}
					if (scope.Product == Confluence) != (s.API == ConfluenceAPI) {
						t.Errorf("%s: %s does not open %s", r.Name, name, s.Path)
					}
				}
			}
		}
	}
}

func TestScopesFor(t *testing.T) {
	all, err := ScopesFor(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all.Needs {
		if n.Scope.Writes {
			t.Errorf("%s could change something; needed for %v", n.Scope.Name, n.Resources)
		}
		if len(n.Resources) == 0 && n.Scope.Name != OfflineAccess && n.Scope.Name != ReadMe {
			t.Errorf("%s is needed for nothing", n.Scope.Name)
		}
	}
	if all.OverLimit() || len(all.Names()) >= ScopeLimit {
		t.Errorf("%d scopes are over the advice of %d", len(all.Names()), ScopeLimit)
	}
	closed := []string{"app"} // an API token alone reads it, and an organisation key the organisation
	for _, r := range organisationResources() {
		closed = append(closed, r.Name)
	}
	slices.Sort(closed)
	if !slices.Equal(all.Closed, closed) {
		t.Errorf("no scope opens %v", all.Closed)
	}
	// Nothing less will do: without any one of them something is lost.
	for i, n := range all.Needs {
		if n.Scope.Product == Platform {
			continue
		}
		rest := slices.Delete(all.Names(), i, i+1)
		if !slices.ContainsFunc(WithScopes(rest), func(o Opening) bool {
			return o.Instead || o.Outcome != store.Complete && o.Outcome != store.Unavailable
		}) {
			t.Errorf("without %s nothing is lost", n.Scope.Name)
		}
	}
	for _, o := range WithScopes(all.Names()) {
		if o.Outcome != store.Complete && o.Outcome != store.Unavailable {
			t.Errorf("with all of them %s is %s for want of %v", o.Resource, o.Outcome, o.Missing)
		}
	}
	jira, confluence := all.Names(Jira, ServiceManagement), all.Names(Confluence)
	if len(jira)+len(confluence) != len(all.Names())+2 || slices.Contains(confluence, "read:user:jira") || !slices.Contains(confluence, OfflineAccess) {
		t.Errorf("by product: %v and %v", jira, confluence)
	}

	classic, err := ScopesFor([]string{"jira_user", "jira_attachment"}, true)
	if want := []string{OfflineAccess, "read:jira-user", "read:jira-work", ReadMe}; err != nil || !slices.Equal(classic.Names(), want) {
		t.Errorf("classic: %v, %v", classic.Names(), err)
	}
	// What is asked under a parent needs the parent, and what comes out of another's answer needs that other.
	set, err := ScopesFor([]string{"jira_customer", "jira_application_role_group"}, false)
	if want := []string{OfflineAccess, "read:application-role:jira", ReadMe, "read:servicedesk.customer:jira-service-management",
		"read:servicedesk:jira-service-management", "read:user:jira"}; err != nil || !slices.Equal(set.Names(), want) {
		t.Errorf("with parents: %v, %v", set.Names(), err)
	}
	if _, err := ScopesFor([]string{"jira_usr"}, false); !errors.Is(err, ErrUnknownResource) {
		t.Errorf("an unknown resource: %v", err)
	}
}

// The scopes that the seed pages print: two for Jira, seven for Confluence.
const (
	twoForJira         = "read:jira-work read:jira-user"
	sevenForConfluence = "read:confluence-space.summary read:confluence-props read:confluence-content.all read:confluence-content.summary " +
		"read:confluence-content.permission read:confluence-user read:confluence-groups"
)

// TestSeedScopes: what the scopes printed for a well-known service open today, worked out by hand from Atlassian's
// documents, and what each missing one costs.
func TestSeedScopes(t *testing.T) {
	got := map[store.Outcome][]string{}
	var instead []string
	openings := WithScopes(strings.Fields(twoForJira + " " + sevenForConfluence))
	for _, o := range openings {
		if o.Instead {
			instead = append(instead, o.Resource)
		}
		if (o.Outcome == store.Denied || o.Outcome == store.Partial) && len(o.Missing) == 0 {
			t.Errorf("%s is %s, and nothing is said to be missing", o.Resource, o.Outcome)
		}
		got[o.Outcome] = append(got[o.Outcome], o.Resource)
	}
	for outcome, want := range map[store.Outcome]string{
		store.Complete: "jira_instance jira_user directory_group directory_group_member jira_project jira_permission_scheme jira_permission_grant jira_project_scheme " +
			"jira_role_actor jira_project_security jira_filter jira_filter_share jira_dashboard jira_dashboard_share jira_attachment confluence_user " +
			"confluence_global_permission anonymous_probe grant grant_scope grant_site",
		store.Partial: "jira_global_permission jira_role data_policy",
		store.Denied: "jira_license jira_setting jira_application_role jira_application_role_group jira_security_scheme jira_security_level jira_security_level_member " +
			"jira_audit_event jira_service_desk jira_customer confluence_instance confluence_space_role_mode confluence_audit_retention confluence_audit_event " +
			"confluence_space confluence_space_permission confluence_space_role confluence_space_role_assignment confluence_content confluence_restriction confluence_attachment",
	} {
		w, g := strings.Fields(want), slices.Clone(got[outcome])
		slices.Sort(w)
		slices.Sort(g)
		if !slices.Equal(w, g) {
			t.Errorf("%s:\n got %v\nwant %v", outcome, g, w)
		}
	}
	if !slices.Contains(got[store.Unavailable], "app") {
		t.Errorf("unavailable are %v", got[store.Unavailable])
	}
	if want := []string{"directory_group_member", "jira_project_security", "confluence_user"}; !slices.Equal(instead, want) {
		t.Errorf("read by what stands in: %v, want %v", instead, want)
	}
	costs := map[string][]string{}
	for _, c := range Costs(openings) {
		if c.Scope.Name == "" || c.Scope.Writes {
			t.Errorf("a missing scope that is unknown or could write: %+v", c)
		}
		costs[c.Scope.Name] = c.Resources
	}
	for scope, want := range map[string]string{
		"read:space:confluence":            "confluence_space confluence_space_permission",
		"read:space.permission:confluence": "confluence_space_role confluence_space_role_assignment",
		"read:page:confluence":             "confluence_content",
		"read:content-details:confluence":  "confluence_restriction",
		"read:attachment:confluence":       "confluence_attachment",
		"read:license:jira":                "jira_license",
	} {
		if got := strings.Join(costs[scope], " "); got != want {
			t.Errorf("%s costs %q, want %q", scope, got, want)
		}
	}
}
