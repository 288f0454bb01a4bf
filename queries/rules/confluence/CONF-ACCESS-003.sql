-- rev: 1
-- title: External collaborators with edit access to content
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_content, confluence_space
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with such access do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(a.account_id)
--   FROM account_kind AS a
--   WHERE (iif(a.flag IS NULL AND a.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, a.guest) OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN ('create', 'update') AND g.target_type IN ('page', 'blogpost')) AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id)
--       UNION
--       SELECT t.account_id FROM confluence_restriction_subject AS t
--       JOIN (SELECT DISTINCT r.subject_kind, r.subject FROM confluence_restriction AS r WHERE r.operation = 'update') AS r
--         ON (r.subject_kind, r.subject) = (t.subject_kind, t.subject))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('confluence_content', 'pages and blog posts'), ('confluence_restriction', 'page restrictions'), ('directory_group_member', 'members of groups')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(space_id, source_key))
--   FROM confluence_unclear_grant
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
--   SELECT printf('%d space(s) let everybody with a licence or a sign-in edit pages: which external accounts that covers is not listed', count(DISTINCT g.space_id)), json_group_array(DISTINCT g.space_id)
--   FROM confluence_space_grant AS g
--   WHERE g.subject_id IN ('all-licensed-users', 'authenticated-users')
--     AND g.operation IN ('create', 'update')
--     AND g.target_type IN ('page', 'blogpost')
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.8.3, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, cis8:3.3, cis8:6.8
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API, users, space permissions, space roles, pages, content restrictions
-- why: Outsiders who may change a page can change the instructions, links and bank details on it that staff trust.
-- fix: Ask the owner of the page or space named what the person edits there, and until when
--   Move the joint work to a space made for the partner
--   For a page: open the page > Share > General access, and let the person view instead of edit
--   For a space: open Space settings > Space permissions (or Space access, where the site uses roles) and take the right to add and edit pages and blog posts away
--   Where the access comes through a group, take the account out of it in admin.atlassian.com > Directory > Groups, or put a group of partners in its place
-- false-positives: Pages of a joint project that the partner is meant to edit: accept them with an owner and a date. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External is whom the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are, and an
-- account that is not active holds nothing.
-- Read restrictions are inherited by everything below a page, edit restrictions are not; the API lists a page's own alone.
-- Content that none restricts is as open as its space. Archived content cannot be edited and is not counted.
WITH
  outsider AS MATERIALIZED (
    SELECT a.account_id, a.name, a.basis
    FROM account_kind AS a
    WHERE a.guest
      OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  ),
  writer AS MATERIALIZED (
    SELECT x.*, o.name, o.basis FROM outsider AS o CROSS JOIN confluence_space_access AS x ON x.account_id = o.account_id
    WHERE x.operation IN ('create', 'update')
  ),
  open AS MATERIALIZED (   -- current content that no restriction closes: neither its own nor, for reading, one above it
    SELECT space_id, content_type, count(*) AS n, count(unplaced) AS unplaced,
      group_concat(iif(rank <= 20, json_object('resource', 'confluence_content', 'key', key), NULL)) AS objects
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
  passed AS (   -- content behind read restrictions all of which, the inherited ones too, name the account
    SELECT c.space_id, p.account_id, c.content_type, count(*) AS n, json_object('resource', 'confluence_content', 'key', min(c.key)) AS objects
    FROM (
      SELECT a.gate_id, o.account_id
      FROM outsider AS o
      CROSS JOIN confluence_restriction_access AS x ON x.account_id = o.account_id
      JOIN confluence_gate_above AS a ON a.above_id = x.content_id
      WHERE x.operation = 'read'
      GROUP BY a.gate_id, o.account_id
      HAVING count(DISTINCT a.above_id) = (SELECT count(*) FROM confluence_gate_above AS e WHERE e.gate_id = a.gate_id)
    ) AS p
    JOIN confluence_read_gate AS g ON g.gate_id = p.gate_id
    JOIN confluence_content AS c ON c.content_id = g.content_id
    WHERE c.status = 'current'
      AND NOT EXISTS (SELECT 1 FROM confluence_restriction AS r WHERE (r.content_id, r.operation) = (c.content_id, 'update'))
    GROUP BY c.space_id, p.account_id, c.content_type
  ),
  line AS (   -- who can edit what, and how much of it
    SELECT 'confluence_content' AS resource, x.content_id AS id, o.account_id, o.name, o.basis, x.via_group, x.source_resource, x.source_key, NULL AS content_type, NULL AS n, NULL AS unplaced, NULL AS objects
    FROM outsider AS o CROSS JOIN confluence_restriction_access AS x ON x.account_id = o.account_id
    WHERE x.operation = 'update'
    UNION ALL
    SELECT 'confluence_space', w.space_id, w.account_id, w.name, w.basis, w.via_group, w.source_resource, w.source_key,
      w.target_type, coalesce(o.n, 0) + coalesce(p.n, 0), o.unplaced, coalesce(o.objects, p.objects)
    FROM writer AS w
    LEFT JOIN open AS o ON (o.space_id, o.content_type) = (w.space_id, w.target_type)
    LEFT JOIN passed AS p ON (p.space_id, p.account_id, p.content_type) = (w.space_id, w.account_id, w.target_type)
    WHERE coalesce(o.n, p.n) > 0
  ),
  party AS (   -- each outsider and each thing, with the ways it has
    SELECT x.resource, x.id, x.account_id, x.name || ' (' || x.basis || ')' || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', ')) AS words,
      max(iif(x.content_type = 'page', x.n, 0)) AS pages, max(iif(x.content_type = 'blogpost', x.n, 0)) AS posts,
      max(iif(x.content_type = 'page', x.unplaced, 0)) + max(iif(x.content_type = 'blogpost', x.unplaced, 0)) AS unplaced,
      max(iif(x.content_type = 'page', x.objects, NULL)) AS some_pages, max(iif(x.content_type = 'blogpost', x.objects, NULL)) AS some_posts,
      group_concat(json_object('resource', x.source_resource, 'key', x.source_key))
      || coalesce(',' || group_concat(iif(m.key IS NULL, NULL, json_object('resource', 'directory_group_member', 'key', m.key))), '') AS objects
    FROM line AS x
    LEFT JOIN directory_group AS d ON d.group_id = x.via_group
    LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (x.via_group, x.account_id)
    GROUP BY x.resource, x.id, x.account_id
  )
SELECT
  p.resource,
  coalesce(c.key, s.key, p.id) AS key,
  coalesce(u.key, p.account_id) AS aspect,
  iif(p.resource = 'confluence_content', coalesce(nullif(c.title, ''), 'content ' || p.id) || coalesce(' (' || nullif(s.space_key, '') || ')', ''), coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || p.id)) AS subject,
  iif(p.resource = 'confluence_content', 'can be edited by ' || p.words || ', whom its edit restriction names',
    'has ' || iif('confluence_restriction' IN (SELECT resource FROM coverage WHERE outcome = 'complete'), '', 'up to ') || iif(p.pages > 0, p.pages || ' page' || iif(p.pages = 1, '', 's'), '') || iif(p.pages > 0 AND p.posts > 0, ' and ', '')
      || iif(p.posts > 0, p.posts || ' blog post' || iif(p.posts = 1, '', 's'), '') || ' that can be edited by ' || p.words || iif(p.unplaced > 0, printf(' (%d of them below a folder or something else whose restrictions the site does not list)', p.unplaced), '')) AS detail,
  '[' || json_object('resource', p.resource, 'key', coalesce(c.key, s.key, p.id)) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '') || ',' || p.objects || coalesce(',' || p.some_pages, '') || coalesce(',' || p.some_posts, '') || ']' AS evidence
FROM party AS p
LEFT JOIN confluence_content AS c ON ('confluence_content', c.content_id) = (p.resource, p.id)
LEFT JOIN confluence_space AS s ON s.space_id = iif(p.resource = 'confluence_space', p.id, c.space_id)
LEFT JOIN confluence_user AS u ON u.account_id = p.account_id
