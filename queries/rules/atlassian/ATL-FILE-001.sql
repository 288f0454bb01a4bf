-- rev: 1
-- title: Attachment whose name points to a secret
-- severity: high
-- category: file security
-- products: jira-cloud, confluence-cloud, jira-dc, confluence-dc
-- object: jira_attachment, confluence_attachment
-- needs: jira_attachment, confluence_attachment
-- optional: jira_project, confluence_content, confluence_space
-- text-of: title
-- unknown: SELECT printf('%d attachment(s) do not tell their name', count(*)), json_group_array(key) AS key
--   FROM (SELECT key, filename AS name FROM jira_attachment UNION ALL SELECT key, title FROM confluence_attachment)
--   WHERE name IS NULL
--   HAVING count(*) > 0
-- param: secret_patterns list = id_rsa*, *.pem, *.pfx, *.p12, *.key, *.kdbx, *.ovpn, .env*, *password*, *passwort*, *credential*, *.sql, *.dump, *.bak, htpasswd
--   names of files that hold secrets, in any case; * is any text, ? one character; one that begins with ! takes names out again: !*password-policy*
-- maps: iso27001:A.8.12, iso27001:A.5.17, soc2:CC6.1, soc2:CC6.7, csf2:PR.DS-01, csf2:PR.AA-01, cis8:3.1, cis8:3.3, attack:T1552.001, attack:T1213.001
-- source: AtlasReaper, search for file names; own judgement; Jira Cloud REST API v3 and Confluence Cloud REST API v2, attachments
-- why: Keys, password stores and dumps attached to a page or an issue are the first thing that an intruder searches for, and
--   everybody who may see the page or issue may take them without being noticed.
-- fix: Ask who attached the file whether it holds a secret
--   If so, replace the secret first: change the password, issue a new key or certificate, and revoke the old one; a copy may be anywhere
--   Delete the attachment with its older versions, from the trash of the space too
--   Keep secrets in a vault, and link to the entry there
-- false-positives: The name alone is judged, content is never read. Public certificates (.pem) and papers such as a
--   password policy: add !*-cert.pem or !*password-policy* to secret_patterns.

-- Names are met twice: first all of them, cheaply, by how they end or by the few patterns that are more than an ending; then
-- what is left, each pattern by itself. A dot in front of a name, and dots and spaces behind it, make no difference:
-- .htpasswd is htpasswd, and what Windows saves of "vault.kdbx. " is vault.kdbx.
WITH
  pattern AS MATERIALIZED (
    SELECT n, glob, excludes, replace(replace(replace(replace(replace(glob, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'), '?', '_') AS form   -- for LIKE, which knows no case
    FROM (SELECT key AS n, lower(ltrim(trim(value), '!')) AS glob, trim(value) GLOB '!*' AS excludes FROM json_each(:secret_patterns))
  ),
  ending AS MATERIALIZED (
    SELECT substr(glob, 2) AS tail FROM pattern
    WHERE glob GLOB '[*]?*'   -- lint: without it the first look lets more through
      AND substr(glob, 2) NOT GLOB '*[*?]*'
  ),
  size AS MATERIALIZED (SELECT DISTINCT length(tail) AS n FROM ending),
  other AS MATERIALIZED (
    SELECT form FROM pattern
    WHERE glob NOT IN (SELECT '*' || tail FROM ending)   -- lint: without it the first look asks twice
  ),
  likely AS MATERIALIZED (
    SELECT 'jira_attachment' AS resource, key, filename AS name
    FROM jira_attachment
    WHERE EXISTS (SELECT 1 FROM size AS s WHERE lower(substr(filename, -s.n)) IN (SELECT tail FROM ending))   -- lint: without it the first look lets more through
      OR EXISTS (SELECT 1 FROM other AS o WHERE filename LIKE o.form ESCAPE '\')   -- lint: likewise
      OR substr(filename, -1) IN ('.', ' ')
      OR filename BETWEEN '.' AND '/'
    UNION ALL
    SELECT 'confluence_attachment', key, title
    FROM confluence_attachment
    WHERE EXISTS (SELECT 1 FROM size AS s WHERE lower(substr(title, -s.n)) IN (SELECT tail FROM ending))   -- lint: without it the first look lets more through
      OR EXISTS (SELECT 1 FROM other AS o WHERE title LIKE o.form ESCAPE '\')   -- lint: likewise
      OR substr(title, -1) IN ('.', ' ')
      OR title BETWEEN '.' AND '/'
  ),
  hit AS MATERIALIZED (   -- each file with the first pattern that it meets, if it meets none with a !
    SELECT f.resource, f.key, min(p.n) AS n, p.glob
    FROM (SELECT resource, key, rtrim(name, ' .') AS bare FROM likely) AS f
    JOIN pattern AS p ON f.bare LIKE p.form ESCAPE '\' OR ltrim(f.bare, '.') LIKE p.form ESCAPE '\'
    GROUP BY f.resource, f.key
    HAVING sum(p.excludes) = 0
  )
SELECT
  h.key,
  '' AS aspect,
  a.filename AS subject,
  'has a name that points to a secret (' || h.glob || ')'
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
  'has a name that points to a secret (' || h.glob || ')'
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
