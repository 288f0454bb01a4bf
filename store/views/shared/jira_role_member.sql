-- jira_role_member: the accounts in each project role, directly and through their groups.
-- reads: jira_role_grant, directory_group_member
-- materialised: no
-- Left as a view, and asked in the same way, for the same reason as confluence_space_access: a role given to a group of everybody in every project.
SELECT
  g.project_id AS project_id,                         -- text: the project
  g.role_id AS role_id,                               -- text: the role
  g.role_name AS role_name,                           -- text: name of the role
  g.subject_id AS account_id,                         -- text: the account
  CAST(NULL AS text) AS via_group,                    -- text: the group it comes through, NULL if the account itself is in the role
  'jira_role_actor' AS source_resource,               -- text: always jira_role_actor
  g.source_key AS source_key                          -- text: key of the role actor
FROM jira_role_grant AS g
WHERE g.subject_kind = 'user'
UNION ALL
SELECT g.project_id, g.role_id, g.role_name, m.account_id, m.group_id, 'jira_role_actor', g.source_key
FROM directory_group_member AS m
JOIN jira_role_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
WHERE m.account_id IS NOT NULL
