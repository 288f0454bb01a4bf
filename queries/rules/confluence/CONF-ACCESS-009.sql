-- rev: 1
-- title: Third-party app with content access
-- severity: low
-- category: access security
-- products: confluence-cloud
-- object: confluence_user
-- needs: confluence_user, confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_content, confluence_restriction, confluence_space_role_mode, jira_user, directory_group, directory_group_member
-- unknown: SELECT printf('%d account(s) that may read a space do not tell what kind of account they are', count(DISTINCT t.account_id))
--   FROM confluence_space_subject AS t
--   JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation = 'read' AND g.target_type = 'space') AS g
--     ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id
--   LEFT JOIN account AS a ON a.account_id = t.account_id
--   WHERE coalesce(a.account_type, '') = '' AND a.resolved IS NOT 0
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
-- maps: iso27001:A.5.19, iso27001:A.5.34, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2 and v1, users, space permissions, space roles, content restrictions
-- why: An app that can read pages can copy them to its vendor. The house must know which spaces that covers, and have agreed to it.
-- fix: Check that there is a data processing agreement with the app's vendor, and that it covers what these spaces hold
--   Take the app's right to view away in spaces that it does not need: Space settings > Space permissions (or Space access, where the site uses roles)
--   Keep sensitive spaces out of its reach with an app access rule: admin.atlassian.com > Security > Data security policies
-- false-positives: Atlassian's own apps are app accounts too: list them in first_party_apps. Approved apps: accept them with an owner and a date.

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
  ),
  named (content_id, account_id, name, resource, key, via_group, via_key) AS MATERIALIZED (   -- restrictions that name one of them
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, NULL, NULL
    FROM app AS o JOIN confluence_restriction AS r ON r.account_id = o.account_id
    WHERE r.operation = 'read'
    UNION ALL
    SELECT r.content_id, o.account_id, o.name, 'confluence_restriction', r.key, m.group_id, m.key
    FROM app AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN confluence_restriction AS r ON r.group_id = m.group_id
    WHERE r.operation = 'read'
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
    WHERE g.operation = 'read'
      AND g.target_type = 'space'
    UNION ALL   -- the spaces of pages whose read restriction names the app
    SELECT c.space_id, n.account_id, n.name, n.via_group, n.via_key, 'named', 'page', n.resource, n.key
    FROM named AS n LEFT JOIN confluence_content AS c ON c.content_id = n.content_id
  ),
  spaces AS (   -- the spaces of each app, named and counted
    SELECT account_id, printf('%d space%s', max(n), iif(max(n) = 1, '', 's')) || ' (' || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 10)
      || iif(max(n) > 10, printf(' and %d more', max(n) - 10), '') || ')' AS words
    FROM (
      SELECT h.account_id, coalesce(nullif(s.space_key, ''), 'space ' || h.space_id) AS name,
        row_number() OVER (PARTITION BY h.account_id ORDER BY coalesce(nullif(s.space_key, ''), h.space_id)) AS n
      FROM (SELECT DISTINCT account_id, space_id FROM held WHERE space_id IS NOT NULL) AS h
      LEFT JOIN confluence_space AS s ON s.space_id = h.space_id
    )
    GROUP BY account_id
  ),
  pages AS (
    SELECT account_id, printf('%d page%s', count(DISTINCT content_id), iif(count(DISTINCT content_id) = 1, '', 's')) AS words
    FROM named GROUP BY account_id
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
  'is the account of an app and may read in ' || coalesce(w.words, 'spaces that were not read') || x.via
    || coalesce('; the read restrictions of ' || g.words || ' name it', '') AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT h.account_id, h.name, iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group))) AS via
  FROM (SELECT DISTINCT account_id, name, via_group FROM held) AS h LEFT JOIN directory_group AS d ON d.group_id = h.via_group
  GROUP BY h.account_id
) AS x
JOIN proof AS p ON p.account_id = x.account_id
LEFT JOIN spaces AS w ON w.account_id = x.account_id
LEFT JOIN pages AS g ON g.account_id = x.account_id
LEFT JOIN confluence_user AS u ON u.account_id = x.account_id
