package collector

import "plumbline/store"

// docService begins the address of the page that a call of Jira Service Management was read on.
const docService = "https://developer.atlassian.com/cloud/jira/service-desk/rest/"

// serviceManagementResources is what is collected of Jira Service Management: its desks and who their customers are.
// Everything else about a desk is told by the Jira project behind it.
func serviceManagementResources() []Resource {
	return []Resource{
		{
			Name:    "jira_service_desk",
			About:   "A service desk: its name, and the project behind it.",
			Product: ServiceManagement, Revision: 1, Lists: Seen,
			Keep: []string{"id", "projectId", "projectKey", "projectName"},
			Key:  []string{"id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/servicedeskapi/servicedesk", Pager: JSM(50), Items: "values",
				NotFound: store.Unavailable, // a Jira without Service Management
				Classic:  []string{"read:servicedesk-request"},
				Granular: []string{"read:servicedesk:jira-service-management"},
				Doc:      docService + "api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-get",
			}},
		},
		{
			Name:    "jira_customer",
			About:   "A customer of a service desk: the account's id, whether it is active, its name and e-mail address where their owner lets them be seen.",
			Product: ServiceManagement, Revision: 1, Lists: Seen,
			Each: "jira_service_desk", ByParent: true,
			Keep:     []string{"accountId", "active", "displayName", "emailAddress"},
			Personal: []string{"displayName", "emailAddress"},
			Key:      []string{"^id", "accountId"},
			With:     map[string]string{"serviceDeskId": "^id"},
			Sources: []Source{{
				API: JiraAPI, Path: "/rest/servicedeskapi/servicedesk/{id}/customer", Pager: JSM(50), Items: "values",
				Header:   map[string]string{"X-ExperimentalApi": "opt-in"}, // refused without it
				Classic:  []string{"manage:servicedesk-customer"},
				Granular: []string{"read:servicedesk.customer:jira-service-management", "read:user:jira"},
				Doc:      docService + "api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-customer-get",
			}},
		},
	}
}
