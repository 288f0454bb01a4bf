-- rev: 1
-- title: Licensed user not seen for a long time
-- severity: medium
-- category: access security
-- products: org
-- object: org_user
-- needs: org_directory, org_user, org_user_product
-- unknown: WITH last AS MATERIALIZED (
--     SELECT account_id, max(last_active) AS at FROM org_user_product WHERE account_id IS NOT NULL GROUP BY account_id
--   )
--   SELECT printf('%d account(s) with a product do not tell whether they are active, when they were last active or since when they are there', count(*)) AS words, json_group_array(a.key) AS key
--   FROM org_account AS a
--   JOIN last AS l ON l.account_id = a.account_id
--   WHERE (a.account_status = 'active'
--     AND a.membership_status <> 'suspended'
--     AND CASE WHEN l.at IS NULL THEN (SELECT 1 FROM last WHERE at IS NOT NULL LIMIT 1) AND julianday(a.added_to_org) < julianday(:now) - :inactive_days
--       ELSE julianday(l.at) < julianday(:now) - :inactive_days END) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their products', count(*)), json_group_array(u.key)
--   FROM org_user AS u
--   WHERE u.products IS NULL
--     AND u.account_id NOT IN (SELECT account_id FROM last)
--   HAVING count(*) > 0
-- maps: iso27001:A.5.16, iso27001:A.5.18, soc2:CC6.2, csf2:PR.AA-01, cis8:5.3
-- source: Atlassian, security of processing; Cloudflare CASB Jira; How to Harden, Atlassian; Atlassian organisations REST API v2, last activity
-- why: An account that nobody uses keeps its rights and costs a seat. It is the easiest one to use unseen.
-- fix: Ask the manager whether the person is still there
--   Suspend the account (admin.atlassian.com > Directory > Users), or take away the products
--   Have the identity provider do it for leavers, by user provisioning (SCIM)
-- false-positives: Somebody on a long leave. An account that only works through APIs may show no activity in products. Active
--   means that a page of a product was looked at for two seconds, told up to a day later.

-- By the latest of all products. With products, but without a time in any of them, an account was never active, if times of others
-- are told; then it counts since when it is there. Where times were only read in part, later ones may be missing: nobody is
-- judged. Who is suspended cannot sign in.
WITH
  last AS MATERIALIZED (
    SELECT account_id, max(last_active) AS at, min(key) AS key
    FROM org_user_product
    GROUP BY account_id
  )
SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.display_name, ''), a.account_id) AS subject,
  'has ' || coalesce((SELECT replace(group_concat(DISTINCT p.product ORDER BY p.product), ',', ', ') FROM org_user_product AS p WHERE p.account_id = a.account_id), 'a product') || ' and '
    || iif(l.at IS NULL, printf('was never active since %s, %d days before', date(a.added_to_org), julianday(:now) - julianday(a.added_to_org)), printf('was last active on %s, %d days before', date(l.at), julianday(:now) - julianday(l.at))) AS detail,
  json_array(
    json_object('resource', 'org_user', 'key', a.key),
    json_object('resource', 'org_user_product', 'key', l.key)) AS evidence
FROM org_account AS a
JOIN last AS l ON l.account_id = a.account_id
WHERE a.account_status = 'active'
  AND a.membership_status <> 'suspended'
  AND EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_user_product' AND outcome = 'complete')
  AND CASE WHEN l.at IS NULL THEN (SELECT 1 FROM last WHERE at IS NOT NULL LIMIT 1) AND julianday(a.added_to_org) < julianday(:now) - :inactive_days
    ELSE julianday(l.at) < julianday(:now) - :inactive_days END
