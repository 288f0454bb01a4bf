-- rev: 1
-- title: External account has Jira access
-- severity: medium
-- category: access security
-- products: jira-cloud, jira-dc
-- object: jira_user
-- needs: jira_user, directory_group_member, jira_application_role_group
-- optional: jira_application_role, directory_group, confluence_user
-- unknown: WITH opens AS (
--     SELECT r.key, coalesce(r.group_id, d.group_id) AS group_id
--     FROM jira_application_role_group AS r
--     LEFT JOIN directory_group AS d ON d.name = r.group_name
--     WHERE r.is_access = 1
--   )
--   SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag' AS words, NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) with access do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(a.account_id)
--   FROM account AS a
--   WHERE (a.active = 1
--     AND a.account_type = 'atlassian'
--     AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator, iif(a.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, NULL)) = 1
--       OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--         AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))) IS NULL
--     AND a.in_jira = 1
--     AND +a.account_id IN (SELECT m.account_id FROM directory_group_member AS m WHERE m.group_id IN (SELECT group_id FROM opens))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d group(s) of applications do not tell whether they open them, or which groups they are', count(*)), NULL
--   FROM jira_application_role_group AS r
--   WHERE r.is_access IS NULL OR r.key IN (SELECT key FROM opens WHERE group_id IS NULL)
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.18, soc2:CC6.1, soc2:CC6.2, soc2:CC9.2, csf2:PR.AA-05, csf2:GV.SC-07, cis8:6.1, cis8:6.2
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, users, groups, application roles
-- why: People whose identity somebody else looks after keep their access long after the work has ended, unless somebody goes
--   through the list.
-- fix: Ask the person's sponsor in the house to confirm the access, with an end date, or to end it
--   To end it, take the account out of the groups named (admin.atlassian.com > Directory > Groups, on Data Center Administration > User management > Groups), or remove its access to the application (Directory > Users)
--   Whoever only raises requests needs no access to Jira: make that person a customer of the service desk
--   Where the address is at an alias domain of your own company, add the domain to own_email_domains
-- false-positives: Addresses of subsidiaries or agencies that belong to the house: add their domains to own_email_domains.

-- External is whom the site flags as a guest (older name: external collaborator), which is certain, or whose e-mail address
-- lies outside own_email_domains, which is probable; the sentence says which. Access is a group that opens an application.
WITH
  opens AS MATERIALIZED (
    SELECT r.key, coalesce(r.group_id, d.group_id) AS group_id, coalesce(nullif(r.group_name, ''), nullif(g.name, ''), r.group_id) AS name,
      coalesce(nullif(a.name, ''), r.role_key, 'an application') AS application
    FROM jira_application_role_group AS r
    LEFT JOIN directory_group AS d ON r.group_id IS NULL AND d.name = r.group_name
    LEFT JOIN directory_group AS g ON g.group_id = r.group_id
    LEFT JOIN jira_application_role AS a ON a.key = r.role_key
    WHERE r.is_access = 1
  ),
  outsider AS MATERIALIZED (
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name,
      CASE WHEN a.is_guest = 1 THEN 'guest' WHEN a.is_external_collaborator = 1 THEN 'external collaborator' ELSE 'e-mail at ' || a.email_domain END AS basis
    FROM account AS a
    WHERE a.active = 1
      AND a.account_type = 'atlassian'
      AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
        OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
          AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))
  ),
  told AS (   -- each application with the groups that open it, in words
    SELECT o.account_id, g.application, g.application || iif(count(*) = 1, ' by the group ', ' by the groups ') || group_concat(g.name, ', ' ORDER BY g.name, g.key) AS words,
      group_concat(json_object('resource', 'directory_group_member', 'key', m.key) || ',' || json_object('resource', 'jira_application_role_group', 'key', g.key)) AS objects
    FROM outsider AS o
    JOIN directory_group_member AS m ON m.account_id = o.account_id
    JOIN opens AS g ON g.group_id = m.group_id
    GROUP BY o.account_id, g.application
  )
SELECT
  u.key,
  '' AS aspect,
  o.name AS subject,
  'is external (' || o.basis || ') and may use ' || group_concat(t.words, '; ' ORDER BY t.application) AS detail,
  '[' || json_object('resource', 'jira_user', 'key', u.key) || ',' || group_concat(t.objects) || ']' AS evidence
FROM outsider AS o
JOIN told AS t ON t.account_id = o.account_id
JOIN jira_user AS u ON u.account_id = o.account_id
GROUP BY u.key
