-- org_api_key: an API key of the organisation (GET /admin/api-access/v1/orgs/{org}/api-keys).
SELECT
  o.key,                                                      -- text: the key id
  o.body ->> '$.id' AS key_id,                                -- text: the key id
  o.body ->> '$.orgId' AS org_id,                             -- text: its organisation
  o.body ->> '$.label' AS label,                              -- text: name of the key
  o.body ->> '$.keyType' AS key_type,                         -- text: kind of key, CLOUD_ADMIN for those of administrators
  o.body ->> '$.createdBy.id' AS created_by,                  -- text: account id of who made it
  o.body -> '$.scopes' AS scopes,                             -- json: array of scopes; empty for a key that may do everything; NULL not told
  instant(o.body ->> '$.createdAt') AS created_at,  -- text: when it was made, RFC 3339 in UTC
  instant(o.body ->> '$.expiresAt') AS expires_at,  -- text: when it ends, RFC 3339 in UTC
  instant(o.body ->> '$.lastActiveAt') AS last_active_at  -- text: last use, RFC 3339 in UTC; NULL never or not told
FROM object AS o
