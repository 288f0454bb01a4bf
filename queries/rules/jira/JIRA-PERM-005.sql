-- rev: 1
-- title: Permission granted to a single person in a scheme
-- severity: low
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_permission_scheme
-- needs: jira_permission_scheme, jira_permission_grant, jira_project_scheme, jira_project
-- optional: jira_user
-- unknown: SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), NULL AS key
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell in which scheme or to whom they grant, or whether the projects on it are archived', count(*)), json_group_array(coalesce(g.scheme_id, g.key))
--   FROM jira_permission_grant AS g
--   LEFT JOIN (SELECT scheme_id, max(archived = 0) AS live, max(archived IS NULL) AS untold FROM jira_scheme_project GROUP BY scheme_id) AS l ON l.scheme_id = g.scheme_id
--   WHERE (g.holder_type = 'user') IS NOT 0
--     AND (g.scheme_id IS NULL OR l.live = 1 OR l.untold = 1)
--     AND (g.holder_type = 'user' AND nullif(g.holder_value, '') <> '' AND l.live = 1) IS NOT 1
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, soc2:CC6.3, csf2:PR.AA-05, cis8:6.8
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes
-- why: Grants to named people are outside every process for joiners, movers and leavers, and survive every change of team.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes, then the scheme named, and find the permissions named
--   Grant them to a project role, fill the role in each project from a group (Project settings > Access, on Data Center Users and roles), and remove the person from the scheme
--   If the person still needs the access, put them into that group
-- false-positives: None: it is a matter of hygiene. A person who stands in for a role for a while: accept it with a date.

-- Every account counts, also one that is deactivated and that of an app. A scheme counts if a live project uses it.
WITH
  used AS MATERIALIZED (SELECT scheme_id, count(DISTINCT project_id) AS projects FROM jira_scheme_project WHERE archived = 0 GROUP BY scheme_id)
SELECT
  c.key,
  g.holder_value AS aspect,
  coalesce(nullif(c.name, ''), 'Permission scheme ' || c.scheme_id) AS subject,
  'grants ' || coalesce(replace(group_concat(DISTINCT g.permission ORDER BY g.permission), ',', ', '), 'a permission') || ' to ' || coalesce(nullif(n.display_name, ''), g.holder_value)
    || ' by name; ' || u.projects || iif(u.projects = 1, ' live project uses it', ' live projects use it') AS detail,
  '[' || json_object('resource', 'jira_permission_scheme', 'key', c.key) || ',' || group_concat(json_object('resource', 'jira_permission_grant', 'key', g.key))
    || coalesce(',' || iif(n.key IS NULL, NULL, json_object('resource', 'jira_user', 'key', n.key)), '') || ']' AS evidence
FROM jira_permission_grant AS g
JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
JOIN used AS u ON u.scheme_id = g.scheme_id
LEFT JOIN jira_user AS n ON n.account_id = g.holder_value
WHERE g.holder_type = 'user'
  AND g.holder_value <> ''
GROUP BY c.key, g.holder_value
