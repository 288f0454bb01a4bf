-- rev: 1
-- title: Third-party app has an update waiting
-- severity: medium
-- category: apps
-- products: jira-dc, confluence-dc
-- object: app
-- needs: app
-- unknown: SELECT 'of ' || count(*) || iif(count(*) = 1, ' app', ' apps') || ' it is not told whether an update is waiting (without the internet the app manager cannot know), or who installed it', json_group_array(p.key) AS key
--   FROM app AS p
--   WHERE (p.update_available = 1 AND p.user_installed = 1) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.8, iso27001:A.5.19, soc2:CC7.1, csf2:PR.PS-02, cis8:7.4
-- source: the app manager's list of updates (rest/plugins/1.0/available/upgrades, installed-marketplace); Atlassian's security checklist for Data Center
-- why: Updates of apps carry security fixes. The upgrade of Jira or Confluence alone does not bring them.
-- fix: Administration > Manage apps: read the release notes and update the app, on a copy first where much hangs on it
--   Uninstall apps that nobody uses
--   Name somebody who looks every month
-- false-positives: Updates that need another licence or a newer Jira or Confluence.

SELECT
  p.key AS key,
  '' AS aspect,
  coalesce(nullif(p.name, ''), p.plugin_key) AS subject,
  'in ' || iif(p.product = 'confluence', 'Confluence', 'Jira') || coalesce(' is version ' || p.version, ' is not up to date') || coalesce('; ' || p.update_version || ' is waiting', '; a newer one is waiting') AS detail
FROM app AS p
WHERE p.update_available = 1
  AND p.user_installed = 1
