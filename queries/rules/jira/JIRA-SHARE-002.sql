-- rev: 1
-- title: Dashboard shared with everyone
-- severity: medium
-- category: sharing
-- products: jira-cloud, jira-dc
-- object: jira_dashboard
-- needs: jira_dashboard, jira_dashboard_share
-- unknown: SELECT printf('%d share(s) of dashboards do not tell of which dashboard, or with whom', count(*)), json_group_array(coalesce(dashboard_id, key)) AS key
--   FROM jira_dashboard_share
--   WHERE dashboard_id IS NULL OR share_kind IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d dashboard(s) shared with everyone do not tell whether they are the system dashboard, which every site shows', count(*)), json_group_array(d.key)
--   FROM jira_dashboard AS d
--   WHERE d.system_dashboard IS NULL
--     AND EXISTS (SELECT 1 FROM jira_dashboard_share AS s WHERE s.dashboard_id = d.dashboard_id AND s.share_kind = 'global')
--   HAVING count(*) > 0
-- maps: iso27001:A.8.3, iso27001:A.8.12, soc2:CC6.1, csf2:PR.AA-05, cis8:3.3
-- source: the Jira misconfiguration that leaked public filters and dashboards of many companies (2019); nuclei-templates http/vulnerabilities/jira; Jira Cloud REST API v3, dashboards
-- why: A public dashboard shows counts, names of people and titles of issues without a sign-in, as far as projects and filters are
--   open; its own name and that of its owner it shows to everyone.
-- fix: Open Dashboards > View all dashboards, then Edit details in the dashboard's menu (as administrator: Jira settings > System (Data Center: Administration > System) > Shared dashboards; there the owner can be changed)
--   Remove Public from the viewers and share it with a group, a project or a project's role that needs it
--   Set Jira settings > System (Data Center: Administration > System) > General configuration > Share dashboards and filters with the public to off, so that it does not come back; shares that are there stay until they are removed
-- false-positives: The system dashboard is shared by design and is left out. A dashboard that is meant for the public: accept it.

-- What is shared with everybody who is signed in (loggedin, authenticated) is no finding; where the public sees the dashboard
-- anyway, the evidence names it too. Who may edit a dashboard sees it: a share for editing counts as one for viewing.
SELECT
  d.key,
  '' AS aspect,
  coalesce(nullif(d.name, ''), 'dashboard ' || d.dashboard_id) AS subject,
  'is shared with everyone on the web, signed in or not' || iif(max(s.share_kind = 'global' AND s.access = 'edit') = 1, ', to be edited too', '')
    || iif(max(s.share_kind <> 'global') = 1, '; with everybody who is signed in as well', '') AS detail,
  '[' || json_object('resource', 'jira_dashboard', 'key', d.key) || ',' || group_concat(json_object('resource', 'jira_dashboard_share', 'key', s.key)) || ']' AS evidence
FROM jira_dashboard AS d
JOIN jira_dashboard_share AS s ON s.dashboard_id = d.dashboard_id
WHERE d.system_dashboard = 0
  AND s.share_kind IN ('global', 'loggedin', 'authenticated')
GROUP BY d.key
HAVING max(s.share_kind = 'global') = 1
