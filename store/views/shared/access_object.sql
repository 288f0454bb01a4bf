-- access_object: everything that access is granted to: the site's products, projects, spaces, filters and dashboards.
-- reads: jira_instance, confluence_instance, jira_project, confluence_space, jira_filter, jira_dashboard
-- index: object_kind, object_id
-- index: product, object_kind
SELECT
  'site' AS object_kind,                              -- text: site, project, space, filter, dashboard
  'jira' AS object_id,                                -- text: the object's id; of a site jira or confluence
  'jira' AS product,                                  -- text: jira or confluence
  NULL AS object_key,                                 -- text: what people call it by: key of a project or space, number of a filter or dashboard
  'Jira' AS name,                                     -- text: its name
  NULL AS archived,                                   -- integer: 1 archived, 0 live, NULL not told
  'jira_instance' AS source_resource,                 -- text: resource of the object
  i.key AS source_key                                 -- text: its key
FROM jira_instance AS i
UNION ALL
SELECT 'site', 'confluence', 'confluence', NULL, 'Confluence', NULL, 'confluence_instance', i.key FROM confluence_instance AS i
UNION ALL
SELECT 'project', p.project_id, 'jira', p.project_key, p.name, p.archived, 'jira_project', p.key FROM jira_project AS p WHERE p.project_id IS NOT NULL
UNION ALL
SELECT 'space', s.space_id, 'confluence', s.space_key, s.name, CASE s.status WHEN 'archived' THEN 1 WHEN 'current' THEN 0 END, 'confluence_space', s.key FROM confluence_space AS s WHERE s.space_id IS NOT NULL
UNION ALL
SELECT 'filter', f.filter_id, 'jira', f.filter_id, f.name, NULL, 'jira_filter', f.key FROM jira_filter AS f WHERE f.filter_id IS NOT NULL
UNION ALL
SELECT 'dashboard', d.dashboard_id, 'jira', d.dashboard_id, d.name, NULL, 'jira_dashboard', d.key FROM jira_dashboard AS d WHERE d.dashboard_id IS NOT NULL
