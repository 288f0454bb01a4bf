-- rev: 1
-- scored: no
-- title: Datasets were refused, cut short or skipped
-- severity: medium
-- category: coverage
-- products: grant
-- object: jira_instance, confluence_instance, grant
-- needs: grant
-- optional: jira_instance, confluence_instance
-- maps: iso27001:A.8.16, soc2:CC7.2, csf2:ID.RA-01, cis8:8.2
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: permissions and scopes both decide what is answered
-- why: What was not read was not judged. Whoever reads the findings must know of the holes first: the rules that rest on them
--   are not evaluated, and nothing found there does not mean that nothing is there.
-- fix: See what each hole costs: plumbline coverage FILE names the permission or scope that was missing and the rules that could not look
--   Give the right to the account of the snapshot, or the scope to its sign-in
--   Collect again; what stays closed belongs into the report as a limit of the audit
-- false-positives: What was left out on purpose, and spaces or projects that came or went during the collecting. A product
--   that the site does not have is no hole.

-- What a snapshot without any sign-in did not see is no hole. Each hole is the site's, or where it says nothing
-- of itself the sign-in's; those that have one cause, the wish of whoever collected or a key that was not given, are one.
WITH hole AS (
  SELECT
    CASE
      WHEN c.outcome = 'skipped' AND c.reason = 'no organisation API key' THEN 'organisation'
      WHEN c.outcome = 'skipped' AND c.reason IN ('left out on request', 'not asked for') THEN 'left out'
      ELSE c.resource
    END AS aspect,
    coalesce(iif(c.resource LIKE 'confluence%', (SELECT i.key FROM confluence_instance AS i), NULL), (SELECT i.key FROM jira_instance AS i),
      (SELECT i.key FROM confluence_instance AS i), (SELECT min(g.key) FROM "grant" AS g)) AS at,
    c.*
  FROM coverage AS c
  WHERE (c.outcome IN ('denied', 'partial', 'failed', 'skipped') OR c.outcome = 'unavailable' AND json_array_length(c.missing) > 0)
    AND EXISTS (SELECT 1 FROM "grant")
)
SELECT
  max(h.at) AS key,
  CASE max(h.at) WHEN 'confluence' THEN 'confluence_instance' WHEN 'jira' THEN 'jira_instance' ELSE 'grant' END AS resource,
  h.aspect AS aspect,
  CASE h.aspect WHEN 'organisation' THEN 'The organisation' WHEN 'left out' THEN count(*) || iif(count(*) = 1, ' resource', ' resources') ELSE h.aspect END AS subject,
  CASE h.aspect
    WHEN 'organisation' THEN 'was not looked at, for want of an organisation API key (' || count(*) || iif(count(*) = 1, ' resource)', ' resources)')
    WHEN 'left out' THEN 'were left out on request: ' || group_concat(h.resource, ', ' ORDER BY h.resource)
    ELSE CASE min(h.outcome) WHEN 'partial' THEN 'was read in part' WHEN 'denied' THEN 'was denied' WHEN 'failed' THEN 'could not be read' WHEN 'skipped' THEN 'was skipped' ELSE 'is not open to this sign-in' END
      || iif(min(h.http_status) > 0, ' (' || min(h.http_status) || ')', '')
      || coalesce(': ' || nullif(min(h.reason), ''), '')
      || iif(json_array_length(min(h.missing)) > 0, '; it takes ' || (SELECT group_concat(m.value, ', ') FROM json_each(min(h.missing)) AS m), '')
  END AS detail
FROM hole AS h
GROUP BY h.aspect, iif(h.aspect IN ('organisation', 'left out'), '', h.resource)
