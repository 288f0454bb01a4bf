-- confluence_webhook: an address that Confluence calls when something happens; Cloud has no endpoint that lists them.
SELECT
  o.key,                                              -- text: the webhook id
  o.body ->> '$.id' AS webhook_id,                    -- text: the webhook id
  o.body ->> '$.name' AS name,                        -- text: its name
  o.body ->> '$.url' AS url,                          -- text: the address called
  o.body ->> '$.active' AS enabled,                   -- integer: 1 enabled, 0 not
  o.body -> '$.events' AS events                      -- json: what it is called for
FROM object AS o
