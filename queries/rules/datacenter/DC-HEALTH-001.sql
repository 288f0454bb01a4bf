-- rev: 1
-- title: Built-in health check fails
-- severity: medium
-- category: operations
-- products: jira-dc, confluence-dc
-- object: health_check
-- needs: health_check
-- unknown: SELECT 'of ' || count(*) || iif(count(*) = 1, ' check', ' checks') || ' the result is not told', json_group_array(h.key) AS key
--   FROM health_check AS h
--   WHERE h.is_healthy IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.6, iso27001:A.8.16, soc2:CC7.1, soc2:A1.2, csf2:DE.CM-09, csf2:PR.PS-01, cis8:4.1
-- source: Atlassian, how to read the results of the instance health checks over REST (rest/troubleshooting/1.0/check)
-- why: Atlassian ships checks of base address, end of life, database, disk, search index and licence. One that fails is a fault that is known to this installation already.
-- fix: Administration > System > Troubleshooting and support tools > Instance health: open the check and follow its documentation
--   Switch a check off there only where its answer is known to be wrong, and write down why
-- false-positives: Checks that an administrator switched off are left out where the version tells so.

SELECT
  h.key AS key,
  '' AS aspect,
  coalesce(nullif(h.name, ''), h.check_key) AS subject,
  'fails in ' || iif(h.product = 'confluence', 'Confluence', 'Jira') || coalesce(' on node ' || nullif(h.node_id, ''), '') || coalesce(': ' || nullif(h.failure_reason, ''), '') AS detail,
  CASE substr(lower(h.severity), 1, 4) WHEN 'crit' THEN 'high' WHEN 'majo' THEN 'medium' WHEN 'warn' THEN 'low' WHEN 'mino' THEN 'low' END AS severity   -- theirs: critical, major, warning, minor
FROM health_check AS h
WHERE h.is_healthy = 0
  AND h.is_enabled IS NOT 0   -- older versions do not tell: there none can be switched off
