-- rev: 1
-- title: Instance is not on a long-term support release
-- severity: low
-- category: patching
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- reference: lifecycle
-- unknown: SELECT iif(v.version_key IS NULL, v.name || ' does not tell its version', v.name || ' ' || v.version || ' belongs to no line of releases in the table as of ' || coalesce((SELECT max(l.as_of) FROM lifecycle AS l), 'no day')), v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM dc_support AS s WHERE s.resource = v.resource)
-- maps: iso27001:A.8.8, iso27001:A.8.9, soc2:CC7.1, csf2:PR.PS-02, cis8:2.2
-- source: endoflife.date, products/jira-software.md and products/confluence.md, shipped with its date (plumbline rules data lifecycle)
-- why: Releases between the long term ones get fixes only until the next one is out. Who upgrades once a year needs a release that is fixed until the end of its support.
-- fix: Choose the current long term support release as the goal of the next upgrade
--   Test the apps against it first: Administration > Manage apps > Update check
-- false-positives: Teams that follow every feature release within weeks.

SELECT
  s.resource AS resource,
  s.key AS key,
  '' AS aspect,
  s.name AS subject,
  'runs ' || s.version || ', which is no long term support release; ' || n.cycle || ' is one (data as of ' || n.as_of || ')' AS detail,
  json_array(
    json_object('resource', s.resource, 'key', s.key),
    json_object('resource', 'lifecycle', 'key', s.lifecycle),
    json_object('resource', 'lifecycle', 'key', n.key)) AS evidence
FROM dc_support AS s
JOIN lifecycle AS n ON n.product = s.product
WHERE s.long_term = 0
  AND n.long_term = 1
  AND version_key(n.cycle, 2) > s.line_key
  AND n.released <= substr(:now, 1, 10)
GROUP BY s.resource
HAVING max(version_key(n.cycle, 2)) IS NOT NULL   -- lint: max() also picks the row of the newest line, of which n.cycle and n.key are
