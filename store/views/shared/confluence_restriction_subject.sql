-- confluence_restriction_subject: as what each account is met in content restrictions: as itself, and as each of its groups.
-- reads: confluence_restriction, directory_group_member
-- index: account_id
-- index: subject_kind, subject
SELECT DISTINCT
  r.account_id AS account_id,                         -- text: the account
  'user' AS subject_kind,                             -- text: user or group
  r.subject AS subject,                               -- text: account id or group id
  NULL AS via_group                                   -- text: the group, NULL for the account itself
FROM confluence_restriction AS r
WHERE r.subject_kind = 'user' AND r.account_id IS NOT NULL
UNION ALL
SELECT
  m.account_id,
  'group',
  m.group_id,
  m.group_id
FROM directory_group_member AS m
WHERE m.account_id IS NOT NULL AND m.group_id IN (SELECT group_id FROM confluence_restriction WHERE subject_kind = 'group')
