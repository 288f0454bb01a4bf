-- dc_advisory: a published vulnerability that a version in use is affected by: of Jira, Confluence, and Jira Service Management by its own version, which from 10.0 on is that of Jira and then told apart only where Jira is not affected itself.
-- reads: dc_version, app, advisory, advisory_range
WITH running AS (
  SELECT v.resource, v.key, v.product, v.name, v.version, v.version_key FROM dc_version AS v
  UNION ALL
  SELECT 'app', p.key, 'jira-service-management', 'Jira Service Management', p.version, version_key(p.version)
  FROM app AS p
  WHERE p.product = 'jira' AND p.plugin_key = 'com.atlassian.servicedesk'
)
SELECT
  r.resource AS resource,                      -- text: jira_instance, confluence_instance or app
  r.key AS key,                                -- text: key in that resource
  r.name AS name,                              -- text: Jira, Confluence or Jira Service Management
  r.version AS version,                        -- text: the version in use
  a.key AS advisory,                           -- text: key of the advisory
  a.cve AS cve,                                -- text: its number
  a.severity AS severity,                      -- text: critical, high, medium, low
  a.severity IN ('critical', 'high') AS serious,  -- integer: 1 if it is critical or high
  a.exploited AS exploited,                    -- integer: 1 if it is known to be used in attacks
  a.about AS about,                            -- text: what it is
  g.before_version AS before_version,          -- text: the first version of the range that is not affected any more
  a.as_of AS as_of                             -- text: the day to which that is known to be right
FROM running AS r
JOIN advisory_range AS g ON g.product = r.product AND g.from_key <= r.version_key AND r.version_key < g.before_key
JOIN advisory AS a ON a.key = g.advisory
WHERE NOT (r.product = 'jira-service-management' AND r.version_key >= version_key('10')
  AND EXISTS (SELECT 1 FROM advisory_range AS j JOIN dc_version AS v ON v.product = 'jira' AND j.from_key <= v.version_key AND v.version_key < j.before_key
    WHERE j.product = 'jira' AND j.cve = a.cve))
