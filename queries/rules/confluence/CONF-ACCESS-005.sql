-- rev: 1
-- title: Third-party app with edit access to content
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_content
-- needs: confluence_restriction
-- optional: confluence_content, confluence_space, confluence_user, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) named in edit restrictions do not tell what kind of account they are', count(DISTINCT x.account_id))
--   FROM confluence_restriction_subject AS x
--   JOIN (SELECT DISTINCT subject_kind, subject, account_type FROM confluence_restriction WHERE operation = 'update') AS r
--     ON r.subject_kind = x.subject_kind AND r.subject = x.subject
--   LEFT JOIN account AS a ON a.account_id = x.account_id
--   WHERE coalesce(nullif(a.account_type, ''), nullif(r.account_type, '')) IS NULL AND a.resolved IS NOT 0
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*))
--   FROM confluence_restriction
--   WHERE content_id IS NULL OR operation IS NULL OR coalesce(account_id, group_id) IS NULL AND coalesce(lower(subject_type), '') NOT IN ('anonymous', 'unknown')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT column2 || ' were not read whole'
--   FROM (VALUES ('directory_group_member', 'members of groups'))
--   WHERE column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--     AND EXISTS (SELECT 1 FROM confluence_restriction WHERE operation = 'update' AND subject_kind = 'group')
-- maps: iso27001:A.5.19, iso27001:A.5.15, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v1, content restrictions; v2, users
-- why: An app that is named among those who may edit a page can rewrite it from outside the house, at any hour and without anybody
--   watching.
-- fix: Ask the owner of the page whether the app has to write on it: macros and publishing tools sometimes do
--   If not, open the page > Share > General access, and remove the app from those who can edit
--   Where the app comes in through a group, take its account out of the group in admin.atlassian.com > Directory > Groups
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. An app for macros or publishing that must write on the page: accept it, app by
--   app.

-- An app acts through an account of its own. Service accounts of the house and Rovo agents (app type service, agent) are no
-- third-party apps, first_party_apps are Atlassian's own, and the account of an app that is switched off can do nothing.
WITH
  app AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name
    FROM account AS a
    WHERE a.account_type = 'app'
      AND a.active IS NOT 0
      AND coalesce(a.app_type, 'unknown') NOT IN ('service', 'agent')
      AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
    UNION
    SELECT r.account_id, r.account_id   -- a type that only the restriction itself tells
    FROM confluence_restriction AS r
    LEFT JOIN account AS a ON a.account_id = r.account_id
    WHERE iif(coalesce(a.account_type, '') = '', r.account_type, '') = 'app'
      AND a.active IS NOT 0
      AND r.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  named (content_id, account_id, name, resource, key, via_group, via_key) AS MATERIALIZED (   -- restrictions that name one of them
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, NULL, NULL
    FROM app AS o JOIN confluence_restriction AS r ON r.account_id = o.account_id
    WHERE r.operation = 'update'
    UNION ALL
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, m.group_id, m.key
    FROM app AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id
    WHERE r.operation = 'update'
  ),
  proof AS (
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
  )
SELECT
  coalesce(c.key, x.content_id) AS key,
  coalesce(u.key, x.account_id) AS aspect,
  coalesce(nullif(c.title, ''), 'content ' || x.content_id) || coalesce(' (' || nullif(s.space_key, '') || ')', '') AS subject,
  'names the app ' || x.name || x.via || ' among those who may edit it' AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT n.content_id, n.account_id, n.name, iif(count(n.via_group) = 0, '', iif(count(*) > count(n.via_group), ' directly and', '') || ' through the group' || iif(count(n.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), n.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), n.via_group))) AS via
  FROM (SELECT DISTINCT content_id, account_id, name, via_group FROM named) AS n LEFT JOIN directory_group AS d ON d.group_id = n.via_group
  GROUP BY n.content_id, n.account_id
) AS x
JOIN proof AS p ON p.content_id = x.content_id AND p.account_id = x.account_id
LEFT JOIN confluence_content AS c ON c.content_id = x.content_id
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
