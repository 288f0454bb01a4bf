-- rev: 1
-- title: Inactive third-party app with access
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- optional: directory_group, directory_group_member, jira_project, jira_role_actor, jira_permission_scheme, jira_permission_grant, app
-- unknown: WITH app_account AS (
--     SELECT key FROM jira_user
--     WHERE account_type = 'app' AND active = 0 AND coalesce(app_type, 'unknown') NOT IN ('service', 'agent')
--       AND account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
--   )
--   SELECT printf('%d inactive app account(s) may hold more: %s', (SELECT count(*) FROM app_account), group_concat(r.column1 || ' was not read whole', ', ')),
--     (SELECT json_group_array(key) FROM app_account) AS key
--   FROM (VALUES ('directory_group_member'), ('jira_role_actor'), ('jira_permission_grant')) AS r
--   WHERE EXISTS (SELECT 1 FROM app_account)
--     AND r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) and role entries to a person do not tell to whom', count(*)), NULL
--   FROM (
--     SELECT 1 FROM jira_permission_grant WHERE holder_type = 'user' AND coalesce(holder_value, holder_parameter) IS NULL
--     UNION ALL
--     SELECT 1 FROM jira_role_actor WHERE actor_kind = 'atlassian-user-role-actor' AND account_id IS NULL
--   )
--   WHERE EXISTS (SELECT 1 FROM app_account)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key)
--   FROM jira_user
--   WHERE (account_type = 'app' AND active = 0) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, iso27001:A.5.19, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, cis8:6.2
-- source: Cloudflare CASB Atlassian Jira; Jira Cloud REST API v3, users, groups, project roles, permission schemes
-- why: An app that is switched off but still stands in groups, roles or permission schemes gets all of that back the
--   day somebody switches it on again, and nobody decides anew whether it should.
-- fix: Decide whether the app is still wanted
--   If not, uninstall it under Jira settings > Apps > Manage apps: disabling alone leaves it in place
--   Take its account out of the groups named (admin.atlassian.com > Directory > Groups)
--   Take it out of the project roles named (Project settings > Access)
--   Take it out of the permission schemes named (Jira settings > Work items > Permission schemes)
-- false-positives: Uninstalling an app leaves its account behind, inactive, by design. Such an account is reported only
--   where something it held was not removed with it.

-- Service accounts and Rovo agents (app type service, agent) are no third-party apps; first_party_apps are Atlassian's.
WITH
  gone AS MATERIALIZED (
    SELECT u.key, u.account_id, u.display_name
    FROM jira_user AS u
    WHERE u.account_type = 'app'
      AND u.active = 0
      AND coalesce(u.app_type, 'unknown') NOT IN ('service', 'agent')
      AND u.account_id NOT IN (SELECT value FROM json_each(:first_party_apps))
  ),
  held (account_id, place, one, many, name, resource, key) AS (
    SELECT x.account_id, 1, 'is still in the group', 'is still in the groups', coalesce(nullif(g.name, ''), m.group_id), 'directory_group_member', m.key
    FROM gone AS x
    JOIN directory_group_member AS m ON m.account_id = x.account_id
    LEFT JOIN directory_group AS g ON g.group_id = m.group_id
    UNION ALL
    SELECT x.account_id, 2, 'acts in the project role', 'acts in the project roles',
      coalesce(nullif(r.role_name, ''), 'role ' || r.role_id) || ' of ' || coalesce(nullif(p.name, ''), 'project ' || r.project_id), 'jira_role_actor', r.key
    FROM gone AS x
    JOIN jira_role_actor AS r ON r.account_id = x.account_id
    LEFT JOIN jira_project AS p ON p.project_id = r.project_id
    UNION ALL
    SELECT x.account_id, 3, 'is granted the permission', 'is granted the permissions',
      coalesce(g.permission, 'grant ' || g.grant_id) || ' in ' || coalesce(nullif(c.name, ''), 'scheme ' || g.scheme_id), 'jira_permission_grant', g.key
    FROM jira_permission_grant AS g
    JOIN gone AS x ON x.account_id = coalesce(g.holder_value, g.holder_parameter)
    LEFT JOIN jira_permission_scheme AS c ON c.scheme_id = g.scheme_id
    WHERE g.holder_type = 'user'
    UNION ALL
    SELECT x.account_id, 4, 'belongs to an app that is installed and only switched off:', 'belongs to apps that are installed and only switched off:', a.name, 'app', a.key
    FROM app AS a
    JOIN gone AS x ON lower(nullif(x.display_name, '')) = lower(a.name)
    WHERE a.enabled = 0
      AND a.user_installed = 1
  ),
  told AS (   -- the same in words, kind by kind
    SELECT account_id, place,
      iif(count(*) = 1, one, many) || ' ' || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 5)
        || iif(count(*) > 5, printf(' and %d more', count(*) - 5), '') AS words,
      group_concat(iif(n <= 12, json_object('resource', resource, 'key', key), NULL)) AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY account_id, place ORDER BY name, key) AS n FROM held)
    GROUP BY account_id, place
  )
SELECT
  x.key,
  '' AS aspect,
  coalesce(nullif(x.display_name, ''), x.account_id) AS subject,
  'is the account of an app and inactive, but ' || group_concat(t.words, '; ' ORDER BY t.place) AS detail,
  '[' || json_object('resource', 'jira_user', 'key', x.key) || coalesce(',' || group_concat(t.objects), '') || ']' AS evidence
FROM gone AS x
JOIN told AS t ON t.account_id = x.account_id
GROUP BY x.key
