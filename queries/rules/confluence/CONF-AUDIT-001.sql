-- rev: 1
-- title: Confluence audit log kept for less than a year
-- severity: medium
-- category: logging
-- products: confluence-cloud
-- object: confluence_instance
-- needs: confluence_audit_retention
-- unknown: SELECT 'how long the audit log is kept was not told', 'confluence' AS key
--   WHERE NOT EXISTS (SELECT 1 FROM confluence_audit_retention WHERE typeof(number) IN ('integer', 'real') AND days IS NOT NULL)
-- param: min_audit_days int = 365
--   days that the audit log must at least be kept
-- maps: iso27001:A.8.15, soc2:CC7.2, csf2:PR.PS-04, cis8:8.10
-- source: Confluence Cloud REST API v1, audit log, retention period; How to Harden, Atlassian
-- why: Who gave access to whom is often asked months after it happened; what the log no longer holds, nobody can answer.
-- fix: Open Confluence administration > Audit log > Settings and raise how long records are kept to a year or more
--   Forward the audit log to your log store (export it on a schedule, or GET /wiki/rest/api/audit), which also keeps it from those who administer the site
-- false-positives: Sites whose log is forwarded to a store that keeps it longer: accept the finding and name the store.

-- A year is 365.2425 days and a month a twelfth of it, as in the units of the API: a year, and twelve months, are enough.
SELECT
  'confluence' AS key,
  '' AS aspect,
  'Confluence' AS subject,
  'keeps its audit log for ' || r.number || ' ' || iif(r.number = 1, rtrim(lower(r.units), 's'), lower(r.units))
    || iif(upper(r.units) = 'DAYS', '', printf(' (%d days)', r.days)) || printf(', less than %d days', :min_audit_days) AS detail,
  json_array(json_object('resource', 'confluence_audit_retention', 'key', r.key)) AS evidence
FROM confluence_audit_retention AS r
WHERE typeof(r.number) IN ('integer', 'real')   -- a text counts as zero
  AND upper(r.units) <> 'FOREVER'   -- however many times
  AND round(r.days, 6) < :min_audit_days
