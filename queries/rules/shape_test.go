package rules

import (
	"testing"

	"plumbline/store"
)

// A group of Data Center is known by product and name: what lies in it begins with both, and elsewhere its name is enough.
func TestGroupsOfBothEditions(t *testing.T) {
	for _, c := range []struct {
		ref    Ref
		parent Ref
		names  []entity
	}{
		{Ref{"directory_group", "g1"}, Ref{}, []entity{{"who", "g1"}}},
		{Ref{"directory_group", store.Key("jira", "staff")}, Ref{}, []entity{{"who", "staff"}}},
		{Ref{"directory_group_member", store.Key("g1", "u1")}, Ref{"directory_group", "g1"}, []entity{{"who", "g1"}, {"who", "u1"}}},
		{Ref{"directory_group_member", store.Key("jira", `HARBOUR\staff`, "u1")}, Ref{"directory_group", store.Key("jira", `HARBOUR\staff`)}, []entity{{"who", `HARBOUR\staff`}, {"who", "u1"}}},
		{Ref{"jira_role_actor", store.Key("10000", "10002", "atlassian-group-role-actor", "staff")}, Ref{"jira_project", "10000"}, []entity{{"project", "10000"}, {"role", "10002"}, {"who", "staff"}}},
	} {
		parent, _ := parentOf(c.ref)
		if parent != c.parent {
			t.Errorf("%q lies in %q, want %q", c.ref, parent, c.parent)
		}
		names := entitiesOf(c.ref)
		if len(names) != len(c.names) {
			t.Fatalf("%q names %q, want %q", c.ref, names, c.names)
		}
		for i := range names {
			if names[i] != c.names[i] {
				t.Errorf("%q names %q, want %q", c.ref, names, c.names)
			}
		}
	}
}

// The audit log of Data Center says who did what to what, in a form of its own.
func TestDataCenterAuditEvent(t *testing.T) {
	e := jiraEvent([]byte(`{"timestamp":"2026-11-10T08:30:00.123Z","author":{"id":"JIRAUSER10100","name":"Mira Holm"},"type":{"category":"Group management","action":"User added to group"},"affectedObjects":[{"name":"staff","type":"GROUP"},{"id":"tkade","name":"tkade","type":"USER"}]}`))
	if e.account != "JIRAUSER10100" || e.name != "Mira Holm" || e.summary != "User added to group" || e.at.UnixMilli() != 1794299400123 {
		t.Errorf("%+v", e)
	}
	if len(e.things) != 2 || e.things[0] != (thing{"GROUP", "who", "", "staff"}) || e.things[1] != (thing{"USER", "who", "tkade", "tkade"}) {
		t.Errorf("%+v", e.things)
	}
}
