-- rev: 1
-- title: Anonymous visitor can export a space
-- severity: high
-- category: permissions
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, anonymous_probe
-- unknown: SELECT 'what a request without a sign-in is shown was not tried, so that a permission list without anonymous visitors proves nothing', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_probe WHERE product = 'confluence' AND status < 429)
--   UNION ALL
--   SELECT printf('%d space(s) are shown to a request without a sign-in although no permission that was read names anonymous visitors: %s', count(*), group_concat(w.space_key, ', ' ORDER BY w.space_key)), json_group_array(coalesce(s.key, w.space_key))
--   FROM (SELECT DISTINCT k.value AS space_key FROM anonymous_probe AS p, json_each(p.keys) AS k WHERE p.product = 'confluence') AS w
--   LEFT JOIN confluence_space AS s ON s.space_key = w.space_key
--   WHERE NOT EXISTS (SELECT 1 FROM confluence_space_grant AS g WHERE (g.space_id, g.subject_kind) = (s.space_id, 'anonymous'))
--     AND upper(w.space_key) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d grant(s) that may be of export do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(g.space_id, g.source_key))
--   FROM confluence_space_grant AS g
--   WHERE coalesce(g.operation, 'export') = 'export'
--     AND coalesce(g.target_type, 'space') = 'space'
--     AND coalesce(nullif(g.subject_kind, 'unknown'), 'anonymous') = 'anonymous'
--     AND (g.operation IS NULL OR g.target_type IS NULL OR coalesce(g.subject_kind, 'unknown') = 'unknown'
--       OR NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) do not tell their key, so that public_spaces cannot be applied to them', count(*)), json_group_array(s.key)
--   FROM confluence_space AS s
--   WHERE (upper(s.space_key) IN (SELECT upper(value) FROM json_each(:public_spaces))) IS NULL
--     AND EXISTS (SELECT 1 FROM confluence_space_grant AS g WHERE (g.space_id, g.subject_kind, g.operation) = (s.space_id, 'anonymous', 'export'))
--   HAVING count(*) > 0
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose; nothing is reported there
-- maps: iso27001:A.8.12, iso27001:A.8.3, soc2:CC6.6, soc2:CC6.7, csf2:PR.AA-05, csf2:PR.DS-10, cis8:3.3
-- source: Confluence Cloud REST API v2, space permissions and space roles; Confluence Data Center REST API 10.2, space permissions; requests without a sign-in
-- why: An export hands the whole space over in one request, attachments and all: there is no faster way to lose it, and no
--   sign-in that would tell who took it.
-- fix: Open Space settings > Space permissions of the space named, and under Anonymous access clear Export (on Data Center Space tools > Permissions; where the site uses roles: Space access, and give the class Anonymous users a role without the right to export)
--   Ask the owner whether the space is meant to be public at all; if not, clear every right under Anonymous access
--   If it is a manual that anybody may download, put its key into public_spaces
-- false-positives: Public manuals that are meant to be downloaded: put their space keys into public_spaces.

-- Both permission models come in one form: the principal role / ANONYMOUS of a permission and the access class anonymous-users
-- of a role are the same public. Archived spaces count: they are still shown to whoever has the address.
SELECT
  s.key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || s.space_id) AS subject,
  'can be exported whole by anonymous visitors'
    || iif((SELECT max(coalesce(p.item_count, 0)) FROM anonymous_probe AS p WHERE p.product = 'confluence' AND p.status < 429) = 0,
    '; but a request without a sign-in was shown no space at all, so anonymous access may be switched off for the whole site', '') AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', s.key) || ',' || group_concat(json_object('resource', g.source_resource, 'key', g.source_key)) || ']' AS evidence
FROM confluence_space_grant AS g
JOIN confluence_space AS s ON s.space_id = g.space_id
WHERE g.operation = 'export'
  AND g.target_type = 'space'
  AND g.subject_kind = 'anonymous'
  AND upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
GROUP BY s.key
