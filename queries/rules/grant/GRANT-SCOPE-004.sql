-- rev: 1
-- title: Grant has 50 scopes or more
-- severity: low
-- category: grant
-- products: grant
-- object: grant
-- needs: grant, grant_scope
-- param: max_scopes int = 50
--   how many scopes are too many
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
-- maps: iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: less than 50 scopes in an application
-- why: Nobody reads a consent page of that length, so that nobody notices the one scope which should not be there.
-- fix: Take off what nothing needs: plumbline connect scopes lists what is needed
--   Ask for one product at a time, with a consent of its own for each, or put classic scopes in the place of groups of granular ones
-- false-positives: None.

SELECT
  g.key,
  '' AS aspect,
  coalesce(g.credential, g.key) AS subject,
  'holds ' || count(DISTINCT s.scope) || ' scopes; Atlassian advises fewer than ' || :max_scopes AS detail
FROM "grant" AS g
JOIN grant_scope AS s ON s.parent_key = g.key
GROUP BY g.key
HAVING count(DISTINCT s.scope) >= :max_scopes
