-- rev: 1
-- title: Deactivated account still holds space rights
-- severity: low
-- category: permissions
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_user, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, jira_user, jira_audit_event
-- unknown: SELECT printf('%d account(s) with such rights do not tell whether they are active', count(*)), json_group_array(u.account_id) AS key
--   FROM confluence_account AS u
--   WHERE u.active IS NULL
--     AND u.resolved = 1
--     AND u.account_id IN (SELECT subject_id FROM confluence_space_grant WHERE subject_kind = 'user'
--       UNION SELECT account_id FROM confluence_restriction WHERE operation = 'update')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell in which space, or to whom', count(*)), json_group_array(coalesce(g.space_id, g.source_key))
--   FROM confluence_space_grant AS g
--   WHERE coalesce(nullif(g.subject_kind, 'unknown'), 'user') = 'user'
--     AND (coalesce(g.subject_kind, 'unknown') = 'unknown' OR g.subject_id IS NULL
--       OR g.subject_id NOT IN (SELECT account_id FROM account)
--       OR NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'page restrictions were not read whole', NULL
--   WHERE 'confluence_restriction' NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, its space, whether they are for reading or editing, or whom they name', count(*)), json_group_array(coalesce(r.content_id, r.key))
--   FROM confluence_restriction AS r
--   LEFT JOIN confluence_content AS c ON c.content_id = r.content_id
--   WHERE coalesce(r.operation, 'update') = 'update'
--     AND coalesce(r.subject_kind, 'user') = 'user'
--     AND (r.operation IS NULL OR c.space_id IS NULL OR r.account_id IS NULL OR r.account_id NOT IN (SELECT account_id FROM account))
--     AND coalesce((SELECT u.active FROM confluence_account AS u WHERE u.account_id = r.account_id), 0) = 0
--   HAVING count(*) > 0
-- param: grace_days int = 0
--   days that an account may keep its rights after Jira's audit log shows its deactivation; older records, and accounts without one, are not spared
-- maps: iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, cis8:6.2
-- source: Confluence Cloud REST API v2 and v1, users, space permissions, space roles, content restrictions; Confluence Data Center REST API 10.2, the same without roles; Cloudflare CASB Atlassian Jira
-- why: What a leaver still holds comes back with the account the day somebody activates it again, and until then it clutters every
--   review of who may do what.
-- fix: Look whether the account is the only one that can edit the pages in the evidence, and hand those over to somebody first: open the page > Share > General access (Data Center: the padlock beside its title)
--   Open Space settings > Space permissions (or Space access, where the site uses roles; on Data Center Space tools > Permissions) of the space named and remove the account
--   Where the account is the last administrator of the space, name another before
-- false-positives: People who left a few days ago: set grace_days. People on a long leave who come back: accept the finding with an owner and a date.

-- Rights that a group holds are the group's: what a leaver's groups still give is another rule's matter. Whatever is granted
-- counts, in live, archived and personal spaces; apps that were switched off are accounts too.
WITH
  leaver AS MATERIALIZED (
    SELECT u.account_id, u.key, u.name, iif(u.account_status = 'closed', 'closed', 'deactivated') AS state
    FROM confluence_account AS u
    WHERE u.active = 0
      AND NOT EXISTS (   -- the log names people by id, or by name alone
        SELECT 1 FROM jira_audit_event AS e
        WHERE :grace_days > 0
          AND e.summary = 'User deactivated'
          AND e.object_type = 'USER'
          AND (e.object_id = u.account_id OR e.object_id IS NULL AND e.object_name = u.name)
          AND julianday(e.created) > julianday(:now) - :grace_days)
  ),
  held AS (
    SELECT g.space_id, g.subject_id AS account_id, NULL AS content_id, coalesce(g.operation || coalesce(' ' || g.target_type, ''), iif(g.via = 'role', 'a role', 'a right')) AS name, g.source_resource, g.source_key
    FROM leaver AS u CROSS JOIN confluence_space_grant AS g ON (g.subject_kind, g.subject_id) = ('user', u.account_id)
    UNION ALL
    SELECT c.space_id, u.account_id, r.content_id, NULL, 'confluence_restriction', r.key
    FROM leaver AS u
    JOIN confluence_restriction AS r ON r.account_id = u.account_id
    JOIN confluence_content AS c ON c.content_id = r.content_id
    WHERE r.operation = 'update'
  )
SELECT
  s.key,
  coalesce(u.key, u.account_id) AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || s.space_id) AS subject,
  'still grants the ' || u.state || ' account ' || u.name || ': '
    || coalesce(replace(group_concat(DISTINCT h.name ORDER BY h.name), ',', ', '), '')
    || iif(count(h.content_id) = 0, '', iif(count(h.name) = 0, '', ', and ') || 'to edit ' || count(DISTINCT h.content_id) || ' page' || iif(count(DISTINCT h.content_id) = 1, ' whose edit restriction names', 's whose edit restrictions name') || ' it') AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', s.key) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '')
    || ',' || group_concat(json_object('resource', h.source_resource, 'key', h.source_key))
    || coalesce(',' || group_concat(DISTINCT iif(h.content_id IS NULL, NULL, json_object('resource', 'confluence_content', 'key', h.content_id))), '') || ']' AS evidence
FROM held AS h
JOIN leaver AS u ON u.account_id = h.account_id
JOIN confluence_space AS s ON s.space_id = h.space_id
GROUP BY s.key, u.account_id
