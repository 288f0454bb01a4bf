-- dc_unstated_advisory: a published vulnerability of which nobody says whether a version in use is affected by it: of Jira and Confluence.
-- reads: dc_version, advisory
SELECT
  v.key AS key,                  -- text: key in resource
  v.resource AS resource,        -- text: jira_instance or confluence_instance
  v.name AS name,                -- text: Jira or Confluence
  v.version AS version,          -- text: the version in use
  a.key AS advisory,             -- text: key of the advisory
  a.cve AS cve,                  -- text: its number
  a.severity IN ('critical', 'high') AS serious,  -- integer: 1 if it is critical or high
  a.exploited AS exploited,      -- integer: 1 if it is known to be used in attacks
  a.as_of AS as_of               -- text: the day to which that is known to be right
FROM dc_version AS v
JOIN advisory AS a ON a.product = v.product
JOIN json_each(a.unstated) AS u ON version_key(u.value ->> '$.from') <= v.version_key AND v.version_key < version_key(u.value ->> '$.lt')
