-- basic_auth: whether passwords are still accepted for the REST API (GET /rest/basicauth/1.0/config).
SELECT
  o.key,                                              -- text: product, always config
  o.body ->> '$.product' AS product,                  -- text: jira or confluence
  o.body ->> '$."block-requests"' AS block_requests,  -- integer: 1 if passwords are refused
  o.body -> '$."allowed-paths"' AS allowed_paths,     -- json: array of paths that are exempt
  o.body -> '$."allowed-users"' AS allowed_users      -- json: array of user names that are exempt
FROM object AS o
