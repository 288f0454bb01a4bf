-- jira_scheme_project: the projects that each permission scheme governs.
-- reads: jira_project, jira_project_scheme, jira_permission_scheme
-- index: scheme_id
-- index: project_id
-- A team-managed project's own scheme names its project: that counts where the project itself does not tell its scheme.
-- A scheme of a project that is not listed (one in the bin, say) governs nothing.
SELECT
  s.scheme_id AS scheme_id,                           -- text: the permission scheme
  p.project_id AS project_id,                         -- text: the project
  p.project_key AS project_key,                       -- text: the key its issues begin with
  coalesce(nullif(trim(coalesce(p.project_key, '') || ' ' || coalesce(p.name, '')), ''), 'project ' || p.project_id) AS project, -- text: key and name, for a sentence
  p.archived AS archived,                             -- integer: 1 if the project is archived, 0 if live, NULL not told
  s.key AS source_key                                 -- text: key of the jira_project_scheme, NULL where the scheme names its project
FROM jira_project_scheme AS s
JOIN jira_project AS p ON p.project_id = s.project_id
WHERE s.scheme_id IS NOT NULL
UNION ALL
SELECT
  c.scheme_id,
  p.project_id,
  p.project_key,
  coalesce(nullif(trim(coalesce(p.project_key, '') || ' ' || coalesce(p.name, '')), ''), 'project ' || p.project_id),
  p.archived,
  NULL
FROM jira_permission_scheme AS c
JOIN jira_project AS p ON p.project_id = c.scope_project_id
WHERE NOT EXISTS (SELECT 1 FROM jira_project_scheme AS s WHERE s.project_id = p.project_id AND s.scheme_id IS NOT NULL)
