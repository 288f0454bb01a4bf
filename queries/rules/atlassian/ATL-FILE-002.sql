-- rev: 1
-- title: Executable or script attachment
-- severity: medium
-- category: file security
-- products: jira-cloud, confluence-cloud, jira-dc, confluence-dc
-- object: jira_attachment, confluence_attachment
-- needs: jira_attachment, confluence_attachment
-- optional: jira_project, confluence_content, confluence_space
-- unknown: SELECT printf('%d attachment(s) do not tell their name', count(*)), json_group_array(key) AS key
--   FROM (SELECT key, filename AS name FROM jira_attachment UNION ALL SELECT key, title FROM confluence_attachment)
--   WHERE name IS NULL
--   HAVING count(*) > 0
-- param: executable_ext list = exe, scr, msi, js, jse, vbs, wsf, hta, ps1, bat, cmd, lnk, jar, iso, img, one
--   extensions of files that run, or hold what runs, when somebody opens them; in any case
-- maps: iso27001:A.8.7, soc2:CC6.8, csf2:PR.DS-01, csf2:DE.CM-09, cis8:10.1, attack:T1080
-- source: AtlasReaper, attachments; own judgement; Jira Cloud REST API v3 and Confluence Cloud REST API v2, attachments
-- why: People open what a colleague has attached to a page or an issue without a second thought, which makes these places
--   good ones to plant a program, a script or a disk image that carries one.
-- fix: Ask who attached the file what it is for, and whether they did it themselves
--   Have it scanned; if nobody knows it, treat the account that attached it as taken over
--   Delete the attachment with its older versions, and give out programs through a software catalogue or an artefact store
-- false-positives: Development teams attach scripts and builds on purpose: take js, jar or ps1 out of executable_ext, or accept the findings of their projects.

-- What counts is what stands behind the last dot, dots and spaces at the end left out, as Windows does when it saves the file.
WITH
  ending AS MATERIALIZED (SELECT DISTINCT '.' || lower(ltrim(trim(value), '*.')) AS tail FROM json_each(:executable_ext)),
  size AS MATERIALIZED (SELECT DISTINCT length(tail) AS n FROM ending),
  likely AS MATERIALIZED (   -- all that end so, and what has something at the end to leave out
    SELECT 'jira_attachment' AS resource, key, lower(rtrim(filename, ' .')) AS bare
    FROM jira_attachment
    WHERE EXISTS (SELECT 1 FROM size AS s WHERE lower(substr(filename, -s.n)) IN (SELECT tail FROM ending))   -- lint: without it the first look lets more through
      OR substr(filename, -1) IN ('.', ' ')
    UNION ALL
    SELECT 'confluence_attachment', key, lower(rtrim(title, ' .'))
    FROM confluence_attachment
    WHERE EXISTS (SELECT 1 FROM size AS s WHERE lower(substr(title, -s.n)) IN (SELECT tail FROM ending))   -- lint: without it the first look lets more through
      OR substr(title, -1) IN ('.', ' ')
  ),
  hit AS MATERIALIZED (
    SELECT f.resource, f.key, max(substr(e.tail, 2)) AS extension
    FROM likely AS f
    JOIN ending AS e ON substr(f.bare, -length(e.tail)) = e.tail
    GROUP BY f.resource, f.key   -- of tar.gz and gz, one
  )
SELECT
  h.key,
  '' AS aspect,
  a.filename AS subject,
  'is a program or script (.' || h.extension || ')'
    || coalesce(' and is attached to ' || a.issue_key, '')
    || coalesce(' in ' || coalesce(nullif(p.name, ''), a.project_key), '')
    || coalesce(' since ' || substr(a.created, 1, 10), '') AS detail,
  h.resource,
  json_array(json_object('resource', h.resource, 'key', h.key)) AS evidence
FROM hit AS h
JOIN jira_attachment AS a ON a.key = h.key
LEFT JOIN jira_project AS p ON p.project_id = a.project_id
WHERE h.resource = 'jira_attachment'
UNION ALL
SELECT
  h.key,
  '',
  b.title,
  'is a program or script (.' || h.extension || ')'
    || coalesce(' and is attached to ' || coalesce(nullif(c.title, ''), 'page ' || b.page_id, 'blog post ' || b.blogpost_id, 'content ' || b.custom_content_id), '')
    || coalesce(' in ' || coalesce(nullif(s.name, ''), s.space_key), '')
    || coalesce(' since ' || substr(b.created_at, 1, 10), ''),
  h.resource,
  json_array(json_object('resource', h.resource, 'key', h.key))
FROM hit AS h
JOIN confluence_attachment AS b ON b.key = h.key
LEFT JOIN confluence_content AS c ON c.content_id = coalesce(b.page_id, b.blogpost_id)
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
WHERE h.resource = 'confluence_attachment'
