-- jira_role_grant: who is put into each project role, users and groups in one form.
-- reads: jira_role_actor, jira_user
-- index: subject_kind, subject_id
-- index: project_id, role_id
-- Data Center names a person in a role by the log-in name (some versions by the key): the account is the one that Jira lists with it.
SELECT
  a.project_id AS project_id,                         -- text: the project
  a.role_id AS role_id,                               -- text: the role
  a.role_name AS role_name,                           -- text: name of the role
  iif(coalesce(a.account_id, u.account_id, k.account_id) IS NOT NULL, 'user', 'group') AS subject_kind, -- text: user or group
  coalesce(a.account_id, u.account_id, k.account_id, a.group_id) AS subject_id,   -- text: account id or group id
  a.key AS source_key                                 -- text: key of the jira_role_actor
FROM jira_role_actor AS a
LEFT JOIN jira_user AS u ON u.username = a.username
LEFT JOIN jira_user AS k ON k.account_id = a.username
WHERE coalesce(a.account_id, u.account_id, k.account_id, a.group_id) IS NOT NULL
