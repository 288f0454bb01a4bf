package rules

import (
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// redactedWorld is the coverage of a copy in which members are pseudonyms: "kind resource path".
func redactedWorld(members ...string) *redaction {
	all := map[string]store.Coverage{}
	for _, m := range members {
		f := strings.Fields(m)
		c := all[f[1]]
		c.Members = append(c.Members, RedactedMember+f[0]+" "+f[2])
		all[f[1]] = c
	}
	return redactionOf(all)
}

// TestReadsRedacted: what only joins, compares and shows a pseudonym is judged; what reads its text is not.
func TestReadsRedacted(t *testing.T) {
	d := redactedWorld("person jira_user displayName", "mail jira_user emailAddress", "title jira_project name", "url jira_webhook url", "person|group jira_permission_grant holder.value", "group directory_group name")
	for _, c := range []struct{ name, sql, reads string }{
		{"shown", "SELECT u.key, '' AS aspect, 'x ' || substr(u.display_name, 1, 10) AS subject, lower(u.email) AS detail FROM jira_user AS u", ""},
		{"joined", "SELECT u.key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user AS u JOIN jira_user AS w ON lower(w.display_name) = lower(u.display_name)", ""},
		{"a column of another resource", "SELECT r.key, '' AS aspect, '' AS subject, '' AS detail FROM jira_role AS r, jira_user AS u WHERE r.name LIKE 'Adm%' AND u.display_name <> ''", ""},
		{"absent", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user WHERE display_name IS NOT NULL AND email IS NULL", ""},
		{"a word that stays", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user WHERE lower(display_name) IN ('', 'unknown')", ""},
		{"LIKE", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user WHERE display_name LIKE 'svc%'", "jira_user.display_name"},
		{"NOT LIKE behind a function", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_user AS u WHERE lower(u.display_name) NOT LIKE 'svc%'", "jira_user.display_name"},
		{"a literal", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE name = 'Payments'", "jira_project.name"},
		{"a literal before it", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE 'Payments' = name", "jira_project.name"},
		{"a list of literals", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE upper(name) IN ('A', 'B')", "jira_project.name"},
		{"a parameter", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE name = :name", "jira_project.name"},
		{"its length", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE length(name) > 3", "jira_project.name"},
		{"part of it", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project AS p WHERE substr(p.name, 1, 1) = (SELECT 'P')", "jira_project.name"},
		{"its order", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project WHERE name > 'M'", "jira_project.name"},
		{"as a condition of what is shown", "SELECT key, '' AS aspect, '' AS subject, '' AS detail, iif(name LIKE 'P%', 'high', 'low') AS severity FROM jira_project", "jira_project.name"},
		{"under another name", "WITH p AS (SELECT key, name AS called FROM jira_project) SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM p WHERE called GLOB 'P*'", "jira_project.name"},
		{"by the header of a CTE", "WITH p (k, called) AS (SELECT key, trim(name) FROM jira_project) SELECT k AS key, '' AS aspect, '' AS subject, '' AS detail FROM p WHERE p.called GLOB 'P*'", "jira_project.name"},
		{"in a second arm", "WITH p AS (SELECT key, id AS called FROM (SELECT key, role_id AS id FROM jira_role) UNION ALL SELECT key, lower(name) FROM jira_project) SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM p WHERE called GLOB 'P*'", "jira_project.name"},
		{"made of it, then compared", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM (SELECT key, substr(name, 1, 3) AS short FROM jira_project) WHERE short = key", "jira_project.name"},
		{"through a shared relation", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_hook_target WHERE inside = 1", "jira_webhook.url"},
		{"put together and compared", "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_project AS p WHERE 'x' || p.name = 'xPayments'", "jira_project.name"},
		{"a drift rule", "SELECT a.key, '' AS aspect, '' AS subject, '' AS detail FROM after_jira_project AS a JOIN before_jira_project AS b ON b.key = a.key WHERE b.name LIKE 'P%' AND a.name <> b.name", "jira_project.name"},
	} {
		if got := d.barsRule(&Rule{SQL: c.sql}); got != c.reads {
			t.Errorf("%s: it reads %q, not %q", c.name, got, c.reads)
		}
	}
	r := &Rule{SQL: "SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM jira_permission_grant WHERE holder_value GLOB 'adm*'", TextOf: []string{"title"}}
	if got := d.barsRule(r); got != "" {
		t.Errorf("a rule that reads titles alone is kept from looking by %s", got)
	}
	if r.TextOf = []string{"group"}; d.barsRule(r) == "" {
		t.Error("a rule that reads names of groups looks at pseudonyms of them")
	}
	if redactionOf(map[string]store.Coverage{"jira_user": {Members: []string{"displayName"}}}) != nil {
		t.Error("something is redacted in a file that is no copy")
	}
}

// TestShippedRulesUnderRedaction names the rules that cannot look where every name is a pseudonym: a rule that begins to
// read names as text, or no longer does, is to be thought about.
func TestShippedRulesUnderRedaction(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	d := redactedWorld("title jira_attachment filename", "title confluence_attachment title", "group directory_group name", "group jira_role_actor actorGroup.name", "url jira_webhook url",
		"app app key", "app app vendor.name", "person jira_user displayName", "person jira_user accountId", "person jira_user key", "mail jira_user emailAddress", "key jira_project key", "title jira_project name",
		"spacekey confluence_space key", "title confluence_space name", "site jira_instance serverInfo.baseUrl")
	var barred []string
	for _, r := range p.Rules {
		if d.barsRule(r) != "" {
			barred = append(barred, r.ID)
		}
	}
	want := "ATL-FILE-001 ATL-FILE-002 CDC-APP-001 CONF-SPACE-001 DC-APP-001 DC-CVE-001 DC-CVE-002 DRIFT-ADMIN-001 DRIFT-APP-002 DRIFT-GROUP-001 DRIFT-VER-001 JIRA-ACCESS-006 JIRA-ADMIN-004 JIRA-HOOK-001 JIRA-HOOK-002 JIRA-ROLE-002"
	if got := strings.Join(slices.DeleteFunc(barred, func(id string) bool { return id == "" }), " "); got != want {
		t.Errorf("kept from looking:\n%s\nnot\n%s", got, want)
	}
}
