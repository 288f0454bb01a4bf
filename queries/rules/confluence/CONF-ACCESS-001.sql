-- rev: 1
-- title: Unknown or anonymous user with edit access to content
-- severity: critical
-- category: access security
-- products: confluence-cloud, confluence-dc
-- object: confluence_content, confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, confluence_user, jira_user, directory_group, directory_group_member, anonymous_probe
-- unknown: SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('confluence_content', 'pages and blog posts'), ('confluence_restriction', 'page restrictions'), ('confluence_user', 'accounts')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT 'what a request without a sign-in is shown was not tried, so that a permission list without anonymous visitors proves nothing', NULL AS key
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
--   SELECT printf('%d page(s) and blog post(s) do not tell their space, kind, state or place', count(*)), json_group_array(coalesce(c.space_id, c.key))
--   FROM confluence_content AS c
--   WHERE c.space_id IS NULL OR c.content_type IS NULL OR c.status IS NULL OR coalesce(c.parent_id, c.parent_type) IS NOT c.parent_id
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*)), json_group_array(coalesce(content_id, source_key))
--   FROM confluence_unclear_restriction
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) that nobody can identify may hold more: the members of groups were not read whole', count(*)), json_group_array(account_id)
--   FROM account
--   WHERE (lower(account_type) = 'unknown' OR resolved = 0)
--     AND 'directory_group_member' NOT IN (SELECT resource FROM coverage WHERE confluence_outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) that may write in a space or are named for editing do not tell what kind of account they are', count(*)), json_group_array(a.account_id)
--   FROM account AS a
--   WHERE coalesce(a.account_type, '') = ''
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN ('create', 'update') AND g.target_type IN ('page', 'blogpost')) AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id)
--       UNION
--       SELECT t.account_id FROM confluence_restriction_subject AS t
--       JOIN (SELECT DISTINCT r.subject_kind, r.subject FROM confluence_restriction AS r WHERE r.operation = 'update') AS r
--         ON (r.subject_kind, r.subject) = (t.subject_kind, t.subject))
--   HAVING count(*) > 0
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose; accounts that nobody can identify are still reported there
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3, attack:T1213.001, attack:T1565.001
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2 and v1, space permissions, space roles, pages, content restrictions; Confluence Data Center REST API 10.2, space permissions, content and its restrictions
-- why: The public can alter pages that staff rely on: instructions, links, account numbers. A change made by anonymous visitors or by
--   an account without an identity can be pinned on nobody.
-- fix: For a space: open Space settings > Space permissions (or Space access, where the site uses roles; on Data Center Space tools > Permissions) and take the right to add or edit pages and blog posts away from Anonymous access (the class Anonymous users), or from the account or group named
--   For a page: open the page > Share > General access (Data Center: the padlock beside its title), and delete the account named from those who can edit
--   Look through the page history since the first snapshot that showed this, and restore what was altered
--   If nobody knows the account, take it out of its groups in admin.atlassian.com > Directory (Data Center: Confluence administration > User management)
-- false-positives: A public wiki that anybody is meant to edit: put its space key into public_spaces.

-- Both permission models come in one form: the principal role / ANONYMOUS of a permission and the access class anonymous-users
-- of a role are the same public. An account that nobody can identify holds what it is granted and what its groups are.
-- Read restrictions are inherited by everything below a page, edit restrictions are not; the API lists a page's own alone.
-- Content that none restricts is as open as its space. Archived content cannot be edited and is not counted.
WITH
  nobody AS MATERIALIZED (   -- accounts that the site cannot tell who or what they are
    SELECT a.account_id, 'the unidentified account ' || a.name AS name
    FROM confluence_account AS a
    WHERE a.unidentified
      OR a.account_id IN (   -- told by a restriction that names it
        SELECT r.account_id FROM confluence_restriction AS r
        WHERE lower(r.subject_type) IN ('unknown', 'anonymous') OR lower(r.account_type) = 'unknown')
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
  writer AS MATERIALIZED (SELECT * FROM holder WHERE operation IN ('create', 'update')),
  open AS MATERIALIZED (   -- current content that no restriction closes: neither its own nor, for reading, one above it
    SELECT space_id, content_type, count(*) AS n, count(unplaced) AS unplaced,
      group_concat(iif(rank <= 31, json_object('resource', 'confluence_content', 'key', key), NULL)) AS objects
    FROM (
      SELECT w.space_id, w.target_type AS content_type, c.key, u.content_id AS unplaced, row_number() OVER (PARTITION BY w.space_id, c.content_type ORDER BY c.key) AS rank
      FROM (SELECT DISTINCT space_id, target_type FROM writer) AS w
      JOIN confluence_content AS c ON (c.space_id, c.content_type) = (w.space_id, w.target_type)
      LEFT JOIN confluence_unplaced_content AS u ON u.content_id = c.content_id
      WHERE c.status = 'current'
        AND coalesce(c.parent_id, c.parent_type) IS c.parent_id   -- a parent that is told only by its kind is not told
        AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
        AND NOT EXISTS (SELECT 1 FROM confluence_restriction AS r WHERE (r.content_id, r.operation) = (c.content_id, 'update'))
    )
    GROUP BY space_id, content_type
  ),
  counted AS (
    SELECT space_id, group_concat(n || ' ' || iif(content_type = 'blogpost', 'blog post', content_type) || iif(n = 1, '', 's'), ' and ' ORDER BY content_type DESC) AS words, sum(unplaced) AS unplaced, group_concat(objects) AS objects
    FROM open
    GROUP BY space_id
  ),
  line AS (   -- who can edit what
    SELECT 'confluence_content' AS resource, x.content_id AS id, n.account_id, n.name, x.via_group, x.source_resource, x.source_key
    FROM nobody AS n CROSS JOIN confluence_restriction_access AS x ON x.account_id = n.account_id
    WHERE x.operation = 'update'
    UNION ALL
    SELECT 'confluence_space', w.space_id, w.account_id, w.name, w.via_group, w.source_resource, w.source_key
    FROM writer AS w JOIN open AS o ON (o.space_id, o.content_type) = (w.space_id, w.target_type)
  ),
  party AS (   -- each holder with its ways
    SELECT h.resource, h.id, h.account_id, h.name || iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT h.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), h.via_group) ORDER BY coalesce(nullif(d.name, ''), h.via_group)), ',', ', ')) AS words,
      row_number() OVER (PARTITION BY h.resource, h.id ORDER BY h.account_id) AS n,
      group_concat(DISTINCT iif(h.rank <= 4, json_object('resource', h.source_resource, 'key', h.source_key), NULL))
        || coalesce(',' || group_concat(DISTINCT iif(h.rank <= 4 AND m.key IS NOT NULL, json_object('resource', 'directory_group_member', 'key', m.key), NULL)), '')
        || coalesce(',' || iif(min(u.key) IS NULL, NULL, json_object('resource', 'confluence_user', 'key', min(u.key))), '') AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY resource, id, account_id ORDER BY source_key, via_group) AS rank FROM line) AS h
    LEFT JOIN directory_group AS d ON d.group_id = h.via_group
    LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (h.via_group, h.account_id)
    LEFT JOIN confluence_user AS u ON u.account_id = h.account_id
    GROUP BY h.resource, h.id, h.account_id
  ),
  shown AS (   -- how many spaces a request without a sign-in was shown, NULL if that was not tried
    SELECT max(coalesce(p.item_count, 0)) AS spaces FROM anonymous_probe AS p
    WHERE p.product = 'confluence' AND p.status < 429
  )
SELECT
  p.resource,
  coalesce(c.key, s.key, p.id) AS key,
  '' AS aspect,
  iif(p.resource = 'confluence_content', coalesce(nullif(c.title, ''), 'content ' || p.id) || coalesce(' (' || nullif(s.space_key, '') || ')', ''), coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || p.id)) AS subject,
  iif(p.resource = 'confluence_content', 'can be edited by ', 'has ' || iif('confluence_restriction' IN (SELECT resource FROM coverage WHERE outcome = 'complete'), '', 'up to ') || k.words || ' that can be edited by ')
    || group_concat(p.words, ' and by ' ORDER BY p.n) FILTER (WHERE p.n <= 3) || iif(max(p.n) > 3, printf(' and by %d more', max(p.n) - 3), '')
    || iif(p.resource = 'confluence_content', ', whom its edit restriction names', coalesce(iif(k.unplaced > 0, printf(' (%d of them below a folder or something else whose restrictions the site does not list)', k.unplaced), ''), ''))
    || iif(min(p.account_id IS NOT NULL) = 0 AND (SELECT spaces FROM shown) = 0,
    '; but a request without a sign-in was shown no space at all, so anonymous access may be switched off for the whole site', '') AS detail,
  '[' || json_object('resource', p.resource, 'key', coalesce(c.key, s.key, p.id)) || ',' || group_concat(iif(p.n <= 2, p.objects, NULL)) || coalesce(',' || k.objects, '') || ']' AS evidence
FROM party AS p
LEFT JOIN confluence_content AS c ON ('confluence_content', c.content_id) = (p.resource, p.id)
LEFT JOIN counted AS k ON ('confluence_space', k.space_id) = (p.resource, p.id)
LEFT JOIN confluence_space AS s ON s.space_id = coalesce(c.space_id, k.space_id)
GROUP BY p.resource, p.id
