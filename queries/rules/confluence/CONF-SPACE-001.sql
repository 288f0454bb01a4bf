-- rev: 1
-- title: Space administered by an everyone group or by the public
-- severity: critical
-- category: permissions
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, directory_group, jira_application_role_group
-- unknown: SELECT printf('%d grant(s) that may be of administration do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(g.space_id, g.source_key)) AS key
--   FROM confluence_space_grant AS g
--   WHERE coalesce(g.operation, 'administer') = 'administer'
--     AND coalesce(g.target_type, 'space') = 'space'
--     AND coalesce(g.subject_kind, 'unknown') <> 'user'
--     AND (g.operation IS NULL OR g.target_type IS NULL OR g.subject_id IS NULL OR coalesce(g.subject_kind, 'unknown') = 'unknown'
--       OR NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d group(s) that administer spaces do not tell their name, so that everyone_groups cannot be applied to them', count(DISTINCT g.subject_id)), json_group_array(DISTINCT g.space_id)
--   FROM confluence_space_grant AS g
--   LEFT JOIN directory_group AS d ON d.group_id = g.subject_id
--   WHERE (g.subject_kind, g.operation, g.target_type) = ('group', 'administer', 'space')
--     AND d.name IS NULL
--     AND (d.group_id IS NOT NULL OR 'directory_group' NOT IN (SELECT resource FROM coverage WHERE (confluence_outcome, lists) = ('complete', 'all')))
--     AND g.subject_id NOT IN (SELECT group_id FROM jira_default_group WHERE group_id IS NOT NULL)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d group(s) of Jira applications do not tell whether new accounts are put into them', count(*)), NULL
--   FROM jira_application_role_group AS r
--   WHERE r.is_default IS NULL
--     AND EXISTS (SELECT 1 FROM confluence_space_grant AS g WHERE (g.subject_kind, g.operation, g.target_type) = ('group', 'administer', 'space'))
--   HAVING count(*) > 0
-- param: everyone_groups list = confluence-users*, users
--   names of groups that everybody is in, as globs; the groups that Jira puts new accounts into count besides
-- maps: iso27001:A.8.2, iso27001:A.8.3, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4
-- source: Confluence Cloud REST API v2, space permissions and space roles; Confluence Data Center REST API 10.2, space permissions; Jira Cloud REST API v3, application roles
-- why: Whoever administers a space can open it to the world, lock its owners out, and delete it with all its pages.
-- fix: Agree with the owner of the space named on the few people who look after it, and put them into a small group
--   Open Space settings > Space permissions (or Space access, where the site uses roles; on Data Center Space tools > Permissions) and give that group the right to administer (the role Admin)
--   Then take the right to administer away from the group, class or anonymous access named; leave the rights to view and edit that are wanted
--   Look through Space settings > Space permissions for rights that strangers may have given in the meantime
-- false-positives: None known. A group whose name is like one of everyone_groups and that holds few people: set everyone_groups to the names that your company uses.

-- Both permission models come in one form: the principal role / ANONYMOUS of a permission and the access class anonymous-users
-- of a role are the same public. Archived and personal spaces count: who administers one can bring it back, or open it.
WITH
  everyone AS MATERIALIZED (   -- groups that everybody is in: by name, or because Jira puts new accounts into them
    SELECT d.group_id
    FROM directory_group AS d
    WHERE EXISTS (SELECT 1 FROM json_each(:everyone_groups) AS p WHERE lower(d.name) GLOB lower(p.value))
    UNION
    SELECT group_id FROM jira_default_group
  ),
  holder AS (
    SELECT g.space_id, g.source_resource, g.source_key, d.key AS group_key, CASE
      WHEN g.subject_kind = 'anonymous' OR g.subject_id = 'anonymous-users' THEN 'anonymous visitors'
      WHEN g.subject_id = 'all-licensed-users' THEN 'everybody with a licence'
      WHEN g.subject_id = 'authenticated-users' THEN 'everybody who is signed in'
      ELSE 'the group ' || coalesce(nullif(d.name, ''), g.subject_id) END AS name
    FROM confluence_space_grant AS g
    LEFT JOIN directory_group AS d ON ('group', d.group_id) = (g.subject_kind, g.subject_id)
    WHERE g.operation = 'administer'
      AND g.target_type = 'space'
      AND (g.subject_kind = 'anonymous'
        OR g.subject_id IN ('all-licensed-users', 'authenticated-users', 'anonymous-users')
        OR g.subject_kind = 'group' AND g.subject_id IN (SELECT group_id FROM everyone))
  )
SELECT
  s.key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || s.space_id) AS subject,
  'is administered by ' || replace(group_concat(DISTINCT h.name ORDER BY h.name), ',', ', ') AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', s.key) || ',' || group_concat(json_object('resource', h.source_resource, 'key', h.source_key))
    || coalesce(',' || group_concat(iif(h.group_key IS NULL, NULL, json_object('resource', 'directory_group', 'key', h.group_key))), '') || ']' AS evidence
FROM holder AS h
JOIN confluence_space AS s ON s.space_id = h.space_id
GROUP BY s.key
