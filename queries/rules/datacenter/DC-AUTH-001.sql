-- rev: 1
-- title: REST still accepts password (basic) authentication
-- severity: medium
-- category: authentication
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: basic_auth, jira_instance, confluence_instance
-- unknown: SELECT v.name || ' does not tell whether it takes passwords for its REST API', v.key AS key
--   FROM dc_version AS v
--   LEFT JOIN basic_auth AS b ON b.product = v.product
--   WHERE b.block_requests IS NULL
--   UNION ALL
--   SELECT v.name || ' blocks passwords for its REST API, but does not tell whom and what it exempts', v.key
--   FROM dc_version AS v
--   JOIN basic_auth AS b ON b.product = v.product
--   WHERE b.block_requests = 1
--     AND (b.allowed_users IS NULL OR b.allowed_paths IS NULL)
-- maps: iso27001:A.8.5, iso27001:A.5.17, soc2:CC6.1, csf2:PR.AA-03, cis8:6.3, cis8:6.7
-- source: Atlassian, disabling basic authentication and its allowlist; Atlassian's security checklist for Data Center
-- why: Passwords in scripts go past single sign-on and the second factor, travel with every call, and are the same that open the whole account.
-- fix: Give scripts personal access tokens with an end date (profile > Personal access tokens) or OAuth 2.0
--   Administration > System > Authentication methods: switch off Allow basic authentication on API calls, and empty the allowlist of * and /*
--   Watch the access log for calls that are refused, and move those as well
-- false-positives: Jira 11 has it switched off from the start; old versions do not tell, and are not judged.

WITH
  door AS (
    SELECT b.key, b.product, b.block_requests,
      EXISTS (SELECT 1 FROM json_each(b.allowed_users) AS u WHERE u.value = '*') AS every_user,
      EXISTS (SELECT 1 FROM json_each(b.allowed_paths) AS w WHERE w.value = '/*') AS every_path
    FROM basic_auth AS b
  )
SELECT
  v.resource AS resource,
  v.key AS key,
  '' AS aspect,
  v.name AS subject,
  iif(d.block_requests = 0, 'takes passwords (basic authentication) for its REST API',
    'blocks passwords (basic authentication) for its REST API, but exempts every ' || iif(d.every_user, 'user (*)', 'path (/*)')) AS detail,
  json_array(
    json_object('resource', v.resource, 'key', v.key),
    json_object('resource', 'basic_auth', 'key', d.key)) AS evidence
FROM dc_version AS v
JOIN door AS d ON d.product = v.product
WHERE (d.block_requests = 0 OR d.every_user OR d.every_path)
