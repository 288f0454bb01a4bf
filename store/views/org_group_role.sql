-- org_group_role: a role that a group gives on a resource of the organisation.
-- index: group_id
SELECT
  o.key,                                       -- text: directory id, group id, resource, role
  o.body ->> '$.directoryId' AS directory_id,  -- text: the directory
  o.body ->> '$.groupId' AS group_id,          -- text: the group
  o.body ->> '$.resourceId' AS resource_id,    -- text: on what (ARI)
  o.body ->> '$.role' AS role                  -- text: the role
FROM object AS o
