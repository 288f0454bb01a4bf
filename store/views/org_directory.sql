-- org_directory: a directory of accounts of an organisation (GET /admin/v2/orgs/{org}/directories).
SELECT
  o.key,                                       -- text: the directory id
  o.body ->> '$.directoryId' AS directory_id,  -- text: the directory id
  o.body ->> '$.orgId' AS org_id,              -- text: its organisation
  o.body ->> '$.name' AS name                  -- text: name of the directory
FROM object AS o
