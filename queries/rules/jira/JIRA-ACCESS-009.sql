-- rev: 1
-- title: Deactivated account still holds access
-- severity: medium
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- optional: directory_group, directory_group_member, jira_project, jira_role_actor, jira_permission_scheme, jira_permission_grant, jira_security_level, jira_security_level_member, jira_filter, jira_dashboard
-- unknown: WITH gone AS (SELECT key, account_id FROM jira_user WHERE account_type = 'atlassian' AND active = 0)
--   SELECT printf('%d deactivated account(s) may hold more: %s', (SELECT count(*) FROM gone), group_concat(r.column1 || ' was not read whole', ', ')) AS words,
--     (SELECT json_group_array(key) FROM gone) AS key
--   FROM (VALUES ('directory_group_member'), ('jira_role_actor'), ('jira_permission_grant'), ('jira_project')) AS r
--   WHERE EXISTS (SELECT 1 FROM gone)
--     AND r.column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d grant(s), role entries and projects do not tell whose they are', count(*)), NULL
--   FROM (
--     SELECT 1 FROM jira_permission_grant WHERE holder_type = 'user' AND coalesce(holder_value, holder_parameter) IS NULL
--     UNION ALL
--     SELECT 1 FROM jira_role_actor WHERE actor_kind = 'atlassian-user-role-actor' AND account_id IS NULL
--     UNION ALL
--     SELECT 1 FROM jira_security_level_member WHERE holder_type = 'user' AND coalesce(holder_value, holder_parameter) IS NULL
--     UNION ALL
--     SELECT 1 FROM jira_project WHERE lead_account_id IS NULL
--   )
--   WHERE EXISTS (SELECT 1 FROM gone)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key)
--   FROM jira_user
--   WHERE (account_type = 'atlassian' AND active = 0) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.16, iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.3, cis8:6.2
-- source: Jira Cloud REST API v3, users, groups, project roles, permission schemes, issue security, filters, dashboards; How to Harden, Atlassian
-- why: An account that is switched on again, or carried over to another site, has every group, role and grant back at once that
--   nobody took away. A review that looks at active accounts alone does not meet it.
-- fix: Take the account out of the groups named (admin.atlassian.com > Directory > Groups)
--   Take it out of the project roles named (Project settings > Access), the permission schemes (Jira settings > Work items > Permission schemes) and the security levels (Issue security schemes)
--   Name another lead for its projects (Project settings > Details) and another owner for its filters and dashboards (Jira settings > System > Shared filters, Shared dashboards)
-- false-positives: What it owns may be of no use any more: an archived project, a filter that nobody opens. Accept those, or clear them away.

-- One finding for each account; the sentence lists what it still holds. A filter without an owner is one whose owner was deleted.
WITH
  gone AS MATERIALIZED (
    SELECT u.key, u.account_id, u.display_name
    FROM jira_user AS u
    WHERE u.account_type = 'atlassian'
      AND u.active = 0
  ),
  held AS MATERIALIZED (   -- by itself: with a window over it every mention of everybody would be read first
    SELECT m.*
    FROM gone AS x
    CROSS JOIN jira_mention AS m ON m.account_id = x.account_id
  ),
  told AS (   -- what it holds in words, kind by kind
    SELECT account_id, place,
      max(words) || iif(count(*) = 1, ' ', 's ') || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 5)
        || iif(count(*) > 5, printf(' and %d more', count(*) - 5), '') AS words,
      group_concat(iif(n <= 12, json_object('resource', source_resource, 'key', source_key), NULL)) AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY account_id, place ORDER BY name, source_key) AS n FROM held)
    GROUP BY account_id, place
  )
SELECT
  x.key,
  '' AS aspect,
  coalesce(nullif(x.display_name, ''), x.account_id) AS subject,
  'is deactivated, but ' || group_concat(t.words, '; ' ORDER BY t.place) AS detail,
  '[' || json_object('resource', 'jira_user', 'key', x.key) || ',' || group_concat(t.objects) || ']' AS evidence
FROM gone AS x
JOIN told AS t ON t.account_id = x.account_id
GROUP BY x.key
