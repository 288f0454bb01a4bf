-- rev: 1
-- title: Organisation API key created by someone who is no longer administrator
-- severity: high
-- category: credentials
-- products: org
-- object: org_api_key
-- needs: org_api_key, org_directory, org_user, org_user_role
-- optional: org_group_role, directory_group_member
-- unknown: WITH live AS MATERIALIZED (
--     SELECT * FROM org_api_key WHERE coalesce(julianday(expires_at), julianday(:now) + 1) > julianday(:now)
--   )
--   SELECT printf('%d key(s) do not tell who made them', count(*)) AS words, json_group_array(key) AS key
--   FROM live
--   WHERE created_by IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'it is not known of everybody whether they administer, so nobody counts as no longer doing so', NULL
--   WHERE EXISTS (SELECT 1 FROM live)
--     AND EXISTS (SELECT 1 FROM org_unclear_administrator)
--   UNION ALL
--   SELECT column1 || ' was not read whole, so nobody counts as no longer an administrator', NULL
--   FROM (VALUES ('org_user_role'), ('org_group_role'))
--   WHERE EXISTS (SELECT 1 FROM live)
--     AND column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('of %d key(s) it is not told of which organisation they are, or whether who made them is active', count(*)), json_group_array(k.key)
--   FROM live AS k
--   LEFT JOIN org_account AS a ON a.account_id = k.created_by AND a.org_id = k.org_id
--   WHERE k.org_id IS NULL
--     OR a.key IS NOT NULL AND a.account_status IS NULL
--     OR EXISTS (SELECT 1 FROM org_account AS o WHERE o.account_id = k.created_by AND o.org_id IS NULL)
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, iso27001:A.5.17, soc2:CC6.2, csf2:PR.AA-01, cis8:6.2
-- source: Atlassian, manage an organization with the admin APIs; Atlassian API Access REST API, API keys of an organisation
-- why: Who made the key has seen it. Atlassian asks to revoke the keys of an administrator who leaves, because the key goes on
--   working for whoever still has it.
-- fix: Find out what uses the key, by its name and the day it was last used
--   Have a current administrator make a new one with the scopes that its task takes (admin.atlassian.com > Settings > API keys)
--   Revoke this one
-- false-positives: A key that was handed over formally, and whose value was changed then.

-- An administrator here is who holds the role atlassian/org-admin, by itself or through a group. That somebody does not is only
-- said where all roles and all members of the groups that give it are known.
WITH
  known AS MATERIALIZED (
    SELECT 1 AS yes
    WHERE NOT EXISTS (SELECT 1 FROM org_unclear_administrator)
      AND (SELECT count(*) FROM coverage WHERE resource IN ('org_user_role', 'org_group_role') AND outcome = 'complete') = 2
  )
SELECT
  k.key,
  '' AS aspect,
  coalesce(nullif(k.label, ''), k.key_id) AS subject,
  'is an API key made by ' || coalesce(nullif(a.display_name, ''), k.created_by) || ', whose account is '
    || iif(a.account_status <> 'active', a.account_status, iif(a.key IS NULL, 'not in the organisation', 'no organisation administrator any more')) AS detail,
  '[' || json_object('resource', 'org_api_key', 'key', k.key) || iif(a.key IS NULL, '', ',' || json_object('resource', 'org_user', 'key', a.key)) || ']' AS evidence
FROM org_api_key AS k
LEFT JOIN org_account AS a ON a.account_id = k.created_by AND a.org_id = k.org_id
WHERE coalesce(julianday(k.expires_at), julianday(:now) + 1) > julianday(:now)
  AND (a.account_status <> 'active'
    OR k.org_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM known)
      AND NOT EXISTS (SELECT 1 FROM org_administrator AS x WHERE x.account_id = k.created_by AND x.role = 'atlassian/org-admin' AND coalesce(x.org_id, k.org_id) = k.org_id)
      AND k.created_by IS NOT NULL)
