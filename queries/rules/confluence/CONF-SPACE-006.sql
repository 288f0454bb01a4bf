-- rev: 1
-- title: Third-party app administers a space
-- severity: high
-- category: permissions
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) that administer spaces do not tell whether they are apps, or active', count(*)), json_group_array(a.account_id) AS key
--   FROM account_kind AS a
--   WHERE (a.app AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))) IS NULL
--     AND a.resolved = 1
--     AND +a.account_id IN (SELECT t.account_id FROM confluence_space_subject AS t
--       JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation = 'administer') AS g
--         ON (g.subject_kind, g.subject_id) = (t.subject_kind, t.subject_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'members of groups were not read whole', NULL
--   WHERE 'directory_group_member' NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--     AND EXISTS (SELECT 1 FROM confluence_space_grant AS g WHERE (g.subject_kind, g.operation) = ('group', 'administer'))
--   UNION ALL
--   SELECT printf('%d grant(s) that may be of administration do not tell in which space, what they allow, or to whom', count(*)), json_group_array(coalesce(g.space_id, g.source_key))
--   FROM confluence_space_grant AS g
--   WHERE coalesce(g.operation, 'administer') = 'administer'
--     AND (NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id)
--       OR g.operation IS NULL
--       OR g.subject_id IS NULL OR coalesce(g.subject_kind, 'unknown') = 'unknown'
--       OR g.subject_kind = 'user' AND g.subject_id NOT IN (SELECT account_id FROM account))
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.19, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:5.4, cis8:15.1
-- source: Confluence Cloud REST API v2, users, space permissions, space roles; how-to-harden, Atlassian
-- why: An app that administers a space can change who sees it, not only what stands in it: one fault at its vendor opens or empties the space.
-- fix: Match the account with an installed app (Confluence administration > Apps > Manage apps) and ask its vendor why it has to administer the spaces named
--   If it does not have to, open Space settings > Space permissions (or Space access, where the site uses roles) of each and take the right to administer away
--   Where the right comes through a group, take the app's account out of it in admin.atlassian.com > Directory > Groups
--   Uninstall an app that nobody owns
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. Apps that manage permissions or make backups: accept them app by app, with an owner and a date.

-- An app acts through an account of its own. Service accounts of the house and Rovo agents (app type service, agent, where the
-- site tells it) are no third-party apps, first_party_apps are Atlassian's own, and an account that is not active does nothing:
-- what it still holds is CONF-SPACE-005.
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
  'is the account of an app and administers ' || max(x.n) || ' space' || iif(max(x.n) = 1, '', 's') || ' ('
    || replace(group_concat(DISTINCT iif(x.n <= 10, x.space, NULL) ORDER BY iif(x.n <= 10, x.space, NULL)), ',', ', ') || iif(max(x.n) > 10, printf(' and %d more', max(x.n) - 10), '') || ')'
    || iif(count(x.via_group) = 0, '', iif(count(*) > count(x.via_group), ' directly and', '') || ' through the group' || iif(count(DISTINCT x.via_group) = 1, ' ', 's ')
      || replace(group_concat(DISTINCT coalesce(nullif(d.name, ''), x.via_group) ORDER BY coalesce(nullif(d.name, ''), x.via_group)), ',', ', ')) AS detail,
  '[' || json_object('resource', 'confluence_user', 'key', coalesce(u.key, x.account_id)) || coalesce(',' || group_concat(DISTINCT iif(x.n <= 25 AND s.key IS NOT NULL, json_object('resource', 'confluence_space', 'key', s.key), NULL)), '')
    || ',' || group_concat(DISTINCT iif(x.n <= 25, json_object('resource', x.source_resource, 'key', x.source_key), NULL))
    || coalesce(',' || group_concat(DISTINCT iif(x.n <= 25 AND m.key IS NOT NULL, json_object('resource', 'directory_group_member', 'key', m.key), NULL)), '') || ']' AS evidence
FROM (
  SELECT *, dense_rank() OVER (PARTITION BY account_id ORDER BY space IS NULL, space) AS n
  FROM (
    SELECT x.*, a.name, coalesce(nullif(s.space_key, ''), 'space ' || x.space_id) AS space
    FROM app AS a
    CROSS JOIN confluence_space_access AS x ON x.account_id = a.account_id
    LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
    WHERE x.operation = 'administer'
  )
) AS x
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
LEFT JOIN directory_group AS d ON d.group_id = x.via_group
LEFT JOIN directory_group_member AS m ON (m.group_id, m.account_id) = (x.via_group, x.account_id)
GROUP BY x.account_id
