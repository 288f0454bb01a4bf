-- rev: 1
-- title: Support for this version ends soon
-- severity: medium
-- category: patching
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- reference: lifecycle
-- unknown: SELECT iif(v.version_key IS NULL, v.name || ' does not tell its version', v.name || ' ' || v.version || ' belongs to no line of releases in the table as of ' || coalesce((SELECT max(l.as_of) FROM lifecycle AS l), 'no day')), v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM dc_support AS s WHERE s.resource = v.resource)
-- param: eol_warn_days int = 180
--   how many days before the end of support it is told
-- maps: iso27001:A.8.8, soc2:CC7.1, csf2:PR.PS-02, csf2:ID.AM-08, cis8:2.2
-- source: endoflife.date, products/jira-software.md and products/confluence.md, shipped with its date (plumbline rules data lifecycle)
-- why: The upgrade of a large installation takes months of tests, above all of its apps: a warning helps only while there is time.
-- fix: Plan the upgrade to the current long term support release before that day: Administration > Manage apps > Update check for the apps, then a test on a copy
--   Write down who decides on the day and when
-- false-positives: The upgrade is planned already: accept the risk until its day.

SELECT
  s.resource AS resource,
  s.key AS key,
  '' AS aspect,
  s.name AS subject,
  'runs ' || s.version || ', whose support ends on ' || s.end_of_support || ' (data as of ' || s.as_of || ')' AS detail,
  json_array(
    json_object('resource', s.resource, 'key', s.key),
    json_object('resource', 'lifecycle', 'key', s.lifecycle)) AS evidence
FROM dc_support AS s
WHERE s.end_of_support >= substr(:now, 1, 10)
  AND s.end_of_support <= date(:now, '+' || :eol_warn_days || ' days')
