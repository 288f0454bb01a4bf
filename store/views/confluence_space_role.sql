-- confluence_space_role: a named set of space permissions (GET /wiki/api/v2/space-roles).
-- index: role_id
SELECT
  o.key,                                              -- text: the role id
  o.body ->> '$.id' AS role_id,                       -- text: the role id
  o.body ->> '$.name' AS name,                        -- text: name of the role
  o.body ->> '$.type' AS role_type,                   -- text: SYSTEM or CUSTOM
  o.body -> '$.spacePermissions' AS permissions       -- json: its permissions, each operation/target: ["read/space", "update/page"]
FROM object AS o
