-- rev: 1
-- scored: no
-- title: Granular scopes used where a classic scope would do
-- severity: info
-- category: grant
-- products: grant
-- object: grant, grant_scope
-- needs: grant, grant_scope
-- reference: scope
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
--   UNION ALL
--   SELECT 'which scope it is, is not told', s.key FROM grant_scope AS s WHERE s.scope IS NULL
-- maps: iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: where available, the recommendation is to use classic scopes
-- why: Atlassian recommends classic scopes where there are any that only read. Both kinds in one grant make consent pages long
--   and reviews hard.
-- fix: Where a classic scope that only reads covers them, take read:jira-user and read:jira-work in place of the granular ones: plumbline connect scopes --classic
--   Sign in again, and revoke the old grant
-- false-positives: Least privilege may argue for granular scopes, and for the administration of Jira there is no classic scope that only
--   reads: accept with that reason.

SELECT
  'grant_scope' AS resource,
  s.key AS key,
  '' AS aspect,
  s.scope AS subject,
  'is granular, and ' || (SELECT group_concat(c.value, ' and ') FROM json_each(k.classic) AS c) || ' would do (scopes as of ' || k.as_of || ')' AS detail,
  json_array(json_object('resource', 'grant_scope', 'key', s.key), json_object('resource', 'scope', 'key', k.key)) AS evidence
FROM grant_scope AS s
JOIN scope AS k ON k.scope = s.scope
WHERE json_array_length(k.classic) > 0
  AND NOT EXISTS (SELECT 1 FROM json_each(k.classic) AS c LEFT JOIN scope AS x ON x.scope = c.value WHERE x.mutating IS NOT 0)
UNION ALL
SELECT
  'grant',
  g.key,
  k.product,
  coalesce(g.credential, g.key),
  'holds ' || sum(k.class = 'classic') || ' classic and ' || sum(k.class = 'granular') || ' granular scopes of '
    || CASE k.product WHEN 'jira' THEN 'Jira' WHEN 'confluence' THEN 'Confluence' ELSE 'Jira Service Management' END || ' side by side',
  NULL
FROM "grant" AS g
JOIN grant_scope AS s ON s.parent_key = g.key
JOIN scope AS k ON k.scope = s.scope
GROUP BY g.key, k.product
HAVING sum(k.class = 'classic') > 0
  AND sum(k.class = 'granular') > 0
