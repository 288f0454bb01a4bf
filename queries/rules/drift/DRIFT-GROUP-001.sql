-- rev: 1
-- kind: drift
-- title: Member added to a privileged or access-granting group
-- severity: medium
-- category: drift
-- products: jira-cloud, confluence-cloud, org, jira-dc, confluence-dc
-- object: directory_group_member
-- needs: directory_group, directory_group_member
-- optional: confluence_global_permission, jira_application_role_group, jira_user, confluence_user, org_group_role
-- unknown: SELECT printf('%d group(s) do not tell their name or what they open', count(*)) AS words, json_group_array(d.key) AS key
--   FROM after_directory_group AS d
--   WHERE d.name IS NULL
--     AND coalesce(d.jira_access, d.confluence_access) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, iso27001:A.8.2, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, csf2:DE.CM-03, cis8:6.1, cis8:5.4, attack:T1098
-- source: Jira Cloud REST API v3, groups and application roles; Confluence REST API, groups; Atlassian organisations REST API v2, roles of groups
-- why: Rights spread through groups: whoever comes into one has all of it at once, and nobody who gave the group its rights is asked.
-- fix: Hold the additions against your joiner and mover requests
--   Take those out again that nobody asked for (admin.atlassian.com > Directory > Groups, on Data Center Administration > User management > Groups)
--   Have additions to groups that administer approved by two people
-- false-positives: People who joined since: accept them below the group, or compare with the list of joiners.

-- A group counts by what the site says it opens, by its name (admin_groups), or by a role of the organisation.
WITH
  entered AS MATERIALIZED (   -- the few groups before what each opens
    SELECT d.group_id, d.key, d.name, d.jira_access, d.confluence_access
    FROM after_directory_group AS d
    WHERE d.group_id IN (SELECT group_id FROM came_directory_group_member)   -- lint: others are joined to no member below
  ),
  reach AS (
    SELECT d.group_id, 1 AS place, 'administers Jira' AS words, 'directory_group' AS resource, d.key
    FROM entered AS d
    WHERE EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
    UNION ALL
    SELECT d.group_id, 2, 'administers Confluence', 'directory_group', d.key
    FROM entered AS d
    WHERE EXISTS (SELECT 1 FROM json_each(d.confluence_access) WHERE value IN ('admin', 'site-admin'))
    UNION ALL
    SELECT p.principal_id, 2, 'administers Confluence', 'confluence_global_permission', min(p.key)
    FROM after_confluence_global_permission AS p
    WHERE p.subject_kind = 'group'
      AND p.operation = 'administer'
      AND p.target_type IN ('application', 'system')
    GROUP BY p.principal_id
    UNION ALL
    SELECT d.group_id, 3, 'administers by its name', 'directory_group', d.key
    FROM entered AS d
    WHERE EXISTS (SELECT 1 FROM json_each(:admin_groups) AS g WHERE lower(d.name) GLOB lower(g.value))
    UNION ALL
    SELECT r.group_id, 4, 'holds ' || group_concat(r.role, ',' ORDER BY r.role), 'org_group_role', min(r.key)
    FROM after_org_group_role AS r
    WHERE r.group_id IN (SELECT group_id FROM came_directory_group_member)   -- lint: likewise
    GROUP BY r.group_id
    UNION ALL
    SELECT d.group_id, 5, 'opens Jira', 'directory_group', d.key
    FROM entered AS d
    WHERE EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value = 'user')
    UNION ALL
    SELECT d.group_id, 6, 'opens Confluence', 'directory_group', d.key
    FROM entered AS d
    WHERE EXISTS (SELECT 1 FROM json_each(d.confluence_access) WHERE value = 'user')
    UNION ALL
    SELECT r.group_id, 7, 'opens ' || group_concat(r.role_key, ',' ORDER BY r.role_key), 'jira_application_role_group', min(r.key)
    FROM after_jira_application_role_group AS r
    WHERE r.is_access = 1
    GROUP BY r.group_id
  ),
  told AS MATERIALIZED (
    SELECT group_id, group_concat(DISTINCT words ORDER BY place) AS words, group_concat(DISTINCT json_object('resource', resource, 'key', key)) AS objects
    FROM reach
    GROUP BY group_id
  )
SELECT
  m.key AS key,
  '' AS aspect,
  coalesce(nullif(j.display_name, ''), nullif(c.display_name, ''), nullif(m.display_name, ''), m.account_id) AS subject,
  'was added to ' || coalesce(nullif(d.name, ''), m.group_id) || ', which ' || replace(t.words, ',', ', ') AS detail,
  '[' || json_object('resource', 'directory_group_member', 'key', m.key) || ',' || t.objects || ']' AS evidence
FROM came_directory_group_member AS m
JOIN told AS t ON t.group_id = m.group_id
LEFT JOIN entered AS d ON d.group_id = m.group_id
LEFT JOIN after_jira_user AS j ON j.account_id = m.account_id
LEFT JOIN after_confluence_user AS c ON c.account_id = m.account_id
GROUP BY m.key
