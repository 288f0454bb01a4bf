-- rev: 1
-- title: Third-party app with edit access to space
-- severity: medium
-- category: access security
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) that may change things in a space do not tell what kind of account they are', count(DISTINCT t.account_id))
--   FROM confluence_space_subject AS t
--   JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation IN ('create', 'update', 'delete', 'administer', 'restrict_content', 'archive', 'purge', 'purge_version', 'restore', 'move')) AS g
--     ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id
--   LEFT JOIN account AS a ON a.account_id = t.account_id
--   WHERE coalesce(a.account_type, '') = '' AND a.resolved IS NOT 0
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
-- maps: iso27001:A.5.19, iso27001:A.5.15, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2, users, space permissions, space roles
-- why: Apps are let into spaces when they are installed, and few people look again at which of them may write everywhere.
-- fix: Match the account with an installed app (Confluence administration > Apps > Manage apps) and ask its owner which spaces it has to write in
--   In the spaces that do not use it, open Space settings > Space permissions (or Space access, where the site uses roles) and take the app's rights away
--   To keep it out of spaces altogether, use an app access rule: admin.atlassian.com > Security > Data security policies
--   Uninstall an app that nobody owns
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. An app that is approved for every space: accept it with an owner and a date.

-- An app acts through an account of its own. Service accounts of the house and Rovo agents (app type service, agent) are no
-- third-party apps, first_party_apps are Atlassian's own, and the account of an app that is switched off can do nothing.
WITH
  edit (operation) AS (   -- everything but read, use, export and copy
    VALUES ('create'), ('update'), ('delete'), ('administer'), ('restrict_content'), ('archive'), ('purge'), ('purge_version'), ('restore'), ('move')
  ),
  app AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name
    FROM account AS a
    WHERE a.account_type = 'app'
      AND a.active IS NOT 0
      AND coalesce(a.app_type, 'unknown') NOT IN ('service', 'agent')
      AND a.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  held (space_id, account_id, name, via_group, via_key, operation, target_type, resource, key) AS MATERIALIZED (
    SELECT g.space_id, g.account_id, g.name, g.via_group, g.via_key, g.operation, g.target_type, g.source_resource, g.source_key
    FROM (
      SELECT g.*, o.account_id, o.name, NULL AS via_group, NULL AS via_key
      FROM app AS o JOIN confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = o.account_id
      UNION ALL
      SELECT g.*, o.account_id, o.name, m.group_id, m.key
      FROM app AS o
      JOIN directory_group_member AS m ON m.account_id = o.account_id
      JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
    ) AS g
    WHERE g.operation IN edit
  ),
  spaces AS (   -- the spaces of each app, named and counted
    SELECT account_id, printf('%d space%s', max(n), iif(max(n) = 1, '', 's')) || ' (' || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 10)
      || iif(max(n) > 10, printf(' and %d more', max(n) - 10), '') || ')' AS words
    FROM (
      SELECT h.account_id, coalesce(nullif(s.space_key, ''), 'space ' || h.space_id) AS name,
        row_number() OVER (PARTITION BY h.account_id ORDER BY coalesce(nullif(s.space_key, ''), h.space_id)) AS n
      FROM (SELECT DISTINCT account_id, space_id FROM held) AS h
      LEFT JOIN confluence_space AS s ON s.space_id = h.space_id
    )
    GROUP BY account_id
  ),
  proof AS (
    SELECT account_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT h.account_id, 0 AS place, 'confluence_user' AS resource, u.key FROM held AS h JOIN confluence_user AS u ON u.account_id = h.account_id
        UNION
        SELECT h.account_id, 1, 'confluence_space', s.key FROM held AS h JOIN confluence_space AS s ON s.space_id = h.space_id
        UNION
        SELECT account_id, 2, resource, key FROM held
        UNION
        SELECT account_id, 3, 'directory_group_member', via_key FROM held WHERE via_key IS NOT NULL
      )
    )
    WHERE n <= 50
    GROUP BY account_id
  )
SELECT
  coalesce(u.key, x.account_id) AS key,
  '' AS aspect,
  x.name AS subject,
  'is the account of an app and may edit in ' || w.words || x.via AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT h.account_id, h.name, iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group))) AS via
  FROM (SELECT DISTINCT account_id, name, via_group FROM held) AS h LEFT JOIN directory_group AS d ON d.group_id = h.via_group
  GROUP BY h.account_id
) AS x
JOIN spaces AS w ON w.account_id = x.account_id
JOIN proof AS p ON p.account_id = x.account_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
