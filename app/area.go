package app

// Area is resources that people think of as one thing.
type Area struct {
	Name      string
	Resources []string
}

// Areas are all of them, in the order of an audit. Every resource is in one.
func Areas() []Area {
	return []Area{
		{"Users and groups", []string{"jira_user", "confluence_user", "jira_customer", "directory_group", "directory_group_member",
			"org", "org_directory", "org_domain", "org_workspace", "org_user", "org_user_product", "org_user_role", "org_group", "org_group_role"}},
		{"Administrators and product access", []string{"jira_application_role", "jira_application_role_group", "jira_global_permission", "confluence_global_permission"}},
		{"Projects and schemes", []string{"jira_project", "jira_project_scheme", "jira_project_security", "jira_permission_scheme", "jira_permission_grant",
			"jira_role", "jira_role_actor", "jira_security_scheme", "jira_security_level", "jira_security_level_member", "jira_service_desk"}},
		{"Filters and dashboards", []string{"jira_filter", "jira_filter_share", "jira_dashboard", "jira_dashboard_share"}},
		{"Spaces and permissions", []string{"confluence_space", "confluence_space_permission", "confluence_space_role", "confluence_space_role_assignment", "confluence_space_role_mode"}},
		{"Pages and restrictions", []string{"confluence_content", "confluence_restriction"}},
		{"Attachments", []string{"jira_attachment", "confluence_attachment"}},
		{"Access without a sign-in", []string{"anonymous_probe"}},
		{"Apps, links and webhooks", []string{"app", "application_link", "jira_webhook", "confluence_webhook"}},
		{"Sign-in and tokens", []string{"single_sign_on", "basic_auth", "org_policy", "org_user_auth_policy", "org_api_key", "org_api_token", "org_oauth_client",
			"org_service_account", "org_service_account_token", "grant", "grant_scope", "grant_site"}},
		{"Settings and instances", []string{"jira_setting", "jira_instance", "jira_license", "confluence_instance", "confluence_audit_retention", "data_policy",
			"cluster_node", "health_check", "http_probe", "backup_job"}},
		{"Audit log", []string{"jira_audit_event", "confluence_audit_event", "org_event"}},
	}
}
