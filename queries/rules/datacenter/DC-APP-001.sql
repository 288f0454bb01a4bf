-- rev: 1
-- scored: no
-- title: Third-party apps that may hold personal data: inventory
-- severity: info
-- category: apps
-- products: jira-dc, confluence-dc
-- object: app
-- needs: app
-- unknown: SELECT 'of ' || count(*) || iif(count(*) = 1, ' app', ' apps') || ' it is not told who sells it, who installed it or whether it runs', json_group_array(p.key) AS key
--   FROM app AS p
--   WHERE (p.user_installed = 1 AND p.enabled = 1 AND p.vendor NOT LIKE 'Atlassian%') IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.34, iso27001:A.5.9, iso27001:A.5.19, soc2:CC9.2, soc2:P6.1, csf2:ID.AM-02, csf2:GV.SC-07, cis8:2.1, cis8:15.1
-- source: Atlassian's GDPR guide for Data Center, security of processing; the app manager's list (rest/plugins/1.0)
-- why: Apps keep personal data in tables or files of their own, or send them to their vendor. Atlassian's guide to the GDPR sends the owner to each vendor for what is stored and how it is erased.
-- fix: Ask each vendor what its app stores, where, for how long, and how one person's data are erased
--   Write the answer into the register of processing, with the contract where the vendor processes data
--   Remove what nobody uses: Administration > Manage apps > Uninstall
-- false-positives: Apps that the company wrote for itself.

SELECT
  p.key AS key,
  '' AS aspect,
  coalesce(nullif(p.name, ''), p.plugin_key) AS subject,
  'of ' || coalesce(nullif(p.vendor, ''), 'an unnamed vendor') || ' runs in ' || iif(p.product = 'confluence', 'Confluence', 'Jira') || coalesce(' (version ' || p.version || ')', '')
    || ' and may keep personal data of its own' AS detail
FROM app AS p
WHERE p.user_installed = 1
  AND p.enabled = 1
  AND p.vendor NOT LIKE 'Atlassian%'
