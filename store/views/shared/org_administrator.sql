-- org_administrator: the accounts that administer an organisation or its sites, by a role of their own or through a group.
-- reads: org_user_role, org_group_role, org_user, org_directory, directory_group_member
-- index: account_id
-- Of the roles atlassian/org-admin and atlassian/site-admin. Members of a group are told by the directory (users/search, groups; an
-- id may be an ARI that ends with the group's id) or by the products, where a group has the same id. An account that two
-- organisations list holds a role in the one whose directory says so.
WITH
  member (directory_id, group_id, account_id, resource, key) AS (
    SELECT u.directory_id, replace(g.value, rtrim(g.value, replace(g.value, '/', '')), ''), u.account_id, 'org_user', u.key
    FROM org_user AS u
    JOIN json_each(u.groups) AS g
    WHERE EXISTS (SELECT 1 FROM org_group_role WHERE role IN ('atlassian/org-admin', 'atlassian/site-admin'))
    UNION ALL
    SELECT NULL, m.group_id, m.account_id, 'directory_group_member', m.key
    FROM directory_group_member AS m
    WHERE m.group_id IN (SELECT group_id FROM org_group_role WHERE role IN ('atlassian/org-admin', 'atlassian/site-admin'))
  )
SELECT
  d.org_id AS org_id,                                 -- text: the organisation, NULL where no directory tells it
  r.account_id AS account_id,                         -- text: the account
  r.role AS role,                                     -- text: atlassian/org-admin or atlassian/site-admin
  NULL AS via_group,                                  -- text: the group it comes through, NULL if the account itself holds it
  'org_user_role' AS source_resource,                 -- text: org_user_role or org_group_role
  min(r.key) AS source_key,                           -- text: key of the role
  'org_user' AS member_resource,                      -- text: org_user or directory_group_member: what says that the account is in the group
  min(u.key) AS member_key                            -- text: key of that
FROM org_user_role AS r
LEFT JOIN org_user AS u ON u.account_id = r.account_id
LEFT JOIN org_directory AS d ON d.directory_id = u.directory_id
WHERE r.role IN ('atlassian/org-admin', 'atlassian/site-admin')
  AND (u.platform_roles IS NULL
    OR EXISTS (SELECT 1 FROM json_each(u.platform_roles) WHERE value = r.role)
    OR NOT EXISTS (SELECT 1 FROM org_user AS o JOIN json_each(o.platform_roles) AS p WHERE o.account_id = r.account_id AND p.value = r.role))
GROUP BY d.org_id, r.account_id, r.role
UNION ALL
SELECT d.org_id, m.account_id, r.role, r.group_id, 'org_group_role', min(r.key), m.resource, min(m.key)
FROM org_group_role AS r
JOIN member AS m ON m.group_id = r.group_id AND coalesce(m.directory_id, r.directory_id) = r.directory_id
LEFT JOIN org_directory AS d ON d.directory_id = r.directory_id
WHERE r.role IN ('atlassian/org-admin', 'atlassian/site-admin')
  AND m.account_id IS NOT NULL
GROUP BY d.org_id, m.account_id, r.role, r.group_id
