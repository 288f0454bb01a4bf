-- health_check: a built-in health check and its result.
SELECT
  o.key,                                           -- text: product, check key
  o.body ->> '$.product' AS product,               -- text: jira or confluence
  o.body ->> '$.completeKey' AS check_key,         -- text: key of the check
  o.body ->> '$.name' AS name,                     -- text: name of the check
  o.body ->> '$.isHealthy' AS is_healthy,          -- integer: 1 if it passed
  o.body ->> '$.failureReason' AS failure_reason,  -- text: why it failed
  o.body ->> '$.severity' AS severity              -- text: critical, major, warning, minor
FROM object AS o
