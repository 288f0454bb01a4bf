-- rev: 1
-- kind: drift
-- title: Account deactivated but rights not removed
-- severity: medium
-- category: drift
-- products: jira-cloud, confluence-cloud, org, jira-dc, confluence-dc
-- object: jira_user, confluence_user
-- needs: jira_user, confluence_user, directory_group_member
-- optional: jira_role_actor, jira_permission_grant, confluence_space_permission, confluence_space_role, confluence_space_role_assignment, confluence_space_role_mode
-- unknown: SELECT printf('%d account(s) that were active do not tell whether they still are', count(*)) AS words, json_group_array(a.account_id) AS key
--   FROM after_account AS a
--   CROSS JOIN before_account AS b ON b.account_id = a.account_id
--   WHERE a.active IS NULL
--     AND b.active = 1
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, iso27001:A.6.5, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.3, cis8:6.2
-- source: Jira and Confluence REST API, users, groups, project roles, permission schemes, space permissions
-- why: It shows whether leaving takes rights away, or only switches the account off: one that is switched on again has all of it back.
-- fix: Take the account out of the groups, roles, schemes and spaces named
--   Have the leaver process, or the user provisioning (SCIM), take memberships away when it deactivates
-- false-positives: Somebody on leave, who comes back with the same rights.

-- Of those who were active then and are not now. How long ago does not matter: the others are told by the state of today.
WITH
  leaver AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name,
      iif(EXISTS (SELECT 1 FROM after_jira_user AS j WHERE j.account_id = a.account_id), 'jira_user', 'confluence_user') AS resource
    FROM after_account AS a
    JOIN before_account AS b ON b.account_id = a.account_id
    WHERE b.active = 1
      AND a.active = 0
  ),
  held (account_id, place, word, name, resource, key) AS (
    SELECT l.account_id, CASE h.kind WHEN 'group' THEN 1 WHEN 'project role' THEN 2 ELSE 3 END, h.kind, h.source_key, h.source_resource, h.source_key
    FROM leaver AS l CROSS JOIN after_jira_holding AS h ON h.account_id = l.account_id
    UNION
    SELECT l.account_id, 4, 'space', g.space_id, g.source_resource, min(g.source_key)
    FROM leaver AS l CROSS JOIN after_confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = l.account_id
    GROUP BY l.account_id, g.space_id
  ),
  told AS (
    SELECT account_id, place, count(*) || ' ' || word || iif(count(*) = 1, '', 's') AS words, group_concat(iif(n <= 12, json_object('resource', resource, 'key', key), NULL)) AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY account_id, place ORDER BY key) AS n FROM held)
    GROUP BY account_id, place
  )
SELECT
  l.resource AS resource,
  l.account_id AS key,
  '' AS aspect,
  l.name AS subject,
  'was deactivated since and still holds ' || group_concat(t.words, ', ' ORDER BY t.place) AS detail,
  '[' || json_object('resource', l.resource, 'key', l.account_id) || ',' || group_concat(t.objects) || ']' AS evidence
FROM leaver AS l
JOIN told AS t ON t.account_id = l.account_id
GROUP BY l.account_id
