-- rev: 2
-- title: Issue security scheme has no default level
-- severity: medium
-- category: permissions
-- products: jira-cloud, jira-dc
-- object: jira_security_scheme
-- needs: jira_security_scheme, jira_project_security, jira_project
-- optional: jira_security_level
-- unknown: SELECT printf('%d issue security scheme(s) do not tell whether they have a default level, or whether the projects on them are archived', count(*)), json_group_array(s.key) AS key
--   FROM jira_security_scheme AS s
--   WHERE s.default_level_id IS NULL
--     AND NOT EXISTS (SELECT 1 FROM jira_security_level AS l WHERE l.scheme_id = s.scheme_id AND l.is_default = 1)
--     AND (s.scheme_id IS NULL OR EXISTS (SELECT 1 FROM jira_project_security AS x JOIN jira_project AS p ON p.project_id = x.project_id WHERE x.scheme_id = s.scheme_id AND p.archived IS NOT 1))
--     AND NOT (EXISTS (SELECT 1 FROM jira_project_security AS x JOIN jira_project AS p ON p.project_id = x.project_id WHERE x.scheme_id = s.scheme_id AND p.archived = 0)
--       AND (s.default_left_out IS 1 AND EXISTS (SELECT 1 FROM jira_security_scheme WHERE default_level_id IS NOT NULL)
--         OR (s.default_told IS NOT NULL OR EXISTS (SELECT 1 FROM coverage WHERE resource = 'jira_security_level' AND outcome = 'complete'))
--           AND NOT EXISTS (SELECT 1 FROM jira_security_level AS l WHERE coalesce(l.scheme_id, s.scheme_id) = s.scheme_id AND l.is_default IS NOT 0)))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entries of which project uses which issue security scheme do not tell both', count(*)), NULL
--   FROM jira_project_security
--   WHERE (scheme_id IS NULL OR project_id IS NULL)
--     AND EXISTS (SELECT 1 FROM jira_security_scheme WHERE default_level_id IS NULL)
--   HAVING count(*) > 0
-- maps: iso27001:A.5.12, iso27001:A.8.3, soc2:CC6.1, csf2:PR.AA-05, csf2:PR.DS-01, cis8:3.3, cis8:3.12
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, issue security schemes and levels
-- why: Without a default, an issue that is created without a choice is visible to everyone who can browse the project, and nobody is told.
-- fix: Open Jira settings > Work items (Data Center: Administration > Issues) > Issue security schemes (Security schemes) and the scheme named
--   Set the more restrictive level as default
--   Go through the issues that were created without a level, and give them one where they need it
-- false-positives: Projects in which only exceptions are restricted, by decision: accept it with an owner and a date.

-- Jira leaves the default out of a scheme that has none, which by itself may also mean that it was not told. The levels of
-- the scheme say the same once more, each for itself: the scheme has no default if it says so outright (null), or if they were
-- read whole, and none of them is one. Data Center leaves out what is null and its levels say nothing of the default: there a
-- scheme without one has none if another scheme of the same answer tells its own.
SELECT
  s.key,
  '' AS aspect,
  coalesce(nullif(s.name, ''), 'Issue security scheme ' || s.scheme_id) AS subject,
  'has no default level; ' || l.projects || iif(l.projects = 1, ' live project uses it: ', ' live projects use it: ') || l.names || iif(l.projects > 10, printf(' and %d more', l.projects - 10), '') AS detail,
  '[' || json_object('resource', 'jira_security_scheme', 'key', s.key) || coalesce(',' || (SELECT group_concat(json_object('resource', 'jira_security_level', 'key', v.key)) FROM jira_security_level AS v WHERE v.scheme_id = s.scheme_id), '') || ',' || l.objects || ']' AS evidence
FROM jira_security_scheme AS s
JOIN (
  SELECT scheme_id, count(*) AS projects, group_concat(iif(n <= 10, project, NULL), ', ' ORDER BY n) AS names,
    group_concat(iif(n <= 12, json_object('resource', 'jira_project', 'key', project_id) || ',' || json_object('resource', 'jira_project_security', 'key', key), NULL)) AS objects
  FROM (
    SELECT x.scheme_id, x.key, p.project_id, coalesce(nullif(trim(coalesce(p.project_key, '') || ' ' || coalesce(p.name, '')), ''), 'project ' || p.project_id) AS project,
      row_number() OVER (PARTITION BY x.scheme_id ORDER BY p.project_key, p.project_id) AS n
    FROM jira_project_security AS x
    JOIN jira_project AS p ON p.project_id = x.project_id
    WHERE p.archived = 0
  )
  GROUP BY scheme_id
) AS l ON l.scheme_id = s.scheme_id
WHERE s.default_level_id IS NULL
  AND (s.default_left_out IS 1 AND EXISTS (SELECT 1 FROM jira_security_scheme WHERE default_level_id IS NOT NULL)
    OR (s.default_told IS NOT NULL OR EXISTS (SELECT 1 FROM coverage WHERE resource = 'jira_security_level' AND outcome = 'complete'))
      AND NOT EXISTS (SELECT 1 FROM jira_security_level AS v WHERE coalesce(v.scheme_id, s.scheme_id) = s.scheme_id AND v.is_default IS NOT 0))
