-- org_service_account_token: an API token of a service account (GET /admin/api-access/v1/orgs/{org}/service-accounts/api-tokens).
-- index: account_id
SELECT
  o.key,                                                      -- text: the token id
  o.body ->> '$.id' AS token_id,                              -- text: the token id
  o.body ->> '$.orgId' AS org_id,                             -- text: the organisation
  o.body ->> '$.label' AS label,                              -- text: name its owner gave it
  o.body ->> '$.status' AS status,                            -- text: ALLOWED or EXPIRED
  o.body ->> '$.user.id' AS account_id,                       -- text: whose token it is
  o.body -> '$.scopes' AS scopes,                             -- json: array of scopes; empty for a token that may do everything its owner may; NULL not told
  instant(o.body ->> '$.createdAt') AS created_at,  -- text: when it was made, RFC 3339 in UTC
  instant(o.body ->> '$.expiresAt') AS expires_at,  -- text: when it ends, RFC 3339 in UTC; NULL never or not told
  instant(o.body ->> '$.lastActiveAt') AS last_active_at  -- text: last use, RFC 3339 in UTC; NULL never or not told
FROM object AS o
