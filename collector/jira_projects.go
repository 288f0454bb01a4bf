package collector

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"plumbline/store"
)

// The scopes of the calls that answer with permission schemes and with project roles.
var (
	schemeScopes = []string{
		"read:application-role:jira", "read:field:jira", "read:group:jira", "read:permission-scheme:jira", "read:permission:jira",
		"read:project-role:jira", "read:user:jira", "read:avatar:jira", "read:project-category:jira", "read:project:jira",
	}
	roleScopes = []string{
		"read:user:jira", "read:group:jira", "read:project-role:jira", "read:project:jira", "read:avatar:jira", "read:project-category:jira",
	}
)

// Keep of permission schemes, as the list of all and the scheme of one project answer alike.
var (
	schemeKeep = []string{"id", "name", "scope.type", "scope.project.id"}
	grantKeep  = []string{
		"id", "permissions[].id", "permissions[].permission",
		"permissions[].holder.type", "permissions[].holder.parameter", "permissions[].holder.value",
	}
)

// jiraProjects is the projects, with their permission schemes and roles.
func jiraProjects() []Resource {
	projects := Source{
		API: JiraAPI, Path: "/rest/api/3/project/search", Query: "status=live&expand=lead", Pager: Offset(100), Items: "values",
		Classic: []string{"read:jira-work"},
		Granular: []string{
			"read:issue-type:jira", "read:project:jira", "read:project.property:jira", "read:user:jira", "read:application-role:jira", "read:avatar:jira",
			"read:group:jira", "read:issue-type-hierarchy:jira", "read:project-category:jira", "read:project-version:jira", "read:project.component:jira",
		},
		Doc: docJira3 + "api-group-projects/#api-rest-api-3-project-search-get",
	}
	archived := projects
	archived.Query = "status=archived&expand=lead"
	archived.NotFound = store.Complete // "Returned if no projects matching the search criteria are found."
	schemes := Source{
		API: JiraAPI, Path: "/rest/api/3/permissionscheme", Query: "expand=all", Pager: Single(), Items: "permissionSchemes",
		Keep:    slices.Concat(schemeKeep, grantKeep),
		Classic: []string{"read:jira-work"}, Granular: schemeScopes,
		Doc: docJira3 + "api-group-permission-schemes/#api-rest-api-3-permissionscheme-get",
	}
	projectScheme := Source{
		API: JiraAPI, Path: "/rest/api/3/project/{id}/permissionscheme", Pager: Single(), Items: ".",
		Classic: []string{"read:jira-work"}, Granular: schemeScopes,
		Doc: docJira3 + "api-group-project-permission-schemes/#api-rest-api-3-project-projectkeyorid-permissionscheme-get",
	}
	ownScheme := projectScheme
	ownScheme.Query, ownScheme.Keep = "expand=all", schemes.Keep
	projectRoles := Source{
		API: JiraAPI, Path: "/rest/api/3/project/{id}/role", Pager: Single(), Items: ".",
		Keep: []string{"*"},
		// "Returned if [...] the user lacks administrative permissions for the project" is said of 401.
		Apart:   true,
		Classic: []string{"read:jira-work"}, Granular: []string{"read:project-role:jira"},
		Doc: docJira3 + "api-group-project-roles/#api-rest-api-3-project-projectidorkey-role-get",
	}
	return []Resource{
		{
			Name:    "jira_project",
			About:   "A project: its key, name, type and style, whether it is archived, its category, and the account that leads it.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			// Not kept: issue counts and the time of the last change, which move with every day's work.
			Keep:    []string{"id", "key", "name", "projectTypeKey", "style", "simplified", "isPrivate", "archived", "lead.accountId", "projectCategory.name"},
			Key:     []string{"id"},
			Union:   true,
			Sources: []Source{projects, archived},
			Collect: collectProjects,
		},
		{
			Name:    "jira_permission_scheme",
			About:   "A permission scheme: its name, and the project it belongs to if it is a project's own.",
			Product: Jira, Revision: 1, Lists: All,
			After:   []string{"jira_project"},
			Keep:    schemeKeep,
			Key:     []string{"id"},
			Union:   true,
			Sources: []Source{schemes, ownScheme},
			Collect: collectPermissionSchemes,
		},
		{
			Name:    "jira_permission_grant",
			About:   "A grant of a permission scheme: which permission goes to which group, role, account or kind of visitor.",
			Product: Jira, Revision: 1, Lists: All,
			Inside:  "jira_permission_scheme",
			Demands: []string{"permissions"}, // where Objects reads the answers: collectPermissionSchemes looks itself
			Keep:    grantKeep,
			Objects: permissionGrants,
		},
		{
			Name:    "jira_project_scheme",
			About:   "Which permission scheme a project uses.",
			Product: Jira, Revision: 1, Lists: All,
			Each: "jira_project", ByParent: true,
			Keep:    []string{"id"},
			Key:     []string{"^id", "id"},
			With:    map[string]string{"projectId": "^id"},
			Sources: []Source{projectScheme},
		},
		{
			Name:    "jira_role",
			About:   "A project role: its name, and the project it belongs to if it is a project's own.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			After: []string{"jira_project"},
			Keep:  []string{"id", "name", "admin", "scope.type", "scope.project.id"},
			Key:   []string{"id"},
			Union: true,
			Sources: []Source{
				{
					API: JiraAPI, Path: "/rest/api/3/role", Pager: Single(),
					Classic: []string{"manage:jira-configuration"}, Granular: roleScopes,
					Doc: docJira3 + "api-group-project-roles/#api-rest-api-3-role-get",
				},
				projectRoles,
			},
			Collect: rolesOf(teamManaged),
		},
		{
			Name:    "jira_role_actor",
			About:   "An account or a group in a role of a project, with the name shown for it.",
			Product: Jira, Revision: 1, Lists: All,
			Each: "jira_project", ByParent: true,
			Keep: []string{
				"id", "name", "actors[].id", "actors[].type", "actors[].displayName",
				"actors[].actorUser.accountId", "actors[].actorGroup.groupId", "actors[].actorGroup.name",
			},
			Personal: []string{"actors[].displayName"},
			Objects:  roleActors,
			Union:    true,
			Sources: []Source{
				projectRoles,
				{
					API: JiraAPI, Path: "/rest/api/3/project/{id}/role/{roleId}", Query: "excludeInactiveUsers=false", Pager: Single(), Items: ".",
					Classic: []string{"read:jira-work"}, Granular: roleScopes,
					Doc: docJira3 + "api-group-project-roles/#api-rest-api-3-project-projectidorkey-role-id-get",
				},
			},
			Collect: collectRoleActors,
		},
	}
}

// collectProjects reads the live projects and the archived ones as two lists, because the API tells `archived` of a
// project only where it is true: the list that a project is in says what its own answer leaves out.
func collectProjects(ctx context.Context, w *Walk) error {
	met := map[string]bool{}
	return together(ctx, w, w.resource.Sources, func(list int, project Item) {
		id := textAt(project, "id")
		switch {
		case id == "":
			w.Partly("a project without an id")
			return
		case met[id]:
			return // archived while the lists were read, or a site that does not tell the two lists apart
		}
		met[id] = true
		if _, told := project["archived"]; !told {
			project["archived"] = list == 1
		}
		w.Emit(Made{[]string{id}, project})
	})
}

// teamManaged reports whether a project has a permission scheme and roles of its own; true where neither style nor
// simplified is told, since asking does no harm.
func teamManaged(project Item) bool {
	style, simplified := textAt(project, "style"), textAt(project, "simplified")
	return style == "next-gen" || simplified == "true" || style == "" && simplified == ""
}

// unread notes that a part rests on a parent list that was not read whole.
func unread(w *Walk, parent string, lost string) {
	if o := w.Outcome(parent); o != store.Complete {
		w.part.partly(fmt.Sprintf("%s is %s: %s", parent, o, lost), 0, w.lacked(parent)...)
	}
}

// siteWide is the part of a resource that no project holds, beside the parts of the projects. No project has such an id.
const siteWide = "site"

// withSite yields the part of the site, then those of the projects that pass.
func withSite(projects iter.Seq2[Object, error], pass func(Item) bool) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if !yield(Object{Key: siteWide}, nil) {
			return
		}
		for o, err := range projects {
			if (err != nil || pass(o.Body)) && !yield(o, err) {
				return
			}
		}
	}
}

// collectPermissionSchemes reads the list of all schemes and, beside it, the own scheme of each team-managed project,
// which that list may lack. The grants come out of the same answers.
func collectPermissionSchemes(ctx context.Context, w *Walk) error {
	all, own := w.resource.Sources[0], w.resource.Sources[1]
	unread(w, "jira_project", "own schemes of projects that it lacks were not read")
	return w.Each(ctx, withSite(w.Seen(ctx, "jira_project"), teamManaged), func(ctx context.Context, part *Walk) error {
		src := own
		key, project := part.Parent()
		if key == siteWide {
			src = all
		}
		return each(part.Fetch(ctx, src, project), func(answer Item) {
			if scheme := schemeBody(answer); scheme != nil {
				part.Emit(Made{[]string{textAt(answer, "id")}, scheme})
				if answer["permissions"] == nil {
					part.Partly("some schemes do not tell their grants") // absent is not empty
				}
				part.EmitInside("jira_permission_grant", permissionGrants(answer, nil)...)
			}
		})
	})
}

// schemeBody is a permission scheme without its grants, nil for an answer that holds none.
func schemeBody(answer Item) Item {
	if textAt(answer, "id") == "" {
		return nil
	}
	scheme := maps.Clone(answer)
	delete(scheme, "permissions")
	return scheme
}

// permissionGrants makes an object of each grant of a scheme, with the scheme's id in it.
func permissionGrants(scheme, _ Item) []Made {
	var made []Made
	for _, grant := range elements(scheme, "permissions") {
		grant["schemeId"] = scheme["id"]
		made = append(made, Made{[]string{textAt(scheme, "id"), textAt(grant, "id")}, grant})
	}
	return made
}

// rolesOf reads the list of all roles, then the own roles of each project that has some (nil: none ever has), which that list
// may lack. Where the list is refused, the projects' lists stand in: they tell a role's name and id, and only of roles in use.
func rolesOf(hasOwn func(project Item) bool) func(ctx context.Context, w *Walk) error {
	return func(ctx context.Context, w *Walk) error {
		all, ofProject := w.resource.Sources[0], w.resource.Sources[1]
		listed := map[string]bool{}
		var roles []Made
		refused := each(w.Fetch(ctx, all, nil), func(role Item) {
			if id := textAt(role, "id"); id != "" && !listed[id] {
				listed[id] = true
				roles = append(roles, Made{[]string{id}, role})
			}
		})
		pass := hasOwn
		if Refused(refused) != nil {
			pass = func(Item) bool { return true }
		} else if refused != nil {
			return refused
		}
		if pass == nil {
			w.Emit(roles...)
			return nil
		}
		unread(w, "jira_project", "own roles of projects that it lacks were not read")
		return w.Each(ctx, withSite(w.Seen(ctx, "jira_project"), pass), func(ctx context.Context, part *Walk) error {
			key, project := part.Parent()
			if key == siteWide {
				part.Emit(roles...)
				return refused
			}
			return each(part.Fetch(ctx, ofProject, project), func(answer Item) {
				for name, id := range rolesByName(part, answer) {
					if !listed[id] {
						part.Emit(roleByName(name, id, project, hasOwn != nil && hasOwn(project)))
					}
				}
			})
		})
	}
}

// rolesByName takes apart a project's list of roles: an object of names and addresses, which end in the role's id.
func rolesByName(part *Walk, answer Item) iter.Seq2[string, string] {
	return func(yield func(name, id string) bool) {
		for _, name := range slices.Sorted(maps.Keys(answer)) {
			address, _ := text(answer[name]) // not textAt: a name may hold dots
			id := address[strings.LastIndexByte(address, '/')+1:]
			if id == "" || strings.Trim(id, "0123456789") != "" {
				part.Partly("a role without an id")
				continue
			}
			if !yield(name, id) {
				return
			}
		}
	}
}

// roleByName is a role as the list of all would tell it, as far as a project's list does.
func roleByName(name, id string, project Item, own bool) Made {
	role := Item{"id": store.Number(id), "name": name}
	if own {
		role["scope"] = Item{"type": "PROJECT", "project": Item{"id": project["id"]}}
	}
	return Made{[]string{id}, role}
}

// collectRoleActors asks each project for its roles, then for the actors of each role.
func collectRoleActors(ctx context.Context, w *Walk) error {
	if refusal := notRead(w, "jira_project"); refusal != nil {
		return refusal
	}
	unread(w, "jira_project", "projects that it lacks were not asked")
	return w.Each(ctx, w.Seen(ctx, "jira_project"), projectActors)
}

// projectActors reads the roles of one project. A role that may not be read leaves the part partial.
func projectActors(ctx context.Context, part *Walk) error {
	list, role := part.resource.Sources[0], part.resource.Sources[1]
	_, project := part.Parent()
	var ids []string
	err := each(part.Fetch(ctx, list, project), func(answer Item) {
		for _, id := range rolesByName(part, answer) {
			ids = append(ids, id)
		}
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		err := each(part.Fetch(ctx, role, Item{"id": project["id"], "roleId": id}), func(answer Item) {
			if textAt(answer, "id") == "" { // a role that nobody is in leaves out its actors, but never what it is
				part.Partly("role " + id + ": an answer without id")
			}
			part.Emit(part.resource.Objects(withoutNames(answer, part.loop.level), project)...)
		})
		if refusal := Refused(err); refusal != nil {
			part.part.partly(fmt.Sprintf("role %s: %v", id, refusal), refusal.Status, refusal.Missing...)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// withoutNames takes the log-in names out of a role where names are not to be kept: Data Center gives them where the names of
// groups stand, which are.
func withoutNames(role Item, level string) Item {
	for _, actor := range elements(role, "actors") {
		if level == PersonalDomain && textAt(actor, "type") != "atlassian-group-role-actor" {
			delete(actor, "name")
		}
	}
	return role
}

// roleActors makes an object of each actor of a role. Groups were named without their ids once; Data Center names groups and
// accounts alike; apps can add kinds of actors that are neither: such a one is known by the id of its entry.
func roleActors(role, project Item) []Made {
	var made []Made
	for _, actor := range elements(role, "actors") {
		who := firstOf(actor, "actorUser.accountId", "actorGroup.groupId", "actorGroup.name", "name", "id")
		actor["projectId"], actor["roleId"], actor["roleName"] = project["id"], role["id"], role["name"]
		made = append(made, Made{[]string{textAt(project, "id"), textAt(role, "id"), textAt(actor, "type"), who}, actor})
	}
	return made
}

// firstOf is the first of these members that is told, "" if none is.
func firstOf(item Item, paths ...string) string {
	for _, path := range paths {
		if s := textAt(item, path); s != "" {
			return s
		}
	}
	return ""
}
