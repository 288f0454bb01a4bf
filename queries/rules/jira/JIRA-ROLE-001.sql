-- rev: 1
-- title: External account administers a project
-- severity: medium
-- category: permissions
-- products: jira-cloud
-- object: jira_project
-- needs: jira_project, jira_project_scheme, jira_permission_scheme, jira_permission_grant, jira_role_actor, jira_user
-- optional: directory_group, directory_group_member, confluence_user
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT 'members of groups were not read whole', NULL
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'directory_group_member' AND outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d account(s) in a role or group that administers do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(t.account_id)
--   FROM (
--     SELECT k.account_id FROM account_kind AS k
--     WHERE (iif(k.flag IS NULL AND k.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, k.guest)
--         OR EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND k.by_address AND k.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--       AND k.resolved = 1
--     UNION ALL
--     SELECT account_id FROM (SELECT subject_id AS account_id FROM jira_role_grant WHERE subject_kind = 'user' UNION SELECT account_id FROM directory_group_member EXCEPT SELECT account_id FROM account) -- lint: for speed alone
--     WHERE account_id NOT LIKE 'qm:%'
--   ) AS t
--   WHERE EXISTS (
--       SELECT 1 FROM jira_role_member AS s
--       JOIN jira_project_admin_role AS r ON (r.project_id, r.role_id) = (s.project_id, s.role_id)
--       WHERE s.account_id = t.account_id
--         AND r.archived IS NOT 1)
--     OR EXISTS (
--       SELECT 1 FROM directory_group_member AS m
--       WHERE m.account_id = t.account_id
--         AND m.group_id IN (SELECT group_id FROM jira_project_admin_group WHERE archived IS NOT 1))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell their permission scheme, or use one that is not listed', count(*)), json_group_array(project_id)
--   FROM jira_schemeless_project
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) do not tell whether they are archived, or which role or group administers them', count(DISTINCT l.project_id)), json_group_array(DISTINCT l.project_id)
--   FROM (
--     SELECT scheme_id, permission = 'ADMINISTER_PROJECTS' AND holder_type IN ('projectRole', 'group')
--         AND (nullif(holder_value, '') <> '' OR holder_type = 'group' AND (holder_parameter IN (SELECT name FROM directory_group) OR NULL)) AS administers FROM jira_permission_grant
--     WHERE (permission = 'ADMINISTER_PROJECTS' AND holder_type IN ('projectRole', 'group')) IS NOT 0 -- lint: for speed alone
--   ) AS g
--   CROSS JOIN jira_scheme_project AS l ON l.scheme_id = g.scheme_id
--   WHERE (g.administers AND l.archived = 0) IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entries of roles do not tell in which role of which project they are, or who it is', count(*)), json_group_array(coalesce(a.project_id, a.key))
--   FROM jira_role_actor AS a NOT INDEXED
--   WHERE a.project_id IS NULL
--     OR a.role_id IS NULL AND a.project_id IN (SELECT project_id FROM jira_project WHERE archived IS NOT 1)
--     OR a.account_id IS NULL AND a.group_id IS NULL AND (a.project_id, a.role_id) IN (SELECT project_id, role_id FROM jira_project_admin_role WHERE archived IS NOT 1)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d permission grant(s) do not tell to which scheme they belong', count(*)), NULL
--   FROM jira_permission_grant
--   WHERE scheme_id IS NULL AND (permission = 'ADMINISTER_PROJECTS' AND holder_type IN ('projectRole', 'group')) IS NOT 0
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.8.2, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, cis8:5.4, cis8:6.8
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, project roles, permission schemes, users
-- why: An administrator of a project can let further people from outside into it, and the administrator of the site may never see it.
-- fix: Name somebody of your own as administrator of the project (Project settings > Access)
--   Move the person named to a role that works in the project but does not administer it
--   Where the role holds a group, take the person out of the group in admin.atlassian.com > Directory > Groups, or put another group into the role
--   Where the scheme grants it to the group outright, take the grant out of the scheme (Jira settings > Work items > Permission schemes) and give it to a project role
-- false-positives: A partner who runs the project under a contract: accept it with an owner and the end of the contract. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External is whom the site flags as a guest, which is certain, or a person whose e-mail address lies outside own_email_domains,
-- which is probable; the sentence says which. An address inside them speaks for somebody of the house where no flag is told.
-- Who administers is read from the project's own scheme: a role of that name that is not granted ADMINISTER_PROJECTS is none,
-- and a group that is granted it outright needs no role. Only live projects count. A grant to a person by name is
-- JIRA-PERM-005, one to everybody JIRA-PERM-003.
WITH
  outsider AS MATERIALIZED (
    SELECT k.account_id, k.name, k.basis
    FROM account_kind AS k
    WHERE k.guest = 1
      OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
        AND k.by_address = 1
        AND k.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  ),
  way (project_id, project, account_id, role, via, outright, actor_key, grant_key, member_key) AS (   -- each outsider's ways to it
    SELECT r.project_id, r.project, o.account_id, coalesce(nullif(s.role_name, ''), 'role ' || s.role_id), coalesce(nullif(d.name, ''), s.via_group), NULL, s.source_key, r.source_key, m.key
    FROM outsider AS o
    CROSS JOIN jira_role_member AS s ON s.account_id = o.account_id
    JOIN jira_project_admin_role AS r ON (r.project_id, r.role_id) = (s.project_id, s.role_id)
    LEFT JOIN directory_group AS d ON d.group_id = s.via_group
    LEFT JOIN directory_group_member AS m ON m.account_id = s.account_id AND +m.group_id = s.via_group
    WHERE r.archived = 0
    UNION ALL
    SELECT g.project_id, g.project, o.account_id, NULL, NULL, g.name, NULL, g.source_key, m.key
    FROM outsider AS o
    CROSS JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN jira_project_admin_group AS g ON g.group_id = m.group_id
    WHERE g.archived = 0
  )
SELECT
  w.project_id AS key,
  o.account_id AS aspect,
  w.project AS subject,
  'is administered by ' || o.name || ' (' || o.basis || ')'
    || coalesce(' in the role ' || replace(group_concat(DISTINCT w.role ORDER BY w.role), ',', ', ')
      || iif(count(w.via) = 0, '', iif(count(w.role) > count(w.via), ', directly and', ',') || ' through the group ' || replace(group_concat(DISTINCT w.via ORDER BY w.via), ',', ', ')), '')
    || coalesce(iif(count(w.role) = 0, '', ', and') || ' as a member of the group ' || replace(group_concat(DISTINCT w.outright ORDER BY w.outright), ',', ', ') || ', to which the permission scheme grants it', '') AS detail,
  '[' || json_object('resource', 'jira_project', 'key', w.project_id) || coalesce(',' || iif(u.key IS NULL, NULL, json_object('resource', 'jira_user', 'key', u.key)), '')
    || coalesce(',' || group_concat(DISTINCT iif(w.actor_key IS NULL, NULL, json_object('resource', 'jira_role_actor', 'key', w.actor_key))), '')
    || ',' || group_concat(DISTINCT json_object('resource', 'jira_permission_grant', 'key', w.grant_key))
    || coalesce(',' || group_concat(DISTINCT iif(w.member_key IS NULL, NULL, json_object('resource', 'directory_group_member', 'key', w.member_key))), '') || ']' AS evidence
FROM way AS w
JOIN outsider AS o ON o.account_id = w.account_id
LEFT JOIN jira_user AS u ON u.account_id = o.account_id
GROUP BY w.project_id, o.account_id
