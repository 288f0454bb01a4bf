-- health_check: a built-in health check and its result (GET /rest/troubleshooting/1.0/check, older supportHealthCheck/1.0/check).
SELECT
  o.key,                                           -- text: product, check key
  o.body ->> '$.product' AS product,               -- text: jira or confluence
  o.body ->> '$.completeKey' AS check_key,         -- text: key of the check
  o.body ->> '$.name' AS name,                     -- text: name of the check
  o.body ->> '$.isHealthy' AS is_healthy,          -- integer: 1 if it passed
  o.body ->> '$.failureReason' AS failure_reason,  -- text: why it failed
  o.body ->> '$.severity' AS severity,              -- text: critical, major, warning, minor or undefined
  o.body ->> '$.isEnabled' AS is_enabled,          -- integer: 0 if an administrator switched it off
  o.body ->> '$.nodeId' AS node_id                 -- text: node of the cluster that was checked, NULL without one
FROM object AS o
