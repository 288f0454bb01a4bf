-- rev: 1
-- title: Confluence administration granted to a broad group
-- severity: critical
-- category: privileged access
-- products: confluence-dc
-- object: confluence_global_permission
-- needs: confluence_global_permission, confluence_instance
-- optional: directory_group_member
-- text-of: group
-- unknown: SELECT 'this version of Confluence does not list its global permissions' AS words, i.key AS key
--   FROM confluence_instance AS i
--   JOIN coverage AS c ON c.resource = 'confluence_global_permission'
--   WHERE c.outcome = 'unavailable'
--   UNION ALL
--   SELECT 'of ' || count(*) || iif(count(*) = 1, ' global permission', ' global permissions') || ' it is not told what it allows or to whom', json_group_array(p.key)
--   FROM confluence_global_permission AS p
--   WHERE (p.subject_kind = 'group' AND p.operation = 'administer' AND p.target_type IN ('application', 'system') AND p.principal_id <> '') IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'the members of a group that may administer Confluence were not all listed', p.key
--   FROM confluence_global_permission AS p
--   JOIN coverage AS c ON c.resource = 'directory_group_member'
--   WHERE p.subject_kind = 'group' AND p.operation = 'administer' AND p.target_type IN ('application', 'system')
--     AND c.confluence_outcome <> 'complete'
--     AND NOT (c.confluence_outcome = 'partial' AND EXISTS (SELECT 1 FROM coverage_part AS w WHERE w.resource = 'directory_group_member')
--       AND NOT EXISTS (SELECT 1 FROM coverage_part AS w WHERE w.resource = 'directory_group_member' AND w.parent IN (p.principal_id, 'confluence')))
-- param: everyone_groups list = confluence-users*
--   groups in which everybody is who works here: * stands for any letters
-- param: max_admin_group_size int = 10
--   a group with more members than that is too large to administer
-- maps: iso27001:A.8.2, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4
-- source: Confluence Data Center REST API, global permissions; Atlassian's best practices for configuring Confluence security
-- why: Whoever administers the system can install an app and so run code on the server, read every space and take every account.
-- fix: Administration > Users & security > Global permissions > Edit permissions: give System Administrator and Confluence Administrator to a small group of its own, then take them from the large one
--   Let the people in it have a second account for this alone
--   Give Confluence Administrator without System Administrator to who only tends spaces and groups
-- false-positives: Small installations: raise max_admin_group_size, or accept it.

WITH
  grants AS (   -- the group's name stands in its key too: names of principals may be left out of a snapshot
    SELECT p.key, p.principal_id, substr(p.principal_id, instr(p.principal_id, char(31)) + 1) AS name, p.target_type
    FROM confluence_global_permission AS p
    WHERE p.subject_kind = 'group' AND p.operation = 'administer' AND p.target_type IN ('application', 'system')
  ),
  holder AS (
    SELECT p.key, p.name, p.target_type,
      EXISTS (SELECT 1 FROM json_each(:everyone_groups) AS e WHERE lower(p.name) GLOB lower(e.value)) AS everyone,
      (SELECT count(DISTINCT m.account_id) FROM directory_group_member AS m WHERE m.group_id = p.principal_id AND m.active IS NOT 0) AS members
    FROM grants AS p
  )
SELECT
  h.key AS key,
  '' AS aspect,
  h.name AS subject,
  'may administer ' || iif(h.target_type = 'system', 'the whole system of Confluence', 'Confluence') || iif(h.everyone, ' and stands for everybody', '')
    || iif(h.members > 0, iif(h.everyone, ': ', ' and has ') || h.members || iif(h.members = 1, ' member', ' members'), '') AS detail
FROM holder AS h
WHERE (h.everyone OR h.members > :max_admin_group_size)
