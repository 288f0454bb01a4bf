-- rev: 2
-- title: Anonymous visitors can write in a project
-- severity: critical
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_project
-- needs: jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant
-- unknown: SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), json_group_array(project_id) AS key
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell whether they are archived, their key where public_intake_projects is set, or what is granted to whom', count(DISTINCT l.project_id)), json_group_array(DISTINCT l.project_id)
--   FROM (
--     SELECT scheme_id, permission, holder_type = 'anyone' AND permission NOT IN ('BROWSE_PROJECTS', 'VIEW_READONLY_WORKFLOW', 'VIEW_DEV_TOOLS', 'VIEW_VOTERS_AND_WATCHERS', 'VIEW_AGGREGATED_DATA', 'BROWSE_ARCHIVE') AS writes FROM jira_permission_grant
--     WHERE (holder_type = 'anyone') IS NOT 0 -- lint: for speed alone
--   ) AS g
--   CROSS JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
--   WHERE (g.writes AND l.archived = 0
--     AND NOT (g.permission = 'CREATE_ISSUES' AND upper(l.project_key) IN (SELECT upper(value) FROM json_each(:public_intake_projects)))) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_permission_grant
--   WHERE scheme_id IS NULL
--     AND (holder_type = 'anyone' AND permission NOT IN ('BROWSE_PROJECTS', 'VIEW_READONLY_WORKFLOW', 'VIEW_DEV_TOOLS', 'VIEW_VOTERS_AND_WATCHERS', 'VIEW_AGGREGATED_DATA', 'BROWSE_ARCHIVE')) IS NOT 0
--   HAVING count(*) > 0
-- param: public_intake_projects list = []
--   keys of projects in which anybody may create issues on purpose; CREATE_ISSUES is not reported there, everything else is
-- maps: iso27001:A.8.3, iso27001:A.5.15, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes
-- why: Where visitors create, comment, attach, edit or delete without signing in, the tracker is an open place for uploads and spam, and nobody can say afterwards who did what.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes, then the scheme named, and find the permission named
--   Remove Public (Anyone on the web) and grant a project role or a group instead
--   For requests from the public use a form or the portal of a service project
--   Look through what visitors left behind since, attachments first
-- false-positives: Public intake by design, CREATE_ISSUES only: put the project's key into public_intake_projects and keep evidence that somebody moderates what comes in.

-- Permissions that only read are no writing; Jira's list of permissions has grown by VIEW_AGGREGATED_DATA, that of Data Center by BROWSE_ARCHIVE. What an app adds
-- to the list may write and counts. Only live projects count.
SELECT
  l.project_id AS key,
  g.permission AS aspect,
  l.project AS subject,
  'lets anyone on the internet write without signing in: the permission scheme ' || coalesce(nullif(c.name, ''), l.scheme_id) || ' grants ' || g.permission || ' to anyone' AS detail,
  '[' || json_object('resource', 'jira_project', 'key', l.project_id) || coalesce(',' || iif(l.source_key IS NULL, NULL, json_object('resource', 'jira_project_scheme', 'key', l.source_key)), '')
    || coalesce(',' || iif(c.key IS NULL, NULL, json_object('resource', 'jira_permission_scheme', 'key', c.key)), '')
    || ',' || group_concat(json_object('resource', 'jira_permission_grant', 'key', g.key)) || ']' AS evidence
FROM jira_permission_grant AS g
JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
LEFT JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
WHERE g.holder_type = 'anyone'
  AND g.permission NOT IN ('BROWSE_PROJECTS', 'VIEW_READONLY_WORKFLOW', 'VIEW_DEV_TOOLS', 'VIEW_VOTERS_AND_WATCHERS', 'VIEW_AGGREGATED_DATA', 'BROWSE_ARCHIVE')
  AND l.archived = 0
  AND NOT (g.permission = 'CREATE_ISSUES' AND upper(l.project_key) IN (SELECT upper(value) FROM json_each(:public_intake_projects)))
GROUP BY l.project_id, g.permission
