-- rev: 1
-- title: External collaborator with access
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with access do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(a.account_id)
--   FROM account_kind AS a
--   WHERE (iif(a.flag IS NULL AND a.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, a.guest) OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       UNION
--       SELECT t.account_id FROM confluence_restriction_subject AS t
--       UNION
--       SELECT m.account_id FROM directory_group_member AS m JOIN directory_group AS d ON d.group_id = m.group_id
--       WHERE json_array_length(d.confluence_access) > 0)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('confluence_restriction', 'page restrictions'), ('directory_group', 'groups'), ('directory_group_member', 'members of groups')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d group(s) do not tell whether they open Confluence', count(*)), NULL
--   FROM directory_group
--   WHERE confluence_access IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.18, soc2:CC6.1, soc2:CC6.2, soc2:CC9.2, csf2:PR.AA-01, csf2:PR.AA-05, cis8:6.1, cis8:6.2
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API, users, groups, space permissions, space roles, content restrictions
-- why: Every review of access begins with the list of those who do not belong to the house and can come in all the same.
-- fix: Find the person's sponsor in the house and agree on an end date
--   Remove accounts that have no contract any more: admin.atlassian.com > Directory > Users > Remove access
--   Keep those that remain in groups made for partners, and out of the groups named
--   Where the address is at an alias domain of your own company, add the domain to own_email_domains
-- false-positives: Addresses at an alias domain of your own company: add the domain to own_email_domains.

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
  held (account_id, place, words, name, resource, key) AS (
    SELECT o.account_id, 1, 'holds rights in ', coalesce(nullif(s.space_key, ''), 'space ' || x.space_id), x.source_resource, x.source_key
    FROM outsider AS o
    CROSS JOIN confluence_space_access AS x ON x.account_id = o.account_id
    LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
    UNION ALL
    SELECT o.account_id, 2, 'is named in the restrictions of ', 'page ' || x.content_id, x.source_resource, x.source_key
    FROM outsider AS o CROSS JOIN confluence_restriction_access AS x ON x.account_id = o.account_id
    UNION ALL
    SELECT o.account_id, 3, 'can open Confluence by ', 'the group ' || coalesce(nullif(d.name, ''), d.group_id), 'directory_group_member', m.key
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN directory_group AS d ON d.group_id = m.group_id
    WHERE json_array_length(d.confluence_access) > 0
  ),
  told AS (   -- the same in words, kind by kind
    SELECT account_id, place,
      words || group_concat(iif(n <= 5, name, NULL), ', ' ORDER BY n) || iif(max(n) > 5, printf(' and %d more', max(n) - 5), '') AS words,
      group_concat(iif(n <= 15, json_object('resource', resource, 'key', key), NULL)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY account_id, place ORDER BY name) AS n
      FROM (SELECT account_id, place, words, name, resource, min(key) AS key FROM held GROUP BY account_id, place, name)
    )
    GROUP BY account_id, place
  )
SELECT
  coalesce(u.key, o.account_id) AS key,
  '' AS aspect,
  o.name AS subject,
  'is external (' || o.basis || '), ' || group_concat(t.words, ', ' ORDER BY t.place) AS detail,
  '[' || json_object('resource', 'confluence_user', 'key', coalesce(u.key, o.account_id)) || ',' || group_concat(t.objects) || ']' AS evidence
FROM outsider AS o
JOIN told AS t ON t.account_id = o.account_id
LEFT JOIN confluence_user AS u ON u.account_id = o.account_id
GROUP BY o.account_id
