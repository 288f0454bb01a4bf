-- jira_role_subject: as what each account is met in project roles: as itself, and as each of its groups.
-- reads: jira_role_grant, directory_group_member
-- materialised: no
-- Left as a view for the same reason as confluence_space_access, and asked in the same way.
SELECT
  u.account_id AS account_id,                         -- text: the account
  'user' AS subject_kind,                             -- text: user or group
  u.account_id AS subject_id,                         -- text: account id or group id
  CAST(NULL AS text) AS via_group                     -- text: the group, NULL for the account itself
FROM (SELECT DISTINCT subject_id AS account_id FROM jira_role_grant WHERE subject_kind = 'user') AS u
UNION ALL
SELECT
  m.account_id,
  'group',
  m.group_id,
  m.group_id
FROM directory_group_member AS m
WHERE m.account_id IS NOT NULL AND m.group_id IN (SELECT subject_id FROM jira_role_grant WHERE subject_kind = 'group')
