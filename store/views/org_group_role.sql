-- org_group_role: a role that a group gives on a resource of the organisation (GET /admin/v2/orgs/{org}/directories/{directory}/groups/{group}/role-assignments).
-- index: group_id
SELECT
  o.key,                                           -- text: directory id, group id, resource, role
  o.body ->> '$.directoryId' AS directory_id,      -- text: the directory
  o.body ->> '$.groupId' AS group_id,              -- text: the group
  o.body ->> '$.resourceId' AS resource_id,        -- text: on what (ARI)
  o.body ->> '$.resourceOwner' AS resource_owner,  -- text: product that the resource is of
  o.body ->> '$.role' AS role,                     -- text: the role: atlassian/user, atlassian/admin, atlassian/org-admin ...
  o.body ->> '$.defaultRole' AS default_role       -- text: the role that new members of the resource get by default; NULL not told
FROM object AS o
