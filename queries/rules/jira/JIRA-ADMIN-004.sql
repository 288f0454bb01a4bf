-- rev: 1
-- title: Dormant or deactivated account is still a Jira administrator
-- severity: high
-- category: privileged access
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user, directory_group, directory_group_member
-- optional: jira_global_permission, org_user_product
-- unknown: WITH administrator AS MATERIALIZED (
--     SELECT p.account_id FROM jira_global_permission AS p WHERE p.permission = 'ADMINISTER'
--     UNION
--     SELECT m.account_id FROM directory_group AS d CROSS JOIN directory_group_member AS m ON m.group_id = d.group_id
--     WHERE EXISTS (SELECT 1 FROM json_each(:admin_groups) AS a WHERE lower(d.name) GLOB lower(a.value))
--       OR EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
--   ),
--   seen AS MATERIALIZED (SELECT account_id FROM org_user_product GROUP BY account_id HAVING julianday(max(last_active)) IS NOT NULL OR count(last_active) = 0)
--   SELECT printf('%d administrator(s) do not tell whether they are active', count(*)) AS words, json_group_array(x.account_id) AS key
--   FROM administrator AS x
--   LEFT JOIN jira_user AS u ON u.account_id = x.account_id
--   WHERE u.active IS NULL
--     AND x.account_id NOT IN (SELECT value FROM json_each(:break_glass_accounts))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d group(s) do not tell their name', count(*)), NULL
--   FROM directory_group AS d
--   WHERE d.name IS NULL
--     AND NOT EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('of %d active administrator(s) the organisation does not tell when they were last active', count(*)), json_group_array(x.account_id)
--   FROM administrator AS x
--   JOIN jira_user AS u ON u.account_id = x.account_id
--   WHERE u.active = 1
--     AND coalesce(u.account_type, 'atlassian') = 'atlassian'
--     AND x.account_id NOT IN (SELECT value FROM json_each(:break_glass_accounts))
--     AND EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_user_product' AND outcome = 'complete')
--     AND (u.account_type IS NULL
--       OR x.account_id NOT IN (SELECT account_id FROM seen)
--       OR NOT EXISTS (SELECT 1 FROM org_user_product WHERE last_active IS NOT NULL))
--   HAVING count(*) > 0
-- param: break_glass_accounts list = []
--   ids of accounts that are kept for an emergency and are dormant on purpose
-- maps: iso27001:A.8.2, iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, cis8:5.3, cis8:5.4
-- source: How to Harden, Atlassian; Jira Cloud REST API v3, users, groups, permissions/check; Atlassian organisations REST API, last activity
-- why: Nobody misses the account of an administrator who is gone, so nobody notices when somebody else uses it; and one that is
--   deactivated administers again the moment it is switched on.
-- fix: Take the account out of the groups named (admin.atlassian.com > Directory > Groups)
--   If it has to stay, have its owner sign in and confirm why
--   Keep accounts for emergencies few, watched and listed in break_glass_accounts
--   Mend the leaver process, or the user provisioning (SCIM) behind it, so that it takes group memberships away too
-- false-positives: Accounts kept for an emergency are dormant on purpose: list their ids in break_glass_accounts.

-- An administrator is who holds Administer Jira, or stands in a group that administers, by its name (admin_groups) or by the
-- access that the site says it opens. When somebody was last active only the organisation tells; that part is silent where
-- its list was not read whole. Of apps it tells nothing. Somebody with products, but never a time, was never active; where
-- nobody has a time, the times are not told.
WITH
  administrators AS MATERIALIZED (
    SELECT d.group_id, coalesce(nullif(d.name, ''), d.group_id) AS name
    FROM directory_group AS d
    WHERE EXISTS (SELECT 1 FROM json_each(:admin_groups) AS a WHERE lower(d.name) GLOB lower(a.value))
      OR EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
  ),
  way (account_id, place, name, resource, key) AS (
    SELECT m.account_id, 1, g.name, 'directory_group_member', m.key
    FROM administrators AS g
    JOIN directory_group_member AS m ON m.group_id = g.group_id
    UNION ALL
    SELECT p.account_id, 2, NULL, 'jira_global_permission', p.key
    FROM jira_global_permission AS p
    WHERE p.permission = 'ADMINISTER'
  ),
  last AS (
    SELECT account_id, julianday(max(last_active)) AS at, date(max(last_active)) AS day, count(last_active) AS told,
      '[' || group_concat(json_object('resource', 'org_user_product', 'key', key)) || ']' AS objects
    FROM org_user_product
    WHERE EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_user_product' AND outcome = 'complete')
    GROUP BY account_id
  )
SELECT
  u.key,
  '' AS aspect,
  coalesce(nullif(u.display_name, ''), u.account_id) AS subject,
  CASE WHEN u.active = 0 THEN 'is deactivated' WHEN l.told = 0 THEN 'was never active' ELSE printf('was last active on %s, %d days before', l.day, julianday(:now) - l.at) END
    || ', but ' || replace(trim(
      coalesce(iif(count(w.name) = 1, 'is still in the group ', 'is still in the groups ') || group_concat(w.name, ', ' ORDER BY w.name, w.key), '')
      || iif(max(w.place) = 2, '|can administer Jira', ''), '|'), '|', ' and ') AS detail,
  '[' || json_object('resource', 'jira_user', 'key', u.key) || ',' || group_concat(json_object('resource', w.resource, 'key', w.key))
    || iif(u.active = 1, ',' || substr(l.objects, 2), ']') AS evidence
FROM way AS w
JOIN jira_user AS u ON u.account_id = w.account_id
LEFT JOIN last AS l ON l.account_id = u.account_id
WHERE u.account_id NOT IN (SELECT value FROM json_each(:break_glass_accounts))
  AND (u.active = 0
    OR u.active = 1 AND u.account_type = 'atlassian'
      AND (l.at < julianday(:now) - :inactive_days
        OR l.told = 0 AND EXISTS (SELECT 1 FROM org_user_product WHERE last_active IS NOT NULL)))
GROUP BY u.key
