-- rev: 1
-- title: External collaborators with edit access to space
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_space
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with such access do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(a.account_id)
--   FROM account_kind AS a
--   WHERE (iif(a.flag IS NULL AND a.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, a.guest) OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN (SELECT operation FROM confluence_edit_operation)) AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('directory_group_member', 'members of groups')) AS r
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
--   SELECT printf('%d space(s) let everybody with a licence or a sign-in change things: which external accounts that covers is not listed', count(DISTINCT g.space_id)), json_group_array(DISTINCT g.space_id)
--   FROM confluence_space_grant AS g
--   WHERE g.subject_id IN ('all-licensed-users', 'authenticated-users')
--     AND g.operation IN (SELECT operation FROM confluence_edit_operation)
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
-- false-positives: Spaces made for work with partners: put their keys into partner_spaces. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External is whom the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are, and an
-- account that is not active holds nothing.
WITH
  outsider AS MATERIALIZED (
    SELECT a.account_id, a.name, a.basis
    FROM account_kind AS a
    WHERE a.guest
      OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  ),
  way AS MATERIALIZED (
    SELECT x.*, o.name, o.basis FROM outsider AS o CROSS JOIN confluence_space_access AS x ON x.account_id = o.account_id
    WHERE x.operation IN (SELECT operation FROM confluence_edit_operation)
  ),
  party AS (   -- each outsider in each space, with the ways it has
    SELECT x.space_id, x.account_id, x.name || ' (' || x.basis || ')' || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', '))
        || ': ' || replace(group_concat(DISTINCT x.operation || coalesce(' ' || x.target_type, '') ORDER BY x.operation || coalesce(' ' || x.target_type, '')), ',', ', ') AS words,
      group_concat(json_object('resource', x.source_resource, 'key', x.source_key))
      || coalesce(',' || group_concat(iif(m.key IS NULL, NULL, json_object('resource', 'directory_group_member', 'key', m.key))), '') AS objects
    FROM way AS x
    LEFT JOIN directory_group AS d ON d.group_id = x.via_group
    LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (x.via_group, x.account_id)
    GROUP BY x.space_id, x.account_id
  )
SELECT
  s.key,
  coalesce(u.key, p.account_id) AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || s.space_id) AS subject,
  'can be edited by ' || p.words AS detail,
  '[' || json_object('resource', 'confluence_space', 'key', s.key) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '') || ',' || p.objects || ']' AS evidence
FROM party AS p
JOIN confluence_space AS s ON s.space_id = p.space_id
LEFT JOIN confluence_user AS u ON u.account_id = p.account_id
WHERE upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:partner_spaces))
