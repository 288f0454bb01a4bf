-- rev: 2
-- kind: drift
-- title: New third-party app
-- severity: medium
-- category: drift
-- products: jira-cloud, confluence-cloud, org, jira-dc, confluence-dc
-- object: app, jira_user, confluence_user
-- needs: jira_user, confluence_user
-- optional: app
-- unknown: SELECT printf('%d account(s) do not tell whether they are apps, or active', count(*)) AS words, json_group_array(k.account_id) AS key
--   FROM after_account_kind AS k
--   WHERE k.app IS NULL
--     AND k.resolved = 1
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d app(s) that came since do not tell who sells them, or whether somebody installed them', count(*)), json_group_array(a.key)
--   FROM after_app AS a
--   WHERE (a.user_installed = 1 AND a.vendor NOT LIKE 'Atlassian%') IS NULL
--     AND a.plugin_key NOT IN (SELECT value FROM json_each(:first_party_apps))
--     AND NOT EXISTS (SELECT 1 FROM before_app AS b WHERE b.key = a.key)
--   HAVING count(*) > 0
-- maps: iso27001:A.5.9, iso27001:A.5.19, iso27001:A.5.23, soc2:CC6.1, soc2:CC9.2, csf2:ID.AM-02, csf2:GV.SC-07, cis8:2.1, cis8:15.1, attack:T1528
-- source: Jira Cloud REST API v3, accountType and appType of a user; the app manager's list (rest/plugins/1.0)
-- why: Each new app is a new processor of what is in the site, with rights that act day and night.
-- fix: Ask who installed it, what for, and whether the vendor was looked at (contract, data processing agreement)
--   Note the owner in the house, or uninstall it
--   Have apps approved before they are installed (Jira and Confluence: Apps > Manage apps > Settings)
-- false-positives: An app that was approved: accept it with the approval. Atlassian's own: list their account ids and app keys in first_party_apps.

-- The account of an app that acts now and did not before, and an app that somebody installed since. One app may come as both.
SELECT
  iif(k.account_id IN (SELECT key FROM after_jira_user), 'jira_user', 'confluence_user') AS resource,
  k.account_id AS key,
  '' AS aspect,
  k.name AS subject,
  iif(EXISTS (SELECT 1 FROM before_account_kind AS b WHERE b.account_id = k.account_id), 'is the account of an app that was not active before', 'is the account of an app that was not there before') AS detail
FROM after_account_kind AS k
WHERE k.app
  AND k.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  AND NOT EXISTS (SELECT 1 FROM before_account_kind AS b WHERE b.account_id = k.account_id AND b.app IS NOT 0)
UNION ALL
SELECT
  'app',
  a.key,
  '',
  coalesce(nullif(a.name, ''), a.plugin_key),
  'of ' || coalesce(nullif(a.vendor, ''), 'an unnamed vendor') || ' was installed in ' || iif(a.product = 'confluence', 'Confluence', 'Jira') || ' since' || coalesce(' (version ' || a.version || ')', '')
FROM after_app AS a
WHERE a.user_installed = 1
  AND a.vendor NOT LIKE 'Atlassian%'
  AND a.plugin_key NOT IN (SELECT value FROM json_each(:first_party_apps))
  AND NOT EXISTS (SELECT 1 FROM before_app AS b WHERE b.key = a.key)
