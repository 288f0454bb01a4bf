-- rev: 1
-- title: Project readable by every licensed user
-- severity: low
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_project
-- needs: jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant
-- optional: jira_application_role_group, directory_group
-- unknown: SELECT 'the default access groups were not read whole, so that grants to groups were not judged', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'jira_application_role_group' AND outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d group(s) of Jira applications do not tell which group they are, or whether it is a default access group', count(*)), NULL
--   FROM jira_application_role_group
--   WHERE (is_default = 0 OR coalesce(group_id, group_name) IS NOT NULL AND is_default = 1) IS NOT 1
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), json_group_array(project_id)
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell whether they are archived, their key where open_projects or sensitive_projects is set, or what is granted to whom', count(DISTINCT l.project_id)), json_group_array(DISTINCT l.project_id)
--   FROM jira_everyone_grant AS e
--   JOIN jira_scheme_project AS l ON l.scheme_id = e.scheme_id
--   WHERE (e.permission = 'BROWSE_PROJECTS' AND e.reach IN ('application', 'group') AND l.archived = 0
--     AND upper(l.project_key) NOT IN (SELECT upper(value) FROM json_each(:open_projects))
--     AND (upper(l.project_key) IN (SELECT upper(value) FROM json_each(:sensitive_projects)) OR upper(l.project_key) NOT IN (SELECT upper(value) FROM json_each(:sensitive_projects)))) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_everyone_grant
--   WHERE scheme_id IS NULL AND (permission = 'BROWSE_PROJECTS' AND reach IN ('application', 'group')) IS NOT 0
--   HAVING count(*) > 0
-- param: open_projects list = []
--   keys of projects that everybody with a licence may read on purpose; they are not reported
-- param: sensitive_projects list = []
--   keys of projects with confidential work (security, people, legal); a finding on one of them is high
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.1, csf2:PR.AA-05, cis8:3.3
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes, application roles
-- why: The usual default: one account is enough to read every project, including those of security, HR and legal.
-- fix: Decide with the owners which projects are open to everybody, and put their keys into open_projects
--   For the others open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes, then the scheme named, and find Browse Projects
--   Grant it to a project role, fill the role in each project (Project settings > Access, on Data Center Users and roles), then remove the holders named
--   In a team-managed project set Project settings > Access > Change project access to Private
--   Put the keys of confidential projects into sensitive_projects, so that they come first
-- false-positives: Open by default is a legitimate culture: put those projects into open_projects and the confidential ones into sensitive_projects.

-- Every licensed user is who may use an application (without one named: every logged-in user), and a default access group.
-- A grant to anyone is JIRA-PERM-001. Only live projects count.
SELECT
  l.project_id AS key,
  '' AS aspect,
  l.project AS subject,
  'can be read by ' || replace(group_concat(DISTINCT e.holder ORDER BY e.holder), ',', ', ') || ', through the permission scheme ' || coalesce(nullif(c.name, ''), l.scheme_id) AS detail,
  iif(upper(l.project_key) IN (SELECT upper(value) FROM json_each(:sensitive_projects)), 'high', 'low') AS severity,
  '[' || json_object('resource', 'jira_project', 'key', l.project_id) || coalesce(',' || iif(l.source_key IS NULL, NULL, json_object('resource', 'jira_project_scheme', 'key', l.source_key)), '')
    || coalesce(',' || iif(c.key IS NULL, NULL, json_object('resource', 'jira_permission_scheme', 'key', c.key)), '')
    || ',' || group_concat(DISTINCT json_object('resource', 'jira_permission_grant', 'key', e.source_key))
    || coalesce(',' || group_concat(DISTINCT iif(e.group_source_key IS NULL, NULL, json_object('resource', 'jira_application_role_group', 'key', e.group_source_key))), '') || ']' AS evidence
FROM jira_everyone_grant AS e
JOIN jira_scheme_project AS l ON l.scheme_id = e.scheme_id
LEFT JOIN jira_permission_scheme AS c ON c.scheme_id = e.scheme_id
WHERE e.permission = 'BROWSE_PROJECTS'
  AND e.reach IN ('application', 'group')
  AND l.archived = 0
  AND upper(l.project_key) NOT IN (SELECT upper(value) FROM json_each(:open_projects))
GROUP BY l.project_id
