-- jira_permission_scheme: a permission scheme, of the site or of one team-managed project (GET /rest/api/3/permissionscheme).
SELECT
  o.key,                                                        -- text: the scheme id
  CAST(o.body ->> '$.id' AS text) AS scheme_id,                 -- text: the scheme id
  o.body ->> '$.name' AS name,                                  -- text: name of the scheme
  o.body ->> '$.scope.type' AS scope_type,                      -- text: PROJECT for a project's own scheme
  CAST(o.body ->> '$.scope.project.id' AS text) AS scope_project_id  -- text: the team-managed project it belongs to
FROM object AS o
