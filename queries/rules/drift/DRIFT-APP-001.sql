-- rev: 1
-- kind: drift
-- title: App gained scopes or space rights
-- severity: high
-- category: drift
-- products: jira-cloud, confluence-cloud
-- object: app, jira_user, confluence_user
-- needs: jira_user, confluence_user, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: app, confluence_space, confluence_space_role_mode, directory_group_member
-- unknown: SELECT printf('%d installed app(s) do not tell what they may do', count(*)) AS words, json_group_array(a.key) AS key
--   FROM after_app AS a
--   WHERE json_type(a.scopes) IS NOT 'array'
--     AND a.user_installed IS NOT 0
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell whether they are apps', count(*)), json_group_array(k.account_id)
--   FROM after_account_kind AS k
--   WHERE k.app IS NULL
--     AND k.resolved = 1
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.23, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1, attack:T1098, attack:T1528
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps; Confluence Cloud REST API v2, space permissions, space roles
-- why: A new version of an app may ask for more, and consent is often given without reading. What an app holds, its vendor holds,
--   and whoever breaks in at the vendor's.
-- fix: Read in the app's release notes what it needs the new right for
--   Take away what it does not need (Space settings > Space permissions), or put the app back to the version before
--   Name one person who consents to what apps ask for
-- false-positives: A feature that was asked for and approved. What only reads shows as low. Atlassian's own apps: list their account ids and app keys in first_party_apps.

-- Of apps that were there before: a new one is DRIFT-APP-002. Rights that come through a group, or by a role in place of
-- permissions, count like others; a space is named once.
WITH
  robot AS MATERIALIZED (
    SELECT k.account_id, k.name
    FROM after_account_kind AS k
    WHERE k.app
      AND k.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
      AND EXISTS (SELECT 1 FROM before_account_kind AS b WHERE b.account_id = k.account_id)
  ),
  held AS MATERIALIZED (
    SELECT r.account_id, x.space_id, x.operation
    FROM robot AS r CROSS JOIN before_confluence_space_access AS x ON x.account_id = r.account_id
  ),
  gain AS MATERIALIZED (
    SELECT r.account_id, r.name, x.space_id, x.operation, x.via_group, x.source_resource, x.source_key,
      x.operation NOT IN (SELECT operation FROM after_confluence_edit_operation) AS reads
    FROM robot AS r CROSS JOIN after_confluence_space_access AS x ON x.account_id = r.account_id
    WHERE NOT EXISTS (SELECT 1 FROM held AS h WHERE (h.account_id, h.space_id) = (x.account_id, x.space_id) AND coalesce(h.operation, x.operation) = x.operation)
  ),
  place AS (
    SELECT g.account_id, g.space_id, max(g.name) AS name, coalesce(nullif(max(s.space_key), ''), 'space ' || g.space_id) || ' (' || group_concat(DISTINCT g.operation ORDER BY g.operation) || ')' AS words, min(g.reads) AS reads,
      json_object('resource', min(g.source_resource), 'key', min(g.source_key)) || coalesce(',' || iif(min(m.key) IS NULL, NULL, json_object('resource', 'directory_group_member', 'key', min(m.key))), '') AS objects,
      row_number() OVER (PARTITION BY g.account_id ORDER BY min(g.reads), g.space_id) AS n
    FROM gain AS g
    LEFT JOIN after_confluence_space AS s ON s.space_id = g.space_id
    LEFT JOIN after_directory_group_member AS m ON (m.group_id, m.account_id) = (g.via_group, g.account_id)
    WHERE g.operation IS NOT NULL
    GROUP BY g.account_id, g.space_id
  )
SELECT
  iif(p.account_id IN (SELECT key FROM after_confluence_user), 'confluence_user', 'jira_user') AS resource,
  p.account_id AS key,
  'spaces' AS aspect,
  max(p.name) AS subject,
  printf('is the account of an app and gained rights in %d space%s: ', count(*), iif(count(*) = 1, '', 's')) || replace(group_concat(iif(p.n <= 6, p.words, NULL), '; ' ORDER BY p.n), ',', ', ') || iif(count(*) > 6, printf('; and %d more', count(*) - 6), '') AS detail,
  iif(min(p.reads) = 1, 'low', 'high') AS severity,
  '[' || json_object('resource', iif(p.account_id IN (SELECT key FROM after_confluence_user), 'confluence_user', 'jira_user'), 'key', p.account_id) || ',' || group_concat(iif(p.n <= 10, p.objects, NULL)) || ']' AS evidence
FROM place AS p
GROUP BY p.account_id
UNION ALL
SELECT
  'app',
  s.key,
  'scopes',
  max(s.name),
  printf('gained %d scope%s: ', count(*), iif(count(*) = 1, '', 's')) || group_concat(iif(s.n <= 8, s.scope, NULL), ', ' ORDER BY s.n) || iif(count(*) > 8, printf(' and %d more', count(*) - 8), ''),
  iif(min(s.reads) = 1, 'low', 'high'),
  json_array(json_object('resource', 'app', 'key', s.key))
FROM (
  SELECT a.key, coalesce(nullif(a.name, ''), a.plugin_key) AS name, e.value AS scope, e.value GLOB 'read:*' OR e.value = 'READ' AS reads, row_number() OVER (PARTITION BY a.key ORDER BY e.value) AS n
  FROM after_app AS a
  JOIN before_app AS b ON b.key = a.key
  JOIN json_each(a.scopes) AS e
  WHERE e.value NOT IN (SELECT value FROM json_each(b.scopes))
    AND a.plugin_key NOT IN (SELECT value FROM json_each(:first_party_apps))
) AS s
GROUP BY s.key
