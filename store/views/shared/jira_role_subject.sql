-- jira_role_subject: as what each account is met in project roles: as itself, and as each of its groups.
-- reads: jira_role_grant, directory_group_member
-- index: account_id
-- index: subject_kind, subject_id
SELECT DISTINCT
  g.subject_id AS account_id,                         -- text: the account
  'user' AS subject_kind,                             -- text: user or group
  g.subject_id AS subject_id,                         -- text: account id or group id
  NULL AS via_group                                   -- text: the group, NULL for the account itself
FROM jira_role_grant AS g
WHERE g.subject_kind = 'user'
UNION ALL
SELECT
  m.account_id,
  'group',
  m.group_id,
  m.group_id
FROM directory_group_member AS m
WHERE m.account_id IS NOT NULL AND m.group_id IN (SELECT subject_id FROM jira_role_grant WHERE subject_kind = 'group')
