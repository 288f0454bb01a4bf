-- jira_project_security: which issue security scheme a project uses (GET /rest/api/3/issuesecurityschemes/project).
-- index: project_id
SELECT
  o.key,                                                        -- text: project id, scheme id
  'jira_project' AS parent_resource,                            -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.projectId' AS text) AS parent_key,         -- text: key of that object
  CAST(o.body ->> '$.projectId' AS text) AS project_id,         -- text: the project
  CAST(o.body ->> '$.issueSecuritySchemeId' AS text) AS scheme_id  -- text: its issue security scheme
FROM object AS o
