-- confluence_webhook: an address that Confluence Data Center calls when something happens (GET /rest/api/webhooks); Cloud has no endpoint that lists them.
SELECT
  o.key,                                              -- text: the webhook id; name and address where the site gives it none
  CAST(o.body ->> '$.id' AS text) AS webhook_id,      -- text: the webhook id
  o.body ->> '$.name' AS name,                        -- text: its name
  o.body ->> '$.url' AS url,                          -- text: the address called, without sign-in, parameters and fragment
  o.body ->> '$.active' AS enabled,                   -- integer: 1 enabled, 0 not
  o.body -> '$.events' AS events,                     -- json: what it is called for
  o.body ->> '$.scopeType' AS scope_type,             -- text: what it listens to, as the API spells it: global, space
  o.body ->> '$.sslVerificationRequired' AS verifies_tls -- integer: 1 the certificate of the address must be trusted, 0 any is taken
FROM object AS o
