-- jira_share: who owns each filter and dashboard, and whom it is shared with, both in one form.
-- reads: jira_filter, jira_filter_share, jira_dashboard, jira_dashboard_share, directory_group
-- index: object_kind, object_id
-- index: share_kind, target
-- The owner administers it; whom it is shared with for editing may change it; the others see it.
WITH share (object_kind, object_id, access, share_kind, target, role_id, target_name, source_resource, source_key) AS (
  SELECT 'filter', filter_id, access, share_kind, target, role_id, target_name, 'jira_filter_share', key FROM jira_filter_share
  UNION ALL
  SELECT 'dashboard', dashboard_id, access, share_kind, target, role_id, target_name, 'jira_dashboard_share', key FROM jira_dashboard_share
)
SELECT
  s.object_kind AS object_kind,                       -- text: filter or dashboard
  s.object_id AS object_id,                           -- text: its id
  CASE s.share_kind WHEN 'global' THEN 'anonymous' WHEN 'loggedin' THEN 'signed_in' WHEN 'authenticated' THEN 'signed_in' WHEN 'projectRole' THEN 'role' WHEN 'project-unknown' THEN 'unknown' WHEN 'project' THEN iif(s.role_id IS NULL, 'project', 'role') ELSE coalesce(s.share_kind, 'unknown') END AS share_kind, -- text: owner, user, group, project (who may see it), role (of a project), signed_in, anonymous, unknown
  iif(s.share_kind IN ('global', 'loggedin', 'authenticated'), '', coalesce(d.group_id, s.target)) AS target, -- text: account id, group id, project id; empty where the kind says it all
  s.role_id AS role_id,                               -- text: the role, of a share with one
  s.target_name AS target_name,                       -- text: name of the group, key of the project
  iif(s.access = 'edit', 'edit', 'view') AS level,    -- text: view, edit, administer (the owner)
  s.source_resource AS source_resource,               -- text: jira_filter, jira_filter_share, jira_dashboard or jira_dashboard_share
  s.source_key AS source_key                          -- text: key of that object
FROM share AS s
LEFT JOIN directory_group AS d ON s.share_kind = 'group' AND d.name = s.target AND NOT EXISTS (SELECT 1 FROM directory_group AS e WHERE e.group_id = s.target)
UNION ALL
SELECT 'filter', f.filter_id, 'owner', f.owner_account_id, NULL, NULL, 'administer', 'jira_filter', f.key
FROM jira_filter AS f
WHERE f.owner_account_id IS NOT NULL
UNION ALL
SELECT 'dashboard', b.dashboard_id, 'owner', b.owner_account_id, NULL, NULL, 'administer', 'jira_dashboard', b.key
FROM jira_dashboard AS b
WHERE b.owner_account_id IS NOT NULL
UNION ALL
SELECT 'dashboard', b.dashboard_id, 'signed_in', '', NULL, NULL, 'view', 'jira_dashboard', b.key
FROM jira_dashboard AS b
WHERE b.system_dashboard = 1
