-- rev: 1
-- title: Public sharing of filters and dashboards is allowed
-- severity: medium
-- category: sharing
-- products: jira-dc
-- object: jira_instance
-- needs: jira_setting
-- unknown: SELECT 'the setting jira.option.globalsharing was not among those listed', 'jira' AS key
--   WHERE NOT EXISTS (SELECT 1 FROM jira_setting AS s WHERE s.key = 'jira.option.globalsharing' AND s.value IS NOT NULL)
-- maps: iso27001:A.8.3, iso27001:A.8.12, soc2:CC6.1, csf2:PR.AA-05, csf2:PR.PS-01, cis8:3.3, cis8:4.1
-- source: the Jira misconfiguration that leaked public filters and dashboards of many companies (2019); Jira Data Center REST API, application-properties
-- why: While it is on everybody can publish a filter or a dashboard to visitors without an account. Names of staff, plans and customers of many companies were found that way.
-- fix: Administration > System > General configuration > Edit settings: set Allow sharing of filters and dashboards with the public to off
--   Then take the shares away that are there: the switch does not change them (Administration > System > Shared filters and Shared dashboards)
-- false-positives: Public trackers.

SELECT
  'jira' AS key,
  '' AS aspect,
  'Jira' AS subject,
  'lets everybody share filters and dashboards with the public, without a sign-in' AS detail,
  json_array(json_object('resource', 'jira_setting', 'key', s.key)) AS evidence
FROM jira_setting AS s
WHERE s.key = 'jira.option.globalsharing'
  AND lower(s.value) IN ('true', '1')
