-- rev: 1
-- title: Collector grant lacks scopes that the plan needs
-- severity: medium
-- category: grant
-- products: grant
-- object: grant
-- needs: grant
-- optional: grant_scope
-- reference: scope, scope_need
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
--   WHERE coalesce(u.kind, '3lo') IN ('3lo', 'token')
--   UNION ALL
--   SELECT 'which scope it is, is not told', s.parent_key FROM grant_scope AS s WHERE s.scope IS NULL
-- maps: iso27001:A.8.16, soc2:CC7.2, csf2:ID.RA-01, cis8:8.2
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps; the scopes that each resource of this program declares
-- why: Where a scope is missing the site refuses, and the rules that rest on the answer cannot look. It costs a consent to mend.
-- fix: See which rules that costs: plumbline connect scopes, or plumbline coverage FILE
--   Add the scope to the app (developer.atlassian.com > the app > Permissions), or make a token with it, and sign in again
--   What is meant to stay closed: leave it out of the run (plumbline collect --skip), so that it is no part of the plan
-- false-positives: None.

-- Sets of scopes by source, with whether all of the set is held; what was read whole lacks nothing, whatever it takes.
WITH wanted AS (
  SELECT n.resource, n.part, n.source, n.class, n.together, min(n.scope IN (SELECT h.scope FROM grant_scope AS h WHERE h.scope IS NOT NULL)) AS held
  FROM coverage AS c
  JOIN scope_need AS n ON n.resource = c.resource
  JOIN scope AS k ON k.scope = n.scope
  WHERE (c.outcome IN ('denied', 'partial', 'failed') OR c.outcome = 'unavailable' AND json_array_length(c.missing) > 0)
    AND n.credential = '3lo'
    AND iif(k.product = 'confluence', 'confluence_instance', 'jira_instance') NOT IN (SELECT a.resource FROM coverage AS a WHERE a.outcome = 'unavailable')
  GROUP BY n.resource, n.part, n.source, n.class
), way AS (
  SELECT w.resource, w.part, w.source, max(w.class) AS class, max(w.together) AS together, max(w.held) AS open,
    min(w.source) OVER part AS first, max(max(w.held)) OVER part AS any_open
  FROM wanted AS w
  GROUP BY w.resource, w.part, w.source
  WINDOW part AS (PARTITION BY w.resource, w.part)
), lack AS (
  SELECT n.scope, n.resource
  FROM way AS w
  JOIN scope_need AS n USING (resource, part, source, class)
  WHERE w.open = 0
    AND (w.together = 1 OR w.source = w.first AND w.any_open = 0)
    AND n.scope NOT IN (SELECT h.scope FROM grant_scope AS h WHERE h.scope IS NOT NULL)
    AND EXISTS (SELECT 1 FROM grant_scope)
  UNION
  SELECT k.scope, c.resource -- of a token that does not say what it holds, what its refusals named
  FROM coverage AS c
  JOIN json_each(c.missing) AS m
  JOIN scope AS k ON k.scope = m.value
  WHERE c.outcome <> 'complete'
    AND k.product <> 'organisation'
    AND NOT EXISTS (SELECT 1 FROM grant_scope)
)
SELECT
  (SELECT min(g.key) FROM "grant" AS g WHERE g.kind IN ('3lo', 'scoped-token')) AS key,
  l.scope AS aspect,
  (SELECT coalesce(g.credential, g.key) FROM "grant" AS g WHERE g.kind IN ('3lo', 'scoped-token') ORDER BY g.key LIMIT 1) AS subject,
  'lacks ' || l.scope || coalesce(' ("' || (SELECT k.title FROM scope AS k WHERE k.scope = l.scope) || '")', '')
    || ', without which ' || group_concat(l.resource, ', ' ORDER BY l.resource) || iif(count(*) = 1, ' is', ' are')
    || ' not read whole (scopes as of ' || (SELECT max(n.as_of) FROM scope_need AS n) || ')' AS detail
FROM lack AS l
WHERE EXISTS (SELECT 1 FROM "grant" AS g WHERE g.kind IN ('3lo', 'scoped-token'))
  AND NOT EXISTS (SELECT 1 FROM "grant" AS g WHERE g.kind = 'token')
GROUP BY l.scope
