-- rev: 1
-- title: Anonymous visitor can search the user directory
-- severity: high
-- category: exposure
-- products: jira-cloud, jira-dc
-- object: jira_instance
-- needs: anonymous_probe
-- unknown: SELECT printf('a request without a sign-in for %s was not tried', w.column1), 'jira' AS key
--   FROM (VALUES ('user/picker'), ('user/search'), ('groupuserpicker')) AS w
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_list AS l WHERE l.list = w.column1)
--   UNION ALL
--   SELECT printf('the answer to a request without a sign-in for %s (HTTP %s) does not tell what is shown', l.list, coalesce(l.status, 'status unknown')), 'jira'
--   FROM anonymous_list AS l
--   WHERE l.list IN ('user/picker', 'user/search', 'groupuserpicker')
--     AND l.shown IS NULL
-- maps: iso27001:A.8.3, iso27001:A.5.34, soc2:CC6.1, csf2:PR.AA-05, cis8:3.3, attack:T1589
-- source: Jira Cloud REST API v3, user search and group and user picker, asked without any credential; nuclei-templates http/vulnerabilities/jira; CVE-2019-3403, CVE-2019-3401
-- why: Names and account ids of everybody are what phishing and password spraying start from, and the law on personal data asks who gave them to the public.
-- fix: Open Jira settings > System (Data Center: Administration > System) > Global permissions
--   Delete Public (Anyone on the web) from Browse users and groups, and give it to the groups that need it
--   On Data Center, upgrade if the version is affected by CVE-2019-3403 or CVE-2019-3401: there the lists answer whatever the permission says
--   Take a new snapshot: the request without a sign-in must be shown nobody
-- false-positives: None known. People are counted, never kept: who was shown is not in the evidence.

SELECT
  'jira' AS key,
  '' AS aspect,
  'Jira' AS subject,
  'lets anybody without a sign-in search for people: '
    || group_concat(printf('%s showed %d', l.list, l.shown), ', ' ORDER BY l.list) AS detail,
  json_group_array(json_object('resource', 'anonymous_probe', 'key', l.key)) AS evidence
FROM anonymous_list AS l
WHERE l.list IN ('user/picker', 'user/search', 'groupuserpicker')
  AND l.shown > 0
HAVING count(*) > 0
