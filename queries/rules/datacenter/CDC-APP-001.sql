-- rev: 2
-- title: Questions for Confluence left a hard-coded account
-- severity: critical
-- category: apps
-- products: confluence-dc
-- object: confluence_user, app
-- needs: confluence_instance
-- optional: confluence_user, app
-- reference: advisory
-- unknown: SELECT 'not all ' || iif(c.resource = 'app', 'apps', 'people') || ' of Confluence were listed' AS words, NULL AS key
--   FROM coverage AS c
--   JOIN confluence_instance AS i
--   WHERE c.resource IN ('confluence_user', 'app')
--     AND c.confluence_outcome <> 'complete'
--   UNION ALL
--   SELECT 'it is not told whether the account disabledsystemuser is active', u.key
--   FROM confluence_user AS u
--   WHERE lower(u.username) = 'disabledsystemuser'
--     AND (u.account_status IS NULL OR u.account_status = 'unknown')
--   UNION ALL
--   SELECT 'of ' || count(*) || iif(count(*) = 1, ' person', ' people') || ' the name to sign in with is not told', json_group_array(u.key)
--   FROM confluence_user AS u
--   WHERE u.username IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT 'Questions for Confluence does not tell its version', p.key
--   FROM app AS p
--   WHERE p.product = 'confluence'
--     AND p.plugin_key = 'com.atlassian.confluence.plugins.confluence-questions'
--     AND version_key(p.version) IS NULL
--   UNION ALL
--   SELECT 'the advisories in force do not hold that of Questions for Confluence', p.key
--   FROM app AS p
--   WHERE p.product = 'confluence'
--     AND p.plugin_key = 'com.atlassian.confluence.plugins.confluence-questions'
--     AND NOT EXISTS (SELECT 1 FROM advisory_range AS g WHERE g.product = 'app:' || p.plugin_key)
-- maps: iso27001:A.5.17, iso27001:A.8.8, soc2:CC6.1, soc2:CC7.1, csf2:PR.AA-01, csf2:ID.RA-01, cis8:4.7, cis8:7.4, attack:T1078.001
-- source: CVE-2022-26138 (CVEProject/cvelistV5); CISA Known Exploited Vulnerabilities
-- why: The password of the account disabledsystemuser is published, and it sits in the group confluence-users: anybody reads what every employee may. Removing the app does not remove the account.
-- fix: Administration > Users & security > User management: disable or delete disabledsystemuser
--   Update Questions for Confluence to a later version, or uninstall it
--   Look into the access log for sign-ins of the account, and into what it saw
-- false-positives: None; an account that was renamed is not found.

SELECT
  'confluence_user' AS resource,
  u.key AS key,
  '' AS aspect,
  u.username AS subject,
  'is the account that Questions for Confluence left behind, with a password that is published, and it is active' AS detail,
  json_array(json_object('resource', 'confluence_user', 'key', u.key)) AS evidence
FROM confluence_user AS u
WHERE lower(u.username) = 'disabledsystemuser'
  AND u.account_status = 'active'
UNION ALL
SELECT
  'app',
  p.key,
  '',
  coalesce(nullif(p.name, ''), p.plugin_key),
  'is version ' || p.version || ', which makes the account disabledsystemuser with a password that is published (' || g.cve || '; data as of ' || a.as_of || ')',
  json_array(
    json_object('resource', 'app', 'key', p.key),
    json_object('resource', 'advisory', 'key', a.key))
FROM app AS p
JOIN advisory_range AS g ON g.product = 'app:' || p.plugin_key AND g.from_key <= version_key(p.version) AND version_key(p.version) < g.before_key
JOIN advisory AS a ON a.key = g.advisory
WHERE p.product = 'confluence'
  AND p.plugin_key = 'com.atlassian.confluence.plugins.confluence-questions'
