-- rev: 1
-- title: App account can administer Jira
-- severity: medium
-- category: privileged access
-- products: jira-cloud
-- object: jira_user
-- needs: jira_global_permission, jira_user
-- optional: directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) that can administer Jira do not tell whether they are apps', count(*)), json_group_array(p.account_id) AS key
--   FROM jira_global_permission AS p
--   LEFT JOIN jira_user AS u ON u.account_id = p.account_id
--   WHERE p.permission = 'ADMINISTER'
--     AND u.account_type IS NULL
--     AND p.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.19, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:5.4, cis8:15.1, attack:T1528
-- source: How to Harden, Atlassian; Jira Cloud REST API v3, permissions/check
-- why: An app that may administer Jira lets its vendor, and whoever breaks in at the vendor's, change every setting, and no
--   person has to sign in for it.
-- fix: Ask the app's owner, and the vendor, what it has to administer
--   If somebody put the account into an administrators' group by hand, take it out (admin.atlassian.com > Directory > Groups)
--   If the app asked for it when it was installed and does not need it, look for one that asks for less
--   Note the reason for those that remain
-- false-positives: Apps for backup, migration and workflows often need it: accept them with the reason. Atlassian's own apps: list
--   their account ids in first_party_apps.

-- Every account of the type app: third-party apps, and also service accounts of the house and Rovo agents, which the sentence names.
WITH
  holder AS MATERIALIZED (
    SELECT u.key, u.account_id, coalesce(nullif(u.display_name, ''), u.account_id) AS name, p.key AS permission_key, u.active,
      CASE u.app_type WHEN 'service' THEN 'a service account' WHEN 'agent' THEN 'an AI agent' ELSE 'the account of an app' END AS what
    FROM jira_global_permission AS p
    JOIN jira_user AS u ON u.account_id = p.account_id
    WHERE p.permission = 'ADMINISTER'
      AND u.account_type = 'app'
      AND u.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  through AS (   -- groups of its own that are known to administer
    SELECT h.account_id, iif(count(*) = 1, ', by the group ', ', by the groups ') || group_concat(coalesce(nullif(d.name, ''), d.group_id), ', ' ORDER BY d.name, d.group_id) AS words,
      group_concat(json_object('resource', 'directory_group_member', 'key', m.key)) AS objects
    FROM holder AS h
    CROSS JOIN directory_group_member AS m ON m.account_id = h.account_id
    CROSS JOIN directory_group AS d ON d.group_id = m.group_id
    WHERE EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
    GROUP BY h.account_id
  )
SELECT
  h.key,
  '' AS aspect,
  h.name AS subject,
  'is ' || h.what || ' and can administer Jira' || coalesce(t.words, '') || iif(h.active = 0, ' (it is switched off at present)', '') AS detail,
  '[' || json_object('resource', 'jira_user', 'key', h.key) || ',' || json_object('resource', 'jira_global_permission', 'key', h.permission_key) || coalesce(',' || t.objects, '') || ']' AS evidence
FROM holder AS h
LEFT JOIN through AS t ON t.account_id = h.account_id
