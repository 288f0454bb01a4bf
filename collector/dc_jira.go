package collector

import (
	"path"
	"slices"
	"strings"

	"plumbline/store"
)

// docJiraDC begins the address of the page that a call of Jira Data Center was read on. Paths, parameters and members were
// checked against Atlassian's OpenAPI documents of 10.3 and of 11.3; where 9 differs, the resource says so.
const docJiraDC = "https://developer.atlassian.com/server/jira/platform/rest/v11003/"

// dcJiraResources is what is collected of Jira Data Center. What is not here it does not tell: how dashboards are shared, who
// is in a level of an issue security scheme, a licence.
func dcJiraResources() []Resource {
	return slices.Concat(dcJiraSite(), dcJiraPeople(), dcJiraProjects(), dcJiraSecurity(), dcJiraSharing())
}

// dcSource is a GET of Jira Data Center's platform API, which knows no scopes: the rights of the token are those of its owner.
func dcSource(resource, query string, pager Pager, items string) Source {
	group, _, _ := strings.Cut(resource, "/")
	anchor := strings.NewReplacer("/", "-", "{id}", "projectkeyorid", "{roleId}", "id").Replace(strings.ToLower(resource))
	return Source{
		API: JiraAPI, Path: path.Join("/rest/api/2", resource), Query: query, Pager: pager, Items: items,
		Doc: docJiraDC + "api-group-" + group + "/#api-api-2-" + anchor + "-get",
	}
}

// like takes over a resource that Data Center tells as Cloud does, but for what change says and for where it is asked.
func like(cloud []Resource, name string, change func(r *Resource)) Resource {
	r := cloud[slices.IndexFunc(cloud, func(r Resource) bool { return r.Name == name })]
	change(&r)
	return r
}

// jirasOwn makes objects as Cloud's bodies do, and says that the groups named in them are Jira's: Data Center knows a group
// by product and name.
func jirasOwn(objects func(item, parent Item) []Made) func(item, parent Item) []Made {
	return func(item, parent Item) []Made {
		made := objects(item, parent)
		for _, m := range made {
			m.Body["product"] = string(Jira)
		}
		return made
	}
}

// dcJiraSite is the installation itself, its settings and its applications.
func dcJiraSite() []Resource {
	cloud := jiraSite()
	return []Resource{
		like(cloud, "jira_instance", func(r *Resource) {
			r.About = "The Jira installation itself: its address, title and version, which features are switched on, and how large an attachment may be."
			info, configuration, attachments := dcSource("serverInfo", "", Single(), "."), dcSource("configuration", "", Single(), "."), dcSource("attachment/meta", "", Single(), ".")
			info.Keep = []string{"baseUrl", "serverTitle", "deploymentType", "version"}
			configuration.Keep, attachments.Keep = r.Sources[1].Keep, r.Sources[2].Keep
			r.Keep = slices.DeleteFunc(slices.Clone(r.Keep), func(path string) bool {
				return strings.HasPrefix(path, "serverInfo.display") || strings.HasPrefix(path, "serverInfo.defaultLocale")
			})
			r.Sources = []Source{info, configuration, attachments}
		}),
		like(cloud, "jira_setting", func(r *Resource) {
			// The document asks for one setting by its key; without a key the answer is the list.
			r.Sources = []Source{dcSource("application-properties", "", Single(), ""), dcSource("application-properties/advanced-settings", "", Single(), "")}
		}),
		like(cloud, "jira_application_role", func(r *Resource) {
			r.Sources = []Source{dcSource("applicationrole", "", Single(), "")}
		}),
		like(cloud, "jira_application_role_group", func(r *Resource) {
			r.Demands = []string{"groups", "defaultGroups"}
			r.Keep = []string{"key", "groups[]", "defaultGroups[]"}
			r.Objects = jirasOwn(applicationRoleGroups)
		}),
	}
}

// dcJiraProjects is the projects, with their permission schemes and roles. No project has a scheme or roles of its own.
func dcJiraProjects() []Resource {
	cloud := jiraProjects()
	live := dcSource("project", "expand=lead&includeArchived=false", Single(), "")
	all := live
	all.Query = "expand=lead&includeArchived=true"
	ofProject := dcSource("project/{id}/role", "", Single(), ".")
	ofProject.Keep, ofProject.Apart = []string{"*"}, true
	return []Resource{
		like(cloud, "jira_project", func(r *Resource) {
			r.Keep = []string{"id", "key", "name", "projectTypeKey", "archived", "lead.key", "lead.name", "projectCategory.name"}
			r.Personal = []string{"lead.name"}
			// A project met in the first list is live, one that only the second holds is archived, whether it says so or not.
			r.Sources = []Source{live, all}
		}),
		{
			Name:    "jira_permission_scheme",
			About:   "A permission scheme: its name.",
			Product: Jira, Revision: 1, Lists: All, Permission: "ADMINISTER",
			Keep:    []string{"id", "name"},
			Key:     []string{"id"},
			Sources: []Source{dcSource("permissionscheme", "expand=all", Single(), "permissionSchemes")},
		},
		like(cloud, "jira_permission_grant", func(r *Resource) {
			r.Permission = "ADMINISTER"
			// The holder's parameter is a role id, a group's name, an application. Of a person the account stands beside it.
			r.Keep = []string{
				"id", "permissions[].id", "permissions[].permission", "permissions[].holder.type", "permissions[].holder.parameter",
				"permissions[].holder.user.key", "permissions[].holder.user.name",
			}
			r.Personal = []string{"permissions[].holder.user.name"}
			r.Objects = jirasOwn(dcGrants)
		}),
		like(cloud, "jira_project_scheme", func(r *Resource) {
			r.Sources = []Source{dcSource("project/{id}/permissionscheme", "", Single(), ".")}
		}),
		like(cloud, "jira_role", func(r *Resource) {
			r.About = "A project role: its name."
			r.Keep = []string{"id", "name"}
			r.Sources = []Source{dcSource("role", "", Single(), ""), ofProject}
			r.Collect = rolesOf(nil)
		}),
		like(cloud, "jira_role_actor", func(r *Resource) {
			r.About = "An account or a group in a role of a project, with the name shown for it. An account is named by its log-in name alone; without names it is known by the number of its entry."
			r.Keep = []string{"id", "name", "actors[].id", "actors[].type", "actors[].name", "actors[].displayName"}
			r.Objects = jirasOwn(roleActors)
			r.Sources = []Source{ofProject, dcSource("project/{id}/role/{roleId}", "", Single(), ".")}
		}),
	}
}

// dcGrants are the grants of a scheme. Where a person's account stands beside the parameter, that says no more, and may be a
// log-in name.
func dcGrants(scheme, project Item) []Made {
	for _, grant := range elements(scheme, "permissions") {
		if holder, ok := grant["holder"].(Item); ok && textAt(holder, "user.key") != "" {
			delete(holder, "parameter")
		}
	}
	return permissionGrants(scheme, project)
}

// dcJiraSecurity is the issue security schemes with their levels, and which projects use a scheme. Who may see a level no
// call tells.
func dcJiraSecurity() []Resource {
	cloud := jiraSecurity()
	ofProject := dcSource("project/{id}/issuesecuritylevelscheme", "", Single(), ".")
	ofProject.Keep, ofProject.NotFound = []string{"id"}, store.Complete // of a project without a scheme, as on Cloud
	return []Resource{
		like(cloud, "jira_security_scheme", func(r *Resource) {
			// What is null is left out: a body that says whose it is lets that be told from what was never said.
			r.With = map[string]string{"product": string(Jira)}
			r.Sources = []Source{dcSource("issuesecurityschemes", "", Single(), "issueSecuritySchemes")}
		}),
		like(cloud, "jira_security_level", func(r *Resource) {
			r.Each, r.Key = "jira_security_scheme", nil // the list of schemes need not hold their levels
			r.Demands = []string{"levels"}
			r.Keep = []string{"id", "defaultSecurityLevelId", "levels[].id", "levels[].name"}
			r.Objects = securityLevels
			r.Sources = []Source{dcSource("issuesecurityschemes/{id}", "", Single(), ".")}
		}),
		like(cloud, "jira_project_security", func(r *Resource) {
			r.After = append(slices.Clone(r.After), "jira_security_scheme")
			r.Sources = []Source{ofProject}
		}),
	}
}

// securityLevels makes an object of each level of a scheme. Whether it is the default follows from the scheme, where that
// tells its default, if only to say that there is none.
func securityLevels(scheme, _ Item) []Made {
	standard, told := scheme["defaultSecurityLevelId"]
	id, _ := text(standard)
	var made []Made
	for _, level := range elements(scheme, "levels") {
		level["issueSecuritySchemeId"] = scheme["id"]
		if told {
			level["isDefault"] = id != "" && textAt(level, "id") == id
		}
		made = append(made, Made{[]string{textAt(level, "id")}, level})
	}
	return made
}
