-- rev: 1
-- title: Account closed in the organisation but active in a product
-- severity: high
-- category: access security
-- products: org
-- object: org_user
-- needs: org_directory, org_user, directory_group, directory_group_member
-- optional: jira_user, confluence_user
-- guard: SELECT 'neither the accounts of Jira nor those of Confluence were read'
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource IN ('jira_user', 'confluence_user') AND outcome IN ('complete', 'partial'))
-- unknown: WITH closed AS MATERIALIZED (
--     SELECT a.key, a.account_id, a.account_status IN ('inactive', 'closed') OR a.membership_status = 'suspended' AS closed FROM org_account AS a
--     WHERE (a.account_status IN ('inactive', 'closed') OR a.membership_status = 'suspended') IS NOT 0 -- lint: for speed alone
--   ),
--   product AS MATERIALIZED (   -- the few accounts before the many of the products
--     SELECT c.key, c.account_id, c.closed, 'Jira' AS product, u.active FROM closed AS c CROSS JOIN jira_user AS u ON u.account_id = c.account_id
--     UNION ALL
--     SELECT c.key, c.account_id, c.closed, 'Confluence', u.account_status = 'active' FROM closed AS c CROSS JOIN confluence_user AS u ON u.account_id = c.account_id
--     WHERE u.resolved = 1
--   )
--   SELECT printf('%d account(s) that the organisation and a product list do not tell whether they are active', count(DISTINCT p.key)) AS words, json_group_array(DISTINCT p.key) AS key
--   FROM product AS p
--   WHERE (p.closed AND p.active) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d group(s) with members who are closed in the organisation do not tell which products they open', count(DISTINCT m.group_id)), json_group_array(DISTINCT p.key)
--   FROM product AS p
--   JOIN directory_group_member AS m ON m.account_id = p.account_id
--   LEFT JOIN directory_group AS d ON d.group_id = m.group_id
--   WHERE p.closed = 1
--     AND p.active = 1
--     AND iif(p.product = 'Jira', d.jira_access, d.confluence_access) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.16, iso27001:A.5.18, soc2:CC6.2, csf2:PR.AA-01, cis8:6.2
-- source: Atlassian organisations REST API v2, accounts; Jira Cloud REST API v3, users, groups; Confluence Cloud REST API v1, users
-- why: Two directories disagree about one person. Whoever closed the account believes that it is done, and the product still lets
--   it in.
-- fix: Suspend or remove the account anew (admin.atlassian.com > Directory > Users), and look whether the product follows
--   Take it out of the groups named (admin.atlassian.com > Directory > Groups)
--   If it stays active, mend the synchronisation of the directory, with Atlassian's support where nothing else helps
-- false-positives: Both lists were read some minutes apart: look again if the account was closed just then.
WITH
  gone AS MATERIALIZED (
    SELECT a.key, a.account_id, a.display_name, iif(a.account_status IN ('inactive', 'closed'), a.account_status, 'suspended') AS state
    FROM org_account AS a
    WHERE a.account_status IN ('inactive', 'closed')
      OR a.membership_status = 'suspended'
  ),
  still (account_id, product, resource, key) AS (
    SELECT account_id, 'Jira', 'jira_user', key FROM jira_user WHERE active = 1
    UNION ALL
    SELECT account_id, 'Confluence', 'confluence_user', key FROM confluence_user WHERE account_status = 'active'
  ),
  held AS MATERIALIZED (   -- the groups that open that product
    SELECT x.key, x.account_id, x.display_name, x.state, s.product, s.resource, s.key AS product_key, coalesce(nullif(d.name, ''), d.group_id) AS group_name, m.key AS member_key
    FROM gone AS x
    CROSS JOIN still AS s ON s.account_id = x.account_id
    JOIN directory_group_member AS m ON m.account_id = x.account_id
    JOIN directory_group AS d ON d.group_id = m.group_id
    WHERE json_array_length(iif(s.product = 'Jira', d.jira_access, d.confluence_access)) > 0
  )
SELECT
  h.key,
  '' AS aspect,
  coalesce(nullif(h.display_name, ''), h.account_id) AS subject,
  'is ' || h.state || ' in the organisation, but active in ' || replace(group_concat(DISTINCT h.product ORDER BY h.product), ',', ' and ')
    || iif(count(DISTINCT h.group_name) = 1, ' and in the group ', ' and in the groups ') || replace(group_concat(DISTINCT h.group_name ORDER BY h.group_name), ',', ', ') AS detail,
  '[' || json_object('resource', 'org_user', 'key', h.key) || ',' || group_concat(DISTINCT json_object('resource', h.resource, 'key', h.product_key))
    || ',' || group_concat(DISTINCT json_object('resource', 'directory_group_member', 'key', h.member_key)) || ']' AS evidence
FROM held AS h
GROUP BY h.key
