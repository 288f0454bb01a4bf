-- rev: 1
-- title: More Jira administrators than the agreed maximum
-- severity: medium
-- category: privileged access
-- products: jira-cloud
-- object: jira_instance
-- needs: jira_global_permission, jira_user
-- optional: jira_instance
-- unknown: SELECT printf('%d account(s) that can administer Jira do not tell their type or whether they are active', sum(x.human IS NULL)), NULL AS key
--   FROM (
--     SELECT u.account_type = 'atlassian' AND u.active = 1 AS human
--     FROM jira_global_permission AS p
--     LEFT JOIN jira_user AS u ON u.account_id = p.account_id
--     WHERE p.permission = 'ADMINISTER'
--   ) AS x
--   HAVING sum(coalesce(x.human, 0)) <= :max_jira_admins
--     AND sum(coalesce(x.human, 1)) > :max_jira_admins
-- param: max_jira_admins int = 5
--   how many people may hold the global permission Administer Jira
-- maps: iso27001:A.8.2, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4, attack:T1078.004
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permissions/check
-- why: Administer Jira lets its holder rewrite every permission scheme and every security scheme. Each holder more is one
--   more account whose password, session or token opens everything.
-- fix: Name the people who have to administer Jira, and agree on their number
--   Take the others out of the groups that administer (admin.atlassian.com > Directory > Groups; which groups those are stands under Jira settings > System > Global permissions)
--   Give those who look after projects the role of a project administrator instead
-- false-positives: A large site with a documented team of administrators: raise max_jira_admins.

-- People only: apps that may administer are JIRA-ADMIN-003. The number is what breaks the rule, so the site is the object.
WITH
  holder AS MATERIALIZED (
    SELECT u.key AS user_key, p.key, coalesce(nullif(u.display_name, ''), u.account_id) AS name
    FROM jira_global_permission AS p
    JOIN jira_user AS u ON u.account_id = p.account_id
    WHERE p.permission = 'ADMINISTER'
      AND u.account_type = 'atlassian'
      AND u.active = 1
  )
SELECT
  'jira' AS key,
  '' AS aspect,
  coalesce((SELECT nullif(i.title, '') FROM jira_instance AS i), 'Jira') AS subject,
  printf('can be administered by %d people, and no more than %d %s agreed: ', max(h.n), :max_jira_admins, iif(:max_jira_admins = 1, 'is', 'are'))
    || group_concat(iif(h.n <= 12, h.name, NULL), ', ' ORDER BY h.n) || iif(max(h.n) > 12, printf(' and %d more', max(h.n) - 12), '') AS detail,
  '[' || group_concat(iif(h.n <= 100, json_object('resource', 'jira_global_permission', 'key', h.key), NULL)) || ']' AS evidence
FROM (SELECT *, row_number() OVER (ORDER BY name, user_key) AS n FROM holder) AS h
HAVING count(*) > :max_jira_admins
