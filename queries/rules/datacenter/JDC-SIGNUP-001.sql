-- rev: 1
-- title: Public sign-up is enabled
-- severity: high
-- category: access security
-- products: jira-dc
-- object: jira_instance
-- needs: jira_instance
-- optional: anonymous_probe, jira_setting
-- unknown: SELECT 'neither the page to sign up nor the mode of ' || 'Jira' || ' could be looked at', i.key AS key
--   FROM jira_instance AS i
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_probe AS p WHERE p.product = 'jira' AND p.path LIKE '%/secure/Signup!default.jspa'
--       AND (p.status = 200 AND p.item_count IS NOT NULL OR p.status BETWEEN 201 AND 499 AND p.status <> 429))
--     AND NOT EXISTS (SELECT 1 FROM jira_setting AS s WHERE s.key = 'jira.mode' AND s.value IS NOT NULL)
-- maps: iso27001:A.5.16, iso27001:A.8.3, soc2:CC6.2, csf2:PR.AA-01, cis8:6.1
-- source: nuclei-templates http/vulnerabilities/jira; Atlassian's guide to the mode of Jira; CVE-2022-26135 (open to people who signed up themselves)
-- why: Whoever signs up counts as signed in, often with a licence: what is open to all who are signed in is open to the world, and several published flaws need just such an account.
-- fix: Administration > System > General configuration > Edit settings: set Mode to Private
--   Look through the accounts that were made that way: Administration > User management, sorted by date
--   For Service Management limit who may become a customer: Administration > Applications > Jira Service Management > Configuration
-- false-positives: Public trackers.

WITH
  open_door AS (
    SELECT 1 AS rank, 'the page to sign up is open to everybody' AS words, 'anonymous_probe' AS resource, p.key AS key
    FROM anonymous_probe AS p
    WHERE p.product = 'jira' AND p.path LIKE '%/secure/Signup!default.jspa' AND p.status = 200 AND p.item_count > 0
    UNION ALL
    SELECT 2, 'its mode is public', 'jira_setting', s.key
    FROM jira_setting AS s
    WHERE s.key = 'jira.mode' AND lower(s.value) = 'public'
  )
SELECT
  'jira' AS key,
  '' AS aspect,
  'Jira' AS subject,
  'lets anybody make an account: ' || (SELECT o.words FROM open_door AS o ORDER BY o.rank LIMIT 1) AS detail,
  (SELECT json_group_array(json_object('resource', o.resource, 'key', o.key)) FROM open_door AS o) AS evidence
WHERE EXISTS (SELECT 1 FROM open_door)
