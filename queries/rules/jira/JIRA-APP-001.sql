-- rev: 1
-- title: Connect app installed: framework support ends 31 January 2027
-- severity: medium
-- category: apps
-- products: jira-cloud, confluence-cloud
-- object: app
-- needs: app
-- unknown: SELECT printf('%d installed app(s) do not tell on which framework they are built: no known answer of a site carries it', count(*)) AS words, json_group_array(key) AS key
--   FROM app
--   WHERE (framework = 'connect' AND user_installed = 1) IS NULL
--   HAVING count(*) > 0
-- param: connect_end_of_support text = 2027-01-31
--   the day on which Atlassian's support of the Connect framework ends
-- maps: iso27001:A.5.19, iso27001:A.8.8, soc2:CC9.2, csf2:GV.SC-07, csf2:PR.PS-02, cis8:2.2, cis8:15.1
-- source: How to Harden, Atlassian; Atlassian, announcing the end of support of Connect
-- why: What a Connect app may do was frozen in March 2026 and cannot be narrowed any more. After the end of support nobody mends
--   what is found in the framework.
-- fix: Ask the vendor when a version built on Forge comes
--   Update to it, or replace the app
--   Remove an app whose vendor has no answer
-- false-positives: The vendor may have a Forge version already: compare the version named with the one on the Marketplace.

-- High from the day after the end of support.
SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.name, ''), a.plugin_key) AS subject,
  'is built on Connect' || coalesce(', version ' || nullif(a.version, ''), '') || coalesce(', by ' || nullif(a.vendor, ''), '')
    || '; support of the framework ' || iif(date(:now) > date(:connect_end_of_support), 'ended on ', 'ends on ') || :connect_end_of_support AS detail,
  iif(date(:now) > date(:connect_end_of_support), 'high', 'medium') AS severity
FROM app AS a
WHERE a.framework = 'connect'
  AND a.user_installed = 1
