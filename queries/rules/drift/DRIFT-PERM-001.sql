-- rev: 1
-- kind: drift
-- title: Access widened to anonymous, unknown or everyone
-- severity: critical
-- category: drift
-- products: jira-cloud, confluence-cloud, jira-dc, confluence-dc
-- object: jira_permission_scheme, confluence_space, confluence_instance, confluence_content
-- needs: jira_permission_scheme, jira_permission_grant, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_global_permission, confluence_instance, confluence_restriction, confluence_space_role_mode, directory_group, jira_application_role_group
-- unknown: SELECT printf('%d grant(s) of permission schemes do not tell what they allow or to whom', count(*)) AS words, json_group_array(g.scheme_id) AS key
--   FROM after_jira_permission_grant AS g
--   WHERE (g.permission || g.holder_type) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(g.space_id, g.source_key))
--   FROM after_confluence_space_grant AS g
--   WHERE (g.space_id || g.operation || g.subject_kind) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, csf2:DE.CM-03, cis8:3.3, attack:T1098
-- source: Jira Cloud REST API v3, permission schemes; Confluence Cloud REST API v2 and v1, space permissions, space roles, content restrictions; Confluence Data Center REST API, global permissions
-- why: What was closed and is open now leaks from the day it was opened, and whoever opened it seldom meant everybody.
-- fix: Ask who opened it, and for whom; the audit log tells when
--   Take the grant away, and give the right to the group that was meant
--   Where it was open to the internet, treat what was in it as published, and look who read it
-- false-positives: A project or space that was published on purpose: accept it with the decision.

-- One finding for each thing and class of people, with all that they gained. What gives the same by another way (a role in
-- place of permissions, a grant made anew) gives nothing more. Things that were not there before are new, not widened.
WITH
  fresh AS MATERIALIZED (
    SELECT g.*, row_number() OVER (PARTITION BY g.resource, g.key, g.class ORDER BY g.permission) AS n
    FROM (
      SELECT resource, key, class, min(holder) AS holder, permission, min(reads) AS reads, min(source_resource) AS source_resource, min(source_key) AS source_key
      FROM after_everyone_grant AS a
      WHERE a.permission IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM before_everyone_grant AS b WHERE (b.resource, b.key) = (a.resource, a.key) AND b.class IN (a.class, 'anonymous') AND coalesce(b.permission, a.permission) = a.permission)
      GROUP BY a.resource, a.key, a.class, a.permission
    ) AS g
  ),
  thing AS (
    SELECT 'jira_permission_scheme' AS resource, b.key, coalesce(nullif(a.name, ''), 'Permission scheme ' || a.key) AS name
    FROM before_jira_permission_scheme AS b JOIN after_jira_permission_scheme AS a ON a.key = b.key
    UNION ALL
    SELECT 'confluence_space', b.key, coalesce(nullif(trim(coalesce(a.space_key, '') || ' ' || coalesce(a.name, '')), ''), 'space ' || a.key)
    FROM before_confluence_space AS b JOIN after_confluence_space AS a ON a.key = b.key
    UNION ALL
    SELECT 'confluence_instance', b.key, 'Confluence'
    FROM before_confluence_instance AS b JOIN after_confluence_instance AS a
    UNION ALL
    SELECT 'confluence_content', b.key, coalesce(nullif(a.title, ''), 'content ' || a.key)
    FROM before_confluence_content AS b JOIN after_confluence_content AS a ON a.key = b.key
  )
SELECT
  f.resource AS resource,
  f.key AS key,
  f.class AS aspect,
  t.name AS subject,
  'now gives ' || min(f.holder) || ' what it did not before: ' || group_concat(iif(f.n <= 8, f.permission, NULL), ', ' ORDER BY f.n) || iif(count(*) > 8, printf(' and %d more', count(*) - 8), '') AS detail,
  iif(min(coalesce(f.reads, 1)) = 1, 'high', 'critical') AS severity,
  '[' || json_object('resource', f.resource, 'key', f.key) || ',' || group_concat(iif(f.n <= 12, json_object('resource', f.source_resource, 'key', f.source_key), NULL)) || ']' AS evidence
FROM fresh AS f
JOIN thing AS t ON (t.resource, t.key) = (f.resource, f.key)
GROUP BY f.resource, f.key, f.class
