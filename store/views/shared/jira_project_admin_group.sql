-- jira_project_admin_group: the groups of each project that its permission scheme grants ADMINISTER_PROJECTS outright, past any role.
-- reads: jira_permission_grant, jira_scheme_project, directory_group
-- index: group_id
SELECT
  l.project_id AS project_id,                         -- text: the project
  l.project AS project,                               -- text: its key and name, for a sentence
  l.archived AS archived,                             -- integer: 1 if the project is archived, 0 if live, NULL not told
  coalesce(g.holder_value, d.group_id) AS group_id,   -- text: the group, NULL where it is only named and not listed
  coalesce(d.name, g.holder_parameter, g.holder_value) AS name, -- text: its name, else what the grant calls it
  min(g.key) AS source_key                            -- text: key of the jira_permission_grant
FROM jira_permission_grant AS g
JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
LEFT JOIN directory_group AS d ON d.group_id = g.holder_value OR g.holder_value IS NULL AND d.name = g.holder_parameter
WHERE g.permission = 'ADMINISTER_PROJECTS' AND g.holder_type = 'group'
GROUP BY l.project_id, coalesce(g.holder_value, d.group_id, g.holder_parameter)
