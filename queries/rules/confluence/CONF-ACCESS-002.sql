-- rev: 1
-- title: Unknown or anonymous user with edit access to space
-- severity: high
-- category: access security
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, confluence_user, jira_user, directory_group, directory_group_member, anonymous_probe
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
--   SELECT printf('%d grant(s) in spaces do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(space_id, source_key))
--   FROM confluence_unclear_grant
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) do not tell their key, so that public_spaces cannot be applied to them', count(*)), json_group_array(s.key)
--   FROM confluence_space AS s
--   WHERE (upper(s.space_key) IN (SELECT upper(value) FROM json_each(:public_spaces))) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('confluence_user', 'accounts')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d account(s) that nobody can identify may hold more: the members of groups were not read whole', count(*)), json_group_array(account_id)
--   FROM account
--   WHERE (lower(account_type) = 'unknown' OR resolved = 0)
--     AND 'directory_group_member' NOT IN (SELECT resource FROM coverage WHERE confluence_outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) that may change things in a space do not tell what kind of account they are', count(*)), json_group_array(a.account_id)
--   FROM account AS a
--   WHERE coalesce(a.account_type, '') = ''
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN (SELECT operation FROM confluence_edit_operation)) AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id))
--   HAVING count(*) > 0
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose; accounts that nobody can identify are still reported there
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2, space permissions, space roles and users-bulk; Confluence Data Center REST API 10.2, space permissions and users
-- why: A right to write that the public, or an account without an identity, holds on a space covers every page in it, those of
--   the future included, and nobody can be held to account for what is done with it.
-- fix: Open Space settings > Space permissions (or Space access, where the site uses roles; on Data Center Space tools > Permissions) of the space named
--   Under Anonymous access (the class Anonymous users), clear every right but View; where the public is meant to comment, keep Add comments on purpose
--   Remove the account or the group's grant named; if nobody knows the account, take it out of its groups in admin.atlassian.com > Directory (Data Center: Confluence administration > User management)
--   If no space needs the public at all, switch anonymous access off: Confluence administration > Global permissions > Anonymous access
-- false-positives: A public wiki that is open on purpose: put its space key into public_spaces. The right to comment counts as a
--   right to write, because a comment is content that the public leaves behind.

-- Both permission models come in one form: the principal role / ANONYMOUS of a permission and the access class anonymous-users
-- of a role are the same public. An account that nobody can identify holds what it is granted and what its groups are.
WITH
  nobody AS MATERIALIZED (   -- accounts that the site cannot tell who or what they are
    SELECT a.account_id, 'the unidentified account ' || a.name AS name
    FROM confluence_account AS a
    WHERE a.unidentified
  ),
  holder AS (
    SELECT g.space_id, NULL AS account_id, 'anonymous visitors' AS name, NULL AS via_group, g.operation, g.target_type, g.source_resource, g.source_key
    FROM confluence_space_grant AS g
    JOIN confluence_space AS s ON s.space_id = g.space_id
    WHERE g.subject_kind = 'anonymous'
      AND upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
    UNION ALL
    SELECT x.space_id, n.account_id, n.name, x.via_group, x.operation, x.target_type, x.source_resource, x.source_key
    FROM nobody AS n CROSS JOIN confluence_space_access AS x ON x.account_id = n.account_id
  ),
  party AS (   -- each holder with its ways
    SELECT h.space_id, h.account_id, h.name || iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT h.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), h.via_group) ORDER BY coalesce(nullif(d.name, ''), h.via_group)), ',', ', ')) || ' (' || replace(group_concat(DISTINCT h.operation || coalesce(' ' || h.target_type, '') ORDER BY h.operation || coalesce(' ' || h.target_type, '')), ',', ', ') || ')' AS words,
      row_number() OVER (PARTITION BY h.space_id ORDER BY h.account_id) AS n,
      group_concat(DISTINCT iif(h.rank <= 7, json_object('resource', h.source_resource, 'key', h.source_key), NULL))
        || coalesce(',' || group_concat(DISTINCT iif(h.rank <= 7 AND m.key IS NOT NULL, json_object('resource', 'directory_group_member', 'key', m.key), NULL)), '')
        || coalesce(',' || iif(min(u.key) IS NULL, NULL, json_object('resource', 'confluence_user', 'key', min(u.key))), '') AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY space_id, account_id ORDER BY source_key, via_group) AS rank FROM holder
      WHERE operation IN (SELECT operation FROM confluence_edit_operation)) AS h
    LEFT JOIN directory_group AS d ON d.group_id = h.via_group
    LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (h.via_group, h.account_id)
    LEFT JOIN confluence_user AS u ON u.account_id = h.account_id
    GROUP BY h.space_id, h.account_id
  ),
  shown AS (   -- how many spaces a request without a sign-in was shown, NULL if that was not tried
    SELECT max(coalesce(p.item_count, 0)) AS spaces FROM anonymous_probe AS p
    WHERE p.product = 'confluence' AND p.status < 429
  )
SELECT
  s.key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || s.space_id) AS subject,
  'can be edited by ' || group_concat(p.words, ' and by ' ORDER BY p.n) FILTER (WHERE p.n <= 3) || iif(max(p.n) > 3, printf(' and by %d more', max(p.n) - 3), '')
    || iif(min(p.account_id IS NOT NULL) = 0 AND (SELECT spaces FROM shown) = 0,
    '; but a request without a sign-in was shown no space at all, so anonymous access may be switched off for the whole site', '') AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', s.key) || ',' || group_concat(iif(p.n <= 3, p.objects, NULL)) || ']' AS evidence
FROM party AS p
JOIN confluence_space AS s ON s.space_id = p.space_id
GROUP BY s.key
