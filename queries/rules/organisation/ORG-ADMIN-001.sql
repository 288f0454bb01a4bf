-- rev: 1
-- title: More organisation administrators than the agreed maximum
-- severity: medium
-- category: privileged access
-- products: org
-- object: org
-- needs: org, org_directory, org_user, org_user_role
-- optional: org_group_role, directory_group_member
-- unknown: WITH tally AS (
--     SELECT x.org_id, count(DISTINCT iif(a.account_status = 'active' AND a.membership_status <> 'suspended', x.account_id, NULL)) AS sure, count(DISTINCT x.account_id) AS most
--     FROM org_administrator AS x
--     LEFT JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id = x.org_id
--     WHERE x.role = 'atlassian/org-admin'
--       AND (a.account_status = 'active' AND a.membership_status <> 'suspended') IS NOT 0
--     GROUP BY x.org_id
--   )
--   SELECT 'of some administrators it is not told whether they are active, and it depends on them' AS words, t.org_id AS key
--   FROM tally AS t
--   WHERE t.most > :max_org_admins
--     AND t.sure <= :max_org_admins
--   UNION ALL
--   SELECT printf('of %d administrator(s) it is not told in which organisation', count(DISTINCT account_id)), NULL
--   FROM org_administrator
--   WHERE org_id IS NULL
--     AND role = 'atlassian/org-admin'
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT count(*) || ' ' || words, json_group_array(key) FROM org_unclear_administrator GROUP BY words
--   UNION ALL
--   SELECT 'the roles of groups were not read whole, so who administers through a group may not be told', NULL
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_group_role' AND outcome = 'complete')
-- param: max_org_admins int = 5
--   how many active organisation administrators were agreed to be enough
-- maps: iso27001:A.8.2, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4, attack:T1078.004
-- source: How to Harden, Atlassian; Atlassian organisations REST API v2, users and groups with their roles
-- why: An organisation administrator can change how everybody signs in, who may use which product, and what is paid, for every
--   product at once. Each further one is a further account that must never be taken over.
-- fix: Agree on two or three accounts that administer the organisation, and on nothing else being done with them
--   Take the role away from the others (admin.atlassian.com > Directory > Users > the user > Organization roles) or take them out of the group that gives it
--   Give them what their task takes instead: site administrator, user access administrator or administrator of a product
-- false-positives: Accounts kept for an emergency count too; they are few. Set max_org_admins to what was agreed.

-- Who is deactivated, closed or suspended cannot administer and does not count.
SELECT
  o.key,
  '' AS aspect,
  coalesce(nullif(o.name, ''), o.org_id) AS subject,
  printf('has %d active organisation administrators, more than the %d agreed: ', count(*), :max_org_admins)
    || group_concat(iif(x.n <= 10, x.name, NULL), ', ' ORDER BY x.n) || iif(count(*) > 10, printf(' and %d more', count(*) - 10), '') AS detail,
  '[' || json_object('resource', 'org', 'key', o.key) || ',' || group_concat(iif(x.n <= 25, json_object('resource', x.source_resource, 'key', x.source_key), NULL)) || ']' AS evidence
FROM org AS o
JOIN (
  SELECT x.org_id, coalesce(nullif(a.display_name, ''), x.account_id) AS name, x.source_resource, min(x.source_key) AS source_key,
    row_number() OVER (PARTITION BY x.org_id ORDER BY coalesce(nullif(a.display_name, ''), x.account_id), x.account_id) AS n
  FROM org_administrator AS x
  JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id = x.org_id
  WHERE x.role = 'atlassian/org-admin'
    AND a.account_status = 'active'
    AND a.membership_status <> 'suspended'
  GROUP BY x.org_id, x.account_id
) AS x ON x.org_id = o.org_id
GROUP BY o.key
HAVING count(*) > :max_org_admins
