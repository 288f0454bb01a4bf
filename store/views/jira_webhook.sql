-- jira_webhook: a webhook that an administrator set up (Data Center: GET /rest/jira-webhook/1.0/webhooks, up to 9 /rest/webhooks/1.0/webhook; Cloud documents none).
SELECT
  o.key,                                          -- text: the webhook id
  CAST(o.body ->> '$.id' AS text) AS webhook_id,  -- text: the webhook id
  o.body ->> '$.name' AS name,                    -- text: name of the webhook
  o.body ->> '$.url' AS url,                      -- text: where it sends to, as far as the host: what follows may be a secret and is not kept
  coalesce(o.body ->> '$.enabled', o.body ->> '$.active') AS enabled,              -- integer: 1 if it sends
  o.body -> '$.events' AS events,                 -- json: array of event names
  o.body -> '$.filters' AS filters,               -- json: object with a member for each search that narrows the events; {} nothing does
  coalesce(o.body ->> '$.excludeBody', CASE lower(o.body ->> '$.configuration.EXCLUDE_BODY') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END) AS exclude_body,  -- integer: 1 if the issue itself is left out of the message
  o.body ->> '$.scopeType' AS scope_type,         -- text: global, or what it is limited to; from Jira 10 on
  o.body ->> '$.sslVerificationRequired' AS tls_verified  -- integer: 1 if the receiver's certificate is checked; from Jira 10 on
FROM object AS o
