-- confluence_global_permission: what a principal may do on the whole site; on Cloud only anonymous visitors are told (GET /wiki/rest/api/user/anonymous; Data Center /rest/api/permissions, its /anonymous and /unlicensed).
SELECT
  o.key,                                              -- text: {principal kind, principal, operation}
  o.body ->> '$.principal.type' AS principal_kind,    -- text: anonymous; on Data Center also user, group and unlicensed
  o.body ->> '$.principal.id' AS principal_id,        -- text: user key, or key of the group; empty for anonymous visitors and people without a licence
  o.body ->> '$.principal.name' AS principal_name,    -- text: user name, or name of the group; NULL for the others
  CASE WHEN o.body ->> '$.principal.type' IN ('anonymous', 'user', 'group', 'unlicensed') THEN o.body ->> '$.principal.type' WHEN o.body ->> '$.principal.type' IS NOT NULL THEN 'unknown' END AS subject_kind, -- text: anonymous, user, group, unlicensed (signed in without a licence, as customers of Service Management are); unknown for any other
  o.body ->> '$.operation' AS operation,              -- text: use, create_space, administer ...; on Data Center use, use_unlicensed, administer, create, read
  o.body ->> '$.targetType' AS target_type            -- text: application, userProfile, space ...; on Data Center application, system, space, personal_space, user
FROM object AS o
