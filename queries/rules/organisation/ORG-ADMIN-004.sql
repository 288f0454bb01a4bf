-- rev: 1
-- title: Dormant organisation or site administrator
-- severity: high
-- category: privileged access
-- products: org
-- object: org_user
-- needs: org_directory, org_user, org_user_role, org_user_product
-- optional: org_group, org_group_role, directory_group_member
-- unknown: WITH last AS MATERIALIZED (
--     SELECT account_id, max(last_active) AS at FROM org_user_product GROUP BY account_id
--   )
--   SELECT printf('of %d administrator(s) it is not told when they were last active, or since when they are there', count(DISTINCT x.account_id)) AS words, json_group_array(DISTINCT coalesce(a.key, x.source_key)) AS key
--   FROM org_administrator AS x
--   LEFT JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id IS x.org_id
--   LEFT JOIN last AS l ON l.account_id = x.account_id
--   WHERE x.account_id NOT IN (SELECT value FROM json_each(:break_glass_accounts))
--     AND (julianday(l.at) IS NULL AND (l.at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM last WHERE at IS NOT NULL) OR julianday(a.added_to_org) IS NULL)
--       OR a.key IS NULL)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT count(*) || ' ' || words, json_group_array(key) FROM org_unclear_administrator GROUP BY words
--   UNION ALL
--   SELECT 'the roles of groups were not read whole, so who administers through a group may not be told', NULL
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_group_role' AND outcome = 'complete')
-- param: break_glass_accounts list = []
--   ids of accounts that are kept for an emergency and are dormant on purpose
-- maps: iso27001:A.8.2, iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, cis8:5.3, cis8:5.4
-- source: How to Harden, Atlassian; Atlassian organisations REST API v2, roles and last activity of accounts
-- why: An administrator that nobody uses was kept by accident. Nobody watches it, and nobody would notice that somebody else
--   signs in with it.
-- fix: Ask the owner whether the role is still needed
--   Take it away if not (admin.atlassian.com > Directory > Users > the user), or take the account out of the group named
--   Keep accounts for emergencies few, watched and listed in break_glass_accounts
-- false-positives: Accounts kept for an emergency are dormant on purpose: list their ids in break_glass_accounts. Active means
--   that a page of a product was looked at for two seconds, told up to a day later: who only works at admin.atlassian.com may
--   look dormant.

-- By the latest of all products. Without a time in any of them an account was never active, if the directory tells times of
-- others; then it counts since when it is there. Where times were only read in part, later ones may be missing: nobody is judged.
WITH
  last AS MATERIALIZED (
    SELECT account_id, max(last_active) AS at, '[' || group_concat(json_object('resource', 'org_user_product', 'key', key)) || ']' AS objects
    FROM org_user_product
    WHERE account_id IN (SELECT account_id FROM org_administrator) -- lint: for speed alone
    GROUP BY account_id
  ),
  way AS MATERIALIZED (
    SELECT x.*, a.key AS user_key, a.display_name, a.account_status, a.added_to_org, l.at, l.objects,
      CASE x.role WHEN 'atlassian/org-admin' THEN 1 ELSE 2 END AS place
    FROM org_administrator AS x
    JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id IS x.org_id
    LEFT JOIN last AS l ON l.account_id = x.account_id
    WHERE x.account_id NOT IN (SELECT value FROM json_each(:break_glass_accounts))
      AND EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_user_product' AND outcome = 'complete')
      AND (julianday(l.at) < julianday(:now) - :inactive_days
        OR l.at IS NULL
          AND EXISTS (SELECT 1 FROM org_user_product WHERE last_active IS NOT NULL)
          AND julianday(a.added_to_org) < julianday(:now) - :inactive_days)
  )
SELECT
  w.user_key AS key,
  '' AS aspect,
  coalesce(nullif(w.display_name, ''), w.account_id) AS subject,
  'is ' || iif(min(w.place) = 1, 'an organisation administrator', 'a site administrator')
    || iif(count(w.via_group) < count(*), '', ' through the group ' || group_concat(DISTINCT coalesce(nullif(g.name, ''), w.via_group) ORDER BY coalesce(nullif(g.name, ''), w.via_group)))
    || iif(w.at IS NULL, printf(' and was never active since %s, %d days before', date(w.added_to_org), julianday(:now) - julianday(w.added_to_org)), printf(' and was last active on %s, %d days before', date(w.at), julianday(:now) - julianday(w.at)))
    || iif(w.account_status IN ('inactive', 'closed'), ' (deactivated at present)', '') AS detail,
  '[' || json_object('resource', 'org_user', 'key', w.user_key) || ',' || group_concat(DISTINCT json_object('resource', w.source_resource, 'key', w.source_key))
    || coalesce(',' || group_concat(DISTINCT iif(w.member_resource = 'directory_group_member', json_object('resource', w.member_resource, 'key', w.member_key), NULL)), '')
    || coalesce(',' || substr(w.objects, 2), ']') AS evidence
FROM way AS w
LEFT JOIN org_group AS g ON g.group_id = w.via_group
GROUP BY w.user_key
