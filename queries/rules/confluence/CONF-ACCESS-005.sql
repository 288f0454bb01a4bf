-- rev: 1
-- title: Third-party app with edit access to content
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_content
-- needs: confluence_user, confluence_restriction
-- optional: confluence_content, confluence_space, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) with such access do not tell whether they are apps, or active', count(*)), json_group_array(a.account_id) AS key
--   FROM account_kind AS a
--   WHERE (a.app AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))) IS NULL
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_restriction_subject AS t
--       JOIN (SELECT DISTINCT r.subject_kind, r.subject FROM confluence_restriction AS r WHERE r.operation = 'update') AS r
--         ON (r.subject_kind, r.subject) = (t.subject_kind, t.subject))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*)), json_group_array(coalesce(content_id, source_key))
--   FROM confluence_unclear_restriction
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT r.column2 || ' were not read whole', NULL AS key
--   FROM (VALUES ('directory_group_member', 'members of groups')) AS r
--   WHERE r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--     AND EXISTS (SELECT 1 FROM confluence_restriction WHERE (operation, subject_kind) = ('update', 'group'))
-- maps: iso27001:A.5.19, iso27001:A.5.15, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v1, content restrictions; v2, users
-- why: An app that is named among those who may edit a page can rewrite it from outside the house, at any hour and without anybody
--   watching.
-- fix: Ask the owner of the page whether the app has to write on it: macros and publishing tools sometimes do
--   If not, open the page > Share > General access, and remove the app from those who can edit
--   Where the app comes in through a group, take its account out of the group in admin.atlassian.com > Directory > Groups
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. An app for macros or publishing that must write on the page: accept it, app by
--   app.

-- An app acts through an account of its own. Service accounts of the house and Rovo agents (app type service, agent, where the
-- site tells it) are no third-party apps, first_party_apps are Atlassian's own, and an account that is not active does nothing.
WITH
  app AS MATERIALIZED (
    SELECT a.account_id, a.name
    FROM account_kind AS a
    WHERE a.app
      AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  way AS MATERIALIZED (
    SELECT x.*, a.name FROM app AS a CROSS JOIN confluence_restriction_access AS x ON x.account_id = a.account_id
    WHERE x.operation = 'update'
  ),
  party AS (   -- each app and each page, with the ways it has
    SELECT x.content_id, x.account_id, x.name || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', ')) AS words,
      group_concat(json_object('resource', x.source_resource, 'key', x.source_key))
      || coalesce(',' || group_concat(iif(m.key IS NULL, NULL, json_object('resource', 'directory_group_member', 'key', m.key))), '') AS objects
    FROM way AS x
    LEFT JOIN directory_group AS d ON d.group_id = x.via_group
    LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (x.via_group, x.account_id)
    GROUP BY x.content_id, x.account_id
  )
SELECT
  coalesce(c.key, p.content_id) AS key,
  coalesce(u.key, p.account_id) AS aspect,
  coalesce(nullif(c.title, ''), 'content ' || p.content_id) || coalesce(' (' || nullif(s.space_key, '') || ')', '') AS subject,
  'can be edited by the app ' || p.words || ', whom its edit restriction names' AS detail,
  '[' || json_object('resource', 'confluence_content', 'key', coalesce(c.key, p.content_id)) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'confluence_user', 'key', u.key)), '') || ',' || p.objects || ']' AS evidence
FROM party AS p
LEFT JOIN confluence_content AS c ON c.content_id = p.content_id
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
LEFT JOIN confluence_user AS u ON u.account_id = p.account_id
