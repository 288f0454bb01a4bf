-- org_oauth_client: an OAuth client of a service account (GET /admin/api-access/v1/orgs/{org}/service-accounts/oauth-clients).
-- index: account_id
SELECT
  o.key,                                                      -- text: the client id
  o.body ->> '$.clientId' AS client_id,                       -- text: the client id
  o.body ->> '$.orgId' AS org_id,                             -- text: its organisation
  o.body ->> '$.clientName' AS name,                          -- text: name of the client
  o.body ->> '$.serviceAccount.id' AS account_id,             -- text: the service account it acts as
  o.body ->> '$.createdBy.id' AS created_by,                  -- text: account id of who made it; NULL not told
  o.body -> '$.scopes' AS scopes,                             -- json: array of scopes
  instant(o.body ->> '$.createdAt') AS created_at,  -- text: when it was made, RFC 3339 in UTC; NULL not told
  instant(o.body ->> '$.expiresAt') AS expires_at,  -- text: when it ends, RFC 3339 in UTC; NULL never or not told
  instant(o.body ->> '$.clientRevocationTime') AS revoked_at  -- text: since when it is revoked, RFC 3339 in UTC; NULL it is not, or not told
FROM object AS o
