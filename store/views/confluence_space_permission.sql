-- confluence_space_permission: one operation granted to one principal in one space (GET /wiki/api/v2/spaces/{id}/permissions; Data Center /rest/api/space/{key}/permissions and its /anonymous).
-- On Cloud anonymous access is the principal role / ANONYMOUS, on Data Center the subject anonymous. What only Data Center has goes by the name that Cloud has for it: restrict is restrict_content, delete_own is delete.
-- index: space_id
-- index: subject_kind, principal_id
SELECT
  o.key,                                              -- text: {space, principal kind, principal, operation, target}
  'confluence_space' AS parent_resource,              -- text: always confluence_space
  o.body ->> '$.spaceId' AS parent_key,               -- text: key of the space
  o.body ->> '$.spaceId' AS space_id,                 -- text: the space
  coalesce(o.body ->> '$.principal.type', o.body ->> '$.subject.type') AS principal_kind, -- text: user, group or role, as the API spells it; on Data Center user, known, unknown, group or anonymous
  CASE WHEN o.body ->> '$.principal.type' IS NOT NULL THEN o.body ->> '$.principal.id' WHEN o.body ->> '$.subject.type' = 'group' THEN 'confluence' || char(31) || replace(replace(replace(o.body ->> '$.subject.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30)) WHEN o.body ->> '$.subject.type' = 'anonymous' THEN 'anonymous' ELSE coalesce(o.body ->> '$.subject.userKey', o.body ->> '$.subject.username') END AS principal_id, -- text: account id, group id, or ANONYMOUS; on Data Center user key, key of the group, or anonymous
  coalesce(o.body ->> '$.subject.username', o.body ->> '$.subject.name') AS principal_name, -- text: user name or name of the group on Data Center; NULL on Cloud
  CASE WHEN o.body ->> '$.principal.type' IN ('user', 'group') THEN o.body ->> '$.principal.type' WHEN o.body ->> '$.principal.type' = 'role' AND upper(o.body ->> '$.principal.id') = 'ANONYMOUS' THEN 'anonymous' WHEN o.body ->> '$.principal.type' = 'role' THEN 'role' WHEN o.body ->> '$.subject.type' IN ('group', 'anonymous') THEN o.body ->> '$.subject.type' WHEN coalesce(o.body ->> '$.subject.userKey', o.body ->> '$.subject.username') IS NOT NULL THEN 'user' WHEN coalesce(o.body ->> '$.principal.type', o.body ->> '$.subject.type') IS NOT NULL THEN 'unknown' END AS subject_kind, -- text: user, group, anonymous, role; unknown for a kind the API does not list
  coalesce(o.body ->> '$.operation.key', CASE o.body ->> '$.operation.operationKey' WHEN 'restrict' THEN 'restrict_content' WHEN 'delete_own' THEN 'delete' WHEN 'delete_mail' THEN 'delete' ELSE o.body ->> '$.operation.operationKey' END) AS operation, -- text: read, create, update, delete, administer, export, restrict_content ...
  iif(o.body ->> '$.operation.operationKey' = 'delete_mail', 'mail', o.body ->> '$.operation.targetType') AS target_type -- text: space, page, blogpost, comment, attachment, mail ...
FROM object AS o
