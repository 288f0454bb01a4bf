-- org_oauth_client: an OAuth client of the organisation (GET /admin/api-access/v1/orgs/{org}/oauth-clients).
SELECT
  o.key,                                                        -- text: the client id
  o.body ->> '$.clientId' AS client_id,                         -- text: the client id
  o.body ->> '$.name' AS name,                                  -- text: name of the client
  o.body ->> '$.status' AS status,                              -- text: ACTIVE, REVOKED or EXPIRED
  o.body -> '$.scopes' AS scopes,                               -- json: array of scopes
  CASE WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.expiresAt' WHEN o.body ->> '$.expiresAt' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.expiresAt', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.expiresAt'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.expiresAt', 1, length(o.body ->> '$.expiresAt') - 2) || ':' || substr(o.body ->> '$.expiresAt', -2)), o.body ->> '$.expiresAt') END AS expires_at  -- text: when it ends, RFC 3339 in UTC
FROM object AS o
