-- rev: 1
-- title: Anonymous user holds a global Confluence permission
-- severity: high
-- category: permissions
-- products: confluence-dc
-- object: confluence_global_permission
-- needs: confluence_global_permission, confluence_instance
-- unknown: SELECT 'this version of Confluence does not list its global permissions' AS words, i.key AS key
--   FROM confluence_instance AS i
--   JOIN coverage AS c ON c.resource = 'confluence_global_permission'
--   WHERE c.outcome = 'unavailable'
--   UNION ALL
--   SELECT 'of ' || count(*) || iif(count(*) = 1, ' global permission', ' global permissions') || ' it is not told who holds it', json_group_array(p.key)
--   FROM confluence_global_permission AS p
--   WHERE p.subject_kind IS NULL OR p.subject_kind = 'unknown'
--   HAVING count(*) > 0
-- maps: iso27001:A.8.3, iso27001:A.5.15, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3
-- source: Confluence Data Center REST API, global permissions; Atlassian's best practices for configuring Confluence security
-- why: It is the main switch for all that spaces open to anonymous visitors: while it is on, one checkbox of a space's administrator puts that space on the web.
-- fix: Administration > Users & security > Global permissions > Edit permissions > Anonymous access: clear the boxes
--   Look first which spaces are public on purpose: they close too
-- false-positives: Public wikis.

SELECT
  p.key AS key,
  '' AS aspect,
  'Everybody without a sign-in' AS subject,
  'holds the global permission ' || p.operation || coalesce(' (' || nullif(p.target_type, '') || ')', '') || ' of Confluence' AS detail,
  iif(EXISTS (SELECT 1 FROM confluence_global_permission AS q WHERE q.subject_kind = 'anonymous' AND q.operation <> 'use'), 'high', 'medium') AS severity
FROM confluence_global_permission AS p
WHERE p.subject_kind = 'anonymous'
