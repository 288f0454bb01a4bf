-- rev: 1
-- title: Active Jira user with unknown account type
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- guard: SELECT printf('%d of %d active accounts have no known type: more than a site has by itself, as when Atlassian cannot look accounts up; collect again',
--     sum(lower(account_type) NOT IN ('atlassian', 'app', 'customer')), count(*))
--   FROM jira_user
--   WHERE active = 1
--   HAVING sum(lower(account_type) NOT IN ('atlassian', 'app', 'customer')) >= :suspect_count
--     AND sum(lower(account_type) NOT IN ('atlassian', 'app', 'customer')) > :suspect_ratio * count(*)
-- unknown: SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key) AS key
--   FROM jira_user
--   WHERE (active = 1 AND lower(account_type) NOT IN ('atlassian', 'app', 'customer')) IS NULL
--   HAVING count(*) > 0
-- param: suspect_ratio number = 0.05
--   share of active accounts without a known type above which the list of accounts is not believed
-- param: suspect_count int = 5
--   as many accounts without a known type are always believed to be less than an outage: a site of twelve people with one such account has a finding, not an outage
-- maps: iso27001:A.5.16, iso27001:A.5.18, soc2:CC6.1, soc2:CC6.2, csf2:PR.AA-01, cis8:5.1
-- source: Cloudflare CASB Atlassian Jira; Jira Cloud REST API v3, accountType of a user
-- why: Jira knows people (atlassian), apps (app) and service desk customers (customer). An active account that it
--   can name as none of them can sign in or act all the same, and no review of people, apps or customers will meet it.
-- fix: Open admin.atlassian.com > Directory > Users and look the account up by its id
--   If it belongs to somebody, have that person confirm it and note the owner
--   If it maps to nobody, take it out of its groups and project roles, then remove its product access
--   If it was left behind by a migration, merge it into the person's account or anonymise it
-- false-positives: When Atlassian's own account service is down, Jira gives whole pages of accounts a fallback type.
--   Where the share of such accounts is above suspect_ratio (and there are at least suspect_count of them) the rule is not evaluated.

SELECT
  u.key,
  '' AS aspect,
  coalesce(iif(lower(u.display_name) IN ('', 'unknown'), NULL, u.display_name), u.account_id) AS subject,
  'is active, but Jira cannot tell what kind of account it is (account type ' || iif(u.account_type = '', 'empty', '"' || u.account_type || '"') || ')' AS detail
FROM jira_user AS u
WHERE u.active = 1
  AND lower(u.account_type) NOT IN ('atlassian', 'app', 'customer')
