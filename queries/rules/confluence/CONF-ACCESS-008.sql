-- rev: 1
-- title: External collaborators with content access
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
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation = 'read' AND g.target_type = 'space') AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id)
--       UNION
--       SELECT t.account_id FROM confluence_restriction_subject AS t
--       JOIN (SELECT DISTINCT r.subject_kind, r.subject FROM confluence_restriction AS r WHERE r.operation = 'read') AS r
--         ON (r.subject_kind, r.subject) = (t.subject_kind, t.subject))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('confluence_restriction', 'page restrictions'), ('directory_group_member', 'members of groups')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(space_id, source_key))
--   FROM confluence_unclear_grant
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) do not tell their key, so that partner_spaces cannot be applied to them', count(*)), json_group_array(s.key)
--   FROM confluence_space AS s
--   WHERE (upper(s.space_key) IN (SELECT upper(value) FROM json_each(:partner_spaces))) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*)), json_group_array(coalesce(content_id, source_key))
--   FROM confluence_unclear_restriction
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) let everybody with a licence or a sign-in read: which external accounts that covers is not listed', count(DISTINCT g.space_id)), json_group_array(DISTINCT g.space_id)
--   FROM confluence_space_grant AS g
--   WHERE g.subject_id IN ('all-licensed-users', 'authenticated-users')
--     AND g.operation = 'read'
--     AND g.target_type = 'space'
--   HAVING count(*) > 0
-- param: partner_spaces list = []
--   keys of spaces that were made to be shared with people from outside; nothing is reported there
-- maps: iso27001:A.5.19, iso27001:A.8.3, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, cis8:3.3
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API, users, space permissions, space roles, pages, content restrictions
-- why: It shows what people from outside can read, page by page and space by space: that is what a client must be able to answer for
--   when a customer or an authority asks.
-- fix: Ask the owner of the page or space named whether the person needs it, and until when
--   Restrict the pages that are not meant for outsiders (Share > General access)
--   Move what is shared with partners to a space of its own, and put that space's key into partner_spaces
--   For a space: open Space settings > Space permissions (or Space access, where the site uses roles) and take the right to view away
--   Where the access comes through a group, take the account out of it in admin.atlassian.com > Directory > Groups, or put a group of partners in its place
-- false-positives: Spaces made for work with partners: put their keys into partner_spaces. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External is whom the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are, and an
-- account that is not active holds nothing.
-- Read restrictions are inherited by everything below a page; the API lists a page's own alone. What a space opens is the
-- content that no restriction closes; a page whose restriction names the account is a finding of its own.
WITH
  outsider AS MATERIALIZED (
    SELECT a.account_id, a.name, a.basis
    FROM account_kind AS a
    WHERE a.guest
      OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  ),
  reader AS MATERIALIZED (
    SELECT x.*, o.name, o.basis FROM outsider AS o CROSS JOIN confluence_space_access AS x ON x.account_id = o.account_id
    WHERE x.operation = 'read' AND +x.target_type = 'space'   -- + keeps the look-up by holder
  ),
  open AS MATERIALIZED (   -- current content that no restriction closes: its own or one above it
    SELECT space_id, content_type, count(*) AS n, count(unplaced) AS unplaced,
      group_concat(iif(rank <= 20, json_object('resource', 'confluence_content', 'key', key), NULL)) AS objects
    FROM (
      SELECT w.space_id, c.content_type, c.key, u.content_id AS unplaced, row_number() OVER (PARTITION BY w.space_id, c.content_type ORDER BY c.key) AS rank
      FROM (SELECT DISTINCT space_id FROM reader) AS w
      JOIN confluence_content AS c ON c.space_id = w.space_id
      LEFT JOIN confluence_unplaced_content AS u ON u.content_id = c.content_id
      WHERE c.status = 'current'
        AND coalesce(c.parent_id, c.parent_type) IS c.parent_id   -- a parent that is told only by its kind is not told
        AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
    )
    GROUP BY space_id, content_type
  ),
  counted AS (
    SELECT space_id, group_concat(n || ' ' || iif(content_type = 'blogpost', 'blog post', content_type) || iif(n = 1, '', 's'), ' and ' ORDER BY content_type DESC) AS words, sum(unplaced) AS unplaced, group_concat(objects) AS objects
    FROM open
    GROUP BY space_id
  ),
  line AS (   -- who can read what
    SELECT 'confluence_content' AS resource, x.content_id AS id, o.account_id, o.name, o.basis, x.via_group, x.source_resource, x.source_key
    FROM outsider AS o CROSS JOIN confluence_restriction_access AS x ON x.account_id = o.account_id
    WHERE x.operation = 'read'
    UNION ALL
    SELECT 'confluence_space', space_id, account_id, name, basis, via_group, source_resource, source_key FROM reader
  ),
  party AS (   -- each outsider and each thing, with the ways it has
    SELECT x.resource, x.id, x.account_id, x.name || ' (' || x.basis || ')' || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', ')) AS words,
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
  'can be read by ' || p.words || iif(p.resource = 'confluence_content', ', whom its view restriction names',
    coalesce(': ' || iif('confluence_restriction' IN (SELECT resource FROM coverage WHERE outcome = 'complete'), '', 'up to ') || k.words || ' that no restriction closes' || iif(k.unplaced > 0, printf(' (%d of them below a folder or something else whose restrictions the site does not list)', k.unplaced), ''), '')) AS detail,
  '[' || json_object('resource', p.resource, 'key', coalesce(c.key, s.key, p.id)) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '') || ',' || p.objects || coalesce(',' || k.objects, '') || ']' AS evidence
FROM party AS p
LEFT JOIN confluence_content AS c ON ('confluence_content', c.content_id) = (p.resource, p.id)
LEFT JOIN confluence_space AS s ON s.space_id = iif(p.resource = 'confluence_space', p.id, c.space_id)
LEFT JOIN confluence_user AS u ON u.account_id = p.account_id
LEFT JOIN counted AS k ON ('confluence_space', k.space_id) = (p.resource, p.id)
WHERE upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:partner_spaces))
