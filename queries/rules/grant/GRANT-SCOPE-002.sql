-- rev: 1
-- title: Collector grant has scopes that no dataset needs
-- severity: low
-- category: grant
-- products: grant
-- object: grant_scope
-- needs: grant, grant_scope
-- reference: scope_need
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
--   UNION ALL
--   SELECT 'which scope it is, is not told', s.key FROM grant_scope AS s WHERE s.scope IS NULL
-- maps: iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: remove any unnecessary scopes
-- why: A scope that nothing needs is access without a purpose, and the consent page grows longer for it.
-- fix: Compare with what is needed: plumbline connect scopes
--   Take the others off the app (developer.atlassian.com > the app > Permissions), or make a token without them, and sign in again
-- false-positives: A sign-in that other tools use too. Better give each its own. What was left out of this run is no reason: the scopes
--   are held against all that could be collected.

SELECT
  s.key,
  '' AS aspect,
  s.scope AS subject,
  'is held by ' || coalesce(s.credential, s.parent_key) || ', and nothing that is collected needs it (as of ' || (SELECT max(n.as_of) FROM scope_need AS n) || ')' AS detail
FROM grant_scope AS s
WHERE s.scope NOT IN (SELECT n.scope FROM scope_need AS n)
  AND s.scope NOT IN ('offline_access', 'read:me')
  AND EXISTS (SELECT 1 FROM scope_need)
