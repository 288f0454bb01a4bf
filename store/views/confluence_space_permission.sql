-- confluence_space_permission: one operation granted to one principal in one space (GET /wiki/api/v2/spaces/{id}/permissions).
-- Anonymous access is the principal role / ANONYMOUS.
-- index: space_id
-- index: subject_kind, principal_id
SELECT
  o.key,                                              -- text: {space, principal kind, principal, operation, target}
  'confluence_space' AS parent_resource,              -- text: always confluence_space
  o.body ->> '$.spaceId' AS parent_key,               -- text: key of the space
  o.body ->> '$.spaceId' AS space_id,                 -- text: the space
  o.body ->> '$.principal.type' AS principal_kind,    -- text: user, group or role, as the API spells it
  o.body ->> '$.principal.id' AS principal_id,        -- text: account id, group id, or ANONYMOUS
  CASE WHEN o.body ->> '$.principal.type' IN ('user', 'group') THEN o.body ->> '$.principal.type' WHEN o.body ->> '$.principal.type' = 'role' AND upper(o.body ->> '$.principal.id') = 'ANONYMOUS' THEN 'anonymous' WHEN o.body ->> '$.principal.type' = 'role' THEN 'role' WHEN o.body ->> '$.principal.type' IS NOT NULL THEN 'unknown' END AS subject_kind, -- text: user, group, anonymous, role; unknown for a kind the API does not list
  o.body ->> '$.operation.key' AS operation,          -- text: read, create, update, delete, administer, export ...
  o.body ->> '$.operation.targetType' AS target_type  -- text: space, page, blogpost, comment, attachment ...
FROM object AS o
