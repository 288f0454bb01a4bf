-- rev: 1
-- title: Collector grant can write, delete or manage
-- severity: high
-- category: grant
-- products: grant
-- object: grant_scope
-- needs: grant, grant_scope
-- reference: scope
-- param: allowed_write_scopes list = []
--   scopes that can change something and are meant to be held
-- unknown: SELECT u.words, u.key FROM grant_unstated AS u
--   UNION ALL
--   SELECT 'whether the scope ' || s.scope || ' can change anything is not known', s.key FROM grant_scope AS s
--   WHERE s.scope NOT IN (SELECT k.scope FROM scope AS k)
--     AND s.scope NOT IN ('openid', 'email', 'profile')
--     AND s.scope NOT IN (SELECT value FROM json_each(:allowed_write_scopes))
--   UNION ALL
--   SELECT 'which scope it is, is not told', s.key FROM grant_scope AS s WHERE s.scope IS NULL
-- maps: iso27001:A.8.2, iso27001:A.5.15, soc2:CC6.3, csf2:PR.AA-05, cis8:3.3, cis8:6.8, attack:T1528
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps; OpenAPI documents of Jira and Confluence Cloud
-- why: A tool that only reads needs nothing that can change the site. Whoever gets hold of its sign-in could use what it never used.
-- fix: Take the scope off the app (developer.atlassian.com > the app > Permissions), or make a token without it; plumbline connect scopes lists what is needed
--   Sign in again: plumbline connect add oauth, or add scoped-token
--   Revoke the old sign-in (id.atlassian.com > Connected apps, or API tokens)
-- false-positives: Of the classic scopes, manage:jira-configuration and a few more are asked for by calls that only read. Granular scopes
--   do without; where classic ones are wanted, name them in allowed_write_scopes with the reason.

SELECT
  s.key,
  '' AS aspect,
  s.scope AS subject,
  'is held by ' || coalesce(s.credential, s.parent_key) || ' and can ' || k.verb || ', not only read: "' || k.title || '" (scopes as of ' || k.as_of || ')' AS detail,
  json_array(json_object('resource', 'grant_scope', 'key', s.key), json_object('resource', 'scope', 'key', k.key)) AS evidence
FROM grant_scope AS s
JOIN scope AS k ON k.scope = s.scope
WHERE k.mutating = 1
  AND s.scope NOT IN (SELECT value FROM json_each(:allowed_write_scopes))
