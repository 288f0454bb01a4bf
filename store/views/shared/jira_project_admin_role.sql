-- jira_project_admin_role: the roles of each project that are granted ADMINISTER_PROJECTS by its permission scheme.
-- reads: jira_permission_grant, jira_scheme_project
-- index: project_id, role_id
SELECT
  l.project_id AS project_id,                         -- text: the project
  l.project AS project,                               -- text: its key and name, for a sentence
  l.archived AS archived,                             -- integer: 1 if the project is archived, 0 if live, NULL not told
  g.holder_value AS role_id,                          -- text: the role, NULL not told
  min(g.key) AS source_key,                           -- text: key of the jira_permission_grant
  min(l.source_key) AS scheme_source_key              -- text: key of the jira_project_scheme, NULL where the scheme names its project
FROM jira_permission_grant AS g
JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
WHERE g.permission = 'ADMINISTER_PROJECTS' AND g.holder_type = 'projectRole'
GROUP BY l.project_id, g.holder_value
