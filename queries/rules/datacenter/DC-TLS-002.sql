-- rev: 2
-- title: Plain HTTP is answered without redirect, or HSTS is missing
-- severity: medium
-- category: transport
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: http_probe, jira_instance, confluence_instance
-- unknown: SELECT v.name || ' was not asked over plain http and over https, or not all of the answer is known' AS words, v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM http_probe AS p WHERE p.product = v.product AND p.scheme = 'http' AND (p.status < 500 OR p.closed = 1))
--     OR NOT EXISTS (SELECT 1 FROM http_probe AS p WHERE p.product = v.product AND p.scheme = 'https' AND (p.status < 500 OR p.closed = 1))
-- maps: iso27001:A.8.24, iso27001:A.8.20, soc2:CC6.7, csf2:PR.DS-02, cis8:3.10
-- source: one HEAD of the base address over http and over https, without credentials; RFC 6797 (Strict-Transport-Security)
-- why: As long as the plain port answers, somebody between a visitor and the site can take the first request and keep the visitor on plain http.
-- fix: Let the proxy answer port 80 with nothing but a redirect (301) to https
--   Let it send Strict-Transport-Security: max-age=31536000 with every answer over https (first a small max-age, then the year)
-- false-positives: A port 80 that nothing answers is fine. A site that only ever speaks to machines.

-- An error of the server says nothing of how it answers otherwise.
WITH
  answer AS (
    SELECT p.key, p.product, p.scheme, p.status, p.location,
      ';' || replace(replace(lower(p.strict_transport_security), ' ', ''), '"', '') || ';' AS policy
    FROM http_probe AS p
  )
SELECT
  v.resource AS resource,
  v.key AS key,
  a.scheme AS aspect,
  v.name AS subject,
  CASE
    WHEN a.scheme = 'https' THEN 'does not tell browsers to stay with https (no Strict-Transport-Security)'
    WHEN a.status BETWEEN 200 AND 299 THEN 'answers plain http (' || a.status || ') instead of sending visitors on to https'
    ELSE 'sends visitors of plain http on to ' || a.location || ', which is not https'
  END AS detail,
  json_array(
    json_object('resource', v.resource, 'key', v.key),
    json_object('resource', 'http_probe', 'key', a.key)) AS evidence
FROM dc_version AS v
JOIN answer AS a ON a.product = v.product
WHERE (a.scheme = 'http' AND a.status BETWEEN 200 AND 299
  OR a.scheme = 'http' AND a.status IN (301, 302, 303, 307, 308) AND lower(a.location) NOT LIKE 'https://%'
  OR a.scheme = 'https' AND a.status IS NOT NULL AND (a.policy IS NULL OR a.policy NOT LIKE '%;max-age=_%' OR a.policy LIKE '%;max-age=0;%'))
