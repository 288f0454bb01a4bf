-- rev: 1
-- title: External collaborator with access
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag'
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with access show neither guest flag nor e-mail address: whether they are external cannot be told', count(*))
--   FROM account AS a
--   WHERE a.active IS NOT 0 AND a.resolved = 1
--     AND (nullif(a.account_type, '') NOT IN ('app', 'customer')
--     AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
--       OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--         AND nullif(a.account_type, '') = 'atlassian'
--         AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))) IS NULL
--     AND a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       UNION
--       SELECT x.account_id FROM confluence_restriction_subject AS x
--       UNION
--       SELECT m.account_id FROM directory_group_member AS m JOIN directory_group AS d ON d.group_id = m.group_id
--       WHERE json_array_length(d.confluence_access) > 0)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d external account(s) with access do not tell whether they are active', count(*))
--   FROM account AS a
--   WHERE a.active IS NULL
--     AND nullif(a.account_type, '') NOT IN ('app', 'customer')
--     AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
--       OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--         AND nullif(a.account_type, '') = 'atlassian'
--         AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))
--     AND a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       UNION
--       SELECT x.account_id FROM confluence_restriction_subject AS x
--       UNION
--       SELECT m.account_id FROM directory_group_member AS m JOIN directory_group AS d ON d.group_id = m.group_id
--       WHERE json_array_length(d.confluence_access) > 0)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT column2 || ' were not read whole'
--   FROM (VALUES ('confluence_restriction', 'page restrictions'), ('directory_group', 'groups'), ('directory_group_member', 'members of groups'))
--   WHERE column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d group(s) do not tell whether they open Confluence', count(*))
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

-- External is who the site flags as a guest (older name: external collaborator), which is certain, or a person whose e-mail
-- address lies outside own_email_domains, which is probable; the sentence says which. Apps and customers never are.
-- Only accounts known to be active count.
WITH
  outsider AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name,
      CASE WHEN a.is_guest = 1 THEN 'is a guest' WHEN a.is_external_collaborator = 1 THEN 'is an external collaborator' ELSE 'has an e-mail address at ' || a.email_domain END AS basis
    FROM account AS a
    WHERE a.active = 1
      AND nullif(a.account_type, '') NOT IN ('app', 'customer')
      AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
        OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
          AND nullif(a.account_type, '') = 'atlassian'
          AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))
  ),
  held (account_id, kind, name, resource, key, via_key) AS MATERIALIZED (
    SELECT o.account_id, 'space', g.space_id, g.source_resource, g.source_key, NULL
    FROM outsider AS o JOIN confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = o.account_id
    UNION ALL
    SELECT o.account_id, 'space', g.space_id, g.source_resource, g.source_key, m.key
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
    UNION ALL
    SELECT o.account_id, 'page', r.content_id, 'confluence_restriction', r.key, NULL
    FROM outsider AS o JOIN confluence_restriction AS r ON r.account_id = o.account_id
    UNION ALL
    SELECT o.account_id, 'page', r.content_id, 'confluence_restriction', r.key, m.key
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id
    UNION ALL
    SELECT o.account_id, 'group', coalesce(nullif(d.name, ''), d.group_id), 'directory_group', d.key, m.key
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN directory_group AS d ON d.group_id = m.group_id
    WHERE json_array_length(d.confluence_access) > 0
  ),
  told AS (
    SELECT account_id, group_concat(words, ', ' ORDER BY kind DESC) AS words
    FROM (
      SELECT account_id, kind,
        CASE kind WHEN 'space' THEN 'holds rights in ' WHEN 'page' THEN 'is named in the restrictions of ' ELSE 'is in ' END
          || printf('%d %s%s', max(n), kind, iif(max(n) = 1, '', 's')) || iif(kind = 'group', ' that open' || iif(max(n) = 1, 's', '') || ' Confluence', '')
          || iif(kind = 'page', '', ' (' || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 5) || iif(max(n) > 5, printf(' and %d more', max(n) - 5), '') || ')') AS words
      FROM (
        SELECT h.account_id, h.kind, coalesce(nullif(s.space_key, ''), h.name) AS name,
          row_number() OVER (PARTITION BY h.account_id, h.kind ORDER BY coalesce(nullif(s.space_key, ''), h.name)) AS n
        FROM (SELECT DISTINCT account_id, kind, name FROM held) AS h
        LEFT JOIN confluence_space AS s ON h.kind = 'space' AND s.space_id = h.name
      )
      GROUP BY account_id, kind
    )
    GROUP BY account_id
  ),
  proof AS (
    SELECT account_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT o.account_id, 0 AS place, 'confluence_user' AS resource, u.key FROM outsider AS o JOIN confluence_user AS u ON u.account_id = o.account_id
        UNION
        SELECT account_id, iif(kind = 'group', 1, 2), resource, key FROM held
        UNION
        SELECT account_id, 3, 'directory_group_member', via_key FROM held WHERE via_key IS NOT NULL
      )
    )
    WHERE n <= 50
    GROUP BY account_id
  )
SELECT
  coalesce(u.key, o.account_id) AS key,
  '' AS aspect,
  o.name AS subject,
  o.basis || ' and ' || t.words AS detail,
  '[' || p.objects || ']' AS evidence
FROM outsider AS o
JOIN told AS t ON t.account_id = o.account_id
JOIN proof AS p ON p.account_id = o.account_id
LEFT JOIN confluence_user AS u ON u.account_id = o.account_id
