-- confluence_space_role_assignment: a role given to one principal in one space (GET /wiki/api/v2/spaces/{id}/role-assignments).
-- The access class anonymous-users is the public: its subject_kind is anonymous.
-- index: space_id
-- index: subject_kind, principal_id
-- index: role_id
SELECT
  o.key,                                              -- text: {space, principal kind, principal, role}
  'confluence_space' AS parent_resource,              -- text: always confluence_space
  o.body ->> '$.spaceId' AS parent_key,               -- text: key of the space
  o.body ->> '$.spaceId' AS space_id,                 -- text: the space
  o.body ->> '$.principal.principalType' AS principal_kind, -- text: USER, GROUP or ACCESS_CLASS, as the API spells it
  o.body ->> '$.principal.principalId' AS principal_id, -- text: account id, group id, or access class: anonymous-users, authenticated-users, all-licensed-users, all-product-admins, jsm-project-admins
  CASE o.body ->> '$.principal.principalType' WHEN 'USER' THEN 'user' WHEN 'GROUP' THEN 'group' WHEN 'ACCESS_CLASS' THEN CASE WHEN o.body ->> '$.principal.principalId' = 'anonymous-users' THEN 'anonymous' WHEN o.body ->> '$.principal.principalId' IN ('authenticated-users', 'all-licensed-users', 'all-product-admins', 'jsm-project-admins') THEN 'access_class' WHEN o.body ->> '$.principal.principalId' IS NOT NULL THEN 'unknown' END ELSE iif(o.body ->> '$.principal.principalType' IS NULL, NULL, 'unknown') END AS subject_kind, -- text: user, group, anonymous, access_class; unknown for a kind or class the API does not list
  o.body ->> '$.roleId' AS role_id                    -- text: the role
FROM object AS o
