-- rev: 1
-- scored: no
-- title: A data security policy hides content from this snapshot
-- severity: info
-- category: coverage
-- products: grant
-- object: data_policy
-- needs: data_policy
-- unknown: SELECT 'whether anything is hidden is not told of ' || coalesce(d.product, d.key), d.key FROM data_policy AS d WHERE d.any_content_blocked IS NULL
-- maps: iso27001:A.8.16, soc2:CC7.2, csf2:ID.RA-01, cis8:8.2
-- source: Atlassian REST API, Jira app data policy and Confluence data policies
-- why: A policy of the organisation keeps apps from some projects or spaces. The API answers as if those did not exist, so that
--   nothing found says nothing about them.
-- fix: Ask an administrator of the organisation which projects and spaces the data security policy covers (admin.atlassian.com > Security > Data security policies)
--   Have the app of the audit excepted for the time of the audit, or name in the report what it did not see
-- false-positives: None.

SELECT
  d.key,
  '' AS aspect,
  iif(d.product = 'confluence', 'Confluence', 'Jira') AS subject,
  'hides some content from the app of this snapshot, by a data security policy of the organisation' AS detail
FROM data_policy AS d
WHERE d.any_content_blocked = 1
