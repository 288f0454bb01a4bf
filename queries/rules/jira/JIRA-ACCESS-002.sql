-- rev: 1
-- title: Active third-party app with access
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- optional: directory_group_member, jira_role_actor, jira_permission_grant
-- unknown: SELECT printf('%d active app account(s) do not tell what kind of app they are: each may also be a service account or an agent', count(*)), json_group_array(key) AS key
--   FROM jira_user
--   WHERE account_type = 'app' AND active = 1 AND app_type IS NULL
--     AND account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key)
--   FROM jira_user
--   WHERE (account_type = 'app' AND active = 1) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.9, iso27001:A.5.19, iso27001:A.5.23, soc2:CC6.1, soc2:CC9.2, csf2:ID.AM-02, csf2:GV.SC-07, cis8:2.1, cis8:15.1, attack:T1528
-- source: Cloudflare CASB Atlassian Jira; Jira Cloud REST API v3, accountType and appType of a user
-- why: The account of an app is a standing credential that a vendor operates from outside, day and night, without a
--   person behind it. Each must be known, have an owner in the house and a reason to be there.
-- fix: Open Jira settings > Apps > Manage apps (or admin.atlassian.com > Apps) and match each account with an installed app
--   Name an owner for each app and check that there is a data processing agreement with its vendor
--   Uninstall the apps that have no owner or no agreement
--   Put the accounts of Atlassian's own apps into first_party_apps
-- false-positives: Atlassian's own helpers (Automation for Jira, the Jira Service Management widget) are app accounts too:
--   list them in first_party_apps. An approved app is better accepted with an owner and a date than hidden.
--   Service accounts of your own (app type service) and Rovo agents (agent) are not third-party apps and are left out.

-- app_type is told only by newer answers. Where it is absent the account is still an active app account: it stands as a
-- finding, and unknown says that it may be something milder.
WITH
  app AS MATERIALIZED (
    SELECT u.key, u.account_id, u.display_name, u.app_type
    FROM jira_user AS u
    WHERE u.account_type = 'app'
      AND u.active = 1
      AND coalesce(u.app_type, 'unknown') NOT IN ('service', 'agent')
      AND u.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  holding AS (   -- what each holds, counted by kind
    SELECT account_id, kind, count(*) AS n, group_concat(iif(n <= 16, json_object('resource', source_resource, 'key', source_key), NULL)) AS objects
    FROM (
      SELECT h.*, row_number() OVER (PARTITION BY h.account_id, h.kind ORDER BY h.source_key) AS n
      FROM app AS a JOIN jira_holding AS h ON h.account_id = a.account_id
    )
    GROUP BY account_id, kind
  )
SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.display_name, ''), a.account_id) AS subject,
  'is the account of an app and active'
    || coalesce('; it holds ' || group_concat(h.n || ' ' || h.kind || iif(h.n = 1, '', 's'), ', ' ORDER BY h.kind), '')
    || iif(a.app_type IS NULL, ' (the site does not tell what kind of app)', '') AS detail,
  '[' || json_object('resource', 'jira_user', 'key', a.key) || coalesce(',' || group_concat(h.objects), '') || ']' AS evidence
FROM app AS a
LEFT JOIN holding AS h ON h.account_id = a.account_id
GROUP BY a.key
