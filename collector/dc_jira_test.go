package collector

import (
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// TestDataCenterJiraCases: answers of Jira Data Center, as far as the rows that they become.
func TestDataCenterJiraCases(t *testing.T) {
	collected := runCases(t, "dc-jira", "")
	for _, r := range dcJiraResources() {
		if of := r.Inside; !collected[r.Name] && !collected[of] && !slices.ContainsFunc(dcJiraResources(), func(in Resource) bool {
			return collected[in.Name] && (in.Inside == r.Name || in.Each == r.Name || slices.Contains(in.After, r.Name))
		}) {
			t.Errorf("no case collects %s", r.Name)
		}
	}
}

// TestDataCenterJiraKept: nothing volatile is kept, and nothing is kept for nothing: every member is in a column of the view, in
// the key, or named below with the reason.
func TestDataCenterJiraKept(t *testing.T) {
	reasons := map[string]bool{
		"jira_setting.key": true, "jira_role_actor.id": true, "jira_role_actor.name": true, "jira_filter_share.id": true,
		"jira_permission_grant.id": true, "jira_application_role_group.key": true, // become key, roleId, filterId, schemeId, roleKey
		"jira_filter_share.sharePermissions[].edit":            true, // becomes access
		"jira_security_level.id":                               true, // becomes issueSecuritySchemeId
		"jira_security_level.defaultSecurityLevelId":           true, // becomes isDefault
		"jira_permission_grant.permissions[].holder.user.name": true, // whom a grant means, where the parameter is the log-in name
		"jira_webhook.self":                                    true, // holds the id of a webhook that has none
		"jira_webhook.configuration.FILTERS":                   true, // becomes filters
		"jira_webhook.filters.*":                               true, // a column as a whole
		"directory_group_member.userKey":                       true,
	}
	moved := strings.NewReplacer("fields.attachment[].", "", "actors[].", "", "permissions[].", "", "sharePermissions[].", "", "levels[].", "", "defaultGroups[]", "name", "groups[]", "name")
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	for _, r := range dcJiraResources() {
		for _, path := range r.Keep {
			name := r.Name + "." + path
			if volatile.MatchString(path) && !reasons[name] {
				t.Errorf("%s is volatile or content", name)
			}
			shown := reasons[name]
			list, _, _ := strings.Cut(path, "[]")
			for _, p := range []string{path, list, moved.Replace(path), "issue." + path} {
				shown = shown || strings.Contains(views[r.Name], "'$."+p+"'")
			}
			if !shown {
				t.Errorf("%s is shown by no column", name)
			}
		}
	}
}

// TestWebhookSpelling: Jira 9 and Jira 10 tell one webhook in two ways, which become one body.
func TestWebhookSpelling(t *testing.T) {
	var bodies []string
	for _, text := range []string{
		`{"self": "https://jira.harbourline.example/rest/webhooks/1.0/webhook/3", "name": "Berth board", "url": "https://hooks.harbourline.example/in?token=x", "enabled": true, "events": ["a"], "excludeBody": true, "filters": {"issue-related-events-section": "project = OPS"}}`,
		`{"id": 3, "name": "Berth board", "url": "https://hooks.harbourline.example/in?token=x", "active": true, "events": ["a"], "configuration": {"EXCLUDE_BODY": "true", "FILTERS": "{\"issue-related-events-section\":\"project = OPS\"}"}}`,
	} {
		hook, err := itemOf([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		made := jiraWebhook(hook, nil)
		body, err := store.Canonical(made[0].Body)
		if err != nil || made[0].Key[0] != "3" {
			t.Fatalf("%q: %v", made[0].Key, err)
		}
		bodies = append(bodies, string(body))
	}
	if bodies[0] != bodies[1] {
		t.Errorf("Jira 9 %s\nJira 10 %s", bodies[0], bodies[1])
	}
}
