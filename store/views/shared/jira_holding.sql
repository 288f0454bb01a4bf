-- jira_holding: what an account holds in Jira, whether it is active or not: groups, project roles, permissions granted to it by name.
-- reads: directory_group_member, jira_role_grant, jira_permission_grant
-- materialised: no
-- Left as a view: asked for a few accounts, each part is one index look-up.
SELECT
  m.account_id AS account_id,                         -- text: the account
  'group' AS kind,                                    -- text: group, project role, permission
  m.group_id AS name,                                 -- text: group id, role name, permission
  'directory_group_member' AS source_resource,        -- text: resource of the object that shows it
  m.key AS source_key                                 -- text: key of the object that shows it
FROM directory_group_member AS m
WHERE m.account_id IS NOT NULL
UNION ALL
SELECT a.subject_id, 'project role', a.role_name, 'jira_role_actor', a.source_key
FROM jira_role_grant AS a
WHERE a.subject_kind = 'user'
UNION ALL
SELECT g.holder_value, 'permission', g.permission, 'jira_permission_grant', g.key
FROM jira_permission_grant AS g
WHERE g.holder_type = 'user' AND g.holder_value IS NOT NULL
