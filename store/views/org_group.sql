-- org_group: a group of an organisation's directory (POST /admin/v2/orgs/{org}/directories/{directory}/groups/search).
-- index: group_id
SELECT
  o.key,                                                   -- text: directory id, group id
  'org_directory' AS parent_resource,                      -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.directoryId' AS text) AS parent_key,  -- text: key of that object
  o.body ->> '$.directoryId' AS directory_id,              -- text: the directory
  o.body ->> '$.id' AS group_id,                           -- text: the group
  o.body ->> '$.name' AS name,                             -- text: name of the group
  o.body ->> '$.externalSynced' AS external_synced,        -- integer: 1 if an identity provider keeps it
  o.body ->> '$.managedBy' AS managed_by                   -- text: who may change it: external, admins, team-members, open
FROM object AS o
