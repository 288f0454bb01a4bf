-- rev: 1
-- title: Default access group carries administration rights
-- severity: critical
-- category: access security
-- products: jira-cloud, jira-dc
-- object: jira_application_role
-- needs: jira_application_role, jira_application_role_group
-- optional: directory_group, directory_group_member, jira_global_permission, jira_user
-- unknown: SELECT printf('%d group(s) of applications do not tell whether new users are put into them', count(*)) AS words, json_group_array(key) AS key
--   FROM jira_application_role_group
--   WHERE is_default IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'of the default group ' || coalesce(nullif(x.name, ''), x.group_id, x.source_key) || ' it cannot be told whether it administers Jira', x.role_key
--   FROM jira_default_group_crew AS x
--   WHERE x.administers = 0
--     AND NOT EXISTS (SELECT 1 FROM json_each(:admin_groups) AS a WHERE lower(coalesce(x.name, '')) GLOB lower(a.value))
--     AND (x.name IS NULL
--       OR x.access_told = 0 AND x.others_asked = 0
--         AND (x.others = 0 OR NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'jira_global_permission' AND outcome = 'complete'))
--         AND (x.others + x.unsure > 0 OR x.group_source_key IS NULL
--           OR NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'directory_group_member' AND jira_outcome IN ('complete', 'partial'))
--           OR x.group_id IN (SELECT parent FROM coverage_part WHERE resource = 'directory_group_member')))
-- maps: iso27001:A.8.2, iso27001:A.5.18, soc2:CC6.3, csf2:PR.AA-05, cis8:5.4, cis8:6.8
-- source: Atlassian, "JIRA: Security of processing"; Jira Cloud REST API v3, application roles, groups, permissions/check
-- why: Everybody who is added to the application is put into its default groups. Where one of them administers, every new
--   person, guest and service account is an administrator from the first day.
-- fix: Open admin.atlassian.com > Products > the application > Groups (or Settings > Product access; on Data Center Administration > Applications > Application access) and take the mark "default" from the group named
--   Make a group that opens the application and nothing else the default
--   Look through the members of the group named, and take out whoever came in as a new user
-- false-positives: None known. On a site of administrators alone the group they share is reported, because the next person to join
--   would be put beside them.

-- A group administers if admin_groups names it, if the site says so itself (the access it opens), or if it has been read
-- whole, somebody active is in it, and everybody active in it holds Administer Jira.
WITH
  carrier AS MATERIALIZED (
    SELECT x.*,
      EXISTS (SELECT 1 FROM json_each(:admin_groups) AS a WHERE lower(x.name) GLOB lower(a.value)) AS named,
      x.holders > 0 AND x.others + x.unsure = 0 AND x.group_id NOT IN (SELECT parent FROM coverage_part WHERE resource = 'directory_group_member') AS crewed
    FROM jira_default_group_crew AS x
  )
SELECT
  r.key,
  '' AS aspect,
  coalesce(nullif(r.name, ''), r.key) AS subject,
  'puts new users into ' || group_concat('the group ' || coalesce(nullif(c.name, ''), c.group_id) || ', which administers Jira ('
    || substr(iif(c.named, ', as its name says', '') || iif(c.administers, ', as the site says', '')
      || iif(c.crewed, iif(c.holders = 1, ', its only active member can', printf(', all %d active members can', c.holders)), ''), 3) || ')', '; and into ' ORDER BY c.name, c.source_key) AS detail,
  '[' || json_object('resource', 'jira_application_role', 'key', r.key) || group_concat(',' || json_object('resource', 'jira_application_role_group', 'key', c.source_key)
    || iif(c.group_source_key IS NULL, '', ',' || json_object('resource', 'directory_group', 'key', c.group_source_key))
    || iif(c.named OR c.administers, '', coalesce((SELECT ',' || group_concat(json_object('resource', 'jira_global_permission', 'key', h.value)) FROM (SELECT value FROM json_each(c.holder_keys) LIMIT 200) AS h), '')), '') || ']' AS evidence
FROM jira_application_role AS r
JOIN carrier AS c ON c.role_key = r.key
WHERE (c.named OR c.administers OR c.crewed)
GROUP BY r.key
