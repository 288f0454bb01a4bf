-- rev: 2
-- title: Clustered Jira version without authenticated Ehcache RMI
-- severity: critical
-- category: network
-- products: jira-dc
-- object: jira_instance
-- needs: cluster_node
-- optional: jira_instance, confluence_instance
-- reference: advisory
-- unknown: SELECT 'Jira does not tell its version', 'jira' AS key
--   WHERE NOT EXISTS (SELECT 1 FROM dc_version AS v WHERE v.product = 'jira' AND v.version_key IS NOT NULL)
--   UNION ALL
--   SELECT 'the advisories in force do not hold CVE-2020-36239', 'jira'
--   WHERE NOT EXISTS (SELECT 1 FROM advisory_range AS g WHERE g.product = 'jira' AND g.cve = 'CVE-2020-36239')
-- maps: iso27001:A.8.8, iso27001:A.8.22, soc2:CC6.6, soc2:CC7.1, csf2:PR.IR-01, csf2:PR.PS-02, cis8:7.4, cis8:12.2, attack:T1190
-- source: CVE-2020-36239 (CVEProject/cvelistV5); Jira Data Center REST API 10.3, cluster/nodes
-- why: The cache service of these versions (ports 40001 and 40011) runs the code of whoever reaches it. Later ones ask for a secret that the nodes share.
-- fix: Upgrade to a release with the fix; the current long term support release has it
--   Let only the nodes themselves reach the ports 40001 and 40011 of each other, in the firewall of each node and of the network
--   Look for signs that somebody was there before
-- false-positives: Ports that a firewall closes: it lowers the risk and does not remove it. Jira that is no cluster answers so (HTTP 405) and is not judged.

SELECT
  v.key AS key,
  '' AS aspect,
  'Jira ' || v.version AS subject,
  'is a cluster of ' || count(DISTINCT n.key) || iif(count(DISTINCT n.key) = 1, ' node', ' nodes') || ' whose cache service asks nobody who they are (' || g.cve
    || '); the first release of its range that does is ' || g.before_version || ' (data as of ' || a.as_of || ')' AS detail,
  '[' || json_object('resource', 'jira_instance', 'key', v.key) || ',' || json_object('resource', 'advisory', 'key', a.key)
    || ',' || group_concat(DISTINCT json_object('resource', 'cluster_node', 'key', n.key)) || ']' AS evidence
FROM dc_version AS v
JOIN advisory_range AS g ON g.product = v.product AND g.from_key <= v.version_key AND v.version_key < g.before_key
JOIN advisory AS a ON a.key = g.advisory
JOIN cluster_node AS n ON n.product = v.product
WHERE v.product = 'jira'
  AND g.cve = 'CVE-2020-36239'
GROUP BY v.key, a.key
