-- rev: 1
-- title: Grant contains a scope the catalogue does not know
-- severity: low
-- category: grant
-- products: grant
-- object: grant_scope
-- needs: grant, grant_scope
-- reference: scope
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
--   UNION ALL
--   SELECT 'which scope it is, is not told', s.key FROM grant_scope AS s WHERE s.scope IS NULL
-- maps: iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: scopes may reach interfaces that are not public
-- why: What an unknown scope opens is unknown too: it may be retired, of another product, or reach interfaces that nobody documents.
-- fix: Look the scope up: plumbline rules data scope names the day to which the list is known, and where it was read
--   Take it off the app or the token if nothing needs it, and sign in again
-- false-positives: Scopes published after the list was made: its date stands in the finding.

SELECT
  s.key,
  '' AS aspect,
  s.scope AS subject,
  'is held by ' || coalesce(s.credential, s.parent_key) || ' and is none of the scopes known on ' || (SELECT max(k.as_of) FROM scope AS k) AS detail
FROM grant_scope AS s
WHERE s.scope NOT IN (SELECT k.scope FROM scope AS k)
  AND s.scope NOT IN ('offline_access', 'read:me', 'read:account', 'openid', 'email', 'profile')
  AND EXISTS (SELECT 1 FROM scope)
