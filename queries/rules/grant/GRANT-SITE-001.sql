-- rev: 1
-- title: Grant reaches more sites than the audit
-- severity: medium
-- category: grant
-- products: grant
-- object: grant_site
-- needs: grant, grant_site
-- optional: jira_instance, confluence_instance
-- param: engagement_sites list = []
--   sites of the audit beside the one looked at, by cloud id or address
-- unknown: SELECT 'which sites ' || coalesce(g.credential, g.key) || ' reaches is stated nowhere: it opens every site of its account', g.key
--   FROM "grant" AS g WHERE coalesce(g.kind, 'token') IN ('token', 'scoped-token')
--   UNION ALL
--   SELECT 'which of the sites that ' || coalesce(s.credential, s.parent_key) || ' reaches is the one looked at, is not told', s.key
--   FROM grant_site AS s
--   WHERE s.parent_key NOT IN (SELECT h.parent_key FROM grant_home_site AS h)
--   UNION ALL
--   SELECT 'a site that ' || coalesce(s.credential, s.parent_key) || ' reaches does not tell its id or address', s.key
--   FROM grant_site AS s WHERE (s.site_id || s.url) IS NULL
-- maps: iso27001:A.5.15, iso27001:A.5.20, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, OAuth 2.0 (3LO) apps: one grant per app and account, which each consent widens; GET /oauth/token/accessible-resources
-- why: One consent may open several sites. Data of a site that nobody ordered an audit of must stay out of reach of its tools.
-- fix: Sign in with an account that belongs to the audited site only
--   Or take the app off the other site: id.atlassian.com > Connected apps, and consent again for this site alone
-- false-positives: An order that covers several sites: name them in engagement_sites. An account that belongs to several clients: use
--   one for each.

SELECT
  s.key,
  '' AS aspect,
  coalesce(nullif(s.url, ''), nullif(s.name, ''), s.site_id) AS subject,
  'is reached by ' || coalesce(s.credential, s.parent_key) || ', and is not the site of the audit' AS detail
FROM grant_site AS s
WHERE (s.site_id || s.url) IS NOT NULL
  AND s.parent_key IN (SELECT h.parent_key FROM grant_home_site AS h)
  AND s.key NOT IN (SELECT h.key FROM grant_home_site AS h)
  AND s.site_id NOT IN (SELECT value FROM json_each(:engagement_sites))
  AND rtrim(s.url, '/') NOT IN (SELECT rtrim(value, '/') FROM json_each(:engagement_sites))
