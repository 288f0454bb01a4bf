-- rev: 1
-- title: External collaborators with edit access to space
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_space
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, jira_user, directory_group, directory_group_member
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
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN ('create', 'update', 'delete', 'administer', 'restrict_content', 'archive', 'purge', 'purge_version', 'restore', 'move')) AS g
--         ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT column2 || ' were not read whole'
--   FROM (VALUES ('directory_group_member', 'members of groups'))
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
--   SELECT printf('%d space(s) let everybody with a licence or a sign-in change things: which external accounts that covers is not listed', count(DISTINCT g.space_id))
--   FROM confluence_space_grant AS g
--   WHERE g.subject_kind IN ('access_class', 'role') AND g.subject_id IN ('all-licensed-users', 'authenticated-users') AND g.operation IN ('create', 'update', 'delete', 'administer', 'restrict_content', 'archive', 'purge', 'purge_version', 'restore', 'move')
--   HAVING count(*) > 0
-- param: partner_spaces list = []
--   keys of spaces that were made to be shared with people from outside; nothing is reported there
-- maps: iso27001:A.5.19, iso27001:A.8.3, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, cis8:3.3, cis8:6.8
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API, users, space permissions, space roles
-- why: A right to edit that somebody from outside holds on a whole space grows with every page that is added, long after anybody
--   remembers why it was given.
-- fix: Ask the owner of the space named what the person needs there, and until when
--   Open Space settings > Space permissions (or Space access, where the site uses roles) and give the right to view or comment instead of the rights named
--   Where the access comes through a group, take the account out of it in admin.atlassian.com > Directory > Groups, or put a group of partners in its place
--   Keep guests to the one space made for them; put the key of a space made for partners into partner_spaces
-- false-positives: Spaces made for work with partners: put their keys into partner_spaces. Addresses at an alias domain of your own
--   company: add the domain to own_email_domains.

-- External is who the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are.
-- Accounts known to be deactivated or closed hold nothing.
WITH
  edit (operation) AS (   -- everything but read, use, export and copy
    VALUES ('create'), ('update'), ('delete'), ('administer'), ('restrict_content'), ('archive'), ('purge'), ('purge_version'), ('restore'), ('move')
  ),
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
    WHERE g.operation IN edit
      AND NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id AND upper(s.space_key) IN (SELECT upper(value) FROM json_each(:partner_spaces)))
  ),
  allowed AS (
    SELECT space_id, account_id, group_concat(what, ', ' ORDER BY what) AS words
    FROM (SELECT DISTINCT space_id, account_id, operation || coalesce(' ' || target_type, '') AS what FROM held)
    GROUP BY space_id, account_id
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
      )
    )
    WHERE n <= 50
    GROUP BY space_id, account_id
  )
SELECT
  coalesce(s.key, x.space_id) AS key,
  coalesce(u.key, x.account_id) AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || x.space_id) AS subject,
  'can be edited by ' || x.name || x.via || ': ' || a.words AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT h.space_id, h.account_id, h.name, iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group))) AS via
  FROM (SELECT DISTINCT space_id, account_id, name, via_group FROM held) AS h LEFT JOIN directory_group AS d ON d.group_id = h.via_group
  GROUP BY h.space_id, h.account_id
) AS x
JOIN allowed AS a ON a.space_id = x.space_id AND a.account_id = x.account_id
JOIN proof AS p ON p.space_id = x.space_id AND p.account_id = x.account_id
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
