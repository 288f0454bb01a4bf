-- rev: 1
-- title: AI agent or service account with access
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- optional: jira_global_permission, directory_group, directory_group_member, jira_application_role_group, jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant, jira_role_actor
-- unknown: SELECT printf('%d active app account(s) do not tell what kind of app they are', count(*)) AS words, json_group_array(key) AS key
--   FROM jira_user
--   WHERE account_type = 'app' AND active = 1 AND app_type IS NULL
--     AND account_id NOT IN (SELECT value FROM json_each(:approved_agents))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key)
--   FROM jira_user
--   WHERE (account_type = 'app' AND active = 1 AND coalesce(app_type, 'agent') IN ('agent', 'service')) IS NULL
--     AND account_id NOT IN (SELECT value FROM json_each(:approved_agents))
--   HAVING count(*) > 0
-- param: approved_agents list = []
--   ids of the accounts of agents and services that somebody has approved and answers for
-- maps: iso27001:A.5.16, iso27001:A.5.18, iso27001:A.5.23, soc2:CC6.1, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.5, cis8:6.8
-- source: Jira Cloud REST API v3, accountType and appType of a user, permission schemes, permissions/check
-- why: Rovo agents and service accounts act without a person. Each needs an owner, a purpose, and no more rights than that
--   purpose takes; otherwise nobody notices when one does something else.
-- fix: Name an owner and a purpose for the account
--   Keep it in the projects it serves: take it out of groups that open more (admin.atlassian.com > Directory > Groups) and out of roles it does not need (Project settings > Access)
--   Remove what is not used: service accounts under admin.atlassian.com > Directory > Service accounts, agents in Rovo's own list
--   Put the ids of those that are approved into approved_agents
-- false-positives: Accounts that stand in your register of agents and service accounts: list their ids in approved_agents.

-- High if it may administer Jira, medium if it may change things in a project that is not archived, low otherwise. What
-- everybody may do, even without an account, is not counted as its own.
WITH
  agent AS MATERIALIZED (
    SELECT u.key, u.account_id, coalesce(nullif(u.display_name, ''), u.account_id) AS name, iif(u.app_type = 'agent', 'an AI agent', 'a service account') AS what
    FROM jira_user AS u
    WHERE u.account_type = 'app'
      AND u.active = 1
      AND u.app_type IN ('agent', 'service')
      AND u.account_id NOT IN (SELECT value FROM json_each(:approved_agents))
  ),
  holder (account_id, type, value) AS MATERIALIZED (   -- as what each is met in permission schemes, whatever the project
    SELECT account_id, 'user', account_id FROM agent
    UNION
    SELECT a.account_id, 'group', m.group_id FROM agent AS a JOIN directory_group_member AS m ON m.account_id = a.account_id
    UNION
    SELECT a.account_id, 'applicationRole', r.role_key
    FROM agent AS a
    JOIN directory_group_member AS m ON m.account_id = a.account_id
    JOIN jira_application_role_group AS r ON r.group_id = m.group_id
    WHERE r.is_access = 1
    UNION
    SELECT a.account_id, 'applicationRole', ''
    FROM agent AS a
    JOIN directory_group_member AS m ON m.account_id = a.account_id
    JOIN jira_application_role_group AS r ON r.group_id = m.group_id
    WHERE r.is_access = 1
  ),
  live AS MATERIALIZED (
    SELECT l.scheme_id, l.project_id, coalesce(nullif(l.project_key, ''), l.project) AS project, p.lead_account_id
    FROM jira_scheme_project AS l
    JOIN jira_project AS p ON p.project_id = l.project_id
    WHERE l.archived = 0
  ),
  writes AS MATERIALIZED (   -- in each scheme, whose grants let somebody change things
    SELECT g.scheme_id, g.holder_type AS type, coalesce(g.holder_value, d.group_id, iif(g.holder_type = 'applicationRole', '', NULL)) AS value, min(g.key) AS key
    FROM jira_permission_grant AS g
    LEFT JOIN directory_group AS d ON d.name = g.holder_parameter
    WHERE g.permission NOT LIKE 'VIEW!_%' ESCAPE '!'
      AND g.permission NOT IN ('BROWSE_PROJECTS', 'ASSIGNABLE_USER')
    GROUP BY 1, 2, 3
  ),
  reach (type, value, project_id, project, key) AS (   -- by what each is met in, so that many in one group are asked once
    SELECT s.type, s.value, l.project_id, l.project, w.key
    FROM (SELECT DISTINCT type, value FROM holder) AS s
    JOIN writes AS w ON w.type = s.type AND w.value = s.value
    JOIN live AS l ON l.scheme_id = w.scheme_id
    UNION ALL
    SELECT s.type, s.value, l.project_id, l.project, w.key
    FROM (SELECT DISTINCT type, value FROM holder) AS s
    JOIN jira_role_grant AS r ON r.subject_kind = s.type AND r.subject_id = s.value
    JOIN live AS l ON l.project_id = r.project_id
    JOIN writes AS w ON w.scheme_id = l.scheme_id AND w.value = r.role_id
    WHERE w.type = 'projectRole'
    UNION ALL
    SELECT 'user', a.account_id, l.project_id, l.project, w.key
    FROM agent AS a
    JOIN live AS l ON l.lead_account_id = a.account_id
    JOIN writes AS w ON w.scheme_id = l.scheme_id
    WHERE w.type = 'projectLead'
  ),
  power AS MATERIALIZED (
    SELECT type, value, count(DISTINCT project_id) AS n, min(project) AS project, key
    FROM reach
    GROUP BY type, value
  ),
  told AS (   -- the way that reaches furthest
    SELECT h.account_id, w.key,
      'may change things in ' || iif(w.n = 1, w.project, w.n || ' projects, ' || w.project || ' among them')
        || CASE h.type WHEN 'group' THEN ', by the group ' || coalesce(nullif(d.name, ''), h.value) WHEN 'applicationRole' THEN ', by its access to ' || coalesce(nullif(h.value, ''), 'Jira') ELSE '' END AS words,
      row_number() OVER (PARTITION BY h.account_id ORDER BY w.n DESC, h.type DESC, h.value) AS place
    FROM holder AS h
    JOIN power AS w ON w.type = h.type AND w.value = h.value
    LEFT JOIN directory_group AS d ON d.group_id = h.value
  )
SELECT
  a.key,
  '' AS aspect,
  a.name AS subject,
  'is ' || a.what || ' and active' || iif(p.key IS NULL, '', '; it can administer Jira') || coalesce('; it ' || t.words, '') AS detail,
  CASE WHEN p.key IS NOT NULL THEN 'high' WHEN t.words IS NOT NULL THEN 'medium' ELSE 'low' END AS severity,
  '[' || json_object('resource', 'jira_user', 'key', a.key) || iif(p.key IS NULL, '', ',' || json_object('resource', 'jira_global_permission', 'key', p.key)) || iif(t.key IS NULL, '', ',' || json_object('resource', 'jira_permission_grant', 'key', t.key)) || ']' AS evidence
FROM agent AS a
LEFT JOIN jira_global_permission AS p ON p.account_id = a.account_id AND p.permission = 'ADMINISTER'
LEFT JOIN told AS t ON t.account_id = a.account_id AND t.place = 1
