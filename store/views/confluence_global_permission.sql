-- confluence_global_permission: what a principal may do on the whole site; on Cloud only anonymous visitors are told (GET /wiki/rest/api/user/anonymous).
SELECT
  o.key,                                              -- text: {principal kind, principal, operation}
  o.body ->> '$.principal.type' AS principal_kind,    -- text: anonymous, as the API spells it
  o.body ->> '$.principal.id' AS principal_id,        -- text: empty for anonymous visitors
  CASE WHEN o.body ->> '$.principal.type' IN ('anonymous', 'user', 'group') THEN o.body ->> '$.principal.type' WHEN o.body ->> '$.principal.type' IS NOT NULL THEN 'unknown' END AS subject_kind, -- text: anonymous, user, group; unknown for any other
  o.body ->> '$.operation' AS operation,              -- text: use, create_space, administer ...
  o.body ->> '$.targetType' AS target_type            -- text: application, userProfile, space ...
FROM object AS o
