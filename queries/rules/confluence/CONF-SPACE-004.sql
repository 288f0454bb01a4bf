-- rev: 1
-- title: Space without an active administrator
-- severity: medium
-- category: permissions
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_user, confluence_space_permission, confluence_space_role_assignment, directory_group, directory_group_member
-- needs-all: confluence_space_role
-- optional: confluence_space_role_mode, jira_user
-- guard: SELECT c.resource || ' is partial without telling where: whoever is not listed there may be an administrator'
--   FROM coverage AS c
--   WHERE c.confluence_outcome = 'partial'
--     AND c.resource IN ('confluence_space_permission', 'confluence_space_role_assignment', 'directory_group_member')
--     AND NOT EXISTS (SELECT 1 FROM coverage_part AS p WHERE p.resource = c.resource)
--   UNION ALL
--   SELECT printf('%d grant(s) do not tell in which space', count(*)) FROM confluence_space_grant WHERE space_id IS NULL HAVING count(*) > 0
-- unknown: WITH open AS (
--     SELECT s.key, s.status, s.space_type FROM confluence_space AS s
--     WHERE (s.status = 'current' AND s.space_type IN ('global', 'collaboration', 'knowledge_base')) IS NOT 0
--       AND NOT EXISTS (SELECT 1 FROM confluence_space_administrator AS a WHERE a.space_id = s.key AND a.certain AND a.people)
--   )
--   SELECT printf('%d space(s) without a known administrator do not tell their kind or whether they are archived', count(*)), json_group_array(o.key) AS key
--   FROM open AS o
--   WHERE o.status IS NULL OR o.space_type IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) did not show all who may administer them', count(*)), json_group_array(o.key)
--   FROM open AS o
--   WHERE EXISTS (SELECT 1 FROM coverage_part AS p WHERE p.parent = o.key AND p.outcome <> 'unavailable'
--     AND (p.resource = 'confluence_space_role_assignment'
--       OR p.resource = 'confluence_space_permission' AND NOT EXISTS (SELECT 1 FROM confluence_space_role_mode WHERE mode = 'ROLES')))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) may be administered by a group, a class of people or an account that does not tell whether an active person stands behind it', count(DISTINCT o.key)), json_group_array(DISTINCT o.key)
--   FROM open AS o
--   JOIN confluence_space_administrator AS a ON a.space_id = o.key
--   WHERE a.people IS NOT 0
--     OR a.subject_kind = 'group' AND a.subject_id IN (SELECT parent FROM coverage_part WHERE resource = 'directory_group_member')
--     OR a.subject_kind = 'group' AND a.subject_id NOT IN (SELECT key FROM directory_group) AND 'directory_group' NOT IN (SELECT resource FROM coverage WHERE (confluence_outcome, lists) = ('complete', 'all'))
--   HAVING count(*) > 0
-- maps: iso27001:A.5.9, iso27001:A.5.18, soc2:CC6.2, csf2:PR.AA-05, csf2:ID.AM-08, cis8:3.3, cis8:6.8
-- source: Confluence Cloud REST API v2, spaces, space permissions, space roles, users; Confluence Data Center REST API 10.2, the same without roles; groups and their members
-- why: Nobody can answer a request for access to an orphaned space, take a right away in it, or decide that it may go.
-- fix: Find out who still works in the space named (its newest pages and comments), and agree on an owner
--   As a Confluence administrator, open Confluence administration > Space permissions, recover the space's permissions, and give the owner the right to administer (where the site uses roles: the role Admin)
--   Better, give it to a small group of the owning team, so that one person's leaving does not orphan the space again
--   Take the rights of the accounts and empty groups named away
--   Archive the space if nobody wants it
-- false-positives: Site administrators can always recover a space: this finding is about who owns it, not about access that is lost for good.

-- An active person is an account that Confluence calls active and that is neither an app nor a portal customer. A space where
-- that cannot be told of one administrator, or whose list was not read whole, is unknown; only what is known to be nobody counts.
WITH
  dead AS MATERIALIZED (
    SELECT s.key, s.space_key, s.name, s.owner_id
    FROM confluence_space AS s
    WHERE s.status = 'current'
      AND s.space_type IN ('global', 'collaboration', 'knowledge_base')
      AND NOT EXISTS (SELECT 1 FROM coverage_part AS p WHERE p.parent = s.key AND p.outcome <> 'unavailable'
        AND (p.resource = 'confluence_space_role_assignment'
          OR p.resource = 'confluence_space_permission' AND NOT EXISTS (SELECT 1 FROM confluence_space_role_mode WHERE mode = 'ROLES')))
      AND NOT EXISTS (SELECT 1 FROM confluence_space_administrator AS a WHERE a.space_id = s.key
        AND (a.people IS NOT 0
          OR a.subject_kind = 'group' AND a.subject_id IN (SELECT parent FROM coverage_part WHERE resource = 'directory_group_member')
          OR a.subject_kind = 'group' AND a.subject_id NOT IN (SELECT key FROM directory_group) AND 'directory_group' NOT IN (SELECT resource FROM coverage WHERE (confluence_outcome, lists) = ('complete', 'all'))))
  ),
  former AS (   -- who holds the right to administer, and why that is nobody
    SELECT d.key AS space_id, CASE a.subject_kind
        WHEN 'group' THEN 'the group ' || coalesce(nullif(g.name, ''), a.subject_id) || ' (without an active person)'
        WHEN 'user' THEN coalesce(u.name, a.subject_id) || CASE WHEN u.resolved = 0 THEN ' (not known to the site)' WHEN u.account_type = 'app' THEN ' (an app)' WHEN u.account_status = 'closed' THEN ' (closed)' WHEN u.active = 0 THEN ' (deactivated)' ELSE ' (a portal customer)' END
        ELSE 'anonymous visitors' END AS name,
      json_object('resource', a.source_resource, 'key', a.source_key)
        || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '')
        || coalesce(',' || iif(g.key IS NULL, NULL, json_object('resource', 'directory_group', 'key', g.key)), '') AS objects
    FROM dead AS d
    JOIN confluence_space_administrator AS a ON a.space_id = d.key
    LEFT JOIN confluence_account AS u ON ('user', u.account_id) = (a.subject_kind, a.subject_id)
    LEFT JOIN directory_group AS g ON ('group', g.group_id) = (a.subject_kind, a.subject_id)
    WHERE a.certain
  ),
  told AS (
    SELECT space_id, replace(group_concat(DISTINCT iif(n <= 5, name, NULL) ORDER BY iif(n <= 5, name, NULL)), ',', ', ') || iif(max(n) > 5, printf(' and %d more', max(n) - 5), '') AS words,
      group_concat(objects) AS objects
    FROM (SELECT *, dense_rank() OVER (PARTITION BY space_id ORDER BY name) AS n FROM former)
    GROUP BY space_id
  )
SELECT
  d.key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(d.space_key, '') || ' ' || coalesce(d.name, '')), ''), 'space ' || d.key) AS subject,
  coalesce('is administered by nobody who is active: ' || t.words, 'has nobody with the right to administer it')
    || coalesce('; its owner ' || o.name || ' is ' || iif(o.account_status = 'closed', 'closed', 'deactivated'), '') AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', d.key) || coalesce(',' || t.objects, '')
    || coalesce(',' || iif(o.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', o.key)), '') || ']' AS evidence
FROM dead AS d
LEFT JOIN told AS t ON t.space_id = d.key
LEFT JOIN confluence_account AS o ON o.account_id = d.owner_id AND o.active = 0
