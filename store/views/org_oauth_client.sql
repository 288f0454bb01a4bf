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
  CASE WHEN o.body ->> '$.createdAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.createdAt' WHEN o.body ->> '$.createdAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.createdAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.createdAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.createdAt', 1, length(o.body ->> '$.createdAt') - 2) || ':' || substr(o.body ->> '$.createdAt', -2)), o.body ->> '$.createdAt') END AS created_at,  -- text: when it was made, RFC 3339 in UTC; NULL not told
  CASE WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.expiresAt' WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.expiresAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.expiresAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.expiresAt', 1, length(o.body ->> '$.expiresAt') - 2) || ':' || substr(o.body ->> '$.expiresAt', -2)), o.body ->> '$.expiresAt') END AS expires_at,  -- text: when it ends, RFC 3339 in UTC; NULL never or not told
  CASE WHEN o.body ->> '$.clientRevocationTime' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.clientRevocationTime' WHEN o.body ->> '$.clientRevocationTime' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.clientRevocationTime', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.clientRevocationTime'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.clientRevocationTime', 1, length(o.body ->> '$.clientRevocationTime') - 2) || ':' || substr(o.body ->> '$.clientRevocationTime', -2)), o.body ->> '$.clientRevocationTime') END AS revoked_at  -- text: since when it is revoked, RFC 3339 in UTC; NULL it is not, or not told
FROM object AS o
