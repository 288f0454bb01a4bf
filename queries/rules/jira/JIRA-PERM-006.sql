-- rev: 1
-- title: Scheme with a public grant is shared by several projects
-- severity: medium
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_permission_scheme
-- needs: jira_permission_scheme, jira_permission_grant, jira_project_scheme, jira_project
-- unknown: SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), NULL AS key
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission scheme(s) do not tell to whom they grant, or which of their projects are archived', count(*)), json_group_array(l.scheme_id)
--   FROM (SELECT scheme_id, count(DISTINCT project_id) AS possible, count(DISTINCT iif(archived = 0, project_id, NULL)) AS live FROM jira_scheme_project WHERE archived IS NOT 1 GROUP BY scheme_id) AS l
--   JOIN (SELECT scheme_id, max(holder_type = 'anyone') AS open FROM jira_permission_grant WHERE (holder_type = 'anyone') IS NOT 0 GROUP BY scheme_id) AS g ON g.scheme_id = l.scheme_id
--   WHERE l.possible > 1
--     AND (g.open = 1 AND l.live > 1) IS NOT 1
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_permission_grant
--   WHERE scheme_id IS NULL AND (holder_type = 'anyone') IS NOT 0
--   HAVING count(*) > 0
-- maps: iso27001:A.8.3, iso27001:A.8.9, soc2:CC6.1, soc2:CC8.1, csf2:PR.AA-05, csf2:PR.PS-01, cis8:3.3, cis8:4.1
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes
-- why: Schemes are shared: one edit that is meant for a public project exposes its neighbours.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes and copy the scheme named
--   Give the copy to the projects that are not meant to be public (Project settings > Permissions > Actions > Use a different scheme)
--   Remove Public (Anyone on the web) from the copy, so that public grants stay in a scheme that one project uses
-- false-positives: All projects on the scheme are public on purpose: accept it, and put them into public_projects of JIRA-PERM-001.

-- Whatever is granted to anyone counts. Only live projects count.
WITH
  open AS MATERIALIZED (
    SELECT scheme_id, replace(group_concat(DISTINCT permission ORDER BY permission), ',', ', ') AS permissions, group_concat(json_object('resource', 'jira_permission_grant', 'key', key)) AS objects
    FROM jira_permission_grant
    WHERE holder_type = 'anyone'
    GROUP BY scheme_id
  ),
  used AS MATERIALIZED (
    SELECT scheme_id, count(*) AS projects, group_concat(iif(n <= 10, project, NULL), ', ' ORDER BY n) AS names,
      group_concat(iif(n <= 12, json_object('resource', 'jira_project', 'key', project_id) || coalesce(',' || iif(source_key IS NULL, NULL, json_object('resource', 'jira_project_scheme', 'key', source_key)), ''), NULL)) AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY scheme_id ORDER BY project, project_id) AS n FROM jira_scheme_project WHERE archived = 0)
    GROUP BY scheme_id
    HAVING count(*) > 1
  )
SELECT
  c.key,
  '' AS aspect,
  coalesce(nullif(c.name, ''), 'Permission scheme ' || c.scheme_id) AS subject,
  'grants ' || coalesce(g.permissions, 'a permission') || ' to anyone on the internet and is shared by ' || u.projects || ' live projects: ' || u.names || iif(u.projects > 10, printf(' and %d more', u.projects - 10), '') AS detail,
  '[' || json_object('resource', 'jira_permission_scheme', 'key', c.key) || ',' || g.objects || ',' || u.objects || ']' AS evidence
FROM open AS g
JOIN used AS u ON u.scheme_id = g.scheme_id
JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
