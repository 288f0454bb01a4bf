-- rev: 1
-- title: Anonymous visitor can list spaces or pages
-- severity: medium
-- category: exposure
-- products: confluence-cloud, confluence-dc
-- object: confluence_instance
-- needs: anonymous_probe
-- unknown: SELECT 'a request without a sign-in for the list of spaces was not tried', 'confluence' AS key
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_list WHERE list IN ('rest/api/space', 'api/v2/spaces'))
--   UNION ALL
--   SELECT printf('the answer to a request without a sign-in for %s (HTTP %s) does not tell what is shown', l.list, coalesce(l.status, 'status unknown')), 'confluence'
--   FROM anonymous_list AS l
--   WHERE l.list IN ('rest/api/space', 'api/v2/spaces')
--     AND l.shown IS NULL
--   UNION ALL
--   SELECT 'a request without a sign-in was shown more spaces than it was told the keys of, so that public_spaces cannot be applied to all', 'confluence'
--   FROM anonymous_list AS l
--   WHERE l.list IN ('rest/api/space', 'api/v2/spaces')
--     AND json_array_length(:public_spaces) > 0
--     AND (l.shown > coalesce(json_array_length(l.keys), 0) OR l.shown >= 25)   -- 25 are asked for at most
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose: they do not count
-- maps: iso27001:A.8.3, iso27001:A.5.10, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3, attack:T1213.001
-- source: Confluence Cloud REST API v1 and v2 and Confluence Data Center REST API 10.2, spaces, asked without any credential; Nightfall, data loss prevention in Confluence
-- why: This is proof from outside that the wiki answers without a sign-in: whoever is shown a space is shown every page in it that carries no restriction, those of the future included.
-- fix: Open Space settings > Space permissions (or Space access, where the site uses roles; on Data Center Space tools > Permissions) of each space named and take View away from anonymous access (the class Anonymous users)
--   If no space needs the public, switch anonymous access off for the whole site: Confluence administration > Global permissions > Anonymous access
--   Take a new snapshot: the request without a sign-in must be shown no space
-- false-positives: Public documentation: put the key of its space into public_spaces.

-- Both calls list the same spaces; each is judged by itself, because one may be closed and the other forgotten.
WITH
  open_list AS (
    SELECT l.key, l.shown, iif(json_array_length(:public_spaces) > 0, (SELECT count(*) FROM json_each(l.keys) AS k WHERE upper(k.value) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))), l.shown) AS n
    FROM anonymous_list AS l
    WHERE l.list IN ('rest/api/space', 'api/v2/spaces')
      AND l.shown > 0
  )
SELECT
  'confluence' AS key,
  '' AS aspect,
  'Confluence' AS subject,
  'shows anybody without a sign-in ' || iif(max(o.shown) >= 25, 'at least ', '') || max(o.n) || iif(max(o.n) = 1, ' space', ' spaces')
    || coalesce((SELECT ': ' || group_concat(name, ', ') FROM (SELECT DISTINCT k.value AS name
      FROM anonymous_list AS l, json_each(l.keys) AS k
      WHERE l.list IN ('rest/api/space', 'api/v2/spaces') AND upper(k.value) NOT IN (SELECT upper(value) FROM json_each(:public_spaces)) ORDER BY name LIMIT 5)), '')
    || iif(max(o.n) > 5, ' ...', '') AS detail,
  json_group_array(json_object('resource', 'anonymous_probe', 'key', o.key)) AS evidence
FROM open_list AS o
WHERE o.n > 0
HAVING count(*) > 0
