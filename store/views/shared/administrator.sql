-- administrator: every account that administers something, by each way that gives it.
-- reads: org_administrator, jira_global_permission, directory_group, directory_group_member, confluence_global_permission
-- index: account_id
-- What Jira says an account may do names no way: that row has via_group NULL, though a group may be behind it.
-- Groups that administer by their name alone are no part of it: which those are is a parameter.
SELECT
  a.account_id AS account_id,                         -- text: the account
  iif(a.role = 'atlassian/org-admin', 'organisation', 'site') AS what, -- text: organisation, site, jira or confluence
  a.via_group AS via_group,                           -- text: the group it comes through, NULL if the account itself holds it or no way is told
  a.source_resource AS source_resource,               -- text: resource of the object that gives it
  a.source_key AS source_key,                         -- text: key of the object that gives it
  iif(a.via_group IS NULL, NULL, a.member_resource) AS member_resource, -- text: what says that the account is in the group; NULL without one
  iif(a.via_group IS NULL, NULL, a.member_key) AS member_key -- text: key of that
FROM org_administrator AS a
UNION ALL
SELECT p.account_id, 'jira', NULL, 'jira_global_permission', min(p.key), NULL, NULL
FROM jira_global_permission AS p
WHERE p.permission IN ('ADMINISTER', 'SYSTEM_ADMIN') AND p.account_id IS NOT NULL
GROUP BY p.account_id
UNION ALL
SELECT m.account_id, w.what, d.group_id, 'directory_group', d.key, 'directory_group_member', m.key
FROM directory_group AS d
CROSS JOIN (SELECT 'jira' AS what UNION ALL SELECT 'confluence') AS w   -- the few groups before their members
  ON EXISTS (SELECT 1 FROM json_each(iif(w.what = 'jira', d.jira_access, d.confluence_access)) WHERE value IN ('admin', 'site-admin'))
CROSS JOIN directory_group_member AS m ON m.group_id = d.group_id
WHERE m.account_id IS NOT NULL
UNION ALL
SELECT p.principal_id, 'confluence', NULL, 'confluence_global_permission', min(p.key), NULL, NULL
FROM confluence_global_permission AS p
WHERE p.subject_kind = 'user' AND p.operation = 'administer' AND p.target_type IN ('application', 'system') AND p.principal_id <> ''
GROUP BY p.principal_id
UNION ALL
SELECT m.account_id, 'confluence', m.group_id, 'confluence_global_permission', min(p.key), 'directory_group_member', m.key
FROM confluence_global_permission AS p
JOIN directory_group_member AS m ON m.group_id = p.principal_id
WHERE p.subject_kind = 'group' AND p.operation = 'administer' AND p.target_type IN ('application', 'system') AND m.account_id IS NOT NULL
GROUP BY m.key
