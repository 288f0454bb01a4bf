-- jira_role_grant: who is put into each project role, users and groups in one form.
-- reads: jira_role_actor
-- index: subject_kind, subject_id
-- index: project_id, role_id
SELECT
  a.project_id AS project_id,                         -- text: the project
  a.role_id AS role_id,                               -- text: the role
  a.role_name AS role_name,                           -- text: name of the role
  iif(a.account_id IS NOT NULL, 'user', 'group') AS subject_kind, -- text: user or group
  coalesce(a.account_id, a.group_id) AS subject_id,   -- text: account id or group id
  a.key AS source_key                                 -- text: key of the jira_role_actor
FROM jira_role_actor AS a
WHERE a.account_id IS NOT NULL OR a.group_id IS NOT NULL
