-- rev: 1
-- kind: drift
-- title: Version unchanged while a fix came out, or moved backwards
-- severity: high
-- category: drift
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- optional: app
-- reference: advisory
-- unknown: SELECT v.name || ' does not tell its version' AS words, v.key AS key
--   FROM after_dc_version AS v
--   JOIN before_dc_version AS b ON b.resource = v.resource
--   WHERE (b.version_key < v.version_key) IS NULL
-- maps: iso27001:A.8.8, soc2:CC7.1, csf2:PR.PS-02, cis8:7.4
-- source: CVE records (CVEProject/cvelistV5), CISA Known Exploited Vulnerabilities; each advisory names its own (plumbline rules data advisory)
-- why: How long a published flaw stays open is the one number that tells whether patching works. A version that moved backwards
--   brings back flaws that were mended.
-- fix: Upgrade to a release with the fix, better to the latest of a supported line
--   Where it moved backwards, find out why (a restored machine, an upgrade that was taken back) and close what that opened
--   Agree on how many days an upgrade may take after an advisory, and who is told of one
-- false-positives: An advisory that came out days before the second snapshot: the fix may be planned.

-- Of the products, whose lines of releases one advisory may name several times.
SELECT
  v.resource AS resource,
  v.key AS key,
  'backwards' AS aspect,
  v.name AS subject,
  'moved backwards, from ' || b.version || ' to ' || v.version AS detail,
  json_array(json_object('resource', v.resource, 'key', v.key)) AS evidence
FROM after_dc_version AS v
JOIN before_dc_version AS b ON b.resource = v.resource
WHERE v.version_key < b.version_key
UNION ALL
SELECT
  v.resource,
  v.key,
  a.cve,
  v.name,
  iif(v.version_key < b.version_key, 'runs ', 'still runs ') || v.version || ' although ' || a.cve || ' (' || a.severity || '), published on ' || p.published || ', affects it: ' || a.about
    || '; the first release of its range without it is ' || a.before_version || ' (data as of ' || a.as_of || ')',
  json_array(json_object('resource', v.resource, 'key', v.key), json_object('resource', 'advisory', 'key', a.advisory))
FROM after_dc_advisory AS a
JOIN advisory AS p ON p.key = a.advisory
JOIN after_dc_version AS v ON v.resource = a.resource
JOIN before_dc_version AS b ON b.resource = v.resource
WHERE v.version_key <= b.version_key
  AND date(p.published) > date(:before)
  AND date(p.published) <= date(:now)
GROUP BY v.resource, a.cve
