-- org_unclear_administrator: what keeps it from being known who administers an organisation.
-- reads: org_user_role, org_group_role, org_user, org_directory, directory_group_member
SELECT
  'account(s) of the organisation do not tell their administration roles' AS words, -- text: what is not told, behind the number of them
  u.key AS key                                        -- text: key of the org_user, the org_group_role or the org_directory
FROM org_user AS u
WHERE u.platform_roles IS NULL
  AND u.account_id NOT IN (SELECT account_id FROM org_user_role WHERE account_id IS NOT NULL)
UNION ALL
SELECT 'group(s) administer, and who is in them is not told', min(r.key)
FROM org_group_role AS r
WHERE r.role IN ('atlassian/org-admin', 'atlassian/site-admin')
  AND r.group_id NOT IN (SELECT group_id FROM directory_group_member WHERE group_id IS NOT NULL)
  AND (EXISTS (SELECT 1 FROM org_user AS u WHERE u.directory_id = r.directory_id AND u.groups IS NULL)
    OR NOT EXISTS (SELECT 1 FROM org_user AS u WHERE u.directory_id = r.directory_id))
GROUP BY r.directory_id, r.group_id
UNION ALL
SELECT 'organisation(s) tell of nobody who administers, and none is without', min(d.key)
FROM org_directory AS d
WHERE NOT EXISTS (SELECT 1 FROM org_user_role WHERE role = 'atlassian/org-admin')
  AND NOT EXISTS (SELECT 1 FROM org_group_role WHERE role = 'atlassian/org-admin')
HAVING count(*) > 0
