-- rev: 1
-- title: Version is past its end of support
-- severity: high
-- category: patching
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- reference: lifecycle
-- unknown: SELECT iif(v.version_key IS NULL, v.name || ' does not tell its version', v.name || ' ' || v.version || ' belongs to no line of releases in the table as of ' || coalesce((SELECT max(l.as_of) FROM lifecycle AS l), 'no day')), v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM dc_support AS s WHERE s.resource = v.resource)
-- maps: iso27001:A.8.8, iso27001:A.8.9, soc2:CC7.1, csf2:PR.PS-02, csf2:ID.AM-08, cis8:2.2, cis8:7.4, attack:T1190
-- source: endoflife.date, products/jira-software.md and products/confluence.md, shipped with its date (plumbline rules data lifecycle)
-- why: No security fix is made for a release that is past its end of support: every flaw found from that day on stays open.
-- fix: Plan the upgrade to the current long term support release (Administration > System or Plan your upgrade shows the way from this version), on a copy first
--   Check with Administration > Manage apps > Update check which apps run there
--   Until then take it off the internet: let only the company network or a VPN reach it
-- false-positives: A release that Atlassian supports longer by a contract of its own. A line that is not in the table is never judged; the table has its date.

SELECT
  s.resource AS resource,
  s.key AS key,
  '' AS aspect,
  s.name AS subject,
  'runs ' || s.version || ', which ' || iif(s.end_of_support IS NULL, 'is not supported any more', 'is not supported any more since ' || s.end_of_support)
    || ' (data as of ' || s.as_of || ')' AS detail,
  json_array(
    json_object('resource', s.resource, 'key', s.key),
    json_object('resource', 'lifecycle', 'key', s.lifecycle)) AS evidence
FROM dc_support AS s
WHERE (s.ended = 1 OR s.end_of_support < substr(:now, 1, 10))
