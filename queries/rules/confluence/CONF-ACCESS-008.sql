-- rev: 1
-- title: External collaborators with content access
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_content, confluence_space
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag'
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with such access show neither guest flag nor e-mail address: whether they are external cannot be told', count(*))
--   FROM account AS a
--   WHERE a.active IS NOT 0 AND a.resolved = 1
--     AND (nullif(a.account_type, '') NOT IN ('app', 'customer')
--     AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
--       OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--         AND nullif(a.account_type, '') = 'atlassian'
--         AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))) IS NULL
--     AND a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation = 'read' AND g.target_type = 'space') AS g
--         ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id
--       UNION
--       SELECT x.account_id FROM confluence_restriction_subject AS x
--       JOIN (SELECT DISTINCT r.subject_kind, r.subject FROM confluence_restriction AS r WHERE r.operation = 'read') AS r
--         ON r.subject_kind = x.subject_kind AND r.subject = x.subject)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT column2 || ' were not read whole'
--   FROM (VALUES ('confluence_restriction', 'page restrictions'), ('directory_group_member', 'members of groups'))
--   WHERE column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
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
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*))
--   FROM confluence_restriction
--   WHERE content_id IS NULL OR operation IS NULL OR coalesce(account_id, group_id) IS NULL AND coalesce(lower(subject_type), '') NOT IN ('anonymous', 'unknown')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d space(s) let everybody with a licence or a sign-in read: which external accounts that covers is not listed', count(DISTINCT g.space_id))
--   FROM confluence_space_grant AS g
--   WHERE g.subject_kind IN ('access_class', 'role') AND g.subject_id IN ('all-licensed-users', 'authenticated-users') AND g.operation = 'read' AND g.target_type = 'space'
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
-- false-positives: Spaces made for work with partners: put their keys into partner_spaces. Addresses at an alias domain of your own
--   company: add the domain to own_email_domains.

-- External is who the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are.
-- Accounts known to be deactivated or closed hold nothing.
-- Read restrictions are inherited by everything below a page; the API lists a page's own alone. A page counts as readable if
-- no restriction, its own or an inherited one, leaves the account out.
WITH
  outsider AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id)
      || CASE WHEN a.is_guest = 1 THEN ' (guest)' WHEN a.is_external_collaborator = 1 THEN ' (external collaborator)' ELSE ' (e-mail at ' || a.email_domain || ')' END AS name
    FROM account AS a
    WHERE a.active IS NOT 0
      AND nullif(a.account_type, '') NOT IN ('app', 'customer')
      AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
        OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
          AND nullif(a.account_type, '') = 'atlassian'
          AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))
  ),
  held (space_id, account_id, name, via_group, via_key, operation, target_type, resource, key) AS MATERIALIZED (
    SELECT g.space_id, g.account_id, g.name, g.via_group, g.via_key, g.operation, g.target_type, g.source_resource, g.source_key
    FROM (
      SELECT g.*, o.account_id, o.name, NULL AS via_group, NULL AS via_key
      FROM outsider AS o JOIN confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = o.account_id
      UNION ALL
      SELECT g.*, o.account_id, o.name, m.group_id, m.key
      FROM outsider AS o
      JOIN directory_group_member AS m ON m.account_id = o.account_id
      JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
    ) AS g
    WHERE g.operation = 'read'
      AND g.target_type = 'space'
      AND NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id AND upper(s.space_key) IN (SELECT upper(value) FROM json_each(:partner_spaces)))
  ),
  allowed AS MATERIALIZED (SELECT DISTINCT space_id, account_id FROM held),
  free AS MATERIALIZED (   -- current content that no restriction protects: its own or one above it
    SELECT c.space_id, c.content_type, count(*) AS n, sum(c.parent_type <> 'page') AS in_folders
    FROM confluence_content AS c
    WHERE c.space_id IN (SELECT space_id FROM allowed)
      AND c.status = 'current'
      AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
    GROUP BY c.space_id, c.content_type
  ),
  opened AS MATERIALIZED (   -- content whose read restriction names one of them
    SELECT r.content_id, p.account_id FROM outsider AS p
    JOIN confluence_restriction AS r ON r.account_id = p.account_id WHERE r.operation = 'read'
    UNION
    SELECT r.content_id, p.account_id FROM outsider AS p
    JOIN directory_group_member AS m ON m.account_id = p.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id WHERE r.operation = 'read'
  ),
  passed AS MATERIALIZED (   -- content behind read restrictions, all of which, the inherited ones too, name the account
    SELECT a.space_id, a.account_id, c.content_type, c.key
    FROM (
      SELECT g.content_id, o.account_id FROM opened AS o JOIN confluence_read_gate AS g ON g.gate_id = o.content_id
      GROUP BY g.content_id, o.account_id
      HAVING count(*) = (SELECT count(*) FROM confluence_read_gate AS e WHERE e.content_id = g.content_id)
    ) AS g
    JOIN confluence_content AS c ON c.content_id = g.content_id
    JOIN allowed AS a ON a.space_id = c.space_id AND a.account_id = g.account_id
    WHERE c.status = 'current'
  ),
  sample AS MATERIALIZED (   -- some of it, as evidence
    SELECT x.space_id, x.content_type, (SELECT group_concat(json_object('resource', 'confluence_content', 'key', key)) FROM (
        SELECT c.key FROM confluence_content AS c
        WHERE c.space_id = x.space_id AND c.content_type = x.content_type AND c.status = 'current'
          AND c.content_id NOT IN (SELECT content_id FROM confluence_read_gate)
        ORDER BY c.key LIMIT 20)) AS objects
    FROM free AS x
  ),
  counted AS (
    SELECT space_id, account_id, group_concat(printf('%d %s%s', n, iif(content_type = 'blogpost', 'blog post', content_type), iif(n = 1, '', 's')), ' and ' ORDER BY content_type DESC) AS words, sum(in_folders) AS in_folders
    FROM (
      SELECT space_id, account_id, content_type, sum(n) AS n, sum(in_folders) AS in_folders
      FROM (
        SELECT a.space_id, a.account_id, f.content_type, f.n, f.in_folders FROM allowed AS a JOIN free AS f ON f.space_id = a.space_id
        UNION ALL
        SELECT space_id, account_id, content_type, count(*), 0 FROM passed GROUP BY space_id, account_id, content_type
      )
      GROUP BY space_id, account_id, content_type
    )
    GROUP BY space_id, account_id
  ),
  named (content_id, account_id, name, resource, key, via_group, via_key) AS MATERIALIZED (   -- restrictions that name one of them
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, NULL, NULL
    FROM outsider AS o JOIN confluence_restriction AS r ON r.account_id = o.account_id
    WHERE r.operation = 'read'
    UNION ALL
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, m.group_id, m.key
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id
    WHERE r.operation = 'read'
  ),
  page_proof AS (
    SELECT content_id, account_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY content_id, account_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT n.content_id, n.account_id, 0 AS place, 'confluence_content' AS resource, c.key FROM named AS n JOIN confluence_content AS c ON c.content_id = n.content_id
        UNION
        SELECT n.content_id, n.account_id, 0, 'confluence_user', u.key FROM named AS n JOIN confluence_user AS u ON u.account_id = n.account_id
        UNION
        SELECT content_id, account_id, 1, resource, key FROM named
        UNION
        SELECT content_id, account_id, 2, 'directory_group_member', via_key FROM named WHERE via_key IS NOT NULL
      )
    )
    WHERE n <= 50
    GROUP BY content_id, account_id
  ),
  proof AS (
    SELECT space_id, account_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY space_id, account_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT h.space_id, h.account_id, 0 AS place, 'confluence_space' AS resource, s.key FROM held AS h JOIN confluence_space AS s ON s.space_id = h.space_id
        UNION
        SELECT h.space_id, h.account_id, 0, 'confluence_user', u.key FROM held AS h JOIN confluence_user AS u ON u.account_id = h.account_id
        UNION
        SELECT space_id, account_id, 1, resource, key FROM held
        UNION
        SELECT space_id, account_id, 2, 'directory_group_member', via_key FROM held WHERE via_key IS NOT NULL
        UNION
        SELECT space_id, account_id, 3, 'confluence_content', key FROM passed
      )
    )
    WHERE n <= 10
    GROUP BY space_id, account_id
  )
SELECT
  'confluence_content' AS resource,
  coalesce(c.key, x.content_id) AS key,
  coalesce(u.key, x.account_id) AS aspect,
  coalesce(nullif(c.title, ''), 'content ' || x.content_id) || coalesce(' (' || nullif(s.space_key, '') || ')', '') AS subject,
  'names ' || x.name || x.via || ' among those who may read it' AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT n.content_id, n.account_id, n.name, iif(count(n.via_group) = 0, '', iif(count(*) > count(n.via_group), ' directly and', '') || ' through the group' || iif(count(n.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), n.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), n.via_group))) AS via
  FROM (SELECT DISTINCT content_id, account_id, name, via_group FROM named) AS n LEFT JOIN directory_group AS d ON d.group_id = n.via_group
  GROUP BY n.content_id, n.account_id
) AS x
JOIN page_proof AS p ON p.content_id = x.content_id AND p.account_id = x.account_id
LEFT JOIN confluence_content AS c ON c.content_id = x.content_id
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
WHERE coalesce(upper(s.space_key), '') NOT IN (SELECT upper(value) FROM json_each(:partner_spaces))
UNION ALL
SELECT
  'confluence_space',
  coalesce(s.key, x.space_id),
  coalesce(u.key, x.account_id),
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || x.space_id),
  'can be read by ' || x.name || x.via || coalesce(': ' || iif('confluence_restriction' IN (SELECT resource FROM coverage WHERE outcome = 'complete'), '', 'up to ') || x.words, '') || iif(x.in_folders > 0, printf(' (%d of them in folders, whose own restrictions the site does not list)', x.in_folders), ''),
  '[' || p.objects || coalesce(',' || (SELECT group_concat(m.objects) FROM sample AS m WHERE m.space_id = x.space_id), '') || ']'
FROM (
  SELECT h.space_id, h.account_id, h.name, n.words, n.in_folders, iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group))) AS via
  FROM (SELECT DISTINCT space_id, account_id, name, via_group FROM held) AS h
  LEFT JOIN counted AS n ON n.space_id = h.space_id AND n.account_id = h.account_id
  LEFT JOIN directory_group AS d ON d.group_id = h.via_group
  GROUP BY h.space_id, h.account_id
) AS x
JOIN proof AS p ON p.space_id = x.space_id AND p.account_id = x.account_id
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
