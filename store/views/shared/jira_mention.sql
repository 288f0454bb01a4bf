-- jira_mention: every place in Jira that names an account: groups, roles, permissions, security levels, and what it leads or owns.
-- reads: directory_group, directory_group_member, jira_project, jira_role_grant, jira_permission_scheme, jira_permission_grant, jira_security_level, jira_security_level_member, jira_filter, jira_dashboard
-- materialised: no
-- Left as a view: rules ask it for few accounts, and those come first, in a select without a window or a group: `gone AS x CROSS JOIN jira_mention AS m ON m.account_id = x.account_id`. Every account_id is a plain column, or SQLite would read all of it.
SELECT
  m.account_id AS account_id,                         -- text: the account
  1 AS place,                                         -- integer: kind of place, 1 to 7, in the order in which a sentence tells them
  'is still in the group' AS words,                   -- text: what it is to the place; s after it for several
  coalesce(nullif(g.name, ''), m.group_id) AS name,   -- text: name of the place, for a sentence
  'directory_group_member' AS source_resource,        -- text: resource of the object that names it
  m.key AS source_key                                 -- text: key of that object
FROM directory_group_member AS m
LEFT JOIN directory_group AS g ON g.group_id = m.group_id
UNION ALL
SELECT r.subject_id, 2, 'acts in the project role',
  coalesce(nullif(r.role_name, ''), 'role ' || r.role_id) || ' of ' || coalesce(nullif(p.name, ''), 'project ' || r.project_id), 'jira_role_actor', r.source_key
FROM jira_role_grant AS r
LEFT JOIN jira_project AS p ON p.project_id = r.project_id
WHERE r.subject_kind = 'user'
UNION ALL
SELECT g.holder_value, 3, 'is granted the permission',
  coalesce(g.permission, 'grant ' || g.grant_id) || ' in ' || coalesce(nullif(c.name, ''), 'scheme ' || g.scheme_id), 'jira_permission_grant', g.key
FROM jira_permission_grant AS g
LEFT JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
WHERE g.holder_type = 'user'
UNION ALL
SELECT s.holder_value, 4, 'may see issues of the security level', coalesce(nullif(l.name, ''), s.level_id), 'jira_security_level_member', s.key
FROM jira_security_level_member AS s
LEFT JOIN jira_security_level AS l ON l.level_id = s.level_id
WHERE s.holder_type = 'user'
UNION ALL
SELECT p.lead_account_id, 5, 'leads the project', coalesce(nullif(p.name, ''), p.project_key, p.project_id) || iif(p.archived = 1, ' (archived)', ''), 'jira_project', p.key
FROM jira_project AS p
UNION ALL
SELECT f.owner_account_id, 6, 'owns the filter', coalesce(nullif(f.name, ''), f.filter_id), 'jira_filter', f.key
FROM jira_filter AS f
UNION ALL
SELECT d.owner_account_id, 7, 'owns the dashboard', coalesce(nullif(d.name, ''), d.dashboard_id), 'jira_dashboard', d.key
FROM jira_dashboard AS d
