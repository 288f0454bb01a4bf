-- jira_webhook: a webhook that an administrator set up (Data Center: GET /rest/jira-webhook/1.0/webhooks; Cloud documents none).
SELECT
  o.key,                                          -- text: the webhook id
  CAST(o.body ->> '$.id' AS text) AS webhook_id,  -- text: the webhook id
  o.body ->> '$.name' AS name,                    -- text: name of the webhook
  o.body ->> '$.url' AS url,                      -- text: where it sends to
  o.body ->> '$.enabled' AS enabled,              -- integer: 1 if it sends
  o.body -> '$.events' AS events,                 -- json: array of event names
  o.body -> '$.filters' AS filters,               -- json: what narrows the events, as the site says it
  o.body ->> '$.excludeBody' AS exclude_body      -- integer: 1 if the issue itself is left out of the message
FROM object AS o
