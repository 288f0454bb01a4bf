-- rev: 1
-- title: Third-party app with content access
-- severity: low
-- category: access security
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) with such access do not tell whether they are apps, or active', count(*)), json_group_array(a.account_id) AS key
--   FROM account_kind AS a
--   WHERE (a.app AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))) IS NULL
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
--   SELECT printf('%d page restriction(s) do not tell their page, whether they are for reading or editing, or whom they name', count(*)), json_group_array(coalesce(content_id, source_key))
--   FROM confluence_unclear_restriction
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.34, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2 and v1, users, space permissions, space roles, content restrictions
-- why: An app that can read pages can copy them to its vendor. The house must know which spaces that covers, and have agreed to it.
-- fix: Check that there is a data processing agreement with the app's vendor, and that it covers what these spaces hold
--   Take the app's right to view away in spaces that it does not need: Space settings > Space permissions (or Space access, where the site uses roles)
--   Keep sensitive spaces out of its reach with an app access rule: admin.atlassian.com > Security > Data security policies
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. Approved apps: accept them with an owner and a date.

-- An app acts through an account of its own. Service accounts of the house and Rovo agents (app type service, agent, where the
-- site tells it) are no third-party apps, first_party_apps are Atlassian's own, and an account that is not active does nothing.
WITH
  app AS MATERIALIZED (
    SELECT a.account_id, a.name
    FROM account_kind AS a
    WHERE a.app
      AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  )
SELECT
  coalesce(u.key, x.account_id) AS key,
  '' AS aspect,
  x.name AS subject,
  'is the account of an app and may read in ' || max(x.n) || ' space' || iif(max(x.n) = 1, '', 's') || ' ('
    || replace(group_concat(DISTINCT iif(x.n <= 10, x.space, NULL) ORDER BY iif(x.n <= 10, x.space, NULL)), ',', ', ') || iif(max(x.n) > 10, printf(' and %d more', max(x.n) - 10), '') || ')'
    || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', '))
    || iif(count(x.content_id) = 0, '', '; the view restrictions of ' || count(DISTINCT x.content_id) || ' page' || iif(count(DISTINCT x.content_id) = 1, '', 's') || ' name it') AS detail,
  '[' || json_object('resource', 'confluence_user', 'key', coalesce(u.key, x.account_id)) || coalesce(',' || group_concat(DISTINCT iif(x.n <= 25 AND s.key IS NOT NULL, json_object('resource', 'confluence_space', 'key', s.key), NULL)), '')
    || ',' || group_concat(DISTINCT iif(x.rank <= 12, json_object('resource', x.source_resource, 'key', x.source_key), NULL))
    || coalesce(',' || group_concat(DISTINCT iif(x.rank <= 12 AND m.key IS NOT NULL, json_object('resource', 'directory_group_member', 'key', m.key), NULL)), '') || ']' AS evidence
FROM (
  SELECT *, dense_rank() OVER (PARTITION BY account_id ORDER BY space IS NULL, space) AS n, row_number() OVER (PARTITION BY account_id ORDER BY source_key, via_group) AS rank
  FROM (
    SELECT x.space_id, x.account_id, x.via_group, x.source_resource, x.source_key, NULL AS content_id, a.name, coalesce(nullif(s.space_key, ''), 'space ' || x.space_id) AS space
    FROM app AS a
    CROSS JOIN confluence_space_access AS x ON x.account_id = a.account_id
    LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
    WHERE x.operation = 'read'
      AND +x.target_type = 'space'   -- + keeps the look-up by holder
    UNION ALL   -- the spaces of pages whose view restriction names the app
    SELECT c.space_id, x.account_id, x.via_group, x.source_resource, x.source_key, x.content_id, a.name, coalesce(coalesce(nullif(s.space_key, ''), 'space ' || c.space_id), 'a space that was not read')
    FROM app AS a
    CROSS JOIN confluence_restriction_access AS x ON x.account_id = a.account_id
    LEFT JOIN confluence_content AS c ON c.content_id = x.content_id
    LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
    WHERE x.operation = 'read'
  )
) AS x
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
LEFT JOIN directory_group AS d ON d.group_id = x.via_group
LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (x.via_group, x.account_id)
GROUP BY x.account_id
