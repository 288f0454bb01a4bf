-- org_api_token: an API token of a managed account (GET /admin/api-access/v1/orgs/{org}/api-tokens).
-- index: account_id
SELECT
  o.key,                                                      -- text: the token id
  o.body ->> '$.id' AS token_id,                              -- text: the token id
  o.body ->> '$.orgId' AS org_id,                             -- text: the organisation
  o.body ->> '$.label' AS label,                              -- text: name its owner gave it
  o.body ->> '$.status' AS status,                            -- text: ALLOWED or BLOCKED
  o.body ->> '$.user.id' AS account_id,                       -- text: whose token it is
  o.body -> '$.scopes' AS scopes,                             -- json: array of scopes; empty for a token that may do everything its owner may; NULL not told
  CASE WHEN o.body ->> '$.createdAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.createdAt' WHEN o.body ->> '$.createdAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.createdAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.createdAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.createdAt', 1, length(o.body ->> '$.createdAt') - 2) || ':' || substr(o.body ->> '$.createdAt', -2)), o.body ->> '$.createdAt') END AS created_at,  -- text: when it was made, RFC 3339 in UTC
  CASE WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.expiresAt' WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.expiresAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.expiresAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.expiresAt', 1, length(o.body ->> '$.expiresAt') - 2) || ':' || substr(o.body ->> '$.expiresAt', -2)), o.body ->> '$.expiresAt') END AS expires_at,  -- text: when it ends, RFC 3339 in UTC; NULL never or not told
  CASE WHEN o.body ->> '$.lastActiveAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.lastActiveAt' WHEN o.body ->> '$.lastActiveAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.lastActiveAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.lastActiveAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.lastActiveAt', 1, length(o.body ->> '$.lastActiveAt') - 2) || ':' || substr(o.body ->> '$.lastActiveAt', -2)), o.body ->> '$.lastActiveAt') END AS last_active_at  -- text: last use, RFC 3339 in UTC; NULL never or not told
FROM object AS o
