-- rev: 1
-- kind: drift
-- scored: no
-- title: Snapshot coverage shrank
-- severity: medium
-- category: drift
-- products: grant
-- object: jira_instance, confluence_instance, grant
-- needs: grant
-- optional: jira_instance, confluence_instance, grant_scope
-- param: drop_ratio number = 0.3
--   the share of its objects that a list of containers must lose to count as shrunk
-- maps: iso27001:A.8.16, soc2:CC7.2, csf2:ID.RA-01, cis8:8.2
-- source: Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps: permissions and scopes both decide what is answered
-- why: What vanishes because less was seen is not resolved. Whoever reads a comparison must know of it before any list of
--   what was put right: what rests on these lists cannot be compared.
-- fix: Give the account of the snapshot the right, or its sign-in the scope, that it had before (plumbline coverage FILE names what was missing)
--   Where a list of containers lost many, ask whether they were deleted or only went out of sight
--   Collect again, and compare with the same snapshot before
-- false-positives: What was left out on purpose, and projects, spaces or groups that were truly cleared away.

-- Each list that was read whole before and is not now; the scopes that went; and the containers that are read whole both
-- times, but hold far less. All are the site's, or where it says nothing of itself, the sign-in's.
WITH
  home AS (
    SELECT coalesce(
      (SELECT 'jira_instance' FROM after_jira_instance JOIN before_jira_instance),
      (SELECT 'confluence_instance' FROM after_confluence_instance JOIN before_confluence_instance), 'grant') AS resource
  ),
  place AS (
    SELECT h.resource, CASE h.resource WHEN 'jira_instance' THEN 'jira' WHEN 'confluence_instance' THEN 'confluence' ELSE (SELECT min(key) FROM after_grant) END AS key
    FROM home AS h
  ),
  shrunk (aspect, subject, detail, resource, key) AS (
    SELECT a.resource, a.resource, 'was read whole before and '
        || CASE a.outcome WHEN 'partial' THEN 'is now read in part' WHEN 'denied' THEN 'is now denied' WHEN 'failed' THEN 'could not be read now' WHEN 'skipped' THEN 'was skipped now' ELSE 'is not there now' END
        || iif(a.http_status > 0, ' (' || a.http_status || ')', '') || coalesce(': ' || nullif(a.reason, ''), ''), NULL, NULL
    FROM before_coverage AS b
    JOIN after_coverage AS a ON a.resource = b.resource
    WHERE b.outcome = 'complete'
      AND a.outcome <> 'complete'
    UNION ALL
    SELECT 'scopes', 'The sign-in', printf('lost %d scope%s: ', count(*), iif(count(*) = 1, '', 's')) || group_concat(iif(s.n <= 8, s.scope, NULL), ', ' ORDER BY s.n) || iif(count(*) > 8, printf(' and %d more', count(*) - 8), ''), 'grant_scope', min(s.key)
    FROM (
      SELECT b.scope, min(b.key) AS key, row_number() OVER (ORDER BY b.scope) AS n
      FROM before_grant_scope AS b
      WHERE b.scope NOT IN (SELECT scope FROM after_grant_scope)
        AND EXISTS (SELECT 1 FROM after_grant_scope)
      GROUP BY b.scope
    ) AS s
    HAVING count(*) > 0
    UNION ALL
    SELECT a.resource, a.resource, printf('lost %d%% of its objects: %d before, %d now', round(100.0 * (b.objects - a.objects) / b.objects), b.objects, a.objects), NULL, NULL
    FROM before_coverage AS b
    JOIN after_coverage AS a ON a.resource = b.resource
    WHERE b.outcome = 'complete'
      AND a.outcome = 'complete'
      AND b.resource IN ('jira_project', 'confluence_space', 'directory_group', 'jira_permission_scheme', 'jira_service_desk', 'org_directory', 'org_workspace', 'org_group')
      AND b.objects - a.objects > :drop_ratio * b.objects
  )
SELECT
  p.key AS key,
  p.resource AS resource,
  s.aspect AS aspect,
  s.subject AS subject,
  s.detail AS detail,
  '[' || json_object('resource', p.resource, 'key', p.key) || coalesce(',' || iif(s.key IS NULL, NULL, json_object('resource', s.resource, 'key', s.key)), '') || ']' AS evidence
FROM shrunk AS s
JOIN place AS p ON p.key IS NOT NULL
