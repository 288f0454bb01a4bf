-- rev: 2
-- title: Anonymous visitor can list projects, filters or dashboards
-- severity: high
-- category: exposure
-- products: jira-cloud, jira-dc
-- object: jira_instance
-- needs: anonymous_probe
-- unknown: SELECT printf('a request without a sign-in for %s was not tried', w.column1), 'jira' AS key
--   FROM (VALUES ('project/search', 0), ('filter/search', 0), ('dashboard/search', 0), ('project', 1), ('dashboard', 1)) AS w   -- 1: on Data Center, which lists no filters
--   WHERE w.column2 = EXISTS (SELECT 1 FROM anonymous_list WHERE data_center = 1)
--     AND NOT EXISTS (SELECT 1 FROM anonymous_list AS l WHERE l.list = w.column1)
--   UNION ALL
--   SELECT printf('the answer to a request without a sign-in for %s (HTTP %s) does not tell what is shown', l.list, coalesce(l.status, 'status unknown')), 'jira'
--   FROM anonymous_list AS l
--   WHERE l.list IN ('project/search', 'filter/search', 'dashboard/search', 'project', 'dashboard')
--     AND l.shown IS NULL
--   UNION ALL
--   SELECT 'a request without a sign-in was shown more projects than it was told the keys of, so that public_projects cannot be applied to all', 'jira'
--   FROM anonymous_list AS l
--   WHERE l.list IN ('project/search', 'project')
--     AND json_array_length(:public_projects) > 0
--     AND (l.shown > coalesce(json_array_length(l.keys), 0) OR l.shown >= 50 AND l.list = 'project/search')   -- 50 are asked for at most; Data Center gives all
-- param: public_projects list = []
--   keys of projects that are open to the public on purpose: they do not count. What filters and dashboards show does
-- maps: iso27001:A.8.3, iso27001:A.5.10, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3, attack:T1213
-- source: Jira Cloud REST API v3, projects, filters and dashboards, Jira Data Center REST API v2, projects and dashboards, asked without any credential; nuclei-templates http/vulnerabilities/jira
-- why: This is proof from outside: anybody who knows the address gets the names of what the company works on, without an account and without a trace in a user's name.
-- fix: Open a private browser window, go to the address of each list named and see what it shows
--   Projects: open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes and take Public (Anyone on the web) out of Browse Projects in every scheme
--   Filters: open the filter > Details > Edit permissions and share it with a group or a project in place of Public
--   Dashboards: open the dashboard > Edit or copy > Edit details and do the same
--   So that nothing is shared with the public again, set Jira settings > System (Data Center: Administration > System) > General configuration > Share dashboards and filters with the public to off
--   Take a new snapshot: the request without a sign-in must be shown nothing
-- false-positives: A public tracker that is open on purpose: put its project key into public_projects.

-- The system dashboard, which every site shows, is not counted by the probe.
WITH
  open_list AS (
    SELECT l.key, w.column2 AS place, w.column3 AS one, l.shown >= 50 AND l.list <> 'project' AS more,
      iif(w.column3 = 'project' AND json_array_length(:public_projects) > 0,
        (SELECT count(*) FROM json_each(l.keys) AS k WHERE upper(k.value) NOT IN (SELECT upper(value) FROM json_each(:public_projects))),
        l.shown) AS n,
      (SELECT group_concat(name, ', ') FROM (SELECT k.value AS name FROM json_each(l.keys) AS k
        WHERE w.column3 = 'project' AND upper(k.value) NOT IN (SELECT upper(value) FROM json_each(:public_projects)) ORDER BY name LIMIT 5)) AS names
    FROM (VALUES ('project/search', 1, 'project'), ('filter/search', 2, 'filter'), ('dashboard/search', 3, 'dashboard'), ('project', 1, 'project'), ('dashboard', 3, 'dashboard')) AS w
    JOIN anonymous_list AS l ON l.list = w.column1
    WHERE l.shown > 0
  )
SELECT
  'jira' AS key,
  '' AS aspect,
  'Jira' AS subject,
  'shows anybody without a sign-in ' || group_concat(iif(more, 'at least ', '') || n || ' ' || one || iif(n = 1, '', 's') || coalesce(' (' || names || iif(n > 5, ' ...', '') || ')', ''), ', ' ORDER BY place) AS detail,
  json_group_array(json_object('resource', 'anonymous_probe', 'key', key)) AS evidence
FROM open_list
WHERE n > 0
HAVING count(*) > 0
