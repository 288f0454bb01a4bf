-- rev: 1
-- title: Unknown or anonymous user with edit access to content
-- severity: critical
-- category: access security
-- products: confluence-cloud, confluence-dc
-- object: confluence_content, confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, confluence_user, jira_user, directory_group, directory_group_member, anonymous_probe
-- unknown: SELECT column2 || ' were not read whole'
--   FROM (VALUES ('confluence_content', 'pages and blog posts'), ('confluence_restriction', 'page restrictions'), ('confluence_user', 'accounts'))
--   WHERE column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT 'what a request without a sign-in is shown was not tried, so that a permission list without anonymous visitors proves nothing'
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_probe WHERE product = 'confluence' AND status < 500)
--   UNION ALL
--   SELECT printf('%d space(s) are shown to a request without a sign-in although no permission names anonymous visitors: %s', count(*), group_concat(s.space_key, ', ' ORDER BY s.space_key))
--   FROM confluence_space AS s
--   WHERE s.space_key IN (SELECT k.value FROM anonymous_probe AS p, json_each(p.keys) AS k WHERE p.product = 'confluence')
--     AND NOT EXISTS (SELECT 1 FROM confluence_space_grant AS g WHERE g.space_id = s.space_id AND g.subject_kind = 'anonymous')
--     AND upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell what they allow or to whom', count(*))
--   FROM confluence_space_grant AS g
--   LEFT JOIN confluence_space_role AS r ON r.role_id = g.role_id
--   LEFT JOIN confluence_space_permission AS p ON g.subject_kind = 'unknown' AND p.key = g.source_key
--   WHERE g.operation IS NULL AND (g.role_id IS NULL OR r.permissions IS NULL)
--     OR g.target_type IS NULL AND g.operation IS NOT NULL
--     OR g.subject_id IS NULL AND g.subject_kind IN ('user', 'group')
--     OR g.subject_kind = 'unknown' AND coalesce(lower(p.principal_kind), '') NOT IN ('anonymous', 'unknown')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page(s) and blog post(s) do not tell their space, kind or state', count(*))
--   FROM confluence_content
--   WHERE space_id IS NULL OR content_type IS NULL OR status IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*))
--   FROM confluence_restriction
--   WHERE content_id IS NULL OR operation IS NULL OR coalesce(account_id, group_id) IS NULL AND coalesce(lower(subject_type), '') NOT IN ('anonymous', 'unknown')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('the members of groups were not read whole: %d account(s) that nobody can identify may hold more', count(*))
--   FROM account
--   WHERE (lower(account_type) = 'unknown' OR resolved = 0)
--     AND 'directory_group_member' NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) that may write in a space do not tell what kind of account they are', count(DISTINCT t.account_id))
--   FROM confluence_space_subject AS t
--   JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN ('create', 'update')) AS g
--     ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id
--   LEFT JOIN account AS a ON a.account_id = t.account_id
--   WHERE coalesce(a.account_type, '') = '' AND a.resolved IS NOT 0
--   HAVING count(*) > 0
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose; accounts that nobody can identify are still reported there
-- maps: iso27001:A.5.15, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3, attack:T1213.001, attack:T1565.001
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2 and v1, space permissions, space roles, pages, content restrictions
-- why: The public can alter pages that staff rely on: instructions, links, account numbers. A change made by anonymous visitors or by
--   an account without an identity can be pinned on nobody.
-- fix: For a space: open Space settings > Space permissions (or Space access, where the site uses roles) and take the right to add or edit pages and blog posts away from Anonymous access (the class Anonymous users), or from the account or group named
--   For a page: open the page > Share > General access, and delete the account named from those who can edit
--   Look through the page history since the first snapshot that showed this, and restore what was altered
--   If nobody knows the account, take it out of its groups in admin.atlassian.com > Directory
-- false-positives: A public wiki that anybody is meant to edit: put its space key into public_spaces.

-- Both permission models come in one form (confluence_space_grant): the principal role / ANONYMOUS of a permission and the
-- access class anonymous-users of a role assignment are the same public. Accounts that nobody can identify hold what is
-- granted to them directly and what their groups hold.
-- Read restrictions are inherited by everything below a page, edit restrictions are not; the API lists a page's own alone.
-- Content without any is as open as its space. Archived content cannot be edited and is not counted.
WITH
  nobody AS MATERIALIZED (   -- accounts that the site cannot tell who or what they are
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name
    FROM account AS a
    LEFT JOIN confluence_user AS u ON u.account_id = a.account_id
    WHERE lower(a.account_type) = 'unknown'
      OR a.resolved = 0
      OR lower(u.user_type) IN ('unknown', 'anonymous')
  ),
  holder (space_id, account_id, name, via_group, via_key, operation, target_type, resource, key) AS MATERIALIZED (
    SELECT g.space_id, g.account_id, g.name, g.via_group, g.via_key, g.operation, g.target_type, g.source_resource, g.source_key
    FROM (
      SELECT g.*, iif(lower(p.principal_kind) = 'unknown', coalesce(g.subject_id, g.source_key), NULL) AS account_id,
        coalesce(g.subject_id, 'without an id') AS name, NULL AS via_group, NULL AS via_key
      FROM (SELECT * FROM confluence_space_grant WHERE subject_kind IN ('anonymous', 'unknown')) AS g
      LEFT JOIN confluence_space_permission AS p ON p.key = g.source_key
      LEFT JOIN confluence_space AS s ON s.space_id = g.space_id
      WHERE iif(g.subject_kind = 'anonymous', 'anonymous', lower(p.principal_kind)) IN ('anonymous', 'unknown')
        AND coalesce(upper(s.space_key), '') NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
      UNION ALL
      SELECT g.*, n.account_id, n.name, NULL, NULL
      FROM nobody AS n JOIN confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = n.account_id
      UNION ALL
      SELECT g.*, n.account_id, n.name, m.group_id, m.key
      FROM nobody AS n
      JOIN directory_group_member AS m ON m.account_id = n.account_id
      JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
    ) AS g
    WHERE g.operation IN ('create', 'update')
      AND g.target_type IN ('page', 'blogpost')
  ),
  allowed AS MATERIALIZED (SELECT DISTINCT space_id, target_type AS content_type FROM holder),
  free AS MATERIALIZED (   -- current content that no restriction protects: neither its own nor, for reading, one above it
    SELECT c.space_id, c.content_type, count(*) AS n, sum(c.parent_type <> 'page') AS in_folders
    FROM confluence_content AS c
    WHERE c.space_id IN (SELECT space_id FROM allowed)
      AND c.status = 'current'
      AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
      AND NOT EXISTS (SELECT 1 FROM confluence_restriction AS r WHERE r.content_id = c.content_id AND r.operation = 'update')
    GROUP BY c.space_id, c.content_type
  ),
  counted AS (
    SELECT f.space_id, group_concat(printf('%d %s%s', f.n, iif(f.content_type = 'blogpost', 'blog post', f.content_type), iif(f.n = 1, '', 's')), ' and ' ORDER BY f.content_type DESC) AS words, sum(f.in_folders) AS in_folders
    FROM free AS f JOIN allowed AS a ON a.space_id = f.space_id AND a.content_type = f.content_type
    GROUP BY f.space_id
  ),
  shown AS (   -- how many spaces a request without a sign-in was shown, NULL if that was not tried
    SELECT max(coalesce(p.item_count, 0)) AS spaces FROM anonymous_probe AS p
    WHERE p.product = 'confluence' AND p.status < 500
  ),
  who AS (   -- for each space who it is, in words
    SELECT h.space_id, h.account_id,
      iif(h.account_id IS NULL, 'anonymous visitors', 'the unidentified account ' || h.name || iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group)))) AS name,
      row_number() OVER (PARTITION BY h.space_id ORDER BY h.account_id) AS n,
      count(*) OVER (PARTITION BY h.space_id) AS total
    FROM (SELECT DISTINCT space_id, account_id, name, via_group FROM holder AS h WHERE EXISTS (SELECT 1 FROM free AS f WHERE f.space_id = h.space_id AND f.content_type = h.target_type)) AS h
    LEFT JOIN directory_group AS d ON d.group_id = h.via_group
    GROUP BY h.space_id, h.account_id
  ),
  named (content_id, account_id, name, resource, key, via_group, via_key) AS MATERIALIZED (   -- nobodies in edit restrictions
    SELECT r.content_id, r.account_id, coalesce(n.name, r.account_id, 'somebody without an id'), 'confluence_restriction', r.key, NULL, NULL
    FROM confluence_restriction AS r
    LEFT JOIN nobody AS n ON n.account_id = r.account_id
    WHERE r.operation = 'update'
      AND (n.account_id IS NOT NULL OR lower(r.subject_type) IN ('unknown', 'anonymous') OR lower(r.account_type) = 'unknown')
    UNION ALL
    SELECT r.content_id, n.account_id, n.name, 'confluence_restriction', r.key, m.group_id, m.key
    FROM nobody AS n
    JOIN directory_group_member AS m ON m.account_id = n.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id
    WHERE r.operation = 'update'
  ),
  proof AS (
    SELECT space_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY space_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT h.space_id, 0 AS place, 'confluence_space' AS resource, s.key FROM holder AS h JOIN confluence_space AS s ON s.space_id = h.space_id
        UNION
        SELECT space_id, 1, resource, key FROM holder
        UNION
        SELECT space_id, 2, 'directory_group_member', via_key FROM holder WHERE via_key IS NOT NULL
        UNION
        SELECT h.space_id, 3, 'confluence_user', u.key FROM holder AS h JOIN confluence_user AS u ON u.account_id = h.account_id
      )
    )
    WHERE n <= 10
    GROUP BY space_id
  ),
  page_proof AS (
    SELECT content_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY content_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT n.content_id, 0 AS place, 'confluence_content' AS resource, c.key FROM named AS n JOIN confluence_content AS c ON c.content_id = n.content_id
        UNION
        SELECT content_id, 1, resource, key FROM named
        UNION
        SELECT content_id, 2, 'directory_group_member', via_key FROM named WHERE via_key IS NOT NULL
        UNION
        SELECT n.content_id, 3, 'confluence_user', u.key FROM named AS n JOIN confluence_user AS u ON u.account_id = n.account_id
      )
    )
    WHERE n <= 50
    GROUP BY content_id
  )
SELECT
  'confluence_content' AS resource,
  coalesce(c.key, x.content_id) AS key,
  '' AS aspect,
  coalesce(nullif(c.title, ''), 'content ' || x.content_id) || coalesce(' (' || nullif(s.space_key, '') || ')', '') AS subject,
  'names ' || x.words || ' among those who may edit it' AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT content_id, group_concat(name, ' and ' ORDER BY n) FILTER (WHERE n <= 3) || iif(max(n) > 3, printf(' and %d more', max(n) - 3), '') AS words
  FROM (
    SELECT n.content_id, 'the unidentified account ' || n.name || iif(count(n.via_group) = 0, '', iif(count(*) > count(n.via_group), ' directly and', '') || ' through the group' || iif(count(n.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), n.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), n.via_group))) AS name,
      row_number() OVER (PARTITION BY n.content_id ORDER BY n.name, n.account_id) AS n
    FROM (SELECT DISTINCT content_id, account_id, name, via_group FROM named) AS n LEFT JOIN directory_group AS d ON d.group_id = n.via_group
    GROUP BY n.content_id, n.account_id, n.name
  )
  GROUP BY content_id
) AS x
JOIN page_proof AS p ON p.content_id = x.content_id
LEFT JOIN confluence_content AS c ON c.content_id = x.content_id
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
UNION ALL
SELECT
  'confluence_space',
  coalesce(s.key, x.space_id),
  '',
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || x.space_id),
  'has ' || iif('confluence_restriction' IN (SELECT resource FROM coverage WHERE outcome = 'complete'), '', 'up to ') || x.words || ' that can be edited by ' || x.who || iif(x.in_folders > 0, printf(' (%d of them in folders, whose own restrictions the site does not list)', x.in_folders), '')
    || iif(x.public AND (SELECT spaces FROM shown) = 0, '; but a request without a sign-in was shown no space at all, so anonymous access may be switched off for the whole site', ''),
  '[' || p.objects || coalesce(',' || (SELECT group_concat(json_object('resource', 'confluence_content', 'key', key)) FROM (
        SELECT c.key FROM confluence_content AS c
        WHERE c.space_id = x.space_id AND (c.space_id, c.content_type) IN (SELECT space_id, content_type FROM allowed) AND c.status = 'current'
          AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
          AND NOT EXISTS (SELECT 1 FROM confluence_restriction AS r WHERE r.content_id = c.content_id AND r.operation = 'update')
        ORDER BY c.key LIMIT 40)), '') || ']'
FROM (
  SELECT n.space_id, n.words, n.in_folders, min(w.account_id IS NOT NULL) = 0 AS public, group_concat(w.name, ' and by ' ORDER BY w.n) FILTER (WHERE w.n <= 3) || iif(max(w.total) > 3, printf(' and by %d more', max(w.total) - 3), '') AS who
  FROM counted AS n JOIN who AS w ON w.space_id = n.space_id
  GROUP BY n.space_id
) AS x
JOIN proof AS p ON p.space_id = x.space_id
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
