-- rev: 1
-- title: Everyone group sits in a project administrators role
-- severity: high
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_project
-- needs: jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant, jira_role_actor, jira_application_role_group
-- optional: directory_group
-- unknown: SELECT printf('%d group(s) of Jira applications do not tell which group they are, or whether it opens the application or is a default of it', count(*)), NULL AS key
--   FROM jira_application_role_group AS r
--   LEFT JOIN directory_group AS d ON d.group_id = r.group_id
--   WHERE (r.is_default = 0 AND r.is_access = 0
--     OR coalesce(r.group_id, r.group_name) IS NOT NULL AND (r.is_default = 1 OR r.is_access = 1 AND coalesce(r.group_name, d.name) IS NOT NULL)) IS NOT 1
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), json_group_array(project_id)
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell whether they are archived, or which role administers them', count(DISTINCT l.project_id)), json_group_array(DISTINCT l.project_id)
--   FROM (
--     SELECT scheme_id, permission = 'ADMINISTER_PROJECTS' AND holder_type = 'projectRole' AND nullif(holder_value, '') <> '' AS administers FROM jira_permission_grant
--     WHERE (permission = 'ADMINISTER_PROJECTS' AND holder_type = 'projectRole') IS NOT 0 -- lint: for speed alone
--   ) AS g
--   CROSS JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
--   WHERE (g.administers AND l.archived = 0) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entries of roles do not tell in which role of which project they are, or which group it is', count(*)), json_group_array(coalesce(a.project_id, a.key))
--   FROM jira_role_actor AS a NOT INDEXED
--   WHERE a.project_id IS NULL AND (a.actor_kind = 'atlassian-group-role-actor') IS NOT 0
--     OR a.role_id IS NULL AND (a.actor_kind = 'atlassian-group-role-actor') IS NOT 0 AND a.project_id IN (SELECT project_id FROM jira_project WHERE archived IS NOT 1)
--     OR (a.actor_kind = 'atlassian-group-role-actor' AND coalesce(a.group_id, a.group_name) <> '') IS NULL AND (a.project_id, a.role_id) IN (SELECT project_id, role_id FROM jira_project_admin_role WHERE archived IS NOT 1)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_permission_grant
--   WHERE scheme_id IS NULL AND (permission = 'ADMINISTER_PROJECTS' AND holder_type = 'projectRole') IS NOT 0
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4, cis8:6.8
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, project roles, permission schemes, application roles
-- why: A group that everybody with access is in makes every licensed user an administrator of the project.
-- fix: Open Project settings > Access (Data Center: Users and roles) of the project named and remove the group from the role named
--   Add the few people who administer the project through a small group of their own
--   See that the group is no default member of the role either, or new projects get it again: Jira settings > System (Data Center: Administration > System) > Project roles > Manage default members
-- false-positives: Sites of a single team, where everybody administers everything: accept it with an owner and a date.

-- Which role administers is read from the project's own scheme. An everyone group is one that new accounts of an application
-- are put into, or that opens an application, unless it is there for those who administer Jira, by its name (admin_groups) or
-- by the access that the site says it opens. Only live projects count.
WITH
  everyone AS MATERIALIZED (
    SELECT coalesce(r.group_id, d.group_id) AS group_id, coalesce(nullif(r.group_name, ''), d.name) AS name, max(r.is_default) AS is_default, min(r.key) AS source_key
    FROM jira_application_role_group AS r
    LEFT JOIN directory_group AS d ON d.group_id = r.group_id OR r.group_id IS NULL AND d.name = r.group_name
    WHERE r.is_default = 1
      OR r.is_access = 1
        AND coalesce(r.group_name, d.name) IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(:admin_groups) AS a WHERE lower(coalesce(nullif(r.group_name, ''), d.name)) GLOB lower(a.value))
        AND NOT EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
    GROUP BY coalesce(r.group_id, d.group_id, r.group_name)
  )
SELECT
  r.project_id AS key,
  r.role_id AS aspect,
  r.project AS subject,
  'is administered by everybody in ' || replace(group_concat(DISTINCT iif(e.is_default = 1, 'the default access group ', 'the access group ') || coalesce(e.name, e.group_id) ORDER BY coalesce(e.name, e.group_id)), ',', ', ') || ', through the role ' || coalesce(nullif(max(a.role_name), ''), 'role ' || r.role_id) AS detail,
  '[' || json_object('resource', 'jira_project', 'key', r.project_id) || ',' || group_concat(DISTINCT json_object('resource', 'jira_role_actor', 'key', a.key))
    || ',' || group_concat(DISTINCT json_object('resource', 'jira_permission_grant', 'key', r.source_key)) || ',' || group_concat(DISTINCT json_object('resource', 'jira_application_role_group', 'key', e.source_key)) || ']' AS evidence
FROM jira_project_admin_role AS r
JOIN jira_role_actor AS a ON (a.project_id, a.role_id) = (r.project_id, r.role_id)
JOIN everyone AS e ON a.group_id = e.group_id OR (a.group_id IS NULL OR e.group_id IS NULL) AND a.group_name = e.name
WHERE r.archived = 0
  AND a.actor_kind = 'atlassian-group-role-actor'
GROUP BY r.project_id, r.role_id
