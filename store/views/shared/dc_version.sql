-- dc_version: which version of Jira and of Confluence a Data Center installation runs.
-- reads: jira_instance, confluence_instance
SELECT
  i.resource AS resource,                      -- text: jira_instance or confluence_instance
  i.key AS key,                                -- text: key in that resource
  i.product AS product,                        -- text: jira or confluence, as reference data name it
  i.name AS name,                              -- text: Jira or Confluence
  i.version AS version,                        -- text: as the product states it; NULL not told
  version_key(i.version) AS version_key,       -- text: the version in the form that compares; NULL where it is not told or no version
  version_key(i.version, 2) AS line_key,       -- text: the line of releases (10.3) in the form that compares
  i.base_url AS base_url                       -- text: the address that the product states of itself
FROM (
  SELECT 'jira_instance' AS resource, j.key AS key, 'jira' AS product, 'Jira' AS name, j.version AS version, j.base_url AS base_url
  FROM jira_instance AS j
  UNION ALL
  SELECT 'confluence_instance', c.key, 'confluence', 'Confluence', c.version, c.base_url
  FROM confluence_instance AS c
) AS i
