-- jira_role: a project role, of the site or of one team-managed project (GET /rest/api/3/role, project/{id}/role).
SELECT
  o.key,                                                        -- text: the role id
  CAST(o.body ->> '$.id' AS text) AS role_id,                   -- text: the role id
  o.body ->> '$.name' AS name,                                  -- text: name of the role
  o.body ->> '$.admin' AS admin,                                -- integer: 1 if it is the administrators' role
  o.body ->> '$.scope.type' AS scope_type,                      -- text: PROJECT for a project's own role
  CAST(o.body ->> '$.scope.project.id' AS text) AS scope_project_id  -- text: the team-managed project it belongs to
FROM object AS o
