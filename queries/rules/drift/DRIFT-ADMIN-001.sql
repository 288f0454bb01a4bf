-- rev: 1
-- kind: drift
-- title: New administrator since the last snapshot
-- severity: high
-- category: drift
-- products: jira-cloud, confluence-cloud, org, jira-dc, confluence-dc
-- object: jira_user, confluence_user, org_user
-- needs: directory_group, directory_group_member, jira_global_permission
-- optional: jira_user, confluence_user, confluence_global_permission, org_directory, org_group_role, org_user, org_user_role
-- unknown: SELECT printf('%d group(s) do not tell their name or what they open', count(*)) AS words, json_group_array(d.key) AS key
--   FROM after_directory_group AS d
--   WHERE d.name IS NULL
--     AND coalesce(d.jira_access, d.confluence_access) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.18, soc2:CC6.2, soc2:CC6.3, csf2:PR.AA-05, csf2:DE.CM-03, cis8:5.4, cis8:6.8, attack:T1098
-- source: Atlassian's advisories for CVE-2023-22515 and CVE-2023-22518; Jira Cloud REST API v3, permissions/check; Atlassian organisations REST API v2, roles
-- why: The first thing most intruders make is an administrator of their own. One that nobody can explain is an incident until
--   it is explained.
-- fix: Ask who made this account an administrator, and for what; the audit log tells when
--   Without an answer, take the right away and look at everything the account did since (audit log, new apps, changed settings)
--   Have each new administrator approved by two people, in writing
-- false-positives: An administrator who was appointed: accept it with the approval. Somebody who administers by one more way shows as info.

-- The way is part of what is new: a group, or what the site says of the account itself, which is left out where a group explains
-- it. Besides what the site tells, a group administers by its name (admin_groups).
WITH
  named_before AS MATERIALIZED (   -- the few groups before their members: each name is looked at once
    SELECT d.group_id
    FROM before_directory_group AS d
    WHERE EXISTS (SELECT 1 FROM json_each(:admin_groups) AS g WHERE coalesce(lower(d.name) GLOB lower(g.value), 1))   -- a name not told may be one
  ),
  named_group AS MATERIALIZED (
    SELECT d.group_id, d.key
    FROM after_directory_group AS d
    WHERE EXISTS (SELECT 1 FROM json_each(:admin_groups) AS g WHERE lower(d.name) GLOB lower(g.value))
  ),
  was AS MATERIALIZED (
    SELECT account_id, what, via_group FROM before_administrator
    UNION
    SELECT m.account_id, 'named', m.group_id
    FROM named_before AS d
    CROSS JOIN before_directory_group_member AS m ON m.group_id = d.group_id
  ),
  now AS MATERIALIZED (
    SELECT account_id, what, via_group, source_resource, source_key, member_resource, member_key FROM after_administrator
    UNION ALL
    SELECT m.account_id, 'named', m.group_id, 'directory_group', d.key, 'directory_group_member', m.key
    FROM named_group AS d
    CROSS JOIN after_directory_group_member AS m ON m.group_id = d.group_id
    WHERE NOT EXISTS (SELECT 1 FROM after_administrator AS a WHERE (a.account_id, a.via_group) = (m.account_id, m.group_id))
  ),
  fresh AS MATERIALIZED (
    SELECT n.*, w.account_id IS NOT NULL AS old
    FROM now AS n
    LEFT JOIN (SELECT DISTINCT account_id, what FROM was) AS w ON (w.account_id, w.what) = (n.account_id, n.what)
    WHERE NOT EXISTS (SELECT 1 FROM was AS b WHERE (b.account_id, b.what, b.via_group) IS (n.account_id, n.what, n.via_group))
      AND (n.via_group IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM now AS g WHERE (g.account_id, g.what) = (n.account_id, n.what) AND g.via_group IS NOT NULL))
  ),
  named AS (
    SELECT f.*,
      CASE WHEN f.what = 'confluence' AND c.key IS NOT NULL THEN 'confluence_user' WHEN j.key IS NOT NULL THEN 'jira_user' WHEN c.key IS NOT NULL THEN 'confluence_user' WHEN o.key IS NOT NULL THEN 'org_user' ELSE 'jira_user' END AS resource,
      CASE WHEN f.what = 'confluence' AND c.key IS NOT NULL THEN c.key ELSE coalesce(j.key, c.key, o.key, f.account_id) END AS key,
      coalesce(nullif(j.display_name, ''), nullif(c.display_name, ''), nullif(o.display_name, ''), f.account_id) AS name
    FROM fresh AS f
    LEFT JOIN after_jira_user AS j ON j.account_id = f.account_id
    LEFT JOIN after_confluence_user AS c ON c.account_id = f.account_id
    LEFT JOIN (
      SELECT account_id, min(key) AS key, max(display_name) AS display_name
      FROM after_org_user
      WHERE account_id IN (SELECT account_id FROM fresh)   -- lint: without it all are grouped for the few
      GROUP BY account_id
    ) AS o ON o.account_id = f.account_id
  )
SELECT
  n.resource AS resource,
  n.key AS key,
  n.what || coalesce(' / ' || n.via_group, '') AS aspect,
  n.name AS subject,
  CASE n.what WHEN 'organisation' THEN 'administers the organisation' WHEN 'site' THEN 'administers the site' WHEN 'jira' THEN 'can administer Jira' WHEN 'confluence' THEN 'can administer Confluence' ELSE 'is in a group of administrators' END
    || coalesce(iif(n.what = 'named', ', ', ' through the group ') || coalesce(nullif(d.name, ''), n.via_group), '')
    || iif(n.old, ', as before by other ways', ', as it did not before') AS detail,
  iif(n.old, 'info', 'high') AS severity,
  '[' || json_object('resource', n.resource, 'key', n.key) || ',' || json_object('resource', n.source_resource, 'key', n.source_key)
    || coalesce(',' || iif(n.member_key IS NULL, NULL, json_object('resource', n.member_resource, 'key', n.member_key)), '') || ']' AS evidence
FROM named AS n
LEFT JOIN after_directory_group AS d ON d.group_id = n.via_group
GROUP BY n.resource, n.key, n.what, n.via_group
