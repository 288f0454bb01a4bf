-- rev: 1
-- title: Inactive Jira user
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user
-- optional: directory_group, directory_group_member, jira_project, jira_role_actor, jira_permission_scheme, jira_permission_grant, jira_security_level, jira_security_level_member, jira_filter, jira_dashboard
-- unknown: SELECT printf('%d deactivated account(s) show neither name nor e-mail address: whether they are deleted or only deactivated cannot be told', count(*)), json_group_array(key) AS key
--   FROM jira_user
--   WHERE account_type = 'atlassian' AND active = 0 AND display_name IS NULL AND coalesce(email, '') = '' AND NOT :include_deleted
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) do not tell their type or whether they are active', count(*)), json_group_array(key)
--   FROM jira_user
--   WHERE (account_type = 'atlassian' AND active = 0) IS NULL
--   HAVING count(*) > 0
-- param: include_deleted bool = false
--   also accounts that the site shows as deleted: without a name, or named "Former user"
-- maps: iso27001:A.5.16, iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.3, cis8:6.2
-- source: Cloudflare CASB Atlassian Jira; Jira Cloud REST API v3, users
-- why: A person who was deactivated but is still named in groups, roles, schemes or as a lead shows that off-boarding
--   stopped half way: the access returns when the account is enabled again, and work waits for somebody who is gone.
-- fix: Take the account out of the groups named (admin.atlassian.com > Directory > Groups), project roles (Project settings > Access) and permission schemes (Jira settings > Work items > Permission schemes)
--   Name another lead for its projects (Project settings > Details) and another owner for its filters and dashboards (Jira settings > System > Shared filters, Shared dashboards)
--   Mend the leaver process, or the user provisioning (SCIM) behind it, so that it takes group memberships away too
-- false-positives: The list of accounts also holds those that were deleted, as "Former user". They are history and are left
--   out unless include_deleted is set. A person on long leave may be deactivated on purpose: accept with a date.

-- Every deactivated person is a finding, whatever is left of the access; the sentence says what is.
WITH
  gone AS MATERIALIZED (
    SELECT u.key, u.account_id, u.display_name
    FROM jira_user AS u
    WHERE u.account_type = 'atlassian'
      AND u.active = 0
      AND (:include_deleted OR CASE
        WHEN u.display_name IS NULL THEN u.email <> ''      -- no name and no address: unknown says so
        WHEN u.display_name = '' THEN 0
        WHEN lower(u.display_name) = 'former user' OR lower(u.display_name) LIKE 'former user (%' THEN u.email <> ''
        ELSE 1 END)
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
    SELECT x.account_id, 4, 'may see issues of the security level', 'may see issues of the security levels', coalesce(nullif(l.name, ''), s.level_id), 'jira_security_level_member', s.key
    FROM jira_security_level_member AS s
    JOIN gone AS x ON x.account_id = coalesce(s.holder_value, s.holder_parameter)
    LEFT JOIN jira_security_level AS l ON l.level_id = s.level_id
    WHERE s.holder_type = 'user'
    UNION ALL
    SELECT x.account_id, 5, 'leads the project', 'leads the projects', coalesce(nullif(p.name, ''), p.project_key, p.project_id), 'jira_project', p.key
    FROM gone AS x JOIN jira_project AS p ON p.lead_account_id = x.account_id
    UNION ALL
    SELECT x.account_id, 6, 'owns the filter', 'owns the filters', coalesce(nullif(f.name, ''), f.filter_id), 'jira_filter', f.key
    FROM gone AS x JOIN jira_filter AS f ON f.owner_account_id = x.account_id
    UNION ALL
    SELECT x.account_id, 7, 'owns the dashboard', 'owns the dashboards', coalesce(nullif(d.name, ''), d.dashboard_id), 'jira_dashboard', d.key
    FROM gone AS x JOIN jira_dashboard AS d ON d.owner_account_id = x.account_id
  ),
  told AS (   -- the same in words, kind by kind
    SELECT account_id, place,
      iif(count(*) = 1, one, many) || ' ' || group_concat(name, ', ' ORDER BY n) FILTER (WHERE n <= 5)
        || iif(count(*) > 5, printf(' and %d more', count(*) - 5), '') AS words,
      group_concat(iif(n <= 7, json_object('resource', resource, 'key', key), NULL)) AS objects
    FROM (SELECT *, row_number() OVER (PARTITION BY account_id, place ORDER BY name, key) AS n FROM held)
    GROUP BY account_id, place
  )
SELECT
  x.key,
  '' AS aspect,
  coalesce(nullif(x.display_name, ''), x.account_id) AS subject,
  'is deactivated' || coalesce(', but ' || group_concat(t.words, '; ' ORDER BY t.place), '; nothing that was read still names it') AS detail,
  '[' || json_object('resource', 'jira_user', 'key', x.key) || coalesce(',' || group_concat(t.objects), '') || ']' AS evidence
FROM gone AS x
LEFT JOIN told AS t ON t.account_id = x.account_id
GROUP BY x.key
