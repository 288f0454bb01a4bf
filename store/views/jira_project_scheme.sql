-- jira_project_scheme: which permission scheme a project uses (GET /rest/api/3/project/{id}/permissionscheme).
-- index: project_id
-- index: scheme_id
SELECT
  o.key,                                                 -- text: project id, scheme id
  'jira_project' AS parent_resource,                     -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.projectId' AS text) AS parent_key,  -- text: key of that object
  CAST(o.body ->> '$.projectId' AS text) AS project_id,  -- text: the project
  CAST(o.body ->> '$.id' AS text) AS scheme_id           -- text: its permission scheme
FROM object AS o
