-- rev: 1
-- title: Project can be browsed by anyone on the internet
-- severity: high
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_project
-- needs: jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant
-- unknown: SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), json_group_array(project_id) AS key
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell whether they are archived, their key where public_projects is set, or what is granted to whom', count(DISTINCT l.project_id)), json_group_array(DISTINCT l.project_id)
--   FROM (
--     SELECT scheme_id, permission = 'BROWSE_PROJECTS' AND holder_type = 'anyone' AS public FROM jira_permission_grant
--     WHERE (permission = 'BROWSE_PROJECTS' AND holder_type = 'anyone') IS NOT 0 -- lint: for speed alone
--   ) AS g
--   CROSS JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
--   WHERE (g.public AND l.archived = 0
--     AND upper(l.project_key) NOT IN (SELECT upper(value) FROM json_each(:public_projects))) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_permission_grant
--   WHERE scheme_id IS NULL AND (permission = 'BROWSE_PROJECTS' AND holder_type = 'anyone') IS NOT 0
--   HAVING count(*) > 0
-- param: public_projects list = []
--   keys of projects that are public on purpose; they are not reported
-- maps: iso27001:A.5.10, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3, attack:T1213
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes
-- why: A Browse grant to everyone goes past sign-in, two-step verification, the IP allowlist and the audit log, for every issue of every project on that scheme.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes, then the scheme named, and find Browse Projects
--   Remove Public (Anyone on the web) and grant a project role or a group instead
--   Give projects that are meant to be public a scheme of their own, and put their keys into public_projects
--   Take attachments and comments of these projects as published: look for what should not have been
-- false-positives: Trackers that are public on purpose: put their keys into public_projects.

-- Only live projects count: an archived one is in no list until somebody restores it.
SELECT
  l.project_id AS key,
  '' AS aspect,
  l.project AS subject,
  'can be browsed by anyone on the internet, without signing in: the permission scheme ' || coalesce(nullif(c.name, ''), l.scheme_id) || ' grants BROWSE_PROJECTS to anyone' AS detail,
  '[' || json_object('resource', 'jira_project', 'key', l.project_id) || coalesce(',' || iif(l.source_key IS NULL, NULL, json_object('resource', 'jira_project_scheme', 'key', l.source_key)), '')
    || coalesce(',' || iif(c.key IS NULL, NULL, json_object('resource', 'jira_permission_scheme', 'key', c.key)), '')
    || ',' || group_concat(json_object('resource', 'jira_permission_grant', 'key', g.key)) || ']' AS evidence
FROM jira_permission_grant AS g
JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
LEFT JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
WHERE g.permission = 'BROWSE_PROJECTS'
  AND g.holder_type = 'anyone'
  AND l.archived = 0
  AND upper(l.project_key) NOT IN (SELECT upper(value) FROM json_each(:public_projects))
GROUP BY l.project_id
