package rules

import (
	"strings"

	"plumbline/store"
)

// shapes says what the parts of each resource's key are, so far as they name other objects: an account, a group, a
// project ... "who" is an account or a group, "-" a word of the API. A key of several parts begins with its parent.
var shapes = map[string]string{
	"jira_user": "account", "confluence_user": "account",
	"directory_group": "group", "directory_group_member": "group account",
	"jira_application_role": "application", "jira_application_role_group": "application group",
	"jira_global_permission": "account -", "confluence_global_permission": "- who -",
	"jira_project": "project", "jira_project_scheme": "project scheme", "jira_project_security": "project security",
	"jira_permission_scheme": "scheme", "jira_permission_grant": "scheme -",
	"jira_role": "role", "jira_role_actor": "project role - who",
	"jira_security_scheme": "security",
	"jira_filter":          "filter", "jira_filter_share": "filter - - who role",
	"jira_dashboard": "dashboard", "jira_dashboard_share": "dashboard - - who role",
	"jira_service_desk": "desk", "jira_customer": "desk account",
	"confluence_space": "space", "confluence_space_permission": "space - who - -",
	"confluence_space_role": "space_role", "confluence_space_role_assignment": "space - who space_role",
	"confluence_content": "content", "confluence_restriction": "content - - who",
}

// listedBy is the resource whose keys a kind of part is. An account is listed by the product it is met in.
var listedBy = map[string]string{
	"group": "directory_group", "application": "jira_application_role", "project": "jira_project", "scheme": "jira_permission_scheme",
	"role": "jira_role", "security": "jira_security_scheme", "filter": "jira_filter", "dashboard": "jira_dashboard",
	"desk": "jira_service_desk", "space": "confluence_space", "space_role": "confluence_space_role", "content": "confluence_content",
	"account": "jira_user",
}

// inBatches are resources that are asked for several parents at once: what came of such a part may concern any of them.
var inBatches = map[string]bool{"confluence_restriction": true}

// metIn are the resources from which those of another are gathered, beside its own list: who is in no list and was not met in
// one that could not be read is not gone.
var metIn = map[string][]string{"confluence_user": {
	"confluence_space", "confluence_content", "confluence_restriction", "confluence_attachment", "directory_group_member",
	"confluence_space_permission", "confluence_space_role_assignment",
}}

// kindsOf is the shape of a key of so many parts. On Data Center a group is known by product and name: there its key and
// those of its members have a part more in front. Elsewhere a group is named there by its name alone.
func kindsOf(resource string, parts int) []string {
	kinds := strings.Fields(shapes[resource])
	if len(kinds) > 0 && kinds[0] == "group" && parts == len(kinds)+1 {
		return append([]string{"-"}, kinds...)
	}
	return kinds
}

// parentOf is the object that a key of several parts begins with.
func parentOf(ref Ref) (Ref, bool) {
	parts := store.KeyParts(ref.Key)
	kinds := kindsOf(ref.Resource, len(parts))
	up := 1 // parts of the parent's key
	if len(kinds) > 0 && kinds[0] == "-" {
		up = 2
	}
	if len(kinds) <= up || len(parts) <= up || listedBy[kinds[up-1]] == "" {
		return Ref{}, false
	}
	return Ref{listedBy[kinds[up-1]], store.Key(parts[:up]...)}, true
}

// entity is a thing that keys name: an account or group is "who", so that a grant to either can be matched.
type entity struct{ kind, id string }

// entitiesOf lists the things that a key names.
func entitiesOf(ref Ref) []entity {
	parts := store.KeyParts(ref.Key)
	kinds := kindsOf(ref.Resource, len(parts))
	var list []entity
	for i, part := range parts {
		if i >= len(kinds) || kinds[i] == "-" || part == "" {
			continue
		}
		kind := kinds[i]
		if kind == "account" || kind == "group" {
			kind = "who"
		}
		list = append(list, entity{kind, part})
	}
	return list
}
