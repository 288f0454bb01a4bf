-- access_application_group: the groups that make somebody a user of an application: of one of Jira, of any of Jira, of Confluence.
-- reads: jira_application_role_group, directory_group, confluence_global_permission
-- index: group_id
-- index: application
WITH told (application, group_id, source_resource, source_key) AS (
  SELECT a.role_key, coalesce(a.group_id, d.group_id), 'jira_application_role_group', a.key
  FROM jira_application_role_group AS a
  LEFT JOIN directory_group AS d ON a.group_id IS NULL AND d.name = a.group_name
  WHERE coalesce(a.is_access, 1) = 1
  UNION ALL
  SELECT '', coalesce(a.group_id, d.group_id), 'jira_application_role_group', a.key
  FROM jira_application_role_group AS a
  LEFT JOIN directory_group AS d ON a.group_id IS NULL AND d.name = a.group_name
  WHERE coalesce(a.is_access, 1) = 1
  UNION ALL
  SELECT '', g.group_id, 'directory_group', g.key FROM directory_group AS g
  WHERE EXISTS (SELECT 1 FROM json_each(g.jira_access) WHERE value = 'user')
  UNION ALL
  SELECT 'confluence', g.group_id, 'directory_group', g.key FROM directory_group AS g
  WHERE EXISTS (SELECT 1 FROM json_each(g.confluence_access) WHERE value = 'user')
  UNION ALL
  SELECT 'confluence', p.principal_id, 'confluence_global_permission', p.key FROM confluence_global_permission AS p
  WHERE p.subject_kind = 'group' AND p.operation = 'use'
)
SELECT
  t.application AS application,                       -- text: jira-software ..., confluence; empty for any application of Jira
  t.group_id AS group_id,                             -- text: the group
  max(t.source_resource) AS source_resource,          -- text: resource of the object that says so: the application's own word before the group's
  t.source_key AS source_key                          -- text: key of that object
FROM told AS t
WHERE t.group_id IS NOT NULL
GROUP BY t.application, t.group_id
