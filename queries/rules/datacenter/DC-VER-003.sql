-- rev: 2
-- title: Bug-fix releases of the line are missing
-- severity: medium
-- category: patching
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- reference: advisory, lifecycle
-- unknown: SELECT iif(v.version_key IS NULL, v.name || ' does not tell its version', v.name || ' ' || v.version || ' belongs to no line of releases in the table as of ' || coalesce((SELECT max(l.as_of) FROM lifecycle AS l), 'no day')), v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM dc_support AS s WHERE s.resource = v.resource)
-- maps: iso27001:A.8.8, soc2:CC7.1, csf2:PR.PS-02, cis8:7.4
-- source: endoflife.date, products/jira-software.md and products/confluence.md, shipped with its date (plumbline rules data lifecycle); the advisories shipped with it
-- why: The bug-fix releases of a line carry its security fixes. They change little else, so that they are the cheapest upgrade there is.
-- fix: Install the latest bug-fix release of the line: on a cluster node by node (Administration > Applications > Upgrades > rolling upgrade), after a backup of database and home
--   Subscribe somebody to Atlassian's security advisories, so that the next one is known on its day
-- false-positives: A release that came out after the tables were made is not known to them, and one that was left out on purpose (a fault in it) is.

-- The latest release of the line that either source knows of: a table of releases may be older than an advisory that
-- names the release with the fix, or not hold the line at all.
WITH
  release AS (
    SELECT s.resource AS of, s.latest AS version, 'lifecycle' AS resource, s.lifecycle AS key, s.as_of AS as_of
    FROM dc_support AS s
    UNION ALL
    SELECT v.resource, f.value, 'advisory', a.key, a.as_of
    FROM dc_version AS v
    JOIN advisory AS a ON a.product = v.product
    JOIN json_each(a.fixed) AS f ON version_key(f.value, 2) = v.line_key
  ),
  newest AS (
    SELECT r.*, row_number() OVER (PARTITION BY r.of ORDER BY version_key(r.version) DESC, r.resource DESC, r.key) AS place
    FROM release AS r
  )
SELECT
  v.resource AS resource,
  v.key AS key,
  '' AS aspect,
  v.name AS subject,
  'runs ' || v.version || '; ' || n.version || ' of the same line is out' || iif(n.resource = 'advisory', ' and fixes a published flaw', '')
    || ' (data as of ' || n.as_of || ')' AS detail,
  json_array(
    json_object('resource', v.resource, 'key', v.key),
    json_object('resource', n.resource, 'key', n.key)) AS evidence
FROM dc_version AS v
JOIN newest AS n ON n.of = v.resource
WHERE n.place = 1
  AND v.version_key < version_key(n.version)
