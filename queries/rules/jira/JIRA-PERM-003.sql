-- rev: 1
-- title: Destructive or administrative permission granted to all licensed users
-- severity: high
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_permission_scheme
-- needs: jira_permission_scheme, jira_permission_grant
-- optional: jira_application_role_group, directory_group, jira_project, jira_project_scheme
-- unknown: SELECT 'the default access groups were not read whole, so that grants to groups were not judged', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'jira_application_role_group' AND outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d group(s) of Jira applications do not tell which group they are, or whether it is a default access group', count(*)), NULL
--   FROM jira_application_role_group
--   WHERE (is_default = 0 OR coalesce(group_id, group_name) IS NOT NULL AND is_default = 1) IS NOT 1
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell in which scheme, what, or to whom they grant', count(*)), json_group_array(coalesce(e.scheme_id, e.source_key))
--   FROM jira_everyone_grant AS e
--   WHERE (upper(e.permission) IN (SELECT upper(value) FROM json_each(:destructive_permissions)) AND e.reach IN ('anyone', 'application', 'group')) IS NULL
--     OR upper(e.permission) IN (SELECT upper(value) FROM json_each(:destructive_permissions))
--       AND NOT EXISTS (SELECT 1 FROM jira_permission_scheme AS c WHERE c.scheme_id = e.scheme_id)
--   HAVING count(*) > 0
-- param: destructive_permissions list = ADMINISTER_PROJECTS, DELETE_ISSUES, DELETE_ALL_COMMENTS, DELETE_ALL_ATTACHMENTS, DELETE_ALL_WORKLOGS, EDIT_ALL_COMMENTS, EDIT_ALL_WORKLOGS, MODIFY_REPORTER, SET_ISSUE_SECURITY, EDIT_WORKFLOW
--   permissions that destroy, re-own or administer, by Jira's names
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.3, csf2:PR.AA-05, cis8:3.3, cis8:6.8
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permission schemes, application roles
-- why: Whoever phishes any one employee inherits the right to delete or re-own work in every project on the scheme.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Permission schemes, then the scheme named, and find the permission named
--   Grant it to a project role, Administrators for instance, and remove the holders named
--   Fill the role of each project from a group that is synchronised from your directory (Project settings > Access, on Data Center Users and roles)
--   A scheme that no project uses can be deleted
-- false-positives: Tiny teams on the default scheme, where everybody is trusted with everything: accept it with an owner and a date. Take permissions that you give to everybody on purpose out of destructive_permissions.

-- Everybody is anyone, the users of an application (without one named: every logged-in user), and a default access group.
-- A scheme is judged as it stands, used or not: the sentence says how many projects it governs.
WITH
  used AS MATERIALIZED (SELECT scheme_id, count(DISTINCT project_id) AS projects FROM jira_scheme_project WHERE archived = 0 GROUP BY scheme_id)
SELECT
  c.key,
  e.permission AS aspect,
  coalesce(nullif(c.name, ''), 'Permission scheme ' || c.scheme_id) AS subject,
  'grants ' || e.permission || ' to ' || replace(group_concat(DISTINCT e.holder ORDER BY e.holder), ',', ', ')
    || CASE
      WHEN max(u.projects) = 1 THEN '; 1 live project uses it'
      WHEN max(u.projects) > 1 THEN printf('; %d live projects use it', max(u.projects))
      WHEN (SELECT count(*) FROM coverage WHERE resource IN ('jira_project', 'jira_project_scheme') AND outcome = 'complete') = 2 THEN '; no live project uses it'
      ELSE ''
    END AS detail,
  '[' || json_object('resource', 'jira_permission_scheme', 'key', c.key) || ',' || group_concat(DISTINCT json_object('resource', 'jira_permission_grant', 'key', e.source_key))
    || coalesce(',' || group_concat(DISTINCT iif(e.group_source_key IS NULL, NULL, json_object('resource', 'jira_application_role_group', 'key', e.group_source_key))), '') || ']' AS evidence
FROM jira_everyone_grant AS e
JOIN jira_permission_scheme AS c ON c.scheme_id = e.scheme_id
LEFT JOIN used AS u ON u.scheme_id = e.scheme_id
WHERE upper(e.permission) IN (SELECT upper(value) FROM json_each(:destructive_permissions))
  AND e.reach IN ('anyone', 'application', 'group')
GROUP BY c.key, e.permission
