-- rev: 1
-- title: Third-party app holds write, delete or administration scope
-- severity: medium
-- category: apps
-- products: jira-cloud, confluence-cloud
-- object: app
-- needs: app
-- unknown: SELECT printf('%d installed app(s) do not tell what they may do: no known answer of a site carries an app''s scopes', count(*)) AS words, json_group_array(key) AS key
--   FROM app
--   WHERE (user_installed = 1 AND json_type(scopes) = 'array') IS NULL
--     AND plugin_key NOT IN (SELECT value FROM json_each(:first_party_apps))
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.15, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:15.1, attack:T1528
-- source: How to Harden, Atlassian; Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps; Palo Alto Networks SSPM, Atlassian
-- why: An app may do what its scopes say, whoever uses it. Writing, deleting, administering and acting as a user reach far beyond
--   reading, and whoever breaks into the vendor can do the same.
-- fix: Ask the owner of the app what it has to write
--   Prefer an app that reads alone, where one does the work
--   Keep sensitive spaces and projects out of its reach by an app access rule (admin.atlassian.com > Security > Data security policies)
-- false-positives: Many apps have to write to do their work: go through the list vendor by vendor. Atlassian's own apps can be
--   listed in first_party_apps by their app key.

-- Scopes of OAuth 2.0 and Forge begin with write:, delete: or manage:; those of Connect are words in capitals.
SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.name, ''), a.plugin_key) AS subject,
  coalesce('of ' || nullif(a.vendor, '') || ' ', '') || 'holds ' || group_concat(iif(s.n <= 8, s.scope, NULL), ', ' ORDER BY s.n) || iif(count(*) > 8, printf(' and %d more', count(*) - 8), '') AS detail
FROM app AS a
JOIN (
  SELECT p.key, s.value AS scope, row_number() OVER (PARTITION BY p.key ORDER BY s.value) AS n
  FROM app AS p
  JOIN json_each(p.scopes) AS s
  WHERE s.value GLOB 'write:*'
    OR s.value GLOB 'delete:*'
    OR s.value GLOB 'manage:*'
    OR s.value IN ('WRITE', 'DELETE', 'PROJECT_ADMIN', 'SPACE_ADMIN', 'ADMIN', 'ACT_AS_USER')
) AS s ON s.key = a.key
WHERE a.user_installed = 1
  AND a.plugin_key NOT IN (SELECT value FROM json_each(:first_party_apps))
GROUP BY a.key
