-- rev: 1
-- title: Filter shared with everyone
-- severity: medium
-- category: sharing
-- products: jira-cloud, jira-dc
-- object: jira_filter
-- needs: jira_filter, jira_filter_share
-- unknown: SELECT printf('%d share(s) of filters do not tell of which filter, or with whom', count(*)), json_group_array(coalesce(filter_id, key)) AS key
--   FROM jira_filter_share
--   WHERE filter_id IS NULL OR share_kind IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.3, iso27001:A.8.12, soc2:CC6.1, csf2:PR.AA-05, cis8:3.3
-- source: the Jira misconfiguration that leaked public filters and dashboards of many companies (2019); nuclei-templates http/vulnerabilities/jira; Jira Cloud REST API v3, filters
-- why: Filters shared with everyone on the web have leaked the names of staff, plans and customers of many companies: whoever
--   knows the address of the site reads them without a sign-in.
-- fix: Open Filters > View all filters, then Edit filter details in the filter's menu (as administrator: Jira settings > System (Data Center: Administration > System) > Shared filters; there the owner can be changed)
--   Remove Public from the viewers and share it with a group, a project or a project's role that needs it
--   Set Jira settings > System (Data Center: Administration > System) > General configuration > Share dashboards and filters with the public to off, so that it does not come back; shares that are there stay until they are removed
-- false-positives: Filters of a public project that are meant for the public: accept them one by one.

-- What is shared with everybody who is signed in (loggedin, authenticated) is no finding; where the public sees the filter
-- anyway, the evidence names it too. Who may edit a filter sees it: a share for editing counts as one for viewing.
SELECT
  f.key,
  '' AS aspect,
  coalesce(nullif(f.name, ''), 'filter ' || f.filter_id) AS subject,
  'is shared with everyone on the web, signed in or not' || iif(max(s.share_kind = 'global' AND s.access = 'edit') = 1, ', to be edited too', '')
    || iif(max(s.share_kind <> 'global') = 1, '; with everybody who is signed in as well', '') AS detail,
  '[' || json_object('resource', 'jira_filter', 'key', f.key) || ',' || group_concat(json_object('resource', 'jira_filter_share', 'key', s.key)) || ']' AS evidence
FROM jira_filter AS f
JOIN jira_filter_share AS s ON s.filter_id = f.filter_id
WHERE s.share_kind IN ('global', 'loggedin', 'authenticated')
GROUP BY f.key
HAVING max(s.share_kind = 'global') = 1
