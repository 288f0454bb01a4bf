-- dc_support: the line of releases that each Data Center product runs, as reference data know it; no row where they do not list it.
-- reads: dc_version, lifecycle
SELECT
  v.resource AS resource,                      -- text: jira_instance or confluence_instance
  v.key AS key,                                -- text: key in that resource
  v.product AS product,                        -- text: jira or confluence
  v.name AS name,                              -- text: Jira or Confluence
  v.version AS version,                        -- text: the version that runs
  v.version_key AS version_key,                -- text: the same in the form that compares
  v.line_key AS line_key,                      -- text: its line in the form that compares
  l.key AS lifecycle,                          -- text: key of the line in lifecycle
  l.cycle AS cycle,                            -- text: the line, 10.3
  l.long_term AS long_term,                    -- integer: 1 for a long term support release
  l.end_of_support AS end_of_support,          -- text: the last day, 2026-12-05; NULL where only that it is over is known
  l.ended AS ended,                            -- integer: 1 if it is over and nobody says since when
  l.latest AS latest,                          -- text: latest release of the line
  l.as_of AS as_of                             -- text: the day to which that is known to be right
FROM dc_version AS v
JOIN lifecycle AS l ON l.product = v.product AND version_key(l.cycle, 2) = v.line_key
