-- jira_schemeless_project: projects, not archived, of which nobody can tell who may do what: their permission scheme is not told, or not listed.
-- reads: jira_project, jira_scheme_project, jira_permission_scheme
SELECT
  p.project_id AS project_id                          -- text: the project
FROM jira_project AS p
WHERE p.archived IS NOT 1
  AND NOT EXISTS (
    SELECT 1 FROM jira_scheme_project AS l
    WHERE l.project_id = p.project_id AND l.scheme_id IN (SELECT scheme_id FROM jira_permission_scheme WHERE scheme_id IS NOT NULL)
  )
